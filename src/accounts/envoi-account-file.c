/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-file-private.h"

#include "envoi-account-arrange-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <string.h>
#include <unistd.h>

/* The account file: a key file, one group per account and identity, no secrets. Everything
 * that is not understood (keys of a newer version, comments) is kept. Functions
 * that end in _sync run on the list's worker. */

#define GROUP_PREFIX "Account "
#define LARGEST_FILE (4 * 1024 * 1024)

/* What is kept, in the order it is written. */
static const char *const keys[] = {
  "email", "name", "host", "port", "security", "auth", "user", "ca-file", "pinned-key",
  "most-per-hour", "oauth-provider", "provider-id", "desktop-id", "default-identity", "is-practice",
  "is-enabled", "is-removed",
};

static char *
get_text (EnvoiAccount *account,
          const char   *key)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_object_get_property (G_OBJECT (account), key, &value);

  if (G_VALUE_HOLDS_UINT (&value))
    return g_strdup_printf ("%u", g_value_get_uint (&value));
  if (g_str_equal (key, "security"))
    return g_strdup (envoi_smtp_security_to_string ((EnvoiSmtpSecurity) g_value_get_int (&value)));
  if (g_str_equal (key, "auth"))
    return g_strdup (envoi_smtp_auth_to_string ((EnvoiSmtpAuth) g_value_get_int (&value)));
  if (G_VALUE_HOLDS_BOOLEAN (&value))
    return g_strdup (g_value_get_boolean (&value) ? "true" : "false");

  return g_value_dup_string (&value);
}

/* A value that cannot be understood leaves the default: the account stays, and
 * its check names what is wrong. */
static void
set_text (EnvoiAccount *account,
          const char   *key,
          const char   *text)
{
  EnvoiSmtpSecurity security;
  EnvoiSmtpAuth auth;
  guint64 number;

  if (g_str_equal (key, "port")) {
    if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &number, NULL))
      g_object_set (account, key, (guint) number, NULL);
  } else if (g_str_equal (key, "most-per-hour")) {
    if (g_ascii_string_to_unsigned (text, 10, 0, ENVOI_ACCOUNT_MOST_PER_HOUR, &number, NULL))
      g_object_set (account, key, (guint) number, NULL);
  } else if (g_str_equal (key, "security")) {
    if (envoi_smtp_security_from_string (text, &security))
      g_object_set (account, key, (int) security, NULL);
  } else if (g_str_equal (key, "auth")) {
    if (envoi_smtp_auth_from_string (text, &auth))
      g_object_set (account, key, (int) auth, NULL);
  } else if (g_str_has_prefix (key, "is-")) {
    if (g_str_equal (text, "true") || g_str_equal (text, "false"))
      g_object_set (account, key, g_str_equal (text, "true"), NULL);
  } else {
    g_object_set (account, key, text, NULL);
  }
}

/**
 * envoi_account_record_new:
 * @account: an account
 *
 * Returns: (transfer full): its settings as text
 *
 * Thread: main
 */
EnvoiAccountRecord *
envoi_account_record_new (EnvoiAccount *account)
{
  EnvoiAccountRecord *self = g_new0 (EnvoiAccountRecord, 1);

  self->id = g_strdup (envoi_account_get_id (account));
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_hash_table_insert (self->values, (gpointer) keys[i], get_text (account, keys[i]));
  self->identities = envoi_identity_records_new (account);

  return self;
}

/**
 * envoi_account_record_free:
 * @self: (transfer full): a record
 *
 * Thread: any
 */
void
envoi_account_record_free (EnvoiAccountRecord *self)
{
  g_free (self->id);
  g_hash_table_unref (self->values);
  g_ptr_array_unref (self->identities);
  g_free (self);
}

/**
 * envoi_account_record_apply:
 * @self: a record
 * @account: an account
 *
 * Gives @account the settings of @self, defaults where the file says nothing.
 *
 * Thread: main
 */
