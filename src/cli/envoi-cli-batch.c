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
 * JSON. The id of a letter is printed when it is durable, in the order of the lines:
 * whoever reads the output knows how far it came. The next letters are made while the
 * disk is waited for, and share one such wait. */

#define MOST_UNDERWAY 8

typedef struct {
  EnvoiCli *cli;
  EnvoiAccount *account;
  const EnvoiBatchHow *how;
  GDataInputStream *input;
  guint n_lines;
  guint n_refused;
  guint n_underway;         /* handed to the store */
  gboolean is_reading;      /* or at the line that was read last */
  gboolean is_over;
  GError *error;            /* nullable: of the input */
  GStrvBuilder *ids;
} Batch;

typedef struct {
  Batch *batch;
  guint number;
  EnvoiDraft *draft;
  char **attach;
  guint n_attached;
} Line;

static void go_on (Batch *batch);

static void
batch_free (Batch *batch)
{
  g_object_unref (batch->account);
  g_object_unref (batch->input);
  g_clear_error (&batch->error);
  g_strv_builder_unref (batch->ids);
  g_free (batch);
}

static void
line_free (Line *line)
{
  g_clear_object (&line->draft);
  g_strfreev (line->attach);
  g_free (line);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Line, line_free)

static void
refuse_line (Batch  *batch,
             guint   number,
             GError *error)
{
  g_autoptr (GError) owned = error;

  batch->n_refused++;
  /* Translators: the number of a line, and what is wrong with it */
  envoi_output_complain (_("Line %u: %s"), number, owned->message);
}

/* The line that was read last is no letter. */
static void
refuse_this_line (Batch  *batch,
                  GError *error)
{
  refuse_line (batch, batch->n_lines, error);
  batch->is_reading = FALSE;
  go_on (batch);
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
take_member (Line        *line,
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
    line->attach = g_steal_pointer (&texts);
  else if (g_str_equal (name, "header"))
    return add_headers (line->draft, texts, error);
  else if (g_strv_contains (fields, name))
    envoi_draft_set (line->draft, name, joined);
  else
    return complain (error, _("The members are to, cc, bcc, subject, text, html, attach and header."));

  return TRUE;
}

static gboolean
fill_draft (Line        *line,
            const char  *text,
            GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!json_parser_load_from_data (parser, text, -1, NULL) ||
      !(root = json_parser_get_root (parser)) || !JSON_NODE_HOLDS_OBJECT (root))
    return complain (error, _("It must be one object in JSON."));

  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    if (!take_member (line, name, node, error))
      return FALSE;

  return TRUE;
}

static void
tell_durable (Batch      *batch,
              guint       number,
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
  json_builder_add_int_value (builder, number);
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
  g_autoptr (Line) line = user_data;
  Batch *batch = line->batch;
  GError *error = NULL;
  g_autofree char *id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);

  batch->n_underway--;
  if (id)
    tell_durable (batch, line->number, id);
  else
    refuse_line (batch, line->number, error);
  go_on (batch);
}

static void attach_next (Line *line);

static void
did_attach_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (Line) line = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiAttachment) attachment =
    envoi_service_attach_finish (ENVOI_SERVICE (source), result, &error);

  if (!attachment) {
    refuse_this_line (line->batch, error);
    return;
  }

  envoi_draft_add_attachment (line->draft, attachment);
  attach_next (g_steal_pointer (&line));
}

/* The store takes letters in the order in which they are handed to it. */
static void
send_line (Line *line)
{
  Batch *batch = line->batch;
  EnvoiService *service = envoi_cli_get_service (batch->cli);
  gint64 due = batch->how->hold_until;

  if (due == 0)
    due = envoi_clock_get_now (envoi_service_get_clock (service));
  batch->n_underway++;
  batch->is_reading = FALSE;
  envoi_service_send_async (service, line->draft, due, envoi_cli_get_cancellable (batch->cli),
                            did_send_cb, line);
  go_on (batch);
}

/* What is attached, one after the other, then the letter. */
static void
attach_next (Line *line)
{
  EnvoiCli *cli = line->batch->cli;
  const char *path = line->attach ? line->attach[line->n_attached] : NULL;
  g_autoptr (GFile) file = NULL;

  if (!path) {
    send_line (line);
    return;
  }

  line->n_attached++;
  file = g_file_new_for_path (path);
  envoi_service_attach_async (envoi_cli_get_service (cli), file, NULL, NULL,
                              envoi_cli_get_cancellable (cli), did_attach_cb, line);
}

static void
take_line (Batch      *batch,
           const char *text)
{
  g_autoptr (Line) line = g_new0 (Line, 1);
  GError *error = NULL;

  line->batch = batch;
  line->number = batch->n_lines;
  line->draft = envoi_service_create_draft (envoi_cli_get_service (batch->cli), batch->account);

  if (fill_draft (line, text, &error))
    attach_next (g_steal_pointer (&line));
  else
    refuse_this_line (batch, error);
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
  GError *error = NULL;
  g_autofree char *line =
    g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, &error);

  batch->n_lines++;
  if (error && error->domain == G_CONVERT_ERROR) {
    refuse_this_line (batch, error);
  } else if (line && *g_strstrip (line)) {
    take_line (batch, line);
  } else {
    batch->is_reading = FALSE;
    batch->is_over = !line;
    batch->error = error;
    go_on (batch);
  }
}

static void
fail (Batch *batch)
{
  EnvoiCli *cli = batch->cli;
  GError *error = g_steal_pointer (&batch->error);

  batch_free (batch);
  envoi_cli_fail (cli, error);
}

/* Reads the next line when there is room for its letter, or ends when all are durable. */
static void
go_on (Batch *batch)
{
  if (batch->is_reading)
    return;

  if (!batch->is_over && batch->n_underway < MOST_UNDERWAY) {
    batch->is_reading = TRUE;
    g_data_input_stream_read_line_async (batch->input, G_PRIORITY_DEFAULT,
                                         envoi_cli_get_cancellable (batch->cli), did_read_cb,
                                         batch);
  } else if (batch->is_over && batch->n_underway == 0) {
    if (batch->error)
      fail (batch);
    else
      end (batch);
  }
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
  go_on (batch);
}
