/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-draft.h"
#include "envoi-message-error.h"

#include <string.h>

#define BLOB "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const texts[] = {
  "account-id", "from", "to", "cc", "bcc", "reply-to", "subject", "html", "text", "in-reply-to",
  "references",
};

static void
count_cb (gpointer object,
          guint   *count)
{
  (*count)++;
}

static void
count_notify_cb (GObject    *object,
                 GParamSpec *pspec,
                 guint      *count)
{
  (*count)++;
}

static void
test_texts (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d1");
  guint changed = 0;
  guint notified = 0;

  g_signal_connect (draft, "changed", G_CALLBACK (count_cb), &changed);
  g_signal_connect (draft, "notify", G_CALLBACK (count_notify_cb), &notified);

  g_assert_cmpstr (envoi_draft_get_id (draft), ==, "d1");
  g_assert_cmpstr (envoi_draft_get (draft, "id"), ==, "d1");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *value = NULL;

    g_assert_cmpstr (envoi_draft_get (draft, texts[i]), ==, "");
    envoi_draft_set (draft, texts[i], "值");
    envoi_draft_set (draft, texts[i], "值");
    g_object_get (draft, texts[i], &value, NULL);
    g_assert_cmpstr (value, ==, "值");
    g_assert_cmpuint (changed, ==, i + 1);
    g_assert_cmpuint (notified, ==, i + 1);
  }

  envoi_draft_set (draft, "subject", NULL);
  g_assert_cmpstr (envoi_draft_get (draft, "subject"), ==, "");
}

static void
test_flags (void)
{
  static const char *const flags[] = { "is-text-custom", "wants-receipt", "is-all-or-nothing" };
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d1");
  guint changed = 0;

  g_signal_connect (draft, "changed", G_CALLBACK (count_cb), &changed);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++) {
    gboolean value;

    g_object_set (draft, flags[i], TRUE, NULL);
    g_object_set (draft, flags[i], TRUE, NULL);
    g_object_get (draft, flags[i], &value, NULL);
    g_assert_true (value);
    g_assert_cmpuint (changed, ==, i + 1);
  }
}

static void
test_attachments (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d1");
  g_autoptr (EnvoiAttachment) first = envoi_attachment_new ("a.txt", "text/plain", BLOB, 5);
  g_autoptr (EnvoiAttachment) second = envoi_attachment_new ("b.txt", "text/plain", BLOB, 5);
  GListModel *list = envoi_draft_get_attachments (draft);
  g_autoptr (EnvoiAttachment) at_start = NULL;
  guint changed = 0;

  g_signal_connect (draft, "changed", G_CALLBACK (count_cb), &changed);

  envoi_draft_add_attachment (draft, second);
  envoi_draft_insert_attachment (draft, 0, first);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  at_start = g_list_model_get_item (list, 0);
  g_assert_true (at_start == first);
  g_assert_cmpuint (changed, ==, 2);

  envoi_attachment_set_name (first, "报告.txt");
  g_assert_cmpuint (changed, ==, 3);
  g_assert_cmpstr (envoi_attachment_get_name (first), ==, "报告.txt");

  envoi_draft_remove_attachment (draft, first);
  g_assert_cmpuint (changed, ==, 4);
  envoi_attachment_set_name (first, "gone.txt");
  envoi_draft_remove_attachment (draft, first);
  g_assert_cmpuint (changed, ==, 4);

  /* Undo, past the end: at the end, and its name counts again, once. */
  envoi_draft_insert_attachment (draft, 99, first);
  g_assert_cmpuint (changed, ==, 5);
  envoi_attachment_set_name (first, "back.txt");
  g_assert_cmpuint (changed, ==, 6);
}

static void
test_empty (void)
{
  static const char *const counted[] = { "to", "cc", "bcc", "subject", "text" };
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d1");
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new ("a.txt", "text/plain", BLOB, 5);

  g_assert_true (envoi_draft_is_empty (draft));
  envoi_draft_set (draft, "from", "wei@x.cn");
  envoi_draft_set (draft, "account-id", "acc");
  g_assert_true (envoi_draft_is_empty (draft));

  for (guint i = 0; i < G_N_ELEMENTS (counted); i++) {
    envoi_draft_set (draft, counted[i], "x");
    g_assert_false (envoi_draft_is_empty (draft));
    envoi_draft_set (draft, counted[i], "");
    g_assert_true (envoi_draft_is_empty (draft));
  }

  envoi_draft_set (draft, "html", "<p><br></p><div> </div>");
  g_assert_true (envoi_draft_is_empty (draft));
  envoi_draft_set (draft, "html", "<p>字</p>");
  g_assert_false (envoi_draft_is_empty (draft));
  envoi_draft_set (draft, "html", "<p><img src=\"cid:p1\"></p>");
  g_assert_false (envoi_draft_is_empty (draft));
  envoi_draft_set (draft, "html", "");

  envoi_draft_add_attachment (draft, file);
  g_assert_false (envoi_draft_is_empty (draft));
}

