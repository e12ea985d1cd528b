/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-machine.h"

#include "envoi-test.h"

#include <string.h>

/* A server that keeps its own account of what it was sent and answers mostly
 * as it should, else anything, or nothing. Whatever it does, these hold:
 *
 * - no octet of the sign-in, and no AUTH, in clear;
 * - "sent" only after a positive reply to MAIL, to a recipient and to the letter;
 * - a letter that was read whole and has not been refused is sent or unknown;
 * - in step again, the machine is owed what the server owes: nothing;
 * - a session ends;
 * - neither outcome nor transcript has the secret.
 *
 * ENVOI_CHAOS_SESSIONS sets how many sessions there are. */

#define SESSIONS 4000
#define MOST_TURNS 400
#define SECRET "hunter2-hunter2"

typedef enum {
  KIND_LINE,
  KIND_MAIL,
  KIND_RCPT,
  KIND_DATA,
  KIND_CHUNK,
  KIND_FINAL,
} Kind;

typedef struct {
  EnvoiSmtpMachine *machine;
  GString *arrived;
  GString *in_clear;
  GArray *owed;            /* of Kind */
  GPtrArray *lines;        /* the commands, for the replies that fit them */
  gboolean is_secure;
  gboolean is_out_of_step;  /* it has said what answers nothing: its account is void */
  gboolean is_in_data;
  gsize chunk_left;
  gboolean is_chunk_last;

  /* of the letter under way */
  gboolean is_mail_taken, is_mail_refused, is_whole, is_letter_refused, is_letter_taken;
  guint n_rcpt_taken, n_rcpt_refused;
} Server;

static gboolean
chance (gint percent)
{
  return g_test_rand_int_range (0, 100) < percent;
}

static void
owe (Server     *server,
     Kind        kind,
     const char *line)
{
  g_array_append_val (server->owed, kind);
  g_ptr_array_add (server->lines, g_strdup (line));
}

static void
take_bdat (Server     *server,
           const char *line)
{
  server->chunk_left = (gsize) g_ascii_strtoull (line + 5, NULL, 10);
  server->is_chunk_last = g_str_has_suffix (line, " LAST");
  owe (server, server->is_chunk_last ? KIND_FINAL : KIND_CHUNK, "BDAT");
  server->is_whole |= server->is_chunk_last && server->chunk_left == 0;
}

static void
take_line (Server     *server,
           const char *line)
{
  if (server->is_in_data) {
    if (!g_str_equal (line, "."))
      return;
    server->is_in_data = FALSE;
    server->is_whole = TRUE;
    owe (server, KIND_FINAL, ".");
  } else if (g_str_has_prefix (line, "MAIL")) {
    owe (server, KIND_MAIL, line);
  } else if (g_str_has_prefix (line, "RCPT")) {
    owe (server, KIND_RCPT, line);
  } else if (g_str_equal (line, "DATA")) {
    owe (server, KIND_DATA, line);
  } else if (g_str_has_prefix (line, "BDAT ")) {
    take_bdat (server, line);
  } else {
    owe (server, KIND_LINE, line);
  }
}

/* Commands in a group wait until DATA's reply says whether lines are the letter. */
static gboolean
is_waiting_for_data (const Server *server)
{
  for (guint i = 0; i < server->owed->len; i++)
    if (g_array_index (server->owed, Kind, i) == KIND_DATA)
      return TRUE;

  return FALSE;
}

static void
read_commands (Server *server)
{
  gsize length;
  const guint8 *output = envoi_smtp_machine_peek_output (server->machine, &length);
  const char *end;

  g_string_append_len (server->arrived, (const char *) output, (gssize) length);
  if (!server->is_secure)
    g_string_append_len (server->in_clear, (const char *) output, (gssize) length);
  envoi_smtp_machine_did_write (server->machine, length);

  while (server->arrived->len > 0 && !is_waiting_for_data (server)) {
    gsize n = MIN (server->chunk_left, server->arrived->len);
    g_autofree char *line = NULL;

    if (n > 0) {
      g_string_erase (server->arrived, 0, (gssize) n);
      server->chunk_left -= n;
      server->is_whole |= server->is_chunk_last && server->chunk_left == 0;
      continue;
    }

    end = strstr (server->arrived->str, "\r\n");
    if (!end)
      break;
    line = g_strndup (server->arrived->str, (gsize) (end - server->arrived->str));
    g_string_erase (server->arrived, 0, (gssize) strlen (line) + 2);
    take_line (server, line);
  }
}

