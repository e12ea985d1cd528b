/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_GRADUAL_LIST (envoi_gradual_list_get_type ())

/* The beginning of another list, and more of it step by step, until all is there.
 * Properties "model" (nullable), "has-more". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiGradualList, envoi_gradual_list, ENVOI, GRADUAL_LIST, GObject)

EnvoiGradualList *envoi_gradual_list_new       (void);
/* Begins anew with the first rows of @model, unless it is the same one. */
void              envoi_gradual_list_set_model (EnvoiGradualList *self,
                                                GListModel       *model);
gboolean          envoi_gradual_list_has_more  (EnvoiGradualList *self);
void              envoi_gradual_list_add_more  (EnvoiGradualList *self);

G_END_DECLS
