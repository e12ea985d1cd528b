/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-secrets"

#include "config.h"

#include "envoi-secret-store.h"

#define ENVOI_TYPE_FALLBACK_SECRET_STORE (envoi_fallback_secret_store_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiFallbackSecretStore, envoi_fallback_secret_store, ENVOI,
                      FALLBACK_SECRET_STORE, GObject)

/* A secret the primary store would not take, kept for this session. */
typedef struct {
  char *account_id;
  EnvoiSecretKind kind;
  char *label;
  EnvoiSecret *secret;
} Kept;

/**
 * EnvoiFallbackSecretStore:
 *
 * A primary store, and this session's memory for what it would not take. What
 * is kept here is newer than what the primary holds, so it is found first; it
 * moves into the primary as soon as that answers again.
 *
 * Thread: main
 */
struct _EnvoiFallbackSecretStore {
  GObject parent_instance;

  EnvoiSecretStore *primary;
  GPtrArray *kept;

  gboolean is_moving;
  gboolean is_degraded;
  char *reason;
};

static void secret_store_iface_init (EnvoiSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiFallbackSecretStore, envoi_fallback_secret_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SECRET_STORE,
                                                      secret_store_iface_init))

enum {
  PROP_0,
  PROP_PRIMARY,
  PROP_IS_DEGRADED,
  PROP_REASON,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
kept_free (Kept *kept)
{
  g_free (kept->account_id);
  g_free (kept->label);
  envoi_secret_unref (kept->secret);
  g_free (kept);
}

static Kept *
kept_new (const char      *account_id,
          EnvoiSecretKind  kind,
          const char      *label,
          EnvoiSecret     *secret)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->account_id = g_strdup (account_id);
  kept->kind = kind;
  kept->label = g_strdup (label);
  kept->secret = envoi_secret_ref (secret);
  return kept;
}

static Kept *
find_kept (EnvoiFallbackSecretStore *self,
           const char               *account_id,
           EnvoiSecretKind           kind)
{
  for (guint i = 0; i < self->kept->len; i++) {
    Kept *kept = g_ptr_array_index (self->kept, i);

    if (kept->kind == kind && g_str_equal (kept->account_id, account_id))
      return kept;
  }

  return NULL;
}

static gboolean
forget_kept (EnvoiFallbackSecretStore *self,
             const char               *account_id)
{
  gboolean found = FALSE;

  for (guint i = self->kept->len; i > 0; i--) {
    Kept *kept = g_ptr_array_index (self->kept, i - 1);

    if (!g_str_equal (kept->account_id, account_id))
      continue;

    found = TRUE;
    g_ptr_array_remove_index (self->kept, i - 1);
  }

  return found;
}

/* The one writer of "is-degraded" and "reason". */
static void
set_degraded (EnvoiFallbackSecretStore *self,
              const char               *reason)
{
  gboolean is_degraded = reason != NULL;

  if (self->is_degraded == is_degraded && g_strcmp0 (self->reason, reason) == 0)
    return;

  g_debug ("secrets are kept %s", is_degraded ? "for this session only" : "in the keyring");
  g_free (self->reason);
  self->reason = g_strdup (reason);
  self->is_degraded = is_degraded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DEGRADED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
}

static gboolean
is_keyring_trouble (const GError *error)
{
  return g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE) ||
         g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_LOCKED) ||
         g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_DENIED);
}

static void move_next_kept (EnvoiFallbackSecretStore *self);

static void
did_move_kept_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) move = user_data;
  EnvoiFallbackSecretStore *self = g_task_get_source_object (move);
  g_autoptr (GError) error = NULL;
  Kept *kept;

  self->is_moving = FALSE;

  if (!envoi_secret_store_store_finish (self->primary, result, &error)) {
    set_degraded (self, error->message);
    return;
  }

  /* A newer secret may have taken its place meanwhile; that one goes next. */
  for (guint i = 0; i < self->kept->len; i++) {
    kept = g_ptr_array_index (self->kept, i);

    if (kept->secret == g_task_get_task_data (move)) {
      g_ptr_array_remove_index (self->kept, i);
      break;
    }
  }

  move_next_kept (self);
}

