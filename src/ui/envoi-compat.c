/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct {
  GtkFileChooserNative *chooser;
  GCancellable         *cancellable;
  gulong cancelled_id;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  if (choice->cancelled_id)
    g_cancellable_disconnect (choice->cancellable, choice->cancelled_id);
  g_clear_object (&choice->cancellable);
  gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (choice->chooser));
  g_object_unref (choice->chooser);
  g_free (choice);
}

static void
did_respond_cb (GtkNativeDialog *dialog,
                int              response,
                gpointer         user_data)
{
  g_autoptr (GTask) task = user_data;

  if (response == GTK_RESPONSE_ACCEPT)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "No file was chosen");
}

static void
did_cancel_cb (GCancellable *cancellable,
               gpointer      user_data)
{
  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (user_data));
}

/* The chooser lives as long as the task that waits for it. */
static void
choose (GtkFileChooserNative *chooser,
        GCancellable         *cancellable,
        GAsyncReadyCallback   callback,
        gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Choice *choice = g_new0 (Choice, 1);

  choice->chooser = chooser;
  g_task_set_task_data (task, choice, choice_free);
  if (cancellable) {
    choice->cancellable = g_object_ref (cancellable);
    choice->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (did_cancel_cb),
                                                  chooser, NULL);
  }

  g_signal_connect (chooser, "response", G_CALLBACK (did_respond_cb), g_steal_pointer (&task));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static GtkFileChooser *
get_chooser (GAsyncResult *result)
{
  Choice *choice = g_task_get_task_data (G_TASK (result));

  return GTK_FILE_CHOOSER (choice->chooser);
}

void
envoi_compat_open_files_async (GtkWindow           *parent,
                               const char          *title,
                               gboolean             is_multiple,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), is_multiple);
  choose (chooser, cancellable, callback, user_data);
}

GListModel *
envoi_compat_open_files_finish (GAsyncResult  *result,
                                GError       **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return gtk_file_chooser_get_files (get_chooser (result));
}

void
envoi_compat_save_file_async (GtkWindow           *parent,
                              const char          *title,
                              const char          *suggested_name,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GtkFileChooserNative *chooser;

  chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), suggested_name);
  choose (chooser, cancellable, callback, user_data);
}

GFile *
envoi_compat_save_file_finish (GAsyncResult  *result,
                               GError       **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return gtk_file_chooser_get_file (get_chooser (result));
}

static void
copy_uri_cb (GtkWidget  *dialog,
             const char *response,
             gpointer    user_data)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (dialog),
                            g_object_get_data (G_OBJECT (dialog), "uri"));
}

/* @uri: (transfer full) */
static void
offer_uri (GtkWindow *parent,
           char      *uri)
{
  GtkWidget *dialog;

  dialog = adw_message_dialog_new (parent, _("The Page Could Not Be Opened"), NULL);
  /* Translators: %s is a web address */
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _("No program on this computer took it. You can open it "
                                    "yourself: %s"), uri);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "close", _("_Close"),
                                    "copy", _("Copy _Address"),
                                    NULL);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "copy");
  g_object_set_data_full (G_OBJECT (dialog), "uri", uri, g_free);
  g_signal_connect (dialog, "response", G_CALLBACK (copy_uri_cb), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
did_show_uri_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GtkWindow *parent = source ? GTK_WINDOW (source) : NULL;
  g_autofree char *uri = user_data;
  g_autoptr (GError) error = NULL;

  if (gtk_show_uri_full_finish (parent, result, &error))
    return;

  /* Who chose no program in the desktop's own dialog needs no second one, nor a closed window. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      (!parent || gtk_widget_get_visible (GTK_WIDGET (parent))))
    offer_uri (parent, g_steal_pointer (&uri));
}

void
envoi_compat_open_uri (GtkWindow  *parent,
                       const char *uri)
{
  gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, did_show_uri_cb, g_strdup (uri));
}

void
envoi_compat_announce (GtkWidget  *widget,
                       const char *text)
{
#if GTK_CHECK_VERSION (4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#else
  g_debug ("%s says: %s", G_OBJECT_TYPE_NAME (widget), text);
#endif
}

void
envoi_compat_name_list_item (GtkWidget  *child,
                             const char *name)
{
  GtkWidget *item = gtk_widget_get_parent (child);

  if (item)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

/* What older GTK and libadwaita leave out inside their own widgets */

static gboolean
has_name (GtkWidget *widget)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                           GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static GtkWidget *
find_label (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) ? widget : NULL;
  if (GTK_IS_POPOVER (widget))
    return NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child);

  return found;
}

static void
set_name (GtkWidget  *widget,
          const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
name_by_widget (GtkWidget *widget,
                GtkWidget *label)
{
  if (label)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (widget),
                                    GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                    -1);
}

/* The arrows of a calendar stand around its month, which slides, and its year. */
static const char *
find_arrow_name (GtkWidget *arrow)
{
  GtkWidget *before = gtk_widget_get_prev_sibling (arrow);
  GtkWidget *after = gtk_widget_get_next_sibling (arrow);

  if (GTK_IS_STACK (after))
    return _("Previous month");
  if (GTK_IS_STACK (before))
    return _("Next month");

  return GTK_IS_LABEL (after) ? _("Previous year") : _("Next year");
}

