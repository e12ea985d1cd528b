/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-fields.h"

#include "envoi-grow-layout.h"
#include "envoi-late-menu.h"
#include "envoi-recipient-drop.h"
#include "envoi-recipient-entry.h"
#include "envoi-sender.h"
#include "envoi-wrap-layout.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * EnvoiComposerFields:
 *
 * The head of a letter. Every field is bound to a property of the draft, which
 * keeps what is typed whether it is right or wrong.
 *
 * Thread: main
 */
struct _EnvoiComposerFields {
  AdwBin parent_instance;

  GtkDropDown         *from;
  EnvoiRecipientEntry *to;
  EnvoiRecipientEntry *cc;
  EnvoiRecipientEntry *bcc;
  EnvoiRecipientEntry *reply_to;
  GtkText             *subject;
  GtkWidget           *cc_row;
  GtkWidget           *bcc_row;
  GtkWidget           *reply_to_row;
  GtkWidget           *cc_button;
  GtkWidget           *bcc_button;
  GtkMenuButton       *more_button;
  GMenuModel          *more_menu;

  GtkLabel            *from_note;

  EnvoiDraft          *draft;
  EnvoiSender         *sender;      /* the one that is chosen */
  EnvoiProviderTable  *providers;   /* nullable */
};

G_DEFINE_FINAL_TYPE (EnvoiComposerFields, envoi_composer_fields, ADW_TYPE_BIN)

static EnvoiRecipientEntry *
get_entry (EnvoiComposerFields *self,
           const char          *field)
{
  if (g_strcmp0 (field, "to") == 0)
    return self->to;
  if (g_strcmp0 (field, "cc") == 0)
    return self->cc;
  if (g_strcmp0 (field, "bcc") == 0)
    return self->bcc;
  if (g_strcmp0 (field, "reply-to") == 0)
    return self->reply_to;

  return NULL;
}

static void
show_field (EnvoiComposerFields *self,
            const char          *field)
{
  if (g_str_equal (field, "cc")) {
    gtk_widget_set_visible (self->cc_row, TRUE);
    gtk_widget_set_visible (self->cc_button, FALSE);
  } else if (g_str_equal (field, "bcc")) {
    gtk_widget_set_visible (self->bcc_row, TRUE);
    gtk_widget_set_visible (self->bcc_button, FALSE);
  } else if (g_str_equal (field, "reply-to")) {
    gtk_widget_set_visible (self->reply_to_row, TRUE);
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "fields.show-reply-to", FALSE);
  }
}

static void
show_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  const char *field = action_name + strlen ("fields.show-");

  envoi_composer_fields_focus (ENVOI_COMPOSER_FIELDS (widget), field);
}

/* To, Cc and Bcc stand below each other; a field that is not shown yet appears. */
static void
move_wanted_cb (EnvoiRecipientEntry *from,
                EnvoiRecipientChip  *chip,
                int                  step,
                EnvoiComposerFields *self)
{
  static const char *const fields[] = { "to", "cc", "bcc" };
  int place = -1;

  for (int i = 0; i < (int) G_N_ELEMENTS (fields); i++) {
    if (get_entry (self, fields[i]) == from)
      place = i + step;
  }

  if (place < 0 || place >= (int) G_N_ELEMENTS (fields))
    return;
  show_field (self, fields[place]);
  envoi_recipient_entry_take_chip (get_entry (self, fields[place]), chip);
}

/* However somebody came to be in them. */
static void
show_filled (EnvoiComposerFields *self)
{
  if (*envoi_recipient_entry_get_text (self->cc) != '\0')
    show_field (self, "cc");
  if (*envoi_recipient_entry_get_text (self->bcc) != '\0')
    show_field (self, "bcc");
}

/* Who stands in two fields would get one letter: the field that everybody sees
 * first keeps them. */
static void
merge (EnvoiComposerFields *self)
{
  envoi_recipient_entry_leave_to (self->cc, self->to);
  envoi_recipient_entry_leave_to (self->bcc, self->to);
  envoi_recipient_entry_leave_to (self->bcc, self->cc);
}

/* What is typed stands behind the last recipient, and wherever that is, it is seen. */
static gboolean
show_typed_cb (GtkWidget     *entry,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  GtkWidget *view = gtk_widget_get_ancestor (entry, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (view));
  GtkWidget *focus = gtk_widget_get_focus_child (entry);

  if (GTK_IS_TEXT (focus) && gtk_widget_is_focus (focus))
    gtk_adjustment_set_value (place, gtk_adjustment_get_upper (place));
  return G_SOURCE_REMOVE;
}

