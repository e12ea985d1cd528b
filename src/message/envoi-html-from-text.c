/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html.h"

/* The way from plain text to HTML; envoi-html-text.c is the way back. */

static void
append_paragraph (GString    *html,
                  const char *text)
{
  gboolean is_after_space = TRUE;

  g_string_append (html, "<p>");
  for (const char *p = text; *p; p++) {
    gboolean is_space = *p == ' ' || *p == '\t';

    if (*p == '\n')
      g_string_append (html, "<br>");
    else if (is_space)
      g_string_append (html, is_after_space ? "\u00a0" : " ");
    else if (*p == '&')
      g_string_append (html, "&amp;");
    else if (*p == '<')
      g_string_append (html, "&lt;");
    else if (*p == '>')
      g_string_append (html, "&gt;");
    else if (*p == '"')
      g_string_append (html, "&quot;");
    else if (*p != '\r' && !(*p > 0 && g_ascii_iscntrl (*p)))
      g_string_append_c (html, *p);

    is_after_space = is_space || *p == '\n';
  }

  g_string_append (html, *text ? "</p>" : "<br></p>");
}

/**
 * envoi_html_from_text:
 * @text: plain text, UTF-8
 *
 * Makes HTML of the same look: a paragraph at each blank line, a line break at
 * each other line end, spaces kept, everything escaped.
 *
 * Returns: (transfer full): HTML of the safe set
 *
 * Thread: any
 */
char *
envoi_html_from_text (const char *text)
{
  g_autofree char *valid = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *joined = NULL;
  g_auto (GStrv) paragraphs = NULL;
  GString *html = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  lines = g_strsplit (valid, "\r\n", -1);
  joined = g_strchomp (g_strjoinv ("\n", lines));
  paragraphs = g_strsplit (joined, "\n\n", -1);
  for (guint i = 0; paragraphs[i]; i++)
    append_paragraph (html, paragraphs[i]);

  return g_string_free (html, FALSE);
}
