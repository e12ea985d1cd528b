/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"

#include <stdlib.h>
#include <string.h>

#define QUOTE_MARK "> "
#define BULLET "- "
#define RULE "----------------------------------------"

/* The delimiter of a signature (RFC 3676 section 4.3); its space matters. */
#define SIGNATURE_DELIMITER "-- "

/* A word that no wrapping can break is still only text; this bounds the work on
 * tables in tables. */
#define MAX_TABLE_NESTING 8

typedef struct {
  GString *out;
  GString *line;
  GString *prefix;        /* quotation marks and indentation of the open blocks */
  char *marker_prefix;    /* nullable: stands for @prefix once, with a list's marker */
  char *blank_prefix;     /* nullable: a blank line is wanted before the next one */
  gboolean has_space;     /* one space is wanted before the next word */
  gboolean is_line_open;  /* the line counts although it may be empty */
  gboolean is_preformatted;
  guint n_tables;
} Writer;

static void write_children (Writer  *writer,
                            xmlNode *node);
static void write_element (Writer  *writer,
                           xmlNode *node);

static void
writer_init (Writer *writer)
{
  *writer = (Writer) {
    .out = g_string_new (NULL),
    .line = g_string_new (NULL),
    .prefix = g_string_new (NULL),
  };
}

static char *
writer_finish (Writer *writer)
{
  g_string_free (writer->line, TRUE);
  g_string_free (writer->prefix, TRUE);
  g_free (writer->marker_prefix);
  g_free (writer->blank_prefix);
  return g_string_free (writer->out, FALSE);
}

static gboolean
is_element (xmlNode    *node,
            const char *name)
{
  return node->type == XML_ELEMENT_NODE &&
         g_ascii_strcasecmp ((const char *) node->name, name) == 0;
}

static gboolean
is_one_of (xmlNode           *node,
           const char *const *names)
{
  for (guint i = 0; names[i]; i++) {
    if (is_element (node, names[i]))
      return TRUE;
  }

  return FALSE;
}

static void
append_line (GString    *out,
             const char *prefix,
             const char *text)
{
  gsize start = out->len;

  g_string_append_printf (out, "%s%s", prefix, text);
  if (strcmp (text, SIGNATURE_DELIMITER) != 0) {
    while (out->len > start && out->str[out->len - 1] == ' ')
      g_string_truncate (out, out->len - 1);
  }

  g_string_append_c (out, '\n');
}

static void
end_line (Writer *writer)
{
  g_autofree char *marker = g_steal_pointer (&writer->marker_prefix);
  g_autofree char *blank = g_steal_pointer (&writer->blank_prefix);

  if (blank && writer->out->len > 0)
    append_line (writer->out, blank, "");

  append_line (writer->out, marker ? marker : writer->prefix->str, writer->line->str);
  g_string_truncate (writer->line, 0);
  writer->has_space = FALSE;
  writer->is_line_open = FALSE;
}

/* Blocks begin and end with it. */
static void
break_line (Writer *writer)
{
  if (writer->has_space && strcmp (writer->line->str, "--") == 0)
    g_string_append_c (writer->line, ' ');

  /* A list's marker waits for the words of its item. */
  if (writer->is_line_open && !(writer->marker_prefix && writer->line->len == 0))
    end_line (writer);
  writer->has_space = FALSE;
}

/* Before and after a paragraph. The blank line belongs to the outermost block it
 * stands between, so the shorter prefix wins. */
static void
want_blank_line (Writer *writer)
{
  break_line (writer);

  if (writer->marker_prefix)
    return;
  if (writer->blank_prefix && strlen (writer->blank_prefix) <= writer->prefix->len)
    return;

  g_free (writer->blank_prefix);
  writer->blank_prefix = g_strdup (writer->prefix->str);
}

static void
write_preformatted (Writer     *writer,
                    const char *text)
{
  if (writer->has_space && *text && *text != '\n')
    g_string_append_c (writer->line, ' ');
  writer->has_space = FALSE;

  for (const char *p = text; *p; p++) {
    if (*p == '\n') {
      end_line (writer);
    } else if (*p != '\r') {
      g_string_append_c (writer->line, *p);
      writer->is_line_open = TRUE;
    }
  }
}

