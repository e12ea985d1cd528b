/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-delivery-map.h"

#include "envoi-error-names.h"
#include "envoi-problem-replies.h"

#include "envoi-account.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"

#define USEC_PER_MINUTE (60 * G_USEC_PER_SEC)

static const struct {
  EnvoiSmtpError error;
  EnvoiDeliveryResult result;
} results[] = {
  { ENVOI_SMTP_ERROR_UNREACHABLE, ENVOI_DELIVERY_LATER },
  { ENVOI_SMTP_ERROR_TLS_REQUIRED, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_TLS_UNTRUSTED, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_AUTH_REJECTED, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_TRANSIENT, ENVOI_DELIVERY_LATER },
  { ENVOI_SMTP_ERROR_PERMANENT, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, ENVOI_DELIVERY_REFUSED },
  /* A server that babbles once is given another chance; the retry policy ends it. */
  { ENVOI_SMTP_ERROR_PROTOCOL, ENVOI_DELIVERY_LATER },
  { ENVOI_SMTP_ERROR_REFUSED_INPUT, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, ENVOI_DELIVERY_UNKNOWN },
  /* Another network has another proxy, or none. */
  { ENVOI_SMTP_ERROR_PROXY_UNUSABLE, ENVOI_DELIVERY_LATER },
  { ENVOI_SMTP_ERROR_TOO_LARGE, ENVOI_DELIVERY_REFUSED },
  { ENVOI_SMTP_ERROR_UNSUPPORTED, ENVOI_DELIVERY_REFUSED },
};

static EnvoiDeliveryResult
get_smtp_result (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (results); i++) {
    if ((int) results[i].error == code)
      return results[i].result;
  }

  return ENVOI_DELIVERY_REFUSED;
}

/* What stands in the way on this computer goes by itself or by the person's
 * help with the keyring; what is wrong with the letter or account does not. */
static EnvoiDeliveryResult
get_local_result (const GError *error)
{
  if (error->domain == ENVOI_SMTP_ERROR)
    return get_smtp_result (error->code);

  if (g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE) ||
      g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED))
    return ENVOI_DELIVERY_LATER;

  /* The person who turned the account off can turn it on. */
  if (g_error_matches (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_DISABLED))
    return ENVOI_DELIVERY_LATER;

  if (error->domain == ENVOI_SECRETS_ERROR || error->domain == ENVOI_STORE_ERROR)
    return ENVOI_DELIVERY_LATER;

  return ENVOI_DELIVERY_REFUSED;
}

static void
set_error (EnvoiDeliveryOutcome *self,
           const GError         *error)
{
  self->error_domain = g_strdup (envoi_error_domain_to_string (error->domain));
  self->error_code = error->code;
  self->error_message = g_strdup (error->message);
}

static EnvoiRecipientState
get_recipient_state (EnvoiSmtpRecipientState state,
                     EnvoiDeliveryResult     result)
{
  switch (state) {
    case ENVOI_SMTP_RECIPIENT_ACCEPTED:
      return ENVOI_RECIPIENT_ACCEPTED;
    case ENVOI_SMTP_RECIPIENT_DEFERRED:
      return ENVOI_RECIPIENT_DEFERRED;
    case ENVOI_SMTP_RECIPIENT_REFUSED:
      return ENVOI_RECIPIENT_REFUSED;
    case ENVOI_SMTP_RECIPIENT_PENDING:
    default:
      return result == ENVOI_DELIVERY_UNKNOWN ? ENVOI_RECIPIENT_UNKNOWN : ENVOI_RECIPIENT_PENDING;
  }
}

static void
copy_recipients (EnvoiDeliveryOutcome   *self,
                 const EnvoiSmtpOutcome *outcome)
{
  if (!self->recipients)
    self->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);

  for (guint i = 0; outcome->recipients && i < outcome->recipients->len; i++) {
    const EnvoiSmtpRecipientResult *from = g_ptr_array_index (outcome->recipients, i);
    EnvoiRecipientRecord *to = envoi_recipient_record_new (from->address);

    to->state = get_recipient_state (from->state, self->result);
    to->code = from->code;
    to->enhanced = g_strdup (from->enhanced);
    to->text = g_strdup (from->text);
    g_ptr_array_add (self->recipients, to);
  }
}

