/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-web.h"

#include <gmodule.h>

/* Of webkitgtk-6.0; it brings libjavascriptcoregtk-6.0 along. */
#define LIBRARY "libwebkitgtk-6.0.so.4"

EnvoiWeb envoi_web;

static const struct {
  const char *name;
  gsize offset;
} functions[] = {
#define FUNCTION(name) { #name, G_STRUCT_OFFSET (EnvoiWeb, name) },
  ENVOI_WEB_FUNCTIONS (FUNCTION)
#undef FUNCTION
};

/* worker */
static gboolean
load (EnvoiWeb  *web,
      GError   **error)
{
  GModule *library = g_module_open_full (LIBRARY, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL, error);

  if (!library)
    return FALSE;

  g_module_make_resident (library);
  for (guint i = 0; i < G_N_ELEMENTS (functions); i++) {
    gpointer *pointer = G_STRUCT_MEMBER_P (web, functions[i].offset);

    if (!g_module_symbol (library, functions[i].name, pointer)) {
      g_set_error (error, G_MODULE_ERROR, G_MODULE_ERROR_FAILED, "%s has no %s", LIBRARY,
                   functions[i].name);
      return FALSE;
    }
  }

  return TRUE;
}

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  EnvoiWeb *web = g_new0 (EnvoiWeb, 1);
  GError *error = NULL;

  if (load (web, &error)) {
    g_task_return_pointer (task, web, g_free);
    return;
  }

  g_free (web);
  g_task_return_error (task, error);
}

gboolean
envoi_web_is_loaded (void)
{
  return envoi_web.webkit_web_view_get_type != NULL;
}

void
envoi_web_load_async (GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_web_load_async);
  if (envoi_web_is_loaded ())
    g_task_return_pointer (task, g_memdup2 (&envoi_web, sizeof envoi_web), g_free);
  else
    g_task_run_in_thread (task, load_thread);
}

gboolean
envoi_web_load_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_autofree EnvoiWeb *web = g_task_propagate_pointer (G_TASK (result), error);

  if (!web)
    return FALSE;

  envoi_web = *web;
  return TRUE;
}
