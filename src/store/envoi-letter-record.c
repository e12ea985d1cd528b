/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-letter-record.h"

G_DEFINE_BOXED_TYPE (EnvoiLetterRecord, envoi_letter_record, envoi_letter_record_copy,
                     envoi_letter_record_free)

/* The words are part of the database and of the command line's JSON. */
static const char *const letter_states[] = {
  [ENVOI_LETTER_DRAFT] = "draft",
  [ENVOI_LETTER_QUEUED] = "queued",
  [ENVOI_LETTER_SENDING] = "sending",
  [ENVOI_LETTER_WAITING] = "waiting",
  [ENVOI_LETTER_SENT] = "sent",
  [ENVOI_LETTER_FAILED] = "failed",
  [ENVOI_LETTER_UNKNOWN] = "unknown",
};

static const char *const recipient_states[] = {
  [ENVOI_RECIPIENT_PENDING] = "pending",
  [ENVOI_RECIPIENT_ACCEPTED] = "accepted",
  [ENVOI_RECIPIENT_DEFERRED] = "deferred",
  [ENVOI_RECIPIENT_REFUSED] = "refused",
  [ENVOI_RECIPIENT_UNKNOWN] = "unknown",
  [ENVOI_RECIPIENT_RETURNED] = "returned",
  [ENVOI_RECIPIENT_DELAYED] = "delayed",
  [ENVOI_RECIPIENT_DELIVERED] = "delivered",
};

static gboolean
find_word (const char *const *words,
           guint              n_words,
           const char        *text,
           guint             *index)
{
  for (guint i = 0; i < n_words; i++) {
    if (g_strcmp0 (words[i], text) == 0) {
      *index = i;
      return TRUE;
    }
  }

  return FALSE;
}

static void
copy_result (EnvoiLetterRecord       *copy,
             const EnvoiLetterRecord *self)
{
  copy->error_domain = g_strdup (self->error_domain);
  copy->error_message = g_strdup (self->error_message);
  copy->phase = g_strdup (self->phase);
  copy->reply_enhanced = g_strdup (self->reply_enhanced);
  copy->reply_text = g_strdup (self->reply_text);
  copy->transcript = g_strdup (self->transcript);
}

/**
 * envoi_letter_state_to_string:
 * @state: a state of a letter
 *
 * Returns: (transfer none): its word in the database and in JSON
 *
 * Thread: any
 */
const char *
envoi_letter_state_to_string (EnvoiLetterState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (letter_states), "");

  return letter_states[state];
}

/**
 * envoi_letter_state_from_string:
 * @text: (nullable): a word
 * @state: (out): the state it names
 *
 * Reads what [func@letter_state_to_string] wrote.
 *
 * Returns: whether @text names a state; @state is untouched otherwise
 *
 * Thread: any
 */
gboolean
envoi_letter_state_from_string (const char       *text,
                                EnvoiLetterState *state)
{
  guint index;

  if (!find_word (letter_states, G_N_ELEMENTS (letter_states), text, &index))
    return FALSE;

  *state = index;
  return TRUE;
}

/**
 * envoi_recipient_state_to_string:
 * @state: a state of a recipient
 *
 * Returns: (transfer none): its word in the database and in JSON
 *
 * Thread: any
 */
const char *
envoi_recipient_state_to_string (EnvoiRecipientState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (recipient_states), "");

  return recipient_states[state];
}

/**
 * envoi_recipient_state_from_string:
 * @text: (nullable): a word
 * @state: (out): the state it names
 *
 * Reads what [func@recipient_state_to_string] wrote.
 *
 * Returns: whether @text names a state; @state is untouched otherwise
 *
 * Thread: any
 */
gboolean
envoi_recipient_state_from_string (const char          *text,
                                   EnvoiRecipientState *state)
{
  guint index;

  if (!find_word (recipient_states, G_N_ELEMENTS (recipient_states), text, &index))
    return FALSE;

  *state = index;
  return TRUE;
}

/**
 * envoi_recipient_record_new:
 * @address: the forward-path, without angle brackets
 *
 * Returns: (transfer full): a recipient that was not tried yet
 *
 * Thread: any
 */
EnvoiRecipientRecord *
envoi_recipient_record_new (const char *address)
{
  EnvoiRecipientRecord *self = g_new0 (EnvoiRecipientRecord, 1);

  self->address = g_strdup (address);
  self->state = ENVOI_RECIPIENT_PENDING;
  return self;
}

