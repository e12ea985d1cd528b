/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include "envoi-test.h"

#include <string.h>

/* What no dialogue can show: the table of states, the window, memory, and the
 * two sides of the point of no return. */

static EnvoiSmtpMachine *
open_machine (const char *ehlo)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("mail.example.org", 465, ENVOI_SMTP_SECURITY_TLS, NULL, 0, NULL);
  EnvoiSmtpMachine *machine = envoi_smtp_machine_new (endpoint, clock);

  envoi_smtp_machine_open (machine, NULL, NULL);
  envoi_smtp_machine_did_handshake (machine, NULL);
  envoi_smtp_machine_did_read (machine, (const guint8 *) "220 hi\r\n", 8);
  envoi_smtp_machine_did_write (machine, strlen ("EHLO [127.0.0.1]\r\n"));
  envoi_smtp_machine_did_read (machine, (const guint8 *) ehlo, strlen (ehlo));
  envoi_smtp_outcome_unref (envoi_smtp_machine_take_outcome (machine));
  g_assert_true (envoi_smtp_machine_can_send (machine));
  return machine;
}

static void
begin_letter (EnvoiSmtpMachine *machine,
              guint             n_recipients,
              guint64           size)
{
  EnvoiSmtpMessageTraits traits = { .size = size };
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnvoiEnvelope) envelope = NULL;

  for (guint i = 0; i < n_recipients; i++)
    g_ptr_array_add (recipients, g_strdup_printf ("recipient-%04u@example.org", i));
  g_ptr_array_add (recipients, NULL);
  envelope = envoi_envelope_new ("alice@example.org", (const char *const *) recipients->pdata,
                                 ENVOI_ENVELOPE_NONE, NULL);
  envoi_smtp_machine_send (machine, envelope, &traits);
}

static void
read_text (EnvoiSmtpMachine *machine,
           const char       *text)
{
  envoi_smtp_machine_did_read (machine, (const guint8 *) text, strlen (text));
}

static char *
dup_output (EnvoiSmtpMachine *machine)
{
  gsize length;
  const guint8 *output = envoi_smtp_machine_peek_output (machine, &length);
  char *text = g_strndup ((const char *) output, length);

  envoi_smtp_machine_did_write (machine, length);
  return text;
}

static void
test_edges (void)
{
  for (int from = 0; from < ENVOI_SMTP_N_STATES; from++) {
    gboolean can_close = envoi_smtp_state_may_follow ((EnvoiSmtpState) from,
                                                      ENVOI_SMTP_STATE_CLOSED);

    g_assert_nonnull (envoi_smtp_state_to_string ((EnvoiSmtpState) from));
    g_assert_true (can_close == (from != ENVOI_SMTP_STATE_CLOSED));
    g_assert_false (envoi_smtp_state_may_follow ((EnvoiSmtpState) from, ENVOI_SMTP_STATE_NEW));
    g_assert_false (envoi_smtp_state_may_follow (ENVOI_SMTP_STATE_CLOSED, (EnvoiSmtpState) from));
  }

  /* No way to the sign-in, and from it to a letter, but these. */
  g_assert_false (envoi_smtp_state_may_follow (ENVOI_SMTP_STATE_GREETING, ENVOI_SMTP_STATE_AUTH));
  g_assert_false (envoi_smtp_state_may_follow (ENVOI_SMTP_STATE_AUTH, ENVOI_SMTP_STATE_ENVELOPE));
  g_assert_false (envoi_smtp_state_may_follow (ENVOI_SMTP_STATE_BODY, ENVOI_SMTP_STATE_FINAL));
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, "\r\n")); p += 2)
    n++;

  return n;
}

/* A thousand recipients: never more than 4 KiB or 100 commands are unanswered,
 * and in the end every one has been asked. */
