/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-command.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* RFC 5321 section 4.5.3.1 */
#define LONGEST_PATH 254
#define LONGEST_LOCAL_PART 64
/* RFC 3461 section 4.4 */
#define LONGEST_ENVELOPE_ID 100

static void
refuse_address (GError     **error,
                const char  *why)
{
  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT,
               _("An address cannot be sent: %s."), why);
}

/* No octet that could end the path, the parameter or the line. */
static gboolean
is_free_of_breaks (const char *address)
{
  for (const char *p = address; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == ' ' || c == '<' || c == '>' || g_unichar_iscntrl (c) || g_unichar_isspace (c))
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_quoted_string (const char *text)
{
  gsize length = strlen (text);

  if (length < 2 || text[0] != '"' || text[length - 1] != '"')
    return FALSE;

  for (gsize i = 1; i < length - 1; i++) {
    if (text[i] == '"')
      return FALSE;
    if (text[i] == '\\' && ++i == length - 1)
      return FALSE;
  }

  return TRUE;
}

/* An atom or a dotted atom; a doubled dot is let through, since such mailboxes exist. */
static gboolean
is_local_part (const char *text)
{
  return *text && strlen (text) <= LONGEST_LOCAL_PART &&
         (is_quoted_string (text) || !strpbrk (text, "\"(),:;[]\\@"));
}

static gboolean
is_address_literal (const char *domain)
{
  gsize length = strlen (domain);

  return length > 2 && domain[0] == '[' && domain[length - 1] == ']' &&
         strspn (domain + 1, "0123456789abcdefABCDEFIPv6x:.") == length - 2;
}

static gboolean
is_domain (const char *domain)
{
  if (domain[0] == '[')
    return is_address_literal (domain);

  if (!*domain || domain[0] == '.' || strstr (domain, ".."))
    return FALSE;

  for (const char *p = domain; *p; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '.' && *p != '_')
      return FALSE;

  return TRUE;
}

static const char *
describe_fault (const char *address,
                const char *at,
                const char *local,
                gboolean    may_be_utf8)
{
  if (!at || address[0] == '@')
    return _("it has no name or no “@”");
  if (strlen (address) > LONGEST_PATH)
    return _("it is too long");
  if (!is_local_part (local))
    return _("the part before “@” is not one name");
  if (!g_str_is_ascii (local) && !may_be_utf8)
    return _("this server does not take letters beyond ASCII before “@”");

  return NULL;
}

/**
 * envoi_smtp_command_format_path:
 * @address: a mailbox without angle brackets
 * @may_be_utf8: whether the server takes UTF-8 before the "@" (RFC 6531)
 * @error: return location
 *
 * Makes "<local@domain>" (RFC 5321 section 4.1.2). CR, LF, NUL, space, angle
 * brackets, control characters and source routes are refused, quoted or not,
 * so that an address can never become a parameter or a command. A domain
 * beyond ASCII becomes A-labels.
 *
 * Errors: REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable): the path
 *
 * Thread: any
 */
char *
envoi_smtp_command_format_path (const char  *address,
                                gboolean     may_be_utf8,
                                GError     **error)
{
  const char *at, *fault;
  g_autofree char *local = NULL;
  g_autofree char *domain = NULL;

  if (!g_utf8_validate (address, -1, NULL) || !is_free_of_breaks (address)) {
    refuse_address (error, _("it has a space, a bracket or a control character"));
    return NULL;
  }

  at = strrchr (address, '@');
  local = at ? g_strndup (address, (gsize) (at - address)) : NULL;
  fault = describe_fault (address, at, local, may_be_utf8);
  if (fault) {
    refuse_address (error, fault);
    return NULL;
  }

  domain = at[1] == '[' ? g_strdup (at + 1) : g_hostname_to_ascii (at + 1);
  if (!domain || !is_domain (domain)) {
    refuse_address (error, _("the part after “@” is not a domain"));
    return NULL;
  }

  return g_strdup_printf ("<%s@%s>", local, domain);
}

/**
 * envoi_smtp_command_format_xtext:
 * @text: any bytes
 *
 * Encodes for ENVID and ORCPT (RFC 3461 section 4): everything but printable
 * ASCII without "+" and "=" becomes "+" and two hexadecimal digits.
 *
 * Returns: (transfer full): xtext
 *
 * Thread: any
 */
char *
envoi_smtp_command_format_xtext (const char *text)
{
  GString *xtext = g_string_new (NULL);

  for (const guint8 *p = (const guint8 *) text; *p; p++) {
    if (*p < '!' || *p > '~' || *p == '+' || *p == '=')
      g_string_append_printf (xtext, "+%02X", *p);
    else
      g_string_append_c (xtext, (char) *p);
  }

  return g_string_free (xtext, FALSE);
}

static gboolean
wants_notices (const EnvoiEnvelope *envelope)
{
  EnvoiEnvelopeFlags any = ENVOI_ENVELOPE_NOTIFY_SUCCESS | ENVOI_ENVELOPE_NOTIFY_FAILURE |
                           ENVOI_ENVELOPE_NOTIFY_DELAY;

  return (envoi_envelope_get_flags (envelope) & any) != 0;
}

static gboolean
asks_for_notices (const EnvoiEnvelope         *envelope,
                  const EnvoiSmtpCapabilities *offers)
{
  return offers->has_dsn && wants_notices (envelope);
}

/**
 * envoi_smtp_command_lacks_notices:
 * @envelope: who a letter is for, and what is wanted to be heard of it
 * @offers: what the server offers
 *
 * The letter goes all the same: a wish that cannot be met is to be told, and no
 * reason to keep the letter back (RFC 3461 section 5.1).
 *
 * Returns: whether notices are wanted that the server cannot be asked for
 *
 * Thread: any
 */
gboolean
envoi_smtp_command_lacks_notices (const EnvoiEnvelope         *envelope,
                                  const EnvoiSmtpCapabilities *offers)
{
  return !offers->has_dsn && wants_notices (envelope);
}

static void
append_dsn (GString             *command,
            const EnvoiEnvelope *envelope)
{
  const char *id = envoi_envelope_get_envelope_id (envelope);

  g_string_append (command, " RET=HDRS");

  if (id && *id) {
    g_autofree char *xtext = envoi_smtp_command_format_xtext (id);

    if (strlen (xtext) <= LONGEST_ENVELOPE_ID)
      g_string_append_printf (command, " ENVID=%s", xtext);
  }
}

/**
 * envoi_smtp_command_format_mail:
 * @envelope: who the letter is from
 * @traits: what is said of the message
 * @offers: what the server offers; nothing else is asked for
 * @error: return location
 *
 * Makes the MAIL command with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8
 * (RFC 6531), RET and ENVID (RFC 3461) and REQUIRETLS (RFC 8689). An empty
 * sender is the null reverse-path.
 *
 * Errors: REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable): the command with its line end
 *
 * Thread: any
 */
char *
envoi_smtp_command_format_mail (const EnvoiEnvelope           *envelope,
                                const EnvoiSmtpMessageTraits  *traits,
                                const EnvoiSmtpCapabilities   *offers,
                                GError                       **error)
{
  const char *sender = envoi_envelope_get_sender (envelope);
  g_autofree char *path = NULL;
  GString *command;

  path = *sender ? envoi_smtp_command_format_path (sender, offers->has_smtputf8, error)
                 : g_strdup ("<>");
  if (!path)
    return NULL;

  command = g_string_new ("MAIL FROM:");
  g_string_append (command, path);

  if (offers->has_size && traits->size > 0)
    g_string_append_printf (command, " SIZE=%" G_GUINT64_FORMAT, traits->size);
  if (offers->has_8bitmime && traits->is_8bit)
    g_string_append (command, " BODY=8BITMIME");
  if (offers->has_smtputf8 && traits->needs_smtputf8)
    g_string_append (command, " SMTPUTF8");
  if (asks_for_notices (envelope, offers))
    append_dsn (command, envelope);
  if (offers->has_requiretls && envoi_envelope_get_flags (envelope) & ENVOI_ENVELOPE_REQUIRE_TLS)
    g_string_append (command, " REQUIRETLS");

  g_string_append (command, "\r\n");
  return g_string_free (command, FALSE);
}

static void
append_notify (GString            *command,
               EnvoiEnvelopeFlags  wanted)
{
  static const struct {
    EnvoiEnvelopeFlags flag;
    const char *word;
  } words[] = {
    { ENVOI_ENVELOPE_NOTIFY_SUCCESS, "SUCCESS" },
    { ENVOI_ENVELOPE_NOTIFY_FAILURE, "FAILURE" },
    { ENVOI_ENVELOPE_NOTIFY_DELAY, "DELAY" },
  };
  const char *separator = " NOTIFY=";

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (!(wanted & words[i].flag))
      continue;

    g_string_append_printf (command, "%s%s", separator, words[i].word);
    separator = ",";
  }
}

