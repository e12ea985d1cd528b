/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-capabilities.h"
#include "envoi-smtp-plan.h"
#include "sasl/envoi-sasl.h"

#include "envoi-test.h"

/* What providers say to EHLO inside TLS, what is read from it, which sign-in is
 * chosen for a password and for a token, and how a small letter to one person
 * travels. */

typedef struct {
  const char *prose;
  const char *host;
  const char *lines[16];
  const char *shown;       /* the flags that must be set, in the order of flag_letters */
  guint64 size_limit;
  const char *password_mechanism;
  const char *token_mechanism;
  const char *transfer;    /* "bdat", "data" or "lockstep" */
} Case;

static const Case cases[] = {
  { "Gmail", "smtp.gmail.com",
    { "smtp.gmail.com at your service, [192.0.2.1]", "SIZE 35882577", "8BITMIME",
      "AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH", "ENHANCEDSTATUSCODES",
      "PIPELINING", "CHUNKING", "SMTPUTF8" },
    "PC8UES", 35882577, "PLAIN", "XOAUTH2", "bdat" },
  { "Microsoft 365, where BDAT is not safe", "smtp.office365.com",
    { "SY5P282CA0097.outlook.office365.com Hello [192.0.2.1]", "SIZE 157286400", "PIPELINING",
      "DSN", "ENHANCEDSTATUSCODES", "AUTH LOGIN XOAUTH2", "8BITMIME", "BINARYMIME", "CHUNKING",
      "SMTPUTF8" },
    "PCB8UDES", 157286400, "LOGIN", "XOAUTH2", "data" },
  { "QQ, with two AUTH lines", "smtp.qq.com",
    { "newxmesmtplogicsvrszb51-0.qq.com", "PIPELINING", "SIZE 73400320",
      "AUTH LOGIN PLAIN XOAUTH XOAUTH2", "AUTH=LOGIN", "MAILCOMPRESS", "8BITMIME" },
    "P8S", 73400320, "PLAIN", "XOAUTH2", "data" },
  { "163, which offers STARTTLS inside TLS and says no size", "smtp.163.com",
    { "mail", "PIPELINING", "AUTH LOGIN PLAIN", "AUTH=LOGIN PLAIN",
      "coremail 1Uxr2xKj7kG0xkI17xGrU7I0s8FY2U3Uj8Cz28x1UUUUU7Ic2I0Y2UFSYMrUUCa0xDrUUUUj",
      "STARTTLS", "8BITMIME" },
    "TP8", 0, "PLAIN", NULL, "data" },
  { "126, without PIPELINING", "smtp.126.com",
    { "mail", "AUTH LOGIN PLAIN XOAUTH2", "AUTH=LOGIN PLAIN XOAUTH2", "coremail x", "STARTTLS",
      "ID", "8BITMIME" },
    "T8", 0, "PLAIN", "XOAUTH2", "lockstep" },
  { "Yahoo, with a space in the keyword", "smtp.mail.yahoo.com",
    { "hermes--production.yahoo.com Hello", "PIPELINING", "ENHANCEDSTATUSCODES", "8 BITMIME",
      "SIZE 41697280", "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER" },
    "P8ES", 41697280, "PLAIN", "XOAUTH2", "data" },
  { "Fastmail", "smtp.fastmail.com",
    { "smtp.fastmail.com", "PIPELINING", "SIZE 71000000", "ENHANCEDSTATUSCODES",
      "AUTH PLAIN LOGIN OAUTHBEARER" },
    "PES", 71000000, "PLAIN", "OAUTHBEARER", "data" },
  { "SCRAM before PLAIN", "mail.example.org",
    { "mail", "AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-256-PLUS" },
    "", 0, "SCRAM-SHA-256", NULL, "lockstep" },
  { "CRAM-MD5 where there is nothing else", "mail.example.org",
    { "mail", "AUTH CRAM-MD5" }, "", 0, "CRAM-MD5", NULL, "lockstep" },
  { "lower case", "mail.example.org",
    { "mail", "pipelining", "chunking", "auth plain", "size 5", "requiretls", "limits mailmax=3" },
    "PCSR", 5, "PLAIN", NULL, "bdat" },
  { "keywords as part of others, and in the host's own line", "mail.example.org",
    { "PIPELINING CHUNKING", "XPIPELINING", "CHUNKINGS", "X-AUTH PLAIN", "AUTHPLAIN", "SIZES 5" },
    "", 0, NULL, NULL, "lockstep" },
  { "sizes that are none", "mail.example.org",
    { "mail", "SIZE -1", "LIMITS RCPTMAX=x MAILMAX=" }, "S", 0, NULL, NULL, "lockstep" },
  { "a name alone", "mail.example.org", { "mail" }, "", 0, NULL, NULL, "lockstep" },
};