/* What a button with an icon alone is for; NULL if that is not known. */
static const char *
find_name (GtkWidget *button)
{
  const char *tooltip = gtk_widget_get_tooltip_text (button);

  if (!tooltip && gtk_widget_get_ancestor (button, GTK_TYPE_SEARCH_BAR))
    return _("Close the search");
  if (!tooltip && g_str_equal (gtk_widget_get_css_name (gtk_widget_get_parent (button)), "toast"))
    return _("Close this message");
  if (!tooltip && gtk_widget_get_ancestor (button, GTK_TYPE_CALENDAR))
    return find_arrow_name (button);

  return tooltip;
}

static void
name_button (GtkWidget *button)
{
  GtkWidget *parent = gtk_widget_get_parent (button);
  GtkWidget *label = GTK_IS_DROP_DOWN (parent) ? parent : find_label (button);
  const char *name = label ? NULL : find_name (button);

  if (label)
    name_by_widget (button, label);
  else if (name)
    set_name (button, name);
}

/* The row's text has the focus; without a role it is silent. */
static void
name_entry_row (GtkWidget *row)
{
#if !ADW_CHECK_VERSION (1, 4, 0)
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));

  g_object_set (text, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
  name_by_widget (GTK_WIDGET (text), find_label (row));
#endif
}

/* Not in a header bar: it grows with its buttons and takes the room from the page. */
static void
let_wrap (GtkWidget *button)
{
  GtkWidget *label = GTK_IS_BUTTON (button) ? gtk_button_get_child (GTK_BUTTON (button)) :
                     gtk_expander_get_label_widget (GTK_EXPANDER (button));

  if (!GTK_IS_LABEL (label) || gtk_widget_get_ancestor (button, ADW_TYPE_HEADER_BAR) ||
      gtk_label_get_ellipsize (GTK_LABEL (label)) != PANGO_ELLIPSIZE_NONE)
    return;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}

/* A hyphen at the end of a line would seem to be of the address. */
static void
forbid_hyphens (GtkLabel *label)
{
  PangoAttrList *old = gtk_label_get_attributes (label);
  PangoAttrList *list = old ? pango_attr_list_copy (old) : pango_attr_list_new ();

  pango_attr_list_insert (list, pango_attr_insert_hyphens_new (FALSE));
  gtk_label_set_attributes (label, list);
  pango_attr_list_unref (list);
}

static void
name_part (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget))
    name_button (widget);
  else if (GTK_IS_EXPANDER (widget) || GTK_IS_LIST_VIEW (gtk_widget_get_parent (widget)))
    name_by_widget (widget, find_label (widget));
  else if (GTK_IS_SEARCH_ENTRY (widget))
    set_name (widget, _("Search"));
}

static void
toasts_changed_cb (GListModel *children,
                   guint       position,
                   guint       n_removed,
                   guint       n_added)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (GtkWidget) child = g_list_model_get_item (children, i);

    envoi_compat_mend_parts (child);
  }
}

/* A toast comes long after its window. */
static void
mend_toasts (GtkWidget *overlay)
{
  GListModel *children;

  if (g_object_get_data (G_OBJECT (overlay), "toasts"))
    return;

  children = gtk_widget_observe_children (overlay);
  g_object_set_data_full (G_OBJECT (overlay), "toasts", children, g_object_unref);
  g_signal_connect (children, "items-changed", G_CALLBACK (toasts_changed_cb), NULL);
}

static void
mend_part (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (GTK_IS_BUTTON (widget) || GTK_IS_EXPANDER (widget))
    let_wrap (widget);
  else if (GTK_IS_LABEL (widget) &&
           gtk_label_get_wrap_mode (GTK_LABEL (widget)) == PANGO_WRAP_WORD_CHAR)
    forbid_hyphens (GTK_LABEL (widget));
  else if (ADW_IS_ENTRY_ROW (widget))
    name_entry_row (widget);
  else if (ADW_IS_TOAST_OVERLAY (widget))
    mend_toasts (widget);
  else if (GTK_IS_POPOVER (widget) && (GTK_IS_DROP_DOWN (parent) || ADW_IS_COMBO_ROW (parent)))
    g_signal_connect (widget, "map", G_CALLBACK (envoi_compat_mend_parts), NULL);
}

void
envoi_compat_mend_parts (GtkWidget *widget)
{
  mend_part (widget);
  if (!has_name (widget))
    name_part (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    envoi_compat_mend_parts (child);
}

gboolean
envoi_compat_focus_in_order (GtkWidget        *widget,
                             GtkDirectionType  direction)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  return child && gtk_widget_child_focus (child, direction);
}

void
envoi_compat_guard_web_view (GtkWidget *view)
{
  for (GtkWidget *child = gtk_widget_get_first_child (view); child;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_can_focus (child, FALSE);
}
