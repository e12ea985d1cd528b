/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"

#include "envoi-search-provider.h"
#include "envoi-service.h"

/* The desktop's search at the other end of a private bus, asking for letters that
 * really went to the practice server. */

typedef struct {
  EnvoiService *service;
  EnvoiSearchProvider *provider;
  GDBusConnection *program;
  GDBusConnection *shell;
  char *letter_id;
  char *opened;               /* "id time" of the last result that was chosen */
  char *searched;
  guint n_idle;
} Fixture;

static GDBusConnection *
connect_to_bus (void)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus;

  bus = g_dbus_connection_new_for_address_sync (address,
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);
  return bus;
}

static void
opened_cb (EnvoiSearchProvider *provider,
           const char          *letter_id,
           guint                timestamp,
           Fixture             *fixture)
{
  g_free (fixture->opened);
  fixture->opened = g_strdup_printf ("%s %u", letter_id, timestamp);
}

static void
searched_cb (EnvoiSearchProvider *provider,
             const char          *words,
             guint                timestamp,
             Fixture             *fixture)
{
  g_free (fixture->searched);
  fixture->searched = g_strdup_printf ("%s %u", words, timestamp);
}

static void
idle_cb (EnvoiSearchProvider *provider,
         Fixture             *fixture)
{
  fixture->n_idle++;
}

static gboolean
is_sent (gpointer data)
{
  Fixture *fixture = data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                           fixture->letter_id);

  return letter && envoi_letter_get_state (letter) == ENVOI_LETTER_SENT;
}

static void
submit_letter (Fixture    *fixture,
               const char *subject,
               gint64      hold_until)
{
  g_free (fixture->letter_id);
  fixture->letter_id = test_service_send_words (fixture->service, "Wang Wei <practice@localhost>", subject, "The harvest was good.",
                                                hold_until);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->program = connect_to_bus ();
  fixture->shell = connect_to_bus ();
  fixture->provider = envoi_search_provider_new (fixture->program, 1, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->provider, "open-letter", G_CALLBACK (opened_cb), fixture);
  g_signal_connect (fixture->provider, "search", G_CALLBACK (searched_cb), fixture);
  g_signal_connect (fixture->provider, "idle", G_CALLBACK (idle_cb), fixture);

  fixture->service = test_service_start (TEST_SERVICE_SENDER);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->provider);
  test_service_stop (&fixture->service);
  g_dbus_connection_close_sync (fixture->program, NULL, NULL);
  g_dbus_connection_close_sync (fixture->shell, NULL, NULL);
  g_clear_object (&fixture->program);
  g_clear_object (&fixture->shell);
  g_free (fixture->letter_id);
  g_free (fixture->opened);
  g_free (fixture->searched);
}

/* Asks without waiting: the answer is taken by hear(). */
static void
ask (Fixture       *fixture,
     const char    *method,
     GVariant      *parameters,
     EnvoiTestWait *wait)
{
  g_dbus_connection_call (fixture->shell,
                          g_dbus_connection_get_unique_name (fixture->program),
                          ENVOI_SEARCH_PROVIDER_PATH, "org.gnome.Shell.SearchProvider2", method,
                          parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, envoi_test_wait_cb,
                          wait);
}

