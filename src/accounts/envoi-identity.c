/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-identity.h"

#include "envoi-account-check-private.h"
#include "envoi-account.h"
#include "envoi-random.h"

#include <glib/gi18n.h>
#include <string.h>

#define ID_BYTES 4
/* Far more than anybody signs with, and no letter grows by it unnoticed. */
#define LONGEST_SIGNATURE (64 * 1024)

enum {
  PROP_0,
  PROP_ID,
  PROP_ADDRESS,
  PROP_NAME,
  PROP_REPLY_TO,
  PROP_SIGNATURE_HTML,
  PROP_SIGNATURE_TEXT,
  N_PROPS,
};

/**
 * EnvoiIdentity:
 *
 * Who a letter is from: one of an account's senders, with the signature that
 * goes with it.
 *
 * Thread: main
 */
struct _EnvoiIdentity {
  GObject parent_instance;

  /* By property number, never NULL. */
  char *texts[N_PROPS];
};

G_DEFINE_FINAL_TYPE (EnvoiIdentity, envoi_identity, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

static const char *const text_names[N_PROPS] = {
  [PROP_ID] = "id",
  [PROP_ADDRESS] = "address",
  [PROP_NAME] = "name",
  [PROP_REPLY_TO] = "reply-to",
  [PROP_SIGNATURE_HTML] = "signature-html",
  [PROP_SIGNATURE_TEXT] = "signature-text",
};

static void
envoi_identity_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  EnvoiIdentity *self = ENVOI_IDENTITY (object);

  g_assert (property_id < N_PROPS);
  g_value_set_string (value, self->texts[property_id]);
}

static void
envoi_identity_set_property (GObject      *object,
                             guint         property_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  EnvoiIdentity *self = ENVOI_IDENTITY (object);
  const char *text = g_value_get_string (value);

  g_assert (property_id < N_PROPS);
  if (!text)
    text = "";
  if (g_strcmp0 (self->texts[property_id], text) == 0)
    return;

  g_free (self->texts[property_id]);
  self->texts[property_id] = g_strdup (text);
  g_object_notify_by_pspec (object, pspec);
}

static void
envoi_identity_constructed (GObject *object)
{
  EnvoiIdentity *self = ENVOI_IDENTITY (object);

  G_OBJECT_CLASS (envoi_identity_parent_class)->constructed (object);

  if (*self->texts[PROP_ID] == '\0') {
    g_autoptr (EnvoiRandom) random = envoi_random_new_system ();

    g_free (self->texts[PROP_ID]);
    self->texts[PROP_ID] = envoi_random_make_token (random, ID_BYTES);
  }
}

static void
envoi_identity_finalize (GObject *object)
{
  EnvoiIdentity *self = ENVOI_IDENTITY (object);

  for (guint i = PROP_ID; i < N_PROPS; i++)
    g_clear_pointer (&self->texts[i], g_free);

  G_OBJECT_CLASS (envoi_identity_parent_class)->finalize (object);
}

