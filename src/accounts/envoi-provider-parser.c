/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-provider-private.h"

#include "envoi-account-check-private.h"
#include "envoi-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* Reads files of the schema in data/providers.md. The person's own files come
 * through here too, so everything is bounded and nothing is believed. */

#define LARGEST_FILE (1024 * 1024)
#define MOST_PROVIDERS 200
#define MOST_REPLIES 500
#define MOST_DOMAINS 500
#define MOST_SERVERS 16
#define MOST_CONNECTIONS 10
#define MOST_SCOPES 16
#define MOST_IDLE_DAYS 3650
#define LONGEST_TEXT 2000
#define LONGEST_ID 64
#define LONGEST_REGEX 200

#define ID_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, sentence);
  return FALSE;
}

static char *
dup_text (JsonObject *object,
          const char *name)
{
  const char *text = envoi_json_get_string (object, name);

  return text && strlen (text) <= LONGEST_TEXT ? g_strdup (text) : NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiProviderOAuth, envoi_provider_oauth_free)

static gboolean
is_id (const char *text)
{
  return text && *text && strlen (text) <= LONGEST_ID &&
         strspn (text, ID_CHARACTERS) == strlen (text);
}

/* An answer is yes, no, nothing, or words that name a condition. */
static EnvoiProviderAnswer
get_answer (JsonObject *object,
            const char *name)
{
  if (envoi_json_get_string (object, name))
    return ENVOI_PROVIDER_DEPENDS;
  if (!envoi_json_get_member (object, name))
    return ENVOI_PROVIDER_UNKNOWN;

  return envoi_json_get_boolean (object, name) ? ENVOI_PROVIDER_YES : ENVOI_PROVIDER_NO;
}

static EnvoiProviderFrom
get_from_rule (JsonObject *object)
{
  const char *words = envoi_json_get_string (object, "from_must_equal_login");

  if (!words)
    return ENVOI_PROVIDER_FROM_UNKNOWN;
  if (g_str_has_prefix (words, "strict"))
    return ENVOI_PROVIDER_FROM_STRICT;
  if (g_str_has_prefix (words, "rewritten"))
    return ENVOI_PROVIDER_FROM_REWRITTEN;

  return ENVOI_PROVIDER_FROM_ALIASES;
}

static gboolean
is_lower_domain (const char *domain)
{
  g_autofree char *lower = g_ascii_strdown (domain, -1);

  return envoi_account_check_host (domain, NULL) && g_str_equal (domain, lower);
}

static gboolean
parse_domains (EnvoiProvider  *self,
               JsonObject     *object,
               GError        **error)
{
  JsonArray *suffixes = envoi_json_get_array (object, "mx_suffixes");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n_suffixes = suffixes ? MIN (json_array_get_length (suffixes), MOST_DOMAINS) : 0;

  self->domains = envoi_json_dup_strings (object, "domains", MOST_DOMAINS);
  for (guint i = 0; i < n_suffixes; i++) {
    JsonObject *entry = envoi_json_get_root (json_array_get_element (suffixes, i));
    const char *suffix = envoi_json_get_string (entry, "suffix");

    if (!suffix)
      return refuse (error, _("an entry of “mx_suffixes” has no “suffix”"));
    g_strv_builder_add (builder, suffix);
  }
  self->mx_suffixes = g_strv_builder_end (builder);

  for (guint i = 0; self->domains[i]; i++) {
    if (!is_lower_domain (self->domains[i]))
      return refuse (error, _("“domains” must hold lower-case domain names"));
  }

  for (guint i = 0; self->mx_suffixes[i]; i++) {
    if (!is_lower_domain (self->mx_suffixes[i]))
      return refuse (error, _("“mx_suffixes” must hold lower-case domain names"));
  }

  return TRUE;
}

/* Servers without TLS are in the table so that nobody adds them again; they are
 * never offered. */
