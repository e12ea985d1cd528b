/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-delivery-report.h"
#include "envoi-text.h"

/* Whatever comes back, what a report names and says is valid text on one line. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) source = g_bytes_new (data, size);
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
  g_autoptr (EnvoiDeliveryReport) report = reader ? envoi_delivery_report_new (reader) : NULL;

  if (!report)
    return 0;

  g_assert_nonnull (report->message_ids);
  g_assert_true (envoi_text_is_one_line (report->text));
  for (guint i = 0; i < report->recipients->len; i++) {
    const EnvoiReportedRecipient *recipient = g_ptr_array_index (report->recipients, i);

    g_assert_true (envoi_text_is_one_line (recipient->address));
    g_assert_true (!recipient->final_address || envoi_text_is_one_line (recipient->final_address));
    g_assert_true (!recipient->text || envoi_text_is_one_line (recipient->text));
    g_assert_true (!recipient->status || envoi_text_is_one_line (recipient->status));
    g_assert_cmpint (recipient->code, <, 600);
  }
  return 0;
}
