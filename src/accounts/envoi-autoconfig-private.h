/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

#define ENVOI_AUTOCONFIG_LARGEST (256 * 1024)

/* What a "config-v1.1.xml" says about sending: its first server that has TLS. */
typedef struct {
  char              *host;
  guint16            port;
  EnvoiSmtpSecurity  security;
  char              *user;             /* nullable; with %EMAILADDRESS% and the like */
  gboolean           takes_oauth2;
  gboolean           takes_password;
  char              *name;             /* nullable: what the provider calls itself */
  char              *help_url;         /* nullable, https */
  gboolean           names_domain;     /* it says that it is for the domain that was asked about */
} EnvoiAutoconfig;

/* Errors: G_IO_ERROR_INVALID_DATA (not this format, not safe to read), G_IO_ERROR_NOT_FOUND
 * (no server with TLS in it) */
EnvoiAutoconfig *envoi_autoconfig_parse       (const char             *bytes,
                                               gsize                   length,
                                               const char             *domain,
                                               GError                **error);
void             envoi_autoconfig_free        (EnvoiAutoconfig        *self);
/* The login for an address; NULL = the address. */
char            *envoi_autoconfig_format_user (const EnvoiAutoconfig  *self,
                                               const char             *email);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAutoconfig, envoi_autoconfig_free)

G_END_DECLS