static void
note (Server *server,
      Kind    kind,
      int     code)
{
  gboolean is_positive = code / 100 == 2;

  if (kind == KIND_MAIL) {
    server->is_mail_taken = is_positive;
    server->is_mail_refused = code >= 400 || code == 221;
  } else if (kind == KIND_RCPT && is_positive) {
    server->n_rcpt_taken++;
  } else if (kind == KIND_RCPT) {
    server->n_rcpt_refused++;
  } else if (kind == KIND_DATA) {
    server->is_in_data = code == 354;
  } else if (kind == KIND_FINAL || kind == KIND_CHUNK) {
    server->is_letter_refused |= code >= 400;
    server->is_letter_taken |= kind == KIND_FINAL && is_positive && code != 221;
  }
}

static void
append_ehlo (GString  *reply,
             gboolean  is_secure)
{
  static const char *const keywords[] = {
    "PIPELINING", "CHUNKING", "8BITMIME", "SIZE 1000000", "SMTPUTF8", "DSN", "LIMITS RCPTMAX=2",
    "LIMITS MAILMAX=1", "AUTH LOGIN", "AUTH CRAM-MD5", "AUTH SCRAM-SHA-256", "X-JUNK a=b",
  };

  g_string_append (reply, "250-chaos\r\n");
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    if (chance (i < 2 ? 70 : 20))
      g_string_append_printf (reply, "250-%s\r\n", keywords[i]);
  if (!is_secure && chance (90))
    g_string_append (reply, "250-STARTTLS\r\n");
  g_string_append (reply, "250 AUTH PLAIN\r\n");
}

static int
choose_right_code (Kind        kind,
                   const char *line)
{
  if (kind == KIND_DATA)
    return 354;
  if (g_str_has_prefix (line, "STARTTLS") || g_str_equal (line, "greeting"))
    return 220;
  if (g_str_has_prefix (line, "QUIT"))
    return 221;
  if (kind == KIND_LINE && !g_str_has_prefix (line, "RSET") && !g_str_has_prefix (line, "EHLO"))
    return 235;

  return 250;
}

static const int wrong_codes[] = { 250, 354, 421, 450, 451, 452, 500, 550, 552, 554, 221, 334, 235 };

/* Answers the oldest command; FALSE when the answer was no reply at all. */
static gboolean
append_answer (Server  *server,
               GString *reply)
{
  Kind kind = g_array_index (server->owed, Kind, 0);
  const char *line = g_ptr_array_index (server->lines, 0);
  int code = chance (88) ? choose_right_code (kind, line)
                         : wrong_codes[g_test_rand_int_range (0, G_N_ELEMENTS (wrong_codes))];

  if (code == 250 && g_str_has_prefix (line, "EHLO"))
    append_ehlo (reply, server->is_secure);
  else if (chance (10))
    g_string_append_printf (reply, "%d-%s\r\n%d 2.0.0 more\r\n", code, SECRET, code);
  else
    g_string_append_printf (reply, "%d ok\r\n", code);

  note (server, kind, code);
  g_array_remove_index (server->owed, 0);
  g_ptr_array_remove_index (server->lines, 0);
  return code != 421 && code != 221;
}

static void
append_junk (GString *reply)
{
  static const char *const junk[] = {
    "hello?\r\n", "250-a\r\n550 b\r\n", "25", "250 unasked\r\n", "\r\n", "421 bye\r\n",
    "999 x\r\n", "HTTP/1.1 200 OK\r\n",
  };

  g_string_append (reply, junk[g_test_rand_int_range (0, G_N_ELEMENTS (junk))]);
}

