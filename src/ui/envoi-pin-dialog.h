/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-certificate-facts.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PIN_DIALOG (envoi_pin_dialog_get_type ())

/* Signal "accepted": the person has typed the end of the fingerprint. */
G_DECLARE_FINAL_TYPE (EnvoiPinDialog, envoi_pin_dialog, ENVOI, PIN_DIALOG, AdwWindow)

GtkWidget *envoi_pin_dialog_new (GtkWindow                   *parent,
                                 const EnvoiCertificateFacts *facts);

G_END_DECLS
