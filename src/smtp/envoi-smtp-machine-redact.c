/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <string.h>

/* Servers repeat what they were told: an error that quotes the command is shown to
 * the person, kept with the letter and pasted into bug reports. So whatever was
 * said to sign in is taken out of every reply before anything else sees it. */

#define SHORTEST_SECRET 4
/* A quote that was cut short gives away as much as it has. */
#define SHORTEST_QUOTE 8
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
#define MARK "[…]"

static void
replace_all (char       **text,
             const char  *secret)
{
  GString *clean;

  if (strlen (secret) < SHORTEST_SECRET || !strstr (*text, secret))
    return;

  clean = g_string_new (*text);
  g_string_replace (clean, secret, MARK, 0);
  g_free (*text);
  *text = g_string_free (clean, FALSE);
}

static gboolean
is_part_of_said (const EnvoiSmtpMachine *self,
                 const char             *quote,
                 gsize                   length)
{
  g_autofree char *part = g_strndup (quote, length);

  for (guint i = 0; i < self->said->len; i++)
    if (strstr (envoi_secret_peek (g_ptr_array_index (self->said, i)), part))
      return TRUE;

  return FALSE;
}

/* Takes out every run of base64 that is a part of what was said. */
static void
replace_quotes (const EnvoiSmtpMachine  *self,
                char                   **text)
{
  g_autoptr (GString) clean = g_string_new (NULL);

  for (const char *p = *text; *p;) {
    gsize length = strspn (p, BASE64);

    if (length >= SHORTEST_QUOTE && is_part_of_said (self, p, length))
      g_string_append (clean, MARK);
    else
      g_string_append_len (clean, p, (gssize) MAX (length, 1));
    p += MAX (length, 1);
  }

  g_free (*text);
  *text = g_strdup (clean->str);
}

/**
 * envoi_smtp_redact_text:
 * @self: a machine
 * @text: (inout): words of the server
 *
 * Takes out of them the secret and what went out in its place.
 *
 * Thread: courier
 */
void
envoi_smtp_redact_text (const EnvoiSmtpMachine  *self,
                        char                   **text)
{
  EnvoiSecret *secret;

  if (!self->credentials)
    return;

  secret = envoi_smtp_credentials_get_secret (self->credentials);
  replace_all (text, envoi_secret_peek (secret));
  for (guint i = 0; i < self->said->len; i++)
    replace_all (text, envoi_secret_peek (g_ptr_array_index (self->said, i)));
  if (self->state == ENVOI_SMTP_STATE_AUTH)
    replace_quotes (self, text);
}

/**
 * envoi_smtp_redact_remember:
 * @self: a machine
 * @base64: a response of the sign-in, as it goes out
 *
 * Remembers what no reply may repeat, as long as the connection lasts.
 *
 * Thread: courier
 */
void
envoi_smtp_redact_remember (EnvoiSmtpMachine *self,
                            const char       *base64)
{
  if (*base64)
    g_ptr_array_add (self->said, envoi_secret_new (base64, -1));
}

/**
 * envoi_smtp_redact_reply:
 * @self: a machine
 * @reply: (inout): a reply
 *
 * Takes out of a reply what was said to sign in, plain or as it went out. The
 * words of a challenge are needed as they are, and shown nowhere.
 *
 * Thread: courier
 */
void
envoi_smtp_redact_reply (EnvoiSmtpMachine *self,
                         EnvoiSmtpReply   *reply)
{
  if (reply->code == 334 && self->state == ENVOI_SMTP_STATE_AUTH)
    return;

  envoi_smtp_redact_text (self, &reply->text);
  for (guint i = 0; reply->lines[i]; i++)
    envoi_smtp_redact_text (self, &reply->lines[i]);
}
