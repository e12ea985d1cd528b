/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* AUTH (RFC 4954). */

/* A command line with an initial response may be no longer (section 4); a
 * response on a line of its own may have 12,288 octets. */
#define LONGEST_AUTH_COMMAND 512
#define MOST_CHALLENGES 10

static void
send_line (EnvoiSmtpMachine *self,
           char             *line,
           const char       *shown)
{
  envoi_smtp_transcript_add_command (self->letter->transcript, shown);
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_AUTH, line);
  envoi_smtp_machine_pump (self);
}

/* The command, the base64 of @response and a line end, without a copy that is not wiped. */
static char *
format_line (EnvoiSmtpMachine  *self,
             const char        *command,
             const EnvoiSecret *response,
             const char        *when_empty)
{
  gsize length = envoi_secret_get_length (response);
  char *base64 = g_base64_encode ((const guint8 *) envoi_secret_peek (response), length);
  char *line = g_strconcat (command, length > 0 ? base64 : when_empty, "\r\n", NULL);

  envoi_smtp_redact_remember (self, base64);
  envoi_wipe_string (base64);
  return line;
}

static void
send_response (EnvoiSmtpMachine  *self,
               const EnvoiSecret *response)
{
  send_line (self, format_line (self, "", response, ""), "[sign-in]");
}

static void
cancel (EnvoiSmtpMachine *self,
        GError           *error)
{
  g_clear_error (&self->sasl_error);
  self->sasl_error = error;
  send_line (self, g_strdup ("*\r\n"), "*");
}

static void
send_command (EnvoiSmtpMachine *self)
{
  const char *name = envoi_sasl_get_name (self->sasl);
  g_autofree char *shown = g_strdup_printf ("AUTH %s", name);

  send_line (self, g_strdup_printf ("AUTH %s\r\n", name), shown);
}

static void
send_command_with_response (EnvoiSmtpMachine *self)
{
  const char *name = envoi_sasl_get_name (self->sasl);
  g_autofree char *command = g_strdup_printf ("AUTH %s ", name);
  g_autofree char *shown = g_strdup_printf ("AUTH %s [sign-in]", name);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSecret) response = envoi_sasl_begin (self->sasl, &error);
  char *line;

  if (!response) {
    envoi_smtp_machine_note_failure (self, (EnvoiSmtpError) error->code, NULL, error->message);
    envoi_smtp_machine_finish (self);
    return;
  }

  line = format_line (self, command, response, "=");
  if (strlen (line) <= LONGEST_AUTH_COMMAND) {
    send_line (self, line, shown);
    return;
  }

  envoi_wipe_string (line);
  self->initial_response = g_steal_pointer (&response);
  send_command (self);
}

static gboolean
is_base64 (const char *text)
{
  gsize digits = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  return strspn (text + digits, "=") == strlen (text + digits);
}

/* Without an initial response on the command's line the server asks for it by
 * an empty challenge. */
static EnvoiSecret *
answer (EnvoiSmtpMachine      *self,
        const EnvoiSmtpReply  *reply,
        GError               **error)
{
  g_autofree guint8 *challenge = NULL;
  gsize length = 0;

  if (self->initial_response)
    return g_steal_pointer (&self->initial_response);

  if (!is_base64 (reply->text)) {
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL,
                         _("The server sent a sign-in challenge that cannot be read."));
    return NULL;
  }

  challenge = g_base64_decode (reply->text, &length);
  return envoi_sasl_respond (self->sasl, challenge, length, error);
}

static void
got_challenge (EnvoiSmtpMachine     *self,
               const EnvoiSmtpReply *reply)
{
  g_autoptr (EnvoiSecret) response = NULL;
  GError *error = NULL;

  if (self->sasl_error || ++self->n_challenges > MOST_CHALLENGES) {
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_PROTOCOL,
                                  _("The server does not come to an end of the sign-in."));
    return;
  }

  response = answer (self, reply, &error);
  if (response)
    send_response (self, response);
  else
    cancel (self, error);
}

static void
got_success (EnvoiSmtpMachine     *self,
             const EnvoiSmtpReply *reply)
{
  if (self->sasl_error || self->initial_response || !envoi_sasl_is_server_proven (self->sasl)) {
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_PROTOCOL,
                                  _("The server accepted a sign-in that was not complete; it may "
                                    "not be the server it claims to be."));
    return;
  }

  envoi_smtp_machine_note_reply (self, reply);
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_READY);
  envoi_smtp_machine_finish (self);
}

static EnvoiSmtpError
get_refusal_code (const EnvoiSmtpReply *reply)
{
  if (envoi_smtp_reply_is_transient (reply))
    return ENVOI_SMTP_ERROR_TRANSIENT;
  if (reply->code == 504)
    return ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE;

  return ENVOI_SMTP_ERROR_AUTH_REJECTED;
}

static void
got_refusal (EnvoiSmtpMachine     *self,
             const EnvoiSmtpReply *reply)
{
  const char *explanation = envoi_sasl_get_explanation (self->sasl);

  if (self->sasl_error)
    envoi_smtp_machine_note_failure (self, (EnvoiSmtpError) self->sasl_error->code, NULL,
                                     self->sasl_error->message);
  else
    envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                     explanation ? explanation
                                                 : _("The server did not accept the sign-in"));
  envoi_smtp_machine_finish (self);
}

/**
 * envoi_smtp_auth_begin:
 * @self: a machine inside verified TLS, with credentials
 *
 * Chooses a mechanism and sends AUTH, with the initial response on the same
 * line when that keeps within 512 octets. There is one attempt: a second one
 * with the same secret only brings the account nearer to being locked.
 *
 * Thread: courier
 */
void
envoi_smtp_auth_begin (EnvoiSmtpMachine *self)
{
  g_autoptr (GError) error = NULL;

  g_assert (self->is_secure);

  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_AUTH);
  self->sasl = envoi_sasl_new (self->credentials, self->endpoint, self->offers,
                               self->channel_binding, &error);
  if (!self->sasl) {
    self->letter->outcome->phase = ENVOI_SMTP_PHASE_AUTH;
    self->letter->outcome->error = g_steal_pointer (&error);
    envoi_smtp_machine_finish (self);
  } else if (envoi_sasl_is_client_first (self->sasl)) {
    send_command_with_response (self);
  } else {
    send_command (self);
  }
}

/**
 * envoi_smtp_auth_take_reply:
 * @self: a machine in the state AUTH
 * @reply: the reply
 *
 * Handles a challenge or the end: 334, exactly 235, or a refusal.
 *
 * Thread: courier
 */
void
envoi_smtp_auth_take_reply (EnvoiSmtpMachine *self,
                            EnvoiSmtpReply   *reply)
{
  if (reply->code == 334)
    got_challenge (self, reply);
  else if (reply->code == 235)
    got_success (self, reply);
  else if (reply->code / 100 >= 4)
    got_refusal (self, reply);
  else
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_PROTOCOL,
                                  _("The server answered the sign-in with a wrong code."));
}
