/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a person registers a client id of their own with a provider that lets people do that.
 * Constant. */
typedef struct {
  const char *oauth_id;      /* EnvoiProviderOAuth.id */
  const char *name;
  const char *console;       /* the page, https */
  const char *guide;         /* not translated yet */
  gboolean    has_secret;
} EnvoiClientGuide;

/* Nullable: nobody registers one alone, or nobody knows how. */
const EnvoiClientGuide *envoi_client_guide_find  (const char  *oauth_id);
const EnvoiClientGuide *envoi_client_guide_get   (guint        index);
/* In the person's language. */
const char             *envoi_client_guide_get_text (const EnvoiClientGuide *self);

G_END_DECLS
