/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-faulty-vfs.h"
#include "envoi-outbox-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A child process plays a script: it writes, sends, undoes, cancels letters.
 * Each step on the way, of the disk and of the server, has a number, and the
 * child is killed at one of them. Then another child starts anew, as a person
 * would, and looks whether what is there is true.
 *
 * Or the disk is full, or fails, from one of its operations on: the child goes on
 * as far as it comes, and is killed only then.
 *
 * All steps are taken with ENVOI_TEST_THOROUGH=1; else some, spread evenly.
 */

/* Starting a child is what takes time under the address sanitizer. */
#ifdef __SANITIZE_ADDRESS__
#define SPREAD_KILLS 25
#else
#define SPREAD_KILLS 80
#endif

typedef enum {
  TROUBLE_KILL,
  TROUBLE_TORN_WRITE,   /* a write is half done when the kill comes */
  TROUBLE_FULL_DISK,
  TROUBLE_BAD_DISK,
} Trouble;

typedef struct {
  gint n_steps;
  gint n_to_start;    /* of them, before the child can do anything */
  gint trouble_at;    /* 0 = never */
  Trouble trouble;
} Shared;

static Shared *shared;    /* with the children */

typedef struct {
  char *folder;
  int acks;
  int acceptances;
} Logs;

static void
add_line (int         fd,
          const char *verb,
          const char *id)
{
  g_autofree char *line = g_strdup_printf ("%s %s\n", verb, id);

  g_assert_cmpint (write (fd, line, strlen (line)), ==, (gssize) strlen (line));
}

