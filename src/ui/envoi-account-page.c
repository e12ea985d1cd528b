/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-form.h"
#include "envoi-account-page.h"
#include "envoi-account-row.h"
#include "envoi-application.h"
#include "envoi-compat.h"
#include "envoi-identity-page.h"
#include "envoi-order-row.h"

#include <glib/gi18n.h>

/**
 * EnvoiAccountPage:
 *
 * One account: how it stands, and the ways to its forms, which take this page's
 * place until they are finished.
 *
 * Thread: main
 */
struct _EnvoiAccountPage {
  AdwBin parent_instance;

  EnvoiService   *service;
  EnvoiAccount   *account;
  GSignalGroup   *account_signals;
  guint focused_position;              /* of the identity that is being changed */

  GtkStack       *stack;
  GtkWidget      *overview;
  GtkWidget      *back_button;
  AdwWindowTitle *title;
  AdwActionRow   *state_row;
  GtkImage       *state_icon;
  GtkWidget      *sign_in_button;
  GtkSwitch      *enabled;
  GtkListBox     *identities;
  GtkWidget      *health_group;
  GtkListBox     *health;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountPage, envoi_account_page, ADW_TYPE_BIN)

enum {
  SIGNAL_FINISHED,
  SIGNAL_REMOVED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void show_identities (EnvoiAccountPage *self);

static GtkWidget *
make_row (const char *title,
          const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 20);
  return row;
}

static char *
describe_identity (EnvoiAccountPage *self,
                   EnvoiIdentity    *identity)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  if (identity == envoi_account_get_default_identity (self->account))
    g_ptr_array_add (words, g_strdup (_("For new letters")));
  if (envoi_identity_has_signature (identity))
    g_ptr_array_add (words, g_strdup (_("With a signature")));
  if (*envoi_identity_get_reply_to (identity))
    /* Translators: %s is a mail address */
    g_ptr_array_add (words, g_strdup_printf (_("Answers go to %s"),
                                             envoi_identity_get_reply_to (identity)));
  g_ptr_array_add (words, NULL);
  return g_strjoinv ("\n", (char **) words->pdata);
}

static GtkListBoxRow *
get_identity_row (EnvoiAccountPage *self,
                  guint             position)
{
  return gtk_list_box_get_row_at_index (self->identities, (int) position);
}

static void
did_change_identities (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (EnvoiAccountPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  GtkListBoxRow *row;

  if (!envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error)) {
    problem = envoi_problem_new (error);
    g_signal_emit (self, signals[SIGNAL_TOLD], 0, problem->title);
  }

  if (!self->account)
    return;

  show_identities (self);
  row = get_identity_row (self, self->focused_position);
  if (row)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* @copy: the account as it is to be; @position: of the identity that is being changed */
static void
save_identities (EnvoiAccountPage *self,
                 EnvoiAccount     *copy,
                 guint             position)
{
  self->focused_position = position;
  envoi_account_list_save_async (envoi_service_get_accounts (self->service), copy, NULL,
                                 did_change_identities, g_object_ref (self));
}

static void
identity_moved_cb (EnvoiAccountPage *self,
                   int               step,
                   GtkListBoxRow    *row)
{
  int position = gtk_list_box_row_get_index (row);
  g_autoptr (EnvoiAccount) copy = envoi_account_copy (self->account);
  g_autoptr (EnvoiIdentity) identity =
    g_list_model_get_item (envoi_account_get_identities (copy), (guint) position);

  if (identity && position + step > 0 &&
      envoi_account_place_identity (copy, envoi_identity_get_id (identity),
                                    (guint) (position + step)))
    save_identities (self, copy, (guint) (position + step));
}

static void
identity_preferred_cb (EnvoiAccountPage *self,
                       GtkListBoxRow    *row)
{
  guint position = (guint) gtk_list_box_row_get_index (row);
  g_autoptr (EnvoiAccount) copy = envoi_account_copy (self->account);
  g_autoptr (EnvoiIdentity) identity =
    g_list_model_get_item (envoi_account_get_identities (copy), position);

  if (!identity)
    return;

  g_object_set (copy, "default-identity", envoi_identity_get_id (identity), NULL);
  save_identities (self, copy, position);
}

static GtkWidget *
make_identity_row (gpointer item,
                   gpointer user_data)
{
  EnvoiIdentity *identity = item;
  g_autofree char *from = envoi_identity_format_from (identity);
  g_autofree char *subtitle = describe_identity (user_data, identity);
  GtkWidget *row = envoi_order_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), from);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_signal_connect_object (row, "moved", G_CALLBACK (identity_moved_cb), user_data,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "preferred", G_CALLBACK (identity_preferred_cb), user_data,
                           G_CONNECT_SWAPPED);
  return row;
}

/* Identities are few: the list is made anew when anything of the account changes. The main
 * one stays the first. */