/* Not now: the field may be in the midst of being laid out. */
static void
want_typed (GtkWidget *entry)
{
  gtk_widget_add_tick_callback (entry, show_typed_cb, NULL, NULL);
}

static void
follow_typing (GtkWidget *entry)
{
  GtkWidget *view = gtk_widget_get_ancestor (entry, GTK_TYPE_SCROLLED_WINDOW);

  if (!view)
    return;

  g_signal_connect_object (entry, "notify::text", G_CALLBACK (want_typed), entry, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (view)), "changed",
                           G_CALLBACK (want_typed), entry, G_CONNECT_SWAPPED);
}

static char *
format_sender (EnvoiSender *sender,
               gpointer     user_data)
{
  return sender ? envoi_identity_format_from (envoi_sender_get_identity (sender)) : NULL;
}

static void
show_warning (EnvoiComposerFields *self,
              EnvoiSender         *sender)
{
  EnvoiIdentity *identity = envoi_sender_get_identity (sender);
  EnvoiAccount *account = envoi_sender_get_account (sender);
  g_autofree char *warning = NULL;

  if (self->providers)
    warning = envoi_sender_dup_warning (self->providers, account,
                                        envoi_identity_get_address (identity));
  if (!envoi_account_is_enabled (account)) {
    g_free (warning);
    warning = g_strdup (_("This account is turned off. Choose another one, or turn it on."));
  }

  gtk_label_set_label (self->from_note, warning ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->from_note), warning != NULL);
}

/* The Reply-To of the one identity gives way to the other's; what the person wrote stays. */
static void
change_reply_to (EnvoiComposerFields *self,
                 EnvoiIdentity       *identity)
{
  const char *old = self->sender
                    ? envoi_identity_get_reply_to (envoi_sender_get_identity (self->sender)) : "";

  if (g_strcmp0 (envoi_draft_get (self->draft, "reply-to"), old) != 0)
    return;

  envoi_draft_set (self->draft, "reply-to", envoi_identity_get_reply_to (identity));
  if (*envoi_identity_get_reply_to (identity) != '\0')
    show_field (self, "reply-to");
}

static void
sender_chosen_cb (EnvoiComposerFields *self)
{
  EnvoiSender *sender = gtk_drop_down_get_selected_item (self->from);
  g_autofree char *from = NULL;

  if (!self->draft || !sender)
    return;

  from = format_sender (sender, NULL);
  envoi_draft_set (self->draft, "account-id",
                   envoi_account_get_id (envoi_sender_get_account (sender)));
  envoi_draft_set (self->draft, "from", from);
  if (self->sender)
    change_reply_to (self, envoi_sender_get_identity (sender));
  g_set_object (&self->sender, sender);
  show_warning (self, sender);
}

static void
set_up_item_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item,
                gpointer                  user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_item_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item,
              gpointer                  user_data)
{
  g_autofree char *text = format_sender (gtk_list_item_get_item (item), NULL);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

/* The identity that the letter is from, else any of the same account. */
static void
select_sender (EnvoiComposerFields *self,
               EnvoiAccountList    *accounts,
               GListModel          *senders)
{
  const char *from = envoi_draft_get (self->draft, "from");
  EnvoiAccount *account = envoi_account_list_find (accounts,
                                                   envoi_draft_get (self->draft, "account-id"));
  EnvoiIdentity *wanted = account ? envoi_account_find_identity (account, from) : NULL;

  if (account && !wanted)
    wanted = envoi_account_get_default_identity (account);

  for (guint i = 0; wanted && i < g_list_model_get_n_items (senders); i++) {
    g_autoptr (EnvoiSender) sender = g_list_model_get_item (senders, i);

    if (envoi_sender_get_identity (sender) == wanted) {
      gtk_drop_down_set_selected (self->from, i);
      return;
    }
  }
}

static void
show_senders (EnvoiComposerFields *self,
              EnvoiAccountList    *accounts)
{
  g_autoptr (GListModel) senders =
    envoi_sender_list_new (accounts, envoi_draft_get (self->draft, "account-id"));
  g_autoptr (GtkExpression) words =
    gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (format_sender),
                                 NULL, NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (set_up_item_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_item_cb), NULL);
  gtk_drop_down_set_expression (self->from, words);
  gtk_drop_down_set_factory (self->from, factory);
  gtk_drop_down_set_model (self->from, senders);
  select_sender (self, accounts, senders);
  g_signal_connect_object (self->from, "notify::selected-item", G_CALLBACK (sender_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  sender_chosen_cb (self);
}

static void
envoi_composer_fields_dispose (GObject *object)
{
  EnvoiComposerFields *self = ENVOI_COMPOSER_FIELDS (object);

  g_clear_object (&self->draft);
  g_clear_object (&self->sender);
  g_clear_object (&self->providers);

  G_OBJECT_CLASS (envoi_composer_fields_parent_class)->dispose (object);
}

static void
envoi_composer_fields_class_init (EnvoiComposerFieldsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_composer_fields_dispose;

  g_type_ensure (ENVOI_TYPE_GROW_LAYOUT);
  g_type_ensure (ENVOI_TYPE_RECIPIENT_ENTRY);
  g_type_ensure (ENVOI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_install_action (widget_class, "fields.show-cc", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "fields.show-bcc", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "fields.show-reply-to", NULL, show_action);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-composer-fields.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, from);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, from_note);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, cc);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, bcc);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, reply_to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, cc_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, bcc_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, reply_to_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, cc_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, bcc_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, more_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerFields, more_menu);
}

