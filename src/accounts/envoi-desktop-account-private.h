/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-desktop-accounts.h"

G_BEGIN_DECLS

EnvoiDesktopAccount *envoi_desktop_account_parse (GVariant *interfaces);

G_END_DECLS
