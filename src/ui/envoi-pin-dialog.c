/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-pin-dialog.h"

#include "envoi-certificate-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* Nobody hits so many digits of the fingerprint by chance. */
#define TYPED_DIGITS 8

/**
 * EnvoiPinDialog:
 *
 * Shows the certificate that a server showed, and lets its key be trusted only
 * by somebody who compares it: the end of the fingerprint is to be typed.
 *
 * Thread: main
 */
struct _EnvoiPinDialog {
  AdwWindow parent_instance;

  char        *key;          /* "sha256:" and 64 digits */

  GtkLabel    *explanation;
  GtkLabel    *details;
  AdwEntryRow *digits;
  GtkWidget   *trust_button;
};

G_DEFINE_FINAL_TYPE (EnvoiPinDialog, envoi_pin_dialog, ADW_TYPE_WINDOW)

enum {
  SIGNAL_ACCEPTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Digits may be typed as they are shown, in groups. */
static gboolean
is_end_of_key (EnvoiPinDialog *self)
{
  g_autofree char *typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->digits)));
  g_auto (GStrv) groups = g_strsplit_set (typed, " \t", -1);
  g_autofree char *digits = g_strjoinv ("", groups);

  return strlen (digits) == TYPED_DIGITS &&
         g_ascii_strcasecmp (digits, self->key + strlen (self->key) - TYPED_DIGITS) == 0;
}

static void
changed_cb (EnvoiPinDialog *self)
{
  gtk_widget_set_sensitive (self->trust_button, is_end_of_key (self));
}

static void
trust_cb (EnvoiPinDialog *self)
{
  if (!is_end_of_key (self))
    return;

  g_signal_emit (self, signals[SIGNAL_ACCEPTED], 0);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
envoi_pin_dialog_finalize (GObject *object)
{
  g_free (ENVOI_PIN_DIALOG (object)->key);

  G_OBJECT_CLASS (envoi_pin_dialog_parent_class)->finalize (object);
}

static void
envoi_pin_dialog_class_init (EnvoiPinDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = envoi_pin_dialog_finalize;

  signals[SIGNAL_ACCEPTED] = g_signal_new ("accepted", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-pin-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPinDialog, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPinDialog, details);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPinDialog, digits);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPinDialog, trust_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, trust_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
envoi_pin_dialog_init (EnvoiPinDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->digits));
}

GtkWidget *
envoi_pin_dialog_new (GtkWindow                   *parent,
                      const EnvoiCertificateFacts *facts)
{
  EnvoiPinDialog *self = g_object_new (ENVOI_TYPE_PIN_DIALOG, "transient-for", parent, NULL);
  g_autofree char *details = envoi_certificate_words_format_details (facts);
  g_autofree char *explanation = NULL;

  /* Translators: %s is the name of a server */
  explanation = g_strdup_printf (_("Only if you have this key from whoever runs %s, by a way other "
                                   "than this connection. From then on this account trusts the "
                                   "key there, whatever its certificate says, and no other."),
                                 facts->host);
  self->key = g_strdup (facts->key);
  gtk_label_set_label (self->explanation, explanation);
  gtk_label_set_label (self->details, details);
  gtk_widget_grab_focus (GTK_WIDGET (self->digits));
  return GTK_WIDGET (self);
}
