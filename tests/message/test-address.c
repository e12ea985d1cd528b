/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-address.h"
#include "envoi-message-error.h"

#include <string.h>

static void
test_one (void)
{
  static const struct {
    const char *why;
    const char *typed;
    const char *name;
    const char *mailbox;
  } cases[] = {
    { "a bare address", "wei@example.cn", NULL, "wei@example.cn" },
    { "spaces around it", "  wei@example.cn\t", NULL, "wei@example.cn" },
    { "only the domain's case is folded", "Wei.Wang@Example.CN", NULL, "Wei.Wang@example.cn" },
    { "a name", "Wang Wei <wei@example.cn>", "Wang Wei", "wei@example.cn" },
    { "a Chinese name without a space", "王伟<wei@example.cn>", "王伟", "wei@example.cn" },
    { "full-width brackets and at sign", "王伟＜wei＠example.cn＞", "王伟", "wei@example.cn" },
    { "an ideographic full stop", "wei@example。cn", NULL, "wei@example.cn" },
    { "a quoted name", "\"Wang, Wei\" <wei@example.cn>", "Wang, Wei", "wei@example.cn" },
    { "an escaped quotation mark", "\"Wei \\\"W\\\" Wang\" <w@x.cn>", "Wei \"W\" Wang", "w@x.cn" },
    { "Outlook's apostrophes", "'wei@x.cn' <wei@x.cn>", "wei@x.cn", "wei@x.cn" },
    { "an apostrophe inside stays", "Pat O'Brien <pat@x.ie>", "Pat O'Brien", "pat@x.ie" },
    { "runs of spaces are one", "Wang   Wei  <w@x.cn>", "Wang Wei", "w@x.cn" },
    { "an empty name is none", "\"\" <w@x.cn>", NULL, "w@x.cn" },
    { "brackets alone", "<w@x.cn>", NULL, "w@x.cn" },
    { "the older form", "w@x.cn (Wang Wei)", "Wang Wei", "w@x.cn" },
    { "a pasted mailto:", "mailto:w@x.cn", NULL, "w@x.cn" },
    { "a domain name becomes A-labels", "w@中国.cn", NULL, "w@xn--fiqs8s.cn" },
    { "unless SMTPUTF8 is needed anyway", "王伟@中国.cn", NULL, "王伟@中国.cn" },
    { "a quoted local part", "\"a..b\"@docomo.example", NULL, "\"a..b\"@docomo.example" },
    { "a plus", "wei+tag@x.cn", NULL, "wei+tag@x.cn" },
    { "a literal", "wei@[192.0.2.1]", NULL, "wei@[192.0.2.1]" },
    { "a newer literal", "wei@[IPv6:2001:db8::1]", NULL, "wei@[IPv6:2001:db8::1]" },
    { "a host without dots", "root@localhost", NULL, "root@localhost" },
    { "a zero-width space from a web page", "\u200bwei@x.cn\u200b", NULL, "wei@x.cn" },
    { "a full-width space in a name", "王　伟 <wei@x.cn>", "王 伟", "wei@x.cn" },
    { "composed to NFC", "Jose\u0301 <jose@x.es>", "Jose\u0301", "jose@x.es" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAddress) address = envoi_address_parse (cases[i].typed, &error);

    g_test_message ("%s", cases[i].why);
    g_assert_no_error (error);
    g_assert_cmpstr (envoi_address_get_name (address), ==, cases[i].name);
    g_assert_cmpstr (envoi_address_get_mailbox (address), ==, cases[i].mailbox);
    g_assert_true (envoi_address_needs_smtputf8 (address) == !g_str_is_ascii (cases[i].mailbox));
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *why;
    const char *typed;
    const char *word;   /* in the sentence */
  } cases[] = {
    { "no at sign", "wei", "“wei”" },
    { "nothing before", "@x.cn", "before" },
    { "nothing after", "wei@", "after" },
    { "two at signs", "a@b@x.cn", "more than one @" },
    { "a space inside", "wang wei@x.cn", "“wang wei@x.cn”" },
    { "a dot at the end", "wei.@x.cn", "dot" },
    { "two dots", "we..i@x.cn", "dot" },
    { "two dots in the domain", "wei@x..cn", "domain" },
    { "a hyphen at the end of a label", "wei@x-.cn", "domain" },
    { "an underscore in the domain", "wei@x_y.cn", "domain" },
    { "a port", "wei@x.cn:25", "domain" },
    { "a comma forgotten", "A <a@x.cn> B <b@x.cn>", "comma" },
    { "a bracket not closed", "A <a@x.cn", "without its >" },
    { "a quotation not closed", "\"A <a@x.cn>", "quotation" },
    { "a bracket in quotes", "\"a> ORCPT=x\"@x.cn", "cannot have" },
    { "NEL in quotes", "\"a\xc2\x85" "b\"@x.cn", "cannot have" },
    { "a line separator", "a\u2028b@x.cn", "cannot have" },
    { "a tab in quotes", "\"a\tb\"@x.cn", "cannot have" },
    { "a DEL", "a\177b@x.cn", "cannot have" },
    { "a route", "<@relay.cn:wei@x.cn>", "more than one @" },
    { "a bad literal", "wei@[300.1.1.1]", "domain" },
    { "a literal with a zone", "wei@[IPv6:fe80::1%eth0]", "domain" },
    { "nothing at all", "", "no address" },
    { "two", "a@x.cn, b@x.cn", "more than one" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAddress) address = envoi_address_parse (cases[i].typed, &error);

    g_test_message ("%s", cases[i].why);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
    g_assert_null (address);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].word));
  }
}

