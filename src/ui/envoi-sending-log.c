/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-sending-log.h"

#include "envoi-compat.h"
#include "envoi-log-row.h"

#include <glib/gi18n.h>

/* More than a high window shows, little enough to be read at once. */
#define PAGE_SIZE 100

#define MASK_KEY "audit-mask"
#define DAYS_KEY "audit-days"

/**
 * EnvoiSendingLog:
 *
 * The audit log: every attempt to send, newest first. It is read in pages as
 * the person scrolls, and follows what is sent meanwhile.
 *
 * Thread: main
 */
struct _EnvoiSendingLog {
  AdwWindow parent_instance;

  EnvoiService      *service;       /* NULL once the window is closed */
  GSettings         *settings;
  GCancellable      *cancellable;

  GtkStack          *stack;
  GtkSpinner        *spinner;
  AdwToastOverlay   *toasts;
  AdwStatusPage     *problem_page;
  GtkScrolledWindow *scroller;
  GListStore        *items;

  gboolean is_reading;
  gboolean is_stale;                /* something was sent while a page was read */
  gboolean is_whole;                /* the oldest line is there */
};

G_DEFINE_FINAL_TYPE (EnvoiSendingLog, envoi_sending_log, ADW_TYPE_WINDOW)

static void read_newest (EnvoiSendingLog *self);
static void read_older (EnvoiSendingLog *self);

static void
tell (EnvoiSendingLog *self,
      const char      *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static guint
count_items (EnvoiSendingLog *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->items));
}

/* 0 when there is no such line. */
static gint64
get_number (EnvoiSendingLog *self,
            guint            position)
{
  g_autoptr (EnvoiLogItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  return item ? envoi_log_item_get_record (item)->number : 0;
}

static EnvoiLogItem *
make_item (EnvoiSendingLog  *self,
           EnvoiAuditRecord *record)
{
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                                   record->account_id);

  return envoi_log_item_new (record, account ? envoi_account_get_email (account) : NULL,
                             g_settings_get_boolean (self->settings, MASK_KEY));
}

/* @records: (transfer full); those that are newer than @after go to @position. */
static void
add_records (EnvoiSendingLog *self,
             guint            position,
             GPtrArray       *records,
             gint64           after)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++) {
    EnvoiAuditRecord *record = g_ptr_array_index (records, i);

    if (record->number > after)
      g_ptr_array_add (items, make_item (self, record));
    else
      envoi_audit_record_free (record);
  }

  g_ptr_array_unref (records);
  g_list_store_splice (self->items, position, 0, items->pdata, items->len);
}

static void
show_problem (EnvoiSendingLog *self,
              const GError    *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);
  g_autofree char *body = g_markup_escape_text (problem->body, -1);

  adw_status_page_set_title (self->problem_page, problem->title);
  adw_status_page_set_description (self->problem_page, body);
  gtk_stack_set_visible_child_name (self->stack, "problem");
  gtk_spinner_stop (self->spinner);
}

/* Returns the records of the page, or NULL when there is nothing to do with them. */
static GPtrArray *
take_page (EnvoiSendingLog *self,
           GObject         *source,
           GAsyncResult    *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = envoi_store_list_audit_finish (ENVOI_STORE (source), result,
                                                                 &error);

  self->is_reading = FALSE;
  if (!self->service)
    return NULL;

  if (!records)
    show_problem (self, error);
  return g_steal_pointer (&records);
}

static void
end_page (EnvoiSendingLog *self)
{
  gtk_stack_set_visible_child_name (self->stack, count_items (self) > 0 ? "list" : "empty");
  /* Out of sight it would still ask for every frame. */
  gtk_spinner_stop (self->spinner);
  if (self->is_stale)
    read_newest (self);
  else
    read_older (self);
}

static void
did_read_newest (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (EnvoiSendingLog) self = user_data;
  GPtrArray *records = take_page (self, source, result);
  gboolean is_full;
  gint64 newest;

  if (!records)
    return;

  is_full = records->len == PAGE_SIZE;
  newest = get_number (self, 0);
  /* With a gap between them and what is shown, the list begins anew. */
  if (is_full && ((EnvoiAuditRecord *) records->pdata[PAGE_SIZE - 1])->number > newest + 1) {
    g_list_store_remove_all (self->items);
    newest = 0;
  }
  if (count_items (self) == 0)
    self->is_whole = !is_full;

  add_records (self, 0, records, newest);
  end_page (self);
}

static void
did_read_older (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiSendingLog) self = user_data;
  GPtrArray *records = take_page (self, source, result);

  if (!records)
    return;

  self->is_whole = records->len < PAGE_SIZE;
  add_records (self, count_items (self), records, 0);
  end_page (self);
}

static void
read_page (EnvoiSendingLog     *self,
           gint64               before,
           GAsyncReadyCallback  did_read)
{
  self->is_reading = TRUE;
  envoi_store_list_audit_older_async (envoi_service_get_store (self->service), before, PAGE_SIZE,
                                      self->cancellable, did_read, g_object_ref (self));
}

