/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* The longer side of a picture that was made smaller: enough for a screen. */
#define ENVOI_SHRINK_PIXELS 2048u

/* Pictures of a letter (element-type EnvoiAttachment) made smaller, one after the other beside
 * the window's work. @progress: how many are done; nullable. Thread: main */
void       envoi_shrink_pictures_async  (EnvoiService          *service,
                                         GPtrArray             *pictures,
                                         GFileProgressCallback  progress,
                                         gpointer               progress_data,
                                         GCancellable          *cancellable,
                                         GAsyncReadyCallback    callback,
                                         gpointer               user_data);
/* (transfer full) (element-type EnvoiAttachment): one for each, the same where it would not be
 * smaller or cannot be read. Errors: CANCELLED, NO_SPACE */
GPtrArray *envoi_shrink_pictures_finish (GAsyncResult          *result,
                                         GError               **error);

G_END_DECLS
