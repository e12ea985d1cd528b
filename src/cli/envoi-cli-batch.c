/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli-batch.h"

#include "envoi-follow.h"
#include "envoi-output.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* envoictl send --batch: a letter for each line of standard input, an object in
 * JSON. Every letter is durable before the next line is read, and its id is
 * printed then: whoever reads the output knows how far it came. */

typedef struct {
  EnvoiCli *cli;
  EnvoiAccount *account;
  const EnvoiBatchHow *how;
  GDataInputStream *input;
  guint n_lines;
  guint n_refused;
  GStrvBuilder *ids;

  EnvoiDraft *draft;        /* of the line at hand */
  char **attach;
  guint n_attached;
} Batch;

static void read_next (Batch *batch);

static void
batch_free (Batch *batch)
{
  g_object_unref (batch->account);
  g_object_unref (batch->input);
  g_clear_object (&batch->draft);
  g_strfreev (batch->attach);
  g_strv_builder_unref (batch->ids);
  g_free (batch);
}

static void
refuse_line (Batch  *batch,
             GError *error)
{
  g_autoptr (GError) owned = error;

  batch->n_refused++;
  /* Translators: the number of a line, and what is wrong with it */
  envoi_output_complain (_("Line %u: %s"), batch->n_lines, owned->message);
  read_next (batch);
}

static gboolean
complain (GError     **error,
          const char  *sentence)
{
  g_set_error_literal (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, sentence);
  return FALSE;
}

/* A text, or an array of texts; NULL for anything else. */
static char **
dup_texts (JsonNode *node)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (!array && json_node_get_value_type (node) == G_TYPE_STRING)
    g_strv_builder_add (builder, json_node_get_string (node));
  else if (!array)
    return NULL;

  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) != G_TYPE_STRING)
      return NULL;
    g_strv_builder_add (builder, json_node_get_string (element));
  }

  return g_strv_builder_end (builder);
}

static gboolean
add_headers (EnvoiDraft  *draft,
             char       **headers,
             GError     **error)
{
  for (guint i = 0; headers[i]; i++) {
    g_auto (GStrv) parts = g_strsplit (headers[i], ":", 2);

    if (g_strv_length (parts) < 2 || !*parts[0])
      return complain (error, _("A header must be “Name: value”."));
    if (!envoi_draft_add_header (draft, parts[0], g_strstrip (parts[1]), error))
      return FALSE;
  }

  return TRUE;
}

/* The members are called as the options are. */
static gboolean
take_member (Batch       *batch,
             const char  *name,
             JsonNode    *node,
             GError     **error)
{
  static const char *const fields[] = { "to", "cc", "bcc", "subject", "text", "html", NULL };
  g_auto (GStrv) texts = dup_texts (node);
  g_autofree char *joined = texts ? g_strjoinv (", ", texts) : NULL;

  if (!texts)
    return complain (error, _("A member must be a text or a list of texts."));

  if (g_str_equal (name, "attach"))
    batch->attach = g_steal_pointer (&texts);
  else if (g_str_equal (name, "header"))
    return add_headers (batch->draft, texts, error);
  else if (g_strv_contains (fields, name))
    envoi_draft_set (batch->draft, name, joined);
  else
    return complain (error, _("The members are to, cc, bcc, subject, text, html, attach and header."));

  return TRUE;
}

static gboolean
fill_draft (Batch       *batch,
            const char  *line,
            GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!json_parser_load_from_data (parser, line, -1, NULL) ||
      !(root = json_parser_get_root (parser)) || !JSON_NODE_HOLDS_OBJECT (root))
    return complain (error, _("It must be one object in JSON."));

  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    if (!take_member (batch, name, node, error))
      return FALSE;

  return TRUE;
}

static void
tell_durable (Batch      *batch,
              const char *id)
{
  g_autoptr (JsonBuilder) builder = NULL;

  g_strv_builder_add (batch->ids, id);
  if (!batch->how->is_json) {
    envoi_output_print ("%s", id);
    return;
  }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "line");
  json_builder_add_int_value (builder, batch->n_lines);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, id);
  json_builder_end_object (builder);
  envoi_output_take_json_line (g_steal_pointer (&builder));
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Batch *batch = user_data;
  GError *error = NULL;
  g_autofree char *id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);

  if (!id) {
    refuse_line (batch, error);
    return;
  }

  tell_durable (batch, id);
  read_next (batch);
}

