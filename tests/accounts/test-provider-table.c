/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-json.h"
#include "envoi-provider-table.h"

static void
test_every_entry (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  guint n = envoi_provider_table_get_n_providers (table);
  g_autoptr (GHashTable) domains = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (n, >=, 51);
  for (guint i = 0; i < n; i++) {
    EnvoiProvider *provider = envoi_provider_table_get_provider (table, i);
    const EnvoiProviderServer *server = envoi_provider_get_best_server (provider);
    const char *id = envoi_provider_get_id (provider);
    const EnvoiProviderOAuth *oauth = envoi_provider_get_oauth (provider);

    g_test_message ("%s", id);
    g_assert_true (envoi_provider_table_find (table, id) == provider);
    g_assert_nonnull (envoi_provider_get_name (provider, "en"));
    g_assert_nonnull (envoi_provider_get_name (provider, "zh"));
    g_assert_true (server->is_recommended);
    g_assert_cmpuint (server->port, !=, 25);
    g_assert_null (server->ca_file);
    g_assert_cmpuint (server->port, !=, 0);
    g_assert_true (envoi_provider_get_auth (provider) != 0);
    g_assert_nonnull (envoi_provider_get_confidence (provider));

    for (const char *const *domain = envoi_provider_get_domains (provider); *domain; domain++) {
      g_assert_true (g_hash_table_add (domains, (gpointer) *domain));
      g_assert_true (envoi_provider_table_find_by_email (table, *domain) == NULL);
    }

    /* Whoever needs a special secret has a word for it. */
    if (envoi_provider_needs_app_password (provider) == ENVOI_PROVIDER_YES) {
      g_assert_nonnull (envoi_provider_get_secret_name (provider, "en"));
      g_assert_nonnull (envoi_provider_get_secret_name (provider, "zh"));
    }

    if (oauth) {
      g_assert_true (g_str_has_prefix (oauth->authorization_endpoint, "https://"));
      g_assert_true (g_str_has_prefix (oauth->token_endpoint, "https://"));
      g_assert_nonnull (oauth->scopes[0]);
    }
  }

  g_assert_cmpuint (g_hash_table_size (domains), >=, 430);
}

/* Only what a provider documents, of letters, for one account. */
static void
test_pace (void)
{
  static const struct {
    const char *id;
    guint letters;
    guint minutes;
  } cases[] = {
    { "gmail", 500, 24 * 60 },
    { "microsoft365", 30, 1 },
    { "icloud", 1000, 24 * 60 },
    { "outlook-com", 0, 0 },     /* a number of third parties */
    { "yahoo", 0, 0 },           /* counts recipients */
    { "qq", 0, 0 },              /* says nothing */
    { "tencent-exmail", 0, 0 },  /* for a whole domain */
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiProvider *provider = envoi_provider_table_find (table, cases[i].id);
    guint letters;
    guint minutes;

    g_test_message ("%s", cases[i].id);
    g_assert_true (envoi_provider_get_pace (provider, &letters, &minutes) == (cases[i].letters > 0));
    g_assert_cmpuint (letters, ==, cases[i].letters);
    g_assert_cmpuint (minutes, ==, cases[i].minutes);
  }
}

/* Set up by hand: the server tells, and the domain where two providers share it. */
static void
test_find_for_account (void)
{
  static const struct {
    const char *provider_id;
    const char *email;
    const char *host;
    const char *expected;
  } cases[] = {
    { "qq", "a@firm.example", "smtp.firm.example", "qq" },
    { "", "a@gmail.com", "smtp.gmail.com", "gmail" },
    { "", "a@firm.example", "smtp.gmail.com", "google-workspace" },
    { "", "a@163.com", "smtp.firm.example", "163" },
    { "", "a@163.com", "smtp.qq.com", "qq" },
    { "gone", "a@firm.example", "smtp.firm.example", NULL },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
    EnvoiProvider *provider;

    g_object_set (account, "provider-id", cases[i].provider_id, "email", cases[i].email, "host",
                  cases[i].host, NULL);
    provider = envoi_provider_table_find_for_account (table, account);
    g_assert_cmpstr (provider ? envoi_provider_get_id (provider) : NULL, ==, cases[i].expected);
  }
}

