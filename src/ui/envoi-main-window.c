/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-bar.h"
#include "envoi-compat.h"
#include "envoi-letter-actions.h"
#include "envoi-letter-list.h"
#include "envoi-letter-saver.h"
#include "envoi-letter-view.h"
#include "envoi-main-window.h"
#include "envoi-open-message.h"
#include "envoi-practice-list.h"
#include "envoi-practice-view.h"
#include "envoi-searcher.h"
#include "envoi-sidebar.h"
#include "envoi-toasts.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

#define LIST_WIDTH 330

/**
 * EnvoiMainWindow:
 *
 * Where the letters are: places, the list of one place, and one letter. On a
 * narrow screen one of the three is shown at a time.
 *
 * Thread: main
 */
struct _EnvoiMainWindow {
  AdwApplicationWindow parent_instance;

  EnvoiService        *service;
  EnvoiLetterActions  *actions;
  EnvoiToasts         *toasts;
  GSettings           *settings;
  EnvoiSearcher       *searcher;
  int place;
  char                *place_title;

  AdwToastOverlay     *toast_overlay;
  GtkStack            *stage;
  GtkSpinner          *spinner;
  AdwStatusPage       *problem_page;
  AdwLeaflet          *leaflet;
  GtkWidget           *list_pane;
  GtkWidget           *detail_pane;
  EnvoiSidebar        *sidebar;
  AdwWindowTitle      *list_title;
  GtkSearchBar        *search_bar;
  GtkSearchEntry      *search_entry;
  EnvoiAccountBar     *account_bar;
  GtkStack            *lists;
  EnvoiLetterList     *letters;
  EnvoiPracticeList   *practice_list;
  GtkStack            *details;
  GtkWidget           *letter_menu_button;
  EnvoiLetterView     *letter_view;
  EnvoiPracticeView   *practice_view;
};

G_DEFINE_FINAL_TYPE (EnvoiMainWindow, envoi_main_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
is_narrow (EnvoiMainWindow *self)
{
  return adw_leaflet_get_folded (self->leaflet);
}

static void
show_nothing (EnvoiMainWindow *self)
{
  envoi_letter_actions_set_letter (self->actions, NULL);
  envoi_letter_view_set_letter (self->letter_view, NULL);
  gtk_stack_set_visible_child_name (self->details, "nothing");
  gtk_widget_set_visible (self->letter_menu_button, FALSE);
}

static void
show_letter (EnvoiMainWindow *self,
             EnvoiLetter     *letter)
{
  envoi_letter_actions_set_letter (self->actions, letter);
  envoi_letter_view_set_letter (self->letter_view, letter);
  gtk_stack_set_visible_child_name (self->details, "letter");
  gtk_widget_set_visible (self->letter_menu_button, TRUE);
}

static void
show_practice_item (EnvoiMainWindow   *self,
                    EnvoiPracticeItem *item)
{
  envoi_practice_view_set_item (self->practice_view, item);
  gtk_stack_set_visible_child_name (self->details, "practice");
  gtk_widget_set_visible (self->letter_menu_button, FALSE);
}

static void
show_place (EnvoiMainWindow *self)
{
  adw_window_title_set_title (self->list_title, self->place_title);
  adw_window_title_set_subtitle (self->list_title, "");

  if (self->place == ENVOI_PLACE_PRACTICE) {
    envoi_practice_list_unselect (self->practice_list);
    gtk_stack_set_visible_child_name (self->lists, "practice");
  } else {
    envoi_letter_list_set_folder (self->letters, self->place);
    gtk_stack_set_visible_child_name (self->lists, "letters");
  }
}

static void
place_chosen_cb (EnvoiMainWindow *self,
                 int              place,
                 const char      *title)
{
  if (place == ENVOI_PLACE_ACCOUNTS) {
    gtk_widget_activate_action (GTK_WIDGET (self), "app.accounts", NULL);
    return;
  }

  self->place = place;
  g_free (self->place_title);
  self->place_title = g_strdup (title);
  show_nothing (self);

  /* Whoever goes somewhere has found what there was to find. */
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  show_place (self);
  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
}

/* A letter that leaves the list, because it was sent, stays in view: the person
 * is watching it. On a narrow screen only activating leads to the letter. */
static void
letter_chosen_cb (EnvoiMainWindow *self,
                  EnvoiLetter     *letter)
{
  if (letter && !is_narrow (self))
    show_letter (self, letter);
}

static void
letter_activated_cb (EnvoiMainWindow *self,
                     EnvoiLetter     *letter)
{
  gboolean is_draft = envoi_letter_get_state (letter) == ENVOI_LETTER_DRAFT;
  gboolean is_template = envoi_letter_record_is_template (envoi_letter_get_record (letter));

  show_letter (self, letter);
  if (is_draft && !is_narrow (self))
    gtk_widget_activate_action (GTK_WIDGET (self),
                                is_template ? "letter.use-template" : "letter.edit", NULL);
  else
    adw_leaflet_set_visible_child (self->leaflet, self->detail_pane);
}

static void
practice_chosen_cb (EnvoiMainWindow   *self,
                    EnvoiPracticeItem *item)
{
  if (item && !is_narrow (self))
    show_practice_item (self, item);
}

static void
practice_activated_cb (EnvoiMainWindow   *self,
                       EnvoiPracticeItem *item)
{
  show_practice_item (self, item);
  adw_leaflet_set_visible_child (self->leaflet, self->detail_pane);
}

static void
problem_cb (EnvoiMainWindow *self,
            const char      *sentence)
{
  envoi_main_window_tell (self, sentence);
}

static void
search_changed_cb (EnvoiMainWindow *self)
{
  g_autofree char *words = NULL;

  if (!self->searcher)
    return;

  words = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry))));
  if (*words) {
    envoi_searcher_ask (self->searcher, words);
  } else {
    envoi_searcher_stop (self->searcher);
    show_place (self);
  }
}

