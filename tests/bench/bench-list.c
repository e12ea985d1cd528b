/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "archive.h"
#include "envoi-test.h"

#include "envoi-letter-list.h"
#include "envoi-main-window.h"

#include <stdio.h>

/* bench-list LETTERS FOLDER: the main window over a large archive, as bench-outbox
 * fill has made it. Every frame is asked for, and what counts is the longest time
 * from one to the next while the window opens, loads, scrolls, searches and hides,
 * and the most work of the main thread for one frame. Under with-display. */

#define FRAMES_TO_REST 20
#define FRAMES_TO_SCROLL 300

typedef struct {
  EnvoiService *service;
  GtkWidget *window;
  GListModel *sent;
  gint64 last_frame;
  gint64 last_work;
  gint64 longest;
  gint64 most_work;
  guint n_frames;
  guint n_long;     /* over 50 ms */
  guint tick_id;
} Bench;

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  Bench *bench = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 work = archive_get_own_time ();
  gint64 span = now - bench->last_frame;

  if (bench->last_frame > 0) {
    bench->longest = MAX (bench->longest, span);
    bench->most_work = MAX (bench->most_work, work - bench->last_work);
    bench->n_long += span > 50 * 1000;
  }
  bench->last_frame = now;
  bench->last_work = work;
  bench->n_frames++;
  return G_SOURCE_CONTINUE;
}

static void
begin (Bench *bench)
{
  bench->longest = 0;
  bench->most_work = 0;
  bench->n_long = 0;
  bench->n_frames = 0;
}

static void
end (Bench      *bench,
     const char *what)
{
  printf ("list: %s: longest frame %.1f ms, most work for one %.1f ms; %u of %u over 50 ms\n", what,
          (double) bench->longest / 1000, (double) bench->most_work / 1000, bench->n_long,
          bench->n_frames);
}

static void
run_frames (Bench *bench,
            guint  n_frames)
{
  guint n_before = bench->n_frames;

  while (bench->n_frames < n_before + n_frames)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find (GtkWidget *from,
      GType      type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (from, type) ? from : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);

  return found;
}

static void
go (Bench *bench,
    int    place)
{
  gtk_widget_activate_action (bench->window, "win.show-place", "i", place);
}

/* The way a wheel, the bar's end and the keys take. */
static void
scroll (Bench *bench,
        double step)
{
  GtkWidget *list = find (find (bench->window, ENVOI_TYPE_LETTER_LIST), GTK_TYPE_LIST_VIEW);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));

  for (guint i = 0; i < FRAMES_TO_SCROLL; i++) {
    double upper = gtk_adjustment_get_upper (adjustment);
    double way = step > 0 ? step : upper / FRAMES_TO_SCROLL;

    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + way);
    run_frames (bench, 1);
  }
}

static void
open_window (Bench *bench)
{
  bench->window = GTK_WIDGET (envoi_main_window_new (NULL));
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1200, 780);
  bench->tick_id = gtk_widget_add_tick_callback (bench->window, tick_cb, bench, NULL);
  gtk_window_present (GTK_WINDOW (bench->window));
  run_frames (bench, FRAMES_TO_REST);
}

static void
load (Bench      *bench,
      const char *folder,
      guint       n_letters)
{
  begin (bench);
  bench->service = archive_start (folder, ENVOI_SERVICE_SEND);
  envoi_main_window_set_service (ENVOI_MAIN_WINDOW (bench->window), bench->service);
  go (bench, ENVOI_FOLDER_SENT);
  bench->sent = envoi_outbox_get_folder (envoi_service_get_outbox (bench->service),
                                         ENVOI_FOLDER_SENT);
  while (g_list_model_get_n_items (bench->sent) < n_letters)
    g_main_context_iteration (NULL, TRUE);
  run_frames (bench, FRAMES_TO_REST);
  end (bench, "start and loading with the list in view");
}

static void
show_letter (Bench *bench,
             guint  position)
{
  g_autoptr (EnvoiLetter) letter = g_list_model_get_item (bench->sent, position);

  begin (bench);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (bench->window), envoi_letter_get_id (letter));
  run_frames (bench, FRAMES_TO_REST);
  end (bench, "an old letter shown");
}

static void
hide_letter (Bench *bench)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (bench->service);
  g_autoptr (EnvoiLetter) letter = g_list_model_get_item (bench->sent, 10);

  begin (bench);
  envoi_outbox_set_aside (outbox, envoi_letter_get_id (letter), TRUE);
  run_frames (bench, FRAMES_TO_REST);
  envoi_outbox_set_aside (outbox, envoi_letter_get_id (letter), FALSE);
  run_frames (bench, FRAMES_TO_REST);
  end (bench, "a letter deleted and brought back");
}

static void
search (Bench *bench)
{
  begin (bench);
  envoi_main_window_search (ENVOI_MAIN_WINDOW (bench->window), "会议");
  run_frames (bench, FRAMES_TO_REST * 3);
  end (bench, "a search");

  begin (bench);
  envoi_main_window_search (ENVOI_MAIN_WINDOW (bench->window), "");
  run_frames (bench, FRAMES_TO_REST * 3);
  end (bench, "back from the search");
}

static void
count_wake_ups (Bench *bench)
{
  /* Out of the search: where one types, the caret blinks for a while. */
  go (bench, ENVOI_FOLDER_SENT);
  gtk_widget_remove_tick_callback (bench->window, bench->tick_id);
  for (gint64 begun = g_get_monotonic_time (); g_get_monotonic_time () - begun < 5 * G_USEC_PER_SEC;)
    g_main_context_iteration (NULL, FALSE);
  printf ("list: %u wake-ups in 8 s of a window that nobody touches\n", archive_count_wake_ups (8));
}

int
main (int    argc,
      char **argv)
{
  guint n_letters = argc > 2 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0;
  const char *folder = argc > 2 ? argv[2] : NULL;
  int n_arguments = 1;
  Bench bench = { 0 };

  envoi_test_init (&n_arguments, &argv);
  adw_init ();
  open_window (&bench);
  load (&bench, folder, n_letters);

  begin (&bench);
  go (&bench, ENVOI_FOLDER_OUTBOX);
  run_frames (&bench, FRAMES_TO_REST);
  go (&bench, ENVOI_FOLDER_SENT);
  run_frames (&bench, FRAMES_TO_REST);
  end (&bench, "the folder opened");

  begin (&bench);
  scroll (&bench, 120);
  end (&bench, "scrolled by the wheel");
  begin (&bench);
  scroll (&bench, 0);
  end (&bench, "scrolled by the bar through all");

  show_letter (&bench, n_letters / 2);
  hide_letter (&bench);
  search (&bench);
  count_wake_ups (&bench);

  gtk_window_destroy (GTK_WINDOW (bench.window));
  archive_stop (bench.service);
  return 0;
}
