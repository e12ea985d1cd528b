/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-sasl.h"

G_BEGIN_DECLS

/* One mechanism: a const table of what it does. */
typedef struct {
  const char   *name;             /* as in the EHLO reply */
  gboolean      is_client_first;  /* has an initial response (RFC 4954 section 4) */
  gboolean      needs_binding;    /* works inside TLS 1.3 only (RFC 9266) */
  /* The initial response; for mechanisms where the server speaks first, unused. */
  EnvoiSecret *(*begin)           (EnvoiSasl     *self,
                                   GError       **error);
  EnvoiSecret *(*respond)         (EnvoiSasl     *self,
                                   const guint8  *challenge,
                                   gsize          length,
                                   GError       **error);
  gboolean    (*is_server_proven) (EnvoiSasl     *self);  /* nullable: nothing to prove */
  void        (*finish)           (EnvoiSasl     *self);  /* nullable */
} EnvoiSaslMechanism;

struct _EnvoiSasl {
  const EnvoiSaslMechanism *mechanism;
  EnvoiSmtpCredentials     *credentials;
  char                     *host;
  guint16                   port;
  GBytes                   *channel_binding;  /* nullable, tls-exporter */
  guint                     n_challenges;
  const char               *explanation;      /* nullable, what the server's error means */
  gpointer                  state;            /* the mechanism's own */
};

extern const EnvoiSaslMechanism envoi_sasl_plain;
extern const EnvoiSaslMechanism envoi_sasl_login;
extern const EnvoiSaslMechanism envoi_sasl_cram_md5;
extern const EnvoiSaslMechanism envoi_sasl_scram_sha_1;
extern const EnvoiSaslMechanism envoi_sasl_scram_sha_1_plus;
extern const EnvoiSaslMechanism envoi_sasl_scram_sha_256;
extern const EnvoiSaslMechanism envoi_sasl_scram_sha_256_plus;
extern const EnvoiSaslMechanism envoi_sasl_xoauth2;
extern const EnvoiSaslMechanism envoi_sasl_oauthbearer;

EnvoiSecret *envoi_sasl_take_message    (GString       *message);
EnvoiSecret *envoi_sasl_refuse          (GError       **error,
                                         const char    *message);
char        *envoi_sasl_dup_json_status (const guint8  *json,
                                         gsize          length);
const char  *envoi_sasl_explain_status  (const char    *status);
/* envoi-sasl-bearer.c, for both that take a token */
EnvoiSecret *envoi_sasl_take_bearer     (GString       *message,
                                         EnvoiSecret   *token);
EnvoiSecret *envoi_sasl_answer_status   (EnvoiSasl     *self,
                                         const guint8  *challenge,
                                         gsize          length,
                                         const char    *answer,
                                         GError       **error);

G_END_DECLS