static void
feed (Server        *server,
      const GString *reply)
{
  gsize piece = chance (50) ? reply->len : 3;

  for (gsize i = 0; i < reply->len; i += piece)
    envoi_smtp_machine_did_read (server->machine, (const guint8 *) reply->str + i,
                                 MIN (piece, reply->len - i));
}

static void
end_connection (Server *server)
{
  g_autoptr (GError) cause = NULL;

  if (chance (50)) {
    envoi_smtp_machine_did_hang_up (server->machine, FALSE);
    return;
  }

  cause = chance (50)
          ? g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled.")
          : g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT, "Late.");
  envoi_smtp_machine_did_fail (server->machine, cause, FALSE);
}

static void
exchange (Server *server)
{
  g_autoptr (GString) reply = g_string_new (NULL);
  gboolean goes_on = TRUE;

  read_commands (server);
  if (server->owed->len == 0 || chance (1)) {
    end_connection (server);
    return;
  }

  if (chance (2)) {
    append_junk (reply);
    server->is_out_of_step = TRUE;
  }
  for (gint n = g_test_rand_int_range (1, 6); n > 0 && goes_on && server->owed->len > 0; n--)
    goes_on = append_answer (server, reply);
  feed (server, reply);
}

static void
shake_hands (Server *server)
{
  if (chance (3)) {
    end_connection (server);
    return;
  }

  if (!server->is_secure && envoi_smtp_machine_get_capabilities (server->machine) == NULL &&
      server->in_clear->len == 0)
    owe (server, KIND_LINE, "greeting");
  server->is_secure = TRUE;
  envoi_smtp_machine_did_handshake (server->machine, NULL);
}

static EnvoiSmtpOutcome *
run (Server        *server,
     const GString *message)
{
  gsize n_body = 0;
  EnvoiSmtpAction action;

  for (guint turn = 0;
       (action = envoi_smtp_machine_get_action (server->machine)) != ENVOI_SMTP_ACTION_DONE;
       turn++) {
    g_assert_cmpuint (turn, <, MOST_TURNS);

    if (action == ENVOI_SMTP_ACTION_HANDSHAKE) {
      shake_hands (server);
    } else if (action == ENVOI_SMTP_ACTION_COMMIT) {
      envoi_smtp_machine_did_commit (server->machine);
    } else if (action == ENVOI_SMTP_ACTION_EXCHANGE) {
      exchange (server);
    } else if (n_body == message->len) {
      envoi_smtp_machine_end_body (server->machine);
    } else {
      gsize n = MIN (message->len - n_body, (gsize) g_test_rand_int_range (1, 40000));

      envoi_smtp_machine_give_body (server->machine, (const guint8 *) message->str + n_body, n);
      n_body += n;
    }
  }

  /* What was written as the operation ended has been sent all the same. */
  read_commands (server);
  return envoi_smtp_machine_take_outcome (server->machine);
}

static void
check_words (const EnvoiSmtpOutcome *outcome)
{
  g_autofree char *plain = g_base64_encode ((const guint8 *) "\0alice\0" SECRET,
                                            sizeof "\0alice\0" SECRET - 1);

  g_assert_null (strstr (outcome->transcript, plain));
}

static void
check_letter (const Server           *server,
              const EnvoiSmtpOutcome *outcome)
{
  gboolean is_unknown = g_error_matches (outcome->error, ENVOI_SMTP_ERROR,
                                         ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN);
  gboolean is_refused = server->is_mail_refused || server->is_letter_refused ||
                        (server->n_rcpt_taken == 0 && server->n_rcpt_refused > 0);

  check_words (outcome);
  if (server->is_out_of_step)
    return;

  if (!outcome->error) {
    g_assert_true (server->is_mail_taken && server->is_letter_taken && server->is_whole);
    g_assert_cmpuint (server->n_rcpt_taken, >, 0);
  }
  if (is_unknown)
    g_assert_true (server->is_whole);
  /* 421 in the middle is a refusal too, but one the server cannot count. */
  if (server->is_whole && !is_refused)
    g_assert_true (!outcome->error || is_unknown || outcome->code == 421 || outcome->code == 221);
}

