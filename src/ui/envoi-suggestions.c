/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-suggestions.h"

#include "envoi-address.h"
#include "envoi-group.h"

#include <glib/gi18n.h>

#define MAX_SHOWN 6

/**
 * EnvoiSuggestions:
 *
 * A short list that a person may use or type past. It never takes the focus and
 * nothing is chosen for a whole address.
 *
 * Thread: main
 */
struct _EnvoiSuggestions {
  GtkPopover parent_instance;

  GtkListBox *list;
  EnvoiPeople *known;     /* nullable */
};

G_DEFINE_FINAL_TYPE (EnvoiSuggestions, envoi_suggestions, GTK_TYPE_POPOVER)

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
choose (EnvoiSuggestions *self,
        GtkListBoxRow    *row)
{
  g_autofree char *text = g_strdup (g_object_get_data (G_OBJECT (row), "text"));

  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[CHOSEN], 0, text);
}

static void
row_activated_cb (GtkListBox       *list,
                  GtkListBoxRow    *row,
                  EnvoiSuggestions *self)
{
  choose (self, row);
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* What stands below the name: a mailbox, or how many a group has. @name: nullable then */
static char *
describe (const char  *text,
          char       **name)
{
  g_autoptr (GPtrArray) people = envoi_address_parse_list (text, NULL);
  EnvoiAddress *address = people && people->len == 1 ? g_ptr_array_index (people, 0) : NULL;
  guint n = people ? people->len : 0;

  *name = envoi_group_dup_name (text);
  if (*name)
    /* Translators: of a group of people in the address book */
    return g_strdup_printf (ngettext ("%u person", "%u people", n), n);

  *name = address ? g_strdup (envoi_address_get_name (address)) : NULL;
  return g_strdup (address ? envoi_address_get_mailbox (address) : text);
}

static GtkWidget *
create_row (const char *text)
{
  g_autofree char *name = NULL;
  g_autofree char *mailbox = describe (text, &name);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_box_append (GTK_BOX (box), create_label (name ? name : mailbox, NULL));
  if (name)
    gtk_box_append (GTK_BOX (box), create_label (mailbox, "dim-label"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_can_focus (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_object_set_data_full (G_OBJECT (row), "text", g_strdup (text), g_free);
  return row;
}

static void
envoi_suggestions_finalize (GObject *object)
{
  g_clear_pointer (&ENVOI_SUGGESTIONS (object)->known, envoi_people_unref);

  G_OBJECT_CLASS (envoi_suggestions_parent_class)->finalize (object);
}

static void
envoi_suggestions_class_init (EnvoiSuggestionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_suggestions_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_SUGGESTIONS, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
envoi_suggestions_init (EnvoiSuggestions *self)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_SINGLE);
  gtk_widget_set_can_focus (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("People you wrote to"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->list));
  gtk_popover_set_autohide (GTK_POPOVER (self), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self), GTK_POS_BOTTOM);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_can_focus (GTK_WIDGET (self), FALSE);
}

GtkWidget *
envoi_suggestions_new (void)
{
  return g_object_new (ENVOI_TYPE_SUGGESTIONS, NULL);
}

void
envoi_suggestions_set_known (EnvoiSuggestions *self,
                             EnvoiPeople      *known)
{
  g_return_if_fail (ENVOI_IS_SUGGESTIONS (self));

  envoi_people_ref (known);
  g_clear_pointer (&self->known, envoi_people_unref);
  self->known = known;
}

void
envoi_suggestions_update (EnvoiSuggestions *self,
                          const char       *typed)
{
  g_auto (GStrv) found = NULL;
  GtkWidget *row;

  g_return_if_fail (ENVOI_IS_SUGGESTIONS (self));

  found = self->known ? envoi_people_match (self->known, typed, MAX_SHOWN) : g_new0 (char *, 1);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))))
    gtk_list_box_remove (self->list, row);

  for (guint i = 0; found[i]; i++)
    gtk_list_box_append (self->list, create_row (found[i]));

  if (!found[0]) {
    gtk_popover_popdown (GTK_POPOVER (self));
    return;
  }

  /* Enter after a whole address means that address. */
  if (!envoi_address_check_mailbox (typed, NULL))
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  gtk_popover_popup (GTK_POPOVER (self));
}

static void
move_selection (EnvoiSuggestions *self,
                int               step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row ? gtk_list_box_row_get_index (row) + step : 0;

  row = gtk_list_box_get_row_at_index (self->list, MAX (0, index));
  if (row)
    gtk_list_box_select_row (self->list, row);
}

gboolean
envoi_suggestions_handle_key (EnvoiSuggestions *self,
                              guint             keyval)
{
  GtkListBoxRow *row;

  g_return_val_if_fail (ENVOI_IS_SUGGESTIONS (self), FALSE);

  if (!gtk_widget_get_visible (GTK_WIDGET (self)))
    return FALSE;

  row = gtk_list_box_get_selected_row (self->list);
  switch (keyval) {
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      move_selection (self, keyval == GDK_KEY_Up ? -1 : 1);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_Tab:
      if (row)
        choose (self, row);
      return row != NULL;
    case GDK_KEY_Escape:
      gtk_popover_popdown (GTK_POPOVER (self));
      return TRUE;
    default:
      return FALSE;
  }
}