/* Moves what this session kept into the primary store, one after the other. */
static void
move_next_kept (EnvoiFallbackSecretStore *self)
{
  GTask *move;
  Kept *kept;

  if (self->is_moving)
    return;

  if (self->kept->len == 0) {
    set_degraded (self, NULL);
    return;
  }

  kept = g_ptr_array_index (self->kept, 0);
  move = g_task_new (self, NULL, NULL, NULL);
  g_task_set_task_data (move, envoi_secret_ref (kept->secret), (GDestroyNotify) envoi_secret_unref);
  self->is_moving = TRUE;
  envoi_secret_store_store_async (self->primary, kept->account_id, kept->kind, kept->label,
                                  kept->secret, NULL, did_move_kept_cb, move);
}

static void
did_lookup_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiFallbackSecretStore *self = g_task_get_source_object (task);
  GError *error = NULL;
  EnvoiSecret *secret = envoi_secret_store_lookup_finish (self->primary, result, &error);

  if (is_keyring_trouble (error))
    set_degraded (self, error->message);
  else if (secret || g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND))
    move_next_kept (self);

  if (secret)
    g_task_return_pointer (task, secret, (GDestroyNotify) envoi_secret_unref);
  else
    g_task_return_error (task, error);
}

static void
envoi_fallback_secret_store_lookup_async (EnvoiSecretStore    *store,
                                          const char          *account_id,
                                          EnvoiSecretKind      kind,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (store);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Kept *kept = find_kept (self, account_id, kind);

  g_task_set_source_tag (task, envoi_fallback_secret_store_lookup_async);

  if (kept)
    g_task_return_pointer (task, envoi_secret_ref (kept->secret),
                           (GDestroyNotify) envoi_secret_unref);
  else
    envoi_secret_store_lookup_async (self->primary, account_id, kind, cancellable, did_lookup_cb,
                                     g_steal_pointer (&task));
}

static EnvoiSecret *
envoi_fallback_secret_store_lookup_finish (EnvoiSecretStore  *store,
                                           GAsyncResult      *result,
                                           GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
keep (EnvoiFallbackSecretStore *self,
      Kept                     *fresh)
{
  Kept *old = find_kept (self, fresh->account_id, fresh->kind);

  if (old)
    g_ptr_array_remove (self->kept, old);

  g_ptr_array_add (self->kept,
                   kept_new (fresh->account_id, fresh->kind, fresh->label, fresh->secret));
}

static void
did_store_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiFallbackSecretStore *self = g_task_get_source_object (task);
  Kept *fresh = g_task_get_task_data (task);
  Kept *old = find_kept (self, fresh->account_id, fresh->kind);
  GError *error = NULL;

  if (envoi_secret_store_store_finish (self->primary, result, &error)) {
    if (old && old->secret == fresh->secret)
      g_ptr_array_remove (self->kept, old);
    move_next_kept (self);
    g_task_return_boolean (task, TRUE);
  } else if (is_keyring_trouble (error)) {
    keep (self, fresh);
    set_degraded (self, error->message);
    g_error_free (error);
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_return_error (task, error);
  }
}

static void
envoi_fallback_secret_store_store_async (EnvoiSecretStore    *store,
                                         const char          *account_id,
                                         EnvoiSecretKind      kind,
                                         const char          *label,
                                         EnvoiSecret         *secret,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (store);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Kept *fresh = kept_new (account_id, kind, label, secret);

  g_task_set_source_tag (task, envoi_fallback_secret_store_store_async);
  g_task_set_task_data (task, fresh, (GDestroyNotify) kept_free);

  /* An older kept secret must not be moved over this one later. */
  if (find_kept (self, account_id, kind))
    keep (self, fresh);

  envoi_secret_store_store_async (self->primary, account_id, kind, label, secret, cancellable,
                                  did_store_cb, task);
}

