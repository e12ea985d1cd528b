/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-deliverer.h"

G_BEGIN_DECLS

/**
 * EnvoiSchedule:
 *
 * Which letter goes when. Each account has a lane; a lane sends one letter at
 * a time, lanes run beside each other. It holds ids and times only and does
 * nothing by itself.
 *
 * Thread: main
 */
typedef struct _EnvoiSchedule EnvoiSchedule;

EnvoiSchedule *envoi_schedule_new        (void);
void           envoi_schedule_free       (EnvoiSchedule *self);
/* @is_span: @due means "so long after @now", not a time of day. */
void           envoi_schedule_put        (EnvoiSchedule *self,
                                          const char    *letter_id,
                                          const char    *account_id,
                                          gint64         due,
                                          gboolean       is_span,
                                          gint64         now);
void           envoi_schedule_remove     (EnvoiSchedule *self,
                                          const char    *letter_id);
/* The next letter that may go now, or NULL; its lane is busy from now on. */
char          *envoi_schedule_take       (EnvoiSchedule *self,
                                          gint64         now);
void           envoi_schedule_set_idle   (EnvoiSchedule *self,
                                          const char    *account_id,
                                          gboolean       was_sent);
/* Nothing of the account before @until; @letter_id: the one that was told so. */
void           envoi_schedule_pause      (EnvoiSchedule *self,
                                          const char    *account_id,
                                          const char    *letter_id,
                                          gint64         until,
                                          gint64         now);
void           envoi_schedule_resume     (EnvoiSchedule *self,
                                          const char    *account_id,
                                          const char    *letter_id);
gint64         envoi_schedule_get_paused_until (EnvoiSchedule *self,
                                          const char    *account_id);
/* TRUE: the lane is closed until it is told what was spent. */
gboolean       envoi_schedule_set_pace   (EnvoiSchedule *self,
                                          const char    *account_id,
                                          EnvoiPace      pace);
void           envoi_schedule_set_spent  (EnvoiSchedule *self,
                                          const char    *account_id,
                                          guint          n_spent,
                                          gint64         now);
gint64         envoi_schedule_get_paced_until (EnvoiSchedule *self,
                                          const char    *account_id,
                                          gint64         now);
/* When to look again; G_MAXINT64 = not before something else happens. */
gint64         envoi_schedule_get_next   (EnvoiSchedule *self,
                                          gint64         now);
void           envoi_schedule_set_back   (EnvoiSchedule *self,
                                          gint64         now);

G_END_DECLS
