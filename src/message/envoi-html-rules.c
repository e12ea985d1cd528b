/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"

#include <string.h>

/* The small, safe set: what is not written down here does not stay. The README
 * of this folder lists the same. */

#define MAX_WORD 64
#define MAX_FONT 256
#define MAX_TEXT 2048
#define MAX_LINK 8192
#define MAX_CONTENT_ID 200

/* Parsed content of a raw-text element never stays, or a receiver's parser could
 * read it in another way than ours did. */
static const EnvoiHtmlElement elements[] = {
  { "a", ENVOI_HTML_KEEP },
  { "abbr", ENVOI_HTML_KEEP },
  { "address", ENVOI_HTML_KEEP },
  { "applet", ENVOI_HTML_DROP },
  { "area", ENVOI_HTML_DROP },
  { "article", ENVOI_HTML_KEEP, "div" },
  { "aside", ENVOI_HTML_KEEP, "div" },
  { "audio", ENVOI_HTML_DROP },
  { "b", ENVOI_HTML_KEEP },
  { "base", ENVOI_HTML_DROP },
  { "basefont", ENVOI_HTML_DROP },
  { "bdi", ENVOI_HTML_KEEP },
  { "bdo", ENVOI_HTML_KEEP },
  { "bgsound", ENVOI_HTML_DROP },
  { "big", ENVOI_HTML_KEEP },
  { "blockquote", ENVOI_HTML_KEEP },
  { "br", ENVOI_HTML_KEEP, NULL, TRUE },
  { "canvas", ENVOI_HTML_DROP },
  { "caption", ENVOI_HTML_KEEP },
  { "center", ENVOI_HTML_KEEP },
  { "cite", ENVOI_HTML_KEEP },
  { "code", ENVOI_HTML_KEEP },
  { "col", ENVOI_HTML_KEEP, NULL, TRUE },
  { "colgroup", ENVOI_HTML_KEEP },
  { "datalist", ENVOI_HTML_DROP },
  { "dd", ENVOI_HTML_KEEP },
  { "del", ENVOI_HTML_KEEP },
  { "details", ENVOI_HTML_KEEP, "div" },
  { "dialog", ENVOI_HTML_DROP },
  { "div", ENVOI_HTML_KEEP },
  { "dl", ENVOI_HTML_KEEP },
  { "dt", ENVOI_HTML_KEEP },
  { "em", ENVOI_HTML_KEEP },
  { "embed", ENVOI_HTML_DROP },
  { "figcaption", ENVOI_HTML_KEEP, "div" },
  { "figure", ENVOI_HTML_KEEP, "div" },
  { "font", ENVOI_HTML_KEEP },
  { "footer", ENVOI_HTML_KEEP, "div" },
  { "form", ENVOI_HTML_KEEP, "div" },
  { "frame", ENVOI_HTML_DROP },
  { "frameset", ENVOI_HTML_DROP },
  { "h1", ENVOI_HTML_KEEP },
  { "h2", ENVOI_HTML_KEEP },
  { "h3", ENVOI_HTML_KEEP },
  { "h4", ENVOI_HTML_KEEP },
  { "h5", ENVOI_HTML_KEEP },
  { "h6", ENVOI_HTML_KEEP },
  { "header", ENVOI_HTML_KEEP, "div" },
  { "hr", ENVOI_HTML_KEEP, NULL, TRUE },
  { "i", ENVOI_HTML_KEEP },
  { "iframe", ENVOI_HTML_DROP },
  { "img", ENVOI_HTML_KEEP, NULL, TRUE },
  { "input", ENVOI_HTML_DROP },
  { "ins", ENVOI_HTML_KEEP },
  { "isindex", ENVOI_HTML_DROP },
  { "kbd", ENVOI_HTML_KEEP },
  { "keygen", ENVOI_HTML_DROP },
  { "li", ENVOI_HTML_KEEP },
  { "link", ENVOI_HTML_DROP },
  { "main", ENVOI_HTML_KEEP, "div" },
  { "mark", ENVOI_HTML_KEEP },
  { "meta", ENVOI_HTML_DROP },
  { "meter", ENVOI_HTML_DROP },
  { "nav", ENVOI_HTML_KEEP, "div" },
  { "noembed", ENVOI_HTML_DROP },
  { "noframes", ENVOI_HTML_DROP },
  { "noscript", ENVOI_HTML_DROP },
  { "object", ENVOI_HTML_DROP },
  { "ol", ENVOI_HTML_KEEP },
  { "option", ENVOI_HTML_DROP },
  { "p", ENVOI_HTML_KEEP },
  { "param", ENVOI_HTML_DROP },
  { "pre", ENVOI_HTML_KEEP },
  { "progress", ENVOI_HTML_DROP },
  { "q", ENVOI_HTML_KEEP },
  { "rp", ENVOI_HTML_KEEP },
  { "rt", ENVOI_HTML_KEEP },
  { "ruby", ENVOI_HTML_KEEP },
  { "s", ENVOI_HTML_KEEP },
  { "samp", ENVOI_HTML_KEEP },
  { "script", ENVOI_HTML_DROP },
  { "section", ENVOI_HTML_KEEP, "div" },
  { "select", ENVOI_HTML_DROP },
  { "small", ENVOI_HTML_KEEP },
  { "source", ENVOI_HTML_DROP },
  { "span", ENVOI_HTML_KEEP },
  { "strike", ENVOI_HTML_KEEP },
  { "strong", ENVOI_HTML_KEEP },
  { "style", ENVOI_HTML_DROP },
  { "sub", ENVOI_HTML_KEEP },
  { "summary", ENVOI_HTML_KEEP, "div" },
  { "sup", ENVOI_HTML_KEEP },
  { "svg", ENVOI_HTML_DROP },
  { "table", ENVOI_HTML_KEEP },
  { "tbody", ENVOI_HTML_KEEP },
  { "td", ENVOI_HTML_KEEP },
  { "template", ENVOI_HTML_DROP },
  { "tfoot", ENVOI_HTML_KEEP },
  { "th", ENVOI_HTML_KEEP },
  { "thead", ENVOI_HTML_KEEP },
  { "title", ENVOI_HTML_DROP },
  { "tr", ENVOI_HTML_KEEP },
  { "track", ENVOI_HTML_DROP },
  { "tt", ENVOI_HTML_KEEP },
  { "u", ENVOI_HTML_KEEP },
  { "ul", ENVOI_HTML_KEEP },
  { "var", ENVOI_HTML_KEEP },
  { "video", ENVOI_HTML_DROP },
  { "wbr", ENVOI_HTML_KEEP, NULL, TRUE },
  { "xml", ENVOI_HTML_DROP },
};

