/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

/* What a provider does, as far as is known. */
typedef enum {
  ENVOI_PROVIDER_UNKNOWN,
  ENVOI_PROVIDER_NO,
  ENVOI_PROVIDER_YES,
  ENVOI_PROVIDER_DEPENDS,         /* on a setting of the person or the administrator */
} EnvoiProviderAnswer;

/* How a text compares with the form of the special secret. */
typedef enum {
  ENVOI_PROVIDER_FORM_UNKNOWN,    /* the table knows no form */
  ENVOI_PROVIDER_FORM_BEGUN,      /* right so far */
  ENVOI_PROVIDER_FORM_RIGHT,
  ENVOI_PROVIDER_FORM_WRONG,
} EnvoiProviderForm;

/* Which sender the provider accepts. */
typedef enum {
  ENVOI_PROVIDER_FROM_UNKNOWN,
  ENVOI_PROVIDER_FROM_STRICT,     /* only the login; anything else is refused */
  ENVOI_PROVIDER_FROM_ALIASES,    /* the login and aliases it knows */
  ENVOI_PROVIDER_FROM_REWRITTEN,  /* anything else is silently replaced */
} EnvoiProviderFrom;

typedef enum {
  ENVOI_PROVIDER_AUTH_OAUTH2 = 1 << 0,
  ENVOI_PROVIDER_AUTH_APP_PASSWORD = 1 << 1,   /* authorization code, app password, token */
  ENVOI_PROVIDER_AUTH_PASSWORD = 1 << 2,       /* the password of the web page */
} EnvoiProviderAuth;

typedef struct {
  char              *host;
  guint16            port;
  EnvoiSmtpSecurity  security;
  gboolean           is_recommended;
  gboolean           is_certain;   /* seen in a transcript or documented */
  char              *ca_file;      /* nullable: only a person's own file has one */
} EnvoiProviderServer;

/* A sentence of a server that the table knows. All members belong to the table. */
typedef struct {
  char     *provider;      /* whose reply table */
  char     *phase;         /* "any", or "auth", "mail/rcpt" ... */
  char     *pattern;
  char     *reply_class;   /* "auth_wrong_kind", "throttled" ... */
  gboolean  can_retry;
  char     *meaning_en;
  char     *meaning_zh;
  char     *action_en;
  char     *action_zh;
} EnvoiProviderReply;

/* How to sign in by the browser; texts are nullable where noted. */
typedef struct {
  char     *id;                       /* whose client id: "google", "microsoft" ... */
  char     *client_id;                /* nullable: only a person's own file has one */
  char     *authorization_endpoint;
  char     *token_endpoint;
  char     *device_endpoint;          /* nullable */
  char     *revocation_endpoint;      /* nullable */
  char     *issuer;                   /* nullable: RFC 9207 "iss" that must come back */
  char    **scopes;
  gboolean  uses_pkce;
  gboolean  needs_client_secret;
  guint     idle_days;                /* unused for so long a permission ends; 0 = unknown */
  char     *redirect_host;            /* "127.0.0.1" or "localhost" */
  guint16   redirect_port;            /* 0 = any */
  char     *redirect_path;
} EnvoiProviderOAuth;

#define ENVOI_TYPE_PROVIDER (envoi_provider_get_type ())

/* What is known of one mail provider. Thread: any (immutable) */
G_DECLARE_FINAL_TYPE (EnvoiProvider, envoi_provider, ENVOI, PROVIDER, GObject)

const char                *envoi_provider_get_id             (EnvoiProvider  *self);
/* @language: "en", "zh", or NULL for the session's. */
const char                *envoi_provider_get_name           (EnvoiProvider  *self,
                                                              const char     *language);
const char *const         *envoi_provider_get_domains        (EnvoiProvider  *self);
guint                      envoi_provider_get_n_servers      (EnvoiProvider  *self);
const EnvoiProviderServer *envoi_provider_get_server         (EnvoiProvider  *self,
                                                              guint           index);
/* The one to use; never NULL. */
const EnvoiProviderServer *envoi_provider_get_best_server    (EnvoiProvider  *self);
/* The login for an address, by the provider's rule. */
char                      *envoi_provider_format_user        (EnvoiProvider  *self,
                                                              const char     *email);
/* Nullable: what else the table says of the user name. */
const char                *envoi_provider_get_user_note      (EnvoiProvider  *self);
EnvoiProviderAuth          envoi_provider_get_auth           (EnvoiProvider  *self);
/* Nullable. */
const EnvoiProviderOAuth  *envoi_provider_get_oauth          (EnvoiProvider  *self);
/* Whether the login password will not do. */
EnvoiProviderAnswer        envoi_provider_needs_app_password (EnvoiProvider  *self);
/* What the provider calls its special secret, "授权码"; nullable. */
const char                *envoi_provider_get_secret_name    (EnvoiProvider  *self,
                                                              const char     *language);
const char                *envoi_provider_get_secret_format  (EnvoiProvider  *self);
/* Without the spaces people copy along, where the special secret has none. */
char                      *envoi_provider_clean_secret       (EnvoiProvider  *self,
                                                              const char     *text);
/* Whether a cleaned text has the form of the special secret; TRUE when no form is known. */
gboolean                   envoi_provider_is_secret_form     (EnvoiProvider  *self,
                                                              const char     *text);
/* The same for a text that is being typed. */
EnvoiProviderForm          envoi_provider_judge_secret       (EnvoiProvider  *self,
                                                              const char     *text);
/* Nullable, https. */
const char                *envoi_provider_get_help_url       (EnvoiProvider  *self);
/* Nullable: the menu path on the provider's page. */
const char                *envoi_provider_get_help_path      (EnvoiProvider  *self,
                                                              const char     *language);
/* Octets of the encoded message; 0 = unknown. */
guint64                    envoi_provider_get_size_limit     (EnvoiProvider  *self);
/* Recipients a letter; 0 = unknown. */
guint                      envoi_provider_get_max_recipients (EnvoiProvider  *self);
/* Of one account at a time; 1 when the table does not say. */
guint                      envoi_provider_get_max_connections (EnvoiProvider *self);
/* The letters one account may send in so many minutes; FALSE: no number is certain. */
gboolean                   envoi_provider_get_pace           (EnvoiProvider  *self,
                                                              guint          *letters,
                                                              guint          *minutes);
/* What its servers do not bear. */
EnvoiSmtpQuirks            envoi_provider_get_quirks         (EnvoiProvider  *self);
EnvoiProviderFrom          envoi_provider_get_from_rule      (EnvoiProvider  *self);
EnvoiProviderAnswer        envoi_provider_saves_sent_copy    (EnvoiProvider  *self);
EnvoiProviderAnswer        envoi_provider_rewrites_message_id (EnvoiProvider *self);
/* "high", "medium" or "low". */
const char                *envoi_provider_get_confidence     (EnvoiProvider  *self);

G_END_DECLS
