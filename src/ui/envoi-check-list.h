/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CHECK_LIST (envoi_check_list_get_type ())

/* The steps of an account check with a tick each; the first failure opens in place.
 * Signal "pinned": the person has chosen to trust the key of the refused certificate;
 * the account that was set has it now. */
G_DECLARE_FINAL_TYPE (EnvoiCheckList, envoi_check_list, ENVOI, CHECK_LIST, AdwBin)

/* Whose key may be pinned; NULL, as at first, when none may. */
void envoi_check_list_set_account (EnvoiCheckList  *self,
                                   EnvoiAccount    *account);
void envoi_check_list_clear    (EnvoiCheckList     *self);
/* As EnvoiCheckFunc. */
void envoi_check_list_add_step (EnvoiCheckList     *self,
                                const char         *phase,
                                EnvoiCheckState     state);
/* The end: NULL when all went well. */
void envoi_check_list_finish   (EnvoiCheckList     *self,
                                const EnvoiProblem *problem);

G_END_DECLS