/* What is said of the copy in the mailbox is said only where the mailbox is the server's. */
static void
test_find_mailbox (void)
{
  static const struct {
    const char *email;
    const char *host;
    const char *expected;
    EnvoiProviderAnswer saves_copy;
  } cases[] = {
    { "a@gmail.com", "smtp.gmail.com", "gmail", ENVOI_PROVIDER_YES },
    { "a@gmail.com", "SMTP.Gmail.com", "gmail", ENVOI_PROVIDER_YES },
    { "a@gmail.com", "smtp.firm.example", NULL, 0 },
    { "a@gmail.com", "smtp.qq.com", NULL, 0 },
    { "a@firm.example", "smtp.gmail.com", "google-workspace", ENVOI_PROVIDER_YES },
    { "a@hotmail.com", "smtp.office365.com", "outlook-com", ENVOI_PROVIDER_YES },
    { "a@qq.com", "smtp.qq.com", "qq", ENVOI_PROVIDER_DEPENDS },
    { "a@foxmail.com", "smtp.qq.com", "foxmail", ENVOI_PROVIDER_DEPENDS },
    { "a@firm.example", "smtp.exmail.qq.com", "tencent-exmail", ENVOI_PROVIDER_UNKNOWN },
    { "a@163.com", "smtp.163.com", "163", ENVOI_PROVIDER_UNKNOWN },
    { "a@firm.example", "127.0.0.1", NULL, 0 },
    { "a@firm.example", "smtp.firm.example", NULL, 0 },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
    EnvoiProvider *provider;

    g_test_message ("%s by %s", cases[i].email, cases[i].host);
    g_object_set (account, "email", cases[i].email, "host", cases[i].host, NULL);
    provider = envoi_provider_table_find_mailbox (table, account);
    g_assert_cmpstr (provider ? envoi_provider_get_id (provider) : NULL, ==, cases[i].expected);
    if (provider)
      g_assert_cmpint (envoi_provider_saves_sent_copy (provider), ==, cases[i].saves_copy);
  }
}

/* The members that are for people are there too, in the words they may use. */
static void
test_schema (void)
{
  static const char *const members[] = {
    "id", "names", "domains", "mx_suffixes", "servers", "username", "auth", "sasl", "oauth2",
    "needs_app_password", "credential", "help_url", "help_path", "size_limit_bytes",
    "max_recipients", "rate_limits", "saves_sent_copy", "rewrites_message_id",
    "from_must_equal_login", "notes", "source", "confidence", "unverified", "reply_tables",
  };
  static const char *const confidences[] = { "high", "medium", "low", NULL };
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) classes = NULL;
  JsonObject *object;
  JsonObject *sources;
  JsonArray *providers;
  JsonArray *replies;
  gsize length;

  text = envoi_test_read ("../data/providers.json", &length);
  root = envoi_json_parse (text, length, 1024 * 1024, &error);
  g_assert_no_error (error);
  object = envoi_json_get_root (root);
  sources = envoi_json_get_object (object, "sources");
  classes = envoi_json_dup_strings (object, "class_values", 100);
  g_assert_nonnull (strstr (envoi_json_get_string (object, "license"), "Mozilla Public License"));

  providers = envoi_json_get_array (object, "providers");
  for (guint i = 0; i < json_array_get_length (providers); i++) {
    JsonObject *provider = json_array_get_object_element (providers, i);
    g_auto (GStrv) keys = envoi_json_dup_strings (provider, "source", 100);

    for (guint j = 0; j < G_N_ELEMENTS (members); j++)
      g_assert_true (json_object_has_member (provider, members[j]));
    for (guint j = 0; keys[j]; j++)
      g_assert_true (json_object_has_member (sources, keys[j]));
    g_assert_true (g_strv_contains (confidences, envoi_json_get_string (provider, "confidence")));
  }

  replies = envoi_json_get_array (object, "error_patterns");
  g_assert_cmpuint (json_array_get_length (replies), >=, 108);
  for (guint i = 0; i < json_array_get_length (replies); i++) {
    JsonObject *reply = json_array_get_object_element (replies, i);

    g_assert_true (g_strv_contains ((const char *const *) classes,
                                    envoi_json_get_string (reply, "class")));
    g_assert_nonnull (envoi_json_get_string (reply, "meaning_zh"));
    g_assert_true (json_object_has_member (sources, envoi_json_get_string (reply, "source")));
  }
}

