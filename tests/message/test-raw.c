/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-manifest.h"
#include "envoi-message-error.h"
#include "envoi-message-recipients.h"

#include <string.h>

#define NOW (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)
#define BLOB "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A stream that gives a few octets at a time, to cut the input everywhere. */
static char *
normalize (const char  *octets,
           gsize        length,
           gsize        cut,
           gsize       *out_length,
           GError     **error)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) head = g_bytes_new (octets, MIN (cut, length));
  g_autoptr (GBytes) tail = g_bytes_new (octets + MIN (cut, length), length - MIN (cut, length));

  g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (input), head);
  g_memory_input_stream_add_bytes (G_MEMORY_INPUT_STREAM (input), tail);
  if (!envoi_message_normalize_sync (input, output, NULL, error))
    return NULL;

  *out_length = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (output));
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (output)), *out_length);
}

static void
test_normalize (void)
{
  static const struct {
    const char *why;
    const char *from;
    const char *to;
  } cases[] = {
    { "LF", "A: b\n\nc\n", "A: b\r\n\r\nc\r\n" },
    { "CRLF", "A: b\r\n\r\nc\r\n", "A: b\r\n\r\nc\r\n" },
    { "CR", "A: b\r\rc\r", "A: b\r\n\r\nc\r\n" },
    { "all of them", "A: b\r\n\n\r\n\rc\n\r", "A: b\r\n\r\n\r\n\r\nc\r\n\r\n" },
    { "no end", "A: b\n\nc", "A: b\r\n\r\nc\r\n" },
    { "no body", "A: b\n", "A: b\r\n\r\n" },
    { "nothing", "", "\r\n" },
    { "no header", "hello: world is not\nhere\n", "hello: world is not\r\n\r\nhere\r\n" },
    { "no header at all", "just words\nmore\n", "\r\njust words\r\nmore\r\n" },
    { "Bcc", "A: b\nBcc: x@y\nC: d\n\ne\n", "A: b\r\nC: d\r\n\r\ne\r\n" },
    { "Bcc, folded", "Bcc: x@y,\n z@y\n\tw@y\nC: d\n\ne\n", "C: d\r\n\r\ne\r\n" },
    { "Bcc, written otherwise", "bCC : x@y\nRESENT-BCC:\n z\nC: d\n\ne\n", "C: d\r\n\r\ne\r\n" },
    { "a namesake", "Bccx: 1\nX-Bcc: 2\n\nBcc: in the body\n",
      "Bccx: 1\r\nX-Bcc: 2\r\n\r\nBcc: in the body\r\n" },
    { "folded", "A: b\n c\n\nd\n", "A: b\r\n c\r\n\r\nd\r\n" },
    { "folded with nothing", "A: b\n \t\n c\n\nd\n", "A: b\r\n c\r\n\r\nd\r\n" },
    { "a mailbox file", "From a@b Mon Sep 17 00:00:00 2001\nA: b\n\nc\n", "A: b\r\n\r\nc\r\n" },
    { "From without a domain", "From: root (Cron Daemon)\nA: b\n\nc\n", "A: b\r\n\r\nc\r\n" },
    { "From folded", "From: Wei\n <w@x.cn>\nA: b\n\nc\n",
      "From: Wei\r\n <w@x.cn>\r\nA: b\r\n\r\nc\r\n" },
    { "From folded without a domain", "A: b\nfrom: root\n (Cron)\n\nc\n", "A: b\r\n\r\nc\r\n" },
    { "From alone", "From: root", "\r\n" },
    { "From in the body", "A: b\n\nFrom me\n", "A: b\r\n\r\nFrom me\r\n" },
    { "dots stay", "A: b\n\n.\n..\n", "A: b\r\n\r\n.\r\n..\r\n" },
    { "smuggling", "A: b\n\nx\n.\r\nMAIL FROM:<a@b>\r.\rDATA\n",
      "A: b\r\n\r\nx\r\n.\r\nMAIL FROM:<a@b>\r\n.\r\nDATA\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize length = strlen (cases[i].from);

    for (gsize cut = 0; cut <= length; cut++) {
      g_autoptr (GError) error = NULL;
      gsize got;
      g_autofree char *normal = normalize (cases[i].from, length, cut, &got, &error);

      g_test_message ("%s, cut at %" G_GSIZE_FORMAT, cases[i].why, cut);
      g_assert_no_error (error);
      g_assert_cmpstr (normal, ==, cases[i].to);
      g_assert_cmpuint (got, ==, strlen (cases[i].to));
    }
  }
}

static void
test_normalize_refused (void)
{
  g_autofree char *line = g_strnfill (998, 'x');
  g_autofree char *good = g_strconcat ("A: b\n\n", line, "\n", NULL);
  g_autofree char *bad = g_strconcat ("A: b\n\n", line, "x\n", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *normal = NULL;
  gsize length;

  normal = normalize (good, strlen (good), 0, &length, &error);
  g_assert_no_error (error);
  g_assert_null (normalize (bad, strlen (bad), 0, &length, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  g_assert_nonnull (strstr (error->message, "998"));
  g_clear_error (&error);

  g_assert_null (normalize ("A: b\n\nc\0d\n", 10, 0, &length, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  g_assert_nonnull (strstr (error->message, "NUL"));
}

/* Normalising twice changes nothing, and no bare CR or LF is left. */
static void
test_normalize_random (void)
{
  static const char *const pieces[] = {
    "a", ":", " ", "\r", "\n", "\r\n", ".", "Bcc:", "\t", "\xc3\xa9", "From ", "X-A: b",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 5000; i++) {
    g_autoptr (GString) octets = g_string_new (NULL);
    gint32 n = g_rand_int_range (rand, 0, 40);
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;
    gsize length;
    gsize length_again;

    for (gint32 j = 0; j < n; j++)
      g_string_append (octets, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
    once = normalize (octets->str, octets->len, octets->len / 2, &length, NULL);
    twice = normalize (once, length, 0, &length_again, NULL);
    g_assert_cmpmem (once, length, twice, length_again);
    for (gsize j = 0; j < length; j++) {
      g_assert_true (once[j] != '\r' || once[j + 1] == '\n');
      g_assert_true (once[j] != '\n' || (j > 0 && once[j - 1] == '\r'));
    }
  }
}

static EnvoiManifest *
seal_raw (const char  *message,
          guint64      size,
          const char  *recipient,
          GError     **error)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (NOW);
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);
  g_autoptr (GBytes) header = g_bytes_new (message, strlen (message));
  const char *const recipients[] = { recipient, NULL };
  EnvoiRawMessage raw = { header, BLOB, size, "wei@example.cn", recipients };

  return envoi_manifest_seal_raw (&raw, clock, random, error);
}

static GInputStream *
open_blob (const char  *blob_id,
           gpointer     message,
           GError     **error)
{
  return g_memory_input_stream_new_from_data (message, -1, NULL);
}

static char *
render (EnvoiManifest *manifest,
        const char    *message)
{
  g_autoptr (GInputStream) stream =
    envoi_manifest_open (manifest, open_blob, (gpointer) message, NULL);
  char *all = g_malloc0 (100000);
  gsize length;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all (stream, all, 99999, &length, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, envoi_manifest_get_size (manifest));
  return all;
}

static void
test_seal_whole (void)
{
  const char *message = "From: W <wei@example.cn>\r\nTo: =?UTF-8?B?5p2O5Zub?= <ann@x.cn>,\r\n b@x.cn\r\n"
                        "Cc: c@x.cn\r\nSubject: =?UTF-8?B?5L2g?=\r\n =?UTF-8?B?5aW9?=\r\n"
                        "Date: Sun, 1 Mar 2026 08:00:00 +0000\r\nMessage-ID: <own@x.cn>\r\n\r\nHi\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiManifest) manifest = seal_raw (message, strlen (message), "ann@x.cn", &error);
  g_autofree char *rendered = NULL;

  g_assert_no_error (error);
  rendered = render (manifest, message);
  g_assert_cmpstr (rendered, ==, message);
  g_assert_cmpstr (envoi_manifest_get_subject (manifest), ==, "你好");
  g_assert_cmpstr (envoi_manifest_get_message_id (manifest), ==, "<own@x.cn>");
  g_assert_cmpstr (envoi_manifest_get_to_line (manifest), ==, "李四 <ann@x.cn>, b@x.cn, c@x.cn");
  g_assert_false (envoi_manifest_is_8bit (manifest));
  g_assert_false (envoi_manifest_needs_smtputf8 (manifest));
  g_assert_null (envoi_manifest_dup_draft (manifest, "d"));
  g_assert_cmpstr (envoi_manifest_get_blob_ids (manifest)[0], ==, BLOB);
}

static void
test_seal_incomplete (void)
{
  const char *message = "\r\nHi\r\n";
  g_autoptr (EnvoiManifest) manifest = seal_raw (message, strlen (message), "ann@x.cn", NULL);
  g_autofree char *rendered = render (manifest, message);

  g_assert_true (g_str_has_prefix (rendered, "From: wei@example.cn\r\nDate: Sun, "));
  g_assert_nonnull (strstr (rendered, "\r\nMessage-ID: <"));
  g_assert_true (g_str_has_suffix (rendered, "@example.cn>\r\n\r\nHi\r\n"));
  g_assert_cmpstr (envoi_manifest_get_to_line (manifest), ==, "ann@x.cn");
  g_assert_cmpstr (envoi_manifest_get_subject (manifest), ==, "");
}

/* What cron pipes into sendmail, in whatever pieces: nobody reads of a "root" without a domain. */
static void
test_seal_cron (void)
{
  const char *message = "From: root (Cron Daemon)\nTo: ann@x.cn\nBcc: b@x.cn\n"
                        "Subject: Cron <root@host> backup\nX-Cron-Env: <SHELL=/bin/sh>\n\nFrom: root\n";

  for (gsize cut = 0; cut <= strlen (message); cut++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiManifest) manifest = NULL;
    g_autofree char *normal = NULL;
    g_autofree char *rendered = NULL;
    gsize length;

    normal = normalize (message, strlen (message), cut, &length, &error);
    g_assert_no_error (error);
    manifest = seal_raw (normal, length, "ann@x.cn", &error);
    g_assert_no_error (error);

    rendered = render (manifest, normal);
    g_assert_true (g_str_has_prefix (rendered, "From: wei@example.cn\r\n"));
    g_assert_null (strstr (rendered, "Daemon"));
    g_assert_null (strstr (rendered, "Bcc"));
    g_assert_nonnull (strstr (rendered, "\r\nX-Cron-Env: <SHELL=/bin/sh>\r\n"));
    g_assert_true (g_str_has_suffix (rendered, "\r\n\r\nFrom: root\r\n"));
  }
}

/* A name of two lines cannot make two of the line that lists show. */
static void
test_seal_to_line (void)
{
  static const char *const cases[][2] = {
    { "To: =?UTF-8?B?YQ0KYg==?= <a@x.cn>\r\n\r\n", "a b <a@x.cn>" },
    { "To: =?UTF-8?B?5oql5ZGKYQ==?= =?UTF-8?B?Yg==?= <a@x.cn>\r\n\r\n", "报告ab <a@x.cn>" },
    { "To: =?UTF-8?B?YeKAqGI=?= <a@x.cn>\r\nCc: b@x.cn\r\n\r\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiManifest) manifest = seal_raw (cases[i][0], strlen (cases[i][0]), "a@x.cn", NULL);
    g_autoptr (GBytes) bytes = envoi_manifest_serialize (manifest);
    g_autoptr (EnvoiManifest) again = envoi_manifest_deserialize (bytes, NULL);
    const char *line = envoi_manifest_get_to_line (manifest);

    g_test_message ("%s", line);
    g_assert_null (strpbrk (line, "\r\n"));
    g_assert_null (strstr (line, "\u2028"));
    g_assert_nonnull (again);
    if (cases[i][1])
      g_assert_cmpstr (line, ==, cases[i][1]);
  }
}

/* The first octets of a message are no string that ends with a NUL. */
static void
test_seal_cut (void)
{
  const char *message = "From x@y\r\nFrom: a@x.cn\r\nSubject: b\r\n c\r\n\r\nHi\r\n";

  for (gsize kept = 0; kept <= strlen (message); kept++) {
    g_autofree char *copy = g_memdup2 (message, MAX (kept, 1));
    g_autoptr (GBytes) header = g_bytes_new_take (g_steal_pointer (&copy), kept);
    g_autofree char *sender = envoi_message_parse_sender (header);

    g_assert_true (!sender || g_str_has_prefix ("a@x.cn", sender));
  }
}

static void
test_seal_8bit (void)
{
  static const struct {
    const char *message;
    guint64 more;
    const char *recipient;
    gboolean is_8bit;
    gboolean needs_smtputf8;
  } cases[] = {
    { "A: b\r\n\r\nHi\r\n", 0, "a@x.cn", FALSE, FALSE },
    { "A: b\r\n\r\nH\xc3\xa9\r\n", 0, "a@x.cn", TRUE, FALSE },
    { "A: \xc3\xa9\r\n\r\nHi\r\n", 0, "a@x.cn", FALSE, TRUE },
    { "A: b\r\n\r\nHi\r\n", 0, "王@x.cn", FALSE, TRUE },
    { "A: b\r\n\r\nHi\r\n", 100, "a@x.cn", TRUE, FALSE },
    { "Content-Transfer-Encoding: Base64\r\n\r\nHi\r\n", 100, "a@x.cn", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiManifest) manifest =
      seal_raw (cases[i].message, strlen (cases[i].message) + cases[i].more, cases[i].recipient,
                NULL);

    g_assert_cmpint (envoi_manifest_is_8bit (manifest), ==, cases[i].is_8bit);
    g_assert_cmpint (envoi_manifest_needs_smtputf8 (manifest), ==, cases[i].needs_smtputf8);
  }
}

static void
test_seal_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (seal_raw ("A: b\r\n\r\n", 8, NULL, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT);
  g_clear_error (&error);
  g_assert_null (seal_raw ("A: b\r\n\r\n", 8, "a@x.cn>\r\nRCPT", &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
}

static void
test_recipients (void)
{
  static const struct {
    const char *header;
    const char *recipients;   /* NULL: an error */
  } cases[] = {
    { "To: a@x.cn\nCc: B <b@x.cn>,\n \"C, D\" <c@x.cn>\nBcc: d@x.cn\n\nTo: e@x.cn\n",
      "a@x.cn b@x.cn c@x.cn d@x.cn" },
    { "To: a@x.cn\r\nto: A <a@X.CN>\r\n\r\n", "a@x.cn" },
    { "To: Friends: a@x.cn, b@x.cn;\nBcc: undisclosed-recipients:;\n", "a@x.cn b@x.cn" },
    { "From x@y Mon\nTo: =?UTF-8?B?5p2O5Zub?= <a@x.cn>\n", "a@x.cn" },
    { "From: a@x.cn\nSubject: b\n\n", NULL },
    { "To: bob\n\n", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) header = g_bytes_new (cases[i].header, strlen (cases[i].header));
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) recipients = envoi_message_parse_recipients (header, &error);
    g_autofree char *joined = recipients ? g_strjoinv (" ", recipients) : NULL;

    g_assert_cmpstr (joined, ==, cases[i].recipients);
    g_assert_true ((error == NULL) == (joined != NULL));
  }
}

static void
test_sender (void)
{
  static const char *const cases[][2] = {
    { "From: W <wei@X.cn>\n\n", "wei@x.cn" },
    { "To: a@x.cn\n\n", NULL },
    { "From: bob\n\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) header = g_bytes_new (cases[i][0], strlen (cases[i][0]));
    g_autofree char *sender = envoi_message_parse_sender (header);

    g_assert_cmpstr (sender, ==, cases[i][1]);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/raw/normalize", test_normalize);
  g_test_add_func ("/envoi/message/raw/normalize-refused", test_normalize_refused);
  g_test_add_func ("/envoi/message/raw/normalize-random", test_normalize_random);
  g_test_add_func ("/envoi/message/raw/seal-whole", test_seal_whole);
  g_test_add_func ("/envoi/message/raw/seal-incomplete", test_seal_incomplete);
  g_test_add_func ("/envoi/message/raw/seal-cron", test_seal_cron);
  g_test_add_func ("/envoi/message/raw/seal-to-line", test_seal_to_line);
  g_test_add_func ("/envoi/message/raw/seal-cut", test_seal_cut);
  g_test_add_func ("/envoi/message/raw/seal-8bit", test_seal_8bit);
  g_test_add_func ("/envoi/message/raw/seal-refused", test_seal_refused);
  g_test_add_func ("/envoi/message/raw/recipients", test_recipients);
  g_test_add_func ("/envoi/message/raw/sender", test_sender);

  return g_test_run ();
}
