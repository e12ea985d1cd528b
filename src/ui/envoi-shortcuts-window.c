/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-shortcuts-window.h"

#include "envoi-wrap-layout.h"

#include <glib/gi18n.h>

/* As GtkShortcutLabel writes it. */
#define RANGE "..."
#define DEFAULT_WIDTH 560
#define DEFAULT_HEIGHT 640

/**
 * EnvoiShortcutsWindow:
 *
 * GTK's own window of shortcuts lays them out in columns that a narrow screen
 * cuts off; here they are rows, and their keys go below where they do not fit.
 *
 * Thread: main
 */
struct _EnvoiShortcutsWindow {
  AdwPreferencesWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiShortcutsWindow, envoi_shortcuts_window, ADW_TYPE_PREFERENCES_WINDOW)

/* @keys: accelerators, separated by a space, as GtkShortcutLabel takes them; NULL begins a group. */
static const struct {
  const char *title;
  const char *keys;
} shortcuts[] = {
  { NC_ ("shortcuts", "General"), NULL },
  { NC_ ("shortcuts", "New letter"), "<Control>n" },
  { NC_ ("shortcuts", "Preferences"), "<Control>comma" },
  { NC_ ("shortcuts", "Sending log"), "<Control><Shift>l" },
  { NC_ ("shortcuts", "Main menu"), "F10" },
  { NC_ ("shortcuts", "Help"), "F1" },
  { NC_ ("shortcuts", "Keyboard shortcuts"), "<Control>question" },
  { NC_ ("shortcuts", "Close the window"), "<Control>w" },
  { NC_ ("shortcuts", "Quit"), "<Control>q" },
  { NC_ ("shortcuts", "Letters"), NULL },
  { NC_ ("shortcuts", "Go to Drafts, Outbox … Practice Inbox"), "<Alt>1...7" },
  { NC_ ("shortcuts", "Search in all letters"), "<Control>f" },
  { NC_ ("shortcuts", "Open the chosen letter"), "Return" },
  { NC_ ("shortcuts", "Delete the chosen letter"), "Delete" },
  { NC_ ("shortcuts", "Back"), "<Alt>Left" },
  { NC_ ("shortcuts", "Writing"), NULL },
  { NC_ ("shortcuts", "Send"), "<Control>Return" },
  { NC_ ("shortcuts", "Attach files"), "<Control><Shift>a" },
  { NC_ ("shortcuts", "Save the draft now"), "<Control>s" },
  { NC_ ("shortcuts", "Add a copy (Cc)"), "<Control><Shift>c" },
  { NC_ ("shortcuts", "Add a blind copy (Bcc)"), "<Control><Shift>b" },
  { NC_ ("shortcuts", "Reply to another address"), "<Control><Shift>r" },
  { NC_ ("shortcuts", "Paste without formatting"), "<Control><Shift>v" },
  { NC_ ("shortcuts", "Find"), "<Control>f" },
  { NC_ ("shortcuts", "Next, previous place"), "<Control>g <Control><Shift>g" },
  { NC_ ("shortcuts", "Larger, smaller, normal size"), "<Control>plus <Control>minus <Control>0" },
  { NC_ ("shortcuts", "Align left, centered, right, justified"), "<Control>l <Control>e <Control>r <Control>j" },
  { NC_ ("shortcuts", "Larger, smaller font"), "<Control><Shift>greater <Control><Shift>less" },
  { NC_ ("shortcuts", "Numbered list, bulleted list"), "<Control><Shift>7 <Control><Shift>8" },
  { NC_ ("shortcuts", "Quotation"), "<Control><Shift>9" },
  { NC_ ("shortcuts", "Indent, outdent"), "<Control>bracketright <Control>bracketleft" },
  { NC_ ("shortcuts", "Clear formatting"), "<Control>backslash" },
  { NC_ ("shortcuts", "Bold"), "<Control>b" },
  { NC_ ("shortcuts", "Italic"), "<Control>i" },
  { NC_ ("shortcuts", "Underline"), "<Control>u" },
  { NC_ ("shortcuts", "Link"), "<Control>k" },
  { NC_ ("shortcuts", "Undo"), "<Control>z" },
  { NC_ ("shortcuts", "Redo"), "<Control><Shift>z" },
};

