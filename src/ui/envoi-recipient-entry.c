/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-entry.h"

#include "envoi-recipient-drop.h"
#include "envoi-recipient-entry-private.h"
#include "envoi-recipient-paste.h"
#include "envoi-recipients.h"
#include "envoi-suggestions.h"
#include "envoi-wrap-layout.h"

#include <string.h>

#define MIN_TEXT_CHARS 6
#define MOST_TEXT_CHARS 60

/**
 * EnvoiRecipientEntry:
 *
 * Chips, then a text. A comma, a semicolon, Enter, or leaving the field turns
 * the text into chips; Backspace goes back through them. The field never
 * refuses what is typed: a piece that is no address becomes a red chip.
 *
 * Thread: main
 */
struct _EnvoiRecipientEntry {
  GtkWidget parent_instance;

  GtkText   *input;
  EnvoiSuggestions *suggestions;
  char      *label;
  char      *text;       /* the last value that was notified */
  gboolean is_taking;    /* chips are being made from the input */
  gboolean is_composing;    /* an input method holds text that is not here yet */
};

G_DEFINE_FINAL_TYPE (EnvoiRecipientEntry, envoi_recipient_entry, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_TEXT,
  PROP_LABEL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  MOVE_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static EnvoiRecipientChip *
next_chip (GtkWidget *child)
{
  return child && ENVOI_IS_RECIPIENT_CHIP (child) ? ENVOI_RECIPIENT_CHIP (child) : NULL;
}

static EnvoiRecipientChip *
first_chip (EnvoiRecipientEntry *self)
{
  return next_chip (gtk_widget_get_first_child (GTK_WIDGET (self)));
}

static EnvoiRecipientChip *
after (EnvoiRecipientChip *chip)
{
  return next_chip (gtk_widget_get_next_sibling (GTK_WIDGET (chip)));
}

static EnvoiRecipientChip *
last_chip (EnvoiRecipientEntry *self)
{
  return next_chip (gtk_widget_get_prev_sibling (GTK_WIDGET (self->input)));
}

static char *
dup_whole (EnvoiRecipientEntry *self)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autofree char *typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->input)));

  for (EnvoiRecipientChip *chip = first_chip (self); chip; chip = after (chip))
    g_string_append_printf (whole, "%s%s", whole->len > 0 ? ", " : "",
                            envoi_recipient_chip_get_text (chip));

  g_strstrip (typed);
  if (*typed != '\0')
    g_string_append_printf (whole, "%s%s", whole->len > 0 ? ", " : "", typed);

  return g_string_free (g_steal_pointer (&whole), FALSE);
}

/* Under the text, not under the chips before it. */
static void
point_at_input (EnvoiRecipientEntry *self)
{
  graphene_rect_t bounds;
  GdkRectangle place = { .width = 1 };

  if (!gtk_widget_compute_bounds (GTK_WIDGET (self->input), GTK_WIDGET (self), &bounds))
    return;

  place.x = (int) bounds.origin.x;
  place.y = (int) bounds.origin.y;
  place.height = (int) bounds.size.height;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->suggestions), &place);
}

/* Only for what a person types here and now. */
static void
suggest (EnvoiRecipientEntry *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->input));
  gboolean is_here = gtk_widget_has_focus (GTK_WIDGET (self->input));

  if (is_here)
    point_at_input (self);
  envoi_suggestions_update (self->suggestions, is_here ? typed : "");
}

static void
update (EnvoiRecipientEntry *self)
{
  g_autofree char *whole = dup_whole (self);

  if (!self->is_taking)
    suggest (self);
  if (self->is_taking || g_strcmp0 (whole, self->text) == 0)
    return;

  g_free (self->text);
  self->text = g_steal_pointer (&whole);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}

static void
focus_input (EnvoiRecipientEntry *self)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)))
    gtk_text_grab_focus_without_selecting (self->input);
}

void
envoi_recipient_entry_focus_chip (EnvoiRecipientEntry *self,
                                  GtkWidget           *chip)
{
  if (next_chip (chip))
    gtk_widget_grab_focus (chip);
  else
    focus_input (self);
}

void
envoi_recipient_entry_remove_chip (EnvoiRecipientEntry *self,
                                   EnvoiRecipientChip  *chip)
{
  gtk_widget_unparent (GTK_WIDGET (chip));
  update (self);
}

static void
chip_removed_cb (EnvoiRecipientChip  *chip,
                 EnvoiRecipientEntry *self)
{
  focus_input (self);
  envoi_recipient_entry_remove_chip (self, chip);
}

