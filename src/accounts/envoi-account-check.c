/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-check-private.h"

#include "envoi-account.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_DOMAIN 253
#define LONGEST_LOCAL_PART 64

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE, sentence);
  return FALSE;
}

static gboolean
has_space_or_control (const char *text)
{
  for (const char *next = text; *next; next = g_utf8_next_char (next)) {
    gunichar c = g_utf8_get_char (next);

    if (g_unichar_isspace (c) || !g_unichar_isprint (c))
      return TRUE;
  }

  return FALSE;
}

/* Labels of letters, digits and hyphens, also from other scripts (RFC 5890). */
static gboolean
is_domain (const char *text)
{
  g_auto (GStrv) labels = NULL;

  if (*text == '\0' || strlen (text) > LONGEST_DOMAIN || has_space_or_control (text))
    return FALSE;

  labels = g_strsplit (text, ".", -1);
  for (guint i = 0; labels[i]; i++) {
    if (*labels[i] == '\0' || *labels[i] == '-' || g_str_has_suffix (labels[i], "-"))
      return FALSE;

    for (const char *next = labels[i]; *next; next = g_utf8_next_char (next)) {
      gunichar c = g_utf8_get_char (next);

      if (c < 0x80 && !g_ascii_isalnum ((char) c) && c != '-' && c != '_')
        return FALSE;
    }
  }

  return TRUE;
}

/**
 * envoi_account_check_email:
 * @email: an address without a name
 * @error: where an error goes
 *
 * Checks the shape of an address (RFC 5321 section 4.1.2, RFC 6531). A quoted
 * local part is refused: no provider gives such an address to a person.
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether letters could come from it
 *
 * Thread: any
 */
gboolean
envoi_account_check_email (const char  *email,
                           GError     **error)
{
  const char *at;
  gsize local_length;

  if (*email == '\0')
    return refuse (error, _("The email address is missing."));

  if (!g_utf8_validate (email, -1, NULL) || has_space_or_control (email))
    return refuse (error, _("The email address contains a space or a character that cannot be "
                            "used."));

  at = strrchr (email, '@');
  local_length = at ? (gsize) (at - email) : 0;
  if (local_length == 0 || local_length > LONGEST_LOCAL_PART || !is_domain (at + 1) ||
      memchr (email, '@', local_length) || strcspn (email, "<>()[]\\,;:\"") < strlen (email))
    return refuse (error, _("The email address does not look like name@example.org."));

  return TRUE;
}

/* A line end here would let a name write headers or commands of its own. */
static gboolean
is_line (const char *text)
{
  gboolean is_good = g_utf8_validate (text, -1, NULL);

  for (const char *next = text; is_good && *next; next = g_utf8_next_char (next))
    is_good = !g_unichar_iscntrl (g_utf8_get_char (next));

  return is_good;
}

/**
 * envoi_account_check_name:
 * @name: the name that stands before an address
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether @name is one line of characters that can be shown
 *
 * Thread: any
 */
gboolean
envoi_account_check_name (const char  *name,
                          GError     **error)
{
  return is_line (name) ||
         refuse (error, _("The name contains a line end or a character that cannot be used."));
}

/**
 * envoi_account_check_user:
 * @user: who signs in
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether @user is one line of characters that can be shown
 *
 * Thread: any
 */
gboolean
envoi_account_check_user (const char  *user,
                          GError     **error)
{
  return is_line (user) ||
         refuse (error, _("The user name contains a line end or a character that cannot be used."));
}

/**
 * envoi_account_check_host:
 * @host: the name or IP address of a server
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether a server can have this name
 *
 * Thread: any
 */
gboolean
envoi_account_check_host (const char  *host,
                          GError     **error)
{
  if (*host == '\0')
    return refuse (error, _("The name of the outgoing server is missing."));

  if (!g_utf8_validate (host, -1, NULL) || has_space_or_control (host))
    return refuse (error, _("The server name contains a space or a character that cannot be "
                            "used."));

  if (strstr (host, "://") || strchr (host, '/'))
    return refuse (error, _("The server name must be only a name such as smtp.example.org, "
                            "not a web address."));

  if (g_hostname_is_ip_address (host))
    return TRUE;

  if (strchr (host, ':'))
    return refuse (error, _("The server name must not contain the port, which has its own field."));

  if (strchr (host, '@'))
    return refuse (error, _("The server name must be a name such as smtp.example.org, "
                            "not an email address."));

  if (!is_domain (host))
    return refuse (error, _("The server name does not look like smtp.example.org."));

  return TRUE;
}

/**
 * envoi_account_check_port:
 * @port: a TCP port
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether a server can listen there
 *
 * Thread: any
 */
gboolean
envoi_account_check_port (guint    port,
                          GError **error)
{
  if (port == 0 || port > G_MAXUINT16)
    return refuse (error, _("The port must be a number from 1 to 65535, usually 465 or 587."));

  return TRUE;
}

/**
 * envoi_account_check_ca_file:
 * @path: a PEM file, or "" for the system's trust
 * @error: where an error goes
 *
 * Errors: INCOMPLETE.
 *
 * Returns: whether the file can be read
 *
 * Thread: any; looks at the file system
 */
gboolean
envoi_account_check_ca_file (const char  *path,
                             GError     **error)
{
  if (*path == '\0')
    return TRUE;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                 _("The certificate file “%s” does not exist."), path);
    return FALSE;
  }

  return TRUE;
}
