/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-words.h"

#include "envoi-address.h"

#include <glib/gi18n.h>
#include <math.h>

/* GLib looks at the disk each time it is asked for the computer's zone, and a list
 * asks for hundreds of times at once. Whoever travels waits a second. */
static GTimeZone *
get_zone (void)
{
  static GTimeZone *zone;
  static gint64 asked;
  gint64 now = g_get_monotonic_time ();

  if (!zone || now - asked > G_USEC_PER_SEC) {
    g_clear_pointer (&zone, g_time_zone_unref);
    zone = g_time_zone_new_local ();
    asked = now;
  }

  return zone;
}

static GDateTime *
make_local (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);

  return g_date_time_to_timezone (utc, get_zone ());
}

/* Whole calendar days from @now to @time: 0 today, 1 tomorrow, -1 yesterday. */
static int
count_days (GDateTime *time,
            GDateTime *now)
{
  GDate then_day;
  GDate now_day;

  g_date_clear (&then_day, 1);
  g_date_clear (&now_day, 1);
  g_date_set_dmy (&then_day, g_date_time_get_day_of_month (time),
                  g_date_time_get_month (time), g_date_time_get_year (time));
  g_date_set_dmy (&now_day, g_date_time_get_day_of_month (now),
                  g_date_time_get_month (now), g_date_time_get_year (now));

  return g_date_days_between (&now_day, &then_day);
}

char *
envoi_words_format_when (gint64 time,
                         gint64 now)
{
  g_autoptr (GDateTime) then_local = make_local (time);
  g_autoptr (GDateTime) now_local = make_local (now);
  int days = count_days (then_local, now_local);

  if (days == 0)
    /* Translators: the time of day, see g_date_time_format() */
    return g_date_time_format (then_local, _("%H:%M"));
  if (ABS (days) < 7)
    /* Translators: short day of the week and time of day */
    return g_date_time_format (then_local, _("%a %H:%M"));
  if (g_date_time_get_year (then_local) == g_date_time_get_year (now_local))
    /* Translators: day and short month, this year */
    return g_date_time_format (then_local, _("%-e %b"));

  /* Translators: day, short month and year */
  return g_date_time_format (then_local, _("%-e %b %Y"));
}

char *
envoi_words_format_moment (gint64 time,
                           gint64 now)
{
  g_autoptr (GDateTime) then_local = make_local (time);
  g_autoptr (GDateTime) now_local = make_local (now);

  switch (count_days (then_local, now_local)) {
    case 0:
      /* Translators: stands inside a sentence, as in "Envoi tries again at 10:40." */
      return g_date_time_format (then_local, _("at %H:%M"));
    case 1:
      return g_date_time_format (then_local, _("tomorrow at %H:%M"));
    case -1:
      return g_date_time_format (then_local, _("yesterday at %H:%M"));
    default:
      break;
  }

  if (g_date_time_get_year (then_local) == g_date_time_get_year (now_local))
    return g_date_time_format (then_local, _("%-e %B at %H:%M"));

  return g_date_time_format (then_local, _("%-e %B %Y at %H:%M"));
}

char *
envoi_words_format_people (const char *address_list)
{
  g_autoptr (GPtrArray) addresses = envoi_address_parse_list (address_list, NULL);
  const char *first;

  /* What a draft holds need not be right; it is shown as it was typed. */
  if (!addresses && address_list && *address_list)
    return g_strdup (address_list);
  if (!addresses || addresses->len == 0)
    return g_strdup (_("nobody yet"));

  first = envoi_address_get_name (g_ptr_array_index (addresses, 0));
  if (!first || !*first)
    first = envoi_address_get_mailbox (g_ptr_array_index (addresses, 0));
  if (addresses->len == 1)
    return g_strdup (first);

  /* Translators: %s is a name, %u how many people besides */
  return g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", addresses->len - 1),
                          first, addresses->len - 1);
}

char *
envoi_words_format_to (const char *address_list)
{
  g_autofree char *people = envoi_words_format_people (address_list);

  /* Translators: whom a letter is for; %s is a name, or "Wang Wei and 2 more" */
  return g_strdup_printf (_("to %s"), people);
}

const char *
envoi_words_get_subject (const char *subject)
{
  return subject && *subject ? subject : _("(no subject)");
}

