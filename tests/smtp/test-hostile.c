/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"
#include "dialogue.h"
#include "test-server.h"

#include "envoi-smtp-connection-private.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <string.h>

/* Servers that mean harm, at every step of a session and below SMTP. What the
 * client then says is true: never "sent" without the final 2yz to this letter,
 * never "try again" once the server may have it, never a sign-in in clear, and
 * it always comes to an end. */

static const EnvoiSmtpTimeouts impatient = {
  .connect_ms = 20000, .tls_ms = 80, .greeting_ms = 80, .command_ms = 80,
  .data_ms = 80, .stall_ms = 80, .final_ms = 80, .quit_ms = 80,
};
static const EnvoiSmtpTimeouts patient = {
  .connect_ms = 20000, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 20000,
  .data_ms = 20000, .stall_ms = 20000, .final_ms = 20000, .quit_ms = 5000,
};

/* More than all buffers between two sockets hold. */
#define LARGE_OCTETS (32 * 1024 * 1024)

typedef struct {
  const char *prose;
  DialogueVerb verb;
  const char *octets;
  gsize length;            /* 0: as a string */
  guint n_times;           /* 0: once */
} Attack;

/* Each in place of what the server should say. */
static const Attack attacks[] = {
  { "a drip", DIALOGUE_DRIP },
  { "silence", DIALOGUE_WAIT },
  { "half a code", DIALOGUE_RAW, "25" },
  { "a reply without an end", DIALOGUE_RAW, "250-more to come\r\n" },
  { "a line without an end", DIALOGUE_RAW, "250 aaaaaaaaaaaaaaaa", 0, 8192 },
  { "lines without an end", DIALOGUE_RAW, "250-aaaaaaaaaaaaaaaaaaa\r\n", 0, 4096 },
  { "octets of no kind", DIALOGUE_RAW, "\xff\xfe\x00\x01\x80\x16\x03\x03\r\n", 10 },
  { "NULs", DIALOGUE_RAW, "\0\0\0\0\r\n", 6 },
  { "a code and a NUL", DIALOGUE_RAW, "250\0 ok\r\n", 9 },
  { "empty lines", DIALOGUE_RAW, "\r\n\r\n\r\n" },
  { "codes that do not exist", DIALOGUE_RAW, "999 no\r\n" },
  { "a code of the first class", DIALOGUE_RAW, "150 wait\r\n" },
  { "a web server's answer", DIALOGUE_RAW, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
  { "a go-ahead nobody asked for", DIALOGUE_RAW, "354 go\r\n" },
  { "a challenge nobody asked for", DIALOGUE_RAW, "334 AAAA\r\n" },
  { "a challenge that ends", DIALOGUE_RAW, "334 *\r\n" },
  { "codes that change", DIALOGUE_RAW, "250-ok\r\n550 no\r\n" },
  { "terminal escapes", DIALOGUE_RAW, "\033]0;owned\007\033[2J\r\n" },
  { "a farewell and what the client hoped for", DIALOGUE_RAW, "221 bye\r\n250 sent\r\n" },
  { "a TLS record", DIALOGUE_RAW, "\x16\x03\x01\x00\x05hello", 10 },
  { "the end in the middle of a reply", DIALOGUE_RAW_END, "250-more to come\r\n250 o" },
  { "the end in place of a line's", DIALOGUE_RAW_END, "250 ok" },
  { "the end between CR and LF", DIALOGUE_RAW_END, "250 ok\r" },
  { "an alert in the middle of a reply", DIALOGUE_RAW_ALERT, "250-more to come\r\n250 o" },
  { "an alert in place of a line's end", DIALOGUE_RAW_ALERT, "250 ok" },
};

typedef struct {
  const Dialogue *dialogue;
  EnvoiSmtpConnection *connection;
  const EnvoiSmtpTimeouts *timeouts;
  GCancellable *cancellable;   /* nullable */
  guint n_committed;
  guint n_sent;
} Play;

static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  ((Play *) user_data)->n_committed++;
  return TRUE;
}

