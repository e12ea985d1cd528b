/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets.h"

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

gboolean
widget_spins (GtkWidget *from)
{
  gboolean spins = GTK_IS_SPINNER (from) && gtk_spinner_get_spinning (GTK_SPINNER (from));

  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !spins;
       child = gtk_widget_get_next_sibling (child))
    spins = widget_spins (child);

  return spins;
}
