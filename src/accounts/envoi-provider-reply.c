/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-provider-private.h"

#include <string.h>

/* Patterns of server replies: an optional three-digit code, then words that
 * occur in the text, whatever their case. */

/**
 * envoi_provider_reply_free:
 * @self: (transfer full): a reply pattern
 *
 * Thread: any
 */
void
envoi_provider_reply_free (EnvoiProviderReply *self)
{
  g_free (self->provider);
  g_free (self->phase);
  g_free (self->pattern);
  g_free (self->reply_class);
  g_free (self->meaning_en);
  g_free (self->meaning_zh);
  g_free (self->action_en);
  g_free (self->action_zh);
  g_free (self);
}

/* Lower case, one space between words: servers fold their lines anywhere. */
static char *
normalise (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  g_auto (GStrv) words = g_strsplit_set (lower, " \t\r\n", -1);
  GString *line = g_string_new (NULL);

  for (guint i = 0; words[i]; i++) {
    if (*words[i] == '\0')
      continue;
    if (line->len > 0)
      g_string_append_c (line, ' ');
    g_string_append (line, words[i]);
  }

  return g_string_free (line, FALSE);
}

static gboolean
is_phase (const char *phases,
          const char *phase)
{
  g_auto (GStrv) list = g_strsplit (phases, "/", -1);

  /* The answer after the last byte is still about the data. */
  if (g_str_equal (phase, "final"))
    phase = "data";

  return g_strv_contains ((const char *const *) list, "any") ||
         g_strv_contains ((const char *const *) list, phase);
}

static gboolean
starts_with_code (const char *pattern)
{
  return g_ascii_isdigit (pattern[0]) && g_ascii_isdigit (pattern[1]) &&
         g_ascii_isdigit (pattern[2]) && (pattern[3] == ' ' || pattern[3] == '\0');
}

/**
 * envoi_provider_reply_matches:
 * @self: a reply pattern
 * @phase: where the reply came, as envoi_smtp_phase_to_string() writes it
 * @code: the reply's code
 * @text: the reply's text, with the enhanced code in front if there was one
 *
 * Returns: whether the reply is one of these
 *
 * Thread: any
 */
gboolean
envoi_provider_reply_matches (const EnvoiProviderReply *self,
                              const char               *phase,
                              int                       code,
                              const char               *text)
{
  const char *words = self->pattern;
  g_autofree char *wanted = NULL;
  g_autofree char *line = NULL;

  if (!is_phase (self->phase, phase))
    return FALSE;

  if (starts_with_code (words)) {
    if (g_ascii_strtoll (words, NULL, 10) != code)
      return FALSE;
    words += 3;
  }

  wanted = normalise (words);
  line = normalise (text);
  return strstr (line, wanted) != NULL;
}
