/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-smtp-prober.h"

#include "envoi-smtp-connection.h"
#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/**
 * EnvoiSmtpProber:
 *
 * Tries whether a server for sending is somewhere: connect, TLS, EHLO, QUIT.
 * Each try has a thread of its own, for it blocks.
 *
 * Thread: main
 */
struct _EnvoiSmtpProber {
  GObject parent_instance;

  EnvoiClock *clock;
};

typedef struct {
  EnvoiSmtpEndpoint *endpoint;
  EnvoiClock *clock;
} Probe;

static void
probe_free (Probe *probe)
{
  envoi_smtp_endpoint_unref (probe->endpoint);
  g_object_unref (probe->clock);
  g_free (probe);
}

/* A server that takes mail for a domain, and not from its people, has no AUTH. */
static gboolean
has_sign_in (const EnvoiSmtpServerInfo *info)
{
  for (guint i = 0; info && info->keywords && info->keywords[i]; i++) {
    if (g_ascii_strncasecmp (info->keywords[i], "AUTH ", 5) == 0 ||
        g_ascii_strncasecmp (info->keywords[i], "AUTH=", 5) == 0)
      return TRUE;
  }

  return FALSE;
}

static void
probe_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Probe *probe = task_data;
  g_autoptr (EnvoiSmtpConnection) connection = envoi_smtp_connection_new (probe->endpoint,
                                                                          probe->clock);
  g_autoptr (EnvoiSmtpOutcome) outcome = envoi_smtp_connection_open_sync (connection, NULL,
                                                                          cancellable);

  if (outcome->error)
    g_task_return_error (task, g_error_copy (outcome->error));
  else if (has_sign_in (envoi_smtp_connection_get_info (connection)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE,
                             _("One cannot sign in there."));

  envoi_smtp_connection_close_sync (connection);
}

static void
envoi_smtp_prober_probe_async (EnvoiServerProber   *prober,
                               EnvoiSmtpEndpoint   *endpoint,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (prober, cancellable, callback, user_data);
  Probe *probe = g_new0 (Probe, 1);

  probe->endpoint = envoi_smtp_endpoint_ref (endpoint);
  probe->clock = g_object_ref (ENVOI_SMTP_PROBER (prober)->clock);
  g_task_set_source_tag (task, envoi_smtp_prober_probe_async);
  g_task_set_task_data (task, probe, (GDestroyNotify) probe_free);
  g_task_run_in_thread (task, probe_thread);
}

static gboolean
envoi_smtp_prober_probe_finish (EnvoiServerProber  *prober,
                                GAsyncResult       *result,
                                GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
init_interface (EnvoiServerProberInterface *iface)
{
  iface->probe_async = envoi_smtp_prober_probe_async;
  iface->probe_finish = envoi_smtp_prober_probe_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiSmtpProber, envoi_smtp_prober, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SERVER_PROBER, init_interface))

static void
envoi_smtp_prober_finalize (GObject *object)
{
  g_clear_object (&ENVOI_SMTP_PROBER (object)->clock);

  G_OBJECT_CLASS (envoi_smtp_prober_parent_class)->finalize (object);
}

static void
envoi_smtp_prober_class_init (EnvoiSmtpProberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_smtp_prober_finalize;
}

static void
envoi_smtp_prober_init (EnvoiSmtpProber *self)
{
}

EnvoiSmtpProber *
envoi_smtp_prober_new (EnvoiClock *clock)
{
  EnvoiSmtpProber *self = g_object_new (ENVOI_TYPE_SMTP_PROBER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}
