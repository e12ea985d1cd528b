/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-autoconfig-private.h"

#include "envoi-account-check-private.h"
#include "envoi-domain-private.h"
#include "envoi-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <libxml/parser.h>
#include <string.h>

/* Reads the files that mail providers publish about their servers
 * (draft-ietf-mailmaint-autoconfig, format 1.1 and 1.2). They come from
 * anybody who owns a domain, so nothing in them is believed beyond its form:
 * no document type (and so no entities) is read, and no server without TLS. */

#define LONGEST_NAME 60
#define LONGEST_USER 320
#define LONGEST_URL 2000

static gboolean
refuse (GError     **error,
        int          code,
        const char  *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, code, sentence);
  return FALSE;
}

static gboolean
is_named (const xmlNode *node,
          const char    *name)
{
  return node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, name) == 0;
}

static const xmlNode *
find_child (const xmlNode *parent,
            const char    *name)
{
  for (const xmlNode *child = parent ? parent->children : NULL; child; child = child->next) {
    if (is_named (child, name))
      return child;
  }

  return NULL;
}

static char *
dup_attribute (const xmlNode *node,
               const char    *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

/* The text of a child on one line; nullable. */
static char *
dup_child (const xmlNode *parent,
           const char    *name,
           gsize          longest)
{
  const xmlNode *child = find_child (parent, name);
  xmlChar *content = child ? xmlNodeGetContent (child) : NULL;
  char *text = content ? g_strstrip (g_strdup ((const char *) content)) : NULL;

  xmlFree (content);
  if (text && (*text == '\0' || strlen (text) > longest || !envoi_text_is_one_line (text)))
    g_clear_pointer (&text, g_free);

  return text;
}

/* Takes @text. */
static char *
replace_all (char       *text,
             const char *placeholder,
             const char *value)
{
  g_autofree char *before = text;
  g_auto (GStrv) pieces = g_strsplit (before, placeholder, -1);

  return g_strjoinv (value, pieces);
}

/* "%EMAILADDRESS" without its end is a typing mistake that is out in the world. */
static char *
fill_in (const char *text,
         const char *email)
{
  const char *at = strrchr (email, '@');
  g_autofree char *local_part = at ? g_strndup (email, (gsize) (at - email)) : g_strdup ("");
  char *filled = g_strdup (text);

  filled = replace_all (filled, "%EMAILADDRESS%", email);
  filled = replace_all (filled, "%EMAILLOCALPART%", local_part);
  filled = replace_all (filled, "%EMAILDOMAIN%", at ? at + 1 : email);
  return replace_all (filled, "%EMAILADDRESS", email);
}

static char *
dup_host (const xmlNode *server,
          const char    *domain)
{
  g_autofree char *text = dup_child (server, "hostname", LONGEST_USER);
  g_autofree char *filled = text ? fill_in (text, domain) : NULL;
  g_autofree char *host = filled ? envoi_domain_to_ascii (filled) : NULL;

  return host && envoi_account_check_host (host, NULL) ? g_steal_pointer (&host) : NULL;
}

static gboolean
read_security (const xmlNode     *server,
               EnvoiSmtpSecurity *security)
{
  g_autofree char *text = dup_child (server, "socketType", LONGEST_NAME);

  if (!text || (g_ascii_strcasecmp (text, "SSL") != 0 && g_ascii_strcasecmp (text, "STARTTLS") != 0))
    return FALSE;

  *security = g_ascii_strcasecmp (text, "SSL") == 0 ? ENVOI_SMTP_SECURITY_TLS
                                                    : ENVOI_SMTP_SECURITY_STARTTLS;
  return TRUE;
}

static void
read_ways (EnvoiAutoconfig *self,
           const xmlNode   *server)
{
  for (const xmlNode *child = server->children; child; child = child->next) {
    xmlChar *content = is_named (child, "authentication") ? xmlNodeGetContent (child) : NULL;
    const char *way = content ? (const char *) content : "";

    if (g_ascii_strcasecmp (way, "OAuth2") == 0)
      self->takes_oauth2 = TRUE;
    else if (g_str_has_prefix (way, "password") || g_str_equal (way, "plain") ||
             g_str_equal (way, "secure"))
      self->takes_password = TRUE;
    xmlFree (content);
  }
}

/* Whether it is a server for us: submission, TLS, a way to sign in that we have. */
static gboolean
take_server (EnvoiAutoconfig *self,
             const xmlNode   *server,
             const char      *domain)
{
  g_autofree char *type = dup_attribute (server, "type");
  g_autofree char *port = dup_child (server, "port", 5);
  guint64 number = 0;

  if (g_strcmp0 (type, "smtp") != 0 || !read_security (server, &self->security) ||
      !port || !g_ascii_string_to_unsigned (port, 10, 1, G_MAXUINT16, &number, NULL))
    return FALSE;

  self->takes_oauth2 = self->takes_password = FALSE;
  read_ways (self, server);
  if (!self->takes_oauth2 && !self->takes_password)
    return FALSE;

  self->host = dup_host (server, domain);
  self->port = (guint16) number;
  self->user = dup_child (server, "username", LONGEST_USER);
  return self->host != NULL;
}

static void
read_names (EnvoiAutoconfig *self,
            const xmlNode   *provider,
            const char      *domain)
{
  self->name = dup_child (provider, "displayShortName", LONGEST_NAME);
  if (!self->name)
    self->name = dup_child (provider, "displayName", LONGEST_NAME);

  for (const xmlNode *child = provider->children; child && !self->names_domain;
       child = child->next) {
    xmlChar *content = is_named (child, "domain") ? xmlNodeGetContent (child) : NULL;
    g_autofree char *text = g_strstrip (g_strdup (content ? (const char *) content : ""));
    g_autofree char *named = envoi_domain_to_ascii (text);

    self->names_domain = g_str_equal (named, domain);
    xmlFree (content);
  }
}

/* The page where one switches sending on comes before one that only explains. */
static void
read_help (EnvoiAutoconfig *self,
           const xmlNode   *provider)
{
  const xmlNode *enable = find_child (provider, "enable");
  const xmlNode *documentation = find_child (provider, "documentation");
  g_autofree char *url = enable ? dup_attribute (enable, "visiturl")
                                : documentation ? dup_attribute (documentation, "url") : NULL;

  if (url && g_str_has_prefix (url, "https://") && strlen (url) <= LONGEST_URL &&
      envoi_text_is_one_line (url) && g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL))
    self->help_url = g_steal_pointer (&url);
}

