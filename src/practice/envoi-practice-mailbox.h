/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-practice-server.h"

G_BEGIN_DECLS

typedef struct _EnvoiPracticeMailbox EnvoiPracticeMailbox;
typedef struct _EnvoiPracticeDelivery EnvoiPracticeDelivery;

EnvoiPracticeMailbox  *envoi_practice_mailbox_new_sync        (const char             *folder,
                                                               GError                **error);
void                   envoi_practice_mailbox_free            (EnvoiPracticeMailbox   *self);
GPtrArray             *envoi_practice_mailbox_list_sync       (const char             *folder,
                                                               GError                **error);
gboolean               envoi_practice_mailbox_is_letter_name  (const char             *name);

EnvoiPracticeDelivery *envoi_practice_delivery_new_sync       (EnvoiPracticeMailbox   *mailbox,
                                                               GError                **error);
gboolean               envoi_practice_delivery_write_sync     (EnvoiPracticeDelivery  *self,
                                                               const guint8           *bytes,
                                                               gsize                   length,
                                                               GError                **error);
EnvoiPracticeLetter   *envoi_practice_delivery_commit_sync    (EnvoiPracticeDelivery  *self,
                                                               const char             *sender,
                                                               const char *const      *recipients,
                                                               GError                **error);
void                   envoi_practice_delivery_free           (EnvoiPracticeDelivery  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeLetter, envoi_practice_letter_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeMailbox, envoi_practice_mailbox_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeDelivery, envoi_practice_delivery_free)

G_END_DECLS
