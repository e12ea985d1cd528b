/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-address.h"
#include "envoi-message-error.h"

#include <string.h>

/* Addresses as they stand in the world: mail programs' lists, spreadsheets, web
 * pages, business cards, and what is none. */

/* Each parses to itself when it is written out again. */
static const char *const plain[] = {
  "a@x.cn", "A@x.cn", "a.b@x.cn", "a.b.c@x.cn", "a-b@x.cn", "a_b@x.cn", "a+b@x.cn", "a=b@x.cn",
  "-a@x.cn", "a-@x.cn", "_@x.cn", "1@x.cn", "123456@qq.com", "13800138000@139.com", "!@x.cn", "#@x.cn",
  "$@x.cn", "%@x.cn", "a%b@x.cn", "&@x.cn", "'@x.cn", "o'brien@x.ie", "*@x.cn", "/@x.cn", "a/b@x.cn",
  "?@x.cn", "^@x.cn", "`@x.cn", "{a}@x.cn", "|@x.cn", "~@x.cn", "a@x-y.cn", "a@1.cn", "a@1x.cn",
  "a@x.1cn", "a@a.b.c.d.e.f", "a@x.museum", "a@localhost", "a@xn--fiqs8s.cn", "a@[127.0.0.1]",
  "a@[IPv6:::1]", "a@[IPv6:2001:db8::192.0.2.1]", "\"\\\"\"@x.cn", "\"a@b\"@x.cn",
  "\"a,b\"@x.cn", "\"\\\\\"@x.cn", "李四@例子.中国", "é@x.fr", "я@x.ru", "用户@x.cn",
};

static const struct {
  const char *typed;
  const char *formatted;   /* joined with | */
} lists[] = {
  /* Case and dots of the domain. */
  { "a@X.CN", "a@x.cn" },
  { "a@Xn--FIQS8S.cn", "a@xn--fiqs8s.cn" },
  { "a@例子.中国", "a@xn--fsqu00a.xn--fiqs8s" },
  { "a@BÜCHER.example", "a@xn--bcher-kva.example" },
  { "a@x．cn", "a@x.cn" },
  { "a@x｡cn", "a@x.cn" },
  /* Names. */
  { "Wei <a@x.cn>", "Wei <a@x.cn>" },
  { "Wei<a@x.cn>", "Wei <a@x.cn>" },
  { "Wei  Wang <a@x.cn>", "Wei Wang <a@x.cn>" },
  { "Wei Wang\t<a@x.cn>", "Wei Wang <a@x.cn>" },
  { "\"Wei\" <a@x.cn>", "Wei <a@x.cn>" },
  { "\"Wei Wang\"<a@x.cn>", "Wei Wang <a@x.cn>" },
  { "Dr. Wei Wang <a@x.cn>", "\"Dr. Wei Wang\" <a@x.cn>" },
  { "\"Wang, Wei\" <a@x.cn>", "\"Wang, Wei\" <a@x.cn>" },
  { "\"Wei (office)\" <a@x.cn>", "\"Wei (office)\" <a@x.cn>" },
  { "Wei (office) <a@x.cn>", "\"Wei (office)\" <a@x.cn>" },
  { "Wei \"Bear\" Wang <a@x.cn>", "Wei Bear Wang <a@x.cn>" },
  { "'Wei Wang' <a@x.cn>", "Wei Wang <a@x.cn>" },
  { "''Wei'' <a@x.cn>", "\"'Wei'\" <a@x.cn>" },
  { "王伟 <a@x.cn>", "王伟 <a@x.cn>" },
  { "王伟（销售部） <a@x.cn>", "王伟（销售部） <a@x.cn>" },
  { "“王伟” <a@x.cn>", "“王伟” <a@x.cn>" },
  { "\"王伟\" < a@x.cn >", "王伟 <a@x.cn>" },
  { "😀 <a@x.cn>", "😀 <a@x.cn>" },
  { "שלום <a@x.cn>", "שלום <a@x.cn>" },
  { "Jürgen Müller <a@x.de>", "Jürgen Müller <a@x.de>" },
  { "a@x.cn <a@x.cn>", "\"a@x.cn\" <a@x.cn>" },
  { "\"a@x.cn\" <b@x.cn>", "\"a@x.cn\" <b@x.cn>" },
  { "Wei & Co <a@x.cn>", "Wei & Co <a@x.cn>" },
  { "Wei/Sales <a@x.cn>", "Wei/Sales <a@x.cn>" },
  { "100% <a@x.cn>", "100% <a@x.cn>" },
  { "=?UTF-8?B?5L2g?= <a@x.cn>", "=?UTF-8?B?5L2g?= <a@x.cn>" },
  { "\"\\\\\" <a@x.cn>", "\"\\\\\" <a@x.cn>" },
  { "a@x.cn (Wei)", "Wei <a@x.cn>" },
  { "a@x.cn(Wei Wang)", "Wei Wang <a@x.cn>" },
  { "a@x.cn ( 王伟 )", "王伟 <a@x.cn>" },
  { "a@x.cn ()", "a@x.cn" },
  /* Lists of mail programs. */
  { "a@x.cn,b@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn;b@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn, b@x.cn; c@x.cn", "a@x.cn|b@x.cn|c@x.cn" },
  { "a@x.cn,,b@x.cn,", "a@x.cn|b@x.cn" },
  { ";a@x.cn;", "a@x.cn" },
  { "Wang, Wei <a@x.cn>", NULL },
  { "\"Wang, Wei\" <a@x.cn>; \"Li, Si\" <b@x.cn>", "\"Wang, Wei\" <a@x.cn>|\"Li, Si\" <b@x.cn>" },
  { "Wei <a@x.cn>, Si <b@x.cn>", "Wei <a@x.cn>|Si <b@x.cn>" },
  { "Wei <a@x.cn>,Si<b@x.cn>,", "Wei <a@x.cn>|Si <b@x.cn>" },
  { "王伟<a@x.cn>;李四<b@x.cn>", "王伟 <a@x.cn>|李四 <b@x.cn>" },
  { "王伟＜a@x.cn＞；李四＜b@x.cn＞", "王伟 <a@x.cn>|李四 <b@x.cn>" },
  { "<a@x.cn>;<b@x.cn>", "a@x.cn|b@x.cn" },
  { "<a@x.cn>,\n <b@x.cn>", "a@x.cn|b@x.cn" },
  { "'a@x.cn'; 'b@x.cn'", "a@x.cn|b@x.cn" },
  /* Columns of a spreadsheet, lines of a text. */
  { "a@x.cn\nb@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn\r\nb@x.cn\r\n", "a@x.cn|b@x.cn" },
  { "a@x.cn\rb@x.cn", "a@x.cn|b@x.cn" },
  { "\n\n a@x.cn \n\n", "a@x.cn" },
  { "a@x.cn\tb@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn\u00a0b@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn　b@x.cn", "a@x.cn|b@x.cn" },
  { "a@x.cn、b@x.cn", "a@x.cn|b@x.cn" },
  { "\ufeffa@x.cn", "a@x.cn" },
  { "a@x.cn\u200b,\u200bb@x.cn", "a@x.cn|b@x.cn" },
  { "\u202aa@x.cn\u202c", "a@x.cn" },
  /* Pasted with what stood before them. */
  { "To: a@x.cn", "a@x.cn" },
  { "Cc: Wei <a@x.cn>, b@x.cn", "Wei <a@x.cn>|b@x.cn" },
  { "mailto:a@x.cn", "a@x.cn" },
  { "MAILTO:a@x.cn", "a@x.cn" },
  { "收件人: a@x.cn", "a@x.cn" },
  { "邮箱：a@x.cn", "a@x.cn" },
  { "E-Mail: a@x.cn", "a@x.cn" },
  /* Groups. */
  { "Team: a@x.cn, b@x.cn;", "a@x.cn|b@x.cn" },
  { "Team: Wei <a@x.cn>;, c@x.cn", "Wei <a@x.cn>|c@x.cn" },
  { "Team:;", "" },
  { "A: a@x.cn; B: b@x.cn;", "a@x.cn|b@x.cn" },
  { "\"The Team\": a@x.cn;", "a@x.cn" },
  /* Nothing. */
  { "", "" },
  { " ", "" },
  { "\n", "" },
  { ",", "" },
  { ";;;", "" },
  { "，；、", "" },
  { "\u200b", "" },
};

