/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "envoi-envelope.h"
#include "envoi-smtp-capabilities.h"

G_BEGIN_DECLS

/* What MAIL says of the message beside its sender. */
typedef struct {
  guint64  size;             /* octets before dot-stuffing; 0 = say nothing */
  gboolean is_8bit;
  gboolean needs_smtputf8;
} EnvoiSmtpMessageTraits;

char *envoi_smtp_command_format_path  (const char                    *address,
                                       gboolean                       may_be_utf8,
                                       GError                       **error);
char *envoi_smtp_command_format_xtext (const char                    *text);
char *envoi_smtp_command_format_mail  (const EnvoiEnvelope           *envelope,
                                       const EnvoiSmtpMessageTraits  *traits,
                                       const EnvoiSmtpCapabilities   *offers,
                                       GError                       **error);
char *envoi_smtp_command_format_rcpt  (const EnvoiEnvelope           *envelope,
                                       guint                          index,
                                       const EnvoiSmtpCapabilities   *offers,
                                       GError                       **error);
gboolean envoi_smtp_command_lacks_notices (const EnvoiEnvelope         *envelope,
                                           const EnvoiSmtpCapabilities *offers);

G_END_DECLS
