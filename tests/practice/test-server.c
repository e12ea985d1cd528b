/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-server.h"
#include "envoi-test.h"

/* What a session says is tried by another implementation in test-protocol.py;
 * here is the object: its life, its dialogues. */

static EnvoiPracticeServer *
make_server (const char *script)
{
  g_autofree char *path = envoi_test_make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  EnvoiPracticeServer *server = envoi_practice_server_new (folder);

  if (script)
    envoi_practice_server_set_script (server, script, &error);
  g_assert_no_error (error);
  envoi_practice_server_start_sync (server, NULL, &error);
  g_assert_no_error (error);
  return server;
}

static GSocketConnection *
connect_to (guint16     port,
            const char *host)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
    g_socket_client_connect_to_host (client, host, port, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
say (GSocketConnection *connection,
     const char        *text)
{
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (output, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

/* All that comes until the server closes; NULL after a reset. */
static char *
hear_all (GSocketConnection *connection)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GString) heard = g_string_new (NULL);
  char bytes[512];
  gssize got;

  while ((got = g_input_stream_read (input, bytes, sizeof bytes, NULL, NULL)) > 0)
    g_string_append_len (heard, bytes, got);

  return got < 0 ? NULL : g_string_free (g_steal_pointer (&heard), FALSE);
}

static char *
converse (EnvoiPracticeServer *server,
          const char          *text)
{
  g_autoptr (GSocketConnection) connection =
    connect_to (envoi_practice_server_get_starttls_port (server), "127.0.0.1");

  say (connection, text);
  return hear_all (connection);
}

static void
test_life (void)
{
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);
  guint16 port = envoi_practice_server_get_tls_port (server);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (port, >, 0);
  g_assert_cmpuint (port, !=, envoi_practice_server_get_starttls_port (server));
  g_assert_true (g_file_test (envoi_practice_server_get_ca_file (server), G_FILE_TEST_EXISTS));

  envoi_practice_server_stop_sync (server);
  envoi_practice_server_stop_sync (server);
  g_assert_cmpuint (envoi_practice_server_get_tls_port (server), ==, 0);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);

  g_clear_error (&error);
  envoi_practice_server_start_sync (server, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (envoi_practice_server_get_tls_port (server), >, 0);
}

static void
test_stop_with_guests (void)
{
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);
  g_autoptr (GSocketConnection) talking =
    connect_to (envoi_practice_server_get_starttls_port (server), "127.0.0.1");
  g_autoptr (GSocketConnection) silent =
    connect_to (envoi_practice_server_get_tls_port (server), "127.0.0.1");
  g_autofree char *heard = NULL;

  g_test_message ("A guest who says nothing does not hold the server up.");
  say (talking, "EHLO localhost\r\n");
  g_assert_finalize_object (g_steal_pointer (&server));
  heard = hear_all (talking);
  g_assert_true (!heard || !strstr (heard, "221"));
}

