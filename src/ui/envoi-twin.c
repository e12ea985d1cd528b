/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-twin.h"

#include "envoi-html.h"

#include <string.h>

static char *
make_text (EnvoiDraft *draft)
{
  return envoi_html_to_text (envoi_draft_get (draft, "html"));
}

/* What the letter would say by itself, as a short mark. */
static char *
make_basis (EnvoiDraft *draft)
{
  g_autofree char *text = make_text (draft);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

gboolean
envoi_twin_is_by_hand (EnvoiDraft *draft)
{
  gboolean is_by_hand;

  g_object_get (draft, "is-text-custom", &is_by_hand, NULL);
  return is_by_hand && *envoi_draft_get (draft, "html") != '\0';
}

gboolean
envoi_twin_is_stale (EnvoiDraft *draft)
{
  const char *basis = envoi_draft_get (draft, "text-basis");
  g_autofree char *now = NULL;

  if (!envoi_twin_is_by_hand (draft) || *basis == '\0')
    return FALSE;

  now = make_basis (draft);
  return !g_str_equal (now, basis);
}

char *
envoi_twin_dup_text (EnvoiDraft *draft)
{
  return envoi_twin_is_by_hand (draft) ? g_strdup (envoi_draft_get (draft, "text"))
                                       : make_text (draft);
}

void
envoi_twin_write (EnvoiDraft *draft,
                  const char *text)
{
  g_autofree char *basis = make_basis (draft);

  g_object_set (draft, "is-text-custom", TRUE, NULL);
  envoi_draft_set (draft, "text", text);
  envoi_draft_set (draft, "text-basis", basis);
}

void
envoi_twin_follow (EnvoiDraft *draft)
{
  g_object_set (draft, "is-text-custom", FALSE, NULL);
  envoi_draft_set (draft, "text", "");
  envoi_draft_set (draft, "text-basis", "");
}
