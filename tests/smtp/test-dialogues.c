/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "dialogue.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-machine.h"

#include "envoi-test.h"

#include <string.h>

/* Plays every file of tests/dialogues to the machine, without a socket, in
 * whole lines and octet by octet. */

typedef struct {
  const Dialogue *dialogue;
  EnvoiSmtpMachine *machine;
  guint next;                 /* step */
  GString *said;              /* by the client, not yet matched */
  GString *given;             /* the message as the server has taken it */
  gsize n_body;               /* octets of it that were given to the machine */
  gsize piece;                /* octets fed at once */
  gboolean is_clear;          /* before TLS */
  GString *in_clear;
  gboolean is_commit_told;
} Player;

static const DialogueStep *
get_step (const Player *player)
{
  GPtrArray *steps = player->dialogue->steps;

  return player->next < steps->len ? g_ptr_array_index (steps, player->next) : NULL;
}

static void
take_output (Player *player)
{
  gsize length;
  const guint8 *output = envoi_smtp_machine_peek_output (player->machine, &length);

  g_string_append_len (player->said, (const char *) output, (gssize) length);
  if (player->is_clear)
    g_string_append_len (player->in_clear, (const char *) output, (gssize) length);
  envoi_smtp_machine_did_write (player->machine, length);
}

static void
match_line (Player             *player,
            const DialogueStep *step)
{
  char *end = strstr (player->said->str, "\r\n");
  g_autofree char *line = NULL;

  if (!end)
    g_error ("%s:%u: the client did not say “%s”, but “%s”", player->dialogue->name, step->line,
             step->text, player->said->str);

  line = g_strndup (player->said->str, (gsize) (end - player->said->str));
  if (!g_pattern_match_simple (step->text, line))
    g_error ("%s:%u: the client said “%s” instead of “%s”", player->dialogue->name, step->line,
             line, step->text);

  g_string_erase (player->said, 0, (gssize) strlen (line) + 2);
}

static gsize
find_chunk (const Player *player)
{
  const DialogueStep *before = g_ptr_array_index (player->dialogue->steps, player->next - 1);
  g_autofree char *size = NULL;

  if (before->verb != DIALOGUE_CLIENT || !g_str_has_prefix (before->text, "BDAT "))
    return 0;

  size = g_strndup (before->text + 5, strspn (before->text + 5, "0123456789"));
  g_assert_cmpstr (size, !=, "");
  return (gsize) g_ascii_strtoull (size, NULL, 10);
}

/* Returns FALSE when the message is not complete yet. */
static gboolean
match_body (Player *player)
{
  gsize chunk = find_chunk (player);
  char *end;

  if (chunk > 0) {
    if (player->said->len < chunk)
      return FALSE;
    g_string_append_len (player->given, player->said->str, (gssize) chunk);
    g_string_erase (player->said, 0, (gssize) chunk);
    return TRUE;
  }

  if (g_str_has_prefix (player->said->str, ".\r\n")) {
    g_string_erase (player->said, 0, 3);
    return TRUE;
  }

  end = strstr (player->said->str, "\r\n.\r\n");
  if (!end)
    return FALSE;

  for (char *p = player->said->str; p < end + 2;) {
    char *line_end = strstr (p, "\r\n") + 2;

    p += *p == '.' ? 1 : 0;
    g_string_append_len (player->given, p, line_end - p);
    p = line_end;
  }
  g_string_erase (player->said, 0, end + 5 - player->said->str);
  return TRUE;
}

static void
say (Player *player)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  const DialogueStep *step;

  while ((step = get_step (player)) && step->verb == DIALOGUE_SERVER) {
    g_string_append_printf (lines, "%s\r\n", step->text);
    player->next++;
  }

  for (gsize i = 0; i < lines->len; i += player->piece)
    envoi_smtp_machine_did_read (player->machine, (const guint8 *) lines->str + i,
                                 MIN (player->piece, lines->len - i));
}

static void
fall_silent (Player *player)
{
  g_autoptr (GError) late = g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                                                 "The server did not go on in time.");

  envoi_smtp_machine_did_fail (player->machine, late, FALSE);
}

/* Plays on until the server has said something or is gone. */
static void
exchange (Player *player)
{
  const DialogueStep *step;

  take_output (player);
  while ((step = get_step (player))) {
    switch (step->verb) {
      case DIALOGUE_CLIENT:
        match_line (player, step);
        player->next++;
        break;
      case DIALOGUE_BODY:
        if (!match_body (player)) {
          if (envoi_smtp_machine_get_action (player->machine) == ENVOI_SMTP_ACTION_EXCHANGE)
            g_error ("%s:%u: the message does not end", player->dialogue->name, step->line);
          return;
        }
        player->next++;
        break;
      case DIALOGUE_SERVER:
        say (player);
        return;
      case DIALOGUE_WAIT:
        player->next++;
        fall_silent (player);
        return;
      default:
        player->next++;
        envoi_smtp_machine_did_hang_up (player->machine, FALSE);
        return;
    }
  }

  envoi_smtp_machine_did_hang_up (player->machine, FALSE);
}

