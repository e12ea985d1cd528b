/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-assistant.h"
#include "envoi-accounts-window.h"
#include "envoi-application-private.h"
#include "envoi-compat.h"
#include "envoi-mailto.h"
#include "envoi-open-message.h"
#include "envoi-password-dialog.h"
#include "envoi-sign-in-window.h"

#include <glib/gi18n.h>

/* The windows of EnvoiApplication: which there are, and what opens in which. */

EnvoiMainWindow *
envoi_application_find_main_window (EnvoiApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (GList *link = windows; link; link = link->next)
    if (ENVOI_IS_MAIN_WINDOW (link->data))
      return link->data;

  return NULL;
}

EnvoiMainWindow *
envoi_application_show_main_window (EnvoiApplication *self)
{
  EnvoiMainWindow *window = envoi_application_find_main_window (self);

  if (!window) {
    window = envoi_main_window_new (self);
    if (ENVOI_IS_DEVEL)
      gtk_widget_add_css_class (GTK_WIDGET (window), "devel");
    if (envoi_application_is_ready (self))
      envoi_main_window_set_service (window, envoi_application_get_service (self));
  }

  gtk_window_present (GTK_WINDOW (window));
  return window;
}

GtkWindow *
envoi_application_get_front (EnvoiApplication *self)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link; link = link->next)
    if (gtk_window_is_active (link->data))
      return link->data;

  return GTK_WINDOW (envoi_application_show_main_window (self));
}

/* A window of ours that is not the application's own, because then all keys would work in it:
 * one that opens a window behind a modal one helps nobody. */
static gboolean
is_dialog (gpointer window)
{
  return ADW_IS_WINDOW (window);
}

static gboolean
quit_cb (GtkWidget *window,
         GVariant  *args,
         gpointer   application)
{
  g_action_group_activate_action (application, "quit", NULL);
  return GDK_EVENT_STOP;
}

static void
take_keys (EnvoiApplication *self,
           GtkWidget        *dialog)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcutController *controller = GTK_SHORTCUT_CONTROLLER (keys);

  gtk_shortcut_controller_add_shortcut (
    controller, gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_q, GDK_CONTROL_MASK),
                                  gtk_callback_action_new (quit_cb, g_object_ref (self), g_object_unref)));
  gtk_shortcut_controller_add_shortcut (
    controller, gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_w, GDK_CONTROL_MASK),
                                  gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (dialog, keys);
}

static void
realize_cb (GtkWidget        *window,
            EnvoiApplication *self)
{
  envoi_compat_mend_parts (window);
  if (is_dialog (window))
    take_keys (self, window);
}

void
envoi_application_adopt (EnvoiApplication *self,
                         GtkWidget        *window)
{
  /* What it is, is known later. */
  g_signal_connect_object (window, "realize", G_CALLBACK (realize_cb), self, 0);
}

void
envoi_application_close_windows (EnvoiApplication *self)
{
  g_autoptr (GList) toplevels = gtk_window_list_toplevels ();
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (self)));
  g_autoptr (GPtrArray) closing = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *link = toplevels; link; link = link->next)
    if (is_dialog (link->data))
      g_ptr_array_add (closing, g_object_ref (link->data));
  for (GList *link = windows; link; link = link->next)
    g_ptr_array_add (closing, g_object_ref (link->data));

  for (guint i = 0; i < closing->len; i++)
    gtk_window_close (g_ptr_array_index (closing, i));
}

static void
letter_sent_cb (EnvoiComposerWindow *composer,
                const char          *letter_id,
                EnvoiApplication    *self)
{
  EnvoiMainWindow *window = envoi_application_find_main_window (self);

  if (window)
    envoi_main_window_letter_sent (window, letter_id);
}

static void
letters_sent_cb (EnvoiComposerWindow *composer,
                 guint                n_letters,
                 EnvoiApplication    *self)
{
  EnvoiMainWindow *window = envoi_application_find_main_window (self);
  g_autofree char *sentence =
    g_strdup_printf (ngettext ("%u letter is on its way", "%u letters are on their way", n_letters),
                     n_letters);

  if (window)
    envoi_main_window_tell (window, sentence);
}

/* One letter, one composer: two of them would write over each other. */
static GtkWindow *
find_composer (EnvoiApplication *self,
               const char       *draft_id)
{
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (self)); item;
       item = item->next) {
    if (ENVOI_IS_COMPOSER_WINDOW (item->data) &&
        g_str_equal (envoi_draft_get_id (envoi_composer_window_get_draft (item->data)), draft_id))
      return item->data;
  }

  return NULL;
}

