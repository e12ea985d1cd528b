/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-device-code-box.h"

#include "envoi-browser.h"

#include <glib/gi18n.h>

/**
 * EnvoiDeviceCodeBox:
 *
 * The device authorization grant (RFC 8628) as a person meets it: a code to
 * type on a page, on this screen or any other, and a wait that ends by itself.
 *
 * Thread: main
 */
struct _EnvoiDeviceCodeBox {
  AdwBin parent_instance;

  GCancellable *cancellable;   /* nullable: while one waits */
  char         *address;       /* nullable: the page for the code */
  char         *code;          /* nullable */

  GtkLabel     *explanation;
  GtkLabel     *code_label;
  GtkWidget    *open_button;
  GtkWidget    *copy_button;
  GtkSpinner   *spinner;
  GtkLabel     *status;
};

G_DEFINE_FINAL_TYPE (EnvoiDeviceCodeBox, envoi_device_code_box, ADW_TYPE_BIN)

enum {
  SIGNAL_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_code (EnvoiDeviceCodeBox *self,
           const char         *address,
           const char         *code)
{
  g_autofree char *text = NULL;

  g_free (self->address);
  self->address = g_strdup (address);
  g_free (self->code);
  self->code = g_strdup (code);

  if (address)
    /* Translators: %s is the address of a page */
    text = g_strdup_printf (_("Open %s on this screen or any other, and type this code there:"),
                            address);
  gtk_label_set_label (self->explanation, text ? text : _("Asking for a code…"));
  gtk_label_set_label (self->code_label, code ? code : "");
  gtk_label_set_label (self->status, code ? _("Waiting until you have agreed there…") : "");
  gtk_widget_set_sensitive (self->open_button, address != NULL);
  gtk_widget_set_sensitive (self->copy_button, code != NULL);
}

static void
copy_cb (EnvoiDeviceCodeBox *self)
{
  if (self->code)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->code);
}

/* The code is in the clipboard when its page asks for it. */
static void
open_cb (EnvoiDeviceCodeBox *self)
{
  g_autoptr (GError) error = NULL;

  copy_cb (self);
  if (!envoi_browser_open (self->address, &error))
    gtk_label_set_label (self->status, _("The browser could not be opened."));
}

static void
got_code_cb (const char *address,
             const char *code,
             gpointer    user_data)
{
  EnvoiDeviceCodeBox *self = user_data;

  if (!self->cancellable)
    return;

  show_code (self, address, code);
  gtk_widget_grab_focus (self->open_button);
}

static void
did_sign_in (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiDeviceCodeBox) self = user_data;
  g_autoptr (GError) error = NULL;

  envoi_service_sign_in_device_finish (ENVOI_SERVICE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->cancellable)
    return;

  envoi_device_code_box_stop (self);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, error);
}

static void
envoi_device_code_box_dispose (GObject *object)
{
  EnvoiDeviceCodeBox *self = ENVOI_DEVICE_CODE_BOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->code, g_free);

  G_OBJECT_CLASS (envoi_device_code_box_parent_class)->dispose (object);
}

static void
envoi_device_code_box_class_init (EnvoiDeviceCodeBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_device_code_box_dispose;

  signals[SIGNAL_ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-device-code-box.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, code_label);
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, open_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, copy_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiDeviceCodeBox, status);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
envoi_device_code_box_init (EnvoiDeviceCodeBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_device_code_box_begin (EnvoiDeviceCodeBox *self,
                             EnvoiService       *service,
                             EnvoiAccount       *account)
{
  g_return_if_fail (ENVOI_IS_DEVICE_CODE_BOX (self));

  envoi_device_code_box_stop (self);
  show_code (self, NULL, NULL);
  gtk_spinner_start (self->spinner);
  self->cancellable = g_cancellable_new ();
  envoi_service_sign_in_device_async (service, account, got_code_cb, self, self->cancellable,
                                      did_sign_in, g_object_ref (self));
}

void
envoi_device_code_box_stop (EnvoiDeviceCodeBox *self)
{
  g_return_if_fail (ENVOI_IS_DEVICE_CODE_BOX (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_spinner_stop (self->spinner);
}
