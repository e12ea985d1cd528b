/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-editor-actions.h"

#include "envoi-picture-dialog.h"

/* The commands of the writing surface as actions, so that buttons, menus and
 * shortcuts need nothing but a name, and toggles follow the caret by themselves. */

typedef struct {
  const char *name;
  const char *command;   /* of the surface's envoi.command() */
  const char *type;      /* nullable: what the action takes */
  const char *state;     /* nullable: where it starts, GVariant text */
} Command;

static const Command commands[] = {
  { "bold", "bold", NULL, "false" },
  { "italic", "italic", NULL, "false" },
  { "underline", "underline", NULL, "false" },
  { "strike", "strikeThrough", NULL, "false" },
  { "bullet-list", "insertUnorderedList", NULL, "false" },
  { "number-list", "insertOrderedList", NULL, "false" },
  { "quote", "quote", NULL, "false" },
  { "direction", "direction", NULL, "false" },
  { "style", "style", "s", "'div'" },
  { "font", "fontName", "s", "''" },
  { "size", "fontSize", "s", "'3'" },
  { "align", "align", "s", "'left'" },
  { "color", "foreColor", "s", NULL },
  { "highlight", "hiliteColor", "s", NULL },
  { "indent", "indent", NULL, NULL },
  { "outdent", "outdent", NULL, NULL },
  { "clear", "removeFormat", NULL, NULL },
  { "unlink", "unlink", NULL, NULL },
  { "rule", "insertHorizontalRule", NULL, NULL },
  { "undo", "undo", NULL, NULL },
  { "redo", "redo", NULL, NULL },
};

static const char *const table_changes[] = {
  "add-row-above", "add-row", "add-column-before", "add-column", "remove-row", "remove-column",
  "toggle-header", "remove-table", NULL,
};

static const char *const picture_changes[] = {
  "picture-size", "describe-picture", NULL,
};

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  }

  return NULL;
}

static const char *
find_alignment (const char *name)
{
  static const char *const alignments[][2] = {
    { "left", "justifyLeft" },
    { "center", "justifyCenter" },
    { "right", "justifyRight" },
    { "full", "justifyFull" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (alignments); i++) {
    if (g_str_equal (alignments[i][0], name))
      return alignments[i][1];
  }

  return "justifyLeft";
}

static void
command_activated_cb (GSimpleAction *action,
                      GVariant      *parameter,
                      gpointer       editor)
{
  const Command *command = find_command (g_action_get_name (G_ACTION (action)));
  const char *value = parameter ? g_variant_get_string (parameter, NULL) : "";
  const char *name = command->command;

  if (g_str_equal (name, "align")) {
    name = find_alignment (value);
    value = "";
  }

  envoi_editor_call (editor, "command", g_variant_new ("(ss)", name, value));
}

static void
table_inserted_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       editor)
{
  gint rows, columns;

  g_variant_get (parameter, "(ii)", &rows, &columns);
  envoi_editor_call (editor, "insertTable", g_variant_new ("(ii)", rows, columns));
}

static void
table_changed_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       editor)
{
  envoi_editor_call (editor, "changeTable",
                     g_variant_new ("(s)", g_action_get_name (G_ACTION (action))));
}

static void
picture_sized_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       editor)
{
  envoi_editor_call (editor, "sizePicture",
                     g_variant_new ("(s)", g_variant_get_string (parameter, NULL)));
}

static void
describe_picture_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       editor)
{
  envoi_picture_dialog_open (editor);
}

static GSimpleAction *
create_action (const Command *command)
{
  g_autoptr (GVariantType) type = command->type ? g_variant_type_new (command->type) : NULL;
  g_autoptr (GVariant) state = NULL;

  if (!command->state)
    return g_simple_action_new (command->name, type);

  state = g_variant_parse (NULL, command->state, NULL, NULL, NULL);
  return g_simple_action_new_stateful (command->name, type, state);
}

