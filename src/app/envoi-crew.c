/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-crew.h"

#include "envoi-crew-private.h"

/**
 * EnvoiCrew:
 *
 * Hires couriers for one account and keeps what they share: the errands that
 * wait, and who of them has a connection. The first courier makes its connection
 * alone; others say hello meanwhile and sign in when it has, so that a wrong
 * password is tried once and not once per connection. A server that refuses one
 * connection more is not asked again for a while.
 *
 * Thread: main; what is in envoi-crew-private.h is for its couriers
 */

/* One connection more pays when so many letters wait for each. */
#define ERRANDS_PER_COURIER 12
#define ALONE_TIME (10 * 60 * G_USEC_PER_SEC)
/* After a connection made ahead of a letter was of no use. */
#define COLD_TIME (10 * 60 * G_USEC_PER_SEC)
/* Letters that were on their way when the server refused the sign-in. */
#define REFUSAL_TIME (5 * G_USEC_PER_SEC)

struct _EnvoiCrew {
  GObject parent_instance;

  EnvoiClock *clock;
  GMainContext *context;
  GCancellable *quit;       /* ends what nobody waits for */

  GMutex mutex;             /* for all below */
  GQueue errands;           /* of EnvoiErrand: those that wait */
  EnvoiSmtpEndpoint *wish_endpoint;        /* nullable: to be connected to ahead of a letter */
  EnvoiSmtpCredentials *wish_credentials;  /* nullable */
  GPtrArray *posts;         /* of EnvoiPost */
  guint most;
  gint64 alone_until;       /* on the monotonic clock */
  gint64 cold_until;        /* on the monotonic clock */
  EnvoiSmtpCredentials *refused;   /* nullable: what the server refused last */
  EnvoiSmtpOutcome *refusal;
  gint64 refused_at;        /* on the monotonic clock */
  gboolean is_quitting;

  guint n_threads;          /* main and locked: those that were not joined yet */
};

G_DEFINE_FINAL_TYPE (EnvoiCrew, envoi_crew, G_TYPE_OBJECT)

