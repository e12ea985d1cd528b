/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-problem.h"

#include "envoi-certificate-words.h"
#include "envoi-error-names.h"
#include "envoi-problem-replies.h"

#include "envoi-account.h"
#include "envoi-message-error.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"

#include <glib/gi18n.h>
#include <gio/gio.h>

/* What is said of an error where no reply tells more. */
static const struct {
  const char *domain;
  int code;
  EnvoiSentence sentence;
} errors[] = {
  { "smtp", ENVOI_SMTP_ERROR_UNREACHABLE, ENVOI_SENTENCE_UNREACHABLE },
  { "smtp", ENVOI_SMTP_ERROR_TLS_REQUIRED, ENVOI_SENTENCE_TLS_REQUIRED },
  { "smtp", ENVOI_SMTP_ERROR_TLS_UNTRUSTED, ENVOI_SENTENCE_TLS_UNTRUSTED },
  { "smtp", ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE, ENVOI_SENTENCE_AUTH_UNAVAILABLE },
  { "smtp", ENVOI_SMTP_ERROR_AUTH_REJECTED, ENVOI_SENTENCE_PASSWORD_REFUSED },
  { "smtp", ENVOI_SMTP_ERROR_TRANSIENT, ENVOI_SENTENCE_TRY_LATER },
  { "smtp", ENVOI_SMTP_ERROR_PERMANENT, ENVOI_SENTENCE_REFUSED },
  { "smtp", ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, ENVOI_SENTENCE_ALL_REFUSED },
  { "smtp", ENVOI_SMTP_ERROR_PROTOCOL, ENVOI_SENTENCE_PROTOCOL },
  { "smtp", ENVOI_SMTP_ERROR_REFUSED_INPUT, ENVOI_SENTENCE_REFUSED_INPUT },
  { "smtp", ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, ENVOI_SENTENCE_OUTCOME_UNKNOWN },
  { "smtp", ENVOI_SMTP_ERROR_PROXY_UNUSABLE, ENVOI_SENTENCE_PROXY_UNUSABLE },
  { "smtp", ENVOI_SMTP_ERROR_TOO_LARGE, ENVOI_SENTENCE_TOO_LARGE },
  { "smtp", ENVOI_SMTP_ERROR_UNSUPPORTED, ENVOI_SENTENCE_UNSUPPORTED },
  { "message", ENVOI_MESSAGE_ERROR_NO_RECIPIENT, ENVOI_SENTENCE_NO_RECIPIENT },
  { "message", ENVOI_MESSAGE_ERROR_BAD_ADDRESS, ENVOI_SENTENCE_BAD_ADDRESS },
  { "message", ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
    ENVOI_SENTENCE_ATTACHMENT_UNREADABLE },
  { "message", ENVOI_MESSAGE_ERROR_TOO_LARGE, ENVOI_SENTENCE_TOO_LARGE },
  { "message", ENVOI_MESSAGE_ERROR_UNSAFE_HTML, ENVOI_SENTENCE_UNSAFE_HTML },
  { "message", ENVOI_MESSAGE_ERROR_REFUSED_INPUT, ENVOI_SENTENCE_REFUSED_INPUT },
  { "store", ENVOI_STORE_ERROR_CORRUPT, ENVOI_SENTENCE_STORE_CORRUPT },
  { "store", ENVOI_STORE_ERROR_VERSION, ENVOI_SENTENCE_STORE_VERSION },
  { "store", ENVOI_STORE_ERROR_NO_SPACE, ENVOI_SENTENCE_NO_SPACE },
  { "store", ENVOI_STORE_ERROR_CONFLICT, ENVOI_SENTENCE_CONFLICT },
  { "secrets", ENVOI_SECRETS_ERROR_UNAVAILABLE, ENVOI_SENTENCE_KEYRING_UNAVAILABLE },
  { "secrets", ENVOI_SECRETS_ERROR_LOCKED, ENVOI_SENTENCE_KEYRING_LOCKED },
  { "secrets", ENVOI_SECRETS_ERROR_DENIED, ENVOI_SENTENCE_KEYRING_DENIED },
  { "secrets", ENVOI_SECRETS_ERROR_NOT_FOUND, ENVOI_SENTENCE_KEYRING_LOST },
  { "accounts", ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN, ENVOI_SENTENCE_NEEDS_SIGN_IN },
  { "accounts", ENVOI_ACCOUNTS_ERROR_INCOMPLETE, ENVOI_SENTENCE_ACCOUNT_INCOMPLETE },
  { "accounts", ENVOI_ACCOUNTS_ERROR_NOT_FOUND, ENVOI_SENTENCE_ACCOUNT_NOT_FOUND },
  { "accounts", ENVOI_ACCOUNTS_ERROR_DISABLED, ENVOI_SENTENCE_ACCOUNT_DISABLED },
  { "oauth", ENVOI_OAUTH_ERROR_UNREACHABLE, ENVOI_SENTENCE_OAUTH_UNREACHABLE },
  { "oauth", ENVOI_OAUTH_ERROR_DENIED, ENVOI_SENTENCE_OAUTH_DENIED },
  { "oauth", ENVOI_OAUTH_ERROR_STATE_MISMATCH, ENVOI_SENTENCE_OAUTH_STATE },
  { "oauth", ENVOI_OAUTH_ERROR_GRANT_INVALID, ENVOI_SENTENCE_OAUTH_EXPIRED },
  { "oauth", ENVOI_OAUTH_ERROR_SCOPE_MISSING, ENVOI_SENTENCE_OAUTH_SCOPE },
  { "oauth", ENVOI_OAUTH_ERROR_CLIENT_INVALID, ENVOI_SENTENCE_OAUTH_CLIENT },
  { "oauth", ENVOI_OAUTH_ERROR_MALFORMED, ENVOI_SENTENCE_OAUTH_MALFORMED },
  { "io", G_IO_ERROR_CANCELLED, ENVOI_SENTENCE_CANCELLED },
  { "io", G_IO_ERROR_NO_SPACE, ENVOI_SENTENCE_NO_SPACE },
  { "io", G_IO_ERROR_NOT_FOUND, ENVOI_SENTENCE_FILE_NOT_FOUND },
  { "io", G_IO_ERROR_PERMISSION_DENIED, ENVOI_SENTENCE_FILE_FORBIDDEN },
  { "io", G_IO_ERROR_INVALID_DATA, ENVOI_SENTENCE_FILE_UNUSABLE },
  { "io", G_IO_ERROR_IS_DIRECTORY, ENVOI_SENTENCE_FILE_UNUSABLE },
  { "io", G_IO_ERROR_NOT_REGULAR_FILE, ENVOI_SENTENCE_FILE_UNUSABLE },
};

