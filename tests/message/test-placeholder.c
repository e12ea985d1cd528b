/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-placeholder.h"

static char *
fill (const char *field,
      const char *text,
      const char *recipient)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  g_autoptr (EnvoiAddress) address = recipient ? envoi_address_parse (recipient, NULL) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 3, 1, 8, 0, 0);

  envoi_draft_set (draft, field, text);
  envoi_placeholder_fill_draft (draft, address, now);
  return g_strdup (envoi_draft_get (draft, field));
}

static void
test_values (void)
{
  static const struct {
    const char *text;
    const char *recipient;
    const char *filled;
  } rows[] = {
    { "Dear {{name}},", "Wei Wang <wei@x.cn>", "Dear Wei Wang," },
    { "Dear {{First Name}},", "Wei Wang <wei@x.cn>", "Dear Wei," },
    { "{{ first_name }} {{last name}}", "Anna Maria Berg <a@x.cn>", "Anna Berg" },
    { "{{first name}}/{{last name}}", "\"Wang, Wei\" <wei@x.cn>", "Wei/Wang" },
    { "{{姓}}先生：", "王伟 <wei@x.cn>", "王先生：" },
    { "{{姓}}女士，{{名}}", "欧阳娜娜 <n@x.cn>", "欧阳女士，娜娜" },
    { "{{姓名}}，{{邮箱}}", "李雷 <li@x.cn>", "李雷，li@x.cn" },
    { "{{email}}", "li@x.cn", "li@x.cn" },
    { "{{date}}", NULL, "1 March 2026" },
    /* What is not known stays, for the person to see. */
    { "Dear {{name}},", "li@x.cn", "Dear {{name}}," },
    { "Dear {{name}},", NULL, "Dear {{name}}," },
    { "{{last name}}", "Wei <wei@x.cn>", "{{last name}}" },
    { "{{order}} { {name} } {{}} {{a}b}}", "Wei <wei@x.cn>", "{{order}} { {name} } {{}} {{a}b}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = fill ("text", rows[i].text, rows[i].recipient);
    g_autofree char *subject = fill ("subject", rows[i].text, rows[i].recipient);

    g_assert_cmpstr (text, ==, rows[i].filled);
    g_assert_cmpstr (subject, ==, rows[i].filled);
  }
}

/* A name is text, whatever it holds; the editor's spaces do not matter. */
static void
test_html (void)
{
  g_autofree char *escaped = fill ("html", "<p>Dear {{name}}</p>", "\"A & <b>\" <a@x.cn>");
  g_autofree char *spaced = fill ("html", "<p>{{first&nbsp;name}}</p>", "Wei Wang <wei@x.cn>");
  g_autofree char *split = fill ("html", "<p>{{first <b>name</b>}}</p>", "Wei Wang <wei@x.cn>");

  g_assert_cmpstr (escaped, ==, "<p>Dear A &amp; &lt;b&gt;</p>");
  g_assert_cmpstr (spaced, ==, "<p>Wei</p>");
  g_assert_cmpstr (split, ==, "<p>{{first <b>name</b>}}</p>");
}

static void
test_open (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  g_autoptr (EnvoiAddress) address = envoi_address_parse ("wei@x.cn", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 3, 1, 8, 0, 0);
  g_auto (GStrv) open = NULL;
  g_autofree char *joined = NULL;

  g_assert_false (envoi_placeholder_is_used (draft));
  envoi_draft_set (draft, "subject", "{{Name}} {{date}}");
  envoi_draft_set (draft, "text", "{{name}} {{order}} {{email}}");
  open = envoi_placeholder_list_open (draft, address, now);
  joined = g_strjoinv (" ", open);
  g_assert_cmpstr (joined, ==, "{{name}} {{order}}");
  g_assert_true (envoi_placeholder_is_used (draft));
  g_assert_cmpstr (envoi_draft_get (draft, "text"), ==, "{{name}} {{order}} {{email}}");
}

/* What is written stays; what goes is filled for the one person it goes to. */
static void
test_filled (void)
{
  static const struct {
    const char *to;
    const char *text;
    const char *filled;
  } rows[] = {
    { "Wei Wang <wei@x.cn>", "Dear {{first name}}, {{date}}, {{order}}", "Dear Wei, 1 March 2026, {{order}}" },
    { "wei@x.cn, Ann <ann@x.cn>", "Dear {{name}} {{date}}", "Dear {{name}} 1 March 2026" },
    { "", "Dear {{name}}", "Dear {{name}}" },
    { "nobody", "Dear {{name}}", "Dear {{name}}" },
  };
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 3, 1, 8, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
    g_autoptr (EnvoiDraft) filled = NULL;
    g_autoptr (EnvoiDraft) plain = NULL;

    envoi_draft_set (draft, "to", rows[i].to);
    plain = envoi_placeholder_dup_filled (draft, now);
    g_assert_true (plain == draft);

    envoi_draft_set (draft, "text", rows[i].text);
    filled = envoi_placeholder_dup_filled (draft, now);
    g_assert_cmpstr (envoi_draft_get (filled, "text"), ==, rows[i].filled);
    g_assert_cmpstr (envoi_draft_get (filled, "to"), ==, envoi_draft_get (draft, "to"));
    g_assert_cmpstr (envoi_draft_get (draft, "text"), ==, rows[i].text);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/placeholder/values", test_values);
  g_test_add_func ("/envoi/message/placeholder/html", test_html);
  g_test_add_func ("/envoi/message/placeholder/open", test_open);
  g_test_add_func ("/envoi/message/placeholder/filled", test_filled);

  return g_test_run ();
}