/* What is heard: "Undo, Ctrl+Z". */
static void
name_row (GtkWidget  *row,
          const char *title,
          char      **keys)
{
  g_autoptr (GString) name = g_string_new (title);

  for (guint i = 0; keys[i]; i++) {
    g_auto (GStrv) range = g_strsplit (keys[i], RANGE, 2);
    g_autofree char *label = NULL;
    GdkModifierType modifiers = 0;
    guint key = 0;

    gtk_accelerator_parse (range[0], &key, &modifiers);
    label = gtk_accelerator_get_label (key, modifiers);
    g_string_append_printf (name, ", %s", label);
    if (range[1])
      g_string_append_printf (name, RANGE "%s", range[1]);
  }

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str,
                                  -1);
}

static GtkWidget *
create_title (const char *title)
{
  return g_object_new (GTK_TYPE_LABEL,
                       "label", title,
                       "xalign", 0.0,
                       "wrap", TRUE,
                       "wrap-mode", PANGO_WRAP_WORD_CHAR,
                       NULL);
}

static GtkWidget *
create_keys (const char *accelerator)
{
  GtkWidget *label = gtk_shortcut_label_new (accelerator);

  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  return label;
}

static GtkWidget *
create_row (const char *title,
            const char *accelerators)
{
  g_auto (GStrv) keys = g_strsplit (accelerators, " ", -1);
  GtkWidget *box = g_object_new (GTK_TYPE_BOX,
                                 "layout-manager", envoi_wrap_layout_new (),
                                 "margin-top", 9,
                                 "margin-bottom", 9,
                                 "margin-start", 12,
                                 "margin-end", 12,
                                 NULL);
  GtkWidget *row = g_object_new (ADW_TYPE_PREFERENCES_ROW,
                                 "title", title,
                                 "activatable", FALSE,
                                 "child", box,
                                 NULL);

  gtk_box_append (GTK_BOX (box), create_title (title));
  /* The keys are at the end of the title's line, or begin one of their own. */
  gtk_box_append (GTK_BOX (box), g_object_new (GTK_TYPE_BOX, "hexpand", TRUE, NULL));
  for (guint i = 0; keys[i]; i++)
    gtk_box_append (GTK_BOX (box), create_keys (keys[i]));

  name_row (row, title, keys);
  return row;
}

static AdwPreferencesPage *
create_page (void)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++) {
    const char *title = g_dpgettext2 (NULL, "shortcuts", shortcuts[i].title);

    if (!shortcuts[i].keys) {
      group = g_object_new (ADW_TYPE_PREFERENCES_GROUP, "title", title, NULL);
      adw_preferences_page_add (page, group);
    } else {
      adw_preferences_group_add (group, create_row (title, shortcuts[i].keys));
    }
  }

  return page;
}

static void
envoi_shortcuts_window_class_init (EnvoiShortcutsWindowClass *klass)
{
}

static void
envoi_shortcuts_window_init (EnvoiShortcutsWindow *self)
{
  gtk_window_set_title (GTK_WINDOW (self), _("Keyboard Shortcuts"));
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), DEFAULT_WIDTH, DEFAULT_HEIGHT);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (self), TRUE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), create_page ());
}

void
envoi_shortcuts_window_present (GtkWindow *parent)
{
  GtkWindow *window;

  g_return_if_fail (GTK_IS_WINDOW (parent));

  window = g_object_new (ENVOI_TYPE_SHORTCUTS_WINDOW, "transient-for", parent, NULL);
  gtk_window_present (window);
}
