/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-envelope.h"
#include "envoi-smtp-command.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-smtp-outcome.h"

G_BEGIN_DECLS

typedef enum {
  DIALOGUE_SERVER,   /* S: the server says a line */
  DIALOGUE_CLIENT,   /* C: the client must say a line that matches */
  DIALOGUE_TLS,
  DIALOGUE_BODY,     /* the client sends a message */
  DIALOGUE_DROP,
  DIALOGUE_RST,
  DIALOGUE_WAIT,     /* the server falls silent */
  DIALOGUE_RAW,      /* the server sends these octets and falls silent; not in files */
  DIALOGUE_DRIP,     /* the server sends an octet now and then, for ever; not in files */
  DIALOGUE_NEW_KEYS, /* the server asks for new keys now and then, for ever; not in files */
  DIALOGUE_RAW_END,  /* the server sends these octets and closes; not in files */
  DIALOGUE_RAW_ALERT, /* the server sends these octets and a fatal alert of TLS; not in files */
  DIALOGUE_RAW_DEAF, /* the server sends these octets and reads no more; not in files */
} DialogueVerb;

/* What a server does below SMTP. */
typedef enum {
  DIALOGUE_ONE_OCTET_RECORDS = 1 << 0,
  DIALOGUE_KEY_UPDATE = 1 << 1,          /* before each of its replies */
  DIALOGUE_TICKET_FLOOD = 1 << 2,        /* before each of its replies */
  DIALOGUE_TLS_1_2 = 1 << 3,
  DIALOGUE_RENEGOTIATE = 1 << 4,         /* asks for it before each of its replies */
  DIALOGUE_NO_BYE = 1 << 5,              /* no close_notify at the end */
} DialogueTricks;

typedef struct {
  DialogueVerb  verb;
  char         *text;
  guint         line;    /* in the file */
  gsize         length;  /* of RAW */
} DialogueStep;

/* One file of tests/dialogues; README.md there describes the form. */
typedef struct {
  char              *name;
  GPtrArray         *steps;         /* of DialogueStep */
  EnvoiSmtpSecurity  security;
  EnvoiSmtpAuth      auth;
  EnvoiSmtpQuirks    quirks;
  char              *secret;
  char              *host;
  GPtrArray         *recipients;
  EnvoiEnvelopeFlags flags;
  GString           *message;
  guint              n_letters;
  gboolean           is_in_flight;  /* no letter waits for the reply to the one before */
  DialogueTricks     tricks;
  gboolean           is_probe;
  gboolean           is_8bit;
  char              *expect;        /* "sent", or the error's name */
  char              *expect_phase;  /* nullable */
  int                expect_code;
  char              *expect_text;   /* nullable, part of the error's message */
  char             **expect_each;   /* nullable, one a letter in flight */
  char             **expect_states; /* nullable, one a recipient */
} Dialogue;

GPtrArray     *dialogue_load_all           (void);
/* (transfer full) */
Dialogue      *dialogue_load               (const char              *name);
void           dialogue_free               (Dialogue                *self);
EnvoiEnvelope *dialogue_dup_envelope       (const Dialogue          *self);
EnvoiSmtpMessageTraits dialogue_get_traits (const Dialogue          *self);
EnvoiSmtpCredentials *dialogue_dup_credentials (const Dialogue      *self);
EnvoiSmtpEndpoint *dialogue_dup_endpoint   (const Dialogue          *self,
                                            guint16                  port,
                                            const char              *ca_file);
void           dialogue_check_outcome      (const Dialogue          *self,
                                            const EnvoiSmtpOutcome  *outcome);
const char    *dialogue_name_error         (const GError            *error);

G_END_DECLS
