/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-endpoint.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define PIN_PREFIX "sha256:"
#define PIN_DIGITS 64
#define LONGEST_HOST 253

struct _EnvoiSmtpEndpoint {
  gatomicrefcount ref_count;
  char *host;
  guint16 port;
  EnvoiSmtpSecurity security;
  char *ca_file;
  char *pinned_key;
  EnvoiSmtpQuirks quirks;
};

G_DEFINE_BOXED_TYPE (EnvoiSmtpEndpoint, envoi_smtp_endpoint,
                     envoi_smtp_endpoint_ref, envoi_smtp_endpoint_unref)

static gboolean
is_plain_host (const char *host)
{
  if (!*host || strlen (host) > LONGEST_HOST || !g_utf8_validate (host, -1, NULL))
    return FALSE;

  for (const char *p = host; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_iscntrl (c) || g_unichar_isspace (c) ||
        strchr ("<>\"'/\\@,;", (int) MIN (c, 0x7f)))
      return FALSE;
  }

  return TRUE;
}

/* The name as TLS and DNS want it: A-labels, lower case, no dot at the end. */
static char *
normalise_host (const char *host)
{
  g_autofree char *bare = NULL;
  char *ascii;
  gsize length;

  if (!host || !is_plain_host (host))
    return NULL;

  length = strlen (host);
  if (host[0] == '[' && length > 2 && host[length - 1] == ']')
    bare = g_strndup (host + 1, length - 2);
  else
    bare = g_strndup (host, length - (host[length - 1] == '.' ? 1 : 0));

  if (!*bare || g_hostname_is_ip_address (bare))
    return *bare ? g_steal_pointer (&bare) : NULL;

  ascii = g_hostname_to_ascii (bare);
  if (!ascii)
    return NULL;

  for (char *p = ascii; *p; p++)
    *p = g_ascii_tolower (*p);
  return ascii;
}

static gboolean
is_pin (const char *pin)
{
  const char *digits = pin + strlen (PIN_PREFIX);

  return g_str_has_prefix (pin, PIN_PREFIX) && strlen (digits) == PIN_DIGITS &&
         strspn (digits, "0123456789abcdefABCDEF") == PIN_DIGITS;
}

/**
 * envoi_smtp_endpoint_new:
 * @host: a DNS name or an IP address, with or without brackets
 * @port: the TCP port, not 0
 * @security: how TLS starts
 * @trust: (nullable): whom to trust instead of those the system trusts
 * @quirks: what to avoid on this server
 * @error: return location
 *
 * Says where to submit. The host is kept as an A-label without a dot at its
 * end, so that it equals the name that is looked up, indicated and verified.
 *
 * Errors: REFUSED_INPUT (a host, port or key that can name nothing)
 *
 * Returns: (transfer full) (nullable): the endpoint
 *
 * Thread: any
 */
EnvoiSmtpEndpoint *
envoi_smtp_endpoint_new (const char            *host,
                         guint16                port,
                         EnvoiSmtpSecurity      security,
                         const EnvoiSmtpTrust  *trust,
                         EnvoiSmtpQuirks        quirks,
                         GError               **error)
{
  EnvoiSmtpTrust wanted = trust ? *trust : (EnvoiSmtpTrust) { NULL, NULL };
  g_autofree char *name = normalise_host (host);
  EnvoiSmtpEndpoint *self;

  if (!name || port == 0) {
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT,
                         name ? _("The server port must be between 1 and 65535.")
                              : _("The server name is empty or has characters a name cannot "
                                  "have."));
    return NULL;
  }

  if (wanted.pinned_key && !is_pin (wanted.pinned_key)) {
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT,
                         _("The pinned key must be “sha256:” and 64 hexadecimal digits."));
    return NULL;
  }

  self = g_new0 (EnvoiSmtpEndpoint, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->host = g_steal_pointer (&name);
  self->port = port;
  self->security = security;
  self->ca_file = g_strdup (wanted.ca_file);
  self->pinned_key = wanted.pinned_key ? g_ascii_strdown (wanted.pinned_key, -1) : NULL;
  self->quirks = quirks;
  return self;
}

