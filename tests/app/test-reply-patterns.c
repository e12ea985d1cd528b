/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-json.h"
#include "envoi-problem-replies.h"
#include "envoi-test.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Every reply that data/providers.json lists, met in each of its phases at each server
 * it belongs to: the program's own table must know it, and mean the same. */

#define MOST_MEANINGS 6

typedef struct {
  const char *reply_class;
  EnvoiSentence meanings[MOST_MEANINGS];   /* ends with UNKNOWN */
} ClassRow;

#define IS(key) ENVOI_SENTENCE_ ## key

static const ClassRow classes[] = {
  { "account_suspended", { IS (ACCOUNT_BLOCKED) } },
  { "attachment_type", { IS (ATTACHMENT_TYPE) } },
  { "auth_generic", { IS (QQ_CODE) } },
  { "auth_needs_oauth", { IS (MICROSOFT_NO_PASSWORDS) } },
  { "auth_required", { IS (AUTH_REQUIRED) } },
  { "auth_service_disabled", { IS (SERVICE_OFF) } },
  { "auth_temp", { IS (AUTH_LATER), IS (RATE_LIMIT) } },
  { "auth_throttled", { IS (LOGIN_THROTTLED) } },
  { "auth_web_login", { IS (GOOGLE_CONFIRM) } },
  { "auth_wrong_kind", { IS (QQ_CODE), IS (GOOGLE_APP_PASSWORD) } },
  { "auth_wrong_secret",
    { IS (NETEASE_CODE), IS (SINA_CODE), IS (GOOGLE_PASSWORD), IS (APP_PASSWORD),
      IS (TOKEN_REFUSED) } },
  { "bad_address", { IS (BAD_RECIPIENT), IS (SENDER_MISMATCH) } },
  { "bad_from_header", { IS (PROGRAM_FAULT) } },
  { "blocked", { IS (NETWORK_BLOCKED) } },
  { "content_spam", { IS (SPAM_SUSPECTED) } },
  { "content_spam_temp", { IS (TRY_LATER) } },
  { "dmarc", { IS (DOMAIN_POLICY) } },
  { "forged", { IS (RATE_LIMIT) } },
  { "ip_bad_history", { IS (RATE_LIMIT) } },
  /* Google's bare 421 says "try again later" and no more. */
  { "ip_blocked", { IS (NETWORK_BLOCKED), IS (RATE_LIMIT), IS (SERVER_BUSY) } },
  { "ip_policy", { IS (ORGANISATION_POLICY) } },
  { "ip_untrusted", { IS (NETWORK_BLOCKED) } },
  { "no_such_user", { IS (NO_SUCH_MAILBOX) } },
  /* NetEase counts faults, and then keeps the client out for a while. */
  { "protocol", { IS (PROGRAM_FAULT), IS (RATE_LIMIT) } },
  { "recipient_full", { IS (MAILBOX_FULL) } },
  { "recipient_refused", { IS (RECIPIENT_REFUSES) } },
  { "relay", { IS (RELAY_DENIED) } },
  { "sender_blocked", { IS (ACCOUNT_BLOCKED) } },
  { "sender_mismatch", { IS (SENDER_MISMATCH) } },
  { "sequence", { IS (PROGRAM_FAULT) } },
  { "server_temp", { IS (SERVER_BUSY) } },
  { "size", { IS (TOO_LARGE) } },
  { "spf", { IS (DOMAIN_POLICY) } },
  { "throttled", { IS (RATE_LIMIT), IS (DAILY_LIMIT), IS (ACCOUNT_BLOCKED) } },
  { "throttled_recipient", { IS (MAILBOX_BUSY) } },
  { "tls_required", { IS (WRONG_SECURITY) } },
  { "too_many_conn", { IS (TOO_MANY_CONNECTIONS), IS (DAILY_LIMIT) } },
  { "too_many_rcpt", { IS (TOO_MANY_RECIPIENTS) } },
  { "wrong_cluster", { IS (RELAY_DENIED) } },
};

typedef struct {
  JsonObject *entry;
  const char *pattern;
  const char *reply_class;
  const char *host;
  guint n_tried;
} Walk;

static gboolean
is_meant (const char    *reply_class,
          EnvoiSentence  sentence)
{
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    if (!g_str_equal (classes[i].reply_class, reply_class))
      continue;

    for (guint j = 0; j < MOST_MEANINGS && classes[i].meanings[j]; j++) {
      if (classes[i].meanings[j] == sentence)
        return TRUE;
    }
  }

  return FALSE;
}

