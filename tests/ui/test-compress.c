/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "composer-fixture.h"
#include "envoi-test.h"
#include "widgets.h"

#include "envoi-letter-actions.h"
#include "envoi-letter-view.h"
#include "envoi-send-check.h"

#include <string.h>

/* A letter that is too large for its recipient, from the card to the mailbox. */

#define TEXT_SIZE (301 * 1000)

typedef ComposerFixture Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  composer_set_up_sender (fixture, data);
  envoi_draft_set (fixture->draft, "to", "small@localhost");
  envoi_draft_set (fixture->draft, "subject", "Tables");
  envoi_draft_set (fixture->draft, "text", "Here they are.");
}

/* @is_random: what no archive makes smaller, though its kind does not tell */
static void
attach (Fixture    *fixture,
        const char *name,
        const char *content_type,
        gboolean    is_random)
{
  g_autofree char *octets = g_strnfill (TEXT_SIZE, 'x');
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GBytes) bytes = NULL;
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiAttachment) file = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; is_random && i < TEXT_SIZE; i++)
    octets[i] = (char) g_rand_int_range (random, 0, 256);
  octets[0] = name[0];
  bytes = g_bytes_new (octets, TEXT_SIZE);
  envoi_service_attach_bytes_async (fixture->service, bytes, name, content_type, NULL,
                                    envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  file = envoi_service_attach_bytes_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  envoi_draft_add_attachment (fixture->draft, file);
}

/* "a.csv b.jpg" */
static char *
dup_names (Fixture *fixture)
{
  GListModel *files = envoi_draft_get_attachments (fixture->draft);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (EnvoiAttachment) file = g_list_model_get_item (files, i);

    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", envoi_attachment_get_name (file));
  }

  return g_string_free (names, FALSE);
}

static void
assert_names (Fixture    *fixture,
              const char *wanted)
{
  g_autofree char *names = dup_names (fixture);

  g_assert_cmpstr (names, ==, wanted);
}

static gboolean
is_said (gpointer data)
{
  return envoi_notice_bar_is_shown (((Fixture *) data)->window->hint_bar);
}

static void
answer (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
}

static gboolean
has_settled (gpointer data)
{
  Fixture *fixture = data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                           fixture->sent);
  EnvoiLetterState state = letter ? envoi_letter_get_state (letter) : ENVOI_LETTER_QUEUED;

  return state == ENVOI_LETTER_SENT || state == ENVOI_LETTER_FAILED;
}

static EnvoiLetter *
send_draft (Fixture *fixture)
{
  g_clear_pointer (&fixture->sent, g_free);
  fixture->sent = test_service_send (fixture->service, fixture->draft, g_get_real_time ());
  envoi_test_wait_until (has_settled, fixture);
  return envoi_outbox_find (envoi_service_get_outbox (fixture->service), fixture->sent);
}

