/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-visit-private.h"

#include <string.h>

/* (nullable) (transfer full): the one header of this name; two make the request bad. */
static char *
dup_header (char       **lines,
            const char  *name,
            gboolean    *is_doubled)
{
  char *value = NULL;

  for (guint i = 1; lines[i]; i++) {
    const char *colon = strchr (lines[i], ':');
    gsize length = colon ? (gsize) (colon - lines[i]) : 0;

    if (length != strlen (name) || g_ascii_strncasecmp (lines[i], name, length) != 0)
      continue;

    *is_doubled = *is_doubled || value != NULL;
    g_free (value);
    value = g_strstrip (g_strdup (colon + 1));
  }

  return value;
}

/* A name that only resolves to this computer is a page's trick to read from us. */
static gboolean
is_our_host (const char *host,
             guint16     port)
{
  static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };

  for (guint i = 0; host && i < G_N_ELEMENTS (names); i++) {
    g_autofree char *ours = g_strdup_printf ("%s:%u", names[i], port);

    if (g_ascii_strcasecmp (host, ours) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The browser comes here by following a redirect, which it calls navigating. A
 * script, an image or a form of some page is none of that. Old browsers say
 * nothing. */
static gboolean
is_navigation (char     **lines,
               gboolean  *is_doubled)
{
  g_autofree char *mode = dup_header (lines, "Sec-Fetch-Mode", is_doubled);
  g_autofree char *origin = dup_header (lines, "Origin", is_doubled);

  if (mode)
    return g_ascii_strcasecmp (mode, "navigate") == 0;

  return origin == NULL;
}

/**
 * envoi_oauth_visit_parse:
 * @head: an HTTP request up to its empty line, NUL-terminated
 * @path: the one path that is served
 * @port: the port it came to
 * @query: (out) (nullable): what came after the "?"
 *
 * Reads a request line and the few headers that tell friend from foe (RFC 9112).
 *
 * Returns: the status to answer with
 *
 * Thread: any
 */
EnvoiOAuthVisit
envoi_oauth_visit_parse (const char  *head,
                         const char  *path,
                         guint16      port,
                         char       **query)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0] ? lines[0] : "", " ", -1);
  g_autofree char *host = NULL;
  g_auto (GStrv) target = NULL;
  gboolean is_doubled = FALSE;

  if (g_strv_length (words) != 3 || !g_str_has_prefix (words[2], "HTTP/1."))
    return ENVOI_OAUTH_VISIT_BAD;

  host = dup_header (lines, "Host", &is_doubled);
  if (!is_our_host (host, port) || !is_navigation (lines, &is_doubled) || is_doubled)
    return ENVOI_OAUTH_VISIT_BAD;

  target = g_strsplit (words[1], "?", 2);
  if (!target[0] || !g_str_equal (target[0], path))
    return ENVOI_OAUTH_VISIT_NOT_HERE;

  if (!g_str_equal (words[0], "GET"))
    return ENVOI_OAUTH_VISIT_WRONG_METHOD;

  *query = g_strdup (target[1]);
  return ENVOI_OAUTH_VISIT_ACCEPTED;
}
