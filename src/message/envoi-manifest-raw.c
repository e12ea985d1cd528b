/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-manifest-private.h"
#include "envoi-message-error.h"
#include "envoi-mime-private.h"
#include "envoi-raw-private.h"

#include "envoi-address.h"
#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define TOKEN_BYTES 16
#define MAX_SUBJECT_CHARS 1000
#define MAX_LINE_CHARS 100000

static gboolean
add_mailbox (GPtrArray   *addresses,
             const char  *mailbox,
             GError     **error)
{
  EnvoiAddress *address = envoi_address_new (NULL, mailbox, error);

  if (!address)
    return FALSE;

  g_ptr_array_add (addresses, address);
  return TRUE;
}

static gboolean
set_no_recipient (GError **error)
{
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                       _("The message has nobody to go to."));
  return FALSE;
}

static gboolean
is_receiver_field (const char *name)
{
  return g_ascii_strcasecmp (name, "To") == 0 || g_ascii_strcasecmp (name, "Cc") == 0;
}

static char *
make_line (EnvoiRawHeader     *header,
           GMimeParserOptions *options)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < header->names->len; i++) {
    InternetAddressList *list;
    g_autofree char *joined = NULL;
    g_autofree char *text = NULL;

    if (!is_receiver_field (g_ptr_array_index (header->names, i)))
      continue;

    joined = envoi_raw_join_words (g_ptr_array_index (header->values, i));
    list = internet_address_list_parse (options, joined);
    text = list ? internet_address_list_to_string (list, NULL, FALSE) : NULL;
    g_clear_object (&list);
    if (text && *text)
      g_string_append_printf (line, "%s%s", line->len > 0 ? ", " : "", text);
  }

  /* A decoded name may hold line ends. */
  return envoi_text_decode_foreign (line->str, line->len, MAX_LINE_CHARS);
}

static char *
decode (GMimeParserOptions *options,
        const char         *value)
{
  g_autofree char *joined = value ? envoi_raw_join_words (value) : NULL;
  g_autofree char *text = joined ? g_mime_utils_header_decode_text (options, joined) : NULL;

  return text ? envoi_text_decode_foreign (text, strlen (text), MAX_SUBJECT_CHARS) : g_strdup ("");
}

/* The fields that RFC 5322 section 3.6 demands and the message has not. */
static GBytes *
make_missing_fields (EnvoiRawHeader *header,
                     EnvoiAddress   *sender,
                     EnvoiClock     *clock,
                     const char     *message_id)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autofree char *date = envoi_manifest_make_date (clock);
  GString *fields = g_string_new (NULL);

  g_ptr_array_add (from, sender);
  if (!envoi_raw_header_get (header, "From"))
    envoi_mime_append_addresses (fields, "From", from);
  if (!envoi_raw_header_get (header, "Date"))
    envoi_mime_append_words (fields, "Date", date);
  if (!envoi_raw_header_get (header, "Message-ID"))
    envoi_mime_append_words (fields, "Message-ID", message_id);

  return g_string_free_to_bytes (fields);
}

