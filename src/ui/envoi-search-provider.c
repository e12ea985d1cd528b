/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-search-provider.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/* Letters in other states are passed over, so more are asked for than are shown. */
#define ASKED_FOR (10 * ENVOI_SEARCH_PROVIDER_MOST)

/**
 * EnvoiSearchProvider:
 *
 * Answers org.gnome.Shell.SearchProvider2: letters that were sent, the newest
 * first. The desktop may start the program for a question, so questions wait
 * until the letters are read; none of them blocks.
 *
 * Source: https://developer.gnome.org/documentation/tutorials/search-provider.html
 *
 * Thread: main
 */
struct _EnvoiSearchProvider {
  GObject parent_instance;

  GDBusConnection *bus;
  guint registration;
  guint linger_ms;

  EnvoiOutbox     *outbox;          /* NULL before the letters are read, and when they cannot be */
  GPtrArray       *waiting;         /* of Question; NULL when nothing needs to wait any more */
  guint n_open;
  guint linger_source;
};

G_DEFINE_FINAL_TYPE (EnvoiSearchProvider, envoi_search_provider, G_TYPE_OBJECT)

enum {
  SIGNAL_OPEN_LETTER,
  SIGNAL_SEARCH,
  SIGNAL_IDLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char interface_xml[] =
  "<node>"
  " <interface name='org.gnome.Shell.SearchProvider2'>"
  "  <method name='GetInitialResultSet'>"
  "   <arg type='as' name='terms' direction='in'/>"
  "   <arg type='as' name='results' direction='out'/>"
  "  </method>"
  "  <method name='GetSubsearchResultSet'>"
  "   <arg type='as' name='previous_results' direction='in'/>"
  "   <arg type='as' name='terms' direction='in'/>"
  "   <arg type='as' name='results' direction='out'/>"
  "  </method>"
  "  <method name='GetResultMetas'>"
  "   <arg type='as' name='identifiers' direction='in'/>"
  "   <arg type='aa{sv}' name='metas' direction='out'/>"
  "  </method>"
  "  <method name='ActivateResult'>"
  "   <arg type='s' name='identifier' direction='in'/>"
  "   <arg type='as' name='terms' direction='in'/>"
  "   <arg type='u' name='timestamp' direction='in'/>"
  "  </method>"
  "  <method name='LaunchSearch'>"
  "   <arg type='as' name='terms' direction='in'/>"
  "   <arg type='u' name='timestamp' direction='in'/>"
  "  </method>"
  " </interface>"
  "</node>";

typedef struct {
  EnvoiSearchProvider   *provider;
  GDBusMethodInvocation *invocation;    /* answered once, which takes it */
} Question;

static gboolean
lingered_cb (gpointer user_data)
{
  EnvoiSearchProvider *self = user_data;

  self->linger_source = 0;
  if (!envoi_search_provider_is_busy (self))
    g_signal_emit (self, signals[SIGNAL_IDLE], 0);

  return G_SOURCE_REMOVE;
}

/* The metas are asked for right after the results: the letters stay in memory for them. */
static void
linger (EnvoiSearchProvider *self)
{
  g_clear_handle_id (&self->linger_source, g_source_remove);
  self->linger_source = g_timeout_add (self->linger_ms, lingered_cb, self);
}

/* Ends @question with @value (floating; NULL for a method that returns nothing). */
static void
answer (Question *question,
        GVariant *value)
{
  EnvoiSearchProvider *self = question->provider;

  g_dbus_method_invocation_return_value (question->invocation, value);
  self->n_open--;
  if (self->registration)
    linger (self);
  g_object_unref (self);
  g_free (question);
}

/* The search terms of @question, the argument at @place, as words with spaces between them. */
static char *
dup_words (const Question *question,
           gsize           place)
{
  GVariant *parameters = g_dbus_method_invocation_get_parameters (question->invocation);
  g_autofree const char **terms = NULL;

  g_variant_get_child (parameters, place, "^a&s", &terms);
  return g_strjoinv (" ", (char **) terms);
}

static guint32
get_timestamp (const Question *question,
               gsize           place)
{
  guint32 timestamp;

  g_variant_get_child (g_dbus_method_invocation_get_parameters (question->invocation), place, "u",
                       &timestamp);
  return timestamp;
}

static GVariant *
list_sent (GListModel *hits)
{
  g_auto (GVariantBuilder) ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  guint n_ids = 0;

  for (guint i = 0; i < g_list_model_get_n_items (hits) && n_ids < ENVOI_SEARCH_PROVIDER_MOST; i++) {
    g_autoptr (EnvoiSearchHit) hit = g_list_model_get_item (hits, i);
    EnvoiLetter *letter = envoi_search_hit_get_letter (hit);

    if (envoi_letter_get_state (letter) != ENVOI_LETTER_SENT)
      continue;
    g_variant_builder_add (&ids, "s", envoi_letter_get_id (letter));
    n_ids++;
  }

  return g_variant_new ("(as)", &ids);
}

static void
did_search (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) hits = NULL;

