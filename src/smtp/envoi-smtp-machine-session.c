/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <glib/gi18n.h>

/* From the greeting to the sign-in, and QUIT. */

/* A constant says nothing about this computer or its network, and is a valid
 * argument everywhere (RFC 5321 section 4.1.3). */
#define EHLO "EHLO [127.0.0.1]\r\n"

static void
say_ehlo (EnvoiSmtpMachine *self)
{
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_EHLO);
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_EHLO, g_strdup (EHLO));
  envoi_smtp_machine_pump (self);
}

static void
await_greeting (EnvoiSmtpMachine *self)
{
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_GREETING);
  envoi_smtp_machine_owe (self, ENVOI_SMTP_OWED_GREETING, 0);
}

static EnvoiSmtpError
get_refusal_code (const EnvoiSmtpReply *reply)
{
  return envoi_smtp_reply_is_transient (reply) ? ENVOI_SMTP_ERROR_TRANSIENT
                                               : ENVOI_SMTP_ERROR_PERMANENT;
}

static void
fail (EnvoiSmtpMachine     *self,
      EnvoiSmtpError        code,
      const EnvoiSmtpReply *reply,
      const char           *message)
{
  envoi_smtp_machine_note_failure (self, code, reply, message);
  envoi_smtp_machine_finish (self);
}

static void
got_greeting (EnvoiSmtpMachine     *self,
              const EnvoiSmtpReply *reply)
{
  g_free (self->greeting);
  self->greeting = g_strdup (reply->text);

  if (reply->code == 220)
    say_ehlo (self);
  else if (envoi_smtp_reply_is_positive (reply) || reply->code / 100 == 3)
    fail (self, ENVOI_SMTP_ERROR_PROTOCOL, reply, _("The server greeted with a wrong code"));
  else
    fail (self, get_refusal_code (reply), reply, _("The server refuses connections"));
}

static void
start_tls (EnvoiSmtpMachine *self)
{
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_STARTTLS);
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_STARTTLS, g_strdup ("STARTTLS\r\n"));
  envoi_smtp_machine_pump (self);
}

static void
did_ehlo_in_clear (EnvoiSmtpMachine *self)
{
  if (self->offers->has_starttls) {
    start_tls (self);
    return;
  }

  fail (self, ENVOI_SMTP_ERROR_TLS_REQUIRED, NULL,
        _("The server does not offer to protect the connection (no STARTTLS), or somebody in "
          "between hides that it does. Nothing was sent."));
}

static void
got_ehlo (EnvoiSmtpMachine     *self,
          const EnvoiSmtpReply *reply)
{
  if (!envoi_smtp_reply_is_positive (reply)) {
    fail (self, reply->code / 100 == 3 ? ENVOI_SMTP_ERROR_PROTOCOL : get_refusal_code (reply),
          reply, _("The server refused to talk"));
    return;
  }

  g_clear_pointer (&self->offers, envoi_smtp_capabilities_free);
  self->offers = envoi_smtp_capabilities_parse (reply);

  if (!self->is_secure) {
    did_ehlo_in_clear (self);
  } else if (self->is_sign_in_later) {
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_GREETED);
    envoi_smtp_machine_finish (self);
  } else if (self->credentials) {
    envoi_smtp_auth_begin (self);
  } else {
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_READY);
    envoi_smtp_machine_finish (self);
  }
}

static void
got_starttls (EnvoiSmtpMachine     *self,
              const EnvoiSmtpReply *reply)
{
  if (reply->code != 220) {
    fail (self, envoi_smtp_reply_is_transient (reply) ? ENVOI_SMTP_ERROR_TRANSIENT
                                                      : ENVOI_SMTP_ERROR_TLS_REQUIRED,
          reply, _("The server would not protect the connection"));
    return;
  }

  /* All that was learned in clear could have been written by anybody. */
  g_clear_pointer (&self->offers, envoi_smtp_capabilities_free);
  g_clear_pointer (&self->greeting, g_free);
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_HANDSHAKE);
}

/**
 * envoi_smtp_session_begin:
 * @self: a machine whose socket is connected
 *
 * Begins with TLS, or with the greeting when STARTTLS comes later.
 *
 * Thread: courier
 */
void
envoi_smtp_session_begin (EnvoiSmtpMachine *self)
{
  if (envoi_smtp_endpoint_get_security (self->endpoint) == ENVOI_SMTP_SECURITY_TLS)
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_HANDSHAKE);
  else
    await_greeting (self);
}

/**
 * envoi_smtp_session_did_secure:
 * @self: a machine inside TLS
 *
 * Goes on with the greeting, or after STARTTLS with a fresh EHLO (RFC 3207
 * section 4.2).
 *
 * Thread: courier
 */
void
envoi_smtp_session_did_secure (EnvoiSmtpMachine *self)
{
  if (envoi_smtp_endpoint_get_security (self->endpoint) == ENVOI_SMTP_SECURITY_TLS)
    await_greeting (self);
  else
    say_ehlo (self);
}

/**
 * envoi_smtp_session_take_reply:
 * @self: a machine
 * @owed: what @reply answers
 * @reply: the reply
 *
 * Handles a reply of the session itself.
 *
 * Thread: courier
 */
void
envoi_smtp_session_take_reply (EnvoiSmtpMachine *self,
                               EnvoiSmtpOwed     owed,
                               EnvoiSmtpReply   *reply)
{
  switch (owed) {
    case ENVOI_SMTP_OWED_GREETING:
      got_greeting (self, reply);
      break;
    case ENVOI_SMTP_OWED_EHLO:
      got_ehlo (self, reply);
      break;
    case ENVOI_SMTP_OWED_STARTTLS:
      got_starttls (self, reply);
      break;
    default:
      envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
      envoi_smtp_machine_finish (self);
      break;
  }
}
