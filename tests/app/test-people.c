/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-message-error.h"
#include "envoi-service-contacts.h"
#include "envoi-test.h"

#include <string.h>
#include <sys/stat.h>

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

static gboolean
import (Fixture     *fixture,
        const char  *cards,
        guint       *n_new,
        GError     **error)
{
  g_autofree char *path = g_build_filename (fixture->folder, "通讯录.vcf", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (g_file_set_contents (path, cards, -1, NULL));
  envoi_service_import_contacts_async (fixture->service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_import_contacts_finish (fixture->service, result, n_new, error);
}

static void
assert_no_book (Fixture    *fixture,
                const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_new = 0;

  envoi_service_import_contacts_async (fixture->service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_service_import_contacts_finish (fixture->service, result, &n_new, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  g_assert_nonnull (strstr (error->message, "is not a file."));
}

/* Nobody writes to the pipe, and the device never ends. */
static void
test_no_book (void)
{
  Fixture fixture = { 0 };
  g_autofree char *pipe = NULL;

  fixture_start (&fixture, 0, NULL);
  pipe = g_build_filename (fixture.folder, "pipe.vcf", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  assert_no_book (&fixture, pipe);
  assert_no_book (&fixture, "/dev/zero");
  assert_no_book (&fixture, fixture.folder);
  fixture_stop (&fixture);
}

/* Imported people are offered, also after a restart; a newer book renames them. */
static void
test_import (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;
  guint n_new = 0;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_true (import (&fixture, "BEGIN:VCARD\nFN:Wei\nEMAIL:wei@x.cn\nEND:VCARD\n"
                         "BEGIN:VCARD\nFN:Ann\nEMAIL:ann@x.cn\nEND:VCARD\n", &n_new, &error));
  g_assert_cmpuint (n_new, ==, 2);
  g_assert_true (fixture_knows (&fixture, "Wei <wei@x.cn>"));

  g_assert_true (import (&fixture, "BEGIN:VCARD\nFN:王伟\nEMAIL:wei@x.cn\nEND:VCARD\n"
                         "BEGIN:VCARD\nFN:Bo\nEMAIL:bo@x.cn\nEND:VCARD\n", &n_new, &error));
  g_assert_cmpuint (n_new, ==, 1);
  g_assert_cmpuint (envoi_service_count_contacts (fixture.service), ==, 3);
  g_assert_true (fixture_knows (&fixture, "王伟 <wei@x.cn>"));
  g_assert_false (fixture_knows (&fixture, "Wei <wei@x.cn>"));

  fixture_stop_service (g_steal_pointer (&fixture.service));
  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  while (envoi_service_count_contacts (fixture.service) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (fixture_knows (&fixture, "Ann <ann@x.cn>"));

  envoi_service_forget_contacts (fixture.service);
  g_assert_false (fixture_knows (&fixture, "Ann <ann@x.cn>"));
  fixture_stop (&fixture);
}

/* A group is kept and offered by its name; a newer book has its newer members. */
static void
test_groups (void)
{
  Fixture fixture = { 0 };
  guint n_new = 0;

  fixture_start (&fixture, ENVOI_SERVICE_PRACTICE, NULL);
  g_assert_true (import (&fixture, "BEGIN:VCARD\nKIND:group\nFN:Team\nMEMBER:mailto:bo@x.cn\n"
                         "END:VCARD\nBEGIN:VCARD\nKIND:group\nFN:Others\n"
                         "MEMBER:mailto:bo@x.cn\nEND:VCARD\n", &n_new, NULL));
  g_assert_cmpuint (n_new, ==, 2);
  g_assert_true (fixture_knows (&fixture, "Team: bo@x.cn;"));
  g_assert_true (fixture_knows (&fixture, "Others: bo@x.cn;"));

  g_assert_true (import (&fixture, "BEGIN:VCARD\nKIND:group\nFN:Team\nMEMBER:mailto:bo@x.cn\n"
                         "MEMBER:mailto:ann@x.cn\nEND:VCARD\n", &n_new, NULL));
  g_assert_true (fixture_knows (&fixture, "Team: bo@x.cn, ann@x.cn;"));
  g_assert_false (fixture_knows (&fixture, "Team: bo@x.cn;"));
  fixture_stop (&fixture);
}

/* A file without people changes nothing. */
static void
test_refused (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PRACTICE, NULL);
  g_assert_false (import (&fixture, "BEGIN:VCARD\nFN:Wei\nTEL:1\nEND:VCARD\n", NULL, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  g_assert_cmpuint (envoi_service_count_contacts (fixture.service), ==, 0);
  fixture_stop (&fixture);
}

/* Whether a letter with that subject waits for its time. */
static gboolean
has_letter (Fixture    *fixture,
            const char *subject)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);
  GListModel *letters = envoi_outbox_get_folder (outbox, ENVOI_FOLDER_SCHEDULED);

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, i);

    if (g_str_equal (envoi_letter_get_record (letter)->subject, subject))
      return TRUE;
  }

  return FALSE;
}

/* A letter of their own has their own name in it. */
static void
test_placeholders (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "王伟 <one@localhost>, Ann Lee <two@localhost>");
  envoi_draft_set (draft, "subject", "{{first name}} <{{email}}> {{order}}");
  envoi_service_send_separately_async (fixture.service, draft, fixture_now (&fixture) + G_TIME_SPAN_HOUR,
                                       NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_cmpuint (envoi_service_send_separately_finish (fixture.service, result, &error), ==, 2);
  g_assert_no_error (error);

  g_assert_true (has_letter (&fixture, "伟 <one@localhost> {{order}}"));
  g_assert_true (has_letter (&fixture, "Ann <two@localhost> {{order}}"));
  g_clear_object (&result);
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/people/import", test_import);
  g_test_add_func ("/envoi/app/people/groups", test_groups);
  g_test_add_func ("/envoi/app/people/refused", test_refused);
  g_test_add_func ("/envoi/app/people/no-book", test_no_book);
  g_test_add_func ("/envoi/app/people/placeholders", test_placeholders);

  return g_test_run ();
}