static const struct {
  const char *element;   /* NULL: all of them */
  const char *attribute;
  EnvoiHtmlValue value;
} attributes[] = {
  { NULL, "align", ENVOI_HTML_WORD },
  { NULL, "class", ENVOI_HTML_CLASS },
  { NULL, "dir", ENVOI_HTML_WORD },
  { NULL, "lang", ENVOI_HTML_WORD },
  { NULL, "style", ENVOI_HTML_STYLE },
  { NULL, "title", ENVOI_HTML_TEXT },
  { "a", "href", ENVOI_HTML_LINK },
  { "blockquote", "type", ENVOI_HTML_WORD },
  { "col", "span", ENVOI_HTML_LENGTH },
  { "col", "width", ENVOI_HTML_LENGTH },
  { "colgroup", "span", ENVOI_HTML_LENGTH },
  { "colgroup", "width", ENVOI_HTML_LENGTH },
  { "font", "color", ENVOI_HTML_COLOR },
  { "font", "face", ENVOI_HTML_FONT },
  { "font", "size", ENVOI_HTML_LENGTH },
  { "hr", "color", ENVOI_HTML_COLOR },
  { "hr", "noshade", ENVOI_HTML_WORD },
  { "hr", "size", ENVOI_HTML_LENGTH },
  { "hr", "width", ENVOI_HTML_LENGTH },
  { "img", "alt", ENVOI_HTML_TEXT },
  { "img", "border", ENVOI_HTML_LENGTH },
  { "img", "height", ENVOI_HTML_LENGTH },
  { "img", "src", ENVOI_HTML_PICTURE },
  { "img", "width", ENVOI_HTML_LENGTH },
  { "li", "value", ENVOI_HTML_LENGTH },
  { "ol", "reversed", ENVOI_HTML_WORD },
  { "ol", "start", ENVOI_HTML_LENGTH },
  { "ol", "type", ENVOI_HTML_WORD },
  { "table", "bgcolor", ENVOI_HTML_COLOR },
  { "table", "border", ENVOI_HTML_LENGTH },
  { "table", "cellpadding", ENVOI_HTML_LENGTH },
  { "table", "cellspacing", ENVOI_HTML_LENGTH },
  { "table", "height", ENVOI_HTML_LENGTH },
  { "table", "width", ENVOI_HTML_LENGTH },
  { "td", "bgcolor", ENVOI_HTML_COLOR },
  { "td", "colspan", ENVOI_HTML_LENGTH },
  { "td", "height", ENVOI_HTML_LENGTH },
  { "td", "nowrap", ENVOI_HTML_WORD },
  { "td", "rowspan", ENVOI_HTML_LENGTH },
  { "td", "valign", ENVOI_HTML_WORD },
  { "td", "width", ENVOI_HTML_LENGTH },
  { "th", "bgcolor", ENVOI_HTML_COLOR },
  { "th", "colspan", ENVOI_HTML_LENGTH },
  { "th", "height", ENVOI_HTML_LENGTH },
  { "th", "nowrap", ENVOI_HTML_WORD },
  { "th", "rowspan", ENVOI_HTML_LENGTH },
  { "th", "scope", ENVOI_HTML_WORD },
  { "th", "valign", ENVOI_HTML_WORD },
  { "th", "width", ENVOI_HTML_LENGTH },
  { "tr", "bgcolor", ENVOI_HTML_COLOR },
  { "tr", "valign", ENVOI_HTML_WORD },
  { "ul", "type", ENVOI_HTML_WORD },
};

