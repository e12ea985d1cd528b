/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-open-message.h"

#include "envoi-message-window.h"
#include "envoi-words.h"

#include "envoi-message-error.h"
#include "envoi-problem.h"
#include "envoi-service-answer.h"
#include "envoi-service-report.h"

#include <glib/gi18n.h>

/* What becomes of a message in a file is decided here and nowhere else. */

typedef struct {
  EnvoiApplication *app;
  char *name;
  EnvoiMessageReader *reader;     /* when it is a report */
} Opening;

static void
opening_free (Opening *opening)
{
  g_object_unref (opening->app);
  g_free (opening->name);
  g_clear_object (&opening->reader);
  g_free (opening);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
tell_error (Opening      *opening,
            const GError *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);
  g_autofree char *sentence = NULL;

  /* Translators: the name of a file, then why it could not be opened */
  sentence = g_strdup_printf (_("“%s” was not opened: %s"), opening->name,
                              error->domain == ENVOI_MESSAGE_ERROR ? error->message
                                                                   : problem->title);
  envoi_application_tell (opening->app, sentence);
}

/* Anything can be taken for a message without a header. */
static gboolean
is_message (EnvoiMessageReader *reader)
{
  static const char *const fields[] = { "From", "Date", "Subject", "Message-ID", "Received" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *value = envoi_message_reader_dup_header (reader, fields[i]);

    if (value)
      return TRUE;
  }

  return FALSE;
}

/* Other programs save a letter that is not finished with this mark. */
static gboolean
is_unsent (EnvoiMessageReader *reader)
{
  g_autofree char *mark = envoi_message_reader_dup_header (reader, "X-Unsent");

  return mark && g_str_equal (g_strstrip (mark), "1");
}

static void
did_make_draft_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft =
    envoi_service_answer_finish (ENVOI_SERVICE (source), result, &error);

  if (draft)
    envoi_application_open_draft (opening->app, draft);
  else
    tell_error (opening, error);
  g_application_release (G_APPLICATION (opening->app));
}

static void
show_message (Opening            *opening,
              EnvoiMessageReader *reader)
{
  gtk_window_present (GTK_WINDOW (envoi_message_window_new (opening->app, reader, opening->name)));
}

/* A report that fits a letter leads there; one that does not is a message to read. */
static void
did_take_report_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiReportResult) report =
    envoi_service_take_report_finish (ENVOI_SERVICE (source), result, &error);
  g_autofree char *sentence = report ? envoi_words_format_report (report) : NULL;

  if (report && report->letter_id)
    g_action_group_activate_action (G_ACTION_GROUP (opening->app), "show-letter",
                                    g_variant_new_string (report->letter_id));
  else
    show_message (opening, opening->reader);

  if (report)
    envoi_application_tell (opening->app, sentence);
  else
    tell_error (opening, error);
  g_application_release (G_APPLICATION (opening->app));
}

static gboolean
take_report (Opening            *opening,
             EnvoiMessageReader *reader)
{
  g_autoptr (EnvoiDeliveryReport) report = envoi_delivery_report_new (reader);

  if (!report)
    return FALSE;

  opening->reader = g_object_ref (reader);
  envoi_service_take_report_async (envoi_application_get_service (opening->app), report,
                                   did_take_report_cb, opening);
  return TRUE;
}

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Opening) opening = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiMessageReader) reader =
    envoi_service_read_message_finish (ENVOI_SERVICE (source), result, &error);
  EnvoiApplication *app = opening->app;

  if (reader && !is_message (reader))
    g_set_error_literal (&error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("This is not an e-mail message."));

  if (error) {
    tell_error (opening, error);
  } else if (is_unsent (reader)) {
    envoi_service_answer_message_async (ENVOI_SERVICE (source), reader, ENVOI_ANSWER_EDIT, NULL,
                                        did_make_draft_cb, g_steal_pointer (&opening));
    return;
  } else if (take_report (opening, reader)) {
    g_steal_pointer (&opening);
    return;
  } else {
    show_message (opening, reader);
  }

  g_application_release (G_APPLICATION (app));
}

/**
 * envoi_open_message:
 * @app: the program, with its service ready
 * @file: a message
 *
 * Shows the message, or what it makes necessary. The program stays until then.
 */
void
envoi_open_message (EnvoiApplication *app,
                    GFile            *file)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->app = g_object_ref (app);
  opening->name = g_file_get_basename (file);
  g_application_hold (G_APPLICATION (app));
  envoi_service_read_message_async (envoi_application_get_service (app), file, NULL, did_read_cb,
                                    opening);
}

gboolean
envoi_open_message_is_name (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_str_has_suffix (lower, ".eml");
}