static gboolean
envoi_fallback_secret_store_boolean_finish (EnvoiSecretStore  *store,
                                            GAsyncResult      *result,
                                            GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Where there is no keyring at all and the secret lived in this session, there
 * is nothing left to forget; otherwise the keyring's copy may still exist, and
 * the person must know. */
static void
did_clear_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiFallbackSecretStore *self = g_task_get_source_object (task);
  gboolean had_kept = GPOINTER_TO_INT (g_task_get_task_data (task));
  GError *error = NULL;

  if (envoi_secret_store_clear_finish (self->primary, result, &error)) {
    move_next_kept (self);
    g_task_return_boolean (task, TRUE);
  } else if (had_kept &&
             g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE)) {
    g_error_free (error);
    g_task_return_boolean (task, TRUE);
  } else {
    g_task_return_error (task, error);
  }
}

static void
envoi_fallback_secret_store_clear_async (EnvoiSecretStore    *store,
                                         const char          *account_id,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (store);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  gboolean had_kept = forget_kept (self, account_id);

  g_task_set_source_tag (task, envoi_fallback_secret_store_clear_async);
  g_task_set_task_data (task, GINT_TO_POINTER (had_kept), NULL);
  envoi_secret_store_clear_async (self->primary, account_id, cancellable, did_clear_cb, task);
}

static void
envoi_fallback_secret_store_get_property (GObject    *object,
                                          guint       property_id,
                                          GValue     *value,
                                          GParamSpec *pspec)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (object);

  switch (property_id) {
    case PROP_PRIMARY:
      g_value_set_object (value, self->primary);
      break;
    case PROP_IS_DEGRADED:
      g_value_set_boolean (value, self->is_degraded);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_fallback_secret_store_set_property (GObject      *object,
                                          guint         property_id,
                                          const GValue *value,
                                          GParamSpec   *pspec)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (object);

  if (property_id == PROP_PRIMARY)
    self->primary = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
envoi_fallback_secret_store_finalize (GObject *object)
{
  EnvoiFallbackSecretStore *self = ENVOI_FALLBACK_SECRET_STORE (object);

  g_clear_object (&self->primary);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_pointer (&self->reason, g_free);

  G_OBJECT_CLASS (envoi_fallback_secret_store_parent_class)->finalize (object);
}

static void
envoi_fallback_secret_store_class_init (EnvoiFallbackSecretStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_fallback_secret_store_get_property;
  object_class->set_property = envoi_fallback_secret_store_set_property;
  object_class->finalize = envoi_fallback_secret_store_finalize;

  properties[PROP_PRIMARY] =
    g_param_spec_object ("primary", NULL, NULL, ENVOI_TYPE_SECRET_STORE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_DEGRADED] =
    g_param_spec_boolean ("is-degraded", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_REASON] =
    g_param_spec_string ("reason", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_fallback_secret_store_init (EnvoiFallbackSecretStore *self)
{
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) kept_free);
}

static void
secret_store_iface_init (EnvoiSecretStoreInterface *iface)
{
  iface->lookup_async = envoi_fallback_secret_store_lookup_async;
  iface->lookup_finish = envoi_fallback_secret_store_lookup_finish;
  iface->store_async = envoi_fallback_secret_store_store_async;
  iface->store_finish = envoi_fallback_secret_store_boolean_finish;
  iface->clear_async = envoi_fallback_secret_store_clear_async;
  iface->clear_finish = envoi_fallback_secret_store_boolean_finish;
}

/**
 * envoi_fallback_secret_store_new:
 * @primary: the store to prefer
 *
 * Puts this session's memory behind @primary. The property "is-degraded" says
 * that @primary has trouble, "reason" which.
 *
 * Returns: (transfer full): the store
 *
 * Thread: main
 */
EnvoiSecretStore *
envoi_fallback_secret_store_new (EnvoiSecretStore *primary)
{
  g_return_val_if_fail (ENVOI_IS_SECRET_STORE (primary), NULL);

  return g_object_new (ENVOI_TYPE_FALLBACK_SECRET_STORE, "primary", primary, NULL);
}
