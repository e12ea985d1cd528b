/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-practice-auth.h"
#include "envoi-practice-mailbox.h"
#include "envoi-practice-stream.h"

G_BEGIN_DECLS

/* What all sessions share; the server owns it and outlives them. */
typedef struct {
  gnutls_certificate_credentials_t  credentials;
  EnvoiPracticeMailbox             *mailbox;
  EnvoiPracticeLogin               *login;
  int                              *n_hellos;     /* counted atomically: of those inside TLS */
  int                              *n_sign_ins;   /* counted atomically */
  int                              *n_quits;      /* counted atomically */
  guint64                           max_size;
  void                            (*received) (const EnvoiPracticeLetter *letter,
                                               gpointer                   user_data);
  gpointer                          user_data;
} EnvoiPracticeHost;

void envoi_practice_session_run_sync (EnvoiPracticeStream     *stream,
                                      const EnvoiPracticeHost *host);

G_END_DECLS
