/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-gradual-list.h"
#include "envoi-letter-cell.h"
#include "envoi-letter-list.h"

#include <glib/gi18n.h>

/**
 * EnvoiLetterList:
 *
 * The letters of one folder or those that a search has found, or the words
 * that belong to an empty list.
 *
 * Thread: main
 */
struct _EnvoiLetterList {
  AdwBin parent_instance;

  EnvoiOutbox        *outbox;
  EnvoiFolder folder;
  GListStore         *hits;         /* of a search, NULL = the folder is shown */
  GHashTable         *excerpts;     /* EnvoiLetter -> its excerpt, of a search */
  char               *words;        /* what was searched for */
  EnvoiLetter        *wanted;       /* to be selected when its row is there */
  guint tick_id;
  gboolean is_swapping;             /* one list for another, with none in between */
  gboolean is_new;                  /* there are accounts, and none but the practice one */

  GtkStack           *stack;
  GtkListView        *list;
  GtkListItemFactory *factory;
  EnvoiGradualList   *rows;
  GtkSingleSelection *selection;
  AdwStatusPage      *empty;
  GtkWidget          *add_button;
  GtkButton          *write_button;
};

G_DEFINE_FINAL_TYPE (EnvoiLetterList, envoi_letter_list, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ONE_CLICK,
  N_PROPS,
};

enum {
  SIGNAL_CHOSEN,
  SIGNAL_ACTIVATED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* What will be in an empty folder, and whether writing a letter gets it there. */
static const struct {
  const char *icon;
  const char *title;
  const char *description;
  gboolean has_button;
} empty_words[ENVOI_N_FOLDERS] = {
  [ENVOI_FOLDER_DRAFTS] = {
    "document-edit-symbolic", N_("No Drafts"),
    N_("What you write is kept here by itself until you send it."), TRUE,
  },
  [ENVOI_FOLDER_OUTBOX] = {
    "envoi-outbox-symbolic", N_("Nothing on Its Way"),
    N_("Letters stay here from the moment you send them until the server has them."), TRUE,
  },
  [ENVOI_FOLDER_ATTENTION] = {
    "object-select-symbolic", N_("Nothing Needs You"),
    N_("If a letter cannot be sent, it is kept here with the reason and what to do."), FALSE,
  },
  [ENVOI_FOLDER_SCHEDULED] = {
    "alarm-symbolic", N_("Nothing Scheduled"),
    N_("Letters that you send later wait here for their time."), FALSE,
  },
  [ENVOI_FOLDER_SENT] = {
    "envoi-sent-symbolic", N_("Nothing Sent Yet"),
    N_("Letters come here when the server has confirmed them."), TRUE,
  },
  [ENVOI_FOLDER_TEMPLATES] = {
    "document-new-symbolic", N_("No Templates"),
    N_("Write a letter and choose “Save as Template” in the menu beside Send. {{name}}, {{first name}} "
       "and {{date}} are filled in for each recipient."), TRUE,
  },
};

/* The first start begins in the outbox: there is nothing to say of it yet, but of the program. */
static gboolean
is_welcome (EnvoiLetterList *self)
{
  return self->is_new && self->folder == ENVOI_FOLDER_OUTBOX;
}

static void
show_welcome (EnvoiLetterList *self)
{
  adw_status_page_set_icon_name (self->empty, ENVOI_DESKTOP_ID);
  adw_status_page_set_title (self->empty, _("Welcome to Envoi"));
  adw_status_page_set_description (self->empty,
                                   _("Write a letter, press Send, and always know what became of it.\n\n"
                                     "Add the account you send from. Or try it first: a practice letter "
                                     "arrives in the practice inbox and never leaves this computer."));
  gtk_button_set_label (self->write_button, _("_Write a Practice Letter"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->write_button), "app.new-practice-letter");
  gtk_widget_set_visible (GTK_WIDGET (self->write_button), TRUE);
}

static void
show_empty_words (EnvoiLetterList *self)
{
  if (is_welcome (self)) {
    show_welcome (self);
    return;
  }

  adw_status_page_set_icon_name (self->empty, empty_words[self->folder].icon);
  adw_status_page_set_title (self->empty, _(empty_words[self->folder].title));
  adw_status_page_set_description (self->empty, _(empty_words[self->folder].description));
  gtk_button_set_label (self->write_button, _("_Write a Letter"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->write_button), "app.new-letter");
  gtk_widget_set_visible (GTK_WIDGET (self->write_button), empty_words[self->folder].has_button);
}

/* Whoever has no account of his own is offered one wherever nothing is yet. */
static void
accounts_changed_cb (EnvoiLetterList *self,
                     guint            position,
                     guint            removed,
                     guint            added,
                     GListModel      *accounts)
{
  gboolean has_own = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    has_own = has_own || !envoi_account_is_practice (account);
  }

