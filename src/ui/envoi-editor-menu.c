/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-editor-menu.h"

#include <glib/gi18n.h>

/* The context menu of the writing surface: what can be done with the link, the
 * table or the picture under the pointer. */

typedef struct {
  const char *label;
  const char *action;
  const char *target;   /* nullable */
} Item;

static const Item table_items[] = {
  { N_("Add Row _Above"), "add-row-above", NULL },
  { N_("Add Row _Below"), "add-row", NULL },
  { N_("Add Column Be_fore"), "add-column-before", NULL },
  { N_("Add Column Af_ter"), "add-column", NULL },
  { N_("_Heading Row"), "toggle-header", NULL },
  { N_("Remove _Row"), "remove-row", NULL },
  { N_("Remove _Column"), "remove-column", NULL },
  { N_("Remove Tab_le"), "remove-table", NULL },
};

static const Item size_items[] = {
  { N_("_Small"), "picture-size", "small" },
  { N_("_Medium"), "picture-size", "medium" },
  { N_("_Large"), "picture-size", "large" },
  { N_("_Original Size"), "picture-size", "original" },
};

static WebKitContextMenuItem *
create_item (GSimpleActionGroup *actions,
             const Item         *item)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (actions), item->action);
  GVariant *target = item->target ? g_variant_new_string (item->target) : NULL;

  return envoi_web.webkit_context_menu_item_new_from_gaction (action, _(item->label), target);
}

static void
append_submenu (WebKitContextMenu  *menu,
                const char         *label,
                GSimpleActionGroup *actions,
                const Item         *items,
                guint               n_items)
{
  WebKitContextMenu *submenu = envoi_web.webkit_context_menu_new ();

  for (guint i = 0; i < n_items; i++)
    envoi_web.webkit_context_menu_append (submenu, create_item (actions, &items[i]));
  envoi_web.webkit_context_menu_append (
    menu, envoi_web.webkit_context_menu_item_new_with_submenu (label, submenu));
}

static void
ask_window_cb (GSimpleAction *action,
               GVariant      *parameter,
               GtkWidget     *editor)
{
  gtk_widget_activate_action (editor, g_action_get_name (G_ACTION (action)), NULL);
}

/* The window's own actions are looked up by name where the menu takes objects. */
static void
append_window_item (WebKitContextMenu *menu,
                    GtkWidget         *editor,
                    const char        *label,
                    const char        *name)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (ask_window_cb), editor, 0);
  envoi_web.webkit_context_menu_append (
    menu, envoi_web.webkit_context_menu_item_new_from_gaction (G_ACTION (action), label, NULL));
}

static void
append_separator (WebKitContextMenu *menu)
{
  if (envoi_web.webkit_context_menu_get_n_items (menu) > 0)
    envoi_web.webkit_context_menu_append (
      menu, envoi_web.webkit_context_menu_item_new_separator ());
}

void
envoi_editor_menu_fill (WebKitContextMenu  *menu,
                        GtkWidget          *editor,
                        GSimpleActionGroup *actions,
                        EnvoiEditorTarget   target)
{
  static const Item describe = { N_("_Describe Picture…"), "describe-picture", NULL };
  static const Item unlink = { N_("_Remove Link"), "unlink", NULL };

  append_window_item (menu, editor, _("Paste _Without Formatting"), "composer.paste-text");
  if (target == 0)
    return;

  append_separator (menu);
  if (target & ENVOI_EDITOR_LINK) {
    append_window_item (menu, editor, _("_Edit Link…"), "composer.link");
    envoi_web.webkit_context_menu_append (menu, create_item (actions, &unlink));
  }
  if (target & ENVOI_EDITOR_PICTURE) {
    append_submenu (menu, _("Picture Si_ze"), actions, size_items, G_N_ELEMENTS (size_items));
    envoi_web.webkit_context_menu_append (menu, create_item (actions, &describe));
  }
  if (target & ENVOI_EDITOR_TABLE)
    append_submenu (menu, _("_Table"), actions, table_items, G_N_ELEMENTS (table_items));
}