static GtkWindow *
open_composer (EnvoiApplication *self,
               EnvoiDraft       *draft)
{
  GtkWindow *composer;

  composer = find_composer (self, envoi_draft_get_id (draft));
  if (!composer) {
    composer = GTK_WINDOW (envoi_application_take_composer (self));
    envoi_composer_window_set_up (ENVOI_COMPOSER_WINDOW (composer), self,
                                  envoi_application_get_service (self), draft);
    g_signal_connect_object (composer, "sent", G_CALLBACK (letter_sent_cb), self, 0);
    g_signal_connect_object (composer, "sent-separately", G_CALLBACK (letters_sent_cb), self, 0);
  }

  gtk_window_present (composer);
  return composer;
}

static void
compose_mailto (EnvoiApplication *self,
                const char       *uri)
{
  g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (envoi_application_get_service (self), NULL);
  g_autofree char *wanted = envoi_mailto_dup_wanted_file (uri);
  GtkWindow *composer;

  if (!envoi_mailto_apply (uri, draft))
    return;

  composer = open_composer (self, draft);
  if (wanted)
    envoi_composer_window_want_file (ENVOI_COMPOSER_WINDOW (composer), wanted);
}

/* Links and messages are opened; other files are for one new letter, as "Send to" wants it. */
void
envoi_application_open_uri (EnvoiApplication *self,
                            const char       *uri,
                            GListStore       *files)
{
  g_autoptr (GFile) file = g_file_new_for_uri (uri);
  g_autofree char *name = g_file_get_basename (file);

  if (g_file_has_uri_scheme (file, "mailto"))
    compose_mailto (self, uri);
  else if (name && envoi_open_message_is_name (name))
    envoi_open_message (self, file);
  else
    g_list_store_append (files, file);
}

void
envoi_application_open_draft (EnvoiApplication *self,
                              EnvoiDraft       *draft)
{
  g_return_if_fail (ENVOI_IS_APPLICATION (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));

  open_composer (self, draft);
}

void
envoi_application_compress_draft (EnvoiApplication *self,
                                  EnvoiDraft       *draft)
{
  g_return_if_fail (ENVOI_IS_APPLICATION (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));

  envoi_composer_window_compress (ENVOI_COMPOSER_WINDOW (open_composer (self, draft)));
}

void
envoi_application_attach_to_new (EnvoiApplication *self,
                                 GListModel       *files)
{
  g_autoptr (EnvoiDraft) draft = NULL;

  g_return_if_fail (ENVOI_IS_APPLICATION (self));

  draft = envoi_service_create_draft (envoi_application_get_service (self), NULL);
  envoi_composer_window_attach (ENVOI_COMPOSER_WINDOW (open_composer (self, draft)), files);
}

void
envoi_application_tell (EnvoiApplication *self,
                        const char       *sentence)
{
  g_return_if_fail (ENVOI_IS_APPLICATION (self));

  envoi_main_window_tell (envoi_application_show_main_window (self), sentence);
}

void
envoi_application_sign_in (EnvoiApplication *self,
                           GtkWindow        *parent,
                           EnvoiAccount     *account)
{
  g_return_if_fail (ENVOI_IS_APPLICATION (self));

  if (*envoi_account_get_desktop_id (account))
    envoi_desktop_accounts_open_settings (envoi_service_get_desktop_accounts (envoi_application_get_service (self)),
                                          envoi_account_get_desktop_id (account));
  else if (!envoi_sign_in_window_present (envoi_application_get_service (self), parent, account))
    envoi_password_dialog_ask (parent, envoi_application_get_service (self), account);
}

void
envoi_application_open_account (EnvoiApplication *self,
                                EnvoiAccount     *account,
                                gboolean          is_only_secret)
{
  GtkWindow *window;

  g_return_if_fail (ENVOI_IS_APPLICATION (self));

  window = GTK_WINDOW (envoi_application_show_main_window (self));
  if (is_only_secret)
    envoi_application_sign_in (self, window, account);
  else
    envoi_accounts_window_present (envoi_application_get_service (self), window, account);
}

static void
write_from_cb (EnvoiApplication *self,
               EnvoiAccount     *account)
{
  g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (envoi_application_get_service (self), account);

  envoi_application_open_draft (self, draft);
}

GtkWidget *
envoi_application_add_account (EnvoiApplication *self,
                               GtkWindow        *parent)
{
  GtkWidget *assistant;

  g_return_val_if_fail (ENVOI_IS_APPLICATION (self), NULL);

  assistant = envoi_account_assistant_new (envoi_application_get_service (self));
  gtk_window_set_transient_for (GTK_WINDOW (assistant),
                                parent ? parent : GTK_WINDOW (envoi_application_show_main_window (self)));
  g_signal_connect_object (assistant, "write", G_CALLBACK (write_from_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (assistant));
  return assistant;
}
