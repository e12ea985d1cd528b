/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The inbox folder: a letter is ID.eml, byte for byte what came over the wire,
 * and ID.envelope, a key file with what only the SMTP envelope knows. A letter
 * is written to a hidden file first and appears by a rename, whole or not at all.
 *
 * Thread: any; one delivery belongs to one thread */

#define LETTER_SUFFIX ".eml"
#define ENVELOPE_SUFFIX ".envelope"
#define TEMPORARY_PREFIX ".receiving-"
#define ENVELOPE_GROUP "envelope"
#define FORGOTTEN_AFTER_SECONDS (24 * 60 * 60)

struct _EnvoiPracticeMailbox {
  char *folder;
};

struct _EnvoiPracticeDelivery {
  char    *folder;
  char    *temporary;    /* NULL once it is a letter */
  int fd;
  guint64 size;
};

static gboolean
set_error_from_errno (GError     **error,
                      const char  *what)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  return FALSE;
}

/* A crash leaves a half letter behind; another program may be receiving right
 * now, so only old ones go. */
static void
remove_forgotten_files (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  gint64 oldest = g_get_real_time () / G_USEC_PER_SEC - FORGOTTEN_AFTER_SECONDS;
  const char *name;

  while (directory && (name = g_dir_read_name (directory))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    GStatBuf status;

    if (g_str_has_prefix (name, TEMPORARY_PREFIX) && g_stat (path, &status) == 0 &&
        status.st_mtime < oldest)
      g_unlink (path);
  }
}

static char *
make_envelope_path (const char *folder,
                    const char *id)
{
  g_autofree char *stem = g_strndup (id, strlen (id) - strlen (LETTER_SUFFIX));
  g_autofree char *name = g_strconcat (stem, ENVELOPE_SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

static void
read_envelope (EnvoiPracticeLetter *letter,
               const char          *folder)
{
  g_autofree char *path = make_envelope_path (folder, letter->id);
  g_autoptr (GKeyFile) envelope = g_key_file_new ();

  /* A letter that somebody copied in has no envelope and is shown all the same. */
  if (g_key_file_load_from_file (envelope, path, G_KEY_FILE_NONE, NULL)) {
    letter->sender = g_key_file_get_string (envelope, ENVELOPE_GROUP, "sender", NULL);
    letter->recipients = g_key_file_get_string_list (envelope, ENVELOPE_GROUP, "recipients",
                                                     NULL, NULL);
    letter->received = g_key_file_get_int64 (envelope, ENVELOPE_GROUP, "received", NULL);
  }

  if (!letter->sender)
    letter->sender = g_strdup ("");
  if (!letter->recipients)
    letter->recipients = g_new0 (char *, 1);
}

static EnvoiPracticeLetter *
read_letter (const char *folder,
             const char *id)
{
  g_autofree char *path = g_build_filename (folder, id, NULL);
  g_autoptr (EnvoiPracticeLetter) letter = NULL;
  GStatBuf status;

  if (g_lstat (path, &status) != 0 || !S_ISREG (status.st_mode))
    return NULL;

  letter = g_new0 (EnvoiPracticeLetter, 1);
  letter->id = g_strdup (id);
  letter->size = (guint64) status.st_size;
  read_envelope (letter, folder);
  if (letter->received == 0)
    letter->received = (gint64) status.st_mtime * G_USEC_PER_SEC;

  return g_steal_pointer (&letter);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  const EnvoiPracticeLetter *left = *(EnvoiPracticeLetter *const *) a;
  const EnvoiPracticeLetter *right = *(EnvoiPracticeLetter *const *) b;

  if (left->received != right->received)
    return left->received < right->received ? 1 : -1;
  return strcmp (right->id, left->id);
}

static gboolean
write_envelope (const EnvoiPracticeLetter  *letter,
                const char                 *folder,
                GError                    **error)
{
  g_autofree char *path = make_envelope_path (folder, letter->id);
  g_autoptr (GKeyFile) envelope = g_key_file_new ();
  g_autofree char *contents = NULL;
  gsize length;

  g_key_file_set_string (envelope, ENVELOPE_GROUP, "sender", letter->sender);
  g_key_file_set_string_list (envelope, ENVELOPE_GROUP, "recipients",
                              (const char *const *) letter->recipients,
                              g_strv_length (letter->recipients));
  g_key_file_set_int64 (envelope, ENVELOPE_GROUP, "received", letter->received);
  contents = g_key_file_to_data (envelope, &length, NULL);

  return g_file_set_contents_full (path, contents, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT,
                                   0600, error);
}

/**
 * envoi_practice_mailbox_new_sync:
 * @folder: the inbox folder, made when it is absent
 *
 * Opens the inbox for receiving and clears away what a crash left behind.
 *
 * Returns: (transfer full): the mailbox, or %NULL with @error set
 *
 * Errors: any of GIOError
 * Thread: worker
 */
EnvoiPracticeMailbox *
envoi_practice_mailbox_new_sync (const char  *folder,
                                 GError     **error)
{
  EnvoiPracticeMailbox *self;

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    set_error_from_errno (error, _("The practice inbox cannot be made"));
    return NULL;
  }

  remove_forgotten_files (folder);
  self = g_new0 (EnvoiPracticeMailbox, 1);
  self->folder = g_strdup (folder);
  return self;
}

/**
 * envoi_practice_mailbox_free:
 * @self: (transfer full): a mailbox that no delivery uses any more
 *
 * Frees the mailbox; the letters stay.
 *
 * Thread: any
 */
void
envoi_practice_mailbox_free (EnvoiPracticeMailbox *self)
{
  g_free (self->folder);
  g_free (self);
}

/**
 * envoi_practice_mailbox_is_letter_name:
 * @name: a file name, perhaps from elsewhere
 *
 * Returns: whether @name can name a letter and nothing outside the inbox
 *
 * Thread: any
 */
gboolean
envoi_practice_mailbox_is_letter_name (const char *name)
{
  return name[0] != '.' && !strchr (name, G_DIR_SEPARATOR) && g_str_has_suffix (name, LETTER_SUFFIX);
}

/**
 * envoi_practice_mailbox_list_sync:
 * @folder: the inbox folder; one that is not there yet is empty
 *
 * Returns: (transfer full) (element-type EnvoiPracticeLetter): the letters,
 *   newest first, or %NULL with @error set
 *
 * Errors: any of GFileError
 * Thread: worker
 */
GPtrArray *
envoi_practice_mailbox_list_sync (const char  *folder,
                                  GError     **error)
{
  g_autoptr (GPtrArray) letters =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_practice_letter_free);
  g_autoptr (GDir) directory = NULL;
  const char *name;

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&letters);

  directory = g_dir_open (folder, 0, error);
  if (!directory)
    return NULL;

  while ((name = g_dir_read_name (directory))) {
    EnvoiPracticeLetter *letter = NULL;

    if (envoi_practice_mailbox_is_letter_name (name))
      letter = read_letter (folder, name);
    if (letter)
      g_ptr_array_add (letters, letter);
  }

  g_ptr_array_sort (letters, compare_newest_first);
  return g_steal_pointer (&letters);
}

