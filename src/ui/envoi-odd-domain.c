/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-odd-domain.h"

#include <string.h>

/* Before this many people are known, nearly every domain is new. */
#define MIN_KNOWN 20

/* Where many people have their mail, and a slip ends at somebody else's. */
static const char *const common[] = {
  "gmail.com", "qq.com", "163.com", "126.com", "outlook.com", "hotmail.com", "yahoo.com",
  "icloud.com", "foxmail.com", "sina.com", "sohu.com", "139.com", "aliyun.com", "gmx.com",
  "gmx.de", "web.de", "yandex.ru", "mail.ru", "proton.me", "protonmail.com", "live.com", NULL,
};

/* Real ones that look like slips of others. */
static const char *const real[] = {
  "mail.com", "email.com", "gmx.net", "gmx.at", "gmx.ch", "ymail.com", "sina.cn", "yeah.net",
  "188.com", "189.cn", "wo.cn", "21.cn", "me.com", "mac.com", "msn.com", "qq.cn", "live.cn",
  "yahoo.co", "tom.com", "vip.qq.com", "live.de", "mail.de", NULL,
};

static const char *
get_domain (const char *mailbox)
{
  const char *at = strrchr (mailbox, '@');

  return at ? at + 1 : "";
}

/* One letter wrong, missing, too many, or two in each other's place. */
static gboolean
is_one_slip (const char *a,
             const char *b)
{
  gsize length_a = strlen (a);
  gsize length_b = strlen (b);
  gsize start = 0;
  gsize end = 0;

  while (a[start] != '\0' && a[start] == b[start])
    start++;
  while (end < length_a - start && end < length_b - start &&
         a[length_a - 1 - end] == b[length_b - 1 - end])
    end++;

  length_a -= start + end;
  length_b -= start + end;
  if (length_a == 2 && length_b == 2)
    return a[start] == b[start + 1] && a[start + 1] == b[start];

  return length_a + length_b > 0 && length_a <= 1 && length_b <= 1;
}

/* What stands between a short domain and another is seldom a slip. */
static gboolean
may_mean (const char *domain,
          const char *other)
{
  gsize shorter = MIN (strcspn (domain, "."), strcspn (other, "."));

  return is_one_slip (domain, other) &&
         (shorter >= 4 || g_str_has_prefix (domain, other) || g_str_has_prefix (other, domain));
}

static char *
dup_domain (const char *person)
{
  g_autofree char *domain = g_ascii_strdown (get_domain (person), -1);

  domain[strcspn (domain, ">")] = '\0';
  return g_steal_pointer (&domain);
}

EnvoiDomainKind
envoi_odd_domain_judge (const char         *mailbox,
                        const char *const  *known,
                        char              **meant)
{
  g_autofree char *domain = g_ascii_strdown (get_domain (mailbox), -1);
  g_autofree char *candidate = NULL;
  guint n_known = 0;

  if (g_strv_contains (common, domain) || g_strv_contains (real, domain))
    return ENVOI_DOMAIN_FAMILIAR;

  for (; known && known[n_known]; n_known++) {
    g_autofree char *other = dup_domain (known[n_known]);

    if (g_str_equal (other, domain))
      return ENVOI_DOMAIN_FAMILIAR;
    if (!candidate && may_mean (domain, other))
      candidate = g_steal_pointer (&other);
  }

  for (guint i = 0; !candidate && common[i]; i++) {
    if (may_mean (domain, common[i]))
      candidate = g_strdup (common[i]);
  }

  if (candidate) {
    *meant = g_steal_pointer (&candidate);
    return ENVOI_DOMAIN_MISTYPED;
  }

  return n_known >= MIN_KNOWN ? ENVOI_DOMAIN_NEW : ENVOI_DOMAIN_FAMILIAR;
}
