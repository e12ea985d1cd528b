/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipients.h"

#include <string.h>

/* How a field of recipients is cut into addresses while somebody types or after
 * a list was pasted. Whether a piece is an address is not decided here. */

static gboolean
is_separator (gunichar c)
{
  return c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t' ||
         c == 0xff0c || c == 0xff1b || c == 0x3001;
}

static void
take_piece (GStrvBuilder *pieces,
            const char   *start,
            const char   *end)
{
  g_autofree char *piece = g_strndup (start, (gsize) (end - start));

  g_strstrip (piece);
  if (*piece != '\0')
    g_strv_builder_add (pieces, piece);
}

GStrv
envoi_recipients_split (const char  *text,
                        char       **rest)
{
  g_autoptr (GStrvBuilder) pieces = g_strv_builder_new ();
  const char *start = text;
  gboolean in_quotes = FALSE;
  gboolean in_angle = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\\' && in_quotes && p[1] != '\0') {
      p++;
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (c == '<' || c == '>') {
      in_angle = !in_quotes && c == '<';
    } else if (is_separator (c) && ((!in_quotes && !in_angle) || c == '\n')) {
      take_piece (pieces, start, p);
      start = g_utf8_next_char (p);
      in_quotes = in_angle = FALSE;
    }
  }

  if (rest)
    *rest = g_strdup (start);

  return g_strv_builder_end (pieces);
}

/* "Wang, Wei <wei@x.cn>": many programs write names so and forget the quotes. */
static gboolean
is_split_name (const char *piece,
               const char *next)
{
  return next && !strchr (piece, '@') && !strchr (piece, '"') && !strchr (piece, '<') &&
         strchr (next, '<') && strchr (next, '@') && next[0] != '<' && next[0] != '"';
}

static char *
join_name (const char *family,
           const char *given_and_mailbox)
{
  const char *angle = strchr (given_and_mailbox, '<');
  g_autofree char *given = g_strndup (given_and_mailbox, (gsize) (angle - given_and_mailbox));

  g_strstrip (given);
  return g_strdup_printf ("\"%s, %s\" %s", family, given, angle);
}

GStrv
envoi_recipients_split_all (const char *text)
{
  g_autoptr (GStrvBuilder) joined = g_strv_builder_new ();
  g_autofree char *ended = g_strconcat (text, "\n", NULL);
  g_auto (GStrv) pieces = envoi_recipients_split (ended, NULL);

  for (guint i = 0; pieces[i]; i++) {
    g_autofree char *name = NULL;

    if (is_split_name (pieces[i], pieces[i + 1])) {
      name = join_name (pieces[i], pieces[i + 1]);
      i++;
    }

    g_strv_builder_add (joined, name ? name : pieces[i]);
  }

  return g_strv_builder_end (joined);
}
