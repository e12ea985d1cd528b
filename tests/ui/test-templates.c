/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "widgets.h"

#include "envoi-account-assistant.h"
#include "envoi-account-bar.h"
#include "envoi-account-form.h"
#include "envoi-account-page.h"
#include "envoi-account-row.h"
#include "envoi-accounts-window.h"
#include "envoi-application.h"
#include "envoi-assistant-browser-page.h"
#include "envoi-assistant-check-page.h"
#include "envoi-assistant-code-page.h"
#include "envoi-assistant-server-page.h"
#include "envoi-check-list.h"
#include "envoi-help-window.h"
#include "envoi-identity-page.h"
#include "envoi-client-ids-window.h"
#include "envoi-client-row.h"
#include "envoi-compat.h"
#include "envoi-composer-body.h"
#include "envoi-composer-fields.h"
#include "envoi-composer-window.h"
#include "envoi-desktop-list.h"
#include "envoi-device-code-box.h"
#include "envoi-letter-cell.h"
#include "envoi-letter-list.h"
#include "envoi-link-dialog.h"
#include "envoi-letter-row.h"
#include "envoi-letter-view.h"
#include "envoi-log-row.h"
#include "envoi-main-window.h"
#include "envoi-message-view.h"
#include "envoi-message-window.h"
#include "envoi-order-row.h"
#include "envoi-part-list.h"
#include "envoi-part.h"
#include "envoi-password-dialog.h"
#include "envoi-pin-dialog.h"
#include "envoi-pin-row.h"
#include "envoi-place-row.h"
#include "envoi-practice-list.h"
#include "envoi-practice-row.h"
#include "envoi-practice-view.h"
#include "envoi-preferences-window.h"
#include "envoi-preview-window.h"
#include "envoi-recipient-list.h"
#include "envoi-schedule-dialog.h"
#include "envoi-sending-log.h"
#include "envoi-sidebar.h"
#include "envoi-shortcuts-window.h"
#include "envoi-sign-in-window.h"
#include "envoi-state-card.h"
#include "envoi-toasts.h"
#include "envoi-transcript-view.h"

#define USUAL_DPI 96
#define PHONE_WIDTH 360

/* Every template can be built from its resource, and nothing keeps the widget
 * alive when its last owner lets go. */
static void
test_widget (gconstpointer data)
{
  GType type = GPOINTER_TO_SIZE (data);
  GtkWidget *widget = g_object_new (type, NULL);

  if (GTK_IS_WINDOW (widget)) {
    g_object_ref (widget);
    gtk_window_destroy (GTK_WINDOW (widget));
  } else {
    g_object_ref_sink (widget);
  }

  g_assert_finalize_object (widget);
}

static void
add_widgets (void)
{
  const GType types[] = {
    ENVOI_TYPE_ACCOUNT_BAR, ENVOI_TYPE_ACCOUNTS_WINDOW,
    ENVOI_TYPE_CHECK_LIST, ENVOI_TYPE_LETTER_CELL, ENVOI_TYPE_LETTER_LIST, ENVOI_TYPE_LETTER_ROW,
    ENVOI_TYPE_LETTER_VIEW,
    ENVOI_TYPE_MAIN_WINDOW, ENVOI_TYPE_MESSAGE_VIEW, ENVOI_TYPE_PART_LIST,
    ENVOI_TYPE_PASSWORD_DIALOG, ENVOI_TYPE_PIN_DIALOG, ENVOI_TYPE_PIN_ROW, ENVOI_TYPE_PLACE_ROW, ENVOI_TYPE_PRACTICE_LIST,
    ENVOI_TYPE_PRACTICE_ROW, ENVOI_TYPE_PRACTICE_VIEW, ENVOI_TYPE_PREFERENCES_WINDOW,
    ENVOI_TYPE_RECIPIENT_LIST, ENVOI_TYPE_SIDEBAR, ENVOI_TYPE_STATE_CARD,
    ENVOI_TYPE_TRANSCRIPT_VIEW, ENVOI_TYPE_ACCOUNT_FORM, ENVOI_TYPE_ACCOUNT_ASSISTANT,
    ENVOI_TYPE_ASSISTANT_BROWSER_PAGE, ENVOI_TYPE_ASSISTANT_CHECK_PAGE,
    ENVOI_TYPE_ASSISTANT_CODE_PAGE, ENVOI_TYPE_ASSISTANT_SERVER_PAGE, ENVOI_TYPE_SIGN_IN_WINDOW,
    ENVOI_TYPE_MESSAGE_WINDOW, ENVOI_TYPE_ACCOUNT_PAGE, ENVOI_TYPE_IDENTITY_PAGE,
    ENVOI_TYPE_CLIENT_IDS_WINDOW, ENVOI_TYPE_CLIENT_ROW, ENVOI_TYPE_DESKTOP_LIST,
    ENVOI_TYPE_DEVICE_CODE_BOX, ENVOI_TYPE_LOG_ROW, ENVOI_TYPE_SENDING_LOG,
    ENVOI_TYPE_ACCOUNT_ROW, ENVOI_TYPE_ORDER_ROW, ENVOI_TYPE_SHORTCUTS_WINDOW,
    ENVOI_TYPE_HELP_WINDOW,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree char *path = g_strdup_printf ("/envoi/ui/templates/%s", g_type_name (types[i]));

    g_test_add_data_func (path, GSIZE_TO_POINTER (types[i]), test_widget);
  }
}

