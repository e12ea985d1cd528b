/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-letter-record.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER (envoi_letter_get_type ())

/* What the window shows of one letter: a projection of its record, with live
 * progress. Properties (read-only, notify): "id", "state", "subject", "to-line", "account-id",
 * "created", "changed", "hold-until", "next-try", "progress" (0..1, -1 = not sending), "is-handed-over",
 * "size". "record" gives the rest. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiLetter, envoi_letter, ENVOI, LETTER, GObject)

const char              *envoi_letter_get_id       (EnvoiLetter *self);
EnvoiLetterState         envoi_letter_get_state    (EnvoiLetter *self);
double                   envoi_letter_get_progress (EnvoiLetter *self);
gboolean                 envoi_letter_is_handed_over (EnvoiLetter *self);
/* Borrowed, without manifest; replaced whole on every change ("record" notifies). */
const EnvoiLetterRecord *envoi_letter_get_record   (EnvoiLetter *self);

G_END_DECLS
