/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-signature.h"

#include "envoi-html.h"

/* Signatures, which accounts keep as text and only the message layer can clean. */

/* A picture is a part of a letter, and a signature belongs to none yet. */
static char *
drop_pictures (const char *html)
{
  g_autoptr (GRegex) pictures = g_regex_new ("<img\\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
                                             G_REGEX_CASELESS, 0, NULL);

  return g_regex_replace_literal (pictures, html, -1, 0, "", 0, NULL);
}

static char *
clean (const char  *html,
       GError     **error)
{
  g_autofree char *safe = envoi_html_sanitize (html, error);

  return safe ? drop_pictures (safe) : NULL;
}

gboolean
envoi_signature_set (EnvoiIdentity  *identity,
                     const char     *html,
                     GError        **error)
{
  g_autofree char *safe = NULL;
  g_autofree char *text = NULL;
  g_autofree char *seen = NULL;

  g_return_val_if_fail (ENVOI_IS_IDENTITY (identity), FALSE);

  safe = clean (html, error);
  if (!safe)
    return FALSE;

  text = envoi_html_to_text (safe);
  seen = g_strstrip (g_strdup (text));
  envoi_identity_set_signature (identity, *seen ? safe : "", *seen ? text : "");
  return TRUE;
}

char *
envoi_signature_dup_html (EnvoiIdentity *identity)
{
  char *safe = clean (envoi_identity_get_signature_html (identity), NULL);

  return safe ? safe : g_strdup ("");
}
