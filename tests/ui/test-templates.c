/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-application.h"
#include "envoi-main-window.h"

/* Every template can be built from its resource, and nothing keeps the widget
 * alive when its last owner lets go. */
static void
test_main_window (void)
{
  GtkWidget *window = GTK_WIDGET (envoi_main_window_new (NULL));

  g_object_ref (window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/templates/main-window", test_main_window);

  return g_test_run ();
}
