/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-composer-window.h"
#include "envoi-composer-body.h"
#include "envoi-composer-fields.h"
#include "envoi-paster.h"

G_BEGIN_DECLS

/* Between the window and its actions. */
void                 envoi_composer_window_add_actions    (EnvoiComposerWindow *self);
/* @hold_until: as envoi_service_send_async() */
void                 envoi_composer_window_send           (EnvoiComposerWindow *self,
                                                           gint64               hold_until);
void                 envoi_composer_window_save           (EnvoiComposerWindow *self);
void                 envoi_composer_window_toast          (EnvoiComposerWindow *self,
                                                           const char          *text);
void                 envoi_composer_window_choose_files   (EnvoiComposerWindow *self,
                                                           gboolean             is_inline);
/* FALSE when no removal is the last thing that happened. */
gboolean             envoi_composer_window_restore_attachment (EnvoiComposerWindow *self);
void                 envoi_composer_window_start_editor   (EnvoiComposerWindow *self);
EnvoiComposerBody   *envoi_composer_window_get_body       (EnvoiComposerWindow *self);
EnvoiComposerFields *envoi_composer_window_get_fields     (EnvoiComposerWindow *self);
EnvoiPaster         *envoi_composer_window_get_paster     (EnvoiComposerWindow *self);   /* nullable */
GMenu               *envoi_composer_window_get_later_menu (EnvoiComposerWindow *self);

G_END_DECLS
