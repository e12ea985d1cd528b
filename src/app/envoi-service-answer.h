/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-answer.h"
#include "envoi-service.h"

G_BEGIN_DECLS

/* A message in a file, taken apart on a worker. Errors: REFUSED_INPUT, TOO_LARGE, G_IO_ERROR_* */
void                envoi_service_read_message_async   (EnvoiService         *self,
                                                        GFile                *file,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
EnvoiMessageReader *envoi_service_read_message_finish  (EnvoiService         *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);
/* A draft that answers, passes on or repeats a letter; nothing is saved yet. The
 * account is the one that wrote the letter or got it. Errors: CORRUPT, NO_SPACE,
 * G_IO_ERROR_NOT_FOUND, and those of reading */
void                envoi_service_answer_letter_async  (EnvoiService         *self,
                                                        const char           *letter_id,
                                                        EnvoiAnswerKind       kind,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
void                envoi_service_answer_message_async (EnvoiService         *self,
                                                        EnvoiMessageReader   *message,
                                                        EnvoiAnswerKind       kind,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
EnvoiDraft         *envoi_service_answer_finish        (EnvoiService         *self,
                                                        GAsyncResult         *result,
                                                        GError              **error);

G_END_DECLS
