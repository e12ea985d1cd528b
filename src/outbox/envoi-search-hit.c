/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-search-hit.h"

/**
 * EnvoiSearchHit:
 *
 * A letter that a search found. The letter is the one that the folders have,
 * so it changes with them.
 *
 * Thread: main (immutable)
 */
struct _EnvoiSearchHit {
  GObject parent_instance;

  EnvoiLetter *letter;
  char        *excerpt;       /* nullable */
};

G_DEFINE_FINAL_TYPE (EnvoiSearchHit, envoi_search_hit, G_TYPE_OBJECT)

static void
envoi_search_hit_finalize (GObject *object)
{
  EnvoiSearchHit *self = ENVOI_SEARCH_HIT (object);

  g_clear_object (&self->letter);
  g_free (self->excerpt);

  G_OBJECT_CLASS (envoi_search_hit_parent_class)->finalize (object);
}

static void
envoi_search_hit_class_init (EnvoiSearchHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_search_hit_finalize;
}

static void
envoi_search_hit_init (EnvoiSearchHit *self)
{
}

/**
 * envoi_search_hit_new:
 * @letter: a letter
 * @excerpt: (nullable): one line of its text around what was found
 *
 * Returns: (transfer full): a hit
 *
 * Thread: main
 */
EnvoiSearchHit *
envoi_search_hit_new (EnvoiLetter *letter,
                      const char  *excerpt)
{
  EnvoiSearchHit *self = g_object_new (ENVOI_TYPE_SEARCH_HIT, NULL);

  self->letter = g_object_ref (letter);
  self->excerpt = g_strdup (excerpt);
  return self;
}

/**
 * envoi_search_hit_get_letter:
 * @self: a hit
 *
 * Returns: (transfer none): the letter
 *
 * Thread: main
 */
EnvoiLetter *
envoi_search_hit_get_letter (EnvoiSearchHit *self)
{
  g_return_val_if_fail (ENVOI_IS_SEARCH_HIT (self), NULL);

  return self->letter;
}

/**
 * envoi_search_hit_get_excerpt:
 * @self: a hit
 *
 * Returns: (transfer none) (nullable): one line of the text around what was
 *   found; %NULL when it is in the subject or the addresses
 *
 * Thread: main
 */
const char *
envoi_search_hit_get_excerpt (EnvoiSearchHit *self)
{
  g_return_val_if_fail (ENVOI_IS_SEARCH_HIT (self), NULL);

  return self->excerpt;
}
