/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-trust.h"

#include "envoi-smtp-certificate.h"
#include "envoi-smtp-error.h"
#include "envoi-smtp-staple.h"

#include <glib/gi18n.h>
#include <time.h>

/* What GnuTLS finds, as a person would put it. */
static const struct {
  guint bit;
  EnvoiCertificateFaults fault;
} findings[] = {
  { GNUTLS_CERT_REVOKED, ENVOI_CERTIFICATE_REVOKED },
  { GNUTLS_CERT_SIGNATURE_FAILURE, ENVOI_CERTIFICATE_FALSE_SIGNATURE },
  { GNUTLS_CERT_SIGNER_NOT_FOUND, ENVOI_CERTIFICATE_UNKNOWN_ISSUER },
  { GNUTLS_CERT_SIGNER_NOT_CA, ENVOI_CERTIFICATE_ISSUER_UNFIT },
  { GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, ENVOI_CERTIFICATE_ISSUER_UNFIT },
  { GNUTLS_CERT_INSECURE_ALGORITHM, ENVOI_CERTIFICATE_WEAK },
  { GNUTLS_CERT_NOT_ACTIVATED, ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE },
  { GNUTLS_CERT_EXPIRED, ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE },
  { GNUTLS_CERT_PURPOSE_MISMATCH, ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, ENVOI_CERTIFICATE_UNKNOWN_CONDITION },
  { GNUTLS_CERT_MISSING_OCSP_STATUS, ENVOI_CERTIFICATE_NO_STATUS },
  { GNUTLS_CERT_INVALID_OCSP_STATUS, ENVOI_CERTIFICATE_FALSE_STATUS },
  { GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, ENVOI_CERTIFICATE_FALSE_STATUS },
  { GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE, ENVOI_CERTIFICATE_FALSE_STATUS },
};

/* In English: of a certificate app says the same in the person's language, from the facts. */
static const struct {
  EnvoiCertificateFaults fault;
  const char *reason;
} reasons[] = {
  { ENVOI_CERTIFICATE_OTHER_KEY, "its key is not the one that this account was told to trust" },
  { ENVOI_CERTIFICATE_NO_NAME, "it does not name any server (no subject alternative name)" },
  { ENVOI_CERTIFICATE_OTHER_NAME, "it is for another server" },
  { ENVOI_CERTIFICATE_SELF_SIGNED, "it vouches for itself (self-signed)" },
  { ENVOI_CERTIFICATE_UNKNOWN_ISSUER, "nobody this computer trusts has issued it" },
  { ENVOI_CERTIFICATE_ISSUER_UNFIT, "its issuer may not issue it" },
  { ENVOI_CERTIFICATE_FALSE_SIGNATURE, "its signature is false" },
  { ENVOI_CERTIFICATE_WEAK, "its key or signature is too weak" },
  { ENVOI_CERTIFICATE_NOT_YET_VALID, "it is not valid yet; perhaps this computer's clock is wrong" },
  { ENVOI_CERTIFICATE_EXPIRED, "it has expired, unless this computer's clock is wrong" },
  { ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE, "its issuer's own certificate is out of date, unless "
    "this computer's clock is wrong" },
  { ENVOI_CERTIFICATE_NOT_FOR_SERVERS, "it is not meant for servers" },
  { ENVOI_CERTIFICATE_UNKNOWN_CONDITION, "it has conditions that cannot be checked" },
  { ENVOI_CERTIFICATE_REVOKED, "its issuer has revoked it" },
  { ENVOI_CERTIFICATE_NO_STATUS, "it demands a proof that it is not revoked, and the server "
    "shows none" },
  { ENVOI_CERTIFICATE_FALSE_STATUS, "the proof that it is not revoked is false or too old" },
  { ENVOI_CERTIFICATE_UNVERIFIABLE, "it cannot be verified" },
};

static gnutls_x509_crt_t
get_peer (gnutls_session_t session)
{
  guint n_certificates = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (session, &n_certificates);
  gnutls_x509_crt_t certificate;

  if (!chain || n_certificates == 0 || gnutls_x509_crt_init (&certificate) < 0)
    return NULL;

  if (gnutls_x509_crt_import (certificate, &chain[0], GNUTLS_X509_FMT_DER) < 0) {
    gnutls_x509_crt_deinit (certificate);
    return NULL;
  }

  return certificate;
}

static guint
verify_chain (gnutls_session_t session)
{
  gnutls_typed_vdata_st purpose = {
    .type = GNUTLS_DT_KEY_PURPOSE_OID,
    .data = (guint8 *) GNUTLS_KP_TLS_WWW_SERVER,
  };
  guint status = 0;

  if (gnutls_certificate_verify_peers (session, &purpose, 1, &status) < 0)
    status |= GNUTLS_CERT_INVALID;

  return status;
}

/* GnuTLS stops at the first thing it finds, and does not say whose dates it means: a
 * person is told of the server's own all the same. */
static EnvoiCertificateFaults
check_dates (const EnvoiCertificateFacts *facts)
{
  gint64 now = (gint64) time (NULL);

  if (now < facts->valid_from)
    return ENVOI_CERTIFICATE_NOT_YET_VALID;

  return now > facts->valid_until ? ENVOI_CERTIFICATE_EXPIRED : 0;
}

static EnvoiCertificateFaults
check_names (const EnvoiCertificateFacts *facts,
             gnutls_x509_crt_t            certificate)
{
  if (envoi_smtp_certificate_is_for_host (certificate, facts->host))
    return 0;

  return *facts->names ? ENVOI_CERTIFICATE_OTHER_NAME : ENVOI_CERTIFICATE_NO_NAME;
}

