/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a run of the program came to. */
typedef struct {
  int code;
  char *out;
  char *err;
} Run;

void        run_clear      (Run                *self);
/* Runs envoictl, or envoi-sendmail, in this test's own folders, without a
 * keyring and without a terminal. @input: nullable, standard input. */
Run         run_envoictl   (const char         *input,
                            ...) G_GNUC_NULL_TERMINATED;
Run         run_envoictl_v (const char         *input,
                            const char *const  *words);
Run         run_sendmail   (const char         *input,
                            ...) G_GNUC_NULL_TERMINATED;
/* Starts envoictl and comes back; run_end() waits for its end, after @signal
 * (0 = none) was sent. */
GSubprocess *run_begin     (const char         *input,
                            const char *const  *words);
Run         run_end        (GSubprocess        *process,
                            int                 signal);
/* The object or array on standard output; the test fails when it is none. */
JsonNode   *run_parse_json (const Run          *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

G_END_DECLS
