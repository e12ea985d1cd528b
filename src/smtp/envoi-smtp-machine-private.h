/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-error.h"
#include "envoi-smtp-framing.h"
#include "envoi-smtp-machine.h"
#include "envoi-smtp-outcome-private.h"
#include "envoi-smtp-plan.h"
#include "envoi-smtp-transcript.h"
#include "sasl/envoi-sasl.h"

G_BEGIN_DECLS

/* What a reply answers. */
typedef enum {
  ENVOI_SMTP_OWED_GREETING,
  ENVOI_SMTP_OWED_EHLO,
  ENVOI_SMTP_OWED_STARTTLS,
  ENVOI_SMTP_OWED_AUTH,
  ENVOI_SMTP_OWED_RSET,
  ENVOI_SMTP_OWED_MAIL,
  ENVOI_SMTP_OWED_RCPT,
  ENVOI_SMTP_OWED_DATA,
  ENVOI_SMTP_OWED_CHUNK,       /* a BDAT that is not the last */
  ENVOI_SMTP_OWED_FINAL,       /* the dot, or the last BDAT */
  ENVOI_SMTP_OWED_QUIT,
  ENVOI_SMTP_N_OWED,
} EnvoiSmtpOwed;

typedef struct _EnvoiSmtpLetter EnvoiSmtpLetter;

/* One command, queued or sent. */
typedef struct {
  EnvoiSmtpLetter *letter;     /* borrowed: whose it is; lives until it is answered */
  EnvoiSmtpOwed  owed;
  guint          recipient;    /* of RCPT */
  char          *line;         /* nullable, with CRLF */
  gsize          n_octets;     /* counted in the window while unanswered */
  guint64        end;          /* where in all the output it ends, with the octets it announces */
} EnvoiSmtpCommand;

/* One operation, from its first command to its last reply: a letter on its way,
 * or the opening or the end of the session, which have no envelope. */
struct _EnvoiSmtpLetter {
  EnvoiSmtpOutcome    *outcome;
  EnvoiSmtpTranscript *transcript;
  gboolean             is_over;
  guint                n_open;      /* commands without a reply, queued or sent */
  guint                n_owed;      /* those that were sent */
  gsize                n_owed_octets;

  EnvoiEnvelope    *envelope;       /* nullable */
  EnvoiSmtpPlan     plan;
  EnvoiSmtpFraming  framing;
  guint64           size;
  guint64           n_given;        /* octets of the message so far */
  guint64           chunk_left;     /* octets that the present BDAT still wants */
  guint8            last_octet;     /* of the message, kept back until the commit */
  guint             n_recipients;   /* asked for; RCPTMAX may leave some for later */
  guint             n_accepted;
  gboolean          is_mail_refused;
  gboolean          is_chunk_refused;
  gboolean          is_body_begun;
  gboolean          is_probe;
  gboolean          is_committed;
  guint64           end;            /* once committed: where in all the output it ends */
};

struct _EnvoiSmtpMachine {
  EnvoiSmtpEndpoint     *endpoint;
  EnvoiSmtpCredentials  *credentials;      /* nullable */
  EnvoiClock            *clock;
  GTimeZone             *zone;              /* of the transcript */
  EnvoiSmtpReplyParser  *parser;
  GByteArray            *output;
  gsize                  n_written;        /* of @output */
  guint64                n_written_before; /* octets before @output, on this connection */
  GQueue                 queued;           /* of EnvoiSmtpCommand, to be sent */
  GQueue                 owed;             /* of EnvoiSmtpCommand, sent and unanswered */
  EnvoiSmtpCommand      *answered;         /* nullable, while its reply is handled */

  EnvoiSmtpState         state;
  gboolean               is_secure;        /* inside verified TLS */
  gboolean               is_sign_in_later; /* the opening ends before AUTH */
  guint                  n_replies;
  guint                  n_letters;        /* MAIL commands on this connection */
  guint                  n_taken;          /* letters that were accepted on it */

  char                  *greeting;
  EnvoiSmtpCapabilities *offers;
  GBytes                *channel_binding;
  EnvoiSasl             *sasl;
  EnvoiSecret           *initial_response; /* nullable, waits for an empty challenge */
  GPtrArray             *said;             /* of EnvoiSecret: the responses as they went out */
  guint                  n_challenges;
  GError                *sasl_error;       /* why the exchange was cancelled */

  GQueue                 letters;          /* of EnvoiSmtpLetter, whose outcomes were not taken */
  EnvoiSmtpLetter       *current;          /* nullable: the one @state tells of, the last begun */
  gboolean               is_given_up;      /* the current one: nothing may follow it */
  EnvoiSmtpLetter       *letter;           /* nullable: the one at hand, whose reply is handled */
};

