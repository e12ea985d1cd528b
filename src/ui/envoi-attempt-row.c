/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-attempt-row.h"

#include "envoi-problem.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiAttemptRow:
 *
 * One try to send a letter: when, what came of it, and behind it what was said
 * between Envoi and the server.
 *
 * Thread: main
 */
struct _EnvoiAttemptRow {
  AdwExpanderRow parent_instance;

  GtkTextBuffer *buffer;
};

G_DEFINE_FINAL_TYPE (EnvoiAttemptRow, envoi_attempt_row, ADW_TYPE_EXPANDER_ROW)

static const char *
get_result_words (EnvoiLetterState result)
{
  switch (result) {
    case ENVOI_LETTER_SENT:
      return C_("attempt", "sent");
    case ENVOI_LETTER_WAITING:
      return C_("attempt", "put off");
    case ENVOI_LETTER_UNKNOWN:
      return C_("attempt", "may have been delivered");
    case ENVOI_LETTER_FAILED:
      return C_("attempt", "failed");
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_SENDING:
    default:
      return C_("attempt", "stopped");
  }
}

static char *
format_words (const EnvoiAttemptRecord *attempt)
{
  g_autoptr (EnvoiProblem) problem = NULL;

  if (attempt->reply_code == 0) {
    problem = envoi_problem_new_for_code (attempt->error_domain, attempt->error_code);
    return g_strdup (problem ? problem->title : "");
  }

  return g_strdup_printf ("%d%s%s %s", attempt->reply_code, attempt->reply_enhanced ? " " : "",
                          attempt->reply_enhanced ? attempt->reply_enhanced : "",
                          attempt->reply_text ? attempt->reply_text : "");
}

/* The engine's own words stand with the transcript: both are for whoever looks closely. */
static char *
format_transcript (const EnvoiAttemptRecord *attempt)
{
  gboolean has_words = attempt->transcript && *attempt->transcript;
  const char *transcript = has_words ? attempt->transcript : _("Nothing was said.");

  if (attempt->reply_code != 0 || !attempt->error_message)
    return g_strdup (transcript);

  return g_strdup_printf ("%s\n\n%s", attempt->error_message, transcript);
}

static void
envoi_attempt_row_class_init (EnvoiAttemptRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-attempt-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAttemptRow, buffer);
}

static void
envoi_attempt_row_init (EnvoiAttemptRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_attempt_row_new (const EnvoiAttemptRecord *attempt,
                       gint64                    now)
{
  EnvoiAttemptRow *self = g_object_new (ENVOI_TYPE_ATTEMPT_ROW, NULL);
  g_autofree char *moment = envoi_words_format_moment (attempt->ended, now);
  g_autofree char *words = format_words (attempt);
  g_autofree char *transcript = format_transcript (attempt);
  g_autofree char *title = NULL;

  /* Translators: one try to send a letter: its number, a moment such as "today at
   * 10:40", and what came of it */
  title = g_strdup_printf (_("Attempt %1$u, %2$s: %3$s"), attempt->number, moment,
                           get_result_words (attempt->result));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), words);
  gtk_text_buffer_set_text (self->buffer, transcript, -1);
  return GTK_WIDGET (self);
}
