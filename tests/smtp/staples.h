/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

typedef enum {
  STAPLE_GOOD,
  STAPLE_REVOKED,
  STAPLE_UNKNOWN,      /* the responder has never heard of it */
} StapleStatus;

typedef enum {
  STAPLE_BY_ISSUER,
  STAPLE_BY_DELEGATE,        /* whom the issuer has made for this */
  STAPLE_BY_UNFIT_DELEGATE,  /* whom the issuer has made for something else */
  STAPLE_BY_ROOT,            /* trusted, but not the certificate's issuer */
  STAPLE_BY_STRANGER,
  STAPLE_BY_SHOWN_STRANGER,  /* whose certificate the server adds to its chain */
} StapleSigner;

typedef enum {
  STAPLE_WHOLE,
  STAPLE_FOR_OTHER,       /* about another certificate of the same issuer */
  STAPLE_FOR_TWO,         /* good for another certificate, then its word about this one */
  STAPLE_TRY_LATER,       /* the responder had no time */
  STAPLE_BROKEN,          /* its signature is false */
  STAPLE_GARBAGE,
} StapleForm;

/* One OCSP response (RFC 6960) to make; zeroes and hours make a good one. */
typedef struct {
  StapleStatus status;
  StapleSigner signer;
  StapleForm form;
  int from_hours;        /* from now */
  int until_hours;
  gboolean has_no_end;   /* no nextUpdate */
} StapleSpec;

/* Whoever signs; its certificate is in the response if @is_shown. */
typedef struct {
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
  gboolean is_shown;
} StapleResponder;

GByteArray *staple_make (const StapleSpec      *spec,
                         gnutls_x509_crt_t      certificate,
                         gnutls_x509_crt_t      issuer,
                         const StapleResponder *responder);

G_END_DECLS
