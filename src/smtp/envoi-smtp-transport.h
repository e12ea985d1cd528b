/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-certificate-facts.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

/**
 * EnvoiSmtpTransport:
 *
 * Octets to and from one socket, in clear and then inside TLS, never blocking
 * longer than it was told. Reading and writing go on side by side.
 *
 * Thread: courier
 */
typedef struct _EnvoiSmtpTransport EnvoiSmtpTransport;

/* One turn: what goes out, where what comes in is put, and what came of it. */
typedef struct {
  const guint8 *output;
  gsize         n_output;
  gsize         n_taken;      /* out: of the output */
  guint8       *input;
  gsize         n_input;      /* room */
  gsize         n_read;       /* out: octets of input */
  gboolean      is_hung_up;   /* out: the peer has */
} EnvoiSmtpExchange;

EnvoiSmtpTransport *envoi_smtp_transport_new            (GSocketConnection        *connection);
void                envoi_smtp_transport_free           (EnvoiSmtpTransport       *self);
gboolean            envoi_smtp_transport_start_tls      (EnvoiSmtpTransport       *self,
                                                         const EnvoiSmtpEndpoint  *endpoint,
                                                         GError                  **error);
gboolean            envoi_smtp_transport_handshake      (EnvoiSmtpTransport       *self,
                                                         guint                     timeout_ms,
                                                         GCancellable             *cancellable,
                                                         gboolean                 *is_done,
                                                         GError                  **error);
gboolean            envoi_smtp_transport_exchange       (EnvoiSmtpTransport       *self,
                                                         EnvoiSmtpExchange        *turn,
                                                         guint                     timeout_ms,
                                                         GCancellable             *cancellable,
                                                         GError                  **error);
gboolean            envoi_smtp_transport_has_unsent     (const EnvoiSmtpTransport *self);
gsize               envoi_smtp_transport_count_unsent   (const EnvoiSmtpTransport *self);
gsize               envoi_smtp_transport_count_unacked  (const EnvoiSmtpTransport *self);
guint64             envoi_smtp_transport_get_n_sent     (const EnvoiSmtpTransport *self);
void                envoi_smtp_transport_say_bye        (EnvoiSmtpTransport       *self);
GBytes             *envoi_smtp_transport_dup_binding    (EnvoiSmtpTransport       *self);
char               *envoi_smtp_transport_dup_version    (EnvoiSmtpTransport       *self);
char               *envoi_smtp_transport_dup_cipher     (EnvoiSmtpTransport       *self);
EnvoiCertificateFacts *envoi_smtp_transport_dup_facts   (EnvoiSmtpTransport       *self,
                                                         const EnvoiSmtpEndpoint  *endpoint);
void                envoi_smtp_transport_reject_peer    (EnvoiSmtpTransport       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpTransport, envoi_smtp_transport_free)

G_END_DECLS
