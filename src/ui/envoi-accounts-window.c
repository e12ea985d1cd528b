/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-page.h"
#include "envoi-account-row.h"
#include "envoi-accounts-window.h"
#include "envoi-application.h"
#include "envoi-compat.h"
#include "envoi-main-window.h"

#include <glib/gi18n.h>

/* Longer than other toasts: there is a sign-in to lose. */
#define UNDO_SECONDS 10

/**
 * EnvoiAccountsWindow:
 *
 * The accounts, their state, and a form for each.
 *
 * Thread: main
 */
struct _EnvoiAccountsWindow {
  AdwPreferencesWindow parent_instance;

  EnvoiService        *service;
  EnvoiAccount        *moving;     /* nullable: gets the focus back where it goes */
  GHashTable          *removed;    /* AdwToast that offers it back -> EnvoiAccount */

  GtkListBox          *list;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountsWindow, envoi_accounts_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
told_cb (EnvoiAccountsWindow *self,
         const char          *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

static void
tell_error (EnvoiAccountsWindow *self,
            const GError        *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

  told_cb (self, problem->title);
}

static void
focus_account (EnvoiAccountsWindow *self,
               EnvoiAccount        *account)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (envoi_account_row_get_account (ENVOI_ACCOUNT_ROW (row)) == account)
      gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
finished_cb (EnvoiAccountsWindow *self)
{
  adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (self));
}

static void
did_bring_back (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_change_account_finish (ENVOI_SERVICE (source), result, &error))
    tell_error (self, error);
}

static void
undo_removal_cb (EnvoiAccountsWindow *self,
                 AdwToast            *toast)
{
  g_autoptr (EnvoiAccount) account = NULL;

  if (g_hash_table_steal_extended (self->removed, toast, NULL, (gpointer *) &account))
    envoi_service_change_account_async (self->service, account, ENVOI_ACCOUNT_BRING_BACK, NULL,
                                        did_bring_back, g_object_ref (self));
}

static void
did_remove (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_remove_account_finish (ENVOI_SERVICE (source), result, &error))
    tell_error (self, error);
}

static void
removal_dismissed_cb (EnvoiAccountsWindow *self,
                      AdwToast            *toast)
{
  g_autoptr (EnvoiAccount) account = NULL;

  if (g_hash_table_steal_extended (self->removed, toast, NULL, (gpointer *) &account))
    envoi_service_remove_account_async (self->service, account, NULL, did_remove,
                                        g_object_ref (self));
}

static void
offer_back (EnvoiAccountsWindow *self,
            EnvoiAccount        *account)
{
  guint n_letters = envoi_service_count_letters (self->service, account);
  AdwToast *toast = adw_toast_new (_("Account removed"));
  g_autofree char *title = NULL;

  if (n_letters > 0) {
    title = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                          "Account removed; %u letter needs another",
                                          "Account removed; %u letters need another",
                                          n_letters), n_letters);
    adw_toast_set_title (toast, title);
  }
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  g_hash_table_insert (self->removed, toast, g_object_ref (account));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_removal_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (removal_dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

static void
did_set_aside (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiAccountPage) page = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (page));
  g_autoptr (GError) error = NULL;
  EnvoiAccountsWindow *self;

  /* Closed meanwhile: the account goes for good when the program ends. */
  if (!root)
    return;

  self = ENVOI_ACCOUNTS_WINDOW (root);
  if (!envoi_service_change_account_finish (ENVOI_SERVICE (source), result, &error)) {
    tell_error (self, error);
    return;
  }

  offer_back (self, envoi_account_page_get_account (page));
  finished_cb (self);
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
}

static void
removed_cb (EnvoiAccountsWindow *self,
            EnvoiAccountPage    *page)
{
  envoi_service_change_account_async (self->service, envoi_account_page_get_account (page),
                                      ENVOI_ACCOUNT_SET_ASIDE, NULL, did_set_aside,
                                      g_object_ref (page));
}

static void
open_page (EnvoiAccountsWindow *self,
           EnvoiAccount        *account)
{
  GtkWidget *form = envoi_account_page_new (self->service, account);

  g_signal_connect_object (form, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "told", G_CALLBACK (told_cb), self, G_CONNECT_SWAPPED);
  envoi_compat_mend_parts (form);
  adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (self), form);
  gtk_widget_grab_focus (form);
}

