/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-certificate.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* The practice server's identity: a private authority in ca.pem, and server.pem
 * with the key, the certificate and the authority's certificate. The authority's
 * key is forgotten as soon as it has signed the one certificate, so trusting
 * ca.pem can never mean trusting anything else.
 *
 * Thread: worker */

#define CA_FILE "ca.pem"
#define SERVER_FILE "server.pem"
#define LOCK_FILE "lock"
#define DAY_SECONDS (24 * 60 * 60)
#define LIFE_SECONDS (3652 * (gint64) DAY_SECONDS)
#define REMADE_BEFORE_END_SECONDS (30 * (gint64) DAY_SECONDS)
#define SERIAL_LENGTH 16
#define KEY_ID_LENGTH 20

typedef struct {
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
} Identity;

static void
identity_clear (Identity *self)
{
  g_clear_pointer (&self->key, gnutls_x509_privkey_deinit);
  g_clear_pointer (&self->certificate, gnutls_x509_crt_deinit);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

static void
datum_clear (gnutls_datum_t *datum)
{
  gnutls_free (datum->data);
}

typedef gnutls_datum_t Datum;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Datum, datum_clear)

static gboolean
check (int      code,
       GError **error)
{
  if (code >= 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _("The practice server's certificate cannot be made: %s"), gnutls_strerror (code));
  return FALSE;
}

static int
set_names (gnutls_x509_crt_t certificate)
{
  static const guint8 loopback_v4[4] = { 127, 0, 0, 1 };
  static const guint8 loopback_v6[16] = { [15] = 1 };
  int code;

  code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_DNSNAME, "localhost",
                                               strlen ("localhost"), GNUTLS_FSAN_SET);
  if (code >= 0)
    code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, loopback_v4,
                                                 sizeof loopback_v4, GNUTLS_FSAN_APPEND);
  if (code >= 0)
    code = gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, loopback_v6,
                                                 sizeof loopback_v6, GNUTLS_FSAN_APPEND);
  return code;
}

static int
set_purpose (gnutls_x509_crt_t certificate,
             gboolean          is_authority)
{
  int code = gnutls_x509_crt_set_basic_constraints (certificate, is_authority,
                                                    is_authority ? 0 : -1);

  if (code >= 0)
    code = gnutls_x509_crt_set_key_usage (certificate, is_authority ? GNUTLS_KEY_KEY_CERT_SIGN :
                                          GNUTLS_KEY_DIGITAL_SIGNATURE);
  if (code >= 0 && !is_authority)
    code = gnutls_x509_crt_set_key_purpose_oid (certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
  if (code >= 0 && !is_authority)
    code = set_names (certificate);

  return code;
}

static int
set_common (gnutls_x509_crt_t certificate,
            gboolean          is_authority,
            gint64            now)
{
  const char *name = is_authority ? "Envoi practice authority" : "localhost";
  guint8 serial[SERIAL_LENGTH];
  int code;

  gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial);
  serial[0] &= 0x7f;      /* A serial number is positive (RFC 5280 section 4.1.2.2). */

  code = gnutls_x509_crt_set_version (certificate, 3);
  if (code >= 0)
    code = gnutls_x509_crt_set_serial (certificate, serial, sizeof serial);
  if (code >= 0)
    code = gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                          (unsigned int) strlen (name));
  /* A day of grace for a clock that is put back. */
  if (code >= 0)
    code = gnutls_x509_crt_set_activation_time (certificate, now - DAY_SECONDS);
  if (code >= 0)
    code = gnutls_x509_crt_set_expiration_time (certificate, now + LIFE_SECONDS);

  return code;
}

/* RFC 5280 sections 4.2.1.1 and 4.2.1.2; strict verifiers ask for both. */
static int
set_key_ids (gnutls_x509_crt_t certificate,
             gnutls_x509_crt_t issuer)
{
  guint8 id[KEY_ID_LENGTH];
  size_t length = sizeof id;
  int code = gnutls_x509_crt_get_key_id (certificate, GNUTLS_KEYID_USE_SHA1, id, &length);

  if (code >= 0)
    code = gnutls_x509_crt_set_subject_key_id (certificate, id, length);
  length = sizeof id;
  if (code >= 0)
    code = gnutls_x509_crt_get_key_id (issuer, GNUTLS_KEYID_USE_SHA1, id, &length);
  if (code >= 0)
    code = gnutls_x509_crt_set_authority_key_id (certificate, id, length);

  return code;
}

static int
make_identity (Identity       *self,
               const Identity *issuer,
               gint64          now)
{
  gboolean is_authority = issuer == self;
  int code = gnutls_x509_privkey_init (&self->key);

  if (code >= 0)
    code = gnutls_x509_crt_init (&self->certificate);
  if (code >= 0)
    code = gnutls_x509_privkey_generate (self->key, GNUTLS_PK_ECDSA,
                                         GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);
  if (code >= 0)
    code = gnutls_x509_crt_set_key (self->certificate, self->key);
  if (code >= 0)
    code = set_common (self->certificate, is_authority, now);
  if (code >= 0)
    code = set_purpose (self->certificate, is_authority);
  if (code >= 0)
    code = set_key_ids (self->certificate, issuer->certificate);
  if (code >= 0)
    code = gnutls_x509_crt_sign2 (self->certificate, issuer->certificate, issuer->key,
                                  GNUTLS_DIG_SHA256, 0);
  return code;
}