static EnvoiSmtpCapabilities *
parse (const char *const *lines)
{
  EnvoiSmtpReply reply = { .code = 250, .lines = (char **) lines };

  return envoi_smtp_capabilities_parse (&reply);
}

static char *
show_flags (const EnvoiSmtpCapabilities *offers)
{
  const struct {
    gboolean is_set;
    char letter;
  } flags[] = {
    { offers->has_starttls, 'T' }, { offers->has_pipelining, 'P' },
    { offers->has_chunking, 'C' }, { offers->has_binarymime, 'B' },
    { offers->has_8bitmime, '8' }, { offers->has_smtputf8, 'U' }, { offers->has_dsn, 'D' },
    { offers->has_enhanced_codes, 'E' }, { offers->has_size, 'S' },
    { offers->has_requiretls, 'R' },
  };
  GString *shown = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (flags[i].is_set)
      g_string_append_c (shown, flags[i].letter);

  return g_string_free (shown, FALSE);
}

static void
check_choice (const EnvoiSmtpCapabilities *offers,
              const char                  *host,
              EnvoiSmtpAuth                auth,
              const char                  *expected)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("secret", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (auth, "alice@example.org", secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new (host, 465, ENVOI_SMTP_SECURITY_TLS, NULL, 0, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSasl) sasl = envoi_sasl_new (credentials, endpoint, offers, NULL, &error);

  g_assert_cmpstr (sasl ? envoi_sasl_get_name (sasl) : NULL, ==, expected);
  g_assert_true ((error != NULL) == (sasl == NULL));
}

static const char *
name_transfer (const EnvoiSmtpPlan *plan)
{
  if (plan->is_single_flight)
    return "bdat";

  return plan->is_pipelined ? "data" : "lockstep";
}

static void
test_providers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiSmtpCapabilities) offers = parse (cases[i].lines);
    g_autofree char *shown = show_flags (offers);
    EnvoiSmtpPlanInput input = { .host = cases[i].host, .n_recipients = 1, .size = 1000 };
    EnvoiSmtpPlan plan;

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (shown, ==, cases[i].shown);
    g_assert_cmpuint (offers->size_limit, ==, cases[i].size_limit);
    check_choice (offers, cases[i].host, ENVOI_SMTP_AUTH_AUTO, cases[i].password_mechanism);
    check_choice (offers, cases[i].host, ENVOI_SMTP_AUTH_XOAUTH2, cases[i].token_mechanism);
    envoi_smtp_plan_make (&plan, offers, &input);
    g_assert_cmpstr (name_transfer (&plan), ==, cases[i].transfer);
  }
}