enum {
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* A courier that has left, on its way back to the main thread. */
typedef struct {
  EnvoiCrew *crew;
  EnvoiPost *post;
  GThread *thread;
} Leave;

static EnvoiPost *
post_new (void)
{
  EnvoiPost *post = g_new0 (EnvoiPost, 1);

  post->wake = g_cancellable_new ();
  return post;
}

static void
post_free (EnvoiPost *post)
{
  g_object_unref (post->wake);
  g_free (post);
}

static gboolean
did_leave_cb (gpointer user_data)
{
  Leave *leave = user_data;
  EnvoiCrew *self = leave->crew;
  gboolean is_over;

  g_thread_join (leave->thread);

  g_mutex_lock (&self->mutex);
  is_over = --self->n_threads == 0;
  g_mutex_unlock (&self->mutex);

  if (is_over)
    g_signal_emit (self, signals[ENDED], 0);

  g_object_unref (self);
  g_free (leave);
  return G_SOURCE_REMOVE;
}

static gpointer
run_courier (gpointer data)
{
  Leave *leave = data;
  EnvoiCrew *self = leave->crew;

  /* Who hires holds the lock until the thread is noted. */
  g_mutex_lock (&self->mutex);
  leave->thread = leave->post->thread;
  g_mutex_unlock (&self->mutex);

  envoi_courier_run (self, leave->post);
  envoi_errand_call_main (self->context, did_leave_cb, leave, NULL);
  return NULL;
}

/* Locked. */
static void
hire (EnvoiCrew *self)
{
  EnvoiPost *post = post_new ();
  Leave *leave = g_new0 (Leave, 1);

  leave->crew = g_object_ref (self);
  leave->post = post;
  g_ptr_array_add (self->posts, post);
  self->n_threads++;
  post->thread = g_thread_new ("envoi-courier", run_courier, leave);
}

/* Locked: only a courier that lies down looks at it. */
static void
wake_up (EnvoiPost *post)
{
  if (post->is_asleep)
    g_cancellable_cancel (post->wake);
}

/* Locked: whether somebody was asleep. */
static gboolean
wake_one (EnvoiCrew *self)
{
  for (guint i = 0; i < self->posts->len; i++) {
    EnvoiPost *post = g_ptr_array_index (self->posts, i);

    if (post->is_asleep && !g_cancellable_is_cancelled (post->wake)) {
      wake_up (post);
      return TRUE;
    }
  }

  return FALSE;
}

/* Locked. */
static void
wake_all (EnvoiCrew *self)
{
  for (guint i = 0; i < self->posts->len; i++)
    wake_up (g_ptr_array_index (self->posts, i));
}

/* Locked. */
static void
call_somebody (EnvoiCrew *self)
{
  guint most = envoi_clock_get_monotonic_time (self->clock) < self->alone_until ? 1 : self->most;
  guint wanted = 1 + g_queue_get_length (&self->errands) / ERRANDS_PER_COURIER;

  if (!wake_one (self) && self->posts->len < MIN (wanted, most))
    hire (self);
}

/* Locked: whether somebody else has signed in, or is about to. */
static gboolean
has_other (EnvoiCrew       *self,
           const EnvoiPost *post,
           gboolean         is_opening)
{
  for (guint i = 0; i < self->posts->len; i++) {
    const EnvoiPost *other = g_ptr_array_index (self->posts, i);

    if (other != post && (is_opening ? other->is_opening : other->is_signed_in))
      return TRUE;
  }

  return FALSE;
}

/* Locked: nobody signs in while the first attempt is under way. */
static gboolean
may_deliver (EnvoiCrew       *self,
             const EnvoiPost *post)
{
  return !g_queue_is_empty (&self->errands) &&
         (post->is_signed_in || has_other (self, post, FALSE) || !has_other (self, post, TRUE));
}

/* Locked. */
static EnvoiOrderKind
find_order (EnvoiCrew       *self,
            const EnvoiPost *post)
{
  if (may_deliver (self, post))
    return ENVOI_ORDER_DELIVER;
  if (!g_queue_is_empty (&self->errands) && !post->has_connection)
    return ENVOI_ORDER_FOLLOW;
  if (self->wish_endpoint && !self->is_quitting)
    return ENVOI_ORDER_WARM_UP;

  return ENVOI_ORDER_NONE;
}

EnvoiClock *
envoi_crew_get_clock (EnvoiCrew *self)
{
  return self->clock;
}

GCancellable *
envoi_crew_get_quit (EnvoiCrew *self)
{
  return self->quit;
}

EnvoiOrder
envoi_crew_take_order (EnvoiCrew *self,
                       EnvoiPost *post)
{
  EnvoiOrder order = { ENVOI_ORDER_NONE };
  gboolean was_opening;

  g_mutex_lock (&self->mutex);
  was_opening = post->is_opening;
  post->is_opening = FALSE;
  order.kind = find_order (self, post);

  if (order.kind == ENVOI_ORDER_DELIVER) {
    order.errand = g_queue_pop_head (&self->errands);
    post->is_opening = !post->is_signed_in;
  } else if (order.kind == ENVOI_ORDER_FOLLOW) {
    const EnvoiErrand *errand = g_queue_peek_head (&self->errands);

    order.endpoint = envoi_smtp_endpoint_ref (errand->job->endpoint);
  } else if (order.kind == ENVOI_ORDER_WARM_UP) {
    order.endpoint = g_steal_pointer (&self->wish_endpoint);
    order.credentials = g_steal_pointer (&self->wish_credentials);
    post->is_opening = order.credentials && !post->is_signed_in;
  }

  /* Only now: those who waited with it have their outcome. */
  if (was_opening && !post->is_opening)
    wake_all (self);

  g_mutex_unlock (&self->mutex);
  return order;
}

/* The next errand that waits, if it may go over that connection. */
EnvoiErrand *
envoi_crew_take_fitting (EnvoiCrew         *self,
                         EnvoiSmtpEndpoint *endpoint,
                         const char        *user)
{
  EnvoiErrand *errand;

  g_mutex_lock (&self->mutex);
  errand = g_queue_peek_head (&self->errands);
  if (errand && envoi_errand_is_for (errand, endpoint, user))
    g_queue_pop_head (&self->errands);
  else
    errand = NULL;
  g_mutex_unlock (&self->mutex);

  return errand;
}

static void
clear_wish (EnvoiCrew *self)
{
  g_clear_pointer (&self->wish_endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&self->wish_credentials, envoi_smtp_credentials_unref);
}

static void
clear_refusal (EnvoiCrew *self)
{
  g_clear_pointer (&self->refused, envoi_smtp_credentials_unref);
  g_clear_pointer (&self->refusal, envoi_smtp_outcome_unref);
}

static gboolean
is_same_sign_in (EnvoiSmtpCredentials *one,
                 EnvoiSmtpCredentials *other)
{
  return g_str_equal (envoi_smtp_credentials_get_user (one),
                      envoi_smtp_credentials_get_user (other)) &&
         envoi_secret_is_equal (envoi_smtp_credentials_get_secret (one),
                                envoi_smtp_credentials_get_secret (other));
}

/* All that wait for the same sign-in. */
GQueue
envoi_crew_take_waiting (EnvoiCrew            *self,
                         EnvoiSmtpEndpoint    *endpoint,
                         EnvoiSmtpCredentials *credentials)
{
  GQueue taken = G_QUEUE_INIT;
  GList *next;

  g_mutex_lock (&self->mutex);
  for (GList *link = self->errands.head; link; link = next) {
    EnvoiErrand *errand = link->data;

    next = link->next;
    if (!envoi_errand_is_for (errand, endpoint, NULL) ||
        !is_same_sign_in (errand->job->credentials, credentials))
      continue;

    g_queue_unlink (&self->errands, link);
    g_queue_push_tail_link (&taken, link);
  }
  g_mutex_unlock (&self->mutex);

  return taken;
}

void
envoi_crew_put_back (EnvoiCrew   *self,
                     EnvoiErrand *errand)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_head (&self->errands, errand);
  wake_one (self);
  g_mutex_unlock (&self->mutex);
}

