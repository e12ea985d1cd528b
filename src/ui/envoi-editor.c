/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-editor.h"

#include "envoi-compat.h"
#include "envoi-editor-actions.h"
#include "envoi-editor-menu.h"

#include <glib/gi18n.h>

/* A surface that dies this often without being written on is left alone. */
#define MAX_CRASHES 3

/**
 * EnvoiEditor:
 *
 * Hosts the writing surface: starts it, passes commands to its scripts and
 * keeps the newest text on this side, so that the death of the web process
 * costs a few characters at most.
 *
 * Thread: main
 */
struct _EnvoiEditor {
  AdwBin parent_instance;

  EnvoiEditorEngine      *engine;
  WebKitWebView          *view;          /* owned by the widget tree */
  GSimpleActionGroup     *actions;
  EnvoiEditorPictureFunc picture_func;
  gpointer picture_data;

  char                   *html;
  gboolean is_ready;
  gboolean wants_focus;
  double zoom;
  EnvoiEditorTarget target;              /* of the context menu that comes next */
  guint n_crashes;
};

G_DEFINE_FINAL_TYPE (EnvoiEditor, envoi_editor, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_HTML,
  PROP_IS_READY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  TYPED,
  PASTE,
  DROPPED,
  LEAVE,
  CRASHED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
take_html (EnvoiEditor *self,
           char        *html)
{
  if (g_strcmp0 (self->html, html) == 0) {
    g_free (html);
    return;
  }

  g_free (self->html);
  self->html = html;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HTML]);
}

static void
set_ready (EnvoiEditor *self,
           gboolean     is_ready)
{
  if (self->is_ready == is_ready)
    return;

  self->is_ready = is_ready;
  envoi_editor_enable_actions (self->actions, is_ready);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READY]);
}

static char *
dup_member (JSCValue   *message,
            const char *name)
{
  g_autoptr (JSCValue) value = envoi_web.jsc_value_object_get_property (message, name);

  return envoi_web.jsc_value_is_string (value)
         ? envoi_web.jsc_value_to_string (value)
         : g_strdup ("");
}

static void
dropped (EnvoiEditor *self,
         JSCValue    *message)
{
  g_autofree char *html = dup_member (message, "html");
  g_autofree char *text = dup_member (message, "text");

  g_signal_emit (self, signals[DROPPED], 0, html, text);
}

static void
left (EnvoiEditor *self,
      JSCValue    *message)
{
  g_autoptr (JSCValue) back = envoi_web.jsc_value_object_get_property (message, "back");

  g_signal_emit (self, signals[LEAVE], 0, envoi_web.jsc_value_to_boolean (back));
}

/* A key that means something to the window; what was typed before it is here. */
static void
activate_action (EnvoiEditor *self,
                 JSCValue    *message)
{
  g_autofree char *name = dup_member (message, "name");

  if (g_str_has_prefix (name, "composer.") || g_str_has_prefix (name, "body."))
    gtk_widget_activate_action (GTK_WIDGET (self), name, NULL);
}

static gboolean
get_flag (JSCValue   *message,
          const char *name)
{
  g_autoptr (JSCValue) value = envoi_web.jsc_value_object_get_property (message, name);

  return envoi_web.jsc_value_to_boolean (value);
}

static void
take_target (EnvoiEditor *self,
             JSCValue    *message)
{
  self->target = (get_flag (message, "link") ? ENVOI_EDITOR_LINK : 0) |
                 (get_flag (message, "table") ? ENVOI_EDITOR_TABLE : 0) |
                 (get_flag (message, "picture") ? ENVOI_EDITOR_PICTURE : 0);
}

