/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-delivery-map.h"

#include "envoi-account.h"
#include "envoi-message-error.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"
#include "envoi-test.h"

#define NOW (G_GINT64_CONSTANT (1000) * G_USEC_PER_SEC)
#define MINUTE (60 * G_USEC_PER_SEC)
#define RESULT(name) ENVOI_DELIVERY_ ## name
#define ERROR(name) ENVOI_SMTP_ERROR_ ## name
#define PHASE(name) ENVOI_SMTP_PHASE_ ## name

typedef struct {
  const char *host;
  EnvoiSmtpError error;
  EnvoiSmtpPhase phase;
  int code;
  const char *enhanced;
  const char *text;
  EnvoiDeliveryResult result;
  guint pause_minutes;
} MapCase;

static const MapCase cases[] = {
  { "mail.x.cn", ERROR (UNREACHABLE), PHASE (CONNECT), 0, NULL, NULL, RESULT (LATER), 0 },
  { "mail.x.cn", ERROR (TLS_REQUIRED), PHASE (EHLO), 0, NULL, NULL, RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (TLS_UNTRUSTED), PHASE (TLS), 0, NULL, NULL, RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (AUTH_UNAVAILABLE), PHASE (AUTH), 0, NULL, NULL, RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (AUTH_REJECTED), PHASE (AUTH), 535, "5.7.8", "no", RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (TRANSIENT), PHASE (RCPT), 451, "4.3.2", "busy", RESULT (LATER), 0 },
  { "mail.x.cn", ERROR (PERMANENT), PHASE (DATA), 554, "5.6.0", "no", RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (RECIPIENTS_REJECTED), PHASE (RCPT), 550, "5.1.1", "who?",
    RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (PROTOCOL), PHASE (EHLO), 0, NULL, NULL, RESULT (LATER), 0 },
  { "mail.x.cn", ERROR (REFUSED_INPUT), PHASE (MAIL), 0, NULL, NULL, RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (OUTCOME_UNKNOWN), PHASE (FINAL), 0, NULL, NULL, RESULT (UNKNOWN), 0 },
  { "mail.x.cn", ERROR (PROXY_UNUSABLE), PHASE (CONNECT), 0, NULL, NULL, RESULT (LATER), 0 },
  { "mail.x.cn", ERROR (TOO_LARGE), PHASE (MAIL), 0, NULL, NULL, RESULT (REFUSED), 0 },
  { "mail.x.cn", ERROR (UNSUPPORTED), PHASE (MAIL), 0, NULL, NULL, RESULT (REFUSED), 0 },

  /* Throttles, whatever their class says */
  { "smtp.gmail.com", ERROR (PERMANENT), PHASE (DATA), 550, "5.4.5",
    "Daily user sending limit exceeded", RESULT (LATER), 24 * 60 },
  { "smtp.qq.com", ERROR (PERMANENT), PHASE (MAIL), 550, NULL, "Sender frequency limited",
    RESULT (LATER), 60 },
  { "smtp.163.com", ERROR (TRANSIENT), PHASE (MAIL), 451, NULL, "MI:SFQ", RESULT (LATER), 15 },
  { "mail.x.cn", ERROR (TRANSIENT), PHASE (MAIL), 421, NULL, "too many messages",
    RESULT (LATER), 15 },
  { "mail.x.cn", ERROR (TRANSIENT), PHASE (AUTH), 454, "4.7.0", "later", RESULT (LATER), 15 },
  { "smtp.office365.com", ERROR (TRANSIENT), PHASE (MAIL), 432, "4.3.2",
    "sender thread limit exceeded", RESULT (LATER), 1 },
  { "smtp.exmail.qq.com", ERROR (AUTH_REJECTED), PHASE (AUTH), 535, NULL,
    "Error: authentication failed, system busy", RESULT (LATER), 30 },

  /* This one names a throttle among its guesses, but a wrong code is the likely one. */
  { "smtp.qq.com", ERROR (AUTH_REJECTED), PHASE (AUTH), 535, NULL,
    "Login fail. Account is abnormal, password is incorrect, login frequency limited",
    RESULT (REFUSED), 0 },

  /* What may have been delivered is never turned into another try. */
  { "smtp.163.com", ERROR (OUTCOME_UNKNOWN), PHASE (FINAL), 451, NULL, "MI:SFQ",
    RESULT (UNKNOWN), 0 },
};

