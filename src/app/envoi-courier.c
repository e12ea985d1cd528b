/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-crew-private.h"

#include "envoi-delivery-map.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/* How long a connection lies idle: the account's own, one more than that, and
 * one on which the sign-in waits for a token. */
#define WARM_TIME (60 * G_USEC_PER_SEC)
#define EXTRA_TIME (5 * G_USEC_PER_SEC)
#define GREETED_TIME (25 * G_USEC_PER_SEC)

/**
 * EnvoiCourier:
 *
 * Runs one blocking SMTP connection on a thread of its own. Errands that wait
 * go behind each other on the connection, which is kept for a minute, because a
 * letter seldom comes alone, and watched: one that the server ends is closed at
 * once, and made again where a letter is being written.
 *
 * Thread: courier
 */
typedef struct {
  EnvoiCrew *crew;
  EnvoiPost *post;

  EnvoiSmtpConnection *connection;     /* nullable */
  EnvoiSmtpEndpoint *endpoint;         /* of the connection */
  EnvoiSmtpCredentials *credentials;   /* nullable, while nobody has signed in */
  gboolean is_fresh;        /* no letter has had an outcome on the connection */
  gboolean is_ahead;        /* signed in, for a letter that is being written */
  gboolean is_second;       /* in the place of one that the server has ended */
  gint64 idle_since;        /* on the monotonic clock */

  EnvoiErrand *next;        /* nullable: prepared, to be sent first */
  GQueue ahead;             /* of EnvoiErrand: pledged, they leave with the one at hand */
  GQueue repeats;           /* of EnvoiErrand */
  gboolean has_resigned;
} EnvoiCourier;

static void
report (EnvoiCourier *self)
{
  envoi_crew_report (self->crew, self->post, self->connection != NULL, self->credentials != NULL);
}

static void
close_connection (EnvoiCourier *self)
{
  g_autoptr (EnvoiSmtpConnection) connection = g_steal_pointer (&self->connection);

  g_clear_pointer (&self->endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&self->credentials, envoi_smtp_credentials_unref);
  report (self);

  if (connection)
    envoi_smtp_connection_close_sync (connection);
}

static gboolean
is_for (EnvoiCourier      *self,
        EnvoiSmtpEndpoint *endpoint)
{
  return self->connection && envoi_smtp_endpoint_is_equal (self->endpoint, endpoint);
}

static gboolean
can_reuse (EnvoiCourier         *self,
           EnvoiSmtpEndpoint    *endpoint,
           EnvoiSmtpCredentials *credentials)
{
  return is_for (self, endpoint) && self->credentials &&
         g_str_equal (envoi_smtp_credentials_get_user (self->credentials),
                      envoi_smtp_credentials_get_user (credentials)) &&
         envoi_smtp_connection_is_reusable (self->connection);
}

static void
use_new_connection (EnvoiCourier      *self,
                    EnvoiSmtpEndpoint *endpoint)
{
  g_clear_object (&self->connection);
  g_clear_pointer (&self->endpoint, envoi_smtp_endpoint_unref);
  self->connection = envoi_smtp_connection_new (endpoint, envoi_crew_get_clock (self->crew));
  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
}

/* A connection may be closed by the server between two words; that is nobody's
 * fault and nothing a person should read about. */
static gboolean
has_lost_connection (const EnvoiSmtpOutcome *outcome)
{
  const GError *error = outcome->error;

  return (g_error_matches (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT) ||
          g_error_matches (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE)) &&
         (outcome->code == 0 || outcome->code == 421);
}

static void
did_open (EnvoiCourier           *self,
          EnvoiSmtpCredentials   *credentials,
          const EnvoiSmtpOutcome *outcome)
{
  self->is_fresh = TRUE;
  self->is_ahead = self->is_second = FALSE;

  if (outcome->error)
    close_connection (self);
  else if (credentials)
    self->credentials = envoi_smtp_credentials_ref (credentials);

  report (self);
}

/* Signs in where the hello has been said already. NULL = there is no such connection. */
static EnvoiSmtpOutcome *
sign_in (EnvoiCourier         *self,
         EnvoiSmtpEndpoint    *endpoint,
         EnvoiSmtpCredentials *credentials,
         GCancellable         *cancellable)
{
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  if (!is_for (self, endpoint) || self->credentials ||
      !envoi_smtp_connection_can_sign_in (self->connection))
    return NULL;

  outcome = envoi_smtp_connection_sign_in_sync (self->connection, credentials, cancellable);
  if (outcome->error && has_lost_connection (outcome) && outcome->code == 0)
    return NULL;

  did_open (self, credentials, outcome);
  return g_steal_pointer (&outcome);
}

