/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-message-view.h"
#include "envoi-part.h"
#include "envoi-web.h"

#include <glib/gi18n.h>

/* Content may bring neither script nor anything from the network; only pictures
 * of the same letter and styles written in it. */
#define CONTENT_POLICY "default-src 'none'; img-src cid:; style-src 'unsafe-inline'"
/* The letter is set on paper in either style, since that is what a receiver sees. */
#define PAPER \
  "<!DOCTYPE html><meta charset=\"utf-8\"><style>" \
  "html{background:#fff;color:#1d1d20;font:11pt/1.5 Cantarell,'Noto Sans',sans-serif}" \
  "body{margin:0;padding:18px;overflow-wrap:anywhere}" \
  "body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}" \
  "img{max-width:100%;height:auto}" \
  "</style>"
/* What mail programs in dark style make of it: whatever the letter leaves open is
 * turned round, what it sets itself stays. */
#define DARK_PAPER \
  "<style>html{background:#1e1e1e;color:#f2f2f2;color-scheme:dark}a{color:#78aeed}</style>"
/* Runs apart from the content, which has no script of its own. */
#define MEASURE "document.documentElement.offsetHeight"
#define WORLD "envoi"
#define MEASURE_DELAY_MS 60
#define MIN_HEIGHT 120
/* Beyond this the letter scrolls inside; a larger surface strains the renderer. */
#define MAX_HEIGHT 8000

/**
 * EnvoiMessageView:
 *
 * The text of one letter, formatted or plain. Formatted text is shown by a web
 * view that is locked down: no script, no network, no navigation.
 *
 * Thread: main
 */
struct _EnvoiMessageView {
  AdwBin parent_instance;

  GtkStack      *stack;
  GtkTextView   *text;
  GtkWidget     *paper;

  WebKitWebView *web;            /* made when the first formatted letter is shown */
  GListModel    *parts;
  GCancellable  *cancellable;
  char          *fallback;       /* the plain text, should the web process die */
  char          *page;           /* nullable: waits for the web engine */
  guint measure_id;
  gboolean is_dark;
  int width;
};

G_DEFINE_FINAL_TYPE (EnvoiMessageView, envoi_message_view, ADW_TYPE_BIN)

static void
show_text (EnvoiMessageView *self,
           const char       *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text ? text : "", -1);
  gtk_stack_set_visible_child_name (self->stack, "text");
}

static EnvoiPart *
dup_part (EnvoiMessageView *self,
          const char       *content_id)
{
  for (guint i = 0; self->parts && i < g_list_model_get_n_items (self->parts); i++) {
    g_autoptr (EnvoiPart) part = g_list_model_get_item (self->parts, i);

    if (g_strcmp0 (envoi_part_get_content_id (part), content_id) == 0)
      return g_steal_pointer (&part);
  }

  return NULL;
}

static void
did_open_part (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (WebKitURISchemeRequest) request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  EnvoiPart *part = ENVOI_PART (source);

  stream = envoi_part_open_finish (part, result, &error);
  if (stream)
    envoi_web.webkit_uri_scheme_request_finish (request, stream, envoi_part_get_size (part),
                                                envoi_part_get_content_type (part));
  else
    envoi_web.webkit_uri_scheme_request_finish_error (request, error);
}

static void
picture_wanted_cb (WebKitURISchemeRequest *request,
                   gpointer                user_data)
{
  EnvoiMessageView *self = user_data;
  g_autofree char *content_id = NULL;
  g_autoptr (EnvoiPart) part = NULL;
  g_autoptr (GError) error = NULL;

  content_id = g_uri_unescape_string (envoi_web.webkit_uri_scheme_request_get_path (request), NULL);
  part = dup_part (self, content_id);

  if (part) {
    envoi_part_open_async (part, self->cancellable, did_open_part, g_object_ref (request));
  } else {
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "No such picture in this letter");
    envoi_web.webkit_uri_scheme_request_finish_error (request, error);
  }
}

