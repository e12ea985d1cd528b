/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-editor-engine.h"

#include "envoi-editor.h"
#include "envoi-spelling.h"

#define EDITOR_RESOURCES "/io/github/envoi_mail/Envoi/editor/"

/**
 * EnvoiEditorEngine:
 *
 * The web engine behind the writing surfaces. It is loaded and started by the first
 * formatted letter and its processes go with the last one. Surfaces share one web process,
 * so that a second composer is quick and small.
 *
 * Thread: main
 */
struct _EnvoiEditorEngine {
  GObject parent_instance;

  WebKitWebContext     *context;      /* NULL until the web engine is there */
  WebKitNetworkSession *session;
  GSettings            *settings;
  GPtrArray            *scripts;      /* element-type WebKitUserScript */
  char                 *page;         /* the empty letter, with its style */

  GWeakRef last_view;                 /* shares its process with the next one */
};

G_DEFINE_FINAL_TYPE (EnvoiEditorEngine, envoi_editor_engine, G_TYPE_OBJECT)

static char *
dup_resource (const char *name)
{
  g_autofree char *path = g_strconcat (EDITOR_RESOURCES, name, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  gsize length;
  const char *data;

  g_assert (bytes);
  data = g_bytes_get_data (bytes, &length);
  return g_strndup (data, length);
}

/* Pictures of the letter: cid: asks the surface, which asks its owner. */
static void
picture_requested_cb (WebKitURISchemeRequest *request,
                      gpointer                user_data)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *content_type = NULL;
  g_autofree char *id = NULL;
  WebKitWebView *view = envoi_web.webkit_uri_scheme_request_get_web_view (request);
  GtkWidget *editor = view
                      ? gtk_widget_get_ancestor (GTK_WIDGET (view), ENVOI_TYPE_EDITOR)
                      : NULL;

  id = g_uri_unescape_string (envoi_web.webkit_uri_scheme_request_get_path (request), NULL);
  if (editor && id)
    stream = envoi_editor_open_picture (ENVOI_EDITOR (editor), id, &content_type);

  if (stream) {
    envoi_web.webkit_uri_scheme_request_finish (request, stream, -1, content_type);
    return;
  }

  error = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The letter has no such picture");
  envoi_web.webkit_uri_scheme_request_finish_error (request, error);
}

static gboolean
is_first_load (WebKitPolicyDecision *decision)
{
  WebKitNavigationAction *action =
    envoi_web.webkit_navigation_policy_decision_get_navigation_action (
      (WebKitNavigationPolicyDecision *) decision);
  WebKitURIRequest *request = envoi_web.webkit_navigation_action_get_request (action);

  return envoi_web.webkit_navigation_action_get_navigation_type (action) ==
         WEBKIT_NAVIGATION_TYPE_OTHER &&
         g_strcmp0 (envoi_web.webkit_uri_request_get_uri (request), "about:blank") == 0;
}

/* The surface shows one page for its whole life: ours. */
static gboolean
decide_policy_cb (WebKitWebView            *view,
                  WebKitPolicyDecision     *decision,
                  WebKitPolicyDecisionType  type,
                  gpointer                  user_data)
{
  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return FALSE;

  if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && is_first_load (decision))
    envoi_web.webkit_policy_decision_use (decision);
  else
    envoi_web.webkit_policy_decision_ignore (decision);

  return TRUE;
}

static gboolean
permission_requested_cb (WebKitWebView           *view,
                         WebKitPermissionRequest *request,
                         gpointer                 user_data)
{
  envoi_web.webkit_permission_request_deny (request);
  return TRUE;
}

static gboolean
is_wanted_in_menu (WebKitContextMenuItem *item)
{
  static const WebKitContextMenuAction wanted[] = {
    WEBKIT_CONTEXT_MENU_ACTION_CUT,
    WEBKIT_CONTEXT_MENU_ACTION_COPY,
    WEBKIT_CONTEXT_MENU_ACTION_PASTE,
    WEBKIT_CONTEXT_MENU_ACTION_DELETE,
    WEBKIT_CONTEXT_MENU_ACTION_SELECT_ALL,
    WEBKIT_CONTEXT_MENU_ACTION_SPELLING_GUESS,
    WEBKIT_CONTEXT_MENU_ACTION_NO_GUESSES_FOUND,
    WEBKIT_CONTEXT_MENU_ACTION_IGNORE_SPELLING,
    WEBKIT_CONTEXT_MENU_ACTION_LEARN_SPELLING,
    WEBKIT_CONTEXT_MENU_ACTION_INSERT_EMOJI,
  };
  WebKitContextMenuAction action = envoi_web.webkit_context_menu_item_get_stock_action (item);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    if (action == wanted[i])
      return TRUE;
  }

  return FALSE;
}

