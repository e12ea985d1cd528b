/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-transcript.h"

#include <string.h>

/* A thousand recipients must not fill a dialog, let alone the store. */
#define MAX_LINES 500

#define SECONDS_A_DAY (24 * 60 * 60)

typedef struct {
  gint64 time_us;           /* since the Unix epoch, UTC */
  const char *mark;         /* static */
  char text[];
} Line;

struct _EnvoiSmtpTranscript {
  EnvoiClock *clock;
  GTimeZone *zone;
  GQueue lines;             /* of Line */
  guint n_dropped;
};

static void
add_line (EnvoiSmtpTranscript *self,
          const char          *mark,
          const char          *text)
{
  gsize size = strlen (text) + 1;
  Line *line = g_malloc (sizeof (Line) + size);

  line->time_us = envoi_clock_get_now (self->clock);
  line->mark = mark;
  memcpy (line->text, text, size);
  g_queue_push_tail (&self->lines, line);

  if (self->lines.length > MAX_LINES) {
    g_free (g_queue_pop_head (&self->lines));
    self->n_dropped++;
  }
}

static void
append_time (GString   *text,
             GTimeZone *zone,
             gint64     time_us)
{
  gint64 seconds = time_us / G_USEC_PER_SEC;
  gint interval = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);
  gint64 of_day = (seconds + g_time_zone_get_offset (zone, interval)) % SECONDS_A_DAY;

  g_string_append_printf (text, "%02d:%02d:%02d.%03d", (int) (of_day / 3600),
                          (int) (of_day / 60 % 60), (int) (of_day % 60),
                          (int) (time_us / 1000 % 1000));
}

/**
 * envoi_smtp_transcript_new:
 * @clock: for the times
 * @zone: in which they are shown; to look it up for each letter costs as much as to send it
 *
 * Makes an empty transcript.
 *
 * Returns: (transfer full): the transcript
 *
 * Thread: courier
 */
EnvoiSmtpTranscript *
envoi_smtp_transcript_new (EnvoiClock *clock,
                           GTimeZone  *zone)
{
  EnvoiSmtpTranscript *self = g_new0 (EnvoiSmtpTranscript, 1);

  self->clock = g_object_ref (clock);
  self->zone = g_time_zone_ref (zone);
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
  g_time_zone_unref (self->zone);
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
  Line *line;

  if (self->n_dropped > 0)
    g_string_append_printf (text, "(%u earlier lines)\n", self->n_dropped);

  while ((line = g_queue_pop_head (&self->lines))) {
    append_time (text, self->zone, line->time_us);
    g_string_append_c (text, ' ');
    g_string_append (text, line->mark);
    g_string_append_c (text, ' ');
    g_string_append (text, line->text);
    g_string_append_c (text, '\n');
    g_free (line);
  }

  self->n_dropped = 0;
  return g_string_free (text, FALSE);
}
