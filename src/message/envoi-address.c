/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-address.h"
#include "envoi-address-private.h"
#include "envoi-message-error.h"

#include "envoi-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* RFC 5321 section 4.5.3.1, in octets. */
#define MAX_LOCAL_PART 64
#define MAX_MAILBOX 254
#define MAX_DOMAIN 253
#define MAX_LABEL 63

/* How much of a bad address an error repeats. */
#define MAX_QUOTED_CHARS 80

/* A longer name would be folded into dozens of encoded words. */
#define MAX_NAME 1024

/* RFC 5322 section 3.2.3, beside letters and digits. */
#define ATEXT "!#$%&'*+-/=?^_`{|}~"

/* What makes the parser, or another one, stop inside an unquoted name. */
#define NAME_SPECIALS "()<>[]:;@\\,.\"'"

struct _EnvoiAddress {
  gatomicrefcount ref_count;
  char *name;
  char *mailbox;
};

G_DEFINE_BOXED_TYPE (EnvoiAddress, envoi_address, envoi_address_ref, envoi_address_unref)

/**
 * envoi_address_set_error:
 * @error: where the error goes
 * @format: a sentence with one %s for the address
 * @text: what was typed
 *
 * Sets BAD_ADDRESS with a sentence that repeats the address, made safe to show.
 *
 * Returns: %FALSE, for the caller to return
 *
 * Thread: any
 */
gboolean
envoi_address_set_error (GError     **error,
                         const char  *format,
                         const char  *text)
{
  g_autofree char *shown = envoi_text_decode_foreign (text, strlen (text), MAX_QUOTED_CHARS);

  /* Every format is a constant of this layer with exactly one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS, format, shown);
#pragma GCC diagnostic pop
  return FALSE;
}

static gboolean
is_atext (gunichar c)
{
  return c >= 0x80 || g_ascii_isalnum (c) || (c && strchr (ATEXT, (int) c));
}

/* Spaces and invisible characters let an address look like another one, and
 * angle brackets would end it on the wire, even inside quotes. */
static gboolean
has_forbidden_character (const char *mailbox)
{
  for (const char *p = mailbox; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_iscntrl (c) || g_unichar_isspace (c) || c == '<' || c == '>' ||
        c == 0x2028 || c == 0x2029 || g_unichar_type (c) == G_UNICODE_FORMAT)
      return TRUE;
  }

  return FALSE;
}

static gboolean
is_dot_atom (const char *local)
{
  gboolean is_after_dot = TRUE;

  for (const char *p = local; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '.' ? is_after_dot : !is_atext (c))
      return FALSE;
    is_after_dot = c == '.';
  }

  return !is_after_dot;
}

