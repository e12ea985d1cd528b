/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-people.h"

#include "envoi-group.h"

#include <string.h>

struct _EnvoiPeople {
  char **lines;
  char **folded;           /* what of each is searched */
  const char **persons;    /* of the lines */
};

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal ? normal : "", -1);
}

/* A name in quotation marks begins behind the first. */
static char *
fold_line (const char *line)
{
  g_autofree char *name = envoi_group_dup_name (line);
  const char *shown = name ? name : line;

  return fold (*shown == '"' ? shown + 1 : shown);
}

EnvoiPeople *
envoi_people_new (const char *const *lines)
{
  EnvoiPeople *self = g_atomic_rc_box_new0 (EnvoiPeople);
  guint n = g_strv_length ((char **) lines);
  guint n_persons = 0;

  self->lines = g_strdupv ((char **) lines);
  self->folded = g_new0 (char *, n + 1);
  self->persons = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++) {
    self->folded[i] = fold_line (lines[i]);
    if (!envoi_group_is (lines[i]))
      self->persons[n_persons++] = self->lines[i];
  }

  return self;
}

EnvoiPeople *
envoi_people_ref (EnvoiPeople *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (EnvoiPeople *self)
{
  g_strfreev (self->lines);
  g_strfreev (self->folded);
  g_free (self->persons);
}

void
envoi_people_unref (EnvoiPeople *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

const char *const *
envoi_people_get_persons (EnvoiPeople *self)
{
  return self->persons;
}

static gboolean
is_ascii_word (gunichar character)
{
  return character < 128 && g_unichar_isalnum (character);
}

/* At the start of a word. What is not ASCII has no spaces to begin behind. */
static gboolean
begins_word (const char *text,
             const char *piece)
{
  for (const char *found = strstr (text, piece); found; found = strstr (found + 1, piece)) {
    const char *before = found > text ? g_utf8_prev_char (found) : NULL;

    if (!before || !is_ascii_word (g_utf8_get_char (before)) ||
        !is_ascii_word (g_utf8_get_char (found)))
      return TRUE;
  }

  return FALSE;
}

char **
envoi_people_match (EnvoiPeople *self,
                    const char  *typed,
                    guint        max)
{
  g_autofree char *stripped = g_strstrip (g_strdup (typed));
  g_autofree char *piece = fold (stripped);
  g_autoptr (GPtrArray) starts = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (guint i = 0; *piece != '\0' && self->lines[i] && starts->len < max; i++) {
    if (g_str_has_prefix (self->folded[i], piece))
      g_ptr_array_add (starts, self->lines[i]);
    else if (others->len < max && begins_word (self->folded[i], piece))
      g_ptr_array_add (others, self->lines[i]);
  }

  g_ptr_array_extend (starts, others, NULL, NULL);
  g_ptr_array_set_size (starts, (int) MIN (starts->len, max));
  g_ptr_array_add (starts, NULL);
  return g_strdupv ((char **) starts->pdata);
}
