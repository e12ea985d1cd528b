/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-address.h"
#include "envoi-message-error.h"
#include "envoi-placeholder.h"

#include <glib/gi18n.h>

/* One letter for many people, each of whom gets a letter of their own. */

typedef struct {
  EnvoiDraft *draft;
  GPtrArray  *addresses;    /* element-type EnvoiAddress, those without a letter yet */
  gint64 hold_until;
  guint n_sent;
} Separate;

static void
separate_free (Separate *separate)
{
  g_clear_object (&separate->draft);
  g_clear_pointer (&separate->addresses, g_ptr_array_unref);
  g_free (separate);
}

static gboolean
has_mailbox (GPtrArray          *addresses,
             const EnvoiAddress *address)
{
  for (guint i = 0; i < addresses->len; i++) {
    if (g_str_equal (envoi_address_get_mailbox (g_ptr_array_index (addresses, i)),
                     envoi_address_get_mailbox (address)))
      return TRUE;
  }

  return FALSE;
}

static gboolean
add_addresses (GPtrArray   *addresses,
               const char  *text,
               GError     **error)
{
  g_autoptr (GPtrArray) parsed = envoi_address_parse_list (text, error);

  for (guint i = 0; parsed && i < parsed->len; i++) {
    EnvoiAddress *address = g_ptr_array_index (parsed, i);

    if (!has_mailbox (addresses, address))
      g_ptr_array_add (addresses, envoi_address_ref (address));
  }

  return parsed != NULL;
}

static GPtrArray *
collect_addresses (EnvoiDraft  *draft,
                   GError     **error)
{
  g_autoptr (GPtrArray) addresses =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_address_unref);

  if (!add_addresses (addresses, envoi_draft_get (draft, "to"), error) ||
      !add_addresses (addresses, envoi_draft_get (draft, "cc"), error) ||
      !add_addresses (addresses, envoi_draft_get (draft, "bcc"), error))
    return NULL;

  if (addresses->len == 0) {
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                 _("The letter has no recipient."));
    return NULL;
  }

  return g_steal_pointer (&addresses);
}

/* The same letter gets the same id when it is sent again after a crash, so that
 * nobody has it twice. The last letter takes the draft's own place. */
static char *
make_id (Separate           *separate,
         const EnvoiAddress *address)
{
  g_autofree char *key = NULL;
  g_autofree char *hash = NULL;

  if (separate->addresses->len == 1)
    return g_strdup (envoi_draft_get_id (separate->draft));

  key = g_strconcat (envoi_draft_get_id (separate->draft), "\n",
                     envoi_address_get_mailbox (address), NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  return g_strndup (hash, 32);
}

static EnvoiDraft *
make_letter (Separate            *separate,
             const EnvoiAddress  *address,
             GError             **error)
{
  g_autofree char *id = make_id (separate, address);
  g_autofree char *to = envoi_address_format (address);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GBytes) bytes = envoi_draft_serialize (separate->draft);
  EnvoiDraft *letter = envoi_draft_deserialize (id, bytes, error);

  if (!letter)
    return NULL;

  envoi_draft_set (letter, "to", to);
  envoi_draft_set (letter, "cc", "");
  envoi_draft_set (letter, "bcc", "");
  envoi_placeholder_fill_draft (letter, address, now);
  return letter;
}

/* After a failure, so that trying again writes to nobody twice. */
static void
keep_rest (Separate *separate)
{
  g_autoptr (GString) rest = g_string_new (NULL);

  if (separate->n_sent == 0)
    return;

  for (guint i = 0; i < separate->addresses->len; i++) {
    g_autofree char *text = envoi_address_format (g_ptr_array_index (separate->addresses, i));

    g_string_append_printf (rest, "%s%s", i > 0 ? ", " : "", text);
  }

  envoi_draft_set (separate->draft, "to", rest->str);
  envoi_draft_set (separate->draft, "cc", "");
  envoi_draft_set (separate->draft, "bcc", "");
}

static void send_next (GTask *task);

static void
did_send_one_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Separate *separate = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);

  /* Another letter of this id is on its way: the one of a try before. */
  if (!id && (!g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT) ||
              separate->addresses->len == 1)) {
    keep_rest (separate);
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  separate->n_sent++;
  g_ptr_array_remove_index (separate->addresses, 0);
  if (separate->addresses->len > 0)
    send_next (g_steal_pointer (&task));
  else
    g_task_return_int (task, separate->n_sent);
}

/* Takes @owned. */
static void
send_next (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Separate *separate = g_task_get_task_data (task);
  g_autoptr (EnvoiDraft) letter = NULL;
  GError *error = NULL;

  letter = make_letter (separate, g_ptr_array_index (separate->addresses, 0), &error);
  if (!letter) {
    g_task_return_error (task, error);
    return;
  }

  envoi_service_send_async (g_task_get_source_object (task), letter, separate->hold_until,
                            g_task_get_cancellable (task), did_send_one_cb, g_object_ref (task));
}

void
envoi_service_send_separately_async (EnvoiService        *self,
                                     EnvoiDraft          *draft,
                                     gint64               hold_until,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) addresses = NULL;
  Separate *separate;
  GError *error = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_send_separately_async);

  addresses = collect_addresses (draft, &error);
  if (!addresses) {
    g_task_return_error (task, error);
    return;
  }

  separate = g_new0 (Separate, 1);
  separate->draft = g_object_ref (draft);
  separate->addresses = g_steal_pointer (&addresses);
  separate->hold_until = hold_until;
  g_task_set_task_data (task, separate, (GDestroyNotify) separate_free);
  send_next (g_steal_pointer (&task));
}

guint
envoi_service_send_separately_finish (EnvoiService  *self,
                                      GAsyncResult  *result,
                                      GError       **error)
{
  gssize n_sent;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  n_sent = g_task_propagate_int (G_TASK (result), error);
  return n_sent > 0 ? (guint) n_sent : 0;
}
