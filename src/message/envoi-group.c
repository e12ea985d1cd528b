/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-group.h"

#include <string.h>

/**
 * envoi_group_format:
 * @name: what people call it
 * @members: (array zero-terminated=1): its people
 *
 * See the header. RFC 5322, 3.4.
 *
 * Returns: (transfer full): the line
 *
 * Thread: any
 */
char *
envoi_group_format (const char        *name,
                    const char *const *members)
{
  g_autofree char *plain = g_strdelimit (g_strdup (name), ",;:<>\"@\r\n\t", ' ');
  g_autofree char *list = g_strjoinv (", ", (char **) members);

  return g_strdup_printf ("%s: %s;", g_strstrip (plain), list);
}

/**
 * envoi_group_is:
 * @line: a line of an address book
 *
 * Returns: whether it is a group
 *
 * Thread: any
 */
gboolean
envoi_group_is (const char *line)
{
  return g_str_has_suffix (line, ";") && strchr (line, ':') != NULL;
}

/**
 * envoi_group_dup_name:
 * @line: a line of an address book
 *
 * Returns: (transfer full) (nullable): the name of the group; %NULL when it is none
 *
 * Thread: any
 */
char *
envoi_group_dup_name (const char *line)
{
  return envoi_group_is (line) ? g_strndup (line, strcspn (line, ":")) : NULL;
}