static const char *const action_labels[] = {
  [ENVOI_PROBLEM_ACTION_NONE] = NULL,
  [ENVOI_PROBLEM_ACTION_RETRY] = N_("Try Again"),
  [ENVOI_PROBLEM_ACTION_SIGN_IN] = N_("Sign In"),
  [ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT] = N_("Account Settings"),
  [ENVOI_PROBLEM_ACTION_EDIT_LETTER] = N_("Edit Letter"),
  [ENVOI_PROBLEM_ACTION_COMPRESS] = N_("Compress Attachments"),
  [ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS] = N_("Fix Address and Send"),
  [ENVOI_PROBLEM_ACTION_SEND_IN_PARTS] = N_("Send in Parts"),
  [ENVOI_PROBLEM_ACTION_OPEN_PAGE] = N_("Open Page"),
  [ENVOI_PROBLEM_ACTION_WAIT] = N_("Try Now"),
  [ENVOI_PROBLEM_ACTION_DECIDE] = N_("Send Again"),
};

G_DEFINE_BOXED_TYPE (EnvoiProblem, envoi_problem, envoi_problem_copy, envoi_problem_free)

static EnvoiSentence
find_sentence (const char *domain,
               int         code)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    if (errors[i].code == code && g_strcmp0 (errors[i].domain, domain) == 0)
      return errors[i].sentence;
  }

  return ENVOI_SENTENCE_UNKNOWN;
}

/* A reply explains these codes better than their own sentence does; the others
 * are about something no reply can know. */
