/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-early-text.h"

/**
 * EnvoiEarlyText:
 *
 * It is here for less than a second, so it knows no more than what is typed in
 * such a time: nobody opens a menu before the window has one that works.
 *
 * Thread: main
 */
struct _EnvoiEarlyText {
  GtkTextView parent_instance;

  guint formats;       /* bits of those that are on for what is typed next */
};

G_DEFINE_FINAL_TYPE (EnvoiEarlyText, envoi_early_text, GTK_TYPE_TEXT_VIEW)

enum {
  EDITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  guint key;
  const char *name;       /* of the surface's command, and of the tag */
  const char *element;
} Format;

static const Format formats[] = {
  { GDK_KEY_b, "bold", "b" },
  { GDK_KEY_i, "italic", "i" },
  { GDK_KEY_u, "underline", "u" },
};

static GtkTextTag *
find_tag (GtkTextBuffer *buffer,
          guint          index)
{
  return gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), formats[index].name);
}

static guint
get_formats_at (const GtkTextIter *place)
{
  GtkTextBuffer *buffer = gtk_text_iter_get_buffer (place);
  guint bits = 0;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (gtk_text_iter_has_tag (place, find_tag (buffer, i)))
      bits |= 1u << i;
  }

  return bits;
}

static void
set_format (GtkTextBuffer     *buffer,
            guint              index,
            gboolean           is_on,
            const GtkTextIter *start,
            const GtkTextIter *end)
{
  if (is_on)
    gtk_text_buffer_apply_tag (buffer, find_tag (buffer, index), start, end);
  else
    gtk_text_buffer_remove_tag (buffer, find_tag (buffer, index), start, end);
}

/* A selection is formatted as a whole; without one it is for what comes. */
static void
toggle (EnvoiEarlyText *self,
        guint           index)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  if (!gtk_text_buffer_get_selection_bounds (buffer, &start, &end)) {
    self->formats ^= 1u << index;
    return;
  }

  set_format (buffer, index, (get_formats_at (&start) & 1u << index) == 0, &start, &end);
  g_signal_emit (self, signals[EDITED], 0);
}

static gboolean
key_cb (GtkWidget *widget,
        GVariant  *name,
        gpointer   user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_str_equal (formats[i].name, g_variant_get_string (name, NULL)))
      toggle (ENVOI_EARLY_TEXT (widget), i);
  }

  return TRUE;
}

/* Text takes on the tags around it; it has those that are on, and no others. */
static void
inserted_cb (GtkTextBuffer  *buffer,
             GtkTextIter    *end,
             char           *text,
             int             length,
             EnvoiEarlyText *self)
{
  GtkTextIter start = *end;

  gtk_text_iter_backward_chars (&start, (int) g_utf8_strlen (text, length));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    set_format (buffer, i, (self->formats & 1u << i) != 0, &start, end);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
deleted_cb (EnvoiEarlyText *self)
{
  g_signal_emit (self, signals[EDITED], 0);
}

static void
envoi_early_text_class_init (EnvoiEarlyTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[EDITED] = g_signal_new ("edited", ENVOI_TYPE_EARLY_TEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    gtk_widget_class_add_binding (widget_class, formats[i].key, GDK_CONTROL_MASK, key_cb, "s",
                                  formats[i].name);
}

static void
envoi_early_text_init (EnvoiEarlyText *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));

  gtk_text_buffer_create_tag (buffer, "bold", "weight", PANGO_WEIGHT_BOLD, NULL);
  gtk_text_buffer_create_tag (buffer, "italic", "style", PANGO_STYLE_ITALIC, NULL);
  gtk_text_buffer_create_tag (buffer, "underline", "underline", PANGO_UNDERLINE_SINGLE, NULL);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (deleted_cb), self,
                           G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

/* Elements nest in the order of the formats: what lies inside of one that begins or ends is
 * closed, and opened again. */
static void
change_formats (GString *html,
                guint    before,
                guint    after)
{
  guint outer = 0;

  while (outer < G_N_ELEMENTS (formats) && ((before ^ after) & 1u << outer) == 0)
    outer++;

  for (guint i = G_N_ELEMENTS (formats); i > outer; i--) {
    if (before & 1u << (i - 1))
      g_string_append_printf (html, "</%s>", formats[i - 1].element);
  }
  for (guint i = outer; i < G_N_ELEMENTS (formats); i++) {
    if (after & 1u << i)
      g_string_append_printf (html, "<%s>", formats[i].element);
  }
}

/* Spaces that HTML would drop become such as it keeps, as the surface writes them itself. */
static void
append_character (GString  *html,
                  gunichar  character,
                  gboolean  is_after_space,
                  gboolean  is_last)
{
  char octets[6];
  g_autofree char *escaped =
    g_markup_escape_text (octets, g_unichar_to_utf8 (character, octets));

  if (character == ' ' && (is_after_space || is_last))
    g_string_append (html, "\u00a0");
  else
    g_string_append (html, escaped);
}

/* Leaves @place at the end of its line. */
static void
append_line (GString     *html,
             GtkTextIter *place)
{
  gboolean is_after_space = TRUE;
  guint bits = 0;

  if (gtk_text_iter_ends_line (place)) {
    g_string_append (html, "<br>");
    return;
  }

  while (!gtk_text_iter_ends_line (place)) {
    gunichar character = gtk_text_iter_get_char (place);
    guint wanted = get_formats_at (place);

    change_formats (html, bits, wanted);
    bits = wanted;
    gtk_text_iter_forward_char (place);
    append_character (html, character, is_after_space, gtk_text_iter_ends_line (place));
    is_after_space = character == ' ';
  }
  change_formats (html, bits, 0);
}

char *
envoi_early_text_dup_html (EnvoiEarlyText *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  g_autoptr (GString) html = g_string_new (NULL);
  GtkTextIter place;
  gboolean is_more = gtk_text_buffer_get_char_count (buffer) > 0;

  gtk_text_buffer_get_start_iter (buffer, &place);
  while (is_more) {
    g_string_append (html, "<div>");
    append_line (html, &place);
    g_string_append (html, "</div>");
    is_more = !gtk_text_iter_is_end (&place);
    if (is_more)
      gtk_text_iter_forward_line (&place);
  }

  return g_string_free (g_steal_pointer (&html), FALSE);
}

char *
envoi_early_text_dup_formats (EnvoiEarlyText *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (self->formats & 1u << i)
      g_string_append_printf (names, "%s%s", names->len > 0 ? " " : "", formats[i].name);
  }

  return g_string_free (g_steal_pointer (&names), FALSE);
}