static void
test_injection (void)
{
  static const char *const mailboxes[] = {
    "a@x.cn\r\nBcc: b@x.cn", "a\r@x.cn", "a\n@x.cn", "a@x.cn\n", "a@x\r.cn", "a b@x.cn",
    "a@x.cn>", "<a@x.cn", "a@x.cn> NOTIFY=NEVER", "a\xc2\x85@x.cn", "a@x.cn\u2029", "a@x\u00a0.cn",
    "a\xc0\x8d@x.cn", "a\xff@x.cn", "a\u202e@x.cn", "\"a\\", "\"a\\\"@x.cn",
  };
  static const char *const names[] = {
    "Wei\r\nBcc: b@x.cn", "Wei\n", "Wei\r", "Wei\u2028", "Wei\xc2\x85", "Wei\x01", "Wei\xff",
  };
  g_autoptr (EnvoiAddress) good = envoi_address_new ("Wei", "a@x.cn", NULL);

  g_assert_nonnull (good);

  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (envoi_address_new (NULL, mailboxes[i], &error));
    g_assert_true (error->domain == ENVOI_MESSAGE_ERROR);
    g_assert_null (strpbrk (error->message, "\r\n"));
    g_clear_error (&error);
    g_assert_false (envoi_address_check_mailbox (mailboxes[i], &error));
    g_assert_nonnull (error);
  }

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (envoi_address_new (names[i], "a@x.cn", &error));
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  }
}

static char *
make_mailbox (gsize local,
              gsize domain)
{
  GString *mailbox = g_string_new (NULL);

  for (gsize i = 0; i < local; i++)
    g_string_append_c (mailbox, 'a');
  g_string_append_c (mailbox, '@');
  for (gsize i = 0; i < domain; i++)
    g_string_append_c (mailbox, i % 32 == 31 ? '.' : 'd');

  return g_string_free (mailbox, FALSE);
}