/**
 * envoi_practice_delivery_new_sync:
 * @mailbox: where the letter will appear
 *
 * Begins to receive one letter.
 *
 * Returns: (transfer full): the delivery, or %NULL with @error set
 *
 * Errors: any of GIOError
 * Thread: worker
 */
EnvoiPracticeDelivery *
envoi_practice_delivery_new_sync (EnvoiPracticeMailbox  *mailbox,
                                  GError               **error)
{
  g_autoptr (EnvoiPracticeDelivery) self = g_new0 (EnvoiPracticeDelivery, 1);

  self->folder = g_strdup (mailbox->folder);
  self->temporary = g_build_filename (mailbox->folder, TEMPORARY_PREFIX "XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (self->fd < 0) {
    set_error_from_errno (error, _("The letter cannot be kept"));
    g_clear_pointer (&self->temporary, g_free);
    return NULL;
  }

  return g_steal_pointer (&self);
}

/**
 * envoi_practice_delivery_write_sync:
 * @self: a delivery
 * @bytes: (array length=length): the next bytes of the letter
 * @length: how many
 *
 * Adds to the letter.
 *
 * Returns: whether all of them were written
 *
 * Errors: any of GIOError
 * Thread: worker
 */
gboolean
envoi_practice_delivery_write_sync (EnvoiPracticeDelivery  *self,
                                    const guint8           *bytes,
                                    gsize                   length,
                                    GError                **error)
{
  gsize done = 0;

  while (done < length) {
    gssize written = write (self->fd, bytes + done, length - done);

    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return set_error_from_errno (error, _("The letter cannot be kept"));
    done += (gsize) written;
  }

  self->size += length;
  return TRUE;
}

/**
 * envoi_practice_delivery_commit_sync:
 * @self: a delivery that has all its bytes
 * @sender: the reverse-path, empty for the null one
 * @recipients: (array zero-terminated=1): the accepted forward-paths
 *
 * Makes the letter appear in the inbox, on disk before this returns.
 *
 * Returns: (transfer full): its particulars, or %NULL with @error set
 *
 * Errors: any of GIOError or GFileError
 * Thread: worker
 */
EnvoiPracticeLetter *
envoi_practice_delivery_commit_sync (EnvoiPracticeDelivery  *self,
                                     const char             *sender,
                                     const char *const      *recipients,
                                     GError                **error)
{
  g_autoptr (EnvoiPracticeLetter) letter = g_new0 (EnvoiPracticeLetter, 1);
  g_autofree char *path = NULL;

  letter->received = g_get_real_time ();
  letter->id = g_strdup_printf ("%016" G_GINT64_FORMAT "-%08x" LETTER_SUFFIX, letter->received,
                                g_random_int ());
  letter->sender = g_strdup (sender);
  letter->recipients = g_strdupv ((char **) recipients);
  letter->size = self->size;

  if (!write_envelope (letter, self->folder, error))
    return NULL;

  path = g_build_filename (self->folder, letter->id, NULL);
  if (fsync (self->fd) != 0 || g_rename (self->temporary, path) != 0) {
    set_error_from_errno (error, _("The letter cannot be kept"));
    return NULL;
  }

  g_clear_pointer (&self->temporary, g_free);
  return g_steal_pointer (&letter);
}

/**
 * envoi_practice_delivery_free:
 * @self: (transfer full): a delivery
 *
 * Ends the delivery; a letter that was not committed is gone.
 *
 * Thread: worker
 */
void
envoi_practice_delivery_free (EnvoiPracticeDelivery *self)
{
  if (self->temporary)
    g_unlink (self->temporary);
  if (self->fd >= 0)
    close (self->fd);

  g_free (self->temporary);
  g_free (self->folder);
  g_free (self);
}
