/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-practice-stream.h"

G_BEGIN_DECLS

typedef struct _EnvoiPracticeScript EnvoiPracticeScript;

EnvoiPracticeScript *envoi_practice_script_parse       (const char                        *text,
                                                        GError                           **error);
void                 envoi_practice_script_free        (EnvoiPracticeScript               *self);
void                 envoi_practice_script_play_sync   (EnvoiPracticeScript               *self,
                                                        EnvoiPracticeStream               *stream,
                                                        gnutls_certificate_credentials_t   credentials);
char                *envoi_practice_script_dup_failure (EnvoiPracticeScript               *self);
gboolean             envoi_practice_script_has_ended   (EnvoiPracticeScript               *self);
guint                envoi_practice_script_get_line    (EnvoiPracticeScript               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeScript, envoi_practice_script_free)

G_END_DECLS