static void
add_action (EnvoiEditor        *self,
            GSimpleActionGroup *actions,
            GSimpleAction      *action,
            GCallback           callback)
{
  g_signal_connect_object (action, "activate", callback, self, 0);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
}

/**
 * envoi_editor_add_actions:
 * @self: the surface that the actions work on
 * @actions: gets them
 *
 * Makes the actions. Toggles have a boolean state, choices a string state;
 * both change only by envoi_editor_apply_state(), which is the surface's answer.
 */
void
envoi_editor_add_actions (EnvoiEditor        *self,
                          GSimpleActionGroup *actions)
{
  g_autoptr (GSimpleAction) insert_table =
    g_simple_action_new ("insert-table", G_VARIANT_TYPE ("(ii)"));
  g_autoptr (GSimpleAction) picture_size =
    g_simple_action_new ("picture-size", G_VARIANT_TYPE_STRING);
  g_autoptr (GSimpleAction) describe = g_simple_action_new ("describe-picture", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    g_autoptr (GSimpleAction) action = create_action (&commands[i]);

    add_action (self, actions, action, G_CALLBACK (command_activated_cb));
  }

  add_action (self, actions, insert_table, G_CALLBACK (table_inserted_cb));
  add_action (self, actions, picture_size, G_CALLBACK (picture_sized_cb));
  add_action (self, actions, describe, G_CALLBACK (describe_picture_cb));

  for (guint i = 0; table_changes[i]; i++) {
    g_autoptr (GSimpleAction) action = g_simple_action_new (table_changes[i], NULL);

    add_action (self, actions, action, G_CALLBACK (table_changed_cb));
  }
}

static GSimpleAction *
lookup (GSimpleActionGroup *actions,
        const char         *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (actions), name));
}

static void
apply_command_state (GSimpleActionGroup *actions,
                     const Command      *command,
                     JSCValue           *state)
{
  g_autoptr (JSCValue) value = envoi_web.jsc_value_object_get_property (state, command->name);
  g_autofree char *text = NULL;

  if (envoi_web.jsc_value_is_boolean (value)) {
    g_simple_action_set_state (lookup (actions, command->name),
                               g_variant_new_boolean (envoi_web.jsc_value_to_boolean (value)));
    return;
  }

  text = envoi_web.jsc_value_to_string (value);
  g_simple_action_set_state (lookup (actions, command->name), g_variant_new_string (text));
}

static gboolean
get_boolean (JSCValue   *state,
             const char *name)
{
  g_autoptr (JSCValue) value = envoi_web.jsc_value_object_get_property (state, name);

  return envoi_web.jsc_value_to_boolean (value);
}

static void
enable_all (GSimpleActionGroup *actions,
            const char *const  *names,
            gboolean            is_enabled)
{
  for (guint i = 0; names[i]; i++)
    g_simple_action_set_enabled (lookup (actions, names[i]), is_enabled);
}

void
envoi_editor_apply_state (GSimpleActionGroup *actions,
                          JSCValue           *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (commands[i].state)
      apply_command_state (actions, &commands[i], state);
  }

  g_simple_action_set_enabled (lookup (actions, "undo"), get_boolean (state, "can-undo"));
  g_simple_action_set_enabled (lookup (actions, "redo"), get_boolean (state, "can-redo"));
  g_simple_action_set_enabled (lookup (actions, "unlink"), get_boolean (state, "link"));
  enable_all (actions, table_changes, get_boolean (state, "table"));
  enable_all (actions, picture_changes, get_boolean (state, "picture"));
}

void
envoi_editor_enable_actions (GSimpleActionGroup *actions,
                             gboolean            is_enabled)
{
  static const char *const others[] = { "undo", "redo", "unlink", NULL };
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (actions));

  for (guint i = 0; names[i]; i++) {
    gboolean follows_caret = g_strv_contains (table_changes, names[i]) ||
                             g_strv_contains (picture_changes, names[i]) ||
                             g_strv_contains (others, names[i]);

    g_simple_action_set_enabled (lookup (actions, names[i]), is_enabled && !follows_caret);
  }
}
