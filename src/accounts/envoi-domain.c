/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-domain-private.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <string.h>

/**
 * envoi_domain_to_ascii:
 * @domain: (nullable): a domain as a person or a name server writes it
 *
 * Returns: (transfer full): its A-labels in lower case (RFC 5890)
 *
 * Thread: any
 */
char *
envoi_domain_to_ascii (const char *domain)
{
  g_autofree char *ascii = domain ? g_hostname_to_ascii (domain) : NULL;
  char *lower;
  gsize length;

  if (!domain)
    return g_strdup ("");

  lower = g_ascii_strdown (ascii ? ascii : domain, -1);
  length = strlen (lower);

  /* A name server's answer ends with the root's dot. */
  if (length > 0 && lower[length - 1] == '.')
    lower[length - 1] = '\0';

  return lower;
}

/* Below a top-level domain that the list does not have, a registered one has two
 * labels: the list's own default. */
static const char *
skip_to_last_labels (const char *domain)
{
  const char *dot = strrchr (domain, '.');

  while (dot && dot > domain && dot[-1] != '.')
    dot--;

  return dot ? dot : domain;
}

/**
 * envoi_domain_dup_base:
 * @domain: a domain
 *
 * Finds what was registered by the Public Suffix List, so that a person can be
 * shown who a server really belongs to.
 *
 * Returns: (transfer full): the registered domain in A-labels; an address stays whole
 *
 * Thread: any
 */
char *
envoi_domain_dup_base (const char *domain)
{
  g_autofree char *ascii = envoi_domain_to_ascii (domain);
  const char *base = soup_tld_get_base_domain (ascii, NULL);

  if (!base)
    base = g_hostname_is_ip_address (ascii) ? ascii : skip_to_last_labels (ascii);

  return g_strdup (base);
}

/**
 * envoi_domain_is_below:
 * @host: a name
 * @suffix: a domain
 *
 * Returns: whether @host is @suffix or a name in it
 *
 * Thread: any
 */
gboolean
envoi_domain_is_below (const char *host,
                       const char *suffix)
{
  gsize host_length = strlen (host);
  gsize suffix_length = strlen (suffix);

  if (host_length < suffix_length || !g_str_has_suffix (host, suffix))
    return FALSE;

  return host_length == suffix_length || host[host_length - suffix_length - 1] == '.';
}