static gboolean
parse_server (EnvoiProvider  *self,
              JsonObject     *object,
              GError        **error)
{
  EnvoiProviderServer server = { NULL };
  const char *host = envoi_json_get_string (object, "host");
  const char *security = envoi_json_get_string (object, "security");
  const char *status = envoi_json_get_string (object, "status");
  const char *ca_file = envoi_json_get_string (object, "ca_file");
  gint64 port = 0;

  if (g_strcmp0 (security, "none") == 0)
    return TRUE;

  if (!host || !envoi_account_check_host (host, NULL))
    return refuse (error, _("a server has no usable “host”"));
  if (!envoi_json_get_integer (object, "port", &port) || port < 1 || port > G_MAXUINT16)
    return refuse (error, _("a server has no “port” from 1 to 65535"));
  if (!security || !envoi_smtp_security_from_string (security, &server.security))
    return refuse (error, _("the “security” of a server is neither “tls” nor “starttls”"));
  if (ca_file && !g_path_is_absolute (ca_file))
    return refuse (error, _("the “ca_file” of a server is not the whole path of a file"));

  server.host = g_strdup (host);
  server.port = (guint16) port;
  server.ca_file = g_strdup (ca_file);
  server.is_recommended = envoi_json_get_boolean (object, "recommended");
  server.is_certain = g_strcmp0 (status, "verified") == 0 || g_strcmp0 (status, "documented") == 0;
  g_array_append_val (self->servers, server);
  return TRUE;
}

static gboolean
parse_servers (EnvoiProvider  *self,
               JsonObject     *object,
               GError        **error)
{
  JsonArray *servers = envoi_json_get_array (object, "servers");
  guint length = servers ? json_array_get_length (servers) : 0;

  if (length > MOST_SERVERS)
    return refuse (error, _("there are too many “servers”"));

  for (guint i = 0; i < length; i++) {
    JsonObject *entry = envoi_json_get_root (json_array_get_element (servers, i));

    if (!parse_server (self, entry, error))
      return FALSE;
  }

  if (self->servers->len == 0)
    return refuse (error, _("there is no server with TLS in “servers”"));

  for (guint i = self->servers->len; i > 0; i--) {
    if (g_array_index (self->servers, EnvoiProviderServer, i - 1).is_recommended)
      self->best_server = i - 1;
  }

  return TRUE;
}

static gboolean
parse_auth (EnvoiProvider  *self,
            JsonObject     *object,
            GError        **error)
{
  g_auto (GStrv) kinds = envoi_json_dup_strings (object, "auth", MOST_SCOPES);

  for (guint i = 0; kinds[i]; i++) {
    if (g_str_has_prefix (kinds[i], "oauth2"))
      self->auth |= ENVOI_PROVIDER_AUTH_OAUTH2;
    else if (g_str_has_prefix (kinds[i], "password"))
      self->auth |= ENVOI_PROVIDER_AUTH_PASSWORD;
    else if (g_str_has_prefix (kinds[i], "app_password") || g_str_equal (kinds[i], "smtp_token") ||
             g_str_equal (kinds[i], "bridge_password"))
      self->auth |= ENVOI_PROVIDER_AUTH_APP_PASSWORD;
    else
      return refuse (error, _("“auth” holds an unknown kind"));
  }

  return self->auth != 0 || refuse (error, _("“auth” names no way to sign in"));
}

/* Tokens cross these: https, or http where nothing leaves the computer. */
static gboolean
is_endpoint (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *host = uri ? g_uri_get_host (uri) : NULL;

  if (!host || *host == '\0' || g_uri_get_userinfo (uri) || g_uri_get_fragment (uri))
    return FALSE;
  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;

  return g_str_equal (g_uri_get_scheme (uri), "http") &&
         (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") ||
          g_str_equal (host, "localhost"));
}

static gboolean
take_endpoint (JsonObject  *object,
               const char  *name,
               char       **endpoint,
               GError     **error)
{
  *endpoint = dup_text (object, name);
  if (!*endpoint || is_endpoint (*endpoint))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is not an https address"), name);
  return FALSE;
}

