/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-state-words.h"

#include "envoi-words.h"

#include <glib/gi18n.h>

/* What is known when the card is written. */
typedef struct {
  const EnvoiLetterRecord *letter;
  const EnvoiProblem      *problem;
  const EnvoiStateFacts   *way;
  gint64 now;
} Facts;

static void
add_button (EnvoiStateWords *self,
            const char      *action,
            const char      *label)
{
  g_assert (self->n_buttons < ENVOI_STATE_MAX_BUTTONS);

  self->buttons[self->n_buttons].action = action;
  self->buttons[self->n_buttons].label = g_strdup (label);
  self->n_buttons++;
}

static void
write_draft (EnvoiStateWords *self,
             const Facts     *facts)
{
  if (envoi_letter_record_is_template (facts->letter)) {
    self->title = g_strdup (_("Template"));
    self->body = g_strdup (_("A letter to begin letters from. It stays as it is."));
    add_button (self, "letter.use-template", _("_New Letter from This"));
    add_button (self, "letter.edit", _("_Edit"));
    return;
  }

  self->title = g_strdup (facts->letter->was_cancelled ? _("Taken back") : _("Draft"));
  self->body = g_strdup (facts->letter->was_cancelled ?
                         _("This letter was not sent. It is a draft again.") :
                         _("This letter has not been sent."));
  add_button (self, "letter.edit", _("C_ontinue Writing"));
}

