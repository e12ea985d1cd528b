/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include <stdarg.h>
#include <sys/wait.h>

void
run_clear (Run *self)
{
  g_clear_pointer (&self->out, g_free);
  g_clear_pointer (&self->err, g_free);
}

static char *
dup_text (GBytes *bytes)
{
  gsize length = bytes ? g_bytes_get_size (bytes) : 0;

  return length > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), length) : g_strdup ("");
}

static GSubprocess *
spawn (const char        *program,
       const char *const *words)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                               G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "..", "src", "cli", program, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");

  g_strv_builder_add (builder, path);
  for (guint i = 0; words[i]; i++)
    g_strv_builder_add (builder, words[i]);
  arguments = g_strv_builder_end (builder);

  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments, &error);
  g_assert_no_error (error);
  return process;
}

static Run
collect_run (GSubprocess *process,
             GBytes      *in)
{
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (GError) error = NULL;
  Run run = { 0 };

  g_subprocess_communicate (process, in, NULL, &out, &err, &error);
  /* Who refuses the words does not read the input; a broken pipe is no fault then. */
  g_clear_error (&error);
  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));

  run.code = g_subprocess_get_exit_status (process);
  run.out = dup_text (out);
  run.err = dup_text (err);
  g_test_message ("exit %d\n%s%s", run.code, run.out, run.err);
  return run;
}

static Run
run_program (const char        *program,
             const char        *input,
             const char *const *words)
{
  g_autoptr (GSubprocess) process = spawn (program, words);
  g_autoptr (GBytes) in = g_bytes_new (input ? input : "", input ? strlen (input) : 0);

  return collect_run (process, in);
}

GSubprocess *
run_begin (const char        *input,
           const char *const *words)
{
  GSubprocess *process = spawn ("envoictl", words);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), input, strlen (input), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  return process;
}

Run
run_end (GSubprocess *process,
         int          signal)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  if (signal)
    g_subprocess_send_signal (process, signal);

  return collect_run (process, nothing);
}

static GPtrArray *
collect (const char *first,
         va_list     words)
{
  GPtrArray *all = g_ptr_array_new ();

  for (const char *word = first; word; word = va_arg (words, const char *))
    g_ptr_array_add (all, (char *) word);
  g_ptr_array_add (all, NULL);
  return all;
}

Run
run_envoictl_v (const char        *input,
                const char *const *words)
{
  return run_program ("envoictl", input, words);
}

Run
run_envoictl (const char *input,
              ...)
{
  g_autoptr (GPtrArray) all = NULL;
  va_list words;

  va_start (words, input);
  all = collect (va_arg (words, const char *), words);
  va_end (words);
  return run_program ("envoictl", input, (const char *const *) all->pdata);
}

Run
run_sendmail (const char *input,
              ...)
{
  g_autoptr (GPtrArray) all = NULL;
  va_list words;

  va_start (words, input);
  all = collect (va_arg (words, const char *), words);
  va_end (words);
  return run_program ("envoi-sendmail", input, (const char *const *) all->pdata);
}

JsonNode *
run_parse_json (const Run *self)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (self->out, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}
