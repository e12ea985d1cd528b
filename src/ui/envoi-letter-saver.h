/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-service.h"

G_BEGIN_DECLS

/* @sentence: what came of it. */
typedef void (*EnvoiLetterSavedFunc) (const char *sentence,
                                      gpointer    user_data);

/* Asks where, then writes @letter there as a message file. @told is not called when the
 * person changes his mind; @parent lives while the question is open. Thread: main */
void envoi_letter_saver_ask (GtkWindow            *parent,
                             EnvoiService         *service,
                             EnvoiLetter          *letter,
                             EnvoiLetterSavedFunc  told,
                             GObject              *owner);
/* (transfer full): "Subject.eml", without what a file name may not have. Pure. */
char *envoi_letter_saver_format_name (const char *subject);

G_END_DECLS
