/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account.h"

#include "envoi-account-check-private.h"
#include "envoi-account-pin.h"
#include "envoi-account-private.h"
#include "envoi-random.h"

#include <glib/gi18n.h>
#include <string.h>

#define ID_BYTES 8

G_DEFINE_QUARK (envoi-accounts-error-quark, envoi_accounts_error)

enum {
  PROP_0,
  PROP_ID,
  PROP_EMAIL,
  PROP_NAME,
  PROP_HOST,
  PROP_USER,
  PROP_CA_FILE,
  PROP_PINNED_KEY,
  PROP_OAUTH_PROVIDER,
  PROP_PROVIDER_ID,
  PROP_DESKTOP_ID,
  PROP_DEFAULT_IDENTITY,
  PROP_PORT,
  PROP_SECURITY,
  PROP_AUTH,
  PROP_MOST_PER_HOUR,
  PROP_IS_PRACTICE,
  PROP_IS_ENABLED,
  PROP_IS_REMOVED,
  PROP_STATE,
  PROP_STATE_REASON,
  PROP_PAUSED_UNTIL,
  N_PROPS,
};

#define N_TEXTS PROP_PORT

/**
 * EnvoiAccount:
 *
 * One account to send through: the settings, and whether it can send now.
 * It holds no secret.
 *
 * Thread: main
 */
struct _EnvoiAccount {
  GObject parent_instance;

  /* The text properties by number, never NULL. */
  char *texts[N_TEXTS];
  guint port;
  EnvoiSmtpSecurity security;
  EnvoiSmtpAuth auth;
  guint most_per_hour;
  gboolean is_practice;
  gboolean is_enabled;
  gboolean is_removed;
  GListStore *identities;   /* of EnvoiIdentity; the first is the main one */

  EnvoiAccountState state;
  char *state_reason;
  gint64 paused_until;
};

G_DEFINE_FINAL_TYPE (EnvoiAccount, envoi_account, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static const char *const text_names[N_TEXTS] = {
  [PROP_ID] = "id",
  [PROP_EMAIL] = "email",
  [PROP_NAME] = "name",
  [PROP_HOST] = "host",
  [PROP_USER] = "user",
  [PROP_CA_FILE] = "ca-file",
  [PROP_PINNED_KEY] = "pinned-key",
  [PROP_OAUTH_PROVIDER] = "oauth-provider",
  [PROP_PROVIDER_ID] = "provider-id",
  [PROP_DESKTOP_ID] = "desktop-id",
  [PROP_DEFAULT_IDENTITY] = "default-identity",
};

static const char *const state_names[] = {
  [ENVOI_ACCOUNT_READY] = "ready",
  [ENVOI_ACCOUNT_NEEDS_SIGN_IN] = "needs-sign-in",
  [ENVOI_ACCOUNT_KEYRING_TROUBLE] = "keyring-trouble",
  [ENVOI_ACCOUNT_PAUSED] = "paused",
};

/* Row: from; column: to. Staying is always allowed, to renew the reason. A
 * provider can only throttle an account that can sign in. */
static const gboolean legal_edges[4][4] = {
  [ENVOI_ACCOUNT_READY] = { TRUE, TRUE, TRUE, TRUE },
  [ENVOI_ACCOUNT_NEEDS_SIGN_IN] = { TRUE, TRUE, TRUE, FALSE },
  [ENVOI_ACCOUNT_KEYRING_TROUBLE] = { TRUE, TRUE, TRUE, FALSE },
  [ENVOI_ACCOUNT_PAUSED] = { TRUE, TRUE, TRUE, TRUE },
};

static void
set_text (EnvoiAccount *self,
          guint         property_id,
          const char   *text)
{
  if (self->texts[property_id] && g_strcmp0 (self->texts[property_id], text) == 0)
    return;

  g_free (self->texts[property_id]);
  self->texts[property_id] = g_strdup (text ? text : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[property_id]);
}

static void
set_paused_until (EnvoiAccount *self,
                  gint64        until_us)
{
  if (self->paused_until == until_us)
    return;

  self->paused_until = until_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED_UNTIL]);
}