  hits = envoi_outbox_search_finish (ENVOI_OUTBOX (source), result, &error);
  if (!hits)
    g_warning ("The letters could not be searched: %s", error->message);
  answer (user_data, hits ? list_sent (hits) : g_variant_new ("(as)", NULL));
}

static void
answer_search (Question *question,
               gsize     place)
{
  EnvoiSearchProvider *self = question->provider;
  g_autofree char *words = dup_words (question, place);

  g_strstrip (words);
  if (self->outbox && *words)
    envoi_outbox_search_async (self->outbox, words, ASKED_FOR, NULL, did_search, question);
  else
    answer (question, g_variant_new ("(as)", NULL));
}

static void
answer_initial (Question *question)
{
  answer_search (question, 0);
}

/* Asked anew rather than narrowed: what the limit cut off may be among the answers now. */
static void
answer_subsearch (Question *question)
{
  answer_search (question, 1);
}

static void
append_meta (GVariantBuilder *metas,
             EnvoiLetter     *letter)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  g_autofree char *people = envoi_words_format_people (record->to_line);
  g_autofree char *when = envoi_words_format_when (record->changed, g_get_real_time ());
  g_autofree char *description = NULL;

  /* Translators: a sent letter in the desktop's search: "to Wang Wei and 2 more, 3 May" */
  description = g_strdup_printf (_("to %1$s, %2$s"), people, when);
  g_variant_builder_open (metas, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (metas, "{sv}", "id", g_variant_new_string (envoi_letter_get_id (letter)));
  g_variant_builder_add (metas, "{sv}", "name",
                         g_variant_new_string (envoi_words_get_subject (record->subject)));
  g_variant_builder_add (metas, "{sv}", "description", g_variant_new_string (description));
  g_variant_builder_close (metas);
}

/* A letter that was deleted in between is left out. */
static void
answer_metas (Question *question)
{
  EnvoiSearchProvider *self = question->provider;
  GVariant *parameters = g_dbus_method_invocation_get_parameters (question->invocation);
  g_autofree const char **ids = NULL;
  GVariantBuilder metas = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  g_variant_get_child (parameters, 0, "^a&s", &ids);
  for (guint i = 0; ids[i] && self->outbox; i++) {
    EnvoiLetter *letter = envoi_outbox_find (self->outbox, ids[i]);

    if (letter)
      append_meta (&metas, letter);
  }

  answer (question, g_variant_new ("(aa{sv})", &metas));
}

static void
open_letter (Question *question)
{
  const char *letter_id;

  g_variant_get_child (g_dbus_method_invocation_get_parameters (question->invocation), 0, "&s",
                       &letter_id);
  g_signal_emit (question->provider, signals[SIGNAL_OPEN_LETTER], 0, letter_id,
                 get_timestamp (question, 2));
  answer (question, NULL);
}

static void
did_find_again (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) hits = NULL;

  hits = envoi_outbox_search_finish (ENVOI_OUTBOX (source), result, &error);
  if (!hits)
    g_warning ("The letters could not be searched: %s", error->message);
  open_letter (user_data);
}

/* The program may have left since its answer; an old letter is in memory only once it was found. */
static void
answer_activate (Question *question)
{
  EnvoiSearchProvider *self = question->provider;
  g_autofree char *words = dup_words (question, 1);
  const char *letter_id;

  g_variant_get_child (g_dbus_method_invocation_get_parameters (question->invocation), 0, "&s",
                       &letter_id);
  if (self->outbox && !envoi_outbox_find (self->outbox, letter_id))
    envoi_outbox_search_async (self->outbox, words, ASKED_FOR, NULL, did_find_again, question);
  else
    open_letter (question);
}