/* The card as the window shows it. */
static void
wait_for_card (Fixture     *fixture,
               EnvoiLetter *letter,
               const char  *wanted)
{
  GtkWidget *window = gtk_window_new ();
  EnvoiLetterView *view = g_object_new (ENVOI_TYPE_LETTER_VIEW, NULL);

  envoi_letter_view_set_service (view, fixture->service);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  envoi_letter_view_set_letter (view, letter);
  gtk_window_present (GTK_WINDOW (window));
  widget_wait_for_words (GTK_WIDGET (view), wanted);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
compress_wanted_cb (EnvoiLetterActions *actions,
                    EnvoiDraft         *draft,
                    Fixture            *fixture)
{
  g_set_object (&fixture->draft, draft);
  composer_open (fixture);
  envoi_composer_window_compress (fixture->window);
}

/* Refused, compressed by one press, and in the mailbox. */
static void
test_remedy (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (EnvoiLetterActions) actions = envoi_letter_actions_new (fixture->service);
  EnvoiLetter *letter;

  attach (fixture, "a.csv", "text/csv", FALSE);
  attach (fixture, "b.csv", "text/csv", FALSE);
  letter = send_draft (fixture);
  g_assert_cmpint (envoi_letter_get_state (letter), ==, ENVOI_LETTER_FAILED);
  wait_for_card (fixture, letter, "Compress Attachments");

  envoi_letter_actions_set_letter (actions, letter);
  g_signal_connect (actions, "compress-wanted", G_CALLBACK (compress_wanted_cb), fixture);
  g_action_group_activate_action (envoi_letter_actions_get_group (actions), "compress", NULL);
  while (!fixture->window || !is_said (fixture))
    g_main_context_iteration (NULL, TRUE);
  assert_names (fixture, "Attachments.zip");
  widget_wait_for_words (GTK_WIDGET (fixture->window), "kB as sent instead of 8");

  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (composer_is_gone, fixture);
  letter = send_draft (fixture);
  g_assert_cmpint (envoi_letter_get_state (letter), ==, ENVOI_LETTER_SENT);
}

/* Undo puts everything where it was, by the button and by the key. */
static void
test_undo (Fixture       *fixture,
           gconstpointer  data)
{
  attach (fixture, "a.csv", "text/csv", FALSE);
  attach (fixture, "b.jpg", "image/jpeg", TRUE);
  attach (fixture, "c.csv", "text/csv", FALSE);
  composer_open (fixture);

  envoi_composer_window_compress (fixture->window);
  envoi_test_wait_until (is_said, fixture);
  assert_names (fixture, "b.jpg Attachments.zip");
  answer (fixture);
  assert_names (fixture, "a.csv b.jpg c.csv");
  g_assert_false (is_said (fixture));

  envoi_composer_window_compress (fixture->window);
  envoi_test_wait_until (is_said, fixture);
  assert_names (fixture, "b.jpg Attachments.zip");
  g_assert_true (envoi_composer_window_restore_last (fixture->window));
  assert_names (fixture, "a.csv b.jpg c.csv");
  g_assert_false (is_said (fixture));
}

/* One file keeps its name, so that who gets it knows what is in the archive. */
static void
test_one (Fixture       *fixture,
          gconstpointer  data)
{
  attach (fixture, "a.csv", "text/csv", FALSE);
  composer_open (fixture);
  envoi_composer_window_compress (fixture->window);
  envoi_test_wait_until (is_said, fixture);
  assert_names (fixture, "a.csv.zip");
}

/* What does not help changes nothing, and says so. */
static void
test_useless (Fixture       *fixture,
              gconstpointer  data)
{
  attach (fixture, "a.bin", "application/octet-stream", TRUE);
  attach (fixture, "b.mp4", "video/mp4", TRUE);
  composer_open (fixture);
  envoi_composer_window_compress (fixture->window);
  envoi_test_wait_until (is_said, fixture);
  widget_wait_for_words (GTK_WIDGET (fixture->window), "does not make the letter smaller");
  assert_names (fixture, "a.bin b.mp4");
}

/* A photo as a camera makes it: large, and with much in it. */
static void
attach_photo (Fixture    *fixture,
              const char *name,
              gboolean    is_inline)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (GdkPixbuf) photo = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 3000, 1000);
  guchar *pixels = gdk_pixbuf_get_pixels (photo);
  int stride = gdk_pixbuf_get_rowstride (photo);
  g_autofree char *octets = NULL;
  gsize n = 0;
  g_autoptr (GBytes) bytes = NULL;
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiAttachment) file = NULL;
  g_autoptr (GError) error = NULL;

  for (int y = 0; y < 1000; y++)
    for (int x = 0; x < 3000; x++)
      memset (pixels + y * stride + x * 3, g_rand_int_range (random, 0, 256), 3);
  g_assert_true (gdk_pixbuf_save_to_buffer (photo, &octets, &n, "jpeg", NULL, "quality", "98", NULL));
  bytes = g_bytes_new (octets, n);
  envoi_service_attach_bytes_async (fixture->service, bytes, name, "image/jpeg", NULL,
                                    envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  file = envoi_service_attach_bytes_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  if (is_inline) {
    g_autoptr (EnvoiAttachment) picture =
      envoi_attachment_new_inline (name, "image/jpeg", envoi_attachment_get_blob_id (file), n,
                                   "id@envoi");

    envoi_draft_add_attachment (fixture->draft, picture);
  } else {
    envoi_draft_add_attachment (fixture->draft, file);
  }
}

static guint64
get_size (Fixture *fixture,
          guint    position)
{
  g_autoptr (EnvoiAttachment) file =
    g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), position);

  return envoi_attachment_get_size (file);
}

