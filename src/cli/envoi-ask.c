/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-ask.h"

#include "envoi-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Passwords come by standard input or from the terminal, never by argument or
 * environment, are never echoed, and leave no copy behind. */

#define LONGEST_WORD 256
#define LONGEST_SECRET (64 * 1024)

typedef struct {
  char bytes[LONGEST_SECRET];
} Buffer;

/* Reads up to the first line end; byte by byte, so that what follows on
 * standard input is still there. Returns -1 on trouble. */
static gssize
read_line (int     fd,
           Buffer *buffer)
{
  gsize length = 0;

  while (length < sizeof buffer->bytes) {
    gssize got = read (fd, buffer->bytes + length, 1);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return -1;
    if (got == 0 || buffer->bytes[length] == '\n')
      break;
    length++;
  }

  if (length > 0 && buffer->bytes[length - 1] == '\r')
    length--;

  return (gssize) length;
}

static EnvoiSecret *
read_secret (int      fd,
             GError **error)
{
  g_autofree Buffer *buffer = g_new0 (Buffer, 1);
  gssize length = read_line (fd, buffer);
  EnvoiSecret *secret = NULL;

  if (length <= 0 || length == LONGEST_SECRET)
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("No password was given, or it is far too long."));
  else if (memchr (buffer->bytes, '\0', (gsize) length))
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("The password holds a NUL character."));
  else
    secret = envoi_secret_new (buffer->bytes, length);

  envoi_wipe_memory (buffer, sizeof *buffer);
  return secret;
}

EnvoiSecret *
envoi_ask_read_stdin (GError **error)
{
  return read_secret (STDIN_FILENO, error);
}

static void
write_to_terminal (int         fd,
                   const char *text)
{
  /* A prompt that cannot be shown is no reason to fail. */
  if (write (fd, text, strlen (text)) < 0)
    g_debug ("the terminal took no prompt");
}

static EnvoiSecret *
ask (int          fd,
     const char  *prompt,
     GError     **error)
{
  struct termios before;
  struct termios quiet;
  EnvoiSecret *secret;

  if (tcgetattr (fd, &before) != 0) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_NO_SECRET,
                 _("The terminal cannot hide what is typed."));
    return NULL;
  }

  quiet = before;
  quiet.c_lflag &= (tcflag_t) ~(ECHO | ECHONL);
  write_to_terminal (fd, prompt);
  tcsetattr (fd, TCSAFLUSH, &quiet);
  secret = read_secret (fd, error);
  tcsetattr (fd, TCSAFLUSH, &before);
  write_to_terminal (fd, "\n");
  return secret;
}

static void
ask_thread (GTask        *task,
            gpointer      source,
            gpointer      task_data,
            GCancellable *cancellable)
{
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  EnvoiSecret *secret = NULL;
  GError *error = NULL;

  if (fd >= 0) {
    secret = ask (fd, task_data, &error);
    close (fd);
  } else {
    g_set_error (&error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_NO_SECRET,
                 _("There is no terminal to ask for the password on. Give it with "
                   "--secret-stdin."));
  }

  if (secret)
    g_task_return_pointer (task, secret, (GDestroyNotify) envoi_secret_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_ask_terminal_async (const char          *prompt,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_ask_terminal_async);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_set_task_data (task, g_strdup (prompt), g_free);
  g_task_run_in_thread (task, ask_thread);
}

EnvoiSecret *
envoi_ask_terminal_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
ask_word_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  int fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  char word[LONGEST_WORD];
  ssize_t length = 0;

  if (fd < 0) {
    g_task_return_new_error (task, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_NO_SECRET,
                             _("There is no terminal to ask on."));
    return;
  }

  write_to_terminal (fd, task_data);
  length = read (fd, word, sizeof word);
  close (fd);
  g_task_return_pointer (task, g_strstrip (g_strndup (word, (gsize) MAX (length, 0))), g_free);
}

void
envoi_ask_word_async (const char          *prompt,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_ask_word_async);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_set_task_data (task, g_strdup (prompt), g_free);
  g_task_run_in_thread (task, ask_word_thread);
}

char *
envoi_ask_word_finish (GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  EnvoiCli *cli;
  EnvoiAccount *account;
  GError *reason;   /* why nothing stored can be used */
} SignIn;

static void
sign_in_free (SignIn *sign_in)
{
  g_clear_object (&sign_in->account);
  g_clear_error (&sign_in->reason);
  g_free (sign_in);
}

static void
did_ask_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_ask_terminal_finish (result, &error);

  if (secret) {
    envoi_service_use_password (envoi_cli_get_service (sign_in->cli), sign_in->account, secret);
    g_task_return_boolean (task, TRUE);
    return;
  }

  /* Why a password is needed matters more than that nobody can be asked. */
  envoi_output_complain ("%s", error->message);
  g_task_return_error (task, g_steal_pointer (&sign_in->reason));
}

static void
did_find_password_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SignIn *sign_in = g_task_get_task_data (task);
  g_autofree char *prompt = NULL;

  if (envoi_service_find_password_finish (ENVOI_SERVICE (source), result, &sign_in->reason)) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  if (envoi_account_is_oauth (sign_in->account) ||
      *envoi_account_get_desktop_id (sign_in->account) || isatty (STDERR_FILENO) == 0) {
    g_task_return_error (task, g_steal_pointer (&sign_in->reason));
    return;
  }

  envoi_output_print_error (sign_in->reason);
  prompt = g_strdup_printf (_("Password for %s: "), envoi_account_get_email (sign_in->account));
  envoi_ask_terminal_async (prompt, g_task_get_cancellable (task), did_ask_cb,
                            g_object_ref (task));
}

void
envoi_ask_for_sign_in_async (EnvoiCli            *cli,
                             EnvoiAccount        *account,
                             EnvoiSecret         *given,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GCancellable *cancellable = envoi_cli_get_cancellable (cli);
  EnvoiService *service = envoi_cli_get_service (cli);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  SignIn *sign_in = g_new0 (SignIn, 1);

  sign_in->cli = cli;
  sign_in->account = g_object_ref (account);
  g_task_set_source_tag (task, envoi_ask_for_sign_in_async);
  g_task_set_task_data (task, sign_in, (GDestroyNotify) sign_in_free);

  if (given) {
    envoi_service_use_password (service, account, given);
    g_task_return_boolean (task, TRUE);
    return;
  }

  envoi_service_find_password_async (service, account, cancellable, did_find_password_cb,
                                     g_steal_pointer (&task));
}

gboolean
envoi_ask_for_sign_in_finish (EnvoiCli      *cli,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
