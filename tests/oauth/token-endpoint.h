/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-oauth-client.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A token endpoint that says what a test wants, and remembers what it heard. */
typedef struct {
  SoupServer *server;
  char *base;
  guint status;
  const char *body;
  guint count;
  GHashTable *form;
  gboolean is_silent;
  SoupServerMessage *held;
  const char *next_body;      /* replaces body after one answer */

  EnvoiOAuthClient *client;
  EnvoiOAuthConfig *config;
  EnvoiRandom *random;
} TokenEndpoint;

#define TOKEN_ENDPOINT_GOOD "{\"access_token\":\"access-1\",\"refresh_token\":\"refresh-2\",\"expires_in\":3600}"

/* For g_test_add(). */
void token_endpoint_set_up       (TokenEndpoint *self,
                                  gconstpointer  user_data);
void token_endpoint_tear_down    (TokenEndpoint *self,
                                  gconstpointer  user_data);
/* What the last form that it heard has there; @value: NULL = nothing. */
void token_endpoint_assert_field (TokenEndpoint *self,
                                  const char    *name,
                                  const char    *value);

G_END_DECLS