static void
add_cb (EnvoiAccountsWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  GtkApplication *application = parent ? gtk_window_get_application (parent) : NULL;
  GtkWidget *assistant;

  if (!application)
    return;

  assistant = envoi_application_add_account (ENVOI_APPLICATION (application), GTK_WINDOW (self));
  g_signal_connect_object (assistant, "write", G_CALLBACK (gtk_window_close), self,
                           G_CONNECT_SWAPPED);
}

static void
row_activated_cb (EnvoiAccountsWindow *self,
                  EnvoiAccountRow     *row)
{
  open_page (self, envoi_account_row_get_account (row));
}

static void
did_arrange (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_account_list_arrange_finish (ENVOI_ACCOUNT_LIST (source), result, &error))
    tell_error (self, error);
  else if (self->moving)
    focus_account (self, self->moving);
}

static void
moved_cb (EnvoiAccountsWindow *self,
          int                  step,
          EnvoiAccountRow     *row)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (self->service));
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  int position = -1;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (account == envoi_account_row_get_account (row))
      position = (int) ids->len;
    if (!envoi_account_is_practice (account))
      g_ptr_array_add (ids, g_strdup (envoi_account_get_id (account)));
  }

  if (position < 0 || position + step < 0 || position + step >= (int) ids->len)
    return;

  g_ptr_array_insert (ids, position + step, g_ptr_array_steal_index (ids, (guint) position));
  g_ptr_array_add (ids, NULL);
  g_set_object (&self->moving, envoi_account_row_get_account (row));
  envoi_account_list_arrange_async (envoi_service_get_accounts (self->service),
                                    (const char *const *) ids->pdata, NULL, did_arrange,
                                    g_object_ref (self));
}

/* What a row may do depends on the others. The practice account stays behind the real ones. */
static void
show_places (EnvoiAccountsWindow *self)
{
  g_autoptr (EnvoiAccount) preferred = envoi_service_dup_default_account (self->service);
  GtkListBoxRow *row;
  guint last = 0;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (!envoi_account_is_practice (envoi_account_row_get_account (ENVOI_ACCOUNT_ROW (row))))
      last = (guint) i;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++) {
    EnvoiAccount *account = envoi_account_row_get_account (ENVOI_ACCOUNT_ROW (row));

    envoi_account_row_set_preferred (ENVOI_ACCOUNT_ROW (row), account == preferred);
    envoi_order_row_set_place (ENVOI_ORDER_ROW (row), (guint) i, 0, last, account == preferred);
  }
}

static void
preferred_cb (EnvoiAccountsWindow *self,
              EnvoiAccountRow     *row)
{
  envoi_service_set_default_account (self->service, envoi_account_row_get_account (row));
  show_places (self);
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  EnvoiAccountsWindow *self = user_data;
  GtkWidget *row = envoi_account_row_new (item);

  g_signal_connect_object (row, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "preferred", G_CALLBACK (preferred_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static void
did_export (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (envoi_service_export_accounts_finish (ENVOI_SERVICE (source), result, &error))
    told_cb (self, _("The accounts were exported, without their passwords."));
  else
    tell_error (self, error);
}

static void
got_export_file (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GFile) file = envoi_compat_save_file_finish (result, NULL);

  if (file && self->service)
    envoi_service_export_accounts_async (self->service, file, NULL, did_export,
                                         g_object_ref (self));
}

static void
export_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  envoi_compat_save_file_async (GTK_WINDOW (widget), _("Export Accounts"), "envoi-accounts.ini",
                                NULL, got_export_file, g_object_ref (widget));
}

static void
tell_report (EnvoiAccountsWindow     *self,
             const EnvoiImportReport *report)
{
  guint n_changed = report->n_added + report->n_extended;
  g_autofree char *sentence = NULL;

  if (report->n_refused > 0)
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "%u account of the file cannot be used.",
                                             "%u accounts of the file cannot be used.",
                                             report->n_refused), report->n_refused);
  else if (n_changed > 0)
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "%u account came from the file; sign in to send.",
                                             "%u accounts came from the file; sign in to send.",
                                             n_changed), n_changed);
  else
    sentence = g_strdup (_("Everything in the file is here already."));

  told_cb (self, sentence);
}