static gboolean
is_made_of (const char *value,
            const char *punctuation,
            gsize       max_length)
{
  if (!*value || strlen (value) > max_length)
    return FALSE;

  for (const char *p = value; *p; p++) {
    if (!g_ascii_isalnum (*p) && !strchr (punctuation, *p))
      return FALSE;
  }

  return TRUE;
}

static char *
clean_font (const char *value)
{
  for (const char *p = value; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c < 0x80 && !g_ascii_isalnum ((char) c) && !strchr (" ,-_'.@", (int) c))
      return NULL;
  }

  return strlen (value) <= MAX_FONT ? g_strdup (value) : NULL;
}

static char *
clean_text (const char *value)
{
  return strlen (value) <= MAX_TEXT ? g_strdup (value) : NULL;
}

static gboolean
has_web_scheme (const char *link)
{
  static const char *const starts[] = { "http://", "https://", "mailto:" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    if (g_ascii_strncasecmp (link, starts[i], strlen (starts[i])) == 0 && link[strlen (starts[i])])
      return TRUE;
  }

  return FALSE;
}

/* Browsers pass over tabs and line ends inside an address, so they are taken out
 * before it is judged. */
static char *
clean_link (const char *value)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (value));
  g_autoptr (GString) link = g_string_new (NULL);

  for (const char *p = trimmed; *p; p++) {
    if (*p == ' ')
      g_string_append (link, "%20");
    else if (!g_ascii_iscntrl (*p))
      g_string_append_c (link, *p);
  }

  if (link->len > MAX_LINK || !has_web_scheme (link->str))
    return NULL;

  return g_strdup (link->str);
}

