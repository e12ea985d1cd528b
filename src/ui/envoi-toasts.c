/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-toasts.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiToasts:
 *
 * Short words at the foot of the window, with Undo where something can be undone.
 *
 * Thread: main
 */
struct _EnvoiToasts {
  GObject parent_instance;

  AdwToastOverlay *overlay;        /* borrowed: the window's, which outlives this */
  EnvoiClock      *clock;
  EnvoiLetter     *sending;
  AdwToast        *sending_toast;
  guint countdown_id;
  GHashTable      *deleted;        /* AdwToast -> letter id */
};

G_DEFINE_FINAL_TYPE (EnvoiToasts, envoi_toasts, G_TYPE_OBJECT)

enum {
  SIGNAL_UNDO_SEND,
  SIGNAL_UNDO_DELETE,
  SIGNAL_DELETE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
stop_countdown (EnvoiToasts *self)
{
  g_clear_handle_id (&self->countdown_id, g_source_remove);
  if (self->sending_toast)
    g_signal_handlers_disconnect_by_data (self->sending_toast, self);
  g_clear_object (&self->sending_toast);
  g_clear_object (&self->sending);
}

static guint
get_seconds_left (EnvoiToasts *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->sending);
  gint64 left = record->hold_until - envoi_clock_get_now (self->clock);

  if (record->state != ENVOI_LETTER_QUEUED || left <= 0 || left > ENVOI_WORDS_UNDO_LIMIT)
    return 0;

  return (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
}

static void
show_seconds (EnvoiToasts *self,
              guint        seconds)
{
  g_autofree char *title = NULL;

  /* Translators: "s" is short for seconds */
  title = g_strdup_printf (ngettext ("Sending in %u s", "Sending in %u s", seconds), seconds);
  adw_toast_set_title (self->sending_toast, title);
}

static gboolean
countdown_cb (gpointer user_data)
{
  EnvoiToasts *self = user_data;
  guint seconds = get_seconds_left (self);

  if (seconds > 0) {
    show_seconds (self, seconds);
    return G_SOURCE_CONTINUE;
  }

  self->countdown_id = 0;
  adw_toast_dismiss (self->sending_toast);
  return G_SOURCE_REMOVE;
}

static void
undo_send_cb (EnvoiToasts *self)
{
  g_autofree char *letter_id = g_strdup (envoi_letter_get_id (self->sending));

  g_signal_emit (self, signals[SIGNAL_UNDO_SEND], 0, letter_id);
}

static void
undo_delete_cb (EnvoiToasts *self,
                AdwToast    *toast)
{
  g_autofree char *letter_id = NULL;

  if (g_hash_table_steal_extended (self->deleted, toast, NULL, (gpointer *) &letter_id))
    g_signal_emit (self, signals[SIGNAL_UNDO_DELETE], 0, letter_id);
}

static void
deleted_dismissed_cb (EnvoiToasts *self,
                      AdwToast    *toast)
{
  g_autofree char *letter_id = NULL;

  if (g_hash_table_steal_extended (self->deleted, toast, NULL, (gpointer *) &letter_id))
    g_signal_emit (self, signals[SIGNAL_DELETE], 0, letter_id);
}

static void
envoi_toasts_dispose (GObject *object)
{
  EnvoiToasts *self = ENVOI_TOASTS (object);

  stop_countdown (self);
  g_clear_object (&self->clock);
  g_hash_table_remove_all (self->deleted);

  G_OBJECT_CLASS (envoi_toasts_parent_class)->dispose (object);
}

static void
envoi_toasts_finalize (GObject *object)
{
  g_hash_table_unref (ENVOI_TOASTS (object)->deleted);

  G_OBJECT_CLASS (envoi_toasts_parent_class)->finalize (object);
}

static guint
add_signal (GType       type,
            const char *name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                       G_TYPE_STRING);
}

static void
envoi_toasts_class_init (EnvoiToastsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = envoi_toasts_dispose;
  object_class->finalize = envoi_toasts_finalize;

  signals[SIGNAL_UNDO_SEND] = add_signal (G_TYPE_FROM_CLASS (klass), "undo-send");
  signals[SIGNAL_UNDO_DELETE] = add_signal (G_TYPE_FROM_CLASS (klass), "undo-delete");
  signals[SIGNAL_DELETE] = add_signal (G_TYPE_FROM_CLASS (klass), "delete");
}

static void
envoi_toasts_init (EnvoiToasts *self)
{
  self->deleted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

EnvoiToasts *
envoi_toasts_new (AdwToastOverlay *overlay)
{
  EnvoiToasts *self = g_object_new (ENVOI_TYPE_TOASTS, NULL);

  self->overlay = overlay;
  return self;
}

void
envoi_toasts_tell (EnvoiToasts *self,
                   const char  *sentence)
{
  AdwToast *toast;
  g_autofree char *escaped = NULL;

  g_return_if_fail (ENVOI_IS_TOASTS (self));

  /* A toast's title is markup. */
  escaped = g_markup_escape_text (sentence, -1);
  toast = adw_toast_new (escaped);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
envoi_toasts_show_sending (EnvoiToasts *self,
                           EnvoiLetter *letter,
                           EnvoiClock  *clock)
{
  guint seconds;

  g_return_if_fail (ENVOI_IS_TOASTS (self));

  if (self->sending_toast)
    adw_toast_dismiss (self->sending_toast);
  stop_countdown (self);
  g_set_object (&self->clock, clock);
  self->sending = g_object_ref (letter);

  seconds = get_seconds_left (self);
  if (seconds == 0) {
    g_clear_object (&self->sending);
    return;
  }

  self->sending_toast = adw_toast_new ("");
  show_seconds (self, seconds);
  adw_toast_set_button_label (self->sending_toast, C_("sending", "_Undo"));
  adw_toast_set_priority (self->sending_toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (self->sending_toast, 0);
  g_signal_connect_swapped (self->sending_toast, "button-clicked", G_CALLBACK (undo_send_cb), self);
  g_signal_connect_swapped (self->sending_toast, "dismissed", G_CALLBACK (stop_countdown), self);
  self->countdown_id = g_timeout_add_seconds (1, countdown_cb, self);
  adw_toast_overlay_add_toast (self->overlay, g_object_ref (self->sending_toast));
}

void
envoi_toasts_show_deleted (EnvoiToasts *self,
                           const char  *letter_id)
{
  AdwToast *toast;

  g_return_if_fail (ENVOI_IS_TOASTS (self));

  toast = adw_toast_new (_("Letter deleted"));
  adw_toast_set_button_label (toast, _("_Undo"));
  g_hash_table_insert (self->deleted, toast, g_strdup (letter_id));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_delete_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (deleted_dismissed_cb), self,
                           G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
envoi_toasts_flush (EnvoiToasts *self)
{
  GHashTableIter iter;
  char *letter_id;

  g_return_if_fail (ENVOI_IS_TOASTS (self));

  g_hash_table_iter_init (&iter, self->deleted);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &letter_id))
    g_signal_emit (self, signals[SIGNAL_DELETE], 0, letter_id);

  g_hash_table_remove_all (self->deleted);
}
