/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-prober.h"
#include "envoi-test.h"

/* What a guess meets at the server that is there. */
typedef struct {
  const char *prose;
  gboolean is_starttls_port;
  EnvoiSmtpSecurity security;
  gboolean is_trusted;
  int code;                    /* -1 = one can sign in there */
} ProbeCase;

static const ProbeCase probes[] = {
  { "TLS from the start", FALSE, ENVOI_SMTP_SECURITY_TLS, TRUE, -1 },
  { "STARTTLS", TRUE, ENVOI_SMTP_SECURITY_STARTTLS, TRUE, -1 },
  { "a certificate that nobody vouches for", FALSE, ENVOI_SMTP_SECURITY_TLS, FALSE,
    ENVOI_SMTP_ERROR_TLS_UNTRUSTED },
};

static void
test_prober (void)
{
  Fixture fixture = { 0 };
  EnvoiPracticeServer *server;
  g_autoptr (EnvoiSmtpProber) prober = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PRACTICE, NULL);
  server = envoi_service_get_practice (fixture.service);
  prober = envoi_smtp_prober_new (envoi_service_get_clock (fixture.service));

  for (guint i = 0; i < G_N_ELEMENTS (probes); i++) {
    const ProbeCase *row = &probes[i];
    EnvoiSmtpTrust trust = { envoi_practice_server_get_ca_file (server), NULL };
    g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiTestWait wait = { 0 };
    gboolean is_there;

    g_test_message ("%s", row->prose);
    endpoint = envoi_smtp_endpoint_new ("localhost", row->is_starttls_port
                                        ? envoi_practice_server_get_starttls_port (server)
                                        : envoi_practice_server_get_tls_port (server),
                                        row->security, row->is_trusted ? &trust : NULL,
                                        ENVOI_SMTP_QUIRK_NONE, &error);
    g_assert_no_error (error);
    envoi_server_prober_probe_async (ENVOI_SERVER_PROBER (prober), endpoint, NULL,
                                     envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    is_there = envoi_server_prober_probe_finish (ENVOI_SERVER_PROBER (prober), result, &error);
    g_assert_cmpint (is_there, ==, row->code == -1);
    if (!is_there)
      g_assert_error (error, ENVOI_SMTP_ERROR, row->code);
  }

  g_assert_cmpuint (fixture_count_received (&fixture), ==, 0);
  fixture_stop (&fixture);
}

/* A server that speaks first hears no greeting from one that waits for TLS, so
 * only the end of the patience ends that try. */
static void
test_prober_cancelled (void)
{
  Fixture fixture = { 0 };
  EnvoiPracticeServer *server;
  g_autoptr (EnvoiSmtpProber) prober = NULL;
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };

  fixture_start (&fixture, ENVOI_SERVICE_PRACTICE, NULL);
  server = envoi_service_get_practice (fixture.service);
  prober = envoi_smtp_prober_new (envoi_service_get_clock (fixture.service));
  endpoint = envoi_smtp_endpoint_new ("localhost", envoi_practice_server_get_tls_port (server),
                                      ENVOI_SMTP_SECURITY_STARTTLS, NULL, ENVOI_SMTP_QUIRK_NONE,
                                      NULL);
  envoi_server_prober_probe_async (ENVOI_SERVER_PROBER (prober), endpoint, cancellable,
                                   envoi_test_wait_cb, &wait);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_server_prober_probe_finish (ENVOI_SERVER_PROBER (prober), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_stop (&fixture);
}

static void
test_service (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiFinding) finding = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  envoi_service_discover_async (fixture.service, "li@foxmail.com", NULL, NULL, NULL,
                                envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  finding = envoi_service_discover_finish (fixture.service, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (finding->host, ==, "smtp.qq.com");
  g_assert_cmpint (finding->source, ==, ENVOI_FINDING_TABLE);
  g_clear_object (&result);
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/discover/prober", test_prober);
  g_test_add_func ("/envoi/app/discover/prober-cancelled", test_prober_cancelled);
  g_test_add_func ("/envoi/app/discover/service", test_service);
  return g_test_run ();
}