static void
logs_open (Logs *logs)
{
  g_autofree char *acks = g_build_filename (logs->folder, "acks", NULL);
  g_autofree char *acceptances = g_build_filename (logs->folder, "acceptances", NULL);

  logs->acks = open (acks, O_WRONLY | O_CREAT | O_APPEND, 0600);
  logs->acceptances = open (acceptances, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static guint
count_lines (Logs       *logs,
             const char *name,
             const char *verb,
             const char *id)
{
  g_autofree char *path = g_build_filename (logs->folder, name, NULL);
  g_autofree char *wanted = g_strdup_printf ("%s %s", verb, id);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint count = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    count += g_str_equal (lines[i], wanted);
  return count;
}

/* The script */

static gboolean
is_killed_here (void)
{
  int step = g_atomic_int_add (&shared->n_steps, 1) + 1;

  return step == shared->trouble_at && shared->trouble <= TROUBLE_TORN_WRITE;
}

static gboolean
is_disk_in_trouble (void)
{
  return shared->trouble >= TROUBLE_FULL_DISK && shared->trouble_at > 0 &&
         g_atomic_int_get (&shared->n_steps) >= shared->trouble_at;
}

static void
die (void)
{
  kill (getpid (), SIGKILL);
}

static EnvoiDiskMood
disk_cb (const char *operation,
         gpointer    user_data)
{
  if (is_killed_here ()) {
    if (shared->trouble == TROUBLE_KILL || !g_str_equal (operation, "write"))
      die ();
    return ENVOI_DISK_TEARS_AND_DIES;
  }

  if (!is_disk_in_trouble ())
    return ENVOI_DISK_OBEYS;

  return shared->trouble == TROUBLE_FULL_DISK ? ENVOI_DISK_IS_FULL : ENVOI_DISK_FAILS;
}

static void
server_step_cb (const char          *step,
                const EnvoiDelivery *delivery,
                gpointer             user_data)
{
  Logs *logs = user_data;
  const char *const *recipients;

  if (is_killed_here ())
    die ();
  if (!g_str_equal (step, "before acceptance"))
    return;

  recipients = envoi_envelope_get_recipients (delivery->envelope);
  for (guint i = 0; recipients[i]; i++)
    add_line (logs->acceptances, recipients[i], delivery->letter->id);
}

static EnvoiOrder
order_cb (const EnvoiDelivery *delivery,
          gpointer             user_data)
{
  static const struct {
    const char *id;
    EnvoiOrder first;
  } orders[] = {
    { "refused", ENVOI_ORDER_REFUSE },
    { "later", ENVOI_ORDER_LATER },
    { "later-at-end", ENVOI_ORDER_LATER_AT_END },
    { "lost-answer", ENVOI_ORDER_LOSE_ANSWER },
    { "lost-letter", ENVOI_ORDER_LOSE_LETTER },
    { "partly", ENVOI_ORDER_SEND_PARTLY },
    { "in-parts-lost-answer", ENVOI_ORDER_LOSE_ANSWER },
    { "cancelled", ENVOI_ORDER_HOLD },
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    if (g_str_equal (orders[i].id, delivery->letter->id) && delivery->letter->attempts < 2)
      return orders[i].first;
  }

  return ENVOI_ORDER_SEND;
}

static EnvoiOrder
send_all_cb (const EnvoiDelivery *delivery,
             gpointer             user_data)
{
  return ENVOI_ORDER_SEND;
}

static const char *const queued_now[] = {
  "plain", "refused", "later", "later-at-end", "lost-answer", "lost-letter", "partly",
  "in-parts", "in-parts-lost-answer",
};

/* Once the disk is in trouble, what has begun comes to its end and nothing is begun. */
static void
go_on (EnvoiInstance *instance)
{
  if (!is_disk_in_trouble ())
    return;

  envoi_instance_rest (instance);
  die ();
}

/* Whatever was said to be done is on the disk, and nothing else was said. */
static void
acknowledge (EnvoiInstance *instance,
             Logs          *logs,
             const char    *verb,
             const char    *id,
             const GError  *error)
{
  if (!is_disk_in_trouble ())
    g_assert_no_error (error);
  if (!error)
    add_line (logs->acks, verb, id);
  go_on (instance);
}

static void
submit (EnvoiInstance *instance,
        Logs          *logs,
        const char    *id,
        const char    *account,
        gint64         hold)
{
  g_autoptr (EnvoiLetterRecord) record =
    envoi_instance_make_letter (id, account, id, BEGINNING + hold);
  g_autoptr (GError) error = NULL;

  record->part_size = g_str_has_prefix (id, "in-parts") ? 1 : 0;
  envoi_instance_submit_letter (instance, record, &error);
  acknowledge (instance, logs, "queued", id, error);
}

static gboolean
is_answered (gpointer wait)
{
  return is_disk_in_trouble () || ((EnvoiTestWait *) wait)->result;
}

static void
act (EnvoiInstance     *instance,
     Logs              *logs,
     const char        *id,
     EnvoiOutboxAction  action)
{
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  /* What became of an attempt is written again and again, and the answer waits for it. */
  envoi_outbox_act_async (instance->outbox, id, action, NULL, NULL, envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_answered, &wait);
  if (!wait.result)
    go_on (instance);

  envoi_outbox_act_finish (instance->outbox, wait.result, &error);
  g_clear_object (&wait.result);
  acknowledge (instance, logs, "undone", id, error);
}

typedef struct {
  EnvoiInstance *instance;
  const char *id;
  EnvoiLetterState state;
} Wish;

static gboolean
is_over (gpointer user_data)
{
  const Wish *wish = user_data;

  return is_disk_in_trouble () ||
         envoi_instance_get_state (wish->instance, wish->id) == wish->state;
}

static void
await (EnvoiInstance    *instance,
       const char       *id,
       EnvoiLetterState  state)
{
  Wish wish = { instance, id, state };

  envoi_test_wait_until (is_over, &wish);
  go_on (instance);
}

static gboolean
is_holding (gpointer user_data)
{
  const Wish *wish = user_data;

  return is_disk_in_trouble () ||
         envoi_fake_deliverer_is_holding (wish->instance->deliverer, wish->id);
}

static void
await_holding (EnvoiInstance *instance,
               const char    *id)
{
  Wish wish = { instance, id, 0 };

  envoi_test_wait_until (is_holding, &wish);
  go_on (instance);
}

static void
play (Logs *logs)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (BEGINNING);
  g_autoptr (EnvoiFakeDeliverer) deliverer = envoi_fake_deliverer_new ();
  g_autoptr (GError) error = NULL;
  EnvoiInstance *instance;

  envoi_faulty_vfs_install (disk_cb, NULL);
  envoi_fake_deliverer_set_auto (deliverer, order_cb, server_step_cb, logs);
  instance = envoi_instance_start (logs->folder, deliverer, clock, TRUE);
  shared->n_to_start = g_atomic_int_get (&shared->n_steps);

  envoi_instance_save_draft (instance, "draft", "draft", &error);
  acknowledge (instance, logs, "draft", "draft", error);
  submit (instance, logs, "undone", "account", 10 * SECOND);
  submit (instance, logs, "scheduled", "account", 5 * HOUR);
  for (guint i = 0; i < G_N_ELEMENTS (queued_now); i++)
    submit (instance, logs, queued_now[i], i % 2 ? "account" : "other", 0);

  act (instance, logs, "undone", ENVOI_OUTBOX_EDIT);
  submit (instance, logs, "cancelled", "third", 0);
  await_holding (instance, "cancelled");
  act (instance, logs, "cancelled", ENVOI_OUTBOX_CANCEL);

  await (instance, "later", ENVOI_LETTER_WAITING);
  await (instance, "later-at-end", ENVOI_LETTER_WAITING);
  envoi_instance_move_clock (instance, MINUTE);
  await (instance, "later", ENVOI_LETTER_SENT);
  await (instance, "later-at-end", ENVOI_LETTER_SENT);
  await (instance, "partly", ENVOI_LETTER_SENT);
  await (instance, "in-parts", ENVOI_LETTER_SENT);
  envoi_instance_stop (instance);
}

/* The examination */

static gboolean
is_at_rest (gpointer user_data)
{
  EnvoiInstance *instance = user_data;
  GListModel *outbox = envoi_outbox_get_folder (instance->outbox, ENVOI_FOLDER_OUTBOX);
  GListModel *scheduled = envoi_outbox_get_folder (instance->outbox, ENVOI_FOLDER_SCHEDULED);

  return g_list_model_get_n_items (outbox) + g_list_model_get_n_items (scheduled) == 0;
}

static void
check_whole (EnvoiInstance *instance,
             const char    *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (instance->store, id, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (record->manifest, NULL),
                   g_bytes_get_size (record->manifest), id, strlen (id));
  if (record->state != ENVOI_LETTER_DRAFT)
    g_assert_cmpuint (record->recipients->len, ==, 2);
}

static void
check_recipient (const EnvoiRecipientRecord *recipient,
                 EnvoiLetterState            state,
                 guint                       n_accepted)
{
  g_assert_cmpuint (n_accepted, <=, 1);

  switch (recipient->state) {
    case ENVOI_RECIPIENT_ACCEPTED:
      g_assert_cmpuint (n_accepted, ==, 1);
      break;
    case ENVOI_RECIPIENT_PENDING:
    case ENVOI_RECIPIENT_DEFERRED:
      g_assert_cmpint (state, !=, ENVOI_LETTER_SENT);
      g_assert_cmpuint (n_accepted, ==, 0);
      break;
    case ENVOI_RECIPIENT_REFUSED:
    case ENVOI_RECIPIENT_UNKNOWN:
    default:
      break;
  }
}

/* Nobody has got it twice, and what is said of each is true. */
static guint
check_recipients (EnvoiInstance *instance,
                  Logs          *logs,
                  const char    *id)
{
  const EnvoiLetterRecord *record = envoi_instance_get_record (instance, id);
  guint n_most = 0;

  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);
    guint n_accepted = count_lines (logs, "acceptances", recipient->address, id);

    check_recipient (recipient, record->state, n_accepted);
    n_most = MAX (n_most, n_accepted);
  }

  return n_most;
}

