/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-clock.h"
#include "envoi-letter.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_TOASTS (envoi_toasts_get_type ())

/* The window's toasts. Signals: "undo-send" (const char *letter_id), "undo-delete" (letter_id),
 * "delete" (letter_id): the time to undo a deletion is over. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiToasts, envoi_toasts, ENVOI, TOASTS, GObject)

EnvoiToasts *envoi_toasts_new          (AdwToastOverlay *overlay);
void         envoi_toasts_tell         (EnvoiToasts     *self,
                                        const char      *sentence);
/* Counts the undo time down, until @letter is on its way. */
void         envoi_toasts_show_sending (EnvoiToasts     *self,
                                        EnvoiLetter     *letter,
                                        EnvoiClock      *clock);
void         envoi_toasts_show_deleted (EnvoiToasts     *self,
                                        const char      *letter_id);
/* What is only hidden is deleted now: the window closes. */
void         envoi_toasts_flush        (EnvoiToasts     *self);

G_END_DECLS
