/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-desktop-account-private.h"

#include "envoi-account-check-private.h"
#include "envoi-domain-private.h"
#include "envoi-text.h"

#define TLS_PORT 465
#define STARTTLS_PORT 587

/* Reads what GNOME Online Accounts says of an account: the properties of the
 * D-Bus interfaces org.gnome.OnlineAccounts.{Account,Mail,OAuth2Based}. */

/* The properties of one interface; nullable. */
static GVariant *
look_up_interface (GVariant   *interfaces,
                   const char *name)
{
  g_autofree char *whole = g_strconcat ("org.gnome.OnlineAccounts.", name, NULL);

  return g_variant_lookup_value (interfaces, whole, G_VARIANT_TYPE_VARDICT);
}

/* Empty and odd texts are as good as none. */
static char *
dup_text (GVariant   *properties,
          const char *name)
{
  const char *text = NULL;

  g_variant_lookup (properties, name, "&s", &text);
  return text && *text && envoi_text_is_one_line (text) ? g_strdup (text) : NULL;
}

static gboolean
is_set (GVariant   *properties,
        const char *name)
{
  gboolean value = FALSE;

  g_variant_lookup (properties, name, "b", &value);
  return value;
}

/* TLS from the start where both are said: that is what Google's account says. */
static gboolean
read_server (EnvoiDesktopAccount *self,
             GVariant            *mail)
{
  gboolean is_tls = is_set (mail, "SmtpUseSsl");
  g_autofree char *text = dup_text (mail, "SmtpHost");
  g_autoptr (GSocketConnectable) address = NULL;

  if (text)
    address = g_network_address_parse (text, is_tls ? TLS_PORT : STARTTLS_PORT, NULL);
  if (!address || !is_set (mail, "SmtpUseAuth"))
    return FALSE;

  self->host = envoi_domain_to_ascii (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  self->port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  self->security = is_tls ? ENVOI_SMTP_SECURITY_TLS : ENVOI_SMTP_SECURITY_STARTTLS;
  if (!is_tls && !is_set (mail, "SmtpUseTls"))
    self->use = ENVOI_DESKTOP_NO_TLS;

  return self->port != 0 && envoi_account_check_host (self->host, NULL);
}

static gboolean
read_mail (EnvoiDesktopAccount *self,
           GVariant            *interfaces,
           GVariant            *mail)
{
  g_autoptr (GVariant) oauth = look_up_interface (interfaces, "OAuth2Based");
  g_autoptr (GVariant) password = look_up_interface (interfaces, "PasswordBased");

  self->email = dup_text (mail, "EmailAddress");
  self->name = dup_text (mail, "Name");
  self->user = dup_text (mail, "SmtpUserName");
  if (!self->email || !envoi_account_check_email (self->email, NULL))
    return FALSE;
  if (!self->user)
    self->user = g_strdup (self->email);

  /* A token without a server is for another way of sending. */
  if (!is_set (mail, "SmtpSupported")) {
    self->use = ENVOI_DESKTOP_OTHER_WAY;
    return oauth != NULL;
  }

  self->has_token = oauth && is_set (mail, "SmtpAuthXoauth2");
  return (self->has_token || password) && read_server (self, mail);
}

/**
 * envoi_desktop_account_parse:
 * @interfaces: an object's a{sa{sv}}, as its object manager gives it
 *
 * Returns: (transfer full) (nullable): the account, or %NULL when it is none for mail
 *
 * Thread: any
 */
EnvoiDesktopAccount *
envoi_desktop_account_parse (GVariant *interfaces)
{
  g_autoptr (GVariant) account = look_up_interface (interfaces, "Account");
  g_autoptr (GVariant) mail = look_up_interface (interfaces, "Mail");
  EnvoiDesktopAccount *self;

  if (!account || !mail || is_set (account, "MailDisabled"))
    return NULL;

  self = g_new0 (EnvoiDesktopAccount, 1);
  self->id = dup_text (account, "Id");
  self->provider_name = dup_text (account, "ProviderName");
  if (is_set (account, "AttentionNeeded"))
    self->use = ENVOI_DESKTOP_NEEDS_ATTENTION;

  if (!self->id || !self->provider_name || !read_mail (self, interfaces, mail))
    g_clear_pointer (&self, envoi_desktop_account_free);

  return self;
}

/**
 * envoi_desktop_account_free:
 * @self: (transfer full): an account of the desktop
 *
 * Thread: any
 */
void
envoi_desktop_account_free (EnvoiDesktopAccount *self)
{
  g_free (self->id);
  g_free (self->provider_name);
  g_free (self->email);
  g_free (self->name);
  g_free (self->user);
  g_free (self->host);
  g_free (self);
}

/**
 * envoi_desktop_account_apply:
 * @self: an account of the desktop
 * @providers: who may know whom to trust at its server
 * @account: the account that is to use it
 *
 * Thread: main
 */
void
envoi_desktop_account_apply (const EnvoiDesktopAccount *self,
                             EnvoiProviderTable        *providers,
                             EnvoiAccount              *account)
{
  EnvoiProvider *provider = envoi_provider_table_find_by_server (providers, self->host);
  const EnvoiProviderServer *server = provider ? envoi_provider_get_best_server (provider) : NULL;

  g_object_set (account,
                "email", self->email,
                "name", self->name ? self->name : "",
                "host", self->host,
                "port", (guint) self->port,
                "security", (int) self->security,
                "user", g_str_equal (self->user, self->email) ? "" : self->user,
                "auth", self->has_token ? ENVOI_SMTP_AUTH_XOAUTH2 : ENVOI_SMTP_AUTH_AUTO,
                "oauth-provider", "",
                "provider-id", provider ? envoi_provider_get_id (provider) : "",
                "ca-file", server && server->ca_file ? server->ca_file : "",
                "desktop-id", self->id,
                NULL);
}
