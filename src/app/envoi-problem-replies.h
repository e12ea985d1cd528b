/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-problem-sentences.h"

G_BEGIN_DECLS

/* A server's reply as the reply table sees it. */
typedef struct {
  const char *host;       /* nullable: for the provider's own rules */
  const char *phase;      /* nullable: envoi_smtp_phase_to_string() */
  int         code;       /* 0 = there was none */
  const char *enhanced;   /* nullable: "5.7.8" */
  const char *text;       /* nullable: its words, all lines */
} EnvoiReply;

/* What a reply means. */
typedef struct {
  EnvoiSentence sentence;
  guint         pause_minutes;   /* over 0: a throttle of the whole account, whatever the code's class */
} EnvoiReplyMeaning;

/* FALSE when no row knows the reply. Pure. */
gboolean envoi_reply_find_meaning (const EnvoiReply  *reply,
                                   EnvoiReplyMeaning *meaning);

G_END_DECLS
