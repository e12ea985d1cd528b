/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"

#include "envoi-background.h"
#include "envoi-badge.h"
#include "envoi-notifier.h"
#include "envoi-sleep-guard.h"

#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <unistd.h>

/* The program's part in the desktop, seen from the other end of a private bus:
 * a notification service, a dock and a logind that note what they are told. */

static const char interfaces[] =
  "<node>"
  " <interface name='org.freedesktop.Notifications'>"
  "  <method name='Notify'>"
  "   <arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "   <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
  "   <arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
  "   <arg type='u' direction='out'/>"
  "  </method>"
  "  <method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "  <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  " </interface>"
  " <interface name='org.freedesktop.portal.Background'>"
  "  <method name='RequestBackground'>"
  "   <arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
  "   <arg type='o' direction='out'/>"
  "  </method>"
  "  <property name='version' type='u' access='read'/>"
  " </interface>"
  " <interface name='org.freedesktop.login1.Manager'>"
  "  <method name='Inhibit'>"
  "   <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "   <arg type='s' direction='in'/><arg type='h' direction='out'/>"
  "  </method>"
  "  <signal name='PrepareForSleep'><arg type='b'/></signal>"
  " </interface>"
  "</node>";

typedef struct {
  EnvoiService *service;
  GtkApplication *application;
  GDBusConnection *desktop;       /* the other end */
  GDBusNodeInfo *node;
  GPtrArray *titles;              /* of notifications that arrived */
  GPtrArray *bodies;
  GPtrArray *actions;             /* (as) each */
  GPtrArray *done;                /* what "do-with-letter" was asked, "id action" */
  gint64 count;                   /* on the icon; -1 = not told */
  gboolean is_urgent;
  guint n_inhibits;
  int lock;                       /* logind's end of the pipe */
  char *reason;                   /* for going on without a window */
  char *letter_id;
  const char *wanted;
} Fixture;

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
  Fixture *fixture = user_data;
  int ends[2];

  if (g_str_equal (method, "Notify")) {
    const char *title;
    const char *body;
    GVariant *actions;

    g_variant_get_child (parameters, 3, "&s", &title);
    g_variant_get_child (parameters, 4, "&s", &body);
    actions = g_variant_get_child_value (parameters, 5);
    g_test_message ("notification: %s | %s", title, body);
    g_ptr_array_add (fixture->titles, g_strdup (title));
    g_ptr_array_add (fixture->bodies, g_strdup (body));
    g_ptr_array_add (fixture->actions, actions);
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)",
                                                                      fixture->titles->len));
  } else if (g_str_equal (method, "Inhibit")) {
    g_autoptr (GUnixFDList) descriptors = g_unix_fd_list_new ();

    g_assert_cmpint (pipe (ends), ==, 0);
    g_assert_true (g_unix_set_fd_nonblocking (ends[0], TRUE, NULL));
    g_unix_fd_list_append (descriptors, ends[1], NULL);
    close (ends[1]);
    fixture->lock = ends[0];
    fixture->n_inhibits++;
    g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                             descriptors);
  } else if (g_str_equal (method, "RequestBackground")) {
    g_autoptr (GVariant) options = g_variant_get_child_value (parameters, 1);

    g_variant_lookup (options, "reason", "s", &fixture->reason);
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", "/request"));
  } else {
    g_dbus_method_invocation_return_value (invocation, NULL);
  }
}

static GVariant *
get_version_cb (GDBusConnection  *connection,
                const char       *sender,
                const char       *path,
                const char       *interface,
                const char       *property,
                GError          **error,
                gpointer          user_data)
{
  return g_variant_new_uint32 (2);
}

static void
badge_cb (GDBusConnection *connection,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *signal,
          GVariant        *parameters,
          gpointer         user_data)
{
  Fixture *fixture = user_data;
  const char *launcher;
  g_autoptr (GVariant) properties = NULL;

  g_variant_get (parameters, "(&s@a{sv})", &launcher, &properties);
  g_assert_cmpstr (launcher, ==, "application://" ENVOI_DESKTOP_ID ".desktop");
  g_variant_lookup (properties, "count", "x", &fixture->count);
  g_variant_lookup (properties, "urgent", "b", &fixture->is_urgent);
}