static void
envoi_account_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  EnvoiAccount *self = ENVOI_ACCOUNT (object);

  switch (property_id) {
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_SECURITY:
      g_value_set_int (value, self->security);
      break;
    case PROP_AUTH:
      g_value_set_int (value, self->auth);
      break;
    case PROP_MOST_PER_HOUR:
      g_value_set_uint (value, self->most_per_hour);
      break;
    case PROP_IS_PRACTICE:
      g_value_set_boolean (value, self->is_practice);
      break;
    case PROP_IS_ENABLED:
      g_value_set_boolean (value, self->is_enabled);
      break;
    case PROP_IS_REMOVED:
      g_value_set_boolean (value, self->is_removed);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_STATE_REASON:
      g_value_set_string (value, self->state_reason);
      break;
    case PROP_PAUSED_UNTIL:
      g_value_set_int64 (value, self->paused_until);
      break;
    default:
      g_assert (property_id < N_TEXTS);
      g_value_set_string (value, self->texts[property_id]);
  }
}

static void
envoi_account_set_property (GObject      *object,
                            guint         property_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  EnvoiAccount *self = ENVOI_ACCOUNT (object);

  switch (property_id) {
    case PROP_PORT:
      self->port = g_value_get_uint (value);
      break;
    case PROP_SECURITY:
      self->security = (EnvoiSmtpSecurity) g_value_get_int (value);
      break;
    case PROP_AUTH:
      self->auth = (EnvoiSmtpAuth) g_value_get_int (value);
      break;
    case PROP_MOST_PER_HOUR:
      self->most_per_hour = g_value_get_uint (value);
      break;
    case PROP_IS_PRACTICE:
      self->is_practice = g_value_get_boolean (value);
      break;
    case PROP_IS_ENABLED:
      self->is_enabled = g_value_get_boolean (value);
      break;
    case PROP_IS_REMOVED:
      self->is_removed = g_value_get_boolean (value);
      break;
    default:
      g_assert (property_id < N_TEXTS);
      set_text (self, property_id, g_value_get_string (value));
      return;
  }

  g_object_notify_by_pspec (object, pspec);
}

/* The account's email and name are those of its main identity, whichever is set. */
static void
add_main_identity (EnvoiAccount *self)
{
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (ENVOI_IDENTITY_MAIN);
  GBindingFlags both = G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE;

  g_object_bind_property (self, "email", identity, "address", both);
  g_object_bind_property (self, "name", identity, "name", both);
  g_list_store_append (self->identities, identity);
}

static void
envoi_account_constructed (GObject *object)
{
  EnvoiAccount *self = ENVOI_ACCOUNT (object);

  G_OBJECT_CLASS (envoi_account_parent_class)->constructed (object);

  if (*self->texts[PROP_ID] == '\0') {
    g_autoptr (EnvoiRandom) random = envoi_random_new_system ();

    g_free (self->texts[PROP_ID]);
    self->texts[PROP_ID] = envoi_random_make_token (random, ID_BYTES);
  }

  add_main_identity (self);
}

static void
envoi_account_finalize (GObject *object)
{
  EnvoiAccount *self = ENVOI_ACCOUNT (object);

  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_pointer (&self->texts[i], g_free);
  g_clear_pointer (&self->state_reason, g_free);
  g_clear_object (&self->identities);

  G_OBJECT_CLASS (envoi_account_parent_class)->finalize (object);
}