static void
test_find_by_email (void)
{
  static const struct {
    const char *email;
    const char *id;
    const char *host;
    guint port;
    EnvoiSmtpSecurity security;
  } cases[] = {
    { "1@qq.com", "qq", "smtp.qq.com", 465, ENVOI_SMTP_SECURITY_TLS },
    { "a@foxmail.com", "foxmail", "smtp.qq.com", 465, ENVOI_SMTP_SECURITY_TLS },
    { "a@163.com", "163", "smtp.163.com", 465, ENVOI_SMTP_SECURITY_TLS },
    { "a@126.com", "126", "smtp.126.com", 465, ENVOI_SMTP_SECURITY_TLS },
    { "a@GMail.com", "gmail", "smtp.gmail.com", 465, ENVOI_SMTP_SECURITY_TLS },
    { "a@outlook.com", "outlook-com", "smtp-mail.outlook.com", 587, ENVOI_SMTP_SECURITY_STARTTLS },
    { "a@icloud.com", "icloud", "smtp.mail.me.com", 587, ENVOI_SMTP_SECURITY_STARTTLS },
    { "a@example.org", NULL, NULL, 0, 0 },
    { "qq.com", NULL, NULL, 0, 0 },
    { "a@notqq.com", NULL, NULL, 0, 0 },
    { "a@mail.qq.com", NULL, NULL, 0, 0 },
    { "", NULL, NULL, 0, 0 },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiProvider *provider = envoi_provider_table_find_by_email (table, cases[i].email);
    const EnvoiProviderServer *server;

    g_assert_cmpstr (provider ? envoi_provider_get_id (provider) : NULL, ==, cases[i].id);
    if (!provider)
      continue;

    server = envoi_provider_get_best_server (provider);
    g_assert_cmpstr (server->host, ==, cases[i].host);
    g_assert_cmpuint (server->port, ==, cases[i].port);
    g_assert_cmpint (server->security, ==, cases[i].security);
  }
}

static void
test_find_by_mx (void)
{
  static const struct {
    const char *says;
    const char *mx;
    const char *id;
  } cases[] = {
    { "A suffix may be the whole name.", "aspmx.l.google.com", "google-workspace" },
    { "The case and the root's dot do not matter.", "ALT1.ASPMX.L.GOOGLE.COM.",
      "google-workspace" },
    { "Personal and business mail of Microsoft differ.",
      "example-org.mail.protection.outlook.com", "microsoft365" },
    { "Personal and business mail of Microsoft differ.", "x.olc.protection.outlook.com",
      "outlook-com" },
    { "Business mail of Tencent is not QQ Mail.", "mxbiz1.qq.com", "tencent-exmail" },
    { "QQ Mail is not business mail.", "mx3.qq.com", "qq" },
    { "Business mail of NetEase is not 163.", "qiye163mx01.mxmail.netease.com", "netease-qiye" },
    { "The longest suffix wins.", "mx-aol.mail.gm0.yahoodns.net", "aol" },
    { "A suffix ends at a label.", "notaspmx.l.google.com.evil.example", NULL },
    { "A suffix begins at a label.", "xaspmx.l.google.com", NULL },
    { "Nobody's exchanger is nobody's.", "mx.example.org", NULL },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiProvider *provider = envoi_provider_table_find_by_mx (table, cases[i].mx);

    g_test_message ("%s", cases[i].says);
    g_assert_cmpstr (provider ? envoi_provider_get_id (provider) : NULL, ==, cases[i].id);
  }
}

