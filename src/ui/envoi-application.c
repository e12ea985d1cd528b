/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-application-private.h"
#include "envoi-background.h"
#include "envoi-desktop.h"
#include "envoi-open-letters.h"
#include "envoi-quit-dialog.h"
#include "envoi-search-provider.h"
#include "envoi-spare-composer.h"

#include <glib/gi18n.h>
#include <libportal/portal.h>

/* A person types on in the desktop's search; the program need not start for every letter. */
#define SEARCH_LINGER_MS 30000

/* How long a provider that is told of a removal may keep the program from ending. */
#define STOP_SECONDS 3

/**
 * EnvoiApplication:
 *
 * The program: one instance, its actions, and the service behind its windows.
 * It stays while a window is open or a letter has yet to go out, and leaves
 * when the service has stopped.
 *
 * Thread: main
 */
struct _EnvoiApplication {
  AdwApplication parent_instance;

  EnvoiService   *service;
  EnvoiDesktop   *desktop;
  EnvoiOpenLetters *open_letters;
  EnvoiSearchProvider *search_provider; /* NULL without a session bus */
  GPtrArray      *waiting_uris;      /* of links and files that came before the service was ready */
  EnvoiSpareComposer *spare;         /* for a letter that waits for the service */
  gboolean wants_new_letter;
  gboolean is_only_letter;           /* started to write a letter: the composer is the window */
  gboolean skips_activation;         /* which follows a command line even when it only wants a letter */
  gboolean is_quitting;
  gboolean is_stopping;
  gboolean has_asked_to_stay;        /* without a window, in a sandbox */
  guint look_id;                     /* an idle source */
  GCancellable   *hurry;             /* NULL before the service is told to stop */
  guint hurry_id;                    /* a timeout source */
};

G_DEFINE_FINAL_TYPE (EnvoiApplication, envoi_application, ADW_TYPE_APPLICATION)

gboolean
envoi_application_is_ready (EnvoiApplication *self)
{
  gboolean is_ready = FALSE;

  if (self->service && !self->is_stopping)
    g_object_get (self->service, "is-ready", &is_ready, NULL);

  return is_ready;
}

EnvoiComposerWindow *
envoi_application_take_composer (EnvoiApplication *self)
{
  return envoi_spare_composer_take (self->spare);
}

/* Letters that the outbox still has to move, whether now, by the clock or by a retry. */
static guint
count_going_out (EnvoiApplication *self)
{
  EnvoiOutbox *outbox;

  if (!envoi_application_is_ready (self))
    return 0;

  outbox = envoi_service_get_outbox (self->service);
  return g_list_model_get_n_items (envoi_outbox_get_folder (outbox, ENVOI_FOLDER_OUTBOX)) +
         g_list_model_get_n_items (envoi_outbox_get_folder (outbox, ENVOI_FOLDER_SCHEDULED));
}

static void
did_stop (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiApplication) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_stop_finish (ENVOI_SERVICE (source), result, &error))
    g_warning ("The service did not stop cleanly: %s", error->message);

  g_clear_handle_id (&self->hurry_id, g_source_remove);
  /* Until now a letter may have come to its end, and the person hears of it. */
  g_clear_object (&self->desktop);
  g_application_release (G_APPLICATION (self));
}

/* Whether the desktop's search asks for letters, or is about to. */
static gboolean
is_asked (EnvoiApplication *self)
{
  return self->search_provider && envoi_search_provider_is_busy (self->search_provider);
}

/* What the desktop's search finds; NULL = nothing, and it need not wait. */
static void
offer_letters (EnvoiApplication *self,
               EnvoiOutbox      *outbox)
{
  if (self->search_provider)
    envoi_search_provider_set_outbox (self->search_provider, outbox);
}

static gboolean
hurry_cb (gpointer user_data)
{
  EnvoiApplication *self = user_data;

  self->hurry_id = 0;
  g_cancellable_cancel (self->hurry);
  return G_SOURCE_REMOVE;
}