/* None of them is an address, and none may be made into one. */
static const char *const refused[] = {
  "\"a b\"@x.cn",
  "a", "a b", "a@", "@", "@x.cn", "a@@x.cn", "a@x@y.cn", "@a@x.cn", "a@x.cn@", ".a@x.cn", "a.@x.cn",
  "a..b@x.cn", "a@.cn", "a@x.", "a@x..cn", "a@-x.cn", "a@x-.cn", "a@x.-cn", "a@x_y.cn", "a@x!y.cn",
  "a@x,cn", "a@x;cn", "a@x:25", "a@x.cn:25", "a@x/y", "a@x.cn/", "a@x.cn?subject=b", "a@x.cn#",
  "http://x.cn", "https://x.cn/a@b", "www.x.cn", "x.cn", "a at x.cn", "a(at)x.cn", "a[at]x.cn",
  "a#x.cn", "a@x cn", "a @x.cn", "a@ x.cn", "a b@x.cn", "a\\b@x.cn", "a\"b@x.cn", "\"a@x.cn",
  "a\"@x.cn", "\"\"@x.cn", "\"a\"b@x.cn", "\"a\".b@x.cn", "a<b@x.cn", "<a@x.cn", "a@x.cn>", "<>", "< >",
  "Wei <>", "Wei <a>", "Wei <a@x.cn", "Wei a@x.cn>", "Wei <a@x.cn> x", "Wei <<a@x.cn>>",
  "Wei <a@x.cn><b@x.cn>", "Wei <a@x.cn, b@x.cn>", "Wei a@x.cn", "王伟 a@x.cn", "(Wei)", "(a@x.cn)",
  "a@x.cn (Wei", "a@x.cn Wei)", "[a@x.cn]", "a@[]", "a@[x]", "a@[1.2.3]", "a@[1.2.3.4",
  "a@1.2.3.4]", "a@[1.2.3.256]", "a@[::1]", "a@[IPv6:x]", "a@[IPv6:1.2.3.4]", "a@[IPv6:fe80::1%lo]",
  "a\u2028@x.cn", "a\u00ad@x.cn", "a@x\u00ad", "\a@x.cn", "a\1@x.cn", "a@\1x.cn", "a@x.cn\1",
  "姓名", "王伟", "ａ＠", "全角空格　@x.cn", "a@例 子.中国", "a@--", "a@-", "a@_", "undisclosed-recipients",
  "root", "null", "undefined", "N/A", "-", "?", "=cmd|' /C calc'!A0", "a@x.cn\\", "\\a@x.cn",
};

