/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-placeholder.h"

#include <glib/gi18n.h>
#include <string.h>

/* In HTML a space may be a no-break space, for the editor writes it so. */
static const char pattern[] = "\\{\\{((?:[^{}<>\\n]){1,40})\\}\\}";

/* Family names of two characters; every other Chinese one has one. */
static const char *const double_names[] = {
  "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "東方", "皇甫", "尉迟", "尉遲",
  "公孙", "公孫", "慕容", "令狐", "司徒", "夏侯", "长孙", "長孫", "宇文", "端木", "独孤", "獨孤", "南宫",
  "南宮", "闻人", "聞人", NULL,
};

typedef enum {
  VALUE_NAME,
  VALUE_FIRST_NAME,
  VALUE_LAST_NAME,
  VALUE_EMAIL,
  VALUE_DATE,
} Value;

static const struct {
  const char *name;
  Value value;
} names[] = {
  { "name", VALUE_NAME }, { "姓名", VALUE_NAME }, { "称呼", VALUE_NAME }, { "收件人", VALUE_NAME },
  { "first name", VALUE_FIRST_NAME }, { "firstname", VALUE_FIRST_NAME }, { "名", VALUE_FIRST_NAME },
  { "名字", VALUE_FIRST_NAME },
  { "last name", VALUE_LAST_NAME }, { "lastname", VALUE_LAST_NAME }, { "姓", VALUE_LAST_NAME },
  { "email", VALUE_EMAIL }, { "e-mail", VALUE_EMAIL }, { "address", VALUE_EMAIL },
  { "邮箱", VALUE_EMAIL }, { "邮箱地址", VALUE_EMAIL },
  { "date", VALUE_DATE }, { "日期", VALUE_DATE },
};

typedef struct {
  const EnvoiAddress *recipient;
  GDateTime *now;
  gboolean is_html;
  GPtrArray *open;       /* nullable: what could not be filled */
} Filling;

static gboolean
is_chinese (const char *text)
{
  return g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN;
}

/* Octets of the family name at the start of a Chinese name; 0 when that is all there is. */
static gsize
measure_family (const char *name)
{
  gsize length = (gsize) (g_utf8_next_char (name) - name);

  for (guint i = 0; double_names[i]; i++) {
    if (g_str_has_prefix (name, double_names[i]))
      length = strlen (double_names[i]);
  }

  return length < strlen (name) ? length : 0;
}

/* "Wang, Wei" has the family name first, "Wei Wang" last. */
static char *
dup_part_of_name (const char *name,
                  gboolean    is_family)
{
  const char *comma = strchr (name, ',');
  const char *space = strrchr (name, ' ');
  gsize family;
  char *part = NULL;

  if (is_chinese (name) && !space) {
    family = measure_family (name);
    if (family == 0)
      return NULL;
    return is_family ? g_strndup (name, family) : g_strdup (name + family);
  }

  if (comma)
    part = is_family ? g_strndup (name, (gsize) (comma - name)) : g_strdup (comma + 1);
  else if (space)
    part = is_family ? g_strdup (space + 1) : g_strndup (name, strcspn (name, " "));
  else if (!is_family)
    part = g_strdup (name);

  return part ? g_strstrip (part) : NULL;
}

/* NULL: not known. */
static char *
dup_value (const Filling *filling,
           Value          value)
{
  const char *name = filling->recipient ? envoi_address_get_name (filling->recipient) : NULL;

  switch (value) {
    case VALUE_NAME:
      return g_strdup (name);
    case VALUE_FIRST_NAME:
      return name ? dup_part_of_name (name, FALSE) : NULL;
    case VALUE_LAST_NAME:
      return name ? dup_part_of_name (name, TRUE) : NULL;
    case VALUE_EMAIL:
      return filling->recipient ? g_strdup (envoi_address_get_mailbox (filling->recipient)) : NULL;
    case VALUE_DATE:
      /* Translators: a day inside a letter, see g_date_time_format() */
      return g_date_time_format (filling->now, _("%-d %B %Y"));
    default:
      g_assert_not_reached ();
  }
}

static char *
fold_name (const char *written)
{
  g_autoptr (GString) name = g_string_new (written);

  g_string_replace (name, "&nbsp;", " ", 0);
  g_string_replace (name, "\u00a0", " ", 0);
  g_string_replace (name, "_", " ", 0);
  g_strstrip (name->str);
  return g_utf8_strdown (name->str, -1);
}

