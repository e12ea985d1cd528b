/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-manifest.h"
#include "envoi-message-error.h"

#include <string.h>

/* 2026-03-01 08:00:00 UTC */
#define NOW (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)

static GHashTable *blobs;

static const char *
keep (const void *octets,
      gsize       length)
{
  GBytes *bytes = g_bytes_new (octets, length);
  char *id = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_hash_table_replace (blobs, id, bytes);
  return id;
}

static GInputStream *
open_blob (const char  *blob_id,
           gpointer     user_data,
           GError     **error)
{
  GBytes *bytes = g_hash_table_lookup (blobs, blob_id);

  if (bytes)
    return g_memory_input_stream_new_from_bytes (bytes);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such blob");
  return NULL;
}

static EnvoiManifest *
try_seal (EnvoiDraft  *draft,
          GError     **error)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (NOW);
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);

  return envoi_manifest_seal (draft, clock, random, error);
}

static EnvoiManifest *
seal (EnvoiDraft *draft)
{
  g_autoptr (GError) error = NULL;
  EnvoiManifest *manifest = try_seal (draft, &error);

  g_assert_no_error (error);
  return manifest;
}

static char *
read_all (GInputStream *stream,
          gsize         step,
          gsize        *length)
{
  GString *all = g_string_new (NULL);
  g_autofree char *buffer = g_malloc (step);
  g_autoptr (GError) error = NULL;
  gssize got;

  while ((got = g_input_stream_read (stream, buffer, step, NULL, &error)) > 0)
    g_string_append_len (all, buffer, got);
  g_assert_no_error (error);

  *length = all->len;
  return g_string_free (all, FALSE);
}

static char *
render (EnvoiManifest *manifest,
        gsize          step,
        gsize         *length)
{
  g_autoptr (GInputStream) stream = envoi_manifest_open (manifest, open_blob, NULL, NULL);

  return read_all (stream, step, length);
}

/* What must hold of every letter. */
static char *
render_and_check (EnvoiManifest *manifest)
{
  gsize length;
  char *message = render (manifest, 65536, &length);
  gsize column = 0;

  g_assert_cmpuint (length, ==, envoi_manifest_get_size (manifest));
  g_assert_cmpuint (length, ==, strlen (message));

  for (gsize i = 0; i < length; i++) {
    if (message[i] == '\r')
      g_assert_cmpint (message[i + 1], ==, '\n');
    if (message[i] == '\n')
      g_assert_true (i > 0 && message[i - 1] == '\r');
    column = message[i] == '\n' ? 0 : column + 1;
    g_assert_cmpuint (column, <=, 998);
    if (!envoi_manifest_needs_smtputf8 (manifest))
      g_assert_cmpint (message[i] & 0x80, ==, 0);
  }

  g_assert_true (g_str_has_suffix (message, "\r\n"));
  return message;
}

static EnvoiDraft *
make_draft (void)
{
  EnvoiDraft *draft = envoi_draft_new ("d1");

  envoi_draft_set (draft, "from", "Wei <wei@example.cn>");
  envoi_draft_set (draft, "to", "ann@example.org");
  envoi_draft_set (draft, "subject", "Hello");
  envoi_draft_set (draft, "text", "Hi Ann,\nall is well.\n");
  return draft;
}

static void
add_file (EnvoiDraft *draft,
          const char *name,
          const char *octets,
          gsize       length)
{
  g_autoptr (EnvoiAttachment) attachment =
    envoi_attachment_new (name, "application/pdf", keep (octets, length), length);

  envoi_draft_add_attachment (draft, attachment);
}

static void
add_picture (EnvoiDraft *draft,
             const char *content_id)
{
  g_autoptr (EnvoiAttachment) attachment =
    envoi_attachment_new_inline ("p.png", "image/png", keep (content_id, 3), 3, content_id);

  envoi_draft_add_attachment (draft, attachment);
}

static void
assert_has (const char *message,
            const char *needle)
{
  if (!strstr (message, needle))
    g_error ("no %s in\n%s", needle, message);
}

static void
assert_has_not (const char *message,
                const char *needle)
{
  if (strstr (message, needle))
    g_error ("%s in\n%s", needle, message);
}