static EnvoiCertificateFaults
check_chain (gnutls_session_t  session,
             gnutls_x509_crt_t certificate)
{
  guint status = verify_chain (session);
  EnvoiCertificateFaults faults = 0;

  for (guint i = 0; i < G_N_ELEMENTS (findings); i++)
    if (status & findings[i].bit)
      faults |= findings[i].fault;

  if ((faults & ENVOI_CERTIFICATE_UNKNOWN_ISSUER) &&
      gnutls_x509_crt_check_issuer (certificate, certificate))
    faults ^= ENVOI_CERTIFICATE_UNKNOWN_ISSUER | ENVOI_CERTIFICATE_SELF_SIGNED;

  return faults == 0 && status != 0 ? ENVOI_CERTIFICATE_UNVERIFIABLE : faults;
}

static EnvoiCertificateFaults
check_all (const EnvoiCertificateFacts *facts,
           gnutls_session_t             session,
           gnutls_x509_crt_t            certificate)
{
  EnvoiCertificateFaults dates = check_dates (facts);
  EnvoiCertificateFaults chain = check_chain (session, certificate);
  EnvoiCertificateFaults staple = envoi_smtp_staple_check (session, certificate);

  if (staple != 0)
    chain &= ~ENVOI_CERTIFICATE_FALSE_STATUS;
  if (dates != 0)
    chain &= ~ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE;

  return check_names (facts, certificate) | dates | chain | staple;
}

static EnvoiCertificateFaults
check_key (const EnvoiCertificateFacts *facts,
           const char                  *pin)
{
  return g_str_equal (facts->key, pin) ? 0 : ENVOI_CERTIFICATE_OTHER_KEY;
}

static char *
format_reasons (EnvoiCertificateFaults faults)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (faults & reasons[i].fault)
      g_string_append_printf (all, "%s%s", all->len > 0 ? "; " : "", reasons[i].reason);

  return g_string_free (all, FALSE);
}

/**
 * envoi_smtp_trust_load:
 * @endpoint: whom to trust where
 * @error: return location
 *
 * Loads the certificates that may vouch for @endpoint: its own PEM file, or
 * the system's. With a pinned key there are none, and none are needed.
 *
 * Errors: TLS_UNTRUSTED (the file has no certificate)
 *
 * Returns: (transfer full) (nullable): the credentials
 *
 * Thread: courier
 */
gnutls_certificate_credentials_t
envoi_smtp_trust_load (const EnvoiSmtpEndpoint  *endpoint,
                       GError                  **error)
{
  gnutls_certificate_credentials_t credentials;
  const char *file = envoi_smtp_endpoint_get_ca_file (endpoint);
  int n_loaded = 0;

  if (gnutls_certificate_allocate_credentials (&credentials) < 0)
    g_error ("out of memory");

  if (envoi_smtp_endpoint_get_pinned_key (endpoint))
    return credentials;

  n_loaded = file ? gnutls_certificate_set_x509_trust_file (credentials, file, GNUTLS_X509_FMT_PEM)
                  : gnutls_certificate_set_x509_system_trust (credentials);
  if (n_loaded > 0)
    return credentials;

  if (file)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                 _("There is no certificate authority to check the server against in %s."), file);
  else
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                         _("This computer has no certificate authorities to check the server "
                           "against."));
  gnutls_certificate_free_credentials (credentials);
  return NULL;
}

/**
 * envoi_smtp_trust_dup_facts:
 * @session: a session whose handshake is complete
 * @endpoint: who the peer must be
 *
 * Finds out whether the peer is the server it should be: by its pinned key
 * alone, or by a chain to a trusted authority, for servers, for this host, in
 * time, with a stapled status where the certificate demands one (RFC 7633), and
 * without a stapled status that is not in order.
 *
 * Returns: (transfer full) (nullable): what it showed and everything that is
 *   wrong with it; NULL when it showed nothing that can be read
 *
 * Thread: courier
 */
EnvoiCertificateFacts *
envoi_smtp_trust_dup_facts (gnutls_session_t         session,
                            const EnvoiSmtpEndpoint *endpoint)
{
  const char *pin = envoi_smtp_endpoint_get_pinned_key (endpoint);
  gnutls_x509_crt_t certificate = get_peer (session);
  EnvoiCertificateFacts *facts;

  if (!certificate)
    return NULL;

  facts = envoi_smtp_certificate_dup_facts (certificate, envoi_smtp_endpoint_get_host (endpoint));
  facts->faults = pin ? check_key (facts, pin) : check_all (facts, session, certificate);
  gnutls_x509_crt_deinit (certificate);
  return facts;
}

/**
 * envoi_smtp_trust_check:
 * @facts: (nullable): what the peer showed
 * @endpoint: who the peer must be
 * @error: return location
 *
 * Errors: TLS_UNTRUSTED, with a sentence and, in lines below it, @facts
 *
 * Returns: whether the peer may be spoken to
 *
 * Thread: any
 */
gboolean
envoi_smtp_trust_check (const EnvoiCertificateFacts  *facts,
                        const EnvoiSmtpEndpoint      *endpoint,
                        GError                      **error)
{
  g_autofree char *why = NULL;
  g_autofree char *lines = NULL;

  if (facts && facts->faults == 0)
    return TRUE;

  if (!facts) {
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                 _("The server at %s showed no certificate that can be read."),
                 envoi_smtp_endpoint_get_host (endpoint));
    return FALSE;
  }

  why = format_reasons (facts->faults);
  lines = envoi_certificate_facts_format (facts);
  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
               "The certificate of the server at %s cannot be trusted: %s.\n%s",
               facts->host, why, lines);
  return FALSE;
}
