/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-address.h"
#include "envoi-group.h"

typedef struct {
  const char *what;
  const char *name;
  const char *members;     /* joined by "|" */
  const char *line;
} Row;

static const Row rows[] = {
  { "one member", "Team", "a@x.cn", "Team: a@x.cn;" },
  { "members with names", "同事", "王伟 <wei@x.cn>|\"Lee, Ann\" <ann@x.cn>",
    "同事: 王伟 <wei@x.cn>, \"Lee, Ann\" <ann@x.cn>;" },
  { "a name that would end early", "A: B, C; <D> \"E\" f@x", "a@x.cn", "A  B  C   D   E  f x: a@x.cn;" },
  { "a name over two lines", "A\r\nBcc", "a@x.cn", "A  Bcc: a@x.cn;" },
  { "spaces around a name", "  A B ", "a@x.cn", "A B: a@x.cn;" },
};

/* The line has the members and nobody else, whatever the group is called. */
static void
assert_reads_back (const char        *line,
                   const char *const *members)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) people = envoi_address_parse_list (line, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (people->len, ==, g_strv_length ((char **) members));
  for (guint i = 0; i < people->len; i++) {
    g_autofree char *words = envoi_address_format (g_ptr_array_index (people, i));

    g_assert_cmpstr (words, ==, members[i]);
  }
}

static void
test_format (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) members = g_strsplit (rows[i].members, "|", -1);
    g_autofree char *line = envoi_group_format (rows[i].name, (const char *const *) members);
    g_autofree char *name = envoi_group_dup_name (line);

    g_test_message ("%s", rows[i].what);
    g_assert_cmpstr (line, ==, rows[i].line);
    g_assert_true (envoi_group_is (line));
    g_assert_true (g_str_has_prefix (line, name));
    assert_reads_back (line, (const char *const *) members);
  }
}

/* A person is no group, whatever the name has in it. */
static void
test_persons (void)
{
  static const char *const persons[] = {
    "", ";", "wei@x.cn", "Wei <wei@x.cn>", "\"Dr: Wei;\" <wei@x.cn>", "\"a;b:c\"@x.cn",
  };

  for (guint i = 0; i < G_N_ELEMENTS (persons); i++) {
    g_assert_false (envoi_group_is (persons[i]));
    g_assert_null (envoi_group_dup_name (persons[i]));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/group/format", test_format);
  g_test_add_func ("/envoi/message/group/persons", test_persons);

  return g_test_run ();
}
