/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-message-recipients.h"

#include "envoi-address.h"
#include "envoi-message-error.h"

#include <gmime/gmime.h>

static GMimeMessage *
parse_header (GBytes *header)
{
  gsize length;
  const char *bytes = g_bytes_get_data (header, &length);
  GMimeMessage *message;
  GMimeStream *stream;
  GMimeParser *parser;

  /* Counted by GMime; a second call is free. */
  g_mime_init ();
  stream = g_mime_stream_mem_new_with_buffer (bytes, length);
  parser = g_mime_parser_new_with_stream (stream);
  message = g_mime_parser_construct_message (parser, NULL);
  g_object_unref (parser);
  g_object_unref (stream);
  return message;
}

static gboolean
collect_mailboxes (InternetAddressList  *list,
                   GPtrArray            *mailboxes,
                   GError              **error)
{
  for (int i = 0; list && i < internet_address_list_length (list); i++) {
    InternetAddress *address = internet_address_list_get_address (list, i);
    const char *mailbox;

    if (INTERNET_ADDRESS_IS_GROUP (address)) {
      InternetAddressGroup *group = INTERNET_ADDRESS_GROUP (address);

      if (!collect_mailboxes (internet_address_group_get_members (group), mailboxes, error))
        return FALSE;
      continue;
    }

    mailbox = internet_address_mailbox_get_addr (INTERNET_ADDRESS_MAILBOX (address));
    if (!envoi_address_check_mailbox (mailbox ? mailbox : "", error))
      return FALSE;
    if (!g_ptr_array_find_with_equal_func (mailboxes, mailbox, g_str_equal, NULL))
      g_ptr_array_add (mailboxes, g_strdup (mailbox));
  }

  return TRUE;
}

/**
 * envoi_message_parse_recipients:
 * @header: the header of a message, with LF or CRLF line ends
 * @error: where an error goes
 *
 * Reads whom the message is for: To, Cc and Bcc (RFC 5322 section 3.6.3),
 * groups included, each mailbox once.
 *
 * Errors: %ENVOI_MESSAGE_ERROR_NO_RECIPIENT, %ENVOI_MESSAGE_ERROR_BAD_ADDRESS
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the mailboxes
 *
 * Thread: any
 */
char **
envoi_message_parse_recipients (GBytes  *header,
                                GError **error)
{
  static const GMimeAddressType types[] = {
    GMIME_ADDRESS_TYPE_TO, GMIME_ADDRESS_TYPE_CC, GMIME_ADDRESS_TYPE_BCC,
  };
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func (g_free);
  GMimeMessage *message = parse_header (header);
  gboolean is_usable = TRUE;

  for (guint i = 0; is_usable && message && i < G_N_ELEMENTS (types); i++)
    is_usable = collect_mailboxes (g_mime_message_get_addresses (message, types[i]), mailboxes,
                                   error);

  g_clear_object (&message);
  if (!is_usable)
    return NULL;

  if (mailboxes->len == 0) {
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                 "The message names no recipient in To, Cc or Bcc.");
    return NULL;
  }

  g_ptr_array_add (mailboxes, NULL);
  return (char **) g_ptr_array_steal (mailboxes, NULL);
}

/**
 * envoi_message_parse_sender:
 * @header: the header of a message, with LF or CRLF line ends
 *
 * Returns: (transfer full) (nullable): the first usable mailbox of From
 *
 * Thread: any
 */
char *
envoi_message_parse_sender (GBytes *header)
{
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func (g_free);
  GMimeMessage *message = parse_header (header);
  gboolean is_usable;

  is_usable = message && collect_mailboxes (g_mime_message_get_from (message), mailboxes, NULL);
  g_clear_object (&message);

  return is_usable && mailboxes->len > 0 ? g_strdup (g_ptr_array_index (mailboxes, 0)) : NULL;
}
