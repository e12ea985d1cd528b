/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-arrange-private.h"

#include <string.h>

/* The order of accounts is the order of their groups in the file. Groups are moved as the text
 * they are, so that nothing in them can be lost. */

#define ACCOUNT_HEADER "[Account "

/* From one line that begins with a bracket to the next. */
static GPtrArray *
split_groups (const char *text)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);
  const char *start = text;

  for (const char *next = strchr (text, '\n'); next; next = strchr (next + 1, '\n')) {
    if (next[1] != '[')
      continue;

    g_ptr_array_add (groups, g_strndup (start, (gsize) (next + 1 - start)));
    start = next + 1;
  }

  g_ptr_array_add (groups, g_str_has_suffix (start, "\n") || *start == '\0'
                           ? g_strdup (start) : g_strconcat (start, "\n", NULL));
  return groups;
}

static gboolean
is_group_of (const char *group,
             const char *id)
{
  g_autofree char *header = g_strconcat (ACCOUNT_HEADER, id, "]", NULL);

  return g_str_has_prefix (group, header);
}

/* Moves the text of @id's group to @result; later keys of a group that comes twice count. */
static void
take_group (GPtrArray  *groups,
            const char *id,
            GString    *result)
{
  for (guint i = 0; i < groups->len;) {
    if (is_group_of (g_ptr_array_index (groups, i), id)) {
      g_autofree char *group = g_ptr_array_steal_index (groups, i);

      g_string_append (result, group);
    } else {
      i++;
    }
  }
}

/**
 * envoi_account_arrange:
 * @text: an account file
 * @ids: accounts, the first one first
 *
 * Returns: (transfer full): the same groups, those of @ids before all others;
 *   what stands above the first group stays there
 *
 * Thread: any
 */
char *
envoi_account_arrange (const char        *text,
                       const char *const *ids)
{
  g_autoptr (GPtrArray) groups = split_groups (text);
  g_autoptr (GString) result = g_string_new (NULL);

  if (groups->len > 0 && *(const char *) g_ptr_array_index (groups, 0) != '[') {
    g_autofree char *above = g_ptr_array_steal_index (groups, 0);

    g_string_append (result, above);
  }

  for (guint i = 0; ids[i]; i++)
    take_group (groups, ids[i], result);
  for (guint i = 0; i < groups->len; i++)
    g_string_append (result, g_ptr_array_index (groups, i));

  return g_string_free (g_steal_pointer (&result), FALSE);
}
