/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include <glib/gi18n.h>

/* The practice account: a real account whose server is inside this program. Its
 * port and its password are new every time, so neither is ever written. */

#define PRACTICE_EMAIL "practice@localhost"
#define PRACTICE_HOST "127.0.0.1"
#define PASSWORD_BYTES 24

static void
received_cb (EnvoiPracticeServer *practice,
             gpointer             letter,
             EnvoiService        *self)
{
  g_signal_emit_by_name (self, "practice-changed");
}

static EnvoiSecret *
make_password (EnvoiService *self)
{
  return envoi_secret_new_take (envoi_random_make_token (self->random, PASSWORD_BYTES));
}

void
envoi_service_add_practice (EnvoiService *self)
{
  g_autoptr (EnvoiAccount) account = NULL;

  if (!self->practice)
    return;

  account = envoi_account_new (ENVOI_PRACTICE_ID);
  g_object_set (account,
                "email", PRACTICE_EMAIL,
                "name", _("Practice"),
                "host", PRACTICE_HOST,
                "port", (guint) envoi_practice_server_get_tls_port (self->practice),
                "security", ENVOI_SMTP_SECURITY_TLS,
                "auth", ENVOI_SMTP_AUTH_PLAIN,
                "ca-file", envoi_practice_server_get_ca_file (self->practice),
                "is-practice", TRUE,
                NULL);
  envoi_account_list_add_practice (self->accounts, account);
}

static void
start_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  GError *error = NULL;

  if (envoi_practice_server_start_sync (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Letters can be sent without it, so a practice server that does not start is
 * told of and no more. */
static void
did_start_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_clear_object (&self->practice);
    self->practice_notice =
      g_strdup_printf (_("The practice account cannot be used now: %s"), error->message);
    envoi_service_notice_changed (self);
  }

  g_task_return_boolean (task, TRUE);
}

void
envoi_service_start_practice_async (EnvoiService        *self,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GFile) folder = NULL;
  g_autoptr (EnvoiSecret) password = NULL;
  g_autoptr (GTask) start = NULL;

  g_task_set_source_tag (task, envoi_service_start_practice_async);

  if ((self->flags & ENVOI_SERVICE_PRACTICE) == 0) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  folder = g_file_get_child (self->data_folder, "practice");
  password = make_password (self);
  self->practice = envoi_practice_server_new (folder);
  envoi_practice_server_set_login (self->practice, PRACTICE_EMAIL, envoi_secret_peek (password));
  envoi_credential_source_set_secret (self->credentials, ENVOI_PRACTICE_ID, password);
  g_signal_connect_object (self->practice, "received", G_CALLBACK (received_cb), self, 0);

  start = g_task_new (self, cancellable, did_start_cb, g_steal_pointer (&task));
  g_task_set_task_data (start, g_object_ref (self->practice), g_object_unref);
  g_task_run_in_thread (start, start_thread);
}

gboolean
envoi_service_start_practice_finish (EnvoiService  *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
stop_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  envoi_practice_server_stop_sync (task_data);
  g_task_return_boolean (task, TRUE);
}

void
envoi_service_stop_practice_async (EnvoiService        *self,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, envoi_service_stop_practice_async);

  if (!self->practice) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  g_task_set_task_data (task, g_object_ref (self->practice), g_object_unref);
  g_task_run_in_thread (task, stop_thread);
}

gboolean
envoi_service_stop_practice_finish (EnvoiService  *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
list_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *letters = envoi_practice_server_list_sync (task_data, &error);

  if (letters)
    g_task_return_pointer (task, letters, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_service_list_practice_async (EnvoiService        *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (ENVOI_IS_SERVICE (self));

  g_task_set_source_tag (task, envoi_service_list_practice_async);

  if (!self->practice) {
    g_task_return_pointer (task, g_ptr_array_new (), (GDestroyNotify) g_ptr_array_unref);
    return;
  }

  g_task_set_task_data (task, g_object_ref (self->practice), g_object_unref);
  g_task_run_in_thread (task, list_thread);
}

GPtrArray *
envoi_service_list_practice_finish (EnvoiService  *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