static void
test_cancelled (void)
{
  g_autofree char *path = envoi_test_make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (folder);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (envoi_practice_server_start_sync (server, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_bad_folder (void)
{
  g_autofree char *path = envoi_test_make_folder ();
  g_autofree char *file = g_build_filename (path, "file", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (file);
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (folder);
  g_autoptr (GError) error = NULL;

  g_test_message ("Where a file stands in the way, the server says so.");
  g_file_set_contents (file, "", 0, NULL);
  g_assert_false (envoi_practice_server_start_sync (server, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_letter_file (void)
{
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);
  g_autoptr (GFile) file = envoi_practice_server_dup_letter_file (server, "1.eml");
  g_autofree char *name = g_file_get_basename (file);

  g_assert_cmpstr (name, ==, "1.eml");
  g_assert_null (envoi_practice_server_dup_letter_file (server, "../ca.pem"));
  g_assert_null (envoi_practice_server_dup_letter_file (server, "../../x.eml"));
}

static void
test_clear (void)
{
  static const struct {
    const char *about;
    const char *said;
    const char *heard;
  } rows[] = {
    { "No login in the clear.", "EHLO a\r\nAUTH PLAIN AGEAYg==\r\nQUIT\r\n", "\r\n530 5.7.0" },
    { "No letter in the clear.", "EHLO a\r\nMAIL FROM:<a@b>\r\nQUIT\r\n", "\r\n530 5.7.0" },
    { "Nothing before EHLO.", "MAIL FROM:<a@b>\r\nQUIT\r\n", "\r\n503 5.5.1" },
    { "HELO is not enough.", "HELO a\r\nQUIT\r\n", "\r\n502 5.5.1" },
    { "No host name.", "EHLO\r\nQUIT\r\n", "\r\n501 5.5.4" },
    { "Bytes after STARTTLS.", "EHLO a\r\nSTARTTLS\r\nMAIL FROM:<a@b>\r\n", "\r\n501 5.5.1 Nothing" },
    { "STARTTLS with a parameter.", "EHLO a\r\nSTARTTLS now\r\nQUIT\r\n", "\r\n501 5.5.4" },
    { "A bare LF.", "EHLO a\nQUIT\r\n", "\r\n521 5.5.2" },
    { "A bare CR.", "EHLO\ra\r\nQUIT\r\n", "\r\n521 5.5.2" },
    { "A browser.", "GET / HTTP/1.1\r\nQUIT\r\n", "\r\n500 5.5.2" },
    { "An empty line.", "\r\nQUIT\r\n", "\r\n500 5.5.2" },
  };
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *heard = converse (server, rows[i].said);

    g_test_message ("%s", rows[i].about);
    g_assert_nonnull (heard);
    g_assert_true (g_str_has_prefix (heard, "220 localhost "));
    g_assert_nonnull (strstr (heard, rows[i].heard));
    g_assert_null (strstr (heard, "AUTH PLAIN"));
    g_assert_null (strstr (heard, "\r\n235"));
  }
}

static void
test_hopeless_clients (void)
{
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);
  g_autoptr (GString) nonsense = g_string_new (NULL);
  g_autofree char *heard = NULL;
  g_autofree char *endless = g_strnfill (20000, 'a');

  g_test_message ("A client that only errs is shown out.");
  for (guint i = 0; i < 30; i++)
    g_string_append (nonsense, "XYZZY\r\n");
  heard = converse (server, nonsense->str);
  g_assert_true (g_str_has_suffix (heard, "421 4.7.0 Too many errors\r\n"));

  g_test_message ("A line without an end is not read to the end.");
  g_free (heard);
  heard = converse (server, endless);
  g_assert_true (g_str_has_suffix (heard, "500 5.5.6 The line is too long\r\n"));
}

static void
test_second_address (void)
{
  g_autoptr (EnvoiPracticeServer) server = make_server (NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_to_host (client, "::1", envoi_practice_server_get_starttls_port (server),
                                     NULL, NULL);
  g_autofree char *heard = NULL;

  if (!connection) {
    envoi_test_miss ("IPv6");
    return;
  }

  say (connection, "QUIT\r\n");
  heard = hear_all (connection);
  g_assert_true (g_str_has_suffix (heard, "221 2.0.0 Bye\r\n"));
}

static gboolean
has_ended (gpointer server)
{
  return envoi_practice_server_has_script_ended (server);
}

static void
test_script (void)
{
  static const struct {
    const char *about;
    const char *script;
    const char *said;
    const char *heard;      /* NULL: a reset */
    const char *failure;
  } rows[] = {
    { "Lines are sent and matched.", "# a comment\n\nS: 220 hi\nC: EHLO *\nS: 250 ok\nC: QUIT\nS: 221 bye",
      "EHLO x\r\nQUIT\r\n", "220 hi\r\n250 ok\r\n221 bye\r\n", NULL },
    { "Another line than was written.", "S: 220 hi\nC: EHLO *\nS: 250 ok", "HELO x\r\n", "220 hi\r\n",
      "line 2: the client was to send \"EHLO *\" but sent \"HELO x\"" },
    { "What signs in is never shown.", "C: QUIT", "AUTH PLAIN c2VjcmV0\r\n", "",
      "line 1: the client was to send \"QUIT\" but sent \"AUTH ...\"" },
    { "Bytes without a line end.", "W: 220\\x2dh\\\\i\\r\\n\nDROP", "", "220-h\\i\r\n", NULL },
    { "What is for the client, and a cut.", "@security starttls\nS: 220 hi\nCUT", "", "220 hi\r\n", NULL },
    { "A message by DATA.", "C: DATA\nBODY\nS: 250 got it", "DATA\r\n..\r\n.\r\n", "250 got it\r\n", NULL },
    { "A message by BDAT.", "C: BDAT*\nBODY\nC: QUIT\nS: 221", "BDAT 3 LAST\r\na\r\nQUIT\r\n", "221\r\n", NULL },
    { "Some octets.", "TAKE 3\nC: QUIT\nS: 221", "a\r\nQUIT\r\n", "221\r\n", NULL },
    { "The client goes on where it was to end.", "S: 554 no\nEND", "EHLO a\r\n", "554 no\r\n",
      "line 2: the client was to close but sent 8 more octets" },
    { "A reset.", "TAKE 1\nRST", "a", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiPracticeServer) server = make_server (rows[i].script);
    g_autofree char *heard = converse (server, rows[i].said);
    g_autofree char *failure = NULL;

    g_test_message ("%s", rows[i].about);
    envoi_test_wait_until (has_ended, server);
    g_assert_cmpuint (envoi_practice_server_get_script_line (server), >, 0);
    failure = envoi_practice_server_dup_script_failure (server);
    g_assert_cmpstr (failure, ==, rows[i].failure);
    if (!failure)
      g_assert_cmpstr (heard, ==, rows[i].heard);
  }
}

static void
test_script_parts (void)
{
  static const char *const heard[] = { "one\r\n", "two\r\n", "two\r\n" };
  g_autoptr (EnvoiPracticeServer) server = make_server ("S: one\n---\nS: two\n");

  g_test_message ("Each connection plays the next part; the last one repeats.");
  for (guint i = 0; i < G_N_ELEMENTS (heard); i++) {
    g_autofree char *got = converse (server, "");

    g_assert_cmpstr (got, ==, heard[i]);
    if (i == 0)
      g_assert_false (envoi_practice_server_has_script_ended (server));
    else
      envoi_test_wait_until (has_ended, server);
  }
}

static void
test_dialogues (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "dialogues", NULL);
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  g_autoptr (GFile) unused = g_file_new_for_path (folder);
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (unused);
  guint n_read = 0;
  const char *name;

  g_test_message ("The server reads every dialogue that the client's tests play.");
  while ((name = g_dir_read_name (directory))) {
    g_autofree char *path = g_build_filename ("dialogues", name, NULL);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    if (!g_str_has_suffix (name, ".dialogue"))
      continue;

    text = envoi_test_read (path, NULL);
    envoi_practice_server_set_script (server, text, &error);
    g_assert_no_error (error);
    n_read++;
  }

  g_assert_cmpuint (n_read, >, 0);
}

static void
test_script_errors (void)
{
  static const char *const scripts[] = { "SAY hello", "TLS now", "S:hello", "s: hello", " " };
  g_autofree char *path = envoi_test_make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (folder);

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", scripts[i]);
    g_assert_false (envoi_practice_server_set_script (server, scripts[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    g_assert_true (g_str_has_prefix (error->message, "line 1 "));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/server/life", test_life);
  g_test_add_func ("/envoi/practice/server/stop-with-guests", test_stop_with_guests);
  g_test_add_func ("/envoi/practice/server/cancelled", test_cancelled);
  g_test_add_func ("/envoi/practice/server/bad-folder", test_bad_folder);
  g_test_add_func ("/envoi/practice/server/letter-file", test_letter_file);
  g_test_add_func ("/envoi/practice/server/clear", test_clear);
  g_test_add_func ("/envoi/practice/server/hopeless-clients", test_hopeless_clients);
  g_test_add_func ("/envoi/practice/server/second-address", test_second_address);
  g_test_add_func ("/envoi/practice/server/script", test_script);
  g_test_add_func ("/envoi/practice/server/script-parts", test_script_parts);
  g_test_add_func ("/envoi/practice/server/dialogues", test_dialogues);
  g_test_add_func ("/envoi/practice/server/script-errors", test_script_errors);

  return g_test_run ();
}
