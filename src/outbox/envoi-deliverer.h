/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-envelope.h"
#include "envoi-letter-record.h"

G_BEGIN_DECLS

/**
 * EnvoiDeliveryResult:
 *
 * What one attempt came to.
 */
typedef enum {
  ENVOI_DELIVERY_SENT,        /* final 2xx; refused recipients may be in @recipients */
  ENVOI_DELIVERY_REFUSED,     /* will not work without a change */
  ENVOI_DELIVERY_LATER,       /* try again, not before @retry_after */
  ENVOI_DELIVERY_UNKNOWN,     /* may have been delivered */
  ENVOI_DELIVERY_CANCELLED,   /* stopped before the point of no return */
} EnvoiDeliveryResult;

typedef struct {
  EnvoiDeliveryResult  result;
  gint64               retry_after;     /* microseconds since the epoch; 0 = the policy decides */
  gboolean             pauses_account;  /* nothing else of this account before @retry_after */
  GPtrArray           *recipients;      /* of EnvoiRecipientRecord for those that were tried */
  gboolean             is_about_recipients; /* REFUSED for these alone, not for the letter */
  char                *error_domain;    /* as in EnvoiLetterRecord; NULL when SENT */
  int                  error_code;
  char                *error_message;
  char                *phase;
  int                  reply_code;
  char                *reply_enhanced;
  char                *reply_text;
  char                *transcript;
  gboolean             lacks_receipt;   /* one was wanted, and the server gives none */
} EnvoiDeliveryOutcome;

/**
 * EnvoiPace:
 *
 * So many letters in so many minutes; no letters = as many as there are.
 */
typedef struct {
  guint letters;
  guint minutes;
} EnvoiPace;

EnvoiDeliveryOutcome *envoi_delivery_outcome_new  (EnvoiDeliveryResult   result);
void                  envoi_delivery_outcome_free (EnvoiDeliveryOutcome *self);

/* Octets acknowledged, on the main thread. */
typedef void     (*EnvoiDeliveryProgressFunc) (guint64   sent,
                                               guint64   total,
                                               gpointer  user_data);
/* All three on the deliverer's worker thread. Pledge: the letter leaves in the flight
 * at hand, so begin what the commit will wait for; FALSE = it was stopped. Withdraw:
 * nothing of a pledged letter has left, and it goes back to wait. */
typedef gboolean (*EnvoiDeliveryPledgeFunc)   (gpointer   user_data);
typedef void     (*EnvoiDeliveryWithdrawFunc) (gpointer   user_data);
/* The point of no return, pledged before or not. */
typedef gboolean (*EnvoiDeliveryCommitFunc)   (gpointer   user_data,
                                               GError   **error);

/**
 * EnvoiDelivery:
 *
 * One frozen job: a sealed letter and those recipients that are still open.
 */
typedef struct {
  const EnvoiLetterRecord   *letter;       /* with manifest */
  EnvoiEnvelope             *envelope;     /* open recipients only */
  EnvoiDeliveryPledgeFunc    pledge;       /* worker thread */
  EnvoiDeliveryWithdrawFunc  withdraw;     /* worker thread */
  EnvoiDeliveryCommitFunc    commit;       /* worker thread */
  EnvoiDeliveryProgressFunc  progress;     /* main thread */
  gpointer                   user_data;
} EnvoiDelivery;

#define ENVOI_TYPE_DELIVERER (envoi_deliverer_get_type ())

/* Hands letters to the outside world. The outbox owns this interface; the app
 * layer implements it over SMTP, tests by a script. Thread: main */
G_DECLARE_INTERFACE (EnvoiDeliverer, envoi_deliverer, ENVOI, DELIVERER, GObject)

struct _EnvoiDelivererInterface {
  GTypeInterface parent_iface;

  /* @delivery stays valid until the callback. */
  void                  (*deliver_async)  (EnvoiDeliverer       *self,
                                           const EnvoiDelivery  *delivery,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
  /* Never NULL. */
  EnvoiDeliveryOutcome *(*deliver_finish) (EnvoiDeliverer       *self,
                                           GAsyncResult         *result);
  EnvoiPace             (*get_pace)       (EnvoiDeliverer       *self,
                                           const char           *account_id);
};

void                  envoi_deliverer_deliver_async  (EnvoiDeliverer       *self,
                                                      const EnvoiDelivery  *delivery,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
EnvoiDeliveryOutcome *envoi_deliverer_deliver_finish (EnvoiDeliverer       *self,
                                                      GAsyncResult         *result);
EnvoiPace             envoi_deliverer_get_pace       (EnvoiDeliverer       *self,
                                                      const char           *account_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiDeliveryOutcome, envoi_delivery_outcome_free)

G_END_DECLS
