/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-audit-line.h"

#include "envoi-error-names.h"

#include <json-glib/json-glib.h>

/* A line of the audit log for other programs, the same from the window and from
 * the command line. */

static void
add_text (JsonBuilder *builder,
          const char  *name,
          const char  *text,
          gboolean     is_masked)
{
  g_autofree char *masked = text && is_masked ? envoi_audit_line_mask (text) : g_strdup (text);

  json_builder_set_member_name (builder, name);
  if (masked)
    json_builder_add_string_value (builder, masked);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder,
            const char  *name,
            gint64       number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
add_attempt (JsonBuilder            *builder,
             const EnvoiAuditRecord *record,
             gboolean                is_masked)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (record->time / G_USEC_PER_SEC);
  g_autofree char *iso = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");

  add_text (builder, "time", iso, FALSE);
  add_text (builder, "letter", record->letter_id, is_masked);
  add_text (builder, "account", record->account_id, is_masked);
  add_text (builder, "sender", record->sender, is_masked);
  add_number (builder, "recipients", record->n_recipients);
  add_number (builder, "accepted", record->n_accepted);
  add_number (builder, "refused", record->n_refused);
}

static void
add_outcome (JsonBuilder            *builder,
             const EnvoiAuditRecord *record,
             gboolean                is_masked)
{
  const char *code = record->error_domain ?
                     envoi_error_code_to_string (record->error_domain, record->error_code) : NULL;

  add_text (builder, "result", envoi_letter_state_to_string (record->result), FALSE);
  add_text (builder, "error_domain", record->error_domain, FALSE);
  add_text (builder, "error_code", code, FALSE);
  add_number (builder, "reply_code", record->reply_code);
  add_text (builder, "reply_enhanced", record->reply_enhanced, FALSE);
  add_text (builder, "reply_text", record->reply_text, is_masked);
}

char *
envoi_audit_line_mask (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("([^\\s<>()\"@])[^\\s<>()\"@]*@", 0, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, "\\1***@", 0, NULL);
}

char *
envoi_audit_line_format (const EnvoiAuditRecord *record,
                         gboolean                is_masked)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_attempt (builder, record, is_masked);
  add_outcome (builder, record, is_masked);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
