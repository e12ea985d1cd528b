/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-delivery-report-private.h"

#include "envoi-html.h"
#include "envoi-text.h"

#include <string.h>

#define MAX_TEXT 1000
#define MAX_IDS 20
#define MAX_PROSE (256 * 1024)

/* Who returns mail. Compared with the start of the sender's local part. */
static const char *const daemons[] = {
  "mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon", "maildelivery", "bounce",
  "microsoftexchange", "no-reply-bounce", "mdaemon",
};

/* How subjects of returned mail read; lower case, found anywhere. */
static const char *const subjects[] = {
  "undeliver", "delivery status", "delivery failure", "delivery has failed", "failure notice",
  "returned mail", "returned to sender", "mail delivery failed", "delivery report",
  "delivery delayed", "warning: message", "退信", "投递失败", "发送失败", "未送达", "无法送达",
  "送达", "系统退信", "延迟",
};

static const char *const delays[] = {
  "delayed", "will be retried", "still being retried", "not yet been delivered",
  "you do not need to resend", "延迟", "稍后重试", "将继续尝试",
};

static gboolean
has_any (const char        *text,
         const char *const *words,
         gsize              n_words)
{
  g_autofree char *lower = text ? g_utf8_casefold (text, -1) : NULL;

  for (gsize i = 0; lower && i < n_words; i++) {
    if (strstr (lower, words[i]))
      return TRUE;
  }

  return FALSE;
}

static gboolean
is_from_daemon (EnvoiMessageReader *message)
{
  g_autofree char *from = envoi_message_reader_dup_header (message, "From");
  g_autofree char *lower = from ? g_ascii_strdown (from, -1) : NULL;
  const char *start = lower ? strrchr (lower, '<') : NULL;

  if (!lower)
    return FALSE;

  start = start ? start + 1 : lower;
  for (guint i = 0; i < G_N_ELEMENTS (daemons); i++) {
    if (g_str_has_prefix (start, daemons[i]))
      return TRUE;
  }

  return FALSE;
}

static gboolean
is_empty_path (EnvoiMessageReader *message)
{
  g_autofree char *path = envoi_message_reader_dup_header (message, "Return-Path");

  return path && g_str_equal (g_strstrip (path), "<>");
}

/* Words alone make a report only when it is a machine that wrote them. */
static gboolean
may_be_prose (EnvoiMessageReader *message)
{
  g_autofree char *failed = envoi_message_reader_dup_header (message, "X-Failed-Recipients");
  g_autofree char *subject = envoi_message_reader_dup_header (message, "Subject");

  return failed || ((is_from_daemon (message) || is_empty_path (message)) &&
                    has_any (subject, subjects, G_N_ELEMENTS (subjects)));
}

static void
add_ids (GPtrArray  *ids,
         const char *text)
{
  const char *start = text ? strchr (text, '<') : NULL;

  while (start && ids->len < MAX_IDS) {
    const char *end = start + strcspn (start, "> \t\r\n");
    g_autofree char *id = g_strndup (start, (gsize) (end - start) + 1);

    if (*end == '>' && strchr (id, '@') && g_utf8_validate (id, -1, NULL) &&
        !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
      g_ptr_array_add (ids, g_steal_pointer (&id));
    start = strchr (end, '<');
  }
}

static void
add_id_field (GPtrArray          *ids,
              EnvoiMessageReader *message,
              const char         *name)
{
  g_autofree char *value = envoi_message_reader_dup_header (message, name);

  add_ids (ids, value);
}

/* The returned letter, or its header alone. */
static void
read_copy (EnvoiDeliveryReport *report,
           GPtrArray           *ids,
           GBytes              *bytes)
{
  g_autoptr (EnvoiMessageReader) copy = envoi_message_reader_new (bytes, NULL);

  if (!copy)
    return;

  /* Outlook.com gives letters another Message-ID and keeps the sender's beside it. */
  add_id_field (ids, copy, "X-Microsoft-Original-Message-ID");
  add_id_field (ids, copy, "X-Original-Message-ID");
  add_id_field (ids, copy, "Message-ID");
  if (!report->subject)
    report->subject = envoi_message_reader_dup_header (copy, "Subject");
}

static void
read_parts (EnvoiDeliveryReport *report,
            GPtrArray           *ids,
            EnvoiMessageReader  *message)
{
  GPtrArray *parts = envoi_message_reader_get_parts (message);

  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);
    g_autofree char *type = g_ascii_strdown (part->content_type, -1);

    if (g_str_has_prefix (type, "message/delivery-status") ||
        g_str_has_prefix (type, "message/global-delivery-status"))
      envoi_report_read_status (report, part->bytes);
    else if (g_str_has_prefix (type, "message/rfc822") || g_str_has_prefix (type, "text/rfc822") ||
             g_str_has_prefix (type, "message/global") || g_str_has_suffix (part->name, ".eml"))
      read_copy (report, ids, part->bytes);
  }
}

