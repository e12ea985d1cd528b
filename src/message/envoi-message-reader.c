/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-address.h"
#include "envoi-message-error.h"
#include "envoi-message-reader-private.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_HEADER_CHARS 4096
#define MAX_NAME_CHARS 255

/* Nobody nests parts deeper but to do harm. */
#define MAX_NESTING 64

/**
 * EnvoiMessageReader:
 *
 * A message taken apart: what a receiver would see, and what is wrong with it.
 *
 * Thread: made on any one thread, then immutable
 */
struct _EnvoiMessageReader {
  GObject parent_instance;

  GBytes *source;
  EnvoiRawHeader header;
  GMimeParserOptions *options;
  char *html;
  char *text;
  GPtrArray *parts;
  const char **complaints;
  gboolean has_new_names_only;
};

G_DEFINE_FINAL_TYPE (EnvoiMessageReader, envoi_message_reader, G_TYPE_OBJECT)

static void
received_part_free (EnvoiReceivedPart *part)
{
  g_free (part->name);
  g_free (part->content_type);
  g_free (part->content_id);
  g_bytes_unref (part->bytes);
  g_free (part);
}

static char *
make_content_type (GMimeObject *object)
{
  return g_mime_content_type_get_mime_type (g_mime_object_get_content_type (object));
}

static gboolean
is_file_name (const char *name)
{
  return *name && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
}

/* @decoded: what GMime made of the name; a path in it is taken off. */
static char *
make_name (EnvoiMessageReader *self,
           const char         *decoded,
           const char         *otherwise)
{
  g_autofree char *shown = NULL;
  const char *base;

  if (decoded) {
    shown = envoi_text_decode_foreign (decoded, strlen (decoded), MAX_NAME_CHARS);
    base = MAX (strrchr (shown, '/'), strrchr (shown, '\\'));
    base = base ? base + 1 : shown;
    if (is_file_name (base))
      return g_strdup (base);
  }

  return g_strdup_printf ("part-%u%s", self->parts->len + 1, otherwise);
}

static char *
dup_raw_field (GMimeObject *object,
               const char  *name)
{
  GMimeHeaderList *headers = g_mime_object_get_header_list (object);
  GMimeHeader *field = g_mime_header_list_get_header (headers, name);
  const char *raw = field ? g_mime_header_get_raw_value (field) : NULL;

  return raw ? envoi_raw_join_words (raw) : NULL;
}

/* Read again from the field, because GMime loses words of a name in many. */
static char *
find_name (GMimeObject        *object,
           GMimeParserOptions *options)
{
  g_autofree char *disposition = dup_raw_field (object, "Content-Disposition");
  g_autofree char *type = dup_raw_field (object, "Content-Type");
  g_autoptr (GMimeContentDisposition) parsed_disposition =
    disposition ? g_mime_content_disposition_parse (options, disposition) : NULL;
  g_autoptr (GMimeContentType) parsed_type = NULL;
  const char *name = NULL;

  if (parsed_disposition)
    name = g_mime_content_disposition_get_parameter (parsed_disposition, "filename");
  if (name)
    return g_strdup (name);

  parsed_type = type ? g_mime_content_type_parse (options, type) : NULL;
  return parsed_type ? g_strdup (g_mime_content_type_get_parameter (parsed_type, "name")) : NULL;
}

static void
add_part (EnvoiMessageReader *self,
          GMimeObject        *object,
          char               *name,
          GByteArray         *octets)
{
  EnvoiReceivedPart *part = g_new0 (EnvoiReceivedPart, 1);

  part->name = name;
  part->content_type = make_content_type (object);
  part->content_id = g_strdup (g_mime_object_get_content_id (object));
  part->bytes = g_byte_array_free_to_bytes (octets);
  g_ptr_array_add (self->parts, part);
}

/* The stream keeps the array when it does not own it. */
static GByteArray *
collect_content (GMimeDataWrapper *content)
{
  GByteArray *octets = g_byte_array_new ();
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array (octets);

  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  if (content)
    g_mime_data_wrapper_write_to_stream (content, stream);
  g_object_unref (stream);
  return octets;
}

static void
add_file (EnvoiMessageReader *self,
          GMimePart          *part)
{
  GByteArray *octets = collect_content (g_mime_part_get_content (part));
  g_autofree char *name = find_name (GMIME_OBJECT (part), self->options);

  add_part (self, GMIME_OBJECT (part), make_name (self, name, ""), octets);
}

static void
add_message (EnvoiMessageReader *self,
             GMimeMessagePart   *part)
{
  GMimeMessage *message = g_mime_message_part_get_message (part);
  GByteArray *octets = g_byte_array_new ();
  GMimeStream *stream = g_mime_stream_mem_new_with_byte_array (octets);
  g_autofree char *name = find_name (GMIME_OBJECT (part), self->options);

  g_mime_stream_mem_set_owner (GMIME_STREAM_MEM (stream), FALSE);
  if (message)
    g_mime_object_write_to_stream (GMIME_OBJECT (message), NULL, stream);
  g_object_unref (stream);
  add_part (self, GMIME_OBJECT (part), make_name (self, name, ".eml"), octets);
}

