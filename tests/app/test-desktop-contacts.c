/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-service-contacts.h"
#include "envoi-test.h"

#include <string.h>

/* The real Evolution Data Server, started by a bus of the test's own. */

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))
#define SERVICE "org.gnome.evolution.dataserver"
#define BOOK "system-address-book"

static GTestDBus *bus;

static void
start_bus (void)
{
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_add_service_dir (bus, "/usr/share/dbus-1/services");
  g_test_dbus_up (bus);
}

static gboolean
read_contacts (Fixture *fixture)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_new;

  envoi_service_read_desktop_contacts_async (fixture->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  is_new = envoi_service_read_desktop_contacts_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return is_new;
}

static GVariant *
call (GDBusConnection *connection,
      const char      *name,
      const char      *path,
      const char      *method,
      GVariant        *arguments)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strsplit (method, " ", 2);
  GVariant *reply = g_dbus_connection_call_sync (connection, name, path, words[0], words[1], arguments,
                                                 NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  return reply;
}

/* As an address book program does it. */
static void
add_people (const char *const *cards)
{
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) opened =
    call (connection, SERVICE ".AddressBook10", "/org/gnome/evolution/dataserver/AddressBookFactory",
          SERVICE ".AddressBookFactory OpenAddressBook", g_variant_new ("(s)", BOOK));
  g_autoptr (GVariant) properties = NULL;
  g_autoptr (GVariant) added = NULL;
  const char *path;
  const char *name;

  g_variant_get (opened, "(&s&s)", &path, &name);
  properties = call (connection, name, path, SERVICE ".AddressBook Open", NULL);
  added = call (connection, name, path, SERVICE ".AddressBook CreateContacts",
                g_variant_new ("(^asu)", cards, 0));
}

/* They are offered behind those whom letters went to, and read once for several letters. */
static void
test_offered (void)
{
  static const char *const cards[] = {
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:王小明\r\nEMAIL:xiaoming@example.cn\r\nEND:VCARD",
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Without Mail\r\nTEL:1234\r\nEND:VCARD",
    NULL,
  };
  Fixture fixture = { 0 };

  start_bus ();
  add_people (cards);
  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_false (fixture_knows (&fixture, "王小明 <xiaoming@example.cn>"));
  g_assert_true (read_contacts (&fixture));
  g_assert_true (fixture_knows (&fixture, "王小明 <xiaoming@example.cn>"));
  g_assert_false (read_contacts (&fixture));
  g_assert_cmpuint (envoi_service_count_contacts (fixture.service), ==, 0);
  fixture_stop (&fixture);
}

/* Who turns it off is offered nobody, and nobody is asked. */
static void
test_turned_off (void)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  Fixture fixture = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_true (read_contacts (&fixture));
  g_settings_set_boolean (settings, "desktop-contacts", FALSE);
  g_assert_false (fixture_knows (&fixture, "王小明 <xiaoming@example.cn>"));
  g_assert_false (read_contacts (&fixture));
  g_settings_reset (settings, "desktop-contacts");
  fixture_stop (&fixture);
}

/* Without a desktop there is nobody: that is no error. */
static void
test_not_there (void)
{
  Fixture fixture = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_true (read_contacts (&fixture));
  g_assert_false (fixture_knows (&fixture, "王小明 <xiaoming@example.cn>"));
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/desktop-contacts/not-there", test_not_there);
  g_test_add_func ("/envoi/app/desktop-contacts/offered", test_offered);
  g_test_add_func ("/envoi/app/desktop-contacts/turned-off", test_turned_off);
  result = g_test_run ();

  if (bus) {
    g_test_dbus_stop (bus);
    g_object_unref (bus);
  }
  return result;
}