static gboolean
check_redirect (EnvoiProviderOAuth  *oauth,
                gint64               port,
                GError             **error)
{
  if (!oauth->redirect_host)
    oauth->redirect_host = g_strdup ("127.0.0.1");
  if (!oauth->redirect_path)
    oauth->redirect_path = g_strdup ("/");

  if (!g_str_equal (oauth->redirect_host, "127.0.0.1") &&
      !g_str_equal (oauth->redirect_host, "localhost"))
    return refuse (error, _("“redirect_host” is neither “127.0.0.1” nor “localhost”"));
  if (*oauth->redirect_path != '/' || strcspn (oauth->redirect_path, "?#% ") <
      strlen (oauth->redirect_path))
    return refuse (error, _("“redirect_path” is not a plain path"));
  if (port < 0 || port > G_MAXUINT16)
    return refuse (error, _("“redirect_port” is not a port"));

  oauth->redirect_port = (guint16) port;
  return TRUE;
}

static gboolean
parse_oauth (EnvoiProvider  *self,
             JsonObject     *object,
             GError        **error)
{
  g_autoptr (EnvoiProviderOAuth) oauth = g_new0 (EnvoiProviderOAuth, 1);
  JsonObject *entry = envoi_json_get_object (object, "oauth2");
  gint64 port = 0;
  gint64 idle_days = 0;

  if (!envoi_json_get_boolean (entry, "available"))
    return !(self->auth & ENVOI_PROVIDER_AUTH_OAUTH2) ||
           refuse (error, _("“auth” names OAuth2, but “oauth2” is not available"));

  if (!take_endpoint (entry, "authorization_endpoint", &oauth->authorization_endpoint, error) ||
      !take_endpoint (entry, "token_endpoint", &oauth->token_endpoint, error) ||
      !take_endpoint (entry, "device_endpoint", &oauth->device_endpoint, error) ||
      !take_endpoint (entry, "revocation_endpoint", &oauth->revocation_endpoint, error))
    return FALSE;

  oauth->id = dup_text (entry, "id");
  if (!oauth->id)
    oauth->id = g_strdup (self->id);
  oauth->client_id = dup_text (entry, "client_id");
  oauth->issuer = dup_text (entry, "issuer");
  oauth->scopes = envoi_json_dup_strings (entry, "scopes", MOST_SCOPES);
  /* Where it is unknown PKCE is sent: a server that does not know it ignores it. */
  oauth->uses_pkce = get_answer (entry, "pkce") != ENVOI_PROVIDER_NO;
  oauth->needs_client_secret =
    g_strcmp0 (envoi_json_get_string (entry, "client_secret"), "required") == 0;
  oauth->redirect_host = dup_text (entry, "redirect_host");
  oauth->redirect_path = dup_text (entry, "redirect_path");
  envoi_json_get_integer (entry, "redirect_port", &port);
  envoi_json_get_integer (entry, "idle_days", &idle_days);
  oauth->idle_days = (guint) CLAMP (idle_days, 0, MOST_IDLE_DAYS);

  if (!oauth->authorization_endpoint || !oauth->token_endpoint || !oauth->scopes[0] ||
      !is_id (oauth->id))
    return refuse (error, _("“oauth2” lacks an endpoint, a scope or a usable “id”"));
  if (!check_redirect (oauth, port, error))
    return FALSE;

  self->oauth = g_steal_pointer (&oauth);
  return TRUE;
}

static gboolean
parse_secret (EnvoiProvider  *self,
              JsonObject     *object,
              GError        **error)
{
  JsonObject *entry = envoi_json_get_object (object, "credential");
  g_autofree char *regex = dup_text (entry, "regex_after_strip");

  self->needs_app_password = get_answer (object, "needs_app_password");
  self->secret_name_en = dup_text (entry, "name_en");
  self->secret_name_zh = dup_text (entry, "name_zh");
  self->secret_format = dup_text (entry, "format");

  if (regex && strlen (regex) <= LONGEST_REGEX)
    self->secret_regex = g_regex_new (regex, 0, 0, NULL);

  return !regex || self->secret_regex || refuse (error, _("“regex_after_strip” cannot be used"));
}

static gboolean
parse_help (EnvoiProvider  *self,
            JsonObject     *object,
            GError        **error)
{
  JsonObject *path = envoi_json_get_object (object, "help_path");

  self->help_url = dup_text (object, "help_url");
  self->help_path_en = dup_text (path, "en");
  self->help_path_zh = dup_text (path, "zh");

  return !self->help_url || g_str_has_prefix (self->help_url, "https://") ||
         g_str_has_prefix (self->help_url, "http://") ||
         refuse (error, _("“help_url” is not a web address"));
}

