/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-identity.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

#define ENVOI_ACCOUNTS_ERROR (envoi_accounts_error_quark ())

/**
 * EnvoiAccountsError:
 * @ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN: there is no usable secret; the person must sign in
 * @ENVOI_ACCOUNTS_ERROR_INCOMPLETE: a needed setting is missing or not usable
 * @ENVOI_ACCOUNTS_ERROR_NOT_FOUND: no such account
 * @ENVOI_ACCOUNTS_ERROR_DISABLED: the person turned the account off
 */
typedef enum {
  ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
  ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
  ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
  ENVOI_ACCOUNTS_ERROR_DISABLED,
} EnvoiAccountsError;

GQuark envoi_accounts_error_quark (void);

typedef enum {
  ENVOI_ACCOUNT_READY,
  ENVOI_ACCOUNT_NEEDS_SIGN_IN,    /* secret missing or refused */
  ENVOI_ACCOUNT_KEYRING_TROUBLE,  /* the secret cannot be read now */
  ENVOI_ACCOUNT_PAUSED,           /* a provider's throttle; "paused-until" */
} EnvoiAccountState;

#define ENVOI_ACCOUNT_MOST_PER_HOUR 100000

#define ENVOI_TYPE_ACCOUNT (envoi_account_get_type ())

/* One account to send through. Properties: "id" (construct-only), "email", "name", "host", "port",
 * "security", "auth", "user" ("" = the email), "ca-file", "pinned-key", "oauth-provider", "provider-id",
 * "desktop-id" (whose secret GNOME Online Accounts keeps, "" = Envoi does),
 * "most-per-hour" (letters, 0 = what the provider allows), "default-identity" (an identity's id, "" = the main one), "is-practice", "is-enabled",
 * "is-removed" (lists leave it out; it can still be brought back), "state" (read-only, see set_state), "state-reason", "paused-until" (microseconds, 0 = not).
 * Text properties are never NULL, but may be "". "port", "security" and "auth" are integers. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAccount, envoi_account, ENVOI, ACCOUNT, GObject)

/* @id: nullable, NULL makes a random one. */
EnvoiAccount      *envoi_account_new             (const char         *id);
const char        *envoi_account_get_id          (EnvoiAccount       *self);
const char        *envoi_account_get_email       (EnvoiAccount       *self);
const char        *envoi_account_get_name        (EnvoiAccount       *self);
/* The login: "user", or the email when that is empty. */
const char        *envoi_account_get_login       (EnvoiAccount       *self);
EnvoiSmtpAuth      envoi_account_get_auth        (EnvoiAccount       *self);
/* Whether the secret is an OAuth2 token, not a password. */
gboolean           envoi_account_is_oauth        (EnvoiAccount       *self);
const char        *envoi_account_get_oauth_provider (EnvoiAccount    *self);
const char        *envoi_account_get_provider_id (EnvoiAccount       *self);
const char        *envoi_account_get_desktop_id  (EnvoiAccount       *self);
/* The person's own limit; 0 = what the provider allows. */
guint              envoi_account_get_most_per_hour (EnvoiAccount     *self);
gboolean           envoi_account_is_practice     (EnvoiAccount       *self);
EnvoiAccountState  envoi_account_get_state       (EnvoiAccount       *self);
/* The one writer of the state; refuses an edge that is not in the table. */
void               envoi_account_set_state       (EnvoiAccount       *self,
                                                  EnvoiAccountState   state,
                                                  const char         *reason);
/* Nullable: a sentence for the person while the state is not READY. */
const char        *envoi_account_get_state_reason (EnvoiAccount      *self);
/* PAUSED until then (microseconds since the epoch); leaving PAUSED clears it. */
void               envoi_account_pause           (EnvoiAccount       *self,
                                                  gint64              until_us,
                                                  const char         *reason);
/* Errors: INCOMPLETE with a sentence that names the field. */
EnvoiSmtpEndpoint *envoi_account_dup_endpoint    (EnvoiAccount       *self,
                                                  GError            **error);
/* What is wrong with the settings, for a form: sets @field to a property name. */
gboolean           envoi_account_check           (EnvoiAccount       *self,
                                                  const char        **field,
                                                  GError            **error);
/* "Li Lei <lilei@qq.com>", the default identity */
char              *envoi_account_format_from     (EnvoiAccount       *self);
/* Whether the person lets it send. A disabled account's letters wait. */
gboolean           envoi_account_is_enabled      (EnvoiAccount       *self);

/* Of EnvoiIdentity, never empty: the first is the main one, whose "address" and "name" are the
 * account's "email" and "name". */
GListModel        *envoi_account_get_identities  (EnvoiAccount       *self);
/* The one for new letters; never NULL. */
EnvoiIdentity     *envoi_account_get_default_identity (EnvoiAccount  *self);
/* By id; nullable. */
EnvoiIdentity     *envoi_account_get_identity    (EnvoiAccount       *self,
                                                  const char         *id);
/* Whose letter it is: @from as formatted, or an address alone. Nullable. */
EnvoiIdentity     *envoi_account_find_identity   (EnvoiAccount       *self,
                                                  const char         *from);
/* Adds @identity, or gives the one of its id the same settings. */
void               envoi_account_put_identity    (EnvoiAccount       *self,
                                                  EnvoiIdentity      *identity);
/* FALSE: it is the main one, or unknown. */
gboolean           envoi_account_remove_identity (EnvoiAccount       *self,
                                                  const char         *id);
/* @position: from 1. FALSE: out of range, or it is the main one, which stays the first, or unknown. */
gboolean           envoi_account_place_identity  (EnvoiAccount       *self,
                                                  const char         *id,
                                                  guint               position);
/* A working copy with the same id, for a form; its state is READY. (transfer full) */
EnvoiAccount      *envoi_account_copy            (EnvoiAccount       *self);
/* The same settings under another id, NULL makes a random one. (transfer full) */
EnvoiAccount      *envoi_account_copy_as         (EnvoiAccount       *self,
                                                  const char         *id);
/* Whether two addresses are one mailbox: the domain has no case (RFC 5321 section 2.4). */
gboolean           envoi_account_is_same_address (const char         *a,
                                                  const char         *b);

G_END_DECLS
