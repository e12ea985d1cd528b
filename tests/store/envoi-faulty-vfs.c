/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-faulty-vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <unistd.h>

typedef struct {
  sqlite3_file base;
  sqlite3_file *real;   /* right behind this struct */
} File;

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static EnvoiDiskFunc disk_function;
static gpointer disk_data;

static sqlite3_file *
get_real (sqlite3_file *file)
{
  return ((File *) file)->real;
}

static int
ask (const char *operation)
{
  switch (disk_function ? disk_function (operation, disk_data) : ENVOI_DISK_OBEYS) {
    case ENVOI_DISK_IS_FULL:
      return SQLITE_FULL;
    case ENVOI_DISK_FAILS:
      return SQLITE_IOERR;
    case ENVOI_DISK_TEARS_AND_DIES:
      return SQLITE_INTERRUPT;
    case ENVOI_DISK_OBEYS:
    default:
      return SQLITE_OK;
  }
}

static int
close_file (sqlite3_file *file)
{
  return get_real (file)->pMethods->xClose (get_real (file));
}

static int
read_file (sqlite3_file *file,
           void         *bytes,
           int           length,
           sqlite3_int64 offset)
{
  return get_real (file)->pMethods->xRead (get_real (file), bytes, length, offset);
}

static int
write_file (sqlite3_file *file,
            const void   *bytes,
            int           length,
            sqlite3_int64 offset)
{
  int code = ask ("write");

  if (code == SQLITE_INTERRUPT) {
    get_real (file)->pMethods->xWrite (get_real (file), bytes, length / 2, offset);
    kill (getpid (), SIGKILL);
  }

  if (code != SQLITE_OK)
    return code;

  return get_real (file)->pMethods->xWrite (get_real (file), bytes, length, offset);
}

static int
truncate_file (sqlite3_file *file,
               sqlite3_int64 size)
{
  int code = ask ("truncate");

  return code != SQLITE_OK ? SQLITE_IOERR_TRUNCATE :
         get_real (file)->pMethods->xTruncate (get_real (file), size);
}

static int
sync_file (sqlite3_file *file,
           int           flags)
{
  int code = ask ("sync");

  return code != SQLITE_OK ? SQLITE_IOERR_FSYNC :
         get_real (file)->pMethods->xSync (get_real (file), flags);
}

static int
get_file_size (sqlite3_file  *file,
               sqlite3_int64 *size)
{
  return get_real (file)->pMethods->xFileSize (get_real (file), size);
}

static int
lock_file (sqlite3_file *file,
           int           level)
{
  return get_real (file)->pMethods->xLock (get_real (file), level);
}

static int
unlock_file (sqlite3_file *file,
             int           level)
{
  return get_real (file)->pMethods->xUnlock (get_real (file), level);
}

static int
check_lock (sqlite3_file *file,
            int          *result)
{
  return get_real (file)->pMethods->xCheckReservedLock (get_real (file), result);
}

static int
control_file (sqlite3_file *file,
              int           operation,
              void         *argument)
{
  return get_real (file)->pMethods->xFileControl (get_real (file), operation, argument);
}

static int
get_sector_size (sqlite3_file *file)
{
  return get_real (file)->pMethods->xSectorSize (get_real (file));
}

static int
get_characteristics (sqlite3_file *file)
{
  return get_real (file)->pMethods->xDeviceCharacteristics (get_real (file));
}

static int
map_shm (sqlite3_file   *file,
         int             page,
         int             size,
         int             extend,
         void volatile **map)
{
  return get_real (file)->pMethods->xShmMap (get_real (file), page, size, extend, map);
}

static int
lock_shm (sqlite3_file *file,
          int           offset,
          int           n,
          int           flags)
{
  return get_real (file)->pMethods->xShmLock (get_real (file), offset, n, flags);
}

static void
fence_shm (sqlite3_file *file)
{
  get_real (file)->pMethods->xShmBarrier (get_real (file));
}

static int
unmap_shm (sqlite3_file *file,
           int           is_deleted)
{
  return get_real (file)->pMethods->xShmUnmap (get_real (file), is_deleted);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = close_file,
  .xRead = read_file,
  .xWrite = write_file,
  .xTruncate = truncate_file,
  .xSync = sync_file,
  .xFileSize = get_file_size,
  .xLock = lock_file,
  .xUnlock = unlock_file,
  .xCheckReservedLock = check_lock,
  .xFileControl = control_file,
  .xSectorSize = get_sector_size,
  .xDeviceCharacteristics = get_characteristics,
  .xShmMap = map_shm,
  .xShmLock = lock_shm,
  .xShmBarrier = fence_shm,
  .xShmUnmap = unmap_shm,
};

static int
open_file (sqlite3_vfs  *self,
           const char   *name,
           sqlite3_file *file,
           int           flags,
           int          *out_flags)
{
  File *wrapper = (File *) file;
  int code;

  wrapper->real = (sqlite3_file *) (wrapper + 1);
  code = real_vfs->xOpen (real_vfs, name, wrapper->real, flags, out_flags);
  file->pMethods = code == SQLITE_OK || wrapper->real->pMethods ? &methods : NULL;
  return code;
}

static int
delete_file (sqlite3_vfs *self,
             const char  *name,
             int          sync_folder)
{
  int code = ask ("delete");

  return code != SQLITE_OK ? SQLITE_IOERR_DELETE :
         real_vfs->xDelete (real_vfs, name, sync_folder);
}

void
envoi_faulty_vfs_install (EnvoiDiskFunc function,
                          gpointer      user_data)
{
  disk_function = function;
  disk_data = user_data;

  if (real_vfs)
    return;

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "envoi-faulty";
  vfs.szOsFile = (int) sizeof (File) + real_vfs->szOsFile;
  vfs.pNext = NULL;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  sqlite3_vfs_register (&vfs, 1);
}
