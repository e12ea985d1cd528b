/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-finding.h"

#include "envoi-domain-private.h"

G_DEFINE_BOXED_TYPE (EnvoiFinding, envoi_finding, envoi_finding_ref, envoi_finding_unref)

/**
 * envoi_finding_new:
 * @source: who says so
 * @host: the server
 * @port: its port
 * @security: how the connection becomes secure there
 *
 * Returns: (transfer full): a finding, to be filled further by its maker
 *
 * Thread: any
 */
EnvoiFinding *
envoi_finding_new (EnvoiFindingSource source,
                   const char         *host,
                   guint16 port,
                   EnvoiSmtpSecurity security)
{
  EnvoiFinding *self = g_new0 (EnvoiFinding, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->source = source;
  self->host = envoi_domain_to_ascii (host);
  self->port = port;
  self->security = security;
  self->owner = envoi_domain_dup_base (self->host);
  return self;
}

/**
 * envoi_finding_new_for_provider:
 * @source: who says so
 * @provider: the table's entry
 * @email: whose server
 *
 * Returns: (transfer full): the provider's best server for @email
 *
 * Thread: any
 */
EnvoiFinding *
envoi_finding_new_for_provider (EnvoiFindingSource  source,
                                EnvoiProvider      *provider,
                                const char         *email)
{
  const EnvoiProviderServer *server = envoi_provider_get_best_server (provider);
  g_autofree char *user = envoi_provider_format_user (provider, email);
  EnvoiFinding *self = envoi_finding_new (source, server->host, server->port, server->security);

  self->provider = g_object_ref (provider);
  self->ca_file = g_strdup (server->ca_file);
  self->name = g_strdup (envoi_provider_get_name (provider, NULL));
  self->help_url = g_strdup (envoi_provider_get_help_url (provider));
  if (user && !g_str_equal (user, email))
    self->user = g_steal_pointer (&user);
  return self;
}

/**
 * envoi_finding_ref:
 * @self: a finding
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiFinding *
envoi_finding_ref (EnvoiFinding *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_finding_unref:
 * @self: (transfer full): a finding
 *
 * Thread: any
 */
void
envoi_finding_unref (EnvoiFinding *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_object (&self->provider);
  g_free (self->origin);
  g_free (self->host);
  g_free (self->user);
  g_free (self->ca_file);
  g_free (self->name);
  g_free (self->help_url);
  g_free (self->owner);
  g_free (self);
}

/**
 * envoi_finding_apply:
 * @self: a finding
 * @account: the account that is to use it
 *
 * Thread: main
 */
void
envoi_finding_apply (const EnvoiFinding *self,
                     EnvoiAccount       *account)
{
  g_object_set (account,
                "host", self->host,
                "port", (guint) self->port,
                "security", (int) self->security,
                "user", self->user ? self->user : "",
                "ca-file", self->ca_file ? self->ca_file : "",
                "provider-id", self->provider ? envoi_provider_get_id (self->provider) : "",
                NULL);
}

/**
 * envoi_finding_source_to_string:
 * @source: who says so
 *
 * Returns: (transfer none): its name, for programs
 *
 * Thread: any
 */
const char *
envoi_finding_source_to_string (EnvoiFindingSource source)
{
  static const char *const names[] = {
    [ENVOI_FINDING_TABLE] = "table",
    [ENVOI_FINDING_EXCHANGER] = "exchanger",
    [ENVOI_FINDING_DOMAIN] = "domain",
    [ENVOI_FINDING_DATABASE] = "database",
    [ENVOI_FINDING_HOSTER] = "hoster",
    [ENVOI_FINDING_RECORDS] = "records",
    [ENVOI_FINDING_TRIED] = "tried",
    [ENVOI_FINDING_GUESS] = "guess",
  };

  return names[source];
}