static void
did_measure (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiMessageView) self = user_data;
  g_autoptr (JSCValue) value = NULL;
  int height;

  value = envoi_web.webkit_web_view_evaluate_javascript_finish ((WebKitWebView *) source, result,
                                                                NULL);
  if (!value || !self->web)
    return;

  height = CLAMP (envoi_web.jsc_value_to_int32 (value), MIN_HEIGHT, MAX_HEIGHT);
  gtk_widget_set_size_request (GTK_WIDGET (self->web), -1, height);
}

static gboolean
measure_cb (gpointer user_data)
{
  EnvoiMessageView *self = user_data;

  self->measure_id = 0;
  envoi_web.webkit_web_view_evaluate_javascript (self->web, MEASURE, -1, WORLD, NULL,
                                                 self->cancellable, did_measure,
                                                 g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The page is as high as its text, so that there is one scrollbar and not two. */
static void
measure_soon (EnvoiMessageView *self)
{
  if (self->web && self->measure_id == 0)
    self->measure_id = g_timeout_add (MEASURE_DELAY_MS, measure_cb, self);
}

static void
load_changed_cb (EnvoiMessageView *self,
                 WebKitLoadEvent   event)
{
  if (event == WEBKIT_LOAD_FINISHED)
    measure_soon (self);
}

static void
open_link (EnvoiMessageView *self,
           const char       *uri)
{
  static const char *const safe_schemes[] = { "http", "https", "mailto", NULL };
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (scheme && g_strv_contains (safe_schemes, scheme))
    envoi_compat_open_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri);
}

static gboolean
decide_policy_cb (EnvoiMessageView         *self,
                  WebKitPolicyDecision     *decision,
                  WebKitPolicyDecisionType  type)
{
  WebKitNavigationAction *action;
  const char *uri;

  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return FALSE;

  action = envoi_web.webkit_navigation_policy_decision_get_navigation_action (
    (WebKitNavigationPolicyDecision *) decision);
  uri = envoi_web.webkit_uri_request_get_uri (
    envoi_web.webkit_navigation_action_get_request (action));
  if (envoi_web.webkit_navigation_action_get_navigation_type (action) ==
      WEBKIT_NAVIGATION_TYPE_LINK_CLICKED)
    open_link (self, uri);
  else if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION &&
           g_str_equal (uri, "about:blank"))
    return FALSE;

  envoi_web.webkit_policy_decision_ignore (decision);
  return TRUE;
}

static gboolean
no_context_menu_cb (void)
{
  return TRUE;
}

static void
web_process_terminated_cb (EnvoiMessageView *self)
{
  g_warning ("The web process ended; showing the plain text");
  show_text (self, self->fallback);
}

static WebKitSettings *
make_settings (void)
{
  /* Script stays possible for measuring only: what the letter brings is
   * stripped as markup and forbidden by the content policy. */
  return envoi_web.webkit_settings_new_with_settings ("enable-javascript-markup", FALSE,
                                                      "enable-html5-database", FALSE,
                                                      "enable-html5-local-storage", FALSE,
                                                      "enable-media", FALSE,
                                                      "enable-page-cache", FALSE,
                                                      "enable-webgl", FALSE,
                                                      "enable-dns-prefetching", FALSE,
                                                      "allow-modal-dialogs", FALSE,
                                                      "hardware-acceleration-policy",
                                                      WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER,
                                                      NULL);
}