/* Photos are offered to be made smaller, not without a word; each stays in its place. */
static void
test_pictures (Fixture       *fixture,
               gconstpointer  data)
{
  EnvoiSendLimits limits = { 0 };
  g_autoptr (EnvoiAttachment) picture = NULL;
  guint64 first, second;

  attach_photo (fixture, "a.jpg", FALSE);
  attach (fixture, "b.pdf", "application/pdf", TRUE);
  attach_photo (fixture, "c.jpg", TRUE);
  first = get_size (fixture, 0);
  second = get_size (fixture, 2);
  g_assert_true (envoi_send_limits_can_compress (&limits, fixture->draft));
  composer_open (fixture);
  envoi_composer_window_compress (fixture->window);
  widget_wait_for_words (GTK_WIDGET (fixture->window), "Only smaller pictures");
  g_assert_cmpuint (get_size (fixture, 0), ==, first);

  answer (fixture);
  widget_wait_for_words (GTK_WIDGET (fixture->window), "The pictures are smaller");
  assert_names (fixture, "a.jpg b.pdf c.jpg");
  g_assert_cmpuint (get_size (fixture, 0), <, first / 2);
  g_assert_cmpuint (get_size (fixture, 2), <, second / 2);
  picture = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 2);
  g_assert_true (envoi_attachment_get_is_inline (picture));
  g_assert_cmpstr (envoi_attachment_get_content_id (picture), ==, "id@envoi");

  answer (fixture);
  assert_names (fixture, "a.jpg b.pdf c.jpg");
  g_assert_cmpuint (get_size (fixture, 0), ==, first);
  g_assert_cmpuint (get_size (fixture, 2), ==, second);
}

/* What calls itself a picture and is none stays as it is. */
static void
test_no_picture (Fixture       *fixture,
                 gconstpointer  data)
{
  guint64 size;

  attach (fixture, "a.bmp", "image/jpeg", TRUE);
  attach (fixture, "b.jpg", "image/jpeg", TRUE);
  size = get_size (fixture, 0);
  composer_open (fixture);
  envoi_composer_window_compress (fixture->window);
  envoi_test_wait_until (is_said, fixture);
  answer (fixture);
  widget_wait_for_words (GTK_WIDGET (fixture->window), "cannot be made smaller");
  g_assert_cmpuint (get_size (fixture, 0), ==, size);
}

static gboolean
is_idle (gpointer data)
{
  return g_list_model_get_n_items (
    envoi_attacher_get_jobs (((Fixture *) data)->window->attacher)) == 0;
}

/* By the panel before sending: the panel goes, and its button leaves the focus in the letter. */
static void
test_panel (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;
  EnvoiSendLimits limits = { .provider_name = "X", .size_limit = 100 * 1000 };
  GtkWidget *focus;

  attach (fixture, "a.csv", "text/csv", FALSE);
  composer_open (fixture);
  findings = envoi_send_check_run (fixture->draft, &limits);
  envoi_send_panel_show (fixture->window->send_panel, findings);
  widget_wait_for_words (GTK_WIDGET (fixture->window), "X takes");
  g_signal_emit_by_name (fixture->window->send_panel, "chosen", "compress");
  envoi_test_wait_until (is_said, fixture);
  assert_names (fixture, "a.csv.zip");
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_true (focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (fixture->window->body)));
}

/* Stopped, or a file taken out meanwhile: the letter stays as the person made it. */
static void
test_stopped (Fixture       *fixture,
              gconstpointer  data)
{
  GListModel *jobs;
  g_autoptr (EnvoiAttachJob) job = NULL;
  g_autoptr (EnvoiAttachment) first = NULL;

  attach (fixture, "a.csv", "text/csv", FALSE);
  attach (fixture, "b.csv", "text/csv", FALSE);
  composer_open (fixture);
  jobs = envoi_attacher_get_jobs (fixture->window->attacher);

  envoi_composer_window_compress (fixture->window);
  envoi_composer_window_compress (fixture->window);
  g_assert_cmpuint (g_list_model_get_n_items (jobs), ==, 1);
  job = g_list_model_get_item (jobs, 0);
  envoi_attach_job_cancel (job);
  envoi_test_wait_until (is_idle, fixture);
  assert_names (fixture, "a.csv b.csv");

  envoi_composer_window_compress (fixture->window);
  first = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 0);
  envoi_draft_remove_attachment (fixture->draft, first);
  envoi_test_wait_until (is_idle, fixture);
  assert_names (fixture, "b.csv");
  g_assert_false (is_said (fixture));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

#define ADD(name, func) \
  g_test_add ("/envoi/ui/compress/" name, Fixture, NULL, set_up, func, composer_tear_down)

  ADD ("remedy", test_remedy);
  ADD ("undo", test_undo);
  ADD ("one", test_one);
  ADD ("useless", test_useless);
  ADD ("panel", test_panel);
  ADD ("stopped", test_stopped);
  ADD ("pictures", test_pictures);
  ADD ("no-picture", test_no_picture);

  return g_test_run ();
}
