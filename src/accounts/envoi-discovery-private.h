/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-discovery.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define ENVOI_DISCOVERY_MOST_SLOTS 16

/* One search. Questions of a step are asked at the same time; each has a slot, and the first
 * slot with an answer wins, however late it came. */
typedef struct {
  EnvoiProviderTable *providers;
  EnvoiServerProber  *prober;       /* nullable */
  SoupSession        *session;
  char               *database;     /* nullable */
  guint16             https_port;

  char               *email;
  char               *domain;       /* A-labels */
  char               *exchanger;    /* nullable: where the domain's mail goes */

  guint               step;
  guint               n_slots;
  gboolean            has_answered[ENVOI_DISCOVERY_MOST_SLOTS];
  EnvoiFinding       *findings[ENVOI_DISCOVERY_MOST_SLOTS];
  GCancellable       *patience;     /* of the step */
} EnvoiSearch;

/* One question under way; ends with envoi_search_answer(). */
typedef struct {
  GTask *task;
  guint  step;
  guint  index;
  char  *host;                      /* nullable: whom it was put to */
  EnvoiFindingSource source;
  EnvoiSmtpEndpoint *endpoint;      /* nullable */
} EnvoiQuestion;

EnvoiSearch   *envoi_search_get       (GTask              *task);
EnvoiQuestion *envoi_search_ask       (GTask              *task,
                                       EnvoiFindingSource  source,
                                       const char         *host);
/* Takes both; @finding is nullable. */
void           envoi_search_answer    (EnvoiQuestion      *question,
                                       EnvoiFinding       *finding);

/* One step each: asks its questions, perhaps none. */
void           envoi_search_exchanger (GTask              *task);
void           envoi_search_domain    (GTask              *task);
void           envoi_search_database  (GTask              *task);
void           envoi_search_records   (GTask              *task);
void           envoi_search_servers   (GTask              *task);

G_END_DECLS