static void
envoi_composer_fields_init (EnvoiComposerFields *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  envoi_late_menu_attach (self->more_button, self->more_menu);
  envoi_recipient_drop_accept_for (self->cc, self->cc_button);
  envoi_recipient_drop_accept_for (self->bcc, self->bcc_button);
}

GtkWidget *
envoi_composer_fields_new (void)
{
  return g_object_new (ENVOI_TYPE_COMPOSER_FIELDS, NULL);
}

void
envoi_composer_fields_set_up (EnvoiComposerFields *self,
                              EnvoiAccountList    *accounts,
                              EnvoiDraft          *draft)
{
  static const char *const fields[] = { "to", "cc", "bcc", "reply-to" };

  g_return_if_fail (ENVOI_IS_COMPOSER_FIELDS (self));
  g_return_if_fail (self->draft == NULL);

  self->draft = g_object_ref (draft);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_object_bind_property (draft, fields[i], get_entry (self, fields[i]), "text",
                            G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
    g_signal_connect_object (get_entry (self, fields[i]), "move-wanted",
                             G_CALLBACK (move_wanted_cb), self, 0);
    follow_typing (GTK_WIDGET (get_entry (self, fields[i])));
    if (*envoi_draft_get (draft, fields[i]) != '\0')
      show_field (self, fields[i]);
  }

  for (guint i = 0; i < 3; i++)
    g_signal_connect_object (get_entry (self, fields[i]), "notify::text", G_CALLBACK (merge), self,
                             G_CONNECT_SWAPPED);
  merge (self);
  g_signal_connect_object (self->cc, "notify::text", G_CALLBACK (show_filled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->bcc, "notify::text", G_CALLBACK (show_filled), self,
                           G_CONNECT_SWAPPED);

  g_object_bind_property (draft, "subject", self->subject, "text",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  if (accounts)
    show_senders (self, accounts);
}

/* A field hands over what an input method composes when the focus leaves it. */
static void
end_composing (EnvoiComposerFields *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return;

  gtk_root_set_focus (root, NULL);
  gtk_root_set_focus (root, focus);
}

void
envoi_composer_fields_commit (EnvoiComposerFields *self)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_FIELDS (self));

  end_composing (self);
  envoi_recipient_entry_commit (self->to);
  envoi_recipient_entry_commit (self->cc);
  envoi_recipient_entry_commit (self->bcc);
  envoi_recipient_entry_commit (self->reply_to);
}

void
envoi_composer_fields_focus (EnvoiComposerFields *self,
                             const char          *field)
{
  EnvoiRecipientEntry *entry;

  g_return_if_fail (ENVOI_IS_COMPOSER_FIELDS (self));

  if (g_str_equal (field, "subject") || g_str_equal (field, "from")) {
    gtk_widget_grab_focus (g_str_equal (field, "from") ? GTK_WIDGET (self->from)
                                                       : GTK_WIDGET (self->subject));
    return;
  }

  entry = get_entry (self, field);
  show_field (self, field);
  if (entry)
    envoi_recipient_entry_show_problem (entry);
}

void
envoi_composer_fields_set_known (EnvoiComposerFields *self,
                                 EnvoiPeople         *known)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_FIELDS (self));

  envoi_recipient_entry_set_known (self->to, known);
  envoi_recipient_entry_set_known (self->cc, known);
  envoi_recipient_entry_set_known (self->bcc, known);
}

void
envoi_composer_fields_set_providers (EnvoiComposerFields *self,
                                     EnvoiProviderTable  *providers)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_FIELDS (self));

  g_set_object (&self->providers, providers);
  if (self->sender)
    show_warning (self, self->sender);
}