static void
show_identities (EnvoiAccountPage *self)
{
  GListModel *identities = envoi_account_get_identities (self->account);
  EnvoiIdentity *preferred = envoi_account_get_default_identity (self->account);
  guint n_identities = g_list_model_get_n_items (identities);

  gtk_list_box_bind_model (self->identities, identities, make_identity_row, self, NULL);
  for (guint i = 0; i < n_identities; i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);

    envoi_order_row_set_place (ENVOI_ORDER_ROW (get_identity_row (self, i)), i, 1,
                               n_identities - 1, identity == preferred);
  }
}

/* Nullable. */
static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) utc = time_us > 0
                              ? g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC) : NULL;
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;

  /* Translators: a date and time in the order of your language, see g_date_time_format() */
  return local ? g_strchug (g_date_time_format (local, _("%e %B %Y, %R"))) : NULL;
}

static void
add_fact (EnvoiAccountPage *self,
          const char       *title,
          const char       *words)
{
  GtkWidget *row = make_row (title, words);

  gtk_list_box_append (self->health, row);
}

static const char *
get_due_words (EnvoiTokenHealth health)
{
  switch (health.due) {
    case ENVOI_TOKEN_DUE_ENDS:
      return _("The provider ends this permission then, whatever you do. With a client id of your "
               "own at Google this is so until you publish its project.");
    case ENVOI_TOKEN_DUE_UNUSED:
      return _("Only if no letter goes out before; each letter puts it off.");
    case ENVOI_TOKEN_DUE_UNKNOWN:
    default:
      return _("The provider does not say. It ends when you change your password there, or take "
               "the permission back.");
  }
}

static void
show_due (EnvoiAccountPage *self,
          EnvoiTokenHealth  health)
{
  g_autofree char *due = format_time (health.due_us);
  g_autofree char *words = due ? g_strdup_printf ("%s\n%s", due, get_due_words (health))
                               : g_strdup (get_due_words (health));

  add_fact (self, _("You Will Have to Sign In Again"), words);
}

static void
show_health (EnvoiAccountPage *self)
{
  EnvoiTokenHealth health = envoi_service_get_token_health (self->service, self->account);
  g_autofree char *needed = health.needed ? g_strjoinv ("\n", (char **) health.needed) : NULL;
  g_autofree char *signed_in = format_time (health.signed_in_us);
  g_autofree char *refreshed = format_time (health.refreshed_us);
  g_autofree char *access_ends = format_time (health.access_ends_us);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->health, 0)))
    gtk_list_box_remove (self->health, GTK_WIDGET (row));

  gtk_widget_set_visible (self->health_group,
                          *envoi_account_get_oauth_provider (self->account) != '\0');
  add_fact (self, _("Last Signed In"), signed_in ? signed_in : _("Not known"));
  add_fact (self, _("Last Renewed by Envoi"), refreshed ? refreshed : _("Not yet"));
  add_fact (self, _("Access in Hand Ends"),
            access_ends ? access_ends : _("None in hand; Envoi asks for it before it sends"));
  if (needed)
    add_fact (self, _("Permission That Sending Needs"), needed);
  if (health.refreshed_us > 0)
    add_fact (self, _("Permission That Was Given"),
              health.granted ? health.granted : _("As it was asked for"));
  if (health.refreshed_us > 0)
    show_due (self, health);
}

static void
show_account (EnvoiAccountPage *self)
{
  const char *reason = envoi_account_get_state_reason (self->account);
  EnvoiAccountState state = envoi_account_get_state (self->account);
  gboolean is_ready = state == ENVOI_ACCOUNT_READY && envoi_account_is_enabled (self->account);
  gboolean can_sign_in = state == ENVOI_ACCOUNT_NEEDS_SIGN_IN ||
                         state == ENVOI_ACCOUNT_KEYRING_TROUBLE ||
                         *envoi_account_get_oauth_provider (self->account) != '\0';

  adw_window_title_set_title (self->title, envoi_account_get_email (self->account));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state_row),
                                 envoi_account_row_get_words (self->account));
  adw_action_row_set_subtitle (self->state_row, is_ready || !reason ? "" : reason);
  gtk_image_set_from_icon_name (self->state_icon,
                                is_ready ? "object-select-symbolic" : "dialog-warning-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->state_icon), (const char *[]) {
    is_ready ? "success" : "warning", NULL
  });
  gtk_widget_set_visible (self->sign_in_button, can_sign_in);
  if (state == ENVOI_ACCOUNT_READY)
    gtk_widget_remove_css_class (self->sign_in_button, "suggested-action");
  else
    gtk_widget_add_css_class (self->sign_in_button, "suggested-action");
  gtk_button_set_label (GTK_BUTTON (self->sign_in_button),
                        state == ENVOI_ACCOUNT_READY ? _("_Sign In Again") : _("_Sign In"));
  gtk_switch_set_active (self->enabled, envoi_account_is_enabled (self->account));
  show_identities (self);
  show_health (self);
}

static void
journal_changed_cb (EnvoiAccountPage *self,
                    const char       *account_id)
{
  if (g_str_equal (account_id, envoi_account_get_id (self->account)))
    show_health (self);
}

static void
told_cb (EnvoiAccountPage *self,
         const char       *sentence)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence);
}

static void
drop_form (EnvoiAccountPage *self,
           GtkWidget        *form)
{
  gtk_stack_set_visible_child (self->stack, self->overview);
  gtk_stack_remove (self->stack, form);
}

