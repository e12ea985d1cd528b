/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-desktop-contacts.h"

#include "envoi-vcard.h"

#define SERVICE "org.gnome.evolution.dataserver"
#define SOURCES_NAME SERVICE ".Sources5"
#define SOURCES_PATH "/org/gnome/evolution/dataserver/SourceManager"
#define BOOKS_NAME SERVICE ".AddressBook10"
#define BOOKS_PATH "/org/gnome/evolution/dataserver/AddressBookFactory"
#define BOOK_INTERFACE SERVICE ".AddressBook"
/* The bus may have to start the service, and a book to ask its server. */
#define PATIENCE_MS (20 * 1000)
#define EVERYBODY "(exists \"email\")"
#define MAX_BOOKS 64
#define MAX_CARDS (64 * 1024 * 1024)

/* One book after the other; one that does not answer is left out. */
typedef struct {
  GDBusConnection *bus;
  GPtrArray *books;      /* of char *: the ids of those not asked yet */
  char *name;            /* nullable: where the open book is */
  char *path;
  GString *cards;
} Inquiry;

static void ask_next_book (GTask *task);

static void
inquiry_free (Inquiry *inquiry)
{
  g_clear_object (&inquiry->bus);
  g_ptr_array_unref (inquiry->books);
  g_free (inquiry->name);
  g_free (inquiry->path);
  g_string_free (inquiry->cards, TRUE);
  g_free (inquiry);
}

static void
parse_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Inquiry *inquiry = data;

  g_task_return_pointer (task, envoi_vcard_list_people (inquiry->cards->str, inquiry->cards->len),
                         (GDestroyNotify) g_strfreev);
}

static void
call (GTask              *task,
      const char         *interface,
      const char         *method,
      GVariant           *arguments,
      const char         *reply_type,
      GAsyncReadyCallback callback)
{
  Inquiry *inquiry = g_task_get_task_data (task);

  g_dbus_connection_call (inquiry->bus, inquiry->name, inquiry->path, interface, method, arguments,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS,
                          g_task_get_cancellable (task), callback, g_object_ref (task));
}

/* NULL when there is none; then the reason is in the debug log. */
static GVariant *
take_reply (GObject      *bus,
            GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (bus), result, &error);

  if (!reply)
    g_debug ("no contacts of the desktop: %s", error->message);
  return reply;
}

static void
go_to (Inquiry    *inquiry,
       const char *name,
       const char *path)
{
  g_free (inquiry->name);
  g_free (inquiry->path);
  inquiry->name = g_strdup (name);
  inquiry->path = g_strdup (path);
}

static void
got_cards_cb (GObject      *bus,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Inquiry *inquiry = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = take_reply (bus, result);
  g_autofree const char **cards = NULL;

  if (reply)
    g_variant_get (reply, "(^a&s)", &cards);
  for (guint i = 0; cards && cards[i]; i++)
    g_string_append_printf (inquiry->cards, "%s\r\n", cards[i]);

  ask_next_book (task);
}

static void
did_open_cb (GObject      *bus,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = take_reply (bus, result);

  if (reply)
    call (task, BOOK_INTERFACE, "GetContactList", g_variant_new ("(s)", EVERYBODY), "(as)",
          got_cards_cb);
  else
    ask_next_book (task);
}

static void
got_book_cb (GObject      *bus,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = take_reply (bus, result);
  const char *path;
  const char *name;

  if (!reply) {
    ask_next_book (task);
    return;
  }

  g_variant_get (reply, "(&s&s)", &path, &name);
  if (!g_variant_is_object_path (path) || !g_dbus_is_name (name)) {
    ask_next_book (task);
    return;
  }

  go_to (g_task_get_task_data (task), name, path);
  call (task, BOOK_INTERFACE, "Open", NULL, "(as)", did_open_cb);
}

static void
ask_next_book (GTask *task)
{
  Inquiry *inquiry = g_task_get_task_data (task);
  g_autofree char *id = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  if (inquiry->books->len == 0 || inquiry->cards->len > MAX_CARDS) {
    g_task_run_in_thread (task, parse_in_thread);
    return;
  }

  id = g_ptr_array_steal_index (inquiry->books, 0);
  go_to (inquiry, BOOKS_NAME, BOOKS_PATH);
  call (task, BOOK_INTERFACE "Factory", "OpenAddressBook", g_variant_new ("(s)", id), "(ss)",
        got_book_cb);
}

/* What is not said is yes. */
static gboolean
is_allowed (GKeyFile   *source,
            const char *group,
            const char *key)
{
  return !g_key_file_has_key (source, group, key, NULL) ||
         g_key_file_get_boolean (source, group, key, NULL);
}

/* ESource's own file, as the service has it on disk. */
static gboolean
is_book (const char *text)
{
  g_autoptr (GKeyFile) source = g_key_file_new ();

  return g_key_file_load_from_data (source, text, -1, G_KEY_FILE_NONE, NULL) &&
         g_key_file_has_group (source, "Address Book") &&
         is_allowed (source, "Data Source", "Enabled") &&
         is_allowed (source, "Autocomplete", "IncludeMe");
}

static void
take_sources (Inquiry  *inquiry,
              GVariant *reply)
{
  g_autoptr (GVariant) objects = g_variant_get_child_value (reply, 0);
  GVariantIter iter;
  GVariant *interfaces;

  g_variant_iter_init (&iter, objects);
  while (g_variant_iter_next (&iter, "{o@a{sa{sv}}}", NULL, &interfaces)) {
    g_autoptr (GVariant) source = g_variant_lookup_value (interfaces, SERVICE ".Source", NULL);
    const char *id;
    const char *text;

    if (source && inquiry->books->len < MAX_BOOKS && g_variant_lookup (source, "UID", "&s", &id) &&
        g_variant_lookup (source, "Data", "&s", &text) && is_book (text))
      g_ptr_array_add (inquiry->books, g_strdup (id));
    g_variant_unref (interfaces);
  }
}

static void
got_sources_cb (GObject      *bus,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GVariant) reply = take_reply (bus, result);

  if (reply)
    take_sources (g_task_get_task_data (task), reply);
  ask_next_book (task);
}

static void
got_bus_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Inquiry *inquiry = g_task_get_task_data (task);

  inquiry->bus = g_bus_get_finish (result, NULL);
  if (!inquiry->bus) {
    ask_next_book (task);
    return;
  }

  go_to (inquiry, SOURCES_NAME, SOURCES_PATH);
  call (task, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects", NULL,
        "(a{oa{sa{sv}}})", got_sources_cb);
}

void
envoi_desktop_contacts_list_async (GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Inquiry *inquiry = g_new0 (Inquiry, 1);

  inquiry->books = g_ptr_array_new_with_free_func (g_free);
  inquiry->cards = g_string_new (NULL);
  g_task_set_source_tag (task, envoi_desktop_contacts_list_async);
  g_task_set_task_data (task, inquiry, (GDestroyNotify) inquiry_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, got_bus_cb, task);
}

GStrv
envoi_desktop_contacts_list_finish (GAsyncResult  *result,
                                    GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
