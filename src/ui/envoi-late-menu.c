/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-late-menu.h"

#include "envoi-compat.h"

static void
wanted_cb (GtkMenuButton *button,
           gpointer       model)
{
  if (gtk_menu_button_get_popover (button))
    return;

  gtk_menu_button_set_menu_model (button, model);
  envoi_compat_mend_parts (GTK_WIDGET (gtk_menu_button_get_popover (button)));
}

void
envoi_late_menu_attach (GtkMenuButton *button,
                        GMenuModel    *model)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (G_IS_MENU_MODEL (model));

  gtk_menu_button_set_create_popup_func (button, wanted_cb, g_object_ref (model), g_object_unref);
}
