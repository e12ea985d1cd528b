/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-letter-cell.h"
#include "envoi-letter-row.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

#define LEAST_WIDTH 180
#define USUAL_WIDTH 330
#define LOW 40

/**
 * EnvoiLetterCell:
 *
 * A letter's place in a list view. A list view keeps some 200 of them, of which a
 * window shows ten, and makes, fills, measures or throws away all of them at once
 * when one drags its bar or searches. So only a place in view has a row; elsewhere
 * it has no more than the name that is read aloud.
 *
 * Without a row it is as high as the least high row so far: with that guess every
 * row that belongs into the view comes into it, and then asks for what it needs.
 *
 * Thread: main
 */
struct _EnvoiLetterCell {
  GtkWidget parent_instance;

  EnvoiLetter  *letter;
  GSignalGroup *letter_signals;
  char         *words;             /* of a search, nullable */
  char         *excerpt;           /* nullable */
  char         *spoken;            /* the list item's name */

  GtkWidget    *row;               /* nullable */
};

G_DEFINE_FINAL_TYPE (EnvoiLetterCell, envoi_letter_cell, GTK_TYPE_WIDGET)

/* Without and with an excerpt. */
static int least_heights[2];

static void
name_item (EnvoiLetterCell *self)
{
  if (self->spoken)
    envoi_compat_name_list_item (GTK_WIDGET (self), self->spoken);
}

static void
letter_changed_cb (EnvoiLetterCell *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  gint64 now = g_get_real_time ();
  g_autofree char *to = envoi_words_format_to (record->to_line);
  g_autofree char *when = envoi_words_format_when (record->changed, now);
  g_autofree char *state = NULL;

  state = envoi_words_format_state (record, envoi_letter_get_progress (self->letter), now);

  g_free (self->spoken);
  /* Translators: a letter read aloud: subject, "to Wang Wei", state, time */
  self->spoken = g_strdup_printf (_("%1$s, %2$s, %3$s, %4$s"),
                                  envoi_words_get_subject (record->subject), to, state, when);
  name_item (self);
}

static void
fill_row (EnvoiLetterCell *self)
{
  envoi_letter_row_set_match (ENVOI_LETTER_ROW (self->row), self->words, self->excerpt);
  envoi_letter_row_set_letter (ENVOI_LETTER_ROW (self->row), self->letter);
}

static int
measure_height (EnvoiLetterCell *self,
                int              width)
{
  int *least = &least_heights[self->excerpt != NULL];
  int height;

  if (!self->row)
    return MAX (*least, LOW);

  gtk_widget_measure (self->row, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  *least = *least > 0 ? MIN (*least, height) : height;
  return height;
}

static GtkSizeRequestMode
envoi_letter_cell_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* The width does not depend on the texts: all would have to be set in type for it. */
static void
envoi_letter_cell_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = LEAST_WIDTH;
    *natural = USUAL_WIDTH;
  } else {
    *minimum = *natural = measure_height (ENVOI_LETTER_CELL (widget), for_size);
  }
}

static void
make_row (EnvoiLetterCell *self)
{
  self->row = g_object_new (ENVOI_TYPE_LETTER_ROW, NULL);
  fill_row (self);
  gtk_widget_set_parent (self->row, GTK_WIDGET (self));
}

/* A list view gives room to what is in view only. If that is not enough for the row, all
 * is laid out once more before anything is drawn. */
static void
envoi_letter_cell_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  EnvoiLetterCell *self = ENVOI_LETTER_CELL (widget);

  if (!self->row && gtk_widget_get_mapped (widget))
    make_row (self);
  if (!self->row)
    return;

  height = MAX (height, measure_height (self, width));
  gtk_widget_size_allocate (self->row, &(GtkAllocation) { 0, 0, width, height }, -1);
}

static void
envoi_letter_cell_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (envoi_letter_cell_parent_class)->map (widget);

  /* It comes back into view; a new one is mapped for a moment wherever it is. */
  if (gtk_widget_get_height (widget) > 0)
    make_row (ENVOI_LETTER_CELL (widget));
}

static void
envoi_letter_cell_unmap (GtkWidget *widget)
{
  EnvoiLetterCell *self = ENVOI_LETTER_CELL (widget);

  GTK_WIDGET_CLASS (envoi_letter_cell_parent_class)->unmap (widget);

  g_clear_pointer (&self->row, gtk_widget_unparent);
}

static void
envoi_letter_cell_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (envoi_letter_cell_parent_class)->root (widget);

  /* Only now is there a list item to carry the spoken name. */
  name_item (ENVOI_LETTER_CELL (widget));
}

static void
envoi_letter_cell_dispose (GObject *object)
{
  EnvoiLetterCell *self = ENVOI_LETTER_CELL (object);

  g_clear_pointer (&self->row, gtk_widget_unparent);
  g_clear_object (&self->letter_signals);
  g_clear_object (&self->letter);

  G_OBJECT_CLASS (envoi_letter_cell_parent_class)->dispose (object);
}

static void
envoi_letter_cell_finalize (GObject *object)
{
  EnvoiLetterCell *self = ENVOI_LETTER_CELL (object);

  g_free (self->words);
  g_free (self->excerpt);
  g_free (self->spoken);

  G_OBJECT_CLASS (envoi_letter_cell_parent_class)->finalize (object);
}

static void
envoi_letter_cell_class_init (EnvoiLetterCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = envoi_letter_cell_dispose;
  object_class->finalize = envoi_letter_cell_finalize;
  widget_class->root = envoi_letter_cell_root;
  widget_class->map = envoi_letter_cell_map;
  widget_class->unmap = envoi_letter_cell_unmap;
  widget_class->get_request_mode = envoi_letter_cell_get_request_mode;
  widget_class->measure = envoi_letter_cell_measure;
  widget_class->size_allocate = envoi_letter_cell_size_allocate;
}

static void
envoi_letter_cell_init (EnvoiLetterCell *self)
{
  self->letter_signals = g_signal_group_new (ENVOI_TYPE_LETTER);
  g_signal_group_connect_swapped (self->letter_signals, "notify",
                                  G_CALLBACK (letter_changed_cb), self);
}

GtkWidget *
envoi_letter_cell_new (void)
{
  return g_object_new (ENVOI_TYPE_LETTER_CELL, NULL);
}

void
envoi_letter_cell_set_letter (EnvoiLetterCell *self,
                              EnvoiLetter     *letter,
                              const char      *words,
                              const char      *excerpt)
{
  g_return_if_fail (ENVOI_IS_LETTER_CELL (self));

  g_set_object (&self->letter, letter);
  g_free (self->words);
  self->words = g_strdup (words);
  g_free (self->excerpt);
  self->excerpt = g_strdup (excerpt);

  g_signal_group_set_target (self->letter_signals, letter);
  if (letter)
    letter_changed_cb (self);

  if (self->row)
    fill_row (self);
  else
    gtk_widget_queue_resize (GTK_WIDGET (self));
}