static void
form_finished_cb (EnvoiAccountPage *self,
                  GtkWidget        *form)
{
  drop_form (self, form);
  show_account (self);
  gtk_widget_grab_focus (self->back_button);
}

/* @form: (transfer floating) */
static void
open_form (EnvoiAccountPage *self,
           GtkWidget        *form)
{
  g_signal_connect_object (form, "finished", G_CALLBACK (form_finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "told", G_CALLBACK (told_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_child (self->stack, form);
  envoi_compat_mend_parts (form);
  gtk_stack_set_visible_child (self->stack, form);
  gtk_widget_grab_focus (form);
}

static void
identity_activated_cb (EnvoiAccountPage *self,
                       GtkListBoxRow    *row)
{
  g_autoptr (EnvoiIdentity) identity =
    g_list_model_get_item (envoi_account_get_identities (self->account),
                           (guint) gtk_list_box_row_get_index (row));

  if (identity)
    open_form (self, envoi_identity_page_new (self->service, self->account, identity));
}

static void
add_identity_cb (EnvoiAccountPage *self)
{
  open_form (self, envoi_identity_page_new (self->service, self->account, NULL));
}

static void
settings_cb (EnvoiAccountPage *self)
{
  open_form (self, envoi_account_form_new (self->service, self->account));
}

static void
sign_in_cb (EnvoiAccountPage *self)
{
  GApplication *application = g_application_get_default ();
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  if (ENVOI_IS_APPLICATION (application))
    envoi_application_sign_in (ENVOI_APPLICATION (application), window, self->account);
}

static void
did_enable (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiAccountPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (!envoi_service_change_account_finish (ENVOI_SERVICE (source), result, &error)) {
    problem = envoi_problem_new (error);
    told_cb (self, problem->title);
  }

  if (self->account)
    show_account (self);
}

/* The switch moves when the file has it, not before. */
static gboolean
enabled_set_cb (EnvoiAccountPage *self,
                gboolean          is_on)
{
  if (is_on != envoi_account_is_enabled (self->account))
    envoi_service_change_account_async (self->service, self->account,
                                        is_on ? ENVOI_ACCOUNT_TURN_ON : ENVOI_ACCOUNT_TURN_OFF,
                                        NULL, did_enable, g_object_ref (self));

  gtk_switch_set_state (self->enabled, envoi_account_is_enabled (self->account));
  return GDK_EVENT_STOP;
}

/* It can be brought back for a while, so nobody is asked. */
static void
remove_cb (EnvoiAccountPage *self)
{
  g_signal_emit (self, signals[SIGNAL_REMOVED], 0);
}

static void
back_cb (EnvoiAccountPage *self)
{
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static gboolean
envoi_account_page_grab_focus (GtkWidget *widget)
{
  EnvoiAccountPage *self = ENVOI_ACCOUNT_PAGE (widget);
  GtkWidget *page = gtk_stack_get_visible_child (self->stack);

  return gtk_widget_grab_focus (page == self->overview ? self->back_button : page);
}

static void
envoi_account_page_dispose (GObject *object)
{
  EnvoiAccountPage *self = ENVOI_ACCOUNT_PAGE (object);

  g_clear_object (&self->account_signals);
  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_account_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, overview);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, state_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, enabled);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, identities);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, health_group);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountPage, health);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, enabled_set_cb);
  gtk_widget_class_bind_template_callback (widget_class, settings_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_identity_cb);
}

static void
envoi_account_page_class_init (EnvoiAccountPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_account_page_dispose;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_account_page_grab_focus;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-account-page.ui");
  bind_template (widget_class);

  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_Escape, 0, "finished", NULL);
}

static void
envoi_account_page_init (EnvoiAccountPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (self->identities, "row-activated", G_CALLBACK (identity_activated_cb),
                           self, G_CONNECT_SWAPPED);
  self->account_signals = g_signal_group_new (ENVOI_TYPE_ACCOUNT);
  g_signal_group_connect_swapped (self->account_signals, "notify", G_CALLBACK (show_account), self);
}

/**
 * envoi_account_page_new:
 * @service: the service
 * @account: one of its accounts
 *
 * Returns: (transfer floating): the page
 *
 * Thread: main
 */
GtkWidget *
envoi_account_page_new (EnvoiService *service,
                        EnvoiAccount *account)
{
  EnvoiAccountPage *self = g_object_new (ENVOI_TYPE_ACCOUNT_PAGE, NULL);

  self->service = g_object_ref (service);
  self->account = g_object_ref (account);
  g_signal_connect_object (service, "sign-ins-changed", G_CALLBACK (journal_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_group_set_target (self->account_signals, account);
  show_account (self);
  return GTK_WIDGET (self);
}

/**
 * envoi_account_page_get_account:
 * @self: a page
 *
 * Returns: (transfer none): whose page it is
 *
 * Thread: main
 */
EnvoiAccount *
envoi_account_page_get_account (EnvoiAccountPage *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT_PAGE (self), NULL);

  return self->account;
}
