/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-provider-private.h"

#include "envoi-text.h"

#include <string.h>

#define EMAIL_PLACEHOLDER "%EMAILADDRESS%"
#define LOCAL_PART_PLACEHOLDER "%EMAILLOCALPART%"

/**
 * EnvoiProvider:
 *
 * What is known of one mail provider. The parser fills it, nobody changes it.
 *
 * Thread: any (immutable)
 */
G_DEFINE_FINAL_TYPE (EnvoiProvider, envoi_provider, G_TYPE_OBJECT)

static void
server_clear (gpointer data)
{
  EnvoiProviderServer *server = data;

  g_free (server->host);
  g_free (server->ca_file);
}

static void
envoi_provider_finalize (GObject *object)
{
  EnvoiProvider *self = ENVOI_PROVIDER (object);
  char *texts[] = {
    self->id, self->name_en, self->name_zh, self->username, self->secret_name_en,
    self->secret_name_zh, self->secret_format, self->help_url, self->help_path_en,
    self->help_path_zh, self->confidence,
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_strfreev (self->domains);
  g_strfreev (self->mx_suffixes);
  g_strfreev (self->reply_tables);
  g_array_unref (self->servers);
  g_clear_pointer (&self->oauth, envoi_provider_oauth_free);
  g_clear_pointer (&self->secret_regex, g_regex_unref);

  G_OBJECT_CLASS (envoi_provider_parent_class)->finalize (object);
}

static void
envoi_provider_class_init (EnvoiProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_provider_finalize;
}

static void
envoi_provider_init (EnvoiProvider *self)
{
  self->servers = g_array_new (FALSE, TRUE, sizeof (EnvoiProviderServer));
  g_array_set_clear_func (self->servers, server_clear);
}

static gboolean
is_chinese (const char *language)
{
  if (!language)
    language = g_get_language_names ()[0];

  return g_str_has_prefix (language, "zh");
}

/* The other language is better than nothing. */
static const char *
pick (const char *language,
      const char *en,
      const char *zh)
{
  if (is_chinese (language))
    return zh ? zh : en;

  return en ? en : zh;
}

/**
 * envoi_provider_get_id:
 * @self: a provider
 *
 * Returns: (transfer none): the id, as accounts keep it
 *
 * Thread: any
 */
const char *
envoi_provider_get_id (EnvoiProvider *self)
{
  return self->id;
}

/**
 * envoi_provider_get_name:
 * @self: a provider
 * @language: (nullable): "en", "zh", or %NULL for the session's
 *
 * Returns: (transfer none): what people call the provider
 *
 * Thread: any
 */
const char *
envoi_provider_get_name (EnvoiProvider *self,
                         const char    *language)
{
  return pick (language, self->name_en, self->name_zh);
}

/**
 * envoi_provider_get_domains:
 * @self: a provider
 *
 * Returns: (transfer none): the domains that are surely there
 *
 * Thread: any
 */
const char *const *
envoi_provider_get_domains (EnvoiProvider *self)
{
  return (const char *const *) self->domains;
}

/**
 * envoi_provider_get_n_servers:
 * @self: a provider
 *
 * Returns: how many servers with TLS are known
 *
 * Thread: any
 */
guint
envoi_provider_get_n_servers (EnvoiProvider *self)
{
  return self->servers->len;
}

/**
 * envoi_provider_get_server:
 * @self: a provider
 * @index: which, from 0
 *
 * Returns: (transfer none): a server
 *
 * Thread: any
 */
const EnvoiProviderServer *
envoi_provider_get_server (EnvoiProvider *self,
                           guint          index)
{
  g_return_val_if_fail (index < self->servers->len, NULL);

  return &g_array_index (self->servers, EnvoiProviderServer, index);
}

/**
 * envoi_provider_get_best_server:
 * @self: a provider
 *
 * Returns: (transfer none): the recommended server, else the first
 *
 * Thread: any
 */
const EnvoiProviderServer *
envoi_provider_get_best_server (EnvoiProvider *self)
{
  return envoi_provider_get_server (self, self->best_server);
}

/**
 * envoi_provider_format_user:
 * @self: a provider
 * @email: the person's address
 *
 * Returns: (transfer full): what the provider knows the person by
 *
 * Thread: any
 */
char *
envoi_provider_format_user (EnvoiProvider *self,
                            const char    *email)
{
  const char *at = strrchr (email, '@');

  if (at && self->username && g_str_equal (self->username, LOCAL_PART_PLACEHOLDER))
    return g_strndup (email, (gsize) (at - email));

  return g_strdup (email);
}

/**
 * envoi_provider_get_user_note:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): more about the user name than a form can use
 *
 * Thread: any
 */
const char *
envoi_provider_get_user_note (EnvoiProvider *self)
{
  if (!self->username || g_str_equal (self->username, EMAIL_PLACEHOLDER) ||
      g_str_equal (self->username, LOCAL_PART_PLACEHOLDER))
    return NULL;

  return self->username;
}

/**
 * envoi_provider_get_auth:
 * @self: a provider
 *
 * Returns: the ways to sign in
 *
 * Thread: any
 */
EnvoiProviderAuth
envoi_provider_get_auth (EnvoiProvider *self)
{
  return self->auth;
}

/**
 * envoi_provider_get_oauth:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): how to sign in by the browser
 *
 * Thread: any
 */
const EnvoiProviderOAuth *
envoi_provider_get_oauth (EnvoiProvider *self)
{
  return self->oauth;
}

/**
 * envoi_provider_needs_app_password:
 * @self: a provider
 *
 * Returns: whether the password of the web page is refused
 *
 * Thread: any
 */
EnvoiProviderAnswer
envoi_provider_needs_app_password (EnvoiProvider *self)
{
  return self->needs_app_password;
}

/**
 * envoi_provider_get_secret_name:
 * @self: a provider
 * @language: (nullable): "en", "zh", or %NULL for the session's
 *
 * Returns: (transfer none) (nullable): what the provider calls its special secret
 *
 * Thread: any
 */
const char *
envoi_provider_get_secret_name (EnvoiProvider *self,
                                const char    *language)
{
  return pick (language, self->secret_name_en, self->secret_name_zh);
}

/**
 * envoi_provider_get_secret_format:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): the form of the special secret, in words
 *
 * Thread: any
 */
const char *
envoi_provider_get_secret_format (EnvoiProvider *self)
{
  return self->secret_format;
}

/**
 * envoi_provider_clean_secret:
 * @self: a provider
 * @text: what the person typed or pasted, UTF-8
 *
 * Returns: (transfer full): @text as the server wants it; the caller wipes it
 *
 * Thread: any
 */
char *
envoi_provider_clean_secret (EnvoiProvider *self,
                             const char    *text)
{
  GString *clean = g_string_sized_new (2 * strlen (text) + 1);

  /* A password is whatever the person has chosen; a code that a page has made is ASCII without
   * spaces, whatever copying and input methods make of it. */
  if (self->needs_app_password != ENVOI_PROVIDER_YES)
    return g_string_free (g_string_append (clean, text), FALSE);

  for (const char *next = text; *next; next = g_utf8_next_char (next)) {
    gunichar c = envoi_text_fold_width (g_utf8_get_char (next));

    if (!g_unichar_isspace (c) && g_unichar_type (c) != G_UNICODE_FORMAT)
      g_string_append_unichar (clean, c);
  }

  return g_string_free (clean, FALSE);
}

/**
 * envoi_provider_is_secret_form:
 * @self: a provider
 * @text: a cleaned secret
 *
 * Returns: whether it looks like the special secret; %TRUE when its form is not known
 *
 * Thread: any
 */
gboolean
envoi_provider_is_secret_form (EnvoiProvider *self,
                               const char    *text)
{
  return !self->secret_regex || g_regex_match (self->secret_regex, text, 0, NULL);
}

/**
 * envoi_provider_judge_secret:
 * @self: a provider
 * @text: a cleaned secret, perhaps not yet whole
 *
 * Returns: whether it has the form of the special secret, or can still become one
 *
 * Thread: any
 */
EnvoiProviderForm
envoi_provider_judge_secret (EnvoiProvider *self,
                             const char    *text)
{
  g_autoptr (GMatchInfo) match = NULL;

  if (!self->secret_regex)
    return ENVOI_PROVIDER_FORM_UNKNOWN;
  if (!*text)
    return ENVOI_PROVIDER_FORM_BEGUN;
  if (g_regex_match (self->secret_regex, text, G_REGEX_MATCH_PARTIAL_SOFT, &match))
    return ENVOI_PROVIDER_FORM_RIGHT;

  return g_match_info_is_partial_match (match) ? ENVOI_PROVIDER_FORM_BEGUN
                                               : ENVOI_PROVIDER_FORM_WRONG;
}

/**
 * envoi_provider_get_help_url:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): the page where the special secret is made
 *
 * Thread: any
 */
const char *
envoi_provider_get_help_url (EnvoiProvider *self)
{
  return self->help_url;
}

/**
 * envoi_provider_get_help_path:
 * @self: a provider
 * @language: (nullable): "en", "zh", or %NULL for the session's
 *
 * Returns: (transfer none) (nullable): the menus that lead to it
 *
 * Thread: any
 */
const char *
envoi_provider_get_help_path (EnvoiProvider *self,
                              const char    *language)
{
  return pick (language, self->help_path_en, self->help_path_zh);
}

/**
 * envoi_provider_get_size_limit:
 * @self: a provider
 *
 * Returns: the largest encoded message in octets, 0 when unknown
 *
 * Thread: any
 */
guint64
envoi_provider_get_size_limit (EnvoiProvider *self)
{
  return self->size_limit;
}

/**
 * envoi_provider_get_max_recipients:
 * @self: a provider
 *
 * Returns: the most recipients of one letter, 0 when unknown
 *
 * Thread: any
 */
guint
envoi_provider_get_max_recipients (EnvoiProvider *self)
{
  return self->max_recipients;
}

/**
 * envoi_provider_get_max_connections:
 * @self: a provider
 *
 * Returns: the most connections of one account at a time, at least 1
 *
 * Thread: any
 */
guint
envoi_provider_get_max_connections (EnvoiProvider *self)
{
  return self->max_connections;
}

/**
 * envoi_provider_get_pace:
 * @self: a provider
 * @letters: (out): how many letters one account may send
 * @minutes: (out): in how much time
 *
 * Only what the provider documents for a single account; of several limits the one
 * that is reached at the slowest steady rate.
 *
 * Returns: whether such a limit is known
 *
 * Thread: any
 */
gboolean
envoi_provider_get_pace (EnvoiProvider *self,
                         guint         *letters,
                         guint         *minutes)
{
  *letters = self->pace_letters;
  *minutes = self->pace_minutes;
  return self->pace_letters > 0;
}

/**
 * envoi_provider_get_quirks:
 * @self: a provider
 *
 * Returns: what its servers do not bear
 *
 * Thread: any
 */
EnvoiSmtpQuirks
envoi_provider_get_quirks (EnvoiProvider *self)
{
  return self->quirks;
}

/**
 * envoi_provider_get_from_rule:
 * @self: a provider
 *
 * Returns: which senders are accepted
 *
 * Thread: any
 */
EnvoiProviderFrom
envoi_provider_get_from_rule (EnvoiProvider *self)
{
  return self->from_rule;
}

/**
 * envoi_provider_saves_sent_copy:
 * @self: a provider
 *
 * Returns: whether a sent letter appears in the mailbox by itself
 *
 * Thread: any
 */
EnvoiProviderAnswer
envoi_provider_saves_sent_copy (EnvoiProvider *self)
{
  return self->saves_sent_copy;
}

/**
 * envoi_provider_rewrites_message_id:
 * @self: a provider
 *
 * Returns: whether the Message-ID is replaced
 *
 * Thread: any
 */
EnvoiProviderAnswer
envoi_provider_rewrites_message_id (EnvoiProvider *self)
{
  return self->rewrites_message_id;
}

/**
 * envoi_provider_get_confidence:
 * @self: a provider
 *
 * Returns: (transfer none): how sure the table is: "high", "medium", "low"
 *
 * Thread: any
 */
const char *
envoi_provider_get_confidence (EnvoiProvider *self)
{
  return self->confidence ? self->confidence : "low";
}

/**
 * envoi_provider_oauth_free:
 * @self: (transfer full): how to sign in by the browser
 *
 * Thread: any
 */
void
envoi_provider_oauth_free (EnvoiProviderOAuth *self)
{
  g_free (self->id);
  g_free (self->client_id);
  g_free (self->authorization_endpoint);
  g_free (self->token_endpoint);
  g_free (self->device_endpoint);
  g_free (self->revocation_endpoint);
  g_free (self->issuer);
  g_strfreev (self->scopes);
  g_free (self->redirect_host);
  g_free (self->redirect_path);
  g_free (self);
}
