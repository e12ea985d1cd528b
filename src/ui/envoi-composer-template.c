/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-placeholder.h"

#include <glib/gi18n.h>

/* Letters to begin letters from, and the places in them that are filled at the end. */

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

/* The one person a letter goes to. (nullable) */
static EnvoiAddress *
dup_recipient (EnvoiDraft *draft)
{
  g_autoptr (GPtrArray) people = envoi_address_parse_list (envoi_draft_get (draft, "to"), NULL);

  return people && people->len == 1 ? envoi_address_ref (g_ptr_array_index (people, 0)) : NULL;
}

/**
 * envoi_composer_window_dup_filled:
 * @self: a window whose letter is complete
 *
 * The letter as it goes: what the person sees stays as it was written, so that
 * nothing is lost when it cannot go.
 *
 * Returns: (transfer full): the letter, or a copy of it with its placeholders filled
 *
 * Thread: main
 */
EnvoiDraft *
envoi_composer_window_dup_filled (EnvoiComposerWindow *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (EnvoiAddress) recipient = dup_recipient (self->draft);
  g_autoptr (GBytes) bytes = NULL;
  EnvoiDraft *filled;

  if (!envoi_placeholder_is_used (self->draft))
    return g_object_ref (self->draft);

  bytes = envoi_draft_serialize (self->draft);
  filled = envoi_draft_deserialize (envoi_draft_get_id (self->draft), bytes, NULL);
  if (!filled)
    return g_object_ref (self->draft);

  envoi_placeholder_fill_draft (filled, recipient, now);
  return filled;
}