static void
test_plain (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = seal (draft);
  g_autofree char *message = render_and_check (manifest);
  g_autofree char *id = g_strdup_printf ("Message-ID: %s\r\n",
                                         envoi_manifest_get_message_id (manifest));

  g_assert_true (g_str_has_prefix (message, "From: Wei <wei@example.cn>\r\n"
                                   "To: ann@example.org\r\nSubject: Hello\r\nDate: Sun, "));
  assert_has (message, "Mar 2026 ");
  assert_has (message, id);
  assert_has (message, "@example.cn>\r\nMIME-Version: 1.0\r\n"
              "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
              "Hi Ann,\r\nall is well.\r\n");
  assert_has_not (message, "User-Agent");
  assert_has_not (message, "X-Mailer");
  assert_has_not (message, g_get_host_name ());
  g_assert_cmpstr (envoi_manifest_get_subject (manifest), ==, "Hello");
  g_assert_cmpstr (envoi_manifest_get_to_line (manifest), ==, "ann@example.org");
  g_assert_false (envoi_manifest_is_8bit (manifest));
}

static void
test_structure (void)
{
  static const struct {
    const char *html;
    gboolean has_picture;
    gboolean has_file;
    const char *order;   /* of types, joined with a space */
  } cases[] = {
    { "", FALSE, FALSE, "text/plain" },
    { "", FALSE, TRUE, "multipart/mixed text/plain application/pdf" },
    { "<p>x</p>", FALSE, FALSE, "multipart/alternative text/plain text/html" },
    { "<p>x</p>", FALSE, TRUE,
      "multipart/mixed multipart/alternative text/plain text/html application/pdf" },
    { "<img src=\"cid:p1\">", TRUE, FALSE,
      "multipart/related multipart/alternative text/plain text/html image/png" },
    { "<img src=\"cid:p1\">", TRUE, TRUE,
      "multipart/mixed multipart/related multipart/alternative text/plain text/html image/png "
      "application/pdf" },
    { "<p>no longer shown</p>", TRUE, FALSE, "multipart/alternative text/plain text/html" },
  };
  g_autoptr (GRegex) type = g_regex_new ("^Content-Type: ([a-z]+/[a-z]+)", G_REGEX_MULTILINE, 0,
                                         NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    g_autoptr (EnvoiManifest) manifest = NULL;
    g_autofree char *message = NULL;
    g_autoptr (GMatchInfo) match = NULL;
    g_autoptr (GString) order = g_string_new (NULL);

    envoi_draft_set (draft, "html", cases[i].html);
    if (cases[i].has_picture)
      add_picture (draft, "p1");
    if (cases[i].has_file)
      add_file (draft, "a.pdf", "abc", 3);
    manifest = seal (draft);
    message = render_and_check (manifest);

    g_regex_match (type, message, 0, &match);
    for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
      g_autofree char *name = g_match_info_fetch (match, 1);

      g_string_append_printf (order, "%s%s", order->len > 0 ? " " : "", name);
    }
    g_assert_cmpstr (order->str, ==, cases[i].order);
  }
}

static void
test_bcc (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autofree char *message = NULL;
  g_autofree char *recipients = NULL;
  EnvoiEnvelope *envelope;

  envoi_draft_set (draft, "cc", "Bob <bob@EXAMPLE.org>, bob@example.org");
  envoi_draft_set (draft, "bcc", "secret@example.net, ann@Example.ORG, ANN@example.org");
  manifest = seal (draft);
  message = render_and_check (manifest);
  envelope = envoi_manifest_get_envelope (manifest);
  recipients = g_strjoinv (" ", (char **) envoi_envelope_get_recipients (envelope));

  g_assert_cmpstr (recipients, ==,
                   "ann@example.org bob@example.org secret@example.net ANN@example.org");
  assert_has_not (message, "secret");
  assert_has_not (message, "Bcc");
  g_assert_cmpstr (envoi_manifest_get_to_line (manifest), ==,
                   "ann@example.org, Bob <bob@example.org>, bob@example.org");
}

static void
test_only_bcc (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autofree char *message = NULL;

  envoi_draft_set (draft, "to", "");
  envoi_draft_set (draft, "bcc", "secret@example.net");
  manifest = seal (draft);
  message = render_and_check (manifest);
  assert_has (message, "\r\nTo: undisclosed-recipients:;\r\n");
  assert_has_not (message, "secret");
  g_assert_cmpstr (envoi_manifest_get_to_line (manifest), ==, "secret@example.net");
}