static EnvoiEnvelope *
make_envelope (void)
{
  static const char *const recipients[] = {
    "a@example.org", "b@example.org", "c@example.org", "d@example.org", NULL
  };

  return envoi_envelope_new ("alice@example.org",
                             recipients + g_test_rand_int_range (0, 4),
                             chance (30) ? ENVOI_ENVELOPE_ALL_OR_NOTHING : 0, NULL);
}

static GString *
make_message (void)
{
  GString *message = g_string_new (NULL);
  gsize length = chance (2) ? 300000 : (gsize) g_test_rand_int_range (0, 200);

  while (message->len < length)
    g_string_append (message, chance (20) ? ".\r\n" : "some words of a letter\r\n");
  return message;
}

static void
forget_letter (Server *server)
{
  server->is_mail_taken = server->is_mail_refused = server->is_whole = FALSE;
  server->is_letter_taken = server->is_letter_refused = FALSE;
  server->n_rcpt_taken = server->n_rcpt_refused = 0;
}

static void
send_letters (Server *server)
{
  for (guint i = 0; i < 3 && envoi_smtp_machine_can_send (server->machine); i++) {
    g_autoptr (EnvoiEnvelope) envelope = make_envelope ();
    g_autoptr (GString) message = make_message ();
    EnvoiSmtpMessageTraits traits = { .size = message->len };
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    forget_letter (server);
    envoi_smtp_machine_send (server->machine, envelope, &traits);
    outcome = run (server, message);
    check_letter (server, outcome);
    if (envoi_smtp_machine_can_send (server->machine)) {
      g_assert_cmpuint (envoi_smtp_machine_get_n_owed (server->machine), ==, 0);
      g_assert_true (server->owed->len == 0 || server->is_out_of_step);
    }
  }
}

static void
play_session (EnvoiClock           *clock,
              EnvoiSmtpCredentials *credentials)
{
  EnvoiSmtpSecurity security = chance (50) ? ENVOI_SMTP_SECURITY_TLS : ENVOI_SMTP_SECURITY_STARTTLS;
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("chaos.example", 587, security, NULL, 0, NULL);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autoptr (GString) nothing = g_string_new (NULL);
  g_autoptr (GArray) owed = g_array_new (FALSE, FALSE, sizeof (Kind));
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) arrived = g_string_new (NULL);
  g_autoptr (GString) in_clear = g_string_new (NULL);
  Server server = {
    .machine = machine, .owed = owed, .lines = lines, .arrived = arrived, .in_clear = in_clear,
  };

  if (security == ENVOI_SMTP_SECURITY_STARTTLS)
    owe (&server, KIND_LINE, "greeting");
  envoi_smtp_machine_open (machine, credentials, NULL);
  outcome = run (&server, nothing);
  check_words (outcome);
  g_assert_true (outcome->error || envoi_smtp_machine_get_state (machine) == ENVOI_SMTP_STATE_READY ||
                 envoi_smtp_machine_get_state (machine) == ENVOI_SMTP_STATE_CLOSED);

  send_letters (&server);
  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, "MAIL"));
}

static void
test_sessions (void)
{
  const char *wanted = g_getenv ("ENVOI_CHAOS_SESSIONS");
  guint64 n = wanted ? g_ascii_strtoull (wanted, NULL, 10) : SESSIONS;
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (SECRET, -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "alice", secret);

  for (guint64 i = 0; i < n; i++)
    play_session (clock, credentials);
}

/* Every edge of every state would drown the report. */
static void
drop_message_cb (const char     *domain,
                 GLogLevelFlags  level,
                 const char     *message,
                 gpointer        user_data)
{
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_log_set_handler ("envoi-smtp", G_LOG_LEVEL_DEBUG, drop_message_cb, NULL);
  g_test_add_func ("/envoi/smtp/chaos/sessions", test_sessions);

  return g_test_run ();
}