static char *
format_list (GPtrArray *list)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    g_autofree char *text = envoi_address_format (g_ptr_array_index (list, i));

    g_string_append_printf (joined, "%s%s", i > 0 ? "|" : "", text);
  }

  return g_string_free (joined, FALSE);
}

static void
test_plain (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAddress) address = envoi_address_parse (plain[i], &error);
    g_autofree char *text = NULL;

    g_test_message ("%s", plain[i]);
    g_assert_no_error (error);
    g_assert_null (envoi_address_get_name (address));
    g_assert_cmpstr (envoi_address_get_mailbox (address), ==, plain[i]);
    g_assert_true (envoi_address_check_mailbox (plain[i], NULL));
    text = envoi_address_format (address);
    g_assert_cmpstr (text, ==, plain[i]);
  }
}

static void
test_lists (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) list = envoi_address_parse_list (lists[i].typed, &error);
    g_autoptr (GPtrArray) again = NULL;
    g_autofree char *joined = NULL;
    g_autofree char *joined_again = NULL;
    g_auto (GStrv) pieces = NULL;
    g_autofree char *written = NULL;

    g_test_message ("%s", lists[i].typed);
    if (!lists[i].formatted) {
      g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
      continue;
    }

    g_assert_no_error (error);
    joined = format_list (list);
    g_assert_cmpstr (joined, ==, lists[i].formatted);

    /* What is written out with commas reads the same. */
    pieces = g_strsplit (joined, "|", -1);
    written = g_strjoinv (", ", pieces);
    again = envoi_address_parse_list (written, &error);
    g_assert_no_error (error);
    joined_again = format_list (again);
    g_assert_cmpstr (joined_again, ==, joined);
  }
}

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAddress) address = envoi_address_parse (refused[i], &error);

    g_test_message ("%s", refused[i]);
    g_assert_null (address);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_false (envoi_address_check_mailbox (refused[i], NULL));
  }
}

/* One bad address in a list refuses the list: a letter must not go to fewer
 * people than were typed. */
static void
test_one_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *typed = g_strdup_printf ("ok@x.cn\n%s\nok@y.cn", refused[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) list = envoi_address_parse_list (typed, &error);

    g_test_message ("%s", refused[i]);
    g_assert_null (list);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
  }
}

static gboolean
is_safe_mailbox (const char *mailbox)
{
  gboolean is_quoted = FALSE;

  for (const char *p = mailbox; *p; p++) {
    if (*p == '\\' && is_quoted && p[1])
      p++;
    else if (*p == '"')
      is_quoted = !is_quoted;
    else if ((guchar) *p < ' ' || *p == '<' || *p == '>' || (*p == ' ' && !is_quoted))
      return FALSE;
  }

  return !is_quoted && strrchr (mailbox, '@');
}

/* Pieces of all of the above in any order: whatever is taken is safe to send. */
static void
test_nonsense (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (59);

  for (guint i = 0; i < 30000; i++) {
    g_autoptr (GString) typed = g_string_new (NULL);
    g_autoptr (GPtrArray) list = NULL;
    gint32 n = g_rand_int_range (rand, 1, 5);

    for (gint32 j = 0; j < n; j++) {
      const char *from = g_rand_boolean (rand)
        ? refused[g_rand_int_range (rand, 0, G_N_ELEMENTS (refused))]
        : lists[g_rand_int_range (rand, 0, G_N_ELEMENTS (lists))].typed;
      glong n_chars = g_utf8_strlen (from, -1);
      g_autofree char *piece =
        g_utf8_substring (from, 0, g_rand_int_range (rand, 0, (gint32) n_chars + 1));

      g_string_append (typed, piece);
    }

    list = envoi_address_parse_list (typed->str, NULL);
    for (guint j = 0; list && j < list->len; j++) {
      const char *mailbox = envoi_address_get_mailbox (g_ptr_array_index (list, j));

      if (!is_safe_mailbox (mailbox))
        g_error ("%s in %s", mailbox, typed->str);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/address-corpus/plain", test_plain);
  g_test_add_func ("/envoi/message/address-corpus/lists", test_lists);
  g_test_add_func ("/envoi/message/address-corpus/refused", test_refused);
  g_test_add_func ("/envoi/message/address-corpus/one-bad", test_one_bad);
  g_test_add_func ("/envoi/message/address-corpus/nonsense", test_nonsense);

  return g_test_run ();
}