/* Makes the connection, and signs in unless @credentials is NULL. */
static EnvoiSmtpOutcome *
open_connection (EnvoiCourier         *self,
                 EnvoiSmtpEndpoint    *endpoint,
                 EnvoiSmtpCredentials *credentials,
                 GCancellable         *cancellable)
{
  EnvoiSmtpOutcome *outcome = credentials ? sign_in (self, endpoint, credentials, cancellable)
                                          : NULL;

  if (outcome)
    return outcome;

  /* Not closed by the book where that would cost the errand its time. */
  use_new_connection (self, endpoint);
  g_clear_pointer (&self->credentials, envoi_smtp_credentials_unref);
  outcome = credentials
            ? envoi_smtp_connection_open_sync (self->connection, credentials, cancellable)
            : envoi_smtp_connection_greet_sync (self->connection, cancellable);
  did_open (self, credentials, outcome);
  return outcome;
}

static EnvoiErrand *
take_prepared (EnvoiCourier *self)
{
  const char *user = envoi_smtp_credentials_get_user (self->credentials);
  EnvoiErrand *errand;

  do
    errand = envoi_crew_take_fitting (self->crew, self->endpoint, user);
  while (errand && !envoi_errand_prepare (errand));

  return errand;
}

static const EnvoiSmtpTransaction *
next_cb (gpointer user_data)
{
  EnvoiCourier *self = user_data;
  EnvoiErrand *errand = g_steal_pointer (&self->next);

  if (!errand)
    errand = g_queue_pop_head (&self->ahead);
  if (!errand)
    errand = take_prepared (self);

  return errand ? &errand->transaction : NULL;
}

/* One that may wait for a reply must not be pledged, nor any behind it. */
static gboolean
can_pledge (const EnvoiErrand *errand,
            guint64            n_octets)
{
  const EnvoiSmtpTransaction *letter = &errand->transaction;

  return letter->size <= n_octets &&
         !(envoi_envelope_get_flags (letter->envelope) & ENVOI_ENVELOPE_ALL_OR_NOTHING);
}

/* Letters that leave by one write share one wait for the disk: the commits of
 * those behind are begun before that of the first is waited for. */
static void
ahead_cb (guint    n_letters,
          guint64  n_octets,
          gpointer user_data)
{
  EnvoiCourier *self = user_data;
  EnvoiErrand *errand;

  if (!g_queue_is_empty (&self->ahead))
    return;

  while (n_letters > 0 && (errand = take_prepared (self))) {
    if (!can_pledge (errand, n_octets)) {
      envoi_crew_put_back (self->crew, errand);
      return;
    }

    n_octets -= errand->transaction.size;
    n_letters--;
    if (envoi_errand_pledge (errand))
      g_queue_push_tail (&self->ahead, errand);
  }
}

static void
put_back (EnvoiCourier *self,
          GQueue       *errands)
{
  EnvoiErrand *errand;

  while ((errand = g_queue_pop_tail (errands))) {
    envoi_errand_withdraw (errand);
    envoi_crew_put_back (self->crew, errand);
  }
}

/* What ends the first of them would end each: no sign-in is tried in vain, and
 * a server that asks for a pause gets it. */
static void
return_waiting (EnvoiCourier           *self,
                EnvoiSmtpEndpoint      *endpoint,
                EnvoiSmtpCredentials   *credentials,
                const EnvoiSmtpOutcome *outcome)
{
  GQueue waiting = envoi_crew_take_waiting (self->crew, endpoint, credentials);
  EnvoiErrand *errand;

  while ((errand = g_queue_pop_head (&waiting)))
    envoi_errand_return_smtp (errand, outcome, envoi_crew_get_clock (self->crew));
}

static gboolean
can_repeat (EnvoiCourier           *self,
            const EnvoiErrand      *errand,
            const EnvoiSmtpOutcome *outcome)
{
  return !self->is_fresh && !errand->is_repeated && !errand->is_committed &&
         has_lost_connection (outcome);
}

