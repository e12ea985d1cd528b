/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-attachment-bar.h"

#include "envoi-attachment-chip.h"
#include "envoi-send-limits.h"
#include "envoi-wrap-layout.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 26
#define PULSE_INTERVAL (100 * 1000)   /* microseconds; the bar's own steps are for about that */

/**
 * EnvoiAttachmentBar:
 *
 * A projection of the draft's attachments: rebuilt whenever they change.
 *
 * Thread: main
 */
struct _EnvoiAttachmentBar {
  AdwBin parent_instance;

  GtkWidget  *chips;
  GtkLabel   *summary;

  EnvoiDraft *draft;
  EnvoiAttacher *attacher;   /* nullable */
  GListModel *jobs;
  guint64 limit;          /* 0 = unknown */
};

G_DEFINE_FINAL_TYPE (EnvoiAttachmentBar, envoi_attachment_bar, ADW_TYPE_BIN)

enum {
  REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
remove_attachment (EnvoiAttachmentBar *self,
                   EnvoiAttachment    *attachment)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) item = g_list_model_get_item (attachments, i);

    if (item == attachment) {
      envoi_draft_remove_attachment (self->draft, item);
      g_signal_emit (self, signals[REMOVED], 0, item, i);
      return;
    }
  }
}

static void
chip_removed_cb (EnvoiAttachmentChip *chip,
                 EnvoiAttachmentBar  *self)
{
  remove_attachment (self, g_object_get_data (G_OBJECT (chip), "attachment"));
}

static void
cancel_clicked_cb (GtkButton *button,
                   gpointer   user_data)
{
  envoi_attach_job_cancel (g_object_get_data (G_OBJECT (button), "job"));
}

static GtkWidget *
create_name_label (const char *name)
{
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_widget_set_tooltip_text (label, name);
  return label;
}

static GtkWidget *
create_button (const char *format,
               const char *name)
{
  g_autoptr (GString) label = g_string_new (format);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  g_string_replace (label, "%s", name, 1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label->str, -1);
  return button;
}

static GtkWidget *
create_file_chip (EnvoiAttachmentBar *self,
                  EnvoiAttachment    *attachment)
{
  GtkWidget *chip = envoi_attachment_chip_new (attachment, self->attacher);

  g_object_set_data_full (G_OBJECT (chip), "attachment", g_object_ref (attachment),
                          g_object_unref);
  g_signal_connect (chip, "removed", G_CALLBACK (chip_removed_cb), self);
  return chip;
}

static void
show_fraction_cb (EnvoiAttachJob *job,
                  GParamSpec     *pspec,
                  GtkProgressBar *bar)
{
  double fraction = envoi_attach_job_get_fraction (job);

  if (fraction >= 0)
    gtk_progress_bar_set_fraction (bar, fraction);
}

/* How far a folder is nobody knows before it is an archive; that it goes on can be seen. */
static gboolean
pulse_cb (GtkWidget     *bar,
          GdkFrameClock *clock,
          gpointer       job)
{
  gint64 *last = g_object_get_data (G_OBJECT (bar), "last-pulse");
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (envoi_attach_job_get_fraction (job) >= 0)
    return G_SOURCE_REMOVE;

  if (now - *last >= PULSE_INTERVAL) {
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (bar));
    *last = now;
  }
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
create_job_chip (EnvoiAttachJob *job)
{
  const char *name = envoi_attach_job_get_name (job);
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bar = gtk_progress_bar_new ();
  GtkWidget *button = create_button (_("Stop attaching %s"), name);

  gtk_widget_add_css_class (chip, "attachment-chip");
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (bar, 60, -1);
  g_object_set_data_full (G_OBJECT (button), "job", g_object_ref (job), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (cancel_clicked_cb), NULL);
  g_signal_connect_object (job, "notify::fraction", G_CALLBACK (show_fraction_cb), bar, 0);
  /* The row is made anew with every file: what is known already is shown at once. */
  show_fraction_cb (job, NULL, GTK_PROGRESS_BAR (bar));
  g_object_set_data_full (G_OBJECT (bar), "last-pulse", g_new0 (gint64, 1), g_free);
  gtk_widget_add_tick_callback (bar, pulse_cb, g_object_ref (job), g_object_unref);
  gtk_box_append (GTK_BOX (chip), create_name_label (name));
  gtk_box_append (GTK_BOX (chip), bar);
  gtk_box_append (GTK_BOX (chip), button);
  return chip;
}