/* What GTK and libadwaita make inside their own widgets is theirs to name. */
static gboolean
is_inside_gtk (GtkWidget *widget)
{
  return ((GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_TOGGLE_BUTTON (widget)) &&
          gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW)) ||
         gtk_widget_get_ancestor (widget, ADW_TYPE_COMBO_ROW) ||
         gtk_widget_get_ancestor (widget, ADW_TYPE_ENTRY_ROW) ||
         gtk_widget_get_ancestor (widget, ADW_TYPE_SPLIT_BUTTON) ||
         gtk_widget_get_ancestor (widget, GTK_TYPE_WINDOW_CONTROLS) ||
         (GTK_IS_BUTTON (widget) &&
          (gtk_widget_get_ancestor (widget, GTK_TYPE_SPIN_BUTTON) ||
           gtk_widget_get_ancestor (widget, GTK_TYPE_SEARCH_BAR) ||
           gtk_widget_get_ancestor (widget, GTK_TYPE_MENU_BUTTON)));
}

/* What shows only an icon, or is typed into, says what it is. */
static void
assert_spoken (GtkWidget *widget)
{
  gboolean is_icon = GTK_IS_BUTTON (widget) && gtk_button_get_icon_name (GTK_BUTTON (widget));
  gboolean needs_name = is_icon || GTK_IS_MENU_BUTTON (widget) || GTK_IS_SPIN_BUTTON (widget) ||
                        GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_LIST_VIEW (widget) ||
                        GTK_IS_TEXT_VIEW (widget) || GTK_IS_PROGRESS_BAR (widget);

  needs_name = needs_name && !is_inside_gtk (widget);

  if (needs_name)
    g_test_message ("%s in %s", G_OBJECT_TYPE_NAME (widget),
                    G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
  g_assert_true (!needs_name ||
                 gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    assert_spoken (child);
}

static void
test_names (void)
{
  const GType types[] = {
    ENVOI_TYPE_MAIN_WINDOW, ENVOI_TYPE_ACCOUNTS_WINDOW, ENVOI_TYPE_PREFERENCES_WINDOW,
    ENVOI_TYPE_PASSWORD_DIALOG, ENVOI_TYPE_ACCOUNT_BAR, ENVOI_TYPE_ACCOUNT_FORM,
    ENVOI_TYPE_ACCOUNT_ASSISTANT, ENVOI_TYPE_SIGN_IN_WINDOW, ENVOI_TYPE_MESSAGE_WINDOW,
    ENVOI_TYPE_CLIENT_IDS_WINDOW, ENVOI_TYPE_CLIENT_ROW, ENVOI_TYPE_SENDING_LOG,
    ENVOI_TYPE_ACCOUNT_PAGE, ENVOI_TYPE_IDENTITY_PAGE, ENVOI_TYPE_ORDER_ROW,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GtkWidget *widget = g_object_ref_sink (g_object_new (types[i], NULL));

    assert_spoken (widget);
    if (GTK_IS_WINDOW (widget))
      gtk_window_destroy (GTK_WINDOW (widget));
    g_object_unref (widget);
  }
}

static int
measure_width (GType type)
{
  GtkWidget *widget = g_object_ref_sink (g_object_new (type, NULL));
  GtkWidget *content = GTK_IS_WINDOW (widget) ? gtk_widget_get_first_child (widget) : widget;
  int minimum = 0;

  envoi_compat_mend_parts (widget);
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (GTK_IS_WINDOW (widget))
    gtk_window_destroy (GTK_WINDOW (widget));
  g_object_unref (widget);
  return minimum;
}

/* Twice as large text leaves no screen wider than a phone's. */
static void
test_large_text (void)
{
  const GType types[] = {
    ENVOI_TYPE_MAIN_WINDOW, ENVOI_TYPE_ACCOUNTS_WINDOW, ENVOI_TYPE_PREFERENCES_WINDOW,
    ENVOI_TYPE_ACCOUNT_ASSISTANT, ENVOI_TYPE_SIGN_IN_WINDOW, ENVOI_TYPE_CLIENT_IDS_WINDOW,
    ENVOI_TYPE_ACCOUNT_PAGE, ENVOI_TYPE_ACCOUNT_FORM, ENVOI_TYPE_IDENTITY_PAGE,
    ENVOI_TYPE_LETTER_VIEW, ENVOI_TYPE_LETTER_LIST, ENVOI_TYPE_PRACTICE_LIST,
    ENVOI_TYPE_PRACTICE_VIEW, ENVOI_TYPE_STATE_CARD, ENVOI_TYPE_COMPOSER_FIELDS,
    ENVOI_TYPE_COMPOSER_BODY, ENVOI_TYPE_COMPOSER_WINDOW, ENVOI_TYPE_PASSWORD_DIALOG,
    ENVOI_TYPE_PIN_DIALOG, ENVOI_TYPE_MESSAGE_WINDOW, ENVOI_TYPE_PREVIEW_WINDOW,
    ENVOI_TYPE_SCHEDULE_DIALOG, ENVOI_TYPE_LINK_DIALOG, ENVOI_TYPE_SENDING_LOG,
    ENVOI_TYPE_SHORTCUTS_WINDOW,
    ENVOI_TYPE_HELP_WINDOW,
  };

  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * USUAL_DPI * PANGO_SCALE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    int width = measure_width (types[i]);

    g_test_message ("%s: %d", g_type_name (types[i]), width);
    g_assert_cmpint (width, <=, PHONE_WIDTH);
  }
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-xft-dpi");
}

static gboolean
is_laid_out (gpointer window)
{
  return gtk_widget_get_mapped (window) && gtk_widget_get_width (window) > 0;
}

/* What it asks for is not all: a window is also as wide as its least height wants it. */
static void
test_dialogs (void)
{
  const GType types[] = {
    ENVOI_TYPE_LINK_DIALOG, ENVOI_TYPE_SCHEDULE_DIALOG, ENVOI_TYPE_PASSWORD_DIALOG,
    ENVOI_TYPE_PIN_DIALOG,
  };

  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * USUAL_DPI * PANGO_SCALE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GtkWidget *dialog = g_object_new (types[i], NULL);

    envoi_compat_mend_parts (dialog);
    gtk_window_present (GTK_WINDOW (dialog));
    envoi_test_wait_until (is_laid_out, dialog);
    g_test_message ("%s: %d", g_type_name (types[i]), gtk_widget_get_width (dialog));
    g_assert_cmpint (gtk_widget_get_width (dialog), <=, PHONE_WIDTH);
    gtk_window_destroy (GTK_WINDOW (dialog));
  }
  gtk_settings_reset_property (gtk_settings_get_default (), "gtk-xft-dpi");
}

