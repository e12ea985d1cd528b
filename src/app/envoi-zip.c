/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-zip.h"

#include "envoi-message-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The zip format as PKWARE's APPNOTE 6.3 has it, the part that everybody reads:
 * deflate, sizes behind the data (so that nothing is read twice), no zip64. */

#define LOCAL_HEADER 0x04034b50
#define DATA_DESCRIPTOR 0x08074b50
#define CENTRAL_HEADER 0x02014b50
#define CENTRAL_END 0x06054b50
#define VERSION 20
#define FLAGS 0x0808            /* sizes follow, names are UTF-8 */
#define DEFLATE 8
#define BLOCK (64 * 1024)
#define MAX_NESTING 64

typedef struct {
  char *name;
  guint32 time;
  guint32 crc;
  guint64 packed;
  guint64 size;
  guint64 offset;
} Entry;

typedef struct {
  GOutputStream *output;
  GFileProgressCallback progress;
  gpointer progress_data;
  GCancellable *cancellable;
  GPtrArray *entries;
  guint64 position;
  guint64 n_read;
  guint32 table[256];
} Zip;

static void
entry_free (Entry *entry)
{
  g_free (entry->name);
  g_free (entry);
}

/* ISO 3309, the polynomial of zip and gzip. */
static void
fill_table (guint32 *table)
{
  for (guint32 i = 0; i < 256; i++) {
    table[i] = i;
    for (guint bit = 0; bit < 8; bit++)
      table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
  }
}

static guint32
update_crc (const Zip    *zip,
            guint32       crc,
            const guint8 *octets,
            gsize         length)
{
  crc = ~crc;
  for (gsize i = 0; i < length; i++)
    crc = zip->table[(crc ^ octets[i]) & 0xff] ^ crc >> 8;

  return ~crc;
}

static void
put (GByteArray *bytes,
     guint64     value,
     guint       n)
{
  for (guint i = 0; i < n; i++) {
    guint8 octet = (guint8) (value >> 8 * i);

    g_byte_array_append (bytes, &octet, 1);
  }
}

static gboolean
write_octets (Zip           *zip,
              const void    *octets,
              gsize          length,
              GError       **error)
{
  zip->position += length;
  return g_output_stream_write_all (zip->output, octets, length, NULL, zip->cancellable, error);
}

static gboolean
write_bytes (Zip         *zip,
             GByteArray  *bytes,
             GError     **error)
{
  return write_octets (zip, bytes->data, bytes->len, error);
}

/* The day in the upper half, the time in steps of two seconds in the lower one. */
static guint32
make_time (GFileInfo *info)
{
  g_autoptr (GDateTime) modified = g_file_info_get_modification_date_time (info);
  g_autoptr (GDateTime) local = modified ? g_date_time_to_local (modified) : NULL;

  if (!local || g_date_time_get_year (local) < 1980)
    return 1 << 21 | 1 << 16;

  return (guint32) (g_date_time_get_year (local) - 1980) << 25 |
         (guint32) g_date_time_get_month (local) << 21 |
         (guint32) g_date_time_get_day_of_month (local) << 16 |
         (guint32) g_date_time_get_hour (local) << 11 |
         (guint32) g_date_time_get_minute (local) << 5 |
         (guint32) g_date_time_get_second (local) / 2;
}

static void
put_common (GByteArray  *bytes,
            const Entry *entry,
            gboolean     knows_sizes)
{
  put (bytes, VERSION, 2);
  put (bytes, FLAGS, 2);
  put (bytes, DEFLATE, 2);
  put (bytes, entry->time, 4);
  put (bytes, knows_sizes ? entry->crc : 0, 4);
  put (bytes, knows_sizes ? entry->packed : 0, 4);
  put (bytes, knows_sizes ? entry->size : 0, 4);
  put (bytes, strlen (entry->name), 2);
  put (bytes, 0, 2);
}

static gboolean
refuse_size (GError **error)
{
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_TOO_LARGE,
                       _("The folder is too large for a zip archive."));
  return FALSE;
}

static gboolean
write_local_header (Zip          *zip,
                    const Entry  *entry,
                    GError      **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put (bytes, LOCAL_HEADER, 4);
  put_common (bytes, entry, FALSE);
  g_byte_array_append (bytes, (const guint8 *) entry->name, strlen (entry->name));
  return write_bytes (zip, bytes, error);
}

