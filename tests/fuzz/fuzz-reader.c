/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-message-reader.h"
#include "envoi-text.h"

/* Any octets can be taken apart, and what is shown of them is valid text. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) source = g_bytes_new (data, size);
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
  g_autofree char *subject = NULL;
  GPtrArray *parts;

  if (!reader)
    return 0;

  subject = envoi_message_reader_dup_header (reader, "Subject");
  g_assert_true (!subject || envoi_text_is_one_line (subject));
  parts = envoi_message_reader_get_parts (reader);
  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);

    g_assert_true (envoi_text_is_one_line (part->name));
  }
  return 0;
}
