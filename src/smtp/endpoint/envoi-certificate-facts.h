/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What can be wrong with a server's certificate; several at once. */
typedef enum {
  ENVOI_CERTIFICATE_NO_NAME = 1 << 0,           /* names no server at all (RFC 9525 section 6) */
  ENVOI_CERTIFICATE_OTHER_NAME = 1 << 1,
  ENVOI_CERTIFICATE_SELF_SIGNED = 1 << 2,
  ENVOI_CERTIFICATE_UNKNOWN_ISSUER = 1 << 3,
  ENVOI_CERTIFICATE_ISSUER_UNFIT = 1 << 4,      /* the issuer is no authority, or not for this */
  ENVOI_CERTIFICATE_FALSE_SIGNATURE = 1 << 5,
  ENVOI_CERTIFICATE_WEAK = 1 << 6,
  ENVOI_CERTIFICATE_NOT_YET_VALID = 1 << 7,
  ENVOI_CERTIFICATE_EXPIRED = 1 << 8,
  ENVOI_CERTIFICATE_NOT_FOR_SERVERS = 1 << 9,
  ENVOI_CERTIFICATE_UNKNOWN_CONDITION = 1 << 10, /* a critical extension nobody knows */
  ENVOI_CERTIFICATE_REVOKED = 1 << 11,
  ENVOI_CERTIFICATE_NO_STATUS = 1 << 12,        /* must be stapled and is not (RFC 7633) */
  ENVOI_CERTIFICATE_FALSE_STATUS = 1 << 13,
  ENVOI_CERTIFICATE_OTHER_KEY = 1 << 14,        /* not the one that was pinned */
  ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE = 1 << 15, /* a certificate between it and the authority */
  ENVOI_CERTIFICATE_UNVERIFIABLE = 1 << 16,     /* for a reason that has no name here */
} EnvoiCertificateFaults;

/**
 * EnvoiCertificateFacts:
 *
 * What a server showed of itself and why it was not believed. Its text form
 * travels in the message of a TLS_UNTRUSTED error, so that whoever shows the
 * error, also after a restart, can say it in the person's language.
 *
 * Thread: any (immutable)
 */
typedef struct {
  char                   *host;         /* who was meant to be there */
  char                   *names;        /* for whom it is, safe to show; "" = nobody */
  char                   *issuer;       /* safe to show; "" = nobody it names */
  gint64                  valid_from;   /* seconds since the epoch */
  gint64                  valid_until;
  char                   *key;          /* "sha256:" and 64 digits of its SubjectPublicKeyInfo */
  EnvoiCertificateFaults  faults;       /* 0 = trusted */
} EnvoiCertificateFacts;

#define ENVOI_TYPE_CERTIFICATE_FACTS (envoi_certificate_facts_get_type ())

GType                  envoi_certificate_facts_get_type (void) G_GNUC_CONST;
EnvoiCertificateFacts *envoi_certificate_facts_copy     (const EnvoiCertificateFacts *self);
void                   envoi_certificate_facts_free     (EnvoiCertificateFacts       *self);
char                  *envoi_certificate_facts_format   (const EnvoiCertificateFacts *self);
EnvoiCertificateFacts *envoi_certificate_facts_parse    (const char                  *text);
/* "expired", "other-name" ...: for scripts. */
char                 **envoi_certificate_facts_dup_faults (const EnvoiCertificateFacts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiCertificateFacts, envoi_certificate_facts_free)

G_END_DECLS
