/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-outbox-fixture.h"

#include <glib/gstdio.h>

/*
 * A random walk through everything a person, a server, a network, a clock, a
 * lid, a token and a power cut can do. What must hold is checked after every step:
 *
 *  - a server accepts a letter one time for each recipient, and one time more
 *    for each word "send again" the person gave while it was not known whether the
 *    recipient has it, or when it had come back;
 *  - a letter that was taken back does not leave;
 *  - what is accepted is what was approved last;
 *  - the state tells the truth;
 *  - no account tries more letters in the time of its pace than that allows;
 *  - nothing begins while the computer is about to sleep;
 *  - what an expired token has stopped is not tried again without the person.
 *
 * Some walks are long and always the same, many are short and each another one;
 * with ENVOI_TEST_THOROUGH=1 those are thousands.
 */

#define N_LETTERS 6
#define N_STEPS 400
#define THOROUGH_STEPS 5000
#define N_SHORT_WALKS 25
#define THOROUGH_SHORT_WALKS 3000
#define SHORT_STEPS 80
/* Apart from the seeds of the long walks. */
#define FIRST_SHORT_SEED 1000

static const char *const accounts[] = { "account", "other" };
/* Those of every letter of the fixture. */
static const char *const addresses[] = { "a@example.org", "b@example.org" };

#define N_RECIPIENTS G_N_ELEMENTS (addresses)
#define N_ACCOUNTS G_N_ELEMENTS (accounts)

static const guint32 seeds[] = { 1, 2, 3, 5, 8, 13, 21, 34 };

typedef struct {
  char *id;
  guint version;          /* of the text */
  gboolean is_approved;   /* submitted and not taken back */
  guint approved_version;
  guint n_allowed[N_RECIPIENTS];    /* acceptances since the last approval */
  guint n_accepted[N_RECIPIENTS];   /* of the last approval */
  guint account;
  gboolean needs_sign_in; /* the person's word is waited for */
} Expectation;

typedef struct {
  GRand *rand;
  char *folder;
  EnvoiClock *clock;
  EnvoiFakeDeliverer *deliverer;
  EnvoiInstance *one;
  EnvoiInstance *two;     /* nullable: another process */
  Expectation letters[N_LETTERS];
  guint n_seen;           /* acceptances looked at */
  guint n_crashes;
  guint n_accepted;
  EnvoiPace pace;         /* of both accounts */
  guint n_unpaced;        /* calls that the pace of now does not speak of */
  guint n_paced;          /* how often an account was found at its pace */
  gboolean is_asleep;
  guint n_before_sleep;   /* calls */
  gboolean is_offline;
  gboolean is_expired[N_ACCOUNTS];  /* the token */
  guint n_steps;
  guint n_turned_away;
} World;

static char *
make_text (const Expectation *letter,
           guint              version)
{
  return g_strdup_printf ("%s version %u", letter->id, version);
}

static Expectation *
find (World      *world,
      const char *id)
{
  for (guint i = 0; i < N_LETTERS; i++) {
    if (g_str_equal (world->letters[i].id, id))
      return &world->letters[i];
  }

  g_assert_not_reached ();
}

static guint
find_recipient (const char *address)
{
  for (guint i = 0; i < N_RECIPIENTS; i++) {
    if (g_str_equal (addresses[i], address))
      return i;
  }

  g_assert_not_reached ();
}

static gboolean
was_accepted (const Expectation *letter)
{
  for (guint i = 0; i < N_RECIPIENTS; i++) {
    if (letter->n_accepted[i] > 0)
      return TRUE;
  }

  return FALSE;
}

/* Whether the server may still accept it for somebody. */
static gboolean
is_open (const Expectation *letter)
{
  for (guint i = 0; i < N_RECIPIENTS; i++) {
    if (letter->n_accepted[i] < letter->n_allowed[i])
      return TRUE;
  }

  return FALSE;
}

static void
allow_once_more (Expectation *letter)
{
  for (guint i = 0; i < N_RECIPIENTS; i++)
    letter->n_allowed[i] = letter->n_accepted[i] + 1;
}

static void
allow_doubtful (Expectation             *letter,
                const EnvoiLetterRecord *record)
{
  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);
    guint number = find_recipient (recipient->address);

    if (recipient->state == ENVOI_RECIPIENT_UNKNOWN ||
        recipient->state == ENVOI_RECIPIENT_RETURNED)
      letter->n_allowed[number] = letter->n_accepted[number] + 1;
  }
}

