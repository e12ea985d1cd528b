/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-editor.h"

G_BEGIN_DECLS

/* Fills @actions with the commands of @self. */
void envoi_editor_add_actions   (EnvoiEditor        *self,
                                 GSimpleActionGroup *actions);
/* Brings their states to what the caret stands in. */
void envoi_editor_apply_state   (GSimpleActionGroup *actions,
                                 JSCValue           *state);
void envoi_editor_enable_actions (GSimpleActionGroup *actions,
                                 gboolean            is_enabled);

G_END_DECLS