static EnvoiSmtpOutcome *
send_letter (Play *play)
{
  const GString *text = play->dialogue->message;
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (play->dialogue);
  g_autoptr (GInputStream) message =
    g_memory_input_stream_new_from_data (text->str, (gssize) text->len, NULL);
  EnvoiSmtpTransaction transaction = {
    .envelope = envelope, .message = message, .size = text->len, .commit = commit_cb,
    .user_data = play,
  };

  return envoi_smtp_connection_send_sync (play->connection, &transaction, play->cancellable);
}

static EnvoiSmtpOutcome *
open_connection (Play       *play,
                 TestServer *server)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    dialogue_dup_endpoint (play->dialogue, test_server_get_port (server),
                           certificates_get_ca_file ());
  g_autoptr (EnvoiSmtpCredentials) credentials = dialogue_dup_credentials (play->dialogue);

  play->connection = envoi_smtp_connection_new (endpoint, clock);
  envoi_smtp_connection_set_timeouts (play->connection, play->timeouts);
  return envoi_smtp_connection_open_sync (play->connection, credentials, play->cancellable);
}

static EnvoiSmtpOutcome *
run_client (Play       *play,
            TestServer *server)
{
  EnvoiSmtpOutcome *outcome = open_connection (play, server);

  for (guint i = 0; !outcome->error && i < play->dialogue->n_letters; i++) {
    envoi_smtp_outcome_unref (outcome);
    outcome = send_letter (play);
    play->n_sent += outcome->error ? 0 : 1;
  }

  envoi_smtp_connection_close_sync (play->connection);
  g_clear_object (&play->connection);
  return outcome;
}

static void
check_words (const Dialogue         *dialogue,
             const EnvoiSmtpOutcome *outcome,
             const GString          *in_clear)
{
  const char *const shown[] = {
    outcome->transcript, outcome->text, outcome->error ? outcome->error->message : NULL,
  };

  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, "MAIL"));
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++) {
    if (!shown[i])
      continue;
    g_assert_true (g_utf8_validate (shown[i], -1, NULL));
    g_assert_null (strpbrk (shown[i], "\033\007"));
    g_assert_null (strstr (shown[i], dialogue->secret));
    g_assert_null (strstr (shown[i], "AGFsaWNl"));
  }
}

/* The dialogue up to a step, then the attack. */
static Dialogue *
attack_at (const Dialogue *whole,
           guint           n_steps,
           const Attack   *attack)
{
  Dialogue *part = g_memdup2 (whole, sizeof *whole);
  DialogueStep *end = g_new0 (DialogueStep, 1);
  GString *octets = g_string_new (NULL);
  gsize length = attack->length ? attack->length : attack->octets ? strlen (attack->octets) : 0;

  for (guint i = 0; i < MAX (attack->n_times, 1); i++)
    g_string_append_len (octets, attack->octets ? attack->octets : "", (gssize) length);

  end->verb = attack->verb;
  end->length = octets->len;
  end->text = g_string_free (octets, FALSE);
  part->steps = g_ptr_array_new ();
  for (guint i = 0; i < n_steps; i++)
    g_ptr_array_add (part->steps, g_ptr_array_index (whole->steps, i));
  g_ptr_array_add (part->steps, end);
  return part;
}

static void
free_part (Dialogue *part)
{
  DialogueStep *end = g_ptr_array_index (part->steps, part->steps->len - 1);

  g_free (end->text);
  g_free (end);
  g_ptr_array_unref (part->steps);
  g_free (part);
}

/* What cannot be known is said to be unknown, and nothing else is. MAIL answered by a
 * farewell was not heeded. */
static void
check_truth (const Play             *play,
             const EnvoiSmtpOutcome *outcome)
{
  gboolean is_refused = outcome->code == 221 && outcome->phase == ENVOI_SMTP_PHASE_MAIL;

  g_assert_nonnull (outcome->error);
  g_assert_cmpuint (play->n_sent, ==, 0);
  g_assert_true (g_error_matches (outcome->error, ENVOI_SMTP_ERROR,
                                  ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN) ==
                 (play->n_committed > 0 && !is_refused));
}