/* Where the words hold a copy of the letter, its header is behind the mark. */
static void
read_copy_in_prose (EnvoiDeliveryReport *report,
                    GPtrArray           *ids,
                    const char          *copy)
{
  const char *line = copy;

  while (line && *line) {
    if (g_ascii_strncasecmp (line, "message-id:", 11) == 0) {
      const char *end = strchr (line, '\n');
      g_autofree char *value = end ? g_strndup (line, (gsize) (end - line)) : g_strdup (line);

      add_ids (ids, value);
    }
    line = strchr (line, '\n');
    line = line ? line + 1 + strspn (line + 1, " \t>") : NULL;
  }
}

static char *
dup_prose (EnvoiMessageReader *message)
{
  const char *text = envoi_message_reader_get_text (message);
  const char *html = envoi_message_reader_get_html (message);

  if (text && *text)
    return g_strndup (text, MAX_PROSE);
  if (html && strlen (html) < MAX_PROSE)
    return envoi_html_to_text (html);

  return g_strdup ("");
}

static EnvoiDeliveryReport *
report_new (void)
{
  EnvoiDeliveryReport *self = g_new0 (EnvoiDeliveryReport, 1);

  self->recipients = g_ptr_array_new_with_free_func (
    (GDestroyNotify) envoi_reported_recipient_free);
  return self;
}

/**
 * envoi_delivery_report_new:
 * @message: a message that was received
 *
 * Reads a report on a letter: by RFC 3464, and else the words of the systems
 * that write none (QQ, NetEase, qmail, older Exim).
 *
 * Returns: (transfer full) (nullable): %NULL when it is not a report
 *
 * Thread: any
 */
EnvoiDeliveryReport *
envoi_delivery_report_new (EnvoiMessageReader *message)
{
  g_autoptr (EnvoiDeliveryReport) report = report_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *whole = dup_prose (message);
  g_autofree char *valid = g_utf8_make_valid (whole, -1);
  g_autofree char *prose = envoi_report_cut_copy (valid);
  g_autofree char *subject = envoi_message_reader_dup_header (message, "Subject");
  g_autofree char *failed = envoi_message_reader_dup_header (message, "X-Failed-Recipients");
  gboolean is_delay = has_any (subject, delays, G_N_ELEMENTS (delays)) ||
                      has_any (prose, delays, G_N_ELEMENTS (delays));

  read_parts (report, ids, message);
  if (report->recipients->len == 0 && !may_be_prose (message))
    return NULL;

  if (report->recipients->len == 0)
    envoi_report_read_prose (report, prose, failed, is_delay);
  read_copy_in_prose (report, ids, valid + strlen (prose));
  add_id_field (ids, message, "In-Reply-To");
  add_id_field (ids, message, "References");

  g_ptr_array_add (ids, NULL);
  report->message_ids = (char **) g_ptr_array_steal (ids, NULL);
  g_strstrip (prose);
  report->text = envoi_text_decode_foreign (prose, strlen (prose), MAX_TEXT);
  return g_steal_pointer (&report);
}

/**
 * envoi_delivery_report_free:
 * @self: (transfer full): a report
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_delivery_report_free (EnvoiDeliveryReport *self)
{
  g_strfreev (self->message_ids);
  g_free (self->envelope_id);
  g_free (self->subject);
  g_ptr_array_unref (self->recipients);
  g_free (self->text);
  g_free (self);
}
