/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one login that is right. */
typedef struct _EnvoiPracticeLogin EnvoiPracticeLogin;

EnvoiPracticeLogin    *envoi_practice_login_new   (void);
void                   envoi_practice_login_free  (EnvoiPracticeLogin   *self);
void                   envoi_practice_login_set   (EnvoiPracticeLogin   *self,
                                                   const char           *user,
                                                   const char           *password);
gboolean               envoi_practice_login_is_right (EnvoiPracticeLogin *self,
                                                   const char           *user,
                                                   const char           *password);

/* One exchange of AUTH, without base64 and without a connection. */
typedef struct _EnvoiPracticeAuth EnvoiPracticeAuth;

typedef enum {
  ENVOI_PRACTICE_AUTH_CONTINUE,     /* send the challenge */
  ENVOI_PRACTICE_AUTH_ACCEPTED,
  ENVOI_PRACTICE_AUTH_REFUSED,
  ENVOI_PRACTICE_AUTH_MALFORMED,
} EnvoiPracticeAuthStep;

EnvoiPracticeAuth     *envoi_practice_auth_new    (const char           *mechanism,
                                                   EnvoiPracticeLogin   *login);
void                   envoi_practice_auth_free   (EnvoiPracticeAuth    *self);
EnvoiPracticeAuthStep  envoi_practice_auth_step   (EnvoiPracticeAuth    *self,
                                                   const char           *response,
                                                   gsize                 length,
                                                   const char          **challenge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeLogin, envoi_practice_login_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticeAuth, envoi_practice_auth_free)

G_END_DECLS
