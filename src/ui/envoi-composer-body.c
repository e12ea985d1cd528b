/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-body-private.h"
#include "envoi-compat.h"
#include "envoi-twin.h"

#include "envoi-html.h"

#include <glib/gi18n.h>

#define PLAIN_DELAY_MS 200
/* A twin written by hand is compared with the letter at a pause, not at every key. */
#define TWIN_DELAY_MS 1000

/**
 * EnvoiComposerBody:
 *
 * Holds the surfaces and lets only one of them write the draft.
 *
 * Thread: main
 */
G_DEFINE_FINAL_TYPE (EnvoiComposerBody, envoi_composer_body, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_IS_PLAIN,
  PROP_IS_FORMATTED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  TYPED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
write_plain (EnvoiComposerBody *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->plain_timer, g_source_remove);
  if (!self->draft || self->kind != ENVOI_BODY_PLAIN)
    return;

  g_object_get (gtk_text_view_get_buffer (self->plain), "text", &text, NULL);
  envoi_draft_set (self->draft, "html", "");
  envoi_draft_set (self->draft, "text", text);
}

static gboolean
plain_timer_cb (gpointer user_data)
{
  EnvoiComposerBody *self = user_data;

  self->plain_timer = 0;
  write_plain (self);
  return G_SOURCE_REMOVE;
}

static void
plain_changed_cb (GtkTextBuffer     *buffer,
                  EnvoiComposerBody *self)
{
  if (self->is_filling)
    return;

  if (self->plain_timer == 0)
    self->plain_timer = g_timeout_add (PLAIN_DELAY_MS, plain_timer_cb, self);
  g_signal_emit (self, signals[TYPED], 0);
}

static void
html_changed_cb (EnvoiEditor       *editor,
                 GParamSpec        *pspec,
                 EnvoiComposerBody *self)
{
  if (self->draft && self->kind == ENVOI_BODY_FORMATTED)
    envoi_draft_set (self->draft, "html", envoi_editor_get_html (editor));
}

static void
source_edited_cb (EnvoiSourcePage   *source,
                  EnvoiComposerBody *self)
{
  g_autofree char *html = NULL;

  if (!self->draft || self->kind != ENVOI_BODY_SOURCE)
    return;

  html = envoi_source_page_dup_html (source);
  if (html)
    envoi_draft_set (self->draft, "html", html);
  g_signal_emit (self, signals[TYPED], 0);
}

static void
source_done_cb (EnvoiSourcePage   *source,
                EnvoiComposerBody *self)
{
  envoi_composer_body_set_kind (self, ENVOI_BODY_FORMATTED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static gboolean
twin_timer_cb (gpointer user_data)
{
  EnvoiComposerBody *self = user_data;

  self->twin_timer = 0;
  if (envoi_twin_is_stale (self->draft))
    envoi_notice_bar_show (self->twin_bar,
                           _("The plain text version no longer fits the letter."),
                           _("You wrote it by hand, so it stays as it is."),
                           _("_Look at It"), _("_Make Anew"));
  else
    envoi_notice_bar_hide (self->twin_bar);
  return G_SOURCE_REMOVE;
}

static void
watch_twin (EnvoiComposerBody *self)
{
  gboolean is_by_hand = self->kind != ENVOI_BODY_PLAIN && envoi_twin_is_by_hand (self->draft);

  if (is_by_hand && self->twin_timer == 0)
    self->twin_timer = g_timeout_add (TWIN_DELAY_MS, twin_timer_cb, self);
  else if (!is_by_hand)
    envoi_notice_bar_hide (self->twin_bar);
}

static void
twin_answered_cb (EnvoiNoticeBar    *bar,
                  guint              button,
                  EnvoiComposerBody *self)
{
  envoi_notice_bar_hide (bar);
  if (button == 0)
    gtk_widget_activate_action (GTK_WIDGET (self), "composer.plain-version", NULL);
  else
    envoi_twin_follow (self->draft);
}

static void
find_closed_cb (EnvoiFindBar      *bar,
                EnvoiComposerBody *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
editor_typed_cb (EnvoiEditor       *editor,
                 EnvoiComposerBody *self)
{
  g_signal_emit (self, signals[TYPED], 0);
}

static void
fill_plain (EnvoiComposerBody *self,
            const char        *text)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->plain);
  GtkTextIter start;

  self->is_filling = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  self->is_filling = FALSE;
}

/* HTML from a draft goes to the surface only after it was made safe again: the
 * store is a file like any other. */
static void
fill_editor (EnvoiComposerBody *self,
             const char        *html)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = *html == '\0' ? g_strdup ("") : envoi_html_sanitize (html, &error);

  if (!clean) {
    g_autofree char *text = envoi_html_to_text (html);

    g_warning ("The letter's formatting was dropped: %s", error->message);
    clean = envoi_html_from_text (text);
  }

  envoi_editor_set_html (self->editor, clean);
  g_free (self->first_html);
  self->first_html = g_steal_pointer (&clean);
}