static void
message_received_cb (WebKitUserContentManager *manager,
                     JSCValue                 *message,
                     EnvoiEditor              *self)
{
  g_autofree char *type = dup_member (message, "type");

  if (!self->is_ready)
    return;

  if (g_str_equal (type, "changed")) {
    self->n_crashes = 0;
    take_html (self, dup_member (message, "html"));
  } else if (g_str_equal (type, "typed")) {
    g_signal_emit (self, signals[TYPED], 0);
  } else if (g_str_equal (type, "state")) {
    envoi_editor_apply_state (self->actions, message);
  } else if (g_str_equal (type, "paste")) {
    g_signal_emit (self, signals[PASTE], 0);
  } else if (g_str_equal (type, "drop")) {
    dropped (self, message);
  } else if (g_str_equal (type, "leave")) {
    left (self, message);
  } else if (g_str_equal (type, "menu")) {
    take_target (self, message);
  } else if (g_str_equal (type, "action")) {
    activate_action (self, message);
  }
}

static void
load_page (EnvoiEditor *self)
{
  envoi_web.webkit_web_view_load_html (self->view, envoi_editor_engine_get_page (self->engine),
                                       NULL);
}

static void
load_changed_cb (WebKitWebView   *view,
                 WebKitLoadEvent  event,
                 EnvoiEditor     *self)
{
  if (event != WEBKIT_LOAD_FINISHED)
    return;

  /* The letter goes first: whoever hears that the surface is ready may call it. */
  self->is_ready = TRUE;
  envoi_editor_call (self, "setHtml", g_variant_new ("(s)", self->html));
  self->is_ready = FALSE;
  set_ready (self, TRUE);
  if (self->wants_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
process_terminated_cb (WebKitWebView                     *view,
                       WebKitWebProcessTerminationReason  reason,
                       EnvoiEditor                       *self)
{
  g_warning ("The writing surface stopped (reason %d)", reason);
  self->wants_focus = gtk_widget_has_focus (GTK_WIDGET (view));
  set_ready (self, FALSE);
  self->n_crashes++;
  if (self->n_crashes <= MAX_CRASHES)
    load_page (self);

  g_signal_emit (self, signals[CRASHED], 0);
}

static gboolean
envoi_editor_grab_focus (GtkWidget *widget)
{
  EnvoiEditor *self = ENVOI_EDITOR (widget);

  if (!self->is_ready) {
    self->wants_focus = TRUE;
    return FALSE;
  }

  self->wants_focus = FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  envoi_editor_call (self, "focus", NULL);
  return TRUE;
}

/* The caret moves inside the surface by its own keys: who asks while it has the focus
 * wants to leave. The engine's own widget would take the focus again on the way back. */
static gboolean
envoi_editor_focus (GtkWidget        *widget,
                    GtkDirectionType  direction)
{
  EnvoiEditor *self = ENVOI_EDITOR (widget);

  if (!self->is_ready || gtk_widget_is_focus (GTK_WIDGET (self->view)))
    return FALSE;

  return gtk_widget_grab_focus (widget);
}

static void
envoi_editor_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  EnvoiEditor *self = ENVOI_EDITOR (object);

  switch (property_id) {
    case PROP_HTML:
      g_value_set_string (value, self->html);
      break;
    case PROP_IS_READY:
      g_value_set_boolean (value, self->is_ready);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_editor_dispose (GObject *object)
{
  EnvoiEditor *self = ENVOI_EDITOR (object);

  self->is_ready = FALSE;
  self->picture_func = NULL;
  if (self->view) {
    WebKitUserContentManager *manager =
      envoi_web.webkit_web_view_get_user_content_manager (self->view);

    g_signal_handlers_disconnect_by_data (manager, self);
    g_signal_handlers_disconnect_by_data (self->view, self);
    self->view = NULL;
    adw_bin_set_child (ADW_BIN (self), NULL);
  }
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (envoi_editor_parent_class)->dispose (object);
}

static void
envoi_editor_finalize (GObject *object)
{
  EnvoiEditor *self = ENVOI_EDITOR (object);

  g_clear_object (&self->actions);
  g_clear_pointer (&self->html, g_free);

  G_OBJECT_CLASS (envoi_editor_parent_class)->finalize (object);
}

static void
envoi_editor_class_init (EnvoiEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_editor_get_property;
  object_class->dispose = envoi_editor_dispose;
  object_class->finalize = envoi_editor_finalize;
  widget_class->focus = envoi_editor_focus;
  widget_class->grab_focus = envoi_editor_grab_focus;

  properties[PROP_HTML] =
    g_param_spec_string ("html", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_READY] =
    g_param_spec_boolean ("is-ready", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TYPED] = g_signal_new ("typed", ENVOI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[PASTE] = g_signal_new ("paste", ENVOI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
  signals[DROPPED] = g_signal_new ("dropped", ENVOI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[LEAVE] = g_signal_new ("leave", ENVOI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[CRASHED] = g_signal_new ("crashed", ENVOI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_editor_init (EnvoiEditor *self)
{
  self->html = g_strdup ("");
  self->zoom = 1;
  self->actions = g_simple_action_group_new ();
  envoi_editor_add_actions (self, self->actions);
  envoi_editor_enable_actions (self->actions, FALSE);
}

EnvoiEditor *
envoi_editor_new (void)
{
  return g_object_new (ENVOI_TYPE_EDITOR, NULL);
}

void
envoi_editor_set_picture_func (EnvoiEditor            *self,
                               EnvoiEditorPictureFunc  func,
                               gpointer                user_data)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  self->picture_func = func;
  self->picture_data = user_data;
}

GInputStream *
envoi_editor_open_picture (EnvoiEditor  *self,
                           const char   *content_id,
                           char        **content_type)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR (self), NULL);

  return self->picture_func
         ? self->picture_func (content_id, content_type, self->picture_data)
         : NULL;
}

static void
create_view (EnvoiEditor *self)
{
  WebKitUserContentManager *manager;

  self->view = envoi_editor_engine_create_view (self->engine);
  manager = envoi_web.webkit_web_view_get_user_content_manager (self->view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Letter"), -1);
  g_signal_connect (manager, "script-message-received::envoi",
                    G_CALLBACK (message_received_cb), self);
  g_signal_connect (self->view, "load-changed", G_CALLBACK (load_changed_cb), self);
  g_signal_connect (self->view, "web-process-terminated",
                    G_CALLBACK (process_terminated_cb), self);
  envoi_web.webkit_web_view_set_zoom_level (self->view, self->zoom);
  envoi_compat_guard_web_view (GTK_WIDGET (self->view));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->view));
  load_page (self);
}

/* Where the web engine is missing, the plain surface that came first stays. */
static void
did_prepare_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiEditor) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_editor_engine_prepare_finish (ENVOI_EDITOR_ENGINE (source), result, &error))
    g_warning ("There is no writing surface for formatted letters: %s", error->message);
  else if (self->engine)
    create_view (self);
}

/**
 * envoi_editor_start:
 * @self: a surface
 * @engine: what it runs on
 *
 * Starts the web engine for this surface; a second call does nothing. It is
 * apart from construction because a plain letter never needs it, and a formatted
 * one only after its fields are on the screen.
 */
void
envoi_editor_start (EnvoiEditor       *self,
                    EnvoiEditorEngine *engine)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  if (self->engine)
    return;

  self->engine = g_object_ref (engine);
  envoi_editor_engine_prepare_async (engine, did_prepare_cb, g_object_ref (self));
}

WebKitWebView *
envoi_editor_get_view (EnvoiEditor *self)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR (self), NULL);

  return self->view;
}