static void
check_letter (EnvoiInstance *instance,
              Logs          *logs,
              const char    *id)
{
  guint n_accepted;
  gboolean is_queued = count_lines (logs, "acks", "queued", id) > 0;
  gboolean is_undone = count_lines (logs, "acks", "undone", id) > 0;
  EnvoiLetter *letter = envoi_outbox_find (instance->outbox, id);

  if (!letter) {
    g_assert_false (is_queued);
    return;
  }

  check_whole (instance, id);
  n_accepted = check_recipients (instance, logs, id);

  switch (envoi_letter_get_state (letter)) {
    case ENVOI_LETTER_SENT:
      g_assert_false (is_undone);
      g_assert_cmpuint (n_accepted, ==, 1);
      break;
    case ENVOI_LETTER_UNKNOWN:
      g_assert_false (is_undone);
      break;
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_FAILED:
      g_assert_cmpuint (n_accepted, ==, 0);
      break;
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_SENDING:
    case ENVOI_LETTER_WAITING:
    default:
      g_assert_not_reached ();
  }
}

static void
examine (Logs *logs)
{
  static const char *const others[] = { "undone", "scheduled", "cancelled", "draft" };
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (BEGINNING + 24 * HOUR);
  g_autoptr (EnvoiFakeDeliverer) deliverer = envoi_fake_deliverer_new ();
  EnvoiInstance *instance;

  envoi_fake_deliverer_set_auto (deliverer, send_all_cb, server_step_cb, logs);
  instance = envoi_instance_start (logs->folder, deliverer, clock, TRUE);
  g_assert_null (envoi_store_get_notice (instance->store));
  envoi_test_wait_until (is_at_rest, instance);

  for (guint i = 0; i < G_N_ELEMENTS (queued_now); i++)
    check_letter (instance, logs, queued_now[i]);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    check_letter (instance, logs, others[i]);
  if (count_lines (logs, "acks", "draft", "draft") > 0)
    g_assert_nonnull (envoi_outbox_find (instance->outbox, "draft"));
  envoi_instance_stop (instance);
}