static EnvoiAutoconfig *
read_provider (const xmlNode  *provider,
               const char     *domain,
               GError        **error)
{
  g_autoptr (EnvoiAutoconfig) self = g_new0 (EnvoiAutoconfig, 1);

  for (const xmlNode *child = provider->children; child && !self->host; child = child->next) {
    g_clear_pointer (&self->user, g_free);
    if (is_named (child, "outgoingServer"))
      take_server (self, child, domain);
  }

  if (!self->host) {
    refuse (error, G_IO_ERROR_NOT_FOUND, _("There is no server with TLS in it."));
    return NULL;
  }

  read_names (self, provider, domain);
  read_help (self, provider);
  return g_steal_pointer (&self);
}

/* One encoding to look through; most files are in it anyway. */
static char *
dup_utf8 (const char *bytes,
          gsize       length)
{
  if (memchr (bytes, '\0', length))
    return NULL;

  return g_utf8_validate (bytes, (gssize) length, NULL)
         ? g_strndup (bytes, length)
         : g_convert (bytes, (gssize) length, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
}

static xmlDoc *
parse_document (const char  *bytes,
                gsize        length,
                GError     **error)
{
  g_autofree char *text = length <= ENVOI_AUTOCONFIG_LARGEST ? dup_utf8 (bytes, length) : NULL;
  xmlDoc *document;

  if (!text) {
    refuse (error, G_IO_ERROR_INVALID_DATA, _("It is too large, or not text."));
    return NULL;
  }

  /* Entities are declared nowhere else than in a document type. */
  if (strstr (text, "<!DOCTYPE") || strstr (text, "<!ENTITY")) {
    refuse (error, G_IO_ERROR_INVALID_DATA, _("It has a document type."));
    return NULL;
  }

  document = xmlReadMemory (text, (int) strlen (text), NULL, "UTF-8",
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                            XML_PARSE_NOCDATA | XML_PARSE_NOBLANKS);
  if (!document)
    refuse (error, G_IO_ERROR_INVALID_DATA, _("It is not well-formed XML."));
  return document;
}

/**
 * envoi_autoconfig_parse:
 * @bytes: a file from a web server
 * @length: how many
 * @domain: the mail domain that was asked about, in A-labels
 * @error: where an error goes
 *
 * Reads what a provider publishes about its servers. Of several servers the
 * first that has TLS and a way to sign in is taken: they stand in the
 * provider's order of preference.
 *
 * Errors: G_IO_ERROR_INVALID_DATA, G_IO_ERROR_NOT_FOUND.
 *
 * Returns: (transfer full): what it says, or %NULL with @error set
 *
 * Thread: any
 */
EnvoiAutoconfig *
envoi_autoconfig_parse (const char  *bytes,
                        gsize        length,
                        const char  *domain,
                        GError     **error)
{
  xmlDoc *document = parse_document (bytes, length, error);
  const xmlNode *root;
  const xmlNode *provider;
  EnvoiAutoconfig *self = NULL;

  if (!document)
    return NULL;

  root = xmlDocGetRootElement (document);
  provider = root && is_named (root, "clientConfig") ? find_child (root, "emailProvider") : NULL;
  if (provider)
    self = read_provider (provider, domain, error);
  else
    refuse (error, G_IO_ERROR_INVALID_DATA, _("It is not about mail servers."));

  xmlFreeDoc (document);
  return self;
}

/**
 * envoi_autoconfig_free:
 * @self: (transfer full): what a file said
 *
 * Thread: any
 */
void
envoi_autoconfig_free (EnvoiAutoconfig *self)
{
  g_free (self->host);
  g_free (self->user);
  g_free (self->name);
  g_free (self->help_url);
  g_free (self);
}

/**
 * envoi_autoconfig_format_user:
 * @self: what a file said
 * @email: the whole address
 *
 * Fills the address in here, on this computer: whoever published the file has
 * not been told it.
 *
 * Returns: (transfer full) (nullable): the login, %NULL when it is the address
 *
 * Thread: any
 */
char *
envoi_autoconfig_format_user (const EnvoiAutoconfig *self,
                              const char            *email)
{
  g_autofree char *user = self->user ? fill_in (self->user, email) : NULL;

  return user && !g_str_equal (user, email) && envoi_account_check_user (user, NULL)
         ? g_steal_pointer (&user) : NULL;
}
