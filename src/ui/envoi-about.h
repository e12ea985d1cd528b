/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @service: nullable; what a report of a fault wants to know of it can be copied there. */
void envoi_about_show (GtkWindow    *parent,
                       EnvoiService *service);

G_END_DECLS
