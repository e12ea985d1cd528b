/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-deliverer.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_FAKE_DELIVERER (envoi_fake_deliverer_get_type ())

/* A server and the way to it, in one object that does as it is told. */
G_DECLARE_FINAL_TYPE (EnvoiFakeDeliverer, envoi_fake_deliverer, ENVOI, FAKE_DELIVERER, GObject)

typedef enum {
  ENVOI_ORDER_HOLD,            /* wait for another order, or for being stopped */
  ENVOI_ORDER_COMMIT,          /* pass the point of no return, then wait */
  ENVOI_ORDER_SEND,            /* commit, accept, answer 250 */
  ENVOI_ORDER_SEND_PARTLY,     /* as SEND, but the last recipient is refused */
  ENVOI_ORDER_SEND_REST_LATER, /* as SEND, but the last recipient is put off */
  ENVOI_ORDER_REFUSE,          /* 550 before the commit */
  ENVOI_ORDER_LATER,           /* 451 before the commit */
  ENVOI_ORDER_THROTTLE,        /* 450: nothing of this account for 10 minutes */
  ENVOI_ORDER_SIGN_IN,         /* the token has expired and there is no new one */
  ENVOI_ORDER_OFFLINE,         /* no connection */
  ENVOI_ORDER_LATER_AT_END,    /* commit, then 451 */
  ENVOI_ORDER_LOSE_ANSWER,     /* commit, accept, the connection is lost */
  ENVOI_ORDER_LOSE_LETTER,     /* commit, the connection is lost before the last byte */
  ENVOI_N_ORDERS,
} EnvoiOrder;

/* On the worker thread. */
typedef EnvoiOrder (*EnvoiFakeOrderFunc) (const EnvoiDelivery *delivery,
                                          gpointer             user_data);
typedef void       (*EnvoiFakeStepFunc)  (const char          *step,
                                          const EnvoiDelivery *delivery,
                                          gpointer             user_data);

typedef struct {
  char    *letter_id;
  GBytes  *manifest;
  char   **recipients;   /* for whom it was accepted */
} EnvoiAcceptance;

EnvoiFakeDeliverer    *envoi_fake_deliverer_new (void);
/* Without it every call holds. */
void                   envoi_fake_deliverer_set_auto (EnvoiFakeDeliverer *self,
                                                 EnvoiFakeOrderFunc  function,
                                                 EnvoiFakeStepFunc   step,
                                                 gpointer            user_data);
void                   envoi_fake_deliverer_order (EnvoiFakeDeliverer *self,
                                                 const char          *letter_id,
                                                 EnvoiOrder           order);
void                   envoi_fake_deliverer_set_now (EnvoiFakeDeliverer *self,
                                                 gint64               now);
void                   envoi_fake_deliverer_set_pace (EnvoiFakeDeliverer *self,
                                                 EnvoiPace            pace);
gboolean               envoi_fake_deliverer_is_holding (EnvoiFakeDeliverer *self,
                                                 const char          *letter_id);
/* What it holds may be with the server already, whatever becomes of this process. */
gboolean               envoi_fake_deliverer_is_past_commit (EnvoiFakeDeliverer *self,
                                                 const char          *letter_id);
/* Nothing happens before the next order: what goes on holds, or has been answered. */
gboolean               envoi_fake_deliverer_is_resting (EnvoiFakeDeliverer *self);
guint                  envoi_fake_deliverer_get_n_calls (EnvoiFakeDeliverer *self);
/* Of an account, later than @after, without the first @n_forgotten of all. */
guint                  envoi_fake_deliverer_count_calls (EnvoiFakeDeliverer *self,
                                                 const char          *account_id,
                                                 guint                n_forgotten,
                                                 gint64               after);
/* Copies, so that the worker may go on. (element-type EnvoiAcceptance) */
GPtrArray             *envoi_fake_deliverer_dup_acceptances (EnvoiFakeDeliverer *self);

G_END_DECLS
