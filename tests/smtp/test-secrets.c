/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-machine.h"

#include "envoi-test.h"

#include <string.h>

/* Every way to sign in, and every way that it fails: the secret, and what went out
 * in its place, are looked for in all that was sent in clear, in the transcripts, in
 * the errors and in the log. The servers repeat whatever they are told. */

#define USER "alice@example.org"
#define SECRET "sesam-offne-dich-42"
#define MOST_TURNS 200

typedef enum {
  END_ACCEPT,
  END_REFUSE,              /* and quote the whole line */
  END_QUOTE_PART,          /* and quote the beginning of it */
  END_BUSY,
  END_CLOSE,               /* 421 */
  END_HANG_UP,
  END_LATE,
  END_WRONG_CODE,
  END_REFUSE_LETTER,       /* and quote the sign-in, in a reply to MAIL */
  N_ENDS,
} End;

typedef struct {
  const char *prose;
  EnvoiSmtpAuth auth;
  const char *keyword;
} Mechanism;

static const Mechanism mechanisms[] = {
  { "PLAIN", ENVOI_SMTP_AUTH_PLAIN, "PLAIN" },
  { "LOGIN", ENVOI_SMTP_AUTH_LOGIN, "LOGIN" },
  { "CRAM-MD5", ENVOI_SMTP_AUTH_CRAM_MD5, "CRAM-MD5" },
  { "SCRAM-SHA-256", ENVOI_SMTP_AUTH_SCRAM_SHA_256, "SCRAM-SHA-256" },
  { "SCRAM-SHA-1", ENVOI_SMTP_AUTH_AUTO, "SCRAM-SHA-1" },
  { "XOAUTH2", ENVOI_SMTP_AUTH_XOAUTH2, "XOAUTH2" },
  { "OAUTHBEARER", ENVOI_SMTP_AUTH_OAUTHBEARER, "OAUTHBEARER" },
};

typedef struct {
  EnvoiSmtpMachine *machine;
  const Mechanism *mechanism;
  End end;
  GString *arrived;
  GString *in_clear;
  GPtrArray *said;         /* the lines of the sign-in */
  gboolean is_secure;
  gboolean is_gone;
} Server;

static GString *log_text;

static void
log_cb (const char     *domain,
        GLogLevelFlags  level,
        const char     *message,
        gpointer        user_data)
{
  g_string_append_printf (log_text, "%s\n", message);
}

static void
say (Server     *server,
     const char *line)
{
  g_autofree char *text = g_strconcat (line, "\r\n", NULL);

  envoi_smtp_machine_did_read (server->machine, (const guint8 *) text, strlen (text));
}

static void
take_ehlo (Server *server)
{
  g_autofree char *auth = g_strdup_printf ("250 AUTH %s", server->mechanism->keyword);

  say (server, "250-mail");
  if (!server->is_secure)
    say (server, "250-STARTTLS");
  say (server, auth);
}

/* The last line of a sign-in is known by its mechanism: LOGIN has two more. */
static gboolean
wants_more (const Server *server)
{
  if (server->mechanism->auth == ENVOI_SMTP_AUTH_LOGIN)
    return server->said->len < 3;
  if (server->mechanism->auth == ENVOI_SMTP_AUTH_CRAM_MD5)
    return server->said->len < 2;

  return FALSE;
}

static void
end_sign_in (Server *server)
{
  const char *line = g_ptr_array_index (server->said, server->said->len - 1);
  g_autofree char *whole = g_strdup_printf ("535-5.7.8 You said: %s\r\n535 5.7.8 and %s", line, SECRET);
  g_autofree char *part = g_strdup_printf ("500 5.5.2 Unknown: “%.40s”", line);
  g_autoptr (GError) late = NULL;

  switch (server->end) {
    case END_REFUSE:
      say (server, whole);
      break;
    case END_QUOTE_PART:
      say (server, part);
      break;
    case END_BUSY:
      whole[0] = part[0] = '4';
      say (server, part);
      break;
    case END_CLOSE:
      memcpy (part, "421", 3);
      say (server, part);
      break;
    case END_HANG_UP:
      envoi_smtp_machine_did_hang_up (server->machine, FALSE);
      break;
    case END_LATE:
      late = g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT, "Late.");
      envoi_smtp_machine_did_fail (server->machine, late, FALSE);
      break;
    case END_WRONG_CODE:
      memcpy (part, "250", 3);
      say (server, part);
      break;
    default:
      say (server, "235 2.7.0 welcome");
      break;
  }
}

static void
refuse_letter (Server *server)
{
  for (guint i = 0; i < server->said->len; i++) {
    const char *line = g_ptr_array_index (server->said, i);
    const char *payload = strrchr (line, ' ') ? strrchr (line, ' ') + 1 : line;
    g_autofree char *reply = g_strdup_printf ("550-5.7.1 %s\r\n550-5.7.1 %s", payload, SECRET);

    say (server, reply);
  }
  say (server, "550 5.7.1 no");
}

