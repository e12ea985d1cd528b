/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account-job-private.h"
#include "envoi-account-list.h"

G_BEGIN_DECLS

void envoi_account_list_begin (EnvoiAccountList    *self,
                               EnvoiAccountJobKind  kind,
                               EnvoiAccount        *account,
                               const char *const   *ids,
                               GTask               *task);

G_END_DECLS
