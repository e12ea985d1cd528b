/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-auth.h"

#include <envoi-secret.h>

#include <string.h>

/* Who may sign in, and the four ways to say so: PLAIN (RFC 4616), LOGIN, XOAUTH2
 * (Google's and Microsoft's) and OAUTHBEARER (RFC 7628). For the last two the
 * password is the access token.
 *
 * Thread: a login: any; an exchange: the connection's own worker */

#define OAUTH_SEPARATOR '\001'
#define OAUTH_FAILURE "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"practice\"}"

struct _EnvoiPracticeLogin {
  GMutex mutex;
  char        *user;        /* NULL: everybody may */
  EnvoiSecret *password;
};

typedef EnvoiPracticeAuthStep (*StepFunc) (EnvoiPracticeAuth *self,
                                           const char        *response,
                                           gsize              length,
                                           const char       **challenge);

struct _EnvoiPracticeAuth {
  EnvoiPracticeLogin *login;
  StepFunc step;
  guint n_steps;
  char               *user;
};

typedef struct {
  const char *mechanism;
  StepFunc step;
} Mechanism;

static EnvoiPracticeAuthStep
judge (EnvoiPracticeAuth *self,
       const char        *user,
       const char        *password)
{
  return envoi_practice_login_is_right (self->login, user, password) ?
         ENVOI_PRACTICE_AUTH_ACCEPTED : ENVOI_PRACTICE_AUTH_REFUSED;
}

/* An empty first response only asks for the first challenge. */
static gboolean
is_waiting_to_be_asked (EnvoiPracticeAuth *self,
                        gsize              length)
{
  return self->n_steps == 0 && length == 0;
}

static EnvoiPracticeAuthStep
step_plain (EnvoiPracticeAuth *self,
            const char        *response,
            gsize              length,
            const char       **challenge)
{
  const char *end = response + length;
  const char *user, *password;

  if (is_waiting_to_be_asked (self, length)) {
    *challenge = "";
    return ENVOI_PRACTICE_AUTH_CONTINUE;
  }

  user = memchr (response, '\0', length);
  password = user ? memchr (user + 1, '\0', end - user - 1) : NULL;
  if (!password || memchr (password + 1, '\0', end - password - 1))
    return ENVOI_PRACTICE_AUTH_MALFORMED;

  /* Nobody may act for another; the same name twice is how some clients say it. */
  if (*response != '\0' && strcmp (response, user + 1) != 0)
    return ENVOI_PRACTICE_AUTH_REFUSED;

  return judge (self, user + 1, password + 1);
}

static EnvoiPracticeAuthStep
step_login (EnvoiPracticeAuth *self,
            const char        *response,
            gsize              length,
            const char       **challenge)
{
  if (memchr (response, '\0', length))
    return ENVOI_PRACTICE_AUTH_MALFORMED;

  if (is_waiting_to_be_asked (self, length)) {
    *challenge = "Username:";
    return ENVOI_PRACTICE_AUTH_CONTINUE;
  }

  if (!self->user) {
    self->user = g_strdup (response);
    *challenge = "Password:";
    return ENVOI_PRACTICE_AUTH_CONTINUE;
  }

  return judge (self, self->user, response);
}

/* "name=value" between separators: the value, which ends where @fields do. */
static char *
find_field (char      **fields,
            const char *name)
{
  for (char **field = fields; *field; field++)
    if (g_str_has_prefix (*field, name))
      return *field + strlen (name);

  return NULL;
}

static const char *
skip_bearer (const char *value)
{
  if (!value || g_ascii_strncasecmp (value, "Bearer ", 7) != 0 || value[7] == '\0')
    return NULL;

  return value + 7;
}

static void
wipe_fields (char **fields)
{
  for (char **field = fields; *field; field++)
    envoi_wipe_string (*field);
  g_free (fields);
}

/* Failure is told in JSON that the client answers before it hears 535
 * (RFC 7628 section 3.2.3). */
static EnvoiPracticeAuthStep
judge_token (EnvoiPracticeAuth *self,
             const char        *user,
             const char        *token,
             const char       **challenge)
{
  if (!user || !token)
    return ENVOI_PRACTICE_AUTH_MALFORMED;
  if (judge (self, user, token) == ENVOI_PRACTICE_AUTH_ACCEPTED)
    return ENVOI_PRACTICE_AUTH_ACCEPTED;

  *challenge = OAUTH_FAILURE;
  return ENVOI_PRACTICE_AUTH_CONTINUE;
}

static gboolean
ends_with_two_separators (const char *response,
                          gsize       length)
{
  return length >= 2 && !memchr (response, '\0', length) &&
         response[length - 1] == OAUTH_SEPARATOR && response[length - 2] == OAUTH_SEPARATOR;
}

static EnvoiPracticeAuthStep
step_xoauth2 (EnvoiPracticeAuth *self,
              const char        *response,
              gsize              length,
              const char       **challenge)
{
  EnvoiPracticeAuthStep step;
  char **fields;

  if (is_waiting_to_be_asked (self, length)) {
    *challenge = "";
    return ENVOI_PRACTICE_AUTH_CONTINUE;
  }

  /* The answer to the JSON is an empty line. */
  if (self->user)
    return length == 0 ? ENVOI_PRACTICE_AUTH_REFUSED : ENVOI_PRACTICE_AUTH_MALFORMED;
  if (!ends_with_two_separators (response, length))
    return ENVOI_PRACTICE_AUTH_MALFORMED;

  fields = g_strsplit (response, "\001", -1);
  self->user = g_strdup (find_field (fields, "user="));
  step = judge_token (self, self->user, skip_bearer (find_field (fields, "auth=")), challenge);
  wipe_fields (fields);
  return step;
}

