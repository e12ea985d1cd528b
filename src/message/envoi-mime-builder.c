/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-mime-private.h"
#include "envoi-segment-private.h"

#include <string.h>

/* The structure is mixed > related > alternative, each only when it is needed. */

#define UNKNOWN_TYPE "application/octet-stream"

typedef struct {
  const EnvoiMimeLetter *letter;
  GPtrArray *segments;
  GString *pending;   /* octets that no segment holds yet */
} Builder;

/* "=_" stands in no line of base64 or quoted-printable (RFC 2045 section 6.7). */
static char *
make_boundary (const EnvoiMimeLetter *letter,
               const char            *level)
{
  return g_strdup_printf ("=_%s_%s", level, letter->token);
}

static void
flush (Builder *builder)
{
  g_autoptr (GBytes) literal = NULL;

  if (builder->pending->len == 0)
    return;

  literal = g_bytes_new (builder->pending->str, builder->pending->len);
  g_ptr_array_add (builder->segments, envoi_segment_new_literal (literal));
  g_string_truncate (builder->pending, 0);
}

static void
open_multipart (Builder    *builder,
                const char *subtype,
                const char *boundary,
                const char *root_type)
{
  g_string_append_printf (builder->pending, "Content-Type: multipart/%s;\r\n boundary=\"%s\"",
                          subtype, boundary);
  if (root_type)
    g_string_append_printf (builder->pending, ";\r\n type=\"%s\"", root_type);
  g_string_append (builder->pending, "\r\n");
}

static void
open_part (Builder    *builder,
           const char *boundary)
{
  g_string_append_printf (builder->pending, "\r\n--%s\r\n", boundary);
}

static void
close_multipart (Builder    *builder,
                 const char *boundary)
{
  g_string_append_printf (builder->pending, "\r\n--%s--\r\n", boundary);
}

static void
add_text_part (Builder    *builder,
               const char *subtype,
               const char *text)
{
  const char *encoding;
  g_autofree char *body = envoi_mime_encode_body (text, &encoding);

  g_string_append_printf (builder->pending,
                          "Content-Type: text/%s; charset=UTF-8\r\n"
                          "Content-Transfer-Encoding: %s\r\n\r\n%s",
                          subtype, encoding, body);
}

static void
add_html_part (Builder *builder)
{
  g_autofree char *page =
    g_strconcat ("<!DOCTYPE html>\n<html><head>"
                 "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=UTF-8\">"
                 "</head><body>\n", builder->letter->html, "\n</body></html>\n", NULL);

  add_text_part (builder, "html", page);
}

static gboolean
is_token (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalnum (text[i]) && !strchr ("!#$&-^_.+", text[i]))
      return FALSE;
  }

  return length > 0 && length <= 127;
}

/* A message or a multipart may not be in base64 (RFC 2046 sections 5.1, 5.2.1),
 * so one of those travels as a plain file. */
static const char *
get_safe_type (EnvoiAttachment *attachment)
{
  const char *type = envoi_attachment_get_content_type (attachment);
  const char *slash = strchr (type, '/');

  if (!slash || !is_token (type, slash - type) || !is_token (slash + 1, strlen (slash + 1)) ||
      g_ascii_strncasecmp (type, "message/", 8) == 0 ||
      g_ascii_strncasecmp (type, "multipart/", 10) == 0)
    return UNKNOWN_TYPE;

  return type;
}

static void
add_file_part (Builder         *builder,
               EnvoiAttachment *attachment,
               gboolean         is_picture)
{
  const char *name = envoi_attachment_get_name (attachment);
  GString *out = builder->pending;

  g_string_append_printf (out, "Content-Type: %s", get_safe_type (attachment));
  envoi_mime_append_old_parameter (out, "name", name);
  g_string_append (out, "\r\nContent-Transfer-Encoding: base64\r\n");
  if (is_picture)
    g_string_append_printf (out, "Content-ID: <%s>\r\n",
                            envoi_attachment_get_content_id (attachment));

  g_string_append_printf (out, "Content-Disposition: %s", is_picture ? "inline" : "attachment");
  if (builder->letter->has_old_readers)
    envoi_mime_append_old_parameter (out, "filename", name);
  else
    envoi_mime_append_parameter (out, "filename", name);
  g_string_append (out, "\r\n\r\n");

  flush (builder);
  g_ptr_array_add (builder->segments,
                   envoi_segment_new_blob (ENVOI_SEGMENT_BASE64,
                                           envoi_attachment_get_blob_id (attachment),
                                           envoi_attachment_get_size (attachment)));
}

