/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-private.h"

#include <string.h>

/* An account's senders. The main one is always there and always the first. */

#define NOT_FOUND G_MAXUINT

static guint
find_position (EnvoiAccount *self,
               const char   *id)
{
  GListModel *identities = envoi_account_get_identities (self);

  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);

    if (g_str_equal (envoi_identity_get_id (identity), id))
      return i;
  }

  return NOT_FOUND;
}

/* The store keeps its own reference, so that the caller needs none. */
static EnvoiIdentity *
get_at (EnvoiAccount *self,
        guint         position)
{
  g_autoptr (EnvoiIdentity) identity =
    g_list_model_get_item (envoi_account_get_identities (self), position);

  return identity;
}

/**
 * envoi_account_get_identities:
 * @self: an account
 *
 * Returns: (transfer none): a list of #EnvoiIdentity, the main one first
 *
 * Thread: main
 */
GListModel *
envoi_account_get_identities (EnvoiAccount *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  return G_LIST_MODEL (envoi_account_get_identity_store (self));
}

/**
 * envoi_account_get_identity:
 * @self: an account
 * @id: an identity's id
 *
 * Returns: (transfer none) (nullable): the identity
 *
 * Thread: main
 */
EnvoiIdentity *
envoi_account_get_identity (EnvoiAccount *self,
                            const char   *id)
{
  guint position;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  position = find_position (self, id);
  return position == NOT_FOUND ? NULL : get_at (self, position);
}

/**
 * envoi_account_get_default_identity:
 * @self: an account
 *
 * Returns: (transfer none): who new letters are from; the main identity when
 *   nobody chose another, or that one is gone
 *
 * Thread: main
 */
EnvoiIdentity *
envoi_account_get_default_identity (EnvoiAccount *self)
{
  g_autofree char *id = NULL;
  EnvoiIdentity *chosen;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  g_object_get (self, "default-identity", &id, NULL);
  chosen = envoi_account_get_identity (self, id);
  return chosen ? chosen : get_at (self, 0);
}

/**
 * envoi_account_is_same_address:
 * @a: an address without a name
 * @b: another
 *
 * The local part means what its server says, the domain has no case (RFC 5321
 * section 2.4).
 *
 * Returns: whether they are one mailbox
 *
 * Thread: any
 */
gboolean
envoi_account_is_same_address (const char *a,
                               const char *b)
{
  const char *at_a = strrchr (a, '@');
  const char *at_b = strrchr (b, '@');

  if (!at_a || !at_b || at_a - a != at_b - b || strncmp (a, b, (gsize) (at_a - a)) != 0)
    return FALSE;

  return g_ascii_strcasecmp (at_a, at_b) == 0;
}

/* "Li Lei <lilei@qq.com>" or the bare address. */
static char *
dup_address (const char *from)
{
  const char *open = strrchr (from, '<');
  const char *end = open ? strchr (open, '>') : NULL;

  if (end)
    return g_strndup (open + 1, (gsize) (end - open - 1));

  return g_strstrip (g_strdup (from));
}

/**
 * envoi_account_find_identity:
 * @self: an account
 * @from: a sender, as formatted by envoi_identity_format_from(), or an address
 *
 * Two identities may have one address and different names, so the whole sender
 * is looked for first.
 *
 * Returns: (transfer none) (nullable): whose letter it is
 *
 * Thread: main
 */
EnvoiIdentity *
envoi_account_find_identity (EnvoiAccount *self,
                             const char   *from)
{
  g_autofree char *address = NULL;
  EnvoiIdentity *found = NULL;
  GListModel *identities;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (from != NULL, NULL);

  address = dup_address (from);
  identities = envoi_account_get_identities (self);
  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    EnvoiIdentity *identity = get_at (self, i);
    g_autofree char *formatted = envoi_identity_format_from (identity);

    if (g_str_equal (formatted, from))
      return identity;
    if (!found && envoi_account_is_same_address (envoi_identity_get_address (identity), address))
      found = identity;
  }

  return found;
}

