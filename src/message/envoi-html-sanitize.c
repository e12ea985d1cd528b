/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"
#include "envoi-message-error.h"

#include <glib/gi18n.h>
#include <libxml/SAX2.h>
#include <string.h>

/* The parser moves things (a paragraph out of a paragraph), so what was written
 * is read again until it no longer changes; two rounds are the rule. */
#define MAX_ROUNDS 6

/* Keeps the parser from guessing where head and body are. */
#define BODY_START "<html><body>"

typedef struct {
  GString *out;
  EnvoiHtmlPictures *pictures;   /* nullable */
  guint depth;
  gboolean is_too_deep;
} Writer;

static void write_children (Writer  *writer,
                            xmlNode *node);

static gboolean
is_dropped_character (gunichar c)
{
  return (g_unichar_iscntrl (c) && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff;
}

static void
append_escaped (GString    *out,
                const char *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '&')
      g_string_append (out, "&amp;");
    else if (c == '<')
      g_string_append (out, "&lt;");
    else if (c == '>')
      g_string_append (out, "&gt;");
    else if (c == '"')
      g_string_append (out, "&quot;");
    else if (!is_dropped_character (c))
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
  }
}

static gboolean
is_known_picture (Writer     *writer,
                  const char *content_id)
{
  if (!writer->pictures)
    return TRUE;

  if (writer->pictures->known && !g_hash_table_contains (writer->pictures->known, content_id))
    return FALSE;

  if (writer->pictures->used)
    g_hash_table_add (writer->pictures->used, g_strdup (content_id));

  return TRUE;
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

/* What a value-less attribute such as nowrap is written as. */
static char *
complete_value (const char     *name,
                EnvoiHtmlValue  kind,
                char           *value)
{
  static const char *const flags[] = { "noshade", "nowrap", "reversed", NULL };

  if (value && *value)
    return envoi_html_clean_value (kind, value);

  if (g_strv_contains (flags, name))
    return g_strdup (name);

  return kind == ENVOI_HTML_TEXT ? g_strdup ("") : NULL;
}

static void
write_attribute (Writer     *writer,
                 xmlNode    *node,
                 const char *element,
                 xmlAttr    *attribute)
{
  g_autofree char *name = g_ascii_strdown ((const char *) attribute->name, -1);
  g_autofree char *value = NULL;
  g_autofree char *clean = NULL;
  EnvoiHtmlValue kind;

  if (!envoi_html_find_attribute (element, name, &kind))
    return;

  value = get_attribute (node, (const char *) attribute->name);
  clean = complete_value (name, kind, value);
  if (!clean)
    return;

  g_string_append_printf (writer->out, " %s=\"", name);
  append_escaped (writer->out, clean);
  g_string_append_c (writer->out, '"');
}

/* A picture from elsewhere would tell its owner who read the letter and when; the
 * words that stand for it remain. */
static gboolean
write_instead_of_picture (Writer  *writer,
                          xmlNode *node)
{
  g_autofree char *source = get_attribute (node, "src");
  g_autofree char *clean = source ? envoi_html_clean_value (ENVOI_HTML_PICTURE, source) : NULL;
  g_autofree char *words = NULL;

  if (clean && is_known_picture (writer, clean + strlen ("cid:")))
    return FALSE;

  words = get_attribute (node, "alt");
  if (words)
    append_escaped (writer->out, words);
  return TRUE;
}

/* A receiver's parser passes over one line end here, ours does not. */
static void
drop_first_line_end (xmlNode *pre)
{
  while (pre->children && pre->children->type == XML_TEXT_NODE) {
    xmlNode *first = pre->children;
    const char *text = (const char *) first->content;
    g_autofree char *rest = NULL;

    if (*text != '\n' && *text != '\r')
      return;

    rest = g_strdup (text + strspn (text, "\r\n"));
    xmlNodeSetContent (first, NULL);
    xmlNodeAddContent (first, (const xmlChar *) rest);
    if (*rest)
      return;
    xmlUnlinkNode (first);
    xmlFreeNode (first);
  }
}

static void
write_element (Writer                 *writer,
               xmlNode                *node,
               const EnvoiHtmlElement *element)
{
  const char *name = element->written_name ? element->written_name : element->name;

  g_string_append_printf (writer->out, "<%s", name);
  for (xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
    write_attribute (writer, node, name, attribute);
  g_string_append_c (writer->out, '>');

  if (element->is_void)
    return;

  write_children (writer, node);
  g_string_append_printf (writer->out, "</%s>", name);
}

/* What nobody saw where it was copied, a formula's source or a mailing's teaser,
 * must not come to light in the letter. */
static gboolean
is_hidden (xmlNode *node)
{
  g_autofree char *style = get_attribute (node, "style");
  g_autoptr (GString) squeezed = g_string_new (";");

  for (const char *p = style ? style : ""; *p; p++) {
    if (!g_ascii_isspace (*p))
      g_string_append_c (squeezed, g_ascii_tolower (*p));
  }

  return strstr (squeezed->str, ";display:none") || xmlHasProp (node, (const xmlChar *) "hidden");
}

static void
write_node (Writer  *writer,
            xmlNode *node)
{
  g_autofree char *name = NULL;
  const EnvoiHtmlElement *element;

  if (node->type == XML_TEXT_NODE && node->content) {
    append_escaped (writer->out, (const char *) node->content);
    return;
  }

  if (node->type != XML_ELEMENT_NODE || is_hidden (node))
    return;

  name = g_ascii_strdown ((const char *) node->name, -1);
  element = envoi_html_find_element (name);

  if (!element || element->fate == ENVOI_HTML_UNWRAP)
    write_children (writer, node);
  else if (element->fate == ENVOI_HTML_KEEP &&
           !(strcmp (name, "img") == 0 && write_instead_of_picture (writer, node)))
    write_element (writer, node, element);
}

static void
write_children (Writer  *writer,
                xmlNode *node)
{
  if (writer->depth == ENVOI_HTML_MAX_DEPTH) {
    writer->is_too_deep = TRUE;
    return;
  }

  if (xmlStrEqual (node->name, (const xmlChar *) "pre"))
    drop_first_line_end (node);

  writer->depth++;
  for (xmlNode *child = node->children; child; child = child->next)
    write_node (writer, child);
  writer->depth--;
}

static gboolean
set_unsafe (GError     **error,
            const char  *sentence)
{
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_UNSAFE_HTML, sentence);
  return FALSE;
}

/* One reading and writing. */
static char *
rewrite (const char         *html,
         EnvoiHtmlPictures  *pictures,
         GError            **error)
{
  g_autoptr (xmlDoc) document = envoi_html_parse (html, error);
  Writer writer = { NULL, pictures };
  xmlNode *root;

  if (!document)
    return NULL;

  if (pictures && pictures->used)
    g_hash_table_remove_all (pictures->used);

  writer.out = g_string_sized_new (strlen (html));
  root = xmlDocGetRootElement (document);
  if (root)
    write_children (&writer, root);

  if (!writer.is_too_deep)
    return g_string_free (writer.out, FALSE);

  g_string_free (writer.out, TRUE);
  set_unsafe (error, _("The formatted text is nested too deeply."));
  return NULL;
}

/* Word's "<![if !vml]>" is a comment to browsers (up to its bracket) and text to
 * libxml2. The end of a real comment, "<![endif]-->", stays. */
static char *
drop_conditions (const char *html)
{
  GString *kept = g_string_sized_new (strlen (html));
  const char *p = html;

  while (*p) {
    const char *start = strstr (p, "<![");
    const char *end = start ? strchr (start, '>') : NULL;

    if (!end)
      break;

    g_string_append_len (kept, p, start - p);
    if (end[-1] == '-')
      g_string_append_len (kept, start, end + 1 - start);
    p = end + 1;
  }

  g_string_append (kept, p);
  return g_string_free (kept, FALSE);
}

/* Newer elements without content that libxml2 does not know: it takes for their
 * content what follows them. */
static gboolean
is_unknown_void (const xmlChar *name)
{
  static const char *const names[] = { "bgsound", "keygen", "source", "track", "wbr", NULL };

  return g_strv_contains (names, (const char *) name);
}

/* libxml2 takes Office's <o:p> for a <p>, which it is not; under a name that
 * nobody knows only its content counts. */
static void
start_element (void           *context,
               const xmlChar  *name,
               const xmlChar **attributes)
{
  gboolean has_prefix = xmlStrchr (name, ':') != NULL;

  xmlSAX2StartElement (context, has_prefix ? (const xmlChar *) "prefixed" : name, attributes);
  if (is_unknown_void (name))
    xmlSAX2EndElement (context, name);
}

static void
end_element (void          *context,
             const xmlChar *name)
{
  if (!is_unknown_void (name))
    xmlSAX2EndElement (context, name);
}

/**
 * envoi_html_parse:
 * @html: HTML, a document or a part of one
 * @error: return location for an error
 *
 * Reads HTML as libxml2 does, without any access to the network or to files.
 *
 * Errors: UNSAFE_HTML (too large or too deep)
 *
 * Returns: (transfer full) (nullable): the document
 *
 * Thread: any
 */
htmlDocPtr
envoi_html_parse (const char  *html,
                  GError     **error)
{
  const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                      HTML_PARSE_NONET | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC;
  g_autofree char *valid = g_utf8_make_valid (html, -1);
  g_autofree char *plain = drop_conditions (valid);
  g_autofree char *framed = g_strconcat (BODY_START, plain, NULL);
  gsize length = strlen (framed);
  htmlParserCtxtPtr context;
  htmlDocPtr document;
  const xmlError *problem;

  if (length > ENVOI_HTML_MAX_BYTES) {
    set_unsafe (error, _("The formatted text is too large."));
    return NULL;
  }

  context = htmlNewParserCtxt ();
  context->sax->startElement = start_element;
  context->sax->endElement = end_element;
  document = htmlCtxtReadMemory (context, framed, (int) length, NULL, "UTF-8", options);
  problem = xmlCtxtGetLastError (context);

  /* The parser stops in the middle only here: text would be lost in silence. */
  if (!document || (problem && problem->level == XML_ERR_FATAL)) {
    g_clear_pointer (&document, xmlFreeDoc);
    set_unsafe (error, _("The formatted text is nested too deeply or cannot be read."));
  }

  htmlFreeParserCtxt (context);
  return document;
}

/**
 * envoi_html_sanitize_with:
 * @html: HTML from anywhere
 * @pictures: (nullable): which pictures there are; the others go
 * @error: return location for an error
 *
 * As [func@html_sanitize], and tells which pictures the text shows.
 *
 * Errors: UNSAFE_HTML
 *
 * Returns: (transfer full) (nullable): the safe part of a body
 *
 * Thread: any
 */
char *
envoi_html_sanitize_with (const char         *html,
                          EnvoiHtmlPictures  *pictures,
                          GError            **error)
{
  g_autofree char *clean = rewrite (html, pictures, error);
  g_autofree char *text = NULL;

  for (guint round = 0; clean && round < MAX_ROUNDS; round++) {
    g_autofree char *again = rewrite (clean, pictures, error);

    if (again && strcmp (again, clean) == 0)
      return g_steal_pointer (&clean);

    g_free (clean);
    clean = g_steal_pointer (&again);
  }

  if (!clean)
    return NULL;

  /* Markup that never settles is not worth its risk; its words are kept. */
  text = envoi_html_to_text (clean);
  if (pictures && pictures->used)
    g_hash_table_remove_all (pictures->used);
  return envoi_html_from_text (text);
}

/**
 * envoi_html_sanitize:
 * @html: HTML from anywhere
 * @error: return location for an error
 *
 * Reduces HTML to the small, safe set that a letter may have; the README of
 * this folder lists it. Sanitising twice changes nothing.
 *
 * Errors: UNSAFE_HTML (absurdly deep or large)
 *
 * Returns: (transfer full) (nullable): the safe part of a body
 *
 * Thread: any
 */
char *
envoi_html_sanitize (const char  *html,
                     GError     **error)
{
  g_return_val_if_fail (html != NULL, NULL);

  return envoi_html_sanitize_with (html, NULL, error);
}

/* One that is a dot at most only watches who reads; nobody misses it. */
static gboolean
is_seen (xmlNode *image)
{
  static const char *const sides[] = { "width", "height" };

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_autofree char *side = get_attribute (image, sides[i]);

    if (side && g_ascii_isdigit (*side) && g_ascii_strtoull (side, NULL, 10) <= 1)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_remote_picture (xmlNode *node)
{
  g_autofree char *source = NULL;

  if (node->type != XML_ELEMENT_NODE || !xmlStrEqual (node->name, (const xmlChar *) "img"))
    return FALSE;

  source = get_attribute (node, "src");
  if (!source)
    return FALSE;

  g_strstrip (source);
  return (g_ascii_strncasecmp (source, "http:", strlen ("http:")) == 0 ||
          g_ascii_strncasecmp (source, "https:", strlen ("https:")) == 0 ||
          g_str_has_prefix (source, "//")) &&
         is_seen (node);
}

/* The node after @node in the order of the text; NULL after the last one under @root. */
static xmlNode *
get_next (xmlNode *node,
          xmlNode *root)
{
  if (node->children)
    return node->children;

  while (node && node != root && !node->next)
    node = node->parent;

  return node && node != root ? node->next : NULL;
}

/**
 * envoi_html_count_remote_pictures:
 * @html: HTML from anywhere
 *
 * Counts what envoi_html_sanitize() leaves out and a person saw.
 *
 * Returns: the number of pictures that lie on the internet
 *
 * Thread: any
 */
guint
envoi_html_count_remote_pictures (const char *html)
{
  g_autoptr (xmlDoc) document = envoi_html_parse (html, NULL);
  xmlNode *root = document ? xmlDocGetRootElement (document) : NULL;
  guint n = 0;

  for (xmlNode *node = root; node; node = get_next (node, root))
    n += is_remote_picture (node);

  return n;
}
