/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "staples.h"

#include <gnutls/abstract.h>
#include <string.h>

/* GnuTLS reads OCSP responses and makes none: so they are written here, in DER. */

#define SEQUENCE 0x30
#define INTEGER 0x02
#define BIT_STRING 0x03
#define OCTET_STRING 0x04
#define OBJECT_ID 0x06
#define ENUMERATED 0x0a
#define GENERALIZED_TIME 0x18
#define TAGGED(n) (0xa0 + (n))
#define TAGGED_PRIMITIVE(n) (0x80 + (n))

#define SUCCESSFUL 0
#define TRY_LATER 3
/* Of an uncompressed point on P-256, the end of its key's DER. */
#define POINT_OCTETS 65

static const guint8 id_basic[] = { 0x2b, 6, 1, 5, 5, 7, 48, 1, 1 };
static const guint8 sha1_algorithm[] = {
  SEQUENCE, 9, OBJECT_ID, 5, 0x2b, 14, 3, 2, 26, 5, 0,
};
static const guint8 ecdsa_sha256_algorithm[] = {
  SEQUENCE, 10, OBJECT_ID, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2,
};

static void
check (int status)
{
  if (status < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (status));
}

static void
put (GByteArray   *der,
     guint8        tag,
     const guint8 *octets,
     gsize         length)
{
  const guint8 short_head[] = { tag, (guint8) length };
  const guint8 head[] = { tag, 0x81, (guint8) length };
  const guint8 long_head[] = { tag, 0x82, (guint8) (length >> 8), (guint8) length };

  g_assert_cmpuint (length, <=, G_MAXUINT16);
  if (length < 0x80)
    g_byte_array_append (der, short_head, sizeof short_head);
  else if (length <= G_MAXUINT8)
    g_byte_array_append (der, head, sizeof head);
  else
    g_byte_array_append (der, long_head, sizeof long_head);
  g_byte_array_append (der, octets, (guint) length);
}

/* @content: (transfer full) */
static void
put_all (GByteArray *der,
         guint8      tag,
         GByteArray *content)
{
  put (der, tag, content->data, content->len);
  g_byte_array_unref (content);
}

static void
put_time (GByteArray *der,
          int         hours)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_hours (now, hours);
  g_autofree char *text = g_date_time_format (then, "%Y%m%d%H%M%SZ");

  put (der, GENERALIZED_TIME, (const guint8 *) text, strlen (text));
}

static void
put_hash (GByteArray   *der,
          const guint8 *octets,
          gsize         length)
{
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize n_digest = sizeof digest;

  g_checksum_update (sha1, octets, (gssize) length);
  g_checksum_get_digest (sha1, digest, &n_digest);
  put (der, OCTET_STRING, digest, n_digest);
}

static void
put_key_hash (GByteArray        *der,
              gnutls_x509_crt_t  issuer)
{
  gnutls_pubkey_t key;
  gnutls_datum_t info;

  check (gnutls_pubkey_init (&key));
  check (gnutls_pubkey_import_x509 (key, issuer, 0));
  check (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &info));
  put_hash (der, info.data + info.size - POINT_OCTETS, POINT_OCTETS);
  gnutls_free (info.data);
  gnutls_pubkey_deinit (key);
}

/* RFC 6960 section 4.1.1, CertID */
static void
put_identity (GByteArray        *der,
              gnutls_x509_crt_t  certificate,
              gnutls_x509_crt_t  issuer,
              gboolean           is_other)
{
  GByteArray *content = g_byte_array_new ();
  gnutls_datum_t name;
  guint8 serial[64];
  gsize n_serial = sizeof serial;

  g_byte_array_append (content, sha1_algorithm, sizeof sha1_algorithm);
  check (gnutls_x509_crt_get_raw_dn (issuer, &name));
  put_hash (content, name.data, name.size);
  gnutls_free (name.data);
  put_key_hash (content, issuer);

  check (gnutls_x509_crt_get_serial (certificate, serial, &n_serial));
  if (is_other)
    serial[n_serial - 1] ^= 0x55;
  put (content, INTEGER, serial, n_serial);
  put_all (der, SEQUENCE, content);
}

static void
put_status (GByteArray   *der,
            StapleStatus  status)
{
  GByteArray *revoked;

  if (status != STAPLE_REVOKED) {
    put (der, status == STAPLE_GOOD ? TAGGED_PRIMITIVE (0) : TAGGED_PRIMITIVE (2), NULL, 0);
    return;
  }

  revoked = g_byte_array_new ();
  put_time (revoked, -48);
  put_all (der, TAGGED (1), revoked);
}