static void
test_find_oauth (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  EnvoiProvider *google = envoi_provider_table_find_oauth (table, "google");
  EnvoiProvider *outlook = envoi_provider_table_find_oauth (table, "outlook-com");

  g_assert_cmpstr (envoi_provider_get_id (google), ==, "gmail");
  g_assert_cmpstr (envoi_provider_get_oauth (google)->issuer, ==, "https://accounts.google.com");
  g_assert_true (envoi_provider_get_oauth (google)->needs_client_secret);
  g_assert_cmpstr (envoi_provider_get_oauth (outlook)->id, ==, "microsoft");
  g_assert_cmpstr (envoi_provider_get_oauth (outlook)->redirect_host, ==, "localhost");
  g_assert_nonnull (envoi_provider_get_oauth (outlook)->device_endpoint);
  g_assert_null (envoi_provider_table_find_oauth (table, "qq"));
  g_assert_null (envoi_provider_table_find_oauth (table, "nobody"));
}

static void
test_secret (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  EnvoiProvider *qq = envoi_provider_table_find (table, "qq");
  EnvoiProvider *posteo = envoi_provider_table_find (table, "posteo");
  g_autofree char *code = envoi_provider_clean_secret (qq, " abcd efgh\tijkl mnop\n");
  g_autofree char *password = envoi_provider_clean_secret (posteo, "my pass word ");

  g_assert_cmpint (envoi_provider_needs_app_password (qq), ==, ENVOI_PROVIDER_YES);
  g_assert_cmpstr (envoi_provider_get_secret_name (qq, "zh"), ==, "授权码");
  g_assert_cmpstr (code, ==, "abcdefghijklmnop");
  g_assert_true (envoi_provider_is_secret_form (qq, code));
  g_assert_false (envoi_provider_is_secret_form (qq, "MyPassword1"));
  g_assert_cmpint (envoi_provider_judge_secret (qq, ""), ==, ENVOI_PROVIDER_FORM_BEGUN);
  g_assert_cmpint (envoi_provider_judge_secret (qq, "abcd"), ==, ENVOI_PROVIDER_FORM_BEGUN);
  g_assert_cmpint (envoi_provider_judge_secret (qq, code), ==, ENVOI_PROVIDER_FORM_RIGHT);
  g_assert_cmpint (envoi_provider_judge_secret (qq, "abcD"), ==, ENVOI_PROVIDER_FORM_WRONG);
  g_assert_cmpint (envoi_provider_judge_secret (qq, "abcdefghijklmnopq"), ==,
                   ENVOI_PROVIDER_FORM_WRONG);
  g_assert_cmpint (envoi_provider_judge_secret (posteo, "x"), ==, ENVOI_PROVIDER_FORM_UNKNOWN);
  g_assert_nonnull (strstr (envoi_provider_get_help_path (qq, "zh"), "设置"));
  g_assert_true (g_str_has_prefix (envoi_provider_get_help_url (qq), "https://"));

  /* A password keeps its spaces, and has any form. */
  g_assert_cmpstr (password, ==, "my pass word ");
  g_assert_true (envoi_provider_is_secret_form (posteo, password));
}

/* As it is typed and copied, and as the server is to get it. */
static void
test_clean_secret (void)
{
  static const struct {
    const char *id;
    const char *typed;
    const char *clean;
  } cases[] = {
    { "qq", "ａｂｃｄ　ＥＦＧＨ１２３４", "abcdEFGH1234" },
    { "qq", "\xef\xbb\xbf" "abcd\xe2\x80\x8b" "efgh\xc2\xa0\n", "abcdefgh" },
    /* Its form is not known; that a page has made it is. */
    { "139", " abcd 1234 ", "abcd1234" },
    { "icloud", "abcd-efgh-ijkl-mnop ", "abcd-efgh-ijkl-mnop" },
    { "posteo", "　my pass。word ", "　my pass。word " },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiProvider *provider = envoi_provider_table_find (table, cases[i].id);
    g_autofree char *clean = envoi_provider_clean_secret (provider, cases[i].typed);

    g_assert_cmpstr (clean, ==, cases[i].clean);
  }
}

