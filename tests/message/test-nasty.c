/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-message-reader.h"

#include <string.h>

/* Messages as they really arrive: broken, foreign, hostile. What can be read is
 * read, and nothing that could do harm comes out. */

#define HEADER "From: a@x.cn\r\nSubject: s\r\nMIME-Version: 1.0\r\n"

typedef struct {
  const char *why;
  const char *message;
  gsize length;          /* 0: up to its NUL */
  const char *text;      /* NULL: none */
  const char *html;
  const char *names;     /* of the files, joined with | */
} Case;

static const Case cases[] = {
  { "only a header", HEADER, 0, "", NULL, "" },
  { "only a body", "\r\nx\r\n", 0, "x\n", NULL, "" },
  { "LF alone", "Subject: s\n\nx\ny\n", 0, "x\ny\n", NULL, "" },
  { "a NUL in the text", HEADER "\r\na\0b\r\n", sizeof HEADER - 1 + 7, "a", NULL, "" },
  { "no boundary", HEADER "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", 0, NULL,
    NULL, "" },
  { "a boundary that never comes", HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n",
    0, NULL, NULL, "" },
  { "a boundary that is not closed",
    HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n", 0, "x\n", NULL, "" },
  { "an empty multipart", HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n", 0,
    NULL, NULL, "" },
  { "words before and after the parts",
    HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n--b\r\n\r\nx\r\n--b--\r\nafter",
    0, "x", NULL, "" },
  { "the boundary of the outer one inside",
    HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", 0, "x", NULL,
    "" },
  { "GB18030 that says GB2312",
    HEADER "Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "\xc4\xe3\xba\xc3\x86\xbb\r\n", 0, "你好喕\n", NULL, "" },
  { "a charset that does not exist",
    HEADER "Content-Type: text/plain; charset=klingon\r\n\r\nx\r\n", 0, "x\n", NULL, "" },
  { "GBK without a charset", HEADER "Content-Type: text/plain\r\n\r\n\xc4\xe3\xba\xc3\r\n", 0,
    "你好\n", NULL, "" },
  { "UTF-8 without a charset", HEADER "\r\n你好\r\n", 0, "你好\n", NULL, "" },
  { "a name in raw GB18030",
    HEADER "Content-Type: application/pdf; name=\"\xb1\xa8\xb8\xe6.pdf\"\r\n\r\nx\r\n", 0, NULL, NULL,
    "报告.pdf" },
  { "a name in raw UTF-8",
    HEADER "Content-Type: application/pdf\r\n"
    "Content-Disposition: attachment; filename=\"报告.pdf\"\r\n\r\nx\r\n", 0, NULL, NULL, "报告.pdf" },
  { "a name of two encoded words",
    HEADER "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
    " filename=\"=?gb18030?B?sai45g==?=\r\n =?gb18030?B?LnBkZg==?=\"\r\n\r\nx\r\n", 0, NULL, NULL,
    "报告.pdf" },
  { "words with their padding",
    "Subject: x\r\nContent-Type: a/b;\r\n name=\"=?UTF-8?b?5oql5ZGKYQ==?=\r\n =?utf-8?B?LnBkZg==?=\"\r\n"
    "\r\nx\r\n", 0, NULL, NULL, "报告a.pdf" },
  { "a character cut between words",
    "Subject: x\r\nContent-Type: a/b;\r\n name=\"=?UTF-8?B?5oql5Q==?=\r\n =?UTF-8?B?kYoucGRm?=\"\r\n"
    "\r\nx\r\n", 0, NULL, NULL, "报告.pdf" },
  { "a name in pieces",
    HEADER "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
    " filename*0*=UTF-8''%E6%8A%A5;\r\n filename*1*=%E5%91%8A;\r\n filename*2=.pdf\r\n\r\nx\r\n", 0,
    NULL, NULL, "报告.pdf" },
  { "a name without quotes and with spaces",
    HEADER "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a b.pdf\r\n"
    "\r\nx\r\n", 0, NULL, NULL, "a b.pdf" },
  { "a path of the other kind",
    HEADER "Content-Type: application/pdf; name=\"C:\\\\Users\\\\wei\\\\a.pdf\"\r\n\r\nx\r\n", 0, NULL,
    NULL, "a.pdf" },
  { "a path that only goes up",
    HEADER "Content-Type: application/pdf; name=\"../..\"\r\n\r\nx\r\n", 0, NULL, NULL, "part-1" },
  { "a name that is a folder",
    HEADER "Content-Type: application/pdf; name=\"evil/\"\r\n\r\nx\r\n", 0, NULL, NULL, "part-1" },
  { "a name that is a dot",
    HEADER "Content-Type: application/pdf; name=\".\"\r\n\r\nx\r\n", 0, NULL, NULL, "part-1" },
  { "a name of two lines",
    HEADER "Content-Type: application/pdf; name=\"=?UTF-8?B?YQpiLnBkZg==?=\"\r\n\r\nx\r\n", 0, NULL,
    NULL, "a b.pdf" },
  { "a name written backwards",
    HEADER "Content-Type: application/pdf; name=\"=?UTF-8?B?YeKArmZkcC5leGU=?=\"\r\n\r\nx\r\n", 0,
    NULL, NULL, "afdp.exe" },
  { "Outlook's own format",
    HEADER "Content-Type: application/ms-tnef; name=winmail.dat\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n", 0, NULL, NULL, "winmail.dat" },
  { "a report of delivery",
    HEADER "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n"
    "Failed\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n--b\r\n"
    "Content-Type: text/rfc822-headers\r\n\r\nSubject: s\r\n\r\n--b--\r\n", 0, "Failed", NULL,
    "part-1|part-2" },
  { "a message in a message in a message",
    HEADER "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\nSubject: i\r\n\r\n"
    "x\r\n", 0, NULL, NULL, "part-1.eml" },
  { "an empty message inside", HEADER "Content-Type: message/rfc822\r\n\r\n", 0, NULL, NULL,
    "part-1.eml" },
  { "base64 that is none",
    HEADER "Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n", 0, "", NULL, "" },
  { "base64 that is cut",
    HEADER "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG\r\n", 0, "Hel", NULL, "" },
  { "quoted-printable that is none",
    HEADER "Content-Transfer-Encoding: quoted-printable\r\n\r\na=ZZb=\r\n", 0, "a=ZZb", NULL, "" },
  { "an encoding that does not exist",
    HEADER "Content-Transfer-Encoding: rot13\r\n\r\nx\r\n", 0, "x\n", NULL, "" },
  { "HTML and nothing else", HEADER "Content-Type: text/html\r\n\r\n<p>x</p>\r\n", 0, NULL,
    "<p>x</p>\n", "" },
  { "two texts",
    HEADER "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n",
    0, "x", NULL, "part-1" },
  { "text as a file",
    HEADER "Content-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n", 0, NULL, NULL, "a.txt" },
  { "a calendar", HEADER "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n", 0,
    NULL, NULL, "part-1" },
  { "a type that is none", HEADER "Content-Type: nonsense\r\n\r\nx\r\n", 0, NULL, NULL, "part-1" },
  { "an empty type", HEADER "Content-Type:\r\n\r\nx\r\n", 0, NULL, NULL, "part-1" },
  { "a field without a name", HEADER ": x\r\n\r\nx\r\n", 0, "x\n", NULL, "" },
  { "a line that is no field", HEADER "what is this\r\nX-A: b\r\n\r\nx\r\n", 0, NULL, NULL, NULL },
  { "octets that are no message", "\x7f" "ELF\1\2\3\xff\xfe", 0, NULL, NULL, NULL },
};

static char *
join_names (EnvoiMessageReader *reader)
{
  GPtrArray *parts = envoi_message_reader_get_parts (reader);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);

    g_string_append_printf (names, "%s%s", i > 0 ? "|" : "", part->name);
  }

  return g_string_free (names, FALSE);
}

