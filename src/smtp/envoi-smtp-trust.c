/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-trust.h"

#include "envoi-smtp-certificate.h"
#include "envoi-smtp-error.h"

#include <string.h>

/* What each of GnuTLS's findings means to a person. */
static const struct {
  guint bit;
  const char *reason;
} reasons[] = {
  { GNUTLS_CERT_REVOKED, "its issuer has revoked it" },
  { GNUTLS_CERT_SIGNATURE_FAILURE, "its signature is false" },
  { GNUTLS_CERT_SIGNER_NOT_FOUND, "nobody this computer trusts has issued it" },
  { GNUTLS_CERT_SIGNER_NOT_CA, "it was issued by somebody who may not issue certificates" },
  { GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "its issuer may not issue it for this name or use" },
  { GNUTLS_CERT_INSECURE_ALGORITHM, "its key or signature is too weak" },
  { GNUTLS_CERT_NOT_ACTIVATED, "it is not valid yet; perhaps this computer's clock is wrong" },
  { GNUTLS_CERT_EXPIRED, "it has expired, unless this computer's clock is wrong" },
  { GNUTLS_CERT_PURPOSE_MISMATCH, "it is not meant for servers" },
  { GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, "it has conditions that cannot be checked" },
  { GNUTLS_CERT_MISSING_OCSP_STATUS, "it demands a proof that it is not revoked, and the server "
    "shows none" },
  { GNUTLS_CERT_INVALID_OCSP_STATUS, "the proof that it is not revoked is false" },
  { GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, "the proof that it is not revoked is too old" },
  { GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE, "the proof that it is not revoked is not "
    "valid yet" },
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

static void
add_reason (GString    *all,
            const char *reason)
{
  g_string_append_printf (all, "%s%s", all->len > 0 ? "; " : "", reason);
}

static GString *
collect_reasons (guint              status,
                 gnutls_x509_crt_t  certificate,
                 const char        *host)
{
  GString *all = g_string_new (NULL);
  g_autofree char *names = envoi_smtp_certificate_dup_names (certificate);

  if (!*names) {
    add_reason (all, "it does not name any server (no subject alternative name)");
  } else if (!envoi_smtp_certificate_is_for_host (certificate, host)) {
    g_autofree char *reason = g_strdup_printf ("it is for %s, not for %s", names, host);

    add_reason (all, reason);
  }

  if (gnutls_x509_crt_check_issuer (certificate, certificate))
    add_reason (all, "it vouches for itself (self-signed)");
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (status & reasons[i].bit)
      add_reason (all, reasons[i].reason);

  if (all->len == 0 && status != 0)
    add_reason (all, "it cannot be verified");
  return all;
}

static void
set_untrusted (GError            **error,
               gnutls_x509_crt_t   certificate,
               const char         *host,
               const char         *what)
{
  g_autofree char *names = envoi_smtp_certificate_dup_names (certificate);
  g_autofree char *issuer = envoi_smtp_certificate_dup_issuer (certificate);
  g_autoptr (GDateTime) end =
    g_date_time_new_from_unix_utc (gnutls_x509_crt_get_expiration_time (certificate));
  g_autofree char *until = end ? g_date_time_format (end, "%Y-%m-%d") : g_strdup ("?");

  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
               "The certificate of the server at %s cannot be trusted: %s. "
               "It is for %s, was issued by %s and is valid until %s.",
               host, what, *names ? names : "nobody it names", issuer, until);
}

static gboolean
verify_pin (gnutls_x509_crt_t         certificate,
            const EnvoiSmtpEndpoint  *endpoint,
            GError                  **error)
{
  g_autofree char *key = envoi_smtp_certificate_dup_key (certificate);

  if (g_strcmp0 (key, envoi_smtp_endpoint_get_pinned_key (endpoint)) == 0)
    return TRUE;

  set_untrusted (error, certificate, envoi_smtp_endpoint_get_host (endpoint),
                 "its key is not the one that this account was told to trust");
  return FALSE;
}

static gboolean
verify_chain (gnutls_session_t          session,
              gnutls_x509_crt_t         certificate,
              const EnvoiSmtpEndpoint  *endpoint,
              GError                  **error)
{
  gnutls_typed_vdata_st purpose = {
    .type = GNUTLS_DT_KEY_PURPOSE_OID,
    .data = (guint8 *) GNUTLS_KP_TLS_WWW_SERVER,
  };
  const char *host = envoi_smtp_endpoint_get_host (endpoint);
  guint status = 0;
  GString *what;
  gboolean is_trusted;

  if (gnutls_certificate_verify_peers (session, &purpose, 1, &status) < 0)
    status |= GNUTLS_CERT_INVALID;

  is_trusted = status == 0 && envoi_smtp_certificate_is_for_host (certificate, host);
  what = collect_reasons (status, certificate, host);
  if (!is_trusted)
    set_untrusted (error, certificate, host, what->str);

  g_string_free (what, TRUE);
  return is_trusted;
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

  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
               "There is no certificate authority to check the server against in %s.",
               file ? file : "this system");
  gnutls_certificate_free_credentials (credentials);
  return NULL;
}

/**
 * envoi_smtp_trust_verify:
 * @session: a session whose handshake is complete
 * @endpoint: who the peer must be
 * @error: return location
 *
 * Decides whether the peer is the server it should be: by its pinned key
 * alone, or by a chain to a trusted authority, for servers, for this host, in
 * time, with a stapled status where the certificate demands one (RFC 7633).
 *
 * Errors: TLS_UNTRUSTED, with a sentence that says for whom, by whom, until
 * when, and everything that is wrong
 *
 * Returns: whether it is
 *
 * Thread: courier
 */
gboolean
envoi_smtp_trust_verify (gnutls_session_t          session,
                         const EnvoiSmtpEndpoint  *endpoint,
                         GError                  **error)
{
  gnutls_x509_crt_t certificate = get_peer (session);
  gboolean is_trusted;

  if (!certificate) {
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                 "The server at %s showed no certificate that can be read.",
                 envoi_smtp_endpoint_get_host (endpoint));
    return FALSE;
  }

  if (envoi_smtp_endpoint_get_pinned_key (endpoint))
    is_trusted = verify_pin (certificate, endpoint, error);
  else
    is_trusted = verify_chain (session, certificate, endpoint, error);

  gnutls_x509_crt_deinit (certificate);
  return is_trusted;
}

/**
 * envoi_smtp_trust_describe_peer:
 * @session: a session whose handshake is complete
 *
 * Describes the peer's certificate, trusted or not.
 *
 * Returns: (transfer full) (nullable): a few lines
 *
 * Thread: courier
 */
char *
envoi_smtp_trust_describe_peer (gnutls_session_t session)
{
  gnutls_x509_crt_t certificate = get_peer (session);
  char *text = certificate ? envoi_smtp_certificate_describe (certificate) : NULL;

  g_clear_pointer (&certificate, gnutls_x509_crt_deinit);
  return text;
}

/**
 * envoi_smtp_trust_dup_peer_key:
 * @session: a session whose handshake is complete
 *
 * Fingerprints the peer's key, for a person to compare and to pin.
 *
 * Returns: (transfer full) (nullable): "sha256:" and 64 digits
 *
 * Thread: courier
 */
char *
envoi_smtp_trust_dup_peer_key (gnutls_session_t session)
{
  gnutls_x509_crt_t certificate = get_peer (session);
  char *key = certificate ? envoi_smtp_certificate_dup_key (certificate) : NULL;

  g_clear_pointer (&certificate, gnutls_x509_crt_deinit);
  return key;
}
