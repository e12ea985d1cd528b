/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-practice-mailbox.h"

G_BEGIN_DECLS

/* One letter on its way in: envelope, bytes, end. */
typedef struct _EnvoiPracticeTransaction EnvoiPracticeTransaction;

EnvoiPracticeTransaction *envoi_practice_transaction_new           (EnvoiPracticeMailbox      *mailbox,
                                                                    guint64                    max_size);
void                      envoi_practice_transaction_free          (EnvoiPracticeTransaction  *self);
const char               *envoi_practice_transaction_set_sender    (EnvoiPracticeTransaction  *self,
                                                                    const char                *argument);
const char               *envoi_practice_transaction_add_recipient (EnvoiPracticeTransaction  *self,
                                                                    const char                *argument);
void                      envoi_practice_transaction_begin_sync    (EnvoiPracticeTransaction  *self,
                                                                    gboolean                   is_dotted);
gsize                     envoi_practice_transaction_feed_sync     (EnvoiPracticeTransaction  *self,
                                                                    const guint8              *bytes,
                                                                    gsize                      length);
gboolean                  envoi_practice_transaction_has_ended     (EnvoiPracticeTransaction  *self);
gboolean                  envoi_practice_transaction_is_fatal      (EnvoiPracticeTransaction  *self);
gboolean                  envoi_practice_transaction_is_lost       (EnvoiPracticeTransaction  *self);
const char               *envoi_practice_transaction_get_refusal   (EnvoiPracticeTransaction  *self);
EnvoiPracticeLetter      *envoi_practice_transaction_finish_sync   (EnvoiPracticeTransaction  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeTransaction, envoi_practice_transaction_free)

G_END_DECLS