/**
 * envoi_recipient_record_copy:
 * @self: a recipient
 *
 * Returns: (transfer full): the same again
 *
 * Thread: any
 */
EnvoiRecipientRecord *
envoi_recipient_record_copy (const EnvoiRecipientRecord *self)
{
  EnvoiRecipientRecord *copy = envoi_recipient_record_new (self->address);

  copy->state = self->state;
  copy->code = self->code;
  copy->enhanced = g_strdup (self->enhanced);
  copy->text = g_strdup (self->text);
  return copy;
}

/**
 * envoi_recipient_record_free:
 * @self: (transfer full): a recipient
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_recipient_record_free (EnvoiRecipientRecord *self)
{
  g_free (self->address);
  g_free (self->enhanced);
  g_free (self->text);
  g_free (self);
}

/**
 * envoi_letter_record_new:
 * @id: the letter's id
 *
 * Returns: (transfer full): an empty draft
 *
 * Thread: any
 */
EnvoiLetterRecord *
envoi_letter_record_new (const char *id)
{
  EnvoiLetterRecord *self = g_new0 (EnvoiLetterRecord, 1);

  self->id = g_strdup (id);
  self->state = ENVOI_LETTER_DRAFT;
  self->account_id = g_strdup ("");
  self->subject = g_strdup ("");
  self->to_line = g_strdup ("");
  self->message_id = g_strdup ("");
  self->recipients =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  self->blob_ids = g_new0 (char *, 1);
  return self;
}

/**
 * envoi_letter_record_copy:
 * @self: a record
 *
 * Returns: (transfer full): the same again; the manifest's bytes are shared
 *
 * Thread: any
 */
EnvoiLetterRecord *
envoi_letter_record_copy (const EnvoiLetterRecord *self)
{
  EnvoiLetterRecord *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->account_id = g_strdup (self->account_id);
  copy->subject = g_strdup (self->subject);
  copy->to_line = g_strdup (self->to_line);
  copy->message_id = g_strdup (self->message_id);
  copy->search_text = g_strdup (self->search_text);
  copy->excerpt = g_strdup (self->excerpt);
  copy->manifest = self->manifest ? g_bytes_ref (self->manifest) : NULL;
  copy->envelope = self->envelope ? envoi_envelope_ref (self->envelope) : NULL;
  copy->recipients =
    g_ptr_array_new_full (self->recipients->len, (GDestroyNotify) envoi_recipient_record_free);
  for (guint i = 0; i < self->recipients->len; i++)
    g_ptr_array_add (copy->recipients,
                     envoi_recipient_record_copy (g_ptr_array_index (self->recipients, i)));
  copy->blob_ids = g_strdupv (self->blob_ids);
  copy_result (copy, self);
  return copy;
}

/**
 * envoi_letter_record_is_template:
 * @self: a record
 *
 * Returns: whether it is a letter to begin letters from
 *
 * Thread: any
 */
gboolean
envoi_letter_record_is_template (const EnvoiLetterRecord *self)
{
  return self->state == ENVOI_LETTER_DRAFT &&
         g_str_has_prefix (self->id, ENVOI_TEMPLATE_ID_PREFIX);
}

/**
 * envoi_letter_record_clear_result:
 * @self: a record
 *
 * Forgets what the last attempt came to.
 *
 * Thread: the owner's
 */
void
envoi_letter_record_clear_result (EnvoiLetterRecord *self)
{
  g_clear_pointer (&self->error_domain, g_free);
  g_clear_pointer (&self->error_message, g_free);
  g_clear_pointer (&self->phase, g_free);
  g_clear_pointer (&self->reply_enhanced, g_free);
  g_clear_pointer (&self->reply_text, g_free);
  g_clear_pointer (&self->transcript, g_free);
  self->error_code = 0;
  self->reply_code = 0;
  self->lacks_receipt = FALSE;
}

/**
 * envoi_letter_record_free:
 * @self: (transfer full): a record
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_letter_record_free (EnvoiLetterRecord *self)
{
  envoi_letter_record_clear_result (self);
  g_free (self->id);
  g_free (self->account_id);
  g_free (self->subject);
  g_free (self->to_line);
  g_free (self->message_id);
  g_free (self->search_text);
  g_free (self->excerpt);
  g_clear_pointer (&self->manifest, g_bytes_unref);
  g_clear_pointer (&self->envelope, envoi_envelope_unref);
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_strfreev (self->blob_ids);
  g_free (self);
}