static gboolean
is_early (EnvoiComposerBody *self)
{
  return gtk_widget_get_visible (self->early_page);
}

/* A web engine takes a moment to start, a person does not wait for it. */
static void
early_edited_cb (EnvoiComposerBody *self)
{
  g_autofree char *html = envoi_early_text_dup_html (self->early);
  g_autofree char *whole = g_strconcat (html, self->first_html, NULL);

  envoi_editor_set_html (self->editor, whole);
}

/* Once only: a surface that died and starts again has the whole letter. */
static void
ready_changed_cb (EnvoiEditor       *editor,
                  GParamSpec        *pspec,
                  EnvoiComposerBody *self)
{
  gboolean had_focus = gtk_widget_has_focus (GTK_WIDGET (self->early));
  GtkTextBuffer *typed = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->early));
  g_autofree char *formats = envoi_early_text_dup_formats (self->early);
  gboolean is_written = gtk_text_buffer_get_char_count (typed) > 0;

  if (!envoi_editor_is_ready (editor) || !is_early (self))
    return;

  gtk_text_view_reset_im_context (GTK_TEXT_VIEW (self->early));
  gtk_widget_set_can_focus (GTK_WIDGET (editor), TRUE);
  gtk_accessible_reset_state (GTK_ACCESSIBLE (editor), GTK_ACCESSIBLE_STATE_HIDDEN);
  gtk_widget_set_visible (self->early_page, FALSE);
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (editor));
  /* The next character looks as the last one did. */
  if (is_written || *formats != '\0')
    envoi_editor_call (editor, "placeCaretAfter",
                       g_variant_new ("(is)", is_written ? gtk_text_buffer_get_line_count (typed) : 0,
                                      formats));
}

static GtkWidget *
get_page (EnvoiComposerBody *self)
{
  switch (self->kind) {
    case ENVOI_BODY_PLAIN:
      return gtk_widget_get_parent (GTK_WIDGET (self->plain));
    case ENVOI_BODY_SOURCE:
      return GTK_WIDGET (self->source);
    case ENVOI_BODY_FORMATTED:
    default:
      return self->formatted;
  }
}

static void
show_kind (EnvoiComposerBody *self)
{
  GAction *source = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "source");

  envoi_find_bar_close (self->find_bar);
  gtk_stack_set_visible_child (self->stack, get_page (self));
  g_simple_action_set_state (G_SIMPLE_ACTION (source),
                             g_variant_new_boolean (self->kind == ENVOI_BODY_SOURCE));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (source), self->kind != ENVOI_BODY_PLAIN);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_PLAIN]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_FORMATTED]);
}