static void
look_at_acceptances (World *world)
{
  g_autoptr (GPtrArray) acceptances = envoi_fake_deliverer_dup_acceptances (world->deliverer);

  for (; world->n_seen < acceptances->len; world->n_seen++) {
    const EnvoiAcceptance *acceptance = g_ptr_array_index (acceptances, world->n_seen);
    Expectation *letter = find (world, acceptance->letter_id);
    g_autofree char *approved = make_text (letter, letter->approved_version);

    g_assert_true (letter->is_approved);
    g_assert_cmpmem (g_bytes_get_data (acceptance->manifest, NULL),
                     g_bytes_get_size (acceptance->manifest), approved, strlen (approved));
    world->n_accepted++;
    for (guint i = 0; acceptance->recipients[i]; i++) {
      guint recipient = find_recipient (acceptance->recipients[i]);

      letter->n_accepted[recipient]++;
      g_assert_cmpuint (letter->n_accepted[recipient], <=, letter->n_allowed[recipient]);
    }
  }
}

static void
look_at_state (World                   *world,
               const EnvoiLetterRecord *record)
{
  const Expectation *letter = find (world, record->id);

  switch (record->state) {
    case ENVOI_LETTER_SENT:
      g_assert_true (was_accepted (letter));
      break;
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_WAITING:
    case ENVOI_LETTER_FAILED:
      /* Never "not sent" while a server has the letter and nobody said "again". */
      if (letter->is_approved)
        g_assert_true (is_open (letter));
      break;
    case ENVOI_LETTER_SENDING:
    case ENVOI_LETTER_UNKNOWN:
    default:
      break;
  }
}


/* From now on what went before is another matter: the pace or the clock was set anew. */
static void
forget_pace (World *world)
{
  world->n_unpaced = envoi_fake_deliverer_get_n_calls (world->deliverer);
}

static void
look_at_calls (World *world)
{
  gint64 window = (gint64) world->pace.minutes * MINUTE;

  for (guint i = 0; world->pace.letters > 0 && i < G_N_ELEMENTS (accounts); i++) {
    guint n_calls = envoi_fake_deliverer_count_calls (world->deliverer, accounts[i],
                                                      world->n_unpaced,
                                                      envoi_clock_get_now (world->clock) - window);

    g_assert_cmpuint (n_calls, <=, world->pace.letters);
    world->n_paced += n_calls == world->pace.letters;
  }

  if (world->is_asleep)
    g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (world->deliverer), ==,
                      world->n_before_sleep);
}

static void
look_at_sign_ins (World *world)
{
  for (guint i = 0; i < N_LETTERS; i++) {
    if (world->letters[i].needs_sign_in)
      g_assert_false (envoi_fake_deliverer_is_holding (world->deliverer, world->letters[i].id));
  }
}

static void
check (World *world)
{
  g_autoptr (GPtrArray) records = NULL;

  envoi_instance_rest (world->one);
  look_at_calls (world);
  look_at_sign_ins (world);
  records = envoi_fixture_list (world->one->store, EVERY_STATE, 0, 0);
  look_at_acceptances (world);
  for (guint i = 0; i < records->len; i++)
    look_at_state (world, g_ptr_array_index (records, i));
}

static Expectation *
pick (World *world)
{
  return &world->letters[g_rand_int_range (world->rand, 0, N_LETTERS)];
}

/* The one whose hands are on the keyboard: this process or the other. */
static EnvoiInstance *
pick_instance (World *world)
{
  return world->two && g_rand_boolean (world->rand) ? world->two : world->one;
}

static void
do_write (World *world)
{
  Expectation *letter = pick (world);
  g_autofree char *text = make_text (letter, letter->version + 1);

  if (envoi_instance_save_draft (pick_instance (world), letter->id, text, NULL))
    letter->version++;
}

