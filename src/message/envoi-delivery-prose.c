/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-delivery-report-private.h"

#include <string.h>

/* Many systems say what happened in words alone: QQ and NetEase in Chinese,
 * qmail and older Exim in English. An address is sure only when the letter is
 * known, so every one that is named is taken down and the caller compares. */

#define MAX_NAMED 50

/* From here on it is the letter itself that is quoted. */
static const char *const copy_marks[] = {
  "--- Below this line is a copy of the message",
  "------ This is a copy of",
  "----- Original message -----",
  "--- The header of the original message is following",
  "-----Original Message-----",
  "---原始邮件---",
  "Original message headers:",
};

/**
 * envoi_report_cut_copy:
 * @prose: what a report says
 *
 * Returns: (transfer full): the part before the copy of the letter
 *
 * Thread: any
 */
char *
envoi_report_cut_copy (const char *prose)
{
  const char *end = prose + strlen (prose);

  for (guint i = 0; i < G_N_ELEMENTS (copy_marks); i++) {
    const char *mark = strstr (prose, copy_marks[i]);

    if (mark && mark < end)
      end = mark;
  }

  return g_strndup (prose, (gsize) (end - prose));
}

static gboolean
is_address_char (char c)
{
  return g_ascii_isalnum (c) || strchr (".!#$%&'*+-/=?^_`{|}~", c);
}

/* The address around an "@", or NULL when there is none. */
static char *
dup_address_at (const char *text,
                const char *at)
{
  const char *start = at;
  const char *end = at + 1;

  while (start > text && start[-1] && is_address_char (start[-1]))
    start--;
  while (g_ascii_isalnum (*end) || *end == '-' || *end == '.')
    end++;
  while (end > at + 1 && end[-1] == '.')
    end--;

  if (start == at || end == at + 1 || !memchr (at, '.', (gsize) (end - at)))
    return NULL;

  return g_ascii_strdown (start, end - start);
}

static EnvoiReportedRecipient *
find_named (EnvoiDeliveryReport *report,
            const char          *address)
{
  for (guint i = 0; i < report->recipients->len; i++) {
    EnvoiReportedRecipient *recipient = g_ptr_array_index (report->recipients, i);

    if (g_ascii_strcasecmp (recipient->address, address) == 0)
      return recipient;
  }

  return NULL;
}

/* What is said of an address stands on its line and a few below it. */
static char *
dup_words_after (const char *place)
{
  const char *end = place;

  for (guint i = 0; i < 4 && *end; i++) {
    const char *newline = strchr (end, '\n');
    gboolean ends_block = newline && (newline[1] == '\n' || newline[1] == '<');

    end = newline ? newline + 1 : end + strlen (end);
    if (ends_block && i > 0)
      break;
  }

  return g_strstrip (g_strndup (place, (gsize) (end - place)));
}

/* An address is often named in a heading first and with its reason later on. */
static void
add_named (EnvoiDeliveryReport *report,
           const char          *address,
           const char          *words,
           EnvoiReportAction    action)
{
  EnvoiReportedRecipient *recipient = find_named (report, address);

  if (recipient && recipient->code == 0) {
    g_autofree char *heading = g_steal_pointer (&recipient->text);

    envoi_report_read_words (recipient, words);
    if (recipient->code == 0) {
      g_free (recipient->text);
      recipient->text = g_steal_pointer (&heading);
    }
  } else if (!recipient && report->recipients->len < MAX_NAMED) {
    recipient = envoi_reported_recipient_new (address);
    recipient->action = action;
    envoi_report_read_words (recipient, words);
    g_ptr_array_add (report->recipients, recipient);
  }
}

static void
add_failed (EnvoiDeliveryReport *report,
            const char          *failed,
            const char          *prose,
            EnvoiReportAction    action)
{
  g_auto (GStrv) addresses = g_strsplit_set (failed, ", ", MAX_NAMED);

  for (guint i = 0; addresses[i]; i++) {
    const char *at = strchr (addresses[i], '@');
    const char *place = *addresses[i] ? strstr (prose, addresses[i]) : NULL;
    g_autofree char *words = NULL;

    if (!at || at == addresses[i] || !at[1])
      continue;
    words = place ? dup_words_after (place + strlen (addresses[i])) : g_strdup (prose);
    add_named (report, addresses[i], words, action);
  }
}

/**
 * envoi_report_read_prose:
 * @report: a report
 * @prose: its words, without the copy of the letter
 * @failed: (nullable): the value of X-Failed-Recipients
 * @is_delay: whether it is only late so far
 *
 * Takes down every address that is named and what is said of it.
 *
 * Thread: any
 */
void
envoi_report_read_prose (EnvoiDeliveryReport *report,
                         const char          *prose,
                         const char          *failed,
                         gboolean             is_delay)
{
  EnvoiReportAction action = is_delay ? ENVOI_REPORT_DELAYED : ENVOI_REPORT_FAILED;

  if (failed)
    add_failed (report, failed, prose, action);

  for (const char *at = strchr (prose, '@'); at; at = strchr (at + 1, '@')) {
    g_autofree char *address = dup_address_at (prose, at);
    g_autofree char *words = address ? dup_words_after (at) : NULL;
    const char *rest = words ? strpbrk (words, ">): \n,;") : NULL;

    if (address)
      add_named (report, address, rest ? rest + strspn (rest, ">): \n,;") : prose, action);
  }

  /* Where the reason stands apart from the address, it is everybody's. */
  for (guint i = 0; i < report->recipients->len; i++) {
    EnvoiReportedRecipient *recipient = g_ptr_array_index (report->recipients, i);

    if (recipient->code == 0)
      envoi_report_read_words (recipient, prose);
  }
}
