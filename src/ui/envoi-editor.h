/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include <jsc/jsc.h>
#include "envoi-editor-engine.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_EDITOR (envoi_editor_get_type ())

/* The surface a formatted letter is written on. Nothing runs before
 * envoi_editor_start(). Properties (read-only): "html" (the letter, at most 300 ms
 * behind; "" = nothing written), "is-ready". Signals: "typed" (anything changed
 * by the person), "paste" (asks for the clipboard), "dropped" (const char *html,
 * const char *text), "leave" (gboolean back: Tab), "crashed".
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiEditor, envoi_editor, ENVOI, EDITOR, AdwBin)

/* Opens the picture with this Content-ID; sets @content_type (transfer full). */
typedef GInputStream *(*EnvoiEditorPictureFunc) (const char  *content_id,
                                                 char       **content_type,
                                                 gpointer     user_data);

EnvoiEditor  *envoi_editor_new              (void);
void          envoi_editor_set_picture_func (EnvoiEditor             *self,
                                             EnvoiEditorPictureFunc   func,
                                             gpointer                 user_data);
GInputStream *envoi_editor_open_picture     (EnvoiEditor             *self,
                                             const char              *content_id,
                                             char                   **content_type);
void          envoi_editor_start            (EnvoiEditor             *self,
                                             EnvoiEditorEngine       *engine);
gboolean      envoi_editor_is_ready         (EnvoiEditor             *self);
/* Actions named after what they do, with the state at the caret: see envoi-editor-actions.c. */
GActionGroup *envoi_editor_get_actions      (EnvoiEditor             *self);
/* Clean HTML only: envoi_html_sanitize(). Kept until the surface is ready. */
void          envoi_editor_set_html         (EnvoiEditor             *self,
                                             const char              *html);
/* The same as something a person did: undo takes it back. */
void          envoi_editor_replace_html     (EnvoiEditor             *self,
                                             const char              *html);
const char   *envoi_editor_get_html         (EnvoiEditor             *self);
/* Ends what an input method composes and returns the letter of this moment. */
void          envoi_editor_get_html_async   (EnvoiEditor             *self,
                                             GCancellable            *cancellable,
                                             GAsyncReadyCallback      callback,
                                             gpointer                 user_data);
char         *envoi_editor_get_html_finish  (EnvoiEditor             *self,
                                             GAsyncResult            *result,
                                             GError                 **error);
/* NULL before envoi_editor_start(). */
WebKitWebView *envoi_editor_get_view        (EnvoiEditor             *self);
/* 1 = as large as it arrives. Only for the eyes of whoever writes. */
void          envoi_editor_set_zoom         (EnvoiEditor             *self,
                                             double                   zoom);
/* What a context menu offers beside the engine's own items. */
void          envoi_editor_fill_menu        (EnvoiEditor             *self,
                                             WebKitContextMenu       *menu);
/* A function of our scripts; @arguments: a tuple (floating, nullable).
 * @callback: nullable. Errors: G_IO_ERROR_NOT_INITIALIZED before the surface is ready. */
void          envoi_editor_call_async       (EnvoiEditor             *self,
                                             const char              *function,
                                             GVariant                *arguments,
                                             GCancellable            *cancellable,
                                             GAsyncReadyCallback      callback,
                                             gpointer                 user_data);
JSCValue     *envoi_editor_call_finish      (EnvoiEditor             *self,
                                             GAsyncResult            *result,
                                             GError                 **error);
/* The same with nobody to listen. */
void          envoi_editor_call             (EnvoiEditor             *self,
                                             const char              *function,
                                             GVariant                *arguments);

G_END_DECLS