static void
suffer (const Dialogue *whole,
        guint           n_steps,
        const Attack   *attack)
{
  Dialogue *part = attack_at (whole, n_steps, attack);
  Play play = { .dialogue = part, .timeouts = &impatient };
  TestServer *server = test_server_new (part, certificates_get_localhost ());
  g_autoptr (EnvoiSmtpOutcome) outcome = run_client (&play, server);
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  test_server_finish (server, &failure, &in_clear, &message);
  g_test_message ("%s, step %u, %s: %s", whole->name, n_steps, attack->prose,
                  outcome->error ? outcome->error->message : "sent");
  check_words (whole, outcome, in_clear);
  check_truth (&play, outcome);
  free_part (part);
}

static void
test_every_step (gconstpointer data)
{
  const Dialogue *dialogue = data;

  for (guint i = 0; i < dialogue->steps->len; i++) {
    const DialogueStep *step = g_ptr_array_index (dialogue->steps, i);
    const DialogueStep *before = i > 0 ? g_ptr_array_index (dialogue->steps, i - 1) : NULL;

    if (step->verb == DIALOGUE_CLIENT && g_str_equal (step->text, "QUIT"))
      break;
    if (step->verb != DIALOGUE_TLS &&
        (step->verb != DIALOGUE_SERVER || (before && before->verb == DIALOGUE_SERVER)))
      continue;
    for (guint j = 0; j < G_N_ELEMENTS (attacks); j++)
      suffer (dialogue, i, &attacks[j]);
  }
}

static const Dialogue *
find_dialogue (const char *name)
{
  static GPtrArray *all;

  if (!all)
    all = dialogue_load_all ();
  for (guint i = 0; i < all->len; i++)
    if (g_str_equal (((Dialogue *) g_ptr_array_index (all, i))->name, name))
      return g_ptr_array_index (all, i);

  g_assert_not_reached ();
}

typedef struct {
  TestServer *server;
  guint step;
  GCancellable *cancellable;
} Canceller;

