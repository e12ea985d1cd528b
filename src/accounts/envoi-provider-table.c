/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-provider-table.h"

#include "envoi-accounts-resources.h"
#include "envoi-domain-private.h"
#include "envoi-provider-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define BUILT_IN "/io/github/envoi_mail/Envoi/accounts/providers.json"
#define MOST_FILES 64
#define LARGEST_USER_FILE (256 * 1024)

/**
 * EnvoiProviderTable:
 *
 * The providers the program knows, and the person's own on top of them.
 *
 * Thread: main
 */
struct _EnvoiProviderTable {
  GObject parent_instance;

  GPtrArray *providers;
  GPtrArray *replies;
  gboolean has_built_in;   /* the program's own are read when they are first needed */
  char *warning;
};

G_DEFINE_FINAL_TYPE (EnvoiProviderTable, envoi_provider_table, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_WARNING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
take_provider (EnvoiProviderTable *self,
               EnvoiProvider      *provider)
{
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *old = g_ptr_array_index (self->providers, i);

    if (g_str_equal (old->id, provider->id)) {
      g_ptr_array_remove_index (self->providers, i);
      break;
    }
  }

  /* First in front: the person's own entry wins where domains overlap. */
  g_ptr_array_insert (self->providers, 0, g_object_ref (provider));
}

static void
take_file (EnvoiProviderTable *self,
           EnvoiProviderFile  *file)
{
  for (guint i = file->providers->len; i > 0; i--)
    take_provider (self, g_ptr_array_index (file->providers, i - 1));

  g_ptr_array_extend_and_steal (self->replies, g_steal_pointer (&file->replies));
  file->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_provider_reply_free);
}

/* Thread: any */
static EnvoiProviderFile *
parse_built_in (void)
{
  g_autoptr (GBytes) bytes = g_resource_lookup_data (envoi_accounts_get_resource (), BUILT_IN,
                                                     G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;
  EnvoiProviderFile *file;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  /* The schema test checks every entry, so this cannot fail in a build that passed. */
  file = envoi_provider_file_parse (text, length, &error);
  g_assert_no_error (error);
  return file;
}

static void
take_built_in (EnvoiProviderTable *self,
               EnvoiProviderFile  *file)
{
  self->has_built_in = TRUE;
  take_file (self, file);
}

static void
ensure_built_in (EnvoiProviderTable *self)
{
  g_autoptr (EnvoiProviderFile) file = NULL;

  if (self->has_built_in)
    return;

  file = parse_built_in ();
  take_built_in (self, file);
}

/* What a folder gave: files in the order of their names, and what was wrong. */
typedef struct {
  EnvoiProviderFile *built_in;
  GPtrArray *files;
  GString *warning;
} Harvest;

static void
harvest_free (Harvest *harvest)
{
  g_clear_pointer (&harvest->built_in, envoi_provider_file_free);
  g_ptr_array_unref (harvest->files);
  g_string_free (harvest->warning, TRUE);
  g_free (harvest);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Harvest, harvest_free)

static void
note (Harvest    *harvest,
      const char *name,
      const char *sentence)
{
  if (harvest->warning->len > 0)
    g_string_append_c (harvest->warning, '\n');
  /* Translators: a file name, then why, without a full stop */
  g_string_append_printf (harvest->warning, _("The provider file “%s” was left out: %s."), name,
                          sentence);
}

static void
read_file_sync (Harvest    *harvest,
                GFile      *folder,
                const char *name)
{
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  EnvoiProviderFile *parsed;
  gsize length;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE, NULL, &error);
  if (!info) {
    note (harvest, name, error->message);
    return;
  }

  /* Opening a pipe would wait for somebody to write to it. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > LARGEST_USER_FILE) {
    note (harvest, name, _("it is not a regular file, or too large"));
    return;
  }

  if (!g_file_load_contents (file, NULL, &text, &length, NULL, &error)) {
    note (harvest, name, error->message);
    return;
  }

  parsed = envoi_provider_file_parse (text, length, &error);
  if (parsed)
    g_ptr_array_add (harvest->files, parsed);
  else
    note (harvest, name, error->message);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
harvest_sync (GTask        *task,
              gpointer      source,
              gpointer      folder,
              GCancellable *cancellable)
{
  g_autoptr (Harvest) harvest = g_new0 (Harvest, 1);
  g_autoptr (GFileEnumerator) children = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GFileInfo *info;

  harvest->built_in = parse_built_in ();
  harvest->files = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_provider_file_free);
  harvest->warning = g_string_new (NULL);

  /* No such folder is the usual case. */
  children = g_file_enumerate_children (folder, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                        G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  while (children && names->len < MOST_FILES &&
         g_file_enumerator_iterate (children, &info, NULL, cancellable, NULL) && info) {
    if (g_str_has_suffix (g_file_info_get_name (info), ".json"))
      g_ptr_array_add (names, g_strdup (g_file_info_get_name (info)));
  }

  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    read_file_sync (harvest, folder, g_ptr_array_index (names, i));

  g_task_return_pointer (task, g_steal_pointer (&harvest), (GDestroyNotify) harvest_free);
}

static void
did_harvest_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  EnvoiProviderTable *self = ENVOI_PROVIDER_TABLE (source);
  g_autoptr (GTask) task = user_data;
  g_autoptr (Harvest) harvest = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Somebody may have asked meanwhile. */
  if (!self->has_built_in)
    take_built_in (self, harvest->built_in);
  for (guint i = 0; i < harvest->files->len; i++)
    take_file (self, g_ptr_array_index (harvest->files, i));

  g_free (self->warning);
  self->warning = harvest->warning->len > 0 ? g_strdup (harvest->warning->str) : NULL;
  g_object_notify_by_pspec (source, properties[PROP_WARNING]);
  g_task_return_boolean (task, TRUE);
}

