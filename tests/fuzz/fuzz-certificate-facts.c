/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-certificate-facts.h"

/* What was kept of a certificate is read back, also when the file was tampered with;
 * read and written again it stays as it is. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (EnvoiCertificateFacts) facts = envoi_certificate_facts_parse (text);
  g_autoptr (EnvoiCertificateFacts) again = NULL;
  g_autofree char *lines = NULL;
  g_autofree char *lines_again = NULL;

  if (!facts)
    return 0;

  lines = envoi_certificate_facts_format (facts);
  again = envoi_certificate_facts_parse (lines);
  g_assert_nonnull (again);
  lines_again = envoi_certificate_facts_format (again);
  g_assert_cmpstr (lines, ==, lines_again);
  return 0;
}