static void
test_headers (void)
{
  static const struct {
    const char *name;
    const char *value;
    gboolean is_good;
  } cases[] = {
    { "List-Unsubscribe", "<mailto:off@x.cn>", TRUE },
    { "X-项目", "x", FALSE },
    { "X-Project", "项目一", TRUE },
    { "Reply-To", "b@x.cn", TRUE },
    { "X-Bad", "a\r\nBcc: b@x.cn", FALSE },
    { "X-Bad", "a\nb", FALSE },
    { "X-Bad", "a\u2028b", FALSE },
    { "X-Bad\r\nBcc", "b@x.cn", FALSE },
    { "X Bad", "x", FALSE },
    { "X:Bad", "x", FALSE },
    { "", "x", FALSE },
    { "bcc", "b@x.cn", FALSE },
    { "FROM", "b@x.cn", FALSE },
    { "content-type", "text/html", FALSE },
    { "Resent-Bcc", "b@x.cn", FALSE },
    { "MIME-Version", "1.0", FALSE },
  };
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d1");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].name);
    g_assert_cmpint (envoi_draft_add_header (draft, cases[i].name, cases[i].value, &error), ==,
                     cases[i].is_good);
    if (cases[i].is_good)
      g_assert_no_error (error);
    else
      g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  }

  g_assert_cmpstr (envoi_draft_get (draft, "reply-to"), ==, "b@x.cn");
}

static EnvoiDraft *
make_full_draft (void)
{
  EnvoiDraft *draft = envoi_draft_new ("d1");
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new ("报告.pdf", "application/pdf", BLOB, 7);
  g_autoptr (EnvoiAttachment) picture =
    envoi_attachment_new_inline ("p.png", "image/png", BLOB, 9, "p1");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    envoi_draft_set (draft, texts[i], texts[i]);
  g_object_set (draft, "is-text-custom", TRUE, "wants-receipt", TRUE, NULL);
  envoi_draft_add_attachment (draft, file);
  envoi_draft_add_attachment (draft, picture);
  envoi_draft_add_header (draft, "X-Project", "项目", NULL);
  return draft;
}

static void
test_round_trip (void)
{
  g_autoptr (EnvoiDraft) draft = make_full_draft ();
  g_autoptr (GBytes) bytes = envoi_draft_serialize (draft);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) again = envoi_draft_deserialize ("d2", bytes, &error);
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (EnvoiAttachment) picture = NULL;
  gboolean is_all_or_nothing;

  g_assert_no_error (error);
  g_assert_cmpstr (envoi_draft_get_id (again), ==, "d2");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (envoi_draft_get (again, texts[i]), ==, texts[i]);

  g_object_get (again, "is-all-or-nothing", &is_all_or_nothing, NULL);
  g_assert_false (is_all_or_nothing);
  picture = g_list_model_get_item (envoi_draft_get_attachments (again), 1);
  g_assert_true (envoi_attachment_get_is_inline (picture));
  g_assert_cmpstr (envoi_attachment_get_content_id (picture), ==, "p1");
  g_assert_cmpuint (envoi_attachment_get_size (picture), ==, 9);

  /* Nothing is lost, the extra header included. */
  bytes_again = envoi_draft_serialize (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

static void
test_damaged (void)
{
  g_autoptr (EnvoiDraft) draft = make_full_draft ();
  g_autoptr (GBytes) bytes = envoi_draft_serialize (draft);
  gsize length = g_bytes_get_size (bytes);

  for (gsize kept = 0; kept < length; kept++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, kept);
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiDraft) again = envoi_draft_deserialize ("d2", cut, &error);

    g_assert_true ((again == NULL) == (error != NULL));
    if (error)
      g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/draft/texts", test_texts);
  g_test_add_func ("/envoi/message/draft/flags", test_flags);
  g_test_add_func ("/envoi/message/draft/attachments", test_attachments);
  g_test_add_func ("/envoi/message/draft/empty", test_empty);
  g_test_add_func ("/envoi/message/draft/headers", test_headers);
  g_test_add_func ("/envoi/message/draft/round-trip", test_round_trip);
  g_test_add_func ("/envoi/message/draft/damaged", test_damaged);

  return g_test_run ();
}
