/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-exit.h"

#include "envoi-options.h"

#include "envoi-error-names.h"

static const struct {
  const char *domain;
  const char *code;   /* NULL = any other */
  EnvoiExit exit;
} exits[] = {
  { "smtp", "UNREACHABLE", ENVOI_EXIT_UNAVAILABLE },
  { "smtp", "TLS_REQUIRED", ENVOI_EXIT_PROTOCOL },
  { "smtp", "TLS_UNTRUSTED", ENVOI_EXIT_PROTOCOL },
  { "smtp", "PROTOCOL", ENVOI_EXIT_PROTOCOL },
  { "smtp", "OUTCOME_UNKNOWN", ENVOI_EXIT_PROTOCOL },
  { "smtp", "AUTH_UNAVAILABLE", ENVOI_EXIT_SIGN_IN },
  { "smtp", "AUTH_REJECTED", ENVOI_EXIT_SIGN_IN },
  { "smtp", "TRANSIENT", ENVOI_EXIT_LATER },
  { "smtp", "RECIPIENTS_REJECTED", ENVOI_EXIT_NO_RECIPIENT },
  { "smtp", "REFUSED_INPUT", ENVOI_EXIT_BAD_INPUT },
  { "smtp", "TOO_LARGE", ENVOI_EXIT_BAD_INPUT },
  { "smtp", "UNSUPPORTED", ENVOI_EXIT_BAD_INPUT },
  { "smtp", NULL, ENVOI_EXIT_UNAVAILABLE },
  { "message", NULL, ENVOI_EXIT_BAD_INPUT },
  { "accounts", "NEEDS_SIGN_IN", ENVOI_EXIT_SIGN_IN },
  { "accounts", NULL, ENVOI_EXIT_CONFIGURATION },
  { "secrets", "NOT_FOUND", ENVOI_EXIT_SIGN_IN },
  { "secrets", NULL, ENVOI_EXIT_UNAVAILABLE },
  { "oauth", "UNREACHABLE", ENVOI_EXIT_UNAVAILABLE },
  { "oauth", "CLIENT_INVALID", ENVOI_EXIT_CONFIGURATION },
  { "oauth", NULL, ENVOI_EXIT_SIGN_IN },
  { "store", "CONFLICT", ENVOI_EXIT_UNAVAILABLE },
  { "store", NULL, ENVOI_EXIT_INTERNAL },
  { "io", "CANCELLED", ENVOI_EXIT_UNAVAILABLE },
  { "io", "NOT_FOUND", ENVOI_EXIT_BAD_INPUT },
  { "io", "INVALID_DATA", ENVOI_EXIT_BAD_INPUT },
  { "io", "IS_DIRECTORY", ENVOI_EXIT_BAD_INPUT },
  { "io", "NOT_REGULAR_FILE", ENVOI_EXIT_BAD_INPUT },
};

static EnvoiExit
find_exit (const char *domain,
           const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (exits); i++) {
    if (g_strcmp0 (exits[i].domain, domain) == 0 &&
        (!exits[i].code || g_strcmp0 (exits[i].code, code) == 0))
      return exits[i].exit;
  }

  return ENVOI_EXIT_INTERNAL;
}

EnvoiExit
envoi_exit_for_error (const GError *error)
{
  const char *domain = envoi_error_domain_to_string (error->domain);

  if (g_error_matches (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE))
    return ENVOI_EXIT_BAD_INPUT;
  if (g_error_matches (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_NO_SECRET))
    return ENVOI_EXIT_SIGN_IN;

  return find_exit (domain, envoi_error_code_to_string (domain, error->code));
}

/* Such a letter waits for the person, not for a time. */
static gboolean
waits_for_sign_in (const EnvoiLetterRecord *letter)
{
  static const char *const domains[] = { "accounts", "oauth", "secrets", NULL };

  return letter->error_domain && g_strv_contains (domains, letter->error_domain);
}

static EnvoiExit
find_exit_for_letter (const EnvoiLetterRecord *letter)
{
  return find_exit (letter->error_domain,
                    envoi_error_code_to_string (letter->error_domain, letter->error_code));
}

EnvoiExit
envoi_exit_for_letter (const EnvoiLetterRecord *letter)
{
  switch (letter->state) {
    case ENVOI_LETTER_WAITING:
      return waits_for_sign_in (letter) ? find_exit_for_letter (letter) : ENVOI_EXIT_LATER;
    case ENVOI_LETTER_UNKNOWN:
      return ENVOI_EXIT_PROTOCOL;
    case ENVOI_LETTER_FAILED:
      return find_exit_for_letter (letter);
    case ENVOI_LETTER_DRAFT:
      return ENVOI_EXIT_UNAVAILABLE;
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_SENDING:
    case ENVOI_LETTER_SENT:
    default:
      return ENVOI_EXIT_OK;
  }
}
