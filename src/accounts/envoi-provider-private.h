/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-provider.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

struct _EnvoiProvider {
  GObject              parent_instance;

  char                *id;
  char                *name_en;
  char                *name_zh;
  char               **domains;
  char               **mx_suffixes;
  char               **reply_tables;
  GArray              *servers;          /* of EnvoiProviderServer */
  guint                best_server;
  char                *username;
  EnvoiProviderAuth    auth;
  EnvoiProviderOAuth  *oauth;            /* nullable */
  EnvoiProviderAnswer  needs_app_password;
  char                *secret_name_en;
  char                *secret_name_zh;
  char                *secret_format;
  GRegex              *secret_regex;     /* nullable */
  char                *help_url;
  char                *help_path_en;
  char                *help_path_zh;
  guint64              size_limit;
  guint                max_recipients;
  guint                max_connections;
  guint                pace_letters;     /* 0 = no certain limit */
  guint                pace_minutes;
  EnvoiSmtpQuirks      quirks;
  EnvoiProviderFrom    from_rule;
  EnvoiProviderAnswer  saves_sent_copy;
  EnvoiProviderAnswer  rewrites_message_id;
  char                *confidence;
};

/* A file of the schema in data/providers.md. */
typedef struct {
  GPtrArray *providers;   /* of EnvoiProvider */
  GPtrArray *replies;     /* of EnvoiProviderReply */
} EnvoiProviderFile;

EnvoiProviderFile  *envoi_provider_file_parse (const char                *text,
                                               gsize                      length,
                                               GError                   **error);
void                envoi_provider_file_free  (EnvoiProviderFile         *self);
void                envoi_provider_oauth_free (EnvoiProviderOAuth        *self);
void                envoi_provider_reply_free (EnvoiProviderReply        *self);
gboolean            envoi_provider_reply_matches (const EnvoiProviderReply *self,
                                               const char                *phase,
                                               int                        code,
                                               const char                *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiProviderFile, envoi_provider_file_free)

G_END_DECLS
