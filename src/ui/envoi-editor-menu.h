/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "envoi-web.h"

G_BEGIN_DECLS

/* What a context menu was asked for on. */
typedef enum {
  ENVOI_EDITOR_LINK = 1 << 0,
  ENVOI_EDITOR_TABLE = 1 << 1,
  ENVOI_EDITOR_PICTURE = 1 << 2,
} EnvoiEditorTarget;

/* @editor: where "composer.*" is looked up. @actions: "format.*". */
void envoi_editor_menu_fill (WebKitContextMenu  *menu,
                             GtkWidget          *editor,
                             GSimpleActionGroup *actions,
                             EnvoiEditorTarget   target);

G_END_DECLS
