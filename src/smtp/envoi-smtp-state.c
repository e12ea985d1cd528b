/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine.h"

#define BIT(state) (1u << ENVOI_SMTP_STATE_ ## state)

static const char *const state_names[ENVOI_SMTP_N_STATES] = {
  "new", "handshake", "greeting", "ehlo", "starttls", "greeted", "auth", "ready",
  "envelope", "body", "commit", "final", "quit", "closed",
};

/* From each state, those that may follow. */
static const guint legal_edges[ENVOI_SMTP_N_STATES] = {
  [ENVOI_SMTP_STATE_NEW] = BIT (HANDSHAKE) | BIT (GREETING) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_HANDSHAKE] = BIT (GREETING) | BIT (EHLO) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_GREETING] = BIT (EHLO) | BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_EHLO] = BIT (STARTTLS) | BIT (GREETED) | BIT (AUTH) | BIT (READY) |
                            BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_STARTTLS] = BIT (HANDSHAKE) | BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_GREETED] = BIT (AUTH) | BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_AUTH] = BIT (READY) | BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_READY] = BIT (ENVELOPE) | BIT (QUIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_ENVELOPE] = BIT (BODY) | BIT (FINAL) | BIT (READY) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_BODY] = BIT (COMMIT) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_COMMIT] = BIT (FINAL) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_FINAL] = BIT (READY) | BIT (ENVELOPE) | BIT (CLOSED),
  [ENVOI_SMTP_STATE_QUIT] = BIT (CLOSED),
  [ENVOI_SMTP_STATE_CLOSED] = 0,
};

/**
 * envoi_smtp_state_to_string:
 * @state: a state
 *
 * Returns: (transfer none): its name, for logs and tests
 *
 * Thread: any
 */
const char *
envoi_smtp_state_to_string (EnvoiSmtpState state)
{
  g_return_val_if_fail (state < ENVOI_SMTP_N_STATES, NULL);

  return state_names[state];
}

/**
 * envoi_smtp_state_may_follow:
 * @from: a state
 * @to: another
 *
 * Returns: whether the edge is legal
 *
 * Thread: any
 */
gboolean
envoi_smtp_state_may_follow (EnvoiSmtpState from,
                             EnvoiSmtpState to)
{
  return (legal_edges[from] & (1u << to)) != 0;
}