/* The one place where the program decides to leave. */
static void
leave_when_done (EnvoiApplication *self)
{
  gboolean has_windows = gtk_application_get_windows (GTK_APPLICATION (self)) != NULL;

  if (self->is_stopping || has_windows || !self->service)
    return;
  if (!self->is_quitting && (count_going_out (self) > 0 || is_asked (self)))
    return;

  self->is_stopping = TRUE;
  offer_letters (self, NULL);
  self->hurry = g_cancellable_new ();
  self->hurry_id = g_timeout_add_seconds (STOP_SECONDS, hurry_cb, self);
  envoi_service_stop_async (self->service, self->hurry, did_stop, g_object_ref (self));
}

static void
say_it_stays (EnvoiApplication *self)
{
  guint n_letters = count_going_out (self);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *body = NULL;

  if (self->is_quitting || n_letters == 0)
    return;

  notification = g_notification_new (_("Envoi keeps running"));
  body = g_strdup_printf (ngettext ("%u letter is still to go out.",
                                    "%u letters are still to go out.", n_letters), n_letters);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_application_send_notification (G_APPLICATION (self), "stays", notification);

  if (!self->has_asked_to_stay && xdp_portal_running_under_sandbox ())
    envoi_background_ask (_("Letters are still to go out."));
  self->has_asked_to_stay = TRUE;
}

static gboolean
look_whether_done_cb (gpointer user_data)
{
  EnvoiApplication *self = user_data;

  self->look_id = 0;
  leave_when_done (self);
  return G_SOURCE_REMOVE;
}

/* A letter that moves in its folder is in none for a moment. */
static void
outbox_changed_cb (EnvoiApplication *self)
{
  if (self->look_id == 0)
    self->look_id = g_idle_add (look_whether_done_cb, self);
}

static void
do_what_waited (EnvoiApplication *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (guint i = 0; i < self->waiting_uris->len; i++)
    envoi_application_open_uri (self, g_ptr_array_index (self->waiting_uris, i), files);
  g_ptr_array_set_size (self->waiting_uris, 0);
  if (g_list_model_get_n_items (G_LIST_MODEL (files)) > 0)
    envoi_application_attach_to_new (self, G_LIST_MODEL (files));

  if (self->wants_new_letter)
    g_action_group_activate_action (G_ACTION_GROUP (self), "new-letter", NULL);
  self->wants_new_letter = FALSE;
}

