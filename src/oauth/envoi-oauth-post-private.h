/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include "envoi-oauth-config.h"

G_BEGIN_DECLS

/* A form that is wiped when it goes. */
typedef struct _EnvoiOAuthForm EnvoiOAuthForm;

EnvoiOAuthForm *envoi_oauth_form_new   (const EnvoiOAuthConfig  *config);
void            envoi_oauth_form_add   (EnvoiOAuthForm          *self,
                                        const char              *name,
                                        const char              *value);
void            envoi_oauth_form_free  (EnvoiOAuthForm          *self);

/* What came back, whatever the status. The bytes are wiped when it goes. */
typedef struct {
  guint   status;
  char   *body;
  gsize   length;
} EnvoiOAuthAnswer;

void              envoi_oauth_answer_free (EnvoiOAuthAnswer     *self);

/* @form: (transfer full). Errors: UNREACHABLE, MALFORMED (too large, not https), cancelled. */
void              envoi_oauth_post_async  (SoupSession          *session,
                                           const char           *url,
                                           EnvoiOAuthForm       *form,
                                           guint                 patience_ms,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
EnvoiOAuthAnswer *envoi_oauth_post_finish (GAsyncResult         *result,
                                           GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOAuthForm, envoi_oauth_form_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOAuthAnswer, envoi_oauth_answer_free)

G_END_DECLS
