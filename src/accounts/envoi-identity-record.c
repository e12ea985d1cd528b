/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-identity-record-private.h"

#include <string.h>

/* Identities in the account file: a group "Identity ACCOUNT IDENTITY" each. The main one's
* address and name are those of the account's own group, where every version finds them. */

#define GROUP_PREFIX "Identity "
/* Before there were identities, an account's group had one plain signature. */
#define OLD_SIGNATURE "signature"

static const char *const keys[] = {
  "address", "name", "reply-to", "signature-html", "signature-text",
};

static gboolean
is_kept (const char *identity_id,
         const char *key)
{
  return !g_str_equal (identity_id, ENVOI_IDENTITY_MAIN) ||
         (!g_str_equal (key, "address") && !g_str_equal (key, "name"));
}

static EnvoiIdentityRecord *
record_new (const char *id)
{
  EnvoiIdentityRecord *self = g_new0 (EnvoiIdentityRecord, 1);

  self->id = g_strdup (id);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  return self;
}

static void
record_free (gpointer data)
{
  EnvoiIdentityRecord *self = data;

  g_free (self->id);
  g_hash_table_unref (self->values);
  g_free (self);
}

static GPtrArray *
records_new (void)
{
  return g_ptr_array_new_with_free_func (record_free);
}

/**
 * envoi_identity_records_new:
 * @account: an account
 *
 * Returns: (transfer full): what its identities are
 *
 * Thread: main
 */
GPtrArray *
envoi_identity_records_new (EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);
  GPtrArray *records = records_new ();

  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);
    EnvoiIdentityRecord *record = record_new (envoi_identity_get_id (identity));

    for (guint j = 0; j < G_N_ELEMENTS (keys); j++) {
      char *text = NULL;

      g_object_get (identity, keys[j], &text, NULL);
      if (is_kept (record->id, keys[j]))
        g_hash_table_insert (record->values, (gpointer) keys[j], text);
      else
        g_free (text);
    }

    g_ptr_array_add (records, record);
  }

  return records;
}

static const EnvoiIdentityRecord *
find_record (GPtrArray  *records,
             const char *id)
{
  for (guint i = 0; i < records->len; i++) {
    const EnvoiIdentityRecord *record = g_ptr_array_index (records, i);

    if (g_str_equal (record->id, id))
      return record;
  }

  return NULL;
}

static void
drop_missing (GPtrArray    *records,
              EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);

  for (guint i = g_list_model_get_n_items (identities); i > 0; i--) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i - 1);
    const char *id = envoi_identity_get_id (identity);

    if (!find_record (records, id))
      envoi_account_remove_identity (account, id);
  }
}

static void
apply_record (const EnvoiIdentityRecord *record,
              EnvoiAccount              *account)
{
  EnvoiIdentity *known = envoi_account_get_identity (account, record->id);
  g_autoptr (EnvoiIdentity) identity =
    known ? g_object_ref (known) : envoi_identity_new (record->id);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *text = g_hash_table_lookup (record->values, keys[i]);

    if (is_kept (record->id, keys[i]))
      g_object_set (identity, keys[i], text, NULL);
  }

  if (!known)
    envoi_account_put_identity (account, identity);
}

/**
 * envoi_identity_records_apply:
 * @records: what the file says
 * @account: an account
 *
 * Gives @account these identities, in this order. One that stays keeps its
 * object; the main one always stays, and stays the first.
 *
 * Thread: main
 */
void
envoi_identity_records_apply (GPtrArray    *records,
                              EnvoiAccount *account)
{
  guint position = 1;

  drop_missing (records, account);
  for (guint i = 0; i < records->len; i++)
    apply_record (g_ptr_array_index (records, i), account);

  for (guint i = 0; i < records->len; i++) {
    const EnvoiIdentityRecord *record = g_ptr_array_index (records, i);

    if (envoi_account_place_identity (account, record->id, position))
      position++;
  }
}

static char *
format_prefix (const char *account_id)
{
  return g_strconcat (GROUP_PREFIX, account_id, " ", NULL);
}

/* Nullable: the identity's id, when @group is one of this account's. An id has no
 * space, or the groups of an account "a" could be taken for those of "a b". */
static const char *
get_identity_id (const char *group,
                 const char *prefix)
{
  const char *id = g_str_has_prefix (group, prefix) ? group + strlen (prefix) : NULL;

  return id && *id && !strchr (id, ' ') ? id : NULL;
}

static EnvoiIdentityRecord *
parse_group (GKeyFile   *key_file,
             const char *group,
             const char *id)
{
  EnvoiIdentityRecord *record = record_new (id);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    char *text = is_kept (id, keys[i]) ? g_key_file_get_string (key_file, group, keys[i], NULL)
                                       : NULL;

    if (text)
      g_hash_table_insert (record->values, (gpointer) keys[i], text);
  }

  return record;
}