static void
test_facts (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  EnvoiProvider *qq = envoi_provider_table_find (table, "qq");
  EnvoiProvider *gmail = envoi_provider_table_find (table, "gmail");
  EnvoiProvider *webde = envoi_provider_table_find (table, "webde");
  g_autofree char *user = envoi_provider_format_user (webde, "lilei@web.de");
  g_autofree char *full = envoi_provider_format_user (gmail, "lilei@gmail.com");

  g_assert_cmpstr (user, ==, "lilei");
  g_assert_cmpstr (full, ==, "lilei@gmail.com");
  g_assert_null (envoi_provider_get_user_note (gmail));
  g_assert_cmpint (envoi_provider_get_from_rule (qq), ==, ENVOI_PROVIDER_FROM_STRICT);
  g_assert_cmpint (envoi_provider_get_from_rule (gmail), ==, ENVOI_PROVIDER_FROM_REWRITTEN);
  g_assert_cmpint (envoi_provider_saves_sent_copy (gmail), ==, ENVOI_PROVIDER_YES);
  g_assert_cmpint (envoi_provider_saves_sent_copy (qq), ==, ENVOI_PROVIDER_DEPENDS);
  g_assert_cmpint (envoi_provider_rewrites_message_id (qq), ==, ENVOI_PROVIDER_YES);
  g_assert_cmpuint (envoi_provider_get_max_recipients (gmail), ==, 100);
  g_assert_cmpuint (envoi_provider_get_max_recipients (qq), ==, 0);
  g_assert_cmpuint (envoi_provider_get_size_limit (gmail), ==, 35882577);
  g_assert_cmpint (envoi_provider_get_auth (envoi_provider_table_find (table, "outlook-com")), ==,
                   ENVOI_PROVIDER_AUTH_OAUTH2);
}

static void
test_replies (void)
{
  static const struct {
    const char *provider;
    const char *phase;
    int code;
    const char *text;
    const char *reply_class;
  } cases[] = {
    { "qq", "auth", 535, "Login fail. Account is abnormal, service is not open", "auth_generic" },
    { "foxmail", "auth", 535,
      "Login Fail. Please enter your authorization code to login. More information in https://x",
      "auth_wrong_kind" },
    { "qq", "mail", 501, "Mail from address must be same as authorization user.",
      "sender_mismatch" },
    { "163", "auth", 535, "Error: authentication failed", "auth_wrong_secret" },
    { "163", "final", 554, "DT:SPM 163 smtp12,EcCowABX", "content_spam" },
    { "126", "final", 554, "DT:SUM\nmail from does not match", "sender_mismatch" },
    { "netease-qiye", "auth", 535, "ERR.LOGIN.DOMAINNOTEXIST", "wrong_cluster" },
    { "outlook-com", "auth", 535, "5.7.139 Authentication unsuccessful, basic authentication is",
      "auth_needs_oauth" },
    { "google-workspace", "auth", 535, "5.7.8 Username and Password not accepted",
      "auth_wrong_secret" },
    { "qq", "rcpt", 535, "Login fail. Account is abnormal", NULL },
    { "gmail", "auth", 535, "Login fail. Account is abnormal", NULL },
    { "nobody", "auth", 535, "Error: authentication failed", NULL },
    { "posteo", "auth", 535, "Error: authentication failed", NULL },
  };
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const EnvoiProviderReply *reply;

    reply = envoi_provider_table_find_reply (table, cases[i].provider, cases[i].phase,
                                             cases[i].code, cases[i].text);
    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (reply ? reply->reply_class : NULL, ==, cases[i].reply_class);
  }
}