static gboolean
envoi_composer_body_grab_focus (GtkWidget *widget)
{
  EnvoiComposerBody *self = ENVOI_COMPOSER_BODY (widget);

  if (self->kind == ENVOI_BODY_PLAIN)
    return gtk_widget_grab_focus (GTK_WIDGET (self->plain));
  if (self->kind == ENVOI_BODY_SOURCE)
    return gtk_widget_grab_focus (GTK_WIDGET (envoi_source_page_get_view (self->source)));
  if (is_early (self))
    return gtk_widget_grab_focus (GTK_WIDGET (self->early));

  return gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
envoi_composer_body_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  EnvoiComposerBody *self = ENVOI_COMPOSER_BODY (object);

  switch (property_id) {
    case PROP_IS_PLAIN:
      g_value_set_boolean (value, self->kind == ENVOI_BODY_PLAIN);
      break;
    case PROP_IS_FORMATTED:
      g_value_set_boolean (value, self->kind == ENVOI_BODY_FORMATTED);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_composer_body_dispose (GObject *object)
{
  EnvoiComposerBody *self = ENVOI_COMPOSER_BODY (object);

  g_clear_handle_id (&self->plain_timer, g_source_remove);
  g_clear_handle_id (&self->twin_timer, g_source_remove);
  g_clear_object (&self->draft);
  g_clear_object (&self->actions);
  g_clear_object (&self->zoom_style);
  g_clear_pointer (&self->first_html, g_free);

  G_OBJECT_CLASS (envoi_composer_body_parent_class)->dispose (object);
}

static void
envoi_composer_body_class_init (EnvoiComposerBodyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_composer_body_get_property;
  object_class->dispose = envoi_composer_body_dispose;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_composer_body_grab_focus;

  properties[PROP_IS_PLAIN] =
    g_param_spec_boolean ("is-plain", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_FORMATTED] =
    g_param_spec_boolean ("is-formatted", NULL, NULL, TRUE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[TYPED] = g_signal_new ("typed", ENVOI_TYPE_COMPOSER_BODY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (ENVOI_TYPE_EARLY_TEXT);
  g_type_ensure (ENVOI_TYPE_EDITOR);
  g_type_ensure (ENVOI_TYPE_FIND_BAR);
  g_type_ensure (ENVOI_TYPE_NOTICE_BAR);
  g_type_ensure (ENVOI_TYPE_SOURCE_PAGE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-composer-body.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, find_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, twin_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, editor);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, source);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, plain);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, early);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, early_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerBody, formatted);
}

static void
envoi_composer_body_init (EnvoiComposerBody *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->first_html = g_strdup ("");
  envoi_composer_body_add_actions (self);

  /* A call in flight keeps the surface alive longer than this widget. */
  g_signal_connect_object (self->early, "edited", G_CALLBACK (early_edited_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "notify::is-ready", G_CALLBACK (ready_changed_cb), self, 0);
  g_signal_connect_object (gtk_text_view_get_buffer (self->plain), "changed",
                           G_CALLBACK (plain_changed_cb), self, 0);
  g_signal_connect_object (self->editor, "notify::html", G_CALLBACK (html_changed_cb), self, 0);
  g_signal_connect_object (self->editor, "typed", G_CALLBACK (editor_typed_cb), self, 0);
  g_signal_connect_object (self->source, "edited", G_CALLBACK (source_edited_cb), self, 0);
  g_signal_connect_object (self->source, "done", G_CALLBACK (source_done_cb), self, 0);
  g_signal_connect_object (self->find_bar, "closed", G_CALLBACK (find_closed_cb), self, 0);
  g_signal_connect_object (self->twin_bar, "chosen", G_CALLBACK (twin_answered_cb), self, 0);
}

GtkWidget *
envoi_composer_body_new (void)
{
  return g_object_new (ENVOI_TYPE_COMPOSER_BODY, NULL);
}

void
envoi_composer_body_set_draft (EnvoiComposerBody *self,
                               EnvoiDraft        *draft)
{
  const char *html;
  const char *text;

  g_return_if_fail (ENVOI_IS_COMPOSER_BODY (self));
  g_return_if_fail (self->draft == NULL);

  html = envoi_draft_get (draft, "html");
  text = envoi_draft_get (draft, "text");
  self->kind = *html == '\0' && *text != '\0' ? ENVOI_BODY_PLAIN : ENVOI_BODY_FORMATTED;
  if (self->kind == ENVOI_BODY_PLAIN)
    fill_plain (self, text);
  else
    fill_editor (self, html);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (watch_twin), self, G_CONNECT_SWAPPED);
  show_kind (self);
}

EnvoiEditor *
envoi_composer_body_get_editor (EnvoiComposerBody *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_BODY (self), NULL);

  return self->editor;
}

EnvoiSourcePage *
envoi_composer_body_get_source (EnvoiComposerBody *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_BODY (self), NULL);

  return self->kind == ENVOI_BODY_SOURCE ? self->source : NULL;
}

