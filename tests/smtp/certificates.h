/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include "envoi-certificate-facts.h"
#include "staples.h"

G_BEGIN_DECLS

typedef enum {
  SIGNER_ROOT,          /* the authority that is trusted */
  SIGNER_STRANGER,      /* an authority that is not */
  SIGNER_SELF,
  SIGNER_INTERMEDIATE,  /* shown in the chain, issued by the root */
  SIGNER_HIDDEN,        /* the same, left out of the chain */
  SIGNER_LEAF,          /* a server's certificate that signs another */
  SIGNER_EXPIRED,       /* an intermediate that has expired */
  SIGNER_CONSTRAINED,   /* an intermediate for other.example only */
  SIGNER_CLIENT_ONLY,   /* an intermediate whose purpose is not servers */
} Signer;

typedef enum {
  KEY_P256,
  KEY_RSA_2048,
  KEY_RSA_1024,
} Key;

/* One certificate to make; zeroes make a good one for no name. */
typedef struct {
  const char  *prose;          /* what is the matter with it */
  const char  *dns[4];
  const char  *raw_dns;        /* a dNSName with octets as they are */
  gsize        raw_dns_length;
  const char  *address;        /* iPAddress */
  const char  *mail;           /* rfc822Name */
  const char  *uri;
  const char  *common_name;
  Signer       signer;
  Key          key;
  int          from_days;      /* from now, when @has_dates */
  int          until_days;
  gboolean     has_dates;
  const char  *purpose;        /* extended key usage, default servers */
  gboolean     has_no_purpose;
  gboolean     is_sha1;
  gboolean     is_must_staple;
  gboolean     has_unknown_critical;
  gboolean     is_signature_broken;
  gboolean     is_ca;
  const StapleSpec *staple;    /* nullable */
  EnvoiCertificateFaults faults; /* all that is wrong with it */
} CertificateSpec;

const char                       *certificates_get_ca_file  (void);
gnutls_certificate_credentials_t  certificates_make         (const CertificateSpec  *spec,
                                                             char                  **key_pin);
gnutls_certificate_credentials_t  certificates_get_localhost (void);

G_END_DECLS