static void
add_file_chips (EnvoiAttachmentBar *self)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    if (!envoi_attachment_get_is_inline (attachment))
      gtk_widget_set_parent (create_file_chip (self, attachment), self->chips);
  }
}

/* The whole letter, pictures in the text included: that is what the server counts. */
static void
show_size (EnvoiAttachmentBar *self)
{
  guint64 size = envoi_send_limits_measure (self->draft);
  g_autofree char *size_words = g_format_size (size);
  g_autofree char *limit_words = g_format_size (self->limit);
  g_autofree char *summary = NULL;

  if (self->limit > 0)
    /* Translators: how large the letter is when it goes out, and how large it may be. */
    summary = g_strdup_printf (_("%s of %s as sent"), size_words, limit_words);
  else
    /* Translators: how large the letter is when it goes out. */
    summary = g_strdup_printf (_("%s as sent"), size_words);

  gtk_label_set_text (self->summary, summary);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), summary);
  if (self->limit > 0 && size > self->limit) {
    gtk_widget_remove_css_class (GTK_WIDGET (self->summary), "dim-label");
    gtk_widget_add_css_class (GTK_WIDGET (self->summary), "error");
  } else {
    gtk_widget_add_css_class (GTK_WIDGET (self->summary), "dim-label");
    gtk_widget_remove_css_class (GTK_WIDGET (self->summary), "error");
  }
}

static void
clear_chips (EnvoiAttachmentBar *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->chips)))
    gtk_widget_unparent (child);
}

static void
rebuild (EnvoiAttachmentBar *self)
{
  clear_chips (self);
  add_file_chips (self);
  for (guint i = 0; self->jobs && i < g_list_model_get_n_items (self->jobs); i++) {
    g_autoptr (EnvoiAttachJob) job = g_list_model_get_item (self->jobs, i);

    gtk_widget_set_parent (create_job_chip (job), self->chips);
  }

  show_size (self);
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_first_child (self->chips) != NULL);
}

static void
envoi_attachment_bar_dispose (GObject *object)
{
  EnvoiAttachmentBar *self = ENVOI_ATTACHMENT_BAR (object);

  if (self->chips)
    clear_chips (self);
  self->chips = NULL;
  g_clear_object (&self->draft);
  g_clear_object (&self->attacher);
  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (envoi_attachment_bar_parent_class)->dispose (object);
}

static void
envoi_attachment_bar_class_init (EnvoiAttachmentBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_attachment_bar_dispose;

  signals[REMOVED] = g_signal_new ("removed", ENVOI_TYPE_ATTACHMENT_BAR, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 2, ENVOI_TYPE_ATTACHMENT,
                                   G_TYPE_UINT);
}

static void
envoi_attachment_bar_init (EnvoiAttachmentBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->chips = g_object_new (ADW_TYPE_BIN, "layout-manager", envoi_wrap_layout_new (), NULL);
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_hexpand (self->chips, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->summary), GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (self->summary, 10);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->chips),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Attachments"), -1);
  gtk_box_append (GTK_BOX (box), self->chips);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->summary));
  gtk_widget_add_css_class (box, "attachment-bar");
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
envoi_attachment_bar_new (void)
{
  return g_object_new (ENVOI_TYPE_ATTACHMENT_BAR, NULL);
}

void
envoi_attachment_bar_set_up (EnvoiAttachmentBar *self,
                             EnvoiDraft         *draft,
                             EnvoiAttacher      *attacher)
{
  g_return_if_fail (ENVOI_IS_ATTACHMENT_BAR (self));
  g_return_if_fail (self->draft == NULL);

  self->draft = g_object_ref (draft);
  if (attacher) {
    g_set_object (&self->attacher, attacher);
    g_set_object (&self->jobs, envoi_attacher_get_jobs (attacher));
  }
  g_signal_connect_object (envoi_draft_get_attachments (draft), "items-changed",
                           G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
  if (self->jobs)
    g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (rebuild), self,
                             G_CONNECT_SWAPPED);
  rebuild (self);
}

void
envoi_attachment_bar_set_limit (EnvoiAttachmentBar *self,
                                guint64             octets)
{
  g_return_if_fail (ENVOI_IS_ATTACHMENT_BAR (self));
  g_return_if_fail (self->draft != NULL);

  self->limit = octets;
  show_size (self);
}
