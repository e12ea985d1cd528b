/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-machine.h"

#include "envoi-test.h"

#include <string.h>

/* A server that keeps its own account of what it was sent and answers mostly
 * as it should, else anything, or nothing, to letters behind each other. Whatever
 * it does, these hold:
 *
 * - no octet of the sign-in, and no AUTH, in clear;
 * - "sent" only after a positive reply to MAIL, to a recipient and to this letter;
 * - a letter that was read whole and has not been refused is sent or unknown;
 * - in step again, the machine is owed what the server owes: nothing;
 * - a session ends, and every letter that began has one outcome, in order;
 * - neither outcome nor transcript has the secret.
 *
 * ENVOI_CHAOS_SESSIONS sets how many sessions there are. */

#define SESSIONS 20000
#define MOST_TURNS 2000
#define MOST_LETTERS 8
#define SECRET "hunter2-hunter2"

typedef enum {
  KIND_LINE,
  KIND_MAIL,
  KIND_RCPT,
  KIND_DATA,
  KIND_CHUNK,
  KIND_FINAL,
} Kind;

/* What the server knows of one letter. */
typedef struct {
  gboolean is_mail_taken, is_mail_refused, is_whole, is_refused, is_taken;
  guint n_rcpt_taken, n_rcpt_refused;
} Letter;

typedef struct {
  Kind kind;
  char *line;              /* the command, for the reply that fits it */
  Letter *letter;
} Owed;

typedef struct {
  EnvoiSmtpMachine *machine;
  GString *arrived;
  GString *in_clear;
  GQueue owed;             /* of Owed */
  gboolean is_secure;
  gboolean is_out_of_step;  /* it has said what answers nothing: its account is void */
  gboolean is_patient;     /* lets letters through, or none would ever be behind another */
  gboolean is_in_data;
  gsize chunk_left;
  gboolean is_chunk_last;
  Letter letters[MOST_LETTERS];
  Letter *reading;         /* whose commands come now */

  /* the client's side */
  GString *messages[MOST_LETTERS];
  guint n_begun;
  guint n_done;
  gsize n_body;            /* octets of the newest letter that were given to the machine */
} Server;

/* Over all sessions: chaos that lets nothing through would prove nothing. */
static guint64 n_letters_sent;
static guint64 n_letters_behind;

static gboolean
chance (gint percent)
{
  return g_test_rand_int_range (0, 100) < percent;
}

static void
owed_free (Owed *owed)
{
  g_free (owed->line);
  g_free (owed);
}

static void
owe (Server     *server,
     Kind        kind,
     const char *line)
{
  Owed *owed = g_new0 (Owed, 1);

  owed->kind = kind;
  owed->line = g_strdup (line);
  owed->letter = server->reading;
  g_queue_push_tail (&server->owed, owed);
}

/* The sender's name says which letter it is. */
static void
take_mail (Server     *server,
           const char *line)
{
  const char *number = strstr (line, "<alice");
  guint64 index = number ? g_ascii_strtoull (number + strlen ("<alice"), NULL, 10) : MOST_LETTERS;

  g_assert_cmpuint (index, <, server->n_begun);
  server->reading = &server->letters[index];
  owe (server, KIND_MAIL, line);
}

static void
take_bdat (Server     *server,
           const char *line)
{
  server->chunk_left = (gsize) g_ascii_strtoull (line + 5, NULL, 10);
  server->is_chunk_last = g_str_has_suffix (line, " LAST");
  owe (server, server->is_chunk_last ? KIND_FINAL : KIND_CHUNK, "BDAT");
  server->reading->is_whole |= server->is_chunk_last && server->chunk_left == 0;
}

