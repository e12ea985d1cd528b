/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-cli.h"
#include "envoi-secret.h"

G_BEGIN_DECLS

/* The first line of standard input, before anything is started. Errors: USAGE */
EnvoiSecret *envoi_ask_read_stdin            (GError              **error);
/* Asks on the terminal, without echo. Errors: NO_SECRET (there is no terminal) */
void         envoi_ask_terminal_async        (const char           *prompt,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
EnvoiSecret *envoi_ask_terminal_finish       (GAsyncResult         *result,
                                              GError              **error);
/* Asks on the terminal for a word that is shown as it is typed. Errors: NO_SECRET */
void         envoi_ask_word_async            (const char           *prompt,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
char        *envoi_ask_word_finish           (GAsyncResult         *result,
                                              GError              **error);
/* Makes sure that @account can sign in now: by what is stored, by @given
 * (nullable, for this run), or by asking. Errors: ACCOUNTS_*, SECRETS_*, NO_SECRET */
void         envoi_ask_for_sign_in_async     (EnvoiCli             *cli,
                                              EnvoiAccount         *account,
                                              EnvoiSecret          *given,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean     envoi_ask_for_sign_in_finish    (EnvoiCli             *cli,
                                              GAsyncResult         *result,
                                              GError              **error);

G_END_DECLS