static void
do_send (World *world)
{
  static const gint64 holds[] = { 0, 0, 10 * SECOND, 5 * HOUR, -HOUR };
  Expectation *letter = pick (world);
  gint64 hold = holds[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (holds))];
  g_autofree char *text = make_text (letter, letter->version + 1);
  guint account = (guint) g_rand_int_range (world->rand, 0, N_ACCOUNTS);
  g_autoptr (EnvoiLetterRecord) record =
    envoi_instance_make_letter (letter->id, accounts[account], text,
                                envoi_clock_get_now (world->clock) + hold);
  gboolean was_approved = letter->is_approved;
  Expectation before = *letter;

  /* The server may be quicker than the answer to this call. */
  if (!was_approved) {
    letter->is_approved = TRUE;
    letter->approved_version = letter->version + 1;
    letter->account = account;
    letter->needs_sign_in = FALSE;
    memset (letter->n_accepted, 0, sizeof letter->n_accepted);
    allow_once_more (letter);
  }

  /* Some go to one recipient at a time. */
  record->part_size = g_rand_int_range (world->rand, 0, 3) == 0 ? 1 : 0;
  if (envoi_instance_submit_letter (pick_instance (world), record, NULL)) {
    g_assert_false (was_approved);
    letter->version++;
  } else {
    *letter = before;
  }
}

static void
do_take_back (World *world)
{
  Expectation *letter = pick (world);
  EnvoiOutboxAction action =
    g_rand_boolean (world->rand) ? ENVOI_OUTBOX_EDIT : ENVOI_OUTBOX_CANCEL;

  if (envoi_instance_act (pick_instance (world), letter->id, action, NULL)) {
    look_at_acceptances (world);
    letter->is_approved = FALSE;
    letter->needs_sign_in = FALSE;
  }
}

static void
do_send_again (World *world)
{
  Expectation *letter = pick (world);
  /* On the disk; what a process shows may lag behind another one for a moment. */
  g_autoptr (EnvoiLetterRecord) record =
    envoi_fixture_load (world->one->store, letter->id, NULL);

  if (record && (record->state == ENVOI_LETTER_UNKNOWN || record->state == ENVOI_LETTER_FAILED))
    allow_doubtful (letter, record);

  letter->needs_sign_in = FALSE;
  envoi_instance_act (world->one, letter->id, ENVOI_OUTBOX_SEND_NOW, NULL);
}

static void
do_dismiss (World *world)
{
  Expectation *letter = pick (world);

  /* "It arrived" is the person's word; only here the person does not lie. */
  if (was_accepted (letter))
    envoi_instance_act (world->one, letter->id, ENVOI_OUTBOX_DISMISS, NULL);
}

static void
do_delete (World *world)
{
  Expectation *letter = pick (world);

  if (envoi_instance_act (pick_instance (world), letter->id, ENVOI_OUTBOX_DELETE, NULL)) {
    look_at_acceptances (world);
    letter->is_approved = FALSE;
    letter->needs_sign_in = FALSE;
  }
}

static EnvoiOrder
choose_order (World             *world,
              const Expectation *letter)
{
  EnvoiOrder order = g_rand_int_range (world->rand, ENVOI_ORDER_COMMIT, ENVOI_N_ORDERS);

  /* Most days are good days, and some servers take their time with the last answer. */
  if (g_rand_int_range (world->rand, 0, 4) == 0)
    order = ENVOI_ORDER_COMMIT;
  else if (g_rand_boolean (world->rand))
    order = ENVOI_ORDER_SEND;

  if (envoi_fake_deliverer_is_past_commit (world->deliverer, letter->id)) {
    if (world->is_offline)
      order = g_rand_boolean (world->rand) ? ENVOI_ORDER_LOSE_ANSWER : ENVOI_ORDER_LOSE_LETTER;
    return order;
  }

  if (world->is_offline)
    return ENVOI_ORDER_OFFLINE;
  if (world->is_expired[letter->account])
    return ENVOI_ORDER_SIGN_IN;
  return order == ENVOI_ORDER_SIGN_IN ? ENVOI_ORDER_SEND : order;
}

static void
do_answer (World *world)
{
  Expectation *letter = pick (world);
  EnvoiOrder order;

  if (envoi_fake_deliverer_is_holding (world->deliverer, letter->id)) {
    order = choose_order (world, letter);
    letter->needs_sign_in = order == ENVOI_ORDER_SIGN_IN;
    world->n_turned_away += order == ENVOI_ORDER_SIGN_IN;
    envoi_fake_deliverer_order (world->deliverer, letter->id, order);
    while (order != ENVOI_ORDER_COMMIT &&
           envoi_fake_deliverer_is_holding (world->deliverer, letter->id))
      g_main_context_iteration (NULL, FALSE);
  }
}

static void
do_move_clock (World *world)
{
  static const gint64 jumps[] = {
    SECOND, 10 * SECOND, MINUTE, MINUTE, 20 * MINUTE, 20 * MINUTE, HOUR, HOUR, 6 * HOUR, 72 * HOUR,
    -HOUR, -48 * HOUR,
  };
  gint64 jump = jumps[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (jumps))];

  if (jump < 0)
    forget_pace (world);
  envoi_instance_move_clock (world->one, jump);
}