static void
test_limits (void)
{
  static const struct {
    gsize local;
    gsize domain;
    gboolean is_good;
  } cases[] = {
    { 64, 10, TRUE }, { 65, 10, FALSE }, { 1, 252, TRUE }, { 1, 253, FALSE }, { 64, 189, TRUE },
    { 64, 190, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *mailbox = make_mailbox (cases[i].local, cases[i].domain);

    g_test_message ("%" G_GSIZE_FORMAT "@%" G_GSIZE_FORMAT, cases[i].local, cases[i].domain);
    g_assert_cmpint (envoi_address_check_mailbox (mailbox, NULL), ==, cases[i].is_good);
  }
}

static void
test_list (void)
{
  static const struct {
    const char *why;
    const char *typed;
    const char *formatted;   /* joined with | */
  } cases[] = {
    { "nothing", "", "" },
    { "only separators", " ,; ，\n", "" },
    { "commas", "a@x.cn, b@x.cn,c@x.cn", "a@x.cn|b@x.cn|c@x.cn" },
    { "full-width", "a@x.cn，b@x.cn；c@x.cn、d@x.cn", "a@x.cn|b@x.cn|c@x.cn|d@x.cn" },
    { "Outlook", "A B <a@x.cn>; C <c@x.cn>;", "A B <a@x.cn>|C <c@x.cn>" },
    { "one a line", "a@x.cn\r\nB <b@x.cn>\n\nc@x.cn\n", "a@x.cn|B <b@x.cn>|c@x.cn" },
    { "only spaces", "a@x.cn b@x.cn  c@x.cn", "a@x.cn|b@x.cn|c@x.cn" },
    { "a comma in quotes", "\"Li, Si\" <a@x.cn>, b@x.cn", "\"Li, Si\" <a@x.cn>|b@x.cn" },
    { "a semicolon in quotes", "\"Li; Si\" <a@x.cn>", "\"Li; Si\" <a@x.cn>" },
    { "a group", "Friends: a@x.cn, B <b@x.cn>;, c@x.cn", "a@x.cn|B <b@x.cn>|c@x.cn" },
    { "an empty group", "undisclosed-recipients:;", "" },
    { "a pasted header", "To: a@x.cn, b@x.cn", "a@x.cn|b@x.cn" },
    { "its Chinese form", "收件人：王伟 <a@x.cn>；b@x.cn", "王伟 <a@x.cn>|b@x.cn" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) list = envoi_address_parse_list (cases[i].typed, &error);
    g_autoptr (GString) joined = g_string_new (NULL);

    g_test_message ("%s", cases[i].why);
    g_assert_no_error (error);
    for (guint j = 0; j < list->len; j++) {
      g_autofree char *text = envoi_address_format (g_ptr_array_index (list, j));

      g_string_append_printf (joined, "%s%s", j > 0 ? "|" : "", text);
    }
    g_assert_cmpstr (joined->str, ==, cases[i].formatted);
  }
}

static void
test_list_names_the_bad_one (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (envoi_address_parse_list ("a@x.cn, bob, c@x.cn", &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_BAD_ADDRESS);
  g_assert_nonnull (strstr (error->message, "“bob”"));
  g_assert_null (strstr (error->message, "a@x.cn"));
  g_clear_error (&error);

  g_assert_null (envoi_address_parse_list ("a@x.cn\xff", &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
}

static void
append_random_name (GString *name,
                    GRand   *rand)
{
  static const char *const pieces[] = {
    "a", "B", " ", "  ", "\"", "\\", ",", ";", "<", ">", "(", ")", "@", ":", "'", ".", "，", "；",
    "、",
    "＜", "＞", "＠", "：", "王", "é", "😀", "[", "]", "　", "\u00a0", "\t", "=?utf-8?Q?x?=", "\u200d",
  };
  gint32 n = g_rand_int_range (rand, 0, 12);

  for (gint32 i = 0; i < n; i++)
    g_string_append (name, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
}

/* Whatever the name, what is formatted parses to the same address. */
static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 20000; i++) {
    g_autoptr (GString) name = g_string_new (NULL);
    g_autoptr (EnvoiAddress) address = NULL;
    g_autoptr (EnvoiAddress) again = NULL;
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;

    append_random_name (name, rand);
    address = envoi_address_new (name->str, "wei@x.cn", &error);
    g_assert_no_error (error);
    text = envoi_address_format (address);
    again = envoi_address_parse (text, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (envoi_address_get_name (again), ==, envoi_address_get_name (address));
    g_assert_cmpstr (envoi_address_get_mailbox (again), ==, "wei@x.cn");
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/address/one", test_one);
  g_test_add_func ("/envoi/message/address/refused", test_refused);
  g_test_add_func ("/envoi/message/address/injection", test_injection);
  g_test_add_func ("/envoi/message/address/limits", test_limits);
  g_test_add_func ("/envoi/message/address/list", test_list);
  g_test_add_func ("/envoi/message/address/list-names-the-bad-one", test_list_names_the_bad_one);
  g_test_add_func ("/envoi/message/address/round-trip", test_round_trip);

  return g_test_run ();
}
