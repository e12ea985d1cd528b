/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "envoi-smtp-reply.h"

G_BEGIN_DECLS

/**
 * EnvoiSmtpCapabilities:
 *
 * What one EHLO reply offers. Every EHLO makes a fresh one, so that nothing
 * said before TLS survives it (RFC 3207 section 4.2).
 *
 * Thread: courier
 */
typedef struct {
  gboolean  has_starttls;       /* RFC 3207 */
  gboolean  has_pipelining;     /* RFC 2920 */
  gboolean  has_chunking;       /* RFC 3030 */
  gboolean  has_binarymime;     /* RFC 3030 */
  gboolean  has_8bitmime;       /* RFC 6152 */
  gboolean  has_smtputf8;       /* RFC 6531 */
  gboolean  has_dsn;            /* RFC 3461 */
  gboolean  has_enhanced_codes; /* RFC 2034 */
  gboolean  has_requiretls;     /* RFC 8689 */
  gboolean  has_size;           /* RFC 1870 */
  guint64   size_limit;         /* octets, 0 = not said */
  guint     rcpt_max;           /* RFC 9422, 0 = not said */
  guint     mail_max;           /* RFC 9422, 0 = not said */
  guint     rcpt_domain_max;    /* RFC 9422, 0 = not said */
  char    **mechanisms;         /* upper case, each once, in the server's order */
  char    **keywords;           /* the lines, safe to show */
} EnvoiSmtpCapabilities;

EnvoiSmtpCapabilities *envoi_smtp_capabilities_parse         (const EnvoiSmtpReply        *reply);
void                   envoi_smtp_capabilities_free          (EnvoiSmtpCapabilities       *self);
gboolean               envoi_smtp_capabilities_has_mechanism (const EnvoiSmtpCapabilities *self,
                                                              const char                  *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpCapabilities, envoi_smtp_capabilities_free)

G_END_DECLS
