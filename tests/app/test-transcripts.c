/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-clock.h"
#include "envoi-delivery-map.h"
#include "envoi-practice-server.h"
#include "envoi-problem.h"
#include "envoi-smtp-connection.h"
#include "envoi-test.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>

/* Sessions with providers as people have published them, played over TLS to the
 * engine that sends: which mechanism it chooses there, and what a person then
 * reads, in English and in Chinese. */

#define GREET_QQ \
  "TLS\nS: 220 newxmesmtplogicsvrszb9-0.qq.com XMail Esmtp QQ Mail Server.\n" \
  "C: EHLO *\n" \
  "S: 250-newxmesmtplogicsvrszb9-0.qq.com-11.149.6.21-69420512\nS: 250-PIPELINING\n" \
  "S: 250-SIZE 73400320\nS: 250-AUTH LOGIN PLAIN XOAUTH XOAUTH2\nS: 250-AUTH=LOGIN\n" \
  "S: 250-MAILCOMPRESS\nS: 250-SMTPUTF8\nS: 250 8BITMIME\n"
/* STARTTLS inside TLS is to be left alone, and there is no SIZE. */
#define GREET_NETEASE \
  "TLS\nS: 220 163.com Anti-spam GT for Coremail System (163com[20141201])\n" \
  "C: EHLO *\n" \
  "S: 250-mail\nS: 250-AUTH LOGIN PLAIN XOAUTH2\nS: 250-AUTH=LOGIN PLAIN XOAUTH2\n" \
  "S: 250-coremail 1Uxr2xKj7kG0xkI17xGrUDI0s8FY2U3Uj8Cz28x1UUUUU7Ic2I0Y2UFRsYb4UCa0xDrUUUUj\n" \
  "S: 250-STARTTLS\nS: 250-ID\nS: 250 8BITMIME\n"
#define GREET_GMAIL \
  "TLS\nS: 220 smtp.gmail.com ESMTP 5b1f17b1804b1-gsmtp\nC: EHLO *\n" \
  "S: 250-smtp.gmail.com at your service, [203.0.113.7]\nS: 250-SIZE 35882577\n" \
  "S: 250-8BITMIME\nS: 250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH\n" \
  "S: 250-ENHANCEDSTATUSCODES\nS: 250-PIPELINING\nS: 250-CHUNKING\nS: 250 SMTPUTF8\n"
/* No PLAIN there. */
#define GREET_MICROSOFT \
  "TLS\nS: 220 AM0PR01CA0090.outlook.office365.com Microsoft ESMTP MAIL Service ready\n" \
  "C: EHLO *\nS: 250-AM0PR01CA0090.outlook.office365.com Hello [203.0.113.7]\n" \
  "S: 250-SIZE 157286400\nS: 250-PIPELINING\nS: 250-DSN\nS: 250-ENHANCEDSTATUSCODES\n" \
  "S: 250-AUTH LOGIN XOAUTH2\nS: 250-8BITMIME\nS: 250-BINARYMIME\nS: 250-CHUNKING\nS: 250 SMTPUTF8\n"
#define GREET_OTHER(host) \
  "TLS\nS: 220 " host " ESMTP\nC: EHLO *\nS: 250-" host "\nS: 250-PIPELINING\n" \
  "S: 250-AUTH PLAIN LOGIN\nS: 250 8BITMIME\n"
#define PLAIN "C: AUTH PLAIN *\n"
#define LOGIN \
  "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 334 UGFzc3dvcmQ6\nC: *\n"
#define BYE "C: QUIT\nS: 221 Bye\n"

/* The same words in the encoding of those servers: GBK. */
#define GBK_WRONG_PASSWORD "\xd3\xc3\xbb\xa7\xc3\xfb\xbb\xf2\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3"

typedef struct {
  const char *name;
  const char *prose;
  const char *host;
  const char *script;
  EnvoiProblemAction action;
  const char *url;           /* nullable: what the button opens */
  const char *english;       /* part of what is said */
  const char *chinese;
  const char *quoted;        /* part of the server's own words */
} Session;