/**
 * envoi_smtp_command_format_rcpt:
 * @envelope: whom the letter is for
 * @index: which recipient
 * @offers: what the server offers
 * @error: return location
 *
 * Makes the RCPT command, with NOTIFY and ORCPT (RFC 3461) when a notice was
 * asked for. ORCPT carries ASCII addresses only.
 *
 * Errors: REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable): the command with its line end
 *
 * Thread: any
 */
char *
envoi_smtp_command_format_rcpt (const EnvoiEnvelope          *envelope,
                                guint                         index,
                                const EnvoiSmtpCapabilities  *offers,
                                GError                      **error)
{
  const char *address = envoi_envelope_get_recipients (envelope)[index];
  g_autofree char *path = envoi_smtp_command_format_path (address, offers->has_smtputf8, error);
  GString *command;

  if (!path)
    return NULL;

  command = g_string_new ("RCPT TO:");
  g_string_append (command, path);

  if (asks_for_notices (envelope, offers)) {
    append_notify (command, envoi_envelope_get_flags (envelope));
    if (g_str_is_ascii (address)) {
      g_autofree char *xtext = envoi_smtp_command_format_xtext (address);

      g_string_append_printf (command, " ORCPT=rfc822;%s", xtext);
    }
  }

  g_string_append (command, "\r\n");
  return g_string_free (command, FALSE);
}
