/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-smtp-machine.h"

#include <string.h>

/* A whole session whose server says what the fuzzer likes, who knows the secret. It
 * ends; no sign-in is in clear, no secret in a transcript or an error; and "sent"
 * needs the letter to have left whole. */

#define SECRET "hunter2-hunter2"
#define MESSAGE "Subject: x\r\n\r\n.\r\nhello\r\n"
#define MOST_TURNS 20000

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

typedef struct {
  EnvoiSmtpMachine *machine;
  const guint8 *data;
  gsize size;
  gsize piece;
  GString *in_clear;
  gboolean is_secure;
  gsize n_body;
  gboolean is_committed;
} Session;

static void
exchange (Session *session)
{
  gsize length;
  const guint8 *output = envoi_smtp_machine_peek_output (session->machine, &length);
  gsize n = MIN (session->piece, session->size);

  if (!session->is_secure)
    g_string_append_len (session->in_clear, (const char *) output, (gssize) length);
  envoi_smtp_machine_did_write (session->machine, length);

  if (n == 0) {
    envoi_smtp_machine_did_hang_up (session->machine, FALSE);
    return;
  }

  session->data += n;
  session->size -= n;
  envoi_smtp_machine_did_read (session->machine, session->data - n, n);
}

static void
give_body (Session *session)
{
  gsize left = strlen (MESSAGE) - session->n_body;

  if (left == 0)
    envoi_smtp_machine_end_body (session->machine);
  else
    envoi_smtp_machine_give_body (session->machine, (const guint8 *) MESSAGE + session->n_body, left);
  session->n_body += left;
}

static EnvoiSmtpOutcome *
run (Session *session)
{
  EnvoiSmtpAction action;

  for (guint turn = 0;
       (action = envoi_smtp_machine_get_action (session->machine)) != ENVOI_SMTP_ACTION_DONE;
       turn++) {
    g_assert_cmpuint (turn, <, MOST_TURNS);

    if (action == ENVOI_SMTP_ACTION_HANDSHAKE) {
      session->is_secure = TRUE;
      envoi_smtp_machine_did_handshake (session->machine, NULL);
    } else if (action == ENVOI_SMTP_ACTION_COMMIT) {
      session->is_committed = TRUE;
      envoi_smtp_machine_did_commit (session->machine);
    } else if (action == ENVOI_SMTP_ACTION_BODY) {
      give_body (session);
    } else {
      exchange (session);
    }
  }

  return envoi_smtp_machine_take_outcome (session->machine);
}

static void
check (const EnvoiSmtpOutcome *outcome)
{
  g_assert_true (g_utf8_validate (outcome->transcript, -1, NULL));
  g_assert_null (strstr (outcome->transcript, SECRET));
  if (outcome->error) {
    g_assert_true (g_utf8_validate (outcome->error->message, -1, NULL));
    g_assert_null (strstr (outcome->error->message, SECRET));
  }
}

static void
send_letters (Session *session)
{
  const char *const recipients[] = { "a@example.org", "b@example.org", NULL };
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new ("alice@example.org", recipients, ENVOI_ENVELOPE_NONE, NULL);
  EnvoiSmtpMessageTraits traits = { .size = strlen (MESSAGE) };

  for (guint i = 0; i < 3 && envoi_smtp_machine_can_send (session->machine); i++) {
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    session->n_body = 0;
    session->is_committed = FALSE;
    envoi_smtp_machine_send (session->machine, envelope, &traits);
    outcome = run (session);
    check (outcome);
    if (!outcome->error)
      g_assert_true (session->is_committed && session->n_body == strlen (MESSAGE));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  EnvoiSmtpSecurity security = size > 0 && data[0] & 1 ? ENVOI_SMTP_SECURITY_STARTTLS
                                                       : ENVOI_SMTP_SECURITY_TLS;
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (SECRET, -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "alice", secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("mail.example", 465, security, NULL, ENVOI_SMTP_QUIRK_NONE, NULL);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (GString) in_clear = g_string_new (NULL);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  Session session = { .machine = machine, .in_clear = in_clear };

  if (size < 2)
    return 0;

  /* The second octet says in what pieces the server's words arrive. */
  session.piece = 1 + data[1];
  session.data = data + 2;
  session.size = size - 2;
  envoi_smtp_machine_open (machine, credentials, NULL);
  outcome = run (&session);
  check (outcome);
  send_letters (&session);
  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, "MAIL"));
  return 0;
}