/* The undo time is short, so it is counted down; a schedule is named. */
static gboolean
write_undo (EnvoiStateWords *self,
            const Facts     *facts)
{
  gint64 left = facts->letter->hold_until - facts->now;
  guint seconds;

  if (left <= 0 || left > ENVOI_WORDS_UNDO_LIMIT)
    return FALSE;

  seconds = (left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  self->title = g_strdup_printf (ngettext ("Sending in %u second", "Sending in %u seconds",
                                           seconds), seconds);
  self->body = g_strdup (_("Undo opens it again as you left it."));
  add_button (self, "letter.edit", C_("sending", "_Undo"));
  add_button (self, "letter.send-now", _("Send _Now"));
  return TRUE;
}

/* The pace of the account cannot be jumped, so there is no "Send Now". */
static gboolean
write_paced (EnvoiStateWords *self,
             const Facts     *facts)
{
  g_autofree char *moment = NULL;

  if (facts->letter->hold_until > facts->now || facts->way->held_until <= facts->now)
    return FALSE;

  moment = envoi_words_format_moment (facts->way->held_until, facts->now);
  /* Translators: %s is a moment such as "10:40" or "tomorrow at 10:40" */
  self->title = g_strdup_printf (_("Goes out %s"), moment);
  self->body = g_strdup (_("The account has sent as many letters as it may for now. This one "
                           "follows by itself; the account's settings say how many an hour."));
  add_button (self, "letter.edit", _("_Edit"));
  add_button (self, "letter.cancel", C_("sending", "_Cancel"));
  return TRUE;
}

static void
write_queued (EnvoiStateWords *self,
              const Facts     *facts)
{
  g_autofree char *moment = NULL;

  if (write_undo (self, facts) || write_paced (self, facts))
    return;

  if (facts->letter->hold_until > facts->now) {
    moment = envoi_words_format_moment (facts->letter->hold_until, facts->now);
    /* Translators: %s is a moment such as "tomorrow at 10:40" */
    self->title = g_strdup_printf (_("Will be sent %s"), moment);
    self->body = g_strdup (_("Until then you can change it or take it back."));
  } else {
    self->title = g_strdup (_("Next in line"));
    self->body = g_strdup (_("It goes out as soon as the connection is free."));
  }

  add_button (self, "letter.send-now", _("Send _Now"));
  add_button (self, "letter.edit", _("_Edit"));
  add_button (self, "letter.cancel", C_("sending", "_Cancel"));
}

static void
write_sending (EnvoiStateWords *self,
               const Facts     *facts)
{
  self->has_progress = TRUE;

  if (facts->way->is_handed_over) {
    self->title = g_strdup (_("Handing over"));
    self->body = g_strdup (_("The server has the whole letter and is about to confirm it. "
                             "It can no longer be stopped."));
    return;
  }

  self->title = g_strdup (_("Sending"));
  add_button (self, "letter.cancel", C_("sending", "_Cancel"));
}

/* The action of a letter that each kind of remedy starts, NULL when the person
 * has nothing to press. */
static const char *
find_remedy (EnvoiProblemAction action)
{
  switch (action) {
    case ENVOI_PROBLEM_ACTION_RETRY:
      return "letter.send-now";
    case ENVOI_PROBLEM_ACTION_SIGN_IN:
      return "letter.sign-in";
    case ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT:
      return "letter.edit-account";
    case ENVOI_PROBLEM_ACTION_EDIT_LETTER:
      return "letter.edit";
    case ENVOI_PROBLEM_ACTION_COMPRESS:
      return "letter.compress";
    case ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS:
      return "letter.fix-recipients";
    case ENVOI_PROBLEM_ACTION_SEND_IN_PARTS:
      return "letter.send-in-parts";
    case ENVOI_PROBLEM_ACTION_OPEN_PAGE:
      return "letter.open-page";
    case ENVOI_PROBLEM_ACTION_NONE:
    case ENVOI_PROBLEM_ACTION_WAIT:
    case ENVOI_PROBLEM_ACTION_DECIDE:
    default:
      return NULL;
  }
}

static void
add_remedy (EnvoiStateWords *self,
            const Facts     *facts)
{
  const EnvoiProblem *problem = facts->problem;
  const char *action = find_remedy (problem->action);

  if (problem->action == ENVOI_PROBLEM_ACTION_COMPRESS && !facts->way->can_compress)
    add_button (self, "letter.edit", _("_Edit"));
  else if (action && problem->action_label)
    add_button (self, action, problem->action_label);
}

static void
write_waiting (EnvoiStateWords *self,
               const Facts     *facts)
{
  g_autofree char *moment = NULL;

  if (facts->letter->next_try > facts->now) {
    moment = envoi_words_format_moment (facts->letter->next_try, facts->now);
    /* Translators: %s is a moment such as "10:40" or "tomorrow at 10:40" */
    self->body = g_strdup_printf (_("Envoi tries again %s. You need not do anything."), moment);
  } else {
    self->body = g_strdup (_("Envoi tries again in a moment."));
  }

  self->title = g_strdup (facts->problem ? facts->problem->title : _("Waiting"));
  /* Trying again as it is would come to the same. */
  if (facts->problem && facts->problem->action == ENVOI_PROBLEM_ACTION_SEND_IN_PARTS)
    add_remedy (self, facts);
  else
    add_button (self, "letter.send-now", _("_Try Now"));
  add_button (self, "letter.edit", _("_Edit"));
  add_button (self, "letter.cancel", C_("sending", "_Cancel"));
}

static gboolean
has_button (EnvoiStateWords *self,
            const char      *action)
{
  for (guint i = 0; i < self->n_buttons; i++)
    if (g_str_equal (self->buttons[i].action, action))
      return TRUE;

  return FALSE;
}

static gboolean
has_receipt (const EnvoiLetterRecord *letter)
{
  for (guint i = 0; i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_DELIVERED)
      return TRUE;
  }

  return FALSE;
}

/* (nullable): what becomes of the receipt that was asked for. */
static const char *
get_receipt_words (const EnvoiLetterRecord *letter)
{
  EnvoiEnvelopeFlags flags =
    letter->envelope ? envoi_envelope_get_flags (letter->envelope) : ENVOI_ENVELOPE_NONE;

  if ((flags & ENVOI_ENVELOPE_NOTIFY_SUCCESS) == 0 || has_receipt (letter))
    return NULL;
  if (letter->lacks_receipt)
    return _("No delivery receipt will come: the server does not give any.");

  return _("The delivery receipt comes to the mailbox as a message. Drop its file here, and it is "
           "noted on this letter.");
}

static char *
format_sent (const Facts *facts)
{
  const char *receipt = get_receipt_words (facts->letter);
  g_autofree char *words = envoi_words_is_late (facts->letter) ?
                           envoi_words_format_late (facts->letter, facts->now) :
                           g_strdup (_("The server has accepted it for every recipient."));

  /* Translators: two sentences, one behind the other */
  return receipt ? g_strdup_printf (_("%1$s %2$s"), words, receipt) : g_steal_pointer (&words);
}

