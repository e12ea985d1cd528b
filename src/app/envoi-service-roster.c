/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-signature.h"

#include <glib/gi18n.h>
#include <string.h>

/* Which accounts there are: the default one, what waits for a sign-in, export and import. */

#define LARGEST_IMPORT (4 * 1024 * 1024)

void
envoi_service_set_default_account (EnvoiService *self,
                                   EnvoiAccount *account)
{
  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  envoi_settings_set_default_account (self->settings, envoi_account_get_id (account));
}

EnvoiTokenHealth
envoi_service_get_token_health (EnvoiService *self,
                                EnvoiAccount *account)
{
  EnvoiTokenHealth nothing = { 0 };

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), nothing);
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (account), nothing);

  return self->broker ? envoi_token_broker_get_health (self->broker, account) : nothing;
}

static guint
count_later_letters (EnvoiService *self,
                     EnvoiAccount *account,
                     gint64        due_us)
{
  GListModel *letters = envoi_outbox_get_folder (self->outbox, ENVOI_FOLDER_SCHEDULED);
  guint n_letters = 0;

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, i);
    const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

    if (g_strcmp0 (record->account_id, envoi_account_get_id (account)) == 0 &&
        record->hold_until >= due_us)
      n_letters++;
  }

  return n_letters;
}

EnvoiAccount *
envoi_service_find_sign_in_due (EnvoiService *self,
                                gint64       *due_us,
                                guint        *n_letters)
{
  GListModel *accounts;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);

  accounts = G_LIST_MODEL (self->accounts);
  for (guint i = 0; self->outbox && i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);
    EnvoiTokenHealth health;

    if (!envoi_account_is_brokered (account) || !envoi_account_is_enabled (account))
      continue;

    health = envoi_service_get_token_health (self, account);
    *due_us = health.due_us;
    *n_letters = health.due_us > 0 ? count_later_letters (self, account, health.due_us) : 0;
    if (*n_letters > 0)
      return account;
  }

  return NULL;
}

/* Opening a pipe would wait for somebody at its other end, and a device may never end. */
static gboolean
look_at_file (GFile         *file,
              GAsyncResult  *result,
              GError       **error)
{
  g_autoptr (GFileInfo) info = g_file_query_info_finish (file, result, error);

  if (!info)
    return FALSE;
  if (g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("%s is not a file."),
               g_file_info_get_display_name (info));
  return FALSE;
}

static void
did_export_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
did_look_at_export_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  GTask *task = user_data;
  GFile *file = G_FILE (source);
  GError *error = NULL;

  if (!look_at_file (file, result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }

  g_clear_error (&error);
  g_file_replace_contents_bytes_async (file, g_task_get_task_data (task), NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE, g_task_get_cancellable (task),
                                       did_export_cb, task);
}

static void
begin_transfer (GTask               *task,
                GFile               *file,
                GAsyncReadyCallback  callback)
{
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE ","
                           G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, g_task_get_cancellable (task), callback, task);
}

void
envoi_service_export_accounts_async (EnvoiService        *self,
                                     GFile               *file,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  GTask *task;
  char *text;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_export_accounts_async);
  text = envoi_account_list_format (self->accounts);
  g_task_set_task_data (task, g_bytes_new_take (text, strlen (text)),
                        (GDestroyNotify) g_bytes_unref);
  begin_transfer (task, file, did_look_at_export_cb);
}

gboolean
envoi_service_export_accounts_finish (EnvoiService  *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct {
  EnvoiImportReport report;
  GPtrArray *saves;      /* accounts to be saved, the last one first */
} Import;

static void
import_free (Import *import)
{
  g_ptr_array_unref (import->saves);
  g_free (import);
}

static gboolean
is_same_property (EnvoiAccount *a,
                  EnvoiAccount *b,
                  const char   *property)
{
  g_autofree char *text_a = NULL;
  g_autofree char *text_b = NULL;

  g_object_get (a, property, &text_a, NULL);
  g_object_get (b, property, &text_b, NULL);
  return g_ascii_strcasecmp (text_a, text_b) == 0;
}

/* The same mailbox by the same server; whatever id either has. */
static gboolean
is_same (EnvoiAccount *one,
         EnvoiAccount *other)
{
  return envoi_account_is_same_address (envoi_account_get_email (one),
                                        envoi_account_get_email (other)) &&
         is_same_property (one, other, "host") && is_same_property (one, other, "user");
}

/* Whether the file had it already: each is saved when all have been looked at. */
static gboolean
is_repeated (Import       *import,
             EnvoiAccount *wanted)
{
  for (guint i = 0; i < import->saves->len; i++)
    if (is_same (g_ptr_array_index (import->saves, i), wanted))
      return TRUE;

  return FALSE;
}

static EnvoiAccount *
find_known (EnvoiService *self,
            EnvoiAccount *wanted)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (is_same (account, wanted))
      return account;
  }

  return NULL;
}