/* SingleResponse */
static void
put_word (GByteArray        *der,
          const StapleSpec  *spec,
          StapleStatus       status,
          gnutls_x509_crt_t  certificate,
          gnutls_x509_crt_t  issuer,
          gboolean           is_other)
{
  GByteArray *content = g_byte_array_new ();
  GByteArray *end;

  put_identity (content, certificate, issuer, is_other);
  put_status (content, status);
  put_time (content, spec->from_hours);
  if (!spec->has_no_end) {
    end = g_byte_array_new ();
    put_time (end, spec->until_hours);
    put_all (content, TAGGED (0), end);
  }
  put_all (der, SEQUENCE, content);
}

static void
put_responder (GByteArray        *der,
               gnutls_x509_crt_t  responder)
{
  gnutls_datum_t name;

  check (gnutls_x509_crt_get_raw_dn (responder, &name));
  put (der, TAGGED (1), name.data, name.size);
  gnutls_free (name.data);
}

/* ResponseData */
static GByteArray *
make_data (const StapleSpec      *spec,
           gnutls_x509_crt_t      certificate,
           gnutls_x509_crt_t      issuer,
           const StapleResponder *responder)
{
  GByteArray *content = g_byte_array_new ();
  GByteArray *words = g_byte_array_new ();
  GByteArray *data = g_byte_array_new ();

  if (spec->form == STAPLE_FOR_TWO)
    put_word (words, spec, STAPLE_GOOD, certificate, issuer, TRUE);
  put_word (words, spec, spec->status, certificate, issuer, spec->form == STAPLE_FOR_OTHER);

  put_responder (content, responder->certificate);
  put_time (content, spec->from_hours);
  put_all (content, SEQUENCE, words);
  put_all (data, SEQUENCE, content);
  return data;
}

static void
put_signature (GByteArray            *der,
               const GByteArray      *data,
               gnutls_x509_privkey_t  key,
               gboolean               is_broken)
{
  GByteArray *bits = g_byte_array_new ();
  gnutls_datum_t text = { data->data, data->len };
  gnutls_datum_t signature;
  gnutls_privkey_t signer;
  const guint8 n_unused = 0;

  check (gnutls_privkey_init (&signer));
  check (gnutls_privkey_import_x509 (signer, key, 0));
  check (gnutls_privkey_sign_data (signer, GNUTLS_DIG_SHA256, 0, &text, &signature));
  if (is_broken)
    signature.data[signature.size - 1] ^= 1;

  g_byte_array_append (bits, &n_unused, 1);
  g_byte_array_append (bits, signature.data, signature.size);
  put_all (der, BIT_STRING, bits);
  gnutls_free (signature.data);
  gnutls_privkey_deinit (signer);
}

static void
put_certificate (GByteArray        *der,
                 gnutls_x509_crt_t  certificate)
{
  GByteArray *list = g_byte_array_new ();
  gnutls_datum_t octets;

  check (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_DER, &octets));
  put (list, SEQUENCE, octets.data, octets.size);
  put_all (der, TAGGED (0), list);
  gnutls_free (octets.data);
}

/* BasicOCSPResponse */
static GByteArray *
make_basic (const StapleSpec      *spec,
            gnutls_x509_crt_t      certificate,
            gnutls_x509_crt_t      issuer,
            const StapleResponder *responder)
{
  g_autoptr (GByteArray) data = make_data (spec, certificate, issuer, responder);
  GByteArray *content = g_byte_array_new ();
  GByteArray *basic = g_byte_array_new ();

  g_byte_array_append (content, data->data, data->len);
  g_byte_array_append (content, ecdsa_sha256_algorithm, sizeof ecdsa_sha256_algorithm);
  put_signature (content, data, responder->key, spec->form == STAPLE_BROKEN);
  if (responder->is_shown)
    put_certificate (content, responder->certificate);
  put_all (basic, SEQUENCE, content);
  return basic;
}

static GByteArray *
make_response (guint8      status,
               GByteArray *basic)
{
  GByteArray *response = g_byte_array_new ();
  GByteArray *content = g_byte_array_new ();
  GByteArray *octets;
  GByteArray *typed;

  put (content, ENUMERATED, &status, 1);
  if (basic) {
    octets = g_byte_array_new ();
    typed = g_byte_array_new ();
    put (typed, OBJECT_ID, id_basic, sizeof id_basic);
    put_all (typed, OCTET_STRING, basic);
    put_all (octets, SEQUENCE, typed);
    put_all (content, TAGGED (0), octets);
  }
  put_all (response, SEQUENCE, content);
  return response;
}

/* What @responder says of @certificate. */
GByteArray *
staple_make (const StapleSpec      *spec,
             gnutls_x509_crt_t      certificate,
             gnutls_x509_crt_t      issuer,
             const StapleResponder *responder)
{
  static const guint8 garbage[] = "this is no response";

  if (spec->form == STAPLE_GARBAGE)
    return g_byte_array_append (g_byte_array_new (), garbage, sizeof garbage);
  if (spec->form == STAPLE_TRY_LATER)
    return make_response (TRY_LATER, NULL);

  return make_response (SUCCESSFUL, make_basic (spec, certificate, issuer, responder));
}
