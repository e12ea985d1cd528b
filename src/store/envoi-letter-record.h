/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-envelope.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_LETTER_DRAFT,
  ENVOI_LETTER_QUEUED,     /* hold_until in the future: undo time or schedule */
  ENVOI_LETTER_SENDING,
  ENVOI_LETTER_WAITING,    /* next_try */
  ENVOI_LETTER_SENT,
  ENVOI_LETTER_FAILED,
  ENVOI_LETTER_UNKNOWN,    /* may have been delivered */
} EnvoiLetterState;

const char *envoi_letter_state_to_string   (EnvoiLetterState  state);
gboolean    envoi_letter_state_from_string (const char       *text,
                                            EnvoiLetterState *state);

typedef enum {
  ENVOI_RECIPIENT_PENDING,
  ENVOI_RECIPIENT_ACCEPTED,
  ENVOI_RECIPIENT_DEFERRED,
  ENVOI_RECIPIENT_REFUSED,
  ENVOI_RECIPIENT_UNKNOWN,
  ENVOI_RECIPIENT_RETURNED,    /* accepted, and came back later */
  ENVOI_RECIPIENT_DELAYED,     /* accepted, and reported late so far */
  ENVOI_RECIPIENT_DELIVERED,   /* accepted, and reported in the mailbox */
} EnvoiRecipientState;

const char *envoi_recipient_state_to_string   (EnvoiRecipientState  state);
gboolean    envoi_recipient_state_from_string (const char          *text,
                                               EnvoiRecipientState *state);

typedef struct {
  char                *address;
  EnvoiRecipientState  state;
  int                  code;       /* 0 = no reply yet */
  char                *enhanced;   /* nullable */
  char                *text;       /* nullable */
} EnvoiRecipientRecord;

/* A draft whose id begins so is a template: a letter to begin letters from. It is kept and
 * thrown away like any draft. */
#define ENVOI_TEMPLATE_ID_PREFIX "template-"

EnvoiRecipientRecord *envoi_recipient_record_new  (const char                 *address);
EnvoiRecipientRecord *envoi_recipient_record_copy (const EnvoiRecipientRecord *self);
void                  envoi_recipient_record_free (EnvoiRecipientRecord       *self);

/**
 * EnvoiLetterRecord:
 *
 * One row of the store with its recipients: a draft, a letter on its way or a
 * sent one. Times are microseconds since the epoch, 0 = none. @manifest is what
 * the message layer serialised: a draft's fields while DRAFT, else the sealed
 * manifest; the store does not look into it.
 *
 * Thread: any while one owner holds it; copied over threads
 */
typedef struct {
  char             *id;
  EnvoiLetterState  state;
  char             *account_id;
  char             *subject;
  char             *to_line;       /* for lists */
  char             *message_id;    /* "" while DRAFT */
  guint64           size;          /* octets of the message; 0 while DRAFT */
  gint64            created;
  gint64            changed;
  gint64            hold_until;
  gint64            next_try;
  gint64            first_try;
  guint             attempts;
  gboolean          was_cancelled; /* DRAFT again by "outbox cancel" */
  GBytes           *manifest;      /* nullable in lists */
  EnvoiEnvelope    *envelope;      /* nullable while DRAFT */
  GPtrArray        *recipients;    /* of EnvoiRecipientRecord */
  char             *search_text;   /* nullable: what search finds besides subject and people;
                                    * only written, and only together with a manifest */
  char             *excerpt;       /* nullable: of the text around the first word that search found
                                    * in it; only in what a search gives */
  char            **blob_ids;      /* blobs that must stay */
  /* The last attempt's result: */
  char             *error_domain;  /* nullable: "smtp", "store", "secrets" ... */
  int               error_code;    /* EnvoiSmtpError ... */
  char             *error_message; /* nullable: the GError's own text */
  char             *phase;         /* nullable: envoi_smtp_phase_to_string() */
  int               reply_code;
  char             *reply_enhanced;/* nullable */
  char             *reply_text;    /* nullable: the server's words */
  char             *transcript;    /* nullable; only when loaded whole */
  gboolean          lacks_receipt; /* one was wanted, and the server gives none */
  /* Kept by the store and the outbox: */
  gint64            revision;      /* of the row as it was read; 0 = not from the store */
  gboolean          is_handed_over;/* SENDING past the point of no return */
  gboolean          is_dismissed;  /* the person has seen the refused recipients */
  guint             part_size;     /* recipients of one attempt; 0 = all that are open */
  gboolean          pauses_account;/* WAITING: nothing else of the account before next_try */
} EnvoiLetterRecord;

#define ENVOI_TYPE_LETTER_RECORD (envoi_letter_record_get_type ())

GType              envoi_letter_record_get_type (void) G_GNUC_CONST;
EnvoiLetterRecord *envoi_letter_record_new      (const char              *id);
EnvoiLetterRecord *envoi_letter_record_copy     (const EnvoiLetterRecord *self);
void               envoi_letter_record_free     (EnvoiLetterRecord       *self);
gboolean           envoi_letter_record_is_template (const EnvoiLetterRecord *self);
void               envoi_letter_record_clear_result (EnvoiLetterRecord   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiRecipientRecord, envoi_recipient_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiLetterRecord, envoi_letter_record_free)

G_END_DECLS
