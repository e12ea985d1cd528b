/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-highlight.h"

#include "envoi-text.h"

static void
insert (PangoAttrList  *attributes,
        PangoAttribute *attribute,
        gsize           start,
        gsize           length)
{
  attribute->start_index = (guint) start;
  attribute->end_index = (guint) (start + length);
  pango_attr_list_insert (attributes, attribute);
}

static void
highlight_word (PangoAttrList **attributes,
                const char     *text,
                const char     *word)
{
  const char *place = text;
  gsize length;

  while ((place = envoi_text_find_word (place, word, &length))) {
    gsize start = (gsize) (place - text);

    if (!*attributes)
      *attributes = pango_attr_list_new ();
    insert (*attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, length);
    insert (*attributes, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, length);
    place += length;
  }
}

PangoAttrList *
envoi_highlight_make_attributes (const char *text,
                                 const char *words)
{
  g_auto (GStrv) parts = words ? g_strsplit (words, " ", -1) : NULL;
  PangoAttrList *attributes = NULL;

  for (guint i = 0; parts && parts[i]; i++)
    highlight_word (&attributes, text, parts[i]);

  return attributes;
}