  self->is_new = !has_own;
  gtk_widget_set_visible (self->add_button, !has_own);
  show_empty_words (self);
}

static gboolean
find_position (EnvoiLetterList *self,
               EnvoiLetter     *letter,
               guint           *position)
{
  if (self->hits)
    return g_list_store_find (self->hits, letter, position);

  return self->outbox && envoi_outbox_find_position (self->outbox, self->folder, letter, position);
}

static void
select_wanted (EnvoiLetterList *self)
{
  g_autoptr (EnvoiLetter) letter = g_steal_pointer (&self->wanted);
  guint position;

  if (letter && find_position (self, letter, &position))
    gtk_single_selection_set_selected (self->selection, position);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  EnvoiLetterList *self = ENVOI_LETTER_LIST (widget);

  envoi_gradual_list_add_more (self->rows);
  if (envoi_gradual_list_has_more (self->rows))
    return G_SOURCE_CONTINUE;

  select_wanted (self);
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
has_more_cb (EnvoiLetterList *self)
{
  if (envoi_gradual_list_has_more (self->rows) && !self->tick_id)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
setup_cb (EnvoiLetterList *self,
          GtkListItem     *item)
{
  gtk_list_item_set_child (item, envoi_letter_cell_new ());
}

static void
bind_cb (EnvoiLetterList *self,
         GtkListItem     *item)
{
  EnvoiLetter *letter = gtk_list_item_get_item (item);

  envoi_letter_cell_set_letter (ENVOI_LETTER_CELL (gtk_list_item_get_child (item)), letter,
                                self->words, g_hash_table_lookup (self->excerpts, letter));
}

static void
unbind_cb (EnvoiLetterList *self,
           GtkListItem     *item)
{
  envoi_letter_cell_set_letter (ENVOI_LETTER_CELL (gtk_list_item_get_child (item)), NULL, NULL,
                                NULL);
}

static void
show_page (EnvoiLetterList *self)
{
  const char *page = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    page = self->words ? "no-results" : "empty";

  gtk_stack_set_visible_child_name (self->stack, page);
}

static void
items_changed_cb (EnvoiLetterList *self)
{
  if (!self->is_swapping)
    show_page (self);
}

static void
selected_cb (EnvoiLetterList *self)
{
  /* Whoever chooses another one meanwhile has chosen. */
  if (gtk_single_selection_get_selected_item (self->selection))
    g_clear_object (&self->wanted);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0,
                 gtk_single_selection_get_selected_item (self->selection));
}

static void
activated_cb (EnvoiLetterList *self,
              guint            position)
{
  g_autoptr (EnvoiLetter) letter = NULL;

  letter = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, letter);
}