static char *
clean_picture (const char *value)
{
  if (g_ascii_strncasecmp (value, "cid:", 4) != 0 || !envoi_html_is_content_id (value + 4))
    return NULL;

  return g_strconcat ("cid:", value + 4, NULL);
}

/* Our own marks, so that an edited letter still knows its signature and its
 * quotation; other classes mean nothing without a style element. */
static char *
clean_class (const char *value)
{
  g_auto (GStrv) names = g_strsplit_set (value, " \t\r\n\f", -1);
  g_autoptr (GString) kept = g_string_new (NULL);

  for (guint i = 0; names[i]; i++) {
    if (g_str_has_prefix (names[i], "envoi-") && is_made_of (names[i], "-", MAX_WORD))
      g_string_append_printf (kept, "%s%s", kept->len > 0 ? " " : "", names[i]);
  }

  return kept->len > 0 ? g_strdup (kept->str) : NULL;
}

/**
 * envoi_html_find_element:
 * @name: an element's name, in lower case
 *
 * Returns: (transfer none) (nullable): what becomes of it; %NULL means that only
 *   its content stays
 *
 * Thread: any
 */
const EnvoiHtmlElement *
envoi_html_find_element (const char *name)
{
  guint low = 0;
  guint high = G_N_ELEMENTS (elements);

  while (low < high) {
    guint middle = (low + high) / 2;
    int order = strcmp (name, elements[middle].name);

    if (order == 0)
      return &elements[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }

  return NULL;
}

/**
 * envoi_html_find_attribute:
 * @element: the name of a kept element, as it is written
 * @attribute: an attribute's name, in lower case
 * @value: (out): how its value is checked
 *
 * Returns: whether the attribute may stay
 *
 * Thread: any
 */
gboolean
envoi_html_find_attribute (const char     *element,
                           const char     *attribute,
                           EnvoiHtmlValue *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++) {
    if ((!attributes[i].element || strcmp (attributes[i].element, element) == 0) &&
        strcmp (attributes[i].attribute, attribute) == 0) {
      *value = attributes[i].value;
      return TRUE;
    }
  }

  return FALSE;
}

/**
 * envoi_html_is_content_id:
 * @content_id: what stands after "cid:"
 *
 * Returns: whether it is safe in a Content-ID field and in an attribute
 *
 * Thread: any
 */
gboolean
envoi_html_is_content_id (const char *content_id)
{
  return is_made_of (content_id, "@.-_+=$", MAX_CONTENT_ID);
}

/**
 * envoi_html_clean_value:
 * @kind: how the value is checked
 * @value: an attribute's value, UTF-8, not escaped
 *
 * Returns: (transfer full) (nullable): the value that stays, or %NULL for none
 *
 * Thread: any
 */
char *
envoi_html_clean_value (EnvoiHtmlValue  kind,
                        const char     *value)
{
  switch (kind) {
    case ENVOI_HTML_WORD:
      return is_made_of (value, "-", MAX_WORD) ? g_strdup (value) : NULL;
    case ENVOI_HTML_LENGTH:
      return is_made_of (value, "+-.%", 8) ? g_strdup (value) : NULL;
    case ENVOI_HTML_COLOR:
      return is_made_of (value, "#(),.% ", MAX_WORD) ? g_strdup (value) : NULL;
    case ENVOI_HTML_TEXT:
      return clean_text (value);
    case ENVOI_HTML_FONT:
      return clean_font (value);
    case ENVOI_HTML_LINK:
      return clean_link (value);
    case ENVOI_HTML_PICTURE:
      return clean_picture (value);
    case ENVOI_HTML_STYLE:
      return envoi_html_clean_style (value);
    case ENVOI_HTML_CLASS:
      return clean_class (value);
    default:
      g_assert_not_reached ();
  }
}