static void
do_set_pace (World *world)
{
  static const EnvoiPace paces[] = { { 0, 0 }, { 1, 10 }, { 2, 60 }, { 4, 60 }, { 4, 60 } };

  world->pace = paces[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (paces))];
  forget_pace (world);
  envoi_fake_deliverer_set_pace (world->deliverer, world->pace);
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    envoi_outbox_renew_pace (world->one->outbox, accounts[i]);
}

static void
do_sleep (World *world)
{
  /* Nights are short here, or little would happen. */
  world->is_asleep = !world->is_asleep && g_rand_int_range (world->rand, 0, 3) == 0;
  envoi_outbox_set_asleep (world->one->outbox, world->is_asleep);
  world->n_before_sleep = envoi_fake_deliverer_get_n_calls (world->deliverer);
}

static void
do_network (World *world)
{
  world->is_offline = !world->is_offline;
  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed",
                         !world->is_offline);
}

static void
do_token (World *world)
{
  guint account = (guint) g_rand_int_range (world->rand, 0, N_ACCOUNTS);

  world->is_expired[account] = !world->is_expired[account];
}

/* A bounce or a receipt: whatever the letter is doing, it is no answer of the server it was
 * given to. Nobody reports as delivered what no server has accepted. */
static void
do_report (World *world)
{
  g_autoptr (GPtrArray) news =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  Expectation *letter = pick (world);
  guint number = (guint) g_rand_int_range (world->rand, 0, N_RECIPIENTS);
  EnvoiRecipientRecord *heard = envoi_recipient_record_new (addresses[number]);
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  heard->state = letter->n_accepted[number] == 0 ? ENVOI_RECIPIENT_RETURNED :
                 (EnvoiRecipientState) g_rand_int_range (world->rand, ENVOI_RECIPIENT_RETURNED,
                                                         ENVOI_RECIPIENT_DELIVERED + 1);
  g_ptr_array_add (news, heard);
  envoi_outbox_report_async (world->one->outbox, letter->id, news, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_outbox_report_finish (world->one->outbox, result, NULL);
}

static void
do_flush (World *world)
{
  envoi_outbox_flush (pick_instance (world)->outbox);
}

static void
do_other_instance (World *world)
{
  if (world->two)
    envoi_instance_stop (g_steal_pointer (&world->two));
  else
    world->two = envoi_instance_start (world->folder, world->deliverer, world->clock, FALSE);
}

/* Every delivery that holds is let go, so that the process can end. */
static void
release (World           *world,
         EnvoiInstance   *instance,
         EnvoiOrder       order)
{
  for (guint i = 0; i < N_LETTERS; i++) {
    if (envoi_fake_deliverer_is_holding (world->deliverer, world->letters[i].id))
      envoi_fake_deliverer_order (world->deliverer, world->letters[i].id, order);
  }
}

static void
do_restart (World *world)
{
  release (world, world->one, ENVOI_ORDER_SEND);
  envoi_instance_stop (world->one);
  world->is_asleep = FALSE;
  world->one = envoi_instance_start (world->folder, world->deliverer, world->clock, TRUE);
}

static void
copy_file (const char *from,
           const char *to,
           const char *name)
{
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *target = g_build_filename (to, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_file_get_contents (source, &bytes, &length, NULL))
    g_assert_true (g_file_set_contents (target, bytes, (gssize) length, NULL));
}

static void
remove_store (const char *folder)
{
  static const char *const names[] = {
    "letters.db", "letters.db-wal", "letters.db-shm", "changed", "open.lock", "sender.lock",
    "blobs", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);

    g_remove (path);
  }
}

