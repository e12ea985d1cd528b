/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-check-list.h"
#include "envoi-compat.h"
#include "envoi-pin-dialog.h"

#include "envoi-account-pin.h"

#include <glib/gi18n.h>

/**
 * EnvoiCheckList:
 *
 * What an account check has come to, step by step.
 *
 * Thread: main
 */
struct _EnvoiCheckList {
  AdwBin parent_instance;

  EnvoiAccount          *account;      /* nullable */
  EnvoiCertificateFacts *refused;      /* nullable: of the last check */
  GtkListBox            *list;
  GPtrArray             *rows;         /* borrowed, one per shown step */
};

G_DEFINE_FINAL_TYPE (EnvoiCheckList, envoi_check_list, ADW_TYPE_BIN)

enum {
  SIGNAL_PINNED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Several phases of the protocol are one step for a person. */
static const struct {
  const char *phase;
  const char *words;
} steps[] = {
  { "dns", N_("Reach the server") },
  { "connect", N_("Reach the server") },
  { "tls", N_("Secure the connection") },
  { "greeting", N_("Speak with the server") },
  { "ehlo", N_("Speak with the server") },
  { "auth", N_("Sign in") },
  { "mail", N_("Permission to send") },
  { "rcpt", N_("Permission to send") },
  { "rset", N_("Permission to send") },
};

static const char *
find_words (const char *phase)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_str_equal (steps[i].phase, phase))
      return _(steps[i].words);

  return NULL;
}

static GtkWidget *
make_mark (EnvoiCheckState state)
{
  GtkWidget *mark;

  if (state == ENVOI_CHECK_RUNNING) {
    mark = gtk_spinner_new ();
    gtk_spinner_start (GTK_SPINNER (mark));
    return mark;
  }

  mark = gtk_image_new_from_icon_name (state == ENVOI_CHECK_PASSED ?
                                       "object-select-symbolic" : "dialog-error-symbolic");
  gtk_widget_add_css_class (mark, state == ENVOI_CHECK_PASSED ? "success" : "error");
  return mark;
}

static void
mark_row (GtkWidget       *row,
          EnvoiCheckState  state)
{
  static const char *const spoken[] = {
    [ENVOI_CHECK_RUNNING] = N_("being checked"),
    [ENVOI_CHECK_PASSED] = N_("passed"),
    [ENVOI_CHECK_FAILED] = N_("failed"),
  };
  GtkWidget *before = g_object_get_data (G_OBJECT (row), "mark");
  GtkWidget *mark = make_mark (state);

  if (before)
    adw_action_row_remove (ADW_ACTION_ROW (row), before);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), mark);
  g_object_set_data (G_OBJECT (row), "mark", mark);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(spoken[state]),
                                  -1);
}

static GtkWidget *
find_row (EnvoiCheckList *self,
          const char     *words)
{
  for (guint i = 0; i < self->rows->len; i++) {
    AdwPreferencesRow *row = g_ptr_array_index (self->rows, i);

    if (g_str_equal (adw_preferences_row_get_title (row), words))
      return GTK_WIDGET (row);
  }

  return NULL;
}

static GtkWidget *
add_row (EnvoiCheckList *self,
         const char     *words)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), words);
  /* More than there ever are; 0, for any number, lets Chinese among Latin run out of the row. */
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 20);
  g_ptr_array_add (self->rows, row);
  gtk_list_box_append (self->list, row);
  return row;
}

static void
accepted_cb (EnvoiCheckList *self)
{
  if (!self->account || !self->refused)
    return;

  envoi_account_pin (self->account, self->refused->key);
  g_signal_emit (self, signals[SIGNAL_PINNED], 0);
}

static void
pin_cb (EnvoiCheckList *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *dialog = envoi_pin_dialog_new (window, self->refused);

  g_signal_connect_object (dialog, "accepted", G_CALLBACK (accepted_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Whoever runs a public provider will renew its certificate; somebody who shows
 * another one there is never to be trusted. */
static gboolean
may_pin (EnvoiCheckList *self)
{
  g_autofree char *provider = NULL;

  if (!self->account || !self->refused || !*self->refused->key)
    return FALSE;

  g_object_get (self->account, "provider-id", &provider, NULL);
  return *provider == '\0';
}

static void
add_pin_row (EnvoiCheckList *self)
{
  GtkWidget *row = add_row (self, _("Is It Your Own Server?"));
  GtkWidget *button = gtk_button_new_with_mnemonic (_("Trust Its _Key…"));

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _("Its key can be trusted for this account alone."));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (pin_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
}

static char *
format_problem (const EnvoiProblem *problem)
{
  g_autofree char *text = g_strdup (problem->body ? problem->body : "");

  if (!problem->details || !*problem->details || g_str_equal (problem->details, text))
    return g_steal_pointer (&text);

  return g_strdup_printf ("%s\n%s", text, problem->details);
}

static void
envoi_check_list_dispose (GObject *object)
{
  EnvoiCheckList *self = ENVOI_CHECK_LIST (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->refused, envoi_certificate_facts_free);

  G_OBJECT_CLASS (envoi_check_list_parent_class)->dispose (object);
}

static void
envoi_check_list_finalize (GObject *object)
{
  g_ptr_array_unref (ENVOI_CHECK_LIST (object)->rows);

  G_OBJECT_CLASS (envoi_check_list_parent_class)->finalize (object);
}

static void
envoi_check_list_class_init (EnvoiCheckListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_check_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_check_list_finalize;

  signals[SIGNAL_PINNED] = g_signal_new ("pinned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-check-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiCheckList, list);
}

static void
envoi_check_list_init (EnvoiCheckList *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_check_list_set_account (EnvoiCheckList *self,
                              EnvoiAccount   *account)
{
  g_return_if_fail (ENVOI_IS_CHECK_LIST (self));

  g_set_object (&self->account, account);
}

void
envoi_check_list_clear (EnvoiCheckList *self)
{
  g_return_if_fail (ENVOI_IS_CHECK_LIST (self));

  for (guint i = 0; i < self->rows->len; i++)
    gtk_list_box_remove (self->list, g_ptr_array_index (self->rows, i));

  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->refused, envoi_certificate_facts_free);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
envoi_check_list_add_step (EnvoiCheckList  *self,
                           const char      *phase,
                           EnvoiCheckState  state)
{
  const char *words;
  GtkWidget *row;

  g_return_if_fail (ENVOI_IS_CHECK_LIST (self));

  words = find_words (phase);
  if (!words)
    return;

  row = find_row (self, words);
  mark_row (row ? row : add_row (self, words), state);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
envoi_check_list_finish (EnvoiCheckList     *self,
                         const EnvoiProblem *problem)
{
  GtkWidget *row;
  g_autofree char *text = NULL;

  g_return_if_fail (ENVOI_IS_CHECK_LIST (self));

  row = add_row (self, problem ? problem->title : _("Ready to send"));
  mark_row (row, problem ? ENVOI_CHECK_FAILED : ENVOI_CHECK_PASSED);
  if (problem) {
    text = format_problem (problem);
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  }
  if (problem && problem->certificate)
    self->refused = envoi_certificate_facts_copy (problem->certificate);
  if (may_pin (self))
    add_pin_row (self);

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  envoi_compat_announce (GTK_WIDGET (self), adw_preferences_row_get_title (
                           ADW_PREFERENCES_ROW (row)));
}