static gpointer
cancel_at_step (gpointer data)
{
  Canceller *canceller = data;

  test_server_wait_for_step (canceller->server, canceller->step);
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

typedef struct {
  const char *name;
  guint n_steps;           /* after which the server is deaf */
  Attack attack;
  gboolean is_cancelled;
  const char *expect;
} Deafness;

static const Deafness deafnesses[] = {
  { "early-refusal", 14, { "a deaf server", DIALOGUE_RAW_DEAF }, FALSE, "transient" },
  { "early-refusal", 14, { "a deaf server", DIALOGUE_RAW_DEAF }, TRUE, "cancelled" },
  { "early-refusal", 14, { "a deaf server that talks", DIALOGUE_RAW_DEAF, "250-ok\r\n", 0, 4096 },
    FALSE, "protocol" },
  { "large-chunks", 12, { "a deaf server", DIALOGUE_RAW_DEAF }, FALSE, "transient" },
  { "large-chunks", 12, { "a deaf server", DIALOGUE_RAW_DEAF }, TRUE, "cancelled" },
  { "large-chunks", 12, { "a deaf server that talks", DIALOGUE_RAW_DEAF, "250-ok\r\n", 0, 4096 },
    FALSE, "protocol" },
};

/* Both sides' buffers are full: a client that only writes would wait for ever, and
 * one that then only reads as well. */
static void
test_deaf (gconstpointer data)
{
  const Deafness *deafness = data;
  Dialogue *part = attack_at (find_dialogue (deafness->name), deafness->n_steps,
                              &deafness->attack);
  EnvoiSmtpTimeouts timeouts = patient;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Play play = { .dialogue = part, .timeouts = &timeouts, .cancellable = cancellable };
  g_autoptr (GString) large = g_string_sized_new (LARGE_OCTETS);
  Canceller canceller = { .step = deafness->n_steps, .cancellable = cancellable };
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;
  GThread *thread = NULL;

  while (large->len < LARGE_OCTETS)
    g_string_append_len (large, part->message->str, (gssize) part->message->len);
  part->message = large;
  timeouts.stall_ms = deafness->is_cancelled ? timeouts.stall_ms : 300;

  canceller.server = test_server_new (part, certificates_get_localhost ());
  if (deafness->is_cancelled)
    thread = g_thread_new ("canceller", cancel_at_step, &canceller);
  outcome = run_client (&play, canceller.server);
  if (thread)
    g_thread_join (thread);
  test_server_finish (canceller.server, &failure, &in_clear, &message);

  g_assert_cmpstr (failure, ==, NULL);
  g_assert_cmpstr (dialogue_name_error (outcome->error), ==, deafness->expect);
  g_assert_cmpuint (play.n_committed, ==, 0);
  check_words (part, outcome, in_clear);
  free_part (part);
}

/* What a server says between two letters is nobody's reply: not that to the next
 * one, whatever it may be. */
static void
test_between (gconstpointer data)
{
  const Attack attack = { "a word between letters", DIALOGUE_RAW, data };
  const Dialogue *whole = find_dialogue ("single-flight");
  Dialogue *part = attack_at (whole, whole->steps->len - 2, &attack);
  TestServer *server = test_server_new (part, certificates_get_localhost ());
  Play play = { .dialogue = part, .timeouts = &patient };
  g_autoptr (EnvoiSmtpOutcome) outcome = open_connection (&play, server);
  g_autoptr (EnvoiSmtpOutcome) first = NULL;
  g_autoptr (EnvoiSmtpOutcome) second = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  g_assert_no_error (outcome->error);
  first = send_letter (&play);
  g_assert_no_error (first->error);
  g_assert_false (envoi_smtp_connection_watch_sync (play.connection, 20000, NULL));
  g_assert_false (envoi_smtp_connection_is_reusable (play.connection));
  second = send_letter (&play);
  g_assert_nonnull (second->error);
  g_assert_cmpuint (play.n_committed, ==, 1);

  g_clear_object (&play.connection);
  test_server_finish (server, &failure, &in_clear, &message);
  g_assert_cmpstr (message->str, ==, whole->message->str);
  free_part (part);
}

static void
play_trick (const Dialogue *dialogue,
            DialogueTricks  tricks,
            const char     *expect)
{
  Dialogue tricky = *dialogue;
  Play play = { .dialogue = &tricky, .timeouts = &patient };
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;
  TestServer *server;

  tricky.tricks = tricks;
  server = test_server_new (&tricky, certificates_get_localhost ());
  outcome = run_client (&play, server);
  test_server_finish (server, &failure, &in_clear, &message);

  g_test_message ("%s: %s\n%s", dialogue->name, outcome->error ? outcome->error->message : "sent",
                  outcome->transcript);
  g_assert_cmpstr (dialogue_name_error (outcome->error), ==, expect);
  check_words (dialogue, outcome, in_clear);
  if (!outcome->error)
    g_assert_cmpstr (message->str, ==, dialogue->message->str);
}

/* TLS may say much that is not SMTP; a renegotiation is refused. */
static void
test_below (gconstpointer data)
{
  play_trick (data, DIALOGUE_ONE_OCTET_RECORDS, "sent");
  play_trick (data, DIALOGUE_KEY_UPDATE, "sent");
  play_trick (data, DIALOGUE_TICKET_FLOOD, "sent");
  play_trick (data, DIALOGUE_NO_BYE, "sent");
  play_trick (data, DIALOGUE_TLS_1_2, "sent");
  play_trick (data, DIALOGUE_TLS_1_2 | DIALOGUE_ONE_OCTET_RECORDS, "sent");
  play_trick (data, DIALOGUE_TLS_1_2 | DIALOGUE_RENEGOTIATE, "transient");
}

/* Every request for new keys makes the client write; that is no progress, and the
 * deadline passes all the same. */
static void
test_new_keys (gconstpointer data)
{
  static const Attack attack = { "new keys for ever", DIALOGUE_NEW_KEYS };
  EnvoiSmtpTimeouts timeouts = patient;
  Dialogue *part = attack_at (data, 3, &attack);
  Play play = { .dialogue = part, .timeouts = &timeouts };
  TestServer *server = test_server_new (part, certificates_get_localhost ());
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  timeouts.command_ms = 500;
  outcome = run_client (&play, server);
  test_server_finish (server, &failure, &in_clear, &message);
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT);
  g_assert_nonnull (strstr (outcome->error->message, "did not go on in time"));
  free_part (part);
}