static void
follow_outbox (EnvoiApplication *self)
{
  static const EnvoiFolder folders[] = { ENVOI_FOLDER_OUTBOX, ENVOI_FOLDER_SCHEDULED };
  EnvoiOutbox *outbox = envoi_service_get_outbox (self->service);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_signal_connect_object (envoi_outbox_get_folder (outbox, folders[i]), "items-changed",
                             G_CALLBACK (outbox_changed_cb), self,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
did_start (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (EnvoiApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  EnvoiMainWindow *window = envoi_application_find_main_window (self);

  if (!envoi_service_start_finish (ENVOI_SERVICE (source), result, &error)) {
    problem = envoi_problem_new (error);
    envoi_spare_composer_drop (self->spare);
    if (!window && self->is_only_letter)
      window = envoi_application_show_main_window (self);
    self->is_only_letter = FALSE;
    if (window)
      envoi_main_window_show_problem (window, problem);
    offer_letters (self, NULL);
    leave_when_done (self);
    return;
  }

  self->desktop = envoi_desktop_new (GTK_APPLICATION (self), self->service);
  self->open_letters = envoi_open_letters_new (self);
  follow_outbox (self);
  if (window)
    envoi_main_window_set_service (window, self->service);

  do_what_waited (self);
  /* A link that was none has opened nothing: the person still asked for a window. */
  if (!gtk_application_get_windows (GTK_APPLICATION (self)) && self->is_only_letter)
    envoi_application_show_main_window (self);
  envoi_spare_composer_drop (self->spare);
  self->is_only_letter = FALSE;
  offer_letters (self, envoi_service_get_outbox (self->service));
  leave_when_done (self);
}

void
envoi_application_start_service (EnvoiApplication *self)
{
  envoi_service_start_async (self->service, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL,
                             did_start, g_object_ref (self));
}

/* Composers save what they hold as they close; the last window takes the program with it. */
static void
close_windows (EnvoiApplication *self)
{
  self->is_quitting = TRUE;
  envoi_application_close_windows (self);
  leave_when_done (self);
}

static void
quit_decided_cb (gboolean is_quit,
                 gpointer user_data)
{
  g_autoptr (EnvoiApplication) self = user_data;

  if (is_quit)
    close_windows (self);
}

static void
result_chosen_cb (EnvoiApplication *self,
                  const char       *letter_id,
                  guint             timestamp)
{
  EnvoiMainWindow *window = envoi_application_show_main_window (self);

  envoi_main_window_show_letter (window, letter_id);
  gtk_window_present_with_time (GTK_WINDOW (window), timestamp);
}

static void
search_wanted_cb (EnvoiApplication *self,
                  const char       *words,
                  guint             timestamp)
{
  EnvoiMainWindow *window = envoi_application_show_main_window (self);

  envoi_main_window_search (window, words);
  gtk_window_present_with_time (GTK_WINDOW (window), timestamp);
}

/* Before the name is taken: a question that started the program finds who answers it. */
static gboolean
envoi_application_dbus_register (GApplication     *application,
                                 GDBusConnection  *connection,
                                 const char       *object_path,
                                 GError          **error)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);

  if (!G_APPLICATION_CLASS (envoi_application_parent_class)->dbus_register (
        application, connection, object_path, error))
    return FALSE;

  self->search_provider = envoi_search_provider_new (connection, SEARCH_LINGER_MS, error);
  if (!self->search_provider)
    return FALSE;

  g_signal_connect_object (self->search_provider, "open-letter", G_CALLBACK (result_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_provider, "search", G_CALLBACK (search_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search_provider, "idle", G_CALLBACK (leave_when_done), self,
                           G_CONNECT_SWAPPED);
  return TRUE;
}

static void
envoi_application_dbus_unregister (GApplication    *application,
                                   GDBusConnection *connection,
                                   const char      *object_path)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);

  offer_letters (self, NULL);
  g_clear_object (&self->search_provider);

  G_APPLICATION_CLASS (envoi_application_parent_class)->dbus_unregister (application, connection,
                                                                         object_path);
}

/* Dialogs are the application's too, but it is not told of them. */
static void
toplevels_changed_cb (GListModel       *toplevels,
                      guint             position,
                      guint             n_removed,
                      guint             n_added,
                      EnvoiApplication *self)
{
  for (guint i = position; i < position + n_added; i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);

    envoi_application_adopt (self, window);
  }
}

static void
envoi_application_startup (GApplication *application)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);

  G_APPLICATION_CLASS (envoi_application_parent_class)->startup (application);

  /* Released when the service has stopped. Not before GTK is there: without a display it ends
   * the program at once, whatever the threads are at. */
  g_application_hold (application);
  self->service = envoi_service_new (NULL);
  envoi_application_start_service (self);

  envoi_application_add_actions (self);

  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed",
                           G_CALLBACK (toplevels_changed_cb), self, 0);
}

static void
envoi_application_activate (GApplication *application)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);
  gboolean is_asked_for = !self->skips_activation;

  self->skips_activation = FALSE;
  if (!self->is_stopping && is_asked_for)
    envoi_application_show_main_window (self);
}

static gboolean
is_mailto (GFile *file)
{
  return g_file_has_uri_scheme (file, "mailto");
}

static void
envoi_application_open (GApplication  *application,
                        GFile        **files,
                        int            n_files,
                        const char    *hint)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);
  gboolean is_only_letter = !envoi_application_is_ready (self) &&
                            !envoi_application_find_main_window (self);

  for (int i = 0; i < n_files; i++) {
    is_only_letter = is_only_letter && is_mailto (files[i]);
    g_ptr_array_add (self->waiting_uris, g_file_get_uri (files[i]));
  }

  self->is_only_letter = is_only_letter;
  if (envoi_application_is_ready (self))
    do_what_waited (self);
  else if (is_only_letter)
    envoi_spare_composer_make (self->spare);
  else
    g_application_activate (application);
}