static gboolean
asks_for_pause (EnvoiCourier           *self,
                const EnvoiSmtpOutcome *outcome)
{
  const char *host = envoi_smtp_endpoint_get_host (self->endpoint);
  g_autoptr (EnvoiDeliveryOutcome) meaning = NULL;

  if (!outcome->error)
    return FALSE;

  meaning = envoi_delivery_outcome_new_from_smtp (
    outcome, host, envoi_clock_get_now (envoi_crew_get_clock (self->crew)));
  return meaning->result == ENVOI_DELIVERY_LATER && meaning->pauses_account;
}

static void
done_cb (const EnvoiSmtpTransaction *transaction,
         EnvoiSmtpOutcome           *outcome,
         gpointer                    user_data)
{
  EnvoiCourier *self = user_data;
  EnvoiErrand *errand = transaction->user_data;

  if (can_repeat (self, errand, outcome)) {
    errand->is_repeated = TRUE;
    g_queue_push_tail (&self->repeats, errand);
    return;
  }

  self->is_fresh = FALSE;
  if (asks_for_pause (self, outcome)) {
    put_back (self, &self->ahead);
    return_waiting (self, self->endpoint, self->credentials, outcome);
  }
  envoi_errand_return_smtp (errand, outcome, envoi_crew_get_clock (self->crew));
}

/* One connection more was refused: those that there are do the work. */
static void
resign (EnvoiCourier *self)
{
  envoi_crew_resign (self->crew, self->post);
  self->has_resigned = TRUE;
}

/* The server was there and sent this connection away before a word about the
 * account: perhaps another came first, and the letters go over that. */
static gboolean
was_turned_away (const EnvoiSmtpOutcome *outcome)
{
  return has_lost_connection (outcome) && outcome->phase >= ENVOI_SMTP_PHASE_TLS &&
         outcome->phase < ENVOI_SMTP_PHASE_AUTH;
}

static gboolean
can_others_go_on (EnvoiCourier           *self,
                  const EnvoiSmtpOutcome *outcome)
{
  return envoi_crew_has_other (self->crew, self->post) ||
         (was_turned_away (outcome) && !envoi_crew_is_alone (self->crew));
}

static void
did_not_open (EnvoiCourier           *self,
              EnvoiErrand            *errand,
              const EnvoiSmtpOutcome *outcome)
{
  gboolean is_cancelled = g_error_matches (outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  if (!is_cancelled && can_others_go_on (self, outcome)) {
    envoi_crew_put_back (self->crew, errand);
    resign (self);
    return;
  }

  if (!is_cancelled)
    return_waiting (self, errand->job->endpoint, errand->job->credentials, outcome);
  envoi_errand_return_smtp (errand, outcome, envoi_crew_get_clock (self->crew));
}

/* TRUE when there is a connection for the errand, else the errand is gone. */
static gboolean
connect_for (EnvoiCourier *self,
             EnvoiErrand  *errand)
{
  const EnvoiCourierJob *job = errand->job;
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  if (can_reuse (self, job->endpoint, job->credentials))
    return TRUE;

  outcome = envoi_crew_dup_refusal (self->crew, job->credentials);
  if (!outcome) {
    outcome = open_connection (self, job->endpoint, job->credentials,
                               g_task_get_cancellable (errand->task));
    if (g_error_matches (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_REJECTED))
      envoi_crew_note_refusal (self->crew, job->credentials, outcome);
  }
  if (!outcome->error)
    return TRUE;

  did_not_open (self, errand, outcome);
  return FALSE;
}

/* A server that speaks out of turn after the sign-in is left at once. */
static void
return_closed (EnvoiErrand *errand)
{
  g_autoptr (GError) error =
    g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                         _("The connection to the server is no longer open."));

  envoi_errand_return (errand, envoi_delivery_outcome_new_from_error (error));
}

/* Sends an errand, and behind it those that have come meanwhile. */
static void
deliver (EnvoiCourier *self,
         EnvoiErrand  *errand)
{
  EnvoiSmtpLetterSource source = { .next = next_cb, .ahead = ahead_cb, .done = done_cb, .user_data = self };

  if (!envoi_errand_prepare (errand) || !connect_for (self, errand))
    return;

  self->next = errand;
  self->is_ahead = self->is_second = FALSE;
  envoi_smtp_connection_send_many_sync (self->connection, &source, NULL);
  if (self->next)
    return_closed (g_steal_pointer (&self->next));

  if (!envoi_smtp_connection_is_reusable (self->connection))
    close_connection (self);
  /* What is to be sent again goes before what waits. */
  put_back (self, &self->ahead);
  put_back (self, &self->repeats);
}