static void
envoi_account_class_init (EnvoiAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = envoi_account_get_property;
  object_class->set_property = envoi_account_set_property;
  object_class->constructed = envoi_account_constructed;
  object_class->finalize = envoi_account_finalize;

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  for (guint i = PROP_EMAIL; i < N_TEXTS; i++)
    properties[i] = g_param_spec_string (text_names[i], NULL, NULL, "", writable);
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 465, writable);
  properties[PROP_SECURITY] = g_param_spec_int ("security", NULL, NULL, ENVOI_SMTP_SECURITY_TLS,
                                                ENVOI_SMTP_SECURITY_STARTTLS,
                                                ENVOI_SMTP_SECURITY_TLS, writable);
  properties[PROP_AUTH] = g_param_spec_int ("auth", NULL, NULL, ENVOI_SMTP_AUTH_AUTO,
                                            ENVOI_SMTP_AUTH_OAUTHBEARER, ENVOI_SMTP_AUTH_AUTO,
                                            writable);
  properties[PROP_MOST_PER_HOUR] =
    g_param_spec_uint ("most-per-hour", NULL, NULL, 0, ENVOI_ACCOUNT_MOST_PER_HOUR, 0, writable);
  properties[PROP_IS_PRACTICE] = g_param_spec_boolean ("is-practice", NULL, NULL, FALSE, writable);
  properties[PROP_IS_ENABLED] = g_param_spec_boolean ("is-enabled", NULL, NULL, TRUE, writable);
  properties[PROP_IS_REMOVED] = g_param_spec_boolean ("is-removed", NULL, NULL, FALSE, writable);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, ENVOI_ACCOUNT_READY,
                                             ENVOI_ACCOUNT_PAUSED, ENVOI_ACCOUNT_READY, readable);
  properties[PROP_STATE_REASON] = g_param_spec_string ("state-reason", NULL, NULL, NULL, readable);
  properties[PROP_PAUSED_UNTIL] =
    g_param_spec_int64 ("paused-until", NULL, NULL, 0, G_MAXINT64, 0, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_account_init (EnvoiAccount *self)
{
  for (guint i = PROP_EMAIL; i < N_TEXTS; i++)
    self->texts[i] = g_strdup ("");
  self->port = 465;
  self->is_enabled = TRUE;
  self->identities = g_list_store_new (ENVOI_TYPE_IDENTITY);
}

/**
 * envoi_account_new:
 * @id: (nullable): the account's id, or %NULL for a new random one
 *
 * Makes an account without settings.
 *
 * Returns: (transfer full): the account
 *
 * Thread: main
 */
EnvoiAccount *
envoi_account_new (const char *id)
{
  return g_object_new (ENVOI_TYPE_ACCOUNT, "id", id, NULL);
}

/**
 * envoi_account_get_id:
 * @self: an account
 *
 * Returns: (transfer none): the id, which never changes
 *
 * Thread: main
 */
const char *
envoi_account_get_id (EnvoiAccount *self)
{
  return self->texts[PROP_ID];
}

/**
 * envoi_account_get_email:
 * @self: an account
 *
 * Returns: (transfer none): the address letters come from, "" when not set
 *
 * Thread: main
 */
const char *
envoi_account_get_email (EnvoiAccount *self)
{
  return self->texts[PROP_EMAIL];
}

/**
 * envoi_account_get_name:
 * @self: an account
 *
 * Returns: (transfer none): the name letters come from, "" when not set
 *
 * Thread: main
 */
const char *
envoi_account_get_name (EnvoiAccount *self)
{
  return self->texts[PROP_NAME];
}

/**
 * envoi_account_get_login:
 * @self: an account
 *
 * Returns: (transfer none): what the server knows the person by: "user", or the
 *   email when that is empty
 *
 * Thread: main
 */
const char *
envoi_account_get_login (EnvoiAccount *self)
{
  return *self->texts[PROP_USER] ? self->texts[PROP_USER] : self->texts[PROP_EMAIL];
}

/**
 * envoi_account_get_auth:
 * @self: an account
 *
 * Returns: the way to sign in
 *
 * Thread: main
 */
EnvoiSmtpAuth
envoi_account_get_auth (EnvoiAccount *self)
{
  return self->auth;
}

/**
 * envoi_account_is_oauth:
 * @self: an account
 *
 * Returns: whether the secret is an OAuth2 token, not a password
 *
 * Thread: main
 */
gboolean
envoi_account_is_oauth (EnvoiAccount *self)
{
  return self->auth == ENVOI_SMTP_AUTH_XOAUTH2 || self->auth == ENVOI_SMTP_AUTH_OAUTHBEARER;
}

/**
 * envoi_account_get_oauth_provider:
 * @self: an account
 *
 * Returns: (transfer none): the id of the provider whose sign-in page is used, "" when none is
 *
 * Thread: main
 */
const char *
envoi_account_get_oauth_provider (EnvoiAccount *self)
{
  return self->texts[PROP_OAUTH_PROVIDER];
}

/**
 * envoi_account_get_desktop_id:
 * @self: an account
 *
 * Returns: (transfer none): which of the desktop's accounts has its secret, "" when it is none
 *
 * Thread: main
 */
const char *
envoi_account_get_desktop_id (EnvoiAccount *self)
{
  return self->texts[PROP_DESKTOP_ID];
}

/**
 * envoi_account_get_provider_id:
 * @self: an account
 *
 * Returns: (transfer none): the id in the provider table, "" when it is in none
 *
 * Thread: main
 */
const char *
envoi_account_get_provider_id (EnvoiAccount *self)
{
  return self->texts[PROP_PROVIDER_ID];
}

/**
 * envoi_account_is_practice:
 * @self: an account
 *
 * Returns: whether letters go to the practice server on this computer
 *
 * Thread: main
 */
gboolean
envoi_account_is_practice (EnvoiAccount *self)
{
  return self->is_practice;
}

/**
 * envoi_account_get_most_per_hour:
 * @self: an account
 *
 * Returns: how many letters an hour the person allows; 0 = what the provider allows
 *
 * Thread: main
 */
guint
envoi_account_get_most_per_hour (EnvoiAccount *self)
{
  return self->most_per_hour;
}

/**
 * envoi_account_is_enabled:
 * @self: an account
 *
 * Returns: whether the person lets it send; a disabled account keeps its letters
 *
 * Thread: main
 */
gboolean
envoi_account_is_enabled (EnvoiAccount *self)
{
  return self->is_enabled;
}

/**
 * envoi_account_get_identity_store:
 * @self: an account
 *
 * Returns: (transfer none): the identities, to be changed
 *
 * Thread: main
 */
GListStore *
envoi_account_get_identity_store (EnvoiAccount *self)
{
  return self->identities;
}

/**
 * envoi_account_get_state:
 * @self: an account
 *
 * Returns: whether the account can send now
 *
 * Thread: main
 */
EnvoiAccountState
envoi_account_get_state (EnvoiAccount *self)
{
  return self->state;
}

/**
 * envoi_account_set_state:
 * @self: an account
 * @state: the new state
 * @reason: (nullable): a sentence for the person; dropped when @state is READY
 *
 * The one writer of the state. An edge that is not in the table is refused and
 * logged.
 *
 * Thread: main
 */
void
envoi_account_set_state (EnvoiAccount      *self,
                         EnvoiAccountState  state,
                         const char        *reason)
{
  g_return_if_fail (ENVOI_IS_ACCOUNT (self));
  g_return_if_fail (state < G_N_ELEMENTS (state_names));

  if (!legal_edges[self->state][state]) {
    g_info ("account %s: refused %s -> %s", self->texts[PROP_ID], state_names[self->state],
            state_names[state]);
    return;
  }

  if (state == ENVOI_ACCOUNT_READY)
    reason = NULL;

  if (g_strcmp0 (self->state_reason, reason) != 0) {
    g_free (self->state_reason);
    self->state_reason = g_strdup (reason);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE_REASON]);
  }

  if (state != ENVOI_ACCOUNT_PAUSED)
    set_paused_until (self, 0);

  if (self->state == state)
    return;

  g_debug ("account %s: %s -> %s", self->texts[PROP_ID], state_names[self->state],
           state_names[state]);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/**
 * envoi_account_get_state_reason:
 * @self: an account
 *
 * Returns: (transfer none) (nullable): a sentence for the person, unless the state is READY
 *
 * Thread: main
 */
