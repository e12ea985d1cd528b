/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-address.h"
#include "envoi-group.h"

/* Whom a person writes to, learnt from the letters that are here: nothing is
 * kept apart, so deleting a letter forgets its people. An address book can have
 * tens of thousands of them, so they are read beside the window's work. */

#define MAX_LETTERS 1000

/* What was found in memory, as it is written there. */
typedef struct {
  GPtrArray *lines;      /* of char *: lists of addresses, the newest first */
} Found;

static void
found_free (Found *found)
{
  g_ptr_array_unref (found->lines);
  g_free (found);
}

/* The line has the names; the recipients have also who is in Cc and Bcc. */
static void
find_in_letter (Found                   *found,
                const EnvoiLetterRecord *record)
{
  g_ptr_array_add (found->lines, g_strdup (record->to_line));
  for (guint i = 0; record->recipients && i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (recipient->state != ENVOI_RECIPIENT_REFUSED &&
        recipient->state != ENVOI_RECIPIENT_RETURNED)
      g_ptr_array_add (found->lines, g_strdup (recipient->address));
  }
}

static void
find_in_letters (Found       *found,
                 EnvoiOutbox *outbox)
{
  static const EnvoiFolder folders[] = {
    ENVOI_FOLDER_OUTBOX, ENVOI_FOLDER_SCHEDULED, ENVOI_FOLDER_SENT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    GListModel *letters = envoi_outbox_get_folder (outbox, folders[i]);
    guint n = MIN (g_list_model_get_n_items (letters), MAX_LETTERS);

    for (guint j = 0; j < n; j++) {
      g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, j);

      find_in_letter (found, envoi_letter_get_record (letter));
    }
  }
}

/* @people: nullable */
static void
find_in_contacts (Found  *found,
                  char  **people)
{
  for (guint i = 0; people && people[i]; i++)
    g_ptr_array_add (found->lines, g_strdup (people[i]));
}

static void
add_line (GHashTable   *known,
          GStrvBuilder *people,
          const char   *line)
{
  g_autoptr (GPtrArray) addresses = NULL;

  if (envoi_group_is (line)) {
    if (g_hash_table_add (known, envoi_group_dup_name (line)))
      g_strv_builder_add (people, line);
    return;
  }

  addresses = envoi_address_parse_list (line, NULL);
  for (guint i = 0; addresses && i < addresses->len; i++) {
    EnvoiAddress *address = g_ptr_array_index (addresses, i);
    g_autofree char *text = NULL;

    if (!g_hash_table_add (known, g_strdup (envoi_address_get_mailbox (address))))
      continue;
    text = envoi_address_format (address);
    g_strv_builder_add (people, text);
  }
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  const Found *found = data;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) people = NULL;

  for (guint i = 0; i < found->lines->len; i++)
    add_line (known, builder, g_ptr_array_index (found->lines, i));

  people = g_strv_builder_end (builder);
  g_task_return_pointer (task, envoi_people_new ((const char *const *) people),
                         (GDestroyNotify) envoi_people_unref);
}

void
envoi_service_list_people_async (EnvoiService        *self,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Found *found;

  g_return_if_fail (ENVOI_IS_SERVICE (self));

  found = g_new0 (Found, 1);
  found->lines = g_ptr_array_new_with_free_func (g_free);
  if (self->outbox)
    find_in_letters (found, self->outbox);
  find_in_contacts (found, self->contacts);
  if (envoi_settings_uses_desktop_contacts (self->settings))
    find_in_contacts (found, self->desktop_contacts);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_list_people_async);
  g_task_set_task_data (task, found, (GDestroyNotify) found_free);
  g_task_run_in_thread (task, read_in_thread);
}

EnvoiPeople *
envoi_service_list_people_finish (EnvoiService  *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
