/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-message-recipients.h"

#include "envoi-manifest-private.h"
#include "envoi-message-error.h"
#include "envoi-raw-private.h"

#include "envoi-address.h"

#include <glib/gi18n.h>

static gboolean
add_mailboxes (GPtrArray            *addresses,
               InternetAddressList  *list,
               GError              **error)
{
  int n_addresses = list ? internet_address_list_length (list) : 0;

  for (int i = 0; i < n_addresses; i++) {
    InternetAddress *item = internet_address_list_get_address (list, i);
    EnvoiAddress *address;
    const char *mailbox;

    if (INTERNET_ADDRESS_IS_GROUP (item)) {
      InternetAddressGroup *group = INTERNET_ADDRESS_GROUP (item);

      if (!add_mailboxes (addresses, internet_address_group_get_members (group), error))
        return FALSE;
      continue;
    }

    mailbox = internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (item));
    address = envoi_address_new (NULL, mailbox ? mailbox : "", error);
    if (!address)
      return FALSE;
    g_ptr_array_add (addresses, address);
  }

  return TRUE;
}

/* The addresses of every field with one of @names; NULL when one is unusable. */
static GPtrArray *
collect (GBytes             *header,
         const char *const  *names,
         GError            **error)
{
  g_autoptr (GMimeParserOptions) options = envoi_raw_new_options ();
  g_autoptr (GPtrArray) addresses =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_address_unref);
  g_auto (EnvoiRawHeader) fields = { 0 };

  envoi_raw_header_parse (&fields, g_bytes_get_data (header, NULL), g_bytes_get_size (header));

  for (guint i = 0; i < fields.names->len; i++) {
    g_autofree char *name = g_ascii_strdown (g_ptr_array_index (fields.names, i), -1);
    InternetAddressList *list;
    gboolean is_good;

    if (!g_strv_contains (names, name))
      continue;

    list = internet_address_list_parse (options, g_ptr_array_index (fields.values, i));
    is_good = add_mailboxes (addresses, list, error);
    g_clear_object (&list);
    if (!is_good)
      return NULL;
  }

  return g_steal_pointer (&addresses);
}

/**
 * envoi_message_parse_recipients:
 * @header: the first bytes of a message, at least its header, any line ends
 * @error: return location for an error
 *
 * Reads whom a finished message is for: To, Cc and Bcc, as "sendmail -t" does,
 * groups included (RFC 5322 section 3.6.3), each mailbox once.
 *
 * Errors: BAD_ADDRESS, REFUSED_INPUT, NO_RECIPIENT
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the mailboxes
 *
 * Thread: any
 */
char **
envoi_message_parse_recipients (GBytes  *header,
                                GError **error)
{
  static const char *const names[] = { "to", "cc", "bcc", NULL };
  g_autoptr (GPtrArray) addresses = collect (header, names, error);

  if (!addresses)
    return NULL;

  if (addresses->len == 0) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                         _("The message names no recipient in To, Cc or Bcc."));
    return NULL;
  }

  return envoi_manifest_merge (&addresses, 1);
}

/**
 * envoi_message_parse_sender:
 * @header: the first bytes of a message, at least its header, any line ends
 *
 * Returns: (transfer full) (nullable): the first usable mailbox of From
 *
 * Thread: any
 */
char *
envoi_message_parse_sender (GBytes *header)
{
  static const char *const names[] = { "from", NULL };
  g_autoptr (GPtrArray) addresses = collect (header, names, NULL);

  if (!addresses || addresses->len == 0)
    return NULL;

  return g_strdup (envoi_address_get_mailbox (g_ptr_array_index (addresses, 0)));
}
