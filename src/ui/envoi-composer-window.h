/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-application.h"
#include "envoi-draft.h"
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_COMPOSER_WINDOW (envoi_composer_window_get_type ())

/* One letter being written. Signal "sent" (const char *letter_id): the letter is
 * durable, the window goes. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiComposerWindow, envoi_composer_window, ENVOI, COMPOSER_WINDOW,
                      AdwApplicationWindow)

/* Without a letter, for envoi_composer_window_set_up(): what takes time has been done. */
EnvoiComposerWindow *envoi_composer_window_new       (void);
/* Once. @app, @service: nullable, for a template's test. */
void                 envoi_composer_window_set_up    (EnvoiComposerWindow *self,
                                                      EnvoiApplication    *app,
                                                      EnvoiService        *service,
                                                      EnvoiDraft          *draft);
EnvoiDraft          *envoi_composer_window_get_draft (EnvoiComposerWindow *self);
/* As if the files had been chosen. (element-type GFile) */
void                 envoi_composer_window_attach    (EnvoiComposerWindow *self,
                                                      GListModel          *files);
/* Whoever asked for this letter wants a file attached; only the person attaches it. */
void                 envoi_composer_window_want_file (EnvoiComposerWindow *self,
                                                      const char          *name);
/* Packs the files of the letter into one, beside the person's work, and tells what has come of
 * it; it can be undone. */
void                 envoi_composer_window_compress  (EnvoiComposerWindow *self);

G_END_DECLS
