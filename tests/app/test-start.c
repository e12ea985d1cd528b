/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-test.h"

#include <glib/gstdio.h>

/* A start that something on the disk is in the way of, and the next one when it is gone. */

typedef struct {
  const char *name;
  const char *in_the_way;      /* below the folder of the test */
  gboolean is_folder;
} Case;

static const Case cases[] = {
  { "data-folder", "data", FALSE },
  { "config-folder", "config", FALSE },
  { "database", "data/letters.db", TRUE },
  { "accounts", "config/accounts.ini", TRUE },
};

static gboolean
is_ready (EnvoiService *service)
{
  gboolean is_ready;

  g_object_get (service, "is-ready", &is_ready, NULL);
  return is_ready;
}

static gboolean
start (EnvoiService  *service,
       GError       **error)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_start_async (service, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL,
                             envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_start_finish (service, result, error);
}

static void
put_in_the_way (const Case *each,
                const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  if (each->is_folder)
    g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  else
    g_assert_true (g_file_set_contents (path, "not a folder", -1, NULL));
}

static void
test_again (gconstpointer data)
{
  const Case *each = data;
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, each->in_the_way, NULL);
  g_autoptr (GFile) data_folder = g_file_new_build_filename (folder, "data", NULL);
  g_autoptr (GFile) config_folder = g_file_new_build_filename (folder, "config", NULL);
  g_autoptr (EnvoiSecretStore) secrets = envoi_memory_secret_store_new ();
  g_autoptr (EnvoiService) service =
    g_object_new (ENVOI_TYPE_SERVICE, "secrets", secrets, "data-folder", data_folder,
                  "config-folder", config_folder, NULL);
  g_autoptr (GError) error = NULL;

  put_in_the_way (each, path);
  for (guint i = 0; i < 2; i++) {
    g_assert_false (start (service, &error));
    g_assert_nonnull (error);
    g_assert_cmpstr (error->message, !=, "");
    g_assert_false (is_ready (service));
    g_clear_error (&error);
  }

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (start (service, &error));
  g_assert_no_error (error);
  g_assert_true (is_ready (service));
  g_assert_nonnull (envoi_service_get_outbox (service));
  fixture_stop_service (g_steal_pointer (&service));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *name = g_strconcat ("/envoi/app/start/again/", cases[i].name, NULL);

    g_test_add_data_func (name, &cases[i], test_again);
  }

  return g_test_run ();
}