/* What is on the disk at this moment is all that is left. */
static void
do_crash (World *world)
{
  char *after = envoi_test_make_folder ();

  if (world->two)
    envoi_instance_stop (g_steal_pointer (&world->two));
  envoi_instance_rest (world->one);
  look_at_acceptances (world);
  copy_file (world->folder, after, "letters.db");
  copy_file (world->folder, after, "letters.db-wal");

  /* The old process comes to its end where nobody sees it; what it had handed over may be
   * with the server. */
  for (guint i = 0; i < N_LETTERS; i++) {
    if (envoi_fake_deliverer_is_past_commit (world->deliverer, world->letters[i].id) &&
        g_rand_boolean (world->rand))
      envoi_fake_deliverer_order (world->deliverer, world->letters[i].id,
                                  ENVOI_ORDER_LOSE_ANSWER);
  }
  envoi_instance_rest (world->one);
  release (world, world->one, ENVOI_ORDER_LOSE_LETTER);
  envoi_instance_stop (world->one);
  look_at_acceptances (world);

  /* Nobody wrote down what was under way. */
  forget_pace (world);
  world->is_asleep = FALSE;
  remove_store (world->folder);
  g_free (world->folder);
  world->folder = after;
  world->one = envoi_instance_start (world->folder, world->deliverer, world->clock, TRUE);
  world->n_crashes++;
}

static void (*const steps[])(World *world) = {
  do_write, do_send, do_send, do_send, do_send, do_take_back, do_send_again, do_dismiss,
  do_delete, do_delete, do_answer, do_answer, do_answer, do_answer, do_answer, do_move_clock, do_move_clock,
  do_move_clock, do_flush, do_other_instance, do_restart, do_restart, do_crash, do_set_pace, do_sleep,
  do_sleep, do_network, do_network, do_token, do_report, do_report,
};

static void
end_world (World *world)
{
  release (world, world->one, ENVOI_ORDER_SEND);
  if (world->two)
    envoi_instance_stop (world->two);
  envoi_instance_stop (world->one);
  for (guint i = 0; i < N_LETTERS; i++)
    g_free (world->letters[i].id);
  g_object_unref (world->deliverer);
  g_object_unref (world->clock);
  remove_store (world->folder);
  g_free (world->folder);
  g_rand_free (world->rand);
}

/* Returns what happened; nothing in it is alive any more. */
static World
walk (guint32 seed,
      guint   n_steps)
{
  World world = { .rand = g_rand_new_with_seed (seed), .folder = envoi_test_make_folder () };

  world.clock = envoi_clock_new_fake (BEGINNING);
  world.deliverer = envoi_fake_deliverer_new ();
  envoi_fake_deliverer_set_now (world.deliverer, BEGINNING);
  for (guint i = 0; i < N_LETTERS; i++)
    world.letters[i] = (Expectation) { .id = g_strdup_printf ("letter-%u", i) };
  world.one = envoi_instance_start (world.folder, world.deliverer, world.clock, TRUE);

  for (; world.n_steps < n_steps; world.n_steps++) {
    steps[g_rand_int_range (world.rand, 0, G_N_ELEMENTS (steps))](&world);
    check (&world);
  }

  end_world (&world);
  return world;
}

static void
tell (const char  *what,
      const World *world)
{
  g_test_message ("%s: %u steps, %u acceptances, %u crashes, %u times at the pace, %u times turned"
                  " away for an expired token", what, world->n_steps, world->n_accepted,
                  world->n_crashes, world->n_paced, world->n_turned_away);
  g_assert_cmpuint (world->n_accepted, >, 0);
}

static void
test_walk (gconstpointer data)
{
  guint32 seed = GPOINTER_TO_UINT (data);
  g_autofree char *what = g_strdup_printf ("seed %u", seed);
  World world = walk (seed, g_getenv ("ENVOI_TEST_THOROUGH") ? THOROUGH_STEPS : N_STEPS);

  tell (what, &world);
}

static void
test_short_walks (void)
{
  guint n_walks = g_getenv ("ENVOI_TEST_THOROUGH") ? THOROUGH_SHORT_WALKS : N_SHORT_WALKS;
  g_autofree char *what = g_strdup_printf ("%u walks", n_walks);
  World sum = { 0 };

  for (guint i = 0; i < n_walks; i++) {
    World world;

    if (i % 100 == 0)
      g_test_message ("seeds from %u", FIRST_SHORT_SEED + i);
    world = walk (FIRST_SHORT_SEED + i, SHORT_STEPS);
    sum.n_steps += world.n_steps;
    sum.n_accepted += world.n_accepted;
    sum.n_crashes += world.n_crashes;
    sum.n_paced += world.n_paced;
    sum.n_turned_away += world.n_turned_away;
  }

  tell (what, &sum);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++) {
    g_autofree char *path = g_strdup_printf ("/envoi/outbox/model/seed-%u", seeds[i]);

    g_test_add_data_func (path, GUINT_TO_POINTER (seeds[i]), test_walk);
  }

  g_test_add_func ("/envoi/outbox/model/short-walks", test_short_walks);

  return g_test_run ();
}
