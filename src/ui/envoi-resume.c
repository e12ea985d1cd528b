/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-resume.h"

#include "envoi-problem.h"

static void
did_queue (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* The letter stays where it is, with its own words about why. */
  if (!envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error))
    g_message ("A letter could not be queued again: %s", error->message);
}

static gboolean
waits_for_sign_in (EnvoiLetter  *letter,
                   EnvoiAccount *account,
                   const char   *host)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  g_autoptr (EnvoiProblem) problem = NULL;

  if (record->state != ENVOI_LETTER_FAILED ||
      g_strcmp0 (record->account_id, envoi_account_get_id (account)) != 0)
    return FALSE;

  problem = envoi_problem_new_for_letter (record, host);
  return problem && problem->action == ENVOI_PROBLEM_ACTION_SIGN_IN;
}

void
envoi_resume_letters (EnvoiService *service,
                      EnvoiAccount *account)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (service);
  GListModel *letters = envoi_outbox_get_folder (outbox, ENVOI_FOLDER_ATTENTION);
  g_autofree char *host = NULL;

  g_object_get (account, "host", &host, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, i);

    if (waits_for_sign_in (letter, account, host))
      envoi_outbox_act_async (outbox, envoi_letter_get_id (letter), ENVOI_OUTBOX_SEND_NOW, NULL,
                              NULL, did_queue, NULL);
  }

  envoi_outbox_flush (outbox);
}
