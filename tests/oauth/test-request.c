/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-json.h"
#include "envoi-oauth-error.h"
#include "envoi-oauth-request.h"
#include "envoi-oauth-token.h"

static EnvoiOAuthConfig *
make_config (const char *issuer)
{
  static const char *const scopes[] = { "https://mail.example/send", "offline_access", NULL };
  EnvoiOAuthConfig *config = envoi_oauth_config_new ();

  config->authorization_endpoint = g_strdup ("https://id.example/authorize");
  config->token_endpoint = g_strdup ("https://id.example/token");
  config->issuer = g_strdup (issuer);
  config->scopes = g_strdupv ((char **) scopes);
  config->client_id = g_strdup ("client & co");
  config->redirect_host = g_strdup ("127.0.0.1");
  config->redirect_path = g_strdup ("/");
  return config;
}

/* RFC 7636 appendix B. */
static void
test_pkce (void)
{
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autofree char *challenge =
    envoi_pkce_make_challenge ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  g_autofree char *one = envoi_pkce_make_verifier (random);
  g_autofree char *two = envoi_pkce_make_verifier (random);

  g_assert_cmpstr (challenge, ==, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  g_assert_cmpuint (strlen (one), >=, 43);
  g_assert_cmpuint (strlen (one), <=, 128);
  g_assert_cmpuint (strspn (one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"),
                    ==, strlen (one));
  g_assert_cmpstr (one, !=, two);
}

static GHashTable *
parse_uri (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, &error);
  GHashTable *parameters;

  g_assert_no_error (error);
  parameters = g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_WWW_FORM, &error);
  g_assert_no_error (error);
  return parameters;
}

static void
test_uri (void)
{
  g_autoptr (EnvoiOAuthConfig) config = make_config (NULL);
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autoptr (EnvoiOAuthRequest) request =
    envoi_oauth_request_new (config, "http://127.0.0.1:5/", "li+lei@example.org", random);
  g_autofree char *uri = envoi_oauth_request_format_uri (request);
  g_autoptr (GHashTable) parameters = parse_uri (uri);
  g_autofree char *challenge =
    envoi_pkce_make_challenge (envoi_oauth_request_get_verifier (request));

  g_assert_true (g_str_has_prefix (uri, "https://id.example/authorize?"));
  g_assert_cmpstr (g_hash_table_lookup (parameters, "response_type"), ==, "code");
  g_assert_cmpstr (g_hash_table_lookup (parameters, "client_id"), ==, "client & co");
  g_assert_cmpstr (g_hash_table_lookup (parameters, "redirect_uri"), ==, "http://127.0.0.1:5/");
  g_assert_cmpstr (g_hash_table_lookup (parameters, "scope"), ==,
                   "https://mail.example/send offline_access");
  g_assert_cmpstr (g_hash_table_lookup (parameters, "login_hint"), ==, "li+lei@example.org");
  g_assert_cmpstr (g_hash_table_lookup (parameters, "code_challenge"), ==, challenge);
  g_assert_cmpstr (g_hash_table_lookup (parameters, "code_challenge_method"), ==, "S256");
  g_assert_cmpuint (strlen (g_hash_table_lookup (parameters, "state")), >=, 32);
  g_assert_null (strstr (uri, envoi_oauth_request_get_verifier (request)));
}

typedef struct {
  const char *says;
  const char *issuer;
  const char *query;          /* $ = the state */
  EnvoiOAuthRedirect verdict;
  int code;                   /* an EnvoiOAuthError when FAILED */
} JudgeCase;

#define GOOGLE "https://accounts.google.com"

