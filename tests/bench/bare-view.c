/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <webkit/webkit.h>

/* bare-view: the least that a program with an editable WebKitGTK view can be.
 * scripts/bench compose measures the editor beside it. */

#define PAGE "<body contenteditable style='font: 11pt sans-serif'></body>" \
  "<script>document.body.focus ()</script>"

static void
activate_cb (GApplication *app,
             gpointer      user_data)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (app));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (WebKitNetworkSession) session = webkit_network_session_new_ephemeral ();
  GtkWidget *view = g_object_new (WEBKIT_TYPE_WEB_VIEW, "network-session", session,
                                  "vexpand", TRUE, NULL);

  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), view);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), "bare-view");
  gtk_window_set_default_size (GTK_WINDOW (window), 760, 720);
  webkit_web_view_load_html (WEBKIT_WEB_VIEW (view), PAGE, NULL);
  gtk_widget_grab_focus (view);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) app = adw_application_new ("io.github.envoi_mail.BareView", 0);

  g_signal_connect (app, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (app), argc, argv);
}
