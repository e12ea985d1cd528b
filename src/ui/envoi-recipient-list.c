/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-list.h"

#include <glib/gi18n.h>

/**
 * EnvoiRecipientList:
 *
 * What the server said of each recipient of a letter.
 *
 * Thread: main
 */
struct _EnvoiRecipientList {
  AdwBin parent_instance;

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (EnvoiRecipientList, envoi_recipient_list, ADW_TYPE_BIN)

typedef struct {
  const char *icon;
  const char *style;
  const char *words;
} Look;

static const Look looks[] = {
  [ENVOI_RECIPIENT_PENDING] = { "content-loading-symbolic", "dim-label", N_("not tried yet") },
  [ENVOI_RECIPIENT_ACCEPTED] = { "object-select-symbolic", "success", N_("accepted") },
  [ENVOI_RECIPIENT_DEFERRED] = { "view-refresh-symbolic", "warning", N_("tried again later") },
  [ENVOI_RECIPIENT_REFUSED] = { "dialog-error-symbolic", "error", N_("refused") },
  [ENVOI_RECIPIENT_UNKNOWN] = { "dialog-question-symbolic", "warning", N_("not known") },
  [ENVOI_RECIPIENT_RETURNED] = { "edit-undo-symbolic", "error", N_("came back") },
  [ENVOI_RECIPIENT_DELAYED] = { "alarm-symbolic", "warning", N_("delayed on its way") },
  [ENVOI_RECIPIENT_DELIVERED] = { "mail-read-symbolic", "success", N_("delivered") },
};

/* While nobody was asked there is nothing to say, and when everybody accepted the
 * state card has said it. */
static gboolean
has_news (const EnvoiLetterRecord *letter)
{
  gboolean is_sent = letter->state == ENVOI_LETTER_SENT;

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (is_sent ? recipient->state != ENVOI_RECIPIENT_ACCEPTED
                        : recipient->state != ENVOI_RECIPIENT_PENDING)
      return TRUE;
  }

  return FALSE;
}

static char *
format_reply (const EnvoiRecipientRecord *recipient)
{
  const char *words = _(looks[recipient->state].words);

  if (recipient->state == ENVOI_RECIPIENT_ACCEPTED || !recipient->text || !*recipient->text)
    return g_strdup (words);

  /* Translators: the result for one recipient and the server's own words, as
   * in "refused: no such mailbox" */
  return g_strdup_printf (_("%s: %s"), words, recipient->text);
}

static GtkWidget *
make_row (const EnvoiRecipientRecord *recipient)
{
  const Look *look = &looks[recipient->state];
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (look->icon);
  g_autofree char *reply = format_reply (recipient);

  gtk_widget_add_css_class (icon, look->style);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), recipient->address);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), reply);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, recipient->address,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, reply,
                                  -1);
  return row;
}

static void
envoi_recipient_list_class_init (EnvoiRecipientListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-recipient-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiRecipientList, list);
}

static void
envoi_recipient_list_init (EnvoiRecipientList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_recipient_list_show (EnvoiRecipientList      *self,
                           const EnvoiLetterRecord *letter)
{
  GtkWidget *row;

  g_return_if_fail (ENVOI_IS_RECIPIENT_LIST (self));

  while ((row = GTK_WIDGET (gtk_list_box_get_row_at_index (self->list, 0))))
    gtk_list_box_remove (self->list, row);

  gtk_widget_set_visible (GTK_WIDGET (self), has_news (letter));
  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++)
    gtk_list_box_append (self->list, make_row (g_ptr_array_index (letter->recipients, i)));
}