static void
search_mode_changed_cb (EnvoiMainWindow *self)
{
  /* The entry tells of its emptying a moment later; the list need not wait. */
  if (self->searcher && !gtk_search_bar_get_search_mode (self->search_bar)) {
    envoi_searcher_stop (self->searcher);
    show_place (self);
  }
}

static void
search_done_cb (EnvoiMainWindow *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->letters), GTK_DIR_TAB_FORWARD);
}

static void
found_cb (EnvoiMainWindow *self,
          const char      *words,
          GListModel      *hits)
{
  guint n_hits = g_list_model_get_n_items (hits);
  g_autofree char *count = NULL;

  if (n_hits < ENVOI_SEARCHER_MOST)
    count = g_strdup_printf (ngettext ("%u letter", "%u letters", n_hits), n_hits);
  else
    /* Translators: more letters were found than are shown */
    count = g_strdup_printf (ngettext ("the newest %u letter", "the newest %u letters", n_hits),
                             n_hits);

  adw_window_title_set_title (self->list_title, _("Found"));
  adw_window_title_set_subtitle (self->list_title, n_hits > 0 ? count : "");
  envoi_letter_list_set_hits (self->letters, words, hits);
  gtk_stack_set_visible_child_name (self->lists, "letters");
  envoi_compat_announce (GTK_WIDGET (self), count);
}

static void
search_failed_cb (EnvoiMainWindow *self,
                  const GError    *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

  envoi_main_window_tell (self, problem->title);
}

static void
draft_opened_cb (EnvoiMainWindow *self,
                 EnvoiDraft      *draft)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  envoi_application_open_draft (ENVOI_APPLICATION (application), draft);
}

static void
compress_wanted_cb (EnvoiMainWindow *self,
                    EnvoiDraft      *draft)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  envoi_application_compress_draft (ENVOI_APPLICATION (application), draft);
}

static void
account_wanted_cb (EnvoiMainWindow *self,
                   EnvoiAccount    *account,
                   gboolean         is_only_secret)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  envoi_application_open_account (ENVOI_APPLICATION (application), account, is_only_secret);
}

static void
bar_account_wanted_cb (EnvoiMainWindow *self,
                       EnvoiAccount    *account)
{
  account_wanted_cb (self, account, TRUE);
}

