/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-draft.h"
#include "envoi-editor.h"
#include "envoi-source-page.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_COMPOSER_BODY (envoi_composer_body_get_type ())

/* The text of a letter: formatted (a web surface) or plain (a text view, no web
 * engine). Keeps the draft's "html" and "text" up to date. Properties "is-plain",
 * "is-formatted" (the surface for formatting is shown).
 * Signal "typed". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiComposerBody, envoi_composer_body, ENVOI, COMPOSER_BODY, AdwBin)

GtkWidget     *envoi_composer_body_new          (void);
/* Shows @draft; a draft with text but no HTML is plain. */
void           envoi_composer_body_set_draft    (EnvoiComposerBody    *self,
                                                 EnvoiDraft           *draft);
EnvoiEditor   *envoi_composer_body_get_editor   (EnvoiComposerBody    *self);
/* While it is shown; else NULL. */
EnvoiSourcePage *envoi_composer_body_get_source (EnvoiComposerBody    *self);
gboolean       envoi_composer_body_is_plain     (EnvoiComposerBody    *self);
/* Turns the text into the other kind. */
void           envoi_composer_body_set_plain    (EnvoiComposerBody    *self,
                                                 gboolean              is_plain);
/* Find, zoom and the HTML source: see envoi-composer-body-actions.c. */
GActionGroup  *envoi_composer_body_get_actions  (EnvoiComposerBody    *self);
/* Brings the draft up to this moment; what an input method composes is part of it. */
void           envoi_composer_body_commit_async (EnvoiComposerBody    *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean       envoi_composer_body_commit_finish (EnvoiComposerBody   *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
/* At the caret, in either kind. */
void           envoi_composer_body_insert_text  (EnvoiComposerBody    *self,
                                                 const char           *text);
/* In the plain text: the first place that has @old, or the end when @old is "". FALSE: it
 * is not there. */
gboolean       envoi_composer_body_replace_plain (EnvoiComposerBody   *self,
                                                 const char           *old,
                                                 const char           *text);

G_END_DECLS
