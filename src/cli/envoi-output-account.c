/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-output.h"

#include "envoi-account-pin.h"

#include <glib/gi18n.h>

/* An account as a line, as lines and as JSON. */

typedef struct {
  char *host;
  guint port;
  EnvoiSmtpSecurity security;
} Server;

static Server
get_server (EnvoiAccount *account)
{
  Server server = { 0 };

  g_object_get (account, "host", &server.host, "port", &server.port, "security", &server.security,
                NULL);
  return server;
}

static const char *
get_state_name (EnvoiAccount *account)
{
  static const char *const names[] = {
    [ENVOI_ACCOUNT_READY] = "ready",
    [ENVOI_ACCOUNT_NEEDS_SIGN_IN] = "needs-sign-in",
    [ENVOI_ACCOUNT_KEYRING_TROUBLE] = "keyring-trouble",
    [ENVOI_ACCOUNT_PAUSED] = "paused",
  };

  return envoi_account_is_enabled (account) ? names[envoi_account_get_state (account)] : "off";
}

void
envoi_output_print_account (EnvoiAccount *account)
{
  Server server = get_server (account);
  g_autofree char *host = server.host;

  envoi_output_print ("%s  %s  %s:%u %s  %s", envoi_account_get_id (account),
                      envoi_account_get_email (account), host, server.port,
                      envoi_smtp_security_to_string (server.security), get_state_name (account));
}

/* Nullable. */
static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = NULL;

  if (time_us == 0)
    return NULL;

  time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
print_time (const char *words,
            gint64      time_us)
{
  g_autofree char *time = format_time (time_us);

  if (time)
    envoi_output_print ("  %s %s", words, time);
}

static void
print_sign_in (EnvoiTokenHealth health)
{
  g_autofree char *needed = health.needed ? g_strjoinv (" ", (char **) health.needed) : NULL;

  print_time (_("signed in:"), health.signed_in_us);
  print_time (_("last renewed:"), health.refreshed_us);
  if (needed)
    envoi_output_print ("  %s %s", _("permission needed:"), needed);
  if (health.refreshed_us > 0)
    envoi_output_print ("  %s %s", _("permission given:"),
                        health.granted ? health.granted : _("as asked for"));
  print_time (health.due == ENVOI_TOKEN_DUE_UNUSED ? _("must sign in again, if not used before:")
                                                   : _("must sign in again:"),
              health.due_us);
}

void
envoi_output_print_account_details (EnvoiService *service,
                                    EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);
  EnvoiIdentity *preferred = envoi_account_get_default_identity (account);

  envoi_output_print_account (account);
  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);
    g_autofree char *from = envoi_identity_format_from (identity);

    envoi_output_print ("  %s%s", from, identity == preferred ? _(" (for new letters)") : "");
  }

  if (*envoi_account_get_oauth_provider (account))
    print_sign_in (envoi_service_get_token_health (service, account));
}

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_time (JsonBuilder *builder,
          const char  *name,
          gint64       time_us)
{
  g_autofree char *time = format_time (time_us);

  add_string (builder, name, time);
}

static void
add_flag (JsonBuilder *builder,
          const char  *name,
          gboolean     value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_strings (JsonBuilder       *builder,
             const char        *name,
             const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; values && values[i]; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

static void
add_identities (JsonBuilder  *builder,
                EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);
  EnvoiIdentity *preferred = envoi_account_get_default_identity (account);

  json_builder_set_member_name (builder, "identities");
  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);

    json_builder_begin_object (builder);
    add_string (builder, "id", envoi_identity_get_id (identity));
    add_string (builder, "address", envoi_identity_get_address (identity));
    add_string (builder, "name", envoi_identity_get_name (identity));
    add_string (builder, "reply_to", envoi_identity_get_reply_to (identity));
    add_string (builder, "signature", envoi_identity_get_signature_text (identity));
    add_flag (builder, "default", identity == preferred);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_sign_in (JsonBuilder     *builder,
             EnvoiTokenHealth health)
{
  static const char *const reasons[] = {
    [ENVOI_TOKEN_DUE_UNKNOWN] = NULL,
    [ENVOI_TOKEN_DUE_ENDS] = "ends",
    [ENVOI_TOKEN_DUE_UNUSED] = "unused",
  };
  g_auto (GStrv) granted = g_strsplit (health.granted ? health.granted : "", " ", -1);

  json_builder_set_member_name (builder, "sign_in");
  json_builder_begin_object (builder);
  add_time (builder, "signed_in", health.signed_in_us);
  add_time (builder, "refreshed", health.refreshed_us);
  add_strings (builder, "needed", health.needed);
  add_strings (builder, "granted", (const char *const *) granted);
  add_time (builder, "due", health.due_us);
  add_string (builder, "due_reason", reasons[health.due]);
  json_builder_end_object (builder);
}

void
envoi_output_add_account (JsonBuilder  *builder,
                          EnvoiService *service,
                          EnvoiAccount *account)
{
  Server server = get_server (account);
  g_autofree char *host = server.host;
  g_autofree char *ca_file = NULL;
  g_autofree char *pin = envoi_account_dup_pin (account);

  g_object_get (account, "ca-file", &ca_file, NULL);

  json_builder_begin_object (builder);
  add_string (builder, "id", envoi_account_get_id (account));
  add_string (builder, "email", envoi_account_get_email (account));
  add_string (builder, "name", envoi_account_get_name (account));
  add_string (builder, "host", host);
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, server.port);
  add_string (builder, "security", envoi_smtp_security_to_string (server.security));
  add_string (builder, "auth", envoi_smtp_auth_to_string (envoi_account_get_auth (account)));
  add_string (builder, "user", envoi_account_get_login (account));
  add_string (builder, "ca_file", ca_file);
  add_string (builder, "pinned_key", pin);
  add_string (builder, "oauth", envoi_account_get_oauth_provider (account));
  json_builder_set_member_name (builder, "letters_per_hour");
  json_builder_add_int_value (builder, envoi_account_get_most_per_hour (account));
  add_string (builder, "state", get_state_name (account));
  add_string (builder, "state_reason", envoi_account_get_state_reason (account));
  add_identities (builder, account);
  if (*envoi_account_get_oauth_provider (account))
    add_sign_in (builder, envoi_service_get_token_health (service, account));
  else
    add_string (builder, "sign_in", NULL);
  json_builder_end_object (builder);
}
