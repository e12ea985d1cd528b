/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* What XOAUTH2 and OAUTHBEARER have in common. The JSON in which a server refuses
 * a token decides nothing and is shown to nobody, so one member of it is searched
 * for rather than the whole read. */

#define LONGEST_JSON 4096
#define LONGEST_STATUS 32

static const char *
skip_space (const char *p)
{
  while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
    p++;

  return p;
}

/**
 * envoi_sasl_dup_json_status:
 * @json: (array length=length): the challenge
 * @length: how many octets
 *
 * Finds the value of the member "status" (RFC 7628 section 3.2.2).
 *
 * Returns: (transfer full) (nullable): letters, digits and "_" only
 *
 * Thread: any
 */
char *
envoi_sasl_dup_json_status (const guint8 *json,
                            gsize         length)
{
  g_autofree char *text = g_strndup ((const char *) json, MIN (length, LONGEST_JSON));
  const char *p = strstr (text, "\"status\"");
  gsize n = 0;

  if (!p)
    return NULL;

  p = skip_space (p + strlen ("\"status\""));
  if (*p != ':')
    return NULL;

  p = skip_space (p + 1);
  if (*p == '"')
    p++;

  while (n < LONGEST_STATUS && (g_ascii_isalnum (p[n]) || p[n] == '_'))
    n++;

  return n > 0 ? g_strndup (p, n) : NULL;
}

/**
 * envoi_sasl_explain_status:
 * @status: (nullable): what the server gave as the reason
 *
 * Puts it into words. Google says 400 and Microsoft 401 for a token that has
 * expired; RFC 6750 has names for the same.
 *
 * Returns: (transfer none): a sentence without its full stop
 *
 * Thread: any
 */
const char *
envoi_sasl_explain_status (const char *status)
{
  static const struct {
    const char *status;
    const char *sentence;
  } words[] = {
    { "400", N_("The sign-in has expired or lacks the permission to send") },
    { "401", N_("The sign-in has expired or was withdrawn") },
    { "invalid_token", N_("The sign-in has expired or was withdrawn") },
    { "403", N_("The sign-in lacks the permission to send") },
    { "insufficient_scope", N_("The sign-in lacks the permission to send") },
    { "invalid_request", N_("The server did not understand the sign-in") },
  };

  for (guint i = 0; status && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (status, words[i].status))
      return _(words[i].sentence);

  return _("The server did not accept the sign-in");
}

/**
 * envoi_sasl_take_bearer:
 * @message: (transfer full): what the mechanism says before the token
 * @token: the access token
 *
 * Ends the one message that such a mechanism has.
 *
 * Returns: (transfer full): the message
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_take_bearer (GString     *message,
                        EnvoiSecret *token)
{
  g_string_append_len (message, envoi_secret_peek (token),
                       (gssize) envoi_secret_get_length (token));
  g_string_append (message, "\001\001");
  return envoi_sasl_take_message (message);
}

/**
 * envoi_sasl_answer_status:
 * @self: a dialogue whose one message was sent
 * @challenge: (array length=length): the server's error, in JSON
 * @length: how many octets
 * @answer: what ends the dialogue
 * @error: return location
 *
 * Notes why the token was refused. The token is not said again.
 *
 * Errors: PROTOCOL (the server asked again)
 *
 * Returns: (transfer full) (nullable): @answer
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_answer_status (EnvoiSasl     *self,
                          const guint8  *challenge,
                          gsize          length,
                          const char    *answer,
                          GError       **error)
{
  g_autofree char *status = envoi_sasl_dup_json_status (challenge, length);

  if (self->n_challenges != 1)
    return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));

  self->explanation = envoi_sasl_explain_status (status);
  return envoi_secret_new (answer, -1);
}