static void
write_text (Writer     *writer,
            const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c < 0x80 && g_ascii_isspace ((char) c)) {
      writer->has_space = writer->line->len > 0;
      continue;
    }

    if (writer->has_space)
      g_string_append_c (writer->line, ' ');
    writer->has_space = FALSE;
    writer->is_line_open = TRUE;
    g_string_append_unichar (writer->line, c == 0xa0 ? ' ' : c);
  }
}

static char *
get_attribute (xmlNode    *node,
               const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

/* Whether the words of a link already say where it goes. */
static gboolean
says_address (const char *words,
              const char *address)
{
  static const char *const schemes[] = { "", "mailto:", "http://", "https://" };
  gsize length = strlen (words);

  if (length > 0 && words[length - 1] == '/')
    length--;

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    const char *rest = address + strlen (schemes[i]);

    if (g_ascii_strncasecmp (address, schemes[i], strlen (schemes[i])) == 0 &&
        strncmp (rest, words, length) == 0 &&
        (!rest[length] || strcmp (rest + length, "/") == 0))
      return TRUE;
  }

  return FALSE;
}

static void
write_link (Writer  *writer,
            xmlNode *node)
{
  g_autofree char *typed = get_attribute (node, "href");
  g_autofree char *address = NULL;
  g_autofree char *words = NULL;
  xmlChar *content;
  gsize length = writer->out->len + writer->line->len;

  /* Where nothing can be seen, nobody can follow the link either. */
  write_children (writer, node);
  if (writer->out->len + writer->line->len == length)
    return;

  address = typed ? envoi_html_clean_value (ENVOI_HTML_LINK, typed) : NULL;
  if (!address)
    return;

  content = xmlNodeGetContent (node);
  words = g_strstrip (g_strdup ((const char *) content));
  xmlFree (content);
  if (says_address (words, address))
    return;

  if (g_ascii_strncasecmp (address, "mailto:", 7) == 0)
    memmove (address, address + 7, strlen (address) - 6);
  write_text (writer, writer->line->len > 0 ? " <" : "<");
  write_text (writer, address);
  write_text (writer, ">");
}

static void
write_picture (Writer  *writer,
               xmlNode *node)
{
  g_autofree char *words = get_attribute (node, "alt");

  if (!words || !*g_strstrip (words))
    return;

  write_text (writer, "[");
  write_text (writer, words);
  write_text (writer, "]");
}

static void
write_in_block (Writer     *writer,
                xmlNode    *node,
                const char *indentation)
{
  gsize outer = writer->prefix->len;

  g_string_append (writer->prefix, indentation);
  write_children (writer, node);
  break_line (writer);
  g_string_truncate (writer->prefix, outer);
}

static void
write_quotation (Writer  *writer,
                 xmlNode *node)
{
  want_blank_line (writer);
  write_in_block (writer, node, QUOTE_MARK);
  want_blank_line (writer);
}

static char *
make_ordinal (int         number,
              const char *type)
{
  if (type && (*type == 'a' || *type == 'A') && number >= 1 && number <= 26)
    return g_strdup_printf ("%c. ", *type + number - 1);

  return g_strdup_printf ("%d. ", number);
}

static void
write_item (Writer     *writer,
            xmlNode    *node,
            const char *marker)
{
  g_autofree char *indentation = g_strnfill (strlen (marker), ' ');

  break_line (writer);
  if (writer->marker_prefix)
    end_line (writer);
  writer->marker_prefix = g_strconcat (writer->prefix->str, marker, NULL);
  write_in_block (writer, node, indentation);

  /* The marker is the item's even when the item is empty, and paragraphs do not
   * part the items of a list. */
  if (writer->marker_prefix)
    end_line (writer);
  g_clear_pointer (&writer->blank_prefix, g_free);
}

static int
get_number (xmlNode    *node,
            const char *attribute,
            int         otherwise)
{
  g_autofree char *value = get_attribute (node, attribute);

  return value ? (int) CLAMP (strtol (value, NULL, 10), -999999, 999999) : otherwise;
}

/* Some programs put an inner list beside the items. */
static void
write_between_items (Writer  *writer,
                     xmlNode *node)
{
  gsize outer = writer->prefix->len;

  g_string_append (writer->prefix, "  ");
  write_element (writer, node);
  g_string_truncate (writer->prefix, outer);
}