void
envoi_editor_set_zoom (EnvoiEditor *self,
                       double       zoom)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  self->zoom = zoom;
  if (self->view)
    envoi_web.webkit_web_view_set_zoom_level (self->view, zoom);
}

void
envoi_editor_fill_menu (EnvoiEditor       *self,
                        WebKitContextMenu *menu)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  envoi_editor_menu_fill (menu, GTK_WIDGET (self), self->actions, self->target);
}

gboolean
envoi_editor_is_ready (EnvoiEditor *self)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR (self), FALSE);

  return self->is_ready;
}

GActionGroup *
envoi_editor_get_actions (EnvoiEditor *self)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

void
envoi_editor_set_html (EnvoiEditor *self,
                       const char  *html)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  take_html (self, g_strdup (html));
  if (self->is_ready)
    envoi_editor_call (self, "setHtml", g_variant_new ("(s)", html));
}

void
envoi_editor_replace_html (EnvoiEditor *self,
                           const char  *html)
{
  g_return_if_fail (ENVOI_IS_EDITOR (self));

  take_html (self, g_strdup (html));
  if (self->is_ready)
    envoi_editor_call (self, "replaceAll", g_variant_new ("(s)", html));
}

const char *
envoi_editor_get_html (EnvoiEditor *self)
{
  g_return_val_if_fail (ENVOI_IS_EDITOR (self), "");

  return self->html;
}

