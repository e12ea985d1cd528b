/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-pin.h"

#include "envoi-account-check-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define PREFIX "sha256:"
#define DIGITS 64
#define KEY_OCTETS (sizeof PREFIX - 1 + DIGITS)

static gboolean
is_key_at (const char *text)
{
  const char *digits = text + strlen (PREFIX);

  return g_str_has_prefix (text, PREFIX) &&
         strspn (digits, "0123456789abcdefABCDEF") == DIGITS;
}

static char *
format_server (EnvoiAccount *self)
{
  g_autofree char *host = NULL;
  guint port;

  g_object_get (self, "host", &host, "port", &port, NULL);
  return g_strdup_printf ("@%s:%u", host, port);
}

/**
 * envoi_account_is_key:
 * @key: a text
 *
 * Returns: whether it is "sha256:" and 64 hexadecimal digits
 *
 * Thread: any
 */
gboolean
envoi_account_is_key (const char *key)
{
  return is_key_at (key) && strlen (key) == KEY_OCTETS;
}

/**
 * envoi_account_check_pinned_key:
 * @pin: "sha256:DIGITS@HOST:PORT", or "" for none
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether @pin can name a key and its server
 *
 * Thread: any
 */
gboolean
envoi_account_check_pinned_key (const char  *pin,
                                GError     **error)
{
  const char *port = strrchr (pin, ':');

  if (*pin == '\0' ||
      (is_key_at (pin) && pin[KEY_OCTETS] == '@' && port > pin + KEY_OCTETS + 1 && port[1]))
    return TRUE;

  g_set_error_literal (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                       _("The pinned key must be “sha256:” and 64 hexadecimal digits, and the "
                         "server it is for."));
  return FALSE;
}

/**
 * envoi_account_has_pin:
 * @self: an account
 *
 * Returns: whether a key was pinned, for whatever server
 *
 * Thread: main
 */
gboolean
envoi_account_has_pin (EnvoiAccount *self)
{
  g_autofree char *pin = NULL;

  g_object_get (self, "pinned-key", &pin, NULL);
  return *pin != '\0';
}

/**
 * envoi_account_dup_pin:
 * @self: an account
 *
 * Returns: (transfer full) (nullable): the key that was pinned for the account's
 *   present server; NULL when there is none, or when it was for another host or port
 *
 * Thread: main
 */
char *
envoi_account_dup_pin (EnvoiAccount *self)
{
  g_autofree char *server = format_server (self);
  g_autofree char *pin = NULL;

  g_object_get (self, "pinned-key", &pin, NULL);
  if (!envoi_account_check_pinned_key (pin, NULL) || *pin == '\0' ||
      g_ascii_strcasecmp (pin + KEY_OCTETS, server) != 0)
    return NULL;

  return g_strndup (pin, KEY_OCTETS);
}

/**
 * envoi_account_pin:
 * @self: an account
 * @key: (nullable): the key of its present server, or NULL to trust as usual again
 *
 * Trusts one key and no other, or revokes that.
 *
 * Thread: main
 */
void
envoi_account_pin (EnvoiAccount *self,
                   const char   *key)
{
  g_autofree char *server = format_server (self);
  g_autofree char *pin = key ? g_strconcat (key, server, NULL) : g_strdup ("");

  g_object_set (self, "pinned-key", pin, NULL);
}
