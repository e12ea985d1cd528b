/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-problem-replies.h"

#include <string.h>

/* What providers really answer, and what it means for a person. The first row
 * that fits counts: a provider's own words before its numbers, its numbers
 * before everybody's words, and those before everybody's numbers (RFC 3463,
 * RFC 5248). What no row knows falls to the code's class. */

typedef enum {
  ANYBODY,
  GOOGLE,
  MICROSOFT,
  TENCENT,
  NETEASE,
  YAHOO,
  APPLE,
  AMAZON,
  ALIYUN,
  SINA,
  ZOHO,
  PROTON,
} Family;

static const struct {
  const char *suffix;
  Family family;
} families[] = {
  { "gmail.com", GOOGLE }, { "googlemail.com", GOOGLE }, { "google.com", GOOGLE },
  { "office365.com", MICROSOFT }, { "outlook.com", MICROSOFT }, { "outlook.cn", MICROSOFT },
  { "hotmail.com", MICROSOFT }, { "live.com", MICROSOFT },
  { "qq.com", TENCENT }, { "foxmail.com", TENCENT },
  { "163.com", NETEASE }, { "126.com", NETEASE }, { "yeah.net", NETEASE },
  { "188.com", NETEASE }, { "netease.com", NETEASE },
  { "yahoo.com", YAHOO }, { "aol.com", YAHOO },
  { "me.com", APPLE }, { "icloud.com", APPLE },
  { "amazonaws.com", AMAZON },
  { "aliyun.com", ALIYUN }, { "mxhichina.com", ALIYUN },
  { "sina.com", SINA }, { "sina.cn", SINA }, { "sina.com.cn", SINA },
  { "zoho.com", ZOHO }, { "zoho.eu", ZOHO }, { "zoho.in", ZOHO }, { "zoho.com.au", ZOHO },
  { "zoho.jp", ZOHO }, { "zohocloud.ca", ZOHO }, { "zoho.com.cn", ZOHO },
  { "protonmail.ch", PROTON }, { "proton.me", PROTON },
};

typedef enum {
  BEFORE = 1 << 0,   /* connect, tls, greeting, ehlo */
  AUTH = 1 << 1,
  MAIL = 1 << 2,
  RCPT = 1 << 3,
  BODY = 1 << 4,     /* data, final */
  ALWAYS = BEFORE | AUTH | MAIL | RCPT | BODY,
} Phases;

static const struct {
  const char *name;
  Phases phase;
} phases[] = {
  { "dns", BEFORE }, { "connect", BEFORE }, { "tls", BEFORE }, { "greeting", BEFORE }, { "ehlo", BEFORE },
  { "auth", AUTH }, { "mail", MAIL }, { "rcpt", RCPT }, { "data", BODY }, { "final", BODY },
};

#define MINUTES_A_DAY (24 * 60)

typedef struct {
  Family family;
  Phases phases;
  int code;              /* 0 = any; 4 or 5 = the class */
  const char *enhanced;  /* NULL = any; "4.7.6*" = begins so */
  const char *text;      /* NULL = any; lower case, found anywhere */
  EnvoiSentence sentence;
  guint pause_minutes;
} Row;

#define SAYS(key) ENVOI_SENTENCE_ ## key

