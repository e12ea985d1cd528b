/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>
#include "envoi-certificate-facts.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

gnutls_certificate_credentials_t  envoi_smtp_trust_load      (const EnvoiSmtpEndpoint      *endpoint,
                                                              GError                      **error);
EnvoiCertificateFacts            *envoi_smtp_trust_dup_facts (gnutls_session_t              session,
                                                              const EnvoiSmtpEndpoint      *endpoint);
gboolean                          envoi_smtp_trust_check     (const EnvoiCertificateFacts  *facts,
                                                              const EnvoiSmtpEndpoint      *endpoint,
                                                              GError                      **error);

G_END_DECLS