static guint
get_window_minutes (JsonObject *entry)
{
  static const struct {
    const char *name;
    guint minutes;
  } windows[] = { { "minute", 1 }, { "hour", 60 }, { "day", 24 * 60 } };
  const char *window = envoi_json_get_string (entry, "window");

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    if (g_strcmp0 (window, windows[i].name) == 0)
      return windows[i].minutes;
  }

  return 0;
}

/* Only a number that the provider itself gives, of letters, for one account. */
static gboolean
is_pace (JsonObject *entry)
{
  return g_strcmp0 (envoi_json_get_string (entry, "unit"), "letters") == 0 &&
         g_strcmp0 (envoi_json_get_string (entry, "status"), "documented") == 0 &&
         get_window_minutes (entry) > 0;
}

static void
parse_pace (EnvoiProvider *self,
            JsonObject    *object)
{
  JsonArray *limits = envoi_json_get_array (object, "rate_limits");
  guint length = limits ? MIN (json_array_get_length (limits), MOST_SERVERS) : 0;

  for (guint i = 0; i < length; i++) {
    JsonObject *entry = envoi_json_get_root (json_array_get_element (limits, i));
    guint minutes = get_window_minutes (entry);
    gint64 letters = 0;

    if (!is_pace (entry) || !envoi_json_get_integer (entry, "limit", &letters) ||
        letters < 1 || letters > G_MAXINT)
      continue;

    if (self->pace_letters == 0 ||
        (guint64) letters * self->pace_minutes < (guint64) self->pace_letters * minutes) {
      self->pace_letters = (guint) letters;
      self->pace_minutes = minutes;
    }
  }
}

static void
parse_rest (EnvoiProvider *self,
            JsonObject    *object)
{
  JsonObject *names = envoi_json_get_object (object, "names");
  gint64 number = 0;

  self->name_en = dup_text (names, "en");
  self->name_zh = dup_text (names, "zh");
  if (!self->name_en)
    self->name_en = dup_text (object, "name");
  if (!self->name_en)
    self->name_en = g_strdup (self->id);

  self->username = dup_text (object, "username");
  self->confidence = dup_text (object, "confidence");
  self->reply_tables = envoi_json_dup_strings (object, "reply_tables", MOST_SERVERS);
  self->from_rule = get_from_rule (object);
  self->saves_sent_copy = get_answer (object, "saves_sent_copy");
  self->rewrites_message_id = get_answer (object, "rewrites_message_id");

  if (envoi_json_get_integer (object, "size_limit_bytes", &number) && number > 0)
    self->size_limit = (guint64) number;

  number = 0;
  if (envoi_json_get_integer (object, "max_recipients", &number) && number > 0)
    self->max_recipients = (guint) MIN (number, G_MAXINT);

  number = 1;
  envoi_json_get_integer (object, "max_connections", &number);
  self->max_connections = (guint) CLAMP (number, 1, MOST_CONNECTIONS);
  parse_pace (self, object);
}

static gboolean
parse_quirks (EnvoiProvider  *self,
              JsonObject     *object,
              GError        **error)
{
  static const struct {
    const char *name;
    EnvoiSmtpQuirks quirk;
  } known[] = {
    { "no-pipelining", ENVOI_SMTP_QUIRK_NO_PIPELINING },
    { "no-chunking", ENVOI_SMTP_QUIRK_NO_CHUNKING },
    { "no-size", ENVOI_SMTP_QUIRK_NO_SIZE },
    { "one-at-a-time", ENVOI_SMTP_QUIRK_ONE_AT_A_TIME },
  };
  g_auto (GStrv) names = envoi_json_dup_strings (object, "smtp_quirks", MOST_SCOPES);
  guint n_known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (!g_strv_contains ((const char *const *) names, known[i].name))
      continue;

    self->quirks |= known[i].quirk;
    n_known++;
  }

  return n_known == g_strv_length (names) ||
         refuse (error, _("“smtp_quirks” holds an unknown kind"));
}

