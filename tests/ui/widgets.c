/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets.h"

#include "envoi-test.h"

#include <string.h>

GtkWidget *
widget_find (GtkWidget *from,
             GType      type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (from, type) ? from : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = widget_find (child, type);

  return found;
}

static gboolean
is_label_with (GtkWidget  *widget,
               const char *words)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), words);
}

gboolean
widget_says (GtkWidget  *from,
             const char *words)
{
  gboolean says;

  if (!gtk_widget_get_mapped (from))
    return FALSE;

  says = is_label_with (from, words);
  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !says;
       child = gtk_widget_get_next_sibling (child))
    says = widget_says (child, words);

  return says;
}

typedef struct {
  GtkWidget *widget;
  const char *words;
} Wanted;

static gboolean
is_said (gpointer data)
{
  Wanted *wanted = data;

  return widget_says (wanted->widget, wanted->words);
}

void
widget_wait_for_words (GtkWidget  *from,
                       const char *words)
{
  Wanted wanted = { from, words };

  g_test_message ("waiting for “%s”", words);
  envoi_test_wait_until (is_said, &wanted);
}

static gboolean
is_button_with (GtkWidget  *widget,
                const char *label)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
         g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

gboolean
widget_press (GtkWidget  *from,
              const char *label)
{
  if (is_button_with (from, label)) {
    /* It may be gone after that. */
    g_signal_emit_by_name (from, "clicked");
    return TRUE;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (from); child;
       child = gtk_widget_get_next_sibling (child))
    if (widget_press (child, label))
      return TRUE;

  return FALSE;
}

gboolean
widget_spins (GtkWidget *from)
{
  gboolean spins = GTK_IS_SPINNER (from) && gtk_spinner_get_spinning (GTK_SPINNER (from));

  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !spins;
       child = gtk_widget_get_next_sibling (child))
    spins = widget_spins (child);

  return spins;
}