/* Whether what was not seen can hold octets over 127: a part may only have them
* when the whole declares it (RFC 2045 section 6.4), but not all programs do. */
static gboolean
may_be_8bit (EnvoiRawHeader *header)
{
  static const char *const ascii[] = { "7bit", "quoted-printable", "base64" };
  const char *encoding = envoi_raw_header_get (header, "Content-Transfer-Encoding");

  for (guint i = 0; encoding && i < G_N_ELEMENTS (ascii); i++) {
    if (g_ascii_strcasecmp (encoding, ascii[i]) == 0)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_body_8bit (EnvoiRawHeader *header,
              GBytes         *seen,
              guint64         size)
{
  gsize n_seen;
  const guint8 *octets = g_bytes_get_data (seen, &n_seen);

  for (gsize i = header->length; i < n_seen; i++) {
    if (octets[i] >= 0x80)
      return TRUE;
  }

  return n_seen < size && may_be_8bit (header);
}

static GPtrArray *
check_recipients (const char *const  *recipients,
                  GError            **error)
{
  g_autoptr (GPtrArray) addresses =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_address_unref);

  for (guint i = 0; recipients && recipients[i]; i++) {
    if (!add_mailbox (addresses, recipients[i], error))
      return NULL;
  }

  if (addresses->len == 0 && !set_no_recipient (error))
    return NULL;

  return g_steal_pointer (&addresses);
}

static gboolean
needs_smtputf8 (EnvoiAddress *sender,
                GPtrArray    *recipients)
{
  gboolean is_needed = envoi_address_needs_smtputf8 (sender);

  for (guint i = 0; i < recipients->len; i++)
    is_needed = is_needed || envoi_address_needs_smtputf8 (g_ptr_array_index (recipients, i));

  return is_needed;
}

static GPtrArray *
make_segments (GBytes     *prefix,
               const char *blob_id,
               guint64     size)
{
  GPtrArray *segments = envoi_segment_new_array ();

  if (g_bytes_get_size (prefix) > 0)
    g_ptr_array_add (segments, envoi_segment_new_literal (prefix));
  g_ptr_array_add (segments, envoi_segment_new_blob (ENVOI_SEGMENT_VERBATIM, blob_id, size));
  return segments;
}

/**
 * envoi_manifest_seal_raw:
 * @raw: a normalised message and who it is from and for
 * @clock: gives the Date, when it is missing
 * @random: gives the Message-ID, when it is missing
 * @error: return location for an error
 *
 * Freezes a finished message. Date, Message-ID and From are put before it when
 * it has none; nothing else of it changes.
 *
 * Errors: BAD_ADDRESS, REFUSED_INPUT, NO_RECIPIENT
 *
 * Returns: (transfer full) (nullable): the manifest
 *
 * Thread: any
 */
EnvoiManifest *
envoi_manifest_seal_raw (const EnvoiRawMessage  *raw,
                         EnvoiClock             *clock,
                         EnvoiRandom            *random,
                         GError                **error)
{
  g_autoptr (GMimeParserOptions) options = envoi_raw_new_options ();
  g_autoptr (EnvoiAddress) from = envoi_address_new (NULL, raw->sender, error);
  g_autoptr (GPtrArray) addresses = from ? check_recipients (raw->recipients, error) : NULL;
  g_autofree char *token = envoi_random_make_token (random, TOKEN_BYTES);
  g_auto (GStrv) merged = NULL;
  g_auto (EnvoiRawHeader) fields = { 0 };
  g_autoptr (GBytes) prefix = NULL;
  EnvoiManifestParts parts = { 0 };

  g_return_val_if_fail (envoi_segment_is_blob_id (raw->blob_id), NULL);

  if (!addresses)
    return NULL;

  envoi_raw_header_parse (&fields, g_bytes_get_data (raw->header, NULL),
                          g_bytes_get_size (raw->header));
  merged = envoi_manifest_merge (&addresses, 1);
  parts.envelope = envoi_envelope_new (envoi_address_get_mailbox (from),
                                       (const char *const *) merged, ENVOI_ENVELOPE_NONE, token);
  parts.subject = decode (options, envoi_raw_header_get (&fields, "Subject"));
  parts.message_id = decode (options, envoi_raw_header_get (&fields, "Message-ID"));
  if (!*parts.message_id) {
    g_free (parts.message_id);
    parts.message_id = envoi_manifest_make_message_id (envoi_address_get_mailbox (from), token);
  }
  parts.to_line = make_line (&fields, options);
  if (!*parts.to_line) {
    g_free (parts.to_line);
    parts.to_line = envoi_manifest_make_line (addresses);
  }
  prefix = make_missing_fields (&fields, from, clock, parts.message_id);
  parts.segments = make_segments (prefix, raw->blob_id, raw->size);
  parts.is_8bit = is_body_8bit (&fields, raw->header, raw->size);
  parts.needs_smtputf8 = fields.has_8bit || needs_smtputf8 (from, addresses);
  return envoi_manifest_take (&parts);
}
