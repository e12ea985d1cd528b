/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/x509.h>
#include "envoi-certificate-facts.h"

G_BEGIN_DECLS

gboolean  envoi_smtp_certificate_is_for_host   (gnutls_x509_crt_t  certificate,
                                                const char        *host);
gboolean  envoi_smtp_certificate_is_name_match (const char        *pattern,
                                                const char        *host);
char     *envoi_smtp_certificate_dup_names     (gnutls_x509_crt_t  certificate);
char     *envoi_smtp_certificate_dup_issuer    (gnutls_x509_crt_t  certificate);
char     *envoi_smtp_certificate_dup_key       (gnutls_x509_crt_t  certificate);
EnvoiCertificateFacts *envoi_smtp_certificate_dup_facts (gnutls_x509_crt_t  certificate,
                                                         const char        *host);

G_END_DECLS
