/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-html.h"

/* What programs put on the clipboard, what a letter keeps of it, and its plain
 * twin: data/clipboard/NAME.html, NAME.kept and NAME.text. With ENVOI_UPDATE set
 * to a folder, what comes out is written there, to be looked at and kept. */

static const char *const names[] = {
  "chrome", "excel", "gmail", "libreoffice", "outlook", "vscode", "word", "wps",
};

static void
compare (const char *name,
         const char *suffix,
         const char *found)
{
  g_autofree char *file = g_strdup_printf ("data/clipboard/%s.%s", name, suffix);
  const char *folder = g_getenv ("ENVOI_UPDATE");
  g_autofree char *wanted = NULL;

  if (folder) {
    g_autofree char *path = g_build_filename (folder, file, NULL);

    g_assert_true (g_file_set_contents (path, found, -1, NULL));
    return;
  }

  wanted = envoi_test_read (file, NULL);
  g_assert_cmpstr (found, ==, wanted);
}

static void
test_sample (gconstpointer user_data)
{
  const char *name = user_data;
  g_autofree char *file = g_strdup_printf ("data/clipboard/%s.html", name);
  g_autofree char *pasted = envoi_test_read (file, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = envoi_html_sanitize (pasted, &error);
  g_autofree char *again = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  again = envoi_html_sanitize (kept, &error);
  g_assert_cmpstr (again, ==, kept);
  text = envoi_html_to_text (kept);
  compare (name, "kept", kept);
  compare (name, "text", text);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_strdup_printf ("/envoi/message/clipboard/%s", names[i]);

    g_test_add_data_func (path, names[i], test_sample);
  }

  return g_test_run ();
}
