/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-highlight.h"
#include "envoi-letter-row.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiLetterRow:
 *
 * One letter in a list: subject, whom it is for, its state and when that came;
 * in a search also what was found.
 *
 * Thread: main
 */
struct _EnvoiLetterRow {
  AdwBin parent_instance;

  EnvoiLetter  *letter;
  GSignalGroup *letter_signals;
  char         *words;            /* of a search, nullable */
  char         *spoken;           /* the list item's name */

  GtkLabel     *subject;
  GtkLabel     *people;
  GtkLabel     *excerpt;
  GtkLabel     *when;
  GtkImage     *state_icon;
  GtkLabel     *state;
  GtkWidget    *progress;
};

G_DEFINE_FINAL_TYPE (EnvoiLetterRow, envoi_letter_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_LETTER,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
show_state (EnvoiLetterRow          *self,
            const EnvoiLetterRecord *record,
            const char              *text)
{
  const char *const classes[] = { "caption", envoi_words_get_state_style (record), NULL };
  double progress = envoi_letter_get_progress (self->letter);

  gtk_image_set_from_icon_name (self->state_icon, envoi_words_get_state_icon (record));
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_icon), (const char **) classes + 1);
  gtk_widget_set_css_classes (GTK_WIDGET (self->state), (const char **) classes);
  gtk_label_set_label (self->state, text);

  gtk_widget_set_visible (self->progress, progress >= 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), CLAMP (progress, 0, 1));
}

static void
show_text (EnvoiLetterRow *self,
           GtkLabel       *label,
           const char     *text)
{
  g_autoptr (PangoAttrList) attributes = envoi_highlight_make_attributes (text, self->words);

  gtk_label_set_label (label, text);
  gtk_label_set_attributes (label, attributes);
}

static void
name_item (EnvoiLetterRow *self)
{
  if (self->spoken)
    envoi_compat_name_list_item (GTK_WIDGET (self), self->spoken);
}

static void
show_letter (EnvoiLetterRow *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  gint64 now = g_get_real_time ();
  const char *subject = envoi_words_get_subject (record->subject);
  g_autofree char *people = envoi_words_format_people (record->to_line);
  g_autofree char *to = NULL;
  g_autofree char *when = envoi_words_format_when (record->changed, now);
  g_autofree char *state = NULL;

  /* Translators: whom a letter is for; %s is a name, or "Wang Wei and 2 more" */
  to = g_strdup_printf (_("to %s"), people);
  state = envoi_words_format_state (record, envoi_letter_get_progress (self->letter), now);

  show_text (self, self->subject, subject);
  show_text (self, self->people, to);
  gtk_label_set_label (self->when, when);
  show_state (self, record, state);

  g_free (self->spoken);
  /* Translators: a letter read aloud: subject, "to Wang Wei", state, time */
  self->spoken = g_strdup_printf (_("%1$s, %2$s, %3$s, %4$s"), subject, to, state, when);
  name_item (self);
}

static void
letter_changed_cb (EnvoiLetterRow *self)
{
  show_letter (self);
}

static void
envoi_letter_row_root (GtkWidget *widget)
{
  EnvoiLetterRow *self = ENVOI_LETTER_ROW (widget);

  GTK_WIDGET_CLASS (envoi_letter_row_parent_class)->root (widget);

  /* Only now is there a list item to carry the spoken name. */
  name_item (self);
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

  g_clear_object (&self->letter_signals);
  g_clear_object (&self->letter);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->spoken, g_free);

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
  widget_class->root = envoi_letter_row_root;

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
  gboolean was_visible = gtk_widget_get_visible (GTK_WIDGET (self->excerpt));

  gtk_widget_set_visible (GTK_WIDGET (self->excerpt), excerpt != NULL);
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
