/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CHECK_LIST (envoi_check_list_get_type ())

/* The steps of an account check with a tick each; the first failure opens in place. */
G_DECLARE_FINAL_TYPE (EnvoiCheckList, envoi_check_list, ENVOI, CHECK_LIST, AdwBin)

void envoi_check_list_clear    (EnvoiCheckList     *self);
/* As EnvoiCheckFunc. */
void envoi_check_list_add_step (EnvoiCheckList     *self,
                                const char         *phase,
                                EnvoiCheckState     state);
/* The end: NULL when all went well. */
void envoi_check_list_finish   (EnvoiCheckList     *self,
                                const EnvoiProblem *problem);

G_END_DECLS
