/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-send.h"

#include "envoi-ask.h"
#include "envoi-follow.h"
#include "envoi-output.h"

#include "envoi-manifest.h"
#include "envoi-random.h"

#include <glib/gi18n.h>

/* The last steps of every command that sends. The letter is checked before a
 * password is asked for, and is durable before the network is touched. Without a
 * password it is kept and waits. */

typedef struct {
  EnvoiCli *cli;
  EnvoiAccount *account;
  EnvoiDraft *draft;       /* or: */
  GInputStream *message;
  char **recipients;
  const EnvoiSendHow *how;
  GError *no_sign_in;      /* nullable: why it cannot go now; it is kept all the same */
} Send;

static void
send_free (Send *send)
{
  g_clear_object (&send->account);
  g_clear_object (&send->draft);
  g_clear_object (&send->message);
  g_strfreev (send->recipients);
  g_clear_error (&send->no_sign_in);
  g_free (send);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Send, send_free)

static gint64
get_hold_until (Send *send)
{
  EnvoiClock *clock = envoi_service_get_clock (envoi_cli_get_service (send->cli));

  /* 0 would mean the undo time; nobody is there to undo. */
  return send->how->hold_until != 0 ? send->how->hold_until : envoi_clock_get_now (clock);
}

static gboolean
is_sender (Send *send)
{
  return envoi_outbox_is_sender (envoi_service_get_outbox (envoi_cli_get_service (send->cli)));
}

/* The attempt that follows ends at the missing secret, before any network. */
static void
tell_kept (Send       *send,
           const char *letter_id)
{
  if (!send->how->is_quiet)
    envoi_output_print_error (send->no_sign_in);

  envoi_output_complain (_("The letter is kept in the outbox. Once you can sign in, "
                           "“envoictl outbox retry %s” sends it."), letter_id);
}

/* Whoever holds the lock sends. If that is this process, it has to stay. */
static void
did_queue (Send *send,
           char *letter_id)
{
  g_autofree char *id = letter_id;
  const char *const ids[] = { id, NULL };
  EnvoiFollowFlags flags = send->how->is_quiet ? ENVOI_FOLLOW_QUIET : ENVOI_FOLLOW_ONE;

  if (send->no_sign_in)
    tell_kept (send, id);

  if (send->how->must_wait || is_sender (send))
    envoi_follow_and_finish (send->cli, ids, flags);
  else
    envoi_show_and_finish (send->cli, ids, flags);
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Send) send = user_data;
  GError *error = NULL;
  char *id;

  id = send->draft ? envoi_service_send_finish (ENVOI_SERVICE (source), result, &error)
                   : envoi_service_send_raw_finish (ENVOI_SERVICE (source), result, &error);

  if (id)
    did_queue (send, id);
  else
    envoi_cli_fail (send->cli, error);
}

static void
submit (Send *send)
{
  EnvoiService *service = envoi_cli_get_service (send->cli);
  GCancellable *cancellable = envoi_cli_get_cancellable (send->cli);
  gint64 hold_until = get_hold_until (send);

  if (send->draft)
    envoi_service_send_async (service, send->draft, hold_until, cancellable, did_send_cb, send);
  else
    envoi_service_send_raw_async (service, send->account, send->message,
                                  (const char *const *) send->recipients, hold_until, cancellable,
                                  did_send_cb, send);
}

static void
did_sign_in_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Send) send = user_data;
  GError *error = NULL;

  /* Only an interruption means that the person does not want the letter to go. */
  envoi_ask_for_sign_in_finish (send->cli, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    envoi_cli_fail (send->cli, error);
    return;
  }

  send->no_sign_in = error;
  submit (g_steal_pointer (&send));
}

/* Sealing for a trial finds every fault of the letter before anything else happens. */
static gboolean
check_draft (Send    *send,
             GError **error)
{
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autoptr (EnvoiManifest) manifest = NULL;

  if (!send->draft)
    return TRUE;

  manifest = envoi_manifest_seal (send->draft,
                                  envoi_service_get_clock (envoi_cli_get_service (send->cli)),
                                  random, error);
  return manifest != NULL;
}

/* A letter that the window sends, or that goes later, needs no password now. A token is
 * no business of whoever sits here, and may take its time: the letter is kept first. */
static gboolean
needs_password (Send *send)
{
  return is_sender (send) && send->how->hold_until == 0 &&
         (send->how->secret || *envoi_account_get_oauth_provider (send->account) == '\0');
}

static void
run_send (Send *send)
{
  g_autoptr (Send) owned = send;
  GError *error = NULL;

  if (!check_draft (send, &error)) {
    envoi_cli_fail (send->cli, error);
    return;
  }

  if (needs_password (send))
    envoi_ask_for_sign_in_async (send->cli, send->account, send->how->secret, did_sign_in_cb,
                                 g_steal_pointer (&owned));
  else
    submit (g_steal_pointer (&owned));
}

static Send *
send_new (EnvoiCli           *cli,
          EnvoiAccount       *account,
          const EnvoiSendHow *how)
{
  Send *send = g_new0 (Send, 1);

  send->cli = cli;
  send->account = g_object_ref (account);
  send->how = how;
  return send;
}

void
envoi_send_draft_and_finish (EnvoiCli           *cli,
                             EnvoiAccount       *account,
                             EnvoiDraft         *draft,
                             const EnvoiSendHow *how)
{
  Send *send = send_new (cli, account, how);

  send->draft = g_object_ref (draft);
  run_send (send);
}

void
envoi_send_message_and_finish (EnvoiCli           *cli,
                               EnvoiAccount       *account,
                               GInputStream       *message,
                               const char *const  *recipients,
                               const EnvoiSendHow *how)
{
  Send *send = send_new (cli, account, how);

  send->message = g_object_ref (message);
  send->recipients = g_strdupv ((char **) recipients);
  run_send (send);
}