static void
write_text (const char *folder,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static char *
load (EnvoiProviderTable *table,
      const char         *folder)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  char *warning = NULL;

  envoi_provider_table_load_async (table, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_provider_table_load_finish (table, result, NULL));
  g_object_get (table, "warning", &warning, NULL);
  return warning;
}

#define GOOD(id, domain, extra) \
  "{\"providers\":[{\"id\":\"" id "\",\"domains\":[\"" domain "\"],\"auth\":[\"password\"]," \
  "\"servers\":[{\"host\":\"smtp." domain "\",\"port\":465,\"security\":\"tls\"}]" extra "}]}"

static void
test_user_files (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *warning = NULL;
  EnvoiProvider *provider;
  guint before = envoi_provider_table_get_n_providers (table);

  write_text (folder, "mine.json", GOOD ("mine", "example.org", ""));
  write_text (folder, "qq.json", GOOD ("qq", "qq.com", ",\"names\":{\"en\":\"My QQ\"}"));
  write_text (folder, "ignored.txt", "garbage");
  warning = load (table, folder);
  g_assert_null (warning);

  g_assert_cmpuint (envoi_provider_table_get_n_providers (table), ==, before + 1);
  provider = envoi_provider_table_find_by_email (table, "a@qq.com");
  g_assert_cmpstr (envoi_provider_get_name (provider, "en"), ==, "My QQ");
  provider = envoi_provider_table_find_by_email (table, "a@example.org");
  g_assert_cmpstr (envoi_provider_get_best_server (provider)->host, ==, "smtp.example.org");
}

/* A question that comes while the files are read gets the program's own, and they are
 * there once. */
static void
test_asked_early (void)
{
  g_autoptr (EnvoiProviderTable) early = envoi_provider_table_new ();
  g_autoptr (EnvoiProviderTable) late = envoi_provider_table_new ();
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *warning = NULL;
  EnvoiTestWait wait = { NULL };

  write_text (folder, "qq.json", GOOD ("qq", "qq.com", ",\"names\":{\"en\":\"My QQ\"}"));
  envoi_provider_table_load_async (early, file, NULL, envoi_test_wait_cb, &wait);
  g_assert_cmpstr (envoi_provider_get_name (envoi_provider_table_find (early, "qq"), "en"), !=, "My QQ");
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_provider_table_load_finish (early, result, NULL));
  warning = load (late, folder);

  g_assert_cmpstr (envoi_provider_get_name (envoi_provider_table_find (early, "qq"), "en"), ==, "My QQ");
  g_assert_cmpstr (envoi_provider_get_name (envoi_provider_table_find (late, "qq"), "en"), ==, "My QQ");
  g_assert_cmpuint (envoi_provider_table_get_n_providers (early), ==,
                    envoi_provider_table_get_n_providers (late));
  g_assert_nonnull (envoi_provider_table_find_reply (late, "163", "auth", 535,
                                                     "Error: authentication failed"));
}

