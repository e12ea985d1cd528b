/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-folder-list-private.h"

/**
 * EnvoiFolderList:
 *
 * The letters of one folder, newest change first. Each change moves one row;
 * the list is never built anew.
 *
 * Thread: main
 */
struct _EnvoiFolderList {
  GObject parent_instance;

  GSequence *rows;          /* of Row */
  GHashTable *iters;        /* EnvoiLetter -> GSequenceIter */
  gboolean is_loading;
  guint n_before_loading;
  guint first_loaded;       /* rows before it are as they were */
};

/* The time is kept here, since the letter's own changes while it is in the list. */
typedef struct {
  EnvoiLetter *letter;
  gint64 changed;
} Row;

static void
row_free (Row *row)
{
  g_object_unref (row->letter);
  g_free (row);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const Row *one = a;
  const Row *other = b;

  if (one->changed != other->changed)
    return one->changed > other->changed ? -1 : 1;

  return g_strcmp0 (envoi_letter_get_id (one->letter), envoi_letter_get_id (other->letter));
}

static GType
get_item_type (GListModel *model)
{
  return ENVOI_TYPE_LETTER;
}

static guint
get_n_items (GListModel *model)
{
  EnvoiFolderList *self = ENVOI_FOLDER_LIST (model);

  return self->is_loading ? self->n_before_loading :
         (guint) g_sequence_get_length (self->rows);
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  EnvoiFolderList *self = ENVOI_FOLDER_LIST (model);
  GSequenceIter *iter = g_sequence_get_iter_at_pos (self->rows, (int) MIN (position, G_MAXINT));

  if (g_sequence_iter_is_end (iter))
    return NULL;

  return g_object_ref (((Row *) g_sequence_get (iter))->letter);
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiFolderList, envoi_folder_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

static void
add (EnvoiFolderList *self,
     EnvoiLetter     *letter)
{
  Row *row = g_new0 (Row, 1);
  GSequenceIter *iter;
  guint position;

  row->letter = g_object_ref (letter);
  row->changed = envoi_letter_get_record (letter)->changed;
  iter = g_sequence_insert_sorted (self->rows, row, compare_rows, NULL);
  g_hash_table_insert (self->iters, letter, iter);

  position = (guint) g_sequence_iter_get_position (iter);
  if (self->is_loading)
    self->first_loaded = MIN (self->first_loaded, position);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

static void
take_out (EnvoiFolderList *self,
          EnvoiLetter     *letter,
          GSequenceIter   *iter)
{
  guint position = (guint) g_sequence_iter_get_position (iter);

  g_hash_table_remove (self->iters, letter);
  g_sequence_remove (iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
envoi_folder_list_finalize (GObject *object)
{
  EnvoiFolderList *self = ENVOI_FOLDER_LIST (object);

  g_clear_pointer (&self->iters, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_sequence_free);

  G_OBJECT_CLASS (envoi_folder_list_parent_class)->finalize (object);
}

static void
envoi_folder_list_class_init (EnvoiFolderListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_folder_list_finalize;
}

static void
envoi_folder_list_init (EnvoiFolderList *self)
{
  self->rows = g_sequence_new ((GDestroyNotify) row_free);
  self->iters = g_hash_table_new (NULL, NULL);
}

/**
 * envoi_folder_list_new:
 *
 * Returns: (transfer full): an empty list
 *
 * Thread: main
 */
EnvoiFolderList *
envoi_folder_list_new (void)
{
  return g_object_new (ENVOI_TYPE_FOLDER_LIST, NULL);
}

/**
 * envoi_folder_list_update:
 * @self: a list
 * @letter: a letter that may be in it
 * @belongs: whether it should be
 *
 * Adds, moves or removes one row, or does nothing.
 *
 * Thread: main
 */
void
envoi_folder_list_update (EnvoiFolderList *self,
                          EnvoiLetter     *letter,
                          gboolean         belongs)
{
  GSequenceIter *iter = g_hash_table_lookup (self->iters, letter);
  gint64 changed = envoi_letter_get_record (letter)->changed;

  if (iter && belongs && ((Row *) g_sequence_get (iter))->changed == changed)
    return;

  if (iter) {
    /* The list must say what it has before a row of it goes. */
    envoi_folder_list_end (self);
    take_out (self, letter, iter);
  }

  if (belongs)
    add (self, letter);
}

/**
 * envoi_folder_list_find:
 * @self: a list
 * @letter: a letter
 * @position: (out) (optional): where it is
 *
 * Looks for a letter without walking along the list, which may be long.
 *
 * Returns: whether the letter is in the list
 *
 * Thread: main
 */
gboolean
envoi_folder_list_find (EnvoiFolderList *self,
                        EnvoiLetter     *letter,
                        guint           *position)
{
  GSequenceIter *iter = g_hash_table_lookup (self->iters, letter);

  if (iter && position)
    *position = (guint) g_sequence_iter_get_position (iter);

  return iter != NULL;
}

/**
 * envoi_folder_list_begin:
 * @self: a list
 *
 * Keeps quiet about new letters until [method@FolderList.end].
 *
 * Thread: main
 */
void
envoi_folder_list_begin (EnvoiFolderList *self)
{
  envoi_folder_list_end (self);
  self->n_before_loading = (guint) g_sequence_get_length (self->rows);
  self->first_loaded = self->n_before_loading;
  self->is_loading = TRUE;
}

/**
 * envoi_folder_list_end:
 * @self: a list
 *
 * Tells of all letters that were added since [method@FolderList.begin] at once.
 * Older letters come last, so mostly only the end of the list has changed.
 *
 * Thread: main
 */
void
envoi_folder_list_end (EnvoiFolderList *self)
{
  guint n_after = (guint) g_sequence_get_length (self->rows);

  if (!self->is_loading)
    return;

  self->is_loading = FALSE;
  if (n_after != self->n_before_loading)
    g_list_model_items_changed (G_LIST_MODEL (self), self->first_loaded,
                                self->n_before_loading - self->first_loaded,
                                n_after - self->first_loaded);
}