static void
test_window (void)
{
  g_autoptr (EnvoiSmtpMachine) machine =
    open_machine ("250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n");
  guint n_said = 0, n_answered = 0;
  gsize n_octets = 0;

  begin_letter (machine, 1000, 1000000);
  while (envoi_smtp_machine_get_state (machine) == ENVOI_SMTP_STATE_ENVELOPE) {
    g_autofree char *output = dup_output (machine);

    n_said += count_lines (output);
    n_octets += strlen (output);
    g_assert_cmpuint (n_said - n_answered, <=, 100);
    g_assert_cmpuint (n_said - n_answered, ==, envoi_smtp_machine_get_n_owed (machine));
    g_assert_cmpuint (n_said - n_answered, >, 0);
    g_assert_cmpuint ((n_said - n_answered) * (n_octets / n_said), <=, 4096 + 100);
    read_text (machine, "250 ok\r\n");
    n_answered++;
  }

  g_assert_cmpuint (n_said, ==, 1001);
  g_assert_cmpint (envoi_smtp_machine_get_state (machine), ==, ENVOI_SMTP_STATE_BODY);
}

/* 16 MiB over a line that is never idle and never empty. */
static void
test_memory (void)
{
  enum { SIZE = 16 * 1024 * 1024, PIECE = 64 * 1024 };
  g_autoptr (EnvoiSmtpMachine) machine =
    open_machine ("250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n");
  g_autofree guint8 *piece = g_malloc (PIECE);
  gsize n_given = 0;

  memset (piece, 'x', PIECE);
  begin_letter (machine, 1, SIZE);
  g_free (dup_output (machine));
  read_text (machine, "250 ok\r\n250 ok\r\n");

  while (n_given < SIZE) {
    gsize n_output;

    if (envoi_smtp_machine_get_action (machine) == ENVOI_SMTP_ACTION_BODY) {
      envoi_smtp_machine_give_body (machine, piece, PIECE);
      n_given += PIECE;
    } else {
      envoi_smtp_machine_peek_output (machine, &n_output);
      envoi_smtp_machine_did_write (machine, MIN (n_output - 1, 5000));
    }
    g_assert_cmpuint (machine->output->len, <=, 1024 * 1024);
  }
}

static void
give_letter (EnvoiSmtpMachine *machine,
             const char       *text)
{
  begin_letter (machine, 1, strlen (text));
  envoi_smtp_machine_give_body (machine, (const guint8 *) text, strlen (text));
  envoi_smtp_machine_end_body (machine);
  g_assert_cmpint (envoi_smtp_machine_get_action (machine), ==, ENVOI_SMTP_ACTION_COMMIT);
}

#define BDAT_EHLO "250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n"

/* Until the commit the last octet is not in the output. */
static void
test_commit_refused (void)
{
  g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
  g_autoptr (GError) refused = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *output = NULL;

  give_letter (machine, "Hello\r\n");
  output = dup_output (machine);
  g_assert_true (g_str_has_suffix (output, "BDAT 7 LAST\r\nHello\r"));

  envoi_smtp_machine_did_fail (machine, refused, FALSE);
  outcome = envoi_smtp_machine_take_outcome (machine);
  g_assert_error (outcome->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* Committed, and the end has not left this computer: nothing was delivered. */
static void
test_unsent (void)
{
  static const gboolean is_taken_over[] = { FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (is_taken_over); i++) {
    g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    give_letter (machine, "Hello\r\n");
    envoi_smtp_machine_did_commit (machine);
    if (is_taken_over[i])
      g_free (dup_output (machine));
    envoi_smtp_machine_did_hang_up (machine, is_taken_over[i]);
    outcome = envoi_smtp_machine_take_outcome (machine);
    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT);
  }
}

static void
test_sent_and_lost (void)
{
  g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  give_letter (machine, "Hello\r\n");
  envoi_smtp_machine_did_commit (machine);
  g_free (dup_output (machine));
  envoi_smtp_machine_did_hang_up (machine, FALSE);
  outcome = envoi_smtp_machine_take_outcome (machine);
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN);
  g_assert_false (envoi_smtp_machine_can_send (machine));
}

/* The second letter is stopped while the first waits for its reply: that one is
 * heard before the connection ends, and nothing of the second becomes whole. */
