/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-desktop-list.h"

#include <glib/gi18n.h>

/**
 * EnvoiDesktopList:
 *
 * Accounts of GNOME Online Accounts. One that Envoi cannot send by stays in the
 * list and says why: a person who set it up there would look for it here.
 *
 * Thread: main
 */
struct _EnvoiDesktopList {
  AdwBin parent_instance;

  EnvoiService *service;
  GCancellable *cancellable;
  GPtrArray    *accounts;     /* nullable; of EnvoiDesktopAccount, as the rows stand */

  GtkListBox   *rows;
};

G_DEFINE_FINAL_TYPE (EnvoiDesktopList, envoi_desktop_list, ADW_TYPE_BIN)

enum {
  SIGNAL_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
format_subtitle (const EnvoiDesktopAccount *account)
{
  switch (account->use) {
    case ENVOI_DESKTOP_NEEDS_ATTENTION:
      /* Translators: %s is the name of a mail provider */
      return g_strdup_printf (_("%s. Needs you to sign in again in the desktop’s settings."),
                              account->provider_name);
    case ENVOI_DESKTOP_OTHER_WAY:
      /* Translators: %s is the name of a mail provider */
      return g_strdup_printf (_("%s. The desktop’s permission is not for sending by SMTP. Type the "
                                "address above to sign in for Envoi."), account->provider_name);
    case ENVOI_DESKTOP_NO_TLS:
      /* Translators: %s is the name of a mail provider */
      return g_strdup_printf (_("%s. It is set up without TLS, and Envoi sends no password that "
                                "way."), account->provider_name);
    case ENVOI_DESKTOP_USABLE:
    default:
      return g_strdup (account->provider_name);
  }
}

static gboolean
can_activate (const EnvoiDesktopAccount *account)
{
  return account->use == ENVOI_DESKTOP_USABLE || account->use == ENVOI_DESKTOP_NEEDS_ATTENTION;
}

static void
add_row (EnvoiDesktopList          *self,
         const EnvoiDesktopAccount *account)
{
  g_autofree char *title = g_markup_escape_text (account->email, -1);
  g_autofree char *plain = format_subtitle (account);
  g_autofree char *subtitle = g_markup_escape_text (plain, -1);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), can_activate (account));
  if (can_activate (account))
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_append (self->rows, row);
}

static void
did_list (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiDesktopList) self = user_data;
  g_autoptr (GPtrArray) found =
    envoi_desktop_accounts_list_finish (ENVOI_DESKTOP_ACCOUNTS (source), result, NULL);

  if (!found || !self->service)
    return;

  for (guint i = found->len; i > 0; i--) {
    const EnvoiDesktopAccount *account = g_ptr_array_index (found, i - 1);

    if (envoi_account_list_find (envoi_service_get_accounts (self->service), account->email))
      g_ptr_array_remove_index (found, i - 1);
  }

  for (guint i = 0; i < found->len; i++)
    add_row (self, g_ptr_array_index (found, i));
  gtk_widget_set_visible (GTK_WIDGET (self), found->len > 0);
  self->accounts = g_steal_pointer (&found);
}

static void
activated_cb (EnvoiDesktopList *self,
              GtkListBoxRow    *row)
{
  EnvoiDesktopAccount *account = g_ptr_array_index (self->accounts,
                                                    (guint) gtk_list_box_row_get_index (row));

  if (account->use == ENVOI_DESKTOP_USABLE)
    g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, account);
  else
    envoi_desktop_accounts_open_settings (envoi_service_get_desktop_accounts (self->service),
                                          account->id);
}

static void
envoi_desktop_list_dispose (GObject *object)
{
  EnvoiDesktopList *self = ENVOI_DESKTOP_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->service);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);

  G_OBJECT_CLASS (envoi_desktop_list_parent_class)->dispose (object);
}

static void
envoi_desktop_list_class_init (EnvoiDesktopListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_desktop_list_dispose;

  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-desktop-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiDesktopList, rows);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
envoi_desktop_list_init (EnvoiDesktopList *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_desktop_list_begin (EnvoiDesktopList *self,
                          EnvoiService     *service)
{
  g_return_if_fail (ENVOI_IS_DESKTOP_LIST (self));
  g_return_if_fail (self->service == NULL);

  self->service = g_object_ref (service);
  envoi_desktop_accounts_list_async (envoi_service_get_desktop_accounts (service),
                                     self->cancellable, did_list, g_object_ref (self));
}
