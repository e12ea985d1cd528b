/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-message-error.h"
#include "envoi-message-reader.h"

#include <string.h>

#define HEADER "From: a@x.cn\r\nTo: b@x.cn\r\nSubject: s\r\nDate: Sun, 1 Mar 2026 08:00:00 +0000\r\n" \
  "Message-ID: <m@x.cn>\r\nMIME-Version: 1.0\r\n"

static EnvoiMessageReader *
read_message (const char *message)
{
  g_autoptr (GBytes) source = g_bytes_new (message, strlen (message));
  g_autoptr (GError) error = NULL;
  EnvoiMessageReader *reader = envoi_message_reader_new (source, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (envoi_message_reader_get_source (reader), source));
  return reader;
}

static void
test_structure (void)
{
  g_autoptr (EnvoiMessageReader) reader =
    read_message (HEADER "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
                  "Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\n"
                  "Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n"
                  "Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                  "xOO6ww==\r\n--a\r\n"
                  "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
                  "\r\n\r\n<p>=E4=BD=A0</p><img src=3D\"cid:p1\">\r\n--a--\r\n--r\r\n"
                  "Content-Type: image/png; name=p.png\r\nContent-ID: <p1>\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--r--\r\n--m\r\n"
                  "Content-Type: application/pdf; name=\"=?UTF-8?B?5oql5ZGKLnBkZg==?=\"\r\n"
                  "Content-Disposition: attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf\r\n"
                  "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--m\r\n"
                  "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nx\r\n--m\r\n"
                  "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=../n.txt\r\n\r\n"
                  "note\r\n--m--\r\n");
  static const struct {
    const char *name;
    const char *content_type;
    const char *content_id;
  } expected[] = {
    { "p.png", "image/png", "p1" },
    { "报告.pdf", "application/pdf", NULL },
    { "part-3.eml", "message/rfc822", NULL },
    { "n.txt", "text/plain", NULL },
  };
  GPtrArray *parts = envoi_message_reader_get_parts (reader);
  const EnvoiReceivedPart *picture;

  g_assert_cmpstr (envoi_message_reader_get_text (reader), ==, "你好");
  g_assert_true (g_str_has_prefix (envoi_message_reader_get_html (reader), "<p>你</p>"));
  g_assert_cmpuint (parts->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);

    g_assert_cmpstr (part->name, ==, expected[i].name);
    g_assert_cmpstr (part->content_type, ==, expected[i].content_type);
    g_assert_cmpstr (part->content_id, ==, expected[i].content_id);
  }

  picture = g_ptr_array_index (parts, 0);
  g_assert_cmpmem (g_bytes_get_data (picture->bytes, NULL), g_bytes_get_size (picture->bytes),
                   "\0\1\2", 3);
  g_assert_cmpstr (envoi_message_reader_get_complaints (reader)[0], ==, NULL);
}

