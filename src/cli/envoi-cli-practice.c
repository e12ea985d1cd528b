/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include "envoi-message-reader.h"
#include "envoi-store.h"

#include <glib/gi18n.h>

/* envoictl practice: the whole way of a letter without leaving this computer.
 * A sample goes to the practice server, and what arrived is taken apart. */

#define PRACTICE_ACCOUNT "practice"
#define PRACTICE_ADDRESS "practice@localhost"

typedef struct {
  gboolean is_json;

  EnvoiCli *cli;
  EnvoiDraft *draft;
  char *letter_id;
  char *message_id;
  gulong changed_id;
  gboolean is_listing;
} Practice;

static void
practice_clear (Practice *practice)
{
  g_clear_object (&practice->draft);
  g_free (practice->letter_id);
  g_free (practice->message_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Practice, practice_clear)

static void
add_parts (JsonBuilder         *builder,
           EnvoiMessageReader  *reader)
{
  GPtrArray *parts = envoi_message_reader_get_parts (reader);

  json_builder_set_member_name (builder, "parts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);

    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "name");
    json_builder_add_string_value (builder, part->name);
    json_builder_set_member_name (builder, "content_type");
    json_builder_add_string_value (builder, part->content_type);
    json_builder_set_member_name (builder, "size");
    json_builder_add_int_value (builder, (gint64) g_bytes_get_size (part->bytes));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
print_json (Practice           *practice,
            EnvoiMessageReader *reader)
{
  const char *const *complaints = envoi_message_reader_get_complaints (reader);
  g_autofree char *subject = envoi_message_reader_dup_header (reader, "Subject");
  g_autofree char *from = envoi_message_reader_dup_header (reader, "From");
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, practice->letter_id);
  json_builder_set_member_name (builder, "state");
  json_builder_add_string_value (builder, "sent");
  json_builder_set_member_name (builder, "subject");
  json_builder_add_string_value (builder, subject);
  json_builder_set_member_name (builder, "from");
  json_builder_add_string_value (builder, from);
  json_builder_set_member_name (builder, "has_html");
  json_builder_add_boolean_value (builder, envoi_message_reader_get_html (reader) != NULL);
  json_builder_set_member_name (builder, "has_text");
  json_builder_add_boolean_value (builder, envoi_message_reader_get_text (reader) != NULL);
  add_parts (builder, reader);
  json_builder_set_member_name (builder, "complaints");
  json_builder_begin_array (builder);
  for (guint i = 0; complaints && complaints[i]; i++)
    json_builder_add_string_value (builder, _(complaints[i]));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  envoi_output_take_json (builder);
}

static void
print_text (EnvoiMessageReader *reader)
{
  GPtrArray *parts = envoi_message_reader_get_parts (reader);
  const char *const *complaints = envoi_message_reader_get_complaints (reader);
  g_autofree char *subject = envoi_message_reader_dup_header (reader, "Subject");
  g_autofree char *from = envoi_message_reader_dup_header (reader, "From");

  envoi_output_print (_("A letter arrived at %s."), PRACTICE_ADDRESS);
  envoi_output_print (_("  From        %s"), from);
  envoi_output_print (_("  Subject     %s"), subject);
  envoi_output_print (_("  As HTML     %s"),
                      envoi_message_reader_get_html (reader) ? _("yes") : _("no"));
  envoi_output_print (_("  As text     %s"),
                      envoi_message_reader_get_text (reader) ? _("yes") : _("no"));

  for (guint i = 0; i < parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, i);
    g_autofree char *size = g_format_size (g_bytes_get_size (part->bytes));

    /* Translators: the name of a file, its type and its size; the columns stay */
    envoi_output_print (_("  Attachment  %s (%s, %s)"), part->name, part->content_type, size);
  }

  if (!complaints || !complaints[0])
    envoi_output_print (_("  Verdict     nothing to complain about"));
  for (guint i = 0; complaints && complaints[i]; i++)
    envoi_output_print (_("  Verdict     %s"), _(complaints[i]));
}

/* (transfer full) (nullable): the letter's own copy in the inbox; a read there is small. */
static EnvoiMessageReader *
read_letter (Practice   *practice,
             const char *id)
{
  EnvoiPracticeServer *server =
    envoi_service_get_practice (envoi_cli_get_service (practice->cli));
  g_autoptr (GFile) file = envoi_practice_server_dup_letter_file (server, id);
  g_autoptr (EnvoiMessageReader) reader = NULL;
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, NULL);
  g_autofree char *message_id = NULL;

  if (bytes)
    reader = envoi_message_reader_new (bytes, NULL);
  if (reader)
    message_id = envoi_message_reader_dup_header (reader, "Message-ID");

  if (!message_id || !strstr (practice->message_id, message_id))
    return NULL;

  return g_steal_pointer (&reader);
}