static void attach_next (Batch *batch);

static void
did_attach_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Batch *batch = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiAttachment) attachment =
    envoi_service_attach_finish (ENVOI_SERVICE (source), result, &error);

  if (!attachment) {
    refuse_line (batch, error);
    return;
  }

  envoi_draft_add_attachment (batch->draft, attachment);
  attach_next (batch);
}

/* What is attached, one after the other, then the letter. */
static void
attach_next (Batch *batch)
{
  EnvoiService *service = envoi_cli_get_service (batch->cli);
  GCancellable *cancellable = envoi_cli_get_cancellable (batch->cli);
  const char *path = batch->attach ? batch->attach[batch->n_attached] : NULL;
  gint64 due = batch->how->hold_until;
  g_autoptr (GFile) file = NULL;

  if (!path) {
    if (due == 0)
      due = envoi_clock_get_now (envoi_service_get_clock (service));
    envoi_service_send_async (service, batch->draft, due, cancellable, did_send_cb, batch);
    return;
  }

  batch->n_attached++;
  file = g_file_new_for_path (path);
  envoi_service_attach_async (service, file, NULL, NULL, cancellable, did_attach_cb, batch);
}

static void
take_line (Batch      *batch,
           const char *line)
{
  GError *error = NULL;

  g_clear_object (&batch->draft);
  g_clear_pointer (&batch->attach, g_strfreev);
  batch->n_attached = 0;
  batch->draft = envoi_service_create_draft (envoi_cli_get_service (batch->cli), batch->account);

  if (fill_draft (batch, line, &error))
    attach_next (batch);
  else
    refuse_line (batch, error);
}

/* Whoever holds the lock sends. If that is this process, it has to stay, also for
 * the good letters among bad lines. */
static void
end (Batch *batch)
{
  EnvoiCli *cli = batch->cli;
  EnvoiOutbox *outbox = envoi_service_get_outbox (envoi_cli_get_service (cli));
  g_auto (GStrv) ids = g_strv_builder_end (batch->ids);
  gboolean must_stay = batch->how->must_wait ||
                       (batch->how->hold_until == 0 && envoi_outbox_is_sender (outbox));
  gboolean has_refused = batch->n_refused > 0;
  EnvoiFollowFlags flags = ENVOI_FOLLOW_QUIET | ENVOI_FOLLOW_LINES;

  batch_free (batch);
  if (has_refused)
    flags |= ENVOI_FOLLOW_AFTER_BAD_INPUT;
  if (must_stay && *ids)
    envoi_follow_and_finish (cli, (const char *const *) ids, flags);
  else
    envoi_cli_finish (cli, has_refused ? ENVOI_EXIT_BAD_INPUT : ENVOI_EXIT_OK);
}

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Batch *batch = user_data;
  EnvoiCli *cli = batch->cli;
  GError *error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  batch->n_lines++;
  if (error && error->domain == G_CONVERT_ERROR) {
    refuse_line (batch, error);
  } else if (error) {
    batch_free (batch);
    envoi_cli_fail (cli, error);
  } else if (!line) {
    end (batch);
  } else if (!*g_strstrip (line)) {
    read_next (batch);
  } else {
    take_line (batch, line);
  }
}

static void
read_next (Batch *batch)
{
  g_data_input_stream_read_line_async (batch->input, G_PRIORITY_DEFAULT,
                                       envoi_cli_get_cancellable (batch->cli), did_read_cb, batch);
}

void
envoi_cli_batch (EnvoiCli            *cli,
                 EnvoiAccount        *account,
                 const EnvoiBatchHow *how)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  Batch *batch = g_new0 (Batch, 1);

  batch->cli = cli;
  batch->account = g_object_ref (account);
  batch->how = how;
  batch->input = g_data_input_stream_new (input);
  batch->ids = g_strv_builder_new ();
  read_next (batch);
}