static char *
make_html (const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autoptr (GString) html = g_string_new (escaped);

  g_string_replace (html, "\n", "<br>", 0);
  return g_strdup (html->str);
}

/* Also what an older version, which shares the file, wrote before this one ever saved. */
static EnvoiIdentityRecord *
parse_old_signature (GKeyFile   *key_file,
                     const char *account_id)
{
  EnvoiIdentityRecord *record = record_new (ENVOI_IDENTITY_MAIN);
  g_autofree char *group = g_strconcat ("Account ", account_id, NULL);
  char *text = g_key_file_get_string (key_file, group, OLD_SIGNATURE, NULL);

  if (text) {
    g_hash_table_insert (record->values, (gpointer) "signature-html", make_html (text));
    g_hash_table_insert (record->values, (gpointer) "signature-text", text);
  }

  return record;
}

/**
 * envoi_identity_records_parse:
 * @key_file: the account file
 * @account_id: whose identities
 *
 * Returns: (transfer full): what the file says, the main identity included
 *
 * Thread: any
 */
GPtrArray *
envoi_identity_records_parse (GKeyFile   *key_file,
                              const char *account_id)
{
  g_autofree char *prefix = format_prefix (account_id);
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);
  GPtrArray *records = records_new ();

  for (guint i = 0; groups[i]; i++) {
    const char *id = get_identity_id (groups[i], prefix);

    if (id)
      g_ptr_array_add (records, parse_group (key_file, groups[i], id));
  }

  if (!find_record (records, ENVOI_IDENTITY_MAIN))
    g_ptr_array_insert (records, 0, parse_old_signature (key_file, account_id));

  return records;
}

static void
write_record (const EnvoiIdentityRecord *record,
              GKeyFile                  *key_file,
              const char                *prefix)
{
  g_autofree char *group = g_strconcat (prefix, record->id, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *text = g_hash_table_lookup (record->values, keys[i]);
    g_autofree char *old = g_key_file_get_string (key_file, group, keys[i], NULL);

    if (text && g_strcmp0 (old, text) != 0)
      g_key_file_set_string (key_file, group, keys[i], text);
  }
}

/* Whether the groups of the file stand in the order of @records. */
static gboolean
is_in_order (GPtrArray  *records,
             GKeyFile   *key_file,
             const char *prefix)
{
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);
  guint n_seen = 0;

  for (guint i = 0; groups[i]; i++) {
    const char *id = get_identity_id (groups[i], prefix);
    const EnvoiIdentityRecord *record = id && n_seen < records->len
                                        ? g_ptr_array_index (records, n_seen) : NULL;

    if (id && (!record || !g_str_equal (record->id, id)))
      return FALSE;
    if (id)
      n_seen++;
  }

  return TRUE;
}

/* The keys of a newer version go along. */
static void
move_group_to_end (GKeyFile   *key_file,
                   const char *group)
{
  g_auto (GStrv) names = g_key_file_get_keys (key_file, group, NULL, NULL);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; names && names[i]; i++)
    g_ptr_array_add (values, g_key_file_get_value (key_file, group, names[i], NULL));

  g_key_file_remove_group (key_file, group, NULL);
  for (guint i = 0; i < values->len; i++)
    g_key_file_set_value (key_file, group, names[i], g_ptr_array_index (values, i));
}

/* The order of identities is the order of their groups. */
static void
write_order (GPtrArray  *records,
             GKeyFile   *key_file,
             const char *prefix)
{
  if (is_in_order (records, key_file, prefix))
    return;

  for (guint i = 0; i < records->len; i++) {
    const EnvoiIdentityRecord *record = g_ptr_array_index (records, i);
    g_autofree char *group = g_strconcat (prefix, record->id, NULL);

    move_group_to_end (key_file, group);
  }
}

/**
 * envoi_identity_records_write:
 * @records: (nullable): what the identities are now, or %NULL when the account goes
 * @key_file: the account file
 * @account_id: whose identities
 *
 * Writes what differs and the order, keeps keys that are not understood, and
 * drops the identities that are gone.
 *
 * Thread: any
 */
void
envoi_identity_records_write (GPtrArray  *records,
                              GKeyFile   *key_file,
                              const char *account_id)
{
  g_autofree char *prefix = format_prefix (account_id);
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);

  for (guint i = 0; groups[i]; i++) {
    const char *id = get_identity_id (groups[i], prefix);

    if (id && (!records || !find_record (records, id)))
      g_key_file_remove_group (key_file, groups[i], NULL);
  }

  for (guint i = 0; records && i < records->len; i++)
    write_record (g_ptr_array_index (records, i), key_file, prefix);
  if (records)
    write_order (records, key_file, prefix);
}
