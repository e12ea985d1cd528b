/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"

#include "envoi-test.h"

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <string.h>
#include <time.h>

#define DAY (24 * 60 * 60)
#define MOST_CHAIN 4

typedef struct {
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
} Identity;

static guint8 next_serial = 1;

static void
check (int status)
{
  if (status < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (status));
}

static gnutls_x509_privkey_t
make_key (Key kind)
{
  gnutls_x509_privkey_t key;

  check (gnutls_x509_privkey_init (&key));
  if (kind == KEY_P256)
    check (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  else
    check (gnutls_x509_privkey_generate (key, GNUTLS_PK_RSA,
                                         kind == KEY_RSA_1024 ? 1024 : 2048, 0));
  return key;
}

static gnutls_x509_crt_t
begin_certificate (gnutls_x509_privkey_t key,
                   int                   from_days,
                   int                   until_days)
{
  gnutls_x509_crt_t certificate;
  guint8 serial[] = { 1, next_serial++ };

  check (gnutls_x509_crt_init (&certificate));
  check (gnutls_x509_crt_set_version (certificate, 3));
  check (gnutls_x509_crt_set_serial (certificate, serial, sizeof serial));
  check (gnutls_x509_crt_set_key (certificate, key));
  check (gnutls_x509_crt_set_activation_time (certificate, time (NULL) + from_days * DAY));
  check (gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + until_days * DAY));
  return certificate;
}

static void
set_common_name (gnutls_x509_crt_t  certificate,
                 const char        *name)
{
  check (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                        name, (unsigned) strlen (name)));
}

static Identity
make_authority (const char *name,
                Identity   *issuer,
                int         until_days)
{
  Identity self = { .key = make_key (KEY_P256) };

  self.certificate = begin_certificate (self.key, -30, until_days);
  set_common_name (self.certificate, name);
  check (gnutls_x509_crt_set_basic_constraints (self.certificate, 1, -1));
  check (gnutls_x509_crt_set_key_usage (self.certificate, GNUTLS_KEY_KEY_CERT_SIGN));
  if (!issuer)
    check (gnutls_x509_crt_sign2 (self.certificate, self.certificate, self.key,
                                  GNUTLS_DIG_SHA256, 0));
  return self;
}

static void
sign (Identity *self,
      Identity *issuer)
{
  check (gnutls_x509_crt_sign2 (self->certificate, issuer->certificate, issuer->key,
                                GNUTLS_DIG_SHA256, 0));
}

static Identity *
get_root (void)
{
  static Identity root;

  if (!root.key)
    root = make_authority ("Envoi Test Root", NULL, 365);

  return &root;
}

static void
constrain (Identity *authority)
{
  gnutls_x509_name_constraints_t constraints;
  gnutls_datum_t name = { (guint8 *) "other.example", 13 };

  check (gnutls_x509_name_constraints_init (&constraints));
  check (gnutls_x509_name_constraints_add_permitted (constraints, GNUTLS_SAN_DNSNAME, &name));
  check (gnutls_x509_crt_set_name_constraints (authority->certificate, constraints, 1));
  gnutls_x509_name_constraints_deinit (constraints);
}

static Identity
make_signer (Signer signer)
{
  Identity self;

  switch (signer) {
    case SIGNER_STRANGER:
      return make_authority ("Strange Authority", NULL, 365);
    case SIGNER_EXPIRED:
      self = make_authority ("Expired Authority", get_root (), -1);
      break;
    case SIGNER_CONSTRAINED:
      self = make_authority ("Narrow Authority", get_root (), 365);
      constrain (&self);
      break;
    case SIGNER_CLIENT_ONLY:
      self = make_authority ("Client Authority", get_root (), 365);
      check (gnutls_x509_crt_set_key_purpose_oid (self.certificate,
                                                  GNUTLS_KP_TLS_WWW_CLIENT, 0));
      break;
    case SIGNER_LEAF:
      self.key = make_key (KEY_P256);
      self.certificate = begin_certificate (self.key, -30, 365);
      set_common_name (self.certificate, "Not An Authority");
      check (gnutls_x509_crt_set_basic_constraints (self.certificate, 0, -1));
      break;
    default:
      self = make_authority ("Intermediate Authority", get_root (), 365);
      break;
  }

  sign (&self, get_root ());
  return self;
}

static void
add_name (gnutls_x509_crt_t               certificate,
          gnutls_x509_subject_alt_name_t  type,
          const void                     *bytes,
          gsize                           length)
{
  check (gnutls_x509_crt_set_subject_alt_name (certificate, type, bytes, (unsigned) length,
                                               GNUTLS_FSAN_APPEND));
}

