/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-spelling.h"

#include "envoi-web.h"

#include <enchant.h>
#include <glib/gi18n.h>
#include <string.h>

#define CHECK_KEY "check-spelling"
#define LANGUAGES_KEY "spelling-languages"
#define ACTION_PREFIX "language-"

/* The name comes from the script engine's tables. */
#define NAME_SCRIPT \
  "(code, locale) => new Intl.DisplayNames([locale, 'en'], { type: 'language' }).of(code)"

static void
add_dictionary_cb (const char *code,
                   const char *provider,
                   const char *description,
                   const char *file,
                   void       *codes)
{
  /* One dictionary can be there twice, and some are for variants nobody chooses. */
  if (strlen (code) <= strlen ("xxx_XX") && strcspn (code, "-.@") == strlen (code))
    g_hash_table_add (codes, g_strdup (code));
}

static int
compare_codes (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
envoi_spelling_list_installed (void)
{
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *sorted = g_ptr_array_new ();
  EnchantBroker *broker = enchant_broker_init ();
  GHashTableIter iter;
  gpointer code;

  enchant_broker_list_dicts (broker, add_dictionary_cb, codes);
  enchant_broker_free (broker);

  g_hash_table_iter_init (&iter, codes);
  while (g_hash_table_iter_next (&iter, &code, NULL))
    g_ptr_array_add (sorted, g_strdup (code));
  g_ptr_array_sort (sorted, compare_codes);
  g_ptr_array_add (sorted, NULL);
  return (GStrv) g_ptr_array_free (sorted, FALSE);
}

/* "en_GB" asks for itself; "en" for any English there is. */
static gboolean
is_wanted (const char        *code,
           const char *const *wanted)
{
  for (guint i = 0; wanted[i]; i++) {
    gsize length = strlen (wanted[i]);

    if (g_str_equal (code, wanted[i]) ||
        (!strchr (wanted[i], '_') && strncmp (code, wanted[i], length) == 0 &&
         (code[length] == '_' || code[length] == '\0')))
      return TRUE;
  }

  return FALSE;
}

/* "en_US" as a wish stands before "en": the wider one is only a way out. */
static GStrv
filter_installed (const char *const *wanted,
                  gboolean           is_narrow)
{
  g_auto (GStrv) installed = envoi_spelling_list_installed ();
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();

  for (guint i = 0; installed[i]; i++) {
    if (is_narrow ? g_strv_contains (wanted, installed[i]) : is_wanted (installed[i], wanted))
      g_strv_builder_add (chosen, installed[i]);
  }

  return g_strv_builder_end (chosen);
}

GStrv
envoi_spelling_list_chosen (GSettings *settings)
{
  g_auto (GStrv) chosen = g_settings_get_strv (settings, LANGUAGES_KEY);
  const char *const *desktop = g_get_language_names ();
  g_auto (GStrv) narrow = NULL;

  if (!g_settings_get_boolean (settings, CHECK_KEY))
    return g_new0 (char *, 1);
  if (*chosen)
    return filter_installed ((const char *const *) chosen, TRUE);

  narrow = filter_installed (desktop, TRUE);
  return *narrow ? g_steal_pointer (&narrow) : filter_installed (desktop, FALSE);
}

char *
envoi_spelling_name_language (const char *code)
{
  g_autoptr (JSCContext) context = envoi_web.jsc_context_new ();
  g_autoptr (JSCValue) function = envoi_web.jsc_context_evaluate (context, NAME_SCRIPT, -1);
  g_autofree char *tag = g_strdelimit (g_strdup (code), "_", '-');
  /* Translators: the code of your own language, with hyphens, as in "zh-Hans" or "pt-BR". */
  const char *locale = C_("language code", "en");
  g_autoptr (JSCValue) name =
    envoi_web.jsc_value_function_call (function, G_TYPE_STRING, tag, G_TYPE_STRING, locale,
                                       G_TYPE_NONE);

  if (!name || envoi_web.jsc_context_get_exception (context) ||
      !envoi_web.jsc_value_is_string (name))
    return g_strdup (code);

  return envoi_web.jsc_value_to_string (name);
}

static void
change_language_cb (GSimpleAction *action,
                    GVariant      *value,
                    GSettings     *settings)
{
  const char *code = g_action_get_name (G_ACTION (action)) + strlen (ACTION_PREFIX);
  g_auto (GStrv) before = envoi_spelling_list_chosen (settings);
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i]; i++) {
    if (!g_str_equal (before[i], code))
      g_strv_builder_add (chosen, before[i]);
  }
  if (g_variant_get_boolean (value))
    g_strv_builder_add (chosen, code);
  after = g_strv_builder_end (chosen);

  /* The last one off is no checking at all, or the desktop's would come back. */
  g_settings_set_boolean (settings, CHECK_KEY, *after != NULL);
  g_settings_set_strv (settings, LANGUAGES_KEY, (const char *const *) after);
}

static void
follow_settings (GSimpleActionGroup *actions,
                 const char         *key,
                 GSettings          *settings)
{
  g_auto (GStrv) chosen = envoi_spelling_list_chosen (settings);
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (actions));

  for (guint i = 0; names[i]; i++) {
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (actions), names[i]);

    if (g_str_has_prefix (names[i], ACTION_PREFIX))
      g_simple_action_set_state (G_SIMPLE_ACTION (action),
                                 g_variant_new_boolean (g_strv_contains (
                                                          (const char *const *) chosen,
                                                          names[i] + strlen (ACTION_PREFIX))));
  }
}

GActionGroup *
envoi_spelling_create_actions (GSettings *settings)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GAction) check = g_settings_create_action (settings, CHECK_KEY);
  g_auto (GStrv) installed = envoi_spelling_list_installed ();

  g_action_map_add_action (G_ACTION_MAP (actions), check);
  for (guint i = 0; installed[i]; i++) {
    g_autofree char *name = g_strconcat (ACTION_PREFIX, installed[i], NULL);
    g_autoptr (GSimpleAction) action =
      g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (FALSE));

    g_signal_connect_object (action, "change-state", G_CALLBACK (change_language_cb), settings, 0);
    g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
  }

  follow_settings (actions, NULL, settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (follow_settings), actions,
                           G_CONNECT_SWAPPED);
  return G_ACTION_GROUP (g_steal_pointer (&actions));
}

GMenuModel *
envoi_spelling_create_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) languages = g_menu_new ();
  g_auto (GStrv) installed = envoi_spelling_list_installed ();

  g_menu_append (menu, _("_Check Spelling"), "spelling." CHECK_KEY);
  for (guint i = 0; installed[i]; i++) {
    g_autofree char *name = envoi_spelling_name_language (installed[i]);
    g_autofree char *action = g_strconcat ("spelling." ACTION_PREFIX, installed[i], NULL);

    g_menu_append (languages, name, action);
  }
  if (!*installed)
    g_menu_append (languages, _("No dictionaries are installed"), "spelling.none");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (languages));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}