/* "550 5.4.5 words": what is missing is as servers have it: a throttle is 450, the rest 550. */
static void
try_in_phase (Walk       *walk,
              const char *phase)
{
  g_autoptr (GRegex) form = g_regex_new ("^(\\d{3})?\\s*(\\d\\.\\d\\.\\d+)?\\s*(.*)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *code = NULL;
  g_autofree char *enhanced = NULL;
  g_autofree char *text = NULL;
  EnvoiReplyMeaning meaning = { IS (UNKNOWN) };
  EnvoiReply reply = { .host = walk->host, .phase = phase };

  g_assert_true (g_regex_match (form, walk->pattern, 0, &match));
  code = g_match_info_fetch (match, 1);
  enhanced = g_match_info_fetch (match, 2);
  text = g_match_info_fetch (match, 3);

  reply.code = *code ? atoi (code) : g_str_equal (phase, "auth") ? 535 : 550;
  reply.enhanced = *enhanced ? enhanced : NULL;
  reply.text = text;

  walk->n_tried++;
  if (!envoi_reply_find_meaning (&reply, &meaning) || !is_meant (walk->reply_class, meaning.sentence))
    g_error ("%s at %s in %s: class %s, but the program says “%s”", walk->pattern, walk->host, phase,
             walk->reply_class, envoi_sentence_get_text (meaning.sentence)->title);
}

static void
try_pattern (Walk *walk)
{
  const char *listed = envoi_json_get_string (walk->entry, "phase");
  g_auto (GStrv) phases = g_strsplit (g_str_equal (listed, "any") ? "mail/rcpt/data" : listed, "/",
                                      -1);
  gboolean is_of_sign_in = g_str_has_prefix (walk->reply_class, "auth_");

  /* "Any" with a reason that concerns the sign-in is met there. */
  if (g_str_equal (listed, "any") && is_of_sign_in) {
    try_in_phase (walk, "auth");
    return;
  }

  for (guint i = 0; phases[i]; i++) {
    if (g_str_equal (phases[i], "bounce"))
      continue;
    /* Of a recipient nothing is said before there is one. */
    if (g_str_equal (phases[i], "mail") && g_str_equal (listed, "any") &&
        (strstr (walk->reply_class, "recipient") || g_str_equal (walk->reply_class, "no_such_user")))
      continue;

    try_in_phase (walk, phases[i]);
  }
}

/* (transfer full): the best servers of the providers whose table it is */
static GPtrArray *
list_hosts (JsonArray  *providers,
            const char *table)
{
  GPtrArray *hosts = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (providers); i++) {
    JsonObject *provider = json_array_get_object_element (providers, i);
    g_auto (GStrv) tables = envoi_json_dup_strings (provider, "reply_tables", 10);
    JsonArray *servers = envoi_json_get_array (provider, "servers");

    if (g_strv_contains ((const char *const *) tables, table))
      g_ptr_array_add (hosts, (gpointer) envoi_json_get_string (
                         json_array_get_object_element (servers, 0), "host"));
  }

  return hosts;
}

static void
test_every_pattern (void)
{
  gsize length;
  g_autofree char *text = envoi_test_read ("../data/providers.json", &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = envoi_json_parse (text, length, 1024 * 1024, &error);
  JsonObject *object = envoi_json_get_root (root);
  JsonArray *patterns = envoi_json_get_array (object, "error_patterns");
  Walk walk = { NULL };

  g_assert_no_error (error);
  for (guint i = 0; i < json_array_get_length (patterns); i++) {
    g_autoptr (GPtrArray) hosts = NULL;

    walk.entry = json_array_get_object_element (patterns, i);
    walk.pattern = envoi_json_get_string (walk.entry, "pattern");
    walk.reply_class = envoi_json_get_string (walk.entry, "class");
    hosts = list_hosts (envoi_json_get_array (object, "providers"),
                        envoi_json_get_string (walk.entry, "provider"));
    g_assert_cmpuint (hosts->len, >, 0);
    for (guint j = 0; j < hosts->len; j++) {
      walk.host = g_ptr_array_index (hosts, j);
      try_pattern (&walk);
    }
  }

  g_test_message ("%u patterns, %u replies", json_array_get_length (patterns), walk.n_tried);
  g_assert_cmpuint (walk.n_tried, >, 500);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/reply-patterns/every-pattern", test_every_pattern);

  return g_test_run ();
}