static guint
count_recipients (const EnvoiLetterRecord *letter,
                  EnvoiRecipientState      state)
{
  guint n_recipients = 0;

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    n_recipients += recipient->state == state;
  }

  return n_recipients;
}

guint
envoi_words_count_refused (const EnvoiLetterRecord *letter)
{
  return count_recipients (letter, ENVOI_RECIPIENT_REFUSED) +
         count_recipients (letter, ENVOI_RECIPIENT_RETURNED);
}

static char *
format_queued (const EnvoiLetterRecord *letter,
               gint64                   now)
{
  g_autofree char *moment = NULL;

  if (letter->hold_until <= now)
    return g_strdup (_("next in line"));
  if (letter->hold_until - now <= ENVOI_WORDS_UNDO_LIMIT)
    return g_strdup (_("about to be sent"));

  moment = envoi_words_format_moment (letter->hold_until, now);
  /* Translators: %s is a moment such as "tomorrow at 10:40" */
  return g_strdup_printf (_("scheduled, %s"), moment);
}

static char *
format_sending (double progress)
{
  if (progress < 0)
    return g_strdup (_("sending"));

  /* Translators: %d is a percentage */
  return g_strdup_printf (_("sending, %d%%"), (int) floor (progress * 100));
}

static char *
format_waiting (const EnvoiLetterRecord *letter,
                gint64                   now)
{
  g_autofree char *moment = NULL;

  if (letter->next_try <= now)
    return g_strdup (_("waiting for another try"));

  moment = envoi_words_format_moment (letter->next_try, now);
  /* Translators: %s is a moment such as "10:40" */
  return g_strdup_printf (_("waiting, next try %s"), moment);
}

static char *
format_sent (const EnvoiLetterRecord *letter)
{
  guint n_refused = count_recipients (letter, ENVOI_RECIPIENT_REFUSED);
  guint n_returned = count_recipients (letter, ENVOI_RECIPIENT_RETURNED);

  if (n_returned > 0)
    return g_strdup_printf (ngettext ("sent, came back from %u recipient",
                                      "sent, came back from %u recipients", n_returned),
                            n_returned);
  if (n_refused == 0 && letter->recipients && letter->recipients->len > 0 &&
      count_recipients (letter, ENVOI_RECIPIENT_DELIVERED) == letter->recipients->len)
    return g_strdup (_("delivered"));
  if (n_refused == 0)
    return g_strdup (_("sent"));

  return g_strdup_printf (ngettext ("sent, %u recipient refused", "sent, %u recipients refused",
                                    n_refused), n_refused);
}

char *
envoi_words_format_sent (const EnvoiLetterRecord *letter)
{
  guint n_refused = envoi_words_count_refused (letter);
  const char *subject = envoi_words_get_subject (letter->subject);

  if (n_refused == 0 && envoi_words_is_late (letter))
    /* Translators: %s is the subject of a letter */
    return g_strdup_printf (_("“%s” has been sent, later than planned"), subject);
  if (n_refused == 0)
    /* Translators: %s is the subject of a letter */
    return g_strdup_printf (_("“%s” has been sent"), subject);

  /* Translators: %1$s is the subject of a letter, %2$u how many recipients were refused */
  return g_strdup_printf (ngettext ("“%1$s” was sent, but %2$u recipient was refused",
                                    "“%1$s” was sent, but %2$u recipients were refused",
                                    n_refused), subject, n_refused);
}

char *
envoi_words_format_state (const EnvoiLetterRecord *letter,
                          double                   progress,
                          gint64                   now)
{
  switch (letter->state) {
    case ENVOI_LETTER_DRAFT:
      if (envoi_letter_record_is_template (letter))
        return g_strdup (_("template"));
      return g_strdup (letter->was_cancelled ? _("draft again, not sent") : _("draft"));
    case ENVOI_LETTER_QUEUED:
      return format_queued (letter, now);
    case ENVOI_LETTER_SENDING:
      return format_sending (progress);
    case ENVOI_LETTER_WAITING:
      return format_waiting (letter, now);
    case ENVOI_LETTER_SENT:
      return format_sent (letter);
    case ENVOI_LETTER_FAILED:
      return g_strdup (_("not sent, needs attention"));
    case ENVOI_LETTER_UNKNOWN:
      return g_strdup (_("may have been delivered"));
    default:
      g_return_val_if_reached (NULL);
  }
}

