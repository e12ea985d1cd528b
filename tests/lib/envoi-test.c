/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PATIENCE_SECONDS 120

static GPtrArray *folders;
static pid_t owner;        /* the process that removes them */
static int janitor = -1;   /* told of each folder */

static void
remove_tree (GFile *folder)
{
  g_autoptr (GFileEnumerator) children = NULL;
  GFile *child;

  children = g_file_enumerate_children (folder, "standard::name,standard::type",
                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);

  while (children && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child)
    remove_tree (child);

  g_file_delete (folder, NULL, NULL);
}

static void
remove_path (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  remove_tree (folder);
}

static void
remove_folders (void)
{
  /* A forked child ends too, while its parent still needs the folders. */
  if (getpid () != owner)
    return;

  for (guint i = 0; i < folders->len; i++)
    remove_path (g_ptr_array_index (folders, i));

  g_clear_pointer (&folders, g_ptr_array_unref);
}

/* Reads paths until nobody is left who could add one. */
static void
clean_up_after (int fd)
{
  g_autoptr (GString) paths = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  char bytes[4096];
  gssize got;

  while ((got = read (fd, bytes, sizeof bytes)) > 0)
    g_string_append_len (paths, bytes, got);

  lines = g_strsplit (paths->str, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (*lines[i])
      remove_path (lines[i]);
  }
}

/* A test that aborts or is killed cannot clean up; a process that waits for its
 * end can. It has a session of its own, so that it is not killed together with it. */
static void
hire_janitor (void)
{
  g_autoptr (GError) error = NULL;
  int fds[2];
  pid_t pid;

  g_unix_open_pipe (fds, FD_CLOEXEC, &error);
  g_assert_no_error (error);

  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    setsid ();
    close (fds[1]);
    close (STDIN_FILENO);
    close (STDOUT_FILENO);
    close (STDERR_FILENO);
    clean_up_after (fds[0]);
    _exit (0);
  }

  close (fds[0]);
  janitor = fds[1];
}

void
envoi_test_init (int    *argc,
                 char ***argv)
{
  g_autofree char *home = NULL;
  static const char *const variables[] = {
    "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
  };

  owner = getpid ();
  hire_janitor ();
  folders = g_ptr_array_new_with_free_func (g_free);
  atexit (remove_folders);

  home = envoi_test_make_folder ();
  g_setenv ("HOME", home, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++) {
    g_autofree char *path = g_build_filename (home, variables[i], NULL);

    g_mkdir_with_parents (path, 0700);
    g_setenv (variables[i], path, TRUE);
  }

  g_test_init (argc, argv, NULL);
}

char *
envoi_test_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("envoi-test-XXXXXX", &error);
  g_autofree char *line = g_strconcat (path, "\n", NULL);

  g_assert_no_error (error);
  g_assert_cmpint (write (janitor, line, strlen (line)), ==, (gssize) strlen (line));
  g_ptr_array_add (folders, g_strdup (path));
  return path;
}

void
envoi_test_wait_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      wait)
{
  ((EnvoiTestWait *) wait)->result = g_object_ref (result);
}

static gboolean
settled_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
envoi_test_settle (void)
{
  gboolean is_settled = FALSE;

  g_timeout_add_seconds (1, settled_cb, &is_settled);
  while (!is_settled)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
patience_over_cb (gpointer user_data)
{
  g_error ("waited %d s in vain", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

GAsyncResult *
envoi_test_wait (EnvoiTestWait *wait)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, patience_over_cb, NULL);

  while (!wait->result)
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (patience);
  return g_steal_pointer (&wait->result);
}

static gboolean
look_again_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
envoi_test_wait_until (gboolean (*condition)(gpointer),
                       gpointer   user_data)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, patience_over_cb, NULL);
  guint look_again = g_timeout_add (10, look_again_cb, NULL);

  while (!condition (user_data))
    g_main_context_iteration (NULL, TRUE);

  g_source_remove (look_again);
  g_source_remove (patience);
}

static gboolean
is_gone (gpointer object)
{
  return *(gpointer *) object == NULL;
}

void
envoi_test_let_go (gpointer object)
{
  GObject **place = object;

  g_object_add_weak_pointer (*place, (gpointer *) place);
  g_object_unref (*place);
  envoi_test_wait_until (is_gone, place);
}

void
envoi_test_miss (const char *part)
{
  if (g_strcmp0 (g_getenv ("CI"), "true") == 0)
    g_error ("%s is not there", part);

  g_test_skip_printf ("%s is not there", part);
}

char *
envoi_test_find_program (const char *name)
{
  static const char *const folders_beyond_path[] = { "/usr/sbin", "/sbin", "/usr/libexec", NULL };
  char *path = g_find_program_in_path (name);

  for (guint i = 0; !path && folders_beyond_path[i]; i++) {
    path = g_build_filename (folders_beyond_path[i], name, NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      g_clear_pointer (&path, g_free);
  }

  if (!path)
    envoi_test_miss (name);

  return path;
}

char *
envoi_test_read (const char *name,
                 gsize      *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_file_get_contents (path, &contents, length, &error);
  g_assert_no_error (error);
  return contents;
}