/* envoi-smtp-machine.c */
void        envoi_smtp_machine_set_state        (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpState        state);

/* envoi-smtp-machine-queue.c */
void        envoi_smtp_command_free             (EnvoiSmtpCommand     *command);
EnvoiSmtpCommand *envoi_smtp_machine_take_owed  (EnvoiSmtpMachine     *self);
void        envoi_smtp_machine_queue            (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpOwed         owed,
                                                 char                 *line);
void        envoi_smtp_machine_queue_rcpt       (EnvoiSmtpMachine     *self,
                                                 guint                 recipient,
                                                 char                 *line);
void        envoi_smtp_machine_pump             (EnvoiSmtpMachine     *self);
void        envoi_smtp_machine_owe              (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpOwed         owed,
                                                 guint64               n_to_come);
gboolean    envoi_smtp_machine_has_asked        (EnvoiSmtpMachine     *self,
                                                 const EnvoiSmtpReply *reply);
void        envoi_smtp_machine_drop_queued      (EnvoiSmtpMachine     *self);
guint64     envoi_smtp_machine_count_output     (EnvoiSmtpMachine     *self);

/* envoi-smtp-machine-flight.c */
EnvoiSmtpLetter *envoi_smtp_flight_add          (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpPhase        phase);
void        envoi_smtp_flight_clear             (EnvoiSmtpMachine     *self);
void        envoi_smtp_flight_turn_to_reply     (EnvoiSmtpMachine     *self);
void        envoi_smtp_flight_turn_to_current   (EnvoiSmtpMachine     *self);
gboolean    envoi_smtp_flight_is_over           (const EnvoiSmtpMachine *self);
gboolean    envoi_smtp_flight_is_current        (const EnvoiSmtpMachine *self);
gboolean    envoi_smtp_flight_has_earlier       (const EnvoiSmtpMachine *self);
EnvoiSmtpPhase envoi_smtp_flight_get_phase      (const EnvoiSmtpMachine *self,
                                                 const EnvoiSmtpLetter  *letter);
void        envoi_smtp_flight_end_given_up      (EnvoiSmtpMachine     *self);
void        envoi_smtp_flight_give_up           (EnvoiSmtpMachine     *self,
                                                 const GError         *cause);

/* envoi-smtp-machine-result.c */
void        envoi_smtp_machine_note_failure     (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpError        code,
                                                 const EnvoiSmtpReply *reply,
                                                 const char           *message);
void        envoi_smtp_machine_note_reply       (EnvoiSmtpMachine     *self,
                                                 const EnvoiSmtpReply *reply);
void        envoi_smtp_machine_finish           (EnvoiSmtpMachine     *self);
void        envoi_smtp_machine_close            (EnvoiSmtpMachine     *self);
void        envoi_smtp_machine_break_off        (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpError        code,
                                                 const char           *message);

/* envoi-smtp-machine-session.c */
void        envoi_smtp_session_begin            (EnvoiSmtpMachine     *self);
void        envoi_smtp_session_did_secure       (EnvoiSmtpMachine     *self);
void        envoi_smtp_session_take_reply       (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpOwed         owed,
                                                 EnvoiSmtpReply       *reply);

/* envoi-smtp-machine-auth.c */
void        envoi_smtp_auth_begin               (EnvoiSmtpMachine     *self);
void        envoi_smtp_auth_take_reply          (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpReply       *reply);

/* envoi-smtp-machine-redact.c */
void        envoi_smtp_redact_remember          (EnvoiSmtpMachine     *self,
                                                 const char           *base64);
void        envoi_smtp_redact_text              (const EnvoiSmtpMachine *self,
                                                 char                **text);
void        envoi_smtp_redact_reply             (EnvoiSmtpMachine     *self,
                                                 EnvoiSmtpReply       *reply);

/* envoi-smtp-machine-body.c */
void        envoi_smtp_body_begin               (EnvoiSmtpMachine     *self);

/* envoi-smtp-machine-letter.c */
void        envoi_smtp_letter_begin             (EnvoiSmtpMachine     *self,
                                                 EnvoiEnvelope        *envelope,
                                                 const EnvoiSmtpMessageTraits *traits);
void        envoi_smtp_letter_take_reply        (EnvoiSmtpMachine     *self,
                                                 const EnvoiSmtpCommand *command,
                                                 const EnvoiSmtpReply *reply);
void        envoi_smtp_letter_take_early_reply  (EnvoiSmtpMachine     *self,
                                                 const EnvoiSmtpReply *reply);
void        envoi_smtp_letter_go_on             (EnvoiSmtpMachine     *self);

G_END_DECLS
