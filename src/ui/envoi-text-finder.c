/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-text-finder.h"

#define TAG "envoi-found"
#define FLAGS (GTK_TEXT_SEARCH_CASE_INSENSITIVE | GTK_TEXT_SEARCH_TEXT_ONLY)

typedef struct {
  int start;
  int end;
} Place;

static GArray *
list_places (GtkTextBuffer *buffer,
             const char    *words)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (Place));
  GtkTextIter from, start, end;

  gtk_text_buffer_get_start_iter (buffer, &from);
  while (*words && gtk_text_iter_forward_search (&from, words, FLAGS, &start, &end, NULL)) {
    Place place = { gtk_text_iter_get_offset (&start), gtk_text_iter_get_offset (&end) };

    g_array_append_val (places, place);
    from = end;
  }

  return places;
}

static GtkTextTag *
get_tag (GtkTextBuffer *buffer)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), TAG);

  if (tag)
    return tag;

  return gtk_text_buffer_create_tag (buffer, TAG, "background", "#f9f06b", "foreground", "#000000",
                                     NULL);
}

static guint
select_place (GtkTextView *view,
              GArray      *places,
              guint        index)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  Place place = g_array_index (places, Place, index);
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, place.start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, place.end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  gtk_text_view_scroll_to_iter (view, &start, 0.1, FALSE, 0, 0);
  return index + 1;
}

static int
get_selection_start (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  return gtk_text_iter_get_offset (&start);
}

/* The first place at @offset or behind it, else the very first. */
static guint
find_at (GArray *places,
         int     offset)
{
  for (guint i = 0; i < places->len; i++) {
    if (g_array_index (places, Place, i).start >= offset)
      return i;
  }

  return 0;
}

guint
envoi_text_finder_search (GtkTextView *view,
                          const char  *words,
                          guint       *position)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autoptr (GArray) places = list_places (buffer, words);

  envoi_text_finder_clear (buffer);
  for (guint i = 0; i < places->len; i++) {
    Place place = g_array_index (places, Place, i);
    GtkTextIter start, end;

    gtk_text_buffer_get_iter_at_offset (buffer, &start, place.start);
    gtk_text_buffer_get_iter_at_offset (buffer, &end, place.end);
    gtk_text_buffer_apply_tag (buffer, get_tag (buffer), &start, &end);
  }

  *position = 0;
  if (places->len > 0)
    *position = select_place (view, places, find_at (places, get_selection_start (buffer)));
  return places->len;
}

guint
envoi_text_finder_go (GtkTextView *view,
                      const char  *words,
                      gboolean     is_back)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autoptr (GArray) places = list_places (buffer, words);
  int offset = get_selection_start (buffer);
  guint index;

  if (places->len == 0)
    return 0;

  index = find_at (places, is_back ? offset : offset + 1);
  if (is_back)
    index = (index + places->len - 1) % places->len;
  return select_place (view, places, index);
}

void
envoi_text_finder_clear (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, get_tag (buffer), &start, &end);
}
