/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-follow.h"

#include "envoi-output.h"

#include "envoi-store.h"

#include <glib/gi18n.h>

/* The store tells of every durable change, in this process or the window's;
 * that is the one truth that is followed here. */

#define PATIENCE (5 * 60 * (gint64) G_USEC_PER_SEC)

typedef struct {
  EnvoiCli *cli;
  GPtrArray *ids;
  GPtrArray *records;      /* by the place of their id; NULL = not read yet */
  EnvoiFollowFlags flags;
  gboolean is_waiting;     /* until they are settled; else one look is enough */
  gboolean has_failed;     /* the run is over; the last answer frees this */
  gulong changed_id;
  gulong planned_id;
  guint n_loading;
} Follow;

typedef struct {
  Follow *follow;
  guint place;
} Load;

static void
record_free (gpointer record)
{
  if (record)
    envoi_letter_record_free (record);
}

static EnvoiOutbox *
get_outbox (Follow *follow)
{
  return envoi_service_get_outbox (envoi_cli_get_service (follow->cli));
}

static void
follow_free (Follow *follow)
{
  g_signal_handler_disconnect (envoi_service_get_store (envoi_cli_get_service (follow->cli)),
                               follow->changed_id);
  g_signal_handler_disconnect (get_outbox (follow), follow->planned_id);
  g_ptr_array_unref (follow->ids);
  g_ptr_array_unref (follow->records);
  g_free (follow);
}

static gint64
get_now (Follow *follow)
{
  return envoi_clock_get_now (envoi_service_get_clock (envoi_cli_get_service (follow->cli)));
}

/* (transfer full) (nullable) */
static char *
dup_host (Follow                  *follow,
          const EnvoiLetterRecord *record)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (envoi_cli_get_service (follow->cli));
  EnvoiAccount *account = envoi_account_list_find (accounts, record->account_id);
  char *host = NULL;

  if (account)
    g_object_get (account, "host", &host, NULL);

  return host;
}

/* When the account's pace lets the letter go; 0 = now, or nobody would notice the wait. */
static gint64
get_paced_until (Follow                  *follow,
                 const EnvoiLetterRecord *record)
{
  gint64 until = record->state != ENVOI_LETTER_QUEUED
                 ? 0 : envoi_outbox_get_paced_until (get_outbox (follow), record->account_id);

  return until > get_now (follow) + PATIENCE ? until : 0;
}

/* Another letter was told to wait, and this account's others wait with it. */
static gboolean
is_paused (Follow                  *follow,
           const EnvoiLetterRecord *record)
{
  return envoi_outbox_get_paused_until (get_outbox (follow), record->account_id) >
         get_now (follow);
}

static gboolean
is_settled (Follow                  *follow,
            const EnvoiLetterRecord *record)
{
  gint64 now = get_now (follow);

  switch (record->state) {
    case ENVOI_LETTER_QUEUED:
      return record->hold_until > now || is_paused (follow, record) ||
             get_paced_until (follow, record) > 0;
    case ENVOI_LETTER_WAITING:
      return record->next_try > now;
    case ENVOI_LETTER_SENDING:
      return FALSE;
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_SENT:
    case ENVOI_LETTER_FAILED:
    case ENVOI_LETTER_UNKNOWN:
    default:
      return TRUE;
  }
}

static void
print_json (Follow *follow)
{
  JsonBuilder *builder = json_builder_new ();

  if ((follow->flags & ENVOI_FOLLOW_LIST) != 0)
    json_builder_begin_array (builder);

  for (guint i = 0; i < follow->records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);
    g_autofree char *host = dup_host (follow, record);

    envoi_output_add_letter (builder, record, host, get_now (follow));
  }

  if ((follow->flags & ENVOI_FOLLOW_LIST) != 0)
    json_builder_end_array (builder);
  envoi_output_take_json (builder);
}

/* Behind what the run has printed already, for whoever reads line by line. */
static void
print_json_lines (Follow *follow)
{
  for (guint i = 0; i < follow->records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);
    g_autofree char *host = dup_host (follow, record);
    JsonBuilder *builder = json_builder_new ();

    envoi_output_add_letter (builder, record, host, get_now (follow));
    envoi_output_take_json_line (builder);
  }
}

static void
print_pace (gint64 until)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (until / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *moment = g_date_time_format (local, "%F %R");

  /* Translators: %s is a date and time such as 2026-11-29 10:40 */
  envoi_output_print (_("  It goes out at %s: the account has sent as many letters as it may for "
                        "now."), moment);
}

static void
print_text (Follow *follow)
{
  for (guint i = 0; i < follow->records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);
    g_autofree char *host = dup_host (follow, record);

    envoi_output_print_letter (record, host, get_now (follow));
    if (get_paced_until (follow, record) > 0)
      print_pace (get_paced_until (follow, record));
  }
}