const char *
envoi_account_get_state_reason (EnvoiAccount *self)
{
  return self->state_reason;
}

/**
 * envoi_account_pause:
 * @self: an account
 * @until_us: when sending may go on, in microseconds since the epoch
 * @reason: a sentence for the person
 *
 * Notes a provider's throttle. Leaving PAUSED by any edge forgets the time.
 *
 * Thread: main
 */
void
envoi_account_pause (EnvoiAccount *self,
                     gint64        until_us,
                     const char   *reason)
{
  envoi_account_set_state (self, ENVOI_ACCOUNT_PAUSED, reason);

  if (self->state == ENVOI_ACCOUNT_PAUSED)
    set_paused_until (self, until_us);
}

static const char *
nullable (const char *text)
{
  return *text ? text : NULL;
}

/**
 * envoi_account_dup_endpoint:
 * @self: an account
 * @error: where an error goes
 *
 * Errors: INCOMPLETE with a sentence that names the field.
 *
 * Returns: (transfer full): where to submit, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiSmtpEndpoint *
envoi_account_dup_endpoint (EnvoiAccount  *self,
                            GError       **error)
{
  g_autofree char *pin = envoi_account_dup_pin (self);
  EnvoiSmtpTrust trust = { .ca_file = nullable (self->texts[PROP_CA_FILE]), .pinned_key = pin };
  EnvoiSmtpEndpoint *endpoint;
  g_autoptr (GError) refusal = NULL;
  const char *field;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  if (!envoi_account_check_host (self->texts[PROP_HOST], error) ||
      !envoi_account_check_port (self->port, error) ||
      !envoi_account_check (self, &field, error))
    return NULL;

  endpoint = envoi_smtp_endpoint_new (self->texts[PROP_HOST], (guint16) self->port, self->security,
                                      &trust, ENVOI_SMTP_QUIRK_NONE, &refusal);
  if (!endpoint)
    g_set_error_literal (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                         refusal->message);

  return endpoint;
}

static gboolean
check_server (EnvoiAccount  *self,
              const char   **field,
              GError       **error)
{
  /* The practice server's name and port are only known while it runs. */
  if (self->is_practice)
    return TRUE;

  *field = "host";
  if (!envoi_account_check_host (self->texts[PROP_HOST], error))
    return FALSE;

  *field = "port";
  return envoi_account_check_port (self->port, error);
}