static void
make_web (EnvoiMessageView *self)
{
  g_autoptr (WebKitSettings) settings = make_settings ();
  g_autoptr (WebKitWebContext) context = envoi_web.webkit_web_context_new ();
  g_autoptr (WebKitNetworkSession) session = envoi_web.webkit_network_session_new_ephemeral ();

  envoi_web.webkit_web_context_register_uri_scheme (context, "cid", picture_wanted_cb, self, NULL);
  self->web = g_object_new (envoi_web.webkit_web_view_get_type (),
                            "web-context", context,
                            "network-session", session,
                            "settings", settings,
                            "default-content-security-policy", CONTENT_POLICY,
                            NULL);

  g_signal_connect_object (self->web, "load-changed", G_CALLBACK (load_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->web, "decide-policy", G_CALLBACK (decide_policy_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->web, "web-process-terminated",
                           G_CALLBACK (web_process_terminated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (self->web, "context-menu", G_CALLBACK (no_context_menu_cb), NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->web),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Letter"),
                                  -1);
  envoi_compat_guard_web_view (GTK_WIDGET (self->web));
  adw_bin_set_child (ADW_BIN (self->paper), GTK_WIDGET (self->web));
}

static void
envoi_message_view_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  EnvoiMessageView *self = ENVOI_MESSAGE_VIEW (widget);

  GTK_WIDGET_CLASS (envoi_message_view_parent_class)->size_allocate (widget, width, height,
                                                                     baseline);
  if (self->width != width)
    measure_soon (self);
  self->width = width;
}

static void
envoi_message_view_dispose (GObject *object)
{
  EnvoiMessageView *self = ENVOI_MESSAGE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->measure_id, g_source_remove);
  self->web = NULL;
  g_clear_object (&self->parts);

  G_OBJECT_CLASS (envoi_message_view_parent_class)->dispose (object);
}

static void
envoi_message_view_finalize (GObject *object)
{
  EnvoiMessageView *self = ENVOI_MESSAGE_VIEW (object);

  g_clear_object (&self->cancellable);
  g_free (self->fallback);
  g_free (self->page);

  G_OBJECT_CLASS (envoi_message_view_parent_class)->finalize (object);
}

static void
envoi_message_view_class_init (EnvoiMessageViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = envoi_message_view_dispose;
  object_class->finalize = envoi_message_view_finalize;
  widget_class->size_allocate = envoi_message_view_size_allocate;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-message-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageView, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageView, text);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageView, paper);
}

static void
envoi_message_view_init (EnvoiMessageView *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
show_page (EnvoiMessageView *self)
{
  g_autofree char *page = g_steal_pointer (&self->page);

  envoi_web.webkit_web_view_load_html (self->web, page, NULL);
  gtk_stack_set_visible_child_name (self->stack, "web");
}

static void
did_load_web_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (EnvoiMessageView) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_loaded = envoi_web_load_finish (result, &error);

  if (!self->page || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (!is_loaded) {
    g_warning ("There is no view for formatted letters: %s", error->message);
    show_text (self, self->fallback);
    return;
  }

  if (!self->web)
    make_web (self);
  show_page (self);
}

void
envoi_message_view_show (EnvoiMessageView *self,
                         const char       *html,
                         const char       *text,
                         GListModel       *parts)
{
  g_return_if_fail (ENVOI_IS_MESSAGE_VIEW (self));

  g_set_object (&self->parts, parts);
  g_free (self->fallback);
  self->fallback = g_strdup (text);
  g_clear_pointer (&self->page, g_free);

  if (!html || !*html) {
    show_text (self, text);
    return;
  }

  self->page = g_strconcat (PAPER, self->is_dark ? DARK_PAPER : "", html, NULL);
  if (self->web)
    show_page (self);
  else
    envoi_web_load_async (self->cancellable, did_load_web_cb, g_object_ref (self));
}

void
envoi_message_view_set_dark (EnvoiMessageView *self,
                             gboolean          is_dark)
{
  g_return_if_fail (ENVOI_IS_MESSAGE_VIEW (self));

  self->is_dark = is_dark;
  if (is_dark)
    gtk_widget_add_css_class (self->paper, "dark");
  else
    gtk_widget_remove_css_class (self->paper, "dark");
}

void
envoi_message_view_clear (EnvoiMessageView *self)
{
  g_return_if_fail (ENVOI_IS_MESSAGE_VIEW (self));

  envoi_message_view_show (self, NULL, NULL, NULL);
}