static void
test_bad_user_files (void)
{
  static const char *const cases[] = {
    "",
    "garbage",
    "[]",
    "{\"providers\":7}",
    "{\"providers\":[7]}",
    "{\"providers\":[{}]}",
    "{\"providers\":[{\"id\":\"Bad Id\"}]}",
    "\xff\xfe",
    GOOD ("a", "UPPER.org", ""),
    GOOD ("a", "a b", ""),
    GOOD ("a", "x.org", ",\"help_url\":\"javascript:alert(1)\""),
    GOOD ("a", "x.org", ",\"credential\":{\"regex_after_strip\":\"(((\"}"),
    GOOD ("a", "x.org", ",\"oauth2\":{\"available\":true}"),
    GOOD ("a", "x.org", ",\"oauth2\":{\"available\":true,\"scopes\":[\"s\"],"
          "\"authorization_endpoint\":\"http://x.org/a\",\"token_endpoint\":\"https://x.org/t\"}"),
    GOOD ("a", "x.org", ",\"oauth2\":{\"available\":true,\"scopes\":[\"s\"],"
          "\"authorization_endpoint\":\"https://x.org/a\",\"token_endpoint\":\"file:///etc\"}"),
    GOOD ("a", "x.org", ",\"oauth2\":{\"available\":true,\"scopes\":[\"s\"],"
          "\"authorization_endpoint\":\"https://x.org/a\",\"token_endpoint\":\"https://x.org/t\","
          "\"redirect_host\":\"evil.example\"}"),
    "{\"providers\":[{\"id\":\"a\",\"auth\":[\"password\"],"
    "\"servers\":[{\"host\":\"h\",\"port\":25,\"security\":\"none\"}]}]}",
    "{\"providers\":[{\"id\":\"a\",\"auth\":[\"password\"],\"servers\":[{\"host\":\"h\","
    "\"port\":465,\"security\":\"tls\",\"ca_file\":\"ca.pem\"}]}]}",
    "{\"providers\":[{\"id\":\"a\",\"auth\":[\"password\"],"
    "\"servers\":[{\"host\":\"h\",\"port\":0,\"security\":\"tls\"}]}]}",
    "{\"providers\":[{\"id\":\"a\",\"auth\":[\"magic\"],"
    "\"servers\":[{\"host\":\"h\",\"port\":465,\"security\":\"tls\"}]}]}",
    "{\"providers\":[],\"error_patterns\":[{}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *warning = NULL;
    guint before = envoi_provider_table_get_n_providers (table);

    g_test_message ("%s", g_utf8_validate (cases[i], -1, NULL) ? cases[i] : "not UTF-8");
    write_text (folder, "bad.json", cases[i]);
    write_text (folder, "good.json", GOOD ("good", "example.org", ""));
    warning = load (table, folder);
    g_assert_nonnull (warning);
    g_assert_nonnull (strstr (warning, "bad.json"));
    g_assert_cmpuint (envoi_provider_table_get_n_providers (table), ==, before + 1);
  }
}

static void
test_bombs (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *deep = g_strnfill (200 * 1024, '[');
  g_autofree char *large = g_strnfill (300 * 1024, ' ');
  g_autofree char *warning = NULL;

  write_text (folder, "deep.json", deep);
  write_text (folder, "large.json", large);
  warning = load (table, folder);
  g_assert_nonnull (strstr (warning, "deep.json"));
  g_assert_nonnull (strstr (warning, "large.json"));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/accounts/provider-table/every-entry", test_every_entry);
  g_test_add_func ("/envoi/accounts/provider-table/schema", test_schema);
  g_test_add_func ("/envoi/accounts/provider-table/pace", test_pace);
  g_test_add_func ("/envoi/accounts/provider-table/find-for-account", test_find_for_account);
  g_test_add_func ("/envoi/accounts/provider-table/find-mailbox", test_find_mailbox);
  g_test_add_func ("/envoi/accounts/provider-table/find-by-email", test_find_by_email);
  g_test_add_func ("/envoi/accounts/provider-table/find-by-mx", test_find_by_mx);
  g_test_add_func ("/envoi/accounts/provider-table/find-oauth", test_find_oauth);
  g_test_add_func ("/envoi/accounts/provider-table/secret", test_secret);
  g_test_add_func ("/envoi/accounts/provider-table/clean-secret", test_clean_secret);
  g_test_add_func ("/envoi/accounts/provider-table/facts", test_facts);
  g_test_add_func ("/envoi/accounts/provider-table/replies", test_replies);
  g_test_add_func ("/envoi/accounts/provider-table/user-files", test_user_files);
  g_test_add_func ("/envoi/accounts/provider-table/asked-early", test_asked_early);
  g_test_add_func ("/envoi/accounts/provider-table/bad-user-files", test_bad_user_files);
  g_test_add_func ("/envoi/accounts/provider-table/bombs", test_bombs);

  return g_test_run ();
}
