/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_DESKTOP_LIST (envoi_desktop_list_get_type ())

/* The mail accounts that the desktop has and Envoi has not, to be taken by one click; hidden
 * without any. Signal: "chosen" with an EnvoiDesktopAccount (pointer, for the call). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDesktopList, envoi_desktop_list, ENVOI, DESKTOP_LIST, AdwBin)

void envoi_desktop_list_begin (EnvoiDesktopList *self,
                               EnvoiService     *service);

G_END_DECLS
