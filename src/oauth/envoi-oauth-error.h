/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENVOI_OAUTH_ERROR (envoi_oauth_error_quark ())

/**
 * EnvoiOAuthError:
 * @ENVOI_OAUTH_ERROR_UNREACHABLE: no answer, or "try again later"; nothing is lost
 * @ENVOI_OAUTH_ERROR_DENIED: the person or an administrator said no
 * @ENVOI_OAUTH_ERROR_STATE_MISMATCH: the answer belongs to another sign-in or another server
 * @ENVOI_OAUTH_ERROR_GRANT_INVALID: the permission is gone; the person must sign in again
 * @ENVOI_OAUTH_ERROR_SCOPE_MISSING: the permission does not cover sending mail
 * @ENVOI_OAUTH_ERROR_CLIENT_INVALID: the provider does not know this program's client id or secret
 * @ENVOI_OAUTH_ERROR_MALFORMED: the answer makes no sense
 */
typedef enum {
  ENVOI_OAUTH_ERROR_UNREACHABLE,
  ENVOI_OAUTH_ERROR_DENIED,
  ENVOI_OAUTH_ERROR_STATE_MISMATCH,
  ENVOI_OAUTH_ERROR_GRANT_INVALID,
  ENVOI_OAUTH_ERROR_SCOPE_MISSING,
  ENVOI_OAUTH_ERROR_CLIENT_INVALID,
  ENVOI_OAUTH_ERROR_MALFORMED,
} EnvoiOAuthError;

GQuark  envoi_oauth_error_quark (void);
/* From the "error" and "error_description" of an answer (RFC 6749, RFC 8628). */
GError *envoi_oauth_error_new   (const char *name,
                                 const char *description);

G_END_DECLS