/* A browser's menu (Reload, Open Link, Inspect) has no place in a letter. */
static gboolean
context_menu_cb (WebKitWebView       *view,
                 WebKitContextMenu   *menu,
                 WebKitHitTestResult *target,
                 gpointer             user_data)
{
  g_autoptr (GList) items = g_list_copy (envoi_web.webkit_context_menu_get_items (menu));
  GtkWidget *editor = gtk_widget_get_ancestor (GTK_WIDGET (view), ENVOI_TYPE_EDITOR);

  for (GList *item = items; item; item = item->next) {
    if (!is_wanted_in_menu (item->data))
      envoi_web.webkit_context_menu_remove (menu, item->data);
  }

  if (editor)
    envoi_editor_fill_menu (ENVOI_EDITOR (editor), menu);

  return envoi_web.webkit_context_menu_get_n_items (menu) == 0;
}

static WebKitSettings *
create_settings (void)
{
  WebKitSettings *settings = envoi_web.webkit_settings_new ();

  g_object_set (settings,
                "enable-javascript-markup", FALSE,
                "javascript-can-open-windows-automatically", FALSE,
                "enable-developer-extras", FALSE,
                "enable-fullscreen", FALSE,
                "enable-html5-database", FALSE,
                "enable-html5-local-storage", FALSE,
                "enable-media", FALSE,
                "enable-page-cache", FALSE,
                "enable-webaudio", FALSE,
                "enable-webgl", FALSE,
                "hardware-acceleration-policy", WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER,
                NULL);
  return settings;
}

static WebKitUserContentManager *
create_content_manager (EnvoiEditorEngine *self)
{
  WebKitUserContentManager *manager = envoi_web.webkit_user_content_manager_new ();

  for (guint i = 0; i < self->scripts->len; i++)
    envoi_web.webkit_user_content_manager_add_script (manager,
                                                      g_ptr_array_index (self->scripts, i));
  envoi_web.webkit_user_content_manager_register_script_message_handler (manager, "envoi",
                                                                         ENVOI_EDITOR_WORLD);
  return manager;
}

static void
load_scripts (EnvoiEditorEngine *self)
{
  static const char *const names[] = {
    "editor.js", "editor-output.js", "editor-insert.js", "editor-picture.js", "editor-table.js",
    "editor-marks.js", "editor-signature.js", "editor-link.js", "editor-blocks.js",
  };

  self->scripts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_web.webkit_user_script_unref);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *source = dup_resource (names[i]);

    g_ptr_array_add (self->scripts,
                     envoi_web.webkit_user_script_new_for_world (source,
                                                                 WEBKIT_USER_CONTENT_INJECT_TOP_FRAME,
                                                                 WEBKIT_USER_SCRIPT_INJECT_AT_DOCUMENT_END,
                                                                 ENVOI_EDITOR_WORLD, NULL, NULL));
  }
}

/* The style goes into the page: the engine does not put style sheets of a user
 * into a page without an address. */
static void
load_page (EnvoiEditorEngine *self)
{
  g_autofree char *html = dup_resource ("editor.html");
  g_autofree char *style = dup_resource ("editor.css");
  g_autofree char *element = g_strdup_printf ("<style>\n%s</style>\n</head>", style);
  g_autoptr (GString) page = g_string_new (html);
  guint n = g_string_replace (page, "</head>", element, 1);

  g_assert (n == 1);
  self->page = g_string_free (g_steal_pointer (&page), FALSE);
}

static void
check_spelling (EnvoiEditorEngine *self)
{
  g_auto (GStrv) languages = envoi_spelling_list_chosen (self->settings);

  envoi_web.webkit_web_context_set_spell_checking_languages (self->context,
                                                             (const char *const *) languages);
  envoi_web.webkit_web_context_set_spell_checking_enabled (self->context, *languages != NULL);
}

