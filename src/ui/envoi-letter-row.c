/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-highlight.h"
#include "envoi-letter-row.h"
#include "envoi-words.h"

#define LINE_SPACING 3
#define WHEN_SPACING 9
#define STATE_SPACING 6

/**
 * EnvoiLetterRow:
 *
 * One letter in a list: subject, whom it is for, its state and when that came;
 * in a search also what was found.
 *
 * It lays out its labels itself: boxes would be more widgets to make and to
 * measure, and ask each text how wide it is.
 *
 * Thread: main
 */
struct _EnvoiLetterRow {
  GtkWidget parent_instance;

  EnvoiLetter  *letter;
  GSignalGroup *letter_signals;
  char         *words;            /* of a search, nullable */

  GtkWidget    *subject;
  GtkWidget    *people;
  GtkWidget    *excerpt;
  GtkWidget    *when;
  GtkWidget    *state_icon;
  GtkWidget    *state;
  GtkWidget    *progress;
  const char   *style;            /* of the state */
};

G_DEFINE_FINAL_TYPE (EnvoiLetterRow, envoi_letter_row, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_LETTER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
set_state_style (EnvoiLetterRow *self,
                 const char     *style)
{
  const char *const classes[] = { "caption", style, NULL };

  if (g_strcmp0 (style, self->style) == 0)
    return;

  self->style = style;
  gtk_widget_set_css_classes (self->state_icon, (const char **) classes + 1);
  gtk_widget_set_css_classes (self->state, (const char **) classes);
}

static void
show_state (EnvoiLetterRow          *self,
            const EnvoiLetterRecord *record,
            const char              *text)
{
  const char *icon = envoi_words_get_state_icon (record);
  double progress = envoi_letter_get_progress (self->letter);

  /* Neither looks whether anything changes, and most rows of a list are alike. */
  if (g_strcmp0 (icon, gtk_image_get_icon_name (GTK_IMAGE (self->state_icon))) != 0)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), icon);
  set_state_style (self, envoi_words_get_state_style (record));
  gtk_label_set_label (GTK_LABEL (self->state), text);

  gtk_widget_set_visible (self->progress, progress >= 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), CLAMP (progress, 0, 1));
}

static void
show_text (EnvoiLetterRow *self,
           GtkWidget      *label,
           const char     *text)
{
  g_autoptr (PangoAttrList) attributes = envoi_highlight_make_attributes (text, self->words);

  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_label_set_attributes (GTK_LABEL (label), attributes);
}

static void
show_letter (EnvoiLetterRow *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  gint64 now = g_get_real_time ();
  const char *subject = envoi_words_get_subject (record->subject);
  g_autofree char *to = envoi_words_format_to (record->to_line);
  g_autofree char *when = envoi_words_format_when (record->changed, now);
  g_autofree char *state = NULL;

  state = envoi_words_format_state (record, envoi_letter_get_progress (self->letter), now);

  show_text (self, self->subject, subject);
  show_text (self, self->people, to);
  gtk_label_set_label (GTK_LABEL (self->when), when);
  show_state (self, record, state);
}

static void
letter_changed_cb (EnvoiLetterRow *self)
{
  show_letter (self);
}

static int
get_width (GtkWidget *child)
{
  int width = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width;
}

static int
get_height (GtkWidget *child,
            int        width)
{
  int height = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

/* The height of subject and time, which stand on one line of type. */
static int
measure_first_line (EnvoiLetterRow *self,
                    GtkAllocation  *subject,
                    GtkAllocation  *when)
{
  int subject_baseline;
  int when_baseline;
  int baseline;

  gtk_widget_measure (self->subject, GTK_ORIENTATION_VERTICAL, -1, NULL, &subject->height, NULL,
                      &subject_baseline);
  gtk_widget_measure (self->when, GTK_ORIENTATION_VERTICAL, -1, NULL, &when->height, NULL,
                      &when_baseline);
  baseline = MAX (subject_baseline, when_baseline);
  subject->y = baseline - subject_baseline;
  when->y = baseline - when_baseline;
  return MAX (subject->y + subject->height, when->y + when->height);
}

static int
measure_state_line (EnvoiLetterRow *self)
{
  int height = MAX (get_height (self->state_icon, -1), get_height (self->state, -1));

  if (gtk_widget_get_visible (self->progress))
    height = MAX (height, get_height (self->progress, -1));

  return height;
}

static int
measure_height (EnvoiLetterRow *self,
                int             width)
{
  GtkAllocation subject, when;
  int height;

  height = measure_first_line (self, &subject, &when) + LINE_SPACING +
           get_height (self->people, -1) + LINE_SPACING + measure_state_line (self);
  if (gtk_widget_get_visible (self->excerpt))
    height += get_height (self->excerpt, width) + LINE_SPACING;

  return height;
}

static GtkSizeRequestMode
envoi_letter_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
envoi_letter_row_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  /* As wide as its cell: what the texts would like does not matter, and costs much to find. */
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 :
                        measure_height (ENVOI_LETTER_ROW (widget), for_size);
}