static void
test_headers (void)
{
  static const char *const cases[][2] = {
    { "Subject: =?UTF-8?B?5L2g?=\r\n =?UTF-8?Q?=E5=A5=BD?=", "你好" },
    { "Subject: =?GB2312?B?xOO6ww==?=", "你好" },
    { "Subject: =?UTF-8?B?5oql5ZGKYQ==?=\r\n =?UTF-8?B?LnBkZg==?= b =?UTF-8?B?5L2g?=", "报告a.pdf b 你" },
    { "Subject: \xe4\xbd\xa0\xe5\xa5\xbd", "你好" },
    { "Subject: \xc4\xe3\xba\xc3", "你好" },
    { "SUBJECT:  folded\r\n\there ", "folded here" },
    { "Subject: a\x1b[31mb", "a[31mb" },
    { "Subject: =?UTF-8?B?Yg0KQmNjOiBj?=", "b Bcc: c" },
    { "X-Other: a", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *message = g_strconcat (cases[i][0], "\r\n\r\nx\r\n", NULL);
    g_autoptr (EnvoiMessageReader) reader = read_message (message);
    g_autofree char *subject = envoi_message_reader_dup_header (reader, "Subject");

    g_assert_cmpstr (subject, ==, cases[i][1]);
  }
}

static void
test_complaints (void)
{
  g_autofree char *line = g_strnfill (1000, 'x');
  g_autofree char *long_line = g_strconcat (HEADER "\r\n", line, "\r\n", NULL);
  const struct {
    const char *message;
    const char *word;
  } cases[] = {
    { "From: a@x.cn\r\nSubject: s\r\nMessage-ID: <a@b>\r\n\r\nx\r\n", "no date" },
    { "From: a@x.cn\r\nSubject: s\r\nDate: x\r\n\r\nx\r\n", "no Message-ID" },
    { "Subject: s\r\nDate: x\r\nMessage-ID: <a@b>\r\n\r\nx\r\n", "who it is from" },
    { "From: a@x.cn\r\nDate: x\r\nMessage-ID: <a@b>\r\n\r\nx\r\n", "no subject" },
    { HEADER "Bcc: c@x.cn\r\n\r\nx\r\n", "blind copy" },
    { HEADER "X-A: \xe4\xbd\xa0\r\n\r\nx\r\n", "not encoded" },
    { HEADER "\r\nx\ny\r\n", "CRLF" },
    { HEADER "\r\nx\ry\r\n", "CRLF" },
    { long_line, "998" },
    { HEADER "Content-Type: text/html\r\n\r\n<p>x</p>\r\n", "plain-text" },
    { HEADER "Content-Type: image/png\r\n\r\nx\r\n", "no text" },
    { HEADER "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nx\r\n--m\r\n"
      "Content-Type: text/csv\r\nContent-Disposition: attachment; filename*=UTF-8''%E6.csv\r\n\r\nx\r\n"
      "--m--\r\n", "name of an attachment" },
    { HEADER "Content-Type: text/html\r\n\r\n<img src=\"https://x/y\">\r\n", "from the internet" },
    { HEADER "Content-Type: text/html\r\n\r\n<p style=\"background:url(//x)\">\r\n",
      "from the internet" },
    { HEADER "Content-Type: text/html\r\n\r\n<img src=\"data:image/png,x\">\r\n", "Gmail" },
    { HEADER "Content-Type: text/html\r\n\r\n<img src=\"cid:gone\">\r\n", "missing" },
    { HEADER "Content-Type: text/html\r\n\r\n<p onclick=x>\r\n", "scripts" },
    { HEADER "Content-Type: text/html\r\n\r\n<style>p{}</style>\r\n", "scripts" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiMessageReader) reader = read_message (cases[i].message);
    g_autofree char *all = g_strjoinv ("\n",
                                       (char **) envoi_message_reader_get_complaints (reader));

    g_test_message ("%s", cases[i].message);
    g_assert_nonnull (strstr (all, cases[i].word));
  }
}

static void
test_clean (void)
{
  g_autoptr (EnvoiMessageReader) reader = read_message (HEADER "\r\nx\r\n");

  g_assert_cmpstr (envoi_message_reader_get_complaints (reader)[0], ==, NULL);
  g_assert_null (envoi_message_reader_get_html (reader));
}

static void
test_nesting (void)
{
  g_autoptr (GString) message = g_string_new (HEADER);

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (message,
                            "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n--b%u\r\n", i, i);
  g_string_append (message, "\r\nx\r\n");
  g_object_unref (read_message (message->str));
}

/* Every cut of a message can be read without harm. */
static void
test_cut (void)
{
  const char *message = HEADER "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
                        "Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n"
                        "\r\nxOO6ww==\r\n--m\r\nContent-Disposition: attachment; filename*0*=a''b;\r\n"
                        " filename*1=c\r\n\r\nx\r\n--m--\r\n";

  for (gsize kept = 0; kept <= strlen (message); kept++) {
    g_autoptr (GBytes) source = g_bytes_new (message, kept);
    g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);

    g_assert_true (reader || kept < strlen (message));
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/reader/structure", test_structure);
  g_test_add_func ("/envoi/message/reader/headers", test_headers);
  g_test_add_func ("/envoi/message/reader/complaints", test_complaints);
  g_test_add_func ("/envoi/message/reader/clean", test_clean);
  g_test_add_func ("/envoi/message/reader/nesting", test_nesting);
  g_test_add_func ("/envoi/message/reader/cut", test_cut);

  return g_test_run ();
}