static gboolean
has_parameter (GMimeObject *object,
               const char  *header,
               const char  *parameter)
{
  GMimeHeaderList *headers = g_mime_object_get_header_list (object);
  GMimeHeader *field = g_mime_header_list_get_header (headers, header);
  const char *raw = field ? g_mime_header_get_raw_value (field) : NULL;
  g_autofree char *lower = raw ? g_ascii_strdown (raw, -1) : NULL;

  return lower && strstr (lower, parameter);
}

static void
look_at_name (EnvoiMessageReader *self,
              GMimeObject        *object)
{
  if (has_parameter (object, "Content-Disposition", "filename*") &&
      !has_parameter (object, "Content-Disposition", "filename=") &&
      !has_parameter (object, "Content-Type", "name="))
    self->has_new_names_only = TRUE;
}

/* Text of no charset, or of a wrong one, is what mail in China is: GB18030. */
static char *
take_text (GMimeTextPart *part)
{
  g_autofree char *text = g_mime_text_part_get_text (part);
  g_autoptr (GByteArray) octets = NULL;
  char *converted;

  if (!text || g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&text);

  octets = collect_content (g_mime_part_get_content (GMIME_PART (part)));
  converted = g_convert ((const char *) octets->data, octets->len, "UTF-8", "GB18030", NULL, NULL,
                         NULL);
  return converted ? converted : g_utf8_make_valid (text, -1);
}

/* The first text of each kind is the letter's; any other is a file. */
static void
take_leaf (EnvoiMessageReader *self,
           GMimePart          *part)
{
  GMimeContentType *type = g_mime_object_get_content_type (GMIME_OBJECT (part));
  gboolean is_body = GMIME_IS_TEXT_PART (part) && !g_mime_part_is_attachment (part);
  char **place = NULL;

  look_at_name (self, GMIME_OBJECT (part));

  if (is_body && g_mime_content_type_is_type (type, "text", "html"))
    place = &self->html;
  else if (is_body && g_mime_content_type_is_type (type, "text", "plain"))
    place = &self->text;

  if (place && !*place)
    *place = take_text (GMIME_TEXT_PART (part));
  else
    add_file (self, part);
}

static void
take_part (EnvoiMessageReader *self,
           GMimeObject        *object,
           guint               nesting)
{
  if (GMIME_IS_MULTIPART (object)) {
    int n_children = g_mime_multipart_get_count (GMIME_MULTIPART (object));

    for (int i = 0; i < n_children && nesting < MAX_NESTING; i++)
      take_part (self, g_mime_multipart_get_part (GMIME_MULTIPART (object), i), nesting + 1);
  } else if (GMIME_IS_MESSAGE_PART (object)) {
    add_message (self, GMIME_MESSAGE_PART (object));
  } else if (GMIME_IS_PART (object)) {
    take_leaf (self, GMIME_PART (object));
  }
}

static GMimeMessage *
parse (GBytes             *source,
       GMimeParserOptions *options)
{
  gsize length;
  const char *octets = g_bytes_get_data (source, &length);
  GMimeStream *stream = g_mime_stream_mem_new_with_buffer (octets, length);
  GMimeParser *parser = g_mime_parser_new_with_stream (stream);
  GMimeMessage *message = g_mime_parser_construct_message (parser, options);

  g_object_unref (parser);
  g_object_unref (stream);
  return message;
}

static void
judge (EnvoiMessageReader *self)
{
  EnvoiMessageEvidence evidence = {
    .header = &self->header,
    .html = self->html,
    .text = self->text,
    .parts = self->parts,
    .has_new_names_only = self->has_new_names_only,
  };

  evidence.octets = g_bytes_get_data (self->source, &evidence.length);
  self->complaints = envoi_message_find_complaints (&evidence);
}

static void
envoi_message_reader_finalize (GObject *object)
{
  EnvoiMessageReader *self = ENVOI_MESSAGE_READER (object);

  g_clear_pointer (&self->source, g_bytes_unref);
  envoi_raw_header_clear (&self->header);
  g_clear_pointer (&self->options, g_mime_parser_options_free);
  g_free (self->html);
  g_free (self->text);
  g_ptr_array_unref (self->parts);
  g_free (self->complaints);

  G_OBJECT_CLASS (envoi_message_reader_parent_class)->finalize (object);
}

static void
envoi_message_reader_class_init (EnvoiMessageReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_message_reader_finalize;
}

static void
envoi_message_reader_init (EnvoiMessageReader *self)
{
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) received_part_free);
}

static EnvoiAddress *
make_address (InternetAddressMailbox *mailbox)
{
  const char *decoded = internet_address_get_name (INTERNET_ADDRESS (mailbox));
  const char *addr = internet_address_mailbox_get_addr (mailbox);
  g_autofree char *name = decoded ? envoi_text_decode_foreign (decoded, strlen (decoded),
                                                               MAX_NAME_CHARS) : NULL;
  EnvoiAddress *address = addr ? envoi_address_new (name, addr, NULL) : NULL;

  /* A name that cannot stand in a header does not cost the address. */
  return address || !addr ? address : envoi_address_new (NULL, addr, NULL);
}

