/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_PREVIEW_WINDOW (envoi_preview_window_get_type ())

/* A letter as it arrives, while it is written: formatted, on a wide or a narrow
 * screen, light or dark, and as plain text, which can be written by hand here.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiPreviewWindow, envoi_preview_window, ENVOI, PREVIEW_WINDOW, AdwWindow)

/* The one preview of @parent's letter. @page: "formatted" or "plain".
 * @service: nullable, then pictures are missing. */
EnvoiPreviewWindow *envoi_preview_window_open (GtkWindow    *parent,
                                               EnvoiService *service,
                                               EnvoiDraft   *draft,
                                               const char   *page);

G_END_DECLS