static void
test_flags (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  EnvoiEnvelope *envelope;

  g_object_set (draft, "wants-receipt", TRUE, "is-all-or-nothing", TRUE, NULL);
  manifest = seal (draft);
  envelope = envoi_manifest_get_envelope (manifest);
  g_assert_cmpint (envoi_envelope_get_flags (envelope), ==,
                   ENVOI_ENVELOPE_ALL_OR_NOTHING | ENVOI_ENVELOPE_NOTIFY_SUCCESS |
                   ENVOI_ENVELOPE_NOTIFY_FAILURE);
  g_assert_cmpstr (envoi_envelope_get_sender (envelope), ==, "wei@example.cn");
}

static void
test_smtputf8 (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autofree char *message = NULL;

  envoi_draft_set (draft, "to", "李四 <李四@例子.中国>, w@例子.中国");
  manifest = seal (draft);
  g_assert_true (envoi_manifest_needs_smtputf8 (manifest));
  message = render_and_check (manifest);
  assert_has (message, "<李四@例子.中国>");
  assert_has (message, "w@xn--fsqu00a.xn--fiqs8s");
  assert_has_not (message, "\r\nSubject: =");
}

static void
test_refused (void)
{
  static const struct {
    const char *property;
    const char *value;
    EnvoiMessageError code;
  } cases[] = {
    { "to", "", ENVOI_MESSAGE_ERROR_NO_RECIPIENT },
    { "to", "bob", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "cc", "bob", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "bcc", "bob", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "reply-to", "bob", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "from", "", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "from", "a@x.cn, b@x.cn", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
    { "subject", "a\r\nBcc: b@x.cn", ENVOI_MESSAGE_ERROR_REFUSED_INPUT },
    { "subject", "a\nb", ENVOI_MESSAGE_ERROR_REFUSED_INPUT },
    { "subject", "a\u2028b", ENVOI_MESSAGE_ERROR_REFUSED_INPUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    g_autoptr (GError) error = NULL;

    envoi_draft_set (draft, cases[i].property, cases[i].value);
    g_assert_null (try_seal (draft, &error));
    g_assert_error (error, ENVOI_MESSAGE_ERROR, (int) cases[i].code);
    g_assert_cmpstr (envoi_draft_get (draft, cases[i].property), ==, cases[i].value);
  }
}

static void
test_refused_attachments (void)
{
  static const struct {
    const char *name;
    const char *blob_id;
    guint64 size;
    EnvoiMessageError code;
  } cases[] = {
    { "a", "", 1, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE },
    { "a", "../../etc/passwd", 1, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE },
    { "a\r\nBcc: b@x.cn", NULL, 1, ENVOI_MESSAGE_ERROR_REFUSED_INPUT },
    { "a", NULL, G_MAXUINT64, ENVOI_MESSAGE_ERROR_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    const char *id = cases[i].blob_id ? cases[i].blob_id : keep ("x", 1);
    g_autoptr (EnvoiAttachment) file =
      envoi_attachment_new (cases[i].name, "text/plain", id, cases[i].size);
    g_autoptr (GError) error = NULL;

    envoi_draft_add_attachment (draft, file);
    g_assert_null (try_seal (draft, &error));
    g_assert_error (error, ENVOI_MESSAGE_ERROR, (int) cases[i].code);
  }
}

/* No property can put a field of its own into the header. */
static void
test_injection (void)
{
  static const char *const properties[] = { "in-reply-to", "references" };
  static const char *const values[] = {
    "<a@x>\r\nBcc: evil@x.cn", "<a@x\r\nBcc:evil@x.cn>", "\nBcc: evil@x.cn", "<a@x> \r Bcc: evil@x",
  };
  g_autoptr (EnvoiDraft) typed = make_draft ();
  g_autoptr (EnvoiAttachment) file =
    envoi_attachment_new ("a\".pdf; x=y", "text/plain\r\nBcc: evil@x.cn", keep ("x", 1), 1);
  g_autoptr (EnvoiManifest) with_file = NULL;
  g_autofree char *message = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (values); j++) {
      g_autoptr (EnvoiDraft) draft = make_draft ();
      g_autoptr (EnvoiManifest) manifest = NULL;
      g_autofree char *text = NULL;

      envoi_draft_set (draft, properties[i], values[j]);
      manifest = seal (draft);
      text = render_and_check (manifest);
      assert_has_not (text, "Bcc");
    }
  }

  envoi_draft_add_attachment (typed, file);
  with_file = seal (typed);
  message = render_and_check (with_file);
  assert_has_not (message, "Bcc");
  assert_has (message, "Content-Type: application/octet-stream;\r\n name=\"=?UTF-8?B?");
}

static void
test_names (void)
{
  static const struct {
    const char *why;
    const char *to;
    const char *name;
    const char *type_parameter;
    const char *disposition_parameter;
  } cases[] = {
    { "ASCII", "a@x.cn", "a b.pdf", " name=\"a b.pdf\"", " filename=\"a b.pdf\"" },
    { "Chinese, both forms", "a@x.cn", "报告.pdf", " name=\"=?UTF-8?B?5oql5ZGKLnBkZg==?=\"",
      " filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf" },
    { "Chinese, for QQ Mail", "a@x.cn, b@qq.com", "报告.pdf",
      " name=\"=?UTF-8?B?5oql5ZGKLnBkZg==?=\"", " filename=\"=?UTF-8?B?5oql5ZGKLnBkZg==?=\"" },
    { "a quotation mark", "a@x.cn", "a\"b.pdf", " name=\"=?UTF-8?B?YSJiLnBkZg==?=\"",
      " filename*=UTF-8''a%22b.pdf" },
    { "a path", "a@x.cn", "../b.pdf", " name=\".._b.pdf\"", " filename=\".._b.pdf\"" },
    { "none", "a@x.cn", " ", " name=\"attachment\"", " filename=\"attachment\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    g_autoptr (EnvoiManifest) manifest = NULL;
    g_autofree char *message = NULL;

    g_test_message ("%s", cases[i].why);
    envoi_draft_set (draft, "to", cases[i].to);
    add_file (draft, cases[i].name, "abc", 3);
    manifest = seal (draft);
    message = render_and_check (manifest);
    assert_has (message, cases[i].type_parameter);
    assert_has (message, cases[i].disposition_parameter);
  }
}

static void
test_html (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (EnvoiManifest) custom = NULL;
  g_autofree char *message = NULL;
  g_autofree char *other = NULL;

  envoi_draft_set (draft, "html",
                   "<p onclick=x>twin<script>alert(1)</script></p><img src=\"cid:gone\" alt=w>");
  manifest = seal (draft);
  message = render_and_check (manifest);
  assert_has (message, "\r\n\r\ntwin\r\n");
  assert_has (message, "<p>twin</p>w\r\n");
  assert_has_not (message, "alert");
  assert_has_not (message, "all is well");

  g_object_set (draft, "is-text-custom", TRUE, NULL);
  custom = seal (draft);
  other = render_and_check (custom);
  assert_has (other, "all is well");
}

static void
test_same_octets (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (EnvoiManifest) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *octets = g_malloc (200000);
  g_autofree char *expected = NULL;
  gsize length;
  static const gsize steps[] = { 1, 7, 77, 78, 4096, 65536, 1000000 };

  memset (octets, 0xa5, 200000);
  envoi_draft_set (draft, "html", "<p>王<img src=\"cid:p1\"></p>");
  envoi_draft_set (draft, "bcc", "b@x.cn");
  add_picture (draft, "p1");
  add_file (draft, "a.pdf", octets, 200000);
  add_file (draft, "empty.pdf", "", 0);
  add_file (draft, "57.pdf", octets, 57);
  add_file (draft, "58.pdf", octets, 58);
  manifest = seal (draft);
  expected = render_and_check (manifest);

  bytes = envoi_manifest_serialize (manifest);
  again = envoi_manifest_deserialize (bytes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *message = render (again, steps[i], &length);

    g_assert_cmpuint (length, ==, envoi_manifest_get_size (again));
    g_assert_cmpstr (message, ==, expected);
  }

  g_assert_cmpstr (envoi_manifest_get_message_id (again), ==,
                   envoi_manifest_get_message_id (manifest));
  g_assert_cmpuint (g_strv_length ((char **) envoi_manifest_get_blob_ids (again)), ==, 5);
  g_assert_cmpuint (envoi_envelope_get_n_recipients (envoi_manifest_get_envelope (again)), ==, 2);
}

static void
test_damaged (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (GBytes) bytes = NULL;

  add_file (draft, "a.pdf", "abc", 3);
  manifest = seal (draft);
  bytes = envoi_manifest_serialize (manifest);

  for (gsize kept = 0; kept < g_bytes_get_size (bytes); kept++) {
    g_autoptr (GBytes) cut = g_bytes_new_from_bytes (bytes, 0, kept);
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiManifest) again = envoi_manifest_deserialize (cut, &error);

    g_assert_true ((again == NULL) == (error != NULL));
  }
}

static void
test_lost_blob (void)
{
  static const struct {
    guint64 claimed;
    gboolean is_there;
  } cases[] = {
    { 3, FALSE }, { 2, TRUE }, { 4, TRUE }, { 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    g_autofree char *missing = g_strnfill (64, '0');
    g_autoptr (EnvoiAttachment) file =
      envoi_attachment_new ("a.pdf", "application/pdf", cases[i].is_there ? keep ("abc",
                                                                                  3) : missing,
                            cases[i].claimed);
    g_autoptr (EnvoiManifest) manifest = NULL;
    g_autoptr (GInputStream) stream = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *buffer = g_malloc (65536);
    gssize got;

    envoi_draft_add_attachment (draft, file);
    manifest = seal (draft);
    stream = envoi_manifest_open (manifest, open_blob, NULL, NULL);
    while ((got = g_input_stream_read (stream, buffer, 65536, NULL, &error)) > 0)
      continue;
    g_assert_cmpint (got, ==, -1);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE);
  }
}

static void
test_dup_draft (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (EnvoiDraft) again = NULL;
  g_autoptr (EnvoiManifest) manifest = NULL;

  envoi_draft_set (draft, "html", "<p>x</p>");
  envoi_draft_set (draft, "bcc", "b@x.cn");
  envoi_draft_add_header (draft, "X-Project", "项目", NULL);
  add_file (draft, "a.pdf", "abc", 3);
  manifest = seal (draft);
  again = envoi_manifest_dup_draft (manifest, "d2");

  g_assert_cmpstr (envoi_draft_get_id (again), ==, "d2");
  g_assert_cmpstr (envoi_draft_get (again, "bcc"), ==, "b@x.cn");
  g_assert_cmpstr (envoi_draft_get (again, "from"), ==, "Wei <wei@example.cn>");
  g_assert_cmpstr (envoi_draft_get (again, "html"), ==, "<p>x</p>");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_draft_get_attachments (again)), ==, 1);
}