static void
read_newest (EnvoiSendingLog *self)
{
  self->is_stale = self->is_reading;
  if (!self->is_reading)
    read_page (self, G_MAXINT64, did_read_newest);
}

/* The next page is read before the person gets to the end of this one. */
static void
read_older (EnvoiSendingLog *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double page = gtk_adjustment_get_page_size (adjustment);
  double below = gtk_adjustment_get_upper (adjustment) -
                 gtk_adjustment_get_value (adjustment) - page;

  if (below < page && page > 0 && count_items (self) > 0 && !self->is_whole && !self->is_reading)
    read_page (self, get_number (self, count_items (self) - 1), did_read_older);
}

static void
letter_changed_cb (EnvoiSendingLog *self)
{
  read_newest (self);
}

static void
mask_changed_cb (EnvoiSendingLog *self)
{
  gboolean is_masked = g_settings_get_boolean (self->settings, MASK_KEY);

  for (guint i = 0; i < count_items (self); i++) {
    g_autoptr (EnvoiLogItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

    g_object_set (item, "masked", is_masked, NULL);
  }
}

static void
activated_cb (EnvoiSendingLog *self,
              guint            position)
{
  g_autoptr (EnvoiLogItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  const char *letter_id = envoi_log_item_get_record (item)->letter_id;

  if (!envoi_outbox_find (envoi_service_get_outbox (self->service), letter_id)) {
    tell (self, _("This letter has been deleted; only the log still knows of it"));
    return;
  }

  gtk_widget_activate_action (GTK_WIDGET (self), "app.show-letter", "s", letter_id);
  gtk_window_close (GTK_WINDOW (self));
}

/* Export */

static void
did_export (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiSendingLog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (envoi_service_export_audit_finish (ENVOI_SERVICE (source), result, &error))
    sentence = g_strdup (_("The log has been saved"));
  else
    /* Translators: %s says why, in the system's words */
    sentence = g_strdup_printf (_("The file could not be saved: %s"), error->message);

  if (self->service)
    tell (self, sentence);
}

static void
got_target (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiSendingLog) self = user_data;
  g_autoptr (GFile) target = envoi_compat_save_file_finish (result, NULL);

  if (target && self->service)
    envoi_sending_log_export (self, target);
}

static void
export_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  envoi_compat_save_file_async (GTK_WINDOW (user_data), _("Export the Sending Log"),
                                /* Translators: a file name */
                                _("sending log.jsonl"), NULL, got_target,
                                g_object_ref (user_data));
}

static void
add_actions (EnvoiSendingLog *self)
{
  static const GActionEntry entries[] = { { "export", export_cb } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GAction) mask = g_settings_create_action (self->settings, MASK_KEY);
  g_autoptr (GAction) days = g_settings_create_action (self->settings, DAYS_KEY);

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (group), mask);
  g_action_map_add_action (G_ACTION_MAP (group), days);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "log", G_ACTION_GROUP (group));
}

static void
envoi_sending_log_dispose (GObject *object)
{
  EnvoiSendingLog *self = ENVOI_SENDING_LOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_sending_log_parent_class)->dispose (object);
}

static void
envoi_sending_log_class_init (EnvoiSendingLogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_sending_log_dispose;

  g_type_ensure (ENVOI_TYPE_LOG_ITEM);
  g_type_ensure (ENVOI_TYPE_LOG_ROW);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "log.export",
                                       NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-sending-log.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, toasts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, problem_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendingLog, items);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
envoi_sending_log_init (EnvoiSendingLog *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));

  self->cancellable = g_cancellable_new ();
  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  add_actions (self);
  g_signal_connect_object (self->settings, "changed::" MASK_KEY, G_CALLBACK (mask_changed_cb), self,
                           G_CONNECT_SWAPPED);

  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (read_older), self,
                           G_CONNECT_SWAPPED);
}

/**
 * envoi_sending_log_new:
 * @service: what has the log
 *
 * Returns: (transfer floating): the window
 */
GtkWidget *
envoi_sending_log_new (EnvoiService *service)
{
  EnvoiSendingLog *self = g_object_new (ENVOI_TYPE_SENDING_LOG, NULL);

  self->service = g_object_ref (service);
  g_signal_connect_object (envoi_service_get_store (service), "letter-changed",
                           G_CALLBACK (letter_changed_cb), self, G_CONNECT_SWAPPED);
  read_newest (self);
  return GTK_WIDGET (self);
}

/**
 * envoi_sending_log_export:
 * @self: the window
 * @target: the file to write; it is replaced
 *
 * Saves the whole log, with masked addresses if they are masked here.
 */
void
envoi_sending_log_export (EnvoiSendingLog *self,
                          GFile           *target)
{
  g_return_if_fail (ENVOI_IS_SENDING_LOG (self));
  g_return_if_fail (G_IS_FILE (target));

  envoi_service_export_audit_async (self->service, target,
                                    g_settings_get_boolean (self->settings, MASK_KEY), NULL,
                                    did_export, g_object_ref (self));
}