/* The server has refused a sign-in; it is not asked again for letters that were
 * on their way. */
void
envoi_crew_note_refusal (EnvoiCrew            *self,
                         EnvoiSmtpCredentials *credentials,
                         EnvoiSmtpOutcome     *outcome)
{
  g_mutex_lock (&self->mutex);
  clear_refusal (self);
  self->refused = envoi_smtp_credentials_ref (credentials);
  self->refusal = envoi_smtp_outcome_ref (outcome);
  self->refused_at = envoi_clock_get_monotonic_time (self->clock);
  g_mutex_unlock (&self->mutex);
}

/* (transfer full) (nullable): what came of the same sign-in a moment ago. */
EnvoiSmtpOutcome *
envoi_crew_dup_refusal (EnvoiCrew            *self,
                        EnvoiSmtpCredentials *credentials)
{
  EnvoiSmtpOutcome *outcome = NULL;

  g_mutex_lock (&self->mutex);
  if (self->refused && envoi_clock_get_monotonic_time (self->clock) - self->refused_at < REFUSAL_TIME &&
      is_same_sign_in (self->refused, credentials))
    outcome = envoi_smtp_outcome_ref (self->refusal);
  g_mutex_unlock (&self->mutex);

  return outcome;
}

/* A connection that was made ahead of a letter was refused or not kept. Each time
 * is a sign-in, so the next one waits for a letter. */
