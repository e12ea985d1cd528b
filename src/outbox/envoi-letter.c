/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-letter-private.h"

/**
 * EnvoiLetter:
 *
 * What the window shows of one letter. It only mirrors the record that the
 * store made durable; nothing is ever changed here first.
 *
 * Thread: main
 */
struct _EnvoiLetter {
  GObject parent_instance;

  EnvoiLetterRecord *record;
  double progress;
};

G_DEFINE_FINAL_TYPE (EnvoiLetter, envoi_letter, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_STATE,
  PROP_SUBJECT,
  PROP_TO_LINE,
  PROP_ACCOUNT_ID,
  PROP_CREATED,
  PROP_CHANGED,
  PROP_HOLD_UNTIL,
  PROP_NEXT_TRY,
  PROP_PROGRESS,
  PROP_IS_HANDED_OVER,
  PROP_SIZE,
  PROP_RECORD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
get_text_property (EnvoiLetter *self,
                   guint        property_id,
                   GValue      *value)
{
  const char *texts[] = {
    [PROP_ID] = self->record->id,
    [PROP_SUBJECT] = self->record->subject,
    [PROP_TO_LINE] = self->record->to_line,
    [PROP_ACCOUNT_ID] = self->record->account_id,
  };

  g_value_set_string (value, texts[property_id]);
}

static void
get_time_property (EnvoiLetter *self,
                   guint        property_id,
                   GValue      *value)
{
  const gint64 times[] = {
    [PROP_CREATED] = self->record->created,
    [PROP_CHANGED] = self->record->changed,
    [PROP_HOLD_UNTIL] = self->record->hold_until,
    [PROP_NEXT_TRY] = self->record->next_try,
  };

  g_value_set_int64 (value, times[property_id]);
}

static void
envoi_letter_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  EnvoiLetter *self = ENVOI_LETTER (object);

  switch (property_id) {
    case PROP_ID:
    case PROP_SUBJECT:
    case PROP_TO_LINE:
    case PROP_ACCOUNT_ID:
      get_text_property (self, property_id, value);
      break;
    case PROP_CREATED:
    case PROP_CHANGED:
    case PROP_HOLD_UNTIL:
    case PROP_NEXT_TRY:
      get_time_property (self, property_id, value);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->record->state);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_IS_HANDED_OVER:
      g_value_set_boolean (value, self->record->is_handed_over);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->record->size);
      break;
    case PROP_RECORD:
      g_value_set_boxed (value, self->record);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_letter_finalize (GObject *object)
{
  EnvoiLetter *self = ENVOI_LETTER (object);

  g_clear_pointer (&self->record, envoi_letter_record_free);

  G_OBJECT_CLASS (envoi_letter_parent_class)->finalize (object);
}

static GParamSpec *
make_text_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
make_time_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, G_MININT64, G_MAXINT64, 0,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
envoi_letter_class_init (EnvoiLetterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = envoi_letter_get_property;
  object_class->finalize = envoi_letter_finalize;

  properties[PROP_ID] = make_text_property ("id");
  properties[PROP_SUBJECT] = make_text_property ("subject");
  properties[PROP_TO_LINE] = make_text_property ("to-line");
  properties[PROP_ACCOUNT_ID] = make_text_property ("account-id");
  properties[PROP_CREATED] = make_time_property ("created");
  properties[PROP_CHANGED] = make_time_property ("changed");
  properties[PROP_HOLD_UNTIL] = make_time_property ("hold-until");
  properties[PROP_NEXT_TRY] = make_time_property ("next-try");
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, ENVOI_LETTER_DRAFT,
                                              ENVOI_LETTER_UNKNOWN, ENVOI_LETTER_DRAFT, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  properties[PROP_IS_HANDED_OVER] = g_param_spec_boolean ("is-handed-over", NULL, NULL, FALSE,
                                                          flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RECORD] = g_param_spec_boxed ("record", NULL, NULL, ENVOI_TYPE_LETTER_RECORD,
                                                flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_letter_init (EnvoiLetter *self)
{
  self->progress = -1;
}

static void
notify_text (EnvoiLetter *self,
             guint        property_id,
             const char  *before,
             const char  *after)
{
  if (g_strcmp0 (before, after) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property_id]);
}

static void
notify_number (EnvoiLetter *self,
               guint        property_id,
               gint64       before,
               gint64       after)
{
  if (before != after)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property_id]);
}

