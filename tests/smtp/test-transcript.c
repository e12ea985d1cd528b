/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-transcript.h"

#include "envoi-test.h"

#include <string.h>

#define MORE_LINES 600

static EnvoiSmtpTranscript *
make (const char *zone_name,
      gint64      now_us)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (now_us);
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);

  g_assert_nonnull (zone);
  return envoi_smtp_transcript_new (clock, zone);
}

typedef struct {
  const char *prose;
  const char *zone;
  gint64 now_us;
  const char *expect;
} Time;

static const Time times[] = {
  { "the epoch itself", "UTC", 0, "00:00:00.000 C: QUIT\n" },
  { "the last millisecond of a day", "UTC", G_GINT64_CONSTANT (86399999999),
    "23:59:59.999 C: QUIT\n" },
  { "half an hour off", "+05:30", 0, "05:30:00.000 C: QUIT\n" },
  { "the next day already", "+08:00", G_GINT64_CONSTANT (72000000000), "04:00:00.000 C: QUIT\n" },
  { "the day before still", "-03:00", G_GINT64_CONSTANT (86400000000) + 5000,
    "21:00:00.005 C: QUIT\n" },
};

static void
test_times (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (EnvoiSmtpTranscript) transcript = make (times[i].zone, times[i].now_us);
    g_autofree char *text = NULL;

    g_test_message ("%s", times[i].prose);
    envoi_smtp_transcript_add_command (transcript, "QUIT");
    text = envoi_smtp_transcript_take_text (transcript);
    g_assert_cmpstr (text, ==, times[i].expect);
  }
}

static void
test_marks (void)
{
  g_autoptr (EnvoiSmtpTranscript) transcript = make ("UTC", 0);
  g_autofree char *text = NULL;
  g_autofree char *rest = NULL;

  envoi_smtp_transcript_add_command (transcript, "NOOP");
  envoi_smtp_transcript_add_note (transcript, "one\ntwo");
  text = envoi_smtp_transcript_take_text (transcript);
  g_assert_cmpstr (text, ==, "00:00:00.000 C: NOOP\n00:00:00.000 -- one\n00:00:00.000 -- two\n");
  rest = envoi_smtp_transcript_take_text (transcript);
  g_assert_cmpstr (rest, ==, "");
}

/* The newest lines are those that tell what went wrong. */
static void
test_many_lines (void)
{
  g_autoptr (EnvoiSmtpTranscript) transcript = make ("UTC", 0);
  g_autofree char *text = NULL;

  for (guint i = 0; i < MORE_LINES; i++) {
    g_autofree char *command = g_strdup_printf ("RCPT %u", i);

    envoi_smtp_transcript_add_command (transcript, command);
  }

  text = envoi_smtp_transcript_take_text (transcript);
  g_assert_true (g_str_has_prefix (text, "(100 earlier lines)\n00:00:00.000 C: RCPT 100\n"));
  g_assert_true (g_str_has_suffix (text, "RCPT 599\n"));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/transcript/times", test_times);
  g_test_add_func ("/envoi/smtp/transcript/marks", test_marks);
  g_test_add_func ("/envoi/smtp/transcript/many-lines", test_many_lines);

  return g_test_run ();
}
