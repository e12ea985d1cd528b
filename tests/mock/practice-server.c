/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-mock"

#include "config.h"

#include <envoi-practice-server.h>

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

/* The practice server as a program, for tests in other languages:
 *
 *   practice-server FOLDER [--user USER PASSWORD] [--script FILE]
 *
 * It prints one line, "TLS-PORT STARTTLS-PORT CA-FILE", then one for each letter,
 * "received ID", with a script one for each step, "line N", and ends when its
 * standard input does; then, with a script, "failed: WHY" or "played". The password is a test's, so it may be seen. */

typedef struct {
  EnvoiPracticeServer *server;
  GMainLoop           *loop;
  char buffer[64];
  guint line;
} Mock;

static void
received_cb (EnvoiPracticeServer       *server,
             const EnvoiPracticeLetter *letter,
             gpointer                   user_data)
{
  g_print ("received %s\n", letter->id);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Mock *self = user_data;

  if (g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL) <= 0)
    g_main_loop_quit (self->loop);
  else
    g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer,
                               G_PRIORITY_DEFAULT, NULL, read_cb, self);
}

static gboolean
look_at_line_cb (gpointer user_data)
{
  Mock *self = user_data;
  guint line = envoi_practice_server_get_script_line (self->server);

  if (line != self->line)
    g_print ("line %u\n", line);
  self->line = line;
  return G_SOURCE_CONTINUE;
}

static gboolean
read_script (EnvoiPracticeServer  *server,
             const char           *path,
             GError              **error)
{
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, error) &&
         envoi_practice_server_set_script (server, text, error);
}

static gboolean
read_options (EnvoiPracticeServer  *server,
              char                **options,
              GError              **error)
{
  for (char **option = options; *option; option++) {
    if (g_str_equal (*option, "--user") && option[1] && option[2]) {
      envoi_practice_server_set_login (server, option[1], option[2]);
      option += 2;
    } else if (g_str_equal (*option, "--script") && option[1]) {
      if (!read_script (server, option[1], error))
        return FALSE;
      option++;
    } else {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "What is %s?", *option);
      return FALSE;
    }
  }

  return TRUE;
}

static void
print_script_end (EnvoiPracticeServer *server)
{
  g_autofree char *failure = envoi_practice_server_dup_script_failure (server);

  if (failure)
    g_print ("failed: %s\n", failure);
  else if (envoi_practice_server_has_script_ended (server))
    g_print ("played\n");
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GFile) folder = g_file_new_for_commandline_arg (argc > 1 ? argv[1] : ".");
  g_autoptr (EnvoiPracticeServer) server = envoi_practice_server_new (folder);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GError) error = NULL;
  Mock self = { server, loop, "", 0 };

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_signal_connect (server, "received", G_CALLBACK (received_cb), NULL);

  if (argc < 2 || !read_options (server, argv + 2, &error) ||
      !envoi_practice_server_start_sync (server, NULL, &error)) {
    g_printerr ("%s\n", error ? error->message : "Which folder?");
    return 1;
  }

  g_print ("%u %u %s\n", envoi_practice_server_get_tls_port (server),
           envoi_practice_server_get_starttls_port (server),
           envoi_practice_server_get_ca_file (server));
  g_input_stream_read_async (input, self.buffer, sizeof self.buffer, G_PRIORITY_DEFAULT, NULL,
                             read_cb, &self);
  g_timeout_add (10, look_at_line_cb, &self);
  g_main_loop_run (loop);

  print_script_end (server);
  envoi_practice_server_stop_sync (server);
  return 0;
}
