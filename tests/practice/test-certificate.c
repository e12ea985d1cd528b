/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-certificate.h"
#include "envoi-test.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>

#define NOW G_GINT64_CONSTANT (1790000000)
#define DAY (24 * 60 * 60)
#define YEAR (365 * DAY)

static char *
read_file (const char *folder,
           const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_file (const char *folder,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Loads, and says whether the authority is the one that was there before. */
static gboolean
load_and_compare (const char *folder,
                  gint64      now,
                  const char *authority_before)
{
  g_autoptr (GError) error = NULL;
  gnutls_certificate_credentials_t credentials =
    envoi_practice_certificate_load_sync (folder, now, &error);
  g_autofree char *authority = NULL;

  g_assert_no_error (error);
  gnutls_certificate_free_credentials (credentials);
  authority = read_file (folder, "ca.pem");
  return g_strcmp0 (authority, authority_before) == 0;
}

static void
import (gnutls_x509_crt_t *certificate,
        const char        *folder,
        const char        *name)
{
  g_autofree char *text = read_file (folder, name);
  gnutls_datum_t datum = { (unsigned char *) text, (unsigned int) strlen (text) };

  gnutls_x509_crt_init (certificate);
  g_assert_cmpint (gnutls_x509_crt_import (*certificate, &datum, GNUTLS_X509_FMT_PEM), ==, 0);
}

static void
test_first (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *key_file = g_build_filename (folder, "server.pem", NULL);
  gnutls_x509_crt_t authority, server;
  unsigned int status = 1;
  unsigned int bits;
  GStatBuf file;

  load_and_compare (folder, NOW, NULL);
  import (&authority, folder, "ca.pem");
  import (&server, folder, "server.pem");

  g_assert_cmpint (gnutls_x509_crt_verify (server, &authority, 1,
                                           GNUTLS_VERIFY_DISABLE_TIME_CHECKS, &status), ==, 0);
  g_assert_cmpuint (status, ==, 0);
  g_assert_cmpint (gnutls_x509_crt_get_pk_algorithm (server, &bits), ==, GNUTLS_PK_ECDSA);
  g_assert_cmpuint (bits, ==, 256);
  g_assert_true (gnutls_x509_crt_check_hostname (server, "localhost"));
  g_assert_true (gnutls_x509_crt_check_hostname (server, "127.0.0.1"));
  g_assert_true (gnutls_x509_crt_check_hostname (server, "::1"));
  g_assert_false (gnutls_x509_crt_check_hostname (server, "example.org"));
  g_assert_cmpint (gnutls_x509_crt_get_expiration_time (server), >, NOW + 9 * YEAR);
  g_assert_cmpint (gnutls_x509_crt_get_ca_status (server, NULL), ==, 0);

  g_assert_cmpint (g_stat (key_file, &file), ==, 0);
  g_assert_cmpint (file.st_mode & 0777, ==, 0600);

  gnutls_x509_crt_deinit (authority);
  gnutls_x509_crt_deinit (server);
}

static void
test_remade (void)
{
  static const struct {
    const char *about;
    gint64 now;
    const char *spoiled;
    const char *contents;
    gboolean is_kept;
  } rows[] = {
    { "The next day it is the same.", NOW + DAY, NULL, NULL, TRUE },
    { "After nine years it is the same.", NOW + 9 * YEAR, NULL, NULL, TRUE },
    { "Shortly before its end it is remade.", NOW + 10 * YEAR, NULL, NULL, FALSE },
    { "Years before its beginning it is remade.", NOW - YEAR, NULL, NULL, FALSE },
    { "A file that is no certificate is replaced.", NOW, "server.pem", "nonsense", FALSE },
    { "An authority that is gone is replaced.", NOW, "ca.pem", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *authority = NULL;

    g_test_message ("%s", rows[i].about);
    load_and_compare (folder, NOW, NULL);
    authority = read_file (folder, "ca.pem");
    if (rows[i].spoiled)
      write_file (folder, rows[i].spoiled, rows[i].contents);
    g_assert_cmpint (load_and_compare (folder, rows[i].now, authority), ==, rows[i].is_kept);
  }
}

static void
test_mixed (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *other = envoi_test_make_folder ();
  g_autofree char *foreign = NULL;

  g_test_message ("An authority that did not sign the certificate is replaced.");
  load_and_compare (folder, NOW, NULL);
  load_and_compare (other, NOW, NULL);
  foreign = read_file (other, "ca.pem");
  write_file (folder, "ca.pem", foreign);
  g_assert_false (load_and_compare (folder, NOW, foreign));
}

static void
test_unwritable (void)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("A folder that is not there is an error, not a crash.");
  g_assert_null (envoi_practice_certificate_load_sync ("/nonexistent/folder", NOW, &error));
  g_assert_nonnull (error);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/certificate/first", test_first);
  g_test_add_func ("/envoi/practice/certificate/remade", test_remade);
  g_test_add_func ("/envoi/practice/certificate/mixed", test_mixed);
  g_test_add_func ("/envoi/practice/certificate/unwritable", test_unwritable);

  return g_test_run ();
}
