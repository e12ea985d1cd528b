/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_DEVICE_CODE_BOX (envoi_device_code_box_get_type ())

/* Signing in on another screen: the code, the page for it, and the wait. Signal: "ended" with a
 * GError, NULL when it worked; not after envoi_device_code_box_stop(). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDeviceCodeBox, envoi_device_code_box, ENVOI, DEVICE_CODE_BOX, AdwBin)

void envoi_device_code_box_begin (EnvoiDeviceCodeBox *self,
                                  EnvoiService       *service,
                                  EnvoiAccount       *account);
void envoi_device_code_box_stop  (EnvoiDeviceCodeBox *self);

G_END_DECLS