static gboolean
is_quoted_string (const char *local)
{
  gsize length = strlen (local);

  if (length < 3 || local[0] != '"' || local[length - 1] != '"')
    return FALSE;

  for (const char *p = local + 1; p < local + length - 1; p++) {
    if (*p == '"')
      return FALSE;
    if (*p == '\\' && ++p == local + length - 1)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_domain_literal (const char *domain)
{
  gsize length = strlen (domain);
  g_autofree char *inner = NULL;

  if (length < 3 || domain[0] != '[' || domain[length - 1] != ']')
    return FALSE;

  inner = g_strndup (domain + 1, length - 2);
  if (g_ascii_strncasecmp (inner, "IPv6:", 5) == 0)
    return strchr (inner + 5, ':') && !strchr (inner, '%') &&
           g_hostname_is_ip_address (inner + 5);

  return !strchr (inner, ':') && g_hostname_is_ip_address (inner);
}

static gboolean
is_label (const char *label)
{
  gsize length = strlen (label);

  if (length == 0 || length > MAX_LABEL || label[0] == '-' || label[length - 1] == '-')
    return FALSE;

  for (const char *p = label; *p; p++) {
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_ascii_domain (const char *domain)
{
  g_auto (GStrv) labels = g_strsplit (domain, ".", -1);

  if (strlen (domain) > MAX_DOMAIN || !labels[0])
    return FALSE;

  for (guint i = 0; labels[i]; i++) {
    if (!is_label (labels[i]))
      return FALSE;
  }

  return TRUE;
}

/* The domain as it goes on the wire, or NULL when there can be none such.
 * A-labels work with every server; only an address that needs SMTPUTF8 anyway
 * keeps its U-labels (RFC 6531 section 3.7.1 allows both). */
static char *
canonicalize_domain (const char *domain,
                     gboolean    keeps_unicode)
{
  g_autofree char *ascii = NULL;

  if (is_domain_literal (domain))
    return g_strdup (domain);

  ascii = g_hostname_to_ascii (domain);
  if (!ascii || !is_ascii_domain (ascii))
    return NULL;

  if (keeps_unicode && !g_str_is_ascii (domain))
    return g_hostname_to_unicode (ascii);

  return g_ascii_strdown (ascii, -1);
}

static gboolean
check_local_part (const char  *local,
                  const char  *typed,
                  GError     **error)
{
  if (!*local)
    return envoi_address_set_error (error, _("“%s” has nothing before the @."), typed);

  if (strlen (local) > MAX_LOCAL_PART)
    return envoi_address_set_error (error, _("“%s” is too long before the @."), typed);

  if (is_dot_atom (local) || is_quoted_string (local))
    return TRUE;

  if (strchr (local, '@'))
    return envoi_address_set_error (error, _("“%s” has more than one @."), typed);

  return envoi_address_set_error (error,
                                  _("“%s” has a character or a dot before the @ that is "
                                    "not allowed there."),
                                  typed);
}

static char *
canonicalize_mailbox (const char  *typed,
                      GError     **error)
{
  g_autofree char *mailbox = NULL;
  g_autofree char *local = NULL;
  g_autofree char *domain = NULL;
  g_autofree char *result = NULL;
  const char *at;

  mailbox = g_utf8_normalize (typed, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  if (!mailbox) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("An address is not valid text."));
    return NULL;
  }

  if (has_forbidden_character (mailbox)) {
    envoi_address_set_error (error, _("“%s” holds a space, a bracket or an invisible character "
                                      "that an address cannot have."), typed);
    return NULL;
  }

  at = strrchr (mailbox, '@');
  if (!at) {
    envoi_address_set_error (error, _("“%s” is not an address: the @ is missing."), typed);
    return NULL;
  }

  local = g_strndup (mailbox, at - mailbox);
  if (!check_local_part (local, typed, error))
    return NULL;

  if (!at[1]) {
    envoi_address_set_error (error, _("“%s” has nothing after the @."), typed);
    return NULL;
  }

  domain = canonicalize_domain (at + 1, !g_str_is_ascii (local));
  if (!domain) {
    envoi_address_set_error (error, _("“%s” does not end with a possible domain name."), typed);
    return NULL;
  }

  result = g_strconcat (local, "@", domain, NULL);
  if (strlen (result) > MAX_MAILBOX) {
    envoi_address_set_error (error, _("“%s” is too long for an address."), typed);
    return NULL;
  }

  return g_steal_pointer (&result);
}

static gboolean
check_name (const char  *name,
            GError     **error)
{
  if (envoi_text_is_one_line (name) && strlen (name) <= MAX_NAME)
    return TRUE;

  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                       _("The name of an address is too long or holds a line break or another "
                         "invisible character."));
  return FALSE;
}

static gboolean
must_quote (const char *name)
{
  gboolean is_after_space = FALSE;

  for (const char *p = name; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_space = c == ' ';

    if ((c < 0x80 && strchr (NAME_SPECIALS, (int) c)) || c == '\t' || c == 0xa0 || c == 0x3000 ||
        envoi_address_is_separator (c) || envoi_address_fold_width (c) != c ||
        (is_space && is_after_space))
      return TRUE;

    is_after_space = is_space;
  }

  return FALSE;
}

static char *
quote_name (const char *name)
{
  GString *quoted = g_string_new ("\"");

  for (const char *p = name; *p; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *p);
  }

  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/**
 * envoi_address_new:
 * @name: (nullable): the display name
 * @mailbox: the addr-spec, local@domain
 * @error: return location for an error
 *
 * Makes an address that is safe to write into a header and an SMTP command.
 * A domain with characters beyond ASCII becomes A-labels unless the local part
 * needs SMTPUTF8 anyway (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
 *
 * Errors: BAD_ADDRESS, REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable): the address
 *
 * Thread: any
 */
EnvoiAddress *
envoi_address_new (const char  *name,
                   const char  *mailbox,
                   GError     **error)
{
  g_autofree char *canonical = NULL;
  EnvoiAddress *self;

  g_return_val_if_fail (mailbox != NULL, NULL);

  if (name && !check_name (name, error))
    return NULL;

  canonical = canonicalize_mailbox (mailbox, error);
  if (!canonical)
    return NULL;

  self = g_new0 (EnvoiAddress, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->mailbox = g_steal_pointer (&canonical);
  self->name = g_strstrip (g_strdup (name ? name : ""));
  if (!*self->name)
    g_clear_pointer (&self->name, g_free);

  return self;
}

/**
 * envoi_address_ref:
 * @self: an address
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiAddress *
envoi_address_ref (EnvoiAddress *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_address_unref:
 * @self: (transfer full): an address
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_address_unref (EnvoiAddress *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->name);
  g_free (self->mailbox);
  g_free (self);
}

/**
 * envoi_address_get_name:
 * @self: an address
 *
 * Returns: (transfer none) (nullable): the display name
 *
 * Thread: any
 */
const char *
envoi_address_get_name (const EnvoiAddress *self)
{
  return self->name;
}

/**
 * envoi_address_get_mailbox:
 * @self: an address
 *
 * Returns: (transfer none): local@domain, the domain in lower case
 *
 * Thread: any
 */
const char *
envoi_address_get_mailbox (const EnvoiAddress *self)
{
  return self->mailbox;
}

/**
 * envoi_address_format:
 * @self: an address
 *
 * Writes the address as a person reads it; [func@Address.parse] gives the same
 * address again.
 *
 * Returns: (transfer full): "Name <mailbox>" or "mailbox", UTF-8
 *
 * Thread: any
 */
char *
envoi_address_format (const EnvoiAddress *self)
{
  g_autofree char *quoted = NULL;

  if (!self->name)
    return g_strdup (self->mailbox);

  if (must_quote (self->name))
    quoted = quote_name (self->name);

  return g_strdup_printf ("%s <%s>", quoted ? quoted : self->name, self->mailbox);
}

/**
 * envoi_address_needs_smtputf8:
 * @self: an address
 *
 * Returns: whether only servers with SMTPUTF8 (RFC 6531) can take it
 *
 * Thread: any
 */
gboolean
envoi_address_needs_smtputf8 (const EnvoiAddress *self)
{
  return !g_str_is_ascii (self->mailbox);
}

/**
 * envoi_address_check_mailbox:
 * @mailbox: an addr-spec, local@domain
 * @error: return location for an error
 *
 * Tells whether @mailbox alone can become an address.
 *
 * Errors: BAD_ADDRESS, REFUSED_INPUT
 *
 * Returns: whether it can
 *
 * Thread: any
 */
gboolean
envoi_address_check_mailbox (const char  *mailbox,
                             GError     **error)
{
  g_autofree char *canonical = canonicalize_mailbox (mailbox, error);

  return canonical != NULL;
}
