/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-find-bar.h"

#include "envoi-text-finder.h"

#include <glib/gi18n.h>

#define MAX_MATCHES 9999
#define WEB_OPTIONS (WEBKIT_FIND_OPTIONS_CASE_INSENSITIVE | WEBKIT_FIND_OPTIONS_WRAP_AROUND)

/**
 * EnvoiFindBar:
 *
 * One field over the letter. Every change of the words looks again from where
 * the caret stood when the bar was opened.
 *
 * Thread: main
 */
struct _EnvoiFindBar {
  AdwBin parent_instance;

  GtkSearchBar   *bar;
  GtkSearchEntry *entry;
  GtkLabel       *result;
  GtkWidget      *previous;
  GtkWidget      *next;

  EnvoiEditor    *editor;       /* nullable, one of the two */
  GtkTextView    *view;
  WebKitFindController *controller;   /* of @editor */
  guint n_matches;
  gboolean is_counting;         /* the next answer is about all places */
};

G_DEFINE_FINAL_TYPE (EnvoiFindBar, envoi_find_bar, ADW_TYPE_BIN)

enum {
  CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *
get_words (EnvoiFindBar *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

static void
show_result (EnvoiFindBar *self,
             guint         position,
             guint         n_matches)
{
  g_autofree char *text = NULL;
  gboolean is_missing = n_matches == 0 && *get_words (self) != '\0';

  self->n_matches = n_matches;
  gtk_widget_set_sensitive (self->previous, n_matches > 0);
  gtk_widget_set_sensitive (self->next, n_matches > 0);
  if (is_missing)
    text = g_strdup (_("Not found"));
  else if (n_matches > 0)
    /* Translators: the third of twelve places where the words were found */
    text = g_strdup_printf (_("%u of %u"), MAX (position, 1), n_matches);

  gtk_label_set_text (self->result, text ? text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text ? text : "", -1);
  if (is_missing)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
}

/* In the web surface */

static void
got_position_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (EnvoiFindBar) self = user_data;
  g_autoptr (JSCValue) position = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);

  if (position && self->n_matches > 0)
    show_result (self, CLAMP ((guint) envoi_web.jsc_value_to_int32 (position), 1, self->n_matches),
                 self->n_matches);
}

static void
found_cb (WebKitFindController *controller,
          guint                 n_matches,
          EnvoiFindBar         *self)
{
  if (!self->editor)
    return;

  /* The step to another place counts nothing but that place. */
  if (self->is_counting)
    self->n_matches = n_matches;
  self->is_counting = FALSE;
  envoi_editor_call_async (self->editor, "countBefore", g_variant_new ("(s)", get_words (self)),
                           NULL, got_position_cb, g_object_ref (self));
}

static void
failed_cb (WebKitFindController *controller,
           EnvoiFindBar         *self)
{
  show_result (self, 0, 0);
}

static void
drop_target (EnvoiFindBar *self)
{
  if (self->controller) {
    g_signal_handlers_disconnect_by_data (self->controller, self);
    envoi_web.webkit_find_controller_search_finish (self->controller);
    envoi_editor_call (self->editor, "endFind", NULL);
  }
  if (self->view)
    envoi_text_finder_clear (gtk_text_view_get_buffer (self->view));

  g_clear_object (&self->controller);
  g_clear_object (&self->editor);
  g_clear_object (&self->view);
}

static void
got_selection_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (EnvoiFindBar) self = user_data;
  g_autoptr (JSCValue) value = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);
  g_autofree char *selected = value ? envoi_web.jsc_value_to_string (value) : NULL;

  if (selected && *selected != '\0' && !strchr (selected, '\n') && self->editor) {
    gtk_editable_set_text (GTK_EDITABLE (self->entry), selected);
    gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  }
}

