/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-secret.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_SMTP_SECURITY_TLS,        /* implicit TLS, RFC 8314 */
  ENVOI_SMTP_SECURITY_STARTTLS,   /* RFC 3207, required, never optional */
} EnvoiSmtpSecurity;

typedef enum {
  ENVOI_SMTP_AUTH_AUTO,
  ENVOI_SMTP_AUTH_PLAIN,
  ENVOI_SMTP_AUTH_LOGIN,
  ENVOI_SMTP_AUTH_CRAM_MD5,
  ENVOI_SMTP_AUTH_SCRAM_SHA_256,  /* -PLUS preferred when offered */
  ENVOI_SMTP_AUTH_XOAUTH2,
  ENVOI_SMTP_AUTH_OAUTHBEARER,
} EnvoiSmtpAuth;

typedef enum {
  ENVOI_SMTP_QUIRK_NONE = 0,
  ENVOI_SMTP_QUIRK_NO_PIPELINING = 1 << 0,
  ENVOI_SMTP_QUIRK_NO_CHUNKING = 1 << 1,
  ENVOI_SMTP_QUIRK_NO_SIZE = 1 << 2,
  ENVOI_SMTP_QUIRK_ONE_AT_A_TIME = 1 << 3,   /* no letter before the last one's reply */
} EnvoiSmtpQuirks;

/* Whom to trust instead of those the system trusts. Both are nullable and copied. */
typedef struct {
  const char *ca_file;      /* a PEM file that replaces the system's trust */
  const char *pinned_key;   /* "sha256:" and 64 hexadecimal digits of the one SubjectPublicKeyInfo */
} EnvoiSmtpTrust;

/**
 * EnvoiSmtpEndpoint:
 *
 * Where to submit and whom to trust there.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiSmtpEndpoint EnvoiSmtpEndpoint;

#define ENVOI_TYPE_SMTP_ENDPOINT (envoi_smtp_endpoint_get_type ())

GType              envoi_smtp_endpoint_get_type     (void) G_GNUC_CONST;
/* @trust: nullable, for those the system trusts.
 * Errors: REFUSED_INPUT (host empty or with a control character or space, port 0) */
EnvoiSmtpEndpoint *envoi_smtp_endpoint_new          (const char               *host,
                                                     guint16                   port,
                                                     EnvoiSmtpSecurity         security,
                                                     const EnvoiSmtpTrust     *trust,
                                                     EnvoiSmtpQuirks           quirks,
                                                     GError                  **error);
EnvoiSmtpEndpoint *envoi_smtp_endpoint_dup_with_quirks (const EnvoiSmtpEndpoint *self,
                                                     EnvoiSmtpQuirks           quirks);
EnvoiSmtpEndpoint *envoi_smtp_endpoint_ref          (EnvoiSmtpEndpoint        *self);
void               envoi_smtp_endpoint_unref        (EnvoiSmtpEndpoint        *self);
const char        *envoi_smtp_endpoint_get_host     (const EnvoiSmtpEndpoint  *self);
guint16            envoi_smtp_endpoint_get_port     (const EnvoiSmtpEndpoint  *self);
EnvoiSmtpSecurity  envoi_smtp_endpoint_get_security (const EnvoiSmtpEndpoint  *self);
const char        *envoi_smtp_endpoint_get_ca_file  (const EnvoiSmtpEndpoint  *self);
const char        *envoi_smtp_endpoint_get_pinned_key (const EnvoiSmtpEndpoint *self);
EnvoiSmtpQuirks    envoi_smtp_endpoint_get_quirks   (const EnvoiSmtpEndpoint  *self);
gboolean           envoi_smtp_endpoint_is_equal     (const EnvoiSmtpEndpoint  *self,
                                                     const EnvoiSmtpEndpoint  *other);

/* Names as the command line and the account file write them: "tls", "scram-sha-256" ... */
const char        *envoi_smtp_security_to_string    (EnvoiSmtpSecurity         security);
gboolean           envoi_smtp_security_from_string  (const char               *text,
                                                     EnvoiSmtpSecurity        *security);
const char        *envoi_smtp_auth_to_string        (EnvoiSmtpAuth             auth);
gboolean           envoi_smtp_auth_from_string      (const char               *text,
                                                     EnvoiSmtpAuth            *auth);

/**
 * EnvoiSmtpCredentials:
 *
 * Who signs in and by which class of mechanism. @secret is a password for the
 * password mechanisms and an access token for XOAUTH2 and OAUTHBEARER; AUTO
 * means password mechanisms.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiSmtpCredentials EnvoiSmtpCredentials;

#define ENVOI_TYPE_SMTP_CREDENTIALS (envoi_smtp_credentials_get_type ())

GType                 envoi_smtp_credentials_get_type   (void) G_GNUC_CONST;
EnvoiSmtpCredentials *envoi_smtp_credentials_new        (EnvoiSmtpAuth               auth,
                                                         const char                 *user,
                                                         EnvoiSecret                *secret);
EnvoiSmtpCredentials *envoi_smtp_credentials_ref        (EnvoiSmtpCredentials       *self);
void                  envoi_smtp_credentials_unref      (EnvoiSmtpCredentials       *self);
EnvoiSmtpAuth         envoi_smtp_credentials_get_auth   (const EnvoiSmtpCredentials *self);
const char           *envoi_smtp_credentials_get_user   (const EnvoiSmtpCredentials *self);
EnvoiSecret          *envoi_smtp_credentials_get_secret (const EnvoiSmtpCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpEndpoint, envoi_smtp_endpoint_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpCredentials, envoi_smtp_credentials_unref)

G_END_DECLS
