/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-mailto.h"

static void
test_fields (void)
{
  static const struct {
    const char *prose;
    const char *uri;
    const char *property;
    const char *expected;
  } cases[] = {
    { "an address alone", "mailto:wei@x.cn", "to", "wei@x.cn" },
    { "two addresses", "mailto:wei@x.cn,li@y.cn", "to", "wei@x.cn,li@y.cn" },
    { "to in the query joins the path", "mailto:wei@x.cn?to=li@y.cn", "to", "wei@x.cn, li@y.cn" },
    { "no path", "mailto:?to=li@y.cn", "to", "li@y.cn" },
    { "names do not care for case", "MAILTO:wei@x.cn?SUBJECT=Hi", "subject", "Hi" },
    { "a subject in Chinese", "mailto:a@b.cn?subject=%E4%BD%A0%E5%A5%BD", "subject", "你好" },
    { "a plus is a plus", "mailto:a+b@c.cn?subject=1+1", "subject", "1+1" },
    { "a subject stays one line", "mailto:a@b.cn?subject=Hi%0D%0ABcc:%20x@y.z", "subject",
      "Hi  Bcc: x@y.z" },
    { "a body keeps its lines, in a letter that can be formatted",
      "mailto:a@b.cn?body=one%0D%0A%0D%0A%3Cb%3Etwo", "html",
      "<p>one</p><p>&lt;b&gt;two</p>" },
    { "it is not plain text only", "mailto:a@b.cn?body=one", "text", "" },
    { "cc and bcc", "mailto:a@b.cn?cc=c@d.cn&bcc=e@f.cn", "bcc", "e@f.cn" },
    { "a broken escape is left out", "mailto:a@b.cn?subject=%zz", "subject", "" },
    { "bytes that are not UTF-8 are left out", "mailto:a@b.cn?subject=%ff", "subject", "" },
    { "a NUL is left out", "mailto:a@b.cn?subject=a%00b", "subject", "" },
    { "another field does nothing", "mailto:a@b.cn?from=boss@x.cn", "from", "" },
    { "a fragment does not count", "mailto:a@b.cn#subject=x", "to", "a@b.cn" },
    { "an ampersand alone", "mailto:a@b.cn?&", "to", "a@b.cn" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("draft");

    g_test_message ("%s", cases[i].prose);
    g_assert_true (envoi_mailto_apply (cases[i].uri, draft));
    g_assert_cmpstr (envoi_draft_get (draft, cases[i].property), ==, cases[i].expected);
  }
}

/* A page must not attach the person's files. */
static void
test_attachments (void)
{
  static const char *const uris[] = {
    "mailto:a@b.cn?attach=/etc/passwd",
    "mailto:a@b.cn?attachment=file:///etc/passwd",
  };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("draft");

    g_assert_true (envoi_mailto_apply (uris[i], draft));
    g_assert_cmpuint (g_list_model_get_n_items (envoi_draft_get_attachments (draft)), ==, 0);
  }
}

static void
test_other_schemes (void)
{
  static const char *const uris[] = { "https://x.cn/", "file:///etc/passwd", "mailt", "" };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("draft");

    g_assert_false (envoi_mailto_apply (uris[i], draft));
    g_assert_true (envoi_draft_is_empty (draft));
  }
}

/* It is only named, and only by its name. */
static void
test_wanted_file (void)
{
  static const struct {
    const char *uri;
    const char *name;
  } rows[] = {
    { "mailto:a@b.cn?attach=/etc/passwd", "passwd" },
    { "mailto:a@b.cn?subject=x&attachment=file:///srv/li/%E6%8A%A5%E5%91%8A.pdf", "报告.pdf" },
    { "mailto:?Attach=..%2f..%2fkey%0d%0aBcc:x", "key  Bcc:x" },
    { "mailto:a@b.cn?attach=", NULL },
    { "mailto:a@b.cn?attach=/", NULL },
    { "mailto:a@b.cn?subject=attach=x", NULL },
    { "mailto:a@b.cn", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *name = envoi_mailto_dup_wanted_file (rows[i].uri);

    g_assert_cmpstr (name, ==, rows[i].name);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/ui/mailto/fields", test_fields);
  g_test_add_func ("/envoi/ui/mailto/attachments", test_attachments);
  g_test_add_func ("/envoi/ui/mailto/wanted-file", test_wanted_file);
  g_test_add_func ("/envoi/ui/mailto/other-schemes", test_other_schemes);

  return g_test_run ();
}
