/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account-list.h"
#include "envoi-clock.h"
#include "envoi-credential-source.h"
#include "envoi-deliverer.h"
#include "envoi-provider-table.h"
#include "envoi-store.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SMTP_DELIVERER (envoi_smtp_deliverer_get_type ())

/* The outbox's way into the world: credentials on the main thread, then the
 * account's couriers, each a thread with one connection. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSmtpDeliverer, envoi_smtp_deliverer, ENVOI, SMTP_DELIVERER, GObject)

EnvoiSmtpDeliverer *envoi_smtp_deliverer_new         (EnvoiAccountList       *accounts,
                                                      EnvoiProviderTable     *providers,
                                                      EnvoiCredentialSource  *credentials,
                                                      EnvoiStore             *store,
                                                      EnvoiClock             *clock);
/* Connects and signs in ahead of a letter of @account; a failure is not told. */
void                envoi_smtp_deliverer_warm_up     (EnvoiSmtpDeliverer     *self,
                                                      EnvoiAccount           *account);
/* The network is another one: connections that lie idle are let go. */
void                envoi_smtp_deliverer_forget_idle (EnvoiSmtpDeliverer     *self);
/* Lets warm connections go; finished when no courier is left. */
void                envoi_smtp_deliverer_stop_async  (EnvoiSmtpDeliverer     *self,
                                                      GAsyncReadyCallback     callback,
                                                      gpointer                user_data);
gboolean            envoi_smtp_deliverer_stop_finish (EnvoiSmtpDeliverer     *self,
                                                      GAsyncResult           *result,
                                                      GError                **error);

G_END_DECLS
