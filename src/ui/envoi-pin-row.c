/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-pin-row.h"

#include "envoi-account-pin.h"
#include "envoi-certificate-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiPinRow:
 *
 * The one key that an account trusts, and the way to revoke that. What it does
 * to the account becomes lasting when whoever owns the account saves it.
 *
 * Thread: main
 */
struct _EnvoiPinRow {
  AdwActionRow parent_instance;

  EnvoiAccount *account;
};

G_DEFINE_FINAL_TYPE (EnvoiPinRow, envoi_pin_row, ADW_TYPE_ACTION_ROW)

static void
revoke_cb (EnvoiPinRow *self)
{
  envoi_account_pin (self->account, NULL);
  envoi_pin_row_show (self, self->account);
}

static void
envoi_pin_row_dispose (GObject *object)
{
  g_clear_object (&ENVOI_PIN_ROW (object)->account);

  G_OBJECT_CLASS (envoi_pin_row_parent_class)->dispose (object);
}

static void
envoi_pin_row_class_init (EnvoiPinRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_pin_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-pin-row.ui");
  gtk_widget_class_bind_template_callback (widget_class, revoke_cb);
}

static void
envoi_pin_row_init (EnvoiPinRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_pin_row_show (EnvoiPinRow  *self,
                    EnvoiAccount *account)
{
  g_autofree char *pin = envoi_account_dup_pin (account);
  g_autofree char *key = pin ? envoi_certificate_words_format_key (pin) : NULL;

  g_return_if_fail (ENVOI_IS_PIN_ROW (self));

  g_set_object (&self->account, account);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), key ? key :
                               _("Was for another server or port, and is of no effect here"));
  gtk_widget_set_visible (GTK_WIDGET (self), envoi_account_has_pin (account));
}