void
envoi_recipient_entry_edit_chip (EnvoiRecipientEntry *self,
                                 EnvoiRecipientChip  *chip)
{
  g_autofree char *text = g_strdup (envoi_recipient_chip_get_text (chip));

  envoi_recipient_entry_commit (self);
  self->is_taking = TRUE;
  focus_input (self);
  gtk_widget_unparent (GTK_WIDGET (chip));
  gtk_editable_set_text (GTK_EDITABLE (self->input), text);
  gtk_editable_set_position (GTK_EDITABLE (self->input), -1);
  self->is_taking = FALSE;
  update (self);
}

static gboolean
is_same_mailbox (EnvoiRecipientChip *chip,
                 EnvoiAddress       *address)
{
  EnvoiAddress *other = envoi_recipient_chip_get_address (chip);

  return address && other &&
         g_str_equal (envoi_address_get_mailbox (other), envoi_address_get_mailbox (address));
}

/* The same mailbox twice would only be one letter: the first one stays. */
static gboolean
has_mailbox (EnvoiRecipientEntry *self,
             EnvoiAddress        *address)
{
  for (EnvoiRecipientChip *chip = first_chip (self); chip; chip = after (chip)) {
    if (is_same_mailbox (chip, address))
      return TRUE;
  }

  return FALSE;
}

static void
add_chip (EnvoiRecipientEntry *self,
          const char          *text)
{
  GtkWidget *chip = g_object_ref_sink (envoi_recipient_chip_new (text));

  if (!has_mailbox (self, envoi_recipient_chip_get_address (ENVOI_RECIPIENT_CHIP (chip)))) {
    envoi_recipient_entry_add_keys (self, chip);
    g_signal_connect (chip, "removed", G_CALLBACK (chip_removed_cb), self);
    g_signal_connect_swapped (chip, "edited", G_CALLBACK (envoi_recipient_entry_edit_chip), self);
    gtk_widget_insert_before (chip, GTK_WIDGET (self), GTK_WIDGET (self->input));
  }

  g_object_unref (chip);
}

static void
take_pieces (EnvoiRecipientEntry *self,
             GStrv                pieces,
             const char          *rest)
{
  g_autofree char *kept = g_strdup (rest);

  self->is_taking = TRUE;
  for (guint i = 0; pieces[i]; i++)
    add_chip (self, pieces[i]);
  gtk_editable_set_text (GTK_EDITABLE (self->input), g_strchug (kept));
  gtk_editable_set_position (GTK_EDITABLE (self->input), -1);
  self->is_taking = FALSE;
}

/* A bare address needs no comma: the space after it is enough. */
static gboolean
is_ended_mailbox (const char *text)
{
  g_autofree char *mailbox = g_strdup (text);

  if (!g_str_has_suffix (text, " ") || !strchr (text, '@'))
    return FALSE;

  g_strstrip (mailbox);
  return !strpbrk (mailbox, " <\"") && envoi_address_check_mailbox (mailbox, NULL);
}

static void
input_changed_cb (GtkEditable         *input,
                  EnvoiRecipientEntry *self)
{
  const char *text = gtk_editable_get_text (input);
  g_autofree char *rest = NULL;
  g_auto (GStrv) pieces = NULL;

  if (self->is_taking)
    return;

  pieces = envoi_recipients_split (text, &rest);
  if (pieces[0] || g_strcmp0 (rest, text) != 0)
    take_pieces (self, pieces, rest);
  else if (is_ended_mailbox (text))
    envoi_recipient_entry_commit (self);

  update (self);
}

static void
activate_cb (GtkText             *input,
             EnvoiRecipientEntry *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (*gtk_editable_get_text (GTK_EDITABLE (input)) != '\0')
    envoi_recipient_entry_commit (self);
  else if (root)
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
}

static void
preedit_changed_cb (GtkText             *input,
                    const char          *preedit,
                    EnvoiRecipientEntry *self)
{
  self->is_composing = preedit && *preedit != '\0';
}

static gboolean
input_key_cb (GtkEventControllerKey *controller,
              guint                  keyval,
              guint                  keycode,
              GdkModifierType        modifiers,
              EnvoiRecipientEntry   *self)
{
  gboolean is_rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  guint back = is_rtl ? GDK_KEY_Right : GDK_KEY_Left;
  EnvoiRecipientChip *last = last_chip (self);

  if (!self->is_composing && (modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0 &&
      envoi_suggestions_handle_key (self->suggestions, keyval))
    return TRUE;

  if (!last || self->is_composing || (keyval != GDK_KEY_BackSpace && keyval != back) ||
      gtk_editable_get_position (GTK_EDITABLE (self->input)) > 0 ||
      gtk_editable_get_selection_bounds (GTK_EDITABLE (self->input), NULL, NULL))
    return FALSE;

  gtk_widget_grab_focus (GTK_WIDGET (last));
  return TRUE;
}

static void
suggestion_chosen_cb (EnvoiSuggestions    *suggestions,
                      const char          *text,
                      EnvoiRecipientEntry *self)
{
  g_auto (GStrv) pieces = envoi_recipients_split_all (text);

  /* A group is its members. */
  take_pieces (self, pieces, "");
  focus_input (self);
  update (self);
}

static void
focus_left_cb (GtkEventControllerFocus *controller,
               EnvoiRecipientEntry     *self)
{
  envoi_recipient_entry_commit (self);
}

/* A click beside the text means the text. */
static void
pressed_cb (GtkGestureClick     *gesture,
            int                  n_press,
            double               x,
            double               y,
            EnvoiRecipientEntry *self)
{
  if (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT) == GTK_WIDGET (self))
    focus_input (self);
}

