/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-message-reader.h"
#include "envoi-practice-server.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PRACTICE_ITEM (envoi_practice_item_get_type ())

/* A letter in the practice inbox. Property "subject" (read-only, notify): "" until
 * the head of the file has been read. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiPracticeItem, envoi_practice_item, ENVOI, PRACTICE_ITEM, GObject)

/* @file: the .eml file of @letter. */
EnvoiPracticeItem         *envoi_practice_item_new         (const EnvoiPracticeLetter *letter,
                                                            GFile                     *file);
const EnvoiPracticeLetter *envoi_practice_item_get_letter  (EnvoiPracticeItem         *self);
const char                *envoi_practice_item_get_subject (EnvoiPracticeItem         *self);
void                       envoi_practice_item_read_async  (EnvoiPracticeItem         *self,
                                                            GCancellable              *cancellable,
                                                            GAsyncReadyCallback        callback,
                                                            gpointer                   user_data);
EnvoiMessageReader        *envoi_practice_item_read_finish (EnvoiPracticeItem         *self,
                                                            GAsyncResult              *result,
                                                            GError                   **error);

G_END_DECLS