static void
add_alternative (Builder *builder)
{
  const EnvoiMimeLetter *letter = builder->letter;
  g_autofree char *boundary = make_boundary (letter, "alternative");

  if (!letter->html) {
    add_text_part (builder, "plain", letter->text);
    return;
  }

  open_multipart (builder, "alternative", boundary, NULL);
  open_part (builder, boundary);
  add_text_part (builder, "plain", letter->text);
  open_part (builder, boundary);
  add_html_part (builder);
  close_multipart (builder, boundary);
}

static void
add_related (Builder *builder)
{
  const EnvoiMimeLetter *letter = builder->letter;
  g_autofree char *boundary = make_boundary (letter, "related");

  if (letter->pictures->len == 0) {
    add_alternative (builder);
    return;
  }

  open_multipart (builder, "related", boundary, "multipart/alternative");
  open_part (builder, boundary);
  add_alternative (builder);
  for (guint i = 0; i < letter->pictures->len; i++) {
    open_part (builder, boundary);
    add_file_part (builder, g_ptr_array_index (letter->pictures, i), TRUE);
  }
  close_multipart (builder, boundary);
}

static void
add_mixed (Builder *builder)
{
  const EnvoiMimeLetter *letter = builder->letter;
  g_autofree char *boundary = make_boundary (letter, "mixed");

  if (letter->files->len == 0) {
    add_related (builder);
    return;
  }

  open_multipart (builder, "mixed", boundary, NULL);
  open_part (builder, boundary);
  add_related (builder);
  for (guint i = 0; i < letter->files->len; i++) {
    open_part (builder, boundary);
    add_file_part (builder, g_ptr_array_index (letter->files, i), FALSE);
  }
  close_multipart (builder, boundary);
}

static void
add_header (Builder *builder)
{
  const EnvoiMimeLetter *letter = builder->letter;
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  GString *out = builder->pending;

  g_ptr_array_add (from, letter->from);
  envoi_mime_append_addresses (out, "From", from);
  envoi_mime_append_addresses (out, "To", letter->to);
  envoi_mime_append_addresses (out, "Cc", letter->cc);
  /* Some servers take a message without any receiver in it for spam. */
  if (letter->to->len == 0 && letter->cc->len == 0)
    g_string_append (out, "To: undisclosed-recipients:;\r\n");
  envoi_mime_append_addresses (out, "Reply-To", letter->reply_to);
  envoi_mime_append_text (out, "Subject", letter->subject);
  envoi_mime_append_words (out, "Date", letter->date);
  envoi_mime_append_words (out, "Message-ID", letter->message_id);
  if (*letter->in_reply_to)
    envoi_mime_append_words (out, "In-Reply-To", letter->in_reply_to);
  if (*letter->references)
    envoi_mime_append_words (out, "References", letter->references);

  for (guint i = 0; i < letter->headers->len; i++) {
    const EnvoiHeaderField *field = g_ptr_array_index (letter->headers, i);

    envoi_mime_append_text (out, field->name, field->value);
  }

  g_string_append (out, "MIME-Version: 1.0\r\n");
}

/**
 * envoi_mime_build:
 * @letter: a letter whose fields are checked
 *
 * Writes the message: headers and texts as octets, attachments as references.
 *
 * Returns: (transfer full) (element-type EnvoiSegment): its pieces
 *
 * Thread: main (the attachments')
 */
GPtrArray *
envoi_mime_build (const EnvoiMimeLetter *letter)
{
  Builder builder = { letter, envoi_segment_new_array (), g_string_new (NULL) };

  add_header (&builder);
  add_mixed (&builder);
  flush (&builder);
  g_string_free (builder.pending, TRUE);
  return builder.segments;
}