/* What must hold of whatever was read. */
static void
check_safe (EnvoiMessageReader *reader)
{
  static const char *const fields[] = { "From", "To", "Subject", "Date", "Content-Type" };
  GPtrArray *parts = envoi_message_reader_get_parts (reader);
  const char *texts[] = {
    envoi_message_reader_get_text (reader), envoi_message_reader_get_html (reader),
  };

  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);

    g_assert_true (*part->name && g_utf8_validate (part->name, -1, NULL));
    g_assert_null (strpbrk (part->name, "/\\\r\n\t"));
    g_assert_cmpstr (part->name, !=, ".");
    g_assert_cmpstr (part->name, !=, "..");
    g_assert_nonnull (strchr (part->content_type, '/'));
    g_assert_nonnull (part->bytes);
  }

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_true (!texts[i] || g_utf8_validate (texts[i], -1, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *value = envoi_message_reader_dup_header (reader, fields[i]);

    g_assert_true (!value || g_utf8_validate (value, -1, NULL));
    g_assert_true (!value || !strpbrk (value, "\r\n"));
  }
}

static char *
to_line_feeds (const char *text)
{
  g_auto (GStrv) lines = text ? g_strsplit (text, "\r\n", -1) : NULL;

  return lines ? g_strjoinv ("\n", lines) : NULL;
}