/**
 * envoi_letter_new:
 * @record: (transfer full): what the store holds
 *
 * Returns: (transfer full): a projection of @record
 *
 * Thread: main
 */
EnvoiLetter *
envoi_letter_new (EnvoiLetterRecord *record)
{
  EnvoiLetter *self = g_object_new (ENVOI_TYPE_LETTER, NULL);

  self->record = record;
  return self;
}

/**
 * envoi_letter_take_record:
 * @self: a letter
 * @record: (transfer full): what the store holds now
 *
 * Replaces the record and notifies what is different.
 *
 * Thread: main
 */
void
envoi_letter_take_record (EnvoiLetter       *self,
                          EnvoiLetterRecord *record)
{
  g_autoptr (EnvoiLetterRecord) before = g_steal_pointer (&self->record);

  g_return_if_fail (g_strcmp0 (before->id, record->id) == 0);

  self->record = record;

  g_object_freeze_notify (G_OBJECT (self));
  if (record->state != ENVOI_LETTER_SENDING)
    envoi_letter_set_progress (self, -1);
  notify_text (self, PROP_SUBJECT, before->subject, record->subject);
  notify_text (self, PROP_TO_LINE, before->to_line, record->to_line);
  notify_text (self, PROP_ACCOUNT_ID, before->account_id, record->account_id);
  notify_number (self, PROP_STATE, before->state, record->state);
  notify_number (self, PROP_CREATED, before->created, record->created);
  notify_number (self, PROP_CHANGED, before->changed, record->changed);
  notify_number (self, PROP_HOLD_UNTIL, before->hold_until, record->hold_until);
  notify_number (self, PROP_NEXT_TRY, before->next_try, record->next_try);
  notify_number (self, PROP_SIZE, (gint64) before->size, (gint64) record->size);
  notify_number (self, PROP_IS_HANDED_OVER, before->is_handed_over, record->is_handed_over);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * envoi_letter_set_progress:
 * @self: a letter
 * @progress: 0 to 1, or -1 when it is not being sent
 *
 * Shows how much of the letter the server has taken.
 *
 * Thread: main
 */
void
envoi_letter_set_progress (EnvoiLetter *self,
                           double       progress)
{
  if (self->progress == progress)
    return;

  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

/**
 * envoi_letter_get_id:
 * @self: a letter
 *
 * Returns: (transfer none): the id, the same for the letter's whole life
 *
 * Thread: main
 */
const char *
envoi_letter_get_id (EnvoiLetter *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER (self), NULL);

  return self->record->id;
}

/**
 * envoi_letter_get_state:
 * @self: a letter
 *
 * Returns: the state that is durable in the store
 *
 * Thread: main
 */
EnvoiLetterState
envoi_letter_get_state (EnvoiLetter *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER (self), ENVOI_LETTER_DRAFT);

  return self->record->state;
}

/**
 * envoi_letter_get_progress:
 * @self: a letter
 *
 * Returns: 0 to 1 while the letter is being sent, else -1
 *
 * Thread: main
 */
double
envoi_letter_get_progress (EnvoiLetter *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER (self), -1);

  return self->progress;
}

/**
 * envoi_letter_is_handed_over:
 * @self: a letter
 *
 * Returns: whether the letter is past the point of no return
 *
 * Thread: main
 */
gboolean
envoi_letter_is_handed_over (EnvoiLetter *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER (self), FALSE);

  return self->record->is_handed_over;
}

/**
 * envoi_letter_get_record:
 * @self: a letter
 *
 * Returns: (transfer none): the whole record, without its manifest
 *
 * Thread: main
 */
const EnvoiLetterRecord *
envoi_letter_get_record (EnvoiLetter *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER (self), NULL);

  return self->record;
}
