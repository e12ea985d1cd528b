/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-output.h"

#include "envoi-options.h"

#include "envoi-error-names.h"
#include "envoi-text.h"

#include <glib/gi18n.h>
#include <stdio.h>

#define LINE_CHARS 2000
/* A letter is held for a minute at most for undo; longer means a schedule. */
#define LONGEST_UNDO (60 * G_USEC_PER_SEC)

static void
write_out (FILE       *stream,
           const char *format,
           va_list     arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  /* Not g_print(): that turns what the locale cannot say into question marks. */
  fputs (text, stream);
  fputc ('\n', stream);
  fflush (stream);
}

void
envoi_output_print (const char *format,
                    ...)
{
  va_list arguments;

  va_start (arguments, format);
  write_out (stdout, format, arguments);
  va_end (arguments);
}

void
envoi_output_complain (const char *format,
                       ...)
{
  va_list arguments;

  fprintf (stderr, "%s: ", g_get_prgname ());
  va_start (arguments, format);
  write_out (stderr, format, arguments);
  va_end (arguments);
}

void
envoi_output_print_error (const GError *error)
{
  g_autoptr (EnvoiProblem) problem = NULL;

  if (error->domain == ENVOI_CLI_ERROR) {
    envoi_output_complain ("%s", error->message);
    return;
  }

  problem = envoi_problem_new (error);
  envoi_output_complain (_("%s. %s"), problem->title, error->message);
  envoi_output_complain ("%s", problem->body);
}

static void
add_string (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
add_time (JsonBuilder *builder,
          const char  *name,
          gint64       time_us)
{
  g_autofree char *text = time_us > 0 ? format_time (time_us) : NULL;

  add_string (builder, name, text);
}

static void
add_cli_error (JsonBuilder  *builder,
               const GError *error)
{
  json_builder_begin_object (builder);
  add_string (builder, "domain", "cli");
  add_string (builder, "code", error->code == ENVOI_CLI_ERROR_USAGE ? "USAGE" : "NO_SECRET");
  add_string (builder, "title", error->message);
  add_string (builder, "body", "");
  json_builder_end_object (builder);
}

static void
add_certificate (JsonBuilder                 *builder,
                 const EnvoiCertificateFacts *facts)
{
  g_auto (GStrv) faults = envoi_certificate_facts_dup_faults (facts);

  json_builder_begin_object (builder);
  add_string (builder, "server", facts->host);
  add_string (builder, "names", facts->names);
  add_string (builder, "issuer", facts->issuer);
  add_time (builder, "valid_from", facts->valid_from * G_USEC_PER_SEC);
  add_time (builder, "valid_until", facts->valid_until * G_USEC_PER_SEC);
  add_string (builder, "key", facts->key);
  json_builder_set_member_name (builder, "wrong");
  json_builder_begin_array (builder);
  for (guint i = 0; faults[i]; i++)
    json_builder_add_string_value (builder, faults[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

void
envoi_output_add_error (JsonBuilder        *builder,
                        const char         *domain,
                        int                 code,
                        const EnvoiProblem *problem)
{
  json_builder_begin_object (builder);
  add_string (builder, "domain", domain);
  add_string (builder, "code", envoi_error_code_to_string (domain, code));
  add_string (builder, "title", problem->title);
  add_string (builder, "body", problem->body);
  add_string (builder, "details", problem->details);
  if (problem->certificate) {
    json_builder_set_member_name (builder, "certificate");
    add_certificate (builder, problem->certificate);
  }
  json_builder_end_object (builder);
}

void
envoi_output_print_error_json (const GError *error)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "id", NULL);
  add_string (builder, "subject", NULL);
  add_string (builder, "created", NULL);
  add_string (builder, "state", "failed");
  json_builder_set_member_name (builder, "recipients");
  json_builder_begin_array (builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "error");

  if (error->domain == ENVOI_CLI_ERROR) {
    add_cli_error (builder, error);
  } else {
    g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

    envoi_output_add_error (builder, envoi_error_domain_to_string (error->domain), error->code,
                            problem);
  }

  json_builder_end_object (builder);
  envoi_output_take_json (builder);
}

const char *
envoi_output_get_state (const EnvoiLetterRecord *letter,
                        gint64                   now)
{
  if (letter->state == ENVOI_LETTER_QUEUED && letter->hold_until > now + LONGEST_UNDO)
    return "scheduled";
  if (letter->state == ENVOI_LETTER_DRAFT && letter->was_cancelled)
    return "cancelled";

  return envoi_letter_state_to_string (letter->state);
}

/* What went wrong last; a letter that is on its way again has no error. */
static gboolean
has_error (const EnvoiLetterRecord *letter)
{
  return letter->error_domain &&
         (letter->state == ENVOI_LETTER_WAITING || letter->state == ENVOI_LETTER_FAILED ||
          letter->state == ENVOI_LETTER_UNKNOWN);
}

void
envoi_output_print_letter (const EnvoiLetterRecord *letter,
                           const char              *host,
                           gint64                   now)
{
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *subject = envoi_text_decode_foreign (letter->subject, strlen (letter->subject),
                                                        LINE_CHARS);

  envoi_output_print ("%s  %-9s  %s", letter->id, envoi_output_get_state (letter, now), subject);

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    envoi_output_print ("  %s: %s%s%s", recipient->address,
                        envoi_recipient_state_to_string (recipient->state),
                        recipient->text ? ": " : "", recipient->text ? recipient->text : "");
  }

  /* By these words whoever runs the server finds the letter again. */
  if (letter->state == ENVOI_LETTER_SENT && letter->reply_text)
    envoi_output_print ("  > %d %s", letter->reply_code, letter->reply_text);

  if (!has_error (letter))
    return;

  problem = envoi_problem_new_for_letter (letter, host);
  /* Translators: what happened, without a full stop, then what to do */
  envoi_output_print (_("  %s. %s"), problem->title, problem->body);
  if (problem->details)
    envoi_output_print ("  > %s", problem->details);
}

static void
add_recipients (JsonBuilder             *builder,
                const EnvoiLetterRecord *letter)
{
  json_builder_set_member_name (builder, "recipients");
  json_builder_begin_array (builder);

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    json_builder_begin_object (builder);
    add_string (builder, "address", recipient->address);
    add_string (builder, "state", envoi_recipient_state_to_string (recipient->state));
    json_builder_set_member_name (builder, "code");
    json_builder_add_int_value (builder, recipient->code);
    add_string (builder, "enhanced", recipient->enhanced);
    add_string (builder, "text", recipient->text);
    json_builder_end_object (builder);
  }

  json_builder_end_array (builder);
}

