/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-vcard.h"

#include <string.h>

#define CARD(version, lines) "BEGIN:VCARD\r\nVERSION:" version "\r\n" lines "END:VCARD\r\n"

typedef struct {
  const char *what;
  const char *file;
  const char *people;     /* joined by "|" */
} Row;

static const Row rows[] = {
  { "a card of version 3.0",
    CARD ("3.0", "N:Wang;Wei;;;\r\nFN:Wei Wang\r\nEMAIL;TYPE=INTERNET:wei@x.cn\r\n"),
    "Wei Wang <wei@x.cn>" },
  { "a card of version 4.0 with several mailboxes, groups and preferences",
    CARD ("4.0", "FN:王伟\r\nitem1.EMAIL;PREF=1:wei@x.cn\r\nitem2.email;TYPE=home:w@y.cn\r\n"),
    "王伟 <wei@x.cn>|王伟 <w@y.cn>" },
  { "a Chinese phone, version 2.1: quoted-printable UTF-8 with a soft break",
    CARD ("2.1", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E4=BC=\r\n=9F;;;\r\n"
          "EMAIL;HOME:wei@x.cn\r\n"), "王伟 <wei@x.cn>" },
  { "an older one: quoted-printable GBK",
    CARD ("2.1", "FN;CHARSET=GB2312;ENCODING=QUOTED-PRINTABLE:=CD=F5=CE=B0\r\nEMAIL:wei@x.cn\r\n"),
    "王伟 <wei@x.cn>" },
  { "the bare parameter of version 2.1",
    CARD ("2.1", "FN;QUOTED-PRINTABLE;CHARSET=GBK:=CD=F5\r\nEMAIL;INTERNET:wei@x.cn\r\n"),
    "王 <wei@x.cn>" },
  { "raw GBK without a word about it",
    CARD ("2.1", "FN:\xcd\xf5\xce\xb0\r\nEMAIL:wei@x.cn\r\n"), "王伟 <wei@x.cn>" },
  { "a folded line", CARD ("3.0", "FN:Wei\r\n  Wang\r\nEMAIL:wei@\r\n x.cn\r\n"),
    "Wei Wang <wei@x.cn>" },
  { "line feeds alone", "BEGIN:VCARD\nFN:Wei\nEMAIL:wei@x.cn\nEND:VCARD\n", "Wei <wei@x.cn>" },
  { "escapes, and a name that wants quotes",
    CARD ("3.0", "FN:Wang\\, Wei\\; Dr.\r\nEMAIL:wei@x.cn\r\n"), "\"Wang, Wei; Dr.\" <wei@x.cn>" },
  { "no FN: the name is put together as its language does",
    CARD ("3.0", "N:欧阳;娜娜;;;\r\nEMAIL:a@x.cn\r\n") CARD ("3.0", "N:Doe;Jane\r\nEMAIL:b@x.cn\r\n"),
    "欧阳娜娜 <a@x.cn>|Jane Doe <b@x.cn>" },
  { "an organisation without a person", CARD ("3.0", "ORG:Acme;Sales\r\nEMAIL:s@x.cn\r\n"),
    "Acme <s@x.cn>" },
  { "nobody twice", CARD ("3.0", "FN:A\r\nEMAIL:a@x.cn\r\n") CARD ("3.0", "FN:B\r\nEMAIL:a@X.cn\r\n"),
    "A <a@x.cn>" },
  { "what is no address", CARD ("3.0", "FN:A\r\nEMAIL:none\r\nEMAIL:a b@x.cn\r\nTEL:123\r\n"), "" },
  { "a link and a parameter with a colon",
    CARD ("4.0", "FN:A\r\nEMAIL;TYPE=\"a:b\":mailto:a@x.cn\r\n"), "A <a@x.cn>" },
  { "a picture", CARD ("3.0", "FN:A\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB\r\n CC==\r\nEMAIL:a@x.cn\r\n"),
    "A <a@x.cn>" },
  { "a card inside a card",
    CARD ("2.1", "FN:A\r\nAGENT:\r\n" CARD ("2.1", "FN:B\r\nEMAIL:b@x.cn\r\n") "EMAIL:a@x.cn\r\n"),
    "A <a@x.cn>" },
  { "an address in another alphabet", CARD ("4.0", "FN:A\r\nEMAIL:a@例子.中国\r\n"),
    "A <a@xn--fsqu00a.xn--fiqs8s>" },
  { "a mark at the start", "\xef\xbb\xbf" CARD ("3.0", "FN:A\r\nEMAIL:a@x.cn\r\n"), "A <a@x.cn>" },
  { "a group of version 4.0, before its members",
    CARD ("4.0", "KIND:group\r\nFN:Team, A\r\nMEMBER:urn:uuid:AB-1\r\n"
          "MEMBER:mailto:c@x.cn\r\nMEMBER:urn:uuid:none\r\n")
    CARD ("4.0", "UID:urn:uuid:ab-1\r\nFN:王伟\r\nEMAIL:wei@x.cn\r\nEMAIL:w@y.cn\r\n"),
    "王伟 <wei@x.cn>|王伟 <w@y.cn>|Team  A: 王伟 <wei@x.cn>, c@x.cn;" },
  { "a group of macOS",
    CARD ("3.0", "UID:11-AA\r\nFN:Ann\r\nEMAIL:ann@x.cn\r\n")
    CARD ("3.0", "N:同事\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
          "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:11-AA\r\n"),
    "Ann <ann@x.cn>|同事: Ann <ann@x.cn>;" },
  { "a list of Evolution",
    CARD ("3.0", "X-EVOLUTION-LIST:TRUE\r\nFN:Friends\r\n"
          "EMAIL;X-EVOLUTION-DEST-NAME=Ann:Ann <ann@x.cn>\r\nEMAIL:bo@x.cn\r\n"),
    "Friends: Ann <ann@x.cn>, bo@x.cn;" },
  { "a group of nobody", CARD ("4.0", "KIND:group\r\nFN:Empty\r\nMEMBER:urn:uuid:1\r\n"), "" },
  { "a card without an end", "BEGIN:VCARD\r\nFN:A\r\nEMAIL:a@x.cn\r\n", "" },
  { "no cards", "Hello\r\nEMAIL:a@x.cn\r\n", "" },
  { "nothing", "", "" },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) people = envoi_vcard_list_people (rows[i].file, strlen (rows[i].file));
    g_autofree char *joined = g_strjoinv ("|", people);

    g_test_message ("%s", rows[i].what);
    g_assert_cmpstr (joined, ==, rows[i].people);
  }
}

