/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "strict-html.h"

#include <string.h>

/* The test's own list: what it does not name must never be written. */
#define ELEMENTS "a|abbr|address|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|" \
  "dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s|samp|small|" \
  "span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|wbr"
#define ATTRIBUTES "align|alt|bgcolor|border|cellpadding|cellspacing|class|color|colspan|dir|face|" \
  "height|href|lang|noshade|nowrap|reversed|rowspan|scope|size|span|src|start|style|title|type|" \
  "valign|value|width"
#define VALUE "\"[^\"<>]*\""

void
strict_html_check (const char *html)
{
  g_autoptr (GRegex) tag = g_regex_new ("</?(?:" ELEMENTS ")(?: (?:" ATTRIBUTES ")=" VALUE ")*>",
                                        G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr (GRegex) link = g_regex_new ("href=\"(?!https?://|mailto:)", 0, 0, NULL);
  g_autoptr (GRegex) picture = g_regex_new ("src=\"(?!cid:)", 0, 0, NULL);
  g_autoptr (GRegex) style = g_regex_new (" style=\"[^\"]*(?:url|expression|import|position|display|"
                                          "behavior|binding|\\\\|/\\*|var\\(|calc)", 0, 0, NULL);
  g_autofree char *text = g_regex_replace_literal (tag, html, -1, 0, "", 0, NULL);

  if (strpbrk (text, "<>"))
    g_error ("left over: %s in %s", text, html);
  g_assert_false (g_regex_match (link, html, 0, NULL));
  g_assert_false (g_regex_match (picture, html, 0, NULL));
  g_assert_false (g_regex_match (style, html, 0, NULL));
}