static void
page_wanted_cb (EnvoiMainWindow *self,
                const char      *url)
{
  envoi_compat_open_uri (GTK_WINDOW (self), url);
}

static void
delete_wanted_cb (EnvoiMainWindow *self,
                  EnvoiLetter     *letter)
{
  const char *letter_id = envoi_letter_get_id (letter);

  envoi_outbox_set_aside (envoi_service_get_outbox (self->service), letter_id, TRUE);
  envoi_letter_list_forget_hit (self->letters, letter);
  envoi_toasts_show_deleted (self->toasts, letter_id);
  show_nothing (self);
  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
}

static void
saved_cb (const char *sentence,
          gpointer    user_data)
{
  EnvoiMainWindow *self = user_data;

  if (self->toasts)
    envoi_main_window_tell (self, sentence);
}

static void
save_wanted_cb (EnvoiMainWindow *self,
                EnvoiLetter     *letter)
{
  envoi_letter_saver_ask (GTK_WINDOW (self), self->service, letter, saved_cb, G_OBJECT (self));
}

static void
queued_cb (EnvoiMainWindow *self,
           const char      *letter_id)
{
  envoi_main_window_letter_sent (self, letter_id);
}

static void
undo_delete_cb (EnvoiMainWindow *self,
                const char      *letter_id)
{
  envoi_outbox_set_aside (envoi_service_get_outbox (self->service), letter_id, FALSE);
  if (gtk_search_bar_get_search_mode (self->search_bar))
    search_changed_cb (self);
}

static void
did_delete (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiMainWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error) || !self->toasts)
    return;

  problem = envoi_problem_new (error);
  envoi_main_window_tell (self, problem->title);
}

static void
delete_cb (EnvoiMainWindow *self,
           const char      *letter_id)
{
  envoi_outbox_act_async (envoi_service_get_outbox (self->service), letter_id,
                          ENVOI_OUTBOX_DELETE, NULL, NULL, did_delete, g_object_ref (self));
}

static void
undo_send_cb (EnvoiMainWindow *self,
              const char      *letter_id)
{
  envoi_letter_actions_undo (self->actions, letter_id);
}

static void
settled_cb (EnvoiMainWindow  *self,
            EnvoiLetter      *letter,
            EnvoiLetterState  before,
            EnvoiLetterState  after)
{
  g_autofree char *sentence = NULL;

  if (after != ENVOI_LETTER_SENT || before != ENVOI_LETTER_SENDING)
    return;

  sentence = envoi_words_format_sent (envoi_letter_get_record (letter));
  envoi_main_window_tell (self, sentence);
}

/* Beside the letter the list keeps its width whatever it holds; alone it has all. */
static void
folded_cb (EnvoiMainWindow *self)
{
  int width = is_narrow (self) ? G_MAXINT16 : LIST_WIDTH;

  adw_clamp_set_maximum_size (ADW_CLAMP (self->list_pane), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->list_pane), width);
}