static int
run_child (void (*function)(Logs *logs),
           Logs  *logs)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    logs_open (logs);
    function (logs);
    _exit (0);
  }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static void
kill_and_examine (int      at,
                  Trouble  trouble,
                  guint   *n_kills)
{
  Logs logs = { .folder = envoi_test_make_folder () };
  int status;

  *shared = (Shared) { .trouble_at = at, .trouble = trouble };
  status = run_child (play, &logs);
  if (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL)
    (*n_kills)++;
  else
    g_assert_cmpint (status, ==, 0);

  *shared = (Shared) { 0 };
  status = run_child (examine, &logs);
  if (status != 0)
    g_error ("trouble at step %d: the examination ended with %d", at, status);
  g_free (logs.folder);
}

static void
test_kills (gconstpointer data)
{
  Trouble trouble = GPOINTER_TO_UINT (data);
  gboolean is_thorough = g_getenv ("ENVOI_TEST_THOROUGH") != NULL;
  Logs logs = { .folder = envoi_test_make_folder () };
  guint n_kills = 0;
  guint n_runs = 0;
  int n_steps;
  int first = 1;
  int stride;

  *shared = (Shared) { 0 };
  g_assert_cmpint (run_child (play, &logs), ==, 0);
  n_steps = shared->n_steps;
  /* What comes of a disk in trouble at the start is shown by the store's own tests. */
  if (trouble >= TROUBLE_FULL_DISK)
    first = shared->n_to_start + 1;
  *shared = (Shared) { 0 };
  g_assert_cmpint (run_child (examine, &logs), ==, 0);

  stride = is_thorough ? 1 : MAX (n_steps / SPREAD_KILLS, 1);
  for (int step = first; step <= n_steps; step += stride, n_runs++)
    kill_and_examine (step, trouble, &n_kills);

  g_test_message ("%d steps, %u runs, %u kills", n_steps, n_runs, n_kills);
  g_assert_cmpuint (n_kills, >=, n_runs * 8 / 10);
  g_free (logs.folder);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (shared != MAP_FAILED);

  g_test_add_data_func ("/envoi/outbox/crash/kill", GUINT_TO_POINTER (TROUBLE_KILL), test_kills);
  g_test_add_data_func ("/envoi/outbox/crash/kill-in-a-write",
                        GUINT_TO_POINTER (TROUBLE_TORN_WRITE), test_kills);
  g_test_add_data_func ("/envoi/outbox/crash/full-disk", GUINT_TO_POINTER (TROUBLE_FULL_DISK),
                        test_kills);
  g_test_add_data_func ("/envoi/outbox/crash/bad-disk", GUINT_TO_POINTER (TROUBLE_BAD_DISK),
                        test_kills);

  return g_test_run ();
}
