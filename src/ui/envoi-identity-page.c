/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-editor.h"
#include "envoi-identity-page.h"
#include "envoi-link-dialog.h"
#include "envoi-sender.h"

#include "envoi-signature.h"
#include "envoi-text.h"

#include <glib/gi18n.h>

/**
 * EnvoiIdentityPage:
 *
 * The form of one identity. It edits a copy of the account, which replaces the
 * account's settings when it is saved.
 *
 * Thread: main
 */
struct _EnvoiIdentityPage {
  AdwBin parent_instance;

  EnvoiService   *service;
  EnvoiAccount   *account;     /* the working copy */
  EnvoiIdentity  *identity;    /* of the working copy, once it is saved */
  gboolean is_new;
  GCancellable   *cancellable;

  AdwWindowTitle *title;
  GtkWidget      *save_button;
  AdwEntryRow    *name;
  AdwEntryRow    *address;
  AdwEntryRow    *reply_to;
  GtkSwitch      *is_default;
  GtkLabel       *note;
  EnvoiEditor    *editor;
  GtkWidget      *remove_button;
};

G_DEFINE_FINAL_TYPE (EnvoiIdentityPage, envoi_identity_page, ADW_TYPE_BIN)

enum {
  SIGNAL_FINISHED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
dup_text (AdwEntryRow *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char *
dup_address (EnvoiIdentityPage *self)
{
  return envoi_text_dup_folded (gtk_editable_get_text (GTK_EDITABLE (self->address)));
}

static void
show_note (EnvoiIdentityPage *self,
           const char        *sentence,
           gboolean           is_error)
{
  gtk_label_set_label (self->note, sentence ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), sentence != NULL);
  gtk_widget_set_css_classes (GTK_WIDGET (self->note), (const char *[]) {
    is_error ? "error" : "warning", "caption", NULL
  });
}

static void
changed_cb (EnvoiIdentityPage *self)
{
  AdwEntryRow *rows[] = { self->name, self->address, self->reply_to };
  g_autofree char *address = NULL;
  g_autofree char *warning = NULL;

  if (!self->service)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (rows[i]), "error");

  address = dup_address (self);
  if (!envoi_identity_is_main (self->identity))
    warning = envoi_sender_dup_warning (envoi_service_get_providers (self->service), self->account,
                                        address);
  show_note (self, warning, FALSE);
}

static void
tell (EnvoiIdentityPage *self,
      const GError      *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

  gtk_widget_set_sensitive (self->save_button, TRUE);
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, problem->title);
}

/* The words stand at the field, in the person's language. */
static void
show_bad_field (EnvoiIdentityPage *self,
                const char        *field)
{
  const struct {
    const char *field;
    AdwEntryRow *row;
    const char *words;
  } fields[] = {
    { "address", self->address, _("This is not a mail address, like name@example.org.") },
    { "name", self->name, _("The name has a character that no name can have.") },
    { "reply-to", self->reply_to, _("Answers need a mail address, like name@example.org.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (!g_str_equal (fields[i].field, field))
      continue;

    gtk_widget_add_css_class (GTK_WIDGET (fields[i].row), "error");
    gtk_widget_grab_focus (GTK_WIDGET (fields[i].row));
    show_note (self, fields[i].words, TRUE);
    envoi_compat_announce (GTK_WIDGET (fields[i].row), fields[i].words);
    return;
  }

  show_note (self, _("The signature is too long."), TRUE);
}

static void
did_save (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiIdentityPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error))
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
  else
    tell (self, error);
}

static void
save_account (EnvoiIdentityPage *self)
{
  envoi_account_list_save_async (envoi_service_get_accounts (self->service), self->account, NULL,
                                 did_save, g_object_ref (self));
}

static void
set_default (EnvoiIdentityPage *self)
{
  const char *id = envoi_identity_get_id (self->identity);
  gboolean is_default = gtk_switch_get_active (self->is_default);
  EnvoiIdentity *before = envoi_account_get_default_identity (self->account);

  if (is_default)
    g_object_set (self->account, "default-identity", id, NULL);
  else if (g_str_equal (envoi_identity_get_id (before), id))
    g_object_set (self->account, "default-identity", "", NULL);
}

static void
got_signature (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiIdentityPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *html = envoi_editor_get_html_finish (ENVOI_EDITOR (source), result, &error);
  const char *field = NULL;

  if (!self->service)
    return;

  /* An engine that is gone took nothing along: the last it said is kept. */
  if (!html)
    html = g_strdup (envoi_editor_get_html (self->editor));

  if (!envoi_signature_set (self->identity, html, &error)) {
    tell (self, error);
    return;
  }

  if (!envoi_identity_check (self->identity, &field, NULL)) {
    gtk_widget_set_sensitive (self->save_button, TRUE);
    show_bad_field (self, field);
    return;
  }

  envoi_account_put_identity (self->account, self->identity);
  set_default (self);
  save_account (self);
}

static void
save_cb (EnvoiIdentityPage *self)
{
  g_autofree char *name = dup_text (self->name);
  g_autofree char *address = dup_address (self);
  g_autofree char *reply_to = dup_text (self->reply_to);
  const char *field = NULL;

  g_object_set (self->identity, "name", name, "address", address, "reply-to", reply_to, NULL);
  if (!envoi_identity_check (self->identity, &field, NULL)) {
    show_bad_field (self, field);
    return;
  }

  gtk_widget_set_sensitive (self->save_button, FALSE);
  envoi_editor_get_html_async (self->editor, self->cancellable, got_signature,
                               g_object_ref (self));
}

