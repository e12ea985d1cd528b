/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-link-dialog.h"
#include "envoi-preview-window.h"
#include "envoi-schedule.h"
#include "envoi-schedule-dialog.h"

#include <glib/gi18n.h>

/* What can be done in a composer, as the actions "composer.*", and the keys
 * that do it. */

static EnvoiEditor *
get_editor (EnvoiComposerWindow *self)
{
  return envoi_composer_body_get_editor (envoi_composer_window_get_body (self));
}

static void
send_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  envoi_composer_window_send (window, 0);
}

static void
send_separately_action (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       window)
{
  envoi_composer_window_send_separately (window);
}

static void
send_at_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  envoi_composer_window_send (window, g_variant_get_int64 (parameter));
}

static void
time_chosen_cb (EnvoiScheduleDialog *dialog,
                gint64               when,
                EnvoiComposerWindow *self)
{
  envoi_composer_window_send (self, when);
}

static void
pick_time_action (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       window)
{
  EnvoiScheduleDialog *dialog = envoi_schedule_dialog_new (window);

  g_signal_connect_object (dialog, "chosen", G_CALLBACK (time_chosen_cb), window, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
attach_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  envoi_composer_window_choose_files (window, FALSE);
}

static void
picture_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  envoi_composer_window_choose_files (window, TRUE);
}

static void
save_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  envoi_composer_window_save (window);
}

static void
save_template_action (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       window)
{
  envoi_composer_window_save_template (window);
}

static void
undo_removal_action (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       window)
{
  envoi_composer_window_restore_attachment (window, g_variant_get_uint32 (parameter));
}

static void
paste_text_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       window)
{
  EnvoiPaster *paster = envoi_composer_window_get_paster (window);

  if (paster)
    envoi_paster_paste (paster, TRUE);
}

static void
undo_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  if (!envoi_composer_window_restore_last (window))
    gtk_widget_activate_action (window, "format.undo", NULL);
}

static void
redo_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  gtk_widget_activate_action (window, "format.redo", NULL);
}

static void
link_chosen_cb (EnvoiLinkDialog     *dialog,
                const char          *href,
                const char          *text,
                EnvoiComposerWindow *self)
{
  envoi_editor_call (get_editor (self), "setLink", g_variant_new ("(ss)", href, text));
  gtk_widget_grab_focus (GTK_WIDGET (get_editor (self)));
}

static void
got_link_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (JSCValue) link = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);
  g_autoptr (JSCValue) text = link ? envoi_web.jsc_value_object_get_property (link, "text") : NULL;
  g_autoptr (JSCValue) href = link ? envoi_web.jsc_value_object_get_property (link, "href") : NULL;
  g_autofree char *text_value = NULL;
  g_autofree char *href_value = NULL;
  EnvoiLinkDialog *dialog;

  if (!link)
    return;

  text_value = envoi_web.jsc_value_to_string (text);
  href_value = envoi_web.jsc_value_to_string (href);
  dialog = envoi_link_dialog_new (GTK_WINDOW (self), text_value, href_value);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (link_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
link_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       window)
{
  envoi_editor_call_async (get_editor (window), "getLink", NULL, NULL, got_link_cb,
                           g_object_ref (window));
}

static void
plain_text_action (GSimpleAction *action,
                   GVariant      *value,
                   gpointer       window)
{
  EnvoiComposerBody *body = envoi_composer_window_get_body (window);

  g_simple_action_set_state (action, value);
  envoi_composer_body_set_plain (body, g_variant_get_boolean (value));
  envoi_composer_window_start_editor (window);
  gtk_widget_grab_focus (GTK_WIDGET (body));
}

static void
preview_action (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  gboolean is_plain = g_str_equal (g_action_get_name (G_ACTION (action)), "plain-version");

  envoi_preview_window_open (window, envoi_composer_window_get_service (window),
                             envoi_composer_window_get_draft (window),
                             is_plain ? "plain" : "formatted");
}

static const GActionEntry entries[] = {
  { .name = "send", .activate = send_action },
  { .name = "send-separately", .activate = send_separately_action },
  { .name = "send-at", .activate = send_at_action, .parameter_type = "x" },
  { .name = "pick-time", .activate = pick_time_action },
  { .name = "attach", .activate = attach_action },
  { .name = "picture", .activate = picture_action },
  { .name = "save", .activate = save_action },
  { .name = "save-template", .activate = save_template_action },
  { .name = "undo-removal", .activate = undo_removal_action, .parameter_type = "u" },
  { .name = "paste-text", .activate = paste_text_action },
  { .name = "undo", .activate = undo_action },
  { .name = "redo", .activate = redo_action },
  { .name = "link", .activate = link_action },
  { .name = "preview", .activate = preview_action },
  { .name = "plain-version", .activate = preview_action },
  { .name = "plain-text", .state = "false", .change_state = plain_text_action },
};

static gint64
get_time (const EnvoiScheduleChoice *choice)
{
  return g_date_time_to_unix (choice->when) * G_USEC_PER_SEC;
}

static gboolean
offers (GMenu     *menu,
        GPtrArray *choices)
{
  gint64 first = 0;

  return g_menu_model_get_n_items (G_MENU_MODEL (menu)) == (int) choices->len + 1 &&
         g_menu_model_get_item_attribute (G_MENU_MODEL (menu), 0, G_MENU_ATTRIBUTE_TARGET, "x",
                                          &first) &&
         first == get_time (g_ptr_array_index (choices, 0));
}

/* The choices depend on the hour, so they are looked at whenever the window comes
 * up; a menu that is open and still right is left alone. */
