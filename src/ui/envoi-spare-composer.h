/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-composer-window.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SPARE_COMPOSER (envoi_spare_composer_get_type ())

/* A composer made ahead, for a letter that is known to be wanted. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSpareComposer, envoi_spare_composer, ENVOI, SPARE_COMPOSER, GObject)

EnvoiSpareComposer  *envoi_spare_composer_new  (void);
/* Makes it when the main loop has nothing else to do. */
void                 envoi_spare_composer_make (EnvoiSpareComposer *self);
/* (transfer none): a composer without a letter; a new one when none was made ahead. */
EnvoiComposerWindow *envoi_spare_composer_take (EnvoiSpareComposer *self);
/* Nobody wants it after all. */
void                 envoi_spare_composer_drop (EnvoiSpareComposer *self);

G_END_DECLS