/**
 * envoi_smtp_endpoint_dup_with_quirks:
 * @self: an endpoint
 * @quirks: what to avoid there
 *
 * Returns: (transfer full): the same place and trust, with those quirks
 *
 * Thread: any
 */
EnvoiSmtpEndpoint *
envoi_smtp_endpoint_dup_with_quirks (const EnvoiSmtpEndpoint *self,
                                     EnvoiSmtpQuirks          quirks)
{
  EnvoiSmtpEndpoint *copy = g_new0 (EnvoiSmtpEndpoint, 1);

  g_atomic_ref_count_init (&copy->ref_count);
  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->security = self->security;
  copy->ca_file = g_strdup (self->ca_file);
  copy->pinned_key = g_strdup (self->pinned_key);
  copy->quirks = quirks;
  return copy;
}

/**
 * envoi_smtp_endpoint_ref:
 * @self: an endpoint
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiSmtpEndpoint *
envoi_smtp_endpoint_ref (EnvoiSmtpEndpoint *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_smtp_endpoint_unref:
 * @self: (transfer full): an endpoint
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_smtp_endpoint_unref (EnvoiSmtpEndpoint *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->host);
  g_free (self->ca_file);
  g_free (self->pinned_key);
  g_free (self);
}

/**
 * envoi_smtp_endpoint_get_host:
 * @self: an endpoint
 *
 * Returns: (transfer none): an A-label name or an IP address without brackets
 *
 * Thread: any
 */
const char *
envoi_smtp_endpoint_get_host (const EnvoiSmtpEndpoint *self)
{
  return self->host;
}

/**
 * envoi_smtp_endpoint_get_port:
 * @self: an endpoint
 *
 * Returns: the TCP port
 *
 * Thread: any
 */
guint16
envoi_smtp_endpoint_get_port (const EnvoiSmtpEndpoint *self)
{
  return self->port;
}

/**
 * envoi_smtp_endpoint_get_security:
 * @self: an endpoint
 *
 * Returns: how TLS starts
 *
 * Thread: any
 */
EnvoiSmtpSecurity
envoi_smtp_endpoint_get_security (const EnvoiSmtpEndpoint *self)
{
  return self->security;
}

/**
 * envoi_smtp_endpoint_get_ca_file:
 * @self: an endpoint
 *
 * Returns: (transfer none) (nullable): the PEM file that replaces the system's trust
 *
 * Thread: any
 */
const char *
envoi_smtp_endpoint_get_ca_file (const EnvoiSmtpEndpoint *self)
{
  return self->ca_file;
}

/**
 * envoi_smtp_endpoint_get_pinned_key:
 * @self: an endpoint
 *
 * Returns: (transfer none) (nullable): "sha256:" and lower-case digits
 *
 * Thread: any
 */
const char *
envoi_smtp_endpoint_get_pinned_key (const EnvoiSmtpEndpoint *self)
{
  return self->pinned_key;
}

/**
 * envoi_smtp_endpoint_get_quirks:
 * @self: an endpoint
 *
 * Returns: what to avoid on this server
 *
 * Thread: any
 */
EnvoiSmtpQuirks
envoi_smtp_endpoint_get_quirks (const EnvoiSmtpEndpoint *self)
{
  return self->quirks;
}

/**
 * envoi_smtp_endpoint_is_equal:
 * @self: an endpoint
 * @other: another
 *
 * Tells whether a connection to one may serve for the other.
 *
 * Returns: whether host, port, security, trust and quirks are the same
 *
 * Thread: any
 */
gboolean
envoi_smtp_endpoint_is_equal (const EnvoiSmtpEndpoint *self,
                              const EnvoiSmtpEndpoint *other)
{
  return g_str_equal (self->host, other->host) && self->port == other->port &&
         self->security == other->security && self->quirks == other->quirks &&
         g_strcmp0 (self->ca_file, other->ca_file) == 0 &&
         g_strcmp0 (self->pinned_key, other->pinned_key) == 0;
}
