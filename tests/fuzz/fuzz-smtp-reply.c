/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-smtp-capabilities.h"

#include <string.h>

/* Whatever a server sends, in whatever pieces, the same replies come out; they
 * are safe to show, and reading them as an answer to EHLO does no harm. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check (const EnvoiSmtpReply *reply)
{
  g_autoptr (EnvoiSmtpCapabilities) offers = envoi_smtp_capabilities_parse (reply);

  g_assert_true (reply->code >= 200 && reply->code <= 599);
  g_assert_true (g_utf8_validate (reply->text, -1, NULL));
  g_assert_null (strpbrk (reply->text, "\r\n\033"));
  g_assert_cmpuint (g_strv_length (reply->lines), <=, ENVOI_SMTP_REPLY_MAX_LINES);
  for (guint i = 0; offers->mechanisms[i]; i++)
    g_assert_null (strchr (offers->mechanisms[i], ' '));
}

/* Returns a digest of the replies. */
static guint
parse (const guint8 *data,
       gsize         size,
       gsize         piece)
{
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  gboolean is_fine = TRUE;
  guint digest = 0;

  for (gsize i = 0; i < size && is_fine; i += piece) {
    EnvoiSmtpReply *reply = NULL;

    envoi_smtp_reply_parser_feed (parser, data + i, MIN (piece, size - i));
    while ((is_fine = envoi_smtp_reply_parser_next (parser, &reply, NULL)) && reply) {
      check (reply);
      digest = digest * 31 + (guint) reply->code + g_str_hash (reply->text);
      envoi_smtp_reply_free (reply);
    }
  }

  return digest;
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  guint digest = parse (data, size, MAX (size, 1));

  g_assert_cmpuint (parse (data, size, 1), ==, digest);
  g_assert_cmpuint (parse (data, size, 5), ==, digest);
  return 0;
}