/* GnuTLS would end the name at a NUL; an attacker would not. */
static void
add_raw_name (gnutls_x509_crt_t  certificate,
              const char        *name,
              gsize              length)
{
  g_autoptr (GByteArray) der = g_byte_array_new ();
  guint8 head[] = { 0x30, (guint8) (length + 2), 0x82, (guint8) length };

  g_byte_array_append (der, head, sizeof head);
  g_byte_array_append (der, (const guint8 *) name, (guint) length);
  check (gnutls_x509_crt_set_extension_by_oid (certificate, "2.5.29.17", der->data, der->len, 0));
}

static void
add_names (gnutls_x509_crt_t      certificate,
           const CertificateSpec *spec)
{
  for (guint i = 0; i < G_N_ELEMENTS (spec->dns) && spec->dns[i]; i++)
    add_name (certificate, GNUTLS_SAN_DNSNAME, spec->dns[i], strlen (spec->dns[i]));
  if (spec->raw_dns)
    add_raw_name (certificate, spec->raw_dns, spec->raw_dns_length);
  if (spec->mail)
    add_name (certificate, GNUTLS_SAN_RFC822NAME, spec->mail, strlen (spec->mail));
  if (spec->uri)
    add_name (certificate, GNUTLS_SAN_URI, spec->uri, strlen (spec->uri));
  if (spec->address) {
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (spec->address);

    add_name (certificate, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
              g_inet_address_get_native_size (address));
  }
  if (spec->common_name)
    set_common_name (certificate, spec->common_name);
}

static void
add_extensions (gnutls_x509_crt_t      certificate,
                const CertificateSpec *spec)
{
  static const guint8 null_value[] = { 5, 0 };
  /* RFC 7633: a sequence of one TLS extension, status_request. */
  static const guint8 status_request[] = { 0x30, 3, 2, 1, 5 };

  check (gnutls_x509_crt_set_basic_constraints (certificate, spec->is_ca, -1));
  if (!spec->has_no_purpose)
    check (gnutls_x509_crt_set_key_purpose_oid (certificate,
                                                spec->purpose ? spec->purpose
                                                              : GNUTLS_KP_TLS_WWW_SERVER, 0));
  if (spec->has_unknown_critical)
    check (gnutls_x509_crt_set_extension_by_oid (certificate, "1.2.3.4.5.6.7", null_value,
                                                 sizeof null_value, 1));
  if (spec->is_must_staple)
    check (gnutls_x509_crt_set_extension_by_oid (certificate, "1.3.6.1.5.5.7.1.24", status_request,
                                                 sizeof status_request, 0));
}

/* Reads a certificate anew, since GnuTLS finds the order of a chain only among
 * those it has read; perhaps with the last octet of the signature changed. */
static void
settle (gnutls_x509_crt_t *certificate,
        gboolean           is_signature_broken)
{
  gnutls_datum_t der;

  check (gnutls_x509_crt_export2 (*certificate, GNUTLS_X509_FMT_DER, &der));
  if (is_signature_broken)
    der.data[der.size - 1] ^= 1;
  gnutls_x509_crt_deinit (*certificate);
  check (gnutls_x509_crt_init (certificate));
  check (gnutls_x509_crt_import (*certificate, &der, GNUTLS_X509_FMT_DER));
  gnutls_free (der.data);
}

static char *
dup_pin (gnutls_x509_crt_t certificate)
{
  gnutls_pubkey_t key;
  gnutls_datum_t der;
  g_autofree char *digest = NULL;

  check (gnutls_pubkey_init (&key));
  check (gnutls_pubkey_import_x509 (key, certificate, 0));
  check (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der));
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  gnutls_pubkey_deinit (key);
  return g_strconcat ("sha256:", digest, NULL);
}

static void
free_identity (Identity *self)
{
  gnutls_x509_crt_deinit (self->certificate);
  gnutls_x509_privkey_deinit (self->key);
}

/* The root's certificate as a PEM file. */
const char *
certificates_get_ca_file (void)
{
  static char *path;
  g_autofree char *folder = NULL;
  gnutls_datum_t pem;

  if (path)
    return path;

  folder = envoi_test_make_folder ();
  path = g_build_filename (folder, "root.pem", NULL);
  check (gnutls_x509_crt_export2 (get_root ()->certificate, GNUTLS_X509_FMT_PEM, &pem));
  g_assert_true (g_file_set_contents (path, (const char *) pem.data, (gssize) pem.size, NULL));
  gnutls_free (pem.data);
  return path;
}