/* Compresses what is left in @input, and ends the stream when it is the last of the file. */
static gboolean
deflate (Zip           *zip,
         GConverter    *compressor,
         const guint8  *input,
         gsize          length,
         gboolean       is_last,
         GError       **error)
{
  guint8 packed[BLOCK];
  GConverterResult result = G_CONVERTER_CONVERTED;

  while (length > 0 || (is_last && result != G_CONVERTER_FINISHED)) {
    gsize n_read = 0, n_written = 0;

    result = g_converter_convert (compressor, input, length, packed, sizeof packed,
                                  is_last ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS,
                                  &n_read, &n_written, error);
    if (result == G_CONVERTER_ERROR || !write_octets (zip, packed, n_written, error))
      return FALSE;
    input += n_read;
    length -= n_read;
  }

  return TRUE;
}

static gboolean
pack (Zip           *zip,
      Entry         *entry,
      GInputStream  *input,
      GError       **error)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, -1);
  g_autofree guint8 *octets = g_malloc (BLOCK);
  guint64 start = zip->position;
  gsize n = BLOCK;

  while (n == BLOCK) {
    if (!g_input_stream_read_all (input, octets, BLOCK, &n, zip->cancellable, error))
      return FALSE;

    entry->crc = update_crc (zip, entry->crc, octets, n);
    entry->size += n;
    zip->n_read += n;
    if (!deflate (zip, G_CONVERTER (compressor), octets, n, n < BLOCK, error))
      return FALSE;
    if (zip->progress)
      zip->progress ((goffset) zip->n_read, -1, zip->progress_data);
  }

  entry->packed = zip->position - start;
  return entry->size <= G_MAXUINT32 && entry->packed <= G_MAXUINT32 ? TRUE : refuse_size (error);
}

static gboolean
write_descriptor (Zip          *zip,
                  const Entry  *entry,
                  GError      **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  put (bytes, DATA_DESCRIPTOR, 4);
  put (bytes, entry->crc, 4);
  put (bytes, entry->packed, 4);
  put (bytes, entry->size, 4);
  return write_bytes (zip, bytes, error);
}

static gboolean
add_file (Zip         *zip,
          GFile       *file,
          GFileInfo   *info,
          const char  *name,
          GError     **error)
{
  g_autoptr (GFileInputStream) input = g_file_read (file, zip->cancellable, error);
  Entry *entry;

  if (!input)
    return FALSE;
  if (zip->entries->len >= G_MAXUINT16 || zip->position > G_MAXUINT32 ||
      strlen (name) > G_MAXUINT16)
    return refuse_size (error);

  entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  entry->time = make_time (info);
  entry->offset = zip->position;
  g_ptr_array_add (zip->entries, entry);
  return write_local_header (zip, entry, error) &&
         pack (zip, entry, G_INPUT_STREAM (input), error) &&
         write_descriptor (zip, entry, error);
}

static gboolean add_folder (Zip         *zip,
                            GFile       *folder,
                            const char  *name,
                            guint        nesting,
                            GError     **error);

/* Links are left out: they may lead anywhere, and round in circles. */
static gboolean
add_child (Zip         *zip,
           GFile       *child,
           GFileInfo   *info,
           const char  *folder_name,
           guint        nesting,
           GError     **error)
{
  g_autofree char *shown = g_utf8_make_valid (g_file_info_get_name (info), -1);
  g_autofree char *name = g_strconcat (folder_name, "/", shown, NULL);

  switch (g_file_info_get_file_type (info)) {
    case G_FILE_TYPE_REGULAR:
      return add_file (zip, child, info, name, error);
    case G_FILE_TYPE_DIRECTORY:
      return add_folder (zip, child, name, nesting + 1, error);
    default:
      return TRUE;
  }
}

static gboolean
add_folder (Zip         *zip,
            GFile       *folder,
            const char  *name,
            guint        nesting,
            GError     **error)
{
  g_autoptr (GFileEnumerator) children =
    g_file_enumerate_children (folder,
                               G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE
                               "," G_FILE_ATTRIBUTE_TIME_MODIFIED,
                               G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, zip->cancellable, error);
  GFileInfo *info = NULL;
  GFile *child = NULL;

  if (!children)
    return FALSE;
  if (nesting > MAX_NESTING)
    return refuse_size (error);

  while (g_file_enumerator_iterate (children, &info, &child, zip->cancellable, error)) {
    if (!info)
      return TRUE;
    if (!add_child (zip, child, info, name, nesting, error))
      return FALSE;
  }

  return FALSE;
}