static void
remove_cb (EnvoiIdentityPage *self)
{
  envoi_account_remove_identity (self->account, envoi_identity_get_id (self->identity));
  save_account (self);
}

static void
back_cb (EnvoiIdentityPage *self)
{
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static void
link_chosen_cb (EnvoiLinkDialog   *dialog,
                const char        *href,
                const char        *text,
                EnvoiIdentityPage *self)
{
  envoi_editor_call (self->editor, "setLink", g_variant_new ("(ss)", href, text));
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
got_link (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiIdentityPage) self = user_data;
  g_autoptr (JSCValue) link = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);
  g_autoptr (JSCValue) text = link ? envoi_web.jsc_value_object_get_property (link, "text") : NULL;
  g_autoptr (JSCValue) href = link ? envoi_web.jsc_value_object_get_property (link, "href") : NULL;
  g_autofree char *text_value = text ? envoi_web.jsc_value_to_string (text) : NULL;
  g_autofree char *href_value = href ? envoi_web.jsc_value_to_string (href) : NULL;
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  EnvoiLinkDialog *dialog;

  if (!link || !window)
    return;

  dialog = envoi_link_dialog_new (window, text_value, href_value);
  g_signal_connect_object (dialog, "chosen", G_CALLBACK (link_chosen_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
link_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  EnvoiIdentityPage *self = ENVOI_IDENTITY_PAGE (widget);

  envoi_editor_call_async (self->editor, "getLink", NULL, self->cancellable, got_link,
                           g_object_ref (self));
}

static void
got_clipboard (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiIdentityPage) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text && self->service)
    envoi_editor_call (self->editor, "pasteText", g_variant_new ("(s)", text));
}

/* The surface takes nothing from a clipboard by itself; a signature takes its text. */
static void
paste_cb (EnvoiIdentityPage *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->cancellable,
                                 got_clipboard, g_object_ref (self));
}

/* Tab would be written; out of the surface it goes on. */
static void
leave_cb (EnvoiIdentityPage *self,
          gboolean           back)
{
  gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))),
                          back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

static void
start_editor (EnvoiIdentityPage *self)
{
  g_autoptr (EnvoiEditorEngine) engine = NULL;

  if (envoi_editor_is_ready (self->editor))
    return;

  engine = envoi_editor_engine_dup_for (g_application_get_default ());
  envoi_editor_start (self->editor, engine);
}

static void
envoi_identity_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (envoi_identity_page_parent_class)->map (widget);

  start_editor (ENVOI_IDENTITY_PAGE (widget));
}

static gboolean
envoi_identity_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENVOI_IDENTITY_PAGE (widget)->name));
}

static void
envoi_identity_page_dispose (GObject *object)
{
  EnvoiIdentityPage *self = ENVOI_IDENTITY_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->identity);
  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_identity_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, save_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, name);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, address);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, reply_to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, is_default);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, note);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, editor);
  gtk_widget_class_bind_template_child (widget_class, EnvoiIdentityPage, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
  gtk_widget_class_bind_template_callback (widget_class, leave_cb);
}

static void
envoi_identity_page_class_init (EnvoiIdentityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_identity_page_dispose;
  widget_class->map = envoi_identity_page_map;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_identity_page_grab_focus;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_EDITOR);
  gtk_widget_class_install_action (widget_class, "identity.link", NULL, link_action);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-identity-page.ui");
  bind_template (widget_class);

  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_Escape, 0, "finished", NULL);
}

static void
envoi_identity_page_init (EnvoiIdentityPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "format",
                                  envoi_editor_get_actions (self->editor));
}

static void
show_identity (EnvoiIdentityPage *self)
{
  g_autofree char *html = envoi_signature_dup_html (self->identity);
  EnvoiIdentity *preferred = envoi_account_get_default_identity (self->account);
  gboolean is_main = envoi_identity_is_main (self->identity);

  gtk_editable_set_text (GTK_EDITABLE (self->name), envoi_identity_get_name (self->identity));
  gtk_editable_set_text (GTK_EDITABLE (self->address),
                         envoi_identity_get_address (self->identity));
  gtk_editable_set_text (GTK_EDITABLE (self->reply_to),
                         envoi_identity_get_reply_to (self->identity));
  gtk_switch_set_active (self->is_default, !self->is_new &&
                         g_str_equal (envoi_identity_get_id (preferred),
                                      envoi_identity_get_id (self->identity)));
  envoi_editor_set_html (self->editor, html);

  adw_window_title_set_title (self->title, self->is_new ? _("New Identity") : _("Identity"));
  adw_window_title_set_subtitle (self->title, envoi_account_get_email (self->account));
  gtk_widget_set_visible (self->remove_button, !self->is_new && !is_main);
  changed_cb (self);
}

/**
 * envoi_identity_page_new:
 * @service: the service
 * @account: the account
 * @identity: (nullable): one of its identities, or %NULL for a new one
 *
 * Returns: (transfer floating): the form
 *
 * Thread: main
 */
GtkWidget *
envoi_identity_page_new (EnvoiService  *service,
                         EnvoiAccount  *account,
                         EnvoiIdentity *identity)
{
  EnvoiIdentityPage *self = g_object_new (ENVOI_TYPE_IDENTITY_PAGE, NULL);

  self->service = g_object_ref (service);
  self->account = envoi_account_copy (account);
  self->is_new = identity == NULL;
  self->identity = identity
                   ? g_object_ref (envoi_account_get_identity (self->account,
                                                               envoi_identity_get_id (identity)))
                   : envoi_identity_new (NULL);
  if (self->is_new)
    g_object_set (self->identity, "name", envoi_account_get_name (account), NULL);

  show_identity (self);
  return GTK_WIDGET (self);
}
