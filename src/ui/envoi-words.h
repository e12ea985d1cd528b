/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-letter-record.h"
#include "envoi-provider.h"
#include "envoi-service-report.h"

G_BEGIN_DECLS

/* A hold that ends within this time is the undo time, not a schedule. */
#define ENVOI_WORDS_UNDO_LIMIT (2 * G_TIME_SPAN_MINUTE)

/* So much after its time nobody calls a letter punctual. */
#define ENVOI_WORDS_LATE (5 * G_TIME_SPAN_MINUTE)

/* Small pieces of text that several views share. Pure: the present moment is a
 * parameter. Times are microseconds since the epoch. Thread: any */

/* For a narrow column: "10:40", "Mon 10:40", "3 May", "3 May 2024". */
char       *envoi_words_format_when    (gint64                   time,
                                        gint64                   now);
/* Inside a sentence: "at 10:40", "tomorrow at 10:40", "3 May at 10:40". */
char       *envoi_words_format_moment  (gint64                   time,
                                        gint64                   now);
/* The first name of an address list and how many more: "Wang Wei and 2 more". */
char       *envoi_words_format_people  (const char              *address_list);
/* "to Wang Wei and 2 more" */
char       *envoi_words_format_to      (const char              *address_list);
/* The subject, or "(no subject)". */
const char *envoi_words_get_subject    (const char              *subject);
/* One line for a list: "waiting, next try 10:40". @progress: 0..1, -1 = not sending. */
char       *envoi_words_format_state   (const EnvoiLetterRecord *letter,
                                        double                   progress,
                                        gint64                   now);
/* A sentence for the moment at which it was sent, and to whom it was not. */
char       *envoi_words_format_sent    (const EnvoiLetterRecord *letter);
const char *envoi_words_get_state_icon (const EnvoiLetterRecord *letter);
/* "warning", "error", "success" or "dim-label": the style that belongs to the state. */
const char *envoi_words_get_state_style (const EnvoiLetterRecord *letter);
/* The same where there is no letter any more, only what came of it. */
const char *envoi_words_get_result_icon (EnvoiLetterState        state,
                                         guint                   n_refused);
const char *envoi_words_get_result_style (EnvoiLetterState       state,
                                         guint                   n_refused);
/* Whether a scheduled letter went out well after its time. */
gboolean    envoi_words_is_late        (const EnvoiLetterRecord *letter);
/* "It was due at 10:40. Envoi was not running, ..." */
char       *envoi_words_format_late    (const EnvoiLetterRecord *letter,
                                        gint64                   now);
/* What a bounce or receipt was good for, as one sentence. */
char       *envoi_words_format_report  (const EnvoiReportResult *report);
/* Where the mailbox keeps a copy of what was sent by SMTP; @provider: its name. */
char       *envoi_words_format_sent_copy (EnvoiProviderAnswer    answer,
                                        const char              *provider);
/* Refused at once, or returned later. */
guint       envoi_words_count_refused  (const EnvoiLetterRecord *letter);

G_END_DECLS