static void
take_line (Server     *server,
           const char *line)
{
  if (g_str_has_prefix (line, "EHLO")) {
    take_ehlo (server);
  } else if (g_str_equal (line, "STARTTLS")) {
    say (server, "220 go");
  } else if (g_str_has_prefix (line, "MAIL")) {
    refuse_letter (server);
  } else if (g_str_equal (line, "*")) {
    say (server, "501 5.7.0 as you like");
  } else {
    g_ptr_array_add (server->said, g_strdup (line));
    if (wants_more (server))
      say (server, server->mechanism->auth == ENVOI_SMTP_AUTH_CRAM_MD5 ? "334 PDEyMz4=" : "334 ");
    else
      end_sign_in (server);
  }
}

static void
exchange (Server *server)
{
  gsize length;
  const char *output = (const char *) envoi_smtp_machine_peek_output (server->machine, &length);
  g_autofree char *lines = g_strndup (output, length);
  g_auto (GStrv) each = g_strsplit (lines, "\r\n", -1);

  if (!server->is_secure)
    g_string_append (server->in_clear, lines);
  envoi_smtp_machine_did_write (server->machine, length);
  for (guint i = 0; each[i] && *each[i]; i++)
    take_line (server, each[i]);
}

static EnvoiSmtpOutcome *
run (Server *server)
{
  EnvoiSmtpAction action;

  for (guint turn = 0;
       (action = envoi_smtp_machine_get_action (server->machine)) != ENVOI_SMTP_ACTION_DONE;
       turn++) {
    g_assert_cmpuint (turn, <, MOST_TURNS);

    if (action == ENVOI_SMTP_ACTION_HANDSHAKE) {
      gboolean is_first = !server->is_secure && server->in_clear->len == 0;

      server->is_secure = TRUE;
      envoi_smtp_machine_did_handshake (server->machine, NULL);
      if (is_first)
        say (server, "220 mail");
    } else {
      exchange (server);
    }
  }

  return envoi_smtp_machine_take_outcome (server->machine);
}

/* No piece of what was said of eight octets or more. */
static void
search (const Server *server,
        const char   *where,
        const char   *text)
{
  if (!text)
    return;

  if (strstr (text, SECRET))
    g_error ("%s, end %d: the secret is in the %s:\n%s", server->mechanism->prose, server->end,
             where, text);

  for (guint i = 0; i < server->said->len; i++) {
    const char *line = g_ptr_array_index (server->said, i);
    const char *payload = g_str_has_prefix (line, "AUTH ") ? strrchr (line, ' ') + 1 : line;

    for (gsize j = 0; !g_str_equal (payload, server->mechanism->keyword) && j + 8 < strlen (payload);
         j++) {
      g_autofree char *piece = g_strndup (payload + j, 8);

      if (strstr (text, piece))
        g_error ("%s, end %d: %s of the sign-in is in the %s:\n%s", server->mechanism->prose,
                 server->end, piece, where, text);
    }
  }
}

static void
search_outcome (const Server           *server,
                const EnvoiSmtpOutcome *outcome)
{
  search (server, "transcript", outcome->transcript);
  search (server, "reply's text", outcome->text);
  search (server, "error", outcome->error ? outcome->error->message : NULL);
  for (guint i = 0; i < outcome->recipients->len; i++) {
    EnvoiSmtpRecipientResult *result = g_ptr_array_index (outcome->recipients, i);

    search (server, "recipient's text", result->text);
  }
}

static void
send_letter (Server *server)
{
  const char *const recipients[] = { "bob@example.org", NULL };
  EnvoiSmtpMessageTraits traits = { .size = 10 };
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new (USER, recipients, ENVOI_ENVELOPE_NONE, NULL);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  envoi_smtp_machine_send (server->machine, envelope, &traits);
  outcome = run (server);
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PERMANENT);
  search_outcome (server, outcome);
}

static void
sign_in (const Mechanism   *mechanism,
         EnvoiSmtpSecurity  security,
         End                end)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (SECRET, -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (mechanism->auth, USER, secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("mail.example.org", 465, security, NULL, ENVOI_SMTP_QUIRK_NONE, NULL);
  g_autoptr (EnvoiSmtpMachine) machine = envoi_smtp_machine_new (endpoint, clock);
  g_autoptr (GString) in_clear = g_string_new (NULL);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  Server server = {
    .machine = machine, .mechanism = mechanism, .end = end, .in_clear = in_clear, .said = said,
  };

  g_string_truncate (log_text, 0);
  envoi_smtp_machine_open (machine, credentials, NULL);
  if (security == ENVOI_SMTP_SECURITY_STARTTLS)
    say (&server, "220 mail");
  outcome = run (&server);

  g_assert_cmpuint (said->len, >, 0);
  search_outcome (&server, outcome);
  if (envoi_smtp_machine_can_send (machine))
    send_letter (&server);
  search (&server, "log", log_text->str);
  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, SECRET));
}

static void
test_mechanism (gconstpointer data)
{
  for (int end = END_ACCEPT; end < N_ENDS; end++) {
    sign_in (data, ENVOI_SMTP_SECURITY_TLS, (End) end);
    sign_in (data, ENVOI_SMTP_SECURITY_STARTTLS, (End) end);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);
  log_text = g_string_new (NULL);
  g_log_set_handler ("envoi-smtp", G_LOG_LEVEL_MASK, log_cb, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++) {
    g_autofree char *path = g_strdup_printf ("/envoi/smtp/secrets/%s", mechanisms[i].prose);

    g_test_add_data_func (path, &mechanisms[i], test_mechanism);
  }

  return g_test_run ();
}
