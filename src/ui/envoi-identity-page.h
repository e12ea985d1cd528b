/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_IDENTITY_PAGE (envoi_identity_page_get_type ())

/* The form of one identity, with its signature as it will look. Signals "finished", and
 * "told" (const char *) for a sentence that belongs in a toast. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiIdentityPage, envoi_identity_page, ENVOI, IDENTITY_PAGE, AdwBin)

/* @identity: one of @account's, or NULL for a new one. */
GtkWidget *envoi_identity_page_new (EnvoiService   *service,
                                    EnvoiAccount   *account,
                                    EnvoiIdentity  *identity);

G_END_DECLS