static const JudgeCase judge_cases[] = {
  { "A code with our state is the answer.", NULL, "code=abc&state=$", ENVOI_OAUTH_REDIRECT_CODE, 0 },
  { "The order does not matter.", NULL, "state=$&code=abc", ENVOI_OAUTH_REDIRECT_CODE, 0 },
  { "No query is nobody's.", NULL, NULL, ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "A wrong state is nobody's.", NULL, "code=abc&state=0", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "A longer state is nobody's.", NULL, "code=abc&state=$0", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "A missing state is nobody's.", NULL, "code=abc", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "An error without our state ends nothing.", NULL, "error=access_denied",
    ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "Two states are nobody's.", NULL, "code=abc&state=0&state=$", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "Two codes are nobody's.", NULL, "code=a&code=b&state=$", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "An empty code is none.", NULL, "code=&state=$", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "Broken escapes are nobody's.", NULL, "code=%zz&state=$", ENVOI_OAUTH_REDIRECT_IGNORED, 0 },
  { "The person said no.", NULL, "error=access_denied&state=$", ENVOI_OAUTH_REDIRECT_FAILED,
    ENVOI_OAUTH_ERROR_DENIED },
  { "The scope is not allowed.", NULL, "error=invalid_scope&state=$", ENVOI_OAUTH_REDIRECT_FAILED,
    ENVOI_OAUTH_ERROR_SCOPE_MISSING },
  { "The client is not known.", NULL, "error=unauthorized_client&state=$",
    ENVOI_OAUTH_REDIRECT_FAILED, ENVOI_OAUTH_ERROR_CLIENT_INVALID },
  { "The provider is busy.", NULL, "error=temporarily_unavailable&state=$",
    ENVOI_OAUTH_REDIRECT_FAILED, ENVOI_OAUTH_ERROR_UNREACHABLE },
  { "An error nobody knows.", NULL, "error=strange&state=$", ENVOI_OAUTH_REDIRECT_FAILED,
    ENVOI_OAUTH_ERROR_MALFORMED },
  { "The right issuer is good.", GOOGLE, "code=a&state=$&iss=https%3A%2F%2Faccounts.google.com",
    ENVOI_OAUTH_REDIRECT_CODE, 0 },
  { "A wrong issuer is another server's answer.", GOOGLE, "code=a&state=$&iss=https%3A%2F%2Fevil",
    ENVOI_OAUTH_REDIRECT_FAILED, ENVOI_OAUTH_ERROR_STATE_MISMATCH },
  { "A missing issuer is too, where one is known.", GOOGLE, "code=a&state=$",
    ENVOI_OAUTH_REDIRECT_FAILED, ENVOI_OAUTH_ERROR_STATE_MISMATCH },
  { "An unknown issuer may live beside the sign-in page.", NULL,
    "code=a&state=$&iss=https%3A%2F%2Fid.example%2Fx", ENVOI_OAUTH_REDIRECT_CODE, 0 },
  { "An unknown issuer may not live elsewhere.", NULL,
    "code=a&state=$&iss=https%3A%2F%2Fevil.example", ENVOI_OAUTH_REDIRECT_FAILED,
    ENVOI_OAUTH_ERROR_STATE_MISMATCH },
};

static void
test_judge (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (judge_cases); i++) {
    const JudgeCase *c = &judge_cases[i];
    g_autoptr (EnvoiOAuthConfig) config = make_config (c->issuer);
    g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
    g_autoptr (EnvoiOAuthRequest) request =
      envoi_oauth_request_new (config, "http://127.0.0.1:5/", NULL, random);
    g_autofree char *uri = envoi_oauth_request_format_uri (request);
    g_autoptr (GHashTable) parameters = parse_uri (uri);
    g_autoptr (GString) query = c->query ? g_string_new (c->query) : NULL;
    g_autoptr (EnvoiSecret) code = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiOAuthRedirect verdict;

    g_test_message ("%s", c->says);
    if (query)
      g_string_replace (query, "$", g_hash_table_lookup (parameters, "state"), 0);

    verdict = envoi_oauth_request_judge (request, query ? query->str : NULL, &code, &error);
    g_assert_cmpint (verdict, ==, c->verdict);
    g_assert_cmpint (code != NULL, ==, verdict == ENVOI_OAUTH_REDIRECT_CODE);
    if (verdict == ENVOI_OAUTH_REDIRECT_FAILED)
      g_assert_error (error, ENVOI_OAUTH_ERROR, c->code);
    else
      g_assert_no_error (error);
  }
}

/* What a server says is shown without what could fool a person. */
static void
test_words (void)
{
  g_autofree char *long_text = g_strnfill (5000, 'x');
  g_autoptr (GError) one = envoi_oauth_error_new ("access_denied", "a\nb\x1b[31m\xe2\x80\xae" "c");
  g_autoptr (GError) two = envoi_oauth_error_new ("access_denied", long_text);

  g_assert_null (strpbrk (one->message, "\n\x1b"));
  g_assert_null (strstr (one->message, "\xe2\x80\xae"));
  g_assert_cmpuint (strlen (two->message), <, 500);
}