static void
own_name (Fixture    *fixture,
          const char *name)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  answer = g_dbus_connection_call_sync (fixture->desktop, "org.freedesktop.DBus",
                                        "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                        "RequestName", g_variant_new ("(su)", name, 4),
                                        NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
offer (Fixture    *fixture,
       const char *path,
       const char *interface)
{
  static const GDBusInterfaceVTable vtable = {
    .method_call = called_cb, .get_property = get_version_cb,
  };
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (fixture->desktop, path,
                                     g_dbus_node_info_lookup_interface (fixture->node, interface),
                                     &vtable, fixture, NULL, &error);
  g_assert_no_error (error);
}

static void
start_desktop (Fixture *fixture)
{
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GError) error = NULL;

  fixture->desktop =
    g_dbus_connection_new_for_address_sync (address,
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->node = g_dbus_node_info_new_for_xml (interfaces, &error);
  g_assert_no_error (error);
  offer (fixture, "/org/freedesktop/Notifications", "org.freedesktop.Notifications");
  offer (fixture, "/org/freedesktop/login1", "org.freedesktop.login1.Manager");
  own_name (fixture, "org.freedesktop.Notifications");
  own_name (fixture, "org.freedesktop.login1");
  offer (fixture, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Background");
  own_name (fixture, "org.freedesktop.portal.Desktop");
  g_dbus_connection_signal_subscribe (fixture->desktop, NULL,
                                      "com.canonical.Unity.LauncherEntry", "Update", NULL, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, badge_cb, fixture, NULL);
}

static void
do_with_letter_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  Fixture *fixture = user_data;
  const char *letter_id;
  const char *wanted;

  g_variant_get (parameter, "(&s&s)", &letter_id, &wanted);
  g_ptr_array_add (fixture->done, g_strdup_printf ("%s %s", letter_id, wanted));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static const GActionEntry entries[] = { { "do-with-letter", do_with_letter_cb, "(ss)" } };
  static guint n_applications = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  fixture->titles = g_ptr_array_new_with_free_func (g_free);
  fixture->bodies = g_ptr_array_new_with_free_func (g_free);
  fixture->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  fixture->done = g_ptr_array_new_with_free_func (g_free);
  fixture->count = -1;
  fixture->lock = -1;
  start_desktop (fixture);

  /* One that has gone leaves its objects on the bus. */
  id = g_strdup_printf ("io.github.envoi_mail.EnvoiTest%u", ++n_applications);
  fixture->application = gtk_application_new (id, G_APPLICATION_DEFAULT_FLAGS);
  g_action_map_add_action_entries (G_ACTION_MAP (fixture->application), entries, 1, fixture);
  g_application_register (G_APPLICATION (fixture->application), NULL, &error);
  g_assert_no_error (error);

  fixture->service = test_service_start (TEST_SERVICE_SENDER);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  test_service_stop (&fixture->service);
  g_clear_object (&fixture->application);
  g_dbus_connection_close_sync (fixture->desktop, NULL, NULL);
  g_clear_object (&fixture->desktop);
  g_dbus_node_info_unref (fixture->node);
  if (fixture->lock >= 0)
    close (fixture->lock);
  g_ptr_array_unref (fixture->titles);
  g_ptr_array_unref (fixture->bodies);
  g_ptr_array_unref (fixture->actions);
  g_ptr_array_unref (fixture->done);
  g_clear_pointer (&fixture->letter_id, g_free);
}

static void
send_letter (Fixture    *fixture,
             const char *to,
             const char *subject,
             gint64      hold_until)
{
  g_free (fixture->letter_id);
  fixture->letter_id = test_service_send_words (fixture->service, to, subject, "Hello",
                                                hold_until);
}

static gboolean
has_arrived (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < fixture->titles->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (fixture->titles, i), fixture->wanted))
      return TRUE;

  return FALSE;
}

static void
wait_for_notification (Fixture    *fixture,
                       const char *title)
{
  g_test_message ("waiting for “%s”", title);
  fixture->wanted = title;
  envoi_test_wait_until (has_arrived, fixture);
}

static gboolean
is_done (gpointer data)
{
  return ((Fixture *) data)->done->len > 0;
}

/* Presses a button of the last notification, by its place. */
static void
press (Fixture *fixture,
       gsize    place)
{
  g_autofree const char **actions =
    g_variant_get_strv (g_ptr_array_index (fixture->actions, fixture->actions->len - 1), NULL);

  g_assert_cmpuint (g_strv_length ((char **) actions), >, 2 * place);
  g_dbus_connection_emit_signal (fixture->desktop, NULL, "/org/freedesktop/Notifications",
                                 "org.freedesktop.Notifications", "ActionInvoked",
                                 g_variant_new ("(us)", fixture->titles->len, actions[2 * place]),
                                 NULL);
}

/* Sent, refused, and late; a button does what it says. */
static void
test_notifications (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (EnvoiNotifier) notifier =
    envoi_notifier_new (fixture->application, fixture->service);
  g_autofree char *expected = NULL;

  send_letter (fixture, "Wang Wei <practice@localhost>", "It arrives", g_get_real_time ());
  wait_for_notification (fixture, "Sent to Wang Wei");

  send_letter (fixture, "practice@localhost", "A day late", g_get_real_time () - G_TIME_SPAN_DAY);
  wait_for_notification (fixture, "Sent later than planned");
  g_assert_nonnull (strstr (g_ptr_array_index (fixture->bodies, fixture->bodies->len - 1),
                            "It was due yesterday at"));

  send_letter (fixture, "refused@localhost", "No such mailbox", g_get_real_time ());
  while (fixture->titles->len < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (g_ptr_array_index (fixture->bodies, 2), ==, "No such mailbox");
  expected = g_strdup_printf ("%s letter.fix-recipients", fixture->letter_id);

  /* The first action is the one of the notification as a whole. */
  press (fixture, 1);
  envoi_test_wait_until (is_done, fixture);
  g_assert_cmpstr (g_ptr_array_index (fixture->done, 0), ==, expected);
}

/* Whose account cannot sign in hears of it once, and of nothing when it can again. */
static void
test_needs_sign_in (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (EnvoiNotifier) notifier =
    envoi_notifier_new (fixture->application, fixture->service);
  g_autoptr (EnvoiAccount) account = envoi_service_dup_default_account (fixture->service);

  envoi_account_set_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, "The password was refused.");
  wait_for_notification (fixture, "practice@localhost needs you to sign in");
  g_assert_cmpuint (fixture->titles->len, ==, 1);
  envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);
}