static void
test_utf16 (void)
{
  const char *card = CARD ("3.0", "FN:王伟\r\nEMAIL:wei@x.cn\r\n");
  gsize length = 0;
  g_autofree char *octets = g_convert (card, -1, "UTF-16", "UTF-8", NULL, &length, NULL);
  g_auto (GStrv) people = envoi_vcard_list_people (octets, length);

  g_assert_cmpstr (people[0], ==, "王伟 <wei@x.cn>");
}

/* The mark of UTF-16 before what is none: read as it is, and not beyond its end. */
static void
test_false_utf16 (void)
{
  static const char card[] = "\xff\xfe\r\nBEGIN:VCARD\r\nFN:Wei\r\nEMAIL:wei@x.cn\r\nEND:VCARD\r\n\xd8";
  gsize length = sizeof card - 1;
  g_autofree char *octets = g_memdup2 (card, length);
  g_auto (GStrv) people = envoi_vcard_list_people (octets, length);

  g_assert_cmpuint (g_strv_length (people), <=, 1);
}

/* An address book of a firm. */
static void
test_many (void)
{
  g_autoptr (GString) book = g_string_new (NULL);
  g_auto (GStrv) people = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (book, CARD ("3.0", "FN:同事 %u\r\nEMAIL:u%u@x.cn\r\n"), i, i);
  people = envoi_vcard_list_people (book->str, book->len);

  g_assert_cmpuint (g_strv_length (people), ==, 5000);
  g_assert_cmpstr (people[4999], ==, "同事 4999 <u4999@x.cn>");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/vcard/rows", test_rows);
  g_test_add_func ("/envoi/message/vcard/utf-16", test_utf16);
  g_test_add_func ("/envoi/message/vcard/false-utf-16", test_false_utf16);
  g_test_add_func ("/envoi/message/vcard/many", test_many);

  return g_test_run ();
}
