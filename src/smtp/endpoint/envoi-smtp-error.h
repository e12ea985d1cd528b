/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENVOI_SMTP_ERROR (envoi_smtp_error_quark ())

/**
 * EnvoiSmtpError:
 * @ENVOI_SMTP_ERROR_UNREACHABLE: no name, no route, refused, timed out, or not a mail server
 * @ENVOI_SMTP_ERROR_TLS_REQUIRED: the server offers no TLS where it must
 * @ENVOI_SMTP_ERROR_TLS_UNTRUSTED: the certificate or the handshake is not acceptable
 * @ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE: no way to sign in that this account may use
 * @ENVOI_SMTP_ERROR_AUTH_REJECTED: the server refused the sign-in
 * @ENVOI_SMTP_ERROR_TRANSIENT: try later (4yz, a throttle, a lost connection before the last byte)
 * @ENVOI_SMTP_ERROR_PERMANENT: refused for good (5yz)
 * @ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED: every recipient was refused, or one with all-or-nothing
 * @ENVOI_SMTP_ERROR_PROTOCOL: the server broke the protocol
 * @ENVOI_SMTP_ERROR_REFUSED_INPUT: an address, name or option cannot be sent; nothing was
 * @ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN: lost after the last byte; may have been delivered
 * @ENVOI_SMTP_ERROR_PROXY_UNUSABLE: the proxy that this computer is set to use leads nowhere
 * @ENVOI_SMTP_ERROR_TOO_LARGE: more than the server says it takes; nothing was sent
 * @ENVOI_SMTP_ERROR_UNSUPPORTED: the letter needs what the server does not offer; nothing was sent
 */
typedef enum {
  ENVOI_SMTP_ERROR_UNREACHABLE,
  ENVOI_SMTP_ERROR_TLS_REQUIRED,
  ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
  ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE,
  ENVOI_SMTP_ERROR_AUTH_REJECTED,
  ENVOI_SMTP_ERROR_TRANSIENT,
  ENVOI_SMTP_ERROR_PERMANENT,
  ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED,
  ENVOI_SMTP_ERROR_PROTOCOL,
  ENVOI_SMTP_ERROR_REFUSED_INPUT,
  ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN,
  ENVOI_SMTP_ERROR_PROXY_UNUSABLE,
  ENVOI_SMTP_ERROR_TOO_LARGE,
  ENVOI_SMTP_ERROR_UNSUPPORTED,
} EnvoiSmtpError;

GQuark envoi_smtp_error_quark (void);

G_END_DECLS
