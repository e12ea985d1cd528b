/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-spare-composer.h"

/**
 * EnvoiSpareComposer:
 *
 * What a composer takes long for, done while threads read what the service needs.
 *
 * Thread: main
 */
struct _EnvoiSpareComposer {
  GObject parent_instance;

  EnvoiComposerWindow *window;      /* nullable */
  guint make_id;                    /* an idle source */
};

G_DEFINE_FINAL_TYPE (EnvoiSpareComposer, envoi_spare_composer, G_TYPE_OBJECT)

/* In two steps, so that others get on between them: the window, and the icon theme, which
 * GTK reads when the first icon is looked up. */
static gboolean
make_cb (gpointer user_data)
{
  EnvoiSpareComposer *self = user_data;

  if (!self->window) {
    self->window = g_object_ref (envoi_composer_window_new ());
    return G_SOURCE_CONTINUE;
  }

  self->make_id = 0;
  gtk_icon_theme_has_icon (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                           "open-menu-symbolic");
  return G_SOURCE_REMOVE;
}

static void
envoi_spare_composer_dispose (GObject *object)
{
  envoi_spare_composer_drop (ENVOI_SPARE_COMPOSER (object));

  G_OBJECT_CLASS (envoi_spare_composer_parent_class)->dispose (object);
}

static void
envoi_spare_composer_class_init (EnvoiSpareComposerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_spare_composer_dispose;
}

static void
envoi_spare_composer_init (EnvoiSpareComposer *self)
{
}

EnvoiSpareComposer *
envoi_spare_composer_new (void)
{
  return g_object_new (ENVOI_TYPE_SPARE_COMPOSER, NULL);
}

void
envoi_spare_composer_make (EnvoiSpareComposer *self)
{
  g_return_if_fail (ENVOI_IS_SPARE_COMPOSER (self));

  if (!self->window && self->make_id == 0)
    self->make_id = g_idle_add (make_cb, self);
}

EnvoiComposerWindow *
envoi_spare_composer_take (EnvoiSpareComposer *self)
{
  g_autoptr (EnvoiComposerWindow) window = NULL;

  g_return_val_if_fail (ENVOI_IS_SPARE_COMPOSER (self), NULL);

  g_clear_handle_id (&self->make_id, g_source_remove);
  /* GTK owns a window until it is destroyed. */
  window = g_steal_pointer (&self->window);
  return window ? window : envoi_composer_window_new ();
}

void
envoi_spare_composer_drop (EnvoiSpareComposer *self)
{
  g_return_if_fail (ENVOI_IS_SPARE_COMPOSER (self));

  g_clear_handle_id (&self->make_id, g_source_remove);
  if (self->window)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_object (&self->window);
}