static void
envoi_editor_engine_finalize (GObject *object)
{
  EnvoiEditorEngine *self = ENVOI_EDITOR_ENGINE (object);

  g_clear_pointer (&self->scripts, g_ptr_array_unref);
  g_clear_pointer (&self->page, g_free);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  g_clear_object (&self->context);
  g_weak_ref_clear (&self->last_view);

  G_OBJECT_CLASS (envoi_editor_engine_parent_class)->finalize (object);
}

static void
envoi_editor_engine_class_init (EnvoiEditorEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_editor_engine_finalize;
}

static void
envoi_editor_engine_init (EnvoiEditorEngine *self)
{
  g_weak_ref_init (&self->last_view, NULL);
  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  load_page (self);
}

static void
start (EnvoiEditorEngine *self)
{
  self->context = envoi_web.webkit_web_context_new ();
  self->session = envoi_web.webkit_network_session_new_ephemeral ();
  envoi_web.webkit_web_context_set_cache_model (self->context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
  envoi_web.webkit_web_context_register_uri_scheme (self->context, "cid", picture_requested_cb,
                                                    NULL, NULL);
  g_signal_connect_object (self->settings, "changed::check-spelling",
                           G_CALLBACK (check_spelling), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::spelling-languages",
                           G_CALLBACK (check_spelling), self, G_CONNECT_SWAPPED);
  check_spelling (self);
  load_scripts (self);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiEditorEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!envoi_web_load_finish (result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  if (!self->context)
    start (self);
  g_task_return_boolean (task, TRUE);
}

void
envoi_editor_engine_prepare_async (EnvoiEditorEngine   *self,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_EDITOR_ENGINE (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, envoi_editor_engine_prepare_async);
  envoi_web_load_async (NULL, did_load_cb, task);
}

gboolean
envoi_editor_engine_prepare_finish (EnvoiEditorEngine  *self,
                                    GAsyncResult       *result,
                                    GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

EnvoiEditorEngine *
envoi_editor_engine_new (void)
{
  return g_object_new (ENVOI_TYPE_EDITOR_ENGINE, NULL);
}

EnvoiEditorEngine *
envoi_editor_engine_dup_for (GApplication *application)
{
  static const char key[] = "envoi-editor-engine";
  EnvoiEditorEngine *self;
  GWeakRef *shared;

  if (!application)
    return envoi_editor_engine_new ();

  shared = g_object_get_data (G_OBJECT (application), key);
  if (!shared) {
    shared = g_new0 (GWeakRef, 1);
    g_weak_ref_init (shared, NULL);
    g_object_set_data_full (G_OBJECT (application), key, shared, g_free);
  }

  self = g_weak_ref_get (shared);
  if (!self) {
    self = envoi_editor_engine_new ();
    g_weak_ref_set (shared, self);
  }

  return self;
}

const char *
envoi_editor_engine_get_page (EnvoiEditorEngine *self)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR_ENGINE (self), "");

  return self->page;
}

WebKitWebView *
envoi_editor_engine_create_view (EnvoiEditorEngine *self)
{
  static const GdkRGBA paper = { 1, 1, 1, 1 };
  g_autoptr (WebKitUserContentManager) manager = NULL;
  g_autoptr (WebKitSettings) settings = NULL;
  g_autoptr (WebKitWebView) related = NULL;
  WebKitWebView *view;

  g_return_val_if_fail (ENVOI_IS_EDITOR_ENGINE (self), NULL);

  manager = create_content_manager (self);
  settings = create_settings ();
  related = g_weak_ref_get (&self->last_view);

  if (related)
    view = g_object_new (envoi_web.webkit_web_view_get_type (),
                         "related-view", related,
                         "user-content-manager", manager,
                         "settings", settings,
                         NULL);
  else
    view = g_object_new (envoi_web.webkit_web_view_get_type (),
                         "web-context", self->context,
                         "network-session", self->session,
                         "user-content-manager", manager,
                         "settings", settings,
                         NULL);

  envoi_web.webkit_web_view_set_background_color (view, &paper);
  g_weak_ref_set (&self->last_view, view);
  g_signal_connect (view, "decide-policy", G_CALLBACK (decide_policy_cb), NULL);
  g_signal_connect (view, "permission-request", G_CALLBACK (permission_requested_cb), NULL);
  g_signal_connect (view, "context-menu", G_CALLBACK (context_menu_cb), NULL);
  return view;
}