static gboolean
check_sign_in (EnvoiAccount  *self,
               const char   **field,
               GError       **error)
{
  *field = "user";
  if (!envoi_account_check_user (self->texts[PROP_USER], error))
    return FALSE;

  *field = "oauth-provider";
  if (!envoi_account_is_oauth (self) || *self->texts[PROP_OAUTH_PROVIDER] ||
      *self->texts[PROP_DESKTOP_ID])
    return TRUE;

  g_set_error_literal (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                       _("Signing in with the browser needs to know at which provider."));
  return FALSE;
}

/**
 * envoi_account_check:
 * @self: an account
 * @field: (out) (nullable): the property that is wrong; untouched on success
 * @error: where an error goes
 *
 * Tells what is wrong with the settings, for a form. Nothing is contacted.
 *
 * Errors: INCOMPLETE with a sentence for the person.
 *
 * Returns: whether the settings can be used
 *
 * Thread: main
 */
gboolean
envoi_account_check (EnvoiAccount  *self,
                     const char   **field,
                     GError       **error)
{
  const char *bad = "email";
  gboolean is_good;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), FALSE);

  is_good = envoi_account_check_email (self->texts[PROP_EMAIL], error);
  if (is_good) {
    bad = "name";
    is_good = envoi_account_check_name (self->texts[PROP_NAME], error);
  }

  is_good = is_good && check_server (self, &bad, error) && check_sign_in (self, &bad, error);
  if (is_good) {
    bad = "ca-file";
    is_good = envoi_account_check_ca_file (self->texts[PROP_CA_FILE], error);
  }

  if (is_good) {
    bad = "pinned-key";
    is_good = envoi_account_check_pinned_key (self->texts[PROP_PINNED_KEY], error);
  }

  if (!is_good && field)
    *field = bad;

  return is_good;
}

/**
 * envoi_account_format_from:
 * @self: an account
 *
 * Returns: (transfer full): the default identity as people write it: `Li Lei <lilei@qq.com>`
 *
 * Thread: main
 */
char *
envoi_account_format_from (EnvoiAccount *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  return envoi_identity_format_from (envoi_account_get_default_identity (self));
}
