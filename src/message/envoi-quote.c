/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-quote.h"

#include "envoi-html.h"

#include <glib/gi18n.h>
#include <string.h>

#define QUOTE_STYLE "margin: 0 0 0 0.8em; border-left: 2px solid #99c1f1; padding-left: 0.8em"

/* The words of an earlier letter below the ones that answer it. */

static char *
format_date (const EnvoiOriginal *original)
{
  g_autoptr (GDateTime) local = NULL;

  if (!original->date)
    return g_strdup ("");

  local = g_date_time_to_local (original->date);
  /* Translators: day, month, year and time of a letter that is quoted */
  return g_date_time_format (local, _("%-d %B %Y at %H:%M"));
}

static char *
format_attribution (const EnvoiOriginal *original)
{
  const char *from = envoi_draft_get (original->letter, "from");
  g_autofree char *date = format_date (original);

  if (*date == '\0')
    /* Translators: above a quotation; %s is "Wang Wei <wei@x.cn>" */
    return g_strdup_printf (_("%s wrote:"), from);

  /* Translators: above a quotation; a date with time, then "Wang Wei <wei@x.cn>" */
  return g_strdup_printf (_("On %1$s, %2$s wrote:"), date, from);
}

static void
append_field (GString    *head,
              const char *title,
              const char *value)
{
  if (*value != '\0')
    g_string_append_printf (head, "%s %s\n", title, value);
}

/* A line each, for both kinds of text. */
static char *
format_head (const EnvoiOriginal *original)
{
  EnvoiDraft *letter = original->letter;
  g_autofree char *date = format_date (original);
  GString *head = g_string_new (NULL);

  /* Translators: above the head of a letter that is passed on. Keep the hyphens: other
   * programs know such a line by them. */
  g_string_append_printf (head, "%s\n", _("---------- Forwarded message ----------"));
  append_field (head, _("From:"), envoi_draft_get (letter, "from"));
  append_field (head, _("Date:"), date);
  append_field (head, _("Subject:"), envoi_draft_get (letter, "subject"));
  append_field (head, _("To:"), envoi_draft_get (letter, "to"));
  append_field (head, _("Cc:"), envoi_draft_get (letter, "cc"));
  return g_string_free (head, FALSE);
}

static char *
dup_text (const EnvoiOriginal *original)
{
  const char *text = envoi_draft_get (original->letter, "text");
  const char *html = envoi_draft_get (original->letter, "html");
  g_autofree char *made = *text == '\0' ? envoi_html_to_text (html) : g_strdup (text);
  g_auto (GStrv) lines = g_strsplit (made, "\r\n", -1);

  return g_strchomp (g_strjoinv ("\n", lines));
}

/* RFC 3676 section 4.5: a line that is quoted already gets one mark more. What
 * follows the delimiter is a signature, which nobody wants to read again. */
static char *
mark_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *marked = g_string_new (NULL);

  for (guint i = 0; lines[i] && !g_str_equal (lines[i], "-- "); i++)
    g_string_append_printf (marked, ">%s%s\n", *lines[i] == '>' || *lines[i] == '\0' ? "" : " ",
                            lines[i]);

  return g_string_free (marked, FALSE);
}

/**
 * envoi_quote_text:
 * @kind: what the person does with the letter
 * @original: the letter
 *
 * Returns: (transfer full): the quotation as plain text
 *
 * Thread: any
 */
char *
envoi_quote_text (EnvoiAnswerKind      kind,
                  const EnvoiOriginal *original)
{
  g_autofree char *text = dup_text (original);
  g_autofree char *head = NULL;
  g_autofree char *marked = NULL;

  if (kind == ENVOI_ANSWER_FORWARD) {
    head = format_head (original);
    return g_strconcat (head, "\n", text, "\n", NULL);
  }

  head = format_attribution (original);
  marked = mark_lines (text);
  return g_strconcat (head, "\n", marked, NULL);
}

static char *
format_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *html = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++) {
    g_autofree char *escaped = g_markup_escape_text (lines[i], -1);

    if (*escaped != '\0')
      g_string_append_printf (html, "<div>%s</div>", escaped);
  }

  return g_string_free (html, FALSE);
}

/* Our own marks say what a part of *this* letter is. In a quotation they would
 * make its signature change with the sender of the answer. */
static char *
drop_marks (const char *html)
{
  g_autoptr (GRegex) marks = g_regex_new (" class=\"envoi-[^\"]*\"", 0, 0, NULL);

  return g_regex_replace_literal (marks, html, -1, 0, "", 0, NULL);
}

/* Foreign HTML that cannot be made safe is quoted as its words. */
static char *
dup_html (const EnvoiOriginal *original)
{
  const char *html = envoi_draft_get (original->letter, "html");
  g_autofree char *clean = *html == '\0' ? NULL : envoi_html_sanitize (html, NULL);
  g_autofree char *text = NULL;

  if (clean)
    return drop_marks (clean);

  text = dup_text (original);
  return envoi_html_from_text (text);
}

/**
 * envoi_quote_html:
 * @kind: what the person does with the letter
 * @original: the letter
 *
 * Returns: (transfer full): the quotation as safe HTML
 *
 * Thread: any
 */
char *
envoi_quote_html (EnvoiAnswerKind      kind,
                  const EnvoiOriginal *original)
{
  g_autofree char *html = dup_html (original);
  g_autofree char *head = NULL;
  g_autofree char *head_html = NULL;

  head = kind == ENVOI_ANSWER_FORWARD ? format_head (original) : format_attribution (original);
  head_html = format_lines (head);
  if (kind == ENVOI_ANSWER_FORWARD)
    return g_strconcat (head_html, "<div><br></div>", html, NULL);

  return g_strconcat (head_html, "<blockquote type=\"cite\" style=\"" QUOTE_STYLE "\">", html, "</blockquote>",
                      NULL);
}