static gboolean
write_file (const char  *folder,
            const char  *name,
            GString     *contents,
            GError     **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents_full (path, contents->str, (gssize) contents->len,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
write_identities (const char      *folder,
                  const Identity  *authority,
                  const Identity  *server,
                  GError         **error)
{
  g_auto (Datum) authority_pem = { NULL, 0 };
  g_auto (Datum) server_pem = { NULL, 0 };
  g_auto (Datum) key_pem = { NULL, 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_written;

  if (!check (gnutls_x509_crt_export2 (authority->certificate, GNUTLS_X509_FMT_PEM,
                                       &authority_pem), error) ||
      !check (gnutls_x509_crt_export2 (server->certificate, GNUTLS_X509_FMT_PEM,
                                       &server_pem), error) ||
      !check (gnutls_x509_privkey_export2_pkcs8 (server->key, GNUTLS_X509_FMT_PEM, NULL,
                                                 GNUTLS_PKCS_PLAIN, &key_pem), error))
    return FALSE;

  g_string_append_len (text, (const char *) key_pem.data, key_pem.size);
  g_string_append_len (text, (const char *) server_pem.data, server_pem.size);
  g_string_append_len (text, (const char *) authority_pem.data, authority_pem.size);
  is_written = write_file (folder, SERVER_FILE, text, error);

  g_string_truncate (text, 0);
  g_string_append_len (text, (const char *) authority_pem.data, authority_pem.size);
  return is_written && write_file (folder, CA_FILE, text, error);
}

static gboolean
make_sync (const char  *folder,
           gint64       now,
           GError     **error)
{
  g_auto (Identity) authority = { NULL, NULL };
  g_auto (Identity) server = { NULL, NULL };

  return check (make_identity (&authority, &authority, now), error) &&
         check (make_identity (&server, &authority, now), error) &&
         write_identities (folder, &authority, &server, error);
}

static char *
read_file (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static gboolean
is_in_its_time (char   *pem,
                gint64  now)
{
  gnutls_datum_t datum = { (unsigned char *) pem, (unsigned int) strlen (pem) };
  g_auto (Identity) server = { NULL, NULL };

  if (gnutls_x509_crt_init (&server.certificate) < 0 ||
      gnutls_x509_crt_import (server.certificate, &datum, GNUTLS_X509_FMT_PEM) < 0)
    return FALSE;

  return now >= gnutls_x509_crt_get_activation_time (server.certificate) &&
         now + REMADE_BEFORE_END_SECONDS < gnutls_x509_crt_get_expiration_time (server.certificate);
}

/* Both files are there, were written together and have a month to live. */
static gboolean
is_usable (const char *folder,
           gint64      now)
{
  g_autofree char *authority = read_file (folder, CA_FILE);
  g_autofree char *server = read_file (folder, SERVER_FILE);

  return *authority != '\0' && g_str_has_suffix (server, authority) && is_in_its_time (server, now);
}

static gnutls_certificate_credentials_t
load_credentials (const char  *folder,
                  GError     **error)
{
  g_autofree char *path = g_build_filename (folder, SERVER_FILE, NULL);
  gnutls_certificate_credentials_t credentials = NULL;

  if (!check (gnutls_certificate_allocate_credentials (&credentials), error))
    return NULL;

  if (!check (gnutls_certificate_set_x509_key_file (credentials, path, path, GNUTLS_X509_FMT_PEM),
              error))
    g_clear_pointer (&credentials, gnutls_certificate_free_credentials);

  return credentials;
}

static gnutls_certificate_credentials_t
load_locked_sync (const char  *folder,
                  gint64       now,
                  GError     **error)
{
  gnutls_certificate_credentials_t credentials = NULL;

  if (is_usable (folder, now))
    credentials = load_credentials (folder, NULL);
  if (!credentials && make_sync (folder, now, error))
    credentials = load_credentials (folder, error);

  return credentials;
}

/**
 * envoi_practice_certificate_load_sync:
 * @folder: the practice server's own folder, which is there
 * @now: seconds since the epoch
 * @error: return location
 *
 * Loads the server's certificate, and makes one first when there is none, when
 * it does not fit or when it ends within a month.
 *
 * Returns: (transfer full) (nullable): credentials for GnuTLS
 *
 * Errors: any of GIOError or GFileError
 * Thread: worker
 */
gnutls_certificate_credentials_t
envoi_practice_certificate_load_sync (const char  *folder,
                                      gint64       now,
                                      GError     **error)
{
  g_autofree char *path = g_build_filename (folder, LOCK_FILE, NULL);
  gnutls_certificate_credentials_t credentials;
  int lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  /* The window and the command line may both be here for the first time. */
  if (lock >= 0)
    (void) flock (lock, LOCK_EX);

  credentials = load_locked_sync (folder, now, error);

  if (lock >= 0)
    close (lock);
  return credentials;
}

/**
 * envoi_practice_certificate_dup_ca_file:
 * @folder: the practice server's own folder
 *
 * Returns: (transfer full): the path of the authority's certificate
 *
 * Thread: any
 */
char *
envoi_practice_certificate_dup_ca_file (const char *folder)
{
  return g_build_filename (folder, CA_FILE, NULL);
}
