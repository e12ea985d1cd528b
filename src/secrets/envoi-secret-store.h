/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-secret.h"

G_BEGIN_DECLS

#define ENVOI_SECRETS_ERROR (envoi_secrets_error_quark ())

/**
 * EnvoiSecretsError:
 * @ENVOI_SECRETS_ERROR_UNAVAILABLE: no keyring service on this system or session
 * @ENVOI_SECRETS_ERROR_LOCKED: the keyring is locked and was not unlocked
 * @ENVOI_SECRETS_ERROR_DENIED: the service refused
 * @ENVOI_SECRETS_ERROR_NOT_FOUND: no such secret
 */
typedef enum {
  ENVOI_SECRETS_ERROR_UNAVAILABLE,
  ENVOI_SECRETS_ERROR_LOCKED,
  ENVOI_SECRETS_ERROR_DENIED,
  ENVOI_SECRETS_ERROR_NOT_FOUND,
} EnvoiSecretsError;

GQuark envoi_secrets_error_quark (void);

typedef enum {
  ENVOI_SECRET_PASSWORD,       /* password, authorization code, app password */
  ENVOI_SECRET_REFRESH_TOKEN,
  ENVOI_SECRET_CLIENT_SECRET,
} EnvoiSecretKind;

#define ENVOI_TYPE_SECRET_STORE (envoi_secret_store_get_type ())

/* Where secrets rest. Keyed by account id and kind. Thread: main; nothing blocks it. */
G_DECLARE_INTERFACE (EnvoiSecretStore, envoi_secret_store, ENVOI, SECRET_STORE, GObject)

struct _EnvoiSecretStoreInterface {
  GTypeInterface parent_iface;

  void         (*lookup_async)  (EnvoiSecretStore     *self,
                                 const char           *account_id,
                                 EnvoiSecretKind       kind,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  EnvoiSecret *(*lookup_finish) (EnvoiSecretStore     *self,
                                 GAsyncResult         *result,
                                 GError              **error);
  void         (*store_async)   (EnvoiSecretStore     *self,
                                 const char           *account_id,
                                 EnvoiSecretKind       kind,
                                 const char           *label,
                                 EnvoiSecret          *secret,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  gboolean     (*store_finish)  (EnvoiSecretStore     *self,
                                 GAsyncResult         *result,
                                 GError              **error);
  void         (*clear_async)   (EnvoiSecretStore     *self,
                                 const char           *account_id,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  gboolean     (*clear_finish)  (EnvoiSecretStore     *self,
                                 GAsyncResult         *result,
                                 GError              **error);
};

void         envoi_secret_store_lookup_async  (EnvoiSecretStore     *self,
                                               const char           *account_id,
                                               EnvoiSecretKind       kind,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
EnvoiSecret *envoi_secret_store_lookup_finish (EnvoiSecretStore     *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void         envoi_secret_store_store_async   (EnvoiSecretStore     *self,
                                               const char           *account_id,
                                               EnvoiSecretKind       kind,
                                               const char           *label,
                                               EnvoiSecret          *secret,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean     envoi_secret_store_store_finish  (EnvoiSecretStore     *self,
                                               GAsyncResult         *result,
                                               GError              **error);
/* All kinds of one account. */
void         envoi_secret_store_clear_async   (EnvoiSecretStore     *self,
                                               const char           *account_id,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean     envoi_secret_store_clear_finish  (EnvoiSecretStore     *self,
                                               GAsyncResult         *result,
                                               GError              **error);

/* The Secret Service, or the portal's file back end inside a sandbox. */
EnvoiSecretStore *envoi_libsecret_store_new (void);
/* For this session only: nothing is written anywhere. */
EnvoiSecretStore *envoi_memory_secret_store_new (void);
/* @primary, and while it is UNAVAILABLE, LOCKED or DENIED this session's memory; property
 * "is-degraded" with "reason" tells the window to say so. */
EnvoiSecretStore *envoi_fallback_secret_store_new (EnvoiSecretStore *primary);

G_END_DECLS