static gboolean
counts_one (gpointer data)
{
  return ((Fixture *) data)->count == 1 && ((Fixture *) data)->is_urgent;
}

static gboolean
counts_none (gpointer data)
{
  return ((Fixture *) data)->count == 0;
}

/* What needs the person is counted on the icon, and gone when it is dealt with. */
static void
test_badge (Fixture       *fixture,
            gconstpointer  data)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);
  GListModel *attention = envoi_outbox_get_folder (outbox, ENVOI_FOLDER_ATTENTION);
  g_autoptr (EnvoiBadge) badge = NULL;

  while (g_list_model_get_n_items (attention) > 0) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (attention, 0);
    EnvoiTestWait wait = { 0 };
    g_autoptr (GAsyncResult) result = NULL;

    envoi_outbox_act_async (outbox, envoi_letter_get_id (letter), ENVOI_OUTBOX_DELETE, NULL, NULL,
                            envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
  }

  badge = envoi_badge_new (outbox, g_application_get_dbus_connection (
                             G_APPLICATION (fixture->application)));
  envoi_test_wait_until (counts_none, fixture);
  send_letter (fixture, "refused@localhost", "No such mailbox", g_get_real_time ());
  envoi_test_wait_until (counts_one, fixture);

  g_clear_object (&badge);
  envoi_test_wait_until (counts_none, fixture);
}

static gboolean
is_let_go (gpointer data)
{
  Fixture *fixture = data;
  char byte;

  /* The end of the pipe: the program has closed its own. */
  return fixture->n_inhibits > 0 && read (fixture->lock, &byte, 1) == 0;
}

static gboolean
is_sent (gpointer data)
{
  Fixture *fixture = data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                           fixture->letter_id);

  return envoi_letter_get_state (letter) == ENVOI_LETTER_SENT;
}

static gboolean
turns_over (gpointer data)
{
  return ++*(guint *) data > 50;
}

static void
tell_sleep (Fixture  *fixture,
            gboolean  is_going)
{
  guint turns = 0;

  g_dbus_connection_emit_signal (fixture->desktop, NULL, "/org/freedesktop/login1",
                                 "org.freedesktop.login1.Manager", "PrepareForSleep",
                                 g_variant_new ("(b)", is_going), NULL);
  envoi_test_wait_until (turns_over, &turns);
}

/* The computer waits while a letter goes out, and no longer; what becomes due
 * while it is about to sleep goes after waking up. */
static void
test_sleep (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (EnvoiSleepGuard) guard =
    envoi_sleep_guard_new (envoi_service_get_outbox (fixture->service),
                           g_application_get_dbus_connection (
                             G_APPLICATION (fixture->application)));
  guint turns = 0;

  send_letter (fixture, "practice@localhost", "While awake", g_get_real_time ());
  envoi_test_wait_until (is_sent, fixture);
  envoi_test_wait_until (is_let_go, fixture);
  g_assert_false (envoi_sleep_guard_is_holding (guard));

  tell_sleep (fixture, TRUE);
  send_letter (fixture, "practice@localhost", "Asleep", g_get_real_time ());
  envoi_test_wait_until (turns_over, &turns);
  g_assert_false (is_sent (fixture));

  tell_sleep (fixture, FALSE);
  envoi_test_wait_until (is_sent, fixture);
}

static gboolean
is_asked (gpointer data)
{
  return ((Fixture *) data)->reason != NULL;
}

/* A sandbox may end what has no window, unless it was asked, with a reason to show. */
static void
test_background (Fixture       *fixture,
                 gconstpointer  data)
{
  envoi_background_ask ("Letters are still to go out.");
  envoi_test_wait_until (is_asked, fixture);
  g_assert_cmpstr (fixture->reason, ==, "Letters are still to go out.");
  g_clear_pointer (&fixture->reason, g_free);
}

static void
add (const char *name,
     void (*run)(Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/envoi/ui/desktop/%s", name);

  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  add ("notifications", test_notifications);
  add ("needs-sign-in", test_needs_sign_in);
  add ("badge", test_badge);
  add ("sleep", test_sleep);
  add ("background", test_background);

  return g_test_run ();
}
