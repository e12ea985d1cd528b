/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_SETTINGS (envoi_settings_get_type ())

/* The person's settings, with the schema's defaults where the schema is not
 * installed (envoictl alone, a build tree). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSettings, envoi_settings, ENVOI, SETTINGS, GObject)

EnvoiSettings *envoi_settings_new                 (void);
/* How long a letter is held after Send, in microseconds. */
gint64         envoi_settings_get_undo_time       (EnvoiSettings *self);
/* Whether to connect to the server while a letter is written. */
gboolean       envoi_settings_has_warm_connection (EnvoiSettings *self);
/* How long the audit log is kept, in microseconds; 0 = for ever. */
gint64         envoi_settings_get_audit_time      (EnvoiSettings *self);
/* The id of the account for new letters, "" = the first one. */
char          *envoi_settings_dup_default_account (EnvoiSettings *self);
/* Whether the public database of providers may be asked about unknown domains. */
gboolean       envoi_settings_asks_provider_database (EnvoiSettings *self);
/* Whether people from the desktop's address books are offered. */
gboolean       envoi_settings_uses_desktop_contacts (EnvoiSettings *self);
void           envoi_settings_set_default_account (EnvoiSettings *self,
                                                   const char    *account_id);
/* The person's own client ids, a{ss}: provider -> id. (transfer full) */
GVariant      *envoi_settings_dup_client_ids      (EnvoiSettings *self);
/* NULL or "" forgets. */
void           envoi_settings_set_client_id       (EnvoiSettings *self,
                                                   const char    *oauth_id,
                                                   const char    *client_id);

G_END_DECLS
