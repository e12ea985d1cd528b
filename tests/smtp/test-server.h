/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gnutls/gnutls.h>
#include "dialogue.h"

G_BEGIN_DECLS

/* Plays one dialogue to one client over a real socket, in a thread. */
typedef struct _TestServer TestServer;

TestServer *test_server_new          (const Dialogue                   *dialogue,
                                      gnutls_certificate_credentials_t  credentials);
guint16     test_server_get_port     (TestServer                       *self);
/* Becomes true when the step with this index begins, or the server ends. */
void        test_server_wait_for_step (TestServer                      *self,
                                      guint                             step);
/* Ends the server; @failure (nullable) says in which step the client did not play along. */
void        test_server_finish       (TestServer                       *self,
                                      char                            **failure,
                                      GString                         **in_clear,
                                      GString                         **message);

G_END_DECLS