static void
answer_launch (Question *question)
{
  g_autofree char *words = dup_words (question, 0);

  g_signal_emit (question->provider, signals[SIGNAL_SEARCH], 0, words,
                 get_timestamp (question, 1));
  answer (question, NULL);
}

static void
take_up (Question *question)
{
  static const struct {
    const char *method;
    void (*answer) (Question *question);
  } methods[] = {
    { "GetInitialResultSet", answer_initial },
    { "GetSubsearchResultSet", answer_subsearch },
    { "GetResultMetas", answer_metas },
    { "ActivateResult", answer_activate },
    { "LaunchSearch", answer_launch },
  };
  const char *method = g_dbus_method_invocation_get_method_name (question->invocation);

  /* GDBus lets through what the interface has, no more. */
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].method, method)) {
      methods[i].answer (question);
      return;
    }
  g_assert_not_reached ();
}

static void
called_cb (GDBusConnection       *connection,
           const char            *sender,
           const char            *path,
           const char            *interface,
           const char            *method,
           GVariant              *parameters,
           GDBusMethodInvocation *invocation,
           gpointer               user_data)
{
  EnvoiSearchProvider *self = user_data;
  Question *question = g_new0 (Question, 1);

  question->provider = g_object_ref (self);
  question->invocation = invocation;
  self->n_open++;
  if (self->waiting)
    g_ptr_array_add (self->waiting, question);
  else
    take_up (question);
}

static void
take_up_waiting (EnvoiSearchProvider *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  for (guint i = 0; waiting && i < waiting->len; i++)
    take_up (g_ptr_array_index (waiting, i));
}

static void
envoi_search_provider_dispose (GObject *object)
{
  EnvoiSearchProvider *self = ENVOI_SEARCH_PROVIDER (object);

  if (self->registration)
    g_dbus_connection_unregister_object (self->bus, self->registration);
  self->registration = 0;
  g_clear_handle_id (&self->linger_source, g_source_remove);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_object (&self->outbox);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (envoi_search_provider_parent_class)->dispose (object);
}

static void
envoi_search_provider_class_init (EnvoiSearchProviderClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_search_provider_dispose;

  signals[SIGNAL_OPEN_LETTER] = g_signal_new ("open-letter", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                              NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[SIGNAL_SEARCH] = g_signal_new ("search", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
  signals[SIGNAL_IDLE] = g_signal_new ("idle", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);
}

static void
envoi_search_provider_init (EnvoiSearchProvider *self)
{
  self->waiting = g_ptr_array_new ();
}

EnvoiSearchProvider *
envoi_search_provider_new (GDBusConnection  *bus,
                           guint             linger_ms,
                           GError          **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = called_cb };
  g_autoptr (EnvoiSearchProvider) self = g_object_new (ENVOI_TYPE_SEARCH_PROVIDER, NULL);
  g_autoptr (GDBusNodeInfo) node = NULL;

  g_return_val_if_fail (G_IS_DBUS_CONNECTION (bus), NULL);

  node = g_dbus_node_info_new_for_xml (interface_xml, error);
  if (!node)
    return NULL;

  self->bus = g_object_ref (bus);
  self->linger_ms = linger_ms;
  self->registration = g_dbus_connection_register_object (bus, ENVOI_SEARCH_PROVIDER_PATH,
                                                          node->interfaces[0], &vtable, self,
                                                          NULL, error);
  return self->registration ? g_steal_pointer (&self) : NULL;
}

void
envoi_search_provider_set_outbox (EnvoiSearchProvider *self,
                                  EnvoiOutbox         *outbox)
{
  g_return_if_fail (ENVOI_IS_SEARCH_PROVIDER (self));

  g_set_object (&self->outbox, outbox);
  take_up_waiting (self);
}

gboolean
envoi_search_provider_is_busy (EnvoiSearchProvider *self)
{
  g_return_val_if_fail (ENVOI_IS_SEARCH_PROVIDER (self), FALSE);

  return self->n_open > 0 || self->linger_source > 0;
}