static void
take_target (EnvoiFindBar *self,
             GtkWidget    *target)
{
  drop_target (self);
  if (GTK_IS_TEXT_VIEW (target)) {
    self->view = g_object_ref (GTK_TEXT_VIEW (target));
    return;
  }

  self->editor = g_object_ref (ENVOI_EDITOR (target));
  self->controller =
    envoi_web.webkit_web_view_get_find_controller (envoi_editor_get_view (self->editor));
  g_object_ref (self->controller);
  g_signal_connect_object (self->controller, "found-text", G_CALLBACK (found_cb), self, 0);
  g_signal_connect_object (self->controller, "failed-to-find-text", G_CALLBACK (failed_cb), self,
                           0);
  envoi_editor_call_async (self->editor, "beginFind", NULL, NULL, got_selection_cb,
                           g_object_ref (self));
}

static void
search_view (EnvoiFindBar *self)
{
  guint position;
  guint n_matches = envoi_text_finder_search (self->view, get_words (self), &position);

  show_result (self, position, n_matches);
}

static void
search_editor (EnvoiFindBar *self)
{
  envoi_editor_call (self->editor, "restartFind", NULL);
  if (*get_words (self) == '\0') {
    envoi_web.webkit_find_controller_search_finish (self->controller);
    show_result (self, 0, 0);
  } else {
    self->is_counting = TRUE;
    envoi_web.webkit_find_controller_search (self->controller, get_words (self), WEB_OPTIONS,
                                             MAX_MATCHES);
  }
}

static void
words_changed_cb (EnvoiFindBar *self)
{
  if (self->view)
    search_view (self);
  else if (self->editor)
    search_editor (self);
}

static void
next_cb (EnvoiFindBar *self)
{
  envoi_find_bar_go (self, FALSE);
}

static void
previous_cb (EnvoiFindBar *self)
{
  envoi_find_bar_go (self, TRUE);
}

static gboolean
previous_key_cb (GtkWidget *widget,
                 GVariant  *arguments,
                 gpointer   self)
{
  envoi_find_bar_go (self, TRUE);
  return TRUE;
}

/* The bar closes by itself when Escape is pressed. */
static void
mode_changed_cb (EnvoiFindBar *self)
{
  if (gtk_search_bar_get_search_mode (self->bar) || (!self->editor && !self->view))
    return;

  drop_target (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
envoi_find_bar_dispose (GObject *object)
{
  drop_target (ENVOI_FIND_BAR (object));
  G_OBJECT_CLASS (envoi_find_bar_parent_class)->dispose (object);
}

static void
envoi_find_bar_class_init (EnvoiFindBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_find_bar_dispose;

  signals[CLOSED] = g_signal_new ("closed", ENVOI_TYPE_FIND_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-find-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiFindBar, bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFindBar, entry);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFindBar, result);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFindBar, previous);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFindBar, next);
  gtk_widget_class_bind_template_callback (widget_class, words_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_changed_cb);
}

static void
envoi_find_bar_init (EnvoiFindBar *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->bar, GTK_EDITABLE (self->entry));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (keys),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_SHIFT_MASK),
                      gtk_callback_action_new (previous_key_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

void
envoi_find_bar_open (EnvoiFindBar *self,
                     GtkWidget    *target)
{
  g_return_if_fail (ENVOI_IS_FIND_BAR (self));

  if (target != (GtkWidget *) self->editor && target != (GtkWidget *) self->view) {
    take_target (self, target);
    words_changed_cb (self);
  }
  gtk_search_bar_set_search_mode (self->bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
envoi_find_bar_go (EnvoiFindBar *self,
                   gboolean      is_back)
{
  guint position;

  g_return_if_fail (ENVOI_IS_FIND_BAR (self));

  if (self->n_matches == 0)
    return;

  if (self->view) {
    position = envoi_text_finder_go (self->view, get_words (self), is_back);
    show_result (self, position, self->n_matches);
  } else if (self->controller && is_back) {
    envoi_web.webkit_find_controller_search_previous (self->controller);
  } else if (self->controller) {
    envoi_web.webkit_find_controller_search_next (self->controller);
  }
}

void
envoi_find_bar_close (EnvoiFindBar *self)
{
  g_return_if_fail (ENVOI_IS_FIND_BAR (self));

  gtk_search_bar_set_search_mode (self->bar, FALSE);
}
