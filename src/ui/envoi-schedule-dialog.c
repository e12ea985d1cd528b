/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-schedule-dialog.h"

#include "envoi-schedule.h"

#include <glib/gi18n.h>

#define MORNING 8

/**
 * EnvoiScheduleDialog:
 *
 * A calendar and a clock. It says in words what was chosen and takes only the
 * future.
 *
 * Thread: main
 */
struct _EnvoiScheduleDialog {
  AdwWindow parent_instance;

  GtkCalendar   *calendar;
  GtkSpinButton *hour;
  GtkSpinButton *minute;
  GtkLabel      *summary;
  GtkWidget     *schedule_button;
};

G_DEFINE_FINAL_TYPE (EnvoiScheduleDialog, envoi_schedule_dialog, ADW_TYPE_WINDOW)

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* NULL for a time that the clocks leave out that day. */
static GDateTime *
dup_chosen (EnvoiScheduleDialog *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);

  return g_date_time_new_local (g_date_time_get_year (day), g_date_time_get_month (day),
                                g_date_time_get_day_of_month (day),
                                gtk_spin_button_get_value_as_int (self->hour),
                                gtk_spin_button_get_value_as_int (self->minute), 0);
}

static void
changed_cb (EnvoiScheduleDialog *self)
{
  g_autoptr (GDateTime) chosen = dup_chosen (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean is_future = chosen && g_date_time_compare (chosen, now) > 0;
  g_autofree char *words = chosen ? envoi_schedule_format (chosen) : NULL;

  gtk_widget_set_sensitive (self->schedule_button, is_future);
  gtk_label_set_text (self->summary, is_future ? words : _("That time has passed."));
}

static gboolean
two_digits_cb (GtkSpinButton *button)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (button));

  gtk_editable_set_text (GTK_EDITABLE (button), text);
  return TRUE;
}

static void
schedule_cb (EnvoiScheduleDialog *self)
{
  g_autoptr (GDateTime) chosen = dup_chosen (self);

  if (chosen)
    g_signal_emit (self, signals[CHOSEN], 0,
                   g_date_time_to_unix (chosen) * G_USEC_PER_SEC);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
envoi_schedule_dialog_class_init (EnvoiScheduleDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_SCHEDULE_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-schedule-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiScheduleDialog, calendar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiScheduleDialog, hour);
  gtk_widget_class_bind_template_child (widget_class, EnvoiScheduleDialog, minute);
  gtk_widget_class_bind_template_child (widget_class, EnvoiScheduleDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, EnvoiScheduleDialog, schedule_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, schedule_cb);
  gtk_widget_class_bind_template_callback (widget_class, two_digits_cb);
}

static void
envoi_schedule_dialog_init (EnvoiScheduleDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_calendar_select_day (self->calendar, tomorrow);
  gtk_spin_button_set_value (self->hour, MORNING);
  gtk_widget_grab_focus (GTK_WIDGET (self->hour));
  changed_cb (self);
}

EnvoiScheduleDialog *
envoi_schedule_dialog_new (GtkWindow *parent)
{
  return g_object_new (ENVOI_TYPE_SCHEDULE_DIALOG, "transient-for", parent, NULL);
}