static void
go_back_cb (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  adw_leaflet_navigate (ENVOI_MAIN_WINDOW (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
search_cb (GtkWidget  *widget,
           const char *name,
           GVariant   *parameter)
{
  EnvoiMainWindow *self = ENVOI_MAIN_WINDOW (widget);

  if (!self->service)
    return;

  adw_leaflet_set_visible_child (self->leaflet, self->list_pane);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* By the keyboard: the arrow keys go on in the list. */
static void
show_place_cb (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  EnvoiMainWindow *self = ENVOI_MAIN_WINDOW (widget);
  int place = g_variant_get_int32 (parameter);

  if (!self->service || place < 0 || place >= ENVOI_N_PLACES)
    return;

  envoi_sidebar_choose (self->sidebar, place);
  if (!gtk_widget_get_focus_child (GTK_WIDGET (self->lists)))
    gtk_widget_child_focus (GTK_WIDGET (self->lists), GTK_DIR_TAB_FORWARD);
}

static void
restore_size (EnvoiMainWindow *self)
{
  int width;
  int height;

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
envoi_main_window_close_request (GtkWindow *window)
{
  EnvoiMainWindow *self = ENVOI_MAIN_WINDOW (window);
  int width;
  int height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  envoi_toasts_flush (self->toasts);

  return GTK_WINDOW_CLASS (envoi_main_window_parent_class)->close_request (window);
}

static void
envoi_main_window_dispose (GObject *object)
{
  EnvoiMainWindow *self = ENVOI_MAIN_WINDOW (object);

  g_clear_object (&self->toasts);
  g_clear_object (&self->actions);
  g_clear_object (&self->searcher);
  g_clear_object (&self->service);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (envoi_main_window_parent_class)->dispose (object);
}

static void
envoi_main_window_finalize (GObject *object)
{
  g_free (ENVOI_MAIN_WINDOW (object)->place_title);

  G_OBJECT_CLASS (envoi_main_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, stage);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, problem_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, list_pane);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, detail_pane);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, list_title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, account_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, lists);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, letters);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, practice_list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, details);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, letter_menu_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, letter_view);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMainWindow, practice_view);
  gtk_widget_class_bind_template_callback (widget_class, place_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, letter_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, letter_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, practice_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, practice_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, bar_account_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, folded_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_mode_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_done_cb);
  gtk_widget_class_bind_template_callback (widget_class, problem_cb);
}

static void
envoi_main_window_class_init (EnvoiMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_main_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_main_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = envoi_main_window_close_request;

  g_type_ensure (ENVOI_TYPE_SIDEBAR);
  g_type_ensure (ENVOI_TYPE_ACCOUNT_BAR);
  g_type_ensure (ENVOI_TYPE_LETTER_LIST);
  g_type_ensure (ENVOI_TYPE_LETTER_VIEW);
  g_type_ensure (ENVOI_TYPE_PRACTICE_LIST);
  g_type_ensure (ENVOI_TYPE_PRACTICE_VIEW);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-main-window.ui");
  bind_template (widget_class);

  gtk_widget_class_install_action (widget_class, "win.go-back", NULL, go_back_cb);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_cb);
  gtk_widget_class_install_action (widget_class, "win.show-place", "i", show_place_cb);
}

static void
connect_toasts (EnvoiMainWindow *self)
{
  self->toasts = envoi_toasts_new (self->toast_overlay);
  g_signal_connect_object (self->toasts, "undo-send", G_CALLBACK (undo_send_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->toasts, "undo-delete", G_CALLBACK (undo_delete_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->toasts, "delete", G_CALLBACK (delete_cb), self,
                           G_CONNECT_SWAPPED);
}

/* Messages are opened; any other file is what a new letter takes along. */
static gboolean
drop_cb (GtkDropTarget   *target,
         const GValue    *value,
         double           x,
         double           y,
         EnvoiMainWindow *self)
{
  EnvoiApplication *app = ENVOI_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GListStore) others = g_list_store_new (G_TYPE_FILE);

  if (!self->service)
    return FALSE;

  for (GSList *link = files; link; link = link->next) {
    g_autofree char *name = g_file_get_basename (link->data);

    if (name && envoi_open_message_is_name (name))
      envoi_open_message (app, link->data);
    else
      g_list_store_append (others, link->data);
  }

  if (g_list_model_get_n_items (G_LIST_MODEL (others)) > 0)
    envoi_application_attach_to_new (app, G_LIST_MODEL (others));
  return TRUE;
}

static void
add_drop_target (EnvoiMainWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
envoi_main_window_init (EnvoiMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self));

  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  restore_size (self);
  folded_cb (self);
  connect_toasts (self);
  add_drop_target (self);
}

EnvoiMainWindow *
envoi_main_window_new (EnvoiApplication *application)
{
  return g_object_new (ENVOI_TYPE_MAIN_WINDOW, "application", application, NULL);
}

