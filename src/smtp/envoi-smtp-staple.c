/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-staple.h"

#include <gnutls/ocsp.h>
#include <time.h>

/* A responder's clock may be ahead of this computer's. */
#define CLOCK_SLACK (60 * 60)
#define LONGEST_WITHOUT_END (15 * 24 * 60 * 60)
/* More certificates than fit into a handshake. */
#define MOST_WORDS 1024

static gboolean
has_issued (gnutls_x509_crt_t issuer,
            gnutls_x509_crt_t certificate)
{
  guint status = 0;

  return gnutls_x509_crt_check_issuer (certificate, issuer) &&
         gnutls_x509_crt_verify (certificate, &issuer, 1, 0, &status) >= 0 && status == 0;
}

static gnutls_x509_crt_t
import_issuer (const gnutls_datum_t *der,
               gnutls_x509_crt_t     certificate)
{
  gnutls_x509_crt_t issuer;

  if (gnutls_x509_crt_init (&issuer) < 0)
    return NULL;

  if (gnutls_x509_crt_import (issuer, der, GNUTLS_X509_FMT_DER) >= 0 &&
      has_issued (issuer, certificate))
    return issuer;

  gnutls_x509_crt_deinit (issuer);
  return NULL;
}

/* Among what the server shows, else among the authorities. The server may show
 * anything: only whose key has signed the certificate is its issuer. */
static gnutls_x509_crt_t
find_issuer (gnutls_session_t  session,
             gnutls_x509_crt_t certificate)
{
  gnutls_certificate_credentials_t credentials = NULL;
  gnutls_x509_crt_t issuer = NULL;
  guint n_chain = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (session, &n_chain);

  for (guint i = 1; !issuer && i < n_chain; i++)
    issuer = import_issuer (&chain[i], certificate);
  if (issuer)
    return issuer;

  if (gnutls_credentials_get (session, GNUTLS_CRD_CERTIFICATE, (void **) &credentials) < 0 ||
      gnutls_certificate_get_issuer (credentials, certificate, &issuer, GNUTLS_TL_GET_COPY) < 0)
    return NULL;

  return issuer;
}

static EnvoiCertificateFaults
judge_word (gnutls_ocsp_resp_t response,
            guint              index)
{
  time_t now = time (NULL);
  guint status = GNUTLS_OCSP_CERT_UNKNOWN;
  time_t from = 0;
  time_t until = 0;
  gboolean is_in_time;

  if (gnutls_ocsp_resp_get_single (response, index, NULL, NULL, NULL, NULL, &status, &from,
                                   &until, NULL, NULL) < 0)
    return ENVOI_CERTIFICATE_FALSE_STATUS;
  if (status == GNUTLS_OCSP_CERT_REVOKED)
    return ENVOI_CERTIFICATE_REVOKED;

  is_in_time = from <= now + CLOCK_SLACK &&
               (until == (time_t) -1 ? now - from <= LONGEST_WITHOUT_END : until >= now);
  return status == GNUTLS_OCSP_CERT_GOOD && is_in_time ? 0 : ENVOI_CERTIFICATE_FALSE_STATUS;
}

/* Every word about this certificate counts. */
static EnvoiCertificateFaults
judge_words (gnutls_ocsp_resp_t response,
             gnutls_x509_crt_t  certificate)
{
  EnvoiCertificateFaults faults = 0;
  guint n_words = 0;

  for (guint i = 0; i < MOST_WORDS; i++) {
    int status = gnutls_ocsp_resp_check_crt (response, i, certificate);

    if (status == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
      break;
    if (status < 0)
      continue;
    faults |= judge_word (response, i);
    n_words++;
  }

  return n_words > 0 ? faults : ENVOI_CERTIFICATE_FALSE_STATUS;
}

static EnvoiCertificateFaults
judge (gnutls_ocsp_resp_t response,
       gnutls_session_t   session,
       gnutls_x509_crt_t  certificate)
{
  gnutls_x509_crt_t issuer = find_issuer (session, certificate);
  guint status = 0;
  gboolean is_genuine;

  /* That is a fault of the chain, and told there. */
  if (!issuer)
    return 0;

  is_genuine = gnutls_ocsp_resp_verify_direct (response, issuer, &status, 0) >= 0 && status == 0;
  gnutls_x509_crt_deinit (issuer);
  return is_genuine ? judge_words (response, certificate) : ENVOI_CERTIFICATE_FALSE_STATUS;
}

/**
 * envoi_smtp_staple_check:
 * @session: a session whose handshake is complete
 * @certificate: the peer's own certificate
 *
 * Looks at the OCSP response that the peer stapled to @certificate, where GnuTLS
 * is too lenient: it takes the word of any authority and of any that the peer
 * shows (RFC 6960 section 4.2.2.2 allows the issuer and whom the issuer has
 * appointed), an answer “unknown”, one from the future, and for a response about
 * several certificates the first one's status.
 *
 * Returns: what is wrong with it; nothing when there is none or the responder
 *   had no answer, since GnuTLS knows whether the certificate demands one
 *
 * Thread: courier
 */
EnvoiCertificateFaults
envoi_smtp_staple_check (gnutls_session_t  session,
                         gnutls_x509_crt_t certificate)
{
  gnutls_datum_t der;
  gnutls_ocsp_resp_t response;
  EnvoiCertificateFaults faults = 0;

  if (gnutls_ocsp_status_request_get (session, &der) < 0 || gnutls_ocsp_resp_init (&response) < 0)
    return 0;

  if (gnutls_ocsp_resp_import (response, &der) < 0)
    faults = ENVOI_CERTIFICATE_FALSE_STATUS;
  else if (gnutls_ocsp_resp_get_status (response) == GNUTLS_OCSP_RESP_SUCCESSFUL)
    faults = judge (response, session, certificate);

  gnutls_ocsp_resp_deinit (response);
  return faults;
}