/* The server's last word on the whole letter. */
static void
add_reply (JsonBuilder             *builder,
           const EnvoiLetterRecord *letter)
{
  json_builder_set_member_name (builder, "reply");
  if (letter->reply_code == 0) {
    json_builder_add_null_value (builder);
    return;
  }

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "code");
  json_builder_add_int_value (builder, letter->reply_code);
  add_string (builder, "enhanced", letter->reply_enhanced);
  add_string (builder, "text", letter->reply_text);
  json_builder_end_object (builder);
}

void
envoi_output_add_letter (JsonBuilder             *builder,
                         const EnvoiLetterRecord *letter,
                         const char              *host,
                         gint64                   now)
{
  json_builder_begin_object (builder);
  add_string (builder, "id", letter->id);
  add_string (builder, "subject", letter->subject);
  add_time (builder, "created", letter->created);
  add_string (builder, "state", envoi_output_get_state (letter, now));
  add_string (builder, "account", letter->account_id);
  add_string (builder, "message_id", letter->message_id);
  add_time (builder, "next_try",
            letter->state == ENVOI_LETTER_WAITING ? letter->next_try :
            letter->state == ENVOI_LETTER_QUEUED ? letter->hold_until : 0);
  add_recipients (builder, letter);
  add_reply (builder, letter);

  json_builder_set_member_name (builder, "error");
  if (has_error (letter)) {
    g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (letter, host);

    envoi_output_add_error (builder, letter->error_domain, letter->error_code, problem);
  } else {
    json_builder_add_null_value (builder);
  }

  json_builder_end_object (builder);
}

static void
take_json (JsonBuilder *builder,
           gboolean     is_pretty)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, is_pretty);

  envoi_output_print ("%s", text);
  g_object_unref (builder);
}

void
envoi_output_take_json (JsonBuilder *builder)
{
  take_json (builder, TRUE);
}

void
envoi_output_take_json_line (JsonBuilder *builder)
{
  take_json (builder, FALSE);
}
