/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-delivery-map.h"

#include "envoi-smtp-connection.h"

/* "account check": every step to the server on a thread of its own, each told
 * on the main thread as it begins and ends; never a letter. */

typedef struct {
  EnvoiAccount *account;
  EnvoiClock *clock;
  EnvoiSmtpEndpoint *endpoint;
  EnvoiSmtpCredentials *credentials;
  char *sender;
  EnvoiCheckFunc step;
  gpointer step_data;

  /* worker */
  GTask *task;
  EnvoiSmtpConnection *connection;
  gboolean has_phase;
  EnvoiSmtpPhase phase;

  EnvoiSmtpOutcome *outcome;   /* worker, then main */
} Check;

typedef struct {
  GTask *task;
  const char *phase;
  EnvoiCheckState state;
  char *text;
} Report;

static void
check_free (Check *check)
{
  g_clear_object (&check->account);
  g_clear_object (&check->clock);
  g_clear_pointer (&check->endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&check->credentials, envoi_smtp_credentials_unref);
  g_clear_pointer (&check->outcome, envoi_smtp_outcome_unref);
  g_free (check->sender);
  g_free (check);
}

static void
report_free (Report *report)
{
  g_object_unref (report->task);
  g_free (report->text);
  g_free (report);
}

static gboolean
report_cb (gpointer user_data)
{
  Report *report = user_data;
  Check *check = g_task_get_task_data (report->task);

  if (!g_task_get_completed (report->task))
    check->step (report->phase, report->state, report->text, check->step_data);

  return G_SOURCE_REMOVE;
}

static Report *
report_new (Check           *check,
            EnvoiCheckState  state,
            char            *text)
{
  Report *report = g_new0 (Report, 1);

  report->task = g_object_ref (check->task);
  report->phase = envoi_smtp_phase_to_string (check->phase);
  report->state = state;
  report->text = text;
  return report;
}

/* worker; takes @text */
static void
send_report (Check           *check,
             EnvoiCheckState  state,
             char            *text)
{
  g_main_context_invoke_full (g_task_get_context (check->task), G_PRIORITY_DEFAULT, report_cb,
                              report_new (check, state, text), (GDestroyNotify) report_free);
}

/* worker: what is worth knowing of a step that went well. */
static char *
describe_phase (const Check *check)
{
  const EnvoiSmtpServerInfo *info = envoi_smtp_connection_get_info (check->connection);

  if (!info)
    return NULL;

  switch (check->phase) {
    case ENVOI_SMTP_PHASE_TLS:
      return info->tls_version ? g_strdup_printf ("%s %s\n%s", info->tls_version,
                                                  info->tls_cipher ? info->tls_cipher : "",
                                                  info->certificate ? info->certificate : "")
                               : NULL;
    case ENVOI_SMTP_PHASE_GREETING:
      return g_strdup (info->greeting);
    case ENVOI_SMTP_PHASE_EHLO:
      return info->keywords ? g_strjoinv (", ", info->keywords) : NULL;
    case ENVOI_SMTP_PHASE_AUTH:
      return g_strdup (info->mechanism);
    case ENVOI_SMTP_PHASE_DNS:
    case ENVOI_SMTP_PHASE_CONNECT:
    case ENVOI_SMTP_PHASE_MAIL:
    case ENVOI_SMTP_PHASE_RCPT:
    case ENVOI_SMTP_PHASE_DATA:
    case ENVOI_SMTP_PHASE_FINAL:
    case ENVOI_SMTP_PHASE_RSET:
    case ENVOI_SMTP_PHASE_QUIT:
    default:
      return NULL;
  }
}

/* worker: a step that begins says that the one before it went well. */
static void
phase_cb (EnvoiSmtpPhase phase,
          gpointer       user_data)
{
  Check *check = user_data;

  if (check->has_phase && check->phase == phase)
    return;

  if (check->has_phase)
    send_report (check, ENVOI_CHECK_PASSED, describe_phase (check));

  check->has_phase = TRUE;
  check->phase = phase;
  send_report (check, ENVOI_CHECK_RUNNING, NULL);
}

/* worker: the commands of a pipeline are one step for the connection, but not for a person. */
static void
report_pipeline (Check *check)
{
  static const EnvoiSmtpPhase probe[] = {
    ENVOI_SMTP_PHASE_MAIL, ENVOI_SMTP_PHASE_RCPT, ENVOI_SMTP_PHASE_RSET,
  };

  for (guint i = 0; i < G_N_ELEMENTS (probe); i++)
    if (check->phase < probe[i])
      phase_cb (probe[i], check);
}

