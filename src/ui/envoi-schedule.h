/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char      *label;   /* "Tomorrow morning, 08:00" */
  GDateTime *when;
} EnvoiScheduleChoice;

/* Moments that people mean by "later", after @now and in its time zone.
 * (element-type EnvoiScheduleChoice) (transfer full) */
GPtrArray *envoi_schedule_list_choices (GDateTime *now);
/* "Friday 27 November, 08:00", in the language of the session. */
char      *envoi_schedule_format       (GDateTime *when);

G_END_DECLS