static gboolean
is_explained_by_reply (const char *domain,
                       int         code)
{
  if (g_strcmp0 (domain, "smtp") != 0)
    return FALSE;

  switch (code) {
    case ENVOI_SMTP_ERROR_AUTH_REJECTED:
    case ENVOI_SMTP_ERROR_TRANSIENT:
    case ENVOI_SMTP_ERROR_PERMANENT:
    case ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED:
      return TRUE;
    default:
      return FALSE;
  }
}

/* A refused certificate is shown in full: what exactly is wrong, and what to do. */
static void
take_certificate (EnvoiProblem          *self,
                  EnvoiCertificateFacts *facts)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_free (self->body);
  g_free (self->details);
  self->body = envoi_certificate_words_format_body (facts, now);
  self->details = envoi_certificate_words_format_details (facts);
  self->certificate = facts;
}

static EnvoiProblem *
make_problem (EnvoiSentence  sentence,
              char          *details)
{
  const EnvoiSentenceText *text = envoi_sentence_get_text (sentence);
  EnvoiProblem *self = g_new0 (EnvoiProblem, 1);
  const char *label = text->action_label ? text->action_label : action_labels[text->action];
  EnvoiCertificateFacts *facts = NULL;

  self->title = g_strdup (_(text->title));
  self->body = g_strdup (_(text->body));
  self->action = text->action;
  self->action_label = label ? g_strdup (_(label)) : NULL;
  self->url = g_strdup (text->url);
  self->details = details;

  if (sentence == ENVOI_SENTENCE_TLS_UNTRUSTED && details)
    facts = envoi_certificate_facts_parse (details);
  if (facts)
    take_certificate (self, facts);
  return self;
}

static char *
format_reply (int         code,
              const char *enhanced,
              const char *text)
{
  if (code == 0)
    return g_strdup (text);

  return g_strdup_printf ("%d%s%s %s", code, enhanced ? " " : "", enhanced ? enhanced : "",
                          text ? text : "");
}

static char *
make_details (const EnvoiLetterRecord *letter)
{
  g_autofree char *reply = format_reply (letter->reply_code, letter->reply_enhanced,
                                         letter->reply_text);
  gboolean is_about_tls = g_strcmp0 (letter->error_domain, "smtp") == 0 &&
                          letter->error_code == ENVOI_SMTP_ERROR_TLS_UNTRUSTED;

  if (reply && *reply && !is_about_tls)
    return g_steal_pointer (&reply);

  return g_strdup (letter->error_message);
}

/* Where no reply was the reason, the details are what a layer below wrote for whoever looks
* closely. Only what "message" says is about the letter, and worth its place in the card. */
static gboolean
has_technical_details (const EnvoiLetterRecord *letter,
                       const EnvoiProblem      *problem)
{
  return letter->reply_code == 0 && !problem->certificate &&
         g_strcmp0 (letter->error_domain, "message") != 0;
}

static EnvoiProblem *
make_problem_of_letter (const EnvoiLetterRecord *letter,
                        EnvoiSentence            sentence)
{
  EnvoiProblem *self = make_problem (sentence, make_details (letter));

  self->is_technical = has_technical_details (letter, self);
  return self;
}

static const EnvoiRecipientRecord *
find_recipient (const EnvoiLetterRecord *letter,
                EnvoiRecipientState      state)
{
  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (recipient->state == state)
      return recipient;
  }

  return NULL;
}

static gboolean
is_all_or_nothing (const EnvoiLetterRecord *letter)
{
  return letter->envelope &&
         (envoi_envelope_get_flags (letter->envelope) & ENVOI_ENVELOPE_ALL_OR_NOTHING);
}

/* Whether there are several who have not got it, and one may get it before another. */
static gboolean
can_go_in_parts (const EnvoiLetterRecord *letter)
{
  guint n_open = 0;

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    n_open += recipient->state == ENVOI_RECIPIENT_PENDING ||
              recipient->state == ENVOI_RECIPIENT_DEFERRED ||
              recipient->state == ENVOI_RECIPIENT_REFUSED;
  }

  return n_open > 1 && letter->part_size != 1 && !is_all_or_nothing (letter);
}