static void
test_case (gconstpointer user_data)
{
  const Case *nasty = user_data;
  gsize length = nasty->length > 0 ? nasty->length : strlen (nasty->message);
  g_autoptr (GBytes) source = g_bytes_new (nasty->message, length);
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
  g_autofree char *text = NULL;
  g_autofree char *html = NULL;
  g_autofree char *names = NULL;

  g_test_message ("%s", nasty->why);
  if (!reader) {
    g_assert_null (nasty->names);
    return;
  }

  check_safe (reader);
  if (!nasty->names)
    return;

  text = to_line_feeds (envoi_message_reader_get_text (reader));
  html = to_line_feeds (envoi_message_reader_get_html (reader));
  names = join_names (reader);
  g_assert_cmpstr (text, ==, nasty->text);
  g_assert_cmpstr (html, ==, nasty->html);
  g_assert_cmpstr (names, ==, nasty->names);
}

/* Every cut and every change of one octet leaves a message that is safe. */
static void
test_mutated (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (37);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize length = strlen (cases[i].message);

    for (guint round = 0; round < 300; round++) {
      g_autofree char *octets = g_memdup2 (cases[i].message, length);
      gsize kept = (gsize) g_rand_int_range (rand, 1, (gint32) length + 1);
      g_autoptr (GBytes) source = NULL;
      g_autoptr (EnvoiMessageReader) reader = NULL;

      octets[g_rand_int_range (rand, 0, (gint32) length)] = (char) g_rand_int (rand);
      source = g_bytes_new (octets, round % 2 ? kept : length);
      reader = envoi_message_reader_new (source, NULL);
      if (reader)
        check_safe (reader);
    }
  }
}

/* Messages in messages, as deep as somebody likes to make them. */
static void
test_deep_messages (void)
{
  g_autoptr (GString) message = g_string_new (HEADER);
  g_autoptr (GBytes) source = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (message, "Content-Type: message/rfc822\r\n\r\nSubject: s\r\n");
  g_string_append (message, "\r\nx\r\n");
  source = g_bytes_new (message->str, message->len);
  reader = envoi_message_reader_new (source, NULL);
  g_assert_nonnull (reader);
  check_safe (reader);
}

static void
test_many_parts (void)
{
  g_autoptr (GString) message = g_string_new (HEADER "Content-Type: multipart/mixed; boundary=b\r\n");
  g_autoptr (GBytes) source = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (message, "\r\n--b\r\nContent-Type: image/png; name=%u.png\r\n\r\nx", i);
  g_string_append (message, "\r\n--b--\r\n");
  source = g_bytes_new (message->str, message->len);
  reader = envoi_message_reader_new (source, NULL);
  g_assert_cmpuint (envoi_message_reader_get_parts (reader)->len, ==, 3000);
  check_safe (reader);
}

static void
test_long_header (void)
{
  g_autofree char *words = g_strnfill (1000000, 'x');
  g_autofree char *message = g_strconcat ("Subject: ", words, "\r\n", HEADER "\r\nx\r\n", NULL);
  g_autoptr (GBytes) source = g_bytes_new (message, strlen (message));
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
  g_autofree char *subject = envoi_message_reader_dup_header (reader, "Subject");

  g_assert_cmpuint (strlen (subject), <, 20000);
  g_assert_true (g_str_has_prefix (subject, "xxx"));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *slug = g_strdelimit (g_strdup (cases[i].why), " ,'", '-');
    g_autofree char *path = g_strdup_printf ("/envoi/message/nasty/%s", slug);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/envoi/message/nasty/mutated", test_mutated);
  g_test_add_func ("/envoi/message/nasty/deep-messages", test_deep_messages);
  g_test_add_func ("/envoi/message/nasty/many-parts", test_many_parts);
  g_test_add_func ("/envoi/message/nasty/long-header", test_long_header);

  return g_test_run ();
}