static void
fill_later_menu (EnvoiComposerWindow *self)
{
  GMenu *menu = envoi_composer_window_get_later_menu (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GPtrArray) choices = envoi_schedule_list_choices (now);

  if (offers (menu, choices))
    return;

  g_menu_remove_all (menu);
  for (guint i = 0; i < choices->len; i++) {
    EnvoiScheduleChoice *choice = g_ptr_array_index (choices, i);
    g_autoptr (GMenuItem) item = g_menu_item_new (choice->label, NULL);

    g_menu_item_set_action_and_target (item, "composer.send-at", "x", get_time (choice));
    g_menu_append_item (menu, item);
  }
  g_menu_append (menu, _("_Pick Date and Time…"), "composer.pick-time");
}

typedef struct {
  guint key;
  GdkModifierType modifiers;
  const char     *action;
} Key;

static const Key keys[] = {
  { GDK_KEY_Return, GDK_CONTROL_MASK, "composer.send" },
  { GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "composer.send" },
  { GDK_KEY_k, GDK_CONTROL_MASK, "composer.link" },
  { GDK_KEY_s, GDK_CONTROL_MASK, "composer.save" },
  { GDK_KEY_w, GDK_CONTROL_MASK, "window.close" },
};

/* Before the focus has a say: in a text these keys would only end a selection. */
static const Key first_keys[] = {
  { GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "composer.attach" },
};

/* Inside the text only: a field has its own paste. */
static const Key text_keys[] = {
  { GDK_KEY_v, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "composer.paste-text" },
};

/* The widget has the actions; @scope says where its keys work. Save for a few
 * the focus comes first: what is typed into the letter is handled there, in its order. */
static void
add_keys (GtkWidget           *widget,
          GtkPropagationPhase  phase,
          GtkShortcutScope     scope,
          const Key           *list,
          guint                n)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, phase);
  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller), scope);
  for (guint i = 0; i < n; i++)
    gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (list[i].key, list[i].modifiers),
                        gtk_named_action_new (list[i].action)));
  gtk_widget_add_controller (widget, controller);
}

/* Undo brings a removed attachment back as long as nothing was typed since; else
 * it belongs to the text or the field that has the focus. */
static gboolean
undo_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   user_data)
{
  return envoi_composer_window_restore_last (ENVOI_COMPOSER_WINDOW (widget));
}

/* A text view takes Enter with whatever is held beside it; the web surface does not. */
static gboolean
send_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   user_data)
{
  return GTK_IS_TEXT_VIEW (gtk_window_get_focus (GTK_WINDOW (widget))) &&
         gtk_widget_activate_action (widget, "composer.send", NULL);
}

static void
add_send_key (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Return, GDK_CONTROL_MASK),
                      gtk_callback_action_new (send_key_cb, NULL, NULL)));
  gtk_widget_add_controller (window, controller);
}

static void
add_undo_key (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK),
                      gtk_callback_action_new (undo_key_cb, NULL, NULL)));
  gtk_widget_add_controller (window, controller);
}

static const Key field_keys[] = {
  { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "fields.show-cc" },
  { GDK_KEY_b, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "fields.show-bcc" },
  { GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "fields.show-reply-to" },
};

/* A template is kept, not sent: letters are begun from it. */
static void
disable_sending (GActionMap *actions)
{
  static const char *const names[] = {
    "send", "send-separately", "send-at", "pick-time", "save-template",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (actions, names[i])),
                                 FALSE);
}

/**
 * envoi_composer_window_add_actions:
 * @self: a window that has its draft
 *
 * Adds the actions and their keys.
 */
void
envoi_composer_window_add_actions (EnvoiComposerWindow *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) receipt = NULL;
  g_autoptr (GPropertyAction) all = NULL;
  EnvoiComposerBody *body = envoi_composer_window_get_body (self);
  GAction *plain;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  receipt = g_property_action_new ("receipt", envoi_composer_window_get_draft (self),
                                   "wants-receipt");
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (receipt));
  all = g_property_action_new ("all-or-nothing", envoi_composer_window_get_draft (self),
                               "is-all-or-nothing");
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (all));
  if (g_str_has_prefix (envoi_draft_get_id (envoi_composer_window_get_draft (self)),
                        ENVOI_TEMPLATE_ID_PREFIX))
    disable_sending (G_ACTION_MAP (group));
  plain = g_action_map_lookup_action (G_ACTION_MAP (group), "plain-text");
  g_simple_action_set_state (G_SIMPLE_ACTION (plain),
                             g_variant_new_boolean (envoi_composer_body_is_plain (body)));

  gtk_widget_insert_action_group (GTK_WIDGET (self), "composer", G_ACTION_GROUP (group));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "format",
                                  envoi_editor_get_actions (get_editor (self)));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "body",
                                  envoi_composer_body_get_actions (body));
  add_keys (GTK_WIDGET (self), GTK_PHASE_CAPTURE, GTK_SHORTCUT_SCOPE_LOCAL,
            first_keys, G_N_ELEMENTS (first_keys));
  add_keys (GTK_WIDGET (self), GTK_PHASE_BUBBLE, GTK_SHORTCUT_SCOPE_LOCAL,
            keys, G_N_ELEMENTS (keys));
  add_keys (GTK_WIDGET (get_editor (self)), GTK_PHASE_BUBBLE, GTK_SHORTCUT_SCOPE_LOCAL,
            text_keys, G_N_ELEMENTS (text_keys));
  add_keys (GTK_WIDGET (envoi_composer_window_get_fields (self)), GTK_PHASE_BUBBLE,
            GTK_SHORTCUT_SCOPE_GLOBAL, field_keys, G_N_ELEMENTS (field_keys));

  add_undo_key (GTK_WIDGET (self));
  add_send_key (GTK_WIDGET (self));

  fill_later_menu (self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (fill_later_menu), NULL);
}
