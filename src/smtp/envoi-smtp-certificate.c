/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-certificate.h"

#include "envoi-text.h"

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <string.h>

#define MAX_SHOWN_CHARS 200
#define MAX_SHOWN_NAMES 5
#define MAX_NAME_OCTETS 512

/* One subject alternative name; @length is what the certificate says, which
 * need not be where a NUL stands. */
typedef struct {
  int type;
  char bytes[MAX_NAME_OCTETS];
  gsize length;
} Name;

/* Returns FALSE after the last; a name too long or too strange to be one has no octets. */
static gboolean
get_name (gnutls_x509_crt_t  certificate,
          guint              index,
          Name              *name)
{
  size_t length = sizeof name->bytes;
  int type = gnutls_x509_crt_get_subject_alt_name (certificate, index, name->bytes, &length, NULL);

  name->type = type;
  name->length = type >= 0 ? length : 0;
  return type != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
}

static gboolean
is_address_match (const Name   *name,
                  GInetAddress *address)
{
  return name->type == GNUTLS_SAN_IPADDRESS &&
         name->length == g_inet_address_get_native_size (address) &&
         memcmp (name->bytes, g_inet_address_to_bytes (address), name->length) == 0;
}

static gboolean
is_dns_match (const Name *name,
              const char *host)
{
  g_autofree char *pattern = NULL;

  if (name->type != GNUTLS_SAN_DNSNAME || memchr (name->bytes, '\0', name->length))
    return FALSE;

  pattern = g_strndup (name->bytes, name->length);
  return envoi_smtp_certificate_is_name_match (pattern, host);
}

/* Shows what makes a name another than it seems. */
static char *
format_dns_name (const Name *name)
{
  g_autofree char *bytes = g_memdup2 (name->bytes, name->length);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < name->length; i++)
    if (bytes[i] == '\0')
      bytes[i] = '?';

  text = envoi_text_decode_foreign (bytes ? bytes : "", name->length, MAX_SHOWN_CHARS);
  return g_hostname_is_ip_address (text) ? g_strdup_printf ("the name “%s”", text)
                                         : g_steal_pointer (&text);
}

static char *
format_name (const Name *name)
{
  if (name->type == GNUTLS_SAN_DNSNAME)
    return format_dns_name (name);

  if (name->type == GNUTLS_SAN_IPADDRESS && (name->length == 4 || name->length == 16)) {
    g_autoptr (GInetAddress) address =
      g_inet_address_new_from_bytes ((const guint8 *) name->bytes,
                                     name->length == 4 ? G_SOCKET_FAMILY_IPV4
                                                       : G_SOCKET_FAMILY_IPV6);

    return g_inet_address_to_string (address);
  }

  return NULL;
}

/**
 * envoi_smtp_certificate_is_name_match:
 * @pattern: a dNSName of a certificate
 * @host: an A-label name
 *
 * Compares as RFC 9525 section 6.3 says: without regard to case; "*" stands
 * for exactly one label, is the whole left-most one, and at least two labels
 * follow it.
 *
 * Returns: whether @pattern names @host
 *
 * Thread: any
 */
gboolean
envoi_smtp_certificate_is_name_match (const char *pattern,
                                      const char *host)
{
  const char *dot = strchr (host, '.');

  if (!g_str_has_prefix (pattern, "*."))
    return !strchr (pattern, '*') && g_ascii_strcasecmp (pattern, host) == 0;

  return !strchr (pattern + 1, '*') && strchr (pattern + 2, '.') &&
         !g_str_has_suffix (pattern, ".") && dot && dot != host &&
         g_ascii_strcasecmp (pattern + 1, dot) == 0;
}

/**
 * envoi_smtp_certificate_is_for_host:
 * @certificate: a server's certificate
 * @host: an A-label name or an IP address
 *
 * Looks only at the subject alternative names: never at the common name, and
 * for an IP address only at iPAddress (RFC 9525 section 6). GnuTLS itself is
 * laxer in each of these.
 *
 * Returns: whether the certificate is for @host
 *
 * Thread: any
 */