typedef struct {
  const char *says;
  guint status;
  const char *body;
  int code;              /* an EnvoiOAuthError, -1 = good */
  gint64 seconds;
} TokenCase;

static const TokenCase token_cases[] = {
  { "A plain answer.", 200, "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":3599}",
    -1, 3599 },
  { "The life may be a text.", 200, "{\"access_token\":\"a\",\"expires_in\":\"60\"}", -1, 60 },
  { "No life is an hour.", 200, "{\"access_token\":\"a\"}", -1, 3600 },
  { "A negative life is none.", 200, "{\"access_token\":\"a\",\"expires_in\":-5}", -1, 0 },
  { "More scopes than asked are good.", 200,
    "{\"access_token\":\"a\",\"scope\":\"x HTTPS://mail.example/send\"}", -1, 3600 },
  { "The one that matters was unticked.", 200,
    "{\"access_token\":\"a\",\"scope\":\"openid email\"}", ENVOI_OAUTH_ERROR_SCOPE_MISSING, 0 },
  { "Another kind of token is none.", 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
    ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "A control character is no token.", 200, "{\"access_token\":\"a\\u0001b\"}",
    ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "An empty token is none.", 200, "{\"access_token\":\"\"}", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "A number is no token.", 200, "{\"access_token\":7}", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "Garbage.", 200, "<html>", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "An array.", 200, "[]", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "Nothing.", 200, "", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
  { "The grant is gone.", 400, "{\"error\":\"invalid_grant\"}", ENVOI_OAUTH_ERROR_GRANT_INVALID, 0 },
  { "The grant is gone, said with 200.", 200, "{\"error\":\"invalid_grant\"}",
    ENVOI_OAUTH_ERROR_GRANT_INVALID, 0 },
  { "The client is not known.", 401, "{\"error\":\"invalid_client\"}",
    ENVOI_OAUTH_ERROR_CLIENT_INVALID, 0 },
  { "A server in trouble has judged nothing.", 503, "{\"error\":\"invalid_grant\"}",
    ENVOI_OAUTH_ERROR_UNREACHABLE, 0 },
  { "Too many requests.", 429, "", ENVOI_OAUTH_ERROR_UNREACHABLE, 0 },
  { "A redirect is no answer.", 302, "", ENVOI_OAUTH_ERROR_MALFORMED, 0 },
};

static void
test_token (void)
{
  g_autoptr (EnvoiOAuthConfig) config = make_config (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (token_cases); i++) {
    const TokenCase *c = &token_cases[i];
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiOAuthToken) token =
      envoi_oauth_token_parse (config, c->status, c->body, strlen (c->body), &error);

    g_test_message ("%s", c->says);
    if (c->code >= 0) {
      g_assert_null (token);
      g_assert_error (error, ENVOI_OAUTH_ERROR, c->code);
    } else {
      g_assert_no_error (error);
      g_assert_cmpint (token->expires_in_us, ==, c->seconds * G_USEC_PER_SEC);
    }
  }
}

static void
test_json (void)
{
  g_autofree char *deep = g_strnfill (60000, '[');
  const char *quoted = "{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}";

  g_assert_null (envoi_json_parse (deep, 60000, 65536, NULL));
  g_assert_null (envoi_json_parse ("{}", 2, 1, NULL));
  g_assert_null (envoi_json_parse ("\xff", 1, 10, NULL));

  {
    g_autoptr (JsonNode) root = envoi_json_parse (quoted, strlen (quoted), 1000, NULL);

    g_assert_nonnull (envoi_json_get_string (envoi_json_get_root (root), "a"));
    g_assert_null (envoi_json_get_string (envoi_json_get_root (root), "b"));
    g_assert_null (envoi_json_get_array (envoi_json_get_root (root), "a"));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/oauth/request/pkce", test_pkce);
  g_test_add_func ("/envoi/oauth/request/uri", test_uri);
  g_test_add_func ("/envoi/oauth/request/judge", test_judge);
  g_test_add_func ("/envoi/oauth/request/words", test_words);
  g_test_add_func ("/envoi/oauth/request/token", test_token);
  g_test_add_func ("/envoi/oauth/request/json", test_json);

  return g_test_run ();
}