void
envoi_account_record_apply (const EnvoiAccountRecord *self,
                            EnvoiAccount             *account)
{
  g_autoptr (EnvoiAccount) defaults = envoi_account_new ("defaults");

  g_object_freeze_notify (G_OBJECT (account));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *text = g_hash_table_lookup (self->values, keys[i]);
    g_autofree char *default_text = get_text (defaults, keys[i]);
    g_autofree char *old = get_text (account, keys[i]);

    if (g_strcmp0 (old, text) != 0)
      set_text (account, keys[i], text ? text : default_text);
  }
  envoi_identity_records_apply (self->identities, account);
  g_object_thaw_notify (G_OBJECT (account));
}

/**
 * envoi_account_file_free:
 * @self: (transfer full): what a file said
 *
 * Thread: any
 */
void
envoi_account_file_free (EnvoiAccountFile *self)
{
  g_free (self->text);
  g_free (self->warning);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->set_aside, g_ptr_array_unref);
  g_free (self);
}

static EnvoiAccountRecord *
parse_group (GKeyFile   *key_file,
             const char *group)
{
  EnvoiAccountRecord *record = g_new0 (EnvoiAccountRecord, 1);

  record->id = g_strdup (group + strlen (GROUP_PREFIX));
  record->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    char *text = g_key_file_get_string (key_file, group, keys[i], NULL);

    if (text)
      g_hash_table_insert (record->values, (gpointer) keys[i], text);
  }
  record->identities = envoi_identity_records_parse (key_file, record->id);

  return record;
}

static gboolean
is_account_group (const char *group)
{
  return g_str_has_prefix (group, GROUP_PREFIX) && group[strlen (GROUP_PREFIX)] != '\0';
}

static gboolean
is_set_aside (const EnvoiAccountRecord *record)
{
  return g_strcmp0 (g_hash_table_lookup (record->values, "is-removed"), "true") == 0;
}

static EnvoiAccountFile *
make_file (GKeyFile *key_file,
           char     *warning)
{
  EnvoiAccountFile *self = g_new0 (EnvoiAccountFile, 1);
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);

  self->text = g_key_file_to_data (key_file, NULL, NULL);
  self->warning = warning;
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_account_record_free);
  self->set_aside = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_account_record_free);
  for (guint i = 0; groups[i]; i++) {
    EnvoiAccountRecord *record = is_account_group (groups[i]) ? parse_group (key_file, groups[i])
                                                              : NULL;

    if (record)
      g_ptr_array_add (is_set_aside (record) ? self->set_aside : self->records, record);
  }

  return self;
}

/* A free name beside the file: link() never replaces what is there. */
static char *
set_aside (const char  *path,
           GError     **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  int failure = EEXIST;

  for (guint i = 1; failure == EEXIST && i < 1000; i++) {
    g_autofree char *aside = g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);

    failure = link (path, aside) == 0 ? 0 : errno;
    if (failure == 0 && g_unlink (path) == 0)
      return g_steal_pointer (&aside);
    if (failure == 0)
      failure = errno;
  }

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure),
               /* Translators: a path, then what the system says */
               _("The damaged account file “%s” could not be set aside: %s"), path,
               g_strerror (failure));
  return NULL;
}

static char *
read_text (const char  *path,
           GError     **error)
{
  g_autoptr (GError) failure = NULL;
  GStatBuf status;
  char *text = NULL;

  if (g_stat (path, &status) == 0 && status.st_size > LARGEST_FILE) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The account file “%s” is too large."), path);
    return NULL;
  }

  if (g_file_get_contents (path, &text, NULL, &failure))
    return text;

  if (g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_strdup ("");

  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* Reads the file; a damaged one is set aside and @last_good_text stands in. */
static GKeyFile *
read_key_file (const char  *path,
               const char  *last_good_text,
               char       **warning,
               GError     **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) damage = NULL;
  g_autofree char *text = read_text (path, error);
  g_autofree char *aside = NULL;

  if (!text)
    return NULL;

  if (g_key_file_load_from_data (key_file, text, strlen (text), G_KEY_FILE_KEEP_COMMENTS, &damage))
    return g_steal_pointer (&key_file);

  aside = set_aside (path, error);
  if (!aside)
    return NULL;

  /* Translators: what was wrong, then a path */
  *warning = g_strdup_printf (_("The account file was damaged (%s). It was set aside as “%s”."),
                              damage->message, aside);
  g_key_file_unref (g_steal_pointer (&key_file));
  key_file = g_key_file_new ();
  if (last_good_text)
    g_key_file_load_from_data (key_file, last_good_text, strlen (last_good_text),
                               G_KEY_FILE_KEEP_COMMENTS, NULL);

  return g_steal_pointer (&key_file);
}

