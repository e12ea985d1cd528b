/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-provider-table.h"
#include "envoi-secret.h"

G_BEGIN_DECLS

/* Whether Envoi can send by an account of the desktop. */
typedef enum {
  ENVOI_DESKTOP_USABLE,
  ENVOI_DESKTOP_NEEDS_ATTENTION,   /* the person must sign in again in the desktop's settings */
  ENVOI_DESKTOP_OTHER_WAY,         /* its permission is not for SMTP (Microsoft 365: Graph) */
  ENVOI_DESKTOP_NO_TLS,
} EnvoiDesktopUse;

/**
 * EnvoiDesktopAccount:
 *
 * A mail account that GNOME Online Accounts has, as it says it is.
 *
 * Thread: any (immutable, owned by its array)
 */
typedef struct {
  char              *id;             /* GNOME's, "account_1700000000_0" */
  char              *provider_name;  /* "Google" */
  char              *email;
  char              *name;           /* nullable */
  char              *user;
  char              *host;           /* nullable, as the use has it */
  guint16            port;
  EnvoiSmtpSecurity  security;
  gboolean           has_token;      /* an OAuth2 token, not a password */
  EnvoiDesktopUse    use;
} EnvoiDesktopAccount;

void envoi_desktop_account_free  (EnvoiDesktopAccount        *self);
/* Gives an account the address, the server, and where its secret is. @providers may know whom to
 * trust there. */
void envoi_desktop_account_apply (const EnvoiDesktopAccount  *self,
                                  EnvoiProviderTable         *providers,
                                  EnvoiAccount               *account);

#define ENVOI_TYPE_DESKTOP_ACCOUNTS (envoi_desktop_accounts_get_type ())

/* The accounts of the desktop (GNOME Online Accounts, org.gnome.OnlineAccounts on the session
 * bus). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDesktopAccounts, envoi_desktop_accounts, ENVOI, DESKTOP_ACCOUNTS,
                      GObject)

EnvoiDesktopAccounts *envoi_desktop_accounts_new           (void);
/* (element-type EnvoiDesktopAccount): empty where there is no such service. Errors: cancelled */
void                  envoi_desktop_accounts_list_async    (EnvoiDesktopAccounts *self,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
GPtrArray            *envoi_desktop_accounts_list_finish   (EnvoiDesktopAccounts *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
/* The token or password of an account with a "desktop-id". @refused (nullable): the one the mail
 * server just refused. Errors: ACCOUNTS_NEEDS_SIGN_IN, OAUTH_UNREACHABLE, SECRETS_UNAVAILABLE,
 * cancelled */
void                  envoi_desktop_accounts_secret_async  (EnvoiDesktopAccounts *self,
                                                            EnvoiAccount         *account,
                                                            EnvoiSecret          *refused,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
EnvoiSecret          *envoi_desktop_accounts_secret_finish (EnvoiDesktopAccounts *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
/* Opens the desktop's settings at an account (nullable: at all of them). */
void                  envoi_desktop_accounts_open_settings (EnvoiDesktopAccounts *self,
                                                            const char           *id);

G_END_DECLS
