/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-text.h"

#include <string.h>

static void
test_decode (void)
{
  static const struct {
    const char *why;
    const char *bytes;
    gsize max_chars;
    const char *text;
  } cases[] = {
    { "a sentence", "550 The mailbox is full.", 100, "550 The mailbox is full." },
    { "UTF-8", "\xe4\xbd\xa0\xe5\xa5\xbd", 100, "你好" },
    { "GB18030", "\xc4\xe3\xba\xc3", 100, "你好" },
    { "nothing", "", 100, "" },
    { "line ends", "a\r\nb\tc", 100, "a b c" },
    { "a terminal's escape", "a\x1b[31mb\x07", 100, "a[31mb" },
    { "the reading direction", "a\xe2\x80\xae" "b\xe2\x81\xa6" "c\xd8\x9c", 100, "abc" },
    { "line and paragraph separators", "a\xe2\x80\xa8" "b\xe2\x80\xa9" "c", 100, "abc" },
    { "C1 controls", "a\xc2\x85" "b\xc2\x9b" "c", 100, "abc" },
    { "a byte order mark", "\xef\xbb\xbf" "a", 100, "a" },
    { "too long", "abcdef", 3, "abc…" },
    { "just long enough", "abc", 3, "abc" },
    { "characters are counted", "你好吗", 2, "你好…" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text =
      envoi_text_decode_foreign (cases[i].bytes, strlen (cases[i].bytes), cases[i].max_chars);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_find_word (void)
{
  static const struct {
    const char *why;
    const char *text;
    const char *word;
    int place;              /* in bytes, -1 = nowhere */
    gsize length;
  } cases[] = {
    { "at the start", "Invoice", "inv", 0, 3 },
    { "inside a word, in capitals", "AN INVOICE", "voic", 5, 4 },
    { "letters with marks", "nach KÖLN", "köln", 5, 5 },
    { "a capital that takes more bytes", "aȺb", "ⱥ", 1, 2 },
    { "Chinese", "今天的会议纪要", "会议", 9, 6 },
    { "longer than the text", "ab", "abc", -1, 0 },
    { "almost at the end", "aab", "abc", -1, 0 },
    { "an empty word", "abc", "", -1, 0 },
    { "an empty text", "", "a", -1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize length = 0;
    const char *place = envoi_text_find_word (cases[i].text, cases[i].word, &length);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpint (place ? place - cases[i].text : -1, ==, cases[i].place);
    g_assert_cmpuint (length, ==, cases[i].length);
  }
}

static void
test_excerpt (void)
{
  static const struct {
    const char *why;
    const char *text;
    const char *word;
    gsize max_chars;
    const char *excerpt;
  } cases[] = {
    { "all of a short text", "Dear Bob", "bob", 40, "Dear Bob" },
    { "a text of several lines", "Dear Bob,\n\n  the invoice", "bob", 40, "Dear Bob, the invoice" },
    { "the middle", "0123456789", "5", 4, "…4567…" },
    { "the end", "0123456789", "9", 4, "…89" },
    { "the start", "0123456789", "0", 4, "0123…" },
    { "Chinese is counted by characters", "今天下午的会议纪要请查收", "会议", 4, "…的会议纪…" },
    { "not there", "Dear Bob", "anna", 40, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *excerpt =
      envoi_text_make_excerpt (cases[i].text, cases[i].word, cases[i].max_chars);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpstr (excerpt, ==, cases[i].excerpt);
  }
}

static void
test_decode_length (void)
{
  g_autofree char *part = envoi_text_decode_foreign ("abcdef", 3, 100);
  g_autofree char *nul = envoi_text_decode_foreign ("a\0b", 3, 100);

  g_assert_cmpstr (part, ==, "abc");
  g_assert_true (g_utf8_validate (nul, -1, NULL));
  g_assert_cmpint (nul[0], ==, 'a');
}

static void
test_decode_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);

  for (guint i = 0; i < 5000; i++) {
    guint8 bytes[40];
    g_autofree char *text = NULL;

    for (guint j = 0; j < sizeof bytes; j++)
      bytes[j] = (guint8) g_rand_int_range (rand, 0, 256);
    text = envoi_text_decode_foreign ((const char *) bytes, sizeof bytes, 30);
    g_assert_true (envoi_text_is_one_line (text));
    g_assert_cmpint (g_utf8_strlen (text, -1), <=, 31);
  }
}

static void
test_one_line (void)
{
  static const struct {
    const char *text;
    gboolean is_one_line;
  } cases[] = {
    { "An ordinary subject", TRUE }, { "", TRUE }, { "你好 😀", TRUE }, { "a\tb", TRUE },
    { "a\nb", FALSE }, { "a\rb", FALSE }, { "a\x01", FALSE }, { "a\x7f", FALSE },
    { "a\xc2\x85", FALSE }, { "a\xe2\x80\xa8", FALSE }, { "a\xe2\x80\xa9", FALSE },
    { "a\xc0\x8a", FALSE }, { "a\xff", FALSE }, { "a\x0b", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (envoi_text_is_one_line (cases[i].text), ==, cases[i].is_one_line);
}

static void
test_folded (void)
{
  static const struct {
    const char *what;
    const char *text;
    const char *folded;
  } cases[] = {
    { "ASCII stays", "10001@qq.com", "10001@qq.com" },
    { "full-width letters, digits and signs", "１０００１＠ｑｑ．ｃｏｍ", "10001@qq.com" },
    { "an ideographic full stop", "10001@qq。com", "10001@qq.com" },
    { "white space of all kinds around it", "\xe3\x80\x80 \t10001@qq.com\xc2\xa0\n", "10001@qq.com" },
    { "white space inside is one for the eye to find", "a\xe3\x80\x80" "b@qq.com", "a b@qq.com" },
    { "invisible characters that copying brings", "\xef\xbb\xbf" "a\xe2\x80\x8b@qq.com", "a@qq.com" },
    { "Chinese stays", "李雷@例子.中国", "李雷@例子.中国" },
    { "nothing", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *folded = envoi_text_dup_folded (cases[i].text);

    g_test_message ("%s", cases[i].what);
    g_assert_cmpstr (folded, ==, cases[i].folded);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/base/text/decode", test_decode);
  g_test_add_func ("/envoi/base/text/find-word", test_find_word);
  g_test_add_func ("/envoi/base/text/excerpt", test_excerpt);
  g_test_add_func ("/envoi/base/text/decode-length", test_decode_length);
  g_test_add_func ("/envoi/base/text/decode-random", test_decode_random);
  g_test_add_func ("/envoi/base/text/folded", test_folded);
  g_test_add_func ("/envoi/base/text/one-line", test_one_line);

  return g_test_run ();
}
