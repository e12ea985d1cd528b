/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-exit.h"
#include "envoi-options.h"
#include "envoi-service.h"

G_BEGIN_DECLS

/* One run of the program: the service and the one main loop around a command. */
typedef struct _EnvoiCli EnvoiCli;

/* Called when the service has started; ends with envoi_cli_finish() or _fail(). */
typedef void (*EnvoiCliCommand) (EnvoiCli *self,
                                 gpointer  data);

int           envoi_cli_run             (EnvoiServiceFlags  flags,
                                         gboolean           is_json,
                                         EnvoiCliCommand    command,
                                         gpointer           data);
EnvoiService *envoi_cli_get_service     (EnvoiCli          *self);
GCancellable *envoi_cli_get_cancellable (EnvoiCli          *self);
gboolean      envoi_cli_is_json         (EnvoiCli          *self);
/* Stops the service and ends the run. */
void          envoi_cli_finish          (EnvoiCli          *self,
                                         EnvoiExit          code);
/* Says what is wrong, then finishes. Takes @error. */
void          envoi_cli_fail            (EnvoiCli          *self,
                                         GError            *error);
/* Says what is wrong before anything was started. Takes @error; returns the exit code. */
int           envoi_cli_complain        (gboolean           is_json,
                                         GError            *error);
/* By id or email. Errors: ACCOUNTS_NOT_FOUND */
EnvoiAccount *envoi_cli_find_account    (EnvoiCli          *self,
                                         const char        *id_or_email,
                                         GError           **error);

/* The commands; @args without their own names. Each returns the exit code. */
int           envoi_cli_account         (char             **args);
int           envoi_cli_account_add     (char             **args);
int           envoi_cli_account_check   (char             **args);
int           envoi_cli_account_pin     (char             **args);
int           envoi_cli_account_find    (char             **args);
int           envoi_cli_account_transfer (char             **args);
int           envoi_cli_send            (char             **args);
int           envoi_cli_outbox          (char             **args);
int           envoi_cli_audit           (char             **args);
int           envoi_cli_credential      (char             **args);
int           envoi_cli_practice        (char             **args);
int           envoi_cli_sendmail        (char             **args);

G_END_DECLS
