/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-mailbox.h"
#include "envoi-test.h"

#include <glib/gstdio.h>
#include <unistd.h>
#include <utime.h>

static const char *const recipients[] = { "b@example.org", "张;三@例子.中国", NULL };

static EnvoiPracticeLetter *
deliver (EnvoiPracticeMailbox *mailbox,
         const char           *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiPracticeDelivery) delivery = envoi_practice_delivery_new_sync (mailbox, &error);
  EnvoiPracticeLetter *letter;

  g_assert_no_error (error);
  envoi_practice_delivery_write_sync (delivery, (const guint8 *) text, strlen (text), &error);
  g_assert_no_error (error);
  letter = envoi_practice_delivery_commit_sync (delivery, "a@example.org", recipients, &error);
  g_assert_no_error (error);
  return letter;
}

static GPtrArray *
list (const char *folder)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *letters = envoi_practice_mailbox_list_sync (folder, &error);

  g_assert_no_error (error);
  return letters;
}

static void
test_deliver (void)
{
  g_autofree char *parent = envoi_test_make_folder ();
  g_autofree char *folder = g_build_filename (parent, "inbox", NULL);
  g_autoptr (EnvoiPracticeMailbox) mailbox = NULL;
  g_autoptr (EnvoiPracticeLetter) first = NULL;
  g_autoptr (EnvoiPracticeLetter) second = NULL;
  g_autoptr (GPtrArray) nothing = list (folder);
  g_autoptr (GPtrArray) letters = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  EnvoiPracticeLetter *newest;
  GStatBuf status;

  g_assert_cmpuint (nothing->len, ==, 0);

  mailbox = envoi_practice_mailbox_new_sync (folder, NULL);
  first = deliver (mailbox, "one\r\n");
  second = deliver (mailbox, "second\r\n");
  letters = list (folder);

  g_assert_cmpuint (letters->len, ==, 2);
  newest = g_ptr_array_index (letters, 0);
  g_assert_cmpstr (newest->id, ==, second->id);
  g_assert_cmpstr (newest->sender, ==, "a@example.org");
  g_assert_cmpstrv (newest->recipients, recipients);
  g_assert_cmpint (newest->received, ==, second->received);
  g_assert_cmpuint (newest->size, ==, 8);

  path = g_build_filename (folder, first->id, NULL);
  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, "one\r\n");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_abandon (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (EnvoiPracticeMailbox) mailbox = envoi_practice_mailbox_new_sync (folder, NULL);
  EnvoiPracticeDelivery *delivery = envoi_practice_delivery_new_sync (mailbox, NULL);
  g_autoptr (GPtrArray) letters = NULL;
  g_autoptr (GDir) directory = NULL;

  g_test_message ("A letter whose end never came leaves nothing behind.");
  envoi_practice_delivery_write_sync (delivery, (const guint8 *) "half", 4, NULL);
  letters = list (folder);
  g_assert_cmpuint (letters->len, ==, 0);

  envoi_practice_delivery_free (delivery);
  directory = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (directory), ==, NULL);
}

static void
test_forgotten (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *old = g_build_filename (folder, ".receiving-old", NULL);
  g_autofree char *recent = g_build_filename (folder, ".receiving-new", NULL);
  g_autoptr (EnvoiPracticeMailbox) mailbox = NULL;
  struct utimbuf long_ago = { 1000000000, 1000000000 };

  g_test_message ("What a crash left goes after a day, not while it may still be written.");
  g_file_set_contents (old, "x", 1, NULL);
  g_file_set_contents (recent, "x", 1, NULL);
  g_assert_cmpint (g_utime (old, &long_ago), ==, 0);

  mailbox = envoi_practice_mailbox_new_sync (folder, NULL);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (recent, G_FILE_TEST_EXISTS));
}

static void
test_foreign (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "copied.eml", NULL);
  g_autofree char *other = g_build_filename (folder, "notes.txt", NULL);
  g_autofree char *link = g_build_filename (folder, "link.eml", NULL);
  g_autoptr (GPtrArray) letters = NULL;
  EnvoiPracticeLetter *letter;

  g_test_message ("A letter that was copied in has no envelope; links and other files are none.");
  g_file_set_contents (path, "Subject: x\r\n", -1, NULL);
  g_file_set_contents (other, "x", -1, NULL);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);

  letters = list (folder);
  g_assert_cmpuint (letters->len, ==, 1);
  letter = g_ptr_array_index (letters, 0);
  g_assert_cmpstr (letter->id, ==, "copied.eml");
  g_assert_cmpstr (letter->sender, ==, "");
  g_assert_cmpuint (g_strv_length (letter->recipients), ==, 0);
  g_assert_cmpint (letter->received, >, 0);
}

static void
test_names (void)
{
  g_assert_true (envoi_practice_mailbox_is_letter_name ("1-2.eml"));
  g_assert_false (envoi_practice_mailbox_is_letter_name ("../1.eml"));
  g_assert_false (envoi_practice_mailbox_is_letter_name ("a/b.eml"));
  g_assert_false (envoi_practice_mailbox_is_letter_name (".eml"));
  g_assert_false (envoi_practice_mailbox_is_letter_name ("1.envelope"));
  g_assert_false (envoi_practice_mailbox_is_letter_name (""));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/mailbox/deliver", test_deliver);
  g_test_add_func ("/envoi/practice/mailbox/abandon", test_abandon);
  g_test_add_func ("/envoi/practice/mailbox/forgotten", test_forgotten);
  g_test_add_func ("/envoi/practice/mailbox/foreign", test_foreign);
  g_test_add_func ("/envoi/practice/mailbox/names", test_names);

  return g_test_run ();
}
