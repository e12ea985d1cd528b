/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-address.h"

/* Whom a person writes to, learnt from the letters that are here: nothing is
 * kept apart, so deleting a letter forgets its people. */

#define MAX_LETTERS 1000

static void
add_address (GHashTable      *known,
             GStrvBuilder    *list,
             EnvoiAddress    *address)
{
  if (g_hash_table_add (known, g_strdup (envoi_address_get_mailbox (address)))) {
    g_autofree char *text = envoi_address_format (address);

    g_strv_builder_add (list, text);
  }
}

/* The line has the names; the recipients have also who is in Cc and Bcc. */
static void
add_letter (GHashTable              *known,
            GStrvBuilder            *list,
            const EnvoiLetterRecord *record)
{
  g_autoptr (GPtrArray) addresses = envoi_address_parse_list (record->to_line, NULL);

  for (guint i = 0; addresses && i < addresses->len; i++)
    add_address (known, list, g_ptr_array_index (addresses, i));

  for (guint i = 0; record->recipients && i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);
    g_autoptr (EnvoiAddress) address = envoi_address_parse (recipient->address, NULL);

    if (address && recipient->state != ENVOI_RECIPIENT_REFUSED &&
        recipient->state != ENVOI_RECIPIENT_RETURNED)
      add_address (known, list, address);
  }
}

/* @people: nullable */
static void
add_contacts (GHashTable    *known,
              GStrvBuilder  *list,
              char         **people)
{
  for (guint i = 0; people && people[i]; i++) {
    g_autoptr (EnvoiAddress) address = envoi_address_parse (people[i], NULL);

    if (address)
      add_address (known, list, address);
  }
}

char **
envoi_service_list_correspondents (EnvoiService *self)
{
  static const EnvoiFolder folders[] = {
    ENVOI_FOLDER_OUTBOX, ENVOI_FOLDER_SCHEDULED, ENVOI_FOLDER_SENT,
  };
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);

  for (guint i = 0; self->outbox && i < G_N_ELEMENTS (folders); i++) {
    GListModel *letters = envoi_outbox_get_folder (self->outbox, folders[i]);
    guint n = MIN (g_list_model_get_n_items (letters), MAX_LETTERS);

    for (guint j = 0; j < n; j++) {
      g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, j);

      add_letter (known, list, envoi_letter_get_record (letter));
    }
  }

  add_contacts (known, list, self->contacts);
  if (envoi_settings_uses_desktop_contacts (self->settings))
    add_contacts (known, list, self->desktop_contacts);

  return g_strv_builder_end (list);
}