void
envoi_crew_stay_cold (EnvoiCrew *self)
{
  g_mutex_lock (&self->mutex);
  self->cold_until = envoi_clock_get_monotonic_time (self->clock) + COLD_TIME;
  clear_wish (self);
  g_mutex_unlock (&self->mutex);
}

/* What has become of a courier's connection; those who waited for that go on. */
void
envoi_crew_report (EnvoiCrew *self,
                   EnvoiPost *post,
                   gboolean   has_connection,
                   gboolean   is_signed_in)
{
  g_mutex_lock (&self->mutex);
  if (is_signed_in != post->is_signed_in)
    wake_all (self);
  post->has_connection = has_connection;
  post->is_signed_in = is_signed_in;
  g_mutex_unlock (&self->mutex);
}

/* Whether somebody else has a connection on which letters can go. */
gboolean
envoi_crew_has_other (EnvoiCrew       *self,
                      const EnvoiPost *post)
{
  gboolean has;

  g_mutex_lock (&self->mutex);
  has = has_other (self, post, FALSE);
  g_mutex_unlock (&self->mutex);
  return has;
}

/* Whether there is no other courier, with a connection or on its way to one. */
gboolean
envoi_crew_is_alone (EnvoiCrew *self)
{
  gboolean is_alone;

  g_mutex_lock (&self->mutex);
  is_alone = self->posts->len == 1;
  g_mutex_unlock (&self->mutex);
  return is_alone;
}

/* FALSE when there is something to do, or nobody to wait for. */
gboolean
envoi_crew_lie_down (EnvoiCrew *self,
                     EnvoiPost *post)
{
  gboolean is_asleep;

  g_mutex_lock (&self->mutex);
  is_asleep = find_order (self, post) == ENVOI_ORDER_NONE && !self->is_quitting;
  post->is_asleep = is_asleep;
  g_mutex_unlock (&self->mutex);

  return is_asleep;
}

/* FALSE when the connection is to be given up. */
gboolean
envoi_crew_get_up (EnvoiCrew *self,
                   EnvoiPost *post)
{
  gboolean is_forgotten;

  g_mutex_lock (&self->mutex);
  is_forgotten = post->is_forgotten;
  post->is_asleep = post->is_forgotten = FALSE;
  g_cancellable_reset (post->wake);
  g_mutex_unlock (&self->mutex);

  return !is_forgotten;
}

/* FALSE when there is something to do after all. */
gboolean
envoi_crew_leave (EnvoiCrew *self,
                  EnvoiPost *post)
{
  gboolean may_leave;

  g_mutex_lock (&self->mutex);
  may_leave = find_order (self, post) == ENVOI_ORDER_NONE;
  if (may_leave)
    g_ptr_array_remove (self->posts, post);
  g_mutex_unlock (&self->mutex);

  return may_leave;
}

/* Leaves whatever there is to do, which the others do, or somebody new. */
void
envoi_crew_resign (EnvoiCrew *self,
                   EnvoiPost *post)
{
  g_mutex_lock (&self->mutex);
  self->alone_until = envoi_clock_get_monotonic_time (self->clock) + ALONE_TIME;
  g_ptr_array_remove (self->posts, post);
  if (self->posts->len > 0)
    wake_one (self);
  else if (!g_queue_is_empty (&self->errands))
    hire (self);
  g_mutex_unlock (&self->mutex);
}

/* main: an errand that still waits is cancelled at once. */
static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  EnvoiCrew *self = g_task_get_source_object (task);
  EnvoiErrand *errand = g_task_get_task_data (task);
  gboolean was_waiting;

  g_mutex_lock (&self->mutex);
  was_waiting = g_queue_remove (&self->errands, errand);
  g_mutex_unlock (&self->mutex);

  if (was_waiting)
    envoi_errand_return (errand, envoi_delivery_outcome_new (ENVOI_DELIVERY_CANCELLED));

  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (EnvoiErrand  *errand,
                   GCancellable *cancellable)
{
  if (!cancellable)
    return;

  errand->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (errand->cancel_source, G_SOURCE_FUNC (cancelled_cb), errand->task, NULL);
  g_source_attach (errand->cancel_source, g_task_get_context (errand->task));
}

