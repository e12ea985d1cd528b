/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-row.h"

#include <glib/gi18n.h>

/**
 * EnvoiAccountRow:
 *
 * An account in the list of accounts.
 *
 * Thread: main
 */
struct _EnvoiAccountRow {
  EnvoiOrderRow parent_instance;

  EnvoiAccount *account;
  GSignalGroup *account_signals;

  GtkImage     *state_icon;

  gboolean is_preferred;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountRow, envoi_account_row, ENVOI_TYPE_ORDER_ROW)

const char *
envoi_account_row_get_words (EnvoiAccount *account)
{
  if (!envoi_account_is_enabled (account))
    return _("Turned off");

  switch (envoi_account_get_state (account)) {
    case ENVOI_ACCOUNT_NEEDS_SIGN_IN:
      return _("Needs you to sign in");
    case ENVOI_ACCOUNT_KEYRING_TROUBLE:
      return _("The password cannot be read");
    case ENVOI_ACCOUNT_PAUSED:
      return _("Paused: the provider asks to send more slowly");
    case ENVOI_ACCOUNT_READY:
    default:
      break;
  }

  return envoi_account_is_practice (account) ?
         _("For trying things out; its letters stay on this computer") : _("Ready");
}

static void
show_account (EnvoiAccountRow *self)
{
  const char *words = envoi_account_row_get_words (self->account);
  const char *reason = envoi_account_get_state_reason (self->account);
  gboolean is_ready = envoi_account_get_state (self->account) == ENVOI_ACCOUNT_READY &&
                      envoi_account_is_enabled (self->account);
  g_autofree char *subtitle = NULL;

  subtitle = is_ready || !reason ? g_strdup (words) : g_strdup_printf ("%s\n%s", words, reason);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self),
                                 envoi_account_get_email (self->account));
  if (self->is_preferred) {
    g_autofree char *words_alone = g_steal_pointer (&subtitle);

    /* Translators: %s says how an account stands, as in "Ready" */
    subtitle = g_strdup_printf (_("%s · for new letters"), words_alone);
  }
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);

  gtk_image_set_from_icon_name (self->state_icon,
                                is_ready ? "object-select-symbolic" : "dialog-warning-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_icon), (const char *[]) {
    is_ready ? "success" : "warning", NULL
  });
  envoi_order_row_set_fixed (ENVOI_ORDER_ROW (self), envoi_account_is_practice (self->account));
}

static void
envoi_account_row_dispose (GObject *object)
{
  EnvoiAccountRow *self = ENVOI_ACCOUNT_ROW (object);

  g_clear_object (&self->account_signals);
  g_clear_object (&self->account);

  G_OBJECT_CLASS (envoi_account_row_parent_class)->dispose (object);
}

static void
envoi_account_row_class_init (EnvoiAccountRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_account_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountRow, state_icon);
}

static void
envoi_account_row_init (EnvoiAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->account_signals = g_signal_group_new (ENVOI_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify", G_CALLBACK (show_account), self);
}

GtkWidget *
envoi_account_row_new (EnvoiAccount *account)
{
  EnvoiAccountRow *self = g_object_new (ENVOI_TYPE_ACCOUNT_ROW, NULL);

  self->account = g_object_ref (account);
  g_signal_group_set_target (self->account_signals, account);
  show_account (self);
  return GTK_WIDGET (self);
}

EnvoiAccount *
envoi_account_row_get_account (EnvoiAccountRow *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT_ROW (self), NULL);

  return self->account;
}

void
envoi_account_row_set_preferred (EnvoiAccountRow *self,
                                 gboolean         is_preferred)
{
  g_return_if_fail (ENVOI_IS_ACCOUNT_ROW (self));

  self->is_preferred = is_preferred;
  show_account (self);
}
