/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include "envoi-certificate-facts.h"

G_BEGIN_DECLS

EnvoiCertificateFaults envoi_smtp_staple_check (gnutls_session_t  session,
                                                gnutls_x509_crt_t certificate);

G_END_DECLS