static GVariant *
hear (Fixture       *fixture,
      EnvoiTestWait *wait)
{
  g_autoptr (GAsyncResult) result = envoi_test_wait (wait);
  g_autoptr (GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_finish (fixture->shell, result, &error);

  g_assert_no_error (error);
  return answer;
}

static GVariant *
call (Fixture    *fixture,
      const char *method,
      GVariant   *parameters)
{
  EnvoiTestWait wait = { 0 };

  ask (fixture, method, parameters, &wait);
  return hear (fixture, &wait);
}

static void
assert_results (GVariant   *answer,
                const char *only_id)
{
  g_autofree const char **ids = NULL;

  g_variant_get (answer, "(^a&s)", &ids);
  g_assert_cmpuint (g_strv_length ((char **) ids), ==, only_id ? 1 : 0);
  g_assert_cmpstr (ids[0], ==, only_id);
}

/* What was sent is found, what waits is not; a result opens. */
static void
test_sent_letters (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *terms[] = { "harv", NULL };
  const char *finer[] = { "harv", "Quarterly", NULL };
  const char *nothing[] = { "harv", "nowhere", NULL };
  const char *ids[] = { NULL, "no-such-letter", NULL };
  g_autoptr (GVariant) found = NULL, narrowed = NULL, missed = NULL, metas = NULL, done = NULL;
  g_autoptr (GVariant) list = NULL, meta = NULL, launched = NULL;
  g_autofree char *sent_id = NULL, *expected = NULL;
  const char *text;

  submit_letter (fixture, "Quarterly report", g_get_real_time ());
  envoi_test_wait_until (is_sent, fixture);
  sent_id = g_strdup (fixture->letter_id);
  submit_letter (fixture, "Quarterly plan", g_get_real_time () + G_TIME_SPAN_DAY);
  envoi_search_provider_set_outbox (fixture->provider, envoi_service_get_outbox (fixture->service));

  found = call (fixture, "GetInitialResultSet", g_variant_new ("(^as)", terms));
  assert_results (found, sent_id);
  ids[0] = sent_id;
  narrowed = call (fixture, "GetSubsearchResultSet", g_variant_new ("(^as^as)", ids, finer));
  assert_results (narrowed, sent_id);
  missed = call (fixture, "GetSubsearchResultSet", g_variant_new ("(^as^as)", ids, nothing));
  assert_results (missed, NULL);

  metas = call (fixture, "GetResultMetas", g_variant_new ("(^as)", ids));
  list = g_variant_get_child_value (metas, 0);
  g_assert_cmpuint (g_variant_n_children (list), ==, 1);
  meta = g_variant_get_child_value (list, 0);
  g_assert_true (g_variant_lookup (meta, "id", "&s", &text));
  g_assert_cmpstr (text, ==, sent_id);
  g_assert_true (g_variant_lookup (meta, "name", "&s", &text));
  g_assert_cmpstr (text, ==, "Quarterly report");
  g_assert_true (g_variant_lookup (meta, "description", "&s", &text));
  g_assert_true (g_str_has_prefix (text, "to Wang Wei, "));

  done = call (fixture, "ActivateResult", g_variant_new ("(s^asu)", sent_id, terms, 77));
  expected = g_strdup_printf ("%s 77", sent_id);
  g_assert_cmpstr (fixture->opened, ==, expected);
  launched = call (fixture, "LaunchSearch", g_variant_new ("(^asu)", finer, 78));
  g_assert_cmpstr (fixture->searched, ==, "harv Quarterly 78");
}

static gboolean
is_idle (gpointer data)
{
  return ((Fixture *) data)->n_idle > 0;
}

static gboolean
is_busy (gpointer data)
{
  return envoi_search_provider_is_busy (((Fixture *) data)->provider);
}

/* A question that comes while the letters are still being read waits for them, and the program
 * with it; when there are none to be had, the answer is empty. */
static void
test_waits (Fixture       *fixture,
            gconstpointer  data)
{
  const char *terms[] = { "harvest", NULL };
  g_autoptr (GVariant) found = NULL, later = NULL;
  EnvoiTestWait wait = { 0 };

  g_assert_false (envoi_search_provider_is_busy (fixture->provider));
  ask (fixture, "GetInitialResultSet", g_variant_new ("(^as)", terms), &wait);
  envoi_test_wait_until (is_busy, fixture);
  g_assert_null (wait.result);
  g_assert_cmpuint (fixture->n_idle, ==, 0);

  envoi_search_provider_set_outbox (fixture->provider, NULL);
  found = hear (fixture, &wait);
  assert_results (found, NULL);
  envoi_test_wait_until (is_idle, fixture);
  g_assert_false (envoi_search_provider_is_busy (fixture->provider));

  later = call (fixture, "GetInitialResultSet", g_variant_new ("(^as)", terms));
  assert_results (later, NULL);
}

/* Nothing to look for, and signs that the index could take for its own. */
static void
test_odd_terms (Fixture       *fixture,
                gconstpointer  data)
{
  const char *terms[][3] = { { NULL }, { "", NULL }, { "\"", "*", NULL }, { "a OR b", ")", NULL } };

  envoi_search_provider_set_outbox (fixture->provider, envoi_service_get_outbox (fixture->service));
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++) {
    g_autoptr (GVariant) found = call (fixture, "GetInitialResultSet",
                                       g_variant_new ("(^as)", terms[i]));

    assert_results (found, NULL);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add ("/envoi/ui/search-provider/sent-letters", Fixture, NULL, set_up, test_sent_letters,
              tear_down);
  g_test_add ("/envoi/ui/search-provider/waits", Fixture, NULL, set_up, test_waits, tear_down);
  g_test_add ("/envoi/ui/search-provider/odd-terms", Fixture, NULL, set_up, test_odd_terms,
              tear_down);

  return g_test_run ();
}
