/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-searcher.h"

/**
 * EnvoiSearcher:
 *
 * The search of the main window. An answer that comes after the next question
 * is dropped.
 *
 * Thread: main
 */
struct _EnvoiSearcher {
  GObject parent_instance;

  EnvoiOutbox  *outbox;
  GCancellable *asking;
  char         *words;
};

G_DEFINE_FINAL_TYPE (EnvoiSearcher, envoi_searcher, G_TYPE_OBJECT)

enum {
  SIGNAL_FOUND,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
did_search (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiSearcher) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) hits = NULL;

  hits = envoi_outbox_search_finish (ENVOI_OUTBOX (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (hits)
    g_signal_emit (self, signals[SIGNAL_FOUND], 0, self->words, hits);
  else
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
envoi_searcher_dispose (GObject *object)
{
  EnvoiSearcher *self = ENVOI_SEARCHER (object);

  envoi_searcher_stop (self);
  g_clear_object (&self->outbox);

  G_OBJECT_CLASS (envoi_searcher_parent_class)->dispose (object);
}

static void
envoi_searcher_finalize (GObject *object)
{
  g_free (ENVOI_SEARCHER (object)->words);

  G_OBJECT_CLASS (envoi_searcher_parent_class)->finalize (object);
}

static void
envoi_searcher_class_init (EnvoiSearcherClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_searcher_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_searcher_finalize;

  signals[SIGNAL_FOUND] = g_signal_new ("found", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_LIST_MODEL);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
envoi_searcher_init (EnvoiSearcher *self)
{
}

EnvoiSearcher *
envoi_searcher_new (EnvoiOutbox *outbox)
{
  EnvoiSearcher *self = g_object_new (ENVOI_TYPE_SEARCHER, NULL);

  self->outbox = g_object_ref (outbox);
  return self;
}

void
envoi_searcher_ask (EnvoiSearcher *self,
                    const char    *words)
{
  g_return_if_fail (ENVOI_IS_SEARCHER (self));

  envoi_searcher_stop (self);
  self->asking = g_cancellable_new ();
  self->words = g_strdup (words);
  envoi_outbox_search_async (self->outbox, words, ENVOI_SEARCHER_MOST, self->asking, did_search,
                             g_object_ref (self));
}

void
envoi_searcher_stop (EnvoiSearcher *self)
{
  g_return_if_fail (ENVOI_IS_SEARCHER (self));

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_pointer (&self->words, g_free);
}