static void
envoi_crew_finalize (GObject *object)
{
  EnvoiCrew *self = ENVOI_CREW (object);

  g_assert (self->posts->len == 0 && g_queue_is_empty (&self->errands));

  clear_wish (self);
  clear_refusal (self);
  g_ptr_array_unref (self->posts);
  g_clear_object (&self->quit);
  g_clear_object (&self->clock);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (envoi_crew_parent_class)->finalize (object);
}

static void
envoi_crew_class_init (EnvoiCrewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_crew_finalize;

  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_crew_init (EnvoiCrew *self)
{
  self->quit = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->posts = g_ptr_array_new_with_free_func ((GDestroyNotify) post_free);
  self->most = 1;
  g_mutex_init (&self->mutex);
  g_queue_init (&self->errands);
}

EnvoiCrew *
envoi_crew_new (EnvoiClock *clock)
{
  EnvoiCrew *self = g_object_new (ENVOI_TYPE_CREW, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

void
envoi_crew_set_most (EnvoiCrew *self,
                     guint      most)
{
  g_return_if_fail (most > 0);

  g_mutex_lock (&self->mutex);
  self->most = most;
  g_mutex_unlock (&self->mutex);
}

gboolean
envoi_crew_is_idle (EnvoiCrew *self)
{
  gboolean is_idle;

  g_mutex_lock (&self->mutex);
  is_idle = self->n_threads == 0;
  g_mutex_unlock (&self->mutex);
  return is_idle;
}

void
envoi_crew_deliver_async (EnvoiCrew           *self,
                          EnvoiCourierJob     *job,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  EnvoiErrand *errand = envoi_errand_new (job, g_task_new (self, cancellable, callback, user_data));

  watch_cancellable (errand, cancellable);

  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->errands, errand);
  call_somebody (self);
  g_mutex_unlock (&self->mutex);
}

EnvoiDeliveryOutcome *
envoi_crew_deliver_finish (EnvoiCrew    *self,
                           GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

gboolean
envoi_crew_can_warm_up (EnvoiCrew *self)
{
  gboolean can;

  g_mutex_lock (&self->mutex);
  can = !self->is_quitting && envoi_clock_get_monotonic_time (self->clock) >= self->cold_until;
  g_mutex_unlock (&self->mutex);
  return can;
}

void
envoi_crew_warm_up (EnvoiCrew            *self,
                    EnvoiSmtpEndpoint    *endpoint,
                    EnvoiSmtpCredentials *credentials)
{
  g_mutex_lock (&self->mutex);
  if (!self->is_quitting) {
    clear_wish (self);
    self->wish_endpoint = envoi_smtp_endpoint_ref (endpoint);
    self->wish_credentials = credentials ? envoi_smtp_credentials_ref (credentials) : NULL;
    if (!wake_one (self) && self->posts->len == 0)
      hire (self);
  }
  g_mutex_unlock (&self->mutex);
}

void
envoi_crew_forget_idle (EnvoiCrew *self)
{
  g_mutex_lock (&self->mutex);
  self->cold_until = 0;
  for (guint i = 0; i < self->posts->len; i++) {
    EnvoiPost *post = g_ptr_array_index (self->posts, i);

    post->is_forgotten = post->is_asleep;
    wake_up (post);
  }
  g_mutex_unlock (&self->mutex);
}

void
envoi_crew_quit (EnvoiCrew *self)
{
  g_mutex_lock (&self->mutex);
  self->is_quitting = TRUE;
  clear_wish (self);
  g_cancellable_cancel (self->quit);
  wake_all (self);
  g_mutex_unlock (&self->mutex);
}