static void
take_chip (EnvoiRecipientEntry *self,
           EnvoiRecipientChip  *chip)
{
  g_autofree char *text = g_strdup (envoi_recipient_chip_get_text (chip));
  g_autofree char *typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->input)));
  const char *pieces[] = { text, NULL };

  /* First out of the other field: nobody stands in two. */
  g_signal_emit_by_name (chip, "removed");
  take_pieces (self, (GStrv) pieces, typed);
  update (self);
}

/* Tab goes to the text and from there out: chips are for the arrow keys. */
static gboolean
envoi_recipient_entry_focus (GtkWidget        *widget,
                             GtkDirectionType  direction)
{
  EnvoiRecipientEntry *self = ENVOI_RECIPIENT_ENTRY (widget);

  if (gtk_widget_get_focus_child (widget))
    return FALSE;

  focus_input (self);
  return TRUE;
}

static gboolean
envoi_recipient_entry_grab_focus (GtkWidget *widget)
{
  focus_input (ENVOI_RECIPIENT_ENTRY (widget));
  return TRUE;
}

static void
set_label (EnvoiRecipientEntry *self,
           const char          *label)
{
  g_free (self->label);
  self->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->input),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label ? label : "", -1);
}

static void
envoi_recipient_entry_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  EnvoiRecipientEntry *self = ENVOI_RECIPIENT_ENTRY (object);

  switch (property_id) {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_recipient_entry_set_property (GObject      *object,
                                    guint         property_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  EnvoiRecipientEntry *self = ENVOI_RECIPIENT_ENTRY (object);

  switch (property_id) {
    case PROP_TEXT:
      envoi_recipient_entry_set_text (self, g_value_get_string (value));
      break;
    case PROP_LABEL:
      set_label (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_recipient_entry_dispose (GObject *object)
{
  EnvoiRecipientEntry *self = ENVOI_RECIPIENT_ENTRY (object);
  GtkWidget *child;

  /* What is unfocused on the way must not be taken for a person leaving. */
  self->is_taking = TRUE;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  self->input = NULL;

  G_OBJECT_CLASS (envoi_recipient_entry_parent_class)->dispose (object);
}

static void
envoi_recipient_entry_finalize (GObject *object)
{
  EnvoiRecipientEntry *self = ENVOI_RECIPIENT_ENTRY (object);

  g_clear_pointer (&self->label, g_free);
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (envoi_recipient_entry_parent_class)->finalize (object);
}

static void
envoi_recipient_entry_class_init (EnvoiRecipientEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_recipient_entry_get_property;
  object_class->set_property = envoi_recipient_entry_set_property;
  object_class->dispose = envoi_recipient_entry_dispose;
  object_class->finalize = envoi_recipient_entry_finalize;
  widget_class->focus = envoi_recipient_entry_focus;
  widget_class->grab_focus = envoi_recipient_entry_grab_focus;

  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_LABEL] =
    g_param_spec_string ("label", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[MOVE_WANTED] = g_signal_new ("move-wanted", ENVOI_TYPE_RECIPIENT_ENTRY,
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                       ENVOI_TYPE_RECIPIENT_CHIP, G_TYPE_INT);

  gtk_widget_class_set_layout_manager_type (widget_class, ENVOI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "recipient-entry");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
add_controllers (EnvoiRecipientEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (input_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->input), keys);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  envoi_recipient_drop_accept (self);
  envoi_recipient_paste_accept (self, self->input);
}

static void
envoi_recipient_entry_init (EnvoiRecipientEntry *self)
{
  self->text = g_strdup ("");
  /* A bare GtkText has no role and so would not be there for a screen reader. */
  self->input = g_object_new (GTK_TYPE_TEXT,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX,
                              NULL);
  gtk_text_set_input_purpose (self->input, GTK_INPUT_PURPOSE_EMAIL);
  gtk_text_set_truncate_multiline (self->input, FALSE);
  /* As wide as what is typed, on a line of its own where that needs one. */
  gtk_text_set_propagate_text_width (self->input, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->input), MIN_TEXT_CHARS);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->input), MOST_TEXT_CHARS);
  gtk_widget_set_hexpand (GTK_WIDGET (self->input), TRUE);
  gtk_widget_set_parent (GTK_WIDGET (self->input), GTK_WIDGET (self));
  self->suggestions = ENVOI_SUGGESTIONS (envoi_suggestions_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->suggestions), GTK_WIDGET (self));
  g_signal_connect (self->suggestions, "chosen", G_CALLBACK (suggestion_chosen_cb), self);
  g_signal_connect (self->input, "changed", G_CALLBACK (input_changed_cb), self);
  g_signal_connect (self->input, "activate", G_CALLBACK (activate_cb), self);
  g_signal_connect (self->input, "preedit-changed", G_CALLBACK (preedit_changed_cb), self);
  add_controllers (self);
}

