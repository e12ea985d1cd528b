/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

GSocketConnection *envoi_smtp_dial_sync (const EnvoiSmtpEndpoint  *endpoint,
                                         guint                     timeout_ms,
                                         GCancellable             *cancellable,
                                         GError                  **error);

G_END_DECLS