static EnvoiProvider *
parse_provider (JsonObject  *object,
                GError     **error)
{
  g_autoptr (EnvoiProvider) self = g_object_new (ENVOI_TYPE_PROVIDER, NULL);

  self->id = dup_text (object, "id");
  if (!is_id (self->id)) {
    refuse (error, _("“id” must be lower-case letters, digits and hyphens"));
    return NULL;
  }

  parse_rest (self, object);
  if (parse_domains (self, object, error) && parse_servers (self, object, error) &&
      parse_auth (self, object, error) && parse_oauth (self, object, error) &&
      parse_secret (self, object, error) && parse_help (self, object, error) &&
      parse_quirks (self, object, error))
    return g_steal_pointer (&self);

  g_prefix_error (error, "“%s”: ", self->id);
  return NULL;
}

static gboolean
parse_reply (GPtrArray   *replies,
             JsonObject  *object,
             GError     **error)
{
  EnvoiProviderReply *reply = g_new0 (EnvoiProviderReply, 1);

  reply->provider = dup_text (object, "provider");
  reply->phase = dup_text (object, "phase");
  reply->pattern = dup_text (object, "pattern");
  reply->reply_class = dup_text (object, "class");
  reply->can_retry = g_strcmp0 (envoi_json_get_string (object, "retry"), "later") == 0;
  reply->meaning_en = dup_text (object, "meaning_en");
  reply->meaning_zh = dup_text (object, "meaning_zh");
  reply->action_en = dup_text (object, "action_en");
  reply->action_zh = dup_text (object, "action_zh");
  g_ptr_array_add (replies, reply);

  return (is_id (reply->provider) && reply->phase && reply->pattern && *reply->pattern &&
          reply->reply_class) ||
         refuse (error, _("an entry of “error_patterns” lacks a member"));
}

static gboolean
parse_members (EnvoiProviderFile  *self,
               JsonObject         *root,
               GError            **error)
{
  JsonArray *providers = envoi_json_get_array (root, "providers");
  JsonArray *replies = envoi_json_get_array (root, "error_patterns");
  guint n_providers = providers ? json_array_get_length (providers) : 0;
  guint n_replies = replies ? json_array_get_length (replies) : 0;

  if (!providers || n_providers > MOST_PROVIDERS || n_replies > MOST_REPLIES)
    return refuse (error, _("there is no “providers”, or there are too many entries"));

  for (guint i = 0; i < n_providers; i++) {
    JsonObject *entry = envoi_json_get_root (json_array_get_element (providers, i));
    EnvoiProvider *provider = parse_provider (entry, error);

    if (!provider)
      return FALSE;
    g_ptr_array_add (self->providers, provider);
  }

  for (guint i = 0; i < n_replies; i++) {
    JsonObject *entry = envoi_json_get_root (json_array_get_element (replies, i));

    if (!parse_reply (self->replies, entry, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * envoi_provider_file_parse:
 * @text: the file's bytes
 * @length: how many
 * @error: where an error goes
 *
 * Reads a table of providers. One bad entry refuses the whole file, so that a
 * mistake is seen and not half applied.
 *
 * Errors: G_IO_ERROR_INVALID_DATA with what is wrong.
 *
 * Returns: (transfer full): the table, or %NULL with @error set
 *
 * Thread: any
 */
EnvoiProviderFile *
envoi_provider_file_parse (const char  *text,
                           gsize        length,
                           GError     **error)
{
  g_autoptr (EnvoiProviderFile) self = NULL;
  g_autoptr (JsonNode) root = envoi_json_parse (text, length, LARGEST_FILE, error);

  if (!root)
    return NULL;

  self = g_new0 (EnvoiProviderFile, 1);
  self->providers = g_ptr_array_new_with_free_func (g_object_unref);
  self->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_provider_reply_free);

  return parse_members (self, envoi_json_get_root (root), error) ? g_steal_pointer (&self) : NULL;
}

/**
 * envoi_provider_file_free:
 * @self: (transfer full): a table
 *
 * Thread: any
 */
void
envoi_provider_file_free (EnvoiProviderFile *self)
{
  g_ptr_array_unref (self->providers);
  g_ptr_array_unref (self->replies);
  g_free (self);
}