/**
 * envoi_message_reader_new:
 * @source: a whole message
 * @error: return location for an error
 *
 * Takes a message apart. Whatever its faults, what can be read is read.
 *
 * Errors: REFUSED_INPUT (no message at all)
 *
 * Returns: (transfer full) (nullable): the message
 *
 * Thread: any
 */
EnvoiMessageReader *
envoi_message_reader_new (GBytes  *source,
                          GError **error)
{
  g_autoptr (GMimeParserOptions) options = envoi_raw_new_options ();
  g_autoptr (GMimeMessage) message = NULL;
  EnvoiMessageReader *self;

  if (g_bytes_get_size (source) > 0)
    message = parse (source, options);

  if (!message) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("This is not an e-mail message."));
    return NULL;
  }

  self = g_object_new (ENVOI_TYPE_MESSAGE_READER, NULL);
  self->options = g_steal_pointer (&options);
  self->source = g_bytes_ref (source);
  envoi_raw_header_parse (&self->header, g_bytes_get_data (source, NULL),
                          g_bytes_get_size (source));
  take_part (self, g_mime_message_get_mime_part (message), 0);
  judge (self);
  return self;
}

/**
 * envoi_message_reader_get_source:
 * @self: a message
 *
 * Returns: (transfer none): its octets
 *
 * Thread: any
 */
GBytes *
envoi_message_reader_get_source (EnvoiMessageReader *self)
{
  return self->source;
}

/**
 * envoi_message_reader_dup_header:
 * @self: a message
 * @name: a field's name, "Subject"
 *
 * Returns: (transfer full) (nullable): the first such field, decoded, unfolded
 *   and safe to show
 *
 * Thread: any
 */
char *
envoi_message_reader_dup_header (EnvoiMessageReader *self,
                                 const char         *name)
{
  const char *value = envoi_raw_header_get (&self->header, name);
  g_autofree char *joined = value ? envoi_raw_join_words (value) : NULL;
  g_autofree char *decoded = joined ? g_mime_utils_header_decode_text (self->options, joined) : NULL;

  return decoded ? envoi_text_decode_foreign (decoded, strlen (decoded), MAX_HEADER_CHARS) : NULL;
}

/* Groups are left, their members are not. */
static void
append_mailboxes (GString             *list,
                  InternetAddressList *addresses)
{
  int n = addresses ? internet_address_list_length (addresses) : 0;

  for (int i = 0; i < n; i++) {
    InternetAddress *item = internet_address_list_get_address (addresses, i);
    g_autoptr (EnvoiAddress) address = NULL;
    g_autofree char *words = NULL;

    if (INTERNET_ADDRESS_IS_GROUP (item)) {
      append_mailboxes (list, INTERNET_ADDRESS_GROUP (item)->members);
      continue;
    }

    address = make_address (INTERNET_ADDRESS_MAILBOX (item));
    words = address ? envoi_address_format (address) : NULL;
    if (words)
      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", words);
  }
}

/**
 * envoi_message_reader_dup_addresses:
 * @self: a message
 * @name: the name of a field of addresses, "To"
 *
 * Parses before decoding, because a name may hold an encoded comma.
 *
 * Returns: (transfer full): the usable mailboxes of that field, "" without any
 *
 * Thread: any
 */
char *
envoi_message_reader_dup_addresses (EnvoiMessageReader *self,
                                    const char         *name)
{
  const char *value = envoi_raw_header_get (&self->header, name);
  g_autofree char *joined = value ? envoi_raw_join_words (value) : NULL;
  InternetAddressList *addresses =
    joined ? internet_address_list_parse (self->options, joined) : NULL;
  GString *list = g_string_new (NULL);

  append_mailboxes (list, addresses);
  g_clear_object (&addresses);
  return g_string_free (list, FALSE);
}

/**
 * envoi_message_reader_get_html:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the formatted text as it came; sanitise it
 *   before it is shown
 *
 * Thread: any
 */
const char *
envoi_message_reader_get_html (EnvoiMessageReader *self)
{
  return self->html;
}

/**
 * envoi_message_reader_get_text:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the plain text
 *
 * Thread: any
 */
const char *
envoi_message_reader_get_text (EnvoiMessageReader *self)
{
  return self->text;
}

/**
 * envoi_message_reader_get_parts:
 * @self: a message
 *
 * Returns: (transfer none) (element-type EnvoiReceivedPart): pictures and files
 *
 * Thread: any
 */
GPtrArray *
envoi_message_reader_get_parts (EnvoiMessageReader *self)
{
  return self->parts;
}

/**
 * envoi_message_reader_get_complaints:
 * @self: a message
 *
 * Returns: (transfer none) (array zero-terminated=1): untranslated sentences
 *
 * Thread: any
 */
const char *const *
envoi_message_reader_get_complaints (EnvoiMessageReader *self)
{
  return self->complaints;
}