static gboolean
can_be_throttle (const GError *error)
{
  return error->domain == ENVOI_SMTP_ERROR &&
         (error->code == ENVOI_SMTP_ERROR_AUTH_REJECTED ||
          error->code == ENVOI_SMTP_ERROR_TRANSIENT ||
          error->code == ENVOI_SMTP_ERROR_PERMANENT ||
          error->code == ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED);
}

static gboolean
is_too_many (const EnvoiSmtpRecipientResult *recipient,
             const char                     *host)
{
  EnvoiReplyMeaning meaning = { 0 };
  EnvoiReply reply = { host, "rcpt", recipient->code, recipient->enhanced, recipient->text };

  return envoi_reply_find_meaning (&reply, &meaning) &&
         meaning.sentence == ENVOI_SENTENCE_TOO_MANY_RECIPIENTS;
}

/* A server that takes some and says that the others are too many takes those in another
 * letter, whatever the class of its code (RFC 5321 section 4.5.3.1.10). */
static void
put_off_too_many (EnvoiDeliveryOutcome   *self,
                  const EnvoiSmtpOutcome *outcome,
                  const char             *host)
{
  for (guint i = 0; i < self->recipients->len; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (self->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_REFUSED &&
        is_too_many (g_ptr_array_index (outcome->recipients, i), host))
      recipient->state = ENVOI_RECIPIENT_DEFERRED;
  }
}

/* Refused for who they are, not for how many. */
static gboolean
is_about_recipients (const EnvoiSmtpOutcome *outcome,
                     const char             *host)
{
  if (!g_error_matches (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED))
    return FALSE;

  for (guint i = 0; outcome->recipients && i < outcome->recipients->len; i++) {
    if (is_too_many (g_ptr_array_index (outcome->recipients, i), host))
      return FALSE;
  }

  return TRUE;
}

/* A throttle is a throttle whatever its code's class says: "550 5.4.5". */
static void
heed_throttle (EnvoiDeliveryOutcome   *self,
               const EnvoiSmtpOutcome *outcome,
               const char             *host,
               gint64                  now)
{
  EnvoiReplyMeaning meaning;
  EnvoiReply reply = {
    host, envoi_smtp_phase_to_string (outcome->phase), outcome->code, outcome->enhanced,
    outcome->text,
  };

  if (!can_be_throttle (outcome->error) || !envoi_reply_find_meaning (&reply, &meaning))
    return;

  if (meaning.pause_minutes > 0) {
    self->result = ENVOI_DELIVERY_LATER;
    self->retry_after = now + (gint64) meaning.pause_minutes * USEC_PER_MINUTE;
    self->pauses_account = TRUE;
  }
}

EnvoiDeliveryOutcome *
envoi_delivery_outcome_new_from_smtp (const EnvoiSmtpOutcome *outcome,
                                      const char             *host,
                                      gint64                  now)
{
  const GError *error = outcome->error;
  EnvoiDeliveryOutcome *self = envoi_delivery_outcome_new (ENVOI_DELIVERY_SENT);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->result = ENVOI_DELIVERY_CANCELLED;
  else if (error)
    self->result = get_local_result (error);

  if (error)
    heed_throttle (self, outcome, host, now);
  if (error)
    set_error (self, error);

  self->phase = g_strdup (envoi_smtp_phase_to_string (outcome->phase));
  self->reply_code = outcome->code;
  self->reply_enhanced = g_strdup (outcome->enhanced);
  self->reply_text = g_strdup (outcome->text);
  self->transcript = g_strdup (outcome->transcript);
  self->lacks_receipt = outcome->lacks_notices;
  copy_recipients (self, outcome);
  if (error)
    self->is_about_recipients = is_about_recipients (outcome, host);
  else
    put_off_too_many (self, outcome, host);
  return self;
}

EnvoiDeliveryOutcome *
envoi_delivery_outcome_new_from_error (const GError *error)
{
  gboolean is_cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  EnvoiDeliveryOutcome *self =
    envoi_delivery_outcome_new (is_cancelled ? ENVOI_DELIVERY_CANCELLED
                                             : get_local_result (error));

  set_error (self, error);
  return self;
}