static const Row rows[] = {
  /* Google */
  { GOOGLE, AUTH, 535, NULL, "username and password not accepted", SAYS (GOOGLE_PASSWORD) },
  { GOOGLE, AUTH, 534, "5.7.9", NULL, SAYS (GOOGLE_APP_PASSWORD) },
  { GOOGLE, AUTH, 534, NULL, "application-specific password", SAYS (GOOGLE_APP_PASSWORD) },
  { GOOGLE, AUTH, 534, NULL, NULL, SAYS (GOOGLE_CONFIRM) },
  { GOOGLE, AUTH, 454, NULL, "too many login attempts", SAYS (LOGIN_THROTTLED), 15 },
  { GOOGLE, AUTH, 454, "4.5.0", NULL, SAYS (PROGRAM_FAULT) },
  { GOOGLE, AUTH, 4, NULL, NULL, SAYS (AUTH_LATER) },
  { GOOGLE, AUTH, 535, NULL, NULL, SAYS (GOOGLE_PASSWORD) },
  { GOOGLE, ALWAYS, 0, "5.4.5", NULL, SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { GOOGLE, ALWAYS, 0, "4.7.28", NULL, SAYS (RATE_LIMIT), 120 },
  { GOOGLE, ALWAYS, 0, "5.7.28", NULL, SAYS (RATE_LIMIT), 120 },
  { GOOGLE, ALWAYS, 421, NULL, "connection expired", SAYS (CONNECTION_CLOSED) },
  { GOOGLE, ALWAYS, 421, "4.7.0", "unusual rate", SAYS (RATE_LIMIT), 60 },
  { GOOGLE, ALWAYS, 421, NULL, NULL, SAYS (SERVER_BUSY) },
  { GOOGLE, ALWAYS, 451, "4.4.2", NULL, SAYS (CONNECTION_CLOSED) },
  { GOOGLE, ALWAYS, 452, NULL, "size per transaction", SAYS (ONE_AT_A_TIME) },
  { GOOGLE, ALWAYS, 552, NULL, "header value exceeds", SAYS (HEADER_TOO_LARGE) },
  { GOOGLE, ALWAYS, 552, "5.7.0", NULL, SAYS (ATTACHMENT_TYPE) },
  { GOOGLE, ALWAYS, 530, "5.7.0", "starttls", SAYS (WRONG_SECURITY) },
  { GOOGLE, ALWAYS, 454, NULL, "smtp protocol violation", SAYS (PROGRAM_FAULT) },

  /* Microsoft 365 and Outlook.com */
  { MICROSOFT, AUTH, 535, NULL, "basic authentication is disabled",
    SAYS (MICROSOFT_NO_PASSWORDS) },
  { MICROSOFT, AUTH, 535, NULL, "smtpclientauthentication is disabled",
    SAYS (ORGANISATION_OFF) },
  { MICROSOFT, AUTH, 535, NULL, "security defaults policy", SAYS (ORGANISATION_POLICY) },
  { MICROSOFT, AUTH, 535, NULL, "did not meet the criteria", SAYS (ORGANISATION_POLICY) },
  { MICROSOFT, AUTH, 535, NULL, "credentials were incorrect", SAYS (PASSWORD_REFUSED) },
  { MICROSOFT, AUTH, 535, "5.7.139", NULL, SAYS (MICROSOFT_NO_PASSWORDS) },
  { MICROSOFT, AUTH, 535, "5.7.3", NULL, SAYS (TOKEN_REFUSED) },
  { MICROSOFT, AUTH, 501, "5.5.124", NULL, SAYS (PROGRAM_FAULT) },
  { MICROSOFT, ALWAYS, 0, "5.7.30", NULL, SAYS (MICROSOFT_NO_PASSWORDS) },
  { MICROSOFT, ALWAYS, 0, NULL, "basic authentication is not supported",
    SAYS (MICROSOFT_NO_PASSWORDS) },
  { MICROSOFT, ALWAYS, 0, "5.7.57", NULL, SAYS (AUTH_REQUIRED) },
  { MICROSOFT, ALWAYS, 451, NULL, "starttls is required", SAYS (WRONG_SECURITY) },
  { MICROSOFT, ALWAYS, 0, "5.7.60", NULL, SAYS (SENDER_MISMATCH) },
  { MICROSOFT, ALWAYS, 0, "5.2.252", NULL, SAYS (SENDER_MISMATCH) },
  { MICROSOFT, ALWAYS, 0, NULL, "sendasdenied", SAYS (SENDER_MISMATCH) },
  { MICROSOFT, ALWAYS, 0, NULL, "quotaexceeded", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { MICROSOFT, ALWAYS, 432, NULL, "thread limit exceeded", SAYS (TOO_MANY_CONNECTIONS), 1 },
  { MICROSOFT, ALWAYS, 432, NULL, NULL, SAYS (RATE_LIMIT), 1 },
  { MICROSOFT, ALWAYS, 421, NULL, "submission rate", SAYS (RATE_LIMIT), 1 },
  { MICROSOFT, ALWAYS, 0, "5.7.708", NULL, SAYS (NETWORK_BLOCKED) },
  { MICROSOFT, ALWAYS, 0, "5.7.705", NULL, SAYS (ACCOUNT_BLOCKED) },
  { MICROSOFT, ALWAYS, 0, "5.7.50*", NULL, SAYS (ACCOUNT_BLOCKED) },
  { MICROSOFT, ALWAYS, 0, "5.1.8", NULL, SAYS (ACCOUNT_BLOCKED) },
  { MICROSOFT, ALWAYS, 0, "5.7.750", NULL, SAYS (ACCOUNT_BLOCKED) },
  { MICROSOFT, ALWAYS, 552, NULL, "header size exceeds", SAYS (HEADER_TOO_LARGE) },
  { MICROSOFT, ALWAYS, 451, "4.7.5*", NULL, SAYS (RATE_LIMIT), 15 },
  { MICROSOFT, ALWAYS, 451, "4.7.6*", NULL, SAYS (RATE_LIMIT), 15 },
  { MICROSOFT, ALWAYS, 451, "4.7.0", "timeout", SAYS (CONNECTION_CLOSED) },
  { MICROSOFT, ALWAYS, 500, "5.3.3", NULL, SAYS (PROGRAM_FAULT) },

  /* QQ Mail and Tencent's mail for companies */
  { TENCENT, AUTH, 535, NULL, "system busy", SAYS (LOGIN_THROTTLED), 30 },
  { TENCENT, AUTH, 535, NULL, NULL, SAYS (QQ_CODE) },
  { TENCENT, MAIL, 502, NULL, "invalid input from", SAYS (NETWORK_BLOCKED) },
  { TENCENT, ALWAYS, 0, NULL, "\"from\" header is missing", SAYS (PROGRAM_FAULT) },
  { TENCENT, ALWAYS, 0, NULL, "mail content denied", SAYS (SPAM_SUSPECTED) },
  { TENCENT, ALWAYS, 0, NULL, "suspected spam ip", SAYS (NETWORK_BLOCKED) },
  { TENCENT, ALWAYS, 0, NULL, "suspected bounce", SAYS (NETWORK_BLOCKED) },
  { TENCENT, ALWAYS, 0, NULL, "connection denied", SAYS (NETWORK_BLOCKED) },
  { TENCENT, ALWAYS, 0, NULL, "spam", SAYS (SPAM_SUSPECTED) },
  { TENCENT, ALWAYS, 0, NULL, "receiving messages is limited", SAYS (MAILBOX_BUSY) },
  { TENCENT, ALWAYS, 0, NULL, "mailbox unavailable or access denied", SAYS (MAILBOX_BUSY) },
  { TENCENT, ALWAYS, 0, NULL, "rejected by recipients", SAYS (RECIPIENT_REFUSES) },
  { TENCENT, ALWAYS, 0, NULL, "deactivated mailbox", SAYS (NO_SUCH_MAILBOX) },
  { TENCENT, ALWAYS, 0, NULL, "check failed", SAYS (DOMAIN_POLICY) },

  /* NetEase: 163, 126, yeah.net */
  { NETEASE, ALWAYS, 0, NULL, "auth error limit exceed", SAYS (LOGIN_THROTTLED), 180 },
  { NETEASE, ALWAYS, 0, NULL, "too much fail authentication", SAYS (LOGIN_THROTTLED), 180 },
  { NETEASE, ALWAYS, 0, NULL, "err.login.ipdeny", SAYS (ORGANISATION_POLICY) },
  { NETEASE, ALWAYS, 0, NULL, "err.login.domainnotexist", SAYS (RELAY_DENIED) },
  { NETEASE, AUTH, 535, NULL, NULL, SAYS (NETEASE_CODE) },
  { NETEASE, ALWAYS, 550, NULL, "user has no permission", SAYS (SERVICE_OFF) },
  { NETEASE, ALWAYS, 451, NULL, "dt:spm", SAYS (TRY_LATER), 2 },
  { NETEASE, ALWAYS, 0, NULL, "dt:spm", SAYS (SPAM_SUSPECTED) },
  { NETEASE, ALWAYS, 0, NULL, "dt:sum", SAYS (SENDER_MISMATCH) },
  { NETEASE, ALWAYS, 0, NULL, "mi:stc", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { NETEASE, ALWAYS, 0, NULL, "mi:spb", SAYS (ACCOUNT_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "mi:spf", SAYS (DOMAIN_POLICY) },
  { NETEASE, ALWAYS, 0, NULL, "mi:dma", SAYS (DOMAIN_POLICY) },
  { NETEASE, ALWAYS, 0, NULL, "mi:nhd", SAYS (PROGRAM_FAULT) },
  { NETEASE, ALWAYS, 0, NULL, "mi:imf", SAYS (SENDER_MISMATCH) },
  { NETEASE, ALWAYS, 0, NULL, "mi:", SAYS (RATE_LIMIT), 15 },
  { NETEASE, ALWAYS, 0, NULL, "hl:ihu", SAYS (NETWORK_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "hl:ipb", SAYS (NETWORK_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "hl:icc", SAYS (TOO_MANY_CONNECTIONS), 15 },
  { NETEASE, ALWAYS, 0, NULL, "hl:", SAYS (RATE_LIMIT), 15 },
  { NETEASE, ALWAYS, 0, NULL, "rp:rcl", SAYS (TOO_MANY_RECIPIENTS) },
  { NETEASE, ALWAYS, 0, NULL, "too much recipient", SAYS (TOO_MANY_RECIPIENTS) },
  { NETEASE, ALWAYS, 0, NULL, "rp:trc", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { NETEASE, ALWAYS, 0, NULL, "rp:frl", SAYS (RELAY_DENIED) },
  { NETEASE, ALWAYS, 4, NULL, "rp:", SAYS (RATE_LIMIT), 15 },
  { NETEASE, ALWAYS, 0, NULL, "dt:rbl", SAYS (NETWORK_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "wm:bli", SAYS (NETWORK_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "wm:blu", SAYS (ACCOUNT_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "ip in blacklist", SAYS (NETWORK_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "user in blacklist", SAYS (ACCOUNT_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "user suspended", SAYS (ACCOUNT_BLOCKED) },
  { NETEASE, ALWAYS, 0, NULL, "illegal attachment", SAYS (ATTACHMENT_TYPE) },
  { NETEASE, ALWAYS, 0, NULL, "null sender", SAYS (PROGRAM_FAULT) },
  { NETEASE, ALWAYS, 0, NULL, "local user only", SAYS (RELAY_DENIED) },
  { NETEASE, ALWAYS, 0, NULL, "no smtp mx only", SAYS (RELAY_DENIED) },
  { NETEASE, ALWAYS, 451, NULL, NULL, SAYS (SERVER_BUSY) },

  /* Yahoo, AOL, Apple, Amazon, Aliyun, Sina, Zoho, Proton */
  { YAHOO, AUTH, 535, NULL, "too many bad auth", SAYS (LOGIN_THROTTLED), 60 },
  { YAHOO, AUTH, 535, NULL, NULL, SAYS (APP_PASSWORD) },
  { YAHOO, ALWAYS, 421, NULL, "max message per connection", SAYS (CONNECTION_CLOSED) },
  { YAHOO, ALWAYS, 0, NULL, "[tss", SAYS (RATE_LIMIT), 60 },
  { YAHOO, ALWAYS, 554, "5.7.9", NULL, SAYS (SPAM_SUSPECTED) },
  { APPLE, AUTH, 535, NULL, NULL, SAYS (APP_PASSWORD) },
  { APPLE, ALWAYS, 0, NULL, "helo command rejected", SAYS (PROGRAM_FAULT) },
  { APPLE, ALWAYS, 0, NULL, "excessive volume", SAYS (RATE_LIMIT), 60 },
  { APPLE, ALWAYS, 0, NULL, "daily sending limit", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { APPLE, ALWAYS, 0, NULL, "local policy", SAYS (SPAM_SUSPECTED) },
  { APPLE, ALWAYS, 0, NULL, "inactive email address", SAYS (NO_SUCH_MAILBOX) },
  { AMAZON, ALWAYS, 454, NULL, "daily message quota", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { AMAZON, ALWAYS, 454, NULL, NULL, SAYS (RATE_LIMIT), 1 },
  { AMAZON, ALWAYS, 554, NULL, "not verified", SAYS (SENDER_UNVERIFIED) },
  { ALIYUN, AUTH, 526, NULL, NULL, SAYS (APP_PASSWORD) },
  { ALIYUN, ALWAYS, 454, NULL, NULL, SAYS (RATE_LIMIT), 15 },
  { ALIYUN, ALWAYS, 554, NULL, "behaviour spam", SAYS (ACCOUNT_BLOCKED) },
  { SINA, AUTH, 535, NULL, NULL, SAYS (SINA_CODE) },
  { SINA, ALWAYS, 553, NULL, "sender mismatch", SAYS (SENDER_MISMATCH) },
  { ZOHO, AUTH, 535, NULL, NULL, SAYS (APP_PASSWORD) },
  { PROTON, MAIL, 553, "5.7.1", NULL, SAYS (SENDER_MISMATCH) },

  /* Anybody's words */
  { ANYBODY, AUTH, 0, NULL, "too many login", SAYS (LOGIN_THROTTLED), 15 },
  { ANYBODY, AUTH, 0, NULL, "too many bad auth", SAYS (LOGIN_THROTTLED), 60 },
  { ANYBODY, AUTH, 535, NULL, "authorization code", SAYS (QQ_CODE) },
  { ANYBODY, AUTH, 535, NULL, "system busy", SAYS (LOGIN_THROTTLED), 30 },
  { ANYBODY, AUTH, 0, NULL, "application-specific password", SAYS (APP_PASSWORD) },
  { ANYBODY, AUTH, 0, NULL, "app password", SAYS (APP_PASSWORD) },
  { ANYBODY, BEFORE | MAIL | RCPT | BODY, 0, NULL, "frequency limited", SAYS (RATE_LIMIT), 60 },
  { ANYBODY, ALWAYS, 0, NULL, "must issue a starttls", SAYS (WRONG_SECURITY) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "must be same as authorization user",
    SAYS (SENDER_MISMATCH) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "must equal authorized user",
    SAYS (SENDER_MISMATCH) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "not owned by", SAYS (SENDER_MISMATCH) },
  { ANYBODY, MAIL | RCPT | BODY, 553, NULL, "sender address rejected", SAYS (SENDER_MISMATCH) },
  { ANYBODY, ALWAYS, 0, NULL, "authentication is required", SAYS (AUTH_REQUIRED) },
  { ANYBODY, ALWAYS, 530, NULL, "authentication required", SAYS (AUTH_REQUIRED) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "relay access denied", SAYS (RELAY_DENIED) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "relay not permitted", SAYS (RELAY_DENIED) },
  { ANYBODY, MAIL | RCPT | BODY, 0, NULL, "relaying denied", SAYS (RELAY_DENIED) },
  { ANYBODY, ALWAYS, 0, NULL, "dmarc", SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 4, NULL, "too many connections", SAYS (TOO_MANY_CONNECTIONS), 5 },
  { ANYBODY, ALWAYS, 421, NULL, "too many", SAYS (RATE_LIMIT), 15 },
  { ANYBODY, ALWAYS, 0, NULL, "sending limit exceeded", SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { ANYBODY, ALWAYS, 0, NULL, "sending rate", SAYS (RATE_LIMIT), 5 },
  { ANYBODY, RCPT | BODY, 0, NULL, "mailbox not found", SAYS (NO_SUCH_MAILBOX) },
  { ANYBODY, RCPT | BODY, 0, NULL, "invalid user", SAYS (NO_SUCH_MAILBOX) },
  { ANYBODY, RCPT | BODY, 0, NULL, "user unknown", SAYS (NO_SUCH_MAILBOX) },
  { ANYBODY, RCPT | BODY, 0, NULL, "bad address syntax", SAYS (BAD_RECIPIENT) },
  { ANYBODY, RCPT | BODY, 0, NULL, "no valid recipients", SAYS (ALL_REFUSED) },
  { ANYBODY, RCPT | BODY, 0, NULL, "out of storage", SAYS (MAILBOX_FULL) },
  { ANYBODY, RCPT | BODY, 0, NULL, "over quota", SAYS (MAILBOX_FULL) },
  { ANYBODY, ALWAYS, 0, NULL, "message too large", SAYS (TOO_LARGE) },
  { ANYBODY, ALWAYS, 0, NULL, "mailsize limit", SAYS (TOO_LARGE) },
  { ANYBODY, ALWAYS, 0, NULL, "bare linefeed", SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 503, NULL, NULL, SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 502, NULL, "not recognized", SAYS (PROGRAM_FAULT) },

  /* Anybody's numbers */
  { ANYBODY, AUTH, 432, NULL, NULL, SAYS (AUTH_LATER), 15 },
  { ANYBODY, AUTH, 454, NULL, NULL, SAYS (AUTH_LATER), 15 },
  { ANYBODY, AUTH, 421, "4.7.0", NULL, SAYS (LOGIN_THROTTLED), 15 },
  { ANYBODY, ALWAYS, 0, "5.4.5", NULL, SAYS (DAILY_LIMIT), MINUTES_A_DAY },
  { ANYBODY, MAIL | RCPT | BODY, 432, NULL, NULL, SAYS (RATE_LIMIT), 1 },
  { ANYBODY, MAIL | RCPT | BODY, 454, NULL, NULL, SAYS (RATE_LIMIT), 5 },
  { ANYBODY, MAIL | RCPT | BODY, 0, "4.7.0", NULL, SAYS (RATE_LIMIT), 15 },
  { ANYBODY, ALWAYS, 0, "5.7.8", NULL, SAYS (PASSWORD_REFUSED) },
  { ANYBODY, ALWAYS, 0, "5.7.9", NULL, SAYS (AUTH_UNAVAILABLE) },
  { ANYBODY, ALWAYS, 0, "5.7.10", NULL, SAYS (WRONG_SECURITY) },
  { ANYBODY, ALWAYS, 0, "5.7.11", NULL, SAYS (WRONG_SECURITY) },
  { ANYBODY, ALWAYS, 0, "5.7.13", NULL, SAYS (ACCOUNT_BLOCKED) },
  { ANYBODY, ALWAYS, 0, "4.7.12", NULL, SAYS (AUTH_LATER) },
  { ANYBODY, ALWAYS, 0, "5.5.6", NULL, SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 0, "5.7.20", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.21", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.22", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.23", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.24", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.25", NULL, SAYS (NETWORK_BLOCKED) },
  { ANYBODY, ALWAYS, 0, "5.7.26", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.27", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, ALWAYS, 0, "5.7.29", NULL, SAYS (DOMAIN_POLICY) },
  { ANYBODY, MAIL, 0, "5.1.7", NULL, SAYS (SENDER_MISMATCH) },
  { ANYBODY, MAIL, 0, "5.1.8", NULL, SAYS (SENDER_MISMATCH) },
  { ANYBODY, ALWAYS, 0, "5.5.3", NULL, SAYS (TOO_MANY_RECIPIENTS) },
  { ANYBODY, ALWAYS, 0, "4.5.3", NULL, SAYS (TOO_MANY_RECIPIENTS) },
  { ANYBODY, ALWAYS, 0, "5.2.3", NULL, SAYS (TOO_LARGE) },
  { ANYBODY, ALWAYS, 0, "5.3.4", NULL, SAYS (TOO_LARGE) },
  { ANYBODY, RCPT | BODY, 0, "5.1.3", NULL, SAYS (BAD_RECIPIENT) },
  { ANYBODY, RCPT | BODY, 0, "5.1.*", NULL, SAYS (NO_SUCH_MAILBOX) },
  { ANYBODY, RCPT | BODY, 0, "4.2.1", NULL, SAYS (MAILBOX_BUSY) },
  { ANYBODY, RCPT | BODY, 0, "5.2.1", NULL, SAYS (NO_SUCH_MAILBOX) },
  { ANYBODY, RCPT | BODY, 0, "4.2.2", NULL, SAYS (MAILBOX_FULL) },
  { ANYBODY, RCPT | BODY, 0, "5.2.2", NULL, SAYS (MAILBOX_FULL) },
  { ANYBODY, BODY, 552, NULL, NULL, SAYS (TOO_LARGE) },
  { ANYBODY, MAIL, 552, NULL, NULL, SAYS (TOO_LARGE) },
  { ANYBODY, RCPT, 552, NULL, NULL, SAYS (MAILBOX_FULL) },
  { ANYBODY, ALWAYS, 501, "5.5.4", NULL, SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 555, NULL, NULL, SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 500, NULL, NULL, SAYS (PROGRAM_FAULT) },
  { ANYBODY, ALWAYS, 451, "4.4.2", NULL, SAYS (CONNECTION_CLOSED) },
  { ANYBODY, ALWAYS, 421, NULL, NULL, SAYS (SERVER_BUSY) },
  { ANYBODY, BODY, 0, "5.6.*", NULL, SAYS (REFUSED) },
  { ANYBODY, RCPT, 550, "5.7.1", NULL, SAYS (RECIPIENT_REFUSES) },

  /* The class of the code, where the phase says what it is about */
  { ANYBODY, AUTH, 4, NULL, NULL, SAYS (AUTH_LATER) },
  { ANYBODY, AUTH, 5, NULL, NULL, SAYS (PASSWORD_REFUSED) },
  { ANYBODY, ALWAYS, 4, NULL, NULL, SAYS (TRY_LATER) },
  { ANYBODY, RCPT, 5, NULL, NULL, SAYS (ALL_REFUSED) },
  { ANYBODY, MAIL | BODY, 5, NULL, NULL, SAYS (REFUSED) },
};

static Family
find_family (const char *host)
{
  g_autofree char *lower = host ? g_ascii_strdown (host, -1) : NULL;

  for (guint i = 0; lower && i < G_N_ELEMENTS (families); i++) {
    gsize length = strlen (lower);
    gsize suffix_length = strlen (families[i].suffix);

    if (g_str_has_suffix (lower, families[i].suffix) &&
        (length == suffix_length || lower[length - suffix_length - 1] == '.'))
      return families[i].family;
  }

  return ANYBODY;
}

static Phases
find_phase (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++) {
    if (g_strcmp0 (phases[i].name, name) == 0)
      return phases[i].phase;
  }

  return ALWAYS;
}

/* Lower case and one blank between words: replies are wrapped and cased at whim. */
static char *
normalise (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text ? text : "", -1);
  GString *normal = g_string_new (NULL);

  for (const char *p = lower; *p; p++) {
    gboolean is_blank = g_ascii_isspace (*p);

    if (!is_blank)
      g_string_append_c (normal, *p);
    else if (normal->len > 0 && normal->str[normal->len - 1] != ' ')
      g_string_append_c (normal, ' ');
  }

  return g_string_free (normal, FALSE);
}

static gboolean
has_code (const Row *row,
          int        code)
{
  if (row->code == 0)
    return TRUE;

  return row->code < 10 ? row->code == code / 100 : row->code == code;
}

static gboolean
has_enhanced (const Row  *row,
              const char *enhanced)
{
  gsize length = row->enhanced ? strlen (row->enhanced) : 0;

  if (length == 0)
    return TRUE;
  if (!enhanced)
    return FALSE;

  if (row->enhanced[length - 1] == '*')
    return strncmp (row->enhanced, enhanced, length - 1) == 0;

  return strcmp (row->enhanced, enhanced) == 0;
}

gboolean
envoi_reply_find_meaning (const EnvoiReply  *reply,
                          EnvoiReplyMeaning *meaning)
{
  g_autofree char *text = normalise (reply->text);
  Family family = find_family (reply->host);
  Phases phase = find_phase (reply->phase);

  if (reply->code == 0)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];

    if ((row->family == ANYBODY || row->family == family) && (row->phases & phase) != 0 &&
        has_code (row, reply->code) && has_enhanced (row, reply->enhanced) &&
        (!row->text || strstr (text, row->text))) {
      meaning->sentence = row->sentence;
      meaning->pause_minutes = row->pause_minutes;
      return TRUE;
    }
  }

  return FALSE;
}
