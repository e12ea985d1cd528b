/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "composer-fixture.h"

#include "envoi-test.h"

static void
sent_cb (EnvoiComposerWindow         *window,
         const char                  *letter_id,
         ComposerFixture             *self)
{
  self->sent = g_strdup (letter_id);
}

static void
window_gone_cb (gpointer  data,
                GObject  *window)
{
  ((ComposerFixture *) data)->window = NULL;
}

static void
start (ComposerFixture   *self,
       EnvoiServiceFlags  flags)
{
  self->service = test_service_start (flags);
  self->draft = envoi_service_create_draft (self->service, NULL);
}

void
composer_set_up (ComposerFixture *self,
                 gconstpointer    data)
{
  start (self, ENVOI_SERVICE_PRACTICE);
}

void
composer_set_up_sender (ComposerFixture *self,
                        gconstpointer    data)
{
  start (self, TEST_SERVICE_SENDER);
}

void
composer_open (ComposerFixture *self)
{
  self->window = envoi_composer_window_new ();
  envoi_composer_window_set_up (self->window, NULL, self->service, self->draft);
  g_object_weak_ref (G_OBJECT (self->window), window_gone_cb, self);
  g_signal_connect (self->window, "sent", G_CALLBACK (sent_cb), self);
  gtk_window_present (GTK_WINDOW (self->window));
}

gboolean
composer_is_gone (gpointer fixture)
{
  return ((ComposerFixture *) fixture)->window == NULL;
}

void
composer_tear_down (ComposerFixture *self,
                    gconstpointer    data)
{
  /* Closed as a person closes it: what is being stored is stored before the store goes. */
  if (self->window) {
    gtk_window_close (GTK_WINDOW (self->window));
    envoi_test_wait_until (composer_is_gone, self);
  }
  g_clear_object (&self->draft);
  test_service_stop (&self->service);
  g_clear_pointer (&self->sent, g_free);
}

EnvoiEditor *
composer_get_editor (ComposerFixture *self)
{
  return envoi_composer_body_get_editor (envoi_composer_window_get_body (self->window));
}

gboolean
composer_is_editor_ready (gpointer fixture)
{
  return envoi_editor_is_ready (composer_get_editor (fixture));
}

gboolean
composer_is_in (ComposerFixture *self,
                EnvoiFolder      folder)
{
  GListModel *letters = envoi_outbox_get_folder (envoi_service_get_outbox (self->service),
                                                 folder);
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (self->service),
                                           envoi_draft_get_id (self->draft));

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) item = g_list_model_get_item (letters, i);

    if (item == letter)
      return TRUE;
  }

  return FALSE;
}

void
composer_write_letter (ComposerFixture *self)
{
  envoi_draft_set (self->draft, "to", "Wei <wei@example.org>");
  envoi_draft_set (self->draft, "subject", "Hello");
  envoi_test_wait_until (composer_is_editor_ready, self);
  envoi_editor_call (composer_get_editor (self), "command",
                     g_variant_new ("(ss)", "insertText", "Good morning"));
}

void
composer_activate (ComposerFixture *self,
                   const char      *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self->window), action, NULL));
}

void
composer_attach (ComposerFixture *self,
                 const char      *path)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_list_store_append (files, file);
  envoi_composer_window_attach (self->window, G_LIST_MODEL (files));
}