/* One refusal stopped a letter that goes to all or to nobody. */
static gboolean
is_stopped_for_all (const EnvoiLetterRecord *letter)
{
  if (letter->part_size > 0 || g_strcmp0 (letter->error_domain, "smtp") != 0 ||
      letter->error_code != ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED)
    return FALSE;

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_PENDING)
      return TRUE;
  }

  return FALSE;
}

/* Where every recipient was refused, the first one's reply stands for all. */
static EnvoiReply
get_reply (const EnvoiLetterRecord *letter,
           const char              *host)
{
  const EnvoiRecipientRecord *refused = find_recipient (letter, ENVOI_RECIPIENT_REFUSED);
  EnvoiReply reply = {
    host, letter->phase, letter->reply_code, letter->reply_enhanced, letter->reply_text,
  };

  if (refused && letter->error_code == ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED) {
    reply.phase = "rcpt";
    reply.code = refused->code;
    reply.enhanced = refused->enhanced;
    reply.text = refused->text;
  }

  return reply;
}

/* What came back later is the news; a refusal was told when the letter was sent. */
static EnvoiProblem *
make_problem_of_sent (const EnvoiLetterRecord *letter)
{
  const EnvoiRecipientRecord *returned = find_recipient (letter, ENVOI_RECIPIENT_RETURNED);

  if (returned)
    return make_problem (ENVOI_SENTENCE_RETURNED, g_strdup (returned->text));
  if (find_recipient (letter, ENVOI_RECIPIENT_REFUSED))
    return make_problem_of_letter (letter, ENVOI_SENTENCE_SOME_REFUSED);

  return NULL;
}

EnvoiProblem *
envoi_problem_new (const GError *error)
{
  const char *domain;

  g_return_val_if_fail (error != NULL, NULL);

  domain = envoi_error_domain_to_string (error->domain);
  return make_problem (find_sentence (domain, error->code), g_strdup (error->message));
}

EnvoiProblem *
envoi_problem_new_for_letter (const EnvoiLetterRecord *letter,
                              const char              *host)
{
  EnvoiReplyMeaning meaning = { 0 };
  EnvoiReply reply;

  g_return_val_if_fail (letter != NULL, NULL);

  if (letter->state == ENVOI_LETTER_SENT)
    return make_problem_of_sent (letter);

  if (letter->state == ENVOI_LETTER_UNKNOWN)
    return make_problem_of_letter (letter, ENVOI_SENTENCE_OUTCOME_UNKNOWN);

  if (!letter->error_domain)
    return NULL;

  if (is_stopped_for_all (letter))
    return make_problem_of_letter (letter, ENVOI_SENTENCE_ALL_OR_NOBODY);

  meaning.sentence = find_sentence (letter->error_domain, letter->error_code);
  reply = get_reply (letter, host);
  if (is_explained_by_reply (letter->error_domain, letter->error_code))
    envoi_reply_find_meaning (&reply, &meaning);
  if (meaning.sentence == ENVOI_SENTENCE_TOO_MANY_RECIPIENTS && can_go_in_parts (letter))
    meaning.sentence = ENVOI_SENTENCE_TOO_MANY_AT_ONCE;

  return make_problem_of_letter (letter, meaning.sentence);
}

EnvoiProblem *
envoi_problem_new_for_code (const char *domain,
                            int         code)
{
  return domain ? make_problem (find_sentence (domain, code), NULL) : NULL;
}

EnvoiProblem *
envoi_problem_copy (const EnvoiProblem *self)
{
  EnvoiProblem *copy = g_new0 (EnvoiProblem, 1);

  copy->title = g_strdup (self->title);
  copy->body = g_strdup (self->body);
  copy->action = self->action;
  copy->action_label = g_strdup (self->action_label);
  copy->url = g_strdup (self->url);
  copy->details = g_strdup (self->details);
  copy->is_technical = self->is_technical;
  copy->certificate = self->certificate ? envoi_certificate_facts_copy (self->certificate) : NULL;
  return copy;
}

void
envoi_problem_free (EnvoiProblem *self)
{
  g_free (self->title);
  g_free (self->body);
  g_free (self->action_label);
  g_free (self->url);
  g_free (self->details);
  g_clear_pointer (&self->certificate, envoi_certificate_facts_free);
  g_free (self);
}