GtkWidget *
envoi_recipient_entry_new (void)
{
  return g_object_new (ENVOI_TYPE_RECIPIENT_ENTRY, NULL);
}

const char *
envoi_recipient_entry_get_text (EnvoiRecipientEntry *self)
{
  g_return_val_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self), "");

  return self->text;
}

void
envoi_recipient_entry_set_text (EnvoiRecipientEntry *self,
                                const char          *text)
{
  g_autofree char *ended = NULL;
  g_auto (GStrv) pieces = NULL;
  EnvoiRecipientChip *chip;

  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  if (g_strcmp0 (text, self->text) == 0)
    return;

  while ((chip = first_chip (self)))
    gtk_widget_unparent (GTK_WIDGET (chip));

  ended = g_strconcat (text ? text : "", "\n", NULL);
  pieces = envoi_recipients_split (ended, NULL);
  take_pieces (self, pieces, "");
  update (self);
}

void
envoi_recipient_entry_commit (EnvoiRecipientEntry *self)
{
  g_auto (GStrv) pieces = NULL;

  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  if (self->is_taking || !self->input)
    return;

  pieces = envoi_recipients_split_all (gtk_editable_get_text (GTK_EDITABLE (self->input)));
  take_pieces (self, pieces, "");
  update (self);
}

guint
envoi_recipient_entry_get_n_chips (EnvoiRecipientEntry *self)
{
  guint n = 0;

  g_return_val_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self), 0);

  for (EnvoiRecipientChip *chip = first_chip (self); chip; chip = after (chip))
    n++;

  return n;
}

static EnvoiRecipientChip *
find_bad_chip (EnvoiRecipientEntry *self)
{
  for (EnvoiRecipientChip *chip = first_chip (self); chip; chip = after (chip)) {
    if (envoi_recipient_chip_get_problem (chip))
      return chip;
  }

  return NULL;
}

const char *
envoi_recipient_entry_get_problem (EnvoiRecipientEntry *self)
{
  EnvoiRecipientChip *chip;

  g_return_val_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self), NULL);

  chip = find_bad_chip (self);
  return chip ? envoi_recipient_chip_get_problem (chip) : NULL;
}

void
envoi_recipient_entry_show_problem (EnvoiRecipientEntry *self)
{
  EnvoiRecipientChip *chip;

  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  chip = find_bad_chip (self);
  envoi_recipient_entry_focus_chip (self, chip ? GTK_WIDGET (chip) : NULL);
}

void
envoi_recipient_entry_set_known (EnvoiRecipientEntry *self,
                                 EnvoiPeople         *known)
{
  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  envoi_suggestions_set_known (self->suggestions, known);
}

void
envoi_recipient_entry_take_chip (EnvoiRecipientEntry *self,
                                 EnvoiRecipientChip  *chip)
{
  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  take_chip (self, chip);
  envoi_recipient_entry_focus_chip (self, GTK_WIDGET (last_chip (self)));
}

void
envoi_recipient_entry_leave_to (EnvoiRecipientEntry *self,
                                EnvoiRecipientEntry *other)
{
  EnvoiRecipientChip *next;
  gboolean had_any = FALSE;

  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));
  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (other));

  for (EnvoiRecipientChip *chip = first_chip (self); chip; chip = next) {
    next = after (chip);
    if (!has_mailbox (other, envoi_recipient_chip_get_address (chip)))
      continue;
    if (gtk_widget_has_focus (GTK_WIDGET (chip)))
      focus_input (self);
    gtk_widget_unparent (GTK_WIDGET (chip));
    had_any = TRUE;
  }

  if (had_any)
    update (self);
}

void
envoi_recipient_entry_take_list (EnvoiRecipientEntry *self,
                                 const char          *list)
{
  g_auto (GStrv) pieces = NULL;
  g_autofree char *typed = NULL;

  g_return_if_fail (ENVOI_IS_RECIPIENT_ENTRY (self));

  pieces = envoi_recipients_split_all (list);
  typed = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->input)));
  take_pieces (self, pieces, typed);
  update (self);
}