static void
connect_actions (EnvoiMainWindow *self)
{
  self->actions = envoi_letter_actions_new (self->service);
  g_signal_connect_object (self->actions, "draft-opened", G_CALLBACK (draft_opened_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "compress-wanted", G_CALLBACK (compress_wanted_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "account-wanted", G_CALLBACK (account_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "page-wanted", G_CALLBACK (page_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "delete-wanted", G_CALLBACK (delete_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "save-wanted", G_CALLBACK (save_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "queued", G_CALLBACK (queued_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->actions, "told", G_CALLBACK (problem_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "letter",
                                  envoi_letter_actions_get_group (self->actions));
}

static void
connect_searcher (EnvoiMainWindow *self)
{
  self->searcher = envoi_searcher_new (envoi_service_get_outbox (self->service));
  g_signal_connect_object (self->searcher, "found", G_CALLBACK (found_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->searcher, "failed", G_CALLBACK (search_failed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
envoi_main_window_set_service (EnvoiMainWindow *self,
                               EnvoiService    *service)
{
  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  if (!g_set_object (&self->service, service))
    return;

  connect_actions (self);
  connect_searcher (self);
  envoi_sidebar_set_outbox (self->sidebar, envoi_service_get_outbox (service));
  envoi_account_bar_set_service (self->account_bar, service);
  envoi_letter_list_set_outbox (self->letters, envoi_service_get_outbox (service));
  envoi_letter_list_set_accounts (self->letters,
                                  G_LIST_MODEL (envoi_service_get_accounts (service)));
  envoi_letter_view_set_service (self->letter_view, service);
  envoi_practice_list_set_service (self->practice_list, service);
  g_signal_connect_object (envoi_service_get_outbox (service), "settled",
                           G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);

  gtk_stack_set_visible_child_name (self->stage, "ready");
  /* Out of sight it would still ask for every frame. */
  gtk_spinner_stop (self->spinner);
  envoi_sidebar_choose (self->sidebar, ENVOI_FOLDER_OUTBOX);
}

void
envoi_main_window_show_problem (EnvoiMainWindow    *self,
                                const EnvoiProblem *problem)
{
  g_autofree char *text = NULL;

  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  /* A status page's words are markup. */
  text = g_markup_printf_escaped ("%s\n\n%s", problem->body ? problem->body : "",
                                  problem->details ? problem->details : "");
  adw_status_page_set_title (self->problem_page, problem->title);
  adw_status_page_set_description (self->problem_page, g_strchomp (text));
  gtk_stack_set_visible_child_name (self->stage, "problem");
  gtk_spinner_stop (self->spinner);
}

static int
find_folder (EnvoiOutbox *outbox,
             EnvoiLetter *letter)
{
  for (int folder = 0; folder < ENVOI_N_FOLDERS; folder++) {
    if (envoi_outbox_find_position (outbox, folder, letter, NULL))
      return folder;
  }

  return ENVOI_FOLDER_OUTBOX;
}

void
envoi_main_window_show_letter (EnvoiMainWindow *self,
                               const char      *letter_id)
{
  EnvoiLetter *letter;

  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  letter = self->service ?
           envoi_outbox_find (envoi_service_get_outbox (self->service), letter_id) : NULL;
  if (!letter)
    return;

  envoi_sidebar_choose (self->sidebar, find_folder (envoi_service_get_outbox (self->service),
                                                    letter));
  envoi_letter_list_select (self->letters, letter);
  show_letter (self, letter);
  adw_leaflet_set_visible_child (self->leaflet, self->detail_pane);
}

void
envoi_main_window_search (EnvoiMainWindow *self,
                          const char      *words)
{
  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), words);
  gtk_editable_set_position (GTK_EDITABLE (self->search_entry), -1);
}

void
envoi_main_window_letter_sent (EnvoiMainWindow *self,
                               const char      *letter_id)
{
  EnvoiLetter *letter;

  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  letter = envoi_outbox_find (envoi_service_get_outbox (self->service), letter_id);
  if (letter)
    envoi_toasts_show_sending (self->toasts, letter, envoi_service_get_clock (self->service));
}

void
envoi_main_window_tell (EnvoiMainWindow *self,
                        const char      *sentence)
{
  g_return_if_fail (ENVOI_IS_MAIN_WINDOW (self));

  envoi_toasts_tell (self->toasts, sentence);
  envoi_compat_announce (GTK_WIDGET (self), sentence);
}