static void
test_results (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const MapCase *row = &cases[i];
    g_autoptr (GError) error = g_error_new_literal (ENVOI_SMTP_ERROR, row->error, "why");
    EnvoiSmtpOutcome outcome = {
      .error = error, .phase = row->phase, .code = row->code, .enhanced = (char *) row->enhanced,
      .text = (char *) row->text, .transcript = (char *) "C: EHLO",
    };
    g_autoptr (EnvoiDeliveryOutcome) mapped =
      envoi_delivery_outcome_new_from_smtp (&outcome, row->host, NOW);

    g_test_message ("row %u", i);
    g_assert_cmpint (mapped->result, ==, row->result);
    g_assert_cmpint (mapped->pauses_account, ==, row->pause_minutes > 0);
    g_assert_cmpint (mapped->retry_after, ==,
                     row->pause_minutes > 0 ? NOW + (gint64) row->pause_minutes * MINUTE : 0);
    g_assert_cmpstr (mapped->error_domain, ==, "smtp");
    g_assert_cmpint (mapped->error_code, ==, row->error);
    g_assert_cmpstr (mapped->error_message, ==, "why");
    g_assert_cmpstr (mapped->phase, ==, envoi_smtp_phase_to_string (row->phase));
    g_assert_cmpint (mapped->reply_code, ==, row->code);
    g_assert_cmpstr (mapped->reply_text, ==, row->text);
    g_assert_cmpstr (mapped->transcript, ==, "C: EHLO");
  }
}

static GPtrArray *
make_recipients (void)
{
  static EnvoiSmtpRecipientResult results[] = {
    { (char *) "a@x.cn", ENVOI_SMTP_RECIPIENT_ACCEPTED, 250, NULL, (char *) "ok" },
    { (char *) "b@x.cn", ENVOI_SMTP_RECIPIENT_DEFERRED, 451, (char *) "4.3.2", NULL },
    { (char *) "c@x.cn", ENVOI_SMTP_RECIPIENT_REFUSED, 550, (char *) "5.1.1", NULL },
    { (char *) "d@x.cn", ENVOI_SMTP_RECIPIENT_PENDING, 0, NULL, NULL },
  };
  GPtrArray *recipients = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_ptr_array_add (recipients, &results[i]);
  return recipients;
}

static EnvoiRecipientState
get_state (EnvoiDeliveryOutcome *outcome,
           guint                 i)
{
  return ((EnvoiRecipientRecord *) g_ptr_array_index (outcome->recipients, i))->state;
}