/* (transfer full) */
static Identity
make_delegate (Identity   *issuer,
               const char *purpose)
{
  Identity self = { .key = make_key (KEY_P256) };

  self.certificate = begin_certificate (self.key, -30, 365);
  set_common_name (self.certificate, "Responder");
  check (gnutls_x509_crt_set_key_purpose_oid (self.certificate, purpose, 0));
  sign (&self, issuer);
  return self;
}

static Identity
make_responder (StapleSigner  signer,
                Identity     *issuer)
{
  switch (signer) {
    case STAPLE_BY_ISSUER:
      return *issuer;
    case STAPLE_BY_ROOT:
      return *get_root ();
    case STAPLE_BY_DELEGATE:
      return make_delegate (issuer, GNUTLS_KP_OCSP_SIGNING);
    case STAPLE_BY_UNFIT_DELEGATE:
      return make_delegate (issuer, GNUTLS_KP_TLS_WWW_SERVER);
    default:
      return make_authority ("Strange Authority", NULL, 365);
  }
}

static gboolean
is_borrowed (StapleSigner signer)
{
  return signer == STAPLE_BY_ISSUER || signer == STAPLE_BY_ROOT;
}

static int
send_staple_cb (gnutls_session_t  session,
                void             *staple,
                gnutls_datum_t   *response)
{
  const GByteArray *octets = staple;

  response->data = gnutls_malloc (octets->len);
  response->size = octets->len;
  memcpy (response->data, octets->data, octets->len);
  return GNUTLS_E_SUCCESS;
}

static void
add_staple (gnutls_certificate_credentials_t  credentials,
            const StapleSpec                 *spec,
            gnutls_x509_crt_t                 certificate,
            const Identity                   *issuer,
            const Identity                   *signer)
{
  /* GnuTLS borrows what it sends. */
  static GPtrArray *staples;
  StapleResponder responder = {
    signer->certificate, signer->key, !is_borrowed (spec->signer),
  };
  GByteArray *staple = staple_make (spec, certificate, issuer->certificate, &responder);

  if (!staples)
    staples = g_ptr_array_new ();
  g_ptr_array_add (staples, staple);
  gnutls_certificate_set_ocsp_status_request_function (credentials, send_staple_cb, staple);
}

/* Makes a certificate and the chain a server would show with it. */
gnutls_certificate_credentials_t
certificates_make (const CertificateSpec  *spec,
                   char                  **key_pin)
{
  gnutls_certificate_credentials_t credentials;
  Identity self = { .key = make_key (spec->key) };
  Identity signer = { 0 };
  Identity responder = { 0 };
  Identity *issuer = spec->signer == SIGNER_ROOT ? get_root () : &self;
  gnutls_x509_crt_t chain[MOST_CHAIN];
  int n_chain = 0;

  if (spec->signer != SIGNER_ROOT && spec->signer != SIGNER_SELF) {
    signer = make_signer (spec->signer);
    issuer = &signer;
  }

  self.certificate = begin_certificate (self.key, spec->has_dates ? spec->from_days : -1,
                                        spec->has_dates ? spec->until_days : 90);
  add_names (self.certificate, spec);
  add_extensions (self.certificate, spec);
  check (gnutls_x509_crt_sign2 (self.certificate, issuer->certificate, issuer->key,
                                spec->is_sha1 ? GNUTLS_DIG_SHA1 : GNUTLS_DIG_SHA256, 0));
  settle (&self.certificate, spec->is_signature_broken);
  if (signer.certificate)
    settle (&signer.certificate, FALSE);
  if (key_pin)
    *key_pin = dup_pin (self.certificate);

  chain[n_chain++] = self.certificate;
  if (signer.certificate && spec->signer != SIGNER_HIDDEN)
    chain[n_chain++] = signer.certificate;
  if (spec->staple)
    responder = make_responder (spec->staple->signer, issuer);
  if (spec->staple && spec->staple->signer == STAPLE_BY_SHOWN_STRANGER)
    chain[n_chain++] = responder.certificate;

  check (gnutls_certificate_allocate_credentials (&credentials));
  check (gnutls_certificate_set_x509_key (credentials, chain, n_chain, self.key));
  if (spec->staple) {
    add_staple (credentials, spec->staple, self.certificate, issuer, &responder);
    if (!is_borrowed (spec->staple->signer))
      free_identity (&responder);
  }
  free_identity (&self);
  if (signer.certificate)
    free_identity (&signer);
  return credentials;
}

/* A good certificate for localhost and 127.0.0.1, made once. */
gnutls_certificate_credentials_t
certificates_get_localhost (void)
{
  static const CertificateSpec spec = { .dns = { "localhost" }, .address = "127.0.0.1" };
  static gnutls_certificate_credentials_t credentials;

  if (!credentials)
    credentials = certificates_make (&spec, NULL);

  return credentials;
}
