/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-application-private.h"

#include "envoi-about.h"
#include "envoi-accounts-window.h"
#include "envoi-help-window.h"
#include "envoi-preferences-window.h"
#include "envoi-sending-log.h"
#include "envoi-shortcuts-window.h"

#define PRACTICE_ADDRESS "practice@localhost"
#define PRACTICE_ACCOUNT "practice"

/* The actions of EnvoiApplication, from menus, keys and notifications. */

static void
start_again_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  if (!envoi_application_is_ready (self))
    envoi_application_start_service (self);
}

static void
new_letter_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  EnvoiApplication *self = user_data;
  g_autoptr (EnvoiDraft) draft = NULL;

  if (!envoi_application_is_ready (self)) {
    envoi_application_want_letter (self);
    return;
  }

  draft = envoi_service_create_draft (envoi_application_get_service (self), NULL);
  envoi_application_open_draft (self, draft);
}

static void
new_practice_letter_cb (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       user_data)
{
  EnvoiApplication *self = user_data;
  EnvoiService *service = envoi_application_get_service (self);
  g_autoptr (EnvoiDraft) draft = NULL;

  if (!envoi_application_is_ready (self))
    return;

  draft = envoi_service_create_draft (
    service, envoi_account_list_find (envoi_service_get_accounts (service), PRACTICE_ACCOUNT));
  envoi_draft_set (draft, "to", PRACTICE_ADDRESS);
  envoi_application_open_draft (self, draft);
}

static void
accounts_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  if (envoi_application_is_ready (self))
    envoi_accounts_window_present (envoi_application_get_service (self),
                                   GTK_WINDOW (envoi_application_show_main_window (self)), NULL);
}

static void
add_account_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  if (envoi_application_is_ready (self))
    envoi_application_add_account (self, NULL);
}

static void
present_above (EnvoiApplication *self,
               GtkWidget        *window)
{
  EnvoiMainWindow *main_window = envoi_application_show_main_window (self);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (main_window));
  gtk_window_present (GTK_WINDOW (window));
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  if (envoi_application_is_ready (self))
    present_above (self, envoi_preferences_window_new (envoi_application_get_service (self)));
}

static void
sending_log_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  if (envoi_application_is_ready (self))
    present_above (self, envoi_sending_log_new (envoi_application_get_service (self)));
}

static void
help_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  present_above (user_data, envoi_help_window_new ());
}

static void
shortcuts_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  EnvoiApplication *self = user_data;
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (self));

  envoi_shortcuts_window_present (
    parent ? parent : GTK_WINDOW (envoi_application_show_main_window (self)));
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  EnvoiApplication *self = user_data;

  envoi_about_show (GTK_WINDOW (envoi_application_show_main_window (self)),
                    envoi_application_get_service (self));
}

static void
show_letter_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  envoi_main_window_show_letter (envoi_application_show_main_window (user_data),
                                 g_variant_get_string (parameter, NULL));
}

/* A button of a notification: what it does in the window, with the window there to see it. */
static void
do_with_letter_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  GtkWidget *window = GTK_WIDGET (envoi_application_show_main_window (user_data));
  const char *letter_id;
  const char *wanted;

  g_variant_get (parameter, "(&s&s)", &letter_id, &wanted);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (window), letter_id);
  if (g_str_has_prefix (wanted, "letter."))
    gtk_widget_activate_action (window, wanted, NULL);
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  EnvoiApplication *self = user_data;
  EnvoiAccount *account;

  if (!envoi_application_is_ready (self))
    return;

  account = envoi_account_list_find (
    envoi_service_get_accounts (envoi_application_get_service (self)),
    g_variant_get_string (parameter, NULL));
  if (account)
    envoi_application_open_account (self, account, TRUE);
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  envoi_application_quit (user_data);
}

void
envoi_application_add_actions (EnvoiApplication *self)
{
  static const GActionEntry entries[] = {
    { "new-letter", new_letter_cb },
    { "new-practice-letter", new_practice_letter_cb },
    { "accounts", accounts_cb },
    { "add-account", add_account_cb },
    { "preferences", preferences_cb },
    { "sending-log", sending_log_cb },
    { "help", help_cb },
    { "shortcuts", shortcuts_cb },
    { "about", about_cb },
    { "show-letter", show_letter_cb, "s" },
    { "do-with-letter", do_with_letter_cb, "(ss)" },
    { "sign-in", sign_in_cb, "s" },
    { "start-again", start_again_cb },
    { "quit", quit_cb },
  };
  static const struct {
    const char *action;
    const char *keys[2];
  } keys[] = {
    { "app.new-letter", { "<Control>n" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.sending-log", { "<Control><Shift>l" } },
    { "app.help", { "F1" } },
    { "app.shortcuts", { "<Control>question" } },
    { "app.quit", { "<Control>q" } },
    { "win.show-place(0)", { "<Alt>1" } },
    { "win.show-place(1)", { "<Alt>2" } },
    { "win.show-place(2)", { "<Alt>3" } },
    { "win.show-place(3)", { "<Alt>4" } },
    { "win.show-place(4)", { "<Alt>5" } },
    { "win.show-place(5)", { "<Alt>6" } },
    { "win.show-place(6)", { "<Alt>7" } },
    { "window.close", { "<Control>w" } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), keys[i].action,
                                           (const char *[]) { keys[i].keys[0], NULL });
}