static void
test_recipients (void)
{
  g_autoptr (GPtrArray) recipients = make_recipients ();
  g_autoptr (GError) error = g_error_new_literal (ENVOI_SMTP_ERROR,
                                                  ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, "lost");
  EnvoiSmtpOutcome sent = { .phase = ENVOI_SMTP_PHASE_FINAL, .code = 250,
                            .recipients = recipients, .lacks_notices = TRUE };
  EnvoiSmtpOutcome lost = { .phase = ENVOI_SMTP_PHASE_FINAL, .error = error,
                            .recipients = recipients };
  g_autoptr (EnvoiDeliveryOutcome) good =
    envoi_delivery_outcome_new_from_smtp (&sent, "mail.x.cn", NOW);
  g_autoptr (EnvoiDeliveryOutcome) unknown =
    envoi_delivery_outcome_new_from_smtp (&lost, "mail.x.cn", NOW);

  g_assert_cmpint (good->result, ==, ENVOI_DELIVERY_SENT);
  g_assert_null (good->error_domain);
  g_assert_true (good->lacks_receipt);
  g_assert_false (unknown->lacks_receipt);
  g_assert_cmpint (get_state (good, 0), ==, ENVOI_RECIPIENT_ACCEPTED);
  g_assert_cmpint (get_state (good, 1), ==, ENVOI_RECIPIENT_DEFERRED);
  g_assert_cmpint (get_state (good, 2), ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_cmpint (get_state (good, 3), ==, ENVOI_RECIPIENT_PENDING);
  g_assert_cmpint (get_state (unknown, 3), ==, ENVOI_RECIPIENT_UNKNOWN);
}

/* Too many recipients is said of the letter; those who are named go with the next one when the
 * server has taken others. */
static void
test_too_many (void)
{
  EnvoiSmtpRecipientResult taken = { (char *) "a@x.cn", ENVOI_SMTP_RECIPIENT_ACCEPTED, 250, NULL,
                                     (char *) "ok" };
  EnvoiSmtpRecipientResult too_many = { (char *) "b@x.cn", ENVOI_SMTP_RECIPIENT_REFUSED, 550,
                                        (char *) "5.5.3", (char *) "Too many recipients" };
  EnvoiSmtpRecipientResult unknown = { (char *) "c@x.cn", ENVOI_SMTP_RECIPIENT_REFUSED, 550,
                                       (char *) "5.1.1", (char *) "No such user" };
  g_autoptr (GError) error = g_error_new_literal (ENVOI_SMTP_ERROR,
                                                  ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, "refused");
  g_autoptr (GPtrArray) recipients = g_ptr_array_new ();
  EnvoiSmtpOutcome outcome = { .phase = ENVOI_SMTP_PHASE_FINAL, .code = 250,
                               .recipients = recipients };
  g_autoptr (EnvoiDeliveryOutcome) sent = NULL;
  g_autoptr (EnvoiDeliveryOutcome) refused = NULL;
  g_autoptr (EnvoiDeliveryOutcome) mixed = NULL;

  g_ptr_array_add (recipients, &taken);
  g_ptr_array_add (recipients, &too_many);
  g_ptr_array_add (recipients, &unknown);
  sent = envoi_delivery_outcome_new_from_smtp (&outcome, "mail.x.cn", NOW);
  g_assert_cmpint (get_state (sent, 0), ==, ENVOI_RECIPIENT_ACCEPTED);
  g_assert_cmpint (get_state (sent, 1), ==, ENVOI_RECIPIENT_DEFERRED);
  g_assert_cmpint (get_state (sent, 2), ==, ENVOI_RECIPIENT_REFUSED);

  outcome.error = error;
  g_ptr_array_remove_index (recipients, 0);
  mixed = envoi_delivery_outcome_new_from_smtp (&outcome, "mail.x.cn", NOW);
  g_assert_cmpint (get_state (mixed, 0), ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_false (mixed->is_about_recipients);

  g_ptr_array_remove_index (recipients, 0);
  refused = envoi_delivery_outcome_new_from_smtp (&outcome, "mail.x.cn", NOW);
  g_assert_true (refused->is_about_recipients);
}

typedef struct {
  GQuark (*domain)(void);
  int code;
  EnvoiDeliveryResult result;
  const char *name;
} LocalCase;

static const LocalCase locals[] = {
  { g_io_error_quark, G_IO_ERROR_CANCELLED, RESULT (CANCELLED), "io" },
  { envoi_accounts_error_quark, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN, RESULT (REFUSED), "accounts" },
  { envoi_accounts_error_quark, ENVOI_ACCOUNTS_ERROR_NOT_FOUND, RESULT (REFUSED), "accounts" },
  { envoi_secrets_error_quark, ENVOI_SECRETS_ERROR_LOCKED, RESULT (LATER), "secrets" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_UNREACHABLE, RESULT (LATER), "oauth" },
  { envoi_oauth_error_quark, ENVOI_OAUTH_ERROR_GRANT_INVALID, RESULT (REFUSED), "oauth" },
  { envoi_store_error_quark, ENVOI_STORE_ERROR_NO_SPACE, RESULT (LATER), "store" },
  { envoi_message_error_quark, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE, RESULT (REFUSED),
    "message" },
};

static void
test_local_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (locals); i++) {
    const LocalCase *row = &locals[i];
    g_autoptr (GError) error = g_error_new_literal (row->domain (), row->code, "why");
    g_autoptr (EnvoiDeliveryOutcome) mapped = envoi_delivery_outcome_new_from_error (error);

    g_assert_cmpint (mapped->result, ==, row->result);
    g_assert_cmpstr (mapped->error_domain, ==, row->name);
    g_assert_cmpint (mapped->error_code, ==, row->code);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/delivery-map/results", test_results);
  g_test_add_func ("/envoi/app/delivery-map/recipients", test_recipients);
  g_test_add_func ("/envoi/app/delivery-map/too-many", test_too_many);
  g_test_add_func ("/envoi/app/delivery-map/local-errors", test_local_errors);
  return g_test_run ();
}
