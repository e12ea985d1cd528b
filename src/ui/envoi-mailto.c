/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-mailto.h"

#include "envoi-html.h"

#include <string.h>

#define SCHEME "mailto:"

/* The fields a link may fill; every other one is left out. */
static const struct {
  const char *field;
  const char *property;
  gboolean is_address_list;
} fields[] = {
  { "to", "to", TRUE },
  { "cc", "cc", TRUE },
  { "bcc", "bcc", TRUE },
  { "subject", "subject", FALSE },
  { "in-reply-to", "in-reply-to", FALSE },
  { "body", "text", FALSE },
};

/* NULL for bytes that are not UTF-8 or hold a NUL. "+" is itself here, not a space. */
static char *
decode (const char *text,
        gsize       length)
{
  g_autofree char *decoded = g_uri_unescape_segment (text, text + length, NULL);

  if (!decoded || !g_utf8_validate (decoded, -1, NULL))
    return NULL;

  return g_steal_pointer (&decoded);
}

/* A field of one line stays one line, whatever the link encodes. */
static void
flatten (char *text)
{
  for (; *text; text++)
    if (g_ascii_iscntrl (*text))
      *text = ' ';
}

static char *
take_unix_lines (char *text)
{
  g_autofree char *owned = text;
  g_auto (GStrv) lines = g_strsplit (owned, "\r\n", -1);

  return g_strjoinv ("\n", lines);
}

static void
append_addresses (EnvoiDraft *draft,
                  const char *property,
                  const char *addresses)
{
  const char *before = envoi_draft_get (draft, property);
  g_autofree char *all = NULL;

  if (!*addresses)
    return;

  all = *before ? g_strconcat (before, ", ", addresses, NULL) : g_strdup (addresses);
  envoi_draft_set (draft, property, all);
}

static void
apply_field (EnvoiDraft *draft,
             const char *name,
             const char *value,
             gsize       length)
{
  g_autofree char *decoded = decode (value, length);

  for (guint i = 0; decoded && i < G_N_ELEMENTS (fields); i++) {
    if (g_ascii_strcasecmp (name, fields[i].field) != 0)
      continue;

    if (g_str_equal (fields[i].property, "text"))
      decoded = take_unix_lines (g_steal_pointer (&decoded));
    else
      flatten (decoded);

    if (fields[i].is_address_list)
      append_addresses (draft, fields[i].property, decoded);
    else
      envoi_draft_set (draft, fields[i].property, decoded);
  }
}

static void
apply_query (EnvoiDraft *draft,
             const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", -1);

  for (guint i = 0; pairs[i]; i++) {
    const char *equals = strchr (pairs[i], '=');
    g_autofree char *name = equals ? decode (pairs[i], equals - pairs[i]) : NULL;

    if (name)
      apply_field (draft, name, equals + 1, strlen (equals + 1));
  }
}

/* A letter begun by a link is formatted as any other: only its words are given. */
static void
set_body (EnvoiDraft *draft)
{
  const char *text = envoi_draft_get (draft, "text");
  g_autofree char *html = NULL;

  if (*text == '\0')
    return;

  html = envoi_html_from_text (text);
  envoi_draft_set (draft, "html", html);
  envoi_draft_set (draft, "text", "");
}

gboolean
envoi_mailto_apply (const char *uri,
                    EnvoiDraft *draft)
{
  const char *address;
  const char *query;
  g_autofree char *without_fragment = NULL;

  if (g_ascii_strncasecmp (uri, SCHEME, strlen (SCHEME)) != 0)
    return FALSE;

  without_fragment = g_strndup (uri, strcspn (uri, "#"));
  address = without_fragment + strlen (SCHEME);
  query = strchr (address, '?');

  apply_field (draft, "to", address, query ? (gsize) (query - address) : strlen (address));
  if (query)
    apply_query (draft, query + 1);
  set_body (draft);

  return TRUE;
}

static char *
dup_file_name (const char *value)
{
  g_autofree char *decoded = decode (value, strlen (value));
  g_autofree char *name = NULL;

  if (!decoded || *decoded == '\0')
    return NULL;

  flatten (decoded);
  name = g_path_get_basename (decoded);
  return g_str_equal (name, "/") || g_str_equal (name, ".") ? NULL : g_steal_pointer (&name);
}

char *
envoi_mailto_dup_wanted_file (const char *uri)
{
  const char *query = strchr (uri, '?');
  g_auto (GStrv) pairs = g_strsplit (query ? query + 1 : "", "&", -1);

  for (guint i = 0; pairs[i]; i++) {
    const char *equals = strchr (pairs[i], '=');
    g_autofree char *name = equals ? decode (pairs[i], (gsize) (equals - pairs[i])) : NULL;

    if (name && (g_ascii_strcasecmp (name, "attach") == 0 ||
                 g_ascii_strcasecmp (name, "attachment") == 0))
      return dup_file_name (equals + 1);
  }

  return NULL;
}
