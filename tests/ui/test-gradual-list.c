/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-gradual-list.h"

#define FIRST 16
#define N_STEPS 2000

/* What a view knows: only what it was told by items-changed. */
typedef struct {
  EnvoiGradualList *list;
  GListStore *model;
  GPtrArray *seen;
} Fixture;

static void
items_changed_cb (Fixture    *fixture,
                  guint       position,
                  guint       removed,
                  guint       added,
                  GListModel *list)
{
  g_assert_cmpuint (position + removed, <=, fixture->seen->len);
  if (removed > 0)
    g_ptr_array_remove_range (fixture->seen, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->seen, (int) (position + i),
                        g_list_model_get_item (list, position + i));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->model = g_list_store_new (G_TYPE_OBJECT);
  fixture->seen = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->list = envoi_gradual_list_new ();
  g_signal_connect_swapped (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  envoi_gradual_list_set_model (fixture->list, G_LIST_MODEL (fixture->model));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_ptr_array_unref (fixture->seen);
  g_assert_finalize_object (fixture->list);
  g_assert_finalize_object (fixture->model);
}

static void
splice (Fixture *fixture,
        guint    position,
        guint    removed,
        guint    added)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_object_new (G_TYPE_OBJECT, NULL));
  g_list_store_splice (fixture->model, position, removed, items->pdata, added);
}

static void
check (Fixture *fixture)
{
  GListModel *list = G_LIST_MODEL (fixture->list);
  guint n_items = g_list_model_get_n_items (list);
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (fixture->model));

  g_assert_cmpuint (n_items, ==, fixture->seen->len);
  g_assert_cmpuint (n_items, <=, n_all);
  g_assert_true (envoi_gradual_list_has_more (fixture->list) == (n_items < n_all));
  g_assert_null (g_list_model_get_item (list, n_items));
  for (guint i = 0; i < n_items; i++) {
    g_autoptr (GObject) item = g_list_model_get_item (list, i);
    g_autoptr (GObject) original = g_list_model_get_item (G_LIST_MODEL (fixture->model), i);

    g_assert_true (item == original);
    g_assert_true (item == g_ptr_array_index (fixture->seen, i));
  }
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  data)
{
  guint n_steps = 0;

  splice (fixture, 0, 0, 1000);
  check (fixture);
  g_assert_cmpuint (fixture->seen->len, ==, FIRST);

  for (; envoi_gradual_list_has_more (fixture->list); n_steps++) {
    guint n_before = fixture->seen->len;

    envoi_gradual_list_add_more (fixture->list);
    check (fixture);
    g_assert_cmpuint (fixture->seen->len, >, n_before);
  }

  g_assert_cmpuint (fixture->seen->len, ==, 1000);
  g_assert_cmpuint (n_steps, <, 20);

  /* What comes later is not held back any more. */
  splice (fixture, 1000, 0, 500);
  check (fixture);
  g_assert_cmpuint (fixture->seen->len, ==, 1500);
}

/* A short list is whole from its beginning. */
static void
test_short (Fixture       *fixture,
            gconstpointer  data)
{
  splice (fixture, 0, 0, 3);
  check (fixture);
  g_assert_false (envoi_gradual_list_has_more (fixture->list));
}

/* Another list begins with its first rows, however far the one before was; the same goes on. */
static void
test_other_model (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (GListStore) before = g_object_ref (fixture->model);

  splice (fixture, 0, 0, 1000);
  while (envoi_gradual_list_has_more (fixture->list))
    envoi_gradual_list_add_more (fixture->list);

  envoi_gradual_list_set_model (fixture->list, G_LIST_MODEL (fixture->model));
  check (fixture);
  g_assert_cmpuint (fixture->seen->len, ==, 1000);

  g_set_object (&fixture->model, g_list_store_new (G_TYPE_OBJECT));
  g_object_unref (fixture->model);
  splice (fixture, 0, 0, 100);
  envoi_gradual_list_set_model (fixture->list, G_LIST_MODEL (fixture->model));
  check (fixture);
  g_assert_cmpuint (fixture->seen->len, ==, FIRST);
  g_list_store_remove_all (before);
  check (fixture);
}

/* Whatever happens to the model at whatever moment, the view is told the truth. */
static void
test_random (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint i = 0; i < N_STEPS; i++) {
    guint n_all = g_list_model_get_n_items (G_LIST_MODEL (fixture->model));
    guint position = (guint) g_rand_int_range (random, 0, (int) n_all + 1);
    guint removed = (guint) g_rand_int_range (random, 0, 30);

    splice (fixture, position, MIN (removed, n_all - position),
            (guint) g_rand_int_range (random, 0, 31));
    if (g_rand_int_range (random, 0, 100) == 0) {
      envoi_gradual_list_set_model (fixture->list, NULL);
      g_assert_cmpuint (fixture->seen->len, ==, 0);
      envoi_gradual_list_set_model (fixture->list, G_LIST_MODEL (fixture->model));
    }
    if (g_rand_int_range (random, 0, 10) == 0)
      envoi_gradual_list_add_more (fixture->list);
    check (fixture);
  }
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/gradual-list/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("steps", test_steps);
  ADD ("short", test_short);
  ADD ("other-model", test_other_model);
  ADD ("random", test_random);

  return g_test_run ();
}
