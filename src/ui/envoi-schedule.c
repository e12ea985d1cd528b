/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-schedule.h"

#include <glib/gi18n.h>

#define MORNING 8
#define AFTERNOON 13
#define EVENING 18

static void
choice_free (gpointer data)
{
  EnvoiScheduleChoice *choice = data;

  g_clear_pointer (&choice->when, g_date_time_unref);
  g_free (choice->label);
  g_free (choice);
}

/* The wall clock of that day: adding 24 hours would be wrong when clocks change. */
static GDateTime *
at_hour (GDateTime *now,
         int        days,
         int        hour)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  return g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (day),
                          g_date_time_get_month (day), g_date_time_get_day_of_month (day),
                          hour, 0, 0);
}

static void
add_choice (GPtrArray  *choices,
            const char *name,
            GDateTime  *now,
            int         days,
            int         hour)
{
  EnvoiScheduleChoice *choice;
  g_autoptr (GDateTime) when = at_hour (now, days, hour);
  g_autofree char *time = NULL;

  if (!when)
    return;

  time = g_date_time_format (when, "%H:%M");
  choice = g_new0 (EnvoiScheduleChoice, 1);
  /* Translators: the first is a name like "Tomorrow Morning", the second a time. */
  choice->label = g_strdup_printf (_("%s, %s"), name, time);
  choice->when = g_steal_pointer (&when);
  g_ptr_array_add (choices, choice);
}

GPtrArray *
envoi_schedule_list_choices (GDateTime *now)
{
  GPtrArray *choices = g_ptr_array_new_with_free_func (choice_free);
  int hour = g_date_time_get_hour (now);
  int to_monday = 8 - g_date_time_get_day_of_week (now);

  if (hour < AFTERNOON - 1)
    add_choice (choices, _("This Afternoon"), now, 0, AFTERNOON);
  if (hour < EVENING - 1)
    add_choice (choices, _("This Evening"), now, 0, EVENING);
  add_choice (choices, _("Tomorrow Morning"), now, 1, MORNING);
  if (to_monday > 1)
    add_choice (choices, _("Monday Morning"), now, to_monday, MORNING);

  return choices;
}

char *
envoi_schedule_format (GDateTime *when)
{
  /* Translators: a day and a time, as strftime() writes them. */
  return g_date_time_format (when, _("%A %-d %B %Y, %H:%M"));
}