/* "n,a=user," of RFC 5801 section 4; the commas and equals signs of a name come
 * as =2C and =3D. */
static char *
parse_gs2_header (const char *header)
{
  g_auto (GStrv) parts = g_strsplit (header, ",", -1);
  g_autoptr (GString) user = NULL;

  if (g_strv_length (parts) != 3 || !(g_str_equal (parts[0], "n") || g_str_equal (parts[0], "y")) ||
      !g_str_has_prefix (parts[1], "a=") || *parts[2] != '\0')
    return NULL;

  user = g_string_new (parts[1] + 2);
  g_string_replace (user, "=2C", ",", 0);
  g_string_replace (user, "=3D", "=", 0);
  return g_strdup (user->str);
}

static EnvoiPracticeAuthStep
step_oauthbearer (EnvoiPracticeAuth *self,
                  const char        *response,
                  gsize              length,
                  const char       **challenge)
{
  EnvoiPracticeAuthStep step;
  char **fields;

  if (is_waiting_to_be_asked (self, length)) {
    *challenge = "";
    return ENVOI_PRACTICE_AUTH_CONTINUE;
  }

  /* The answer to the JSON is one %x01. */
  if (self->user)
    return length == 1 && *response == OAUTH_SEPARATOR ?
           ENVOI_PRACTICE_AUTH_REFUSED : ENVOI_PRACTICE_AUTH_MALFORMED;
  if (!ends_with_two_separators (response, length))
    return ENVOI_PRACTICE_AUTH_MALFORMED;

  fields = g_strsplit (response, "\001", -1);
  self->user = parse_gs2_header (fields[0]);
  step = judge_token (self, self->user, skip_bearer (find_field (fields, "auth=")), challenge);
  wipe_fields (fields);
  return step;
}

static const Mechanism mechanisms[] = {
  { "PLAIN", step_plain },
  { "LOGIN", step_login },
  { "XOAUTH2", step_xoauth2 },
  { "OAUTHBEARER", step_oauthbearer },
};

/**
 * envoi_practice_login_new:
 *
 * Returns: (transfer full): a login that everybody passes until it is set
 *
 * Thread: any
 */
EnvoiPracticeLogin *
envoi_practice_login_new (void)
{
  EnvoiPracticeLogin *self = g_new0 (EnvoiPracticeLogin, 1);

  g_mutex_init (&self->mutex);
  return self;
}

/**
 * envoi_practice_login_free:
 * @self: (transfer full): a login
 *
 * Frees @self and wipes the password.
 *
 * Thread: any
 */
void
envoi_practice_login_free (EnvoiPracticeLogin *self)
{
  g_mutex_clear (&self->mutex);
  g_clear_pointer (&self->password, envoi_secret_unref);
  g_free (self->user);
  g_free (self);
}

/**
 * envoi_practice_login_set:
 * @self: a login
 * @user: the user name that is right
 * @password: the password, or access token, that is right
 *
 * Changes the login for every exchange that ends after this.
 *
 * Thread: any
 */
void
envoi_practice_login_set (EnvoiPracticeLogin *self,
                          const char         *user,
                          const char         *password)
{
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->password, envoi_secret_unref);
  g_free (self->user);
  self->user = g_strdup (user);
  self->password = envoi_secret_new (password, -1);
  g_mutex_unlock (&self->mutex);
}

/**
 * envoi_practice_login_is_right:
 * @self: a login
 * @user: the user name that was given
 * @password: the password, or access token, that was given
 *
 * Returns: whether both are right
 *
 * Thread: any
 */
gboolean
envoi_practice_login_is_right (EnvoiPracticeLogin *self,
                               const char         *user,
                               const char         *password)
{
  g_autoptr (EnvoiSecret) given = envoi_secret_new (password, -1);
  gboolean is_right;

  g_mutex_lock (&self->mutex);
  is_right = !self->user || (g_str_equal (user, self->user) &&
                             envoi_secret_is_equal (given, self->password));
  g_mutex_unlock (&self->mutex);

  return is_right;
}

/**
 * envoi_practice_auth_new:
 * @mechanism: the name after AUTH, in any case
 * @login: what is right; must outlive the exchange
 *
 * Returns: (transfer full) (nullable): an exchange, or %NULL when @mechanism is
 *   not offered
 *
 * Thread: any
 */
EnvoiPracticeAuth *
envoi_practice_auth_new (const char         *mechanism,
                         EnvoiPracticeLogin *login)
{
  for (guint i = 0; i < G_N_ELEMENTS (mechanisms); i++) {
    EnvoiPracticeAuth *self;

    if (g_ascii_strcasecmp (mechanism, mechanisms[i].mechanism) != 0)
      continue;

    self = g_new0 (EnvoiPracticeAuth, 1);
    self->login = login;
    self->step = mechanisms[i].step;
    return self;
  }

  return NULL;
}

/**
 * envoi_practice_auth_free:
 * @self: (transfer full): an exchange
 *
 * Frees @self.
 *
 * Thread: any
 */
void
envoi_practice_auth_free (EnvoiPracticeAuth *self)
{
  g_free (self->user);
  g_free (self);
}

/**
 * envoi_practice_auth_step:
 * @self: an exchange
 * @response: the client's response without base64, followed by a NUL that does
 *   not count; empty at first when there was no initial response
 * @length: how many bytes
 * @challenge: (out) (transfer none): what to send when it goes on
 *
 * Takes the exchange one step further.
 *
 * Returns: how it stands
 *
 * Thread: any
 */
EnvoiPracticeAuthStep
envoi_practice_auth_step (EnvoiPracticeAuth *self,
                          const char        *response,
                          gsize              length,
                          const char       **challenge)
{
  EnvoiPracticeAuthStep step = self->step (self, response, length, challenge);

  self->n_steps++;
  return step;
}
