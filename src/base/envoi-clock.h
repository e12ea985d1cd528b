/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_CLOCK (envoi_clock_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiClock, envoi_clock, ENVOI, CLOCK, GObject)

EnvoiClock *envoi_clock_new_system    (void);
EnvoiClock *envoi_clock_new_fake      (gint64       now_us);
gint64      envoi_clock_get_now       (EnvoiClock  *self);
GDateTime  *envoi_clock_dup_date_time (EnvoiClock  *self);
guint       envoi_clock_call_at       (EnvoiClock  *self,
                                       gint64       due_us,
                                       GSourceFunc  callback,
                                       gpointer     user_data);
void        envoi_clock_cancel        (EnvoiClock  *self,
                                       guint        call_id);
void        envoi_clock_set_fake_now  (EnvoiClock  *self,
                                       gint64       now_us);
gint64      envoi_clock_get_boot_time (EnvoiClock  *self);
gint64      envoi_clock_get_monotonic_time (EnvoiClock *self);
void        envoi_clock_add_fake_sleep (EnvoiClock *self,
                                        guint       seconds);
void        envoi_clock_add_fake_time (EnvoiClock  *self,
                                       guint        seconds);

G_END_DECLS