/* What goes wrong here nobody asked for; the letter will find it out. */
static void
warm_up (EnvoiCourier         *self,
         EnvoiSmtpEndpoint    *endpoint,
         EnvoiSmtpCredentials *credentials)
{
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  gboolean is_there = credentials ? can_reuse (self, endpoint, credentials)
                                  : is_for (self, endpoint);

  if (!is_there) {
    outcome = open_connection (self, endpoint, credentials, envoi_crew_get_quit (self->crew));
    self->is_fresh = FALSE;
  }

  self->is_ahead = self->credentials != NULL;
  if (credentials && !self->credentials)
    envoi_crew_stay_cold (self->crew);
}

/* Says hello, so that only the sign-in is left when another courier has signed in. */
static void
follow (EnvoiCourier      *self,
        EnvoiSmtpEndpoint *endpoint)
{
  warm_up (self, endpoint, NULL);
  if (!self->connection)
    resign (self);
}

/* The server has ended an idle connection. While a letter is being written it
 * is made once more, and not again, since each time is a sign-in. */
static void
replace (EnvoiCourier *self)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = envoi_smtp_endpoint_ref (self->endpoint);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    self->is_ahead ? envoi_smtp_credentials_ref (self->credentials) : NULL;
  gboolean was_second = self->is_second;

  close_connection (self);
  if (!credentials)
    return;

  if (was_second) {
    envoi_crew_stay_cold (self->crew);
    return;
  }

  warm_up (self, endpoint, credentials);
  self->is_second = TRUE;
}

static gint64
get_time (EnvoiCourier *self)
{
  return envoi_clock_get_monotonic_time (envoi_crew_get_clock (self->crew));
}

static gint64
get_patience (EnvoiCourier *self)
{
  if (!self->credentials)
    return GREETED_TIME;

  return envoi_crew_has_other (self->crew, self->post) ? EXTRA_TIME : WARM_TIME;
}

/* Lies down beside the connection. FALSE when there is no use in it any more. */
static gboolean
rest (EnvoiCourier *self)
{
  gint64 left = self->idle_since + get_patience (self) - get_time (self);
  gboolean is_open;

  if (!self->connection || left <= 0 || !envoi_crew_lie_down (self->crew, self->post))
    return FALSE;

  is_open = envoi_smtp_connection_watch_sync (self->connection, (guint) (left / 1000 + 1),
                                              self->post->wake);
  if (!envoi_crew_get_up (self->crew, self->post))
    close_connection (self);
  else if (!is_open)
    replace (self);

  return TRUE;
}

static void
clear_order (EnvoiOrder *order)
{
  g_clear_pointer (&order->endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&order->credentials, envoi_smtp_credentials_unref);
}

/* One errand, or the connection ahead of one, or a rest. FALSE = it is over. */
static gboolean
work (EnvoiCourier *self)
{
  EnvoiOrder order = envoi_crew_take_order (self->crew, self->post);

  if (order.kind == ENVOI_ORDER_DELIVER)
    deliver (self, order.errand);
  else if (order.kind == ENVOI_ORDER_FOLLOW)
    follow (self, order.endpoint);
  else if (order.kind == ENVOI_ORDER_WARM_UP)
    warm_up (self, order.endpoint, order.credentials);
  else if (!rest (self))
    return !envoi_crew_leave (self->crew, self->post);

  if (order.kind != ENVOI_ORDER_NONE)
    self->idle_since = get_time (self);
  clear_order (&order);
  return !self->has_resigned;
}

/* The thread of one courier. Its post is gone when it returns. */
void
envoi_courier_run (EnvoiCrew *crew,
                   EnvoiPost *post)
{
  EnvoiCourier self = { .crew = crew, .post = post };

  self.idle_since = get_time (&self);
  while (work (&self))
    continue;

  if (self.connection)
    envoi_smtp_connection_close_sync (self.connection);
  g_clear_object (&self.connection);
  g_clear_pointer (&self.endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&self.credentials, envoi_smtp_credentials_unref);
}
