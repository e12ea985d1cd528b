/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-error-names.h"

#include "envoi-account.h"
#include "envoi-message-error.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"

#include <gio/gio.h>

typedef struct {
  const char *domain;
  int code;
  const char *name;
} CodeName;

#define SMTP(code) { "smtp", ENVOI_SMTP_ERROR_ ## code, #code }
#define MESSAGE(code) { "message", ENVOI_MESSAGE_ERROR_ ## code, #code }
#define STORE(code) { "store", ENVOI_STORE_ERROR_ ## code, #code }
#define SECRETS(code) { "secrets", ENVOI_SECRETS_ERROR_ ## code, #code }
#define ACCOUNTS(code) { "accounts", ENVOI_ACCOUNTS_ERROR_ ## code, #code }
#define OAUTH(code) { "oauth", ENVOI_OAUTH_ERROR_ ## code, #code }
#define IO(code) { "io", G_IO_ERROR_ ## code, #code }

static const CodeName code_names[] = {
  SMTP (UNREACHABLE), SMTP (TLS_REQUIRED), SMTP (TLS_UNTRUSTED), SMTP (AUTH_UNAVAILABLE),
  SMTP (AUTH_REJECTED), SMTP (TRANSIENT), SMTP (PERMANENT), SMTP (RECIPIENTS_REJECTED),
  SMTP (PROTOCOL), SMTP (REFUSED_INPUT), SMTP (OUTCOME_UNKNOWN), SMTP (PROXY_UNUSABLE),
  SMTP (TOO_LARGE), SMTP (UNSUPPORTED),
  MESSAGE (NO_RECIPIENT), MESSAGE (BAD_ADDRESS), MESSAGE (ATTACHMENT_UNREADABLE),
  MESSAGE (TOO_LARGE), MESSAGE (UNSAFE_HTML), MESSAGE (REFUSED_INPUT),
  STORE (CORRUPT), STORE (VERSION), STORE (NO_SPACE), STORE (CONFLICT),
  SECRETS (UNAVAILABLE), SECRETS (LOCKED), SECRETS (DENIED), SECRETS (NOT_FOUND),
  ACCOUNTS (NEEDS_SIGN_IN), ACCOUNTS (INCOMPLETE), ACCOUNTS (NOT_FOUND),
  ACCOUNTS (DISABLED),
  OAUTH (UNREACHABLE), OAUTH (DENIED), OAUTH (STATE_MISMATCH), OAUTH (GRANT_INVALID),
  OAUTH (SCOPE_MISSING), OAUTH (CLIENT_INVALID), OAUTH (MALFORMED),
  IO (CANCELLED), IO (NO_SPACE), IO (NOT_FOUND), IO (PERMISSION_DENIED),
  IO (INVALID_DATA), IO (IS_DIRECTORY), IO (NOT_REGULAR_FILE),
};

/* Domain names are compared as text, so that a layer that is not linked in
 * need not be known here. */
static const struct {
  const char *quark;
  const char *name;
} domain_names[] = {
  { "envoi-smtp-error-quark", "smtp" },
  { "envoi-message-error-quark", "message" },
  { "envoi-store-error-quark", "store" },
  { "envoi-secrets-error-quark", "secrets" },
  { "envoi-accounts-error-quark", "accounts" },
  { "envoi-oauth-error-quark", "oauth" },
  { "g-io-error-quark", "io" },
};

const char *
envoi_error_domain_to_string (GQuark domain)
{
  const char *quark = g_quark_to_string (domain);

  for (guint i = 0; i < G_N_ELEMENTS (domain_names); i++) {
    if (g_strcmp0 (domain_names[i].quark, quark) == 0)
      return domain_names[i].name;
  }

  return "unknown";
}

const char *
envoi_error_code_to_string (const char *domain,
                            int         code)
{
  for (guint i = 0; i < G_N_ELEMENTS (code_names); i++) {
    if (code_names[i].code == code && g_strcmp0 (code_names[i].domain, domain) == 0)
      return code_names[i].name;
  }

  return "UNKNOWN";
}