static void
place (EnvoiLetterRow *self,
       GtkWidget      *child,
       GtkAllocation   allocation)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    allocation.x = gtk_widget_get_width (GTK_WIDGET (self)) - allocation.x - allocation.width;

  gtk_widget_size_allocate (child, &allocation, -1);
}

static int
place_first_line (EnvoiLetterRow *self,
                  int             width)
{
  GtkAllocation subject = { 0 };
  GtkAllocation when = { 0 };
  int height = measure_first_line (self, &subject, &when);

  when.width = MIN (get_width (self->when), width);
  when.x = width - when.width;
  subject.width = MAX (0, when.x - WHEN_SPACING);
  place (self, self->subject, subject);
  place (self, self->when, when);
  return height;
}

static int
place_line (EnvoiLetterRow *self,
            GtkWidget      *child,
            int             y,
            int             width)
{
  int height = get_height (child, width);

  place (self, child, (GtkAllocation) { 0, y, width, height });
  return height;
}

/* The words have what they need, the bar what is left. */
static void
place_state_line (EnvoiLetterRow *self,
                  int             y,
                  int             width)
{
  int height = measure_state_line (self);
  int icon_width = get_width (self->state_icon);
  int x = icon_width + STATE_SPACING;
  gboolean has_bar = gtk_widget_get_visible (self->progress);
  int bar_width = has_bar ? get_width (self->progress) + STATE_SPACING : 0;
  int words_width = CLAMP (width - x - bar_width, 0, get_width (self->state));
  int bar_height;

  place (self, self->state_icon, (GtkAllocation) { 0, y, icon_width, height });
  place (self, self->state, (GtkAllocation) { x, y, words_width, height });
  if (!has_bar)
    return;

  x += words_width + STATE_SPACING;
  bar_height = get_height (self->progress, -1);
  place (self, self->progress,
         (GtkAllocation) { x, y + (height - bar_height) / 2, MAX (0, width - x), bar_height });
}

static void
envoi_letter_row_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  EnvoiLetterRow *self = ENVOI_LETTER_ROW (widget);
  int y = place_first_line (self, width) + LINE_SPACING;

  y += place_line (self, self->people, y, width) + LINE_SPACING;
  if (gtk_widget_get_visible (self->excerpt))
    y += place_line (self, self->excerpt, y, width) + LINE_SPACING;
  place_state_line (self, y, width);
}

static void
envoi_letter_row_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  EnvoiLetterRow *self = ENVOI_LETTER_ROW (object);

  switch (property_id) {
    case PROP_LETTER:
      g_value_set_object (value, self->letter);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_letter_row_set_property (GObject      *object,
                               guint         property_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  EnvoiLetterRow *self = ENVOI_LETTER_ROW (object);

  switch (property_id) {
    case PROP_LETTER:
      envoi_letter_row_set_letter (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_letter_row_dispose (GObject *object)
{
  EnvoiLetterRow *self = ENVOI_LETTER_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->letter_signals);
  g_clear_object (&self->letter);
  g_clear_pointer (&self->words, g_free);

  G_OBJECT_CLASS (envoi_letter_row_parent_class)->dispose (object);
}

static void
envoi_letter_row_class_init (EnvoiLetterRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_letter_row_get_property;
  object_class->set_property = envoi_letter_row_set_property;
  object_class->dispose = envoi_letter_row_dispose;
  widget_class->get_request_mode = envoi_letter_row_get_request_mode;
  widget_class->measure = envoi_letter_row_measure;
  widget_class->size_allocate = envoi_letter_row_size_allocate;

  properties[PROP_LETTER] =
    g_param_spec_object ("letter", NULL, NULL, ENVOI_TYPE_LETTER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-letter-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, people);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, excerpt);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, when);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, state);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterRow, progress);
}

static void
envoi_letter_row_init (EnvoiLetterRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->letter_signals = g_signal_group_new (ENVOI_TYPE_LETTER);
  g_signal_group_connect_swapped (self->letter_signals, "notify",
                                  G_CALLBACK (letter_changed_cb), self);
}

void
envoi_letter_row_set_letter (EnvoiLetterRow *self,
                             EnvoiLetter    *letter)
{
  g_return_if_fail (ENVOI_IS_LETTER_ROW (self));

  if (!g_set_object (&self->letter, letter))
    return;

  g_signal_group_set_target (self->letter_signals, letter);
  if (letter)
    show_letter (self);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LETTER]);
}

/* The words around the match are nothing of the letter's own. */
static void
show_excerpt (EnvoiLetterRow *self,
              const char     *excerpt)
{
  gboolean was_visible = gtk_widget_get_visible (self->excerpt);

  gtk_widget_set_visible (self->excerpt, excerpt != NULL);
  if (excerpt || was_visible)
    show_text (self, self->excerpt, excerpt ? excerpt : "");
}

void
envoi_letter_row_set_match (EnvoiLetterRow *self,
                            const char     *words,
                            const char     *excerpt)
{
  gboolean has_changed = g_strcmp0 (self->words, words) != 0;

  g_return_if_fail (ENVOI_IS_LETTER_ROW (self));

  if (has_changed) {
    g_free (self->words);
    self->words = g_strdup (words);
  }
  show_excerpt (self, excerpt);
  if (has_changed && self->letter)
    show_letter (self);
}
