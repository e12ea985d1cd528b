/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-error-names.h"
#include "envoi-problem-replies.h"
#include "envoi-problem.h"

#include "envoi-account.h"
#include "envoi-message-error.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"
#include "envoi-test.h"

#include <string.h>

#define IS(key) ENVOI_SENTENCE_ ## key
#define ACTION(key) ENVOI_PROBLEM_ACTION_ ## key
#define GMAIL "smtp.gmail.com"
#define OUTLOOK "smtp.office365.com"
#define QQ "smtp.qq.com"
#define EXMAIL "smtp.exmail.qq.com"
#define NETEASE "smtp.163.com"
#define YAHOO "smtp.mail.yahoo.com"
#define AOL "smtp.aol.com"
#define ICLOUD "smtp.mail.me.com"
#define SES "email-smtp.eu-west-1.amazonaws.com"
#define OTHER "mail.example.org"
#define A_DAY (24 * 60)

typedef struct {
  const char *host;
  const char *phase;
  const char *reply;          /* as on the wire, lines joined */
  EnvoiSentence sentence;
  guint pause_minutes;
  EnvoiProblemAction action;
} ReplyCase;

/* What providers really said, as reported by their users and pages. */
static const ReplyCase replies[] = {
  { GMAIL, "auth", "535 5.7.8 Username and Password not accepted. For more information, go to "
    "535 5.7.8 https://support.google.com/mail/?p=BadCredentials x - gsmtp",
    IS (GOOGLE_PASSWORD), 0, ACTION (SIGN_IN) },
  { GMAIL, "auth", "534 5.7.9 Application-specific password required. Learn more at "
    "https://support.google.com/mail/?p=InvalidSecondFactor",
    IS (GOOGLE_APP_PASSWORD), 0, ACTION (OPEN_PAGE) },
  { GMAIL, "auth", "534 5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in "
    "via your web browser and then try again.", IS (GOOGLE_CONFIRM), 0, ACTION (OPEN_PAGE) },
  { GMAIL, "auth", "454 4.7.0 Too many login attempts, please try again later.",
    IS (LOGIN_THROTTLED), 15, ACTION (WAIT) },
  { GMAIL, "data", "550 5.4.5 Daily user sending limit exceeded.",
    IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { GMAIL, "mail", "550 5.4.5 Daily user sending quota exceeded.",
    IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { GMAIL, "ehlo", "421 4.7.0 Try again later, closing connection. (EHLO)",
    IS (SERVER_BUSY), 0, ACTION (WAIT) },
  { GMAIL, "data", "421 4.7.0 Temporary System Problem. Try again later.",
    IS (SERVER_BUSY), 0, ACTION (WAIT) },
  { GMAIL, "mail", "421 4.7.0 Our system has detected an unusual rate of unsolicited mail originating "
    "from your IP address.", IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { GMAIL, "mail", "421 4.7.0 Connection expired, try reconnecting.",
    IS (CONNECTION_CLOSED), 0, ACTION (WAIT) },
  { GMAIL, "data", "451 4.4.2 Timeout - closing connection.",
    IS (CONNECTION_CLOSED), 0, ACTION (WAIT) },
  { GMAIL, "data", "421 4.7.28 Gmail has detected an unusual rate of mail",
    IS (RATE_LIMIT), 120, ACTION (WAIT) },
  { GMAIL, "data", "550 5.7.28 Gmail has detected an unusual rate of mail",
    IS (RATE_LIMIT), 120, ACTION (WAIT) },
  { GMAIL, "rcpt", "452 4.5.3 Your message has too many recipients.",
    IS (TOO_MANY_RECIPIENTS), 0, ACTION (EDIT_LETTER) },
  { GMAIL, "rcpt", "452 4.5.3 Domain policy size per transaction exceeded, please try this "
    "recipient in a separate transaction.", IS (ONE_AT_A_TIME), 0, ACTION (WAIT) },
  { GMAIL, "mail", "552 5.2.3 Your message exceeded Google's message size limits.",
    IS (TOO_LARGE), 0, ACTION (COMPRESS) },
  { GMAIL, "data", "552 5.3.4 Your message exceeded Google's message size limits.",
    IS (TOO_LARGE), 0, ACTION (COMPRESS) },
  { GMAIL, "data", "552 5.3.4 The size of the To header value exceeds",
    IS (HEADER_TOO_LARGE), 0, ACTION (EDIT_LETTER) },
  { GMAIL, "data", "552 5.7.0 This message was blocked because its content presents a potential "
    "security issue.", IS (ATTACHMENT_TYPE), 0, ACTION (EDIT_LETTER) },
  { GMAIL, "data", "550 5.7.26 Unauthenticated email from x is not accepted due to domain's DMARC "
    "policy.", IS (DOMAIN_POLICY), 0, ACTION (EDIT_LETTER) },
  { GMAIL, "ehlo", "501 5.5.4 HELO/EHLO argument is invalid",
    IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { GMAIL, "auth", "454 4.5.0 SMTP protocol violation, no commands allowed to pipeline after "
    "STARTTLS, see RFC 3207", IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { GMAIL, "rcpt", "450 4.2.1 The user you are trying to contact is receiving mail too quickly",
    IS (MAILBOX_BUSY), 0, ACTION (WAIT) },
  { GMAIL, "rcpt", "452 4.2.2 The recipient's inbox is out of storage space.",
    IS (MAILBOX_FULL), 0, ACTION (FIX_RECIPIENTS) },
  { GMAIL, "rcpt", "552 5.2.2 The email account that you tried to reach is inactive",
    IS (MAILBOX_FULL), 0, ACTION (FIX_RECIPIENTS) },
  { GMAIL, "mail", "530 5.7.0 Must issue a STARTTLS command first",
    IS (WRONG_SECURITY), 0, ACTION (EDIT_ACCOUNT) },

  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled. "
    "[CP0PR80CA0014.lamprd80.prod.outlook.com]", IS (MICROSOFT_NO_PASSWORDS), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled "
    "for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
    IS (ORGANISATION_OFF), 0, ACTION (RETRY) },
  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled "
    "for the Mailbox.", IS (ORGANISATION_OFF), 0, ACTION (RETRY) },
  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, user is locked by your "
    "organization's security defaults policy. Contact your administrator.",
    IS (ORGANISATION_POLICY), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.",
    IS (PASSWORD_REFUSED), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "auth", "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria "
    "to be authenticated successfully.", IS (ORGANISATION_POLICY), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "auth", "535 5.7.3 Authentication unsuccessful [AM0P190CA0012]",
    IS (TOKEN_REFUSED), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "auth", "501 5.5.124 Invalid XOAUTH2 auth data", IS (PROGRAM_FAULT), 0,
    ACTION (RETRY) },
  { OUTLOOK, "mail", "530 5.7.57 Client not authenticated to send mail.",
    IS (AUTH_REQUIRED), 0, ACTION (EDIT_ACCOUNT) },
  { OUTLOOK, "data", "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { OUTLOOK, "data", "554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiException",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { OUTLOOK, "data", "554 5.2.252 SendAsDenied; u@d not allowed to send as v@d",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { OUTLOOK, "mail", "550 5.7.30 Basic authentication is not supported for Client Submission.",
    IS (MICROSOFT_NO_PASSWORDS), 0, ACTION (SIGN_IN) },
  { OUTLOOK, "mail", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded",
    IS (TOO_MANY_CONNECTIONS), 1, ACTION (WAIT) },
  { OUTLOOK, "mail", "432 4.3.2 STOREDRV.ClientSubmit; exceeded the message limit per account",
    IS (RATE_LIMIT), 1, ACTION (WAIT) },
  { OUTLOOK, "mail", "421 4.4.2 Message submission rate for this client has exceeded the configured "
    "limit", IS (RATE_LIMIT), 1, ACTION (WAIT) },
  { OUTLOOK, "data", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
    IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { OUTLOOK, "mail", "550 5.7.708 Service unavailable. Access denied, traffic not accepted from "
    "this IP.", IS (NETWORK_BLOCKED), 0, ACTION (RETRY) },
  { OUTLOOK, "rcpt", "550 5.7.705 Access denied, tenant has exceeded threshold",
    IS (ACCOUNT_BLOCKED), 0, ACTION (RETRY) },
  { OUTLOOK, "rcpt", "550 5.7.501 Access denied, spam abuse detected",
    IS (ACCOUNT_BLOCKED), 0, ACTION (RETRY) },
  { OUTLOOK, "mail", "550 5.1.8 Access denied, bad outbound sender",
    IS (ACCOUNT_BLOCKED), 0, ACTION (RETRY) },
  { OUTLOOK, "mail", "550 5.7.750 Client blocked from sending from unregistered domains",
    IS (ACCOUNT_BLOCKED), 0, ACTION (RETRY) },
  { OUTLOOK, "mail", "552 5.3.4 Message size exceeds fixed maximum message size",
    IS (TOO_LARGE), 0, ACTION (COMPRESS) },
  { OUTLOOK, "data", "552 5.3.4 Header size exceeds fixed maximum size",
    IS (HEADER_TOO_LARGE), 0, ACTION (EDIT_LETTER) },
  { OUTLOOK, "mail", "451 4.7.650 The mail server has been temporarily rate limited due to IP "
    "reputation.", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { OUTLOOK, "mail", "451 4.7.501 Access denied, please try again later",
    IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { OUTLOOK, "mail", "500 5.3.3 Unrecognized command", IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { OUTLOOK, "mail", "451 4.7.0 Timeout waiting for client input",
    IS (CONNECTION_CLOSED), 0, ACTION (WAIT) },
  { OUTLOOK, "mail", "451 5.7.3 STARTTLS is required to send mail",
    IS (WRONG_SECURITY), 0, ACTION (EDIT_ACCOUNT) },

  { QQ, "auth", "535 Login fail. Account is abnormal, service is not open, password is incorrect, "
    "login frequency limited, or system is busy. More information at "
    "https://help.mail.qq.com/detail/108/1023", IS (QQ_CODE), 0, ACTION (SIGN_IN) },
  { QQ, "auth", "535 Login Fail. Please enter your authorization code to login. More information in "
    "http://service.mail.qq.com/cgi-bin/help", IS (QQ_CODE), 0, ACTION (SIGN_IN) },
  { EXMAIL, "auth", "535 Error: authentication failed, system busy",
    IS (LOGIN_THROTTLED), 30, ACTION (WAIT) },
  { QQ, "mail", "501 Mail from address must be same as authorization user.",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { QQ, "mail", "502 Invalid input from 1.2.3.4", IS (NETWORK_BLOCKED), 0, ACTION (RETRY) },
  { QQ, "data", "550 The \"From\" header is missing or invalid. Please follow RFC5322",
    IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { QQ, "data", "550 Mail content denied. http://service.mail.qq.com/detail/122/171",
    IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { QQ, "final", "550 Connection frequency limited. http://service.mail.qq.com/detail/122/175",
    IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { QQ, "mail", "550 Sender frequency limited.", IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { QQ, "mail", "550 Ip frequency limited.", IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { QQ, "rcpt", "550 Domain frequency limited.", IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { QQ, "rcpt", "550 Suspected spam ip", IS (NETWORK_BLOCKED), 0, ACTION (RETRY) },
  { QQ, "data", "550 Suspected spam", IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { QQ, "rcpt", "550 Mailbox not found.", IS (NO_SUCH_MAILBOX), 0, ACTION (FIX_RECIPIENTS) },
  { QQ, "rcpt", "550 Mailbox unavailable or access denied.", IS (MAILBOX_BUSY), 0, ACTION (WAIT) },
  { QQ, "rcpt", "550 Bad address syntax.", IS (BAD_RECIPIENT), 0, ACTION (FIX_RECIPIENTS) },
  { QQ, "data", "552 Message too large.", IS (TOO_LARGE), 0, ACTION (COMPRESS) },
  { QQ, "rcpt", "550 Mail is rejected by recipients", IS (RECIPIENT_REFUSES), 0,
    ACTION (FIX_RECIPIENTS) },
  { QQ, "data", "550 SPF check failed", IS (DOMAIN_POLICY), 0, ACTION (EDIT_LETTER) },

  { NETEASE, "auth", "535 Error: authentication failed", IS (NETEASE_CODE), 0, ACTION (SIGN_IN) },
  { NETEASE, "auth", "550 User has no permission", IS (SERVICE_OFF), 0, ACTION (OPEN_PAGE) },
  { NETEASE, "mail", "550 User has no permission", IS (SERVICE_OFF), 0, ACTION (OPEN_PAGE) },
  { NETEASE, "mail", "553 Mail from must equal authorized user",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "final", "554 DT:SPM 163 smtp5,D9GowACH,1473730639, please see "
    "http://mail.163.com/help/help_spam_16.htm?ip=", IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "final", "550 DT:SPM 163", IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "final", "451 DT:SPM ,please try again", IS (TRY_LATER), 2, ACTION (WAIT) },
  { NETEASE, "data", "554 DT:SUM", IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "greeting", "554 HL:IHU", IS (NETWORK_BLOCKED), 0, ACTION (RETRY) },
  { NETEASE, "greeting", "421 HL:ICC", IS (TOO_MANY_CONNECTIONS), 15, ACTION (WAIT) },
  { NETEASE, "greeting", "421 HL:IFC", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "greeting", "554 HL:ITC", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "mail", "451 MI:SFQ", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "mail", "554 MI:STC", IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { NETEASE, "mail", "450 MI:DMC", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "mail", "450 MI:CEL", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "rcpt", "550 RP:RCL", IS (TOO_MANY_RECIPIENTS), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "rcpt", "550 RP:TRC", IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { NETEASE, "rcpt", "451 RP:QRC", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { NETEASE, "auth", "554 IP is rejected, smtp auth error limit exceed",
    IS (LOGIN_THROTTLED), 180, ACTION (WAIT) },
  { NETEASE, "auth", "451 Requested mail action not taken: too much fail authentication",
    IS (LOGIN_THROTTLED), 180, ACTION (WAIT) },
  { NETEASE, "rcpt", "550 Invalid User", IS (NO_SUCH_MAILBOX), 0, ACTION (FIX_RECIPIENTS) },
  { NETEASE, "data", "550 MI:SPF", IS (DOMAIN_POLICY), 0, ACTION (EDIT_LETTER) },
  { NETEASE, "data", "451 Requested action aborted: local error in processing",
    IS (SERVER_BUSY), 0, ACTION (WAIT) },
  { NETEASE, "data", "552 Illegal Attachment", IS (ATTACHMENT_TYPE), 0, ACTION (EDIT_LETTER) },

  { YAHOO, "mail", "530 5.7.1 Authentication required", IS (AUTH_REQUIRED), 0,
    ACTION (EDIT_ACCOUNT) },
  { YAHOO, "auth", "535 5.7.0 (#AUTH005) Too many bad auth attempts.",
    IS (LOGIN_THROTTLED), 60, ACTION (WAIT) },
  { AOL, "auth", "535 5.7.0 Authentication failed", IS (APP_PASSWORD), 0, ACTION (SIGN_IN) },
  { YAHOO, "mail", "421 4.7.0 [TSS04] Messages from 1.2.3.4 temporarily deferred due to unexpected "
    "volume or user complaints", IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { YAHOO, "data", "554 5.7.9 Message not accepted for policy reasons.",
    IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { YAHOO, "mail", "421 Max message per connection reached, closing transmission channel",
    IS (CONNECTION_CLOSED), 0, ACTION (WAIT) },
  { ICLOUD, "mail", "450 4.7.1 <host>: Helo command rejected: Host not found",
    IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { ICLOUD, "mail", "421 4.7.1 Messages to x deferred due to excessive volume",
    IS (RATE_LIMIT), 60, ACTION (WAIT) },
  { ICLOUD, "data", "550 5.7.1 [CS01] Message rejected due to local policy.",
    IS (SPAM_SUSPECTED), 0, ACTION (EDIT_LETTER) },
  { ICLOUD, "rcpt", "552 5.2.2 user is over quota", IS (MAILBOX_FULL), 0,
    ACTION (FIX_RECIPIENTS) },
  { ICLOUD, "rcpt", "550 5.1.1 inactive email address", IS (NO_SUCH_MAILBOX), 0,
    ACTION (FIX_RECIPIENTS) },
  { SES, "data", "454 Throttling failure: Maximum sending rate exceeded.",
    IS (RATE_LIMIT), 1, ACTION (WAIT) },
  { SES, "data", "454 Throttling failure: Daily message quota exceeded.",
    IS (DAILY_LIMIT), A_DAY, ACTION (WAIT) },
  { SES, "data", "554 Message rejected: Email address is not verified.",
    IS (SENDER_UNVERIFIED), 0, ACTION (RETRY) },

  { OTHER, "data", "421 4.5.0 Bare linefeed (LF) not allowed", IS (PROGRAM_FAULT), 0,
    ACTION (RETRY) },
  { OTHER, "data", "554 5.5.1 Error: no valid recipients", IS (ALL_REFUSED), 0,
    ACTION (FIX_RECIPIENTS) },
  { OTHER, "data", "503 Valid RCPT command must precede BDAT", IS (PROGRAM_FAULT), 0,
    ACTION (RETRY) },
  { OTHER, "mail", "503 sender already given", IS (PROGRAM_FAULT), 0, ACTION (RETRY) },
  { OTHER, "mail", "503 5.5.1 Error: send HELO/EHLO first", IS (PROGRAM_FAULT), 0,
    ACTION (RETRY) },
  { OTHER, "mail", "502 5.5.2 Error: command not recognized", IS (PROGRAM_FAULT), 0,
    ACTION (RETRY) },
  { OTHER, "rcpt", "554 5.7.1 <x@y>: Relay access denied", IS (RELAY_DENIED), 0,
    ACTION (EDIT_ACCOUNT) },
  { OTHER, "mail", "553 5.7.1 <a@b>: Sender address rejected: not owned by user c",
    IS (SENDER_MISMATCH), 0, ACTION (EDIT_LETTER) },
  { OTHER, "rcpt", "550 5.1.1 <x@y>: Recipient address rejected: User unknown in virtual mailbox",
    IS (NO_SUCH_MAILBOX), 0, ACTION (FIX_RECIPIENTS) },
  { OTHER, "rcpt", "450 4.1.1 something in the way", IS (TRY_LATER), 0, ACTION (WAIT) },
  { OTHER, "auth", "535 5.7.8 Error: authentication failed: ", IS (PASSWORD_REFUSED), 0,
    ACTION (SIGN_IN) },
  { OTHER, "auth", "454 4.7.0 Temporary authentication failure: Connection lost",
    IS (AUTH_LATER), 15, ACTION (WAIT) },
  { OTHER, "greeting", "421 4.7.0 too many connections from you", IS (TOO_MANY_CONNECTIONS), 5,
    ACTION (WAIT) },
  { OTHER, "mail", "421 too many messages in this session", IS (RATE_LIMIT), 15, ACTION (WAIT) },
  { OTHER, "final", "550 no, thank you", IS (REFUSED), 0, ACTION (EDIT_LETTER) },
  { OTHER, "final", "452 4.3.1 Insufficient system storage", IS (TRY_LATER), 0, ACTION (WAIT) },
};

typedef struct {
  int code;
  char *enhanced;
  char *text;
} Parsed;

static Parsed
parse (const char *reply)
{
  g_autoptr (GRegex) regex = g_regex_new ("^(\\d{3}) (?:(\\d\\.\\d{1,3}\\.\\d{1,3}) )?(.*)$",
                                          G_REGEX_DOTALL, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *code = NULL;
  Parsed parsed = { 0 };

  g_assert_true (g_regex_match (regex, reply, 0, &match));
  code = g_match_info_fetch (match, 1);
  parsed.code = (int) g_ascii_strtoll (code, NULL, 10);
  parsed.enhanced = g_match_info_fetch (match, 2);
  if (!*parsed.enhanced)
    g_clear_pointer (&parsed.enhanced, g_free);
  parsed.text = g_match_info_fetch (match, 3);
  return parsed;
}

static void
parsed_clear (Parsed *parsed)
{
  g_free (parsed->enhanced);
  g_free (parsed->text);
}

static EnvoiLetterRecord *
make_letter (const ReplyCase *row,
             const Parsed    *parsed)
{
  EnvoiLetterRecord *letter = envoi_letter_record_new ("x");

  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_strdup ("smtp");
  letter->error_code = strcmp (row->phase, "auth") == 0 ? ENVOI_SMTP_ERROR_AUTH_REJECTED
                                                        : ENVOI_SMTP_ERROR_PERMANENT;
  letter->phase = g_strdup (row->phase);
  letter->reply_code = parsed->code;
  letter->reply_enhanced = g_strdup (parsed->enhanced);
  letter->reply_text = g_strdup (parsed->text);
  return letter;
}

static void
test_replies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++) {
    const ReplyCase *row = &replies[i];
    Parsed parsed = parse (row->reply);
    EnvoiReply reply = { row->host, row->phase, parsed.code, parsed.enhanced, parsed.text };
    EnvoiReplyMeaning meaning = { 0 };
    g_autoptr (EnvoiLetterRecord) letter = make_letter (row, &parsed);
    g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (letter, row->host);

    g_test_message ("%s %s: %s", row->host, row->phase, row->reply);
    g_assert_true (envoi_reply_find_meaning (&reply, &meaning));
    g_assert_cmpint (meaning.sentence, ==, row->sentence);
    g_assert_cmpuint (meaning.pause_minutes, ==, row->pause_minutes);
    g_assert_cmpint (problem->action, ==, row->action);
    g_assert_cmpstr (problem->title, ==, envoi_sentence_get_text (row->sentence)->title);

    /* Only our own pages are ever offered; the reply's words are details. */
    g_assert_null (strstr (problem->title, "http"));
    g_assert_null (strstr (problem->body, "http"));
    g_assert_cmpstr (problem->url, ==, envoi_sentence_get_text (row->sentence)->url);
    g_assert_nonnull (strstr (problem->details, parsed.text));

    parsed_clear (&parsed);
  }
}

/* One provider's rule is not another's: a host must end in the provider's domain. */
static void
test_foreign_hosts (void)
{
  static const char *const hosts[] = { "notqq.com", "qq.com.example.org", NULL, "" };
  EnvoiReplyMeaning meaning;

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++) {
    EnvoiReply reply = { hosts[i], "auth", 535, NULL, "Login fail." };

    g_assert_true (envoi_reply_find_meaning (&reply, &meaning));
    g_assert_cmpint (meaning.sentence, ==, ENVOI_SENTENCE_PASSWORD_REFUSED);
  }
}

static void
test_no_reply (void)
{
  EnvoiReply reply = { OTHER, "connect", 0, NULL, NULL };
  EnvoiReplyMeaning meaning;

  g_assert_false (envoi_reply_find_meaning (&reply, &meaning));
}

typedef struct {
  GQuark (*domain)(void);
  int code;
  EnvoiSentence sentence;
  const char *name;       /* "domain.CODE" */
} ErrorCase;

static const ErrorCase errors[] = {
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_UNREACHABLE, IS (UNREACHABLE), "smtp.UNREACHABLE" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_TLS_REQUIRED, IS (TLS_REQUIRED), "smtp.TLS_REQUIRED" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_TLS_UNTRUSTED, IS (TLS_UNTRUSTED),
    "smtp.TLS_UNTRUSTED" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE, IS (AUTH_UNAVAILABLE),
    "smtp.AUTH_UNAVAILABLE" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_AUTH_REJECTED, IS (PASSWORD_REFUSED),
    "smtp.AUTH_REJECTED" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_TRANSIENT, IS (TRY_LATER), "smtp.TRANSIENT" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_PERMANENT, IS (REFUSED), "smtp.PERMANENT" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, IS (ALL_REFUSED),
    "smtp.RECIPIENTS_REJECTED" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_PROTOCOL, IS (PROTOCOL), "smtp.PROTOCOL" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_REFUSED_INPUT, IS (REFUSED_INPUT),
    "smtp.REFUSED_INPUT" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, IS (OUTCOME_UNKNOWN),
    "smtp.OUTCOME_UNKNOWN" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_PROXY_UNUSABLE, IS (PROXY_UNUSABLE),
    "smtp.PROXY_UNUSABLE" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_TOO_LARGE, IS (TOO_LARGE), "smtp.TOO_LARGE" },
  { envoi_smtp_error_quark, ENVOI_SMTP_ERROR_UNSUPPORTED, IS (UNSUPPORTED), "smtp.UNSUPPORTED" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_NO_RECIPIENT, IS (NO_RECIPIENT),
    "message.NO_RECIPIENT" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_BAD_ADDRESS, IS (BAD_ADDRESS),
    "message.BAD_ADDRESS" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
    IS (ATTACHMENT_UNREADABLE), "message.ATTACHMENT_UNREADABLE" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_TOO_LARGE, IS (TOO_LARGE),
    "message.TOO_LARGE" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_UNSAFE_HTML, IS (UNSAFE_HTML),
    "message.UNSAFE_HTML" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_REFUSED_INPUT, IS (REFUSED_INPUT),
    "message.REFUSED_INPUT" },
  { envoi_store_error_quark, ENVOI_STORE_ERROR_CORRUPT, IS (STORE_CORRUPT), "store.CORRUPT" },
  { envoi_store_error_quark, ENVOI_STORE_ERROR_VERSION, IS (STORE_VERSION), "store.VERSION" },
  { envoi_store_error_quark, ENVOI_STORE_ERROR_NO_SPACE, IS (NO_SPACE), "store.NO_SPACE" },
  { envoi_store_error_quark, ENVOI_STORE_ERROR_CONFLICT, IS (CONFLICT), "store.CONFLICT" },
  { envoi_secrets_error_quark, ENVOI_SECRETS_ERROR_UNAVAILABLE, IS (KEYRING_UNAVAILABLE),
    "secrets.UNAVAILABLE" },
  { envoi_secrets_error_quark, ENVOI_SECRETS_ERROR_LOCKED, IS (KEYRING_LOCKED),
    "secrets.LOCKED" },
  { envoi_secrets_error_quark, ENVOI_SECRETS_ERROR_DENIED, IS (KEYRING_DENIED),
    "secrets.DENIED" },
  { envoi_secrets_error_quark, ENVOI_SECRETS_ERROR_NOT_FOUND, IS (KEYRING_LOST),
    "secrets.NOT_FOUND" },
  { envoi_accounts_error_quark, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN, IS (NEEDS_SIGN_IN),
    "accounts.NEEDS_SIGN_IN" },
  { envoi_accounts_error_quark, ENVOI_ACCOUNTS_ERROR_INCOMPLETE, IS (ACCOUNT_INCOMPLETE),
    "accounts.INCOMPLETE" },
  { envoi_accounts_error_quark, ENVOI_ACCOUNTS_ERROR_NOT_FOUND, IS (ACCOUNT_NOT_FOUND),
    "accounts.NOT_FOUND" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_UNREACHABLE, IS (OAUTH_UNREACHABLE),
    "oauth.UNREACHABLE" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_DENIED, IS (OAUTH_DENIED),
    "oauth.DENIED" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_STATE_MISMATCH, IS (OAUTH_STATE),
    "oauth.STATE_MISMATCH" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_GRANT_INVALID, IS (OAUTH_EXPIRED),
    "oauth.GRANT_INVALID" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_SCOPE_MISSING, IS (OAUTH_SCOPE),
    "oauth.SCOPE_MISSING" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_CLIENT_INVALID, IS (OAUTH_CLIENT),
    "oauth.CLIENT_INVALID" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_MALFORMED, IS (OAUTH_MALFORMED),
    "oauth.MALFORMED" },
  { g_io_error_quark, G_IO_ERROR_CANCELLED, IS (CANCELLED), "io.CANCELLED" },
  { g_io_error_quark, G_IO_ERROR_NO_SPACE, IS (NO_SPACE), "io.NO_SPACE" },
  { g_io_error_quark, G_IO_ERROR_BUSY, IS (UNKNOWN), "io.UNKNOWN" },
  { g_option_error_quark, 0, IS (UNKNOWN), "unknown.UNKNOWN" },
};

static void
test_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    const ErrorCase *row = &errors[i];
    g_autoptr (GError) error = g_error_new_literal (row->domain (), row->code, "what it said");
    g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);
    const char *domain = envoi_error_domain_to_string (error->domain);
    g_autofree char *name = g_strdup_printf ("%s.%s", domain,
                                             envoi_error_code_to_string (domain, error->code));

    g_assert_cmpstr (name, ==, row->name);
    g_assert_cmpstr (problem->title, ==, envoi_sentence_get_text (row->sentence)->title);
    g_assert_cmpstr (problem->details, ==, "what it said");
  }
}

static void
test_every_sentence (void)
{
  for (int sentence = 0; sentence < ENVOI_N_SENTENCES; sentence++) {
    const EnvoiSentenceText *text = envoi_sentence_get_text ((EnvoiSentence) sentence);

    g_assert_true (g_str_has_suffix (text->body, "."));
    g_assert_false (g_str_has_suffix (text->title, "."));
    g_assert_true (text->action != ENVOI_PROBLEM_ACTION_OPEN_PAGE ||
                   g_str_has_prefix (text->url, "https://"));
  }
}

/* A TLS failure says so even if the last reply was a friendly one. */
static void
test_letter_error_without_reply (void)
{
  g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("x");
  g_autoptr (EnvoiProblem) problem = NULL;

  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_strdup ("smtp");
  letter->error_code = ENVOI_SMTP_ERROR_TLS_UNTRUSTED;
  letter->error_message = g_strdup ("the certificate is for another host");
  letter->reply_code = 220;
  letter->reply_text = g_strdup ("ready");

  problem = envoi_problem_new_for_letter (letter, OTHER);
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT);
}

/* Every fault of a certificate has a sentence, and every set of faults an advice; the
 * clock is named where it may be to blame, and nothing offers to go on all the same. */
static void
test_certificate (void)
{
  static const struct {
    const char *prose;
    EnvoiCertificateFaults faults;
    const char *what;
    const char *advice;
  } cases[] = {
    { "expired", ENVOI_CERTIFICATE_EXPIRED, "It expired on 27 November 2026.", "clock says" },
    { "too early", ENVOI_CERTIFICATE_NOT_YET_VALID, "not valid before 1 November 2026.",
      "clock says" },
    { "an intermediate that has expired", ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE,
      "its issuer is out of date", "clock says" },
    { "for another name", ENVOI_CERTIFICATE_OTHER_NAME,
      "It is for mail.example.com, not for smtp.example.org.", "Check the server's name" },
    { "for no name", ENVOI_CERTIFICATE_NO_NAME, "for which server", "Check the server's name" },
    { "self-signed", ENVOI_CERTIFICATE_SELF_SIGNED, "vouches for itself", "choose its certificate" },
    { "of a stranger", ENVOI_CERTIFICATE_UNKNOWN_ISSUER, "Nobody whom this computer trusts",
      "choose its certificate" },
    { "of an unfit issuer", ENVOI_CERTIFICATE_ISSUER_UNFIT, "may not issue", "only the server's" },
    { "a false signature", ENVOI_CERTIFICATE_FALSE_SIGNATURE, "signature is false",
      "only the server's owner" },
    { "weak", ENVOI_CERTIFICATE_WEAK, "too weak", "only the server's owner" },
    { "for clients", ENVOI_CERTIFICATE_NOT_FOR_SERVERS, "not meant for servers", "owner" },
    { "strange conditions", ENVOI_CERTIFICATE_UNKNOWN_CONDITION, "conditions", "owner" },
    { "revoked", ENVOI_CERTIFICATE_REVOKED, "has revoked it", "owner" },
    { "not stapled", ENVOI_CERTIFICATE_NO_STATUS, "the server shows none", "owner" },
    { "falsely stapled", ENVOI_CERTIFICATE_FALSE_STATUS, "false or too old", "owner" },
    { "another key", ENVOI_CERTIFICATE_OTHER_KEY, "told to trust", "whether the key was changed" },
    { "something else", ENVOI_CERTIFICATE_UNVERIFIABLE, "cannot be verified", "owner" },
    { "two at once", ENVOI_CERTIFICATE_OTHER_NAME | ENVOI_CERTIFICATE_EXPIRED,
      "not for smtp.example.org. It expired on 27 November 2026.", "Check the server's name" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiCertificateFacts facts = {
      .host = (char *) "smtp.example.org", .names = (char *) "mail.example.com",
      .issuer = (char *) "Example CA", .valid_from = 1793534400, .valid_until = 1795780800,
      .key = (char *) "sha256:0123456789abcdef", .faults = cases[i].faults,
    };
    g_autofree char *lines = envoi_certificate_facts_format (&facts);
    g_autoptr (GError) error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                                            "It cannot be trusted.\n%s", lines);
    g_autoptr (EnvoiProblem) made = envoi_problem_new (error);
    g_autoptr (EnvoiProblem) problem = envoi_problem_copy (made);

    g_test_message ("%s: %s", cases[i].prose, problem->body);
    g_assert_nonnull (strstr (problem->body, cases[i].what));
    g_assert_nonnull (strstr (problem->body, cases[i].advice));
    g_assert_nonnull (strstr (problem->body, "Nothing was sent."));
    g_assert_cmpstr (problem->details, ==, "For: mail.example.com\nIssued by: Example CA\n"
                     "Valid: 1 November 2026 to 27 November 2026\n"
                     "Key (SHA-256): 0123 4567 89AB CDEF");
    g_assert_cmphex (problem->certificate->faults, ==, cases[i].faults);
    g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT);
  }
}

/* Those who were not refused have not got it either, and are not to be lost. */
static void
test_all_or_nobody (void)
{
  g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("x");
  EnvoiRecipientRecord *refused = envoi_recipient_record_new ("no@body.cn");
  g_autoptr (EnvoiProblem) problem = NULL;

  if (!letter->recipients)
    letter->recipients =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  refused->state = ENVOI_RECIPIENT_REFUSED;
  refused->code = 550;
  refused->enhanced = g_strdup ("5.1.1");
  g_ptr_array_add (letter->recipients, refused);
  g_ptr_array_add (letter->recipients, envoi_recipient_record_new ("wei@x.cn"));
  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_strdup ("smtp");
  letter->error_code = ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED;

  problem = envoi_problem_new_for_letter (letter, NULL);
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_EDIT_LETTER);
  g_assert_nonnull (strstr (problem->title, "Nobody"));
}

/* A letter that has too many recipients can go in parts, unless it cannot be divided. */
static void
test_parts (void)
{
  static const struct {
    const char *prose;
    guint n_open;
    guint n_taken;
    guint part_size;
    EnvoiEnvelopeFlags flags;
    EnvoiProblemAction action;
  } cases[] = {
    { "many", 3, 0, 0, ENVOI_ENVELOPE_NONE, ACTION (SEND_IN_PARTS) },
    { "parts that were too large still", 3, 5, 3, ENVOI_ENVELOPE_NONE, ACTION (SEND_IN_PARTS) },
    { "all or nobody", 3, 0, 0, ENVOI_ENVELOPE_ALL_OR_NOTHING, ACTION (EDIT_LETTER) },
    { "one is left", 1, 5, 0, ENVOI_ENVELOPE_NONE, ACTION (EDIT_LETTER) },
    { "one at a time", 3, 0, 1, ENVOI_ENVELOPE_NONE, ACTION (EDIT_LETTER) },
  };
  static const char *const nobody[] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("x");
    g_autoptr (EnvoiProblem) problem = NULL;

    for (guint j = 0; j < cases[i].n_open + cases[i].n_taken; j++) {
      EnvoiRecipientRecord *recipient = envoi_recipient_record_new ("wei@x.cn");

      recipient->state = j < cases[i].n_taken ? ENVOI_RECIPIENT_ACCEPTED : ENVOI_RECIPIENT_PENDING;
      g_ptr_array_add (letter->recipients, recipient);
    }
    letter->envelope = envoi_envelope_new ("a@x.cn", nobody, cases[i].flags, NULL);
    letter->part_size = cases[i].part_size;
    letter->state = ENVOI_LETTER_FAILED;
    letter->error_domain = g_strdup ("smtp");
    letter->error_code = ENVOI_SMTP_ERROR_PERMANENT;
    letter->phase = g_strdup ("data");
    letter->reply_code = 554;
    letter->reply_enhanced = g_strdup ("5.5.3");

    g_test_message ("%s", cases[i].prose);
    problem = envoi_problem_new_for_letter (letter, OTHER);
    g_assert_cmpint (problem->action, ==, cases[i].action);
    g_assert_cmpstr (problem->title, ==, "Too many recipients in one letter");
  }
}

static void
test_letter_states (void)
{
  g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("x");
  EnvoiRecipientRecord *refused = envoi_recipient_record_new ("no@body.cn");
  EnvoiProblem *problem;

  letter->state = ENVOI_LETTER_QUEUED;
  g_assert_null (envoi_problem_new_for_letter (letter, NULL));

  letter->state = ENVOI_LETTER_SENT;
  g_assert_null (envoi_problem_new_for_letter (letter, NULL));

  if (!letter->recipients)
    letter->recipients =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  refused->state = ENVOI_RECIPIENT_REFUSED;
  refused->code = 550;
  refused->enhanced = g_strdup ("5.1.1");
  g_ptr_array_add (letter->recipients, refused);
  problem = envoi_problem_new_for_letter (letter, NULL);
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS);
  envoi_problem_free (problem);

  letter->state = ENVOI_LETTER_UNKNOWN;
  problem = envoi_problem_new_for_letter (letter, NULL);
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_DECIDE);
  envoi_problem_free (problem);

  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_strdup ("smtp");
  letter->error_code = ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED;
  problem = envoi_problem_new_for_letter (letter, NULL);
  g_assert_cmpstr (problem->title, ==,
                   envoi_sentence_get_text (ENVOI_SENTENCE_NO_SUCH_MAILBOX)->title);
  envoi_problem_free (problem);
}

/* Only what others said, or what is translated where it is made, is there to be quoted. */
static void
test_technical (void)
{
  static const struct {
    const char *domain;
    int code;
    int reply_code;
    const char *message;
    gboolean is_technical;
  } cases[] = {
    { "smtp", ENVOI_SMTP_ERROR_UNREACHABLE, 0,
      "The server at mail.example.org, port 587, did not answer in time.", TRUE },
    { "smtp", ENVOI_SMTP_ERROR_TLS_UNTRUSTED, 0,
      "The server at mail.example.org showed no certificate that can be read.", TRUE },
    { "oauth", ENVOI_OAUTH_ERROR_UNREACHABLE, 0, "The provider did not answer.", TRUE },
    { "smtp", ENVOI_SMTP_ERROR_TRANSIENT, 451, "The server refused the letter: 451 later", FALSE },
    { "message", ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE, 0, "“a.pdf” cannot be read.", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("letter");
    g_autoptr (EnvoiProblem) problem = NULL;
    g_autoptr (EnvoiProblem) copy = NULL;

    letter->state = ENVOI_LETTER_FAILED;
    letter->error_domain = g_strdup (cases[i].domain);
    letter->error_code = cases[i].code;
    letter->error_message = g_strdup (cases[i].message);
    letter->reply_code = cases[i].reply_code;
    letter->reply_text = cases[i].reply_code ? g_strdup ("later") : NULL;
    problem = envoi_problem_new_for_letter (letter, NULL);
    copy = envoi_problem_copy (problem);
    g_assert_cmpstr (problem->details, ==, cases[i].reply_code ? "451 later" : cases[i].message);
    g_assert_true (problem->is_technical == cases[i].is_technical);
    g_assert_true (copy->is_technical == cases[i].is_technical);
  }
}

static void
test_copy (void)
{
  g_autoptr (GError) error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_REJECTED, "no");
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);
  g_autoptr (EnvoiProblem) copy = envoi_problem_copy (problem);

  g_assert_cmpstr (copy->title, ==, problem->title);
  g_assert_cmpstr (copy->body, ==, problem->body);
  g_assert_cmpstr (copy->action_label, ==, "Sign In");
  g_assert_cmpstr (copy->details, ==, "no");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/problem/replies", test_replies);
  g_test_add_func ("/envoi/app/problem/foreign-hosts", test_foreign_hosts);
  g_test_add_func ("/envoi/app/problem/no-reply", test_no_reply);
  g_test_add_func ("/envoi/app/problem/errors", test_errors);
  g_test_add_func ("/envoi/app/problem/every-sentence", test_every_sentence);
  g_test_add_func ("/envoi/app/problem/letter-error-without-reply",
                   test_letter_error_without_reply);
  g_test_add_func ("/envoi/app/problem/certificate", test_certificate);
  g_test_add_func ("/envoi/app/problem/all-or-nobody", test_all_or_nobody);
  g_test_add_func ("/envoi/app/problem/parts", test_parts);
  g_test_add_func ("/envoi/app/problem/letter-states", test_letter_states);
  g_test_add_func ("/envoi/app/problem/technical", test_technical);
  g_test_add_func ("/envoi/app/problem/copy", test_copy);
  return g_test_run ();
}
