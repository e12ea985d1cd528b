/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include <glib/gi18n.h>

/* Letters to begin letters from. */

static void
did_save_template_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_save_draft_finish (ENVOI_SERVICE (source), result, &error))
    envoi_composer_window_show_error (self, error, envoi_composer_window_save_template);
  else if (!self->is_done)
    envoi_composer_window_toast (self, _("Saved in Templates"));
}

static void
did_commit_template_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *id = g_strconcat (ENVOI_TEMPLATE_ID_PREFIX, uuid, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EnvoiDraft) template = NULL;

  envoi_composer_body_commit_finish (ENVOI_COMPOSER_BODY (source), result, NULL);
  if (self->is_done || !self->service)
    return;

  bytes = envoi_draft_serialize (self->draft);
  template = envoi_draft_deserialize (id, bytes, NULL);
  if (template)
    envoi_service_save_draft_async (self->service, template, NULL, did_save_template_cb,
                                    g_object_ref (self));
}

/**
 * envoi_composer_window_save_template:
 * @self: a window
 *
 * Keeps the letter as it is now as a template; it stays open as what it was.
 *
 * Thread: main
 */
void
envoi_composer_window_save_template (EnvoiComposerWindow *self)
{
  envoi_composer_fields_commit (self->fields);
  envoi_composer_body_commit_async (self->body, NULL, did_commit_template_cb,
                                    g_object_ref (self));
}