gboolean
envoi_smtp_certificate_is_for_host (gnutls_x509_crt_t  certificate,
                                    const char        *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  Name name;

  for (guint i = 0; get_name (certificate, i, &name); i++)
    if (address ? is_address_match (&name, address) : is_dns_match (&name, host))
      return TRUE;

  return FALSE;
}

/**
 * envoi_smtp_certificate_dup_names:
 * @certificate: a certificate
 *
 * Lists for whom it is.
 *
 * Returns: (transfer full): the first names, safe to show; empty when there are none
 *
 * Thread: any
 */
char *
envoi_smtp_certificate_dup_names (gnutls_x509_crt_t certificate)
{
  GString *names = g_string_new (NULL);
  Name name;
  guint n_shown = 0;

  for (guint i = 0; n_shown < MAX_SHOWN_NAMES && get_name (certificate, i, &name); i++) {
    g_autofree char *text = format_name (&name);

    if (text)
      g_string_append_printf (names, "%s%s", n_shown++ > 0 ? ", " : "", text);
  }

  return g_string_free (names, FALSE);
}

static char *
dup_issuer_part (gnutls_x509_crt_t  certificate,
                 const char        *oid)
{
  char part[MAX_NAME_OCTETS];
  size_t length = sizeof part;

  if (gnutls_x509_crt_get_issuer_dn_by_oid (certificate, oid, 0, 0, part, &length) < 0)
    return NULL;

  return envoi_text_decode_foreign (part, length, MAX_SHOWN_CHARS);
}

/**
 * envoi_smtp_certificate_dup_issuer:
 * @certificate: a certificate
 *
 * Says by whom it was issued.
 *
 * Returns: (transfer full): the issuer's organization or common name, safe to show; empty when
 *   it has neither
 *
 * Thread: any
 */
char *
envoi_smtp_certificate_dup_issuer (gnutls_x509_crt_t certificate)
{
  g_autofree char *organization = dup_issuer_part (certificate, GNUTLS_OID_X520_ORGANIZATION_NAME);
  g_autofree char *name = dup_issuer_part (certificate, GNUTLS_OID_X520_COMMON_NAME);

  if (organization && name)
    return g_strdup_printf ("%s (%s)", organization, name);
  if (organization || name)
    return g_strdup (organization ? organization : name);

  return g_strdup ("");
}

/**
 * envoi_smtp_certificate_dup_key:
 * @certificate: a certificate
 *
 * Fingerprints the public key, which stays when the certificate is renewed.
 *
 * Returns: (transfer full) (nullable): "sha256:" and 64 digits of the
 *   SubjectPublicKeyInfo's hash
 *
 * Thread: any
 */
char *
envoi_smtp_certificate_dup_key (gnutls_x509_crt_t certificate)
{
  gnutls_pubkey_t key;
  gnutls_datum_t der = { NULL, 0 };
  g_autofree char *digest = NULL;

  if (gnutls_pubkey_init (&key) < 0)
    return NULL;

  if (gnutls_pubkey_import_x509 (key, certificate, 0) >= 0 &&
      gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) >= 0)
    digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);

  gnutls_free (der.data);
  gnutls_pubkey_deinit (key);
  return digest ? g_strconcat ("sha256:", digest, NULL) : NULL;
}

/**
 * envoi_smtp_certificate_dup_facts:
 * @certificate: a certificate
 * @host: the server that showed it
 *
 * Says what it says of itself; nothing is judged.
 *
 * Returns: (transfer full): the facts, without faults
 *
 * Thread: any
 */
EnvoiCertificateFacts *
envoi_smtp_certificate_dup_facts (gnutls_x509_crt_t  certificate,
                                  const char        *host)
{
  EnvoiCertificateFacts *facts = g_new0 (EnvoiCertificateFacts, 1);
  char *key = envoi_smtp_certificate_dup_key (certificate);

  facts->host = g_strdup (host);
  facts->names = envoi_smtp_certificate_dup_names (certificate);
  facts->issuer = envoi_smtp_certificate_dup_issuer (certificate);
  facts->valid_from = gnutls_x509_crt_get_activation_time (certificate);
  facts->valid_until = gnutls_x509_crt_get_expiration_time (certificate);
  facts->key = key ? key : g_strdup ("");
  return facts;
}