/* A number that is none, or none that this program could count to, is no limit. */
static void
test_limits (void)
{
  static const struct {
    const char *line;
    guint rcpt_max, mail_max, rcpt_domain_max;
    guint64 size_limit;
  } cases[] = {
    { "LIMITS RCPTMAX=50 MAILMAX=10 RCPTDOMAINMAX=1", 50, 10, 1, 0 },
    { "LIMITS RCPTMAX=0 MAILMAX=0", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=-1 MAILMAX=+1 RCPTDOMAINMAX= 1", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=4294967295 MAILMAX=4294967296", G_MAXUINT, G_MAXUINT, 0, 0 },
    { "LIMITS RCPTMAX=18446744073709551617", 0, 0, 0, 0 },
    { "LIMITS MAILMAX=99999999999999999999999999999999", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX=0x10 MAILMAX=1e9", 0, 0, 0, 0 },
    { "LIMITS RCPTMAX MAILMAX==5", 0, 0, 0, 0 },
    { "SIZE 9223372036854775807", 0, 0, 0, G_MAXINT64 },
    { "SIZE 9223372036854775808", 0, 0, 0, 0 },
    { "SIZE 18446744073709551616", 0, 0, 0, 0 },
    { "SIZE 18446744073709551617000000", 0, 0, 0, 0 },
    { "SIZE 0x7fffffff", 0, 0, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const lines[] = { "mail", cases[i].line, NULL };
    g_autoptr (EnvoiSmtpCapabilities) offers = parse (lines);

    g_test_message ("%s", cases[i].line);
    g_assert_cmpuint (offers->rcpt_max, ==, cases[i].rcpt_max);
    g_assert_cmpuint (offers->mail_max, ==, cases[i].mail_max);
    g_assert_cmpuint (offers->rcpt_domain_max, ==, cases[i].rcpt_domain_max);
    g_assert_cmpuint (offers->size_limit, ==, cases[i].size_limit);
  }
}

/* The table of transfers: what is offered, what the letter is, how it goes. */
static void
test_plans (void)
{
  static const struct {
    const char *prose;
    gboolean has_pipelining, has_chunking;
    EnvoiSmtpPlanInput input;
    EnvoiSmtpPlan plan;
  } plans[] = {
    { "small, to one", TRUE, TRUE, { .n_recipients = 1, .size = 256 * 1024 },
      { TRUE, TRUE, TRUE, FALSE } },
    { "small, to many, to those accepted", TRUE, TRUE, { .n_recipients = 9, .size = 10 },
      { TRUE, TRUE, TRUE, FALSE } },
    { "small, to many, to all or nobody", TRUE, TRUE,
      { .n_recipients = 9, .size = 10, .is_all_or_nothing = TRUE }, { TRUE, TRUE, FALSE, TRUE } },
    { "to all or nobody of one", TRUE, TRUE,
      { .n_recipients = 1, .size = 10, .is_all_or_nothing = TRUE }, { TRUE, TRUE, TRUE, FALSE } },
    { "an octet too large for one flight", TRUE, TRUE,
      { .n_recipients = 1, .size = 256 * 1024 + 1 }, { TRUE, TRUE, FALSE, TRUE } },
    { "without CHUNKING", TRUE, FALSE, { .n_recipients = 9, .size = 10 },
      { TRUE, FALSE, FALSE, FALSE } },
    { "without CHUNKING, to all or nobody", TRUE, FALSE,
      { .n_recipients = 9, .size = 10, .is_all_or_nothing = TRUE }, { TRUE, FALSE, FALSE, TRUE } },
    { "with neither", FALSE, FALSE, { .n_recipients = 1, .size = 10 },
      { FALSE, FALSE, FALSE, TRUE } },
    { "CHUNKING alone", FALSE, TRUE, { .n_recipients = 1, .size = 10 },
      { FALSE, FALSE, FALSE, TRUE } },
    { "a server that loses pipelined commands", TRUE, TRUE,
      { .n_recipients = 1, .size = 10, .quirks = ENVOI_SMTP_QUIRK_NO_PIPELINING },
      { FALSE, FALSE, FALSE, TRUE } },
    { "a server that fails at chunks", TRUE, TRUE,
      { .n_recipients = 1, .size = 10, .quirks = ENVOI_SMTP_QUIRK_NO_CHUNKING },
      { TRUE, FALSE, FALSE, FALSE } },
    { "Microsoft by its other name", TRUE, TRUE,
      { .host = "smtp-mail.outlook.com", .n_recipients = 1, .size = 10 },
      { TRUE, FALSE, FALSE, FALSE } },
    { "a name that ends like Microsoft's", TRUE, TRUE,
      { .host = "notoutlook.com", .n_recipients = 1, .size = 10 }, { TRUE, TRUE, TRUE, FALSE } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    EnvoiSmtpCapabilities offers = {
      .has_pipelining = plans[i].has_pipelining, .has_chunking = plans[i].has_chunking,
    };
    EnvoiSmtpPlanInput input = plans[i].input;
    EnvoiSmtpPlan plan;

    input.host = input.host ? input.host : "mail.example.org";
    g_test_message ("%s", plans[i].prose);
    envoi_smtp_plan_make (&plan, &offers, &input);
    g_assert_cmpmem (&plan, sizeof plan, &plans[i].plan, sizeof plan);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/capabilities/providers", test_providers);
  g_test_add_func ("/envoi/smtp/capabilities/limits", test_limits);
  g_test_add_func ("/envoi/smtp/capabilities/plans", test_plans);

  return g_test_run ();
}
