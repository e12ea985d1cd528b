/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-body-private.h"

/* How the letter is looked at while it is written: found in, larger or smaller,
 * as HTML. None of it is part of the letter. */

static const double zoom_levels[] = {
  0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3,
};

static GtkWidget *
get_target (EnvoiComposerBody *self)
{
  if (self->kind == ENVOI_BODY_PLAIN)
    return GTK_WIDGET (self->plain);
  if (self->kind == ENVOI_BODY_SOURCE)
    return GTK_WIDGET (envoi_source_page_get_view (self->source));

  return envoi_editor_is_ready (self->editor) ? GTK_WIDGET (self->editor)
                                              : GTK_WIDGET (self->early);
}

static void
find_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  EnvoiComposerBody *self = user_data;

  envoi_find_bar_open (self->find_bar, get_target (self));
}

static void
find_next_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  envoi_find_bar_go (((EnvoiComposerBody *) user_data)->find_bar, FALSE);
}

static void
find_previous_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       user_data)
{
  envoi_find_bar_go (((EnvoiComposerBody *) user_data)->find_bar, TRUE);
}

static void
set_zoom (EnvoiComposerBody *self,
          double             zoom)
{
  g_autofree char *style = g_strdup_printf ("textview { font-size: %d%%; }", (int) (zoom * 100));

  self->zoom = zoom;
  envoi_editor_set_zoom (self->editor, zoom);
  gtk_css_provider_load_from_data (self->zoom_style, style, -1);
}

static void
zoom_in_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  EnvoiComposerBody *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (zoom_levels); i++) {
    if (zoom_levels[i] > self->zoom + 0.01) {
      set_zoom (self, zoom_levels[i]);
      return;
    }
  }
}

static void
zoom_out_action (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  EnvoiComposerBody *self = user_data;

  for (guint i = G_N_ELEMENTS (zoom_levels); i > 0; i--) {
    if (zoom_levels[i - 1] < self->zoom - 0.01) {
      set_zoom (self, zoom_levels[i - 1]);
      return;
    }
  }
}

static void
zoom_normal_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  set_zoom (user_data, 1);
}

static void
did_commit_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  EnvoiComposerBody *self = ENVOI_COMPOSER_BODY (source);

  envoi_composer_body_commit_finish (self, result, NULL);
  envoi_composer_body_set_kind (self, ENVOI_BODY_SOURCE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* The draft has the newest letter before its source is shown. */
static void
change_source_action (GSimpleAction *action,
                      GVariant      *value,
                      gpointer       user_data)
{
  EnvoiComposerBody *self = user_data;

  if (g_variant_get_boolean (value)) {
    envoi_composer_body_commit_async (self, NULL, did_commit_cb, NULL);
  } else {
    envoi_composer_body_set_kind (self, ENVOI_BODY_FORMATTED);
    gtk_widget_grab_focus (GTK_WIDGET (self));
  }
}

static const GActionEntry entries[] = {
  { .name = "find", .activate = find_action },
  { .name = "find-next", .activate = find_next_action },
  { .name = "find-previous", .activate = find_previous_action },
  { .name = "zoom-in", .activate = zoom_in_action },
  { .name = "zoom-out", .activate = zoom_out_action },
  { .name = "zoom-normal", .activate = zoom_normal_action },
  { .name = "source", .state = "false", .change_state = change_source_action },
};

typedef struct {
  guint key;
  GdkModifierType modifiers;
  const char *action;
} Key;

/* The surface sends its own keys back in their order; these are for the text views
 * and for the find bar. */
static const Key keys[] = {
  { GDK_KEY_f, GDK_CONTROL_MASK, "body.find" },
  { GDK_KEY_g, GDK_CONTROL_MASK, "body.find-next" },
  { GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "body.find-previous" },
  { GDK_KEY_F3, 0, "body.find-next" },
  { GDK_KEY_F3, GDK_SHIFT_MASK, "body.find-previous" },
  { GDK_KEY_plus, GDK_CONTROL_MASK, "body.zoom-in" },
  { GDK_KEY_equal, GDK_CONTROL_MASK, "body.zoom-in" },
  { GDK_KEY_KP_Add, GDK_CONTROL_MASK, "body.zoom-in" },
  { GDK_KEY_minus, GDK_CONTROL_MASK, "body.zoom-out" },
  { GDK_KEY_KP_Subtract, GDK_CONTROL_MASK, "body.zoom-out" },
  { GDK_KEY_0, GDK_CONTROL_MASK, "body.zoom-normal" },
  { GDK_KEY_KP_0, GDK_CONTROL_MASK, "body.zoom-normal" },
};

static void
add_keys (EnvoiComposerBody *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, keys[i].modifiers),
                        gtk_named_action_new (keys[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
add_zoom_style (EnvoiComposerBody *self)
{
  GtkTextView *views[] = {
    self->plain, GTK_TEXT_VIEW (self->early), envoi_source_page_get_view (self->source),
  };

  self->zoom = 1;
  self->zoom_style = gtk_css_provider_new ();
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    gtk_style_context_add_provider (gtk_widget_get_style_context (GTK_WIDGET (views[i])),
                                    GTK_STYLE_PROVIDER (self->zoom_style),
                                    GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

void
envoi_composer_body_add_actions (EnvoiComposerBody *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "body", G_ACTION_GROUP (self->actions));
  add_keys (self);
  add_zoom_style (self);
}
