/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include "envoi-problem.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

struct _EnvoiCli {
  GMainLoop *loop;
  EnvoiService *service;
  GCancellable *cancellable;
  gboolean is_json;

  EnvoiServiceFlags flags;
  EnvoiCliCommand command;
  gpointer data;

  gboolean is_starting;
  gboolean is_finishing;
  EnvoiExit exit_code;
};

static void
did_stop_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  EnvoiCli *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_stop_finish (ENVOI_SERVICE (source), result, &error))
    envoi_output_complain ("%s", error->message);

  g_main_loop_quit (self->loop);
}

static void
stop (EnvoiCli *self)
{
  envoi_service_stop_async (self->service, NULL, did_stop_cb, self);
}

static void
did_start_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  EnvoiCli *self = user_data;
  g_autofree char *notice = NULL;
  GError *error = NULL;

  envoi_service_start_finish (self->service, result, &error);
  self->is_starting = FALSE;

  if (self->is_finishing) {
    g_clear_error (&error);
    stop (self);
  } else if (error) {
    envoi_cli_fail (self, error);
  } else {
    g_object_get (self->service, "notice", &notice, NULL);
    if (notice)
      envoi_output_complain ("%s", notice);
    self->command (self, self->data);
  }
}

static gboolean
start_cb (gpointer user_data)
{
  EnvoiCli *self = user_data;

  self->is_starting = TRUE;
  envoi_service_start_async (self->service, self->flags, self->cancellable, did_start_cb, self);
  return G_SOURCE_REMOVE;
}

/* The letter on its way is stopped as long as it can be; what is durable stays. */
static gboolean
interrupted_cb (gpointer user_data)
{
  EnvoiCli *self = user_data;

  g_cancellable_cancel (self->cancellable);
  envoi_cli_finish (self, ENVOI_EXIT_UNAVAILABLE);
  return G_SOURCE_CONTINUE;
}

int
envoi_cli_run (EnvoiServiceFlags flags,
               gboolean          is_json,
               EnvoiCliCommand   command,
               gpointer          data)
{
  EnvoiCli self = {
    .flags = flags, .is_json = is_json, .command = command, .data = data,
  };
  guint sources[] = {
    g_unix_signal_add (SIGINT, interrupted_cb, &self),
    g_unix_signal_add (SIGTERM, interrupted_cb, &self),
  };

  self.loop = g_main_loop_new (NULL, FALSE);
  self.service = envoi_service_new (NULL);
  self.cancellable = g_cancellable_new ();

  g_idle_add (start_cb, &self);
  g_main_loop_run (self.loop);

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  g_clear_object (&self.service);
  g_clear_object (&self.cancellable);
  g_clear_pointer (&self.loop, g_main_loop_unref);
  return self.exit_code;
}

EnvoiService *
envoi_cli_get_service (EnvoiCli *self)
{
  return self->service;
}

GCancellable *
envoi_cli_get_cancellable (EnvoiCli *self)
{
  return self->cancellable;
}

gboolean
envoi_cli_is_json (EnvoiCli *self)
{
  return self->is_json;
}

void
envoi_cli_finish (EnvoiCli  *self,
                  EnvoiExit  code)
{
  if (self->is_finishing)
    return;

  self->is_finishing = TRUE;
  self->exit_code = code;
  if (!self->is_starting)
    stop (self);
}

void
envoi_cli_fail (EnvoiCli *self,
                GError   *error)
{
  /* After an interruption, everything fails with "cancelled"; that is no news. */
  if (self->is_finishing)
    g_error_free (error);
  else
    envoi_cli_finish (self, (EnvoiExit) envoi_cli_complain (self->is_json, error));
}

int
envoi_cli_complain (gboolean  is_json,
                    GError   *error)
{
  EnvoiExit code = envoi_exit_for_error (error);

  if (is_json)
    envoi_output_print_error_json (error);
  envoi_output_print_error (error);
  g_error_free (error);
  return (int) code;
}

EnvoiAccount *
envoi_cli_find_account (EnvoiCli    *self,
                        const char  *id_or_email,
                        GError     **error)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (self->service);
  EnvoiAccount *account = envoi_account_list_find (accounts, id_or_email);

  if (!account)
    g_set_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
                 _("There is no account “%s”. “envoictl account list” shows them all."),
                 id_or_email);

  return account;
}
