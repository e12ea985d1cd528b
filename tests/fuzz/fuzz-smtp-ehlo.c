/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-smtp-capabilities.h"
#include "envoi-smtp-plan.h"
#include "envoi-smtp-reply.h"

#include <string.h>

/* Whatever a server offers, it is read as an offer of whole words, safe to show,
 * and a plan made of it never pipelines, or sends chunks, unless that was offered. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
feed (EnvoiSmtpReplyParser *parser,
      const guint8         *data,
      gsize                 size)
{
  static const char last[] = "250 HELP\r\n";
  const guint8 *end = data + size;

  while (data < end) {
    const guint8 *line_end = memchr (data, '\n', (gsize) (end - data));
    gsize length = (gsize) ((line_end ? line_end : end) - data);

    envoi_smtp_reply_parser_feed (parser, (const guint8 *) "250-", 4);
    envoi_smtp_reply_parser_feed (parser, data, length);
    envoi_smtp_reply_parser_feed (parser, (const guint8 *) "\r\n", 2);
    data += MIN (length + 1, (gsize) (end - data));
  }

  envoi_smtp_reply_parser_feed (parser, (const guint8 *) last, sizeof last - 1);
}

static void
check_plan (const EnvoiSmtpCapabilities *offers,
            gsize                        size)
{
  EnvoiSmtpPlanInput input = { .host = "mail.example", .n_recipients = 2, .size = size };
  EnvoiSmtpPlan plan;

  envoi_smtp_plan_make (&plan, offers, &input);
  g_assert_true (!plan.is_pipelined || offers->has_pipelining);
  g_assert_true (!plan.is_chunked || (offers->has_chunking && plan.is_pipelined));
  g_assert_true (!plan.is_single_flight || plan.is_chunked);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  g_autoptr (EnvoiSmtpReply) reply = NULL;
  g_autoptr (EnvoiSmtpCapabilities) offers = NULL;

  feed (parser, data, size);
  if (!envoi_smtp_reply_parser_next (parser, &reply, NULL) || !reply)
    return 0;

  offers = envoi_smtp_capabilities_parse (reply);
  for (guint i = 0; offers->keywords[i]; i++) {
    g_assert_true (g_utf8_validate (offers->keywords[i], -1, NULL));
    g_assert_null (strpbrk (offers->keywords[i], "\r\n\033"));
  }
  for (guint i = 0; offers->mechanisms[i]; i++)
    g_assert_null (strpbrk (offers->mechanisms[i], " \t\r\n"));

  check_plan (offers, size * 1000);
  return 0;
}