static void
take_line (Server     *server,
           const char *line)
{
  if (server->is_in_data) {
    if (!g_str_equal (line, "."))
      return;
    server->is_in_data = FALSE;
    server->reading->is_whole = TRUE;
    owe (server, KIND_FINAL, ".");
  } else if (g_str_has_prefix (line, "MAIL")) {
    take_mail (server, line);
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
  for (GList *link = server->owed.head; link; link = link->next)
    if (((Owed *) link->data)->kind == KIND_DATA)
      return TRUE;

  return FALSE;
}

/* (transfer full) (nullable): the line at @begin, which moves behind it. */
static char *
dup_line (const GString *arrived,
          gsize         *begin)
{
  const char *start = arrived->str + *begin;
  /* Not strstr(): the address sanitizer has that look at all the rest, at each line. */
  const char *end = memmem (start, arrived->len - *begin, "\r\n", 2);

  if (!end)
    return NULL;

  *begin = (gsize) (end - arrived->str) + 2;
  return g_strndup (start, (gsize) (end - start));
}

static void
read_commands (Server *server)
{
  gsize length, begin = 0;
  const guint8 *output = envoi_smtp_machine_peek_output (server->machine, &length);

  g_string_append_len (server->arrived, (const char *) output, (gssize) length);
  if (!server->is_secure)
    g_string_append_len (server->in_clear, (const char *) output, (gssize) length);
  envoi_smtp_machine_did_write (server->machine, length);

  while (begin < server->arrived->len && !is_waiting_for_data (server)) {
    gsize n = MIN (server->chunk_left, server->arrived->len - begin);
    g_autofree char *line = NULL;

    if (n > 0) {
      begin += n;
      server->chunk_left -= n;
      server->reading->is_whole |= server->is_chunk_last && server->chunk_left == 0;
      continue;
    }

    line = dup_line (server->arrived, &begin);
    if (!line)
      break;
    take_line (server, line);
  }
  g_string_erase (server->arrived, 0, (gssize) begin);
}

static void
note (Server     *server,
      const Owed *owed,
      int         code)
{
  gboolean is_positive = code / 100 == 2 && code != 221;
  Letter *letter = owed->letter;

  if (owed->kind == KIND_MAIL) {
    letter->is_mail_taken = is_positive;
    letter->is_mail_refused = code >= 400 || code == 221;
  } else if (owed->kind == KIND_RCPT && is_positive) {
    letter->n_rcpt_taken++;
  } else if (owed->kind == KIND_RCPT) {
    letter->n_rcpt_refused++;
  } else if (owed->kind == KIND_DATA) {
    server->is_in_data = code == 354;
  } else if (owed->kind == KIND_FINAL || owed->kind == KIND_CHUNK) {
    letter->is_refused |= code >= 400;
    letter->is_taken |= owed->kind == KIND_FINAL && is_positive;
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
  Owed *owed = g_queue_pop_head (&server->owed);
  int code = chance (server->is_patient ? 99 : 88) ? choose_right_code (owed->kind, owed->line)
                         : wrong_codes[g_test_rand_int_range (0, G_N_ELEMENTS (wrong_codes))];

  if (code == 250 && g_str_has_prefix (owed->line, "EHLO"))
    append_ehlo (reply, server->is_secure);
  else if (chance (10))
    g_string_append_printf (reply, "%d-%s\r\n%d 2.0.0 more\r\n", code, SECRET, code);
  else
    g_string_append_printf (reply, "%d ok\r\n", code);

  note (server, owed, code);
  owed_free (owed);
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
  if (server->owed.length == 0 || g_test_rand_int_range (0, server->is_patient ? 1000 : 100) == 0) {
    end_connection (server);
    return;
  }

  if (chance (server->is_patient ? 0 : 2)) {
    append_junk (reply);
    server->is_out_of_step = TRUE;
  }
  for (gint n = g_test_rand_int_range (1, 6); n > 0 && goes_on && server->owed.length > 0; n--)
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

static void
give_body (Server *server)
{
  const GString *message = server->messages[server->n_begun - 1];
  gsize n = MIN (message->len - server->n_body, (gsize) g_test_rand_int_range (1, 40000));

  if (n == 0) {
    envoi_smtp_machine_end_body (server->machine);
    return;
  }

  envoi_smtp_machine_give_body (server->machine, (const guint8 *) message->str + server->n_body, n);
  server->n_body += n;
}

static void
step (Server *server)
{
  switch (envoi_smtp_machine_get_action (server->machine)) {
    case ENVOI_SMTP_ACTION_HANDSHAKE:
      shake_hands (server);
      break;
    case ENVOI_SMTP_ACTION_COMMIT:
      envoi_smtp_machine_did_commit (server->machine);
      break;
    case ENVOI_SMTP_ACTION_BODY:
      give_body (server);
      break;
    default:
      exchange (server);
      break;
  }
}

static void
check_words (const EnvoiSmtpOutcome *outcome)
{
  g_autofree char *plain = g_base64_encode ((const guint8 *) "\0alice\0" SECRET,
                                            sizeof "\0alice\0" SECRET - 1);

  g_assert_null (strstr (outcome->transcript, plain));
  g_assert_null (strstr (outcome->transcript, SECRET));
  g_assert_true (!outcome->error || !strstr (outcome->error->message, SECRET));
}

static void
check_letter (const Server           *server,
              const Letter           *letter,
              const EnvoiSmtpOutcome *outcome)
{
  gboolean is_unknown = g_error_matches (outcome->error, ENVOI_SMTP_ERROR,
                                         ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN);
  gboolean is_refused = letter->is_mail_refused || letter->is_refused ||
                        (letter->n_rcpt_taken == 0 && letter->n_rcpt_refused > 0);

  check_words (outcome);
  if (server->is_out_of_step)
    return;

  if (!outcome->error) {
    g_assert_true (letter->is_mail_taken && letter->is_taken && letter->is_whole);
    g_assert_cmpuint (letter->n_rcpt_taken, >, 0);
  }
  if (is_unknown)
    g_assert_true (letter->is_whole);
  /* 421 in the middle is a refusal too, but one the server cannot count. */
  if (letter->is_whole && !is_refused)
    g_assert_true (!outcome->error || is_unknown || outcome->code == 421 || outcome->code == 221);
}

static EnvoiEnvelope *
make_envelope (guint index)
{
  g_autofree char *sender = g_strdup_printf ("alice%u@example.org", index);
  static const char *const recipients[] = {
    "a@example.org", "b@example.org", "c@example.org", "d@example.org", NULL
  };

  return envoi_envelope_new (sender,
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

static gboolean
can_begin (const Server *server)
{
  return server->n_begun < MOST_LETTERS &&
         (envoi_smtp_machine_can_send (server->machine) ||
          envoi_smtp_machine_can_follow (server->machine));
}

static void
begin_letter (Server *server)
{
  guint index = server->n_begun++;
  gboolean is_behind = !envoi_smtp_machine_can_send (server->machine);
  g_autoptr (EnvoiEnvelope) envelope = make_envelope (index);
  EnvoiSmtpMessageTraits traits = { 0 };

  n_letters_behind += is_behind;
  server->messages[index] = make_message ();
  server->n_body = 0;
  traits.size = server->messages[index]->len;
  envoi_smtp_machine_send (server->machine, envelope, &traits);
}

static void
take_outcomes (Server *server)
{
  while (envoi_smtp_machine_has_operation (server->machine) &&
         envoi_smtp_machine_get_action (server->machine) == ENVOI_SMTP_ACTION_DONE) {
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    /* What was written as the operation ended has been sent all the same. */
    read_commands (server);
    outcome = envoi_smtp_machine_take_outcome (server->machine);
    g_assert_cmpuint (server->n_done, <, server->n_begun);
    n_letters_sent += outcome->error == NULL;
    check_letter (server, &server->letters[server->n_done++], outcome);
  }
}

static void
send_letters (Server *server)
{
  guint turn = 0;

  do {
    g_assert_cmpuint (turn++, <, MOST_TURNS);
    take_outcomes (server);
    if (envoi_smtp_machine_can_send (server->machine)) {
      g_assert_cmpuint (envoi_smtp_machine_get_n_owed (server->machine), ==, 0);
      g_assert_true (server->owed.length == 0 || server->is_out_of_step);
    }

    if (can_begin (server) && chance (90))
      begin_letter (server);
    else if (envoi_smtp_machine_has_operation (server->machine))
      step (server);
  } while (envoi_smtp_machine_has_operation (server->machine) || can_begin (server));

  g_assert_cmpuint (server->n_done, ==, server->n_begun);
}

static EnvoiSmtpOutcome *
open_session (Server               *server,
              EnvoiSmtpCredentials *credentials)
{
  guint turn = 0;

  envoi_smtp_machine_open (server->machine, credentials, NULL);
  while (envoi_smtp_machine_get_action (server->machine) != ENVOI_SMTP_ACTION_DONE) {
    g_assert_cmpuint (turn++, <, MOST_TURNS);
    step (server);
  }

  read_commands (server);
  return envoi_smtp_machine_take_outcome (server->machine);
}

static EnvoiSmtpEndpoint *
make_endpoint (EnvoiSmtpSecurity security)
{
  static const EnvoiSmtpQuirks quirks[] = {
    ENVOI_SMTP_QUIRK_NONE, ENVOI_SMTP_QUIRK_NONE, ENVOI_SMTP_QUIRK_NO_PIPELINING,
    ENVOI_SMTP_QUIRK_NO_CHUNKING, ENVOI_SMTP_QUIRK_ONE_AT_A_TIME,
  };

  return envoi_smtp_endpoint_new ("chaos.example", 587, security, NULL,
                                  quirks[g_test_rand_int_range (0, G_N_ELEMENTS (quirks))], NULL);
}

static void
play_session (EnvoiClock           *clock,
              EnvoiSmtpCredentials *credentials)
{
  EnvoiSmtpSecurity security = chance (50) ? ENVOI_SMTP_SECURITY_TLS : ENVOI_SMTP_SECURITY_STARTTLS;
  g_autoptr (EnvoiSmtpEndpoint) endpoint = make_endpoint (security);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autoptr (GString) arrived = g_string_new (NULL);
  g_autoptr (GString) in_clear = g_string_new (NULL);
  Server server = {
    .machine = machine, .arrived = arrived, .in_clear = in_clear, .is_patient = chance (30),
  };

  server.reading = &server.letters[0];
  if (security == ENVOI_SMTP_SECURITY_STARTTLS)
    owe (&server, KIND_LINE, "greeting");
  outcome = open_session (&server, credentials);
  check_words (outcome);
  g_assert_true (outcome->error || envoi_smtp_machine_get_state (machine) == ENVOI_SMTP_STATE_READY ||
                 envoi_smtp_machine_get_state (machine) == ENVOI_SMTP_STATE_CLOSED);

  send_letters (&server);
  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, "MAIL"));

  g_queue_clear_full (&server.owed, (GDestroyNotify) owed_free);
  for (guint i = 0; i < server.n_begun; i++)
    g_string_free (server.messages[i], TRUE);
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

  g_test_message ("%" G_GUINT64_FORMAT " sessions, %" G_GUINT64_FORMAT " letters sent, %"
                  G_GUINT64_FORMAT " begun behind another", n, n_letters_sent, n_letters_behind);
  g_assert_cmpuint (n_letters_sent, >, n / 2);
  g_assert_cmpuint (n_letters_behind, >, n / 10);
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
