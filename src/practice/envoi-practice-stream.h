/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

typedef struct _EnvoiPracticeStream EnvoiPracticeStream;

EnvoiPracticeStream *envoi_practice_stream_new             (GSocket                           *socket,
                                                            guint                              idle_seconds,
                                                            GCancellable                      *cancellable);
void                 envoi_practice_stream_free            (EnvoiPracticeStream               *self);
gboolean             envoi_practice_stream_start_tls_sync  (EnvoiPracticeStream               *self,
                                                            gnutls_certificate_credentials_t   credentials,
                                                            GError                           **error);
gboolean             envoi_practice_stream_is_tls          (EnvoiPracticeStream               *self);
gboolean             envoi_practice_stream_has_input       (EnvoiPracticeStream               *self);
char                *envoi_practice_stream_read_line_sync  (EnvoiPracticeStream               *self,
                                                            GError                           **error);
const guint8        *envoi_practice_stream_peek_sync       (EnvoiPracticeStream               *self,
                                                            gsize                             *length,
                                                            GError                           **error);
void                 envoi_practice_stream_consume         (EnvoiPracticeStream               *self,
                                                            gsize                              length);
void                 envoi_practice_stream_write           (EnvoiPracticeStream               *self,
                                                            const char                        *bytes,
                                                            gsize                              length);
gboolean             envoi_practice_stream_flush_sync      (EnvoiPracticeStream               *self,
                                                            GError                           **error);
void                 envoi_practice_stream_end_sync        (EnvoiPracticeStream               *self);
guint                envoi_practice_stream_get_n_records   (EnvoiPracticeStream               *self);
void                 envoi_practice_stream_reset           (EnvoiPracticeStream               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeStream, envoi_practice_stream_free)

G_END_DECLS
