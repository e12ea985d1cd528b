/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-bar.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiAccountBar:
 *
 * Trouble that concerns more than one letter, with its one remedy. It shows
 * the first account in trouble; when that is solved, the next.
 *
 * Thread: main
 */
struct _EnvoiAccountBar {
  AdwBin parent_instance;

  EnvoiService *service;
  GPtrArray    *watched;         /* accounts whose state is followed */
  EnvoiAccount *account;         /* nullable: the one that is shown */
  char         *dismissed;       /* nullable: the notice that was closed */

  GtkRevealer  *revealer;
  GtkImage     *icon;
  GtkLabel     *title;
  GtkLabel     *reason;
  GtkButton    *button;
  GtkButton    *close_button;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountBar, envoi_account_bar, ADW_TYPE_BIN)

enum {
  SIGNAL_ACCOUNT_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_text (GtkLabel   *label,
           const char *text)
{
  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text && *text);
}

/* What happened and the button's words; no button where only time helps. */
static char *
format_trouble (EnvoiAccount  *account,
                const char   **button)
{
  const char *email = envoi_account_get_email (account);

  switch (envoi_account_get_state (account)) {
    case ENVOI_ACCOUNT_NEEDS_SIGN_IN:
      *button = _("_Sign In");
      /* Translators: %s is a mail address */
      return g_strdup_printf (_("Sign in to %s to send its letters"), email);
    case ENVOI_ACCOUNT_KEYRING_TROUBLE:
      *button = _("_Enter Password");
      return g_strdup_printf (_("The password of %s cannot be read"), email);
    case ENVOI_ACCOUNT_PAUSED:
      *button = NULL;
      return g_strdup_printf (_("The provider asks %s to send more slowly"), email);
    case ENVOI_ACCOUNT_READY:
    default:
      return NULL;
  }
}

static gboolean
show_trouble (EnvoiAccountBar *self,
              EnvoiAccount    *account)
{
  const char *button = NULL;
  g_autofree char *title = format_trouble (account, &button);
  g_autofree char *reason = NULL;

  if (!title || !envoi_account_is_enabled (account))
    return FALSE;

  g_object_get (account, "state-reason", &reason, NULL);
  g_set_object (&self->account, account);
  gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic");
  show_text (self->title, title);
  show_text (self->reason, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->button), button != NULL);
  if (button)
    gtk_button_set_label (self->button, button);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button), FALSE);
  return TRUE;
}

/* Before a letter fails, not after: its time is later than the sign-in's end. */
static gboolean
show_due (EnvoiAccountBar *self)
{
  gint64 due_us = 0;
  guint n_letters = 0;
  EnvoiAccount *account = envoi_service_find_sign_in_due (self->service, &due_us, &n_letters);
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *day = NULL;
  g_autofree char *title = NULL;
  g_autofree char *reason = NULL;

  if (!account)
    return FALSE;

  utc = g_date_time_new_from_unix_utc (due_us / G_USEC_PER_SEC);
  local = g_date_time_to_local (utc);
  /* Translators: a date and time in the order of your language, see g_date_time_format() */
  day = g_date_time_format (local, _("%e %B %Y, %R"));
  /* Translators: %s is a mail address */
  title = g_strdup_printf (_("Sign in to %s again, or scheduled letters will not go"),
                           envoi_account_get_email (account));
  reason = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         /* Translators: %s is a date and time */
                                         "Its sign-in ends on %s, before %u letter is due.",
                                         "Its sign-in ends on %s, before %u letters are due.",
                                         n_letters), g_strstrip (day), n_letters);

  g_set_object (&self->account, account);
  gtk_image_set_from_icon_name (self->icon, "alarm-symbolic");
  show_text (self->title, title);
  show_text (self->reason, reason);
  gtk_button_set_label (self->button, _("_Sign In"));
  gtk_widget_set_visible (GTK_WIDGET (self->button), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button), FALSE);
  return TRUE;
}

static gboolean
show_notice (EnvoiAccountBar *self)
{
  g_autofree char *notice = NULL;

  g_object_get (self->service, "notice", &notice, NULL);
  if (!notice || g_strcmp0 (notice, self->dismissed) == 0)
    return FALSE;

  gtk_image_set_from_icon_name (self->icon, "dialog-information-symbolic");
  show_text (self->title, notice);
  show_text (self->reason, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->button), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->close_button), TRUE);
  return TRUE;
}

static void
show_first (EnvoiAccountBar *self)
{
  gboolean is_shown = FALSE;

  g_clear_object (&self->account);
  for (guint i = 0; i < self->watched->len && !is_shown; i++)
    is_shown = show_trouble (self, g_ptr_array_index (self->watched, i));

  if (!is_shown)
    is_shown = show_due (self);
  if (!is_shown)
    is_shown = show_notice (self);

  gtk_revealer_set_reveal_child (self->revealer, is_shown);
}

static void
stop_watching (EnvoiAccountBar *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->watched, i), show_first, self);

  g_ptr_array_set_size (self->watched, 0);
}

static void
watch_accounts (EnvoiAccountBar *self)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (self->service));

  stop_watching (self);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    EnvoiAccount *account = g_list_model_get_item (accounts, i);

    g_signal_connect_swapped (account, "notify", G_CALLBACK (show_first), self);
    g_ptr_array_add (self->watched, account);
  }

  show_first (self);
}

static void
clicked_cb (EnvoiAccountBar *self)
{
  if (self->account)
    g_signal_emit (self, signals[SIGNAL_ACCOUNT_WANTED], 0, self->account);
}

static void
close_clicked_cb (EnvoiAccountBar *self)
{
  g_free (self->dismissed);
  g_object_get (self->service, "notice", &self->dismissed, NULL);
  show_first (self);
}

static void
envoi_account_bar_dispose (GObject *object)
{
  EnvoiAccountBar *self = ENVOI_ACCOUNT_BAR (object);

  stop_watching (self);
  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_account_bar_parent_class)->dispose (object);
}

static void
envoi_account_bar_finalize (GObject *object)
{
  EnvoiAccountBar *self = ENVOI_ACCOUNT_BAR (object);

  g_ptr_array_unref (self->watched);
  g_free (self->dismissed);

  G_OBJECT_CLASS (envoi_account_bar_parent_class)->finalize (object);
}

static void
envoi_account_bar_class_init (EnvoiAccountBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = envoi_account_bar_dispose;
  object_class->finalize = envoi_account_bar_finalize;

  signals[SIGNAL_ACCOUNT_WANTED] = g_signal_new ("account-wanted", G_TYPE_FROM_CLASS (klass),
                                                 G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 1, ENVOI_TYPE_ACCOUNT);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-account-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, reason);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountBar, close_button);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked_cb);
}

static void
envoi_account_bar_init (EnvoiAccountBar *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_account_bar_set_service (EnvoiAccountBar *self,
                               EnvoiService    *service)
{
  g_return_if_fail (ENVOI_IS_ACCOUNT_BAR (self));

  if (!g_set_object (&self->service, service))
    return;

  g_signal_connect_object (envoi_service_get_accounts (service), "items-changed",
                           G_CALLBACK (watch_accounts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "sign-ins-changed", G_CALLBACK (show_first), self,
                           G_CONNECT_SWAPPED);
  if (envoi_service_get_outbox (service))
    g_signal_connect_object (envoi_outbox_get_folder (envoi_service_get_outbox (service),
                                                      ENVOI_FOLDER_SCHEDULED),
                             "items-changed", G_CALLBACK (show_first), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "notify::notice", G_CALLBACK (show_first), self,
                           G_CONNECT_SWAPPED);
  watch_accounts (self);
}
