/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-capabilities.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

/**
 * EnvoiSasl:
 *
 * One attempt to sign in with one mechanism (RFC 4422). It speaks raw octets;
 * base64 and the SMTP lines around it are the machine's.
 *
 * Thread: courier
 */
typedef struct _EnvoiSasl EnvoiSasl;

EnvoiSasl   *envoi_sasl_new                  (EnvoiSmtpCredentials        *credentials,
                                              const EnvoiSmtpEndpoint     *endpoint,
                                              const EnvoiSmtpCapabilities *offers,
                                              GBytes                      *channel_binding,
                                              GError                     **error);
EnvoiSasl   *envoi_sasl_new_for_mechanism    (const char                  *name,
                                              EnvoiSmtpCredentials        *credentials,
                                              const EnvoiSmtpEndpoint     *endpoint,
                                              GBytes                      *channel_binding);
void         envoi_sasl_free                 (EnvoiSasl                   *self);
const char  *envoi_sasl_get_name             (const EnvoiSasl             *self);
gboolean     envoi_sasl_is_client_first      (const EnvoiSasl             *self);
EnvoiSecret *envoi_sasl_begin                (EnvoiSasl                   *self,
                                              GError                     **error);
EnvoiSecret *envoi_sasl_respond              (EnvoiSasl                   *self,
                                              const guint8                *challenge,
                                              gsize                        length,
                                              GError                     **error);
gboolean     envoi_sasl_is_server_proven     (EnvoiSasl                   *self);
const char  *envoi_sasl_get_explanation      (const EnvoiSasl             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSasl, envoi_sasl_free)

G_END_DECLS