/* The window and the command line may change the file at the same time. */
static int
lock_sync (const char  *path,
           GError     **error)
{
  g_autofree char *lock_path = g_strconcat (path, ".lock", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  int failure = g_mkdir_with_parents (folder, 0700) == 0 ? 0 : errno;
  int lock = -1;

  if (failure == 0) {
    lock = g_open (lock_path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    failure = lock < 0 ? errno : 0;
  }

  if (failure == 0 && flock (lock, LOCK_EX) != 0) {
    failure = errno;
    close (lock);
  }

  if (failure == 0)
    return lock;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure),
               /* Translators: a path, then what the system says */
               _("The account file “%s” could not be locked: %s"), path, g_strerror (failure));
  return -1;
}

static EnvoiAccountFile *
write_sync (const char  *path,
            GKeyFile    *key_file,
            char        *warning,
            GError     **error)
{
  g_autoptr (EnvoiAccountFile) file = make_file (key_file, warning);
  GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;

  if (!g_file_set_contents_full (path, file->text, -1, flags, 0600, error))
    return NULL;

  /* An older file may have been readable for others; the new one is not. */
  if (g_chmod (path, 0600) != 0)
    g_debug ("chmod: %s", g_strerror (errno));

  return g_steal_pointer (&file);
}

/**
 * envoi_account_file_load_sync:
 * @path: the account file
 * @error: where an error goes
 *
 * Reads the file. One that does not exist is empty; one that cannot be parsed
 * is renamed, and the result says so in its warning.
 *
 * Errors: those of the file system.
 *
 * Returns: (transfer full): what it says, or %NULL with @error set
 *
 * Thread: worker
 */
EnvoiAccountFile *
envoi_account_file_load_sync (const char  *path,
                              GError     **error)
{
  g_autofree char *warning = NULL;
  g_autoptr (GKeyFile) key_file = read_key_file (path, NULL, &warning, error);

  return key_file ? make_file (key_file, g_steal_pointer (&warning)) : NULL;
}

/* Writes only what differs from what the file means, so that a value of a newer
 * version, which reads as the default here, is not flattened to it. */
static void
merge_record (GKeyFile                 *key_file,
              const EnvoiAccountRecord *record)
{
  g_autofree char *group = g_strconcat (GROUP_PREFIX, record->id, NULL);
  g_autoptr (EnvoiAccountRecord) written = parse_group (key_file, group);
  g_autoptr (EnvoiAccount) meant = envoi_account_new (record->id);

  envoi_account_record_apply (written, meant);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *text = g_hash_table_lookup (record->values, keys[i]);
    g_autofree char *old = get_text (meant, keys[i]);

    if (g_strcmp0 (old, text) != 0 || !g_hash_table_contains (written->values, keys[i]))
      g_key_file_set_string (key_file, group, keys[i], text);
  }

  envoi_identity_records_write (record->identities, key_file, record->id);
}

/**
 * envoi_account_file_put_sync:
 * @path: the account file
 * @last_good_text: (nullable): stands in for a file that got damaged meanwhile
 * @record: the account to add or replace
 * @error: where an error goes
 *
 * Reads the file again under a lock, changes one account and replaces the file
 * atomically, so that another process's change of another account survives.
 *
 * Errors: those of the file system; the file is unchanged then.
 *
 * Returns: (transfer full): what the file says now, or %NULL with @error set
 *
 * Thread: worker
 */