/* A file from elsewhere may hold anything where HTML should be. */
static gboolean
accept_identities (EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);

  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);

    if (!envoi_identity_check (identity, NULL, NULL))
      return FALSE;
    if (*envoi_identity_get_signature_html (identity) &&
        !envoi_signature_set (identity, envoi_identity_get_signature_html (identity), NULL))
      return FALSE;
  }

  return TRUE;
}

/* Identities that @known lacks, under ids of its own. Returns how many. */
static guint
add_identities (EnvoiAccount *known,
                EnvoiAccount *imported)
{
  GListModel *identities = envoi_account_get_identities (imported);
  guint n_added = 0;

  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);
    g_autofree char *from = envoi_identity_format_from (identity);
    EnvoiIdentity *same = envoi_account_find_identity (known, from);
    g_autofree char *same_from = same ? envoi_identity_format_from (same) : NULL;
    g_autoptr (EnvoiIdentity) fresh = NULL;

    if (g_strcmp0 (same_from, from) == 0 || envoi_identity_is_main (identity))
      continue;

    fresh = envoi_identity_copy (identity, "");
    envoi_account_put_identity (known, fresh);
    n_added++;
  }

  return n_added;
}

/* The practice account is there only while its server runs; its id is its own all the same. */
static gboolean
is_taken (EnvoiService *self,
          const char   *id)
{
  return g_str_equal (id, ENVOI_PRACTICE_ID) || envoi_account_list_find (self->accounts, id);
}

static void
import_account (EnvoiService *self,
                Import       *import,
                EnvoiAccount *account)
{
  EnvoiAccount *known = find_known (self, account);

  if (!envoi_account_check (account, NULL, NULL) || !accept_identities (account)) {
    import->report.n_refused++;
  } else if (is_repeated (import, account)) {
    import->report.n_known++;
  } else if (known) {
    g_autoptr (EnvoiAccount) copy = envoi_account_copy (known);

    if (add_identities (copy, account) > 0) {
      import->report.n_extended++;
      g_ptr_array_add (import->saves, g_steal_pointer (&copy));
    } else {
      import->report.n_known++;
    }
  } else {
    import->report.n_added++;
    g_ptr_array_add (import->saves,
                     is_taken (self, envoi_account_get_id (account))
                     ? envoi_account_copy_as (account, NULL) : g_object_ref (account));
  }
}

static void save_next (GTask *task);

static void
did_save_import_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error))
    save_next (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
save_next (GTask *task)
{
  EnvoiService *self = g_task_get_source_object (task);
  Import *import = g_task_get_task_data (task);
  g_autoptr (EnvoiAccount) account = NULL;

  if (import->saves->len == 0) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }

  account = g_ptr_array_steal_index (import->saves, 0);
  if (!envoi_account_list_find (self->accounts, envoi_account_get_id (account)))
    envoi_account_set_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN,
                             _("Its password was not part of the file."));
  envoi_account_list_save_async (self->accounts, account, NULL, did_save_import_cb, task);
}

/* Whoever names a film is told so before memory does. */
static gboolean
is_not_too_large (const char *text,
                  goffset     length,
                  gpointer    user_data)
{
  return length <= LARGEST_IMPORT;
}

/* (transfer full) (nullable) */
static GPtrArray *
parse_import (const char  *text,
              gsize        length,
              GError     **error)
{
  g_autoptr (GError) cause = NULL;
  GPtrArray *accounts = NULL;

  if (length <= LARGEST_IMPORT)
    accounts = envoi_account_list_parse (text, &cause);
  if (!accounts)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         cause ? cause->message : _("The file is too large."));

  return accounts;
}

static void
did_read_import_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  Import *import = g_task_get_task_data (task);
  g_autoptr (GPtrArray) accounts = NULL;
  g_autofree char *text = NULL;
  gsize length = 0;
  GError *error = NULL;

  if (g_file_load_partial_contents_finish (G_FILE (source), result, &text, &length, NULL, &error))
    accounts = parse_import (text, length, &error);
  if (!accounts) {
    g_task_return_error (task, error);
    return;
  }

  for (guint i = 0; i < accounts->len; i++)
    import_account (self, import, g_ptr_array_index (accounts, i));
  save_next (g_steal_pointer (&task));
}

static void
did_look_at_import_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  GTask *task = user_data;
  GFile *file = G_FILE (source);
  GError *error = NULL;

  if (!look_at_file (file, result, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }

  g_file_load_partial_contents_async (file, g_task_get_cancellable (task), is_not_too_large,
                                      did_read_import_cb, task);
}

void
envoi_service_import_accounts_async (EnvoiService        *self,
                                     GFile               *file,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  Import *import;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  import = g_new0 (Import, 1);
  import->saves = g_ptr_array_new_with_free_func (g_object_unref);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_import_accounts_async);
  g_task_set_task_data (task, import, (GDestroyNotify) import_free);
  begin_transfer (task, file, did_look_at_import_cb);
}

gboolean
envoi_service_import_accounts_finish (EnvoiService       *self,
                                      GAsyncResult       *result,
                                      EnvoiImportReport  *report,
                                      GError            **error)
{
  const Import *import;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  import = g_task_get_task_data (G_TASK (result));
  *report = import->report;
  return g_task_propagate_boolean (G_TASK (result), error);
}