static gboolean
write_central (Zip     *zip,
               GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 start = zip->position;
  gsize size;

  for (guint i = 0; i < zip->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (zip->entries, i);

    put (bytes, CENTRAL_HEADER, 4);
    put (bytes, VERSION, 2);
    put_common (bytes, entry, TRUE);
    /* No comment, one disk, no attributes. */
    put (bytes, 0, 8);
    put (bytes, 0, 2);
    put (bytes, entry->offset, 4);
    g_byte_array_append (bytes, (const guint8 *) entry->name, strlen (entry->name));
  }

  size = bytes->len;
  put (bytes, CENTRAL_END, 4);
  put (bytes, 0, 2 + 2);
  put (bytes, zip->entries->len, 2);
  put (bytes, zip->entries->len, 2);
  put (bytes, size, 4);
  put (bytes, start, 4);
  put (bytes, 0, 2);
  return start + size <= G_MAXUINT32 ? write_bytes (zip, bytes, error) : refuse_size (error);
}

/* What is packed in itself: as an archive it only gets a name more. */
static const char *const packed_types[] = {
  "application/epub", "application/gzip", "application/java-archive", "application/pdf",
  "application/pgp-encrypted", "application/vnd.android.package-archive",
  "application/vnd.apple.", "application/vnd.comicbook", "application/vnd.debian.binary-package",
  "application/vnd.ms-cab-compressed",
  "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument.",
  "application/vnd.rar", "application/vnd.squashfs", "application/x-7z-compressed",
  "application/x-apple-diskimage", "application/x-bzip", "application/x-compress",
  "application/x-gzip", "application/x-lz", "application/x-rar", "application/x-rpm",
  "application/x-xz", "application/x-zip", "application/zip", "application/zstd",
  "audio/", "font/woff", "image/", "message/", "video/",
};

/* ... and what of these kinds is not. */
static const char *const plain_types[] = {
  "audio/aiff", "audio/basic", "audio/midi", "audio/vnd.wave", "audio/wav", "audio/x-aiff",
  "audio/x-wav", "image/bmp", "image/svg+xml", "image/tiff", "image/vnd.adobe.photoshop",
  "image/x-bmp", "image/x-ms-bmp", "image/x-portable-anymap", "image/x-portable-bitmap",
  "image/x-portable-graymap", "image/x-portable-pixmap", NULL,
};

gboolean
envoi_zip_helps (const char *content_type)
{
  g_autofree char *type = g_ascii_strdown (content_type, -1);

  if (g_strv_contains (plain_types, type))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (packed_types); i++) {
    if (g_str_has_prefix (type, packed_types[i]) || g_str_has_suffix (type, "+zip"))
      return FALSE;
  }

  return TRUE;
}

EnvoiZipFile *
envoi_zip_file_new (GFile      *file,
                    const char *name)
{
  EnvoiZipFile *self = g_new0 (EnvoiZipFile, 1);

  self->file = g_object_ref (file);
  self->name = g_strdup (name);
  return self;
}

void
envoi_zip_file_free (EnvoiZipFile *self)
{
  g_object_unref (self->file);
  g_free (self->name);
  g_free (self);
}

static gboolean
add_files (Zip        *zip,
           GPtrArray  *files,
           GError    **error)
{
  for (guint i = 0; i < files->len; i++) {
    const EnvoiZipFile *file = g_ptr_array_index (files, i);
    g_autoptr (GFileInfo) info =
      g_file_query_info (file->file, G_FILE_ATTRIBUTE_TIME_MODIFIED, G_FILE_QUERY_INFO_NONE,
                         zip->cancellable, error);

    if (!info || !add_file (zip, file->file, info, file->name, error))
      return FALSE;
  }

  return TRUE;
}

gboolean
envoi_zip_files_sync (GPtrArray              *files,
                      GOutputStream          *output,
                      GFileProgressCallback   progress,
                      gpointer                progress_data,
                      GCancellable           *cancellable,
                      GError                **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  Zip zip = {
    .output = output,
    .progress = progress,
    .progress_data = progress_data,
    .cancellable = cancellable,
    .entries = entries,
  };

  fill_table (zip.table);
  return add_files (&zip, files, error) && write_central (&zip, error);
}

gboolean
envoi_zip_folder_sync (GFile                  *folder,
                       GOutputStream          *output,
                       GFileProgressCallback   progress,
                       gpointer                progress_data,
                       GCancellable           *cancellable,
                       GError                **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_autofree char *name = g_file_get_basename (folder);
  g_autofree char *shown = g_utf8_make_valid (name, -1);
  Zip zip = {
    .output = output,
    .progress = progress,
    .progress_data = progress_data,
    .cancellable = cancellable,
    .entries = entries,
  };

  fill_table (zip.table);
  return add_folder (&zip, folder, shown, 0, error) && write_central (&zip, error);
}
