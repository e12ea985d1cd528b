/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-client-guide.h"

#include <glib/gi18n.h>

/* docs/client-ids.md says the same at length. */
static const EnvoiClientGuide guides[] = {
  {
    "google", "Google", "https://console.cloud.google.com/auth/clients",
    N_("1. Make a project and enable the Gmail API.\n"
       "2. Audience: External, and publish the app. While it is in testing, the sign-in "
       "ends after 7 days.\n"
       "3. Make a client of the type Desktop app, and copy its id and secret here."), TRUE,
  },
  {
    "microsoft", "Microsoft", "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps",
    N_("1. Register an application, for personal and work accounts.\n"
       "2. Authentication: add the platform for mobile and desktop applications with the "
       "address http://localhost, and allow public client flows.\n"
       "3. Copy the application (client) id here. There is no secret."), FALSE,
  },
  {
    "yandex", "Yandex", "https://oauth.yandex.com/client/new",
    N_("1. Register an application for web services, with the redirect address "
       "http://localhost:28127/.\n"
       "2. Give it the permission to send mail by SMTP (mail:smtp).\n"
       "3. Copy its client id and secret here."), TRUE,
  },
  {
    "mailru", "Mail.ru", "https://o2.mail.ru/app/",
    N_("1. Register an application with the redirect address http://localhost:28127/, exactly "
       "so.\n"
       "2. Copy its client id and secret here."), TRUE,
  },
  {
    "fastmail", "Fastmail", "https://www.fastmail.com/for-developers/oauth/",
    N_("1. Fastmail registers clients by mail: ask for one for a desktop program with the "
       "redirect address http://localhost/ and the scope for SMTP.\n"
       "2. Copy the client id here. There is no secret. Until then an app password works as "
       "well."), FALSE,
  },
};

/**
 * envoi_client_guide_find:
 * @oauth_id: whose client id: "google" ...
 *
 * Returns: (transfer none) (nullable): how one gets it
 */
const EnvoiClientGuide *
envoi_client_guide_find (const char *oauth_id)
{
  for (guint i = 0; i < G_N_ELEMENTS (guides); i++) {
    if (g_str_equal (guides[i].oauth_id, oauth_id))
      return &guides[i];
  }

  return NULL;
}

/**
 * envoi_client_guide_get:
 * @index: which, from 0
 *
 * Returns: (transfer none) (nullable): a guide, %NULL behind the last
 */
const EnvoiClientGuide *
envoi_client_guide_get (guint index)
{
  return index < G_N_ELEMENTS (guides) ? &guides[index] : NULL;
}

/**
 * envoi_client_guide_get_text:
 * @self: a guide
 *
 * Returns: (transfer none): its steps in the person's language
 */
const char *
envoi_client_guide_get_text (const EnvoiClientGuide *self)
{
  return _(self->guide);
}