static void
test_give_up (void)
{
  g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
  g_autoptr (GError) stopped = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");
  g_autoptr (EnvoiSmtpOutcome) first = NULL;
  g_autoptr (EnvoiSmtpOutcome) second = NULL;
  g_autofree char *output = NULL;

  give_letter (machine, "Hello\r\n");
  envoi_smtp_machine_did_commit (machine);
  g_assert_true (envoi_smtp_machine_can_follow (machine));
  give_letter (machine, "Adieu\r\n");
  envoi_smtp_machine_give_up (machine, stopped);

  output = dup_output (machine);
  g_assert_true (g_str_has_suffix (output, "BDAT 7 LAST\r\nAdieu\r"));
  g_assert_cmpint (envoi_smtp_machine_get_action (machine), ==, ENVOI_SMTP_ACTION_EXCHANGE);
  g_assert_false (envoi_smtp_machine_can_follow (machine));

  read_text (machine, "250 ok\r\n250 ok\r\n250 one\r\n");
  g_assert_cmpint (envoi_smtp_machine_get_state (machine), ==, ENVOI_SMTP_STATE_CLOSED);
  first = envoi_smtp_machine_take_outcome (machine);
  second = envoi_smtp_machine_take_outcome (machine);
  g_assert_no_error (first->error);
  g_assert_error (second->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Never more than 16 letters wait for the first reply, nor more than 256 KiB of them. */
static void
test_flight_window (void)
{
  static const struct { gsize size; guint most; } cases[] = { { 7, 16 }, { 100000, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
    g_autofree char *text = g_strnfill (cases[i].size, 'x');
    guint n = 0;

    do {
      give_letter (machine, text);
      envoi_smtp_machine_did_commit (machine);
      g_free (dup_output (machine));
      n++;
    } while (envoi_smtp_machine_can_follow (machine));

    g_assert_cmpuint (n, ==, cases[i].most);
  }
}

/* A letter of another length than was said, which would leave the server waiting. */
static void
test_wrong_size (void)
{
  static const char *const texts[] = { "Hell\r\n", "Hello!\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    begin_letter (machine, 1, strlen ("Hello\r\n"));
    envoi_smtp_machine_give_body (machine, (const guint8 *) texts[i], strlen (texts[i]));
    if (envoi_smtp_machine_get_action (machine) != ENVOI_SMTP_ACTION_DONE)
      envoi_smtp_machine_end_body (machine);
    outcome = envoi_smtp_machine_take_outcome (machine);
    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT);
  }
}

/* An empty letter has no octet to keep back: the command itself waits. */
static void
test_empty (void)
{
  g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  begin_letter (machine, 1, 0);
  envoi_smtp_machine_end_body (machine);
  before = dup_output (machine);
  g_assert_null (strstr (before, "BDAT"));
  envoi_smtp_machine_did_commit (machine);
  after = dup_output (machine);
  g_assert_cmpstr (after, ==, "BDAT 0 LAST\r\n");
}

/* What comes while nobody asked closes a warm connection. */
static void
test_idle (void)
{
  g_autoptr (EnvoiSmtpMachine) machine = open_machine (BDAT_EHLO);

  read_text (machine, "421 4.4.2 idle\r\n");
  g_assert_false (envoi_smtp_machine_can_send (machine));
  g_assert_cmpint (envoi_smtp_machine_get_state (machine), ==, ENVOI_SMTP_STATE_CLOSED);
}

/* A user name that would break the sign-in's own form. */
static void
test_user_name (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("mail.example.org", 465, ENVOI_SMTP_SECURITY_TLS, NULL, 0, NULL);
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("secret", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_XOAUTH2, "a\001auth=Bearer x\001", secret);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  envoi_smtp_machine_open (machine, credentials, NULL);
  outcome = envoi_smtp_machine_take_outcome (machine);
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/machine/edges", test_edges);
  g_test_add_func ("/envoi/smtp/machine/window", test_window);
  g_test_add_func ("/envoi/smtp/machine/memory", test_memory);
  g_test_add_func ("/envoi/smtp/machine/commit-refused", test_commit_refused);
  g_test_add_func ("/envoi/smtp/machine/unsent", test_unsent);
  g_test_add_func ("/envoi/smtp/machine/sent-and-lost", test_sent_and_lost);
  g_test_add_func ("/envoi/smtp/machine/give-up", test_give_up);
  g_test_add_func ("/envoi/smtp/machine/flight-window", test_flight_window);
  g_test_add_func ("/envoi/smtp/machine/wrong-size", test_wrong_size);
  g_test_add_func ("/envoi/smtp/machine/empty", test_empty);
  g_test_add_func ("/envoi/smtp/machine/idle", test_idle);
  g_test_add_func ("/envoi/smtp/machine/user-name", test_user_name);

  return g_test_run ();
}
