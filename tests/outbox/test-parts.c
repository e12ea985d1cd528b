/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-outbox-fixture.h"
#include "envoi-outbox-private.h"

#include <string.h>

/* One letter that goes to a part of its recipients at a time. */

typedef struct {
  char *folder;
  EnvoiClock *clock;
  EnvoiFakeDeliverer *deliverer;
  EnvoiInstance *one;
  guint n_orders;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = envoi_test_make_folder ();
  fixture->clock = envoi_clock_new_fake (BEGINNING);
  fixture->deliverer = envoi_fake_deliverer_new ();
  envoi_fake_deliverer_set_now (fixture->deliverer, BEGINNING);
  fixture->one = envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  envoi_instance_stop (fixture->one);
  g_object_unref (fixture->deliverer);
  g_object_unref (fixture->clock);
  g_free (fixture->folder);
}

/* "a@example.org b@example.org ..." */
static EnvoiEnvelope *
make_envelope (guint              n,
               EnvoiEnvelopeFlags flags)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) recipients = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *address = g_strdup_printf ("%c@example.org", 'a' + (int) i);

    g_strv_builder_add (builder, address);
  }

  recipients = g_strv_builder_end (builder);
  return envoi_envelope_new ("me@example.org", (const char *const *) recipients, flags, "env");
}

/* @n recipients, @part_size of them at a time */
static void
submit (Fixture            *fixture,
        guint               n,
        guint               part_size,
        EnvoiEnvelopeFlags  flags)
{
  g_autoptr (EnvoiLetterRecord) record =
    envoi_instance_make_letter ("x", "account", "text", BEGINNING);
  g_autoptr (GError) error = NULL;

  envoi_envelope_unref (record->envelope);
  record->envelope = make_envelope (n, flags);
  record->part_size = part_size;
  envoi_instance_submit_letter (fixture->one, record, &error);
  g_assert_no_error (error);
}

static gboolean
is_next_holding (gpointer user_data)
{
  Fixture *fixture = user_data;

  return envoi_fake_deliverer_get_n_calls (fixture->deliverer) > fixture->n_orders &&
         envoi_fake_deliverer_is_holding (fixture->deliverer, "x");
}

/* One order for each attempt. */
static void
order (Fixture    *fixture,
       EnvoiOrder  what)
{
  envoi_test_wait_until (is_next_holding, fixture);
  fixture->n_orders++;
  envoi_fake_deliverer_order (fixture->deliverer, "x", what);
}

static gboolean
send_in_parts (Fixture  *fixture,
               guint     most,
               GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_outbox_send_in_parts_async (fixture->one->outbox, "x", most, NULL, envoi_test_wait_cb,
                                    &wait);
  result = envoi_test_wait (&wait);
  return envoi_outbox_act_finish (fixture->one->outbox, result, error);
}

static guint
get_part_size (Fixture *fixture)
{
  return envoi_instance_get_record (fixture->one, "x")->part_size;
}

/* The local parts of those for whom it was accepted, a blank between the parts. */
static char *
dup_acceptances (Fixture *fixture)
{
  g_autoptr (GPtrArray) acceptances =
    envoi_fake_deliverer_dup_acceptances (fixture->deliverer);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < acceptances->len; i++) {
    const EnvoiAcceptance *acceptance = g_ptr_array_index (acceptances, i);
    const EnvoiAcceptance *first = g_ptr_array_index (acceptances, 0);

    g_assert_true (g_bytes_equal (acceptance->manifest, first->manifest));
    if (i > 0)
      g_string_append_c (text, ' ');
    for (guint j = 0; acceptance->recipients[j]; j++)
      g_string_append_c (text, acceptance->recipients[j][0]);
  }

  return g_string_free (text, FALSE);
}

static void
assert_accepted (Fixture    *fixture,
                 const char *wanted)
{
  g_autofree char *accepted = dup_acceptances (fixture);

  g_assert_cmpstr (accepted, ==, wanted);
}

/* Each part follows at once, with the same bytes; everybody gets the letter one time. */
static void
test_sent (Fixture      *fixture,
           gconstpointer data)
{
  submit (fixture, 5, 2, ENVOI_ENVELOPE_NONE);
  for (guint i = 0; i < 3; i++)
    order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "ab cd e");
}

/* Who is put off does not hold up the others, and comes after them. */
static void
test_put_off (Fixture      *fixture,
              gconstpointer data)
{
  submit (fixture, 4, 2, ENVOI_ENVELOPE_NONE);
  order (fixture, ENVOI_ORDER_SEND_REST_LATER);
  order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_WAITING);
  envoi_instance_move_clock (fixture->one, MINUTE);
  order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "a cd b");
}

/* A broken connection makes one part doubtful; the word about it is no word about the rest. */
static void
test_unknown (Fixture      *fixture,
              gconstpointer data)
{
  const EnvoiLetterRecord *record;

  submit (fixture, 4, 2, ENVOI_ENVELOPE_NONE);
  order (fixture, ENVOI_ORDER_LOSE_ANSWER);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_UNKNOWN);
  record = envoi_instance_get_record (fixture->one, "x");
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (((EnvoiRecipientRecord *) g_ptr_array_index (record->recipients, i))->state,
                     ==, i < 2 ? ENVOI_RECIPIENT_UNKNOWN : ENVOI_RECIPIENT_PENDING);

  g_assert_true (envoi_instance_act (fixture->one, "x", ENVOI_OUTBOX_DISMISS, NULL));
  order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "ab cd");
}