static void
envoi_provider_table_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  if (property_id == PROP_WARNING)
    g_value_set_string (value, ENVOI_PROVIDER_TABLE (object)->warning);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
envoi_provider_table_finalize (GObject *object)
{
  EnvoiProviderTable *self = ENVOI_PROVIDER_TABLE (object);

  g_clear_pointer (&self->providers, g_ptr_array_unref);
  g_clear_pointer (&self->replies, g_ptr_array_unref);
  g_clear_pointer (&self->warning, g_free);

  G_OBJECT_CLASS (envoi_provider_table_parent_class)->finalize (object);
}

static void
envoi_provider_table_class_init (EnvoiProviderTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_provider_table_get_property;
  object_class->finalize = envoi_provider_table_finalize;

  properties[PROP_WARNING] =
    g_param_spec_string ("warning", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_provider_table_init (EnvoiProviderTable *self)
{
  self->providers = g_ptr_array_new_with_free_func (g_object_unref);
  self->replies = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_provider_reply_free);
}

/**
 * envoi_provider_table_new:
 *
 * Makes the table that the program was built with. It is read by the first question,
 * or away from the main thread by envoi_provider_table_load_async().
 *
 * Returns: (transfer full): the table
 *
 * Thread: main
 */
EnvoiProviderTable *
envoi_provider_table_new (void)
{
  return g_object_new (ENVOI_TYPE_PROVIDER_TABLE, NULL);
}

/**
 * envoi_provider_table_load_async:
 * @self: a table
 * @folder: the person's providers.d
 * @cancellable: (nullable): stops the wait
 * @callback: called when the files are taken over
 * @user_data: for @callback
 *
 * Adds the person's own providers. A file that cannot be used is left out and
 * named in "warning".
 *
 * Thread: main
 */
void
envoi_provider_table_load_async (EnvoiProviderTable  *self,
                                 GFile               *folder,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) harvest = NULL;
  GTask *task;

  g_return_if_fail (ENVOI_IS_PROVIDER_TABLE (self));
  g_return_if_fail (G_IS_FILE (folder));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_provider_table_load_async);
  harvest = g_task_new (self, cancellable, did_harvest_cb, task);
  g_task_set_check_cancellable (harvest, FALSE);
  g_task_set_task_data (harvest, g_object_ref (folder), g_object_unref);
  g_task_run_in_thread (harvest, harvest_sync);
}

