/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "test-resolver.h"

typedef struct {
  TestResolverConduct conduct;
  const char *const *addresses;
} Answer;

struct _TestResolver {
  GResolver parent_instance;

  Answer ipv4;
  Answer ipv6;

  GMutex mutex;
  GCond cond;
  GPtrArray *asked;   /* of "name family" */
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static char *
format_question (const char    *name,
                 GSocketFamily family)
{
  return g_strdup_printf ("%s %d", name, family);
}

static void
note_question (TestResolver  *self,
               const char    *name,
               GSocketFamily  family)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->asked, format_question (name, family));
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
free_addresses (gpointer list)
{
  g_resolver_free_addresses (list);
}

static void
return_addresses (GTask             *task,
                  const char *const *addresses)
{
  GList *list = NULL;

  for (guint i = 0; addresses[i]; i++)
    list = g_list_append (list, g_inet_address_new_from_string (addresses[i]));

  g_task_return_pointer (task, list, free_addresses);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      task)
{
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
lookup_by_name_with_flags_async (GResolver                *resolver,
                                 const char               *name,
                                 GResolverNameLookupFlags  flags,
                                 GCancellable             *cancellable,
                                 GAsyncReadyCallback       callback,
                                 gpointer                  user_data)
{
  TestResolver *self = TEST_RESOLVER (resolver);
  gboolean is_ipv6 = (flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY) != 0;
  const Answer *answer = is_ipv6 ? &self->ipv6 : &self->ipv4;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GSource) cancel = NULL;

  note_question (self, name, is_ipv6 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_IPV4);
  switch (answer->conduct) {
    case TEST_RESOLVER_ANSWERS:
      return_addresses (task, answer->addresses);
      break;
    case TEST_RESOLVER_FALLS_SILENT:
      cancel = g_cancellable_source_new (cancellable);
      g_task_attach_source (task, cancel, G_SOURCE_FUNC (cancelled_cb));
      break;
    default:
      g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND,
                               "nobody is called “%s”", name);
      break;
  }
}

/* What a proxy of the old kind wants to be told is asked so. */
static void
lookup_by_name_async (GResolver           *resolver,
                      const char          *name,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  lookup_by_name_with_flags_async (resolver, name, G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
                                   cancellable, callback, user_data);
}

static GList *
lookup_by_name_with_flags_finish (GResolver     *resolver,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_finalize (GObject *object)
{
  TestResolver *self = TEST_RESOLVER (object);

  g_ptr_array_unref (self->asked);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (test_resolver_parent_class)->finalize (object);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_resolver_finalize;
  resolver_class->lookup_by_name_async = lookup_by_name_async;
  resolver_class->lookup_by_name_finish = lookup_by_name_with_flags_finish;
  resolver_class->lookup_by_name_with_flags_async = lookup_by_name_with_flags_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_by_name_with_flags_finish;
}

static void
test_resolver_init (TestResolver *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->asked = g_ptr_array_new_with_free_func (g_free);
}

TestResolver *
test_resolver_new (void)
{
  TestResolver *self = g_object_new (TEST_TYPE_RESOLVER, NULL);

  g_resolver_set_default (G_RESOLVER (self));
  return self;
}

void
test_resolver_set_answer (TestResolver        *self,
                          GSocketFamily        family,
                          TestResolverConduct  conduct,
                          const char *const   *addresses)
{
  Answer *answer = family == G_SOCKET_FAMILY_IPV6 ? &self->ipv6 : &self->ipv4;

  answer->conduct = conduct;
  answer->addresses = addresses;
}

gboolean
test_resolver_was_asked (TestResolver  *self,
                         const char    *name,
                         GSocketFamily  family)
{
  g_autofree char *question = format_question (name, family);
  gboolean was_asked;

  g_mutex_lock (&self->mutex);
  was_asked = g_ptr_array_find_with_equal_func (self->asked, question, g_str_equal, NULL);
  g_mutex_unlock (&self->mutex);
  return was_asked;
}

guint
test_resolver_get_n_asked (TestResolver *self)
{
  guint n_asked;

  g_mutex_lock (&self->mutex);
  n_asked = self->asked->len;
  g_mutex_unlock (&self->mutex);
  return n_asked;
}

void
test_resolver_wait (TestResolver *self)
{
  g_mutex_lock (&self->mutex);
  while (self->asked->len == 0)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}