/* What a part cannot have, the letter cannot; who has it is left out when it goes again. */
static void
test_refused (Fixture      *fixture,
              gconstpointer data)
{
  submit (fixture, 5, 2, ENVOI_ENVELOPE_NONE);
  order (fixture, ENVOI_ORDER_SEND);
  order (fixture, ENVOI_ORDER_REFUSE);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_FAILED);

  g_assert_true (envoi_instance_act (fixture->one, "x", ENVOI_OUTBOX_SEND_NOW, NULL));
  order (fixture, ENVOI_ORDER_SEND);
  order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "ab cd e");
}

/* The person's press: by what the server is said to take, else by halves. */
static void
test_split (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit (fixture, 7, 0, ENVOI_ENVELOPE_NONE);
  order (fixture, ENVOI_ORDER_REFUSE);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_FAILED);
  g_assert_true (send_in_parts (fixture, 5, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (get_part_size (fixture), ==, 5);

  order (fixture, ENVOI_ORDER_REFUSE);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_FAILED);
  g_assert_true (send_in_parts (fixture, 5, NULL));
  g_assert_cmpuint (get_part_size (fixture), ==, 3);
  for (guint i = 0; i < 3; i++)
    order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "abc def g");

  g_assert_false (send_in_parts (fixture, 0, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

/* Put off as a whole, it need not wait for its next try. */
static void
test_split_waiting (Fixture      *fixture,
                    gconstpointer data)
{
  submit (fixture, 2, 0, ENVOI_ENVELOPE_NONE);
  order (fixture, ENVOI_ORDER_LATER);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_WAITING);
  g_assert_true (send_in_parts (fixture, 0, NULL));
  order (fixture, ENVOI_ORDER_SEND);
  order (fixture, ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_SENT);
  assert_accepted (fixture, "a b");
}

/* To all or to nobody: no part may go before another. */
static void
test_all_or_nothing (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit (fixture, 3, 0, ENVOI_ENVELOPE_ALL_OR_NOTHING);
  order (fixture, ENVOI_ORDER_REFUSE);
  envoi_instance_wait_state (fixture->one, "x", ENVOI_LETTER_FAILED);
  g_assert_false (send_in_parts (fixture, 0, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

/* The program was killed in the middle of the second part: that part alone is in doubt. */
static void
test_recover (void)
{
  static const EnvoiRecipientState before[] = {
    ENVOI_RECIPIENT_ACCEPTED, ENVOI_RECIPIENT_DEFERRED, ENVOI_RECIPIENT_PENDING,
    ENVOI_RECIPIENT_PENDING, ENVOI_RECIPIENT_PENDING,
  };
  static const EnvoiRecipientState after[] = {
    ENVOI_RECIPIENT_ACCEPTED, ENVOI_RECIPIENT_DEFERRED, ENVOI_RECIPIENT_UNKNOWN,
    ENVOI_RECIPIENT_UNKNOWN, ENVOI_RECIPIENT_PENDING,
  };
  g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new ("x");

  record->state = ENVOI_LETTER_SENDING;
  record->is_handed_over = TRUE;
  record->part_size = 2;
  for (guint i = 0; i < G_N_ELEMENTS (before); i++) {
    EnvoiRecipientRecord *recipient = envoi_recipient_record_new ("a@example.org");

    recipient->state = before[i];
    g_ptr_array_add (record->recipients, recipient);
  }

  envoi_outcome_recover (record, BEGINNING);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (after); i++)
    g_assert_cmpint (((EnvoiRecipientRecord *) g_ptr_array_index (record->recipients, i))->state,
                     ==, after[i]);
}

/* Recipients who are refused are no reason to keep the letter from the others. */
static void
test_refused_recipients (void)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new ("x");

  record->part_size = 1;
  for (guint i = 0; i < 3; i++) {
    g_autofree char *address = g_strdup_printf ("%c@example.org", 'a' + (int) i);

    g_ptr_array_add (record->recipients, envoi_recipient_record_new (address));
  }

  for (guint i = 0; i < 3; i++) {
    g_autoptr (EnvoiDeliveryOutcome) outcome =
      envoi_delivery_outcome_new (i == 1 ? ENVOI_DELIVERY_SENT : ENVOI_DELIVERY_REFUSED);
    EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);
    EnvoiRecipientRecord *answer = envoi_recipient_record_new (recipient->address);

    record->state = ENVOI_LETTER_SENDING;
    answer->state = i == 1 ? ENVOI_RECIPIENT_ACCEPTED : ENVOI_RECIPIENT_REFUSED;
    if (!outcome->recipients)
      outcome->recipients =
        g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
    g_ptr_array_add (outcome->recipients, answer);
    outcome->is_about_recipients = i != 1;
    envoi_outcome_apply (record, outcome, TRUE, BEGINNING, 0);
    g_assert_cmpint (record->state, ==, i < 2 ? ENVOI_LETTER_WAITING : ENVOI_LETTER_SENT);
    g_assert_cmpint (record->next_try, ==, BEGINNING);
  }
}

#define ADD(name, function) \
  g_test_add ("/envoi/outbox/parts/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("sent", test_sent);
  ADD ("put-off", test_put_off);
  ADD ("unknown", test_unknown);
  ADD ("refused", test_refused);
  ADD ("split", test_split);
  ADD ("split-waiting", test_split_waiting);
  ADD ("all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/envoi/outbox/parts/recover", test_recover);
  g_test_add_func ("/envoi/outbox/parts/refused-recipients", test_refused_recipients);

  return g_test_run ();
}