/* Also before it is installed, as the name that the About window asks for. */
static void
test_icon (void)
{
  const char *nowhere[] = { NULL };
  GtkIconTheme *theme = gtk_icon_theme_new ();

  gtk_icon_theme_set_search_path (theme, nowhere);
  g_assert_false (gtk_icon_theme_has_icon (theme, ENVOI_DESKTOP_ID));
  gtk_icon_theme_add_resource_path (theme, "/io/github/envoi_mail/Envoi/icons");
  g_assert_true (gtk_icon_theme_has_icon (theme, ENVOI_DESKTOP_ID));
  g_object_unref (theme);
}

static GtkWidget *
find_in_toast (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (widget) && !gtk_button_get_label (GTK_BUTTON (widget)))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_in_toast (child);

  return found;
}

/* A toast is not there yet when its window gets names. */
static void
test_toast (void)
{
  GtkWidget *overlay = g_object_ref_sink (adw_toast_overlay_new ());
  GtkWidget *button;

  envoi_compat_mend_parts (overlay);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new ("Sent"));
  button = find_in_toast (overlay);
  g_assert_nonnull (button);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (button),
                                                   GTK_ACCESSIBLE_PROPERTY_LABEL));
  g_object_unref (overlay);
}

static guint
count_sections (GtkWidget *widget)
{
  guint n_sections = ADW_IS_PREFERENCES_GROUP (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n_sections += count_sections (child);

  return n_sections;
}

/* The same in each language; what a provider wants instead of a password is in both. */
static void
test_help (void)
{
  const struct {
    const char *path;
    const char *words;
  } pages[] = {
    { "/io/github/envoi_mail/Envoi/help.ui", "an authorization code: web mail → settings" },
    { "/io/github/envoi_mail/Envoi/help.zh_CN.ui", "授权码：网页邮箱 → 设置" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (pages[i].path);
    GtkWidget *page = GTK_WIDGET (gtk_builder_get_object (builder, "page"));
    GtkWidget *window = gtk_window_new ();

    gtk_window_set_child (GTK_WINDOW (window), page);
    gtk_window_present (GTK_WINDOW (window));
    g_assert_cmpuint (count_sections (page), ==, 6);
    g_assert_true (widget_says (page, pages[i].words));
    gtk_window_destroy (GTK_WINDOW (window));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  add_widgets ();
  g_test_add_func ("/envoi/ui/templates/names", test_names);
  g_test_add_func ("/envoi/ui/templates/large-text", test_large_text);
  g_test_add_func ("/envoi/ui/templates/dialogs", test_dialogs);
  g_test_add_func ("/envoi/ui/templates/icon", test_icon);
  g_test_add_func ("/envoi/ui/templates/help", test_help);
  g_test_add_func ("/envoi/ui/templates/toast", test_toast);

  return g_test_run ();
}
