/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-sign.h"

#include "envoi-answer.h"

#include <string.h>

#define MARK "class=\"envoi-signature\""
#define DELIMITER "-- "

/**
 * envoi_sign_format_html:
 * @signature: safe HTML, "" for none
 *
 * Returns: (transfer full): the block that a letter ends with, or ""
 *
 * Thread: any
 */
char *
envoi_sign_format_html (const char *signature)
{
  if (*signature == '\0')
    return g_strdup ("");

  return g_strconcat ("<div " MARK ">" DELIMITER "<br>", signature, "</div>", NULL);
}

/**
 * envoi_sign_format_text:
 * @signature: plain text, "" for none
 *
 * Returns: (transfer full): the lines that a letter ends with, or ""
 *
 * Thread: any
 */
char *
envoi_sign_format_text (const char *signature)
{
  g_autofree char *trimmed = g_strchomp (g_strdup (signature));

  if (*trimmed == '\0')
    return g_strdup ("");

  return g_strconcat (DELIMITER "\n", trimmed, "\n", NULL);
}

static gboolean
is_signed_text (const char *text)
{
  return g_str_has_prefix (text, DELIMITER "\n") || strstr (text, "\n" DELIMITER "\n");
}

/* An answer has an empty line to write in, another, and the quotation. */
static char *
sign_html (const char *html,
           const char *block)
{
  const char *quotation = g_str_has_prefix (html, ENVOI_ANSWER_LINES)
    ? html + strlen (ENVOI_ANSWER_LINES) : NULL;

  if (quotation)
    return g_strconcat (ENVOI_ANSWER_LINES, block, "<div><br></div>", quotation, NULL);
  if (*html == '\0')
    return g_strconcat ("<div><br></div>", block, NULL);

  return g_strconcat (html, block, NULL);
}

static char *
sign_text (const char *text,
           const char *lines)
{
  g_autofree char *trimmed = NULL;

  if (g_str_has_prefix (text, "\n\n"))
    return g_strconcat ("\n\n", lines, text + 1, NULL);

  trimmed = g_strchomp (g_strdup (text));
  return g_strconcat (trimmed, "\n\n", lines, NULL);
}

/**
 * envoi_sign_draft:
 * @draft: a draft that nothing was written into yet
 * @signature_html: safe HTML
 * @signature_text: its plain twin
 *
 * Puts the signature where it belongs; see the header.
 *
 * Thread: main
 */
void
envoi_sign_draft (EnvoiDraft *draft,
                  const char *signature_html,
                  const char *signature_text)
{
  const char *html = envoi_draft_get (draft, "html");
  const char *text = envoi_draft_get (draft, "text");
  gboolean is_plain = *html == '\0' && *text != '\0';
  g_autofree char *block = is_plain ? envoi_sign_format_text (signature_text)
                                    : envoi_sign_format_html (signature_html);
  g_autofree char *whole = NULL;

  if (*block == '\0' || strstr (html, MARK) || (is_plain && is_signed_text (text)))
    return;

  whole = is_plain ? sign_text (text, block) : sign_html (html, block);
  envoi_draft_set (draft, is_plain ? "text" : "html", whole);
}

/* Comments too, since what is in one is no tag. */
#define TAGS "<!--.*?-->|</?div(?=[\\s/>])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
#define MARKED "^<div.*\\sclass\\s*=\\s*[\"']?[^\"'>]*envoi-signature"

/**
 * envoi_sign_find:
 * @html: a letter, as a person may have written it
 * @start: (out): where its signature begins, in octets
 * @length: (out): how long it is
 *
 * A block without an end goes on to the end of the letter, as for every reader.
 *
 * Returns: whether there is one
 *
 * Thread: any
 */
gboolean
envoi_sign_find (const char *html,
                 gsize      *start,
                 gsize      *length)
{
  g_autoptr (GRegex) tags = g_regex_new (TAGS, G_REGEX_CASELESS | G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GRegex) marked = g_regex_new (MARKED, G_REGEX_CASELESS | G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint depth = 0;

  g_regex_match (tags, html, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *tag = g_match_info_fetch (match, 0);
    int from, to;

    g_match_info_fetch_pos (match, 0, &from, &to);
    if (depth == 0 && g_regex_match (marked, tag, 0, NULL)) {
      *start = (gsize) from;
      *length = strlen (html) - *start;
      depth = 1;
    } else if (depth > 0 && tag[1] == '/') {
      depth--;
      if (depth > 0)
        continue;
      *length = (gsize) to - *start;
      return TRUE;
    } else if (depth > 0 && tag[1] != '!') {
      depth++;
    }
  }

  return depth > 0;
}

/**
 * envoi_sign_find_place:
 * @html: a letter without a signature
 *
 * Returns: where one belongs: before the line above what is quoted, else at the end of
 *   the block that the whole letter is in
 *
 * Thread: any
 */
gsize
envoi_sign_find_place (const char *html)
{
  static const char quoted[] = "(?:<div[^>]*>(?:(?!</?div\\b).)*</div>\\s*)?<blockquote[^>]*type=\"?cite";
  g_autoptr (GRegex) quote = g_regex_new (quoted, G_REGEX_CASELESS | G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GRegex) end = g_regex_new ("</div>\\s*$", G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GMatchInfo) last = NULL;
  int place;

  if (g_regex_match (quote, html, 0, &match) ||
      (g_str_has_prefix (html, "<div style=\"font-family") && g_regex_match (end, html, 0, &last))) {
    g_match_info_fetch_pos (last ? last : match, 0, &place, NULL);
    return (gsize) place;
  }

  return strlen (html);
}

static char *
squeeze (const char *text)
{
  GString *squeezed = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (!g_unichar_isspace (c))
      g_string_append_unichar (squeezed, c);
  }

  return g_string_free (squeezed, FALSE);
}

/**
 * envoi_sign_is_same:
 * @a: a signature's text, with the delimiter or without
 * @b: another one's
 *
 * Returns: whether they say the same
 *
 * Thread: any
 */
gboolean
envoi_sign_is_same (const char *a,
                    const char *b)
{
  g_autofree char *squeezed_a = squeeze (a);
  g_autofree char *squeezed_b = squeeze (b);
  const char *words_a = g_str_has_prefix (squeezed_a, "--") ? squeezed_a + 2 : squeezed_a;
  const char *words_b = g_str_has_prefix (squeezed_b, "--") ? squeezed_b + 2 : squeezed_b;

  return g_str_equal (words_a, words_b);
}

/**
 * envoi_sign_dup_before:
 * @text: a letter's text
 *
 * Returns: (transfer full): what stands before the signature's delimiter
 *
 * Thread: any
 */
char *
envoi_sign_dup_before (const char *text)
{
  const char *delimiter;

  if (g_str_has_prefix (text, DELIMITER "\n"))
    return g_strdup ("");

  delimiter = strstr (text, "\n" DELIMITER "\n");
  return delimiter ? g_strndup (text, (gsize) (delimiter - text)) : g_strdup (text);
}
