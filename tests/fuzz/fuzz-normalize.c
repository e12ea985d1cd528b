/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-manifest.h"

/* Whatever comes in, only whole CRLF line ends go out. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) source = g_bytes_new (data, size);
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_bytes (source);
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();
  const char *octets;
  gsize length;

  if (!envoi_message_normalize_sync (input, output, NULL, NULL))
    return 0;

  octets = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (output));
  length = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (output));
  for (gsize i = 0; i < length; i++) {
    g_assert_true (octets[i] != '\r' || (i + 1 < length && octets[i + 1] == '\n'));
    g_assert_true (octets[i] != '\n' || (i > 0 && octets[i - 1] == '\r'));
  }
  return 0;
}
