/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-highlight.h"
#include "envoi-letter-saver.h"
#include "envoi-quit-dialog.h"
#include "envoi-state-words.h"
#include "envoi-words.h"

/* Wednesday, 14 May 2025, 10:00 UTC. */
#define NOW (G_GINT64_CONSTANT (1747216800) * G_USEC_PER_SEC)

static void
test_highlight (void)
{
  static const struct {
    const char *prose;
    const char *text;
    const char *words;
    const char *marked;       /* the marked places, with bars between them */
  } cases[] = {
    { "no search", "Invoice", NULL, "" },
    { "not in here", "Invoice", "bob", "" },
    { "one place", "The Invoice", "inv", "Inv" },
    { "every place of every word", "会议室的会议 A", "会议 a", "会议|会议|A" },
    { "spaces between words", "a b", "  b   a ", "a|b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PangoAttrList) attributes =
      envoi_highlight_make_attributes (cases[i].text, cases[i].words);
    g_autoptr (GString) marked = g_string_new (NULL);
    GSList *all = attributes ? pango_attr_list_get_attributes (attributes) : NULL;

    for (GSList *link = all; link; link = link->next) {
      PangoAttribute *attribute = link->data;

      if (attribute->klass->type == PANGO_ATTR_WEIGHT) {
        g_string_append (marked, marked->len > 0 ? "|" : "");
        g_string_append_len (marked, cases[i].text + attribute->start_index,
                             attribute->end_index - attribute->start_index);
      }
    }

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (marked->str, ==, cases[i].marked);
    g_slist_free_full (all, (GDestroyNotify) pango_attribute_destroy);
  }
}

/* Whatever the table says of a provider, there is a sentence with its name. */
static void
test_sent_copy (void)
{
  for (int answer = ENVOI_PROVIDER_UNKNOWN; answer <= ENVOI_PROVIDER_DEPENDS; answer++) {
    g_autofree char *note = envoi_words_format_sent_copy (answer, "Gmail");

    g_assert_true (g_str_has_prefix (note, "Gmail "));
  }
}

static void
test_report (void)
{
  static const struct {
    EnvoiReportResult report;
    const char *sentence;
  } cases[] = {
    { { NULL, 0, 0, 0, NULL }, "This report fits none of your letters" },
    { { (char *) "id", 1, 0, 0, (char *) "a@b" }, "The letter came back from a@b" },
    { { (char *) "id", 2, 1, 0, (char *) "a@b" }, "The letter came back from 2 recipients" },
    { { (char *) "id", 0, 1, 0, (char *) "a@b" }, "The letter to a@b is delayed on its way" },
    { { (char *) "id", 0, 0, 1, (char *) "a@b" }, "The letter to a@b has been delivered" },
    { { (char *) "id", 0, 0, 0, NULL },
      "This report is about the letter shown, but names none of its recipients" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *sentence = envoi_words_format_report (&cases[i].report);

    g_assert_cmpstr (sentence, ==, cases[i].sentence);
  }
}

static void
test_file_name (void)
{
  static const struct {
    const char *subject;
    const char *name;
  } cases[] = {
    { "Report", "Report.eml" },
    { "季度/报告", "季度-报告.eml" },
    { "a\\b\nc ", "a-b-c.eml" },
    { ".profile", "_.profile.eml" },
    { "../../etc/passwd", "_..-..-etc-passwd.eml" },
    { "0123456789012345678901234567890123456789012345678901234567890123456789",
      "012345678901234567890123456789012345678901234567890123456789.eml" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = envoi_letter_saver_format_name (cases[i].subject);

    g_assert_cmpstr (name, ==, cases[i].name);
  }
}

static void
test_when (void)
{
  static const struct {
    const char *prose;
    gint64 offset;
    const char *when;
    const char *moment;
  } cases[] = {
    { "now", 0, "10:00", "at 10:00" },
    { "later today", 40 * G_TIME_SPAN_MINUTE, "10:40", "at 10:40" },
    { "just before midnight", 14 * G_TIME_SPAN_HOUR - G_TIME_SPAN_MINUTE, "23:59", "at 23:59" },
    { "midnight is tomorrow", 14 * G_TIME_SPAN_HOUR, "Thu 00:00", "tomorrow at 00:00" },
    { "yesterday", -G_TIME_SPAN_DAY, "Tue 10:00", "yesterday at 10:00" },
    { "six days ago", -6 * G_TIME_SPAN_DAY, "Thu 10:00", "8 May at 10:00" },
    { "a week ago", -7 * G_TIME_SPAN_DAY, "7 May", "7 May at 10:00" },
    { "next year", 300 * G_TIME_SPAN_DAY, "10 Mar 2026", "10 March 2026 at 10:00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *when = envoi_words_format_when (NOW + cases[i].offset, NOW);
    g_autofree char *moment = envoi_words_format_moment (NOW + cases[i].offset, NOW);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (when, ==, cases[i].when);
    g_assert_cmpstr (moment, ==, cases[i].moment);
  }
}

static void
test_people (void)
{
  static const struct {
    const char *prose;
    const char *list;
    const char *expected;
  } cases[] = {
    { "nobody", "", "nobody yet" },
    { "a bare address", "wei@x.cn", "wei@x.cn" },
    { "a name wins over the address", "Wang Wei <wei@x.cn>", "Wang Wei" },
    { "two", "Wang Wei <wei@x.cn>, li@y.cn", "Wang Wei and 1 more" },
    { "three", "Wang Wei <wei@x.cn>, li@y.cn, han@z.cn", "Wang Wei and 2 more" },
    { "what is no address is shown as it was typed", "the boss", "the boss" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *people = envoi_words_format_people (cases[i].list);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (people, ==, cases[i].expected);
  }
}

static EnvoiLetterRecord *
make_letter (EnvoiLetterState state)
{
  EnvoiLetterRecord *letter = envoi_letter_record_new ("letter");

  letter->state = state;
  letter->changed = NOW;
  if (!letter->recipients)
    letter->recipients =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  g_ptr_array_add (letter->recipients, envoi_recipient_record_new ("wei@x.cn"));
  return letter;
}

static void
test_state_line (void)
{
  static const struct {
    const char      *prose;
    EnvoiLetterState state;
    gint64 hold_offset;
    gint64 next_offset;
    double progress;
    gboolean is_refused;
    const char      *expected;
  } cases[] = {
    { "a draft", ENVOI_LETTER_DRAFT, 0, 0, -1, FALSE, "draft" },
    { "in its undo time", ENVOI_LETTER_QUEUED, 10 * G_USEC_PER_SEC, 0, -1, FALSE,
      "about to be sent" },
    { "scheduled", ENVOI_LETTER_QUEUED, 40 * G_TIME_SPAN_MINUTE, 0, -1, FALSE,
      "scheduled, at 10:40" },
    { "due", ENVOI_LETTER_QUEUED, 0, 0, -1, FALSE, "next in line" },
    { "on its way", ENVOI_LETTER_SENDING, 0, 0, 0.625, FALSE, "sending, 62%" },
    { "waiting", ENVOI_LETTER_WAITING, 0, 40 * G_TIME_SPAN_MINUTE, -1, FALSE,
      "waiting, next try at 10:40" },
    { "sent", ENVOI_LETTER_SENT, 0, 0, -1, FALSE, "sent" },
    { "sent but not to everybody", ENVOI_LETTER_SENT, 0, 0, -1, TRUE,
      "sent, 1 recipient refused" },
    { "failed", ENVOI_LETTER_FAILED, 0, 0, -1, TRUE, "not sent, needs attention" },
    { "unknown", ENVOI_LETTER_UNKNOWN, 0, 0, -1, FALSE, "may have been delivered" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = make_letter (cases[i].state);
    EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, 0);
    g_autofree char *line = NULL;

    letter->hold_until = NOW + cases[i].hold_offset;
    letter->next_try = NOW + cases[i].next_offset;
    recipient->state = cases[i].is_refused ? ENVOI_RECIPIENT_REFUSED : ENVOI_RECIPIENT_ACCEPTED;
    line = envoi_words_format_state (letter, cases[i].progress, NOW);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (line, ==, cases[i].expected);
    g_assert_nonnull (envoi_words_get_state_icon (letter));
    g_assert_nonnull (envoi_words_get_state_style (letter));
  }
}

/* A letter that did not reach everybody is never just "sent". */
static void
test_sent (void)
{
  static const struct {
    const char *prose;
    guint n_refused;
    const char *expected;
  } cases[] = {
    { "accepted for all", 0, "“Lunch” has been sent" },
    { "one of them refused", 1, "“Lunch” was sent, but 1 recipient was refused" },
    { "two refused", 2, "“Lunch” was sent, but 2 recipients were refused" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_SENT);
    g_autofree char *sentence = NULL;

    g_ptr_array_add (letter->recipients, envoi_recipient_record_new ("li@y.cn"));
    g_ptr_array_add (letter->recipients, envoi_recipient_record_new ("han@z.cn"));
    for (guint j = 0; j < cases[i].n_refused; j++)
      ((EnvoiRecipientRecord *) g_ptr_array_index (letter->recipients, j))->state =
        ENVOI_RECIPIENT_REFUSED;
    g_free (letter->subject);
    letter->subject = g_strdup ("Lunch");
    sentence = envoi_words_format_sent (letter);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (sentence, ==, cases[i].expected);
  }
}

static void
assert_buttons (const EnvoiStateWords *words,
                const char            *expected)
{
  g_autoptr (GString) actions = g_string_new (NULL);

  for (guint i = 0; i < words->n_buttons; i++) {
    g_string_append_printf (actions, "%s%s", i ? " " : "", words->buttons[i].action);
    g_assert_nonnull (strchr (words->buttons[i].label, '_'));
  }

  g_assert_cmpstr (actions->str, ==, expected);
}

/* Which buttons stand on the card: the promises of the screens' page. */
static void
test_card (void)
{
  static const struct {
    const char      *prose;
    EnvoiLetterState state;
    gint64 hold_offset;
    gboolean is_handed_over;
    const char      *title;
    const char      *buttons;
  } cases[] = {
    { "a draft goes on being written", ENVOI_LETTER_DRAFT, 0, FALSE, "Draft", "letter.edit" },
    { "the undo time is counted down", ENVOI_LETTER_QUEUED, 9500000, FALSE,
      "Sending in 10 seconds", "letter.edit letter.send-now" },
    { "its last second", ENVOI_LETTER_QUEUED, 1, FALSE, "Sending in 1 second",
      "letter.edit letter.send-now" },
    { "a schedule is named", ENVOI_LETTER_QUEUED, G_TIME_SPAN_DAY, FALSE,
      "Will be sent tomorrow at 10:00", "letter.send-now letter.edit letter.cancel" },
    { "sending can be cancelled", ENVOI_LETTER_SENDING, 0, FALSE, "Sending", "letter.cancel" },
    { "until it is too late", ENVOI_LETTER_SENDING, 0, TRUE, "Handing over", "" },
    { "waiting", ENVOI_LETTER_WAITING, 0, FALSE, "Waiting",
      "letter.send-now letter.edit letter.cancel" },
    { "sent needs nothing", ENVOI_LETTER_SENT, 0, FALSE, "Sent at 10:00", "" },
    { "failed", ENVOI_LETTER_FAILED, 0, FALSE, "This letter was not sent",
      "letter.send-now letter.edit" },
    { "unknown is for the person to decide", ENVOI_LETTER_UNKNOWN, 0, FALSE,
      "May have been delivered", "letter.arrived letter.send-now" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = make_letter (cases[i].state);
    g_autoptr (EnvoiStateWords) words = NULL;
    const EnvoiStateFacts way = {
      cases[i].state == ENVOI_LETTER_SENDING ? 0.5 : -1, cases[i].is_handed_over, 0
    };

    letter->hold_until = cases[i].hold_offset ? NOW + cases[i].hold_offset : 0;
    words = envoi_state_words_new (letter, NULL, &way, NOW);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (words->title, ==, cases[i].title);
    assert_buttons (words, cases[i].buttons);
    g_assert_true (words->has_progress == (cases[i].state == ENVOI_LETTER_SENDING));
  }
}

/* Held by its account's pace, a letter says until when, and can still be taken back. */
static void
test_card_pace (void)
{
  const EnvoiStateFacts way = { .progress = -1, .held_until = NOW + G_USEC_PER_SEC * 60 * 30 };
  g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_QUEUED);
  g_autoptr (EnvoiStateWords) words = envoi_state_words_new (letter, NULL, &way, NOW);

  g_assert_cmpstr (words->title, ==, "Goes out at 10:30");
  g_assert_nonnull (strstr (words->body, "as many letters as it may"));
  assert_buttons (words, "letter.edit letter.cancel");
}

/* Who asked for a receipt is told whether one can come. */
static void
test_card_receipt (void)
{
  static const struct {
    const char *prose;
    EnvoiEnvelopeFlags flags;
    gboolean lacks_receipt;
    EnvoiRecipientState state;
    const char *body;
  } cases[] = {
    { "not asked for", ENVOI_ENVELOPE_NONE, FALSE, ENVOI_RECIPIENT_ACCEPTED,
      "The server has accepted it for every recipient." },
    { "asked for", ENVOI_ENVELOPE_NOTIFY_SUCCESS, FALSE, ENVOI_RECIPIENT_ACCEPTED,
      "The server has accepted it for every recipient. The delivery receipt comes to the mailbox "
      "as a message. Drop its file here, and it is noted on this letter." },
    { "not given", ENVOI_ENVELOPE_NOTIFY_SUCCESS, TRUE, ENVOI_RECIPIENT_ACCEPTED,
      "The server has accepted it for every recipient. No delivery receipt will come: the server "
      "does not give any." },
    { "it came", ENVOI_ENVELOPE_NOTIFY_SUCCESS, FALSE, ENVOI_RECIPIENT_DELIVERED,
      "The server has accepted it for every recipient." },
  };
  const char *const recipients[] = { "wei@x.cn", NULL };
  const EnvoiStateFacts way = { .progress = -1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_SENT);
    g_autoptr (EnvoiStateWords) words = NULL;

    g_test_message ("%s", cases[i].prose);
    letter->envelope = envoi_envelope_new ("me@x.cn", recipients, cases[i].flags, NULL);
    letter->lacks_receipt = cases[i].lacks_receipt;
    ((EnvoiRecipientRecord *) g_ptr_array_index (letter->recipients, 0))->state = cases[i].state;
    words = envoi_state_words_new (letter, NULL, &way, NOW);
    g_assert_cmpstr (words->body, ==, cases[i].body);
  }
}

/* The problem's one remedy comes first; the server's words are quoted, once. */
static void
test_card_problem (void)
{
  EnvoiProblem problem = {
    .title = (char *) "The mailbox does not exist",
    .body = (char *) "Correct the address.",
    .action = ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,
    .action_label = (char *) "_Fix Address and Send",
    .details = (char *) "550 5.1.1 no such user",
  };
  g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_FAILED);
  const EnvoiStateFacts way = { .progress = -1 };
  g_autoptr (EnvoiStateWords) words = envoi_state_words_new (letter, &problem, &way, NOW);

  g_assert_cmpstr (words->title, ==, problem.title);
  g_assert_cmpstr (words->body, ==, problem.body);
  g_assert_cmpstr (words->quote, ==, problem.details);
  assert_buttons (words, "letter.fix-recipients letter.send-now letter.edit");
}

/* Trying a letter again as it is would not help; in parts it may go, waiting or not. */
static void
test_card_parts (void)
{
  EnvoiProblem problem = {
    .title = (char *) "Too many recipients in one letter",
    .body = (char *) "Send it in parts.",
    .action = ENVOI_PROBLEM_ACTION_SEND_IN_PARTS,
    .action_label = (char *) "Send in _Parts",
  };
  const EnvoiStateFacts way = { .progress = -1 };
  g_autoptr (EnvoiLetterRecord) failed = make_letter (ENVOI_LETTER_FAILED);
  g_autoptr (EnvoiLetterRecord) waiting = make_letter (ENVOI_LETTER_WAITING);
  g_autoptr (EnvoiStateWords) failed_words = envoi_state_words_new (failed, &problem, &way, NOW);
  g_autoptr (EnvoiStateWords) waiting_words = envoi_state_words_new (waiting, &problem, &way, NOW);

  assert_buttons (failed_words, "letter.send-in-parts letter.send-now letter.edit");
  assert_buttons (waiting_words, "letter.send-in-parts letter.edit letter.cancel");
}

/* A remedy that cannot help is not offered. */
static void
test_card_too_large (void)
{
  EnvoiProblem problem = {
    .title = (char *) "The letter is too large",
    .body = (char *) "Remove an attachment.",
    .action = ENVOI_PROBLEM_ACTION_COMPRESS,
    .action_label = (char *) "_Compress Attachments",
  };

  for (int can_compress = FALSE; can_compress <= TRUE; can_compress++) {
    g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_FAILED);
    const EnvoiStateFacts way = { .progress = -1, .can_compress = can_compress };
    g_autoptr (EnvoiStateWords) words = envoi_state_words_new (letter, &problem, &way, NOW);

    assert_buttons (words, can_compress ? "letter.compress letter.send-now letter.edit"
                                        : "letter.edit letter.send-now");
  }
}

/* What the engine wrote for whoever looks closely is no quotation. */
static void
test_card_technical (void)
{
  EnvoiProblem problem = {
    .title = (char *) "The mail server cannot be reached",
    .body = (char *) "Check your network.",
    .details = (char *) "The server at mail.example.org, port 587, did not answer in time.",
    .is_technical = TRUE,
  };
  g_autoptr (EnvoiLetterRecord) letter = make_letter (ENVOI_LETTER_WAITING);
  const EnvoiStateFacts way = { .progress = -1 };
  g_autoptr (EnvoiStateWords) words = envoi_state_words_new (letter, &problem, &way, NOW);

  g_assert_cmpstr (words->title, ==, problem.title);
  g_assert_null (words->quote);
}

static void
test_quit (void)
{
  g_autofree char *sending = envoi_quit_dialog_format (1, 0, 2);
  g_autofree char *handed_over = envoi_quit_dialog_format (0, 1, 0);

  g_assert_cmpstr (sending, ==,
                   "1 letter is being sent; it is stopped before the server has it. "
                   "2 letters are waiting for their time. "
                   "What has not gone out is kept and goes out when Envoi runs again.");
  g_assert_cmpstr (handed_over, ==,
                   "1 letter is being handed over; Envoi waits for the server's answer.");
}

int
main (int   argc,
      char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/ui/words/sent-copy", test_sent_copy);
  g_test_add_func ("/envoi/ui/words/report", test_report);
  g_test_add_func ("/envoi/ui/words/file-name", test_file_name);
  g_test_add_func ("/envoi/ui/words/highlight", test_highlight);
  g_test_add_func ("/envoi/ui/words/when", test_when);
  g_test_add_func ("/envoi/ui/words/people", test_people);
  g_test_add_func ("/envoi/ui/words/state-line", test_state_line);
  g_test_add_func ("/envoi/ui/words/sent", test_sent);
  g_test_add_func ("/envoi/ui/words/card", test_card);
  g_test_add_func ("/envoi/ui/words/card-pace", test_card_pace);
  g_test_add_func ("/envoi/ui/words/card-receipt", test_card_receipt);
  g_test_add_func ("/envoi/ui/words/card-problem", test_card_problem);
  g_test_add_func ("/envoi/ui/words/card-parts", test_card_parts);
  g_test_add_func ("/envoi/ui/words/card-too-large", test_card_too_large);
  g_test_add_func ("/envoi/ui/words/card-technical", test_card_technical);
  g_test_add_func ("/envoi/ui/words/quit", test_quit);

  return g_test_run ();
}