static void
shake_hands (Player *player)
{
  const DialogueStep *step = get_step (player);

  /* Words in place of a handshake. */
  if (step && step->verb == DIALOGUE_SERVER) {
    say (player);
    return;
  }

  g_assert_true (step && step->verb == DIALOGUE_TLS);
  player->next++;
  player->is_clear = FALSE;
  envoi_smtp_machine_did_handshake (player->machine, NULL);
}

static void
give_body (Player *player)
{
  const GString *message = player->dialogue->message;
  gsize n = MIN (message->len - player->n_body, 7000);

  if (n == 0)
    envoi_smtp_machine_end_body (player->machine);
  else
    envoi_smtp_machine_give_body (player->machine,
                                  (const guint8 *) message->str + player->n_body, n);
  player->n_body += n;
}

static EnvoiSmtpOutcome *
run (Player *player)
{
  EnvoiSmtpAction action;

  while ((action = envoi_smtp_machine_get_action (player->machine)) != ENVOI_SMTP_ACTION_DONE) {
    if (action == ENVOI_SMTP_ACTION_HANDSHAKE)
      shake_hands (player);
    else if (action == ENVOI_SMTP_ACTION_BODY)
      give_body (player);
    else if (action == ENVOI_SMTP_ACTION_COMMIT)
      envoi_smtp_machine_did_commit (player->machine);
    else
      exchange (player);
  }

  return envoi_smtp_machine_take_outcome (player->machine);
}

static EnvoiSmtpOutcome *
send_letter (Player        *player,
             EnvoiEnvelope *envelope)
{
  EnvoiSmtpMessageTraits traits = dialogue_get_traits (player->dialogue);

  player->n_body = 0;
  g_string_truncate (player->given, 0);
  if (player->dialogue->is_probe)
    envoi_smtp_machine_probe (player->machine, envoi_envelope_get_sender (envelope));
  else
    envoi_smtp_machine_send (player->machine, envelope, &traits);
  return run (player);
}

static void
quit (Player *player)
{
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  if (envoi_smtp_machine_get_state (player->machine) == ENVOI_SMTP_STATE_CLOSED)
    return;

  envoi_smtp_machine_quit (player->machine);
  outcome = run (player);
}

static void
check_end (Player                 *player,
           const EnvoiSmtpOutcome *outcome)
{
  dialogue_check_outcome (player->dialogue, outcome);
  g_assert_null (strstr (player->in_clear->str, "AUTH "));

  if (!outcome->error && !player->dialogue->is_probe)
    g_assert_cmpstr (player->given->str, ==, player->dialogue->message->str);
  if (get_step (player))
    g_error ("%s:%u: the client ended before this step", player->dialogue->name,
             get_step (player)->line);
}

static void
play (const Dialogue *dialogue,
      gsize           piece)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSmtpEndpoint) endpoint = dialogue_dup_endpoint (dialogue, 587, NULL);
  g_autoptr (EnvoiSmtpCredentials) credentials = dialogue_dup_credentials (dialogue);
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (dialogue);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  Player player = { .dialogue = dialogue, .machine = machine, .piece = piece, .is_clear = TRUE };

  player.said = g_string_new (NULL);
  player.given = g_string_new (NULL);
  player.in_clear = g_string_new (NULL);

  envoi_smtp_machine_open (machine, credentials, NULL);
  outcome = run (&player);
  for (guint i = 0; !outcome->error && i < dialogue->n_letters; i++) {
    envoi_smtp_outcome_unref (outcome);
    outcome = send_letter (&player, envelope);
    if (!envoi_smtp_machine_can_send (machine))
      break;
  }

  quit (&player);
  check_end (&player, outcome);
  g_string_free (player.said, TRUE);
  g_string_free (player.given, TRUE);
  g_string_free (player.in_clear, TRUE);
}

static void
test_in_lines (gconstpointer data)
{
  play (data, G_MAXSIZE / 2);
}

static void
test_in_octets (gconstpointer data)
{
  play (data, 1);
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
    g_autofree char *lines = g_strdup_printf ("/envoi/smtp/dialogues/%s/lines", dialogue->name);
    g_autofree char *octets = g_strdup_printf ("/envoi/smtp/dialogues/%s/octets", dialogue->name);

    if (dialogue->is_in_flight)
      continue;

    g_test_add_data_func (lines, dialogue, test_in_lines);
    g_test_add_data_func (octets, dialogue, test_in_octets);
  }

  return g_test_run ();
}
