/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENVOI_CLI_ERROR (envoi_cli_error_quark ())

/**
 * EnvoiCliError:
 * @ENVOI_CLI_ERROR_USAGE: the command line or a file it names cannot be used
 * @ENVOI_CLI_ERROR_NO_SECRET: a password is needed and there is nobody to ask
 */
typedef enum {
  ENVOI_CLI_ERROR_USAGE,
  ENVOI_CLI_ERROR_NO_SECRET,
} EnvoiCliError;

GQuark envoi_cli_error_quark (void);

typedef enum {
  ENVOI_OPTION_FLAG,   /* gboolean * */
  ENVOI_OPTION_TEXT,   /* char **: one line of UTF-8 */
  ENVOI_OPTION_TEXTS,  /* GPtrArray **: any number of them */
  ENVOI_OPTION_FILE,   /* char **: a path, bytes as they are */
  ENVOI_OPTION_FILES,  /* GPtrArray **: any number of them */
} EnvoiOptionKind;

typedef struct {
  const char      *name;     /* without the dashes */
  EnvoiOptionKind  kind;
  gpointer         target;   /* owned by the caller, who frees it */
} EnvoiOption;

/* Reads "--name value" and "--name=value" from @args; what is no option goes to
 * @words (borrowed). @options ends with a NULL name. Errors: USAGE */
gboolean envoi_options_parse (const EnvoiOption  *options,
                              char              **args,
                              GPtrArray          *words,
                              GError            **error);
/* "--name" is required and not empty. Errors: USAGE */
gboolean envoi_options_require (const char         *name,
                                const char         *value,
                                GError            **error);

G_END_DECLS