static void
copy_settings (EnvoiIdentity *from,
               EnvoiIdentity *to)
{
  g_object_set (to,
                "address", envoi_identity_get_address (from),
                "name", envoi_identity_get_name (from),
                "reply-to", envoi_identity_get_reply_to (from),
                NULL);
  envoi_identity_set_signature (to, envoi_identity_get_signature_html (from),
                                envoi_identity_get_signature_text (from));
}

/**
 * envoi_account_put_identity:
 * @self: an account
 * @identity: an identity
 *
 * Adds @identity at the end, or gives the account's own object of the same id
 * its settings.
 *
 * Thread: main
 */
void
envoi_account_put_identity (EnvoiAccount  *self,
                            EnvoiIdentity *identity)
{
  EnvoiIdentity *known;

  g_return_if_fail (ENVOI_IS_ACCOUNT (self));
  g_return_if_fail (ENVOI_IS_IDENTITY (identity));

  known = envoi_account_get_identity (self, envoi_identity_get_id (identity));
  if (!known)
    g_list_store_append (envoi_account_get_identity_store (self), identity);
  else if (known != identity)
    copy_settings (identity, known);
}

/**
 * envoi_account_remove_identity:
 * @self: an account
 * @id: an identity's id
 *
 * Returns: %FALSE when it is the main one, which stays, or is not known
 *
 * Thread: main
 */
gboolean
envoi_account_remove_identity (EnvoiAccount *self,
                               const char   *id)
{
  guint position;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  position = find_position (self, id);
  if (position == 0 || position == NOT_FOUND)
    return FALSE;

  g_list_store_remove (envoi_account_get_identity_store (self), position);
  return TRUE;
}

/**
 * envoi_account_place_identity:
 * @self: an account
 * @id: an identity's id
 * @position: where it is to stand, from 1
 *
 * Returns: %FALSE when nothing can stand there, or the identity is the main one,
 *   which stays the first, or is not known
 *
 * Thread: main
 */
gboolean
envoi_account_place_identity (EnvoiAccount *self,
                              const char   *id,
                              guint         position)
{
  GListStore *identities;
  g_autoptr (EnvoiIdentity) identity = NULL;
  guint before;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  identities = envoi_account_get_identity_store (self);
  before = find_position (self, id);
  if (before == 0 || before == NOT_FOUND || position == 0 ||
      position >= g_list_model_get_n_items (G_LIST_MODEL (identities)))
    return FALSE;
  if (before == position)
    return TRUE;

  identity = g_list_model_get_item (G_LIST_MODEL (identities), before);
  g_list_store_remove (identities, before);
  g_list_store_insert (identities, position, identity);
  return TRUE;
}

/**
 * envoi_account_copy_as:
 * @self: an account
 * @id: (nullable): the copy's id, or %NULL for a new random one
 *
 * Returns: (transfer full): another account with the same settings and identities
 *
 * Thread: main
 */
EnvoiAccount *
envoi_account_copy_as (EnvoiAccount *self,
                       const char   *id)
{
  EnvoiAccount *copy;
  GListModel *identities;
  g_autofree GParamSpec **specs = NULL;
  guint n_specs;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  copy = envoi_account_new (id);
  specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n_specs);
  for (guint i = 0; i < n_specs; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    if (!(specs[i]->flags & G_PARAM_WRITABLE) || specs[i]->flags & G_PARAM_CONSTRUCT_ONLY)
      continue;

    g_object_get_property (G_OBJECT (self), specs[i]->name, &value);
    g_object_set_property (G_OBJECT (copy), specs[i]->name, &value);
  }

  identities = envoi_account_get_identities (self);
  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = envoi_identity_copy (get_at (self, i), NULL);

    envoi_account_put_identity (copy, identity);
  }

  return copy;
}

/**
 * envoi_account_copy:
 * @self: an account
 *
 * A working copy for a form: nothing that is typed reaches the account itself.
 *
 * Returns: (transfer full): an account with the same id and settings
 *
 * Thread: main
 */
EnvoiAccount *
envoi_account_copy (EnvoiAccount *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (self), NULL);

  return envoi_account_copy_as (self, envoi_account_get_id (self));
}