static int
envoi_application_handle_local_options (GApplication *application,
                                        GVariantDict *options)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (options, "version")) {
    fprintf (stdout, "Envoi %s\n", ENVOI_VERSION);
    return 0;
  }
  if (!g_variant_dict_contains (options, "new-letter"))
    return -1;

  if (!g_application_register (application, NULL, &error)) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  self->is_only_letter = self->skips_activation = !g_application_get_is_remote (application);
  g_action_group_activate_action (G_ACTION_GROUP (application), "new-letter", NULL);

  /* The first instance has to run on; another one has passed its wish on. */
  return g_application_get_is_remote (application) ? 0 : -1;
}

static void
envoi_application_window_removed (GtkApplication *application,
                                  GtkWindow      *window)
{
  EnvoiApplication *self = ENVOI_APPLICATION (application);

  GTK_APPLICATION_CLASS (envoi_application_parent_class)->window_removed (application, window);

  if (!gtk_application_get_windows (application))
    say_it_stays (self);
  leave_when_done (self);
}

static void
envoi_application_dispose (GObject *object)
{
  EnvoiApplication *self = ENVOI_APPLICATION (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_handle_id (&self->hurry_id, g_source_remove);
  g_clear_object (&self->hurry);
  g_clear_object (&self->desktop);
  g_clear_object (&self->open_letters);
  g_clear_object (&self->spare);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_application_parent_class)->dispose (object);
}

static void
envoi_application_finalize (GObject *object)
{
  g_ptr_array_unref (ENVOI_APPLICATION (object)->waiting_uris);

  G_OBJECT_CLASS (envoi_application_parent_class)->finalize (object);
}

static void
envoi_application_class_init (EnvoiApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = envoi_application_dispose;
  object_class->finalize = envoi_application_finalize;
  application_class->dbus_register = envoi_application_dbus_register;
  application_class->dbus_unregister = envoi_application_dbus_unregister;
  application_class->startup = envoi_application_startup;
  application_class->activate = envoi_application_activate;
  application_class->open = envoi_application_open;
  application_class->handle_local_options = envoi_application_handle_local_options;
  GTK_APPLICATION_CLASS (klass)->window_removed = envoi_application_window_removed;
}

static void
envoi_application_init (EnvoiApplication *self)
{
  static const GOptionEntry options[] = {
    { "new-letter", 'n', 0, G_OPTION_ARG_NONE, NULL, N_("Write a new letter"), NULL },
    { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and leave"), NULL },
    { NULL },
  };

  self->waiting_uris = g_ptr_array_new_with_free_func (g_free);
  self->spare = envoi_spare_composer_new ();
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self),
                                                     _("[mailto:ADDRESS…] [MESSAGE.eml…]"));
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _("Envoi writes and sends mail."));
}

EnvoiApplication *
envoi_application_new (void)
{
  return g_object_new (ENVOI_TYPE_APPLICATION,
                       "application-id", ENVOI_DESKTOP_ID,
                       /* The same for every profile. */
                       "resource-base-path", "/io/github/envoi_mail/Envoi",
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}

EnvoiService *
envoi_application_get_service (EnvoiApplication *self)
{
  g_return_val_if_fail (ENVOI_IS_APPLICATION (self), NULL);

  return self->service;
}

void
envoi_application_want_letter (EnvoiApplication *self)
{
  self->wants_new_letter = TRUE;
  envoi_spare_composer_make (self->spare);
}

void
envoi_application_quit (EnvoiApplication *self)
{
  if (count_going_out (self) == 0)
    close_windows (self);
  else
    envoi_quit_dialog_ask (envoi_application_get_front (self),
                           envoi_service_get_outbox (self->service), quit_decided_cb,
                           g_object_ref (self));
}