static void
got_html_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JSCValue) value = NULL;
  EnvoiEditor *self = ENVOI_EDITOR (source);

  value = envoi_editor_call_finish (self, result, NULL);

  /* A surface that cannot answer has no newer text than what is here. */
  if (value)
    take_html (self, envoi_web.jsc_value_to_string (value));

  g_task_return_pointer (task, g_strdup (self->html), g_free);
}

void
envoi_editor_get_html_async (EnvoiEditor         *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_EDITOR (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_editor_get_html_async);
  envoi_editor_call_async (self, "finish", NULL, cancellable, got_html_cb, task);
}

char *
envoi_editor_get_html_finish (EnvoiEditor   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  JSCValue *value;

  value = envoi_web.webkit_web_view_call_async_javascript_function_finish (
    (WebKitWebView *) source, result, &error);
  if (value)
    g_task_return_pointer (task, value, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The engine takes no booleans; a number says the same to a script. */
static GVariant *
to_script (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_int32 (g_variant_get_boolean (value));

  return value;
}

/* Arguments go as values, never as script text, so nothing in them can run. */
static GVariant *
name_arguments (GVariant  *arguments,
                GString   *call)
{
  GVariantDict named;
  gsize n = arguments ? g_variant_n_children (arguments) : 0;

  g_variant_dict_init (&named, NULL);
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GVariant) value = g_variant_get_child_value (arguments, i);
    g_autofree char *name = g_strdup_printf ("a%" G_GSIZE_FORMAT, i);

    g_variant_dict_insert_value (&named, name, to_script (value));
    g_string_append_printf (call, "%s%s", i > 0 ? ", " : "", name);
  }

  return g_variant_dict_end (&named);
}

/**
 * envoi_editor_call_async:
 * @self: a surface
 * @function: a function of the global object "envoi" of our scripts
 * @arguments: (nullable): a tuple of strings, numbers and booleans; sunk
 * @cancellable: (nullable): stops the waiting, not the function
 * @callback: (nullable): told when it returned
 * @user_data: for @callback
 *
 * Calls into the surface.
 */
void
envoi_editor_call_async (EnvoiEditor         *self,
                         const char          *function,
                         GVariant            *arguments,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GVariant) owned = arguments ? g_variant_ref_sink (arguments) : NULL;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GString) call = NULL;
  GVariant *named;

  g_return_if_fail (ENVOI_IS_EDITOR (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_editor_call_async);

  if (!self->is_ready) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                             "The writing surface is not ready");
    return;
  }

  call = g_string_new (NULL);
  g_string_printf (call, "return envoi.%s(", function);
  named = name_arguments (owned, call);
  g_string_append (call, ");");
  envoi_web.webkit_web_view_call_async_javascript_function (self->view, call->str, -1, named,
                                                            ENVOI_EDITOR_WORLD, NULL, cancellable,
                                                            called_cb, g_steal_pointer (&task));
}

JSCValue *
envoi_editor_call_finish (EnvoiEditor   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
call_ended_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) value = NULL;

  value = envoi_editor_call_finish (ENVOI_EDITOR (source), result, &error);
  if (error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED))
    g_warning ("The writing surface: %s", error->message);
}

void
envoi_editor_call (EnvoiEditor *self,
                   const char  *function,
                   GVariant    *arguments)
{
  envoi_editor_call_async (self, function, arguments, NULL, call_ended_cb, NULL);
}