static const char *const words[] = {
  "a", "word", " ", "  ", "王", "é", "😀", "\n", "\r\n", "\r", "=", ".", "\t", "From ", "-- ", "\f",
  "averyveryveryveryveryveryveryveryveryveryveryveryverylongwordwithoutanyspaceinitatall", "\u2028",
};

/* Whatever is written, the message keeps the rules of the wire. */
static void
test_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (23);

  for (guint i = 0; i < 1500; i++) {
    g_autoptr (EnvoiDraft) draft = make_draft ();
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GString) subject = g_string_new (NULL);
    g_autoptr (EnvoiManifest) manifest = NULL;
    g_autofree char *message = NULL;
    gint32 n = g_rand_int_range (rand, 0, 200);

    for (gint32 j = 0; j < n; j++)
      g_string_append (text, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    for (gint32 j = 0; j < n / 8; j++)
      g_string_append (subject, words[g_rand_int_range (rand, 0, 7)]);
    envoi_draft_set (draft, "text", text->str);
    envoi_draft_set (draft, "subject", subject->str);
    manifest = seal (draft);
    message = render_and_check (manifest);
  }
}

static void
bytes_free (gpointer bytes)
{
  g_bytes_unref (bytes);
}

int
main (int    argc,
      char **argv)
{
  int status;

  envoi_test_init (&argc, &argv);
  blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, bytes_free);

  g_test_add_func ("/envoi/message/manifest/plain", test_plain);
  g_test_add_func ("/envoi/message/manifest/structure", test_structure);
  g_test_add_func ("/envoi/message/manifest/bcc", test_bcc);
  g_test_add_func ("/envoi/message/manifest/only-bcc", test_only_bcc);
  g_test_add_func ("/envoi/message/manifest/flags", test_flags);
  g_test_add_func ("/envoi/message/manifest/smtputf8", test_smtputf8);
  g_test_add_func ("/envoi/message/manifest/refused", test_refused);
  g_test_add_func ("/envoi/message/manifest/refused-attachments", test_refused_attachments);
  g_test_add_func ("/envoi/message/manifest/injection", test_injection);
  g_test_add_func ("/envoi/message/manifest/names", test_names);
  g_test_add_func ("/envoi/message/manifest/html", test_html);
  g_test_add_func ("/envoi/message/manifest/same-octets", test_same_octets);
  g_test_add_func ("/envoi/message/manifest/damaged", test_damaged);
  g_test_add_func ("/envoi/message/manifest/lost-blob", test_lost_blob);
  g_test_add_func ("/envoi/message/manifest/dup-draft", test_dup_draft);
  g_test_add_func ("/envoi/message/manifest/random", test_random);

  status = g_test_run ();
  g_hash_table_unref (blobs);
  return status;
}