static char *
find_value (const Filling *filling,
            const char    *written)
{
  g_autofree char *name = fold_name (written);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_str_equal (name, names[i].name))
      return dup_value (filling, names[i].value);
  }

  return NULL;
}

static void
note_open (const Filling *filling,
           const char    *written)
{
  g_autofree char *name = fold_name (written);
  char *whole = g_strconcat ("{{", name, "}}", NULL);

  if (g_ptr_array_find_with_equal_func (filling->open, whole, g_str_equal, NULL))
    g_free (whole);
  else
    g_ptr_array_add (filling->open, whole);
}

static gboolean
replace_cb (const GMatchInfo *match,
            GString          *result,
            gpointer          user_data)
{
  const Filling *filling = user_data;
  g_autofree char *whole = g_match_info_fetch (match, 0);
  g_autofree char *written = g_match_info_fetch (match, 1);
  g_autofree char *value = find_value (filling, written);
  g_autofree char *escaped = NULL;

  if (!value && filling->open)
    note_open (filling, written);
  if (value && filling->is_html)
    escaped = g_markup_escape_text (value, -1);

  g_string_append (result, escaped ? escaped : value ? value : whole);
  return FALSE;
}

static char *
fill (Filling    *filling,
      const char *text,
      gboolean    is_html)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);

  g_assert (regex != NULL);
  filling->is_html = is_html;
  return g_regex_replace_eval (regex, text, -1, 0, 0, replace_cb, filling, NULL);
}

static const char *const fields[] = { "subject", "html", "text" };

/**
 * envoi_placeholder_fill_draft:
 * @draft: a letter that goes
 * @recipient: (nullable): whom it goes to
 * @now: when
 *
 * See the header.
 *
 * Thread: main
 */
void
envoi_placeholder_fill_draft (EnvoiDraft         *draft,
                              const EnvoiAddress *recipient,
                              GDateTime          *now)
{
  Filling filling = { .recipient = recipient, .now = now };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *filled = fill (&filling, envoi_draft_get (draft, fields[i]),
                                    g_str_equal (fields[i], "html"));

    if (filled)
      envoi_draft_set (draft, fields[i], filled);
  }
}

/**
 * envoi_placeholder_list_open:
 * @draft: a letter
 * @recipient: (nullable): whom it goes to
 * @now: when
 *
 * Returns: (transfer full): the placeholders that have no value
 *
 * Thread: main
 */
GStrv
envoi_placeholder_list_open (EnvoiDraft         *draft,
                             const EnvoiAddress *recipient,
                             GDateTime          *now)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  Filling filling = { .recipient = recipient, .now = now, .open = open };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *filled = fill (&filling, envoi_draft_get (draft, fields[i]), FALSE);
  }

  g_ptr_array_add (open, NULL);
  return (GStrv) g_ptr_array_steal (open, NULL);
}

/**
 * envoi_placeholder_is_used:
 * @draft: a letter
 *
 * Returns: whether the letter has a placeholder, known or not
 *
 * Thread: main
 */
gboolean
envoi_placeholder_is_used (EnvoiDraft *draft)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (g_regex_match_simple (pattern, envoi_draft_get (draft, fields[i]), 0, 0))
      return TRUE;
  }

  return FALSE;
}

/**
 * envoi_placeholder_dup_filled:
 * @draft: a letter
 * @now: when it goes
 *
 * What a person wrote stays as it is, so that nothing is lost when it cannot go.
 *
 * Returns: (transfer full): the letter as it goes
 *
 * Thread: main
 */
EnvoiDraft *
envoi_placeholder_dup_filled (EnvoiDraft *draft,
                              GDateTime  *now)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GBytes) bytes = NULL;
  EnvoiDraft *filled;

  if (!envoi_placeholder_is_used (draft))
    return g_object_ref (draft);

  bytes = envoi_draft_serialize (draft);
  filled = envoi_draft_deserialize (envoi_draft_get_id (draft), bytes, NULL);
  if (!filled)
    return g_object_ref (draft);

  people = envoi_address_parse_list (envoi_draft_get (draft, "to"), NULL);
  envoi_placeholder_fill_draft (filled, people && people->len == 1
                                ? g_ptr_array_index (people, 0) : NULL, now);
  return filled;
}