/**
 * envoi_provider_table_load_finish:
 * @self: a table
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: G_IO_ERROR_CANCELLED only.
 *
 * Returns: whether the files were looked at
 *
 * Thread: main
 */
gboolean
envoi_provider_table_load_finish (EnvoiProviderTable  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_provider_table_get_n_providers:
 * @self: a table
 *
 * Returns: how many providers it knows
 *
 * Thread: main
 */
guint
envoi_provider_table_get_n_providers (EnvoiProviderTable *self)
{
  ensure_built_in (self);
  return self->providers->len;
}

/**
 * envoi_provider_table_get_provider:
 * @self: a table
 * @index: which, from 0
 *
 * Returns: (transfer none): a provider
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_get_provider (EnvoiProviderTable *self,
                                   guint               index)
{
  ensure_built_in (self);
  g_return_val_if_fail (index < self->providers->len, NULL);

  return g_ptr_array_index (self->providers, index);
}

/**
 * envoi_provider_table_find:
 * @self: a table
 * @id: an id, as accounts keep it
 *
 * Returns: (transfer none) (nullable): the provider
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find (EnvoiProviderTable *self,
                           const char         *id)
{
  g_return_val_if_fail (ENVOI_IS_PROVIDER_TABLE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  ensure_built_in (self);
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    if (g_str_equal (provider->id, id))
      return provider;
  }

  return NULL;
}

/**
 * envoi_provider_table_find_oauth:
 * @self: a table
 * @id: a provider's id, or whose sign-in it uses: "google", "microsoft"
 *
 * Returns: (transfer none) (nullable): a provider one signs in to by the browser
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_oauth (EnvoiProviderTable *self,
                                 const char         *id)
{
  EnvoiProvider *found = envoi_provider_table_find (self, id);

  for (guint i = 0; !found && i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    if (provider->oauth && g_str_equal (provider->oauth->id, id))
      found = provider;
  }

  return found && found->oauth ? found : NULL;
}

/**
 * envoi_provider_table_find_by_email:
 * @self: a table
 * @email: an address, complete or not yet
 *
 * Returns: (transfer none) (nullable): the provider that owns the domain
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_by_email (EnvoiProviderTable *self,
                                    const char         *email)
{
  const char *at = strrchr (email, '@');
  g_autofree char *domain = envoi_domain_to_ascii (at ? at + 1 : "");

  g_return_val_if_fail (ENVOI_IS_PROVIDER_TABLE (self), NULL);

  ensure_built_in (self);
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    if (g_strv_contains ((const char *const *) provider->domains, domain))
      return provider;
  }

  return NULL;
}

/**
 * envoi_provider_table_find_by_mx:
 * @self: a table
 * @mx_host: the name of a mail exchanger
 *
 * Returns: (transfer none) (nullable): the provider with the longest suffix that fits
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_by_mx (EnvoiProviderTable *self,
                                 const char         *mx_host)
{
  g_autofree char *host = envoi_domain_to_ascii (mx_host);
  EnvoiProvider *found = NULL;
  gsize longest = 0;

  g_return_val_if_fail (ENVOI_IS_PROVIDER_TABLE (self), NULL);

  ensure_built_in (self);
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    for (guint j = 0; provider->mx_suffixes[j]; j++) {
      const char *suffix = provider->mx_suffixes[j];

      if (strlen (suffix) > longest && envoi_domain_is_below (host, suffix)) {
        longest = strlen (suffix);
        found = provider;
      }
    }
  }

  return found;
}

/**
 * envoi_provider_table_find_by_server:
 * @self: a table
 * @host: the name of a server for sending
 *
 * Whose server it is, when something else than the table named it. A provider
 * for domains of people's own is preferred, for that is whom the question is about.
 *
 * Returns: (transfer none) (nullable): the provider
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_by_server (EnvoiProviderTable *self,
                                     const char         *host)
{
  g_autofree char *ascii = envoi_domain_to_ascii (host);
  EnvoiProvider *found = NULL;

  g_return_val_if_fail (ENVOI_IS_PROVIDER_TABLE (self), NULL);

  ensure_built_in (self);
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    if (!g_str_equal (envoi_provider_get_best_server (provider)->host, ascii))
      continue;
    if (!*provider->domains)
      return provider;
    if (!found)
      found = provider;
  }

  return found;
}

/**
 * envoi_provider_table_find_for_account:
 * @self: a table
 * @account: an account
 *
 * By the provider the account names, else by its server, else by its domain. Where
 * several providers share a server, the one of the account's domain counts.
 *
 * Returns: (transfer none) (nullable): whose rules the account is under
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_for_account (EnvoiProviderTable *self,
                                       EnvoiAccount       *account)
{
  EnvoiProvider *named =
    envoi_provider_table_find (self, envoi_account_get_provider_id (account));
  EnvoiProvider *by_email;
  EnvoiProvider *by_server;
  g_autofree char *host = NULL;

  if (named)
    return named;

  g_object_get (account, "host", &host, NULL);
  by_email = envoi_provider_table_find_by_email (self, envoi_account_get_email (account));
  by_server = envoi_provider_table_find_by_server (self, host);
  if (by_email && by_server &&
      g_str_equal (envoi_provider_get_best_server (by_email)->host,
                   envoi_provider_get_best_server (by_server)->host))
    return by_email;

  return by_server ? by_server : by_email;
}

static gboolean
has_server (EnvoiProvider *provider,
            const char    *host)
{
  for (guint i = 0; i < envoi_provider_get_n_servers (provider); i++)
    if (g_str_equal (envoi_provider_get_server (provider, i)->host, host))
      return TRUE;

  return FALSE;
}

/**
 * envoi_provider_table_find_mailbox:
 * @self: a table
 * @account: an account
 *
 * Who has both the mailbox of the account and the server that it sends by, so that
 * the one can hold a copy of what went through the other. A server alone does not
 * tell: an address of one provider may be sent from by another's.
 *
 * Returns: (transfer none) (nullable): the provider; NULL when it is not certain
 *
 * Thread: main
 */
EnvoiProvider *
envoi_provider_table_find_mailbox (EnvoiProviderTable *self,
                                   EnvoiAccount       *account)
{
  EnvoiProvider *by_email =
    envoi_provider_table_find_by_email (self, envoi_account_get_email (account));
  g_autofree char *host = NULL;
  g_autofree char *ascii = NULL;

  g_object_get (account, "host", &host, NULL);
  ascii = envoi_domain_to_ascii (host);
  if (by_email)
    return has_server (by_email, ascii) ? by_email : NULL;

  /* For domains of people's own. */
  for (guint i = 0; i < self->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (self->providers, i);

    if (!*provider->domains && has_server (provider, ascii))
      return provider;
  }

  return NULL;
}

/**
 * envoi_provider_table_find_reply:
 * @self: a table
 * @provider_id: whose server answered
 * @phase: where, as envoi_smtp_phase_to_string() writes it
 * @code: the reply's code
 * @text: the reply's text, with the enhanced code in front if there was one
 *
 * Returns: (transfer none) (nullable): what the reply means
 *
 * Thread: main
 */
const EnvoiProviderReply *
envoi_provider_table_find_reply (EnvoiProviderTable *self,
                                 const char         *provider_id,
                                 const char         *phase,
                                 int                 code,
                                 const char         *text)
{
  EnvoiProvider *provider = envoi_provider_table_find (self, provider_id);
  const EnvoiProviderReply *found = NULL;

  for (guint i = 0; provider && i < self->replies->len; i++) {
    const EnvoiProviderReply *reply = g_ptr_array_index (self->replies, i);

    if (found && strlen (reply->pattern) <= strlen (found->pattern))
      continue;

    if (g_strv_contains ((const char *const *) provider->reply_tables, reply->provider) &&
        envoi_provider_reply_matches (reply, phase, code, text))
      found = reply;
  }

  return found;
}
