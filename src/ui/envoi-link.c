/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-link.h"

#include "envoi-address.h"

#include <string.h>

static const char *const schemes[] = { "http", "https", "mailto", "tel", "ftp" };

static gboolean
has_blank_or_quote (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isspace (c) || g_unichar_iscntrl (c) || strchr ("\"<>\\^`{|}", *p))
      return TRUE;
  }

  return FALSE;
}

/* "localhost:8080/x" has a colon too; a scheme has no dot and no digit after it. */
static gboolean
is_host_with_port (const char *text)
{
  const char *colon = strchr (text, ':');

  return colon && g_ascii_isdigit (colon[1]);
}

static char *
keep_scheme (const char *text,
             const char *scheme)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strcasecmp (scheme, schemes[i]) == 0 && text[strlen (scheme) + 1] != '\0')
      return g_strdup (text);
  }

  return NULL;
}

char *
envoi_link_normalize (const char *text)
{
  g_autofree char *link = g_strstrip (g_strdup (text));
  g_autofree char *scheme = g_uri_parse_scheme (link);

  if (*link == '\0' || has_blank_or_quote (link))
    return NULL;
  if (scheme && !is_host_with_port (link))
    return keep_scheme (link, scheme);
  if (strchr (link, '@') && envoi_address_check_mailbox (link, NULL))
    return g_strconcat ("mailto:", link, NULL);
  if (strchr (link, '.') || is_host_with_port (link))
    return g_strconcat ("https://", link, NULL);

  return NULL;
}
