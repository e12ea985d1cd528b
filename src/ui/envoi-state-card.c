/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-state-card.h"
#include "envoi-wrap-layout.h"

/**
 * EnvoiStateCard:
 *
 * The truth about one letter and what can be done. It only shows what
 * EnvoiStateWords says; its buttons are actions of the window.
 *
 * Thread: main
 */
struct _EnvoiStateCard {
  AdwBin parent_instance;

  GtkImage       *icon;
  GtkLabel       *title;
  GtkLabel       *body;
  GtkLabel       *quote;
  GtkProgressBar *progress;
  GtkWidget      *buttons;

  char           *style;
};

G_DEFINE_FINAL_TYPE (EnvoiStateCard, envoi_state_card, ADW_TYPE_BIN)

static void
show_text (GtkLabel   *label,
           const char *text)
{
  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text && *text);
}

static void
show_style (EnvoiStateCard *self,
            const char     *style)
{
  if (g_strcmp0 (self->style, style) == 0)
    return;

  if (self->style)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style);
  g_free (self->style);
  self->style = g_strdup (style);
  gtk_widget_add_css_class (GTK_WIDGET (self), style);
}

static gboolean
is_shown (GtkWidget              *button,
          const EnvoiStateButton *wanted)
{
  return g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)),
                    wanted->action) == 0 &&
         g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), wanted->label) == 0;
}

/* Buttons that stay keep their widget, and so the keyboard focus. */
static gboolean
are_buttons_shown (EnvoiStateCard        *self,
                   const EnvoiStateWords *words)
{
  GtkWidget *button = gtk_widget_get_first_child (self->buttons);

  for (guint i = 0; i < words->n_buttons; i++) {
    if (!button || !is_shown (button, &words->buttons[i]))
      return FALSE;
    button = gtk_widget_get_next_sibling (button);
  }

  return button == NULL;
}

static void
show_buttons (EnvoiStateCard        *self,
              const EnvoiStateWords *words)
{
  GtkWidget *child;

  if (are_buttons_shown (self, words))
    return;

  while ((child = gtk_widget_get_first_child (self->buttons)))
    gtk_box_remove (GTK_BOX (self->buttons), child);

  for (guint i = 0; i < words->n_buttons; i++) {
    GtkWidget *button = gtk_button_new_with_mnemonic (words->buttons[i].label);

    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), words->buttons[i].action);
    if (i == 0 && words->n_buttons > 1)
      gtk_widget_add_css_class (button, "suggested-action");
    gtk_box_append (GTK_BOX (self->buttons), button);
  }

  gtk_widget_set_visible (self->buttons, words->n_buttons > 0);
}

static void
envoi_state_card_finalize (GObject *object)
{
  EnvoiStateCard *self = ENVOI_STATE_CARD (object);

  g_free (self->style);

  G_OBJECT_CLASS (envoi_state_card_parent_class)->finalize (object);
}

static void
envoi_state_card_class_init (EnvoiStateCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = envoi_state_card_finalize;

  g_type_ensure (ENVOI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-state-card.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, body);
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, quote);
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, progress);
  gtk_widget_class_bind_template_child (widget_class, EnvoiStateCard, buttons);
}

static void
envoi_state_card_init (EnvoiStateCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_state_card_show (EnvoiStateCard        *self,
                       const EnvoiStateWords *words,
                       double                 progress)
{
  g_return_if_fail (ENVOI_IS_STATE_CARD (self));

  show_style (self, words->style);
  gtk_image_set_from_icon_name (self->icon, words->icon);
  show_text (self->title, words->title);
  show_text (self->body, words->body);
  show_text (self->quote, words->quote);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), words->has_progress);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (progress, 0, 1));
  show_buttons (self, words);
}