static void
did_list_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Practice *practice = user_data;
  g_autoptr (GPtrArray) letters = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;
  GError *error = NULL;

  letters = envoi_service_list_practice_finish (ENVOI_SERVICE (source), result, &error);
  if (!letters) {
    envoi_cli_fail (practice->cli, error);
    return;
  }

  for (guint i = 0; !reader && i < letters->len; i++) {
    const EnvoiPracticeLetter *letter = g_ptr_array_index (letters, i);

    reader = read_letter (practice, letter->id);
  }

  if (!reader) {
    envoi_output_complain (_("The letter was sent, but it is not in the practice inbox."));
    envoi_cli_finish (practice->cli, ENVOI_EXIT_INTERNAL);
    return;
  }

  if (practice->is_json)
    print_json (practice, reader);
  else
    print_text (reader);
  envoi_cli_finish (practice->cli, ENVOI_EXIT_OK);
}

static void
tell_failure (Practice                *practice,
              const EnvoiLetterRecord *record)
{
  gint64 now = envoi_clock_get_now (envoi_service_get_clock (envoi_cli_get_service (practice->cli)));

  if (practice->is_json) {
    JsonBuilder *builder = json_builder_new ();

    envoi_output_add_letter (builder, record, NULL, now);
    envoi_output_take_json (builder);
  } else {
    envoi_output_print_letter (record, NULL, now);
  }

  envoi_cli_finish (practice->cli, envoi_exit_for_letter (record));
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Practice *practice = user_data;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);

  if (!record) {
    envoi_cli_fail (practice->cli, error);
  } else if (record->state == ENVOI_LETTER_SENT && !practice->is_listing) {
    practice->is_listing = TRUE;
    practice->message_id = g_strdup (record->message_id);
    envoi_service_list_practice_async (envoi_cli_get_service (practice->cli),
                                       envoi_cli_get_cancellable (practice->cli), did_list_cb,
                                       practice);
  } else if (record->state == ENVOI_LETTER_FAILED || record->state == ENVOI_LETTER_WAITING ||
             record->state == ENVOI_LETTER_UNKNOWN) {
    tell_failure (practice, record);
  }
}

static void
letter_changed_cb (EnvoiStore *store,
                   const char *letter_id,
                   Practice   *practice)
{
  if (g_strcmp0 (letter_id, practice->letter_id) == 0)
    envoi_store_load_async (store, letter_id, envoi_cli_get_cancellable (practice->cli),
                            did_load_cb, practice);
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Practice *practice = user_data;
  EnvoiStore *store = envoi_service_get_store (ENVOI_SERVICE (source));
  GError *error = NULL;

  practice->letter_id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);
  if (!practice->letter_id) {
    envoi_cli_fail (practice->cli, error);
    return;
  }

  g_signal_connect (store, "letter-changed", G_CALLBACK (letter_changed_cb), practice);
  letter_changed_cb (store, practice->letter_id, practice);
}

static void
did_attach_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Practice *practice = user_data;
  EnvoiService *service = ENVOI_SERVICE (source);
  g_autoptr (EnvoiAttachment) attachment = NULL;
  GError *error = NULL;

  attachment = envoi_service_attach_bytes_finish (service, result, &error);
  if (!attachment) {
    envoi_cli_fail (practice->cli, error);
    return;
  }

  envoi_draft_add_attachment (practice->draft, attachment);
  envoi_service_send_async (service, practice->draft,
                            envoi_clock_get_now (envoi_service_get_clock (service)),
                            envoi_cli_get_cancellable (practice->cli), did_send_cb, practice);
}

static void
run_command (EnvoiCli *cli,
             gpointer  data)
{
  static const char table[] = "name,amount\r\n咖啡,3\r\n茶,2\r\n";
  Practice *practice = data;
  EnvoiService *service = envoi_cli_get_service (cli);
  g_autoptr (GBytes) bytes = g_bytes_new_static (table, sizeof table - 1);
  GError *error = NULL;
  EnvoiAccount *account;

  practice->cli = cli;
  account = envoi_cli_find_account (cli, PRACTICE_ACCOUNT, &error);
  if (!account) {
    envoi_cli_fail (cli, error);
    return;
  }

  practice->draft = envoi_service_create_draft (service, account);
  envoi_draft_set (practice->draft, "to", PRACTICE_ADDRESS);
  envoi_draft_set (practice->draft, "subject", "你好，Envoi：第一封练习信");
  envoi_draft_set (practice->draft, "html",
                   "<p>Dear <b>practice</b>,</p><p>this is a letter in two versions, with a table "
                   "attached.</p><ul><li>one</li><li>二</li></ul>");
  envoi_service_attach_bytes_async (service, bytes, "清单.csv", "text/csv",
                                    envoi_cli_get_cancellable (cli), did_attach_cb, practice);
}

int
envoi_cli_practice (char **words)
{
  g_auto (Practice) practice = { 0 };
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &practice.is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  GError *error = NULL;

  if (envoi_options_parse (options, words, rest, &error) && rest->len > 0)
    g_set_error (&error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("There is a word too many."));
  if (error)
    return envoi_cli_complain (practice.is_json, error);

  return envoi_cli_run (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, practice.is_json, run_command,
                        &practice);
}
