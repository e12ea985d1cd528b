/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

gnutls_certificate_credentials_t  envoi_smtp_trust_load   (const EnvoiSmtpEndpoint  *endpoint,
                                                           GError                  **error);
gboolean                          envoi_smtp_trust_verify (gnutls_session_t          session,
                                                           const EnvoiSmtpEndpoint  *endpoint,
                                                           GError                  **error);
char                             *envoi_smtp_trust_describe_peer (gnutls_session_t   session);
char                             *envoi_smtp_trust_dup_peer_key  (gnutls_session_t   session);

G_END_DECLS