static void
write_sent (EnvoiStateWords *self,
            const Facts     *facts)
{
  g_autofree char *moment = envoi_words_format_moment (facts->letter->changed, facts->now);

  if (facts->problem) {
    self->title = g_strdup (facts->problem->title);
    self->body = g_strdup (facts->problem->body);
    add_remedy (self, facts);
    add_button (self, "letter.arrived", _("_Dismiss"));
    return;
  }

  /* Translators: %s is a moment such as "yesterday at 10:40" */
  self->title = g_strdup_printf (_("Sent %s"), moment);
  self->body = format_sent (facts);
  self->quote = g_strdup (facts->letter->reply_text);
}

static void
write_failed (EnvoiStateWords *self,
              const Facts     *facts)
{
  self->title = g_strdup (facts->problem ? facts->problem->title : _("This letter was not sent"));
  self->body = g_strdup (facts->problem ? facts->problem->body : facts->letter->error_message);

  if (facts->problem)
    add_remedy (self, facts);
  if (!has_button (self, "letter.send-now"))
    add_button (self, "letter.send-now", _("_Try Again"));
  if (!has_button (self, "letter.edit"))
    add_button (self, "letter.edit", _("_Edit"));
}

static void
write_unknown (EnvoiStateWords *self,
               const Facts     *facts)
{
  self->title = g_strdup (facts->problem ? facts->problem->title : _("May have been delivered"));
  self->body = g_strdup (facts->problem ? facts->problem->body :
                         _("The connection broke after everything was handed over. Ask the "
                           "recipient before you send it again."));
  add_button (self, "letter.arrived", _("It _Arrived"));
  add_button (self, "letter.send-now", _("_Send Again"));
}

static void
take_details (EnvoiStateWords *self,
              const Facts     *facts)
{
  const EnvoiProblem *problem = facts->problem;

  if (self->quote || !problem || problem->is_technical || !problem->details || !*problem->details)
    return;
  /* Some details only repeat the sentence above them. */
  if (g_strcmp0 (problem->details, self->body) != 0)
    self->quote = g_strdup (problem->details);
}

/**
 * envoi_state_words_new:
 * @letter: the letter's record; its manifest is not needed
 * @problem: (nullable): the same letter's problem in words
 * @way: how far it has come
 * @now: microseconds since the epoch
 *
 * Writes the state card of a letter.
 *
 * Returns: (transfer full): the words
 */
EnvoiStateWords *
envoi_state_words_new (const EnvoiLetterRecord *letter,
                       const EnvoiProblem      *problem,
                       const EnvoiStateFacts   *way,
                       gint64                   now)
{
  static void (*const writers[]) (EnvoiStateWords *, const Facts *) = {
    [ENVOI_LETTER_DRAFT] = write_draft,
    [ENVOI_LETTER_QUEUED] = write_queued,
    [ENVOI_LETTER_SENDING] = write_sending,
    [ENVOI_LETTER_WAITING] = write_waiting,
    [ENVOI_LETTER_SENT] = write_sent,
    [ENVOI_LETTER_FAILED] = write_failed,
    [ENVOI_LETTER_UNKNOWN] = write_unknown,
  };
  EnvoiStateWords *self = g_new0 (EnvoiStateWords, 1);
  Facts facts = { letter, problem, way, now };

  g_assert (letter->state < G_N_ELEMENTS (writers));

  self->icon = envoi_words_get_state_icon (letter);
  self->style = envoi_words_get_state_style (letter);
  writers[letter->state] (self, &facts);
  take_details (self, &facts);

  if (self->has_progress && !self->body && way->progress >= 0)
    self->body = envoi_words_format_state (letter, way->progress, now);

  return self;
}

void
envoi_state_words_free (EnvoiStateWords *self)
{
  for (guint i = 0; i < self->n_buttons; i++)
    g_free (self->buttons[i].label);

  g_free (self->title);
  g_free (self->body);
  g_free (self->quote);
  g_free (self);
}
