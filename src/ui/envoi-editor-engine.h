/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "envoi-web.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_EDITOR_ENGINE (envoi_editor_engine_get_type ())

/* What all writing surfaces of the program share: one web context, one
 * ephemeral session that reaches no network, our scripts. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiEditorEngine, envoi_editor_engine, ENVOI, EDITOR_ENGINE, GObject)

/* The script world that only our scripts run in. */
#define ENVOI_EDITOR_WORLD "envoi"

EnvoiEditorEngine *envoi_editor_engine_new         (void);
/* The engine of @application, made on first use and kept while somebody holds
 * it. (transfer full); @application: nullable, an engine of one's own. */
EnvoiEditorEngine *envoi_editor_engine_dup_for     (GApplication      *application);
/* Loads the web engine, once. Errors: as envoi_web_load_finish() */
void               envoi_editor_engine_prepare_async  (EnvoiEditorEngine    *self,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean           envoi_editor_engine_prepare_finish (EnvoiEditorEngine    *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* The page that a view loads. */
const char        *envoi_editor_engine_get_page    (EnvoiEditorEngine *self);
/* A view without content, after that; (transfer floating). */
WebKitWebView     *envoi_editor_engine_create_view (EnvoiEditorEngine *self);

G_END_DECLS