gboolean
envoi_composer_body_is_plain (EnvoiComposerBody *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_BODY (self), FALSE);

  return self->kind == ENVOI_BODY_PLAIN;
}

static void
become_plain (EnvoiComposerBody *self)
{
  g_autofree char *text = envoi_twin_dup_text (self->draft);

  self->kind = ENVOI_BODY_PLAIN;
  envoi_twin_follow (self->draft);
  fill_plain (self, text);
  write_plain (self);
}

static void
become_formatted (EnvoiComposerBody *self)
{
  g_autofree char *html = NULL;

  write_plain (self);
  html = envoi_html_from_text (envoi_draft_get (self->draft, "text"));
  self->kind = ENVOI_BODY_FORMATTED;
  envoi_draft_set (self->draft, "text", "");
  fill_editor (self, html);
  html_changed_cb (self->editor, NULL, self);
}

static void
leave_source (EnvoiComposerBody *self)
{
  source_edited_cb (self->source, self);
  self->kind = ENVOI_BODY_FORMATTED;
  envoi_editor_replace_html (self->editor, envoi_draft_get (self->draft, "html"));
}

void
envoi_composer_body_set_kind (EnvoiComposerBody *self,
                              EnvoiBodyKind      kind)
{
  if (self->kind == kind || !self->draft)
    return;

  if (self->kind == ENVOI_BODY_SOURCE)
    leave_source (self);

  if (kind == ENVOI_BODY_PLAIN) {
    become_plain (self);
  } else if (self->kind == ENVOI_BODY_PLAIN) {
    become_formatted (self);
  } else if (kind == ENVOI_BODY_SOURCE) {
    self->kind = kind;
    envoi_source_page_set_html (self->source, envoi_draft_get (self->draft, "html"));
  }

  show_kind (self);
}

void
envoi_composer_body_set_plain (EnvoiComposerBody *self,
                               gboolean           is_plain)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_BODY (self));

  if (is_plain != (self->kind == ENVOI_BODY_PLAIN))
    envoi_composer_body_set_kind (self, is_plain ? ENVOI_BODY_PLAIN : ENVOI_BODY_FORMATTED);
}

static void
got_html_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *html = envoi_editor_get_html_finish (ENVOI_EDITOR (source), result, NULL);

  g_task_return_boolean (task, TRUE);
}

void
envoi_composer_body_commit_async (EnvoiComposerBody   *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENVOI_IS_COMPOSER_BODY (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_composer_body_commit_async);

  if (self->kind != ENVOI_BODY_FORMATTED) {
    gtk_text_view_reset_im_context (self->plain);
    write_plain (self);
    source_edited_cb (self->source, self);
    g_task_return_boolean (task, TRUE);
    return;
  }

  gtk_text_view_reset_im_context (GTK_TEXT_VIEW (self->early));
  envoi_editor_get_html_async (self->editor, cancellable, got_html_cb, g_steal_pointer (&task));
}

gboolean
envoi_composer_body_commit_finish (EnvoiComposerBody  *self,
                                   GAsyncResult       *result,
                                   GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_composer_body_insert_text (EnvoiComposerBody *self,
                                 const char        *text)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_BODY (self));

  if (self->kind == ENVOI_BODY_PLAIN)
    gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->plain), text, -1);
  else if (is_early (self))
    gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->early)), text,
                                      -1);
  else
    envoi_editor_call (self->editor, "pasteText", g_variant_new ("(s)", text));
}

GActionGroup *
envoi_composer_body_get_actions (EnvoiComposerBody *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_BODY (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

gboolean
envoi_composer_body_replace_plain (EnvoiComposerBody *self,
                                   const char        *old,
                                   const char        *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  g_return_val_if_fail (ENVOI_IS_COMPOSER_BODY (self), FALSE);

  buffer = gtk_text_view_get_buffer (self->plain);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  if (*old == '\0')
    start = end;
  else if (!gtk_text_iter_forward_search (&start, old, GTK_TEXT_SEARCH_TEXT_ONLY, &start, &end,
                                          NULL))
    return FALSE;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  return TRUE;
}
