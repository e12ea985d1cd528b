/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-transcript.h"

/* A thousand recipients must not fill a dialog, let alone the store. */
#define MAX_LINES 500

struct _EnvoiSmtpTranscript {
  EnvoiClock *clock;
  GQueue lines;
  guint n_dropped;
};

static void
add_line (EnvoiSmtpTranscript *self,
          const char          *mark,
          const char          *text)
{
  g_autoptr (GDateTime) now = envoi_clock_dup_date_time (self->clock);
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

  g_queue_push_tail (&self->lines,
                     g_strdup_printf ("%s.%03d %s %s", time,
                                      g_date_time_get_microsecond (now) / 1000, mark, text));

  if (self->lines.length > MAX_LINES) {
    g_free (g_queue_pop_head (&self->lines));
    self->n_dropped++;
  }
}

/**
 * envoi_smtp_transcript_new:
 * @clock: for the times
 *
 * Makes an empty transcript.
 *
 * Returns: (transfer full): the transcript
 *
 * Thread: courier
 */
EnvoiSmtpTranscript *
envoi_smtp_transcript_new (EnvoiClock *clock)
{
  EnvoiSmtpTranscript *self = g_new0 (EnvoiSmtpTranscript, 1);

  self->clock = g_object_ref (clock);
  g_queue_init (&self->lines);
  return self;
}

/**
 * envoi_smtp_transcript_free:
 * @self: (transfer full): a transcript
 *
 * Frees it.
 *
 * Thread: courier
 */
void
envoi_smtp_transcript_free (EnvoiSmtpTranscript *self)
{
  g_queue_clear_full (&self->lines, g_free);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * envoi_smtp_transcript_add_command:
 * @self: a transcript
 * @command: a command without its line end, free of secrets
 *
 * Notes what was sent.
 *
 * Thread: courier
 */
void
envoi_smtp_transcript_add_command (EnvoiSmtpTranscript *self,
                                   const char          *command)
{
  add_line (self, "C:", command);
}

/**
 * envoi_smtp_transcript_add_reply:
 * @self: a transcript
 * @reply: a reply; the words of a 334 are left out, since they belong to the sign-in
 *
 * Notes what was answered.
 *
 * Thread: courier
 */
void
envoi_smtp_transcript_add_reply (EnvoiSmtpTranscript  *self,
                                 const EnvoiSmtpReply *reply)
{
  for (guint i = 0; reply->lines[i]; i++) {
    g_autofree char *line = NULL;

    line = g_strdup_printf ("%d%c%s", reply->code, reply->lines[i + 1] ? '-' : ' ',
                            reply->code == 334 ? "[challenge]" : reply->lines[i]);
    add_line (self, "S:", line);
  }
}

/**
 * envoi_smtp_transcript_add_note:
 * @self: a transcript
 * @note: lines that are neither command nor reply
 *
 * Notes what happened beside the dialogue.
 *
 * Thread: courier
 */
void
envoi_smtp_transcript_add_note (EnvoiSmtpTranscript *self,
                                const char          *note)
{
  g_auto (GStrv) lines = g_strsplit (note, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    add_line (self, "--", lines[i]);
}

/**
 * envoi_smtp_transcript_take_text:
 * @self: a transcript
 *
 * Ends one attempt's transcript and begins the next.
 *
 * Returns: (transfer full): the lines so far, one each
 *
 * Thread: courier
 */
char *
envoi_smtp_transcript_take_text (EnvoiSmtpTranscript *self)
{
  GString *text = g_string_new (NULL);
  char *line;

  if (self->n_dropped > 0)
    g_string_append_printf (text, "(%u earlier lines)\n", self->n_dropped);

  while ((line = g_queue_pop_head (&self->lines))) {
    g_string_append (text, line);
    g_string_append_c (text, '\n');
    g_free (line);
  }

  self->n_dropped = 0;
  return g_string_free (text, FALSE);
}