/* To standard error: a sendmail command has nothing to say when all is well. */
static void
print_trouble (Follow *follow)
{
  for (guint i = 0; i < follow->records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);
    g_autofree char *host = dup_host (follow, record);
    g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (record, host);

    if (problem)
      /* Translators: what is wrong, what to do, and the server's own words */
      envoi_output_complain (_("%s. %s (%s)"), problem->title, problem->body,
                             problem->details ? problem->details : "");
  }
}

static void
print_all (Follow *follow)
{
  if (envoi_cli_is_json (follow->cli) && (follow->flags & ENVOI_FOLLOW_LINES) != 0)
    print_json_lines (follow);
  else if (envoi_cli_is_json (follow->cli))
    print_json (follow);
  else if ((follow->flags & ENVOI_FOLLOW_QUIET) != 0)
    print_trouble (follow);
  else
    print_text (follow);
}

/* Several letters: the first one that is not well speaks for all. */
static EnvoiExit
get_exit (Follow *follow)
{
  EnvoiExit code = ENVOI_EXIT_OK;

  if ((follow->flags & ENVOI_FOLLOW_AFTER_BAD_INPUT) != 0)
    return ENVOI_EXIT_BAD_INPUT;

  for (guint i = 0; i < follow->records->len && code == ENVOI_EXIT_OK; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);

    code = get_paced_until (follow, record) > 0 ? ENVOI_EXIT_LATER
                                                : envoi_exit_for_letter (record);
  }

  return follow->is_waiting ? code : ENVOI_EXIT_OK;
}

static void
finish_if_settled (Follow *follow)
{
  EnvoiCli *cli = follow->cli;
  EnvoiExit code;

  if (follow->n_loading > 0)
    return;

  if (follow->has_failed) {
    follow_free (follow);
    return;
  }

  for (guint i = 0; i < follow->records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (follow->records, i);

    if (follow->is_waiting && !is_settled (follow, record))
      return;
  }

  print_all (follow);
  code = get_exit (follow);
  follow_free (follow);
  envoi_cli_finish (cli, code);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Load *request = user_data;
  Follow *follow = request->follow;
  EnvoiCli *cli = follow->cli;
  EnvoiLetterRecord *record;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  follow->n_loading--;

  if (record) {
    record_free (g_ptr_array_index (follow->records, request->place));
    g_ptr_array_index (follow->records, request->place) = record;
  } else {
    /* Somebody deleted it, or the run was interrupted: there is no more to see. */
    follow->has_failed = TRUE;
    envoi_cli_fail (cli, error);
  }

  finish_if_settled (follow);
}

static void
load (Follow *follow,
      guint   place)
{
  EnvoiStore *store = envoi_service_get_store (envoi_cli_get_service (follow->cli));
  Load *request = g_new0 (Load, 1);

  request->follow = follow;
  request->place = place;
  follow->n_loading++;
  envoi_store_load_async (store, g_ptr_array_index (follow->ids, place),
                          envoi_cli_get_cancellable (follow->cli), did_load_cb, request);
}

static void
letter_changed_cb (EnvoiStore *store,
                   const char *letter_id,
                   Follow     *follow)
{
  for (guint i = 0; i < follow->ids->len; i++) {
    if (g_str_equal (g_ptr_array_index (follow->ids, i), letter_id))
      load (follow, i);
  }
}

static void
start (EnvoiCli          *cli,
       const char *const *letter_ids,
       EnvoiFollowFlags   flags,
       gboolean           is_waiting)
{
  Follow *follow = g_new0 (Follow, 1);
  EnvoiStore *store = envoi_service_get_store (envoi_cli_get_service (cli));

  follow->cli = cli;
  follow->flags = flags;
  follow->is_waiting = is_waiting;
  follow->ids = g_ptr_array_new_with_free_func (g_free);
  follow->records = g_ptr_array_new_with_free_func (record_free);
  follow->changed_id = g_signal_connect (store, "letter-changed", G_CALLBACK (letter_changed_cb),
                                         follow);
  follow->planned_id = g_signal_connect_swapped (get_outbox (follow), "planned",
                                                 G_CALLBACK (finish_if_settled), follow);

  for (guint i = 0; letter_ids[i]; i++) {
    g_ptr_array_add (follow->ids, g_strdup (letter_ids[i]));
    g_ptr_array_add (follow->records, NULL);
  }

  for (guint i = 0; i < follow->ids->len; i++)
    load (follow, i);

  if (follow->ids->len == 0)
    finish_if_settled (follow);
}

void
envoi_follow_and_finish (EnvoiCli          *cli,
                         const char *const *letter_ids,
                         EnvoiFollowFlags   flags)
{
  start (cli, letter_ids, flags, TRUE);
}

void
envoi_show_and_finish (EnvoiCli          *cli,
                       const char *const *letter_ids,
                       EnvoiFollowFlags   flags)
{
  start (cli, letter_ids, flags, FALSE);
}