static const Session sessions[] = {
  { "qq-password",
    "QQ: the login password instead of the code; the server hangs up at once", "smtp.qq.com",
    GREET_QQ PLAIN "S: 535 Login Fail. Please enter your authorization code to login. More "
    "information in http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=28&&no=1001256\nDROP\n",
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "authorization code", "授权码",
    "Please enter your authorization code" },
  { "qq-vague",
    "QQ: the newer, vaguer words", "smtp.qq.com",
    GREET_QQ PLAIN "S: 535 Login fail. Account is abnormal, service is not open, password is "
    "incorrect, login frequency limited, or system is busy. More information at "
    "https://help.mail.qq.com/detail/108/1023\nDROP\n",
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "authorization code", "授权码", "Account is abnormal" },
  { "netease-password",
    "NetEase: the login password, or a code that has expired", "smtp.163.com",
    GREET_NETEASE PLAIN "S: 535 Error: authentication failed\nC: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "authorization code", "授权码", "authentication failed" },
  { "netease-off",
    "NetEase: sending by programs is not switched on", "smtp.163.com",
    GREET_NETEASE PLAIN "S: 550 User has no permission\nC: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, "163.com", "Switch the SMTP service on", "开启 SMTP 服务",
    "User has no permission" },
  { "netease-gbk",
    "NetEase, in GBK", "smtp.163.com",
    GREET_NETEASE PLAIN "S: 535 Error: authentication failed, " GBK_WRONG_PASSWORD
    "\nC: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "authorization code", "授权码", "用户名或密码错误" },
  { "netease-throttled",
    "NetEase: too many wrong codes", "smtp.163.com",
    GREET_NETEASE PLAIN "S: 451 Requested mail action not taken: too much fail authentication\n"
    "C: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_WAIT, NULL, "Too many attempts to sign in", "尝试登录的次数太多",
    "too much fail authentication" },
  { "netease-barred",
    "NetEase: so many that the address is kept out; the server hangs up", "smtp.163.com",
    GREET_NETEASE PLAIN "S: 554 IP is rejected, smtp auth error limit exceed\nDROP\n",
    ENVOI_PROBLEM_ACTION_WAIT, NULL, "Too many attempts to sign in", "尝试登录的次数太多",
    "auth error limit exceed" },
  { "qiye-address",
    "NetEase for companies: the administrator lets nobody in from here", "smtp.qiye.163.com",
    GREET_NETEASE PLAIN "S: 535 Error: ERR.LOGIN.IPDENY\nC: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "Your organisation's rules", "单位", "ERR.LOGIN.IPDENY" },
  { "qiye-cluster",
    "NetEase for companies: the domain lives on other servers of theirs", "smtp.qiye.163.com",
    GREET_NETEASE PLAIN "S: 535 Error: ERR.LOGIN.DOMAINNOTEXIST\nC: QUIT\nS: 221 Bye\n",
    ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT, NULL, "server", "服务器", "ERR.LOGIN.DOMAINNOTEXIST" },
  { "gmail-password",
    "Gmail: the password of the account instead of one for programs", "smtp.gmail.com",
    GREET_GMAIL PLAIN "S: 534-5.7.9 Application-specific password required. For more information, go to\n"
    "S: 534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp\n" BYE,
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, NULL, "Make an app password", "生成应用专用密码",
    "InvalidSecondFactor" },
  { "gmail-web-login",
    "Gmail: to be confirmed in the browser first", "smtp.gmail.com",
    GREET_GMAIL PLAIN "S: 534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in\n"
    "S: 534-5.7.14 via your web browser and then try again.\n"
    "S: 534 5.7.14  https://support.google.com/mail/answer/78754 - gsmtp\n" BYE,
    ENVOI_PROBLEM_ACTION_OPEN_PAGE, NULL, "Google wants you to confirm", "Google 需要您确认这次登录",
    "via your web browser" },
  { "gmail-throttled",
    "Gmail: too many attempts to sign in", "smtp.gmail.com",
    GREET_GMAIL PLAIN "S: 454 4.7.0 Too many login attempts, please try again later. - gsmtp\n" BYE,
    ENVOI_PROBLEM_ACTION_WAIT, NULL, "Too many attempts to sign in", "尝试登录的次数太多",
    "Too many login attempts" },
  { "microsoft-no-passwords",
    "Microsoft: passwords are not taken any more", "smtp-mail.outlook.com",
    GREET_MICROSOFT LOGIN "S: 535 5.7.139 Authentication unsuccessful, basic authentication is disabled. "
    "[AM0PR01CA0090.eurprd01.prod.exchangelabs.com]\n" BYE,
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "no longer accepts passwords", "不再接受密码登录",
    "basic authentication is disabled" },
  { "microsoft-smtp-off",
    "Microsoft 365: the administrator has not switched SMTP on", "smtp.office365.com",
    GREET_MICROSOFT LOGIN "S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled "
    "for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.\n" BYE,
    ENVOI_PROBLEM_ACTION_RETRY, NULL, "Ask your administrator", "请让管理员",
    "smtp_auth_disabled" },
  { "yahoo-throttled",
    "Yahoo: too many wrong passwords", "smtp.mail.yahoo.com",
    GREET_OTHER ("hermes--production-ir2.mail.yahoo.com") PLAIN
    "S: 535 5.7.0 (#AUTH005) Too many bad auth attempts.\n" BYE,
    ENVOI_PROBLEM_ACTION_WAIT, NULL, "Too many attempts to sign in", "尝试登录的次数太多",
    "#AUTH005" },
  { "icloud-password",
    "iCloud: the password of the account instead of one for programs", "smtp.mail.me.com",
    GREET_OTHER ("outbound.mr.icloud.com") PLAIN
    "S: 535 5.7.8 Error: authentication failed: authentication failure\n" BYE,
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "An app password is needed", "需要应用专用密码",
    "authentication failure" },
  { "sina-password",
    "Sina: the login password instead of the code", "smtp.sina.com",
    GREET_OTHER ("irs_smtp17.sinamail.sina.com.cn") PLAIN "S: 535 the email account is invalid\n" BYE,
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "Sina needs an authorization code", "新浪邮箱需要授权码",
    "the email account is invalid" },
  { "aliyun-password",
    "Aliyun for companies: a code that no standard knows", "smtp.qiye.aliyun.com",
    GREET_OTHER ("smtp.aliyun-inc.com") PLAIN "S: 526 Authentication failure[0]\n" BYE,
    ENVOI_PROBLEM_ACTION_SIGN_IN, NULL, "An app password is needed", "需要应用专用密码",
    "526" },
};

static EnvoiSmtpOutcome *
play (EnvoiPracticeServer *server)
{
  EnvoiSmtpTrust trust = { envoi_practice_server_get_ca_file (server), NULL };
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("the login password", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "li@example.org", secret);
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *failure = NULL;
  EnvoiSmtpOutcome *outcome;

  endpoint = envoi_smtp_endpoint_new ("localhost", envoi_practice_server_get_tls_port (server),
                                      ENVOI_SMTP_SECURITY_TLS, &trust, ENVOI_SMTP_QUIRK_NONE,
                                      &error);
  g_assert_no_error (error);
  connection = envoi_smtp_connection_new (endpoint, clock);
  outcome = envoi_smtp_connection_open_sync (connection, credentials, NULL);
  envoi_smtp_connection_close_sync (connection);
  failure = envoi_practice_server_dup_script_failure (server);
  g_assert_cmpstr (failure, ==, NULL);
  return outcome;
}

static EnvoiProblem *
describe (const EnvoiSmtpOutcome *smtp,
          const char             *host,
          const char             *language)
{
  g_autoptr (EnvoiDeliveryOutcome) outcome = envoi_delivery_outcome_new_from_smtp (smtp, host, 0);
  g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("");

  /* The second call tells gettext to look again. */
  g_setenv ("LANGUAGE", language, TRUE);
  textdomain (GETTEXT_PACKAGE);
  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_strdup (outcome->error_domain);
  letter->error_code = outcome->error_code;
  letter->error_message = g_strdup (outcome->error_message);
  letter->phase = g_strdup (outcome->phase);
  letter->reply_code = outcome->reply_code;
  letter->reply_enhanced = g_strdup (outcome->reply_enhanced);
  letter->reply_text = g_strdup (outcome->reply_text);
  return envoi_problem_new_for_letter (letter, host);
}

static void
assert_says (const EnvoiProblem *problem,
             const char         *words)
{
  g_autofree char *all = g_strdup_printf ("%s %s", problem->title, problem->body);

  g_test_message ("%s [%s]", all, problem->action_label);
  g_assert_nonnull (strstr (all, words));
}

static void
test_session (gconstpointer user_data)
{
  const Session *session = user_data;
  g_autofree char *path = envoi_test_make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (folder);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autoptr (EnvoiProblem) english = NULL;
  g_autoptr (EnvoiProblem) chinese = NULL;
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", session->prose);
  envoi_practice_server_set_script (server, session->script, &error);
  g_assert_no_error (error);
  envoi_practice_server_start_sync (server, NULL, &error);
  g_assert_no_error (error);
  outcome = play (server);
  english = describe (outcome, session->host, "C");
  chinese = describe (outcome, session->host, "zh_CN");

  assert_says (english, session->english);
  assert_says (chinese, session->chinese);
  g_assert_cmpint (english->action, ==, session->action);
  g_assert_nonnull (english->action_label);
  g_assert_cmpstr (english->action_label, !=, chinese->action_label);
  if (session->url)
    g_assert_nonnull (strstr (english->url, session->url));
  g_assert_nonnull (strstr (english->details, session->quoted));
  envoi_practice_server_stop_sync (server);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *translations = NULL;

  envoi_test_init (&argc, &argv);
  setlocale (LC_ALL, "");
  translations = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);
  bindtextdomain (GETTEXT_PACKAGE, translations);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++) {
    g_autofree char *name = g_strconcat ("/envoi/app/transcripts/", sessions[i].name, NULL);

    g_test_add_data_func (name, &sessions[i], test_session);
  }
  return g_test_run ();
}