/* worker */
static void
report_end (Check *check)
{
  const EnvoiSmtpOutcome *outcome = check->outcome;

  if (!check->has_phase)
    return;

  if (!outcome->error)
    report_pipeline (check);
  else if (outcome->phase > check->phase)
    phase_cb (outcome->phase, check);

  if (!outcome->error)
    send_report (check, ENVOI_CHECK_PASSED, describe_phase (check));
  else
    send_report (check, ENVOI_CHECK_FAILED,
                 g_strdup (outcome->text ? outcome->text : outcome->error->message));
}

/* worker: a server that does not say goodbye can be sent through all the same, so
 * its step has a cause, but the check has passed. */
static void
report_quit (Check *check)
{
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  envoi_smtp_connection_set_phase_func (check->connection, NULL, NULL);
  check->phase = ENVOI_SMTP_PHASE_QUIT;
  send_report (check, ENVOI_CHECK_RUNNING, NULL);
  outcome = envoi_smtp_connection_quit_sync (check->connection);
  send_report (check, outcome->error ? ENVOI_CHECK_FAILED : ENVOI_CHECK_PASSED,
               outcome->error ? g_strdup (outcome->error->message) : NULL);
}

static void
check_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Check *check = task_data;

  check->task = task;
  check->connection = envoi_smtp_connection_new (check->endpoint, check->clock);
  envoi_smtp_connection_set_phase_func (check->connection, phase_cb, check);

  check->outcome = envoi_smtp_connection_open_sync (check->connection, check->credentials,
                                                    cancellable);
  if (!check->outcome->error) {
    g_clear_pointer (&check->outcome, envoi_smtp_outcome_unref);
    check->outcome = envoi_smtp_connection_probe_sync (check->connection, check->sender,
                                                       cancellable);
  }

  report_end (check);
  if (!check->outcome->error)
    report_quit (check);
  envoi_smtp_connection_close_sync (check->connection);
  g_clear_object (&check->connection);

  if (check->outcome->error)
    g_task_return_error (task, g_error_copy (check->outcome->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
got_credentials_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  GError *error = NULL;

  check->credentials =
    envoi_credential_source_get_finish (ENVOI_CREDENTIAL_SOURCE (source), result, &error);

  if (check->credentials)
    g_task_run_in_thread (task, check_thread);
  else
    g_task_return_error (task, error);
}

void
envoi_service_check_account_async (EnvoiService        *self,
                                   EnvoiAccount        *account,
                                   EnvoiSecret         *secret,
                                   EnvoiCheckFunc       step,
                                   gpointer             step_data,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Check *check;
  GError *error = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (step != NULL);

  check = g_new0 (Check, 1);
  check->account = g_object_ref (account);
  check->clock = g_object_ref (self->clock);
  check->sender = g_strdup (envoi_account_get_email (account));
  check->step = step;
  check->step_data = step_data;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_check_account_async);
  g_task_set_task_data (task, check, (GDestroyNotify) check_free);

  check->endpoint = envoi_account_dup_endpoint (account, &error);
  if (!check->endpoint) {
    g_task_return_error (task, error);
    return;
  }

  if (secret) {
    check->credentials = envoi_smtp_credentials_new (envoi_account_get_auth (account),
                                                     envoi_account_get_login (account), secret);
    g_task_run_in_thread (task, check_thread);
    return;
  }

  envoi_credential_source_get_async (self->credentials, account, NULL, cancellable,
                                     got_credentials_cb, g_steal_pointer (&task));
}

gboolean
envoi_service_check_account_finish (EnvoiService  *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The reply table knows letters, so the attempt is shown to it as one. */
EnvoiProblem *
envoi_service_check_account_dup_problem (EnvoiService *self,
                                         GAsyncResult *result)
{
  Check *check = g_task_get_task_data (G_TASK (result));
  g_autoptr (EnvoiLetterRecord) letter = NULL;
  g_autoptr (EnvoiDeliveryOutcome) outcome = NULL;
  const char *host;

  if (!check->outcome || !check->outcome->error)
    return NULL;

  host = envoi_smtp_endpoint_get_host (check->endpoint);
  outcome = envoi_delivery_outcome_new_from_smtp (check->outcome, host,
                                                  envoi_clock_get_now (check->clock));
  letter = envoi_letter_record_new ("");
  letter->state = ENVOI_LETTER_FAILED;
  letter->error_domain = g_steal_pointer (&outcome->error_domain);
  letter->error_code = outcome->error_code;
  letter->error_message = g_steal_pointer (&outcome->error_message);
  letter->phase = g_steal_pointer (&outcome->phase);
  letter->reply_code = outcome->reply_code;
  letter->reply_enhanced = g_steal_pointer (&outcome->reply_enhanced);
  letter->reply_text = g_steal_pointer (&outcome->reply_text);
  return envoi_problem_new_for_letter (letter, host);
}
