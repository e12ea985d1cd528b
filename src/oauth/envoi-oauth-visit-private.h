/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One HTTP request to the loopback server, judged without its content. */
typedef enum {
  ENVOI_OAUTH_VISIT_ACCEPTED = 200,
  ENVOI_OAUTH_VISIT_BAD = 400,
  ENVOI_OAUTH_VISIT_NOT_HERE = 404,
  ENVOI_OAUTH_VISIT_WRONG_METHOD = 405,
} EnvoiOAuthVisit;

EnvoiOAuthVisit envoi_oauth_visit_parse (const char  *head,
                                         const char  *path,
                                         guint16      port,
                                         char       **query);

G_END_DECLS