static void
write_list (Writer  *writer,
            xmlNode *node)
{
  static const char *const items[] = { "li", "ul", "ol", "dl", NULL };
  gboolean is_nested = node->parent && is_one_of (node->parent, items);
  gboolean is_ordered = is_element (node, "ol");
  g_autofree char *type = get_attribute (node, "type");
  int number = get_number (node, "start", 1);

  if (is_nested)
    break_line (writer);
  else
    want_blank_line (writer);

  for (xmlNode *child = node->children; child; child = child->next) {
    g_autofree char *marker = NULL;

    if (!is_element (child, "li")) {
      if (child->type == XML_ELEMENT_NODE)
        write_between_items (writer, child);
      continue;
    }

    number = get_number (child, "value", number);
    marker = is_ordered ? make_ordinal (number++, type) : g_strdup (BULLET);
    write_item (writer, child, marker);
  }

  if (!is_nested)
    want_blank_line (writer);
}

static void
write_lines (Writer     *writer,
             const char *text)
{
  writer->is_preformatted = TRUE;
  write_preformatted (writer, text);
  break_line (writer);
  writer->is_preformatted = FALSE;
}

static char *
render_cell (Writer  *writer,
             xmlNode *cell)
{
  Writer inner;
  char *text;

  writer_init (&inner);
  inner.n_tables = writer->n_tables;
  write_children (&inner, cell);
  break_line (&inner);
  text = writer_finish (&inner);
  return g_strchomp (text);
}

static void
collect_rows (Writer    *writer,
              xmlNode   *node,
              GPtrArray *rows,
              gboolean  *has_header)
{
  static const char *const groups[] = { "thead", "tbody", "tfoot", NULL };
  static const char *const cells[] = { "td", "th", NULL };

  for (xmlNode *child = node->children; child; child = child->next) {
    if (is_one_of (child, groups)) {
      collect_rows (writer, child, rows, has_header);
    } else if (is_element (child, "tr")) {
      g_ptr_array_add (rows, g_ptr_array_new_with_free_func (g_free));
      collect_rows (writer, child, rows, has_header);
    } else if (is_one_of (child, cells) && rows->len > 0) {
      GPtrArray *row = g_ptr_array_index (rows, rows->len - 1);

      if (rows->len == 1 && is_element (child, "th"))
        *has_header = TRUE;
      g_ptr_array_add (row, render_cell (writer, child));
    }
  }
}

/* A table that is only there for the layout, or that is too wide. */
static void
write_cells (Writer    *writer,
             GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++) {
    GPtrArray *row = g_ptr_array_index (rows, i);

    for (guint j = 0; j < row->len; j++) {
      const char *cell = g_ptr_array_index (row, j);

      if (*cell)
        write_lines (writer, cell);
    }
    if (row->len > 1)
      want_blank_line (writer);
  }
}

static void
write_caption (Writer  *writer,
               xmlNode *table)
{
  for (xmlNode *child = table->children; child; child = child->next) {
    if (is_element (child, "caption"))
      write_in_block (writer, child, "");
  }
}

static void
write_table (Writer  *writer,
             xmlNode *node)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autofree char *columns = NULL;
  gboolean has_header = FALSE;

  if (writer->n_tables == MAX_TABLE_NESTING) {
    write_in_block (writer, node, "");
    return;
  }

  want_blank_line (writer);
  write_caption (writer, node);
  writer->n_tables++;
  collect_rows (writer, node, rows, &has_header);
  writer->n_tables--;

  columns = envoi_html_lay_out_table (rows, has_header);
  if (columns)
    write_lines (writer, columns);
  else
    write_cells (writer, rows);
  want_blank_line (writer);
}

static void
write_pre (Writer  *writer,
           xmlNode *node)
{
  gboolean was_preformatted = writer->is_preformatted;

  want_blank_line (writer);
  writer->is_preformatted = TRUE;
  write_in_block (writer, node, "");
  writer->is_preformatted = was_preformatted;
  want_blank_line (writer);
}

static void
write_paragraph (Writer  *writer,
                 xmlNode *node)
{
  want_blank_line (writer);
  write_in_block (writer, node, "");
  want_blank_line (writer);
}

static void
write_block (Writer  *writer,
             xmlNode *node)
{
  break_line (writer);
  write_in_block (writer, node, "");
}

static void
write_definition (Writer  *writer,
                  xmlNode *node)
{
  break_line (writer);
  write_in_block (writer, node, "  ");
}