static void
envoi_letter_list_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  EnvoiLetterList *self = ENVOI_LETTER_LIST (object);

  switch (property_id) {
    case PROP_ONE_CLICK:
      g_value_set_boolean (value, gtk_list_view_get_single_click_activate (self->list));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_letter_list_set_property (GObject      *object,
                                guint         property_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  EnvoiLetterList *self = ENVOI_LETTER_LIST (object);

  switch (property_id) {
    case PROP_ONE_CLICK:
      gtk_list_view_set_single_click_activate (self->list, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_letter_list_dispose (GObject *object)
{
  EnvoiLetterList *self = ENVOI_LETTER_LIST (object);

  if (self->tick_id)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_object (&self->outbox);
  g_clear_object (&self->hits);
  g_clear_object (&self->wanted);

  G_OBJECT_CLASS (envoi_letter_list_parent_class)->dispose (object);
}

static void
envoi_letter_list_finalize (GObject *object)
{
  EnvoiLetterList *self = ENVOI_LETTER_LIST (object);

  g_hash_table_unref (self->excerpts);
  g_free (self->words);

  G_OBJECT_CLASS (envoi_letter_list_parent_class)->finalize (object);
}

static void
envoi_letter_list_class_init (EnvoiLetterListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_letter_list_get_property;
  object_class->set_property = envoi_letter_list_set_property;
  object_class->dispose = envoi_letter_list_dispose;
  object_class->finalize = envoi_letter_list_finalize;

  properties[PROP_ONE_CLICK] =
    g_param_spec_boolean ("one-click", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, ENVOI_TYPE_LETTER);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                            ENVOI_TYPE_LETTER);

  g_type_ensure (ENVOI_TYPE_GRADUAL_LIST);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-letter-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, factory);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, rows);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, selection);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, empty);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, add_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterList, write_button);
  gtk_widget_class_bind_template_callback (widget_class, has_more_cb);
  gtk_widget_class_bind_template_callback (widget_class, items_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
envoi_letter_list_init (EnvoiLetterList *self)
{
  self->excerpts = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* With a selection the models would look for its letter in all rows of the new one. */
static void
show_model (EnvoiLetterList *self,
            GListModel      *letters)
{
  g_clear_object (&self->wanted);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->is_swapping = TRUE;
  envoi_gradual_list_set_model (self->rows, letters);
  self->is_swapping = FALSE;
  show_page (self);
}

void
envoi_letter_list_set_outbox (EnvoiLetterList *self,
                              EnvoiOutbox     *outbox)
{
  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));
  g_return_if_fail (ENVOI_IS_OUTBOX (outbox));

  g_set_object (&self->outbox, outbox);
}

void
envoi_letter_list_set_folder (EnvoiLetterList *self,
                              EnvoiFolder      folder)
{
  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));
  g_return_if_fail (self->outbox != NULL);
  g_return_if_fail (folder < ENVOI_N_FOLDERS);

  self->folder = folder;
  show_empty_words (self);
  g_clear_object (&self->hits);
  g_clear_pointer (&self->words, g_free);
  g_hash_table_remove_all (self->excerpts);
  show_model (self, envoi_outbox_get_folder (self->outbox, folder));
}

void
envoi_letter_list_set_hits (EnvoiLetterList *self,
                            const char      *words,
                            GListModel      *hits)
{
  g_autoptr (GListStore) letters = g_list_store_new (ENVOI_TYPE_LETTER);

  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));

  g_free (self->words);
  self->words = g_strdup (words);
  g_hash_table_remove_all (self->excerpts);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++) {
    g_autoptr (EnvoiSearchHit) hit = g_list_model_get_item (hits, i);
    EnvoiLetter *letter = envoi_search_hit_get_letter (hit);

    g_hash_table_insert (self->excerpts, g_object_ref (letter),
                         g_strdup (envoi_search_hit_get_excerpt (hit)));
    g_list_store_append (letters, letter);
  }

  g_set_object (&self->hits, letters);
  show_model (self, G_LIST_MODEL (letters));
}

void
envoi_letter_list_set_accounts (EnvoiLetterList *self,
                                GListModel      *accounts)
{
  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));
  g_return_if_fail (G_IS_LIST_MODEL (accounts));

  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_changed_cb (self, 0, 0, 0, accounts);
}

void
envoi_letter_list_select (EnvoiLetterList *self,
                          EnvoiLetter     *letter)
{
  guint position = GTK_INVALID_LIST_POSITION;

  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));

  if (letter && find_position (self, letter, &position) &&
      position >= g_list_model_get_n_items (G_LIST_MODEL (self->rows))) {
    g_set_object (&self->wanted, letter);
    return;
  }

  g_clear_object (&self->wanted);
  gtk_single_selection_set_selected (self->selection, position);
}

void
envoi_letter_list_forget_hit (EnvoiLetterList *self,
                              EnvoiLetter     *letter)
{
  guint position;

  g_return_if_fail (ENVOI_IS_LETTER_LIST (self));

  if (self->hits && g_list_store_find (self->hits, letter, &position))
    g_list_store_remove (self->hits, position);
}
