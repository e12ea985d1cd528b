/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"

#include <string.h>

/* Inline style: properties of the list whose values are plain words, numbers,
 * colours and font names. Nothing that places an element over another, hides
 * it, or fetches anything. */

#define MAX_STYLE 8192
#define MAX_VALUE 512

static const char *const properties[] = {
  "background-color",
  "border",
  "border-bottom",
  "border-bottom-color",
  "border-bottom-style",
  "border-bottom-width",
  "border-collapse",
  "border-color",
  "border-left",
  "border-left-color",
  "border-left-style",
  "border-left-width",
  "border-radius",
  "border-right",
  "border-right-color",
  "border-right-style",
  "border-right-width",
  "border-spacing",
  "border-style",
  "border-top",
  "border-top-color",
  "border-top-style",
  "border-top-width",
  "border-width",
  "caption-side",
  "color",
  "direction",
  "empty-cells",
  "font-family",
  "font-size",
  "font-style",
  "font-variant",
  "font-weight",
  "height",
  "letter-spacing",
  "line-height",
  "list-style-position",
  "list-style-type",
  "margin",
  "margin-bottom",
  "margin-left",
  "margin-right",
  "margin-top",
  "max-height",
  "max-width",
  "min-width",
  "overflow-wrap",
  "padding",
  "padding-bottom",
  "padding-left",
  "padding-right",
  "padding-top",
  "table-layout",
  "text-align",
  "text-decoration",
  "text-decoration-color",
  "text-decoration-line",
  "text-decoration-style",
  "text-indent",
  "text-transform",
  "unicode-bidi",
  "vertical-align",
  "white-space",
  "width",
  "word-break",
  "word-spacing",
  "word-wrap",
};

static gboolean
is_property (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    if (strcmp (properties[i], name) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The function's name ends where the parenthesis is. */
static gboolean
is_color_function (const char *value,
                   const char *parenthesis)
{
  static const char *const names[] = { "rgba", "rgb", "hsla", "hsl" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize length = strlen (names[i]);
    const char *start = parenthesis - length;

    if (start >= value && g_ascii_strncasecmp (start, names[i], length) == 0 &&
        (start == value || start[-1] == ' ' || start[-1] == ','))
      return TRUE;
  }

  return FALSE;
}

/* Letters beyond ASCII are in the names of fonts. */
static gboolean
has_plain_characters (const char *value)
{
  for (const char *p = value; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0x80 ? !g_unichar_isprint (c)
                  : !g_ascii_isalnum ((char) c) && !strchr (" #%.,+-_'()", (int) c))
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_value (const char *value)
{
  gboolean is_quoted = FALSE;
  guint n_open = 0;

  if (!*value || strlen (value) > MAX_VALUE || !has_plain_characters (value))
    return FALSE;

  for (const char *p = value; *p; p++) {
    if (*p == '\'')
      is_quoted = !is_quoted;
    else if (*p == '(' && (is_quoted || n_open++ > 0 || !is_color_function (value, p)))
      return FALSE;
    else if (*p == ')' && (is_quoted || n_open-- != 1))
      return FALSE;
  }

  return !is_quoted && n_open == 0;
}

static char *
clean_value (const char *typed)
{
  g_autofree char *value = g_strdup (typed);
  char *bang;

  /* Without a style element there is nothing that it could outrank. */
  bang = strchr (value, '!');
  if (bang) {
    g_autofree char *mark = g_strstrip (g_strdup (bang + 1));

    if (g_ascii_strcasecmp (mark, "important") != 0)
      return NULL;
    *bang = '\0';
  }

  g_strstrip (value);
  g_strdelimit (value, "\"", '\'');
  g_strdelimit (value, "\t\r\n", ' ');
  return is_value (value) ? g_steal_pointer (&value) : NULL;
}

static gboolean
is_one_color (const char *value)
{
  if (strchr (value, '('))
    return g_str_has_suffix (value, ")") && is_color_function (value, strchr (value, '('));

  return !strpbrk (value, " ,'") && g_ascii_strcasecmp (value, "none") != 0;
}

static void
add_declaration (GString    *style,
                 const char *declaration)
{
  const char *colon = strchr (declaration, ':');
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (!colon)
    return;

  name = g_ascii_strdown (declaration, colon - declaration);
  g_strstrip (name);
  value = clean_value (colon + 1);
  if (!value)
    return;

  /* Word and WPS mark text with the shorthand. */
  if (strcmp (name, "background") == 0 && is_one_color (value)) {
    g_free (name);
    name = g_strdup ("background-color");
  }

  if (is_property (name))
    g_string_append_printf (style, "%s%s: %s", style->len > 0 ? "; " : "", name, value);
}

/* The end of the declaration at @p: a semicolon outside quotation marks and
 * parentheses, or the end of the text. */
static const char *
find_end (const char *p)
{
  char quote = '\0';
  guint n_open = 0;

  for (; *p; p++) {
    if (quote)
      quote = *p == quote ? '\0' : quote;
    else if (*p == '"' || *p == '\'')
      quote = *p;
    else if (*p == '(')
      n_open++;
    else if (*p == ')' && n_open > 0)
      n_open--;
    else if (*p == ';' && n_open == 0)
      break;
  }

  return p;
}

/**
 * envoi_html_clean_style:
 * @style: the value of a style attribute, not escaped
 *
 * Keeps the declarations that are of the safe set.
 *
 * Returns: (transfer full) (nullable): the declarations that stay, or %NULL
 *
 * Thread: any
 */
char *
envoi_html_clean_style (const char *style)
{
  g_autoptr (GString) kept = g_string_new (NULL);

  if (strlen (style) > MAX_STYLE)
    return NULL;

  for (const char *p = style; *p;) {
    const char *end = find_end (p);
    g_autofree char *declaration = g_strndup (p, end - p);

    add_declaration (kept, declaration);
    p = *end ? end + 1 : end;
  }

  return kept->len > 0 ? g_strdup (kept->str) : NULL;
}