static void
did_import (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  EnvoiImportReport report;

  if (envoi_service_import_accounts_finish (ENVOI_SERVICE (source), result, &report, &error))
    tell_report (self, &report);
  else
    told_cb (self, _("This is not a file of accounts that can be read."));
}

static void
got_import_file (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (EnvoiAccountsWindow) self = user_data;
  g_autoptr (GListModel) files = envoi_compat_open_files_finish (result, NULL);
  g_autoptr (GFile) file = files ? g_list_model_get_item (files, 0) : NULL;

  if (file && self->service)
    envoi_service_import_accounts_async (self->service, file, NULL, did_import,
                                         g_object_ref (self));
}

static void
import_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  envoi_compat_open_files_async (GTK_WINDOW (widget), _("Import Accounts"), FALSE, NULL,
                                 got_import_file, g_object_ref (widget));
}

/* The accounts are out of sight then; that one is back must be said all the same. */
static void
did_remove_behind (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GtkWindow) behind = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *sentence = NULL;

  if (envoi_service_remove_account_finish (ENVOI_SERVICE (source), result, &error))
    return;

  problem = envoi_problem_new (error);
  /* Translators: %s is a sentence that says why */
  sentence = g_strdup_printf (_("An account is back and was not removed. %s"), problem->title);
  if (ENVOI_IS_MAIN_WINDOW (behind) && gtk_widget_get_mapped (GTK_WIDGET (behind)))
    envoi_main_window_tell (ENVOI_MAIN_WINDOW (behind), sentence);
  else
    g_warning ("%s", sentence);
}

/* With the window goes the last way to undo. */
static void
settle_removals (EnvoiAccountsWindow *self)
{
  GtkWindow *behind = gtk_window_get_transient_for (GTK_WINDOW (self));
  GHashTableIter iter;
  EnvoiAccount *account;

  g_hash_table_iter_init (&iter, self->removed);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &account)) {
    envoi_service_remove_account_async (self->service, account, NULL, did_remove_behind,
                                        behind ? g_object_ref (behind) : NULL);
    g_hash_table_iter_remove (&iter);
  }
}

static void
envoi_accounts_window_dispose (GObject *object)
{
  EnvoiAccountsWindow *self = ENVOI_ACCOUNTS_WINDOW (object);

  settle_removals (self);
  /* The list may live on with a toast that is on its way out; rows it made then would be nobody's. */
  if (self->list)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->moving);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_accounts_window_parent_class)->dispose (object);
}

static void
envoi_accounts_window_finalize (GObject *object)
{
  g_hash_table_unref (ENVOI_ACCOUNTS_WINDOW (object)->removed);

  G_OBJECT_CLASS (envoi_accounts_window_parent_class)->finalize (object);
}

static void
envoi_accounts_window_class_init (EnvoiAccountsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_accounts_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_accounts_window_finalize;

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_install_action (widget_class, "accounts.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "accounts.export", NULL, export_action);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-accounts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountsWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
envoi_accounts_window_init (EnvoiAccountsWindow *self)
{
  self->removed = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_accounts_window_new (EnvoiService *service)
{
  EnvoiAccountsWindow *self = g_object_new (ENVOI_TYPE_ACCOUNTS_WINDOW, NULL);
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (service));

  self->service = g_object_ref (service);
  gtk_list_box_bind_model (self->list, accounts, make_row, self, NULL);
  /* After the list's own, so that the rows are there. */
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (show_places), self,
                           G_CONNECT_SWAPPED);
  show_places (self);
  return GTK_WIDGET (self);
}

void
envoi_accounts_window_present (EnvoiService *service,
                               GtkWindow    *parent,
                               EnvoiAccount *account)
{
  GtkWidget *window = envoi_accounts_window_new (service);

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  if (account)
    open_page (ENVOI_ACCOUNTS_WINDOW (window), account);
  gtk_window_present (GTK_WINDOW (window));
}
