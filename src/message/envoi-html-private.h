/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/HTMLparser.h>

#include "envoi-html.h"

G_BEGIN_DECLS

#define ENVOI_HTML_MAX_BYTES (8 * 1024 * 1024)
#define ENVOI_HTML_MAX_DEPTH 250

/* What becomes of an element. */
typedef enum {
  ENVOI_HTML_UNWRAP,   /* only its content stays */
  ENVOI_HTML_DROP,     /* nothing stays */
  ENVOI_HTML_KEEP,     /* stays, perhaps under another name */
} EnvoiHtmlFate;

typedef struct {
  const char *name;
  EnvoiHtmlFate fate;
  const char *written_name;   /* nullable: as @name */
  gboolean is_void;
} EnvoiHtmlElement;

/* How the value of an attribute is checked. */
typedef enum {
  ENVOI_HTML_WORD,
  ENVOI_HTML_TEXT,
  ENVOI_HTML_LENGTH,
  ENVOI_HTML_COLOR,
  ENVOI_HTML_FONT,
  ENVOI_HTML_LINK,
  ENVOI_HTML_PICTURE,
  ENVOI_HTML_STYLE,
  ENVOI_HTML_CLASS,
} EnvoiHtmlValue;

/* Content ids of pictures, by cid: without the "cid:". */
typedef struct {
  GHashTable *known;   /* nullable: every one is known */
  GHashTable *used;    /* nullable: filled with those that stayed */
} EnvoiHtmlPictures;

htmlDocPtr              envoi_html_parse           (const char         *html,
                                                    GError            **error);
const EnvoiHtmlElement *envoi_html_find_element    (const char         *name);
gboolean                envoi_html_find_attribute  (const char         *element,
                                                    const char         *attribute,
                                                    EnvoiHtmlValue     *value);
char                   *envoi_html_clean_value     (EnvoiHtmlValue      kind,
                                                    const char         *value);
char                   *envoi_html_clean_style     (const char         *style);
gboolean                envoi_html_is_content_id   (const char         *content_id);
char                   *envoi_html_sanitize_with   (const char         *html,
                                                    EnvoiHtmlPictures  *pictures,
                                                    GError            **error);
/* Columns on a terminal, CJK two wide. */
gsize                   envoi_html_measure         (const char         *text);
/* Rows of cells, each cell's text of one or more lines; NULL when it does not
 * fit and is better written out as paragraphs. (element-type GPtrArray of char*) */
char                   *envoi_html_lay_out_table   (GPtrArray          *rows,
                                                    gboolean            has_header);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

G_END_DECLS
