/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-letter-record.h"
#include "envoi-problem.h"
#include "envoi-service.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* To standard output and standard error, as UTF-8 whatever the locale says. */
void        envoi_output_print            (const char               *format,
                                           ...) G_GNUC_PRINTF (1, 2);
/* "envoictl: ...", or the other name of this program. */
void        envoi_output_complain         (const char               *format,
                                           ...) G_GNUC_PRINTF (1, 2);
void        envoi_output_print_error      (const GError             *error);
/* The object of a letter that never came to be. */
void        envoi_output_print_error_json (const GError             *error);

/* "queued", "scheduled" ... of the command line; @now in microseconds. */
const char *envoi_output_get_state        (const EnvoiLetterRecord  *letter,
                                           gint64                    now);
void        envoi_output_print_letter     (const EnvoiLetterRecord  *letter,
                                           const char               *host,
                                           gint64                    now);
void        envoi_output_add_letter       (JsonBuilder              *builder,
                                           const EnvoiLetterRecord  *letter,
                                           const char               *host,
                                           gint64                    now);
void        envoi_output_print_account    (EnvoiAccount             *account);
/* With its identities and, for one that signs in by the browser, how that stands. */
void        envoi_output_print_account_details (EnvoiService        *service,
                                           EnvoiAccount             *account);
void        envoi_output_add_account      (JsonBuilder              *builder,
                                           EnvoiService             *service,
                                           EnvoiAccount             *account);
/* {domain, code, title, body} */
void        envoi_output_add_error        (JsonBuilder              *builder,
                                           const char               *domain,
                                           int                       code,
                                           const EnvoiProblem       *problem);
/* Prints and frees the builder. */
void        envoi_output_take_json        (JsonBuilder              *builder);
/* The same, in one line. */
void        envoi_output_take_json_line   (JsonBuilder              *builder);

G_END_DECLS
