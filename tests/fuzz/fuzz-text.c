/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-text.h"

/* Whatever comes in, what is shown is valid, short and on one line. */

#define MAX_CHARS 200

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = envoi_text_decode_foreign ((const char *) data, size, MAX_CHARS);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (envoi_text_is_one_line (text));
  g_assert_cmpint (g_utf8_strlen (text, -1), <=, MAX_CHARS + 1);
  return 0;
}
