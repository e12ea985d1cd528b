/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret-store.h"
#include "envoi-service.h"

/* Sends one file so many times through an account of the whole program: outbox,
 * store and couriers. All letters are durable first and become due at one time.
 *   bench-account HOST PORT tls|starttls CA_FILE RECIPIENT LETTERS FILE [CONNECTIONS] */

enum { HOST = 1, PORT, SECURITY, CA_FILE, RECIPIENT, LETTERS, LETTER_FILE, N_ARGUMENTS };

#define PROVIDER_FILE \
  "{\"schema_version\": 1, \"providers\": [{\"id\": \"bench\", \"name\": \"Bench\"," \
  " \"domains\": [\"bench.example\"], \"auth\": [\"password\"], \"max_connections\": %s," \
  " \"username\": \"%%EMAILADDRESS%%\"," \
  " \"servers\": [{\"host\": \"%s\", \"port\": 465, \"security\": \"tls\"}]}]}"

typedef struct {
  EnvoiService *service;
  EnvoiAccount *account;
  GPtrArray *ids;
} Bench;

static void
write_provider_file (const char *host,
                     const char *connections)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "envoi", "providers.d",
                                              NULL);
  g_autofree char *file = g_build_filename (folder, "bench.json", NULL);
  g_autofree char *text = g_strdup_printf (PROVIDER_FILE, connections, host);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
start_service (Bench *bench)
{
  g_autoptr (EnvoiSecretStore) secrets = envoi_memory_secret_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  bench->service = envoi_service_new (secrets);
  envoi_service_start_async (bench->service, ENVOI_SERVICE_SEND, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (bench->service, result, &error);
  g_assert_no_error (error);
}

static void
add_account (Bench  *bench,
             char  **argv)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new ("bench");
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("password", -1);
  g_autoptr (GAsyncResult) saved = NULL;
  EnvoiSmtpSecurity security = ENVOI_SMTP_SECURITY_TLS;
  EnvoiTestWait wait = { NULL };

  g_assert_true (envoi_smtp_security_from_string (argv[SECURITY], &security));
  g_object_set (account, "email", "user@localhost", "host", argv[HOST], "ca-file", argv[CA_FILE],
                "port", (guint) g_ascii_strtoull (argv[PORT], NULL, 10), "security", security, NULL);
  envoi_account_list_save_async (envoi_service_get_accounts (bench->service), account, NULL,
                                 envoi_test_wait_cb, &wait);
  saved = envoi_test_wait (&wait);
  bench->account = envoi_account_list_find (envoi_service_get_accounts (bench->service), "bench");
  envoi_service_use_password (bench->service, bench->account, secret);
}

static void
queue_letter (Bench  *bench,
              char  **argv,
              gint64  due)
{
  const char *recipients[] = { argv[RECIPIENT], NULL };
  g_autoptr (GFile) file = g_file_new_for_path (argv[LETTER_FILE]);
  g_autoptr (GInputStream) message = G_INPUT_STREAM (g_file_read (file, NULL, NULL));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_service_send_raw_async (bench->service, bench->account, message, recipients, due, NULL,
                                envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_ptr_array_add (bench->ids, envoi_service_send_raw_finish (bench->service, result, &error));
  g_assert_no_error (error);
}

static gboolean
are_sent (gpointer user_data)
{
  Bench *bench = user_data;
  EnvoiOutbox *outbox = envoi_service_get_outbox (bench->service);

  for (guint i = bench->ids->len; i > 0; i--) {
    EnvoiLetter *letter = envoi_outbox_find (outbox, g_ptr_array_index (bench->ids, i - 1));

    if (!letter || envoi_letter_get_state (letter) != ENVOI_LETTER_SENT)
      return FALSE;
  }

  return TRUE;
}

static void
stop_service (Bench *bench)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_service_stop_async (bench->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_stop_finish (bench->service, result, NULL);
}

int
main (int    argc,
      char **argv)
{
  Bench bench = { .ids = g_ptr_array_new_with_free_func (g_free) };
  int n_arguments = 1;
  guint64 n_letters;
  gint64 due;

  if (argc < N_ARGUMENTS)
    return 65;

  envoi_test_init (&n_arguments, &argv);
  n_letters = g_ascii_strtoull (argv[LETTERS], NULL, 10);
  write_provider_file (argv[HOST], argc > N_ARGUMENTS ? argv[N_ARGUMENTS] : "1");
  start_service (&bench);
  add_account (&bench, argv);

  due = g_get_real_time () + G_USEC_PER_SEC + (gint64) n_letters * 50 * 1000;
  for (guint64 i = 0; i < n_letters; i++)
    queue_letter (&bench, argv, due);

  envoi_test_wait_until (are_sent, &bench);
  stop_service (&bench);
  return 0;
}