EnvoiAccountFile *
envoi_account_file_put_sync (const char                *path,
                             const char                *last_good_text,
                             const EnvoiAccountRecord  *record,
                             GError                   **error)
{
  g_autofree char *warning = NULL;
  g_autoptr (GKeyFile) key_file = NULL;
  EnvoiAccountFile *file = NULL;
  int lock = lock_sync (path, error);

  if (lock < 0)
    return NULL;

  key_file = read_key_file (path, last_good_text, &warning, error);
  if (key_file) {
    merge_record (key_file, record);
    file = write_sync (path, key_file, g_steal_pointer (&warning), error);
  }

  close (lock);
  return file;
}

/**
 * envoi_account_file_remove_sync:
 * @path: the account file
 * @last_good_text: (nullable): stands in for a file that got damaged meanwhile
 * @id: whose group goes
 * @error: where an error goes
 *
 * Errors: those of the file system; the file is unchanged then.
 *
 * Returns: (transfer full): what the file says now, or %NULL with @error set
 *
 * Thread: worker
 */
EnvoiAccountFile *
envoi_account_file_remove_sync (const char  *path,
                                const char  *last_good_text,
                                const char  *id,
                                GError     **error)
{
  g_autofree char *warning = NULL;
  g_autofree char *group = g_strconcat (GROUP_PREFIX, id, NULL);
  g_autoptr (GKeyFile) key_file = NULL;
  EnvoiAccountFile *file = NULL;
  int lock = lock_sync (path, error);

  if (lock < 0)
    return NULL;

  key_file = read_key_file (path, last_good_text, &warning, error);
  if (key_file) {
    g_key_file_remove_group (key_file, group, NULL);
    envoi_identity_records_write (NULL, key_file, id);
    file = write_sync (path, key_file, g_steal_pointer (&warning), error);
  }

  close (lock);
  return file;
}

static EnvoiAccountFile *
arrange_locked_sync (const char         *path,
                     const char *const  *ids,
                     GError            **error)
{
  g_autofree char *text = read_text (path, error);
  g_autofree char *arranged = text ? envoi_account_arrange (text, ids) : NULL;
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  if (!arranged ||
      !g_key_file_load_from_data (key_file, arranged, strlen (arranged), G_KEY_FILE_KEEP_COMMENTS,
                                  error))
    return NULL;

  return write_sync (path, key_file, NULL, error);
}

/**
 * envoi_account_file_arrange_sync:
 * @path: the account file
 * @ids: accounts, the first one first
 * @error: where an error goes
 *
 * Errors: those of the file system and of key files; the file is unchanged then.
 *
 * Returns: (transfer full): what the file says now, or %NULL with @error set
 *
 * Thread: worker
 */
EnvoiAccountFile *
envoi_account_file_arrange_sync (const char         *path,
                                 const char *const  *ids,
                                 GError            **error)
{
  EnvoiAccountFile *file;
  int lock = lock_sync (path, error);

  if (lock < 0)
    return NULL;

  file = arrange_locked_sync (path, ids, error);
  close (lock);
  return file;
}

/**
 * envoi_account_file_parse:
 * @text: what an account file says
 * @error: where an error goes
 *
 * Errors: those of key files.
 *
 * Returns: (transfer full): what it means, or %NULL with @error set
 *
 * Thread: any
 */
EnvoiAccountFile *
envoi_account_file_parse (const char  *text,
                          GError     **error)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  if (!g_key_file_load_from_data (key_file, text, strlen (text), G_KEY_FILE_NONE, error))
    return NULL;

  return make_file (key_file, NULL);
}

/**
 * envoi_account_file_format:
 * @records: (element-type EnvoiAccountRecord): accounts
 *
 * Returns: (transfer full): an account file that says nothing else
 *
 * Thread: any
 */
char *
envoi_account_file_format (GPtrArray *records)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  for (guint i = 0; i < records->len; i++)
    merge_record (key_file, g_ptr_array_index (records, i));

  return g_key_file_to_data (key_file, NULL, NULL);
}