static void
write_break (Writer  *writer,
             xmlNode *node)
{
  if (writer->has_space && strcmp (writer->line->str, "--") == 0)
    g_string_append_c (writer->line, ' ');
  end_line (writer);
}

static void
write_rule (Writer  *writer,
            xmlNode *node)
{
  break_line (writer);
  write_text (writer, RULE);
  break_line (writer);
}

static void
skip (Writer  *writer,
      xmlNode *node)
{
}

static const struct {
  const char *name;
  void (*write)(Writer *,
                xmlNode *);
} handlers[] = {
  { "a", write_link },
  { "address", write_block },
  { "article", write_block },
  { "aside", write_block },
  { "blockquote", write_quotation },
  { "br", write_break },
  { "center", write_block },
  { "dd", write_definition },
  { "details", write_block },
  { "div", write_block },
  { "dl", write_paragraph },
  { "dt", write_block },
  { "figcaption", write_block },
  { "figure", write_block },
  { "footer", write_block },
  { "form", write_block },
  { "h1", write_paragraph },
  { "h2", write_paragraph },
  { "h3", write_paragraph },
  { "h4", write_paragraph },
  { "h5", write_paragraph },
  { "h6", write_paragraph },
  { "header", write_block },
  { "hr", write_rule },
  { "img", write_picture },
  { "li", write_block },
  { "main", write_block },
  { "nav", write_block },
  { "ol", write_list },
  { "p", write_paragraph },
  { "pre", write_pre },
  { "rp", skip },
  { "section", write_block },
  { "summary", write_block },
  { "table", write_table },
  { "tr", write_block },
  { "ul", write_list },
  { "wbr", skip },
};

/* Whether the style of @node keeps the spaces and line ends inside. */
static gboolean
keeps_spaces (Writer  *writer,
              xmlNode *node)
{
  g_autofree char *style = get_attribute (node, "style");
  const char *value = style ? strstr (style, "white-space:") : NULL;

  if (!value)
    return writer->is_preformatted;

  value += strlen ("white-space:");
  value += strspn (value, " ");
  if (g_str_has_prefix (value, "inherit") || g_str_has_prefix (value, "unset"))
    return writer->is_preformatted;

  return g_str_has_prefix (value, "pre");
}

static void
write_known_element (Writer  *writer,
                     xmlNode *node)
{
  g_autofree char *name = g_ascii_strdown ((const char *) node->name, -1);
  const EnvoiHtmlElement *element = envoi_html_find_element (name);

  if (element && element->fate == ENVOI_HTML_DROP)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++) {
    if (strcmp (handlers[i].name, name) == 0) {
      handlers[i].write (writer, node);
      return;
    }
  }

  write_children (writer, node);
}

static void
write_element (Writer  *writer,
               xmlNode *node)
{
  gboolean was_preformatted = writer->is_preformatted;

  writer->is_preformatted = keeps_spaces (writer, node);
  write_known_element (writer, node);
  writer->is_preformatted = was_preformatted;
}

static void
write_children (Writer  *writer,
                xmlNode *node)
{
  for (xmlNode *child = node->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE)
      write_element (writer, child);
    else if (child->type == XML_TEXT_NODE && child->content && writer->is_preformatted)
      write_preformatted (writer, (const char *) child->content);
    else if (child->type == XML_TEXT_NODE && child->content)
      write_text (writer, (const char *) child->content);
  }
}

/**
 * envoi_html_to_text:
 * @html: HTML, as a rule what [func@html_sanitize] gave
 *
 * Makes the plain twin: paragraphs parted by a blank line, quotations after
 * "> ", lists with their markers, links as text and address, tables in columns.
 * Lines are not wrapped. HTML that cannot be read gives empty text.
 *
 * Returns: (transfer full): lines that end with a line feed, or ""
 *
 * Thread: any
 */
char *
envoi_html_to_text (const char *html)
{
  g_autoptr (xmlDoc) document = NULL;
  Writer writer;
  xmlNode *root;

  g_return_val_if_fail (html != NULL, NULL);

  document = envoi_html_parse (html, NULL);
  writer_init (&writer);
  root = document ? xmlDocGetRootElement (document) : NULL;
  if (root)
    write_children (&writer, root);
  break_line (&writer);

  return writer_finish (&writer);
}
