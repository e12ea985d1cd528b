/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-html.h"

#include <string.h>

/* Sanitising twice changes nothing, and nothing active is left. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *html = g_strndup ((const char *) data, size);
  g_autofree char *clean = envoi_html_sanitize (html, NULL);
  g_autofree char *again = NULL;
  g_autofree char *text = NULL;

  if (!clean)
    return 0;

  again = envoi_html_sanitize (clean, NULL);
  text = envoi_html_to_text (clean);
  g_assert_cmpstr (again, ==, clean);
  g_assert_null (strstr (clean, "<script"));
  g_assert_null (strstr (clean, "<style"));
  g_assert_null (strstr (clean, "<!"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  return 0;
}