static void
envoi_identity_class_init (EnvoiIdentityClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_identity_get_property;
  object_class->set_property = envoi_identity_set_property;
  object_class->constructed = envoi_identity_constructed;
  object_class->finalize = envoi_identity_finalize;

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  for (guint i = PROP_ADDRESS; i < N_PROPS; i++)
    properties[i] =
      g_param_spec_string (text_names[i], NULL, NULL, "",
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_identity_init (EnvoiIdentity *self)
{
  for (guint i = PROP_ADDRESS; i < N_PROPS; i++)
    self->texts[i] = g_strdup ("");
}

/**
 * envoi_identity_new:
 * @id: (nullable): the identity's id within its account, or %NULL for a new random one
 *
 * Makes an identity without settings.
 *
 * Returns: (transfer full): the identity
 *
 * Thread: main
 */
EnvoiIdentity *
envoi_identity_new (const char *id)
{
  return g_object_new (ENVOI_TYPE_IDENTITY, "id", id, NULL);
}

/**
 * envoi_identity_copy:
 * @self: an identity
 * @id: (nullable): the copy's id, "" for a new random one, or %NULL for the same
 *
 * Returns: (transfer full): another identity with the same settings
 *
 * Thread: main
 */
EnvoiIdentity *
envoi_identity_copy (EnvoiIdentity *self,
                     const char    *id)
{
  EnvoiIdentity *copy = envoi_identity_new (id ? id : self->texts[PROP_ID]);

  for (guint i = PROP_ADDRESS; i < N_PROPS; i++)
    g_object_set (copy, text_names[i], self->texts[i], NULL);

  return copy;
}

/**
 * envoi_identity_get_id:
 * @self: an identity
 *
 * Returns: (transfer none): the id within the account, which never changes
 *
 * Thread: main
 */
const char *
envoi_identity_get_id (EnvoiIdentity *self)
{
  return self->texts[PROP_ID];
}

/**
 * envoi_identity_is_main:
 * @self: an identity
 *
 * Returns: whether it is the account's own, which cannot be removed
 *
 * Thread: main
 */
gboolean
envoi_identity_is_main (EnvoiIdentity *self)
{
  return g_str_equal (self->texts[PROP_ID], ENVOI_IDENTITY_MAIN);
}

/**
 * envoi_identity_get_address:
 * @self: an identity
 *
 * Returns: (transfer none): the address letters come from, "" when not set
 *
 * Thread: main
 */
const char *
envoi_identity_get_address (EnvoiIdentity *self)
{
  return self->texts[PROP_ADDRESS];
}

/**
 * envoi_identity_get_name:
 * @self: an identity
 *
 * Returns: (transfer none): the name letters come from, "" when not set
 *
 * Thread: main
 */
const char *
envoi_identity_get_name (EnvoiIdentity *self)
{
  return self->texts[PROP_NAME];
}

/**
 * envoi_identity_get_reply_to:
 * @self: an identity
 *
 * Returns: (transfer none): where answers go, "" for the address itself
 *
 * Thread: main
 */
const char *
envoi_identity_get_reply_to (EnvoiIdentity *self)
{
  return self->texts[PROP_REPLY_TO];
}

/**
 * envoi_identity_has_signature:
 * @self: an identity
 *
 * Returns: whether letters are signed
 *
 * Thread: main
 */
gboolean
envoi_identity_has_signature (EnvoiIdentity *self)
{
  return *self->texts[PROP_SIGNATURE_HTML] || *self->texts[PROP_SIGNATURE_TEXT];
}

/**
 * envoi_identity_get_signature_html:
 * @self: an identity
 *
 * Returns: (transfer none): the signature of a formatted letter, "" when there is none;
 *   to be sanitised before it is shown or sent
 *
 * Thread: main
 */
const char *
envoi_identity_get_signature_html (EnvoiIdentity *self)
{
  return self->texts[PROP_SIGNATURE_HTML];
}

/**
 * envoi_identity_get_signature_text:
 * @self: an identity
 *
 * Returns: (transfer none): the signature of a plain letter, without a separator line,
 *   "" when there is none
 *
 * Thread: main
 */
const char *
envoi_identity_get_signature_text (EnvoiIdentity *self)
{
  return self->texts[PROP_SIGNATURE_TEXT];
}

/**
 * envoi_identity_set_signature:
 * @self: an identity
 * @html: clean HTML, "" for none
 * @text: its plain twin
 *
 * The twins change together, so that no letter says one thing in HTML and
 * another in plain text.
 *
 * Thread: main
 */
void
envoi_identity_set_signature (EnvoiIdentity *self,
                              const char    *html,
                              const char    *text)
{
  g_return_if_fail (ENVOI_IS_IDENTITY (self));

  g_object_set (self, "signature-html", html, "signature-text", text, NULL);
}

static char *
quote_name (const char *name)
{
  GString *quoted;

  /* RFC 5322 section 3.2.3: these end an atom, so the name must be quoted. */
  if (!strpbrk (name, "()<>[]:;@\\,.\""))
    return g_strdup (name);

  quoted = g_string_new ("\"");
  for (const char *next = name; *next; next++) {
    if (*next == '"' || *next == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *next);
  }
  g_string_append_c (quoted, '"');

  return g_string_free (quoted, FALSE);
}

/**
 * envoi_identity_format_from:
 * @self: an identity
 *
 * Returns: (transfer full): the sender as people write it: `Li Lei <lilei@qq.com>`
 *
 * Thread: main
 */
char *
envoi_identity_format_from (EnvoiIdentity *self)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (ENVOI_IS_IDENTITY (self), NULL);

  if (*self->texts[PROP_NAME] == '\0')
    return g_strdup (self->texts[PROP_ADDRESS]);

  name = quote_name (self->texts[PROP_NAME]);
  return g_strdup_printf ("%s <%s>", name, self->texts[PROP_ADDRESS]);
}

static gboolean
check_signature (EnvoiIdentity  *self,
                 GError        **error)
{
  if (strlen (self->texts[PROP_SIGNATURE_HTML]) <= LONGEST_SIGNATURE &&
      strlen (self->texts[PROP_SIGNATURE_TEXT]) <= LONGEST_SIGNATURE)
    return TRUE;

  g_set_error_literal (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                       _("The signature is too long."));
  return FALSE;
}

/**
 * envoi_identity_check:
 * @self: an identity
 * @field: (out) (optional) (transfer none): the property that is wrong
 * @error: where an error goes
 *
 * Errors: INCOMPLETE with a sentence that names the field.
 *
 * Returns: whether letters can be from it
 *
 * Thread: main
 */
gboolean
envoi_identity_check (EnvoiIdentity  *self,
                      const char    **field,
                      GError        **error)
{
  const char *bad = "address";
  gboolean is_good;

  g_return_val_if_fail (ENVOI_IS_IDENTITY (self), FALSE);

  is_good = envoi_account_check_email (self->texts[PROP_ADDRESS], error);
  if (is_good) {
    bad = "name";
    is_good = envoi_account_check_name (self->texts[PROP_NAME], error);
  }

  if (is_good && *self->texts[PROP_REPLY_TO]) {
    bad = "reply-to";
    is_good = envoi_account_check_email (self->texts[PROP_REPLY_TO], error);
  }

  if (is_good) {
    bad = "signature-html";
    is_good = check_signature (self, error);
  }

  if (!is_good && field)
    *field = bad;

  return is_good;
}