const char *
envoi_words_get_result_icon (EnvoiLetterState state,
                             guint            n_refused)
{
  switch (state) {
    case ENVOI_LETTER_DRAFT:
      return "document-edit-symbolic";
    case ENVOI_LETTER_QUEUED:
      return "alarm-symbolic";
    case ENVOI_LETTER_SENDING:
      return "mail-send-symbolic";
    case ENVOI_LETTER_WAITING:
      return "view-refresh-symbolic";
    case ENVOI_LETTER_SENT:
      return n_refused > 0 ? "dialog-warning-symbolic" : "object-select-symbolic";
    case ENVOI_LETTER_FAILED:
      return "dialog-error-symbolic";
    case ENVOI_LETTER_UNKNOWN:
      return "dialog-question-symbolic";
    default:
      g_return_val_if_reached (NULL);
  }
}

const char *
envoi_words_get_result_style (EnvoiLetterState state,
                              guint            n_refused)
{
  switch (state) {
    case ENVOI_LETTER_SENT:
      return n_refused > 0 ? "warning" : "success";
    case ENVOI_LETTER_FAILED:
      return "error";
    case ENVOI_LETTER_UNKNOWN:
    case ENVOI_LETTER_WAITING:
      return "warning";
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_SENDING:
    default:
      return "dim-label";
  }
}

const char *
envoi_words_get_state_icon (const EnvoiLetterRecord *letter)
{
  return envoi_words_get_result_icon (letter->state, envoi_words_count_refused (letter));
}

const char *
envoi_words_get_state_style (const EnvoiLetterRecord *letter)
{
  return envoi_words_get_result_style (letter->state, envoi_words_count_refused (letter));
}

char *
envoi_words_format_sent_copy (EnvoiProviderAnswer  answer,
                              const char          *provider)
{
  switch (answer) {
    case ENVOI_PROVIDER_YES:
      /* Translators: %s is a provider, such as Gmail */
      return g_strdup_printf (_("%s files a copy in the Sent folder of the mailbox by itself."),
                              provider);
    case ENVOI_PROVIDER_DEPENDS:
      /* Translators: %s is a provider, such as QQ Mail */
      return g_strdup_printf (_("%s files a copy in the Sent folder of the mailbox only if that is "
                                "switched on in its web settings."), provider);
    case ENVOI_PROVIDER_NO:
    case ENVOI_PROVIDER_UNKNOWN:
    default:
      /* Translators: %s is a provider, such as Yahoo Mail */
      return g_strdup_printf (_("%s may not file a copy in the mailbox; the letter is kept here."),
                              provider);
  }
}

gboolean
envoi_words_is_late (const EnvoiLetterRecord *letter)
{
  return letter->state == ENVOI_LETTER_SENT && letter->hold_until > 0 &&
         letter->first_try - letter->hold_until > ENVOI_WORDS_LATE;
}

char *
envoi_words_format_late (const EnvoiLetterRecord *letter,
                         gint64                   now)
{
  g_autofree char *moment = envoi_words_format_moment (letter->hold_until, now);

  /* Translators: %s is a moment such as "yesterday at 10:40" */
  return g_strdup_printf (_("It was due %s and went out later: Envoi was not running, the computer "
                            "was asleep, or other letters had to go first."), moment);
}

char *
envoi_words_format_report (const EnvoiReportResult *report)
{
  if (!report->letter_id)
    return g_strdup (_("This report fits none of your letters"));
  if (report->n_returned > 1)
    return g_strdup_printf (ngettext ("The letter came back from %u recipient",
                                      "The letter came back from %u recipients",
                                      report->n_returned), report->n_returned);
  if (report->n_returned == 1)
    /* Translators: %s is an address */
    return g_strdup_printf (_("The letter came back from %s"), report->first);
  if (report->n_delayed > 0)
    /* Translators: %s is an address */
    return g_strdup_printf (_("The letter to %s is delayed on its way"), report->first);
  if (report->n_delivered > 0)
    /* Translators: %s is an address */
    return g_strdup_printf (_("The letter to %s has been delivered"), report->first);

  return g_strdup (_("This report is about the letter shown, but names none of its recipients"));
}