/* A certificate that was good once says nothing about the next connection. */
static void
test_no_resumption (void)
{
  static const CertificateSpec bad = { .prose = "another host's", .dns = { "other.example" } };
  gnutls_certificate_credentials_t credentials = certificates_make (&bad, NULL);
  const Dialogue *dialogue = find_dialogue ("lockstep");

  play_trick (dialogue, DIALOGUE_TICKET_FLOOD, "sent");
  for (guint i = 0; i < 2; i++) {
    Dialogue again = *dialogue;
    Play play = { .dialogue = &again, .timeouts = &patient };
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
    g_autofree char *failure = NULL;
    g_autoptr (GString) in_clear = NULL;
    g_autoptr (GString) message = NULL;
    TestServer *server;

    again.tricks = DIALOGUE_TICKET_FLOOD | (i > 0 ? DIALOGUE_TLS_1_2 : 0);
    server = test_server_new (&again, credentials);
    outcome = run_client (&play, server);
    test_server_finish (server, &failure, &in_clear, &message);
    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED);
  }

  gnutls_certificate_free_credentials (credentials);
}

static gboolean
is_swept (const char *name)
{
  static const char *const names[] = {
    "starttls", "single-flight", "pipelined-data", "lockstep", "veto-chunks", "veto-data",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return TRUE;

  return FALSE;
}

static void
add_deafnesses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (deafnesses); i++) {
    g_autofree char *path =
      g_strdup_printf ("/envoi/smtp/hostile/deaf/%s/%s", deafnesses[i].name,
                       deafnesses[i].attack.octets ? "talking" : deafnesses[i].expect);

    g_test_add_data_func (path, &deafnesses[i], test_deaf);
  }
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) all = NULL;

  envoi_test_init (&argc, &argv);
  all = dialogue_load_all ();

  for (guint i = 0; i < all->len; i++) {
    const Dialogue *dialogue = g_ptr_array_index (all, i);
    g_autofree char *steps = g_strdup_printf ("/envoi/smtp/hostile/steps/%s", dialogue->name);
    g_autofree char *below = g_strdup_printf ("/envoi/smtp/hostile/tls/%s", dialogue->name);

    if (!is_swept (dialogue->name))
      continue;
    g_test_add_data_func (steps, dialogue, test_every_step);
    if (g_str_equal (dialogue->expect, "sent"))
      g_test_add_data_func (below, dialogue, test_below);
    if (g_str_equal (dialogue->name, "lockstep"))
      g_test_add_data_func ("/envoi/smtp/hostile/new-keys", dialogue, test_new_keys);
  }
  g_test_add_func ("/envoi/smtp/hostile/no-resumption", test_no_resumption);
  add_deafnesses ();
  g_test_add_data_func ("/envoi/smtp/hostile/between/sent", "250 2.0.0 queued\r\n", test_between);
  g_test_add_data_func ("/envoi/smtp/hostile/between/whole",
                        "250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 queued\r\n", test_between);
  g_test_add_data_func ("/envoi/smtp/hostile/between/farewell", "421 4.4.2 bye\r\n", test_between);

  return g_test_run ();
}
