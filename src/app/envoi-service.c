/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-paths.h"

#include <glib/gi18n.h>

/**
 * EnvoiService:
 *
 * Everything behind the window and the command line, wired once: folders,
 * store, accounts, practice server, deliverer and outbox. Its other halves are
 * in envoi-service-*.c, one file per errand; envoi-service-start.c puts it together.
 *
 * Thread: main; what waits for a disk, keyring or network is asynchronous
 */
G_DEFINE_FINAL_TYPE (EnvoiService, envoi_service, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_SECRETS,
  PROP_CLOCK,
  PROP_RANDOM,
  PROP_DATA_FOLDER,
  PROP_CONFIG_FOLDER,
  PROP_IS_READY,
  PROP_NOTICE,
  N_PROPS,
};

enum {
  PRACTICE_CHANGED,
  SIGN_INS_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

void
envoi_service_set_ready (EnvoiService *self,
                         gboolean      is_ready)
{
  if (self->is_ready == is_ready)
    return;

  self->is_ready = is_ready;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_READY]);
}

static void
did_close_store_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (envoi_store_close_finish (ENVOI_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
did_stop_practice_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;

  envoi_service_stop_practice_finish (self, result, NULL);

  if (self->store)
    envoi_store_close_async (self->store, NULL, did_close_store_cb, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
did_stop_deliverer_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  envoi_smtp_deliverer_stop_finish (ENVOI_SMTP_DELIVERER (source), result, NULL);
  envoi_service_stop_practice_async (g_task_get_source_object (task), did_stop_practice_cb,
                                     g_object_ref (task));
}

static void
did_stop_outbox_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  /* The rest is closed all the same: a half-stopped service helps nobody. */
  if (!envoi_outbox_stop_finish (ENVOI_OUTBOX (source), result, &error))
    g_warning ("the outbox did not stop cleanly: %s", error->message);

  envoi_smtp_deliverer_stop_async (self->deliverer, did_stop_deliverer_cb, g_object_ref (task));
}

static void
did_settle_removals_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;

  envoi_service_settle_removals_finish (self, result);
  envoi_outbox_stop_async (self->outbox, g_task_get_cancellable (task), did_stop_outbox_cb,
                           g_object_ref (task));
}

/* The most urgent sentence: what happened to letters, then accounts, providers, secrets. */
static char *
dup_notice (EnvoiService *self)
{
  g_autofree char *notice = NULL;

  if (self->store)
    g_object_get (self->store, "notice", &notice, NULL);
  if (!notice && self->accounts)
    g_object_get (self->accounts, "warning", &notice, NULL);
  if (!notice && self->providers)
    g_object_get (self->providers, "warning", &notice, NULL);
  if (!notice)
    notice = envoi_service_dup_secret_trouble (self);
  if (!notice)
    notice = g_strdup (self->practice_notice);

  return g_steal_pointer (&notice);
}

static void
envoi_service_get_property (GObject    *object,
                            guint       property_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  EnvoiService *self = ENVOI_SERVICE (object);

  switch (property_id) {
    case PROP_IS_READY:
      g_value_set_boolean (value, self->is_ready);
      break;
    case PROP_NOTICE:
      g_value_take_string (value, dup_notice (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_service_set_property (GObject      *object,
                            guint         property_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  EnvoiService *self = ENVOI_SERVICE (object);

  switch (property_id) {
    case PROP_SECRETS:
      self->secrets = g_value_dup_object (value);
      break;
    case PROP_CLOCK:
      self->clock = g_value_dup_object (value);
      break;
    case PROP_RANDOM:
      self->random = g_value_dup_object (value);
      break;
    case PROP_DATA_FOLDER:
      self->data_folder = g_value_dup_object (value);
      break;
    case PROP_CONFIG_FOLDER:
      self->config_folder = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static EnvoiSecretStore *
make_secret_store (void)
{
  g_autoptr (EnvoiSecretStore) keyring = envoi_libsecret_store_new ();

  return envoi_fallback_secret_store_new (keyring);
}

static void
envoi_service_constructed (GObject *object)
{
  EnvoiService *self = ENVOI_SERVICE (object);

  G_OBJECT_CLASS (envoi_service_parent_class)->constructed (object);

  if (!self->secrets)
    self->secrets = make_secret_store ();
  if (!self->clock)
    self->clock = envoi_clock_new_system ();
  if (!self->random)
    self->random = envoi_random_new_system ();
  if (!self->data_folder)
    self->data_folder = envoi_paths_dup_data_folder ();
  if (!self->config_folder)
    self->config_folder = envoi_paths_dup_config_folder ();

  self->credentials = envoi_credential_source_new (self->secrets);
  self->desktop = envoi_desktop_accounts_new ();
  envoi_credential_source_set_desktop (self->credentials, self->desktop);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (self->secrets), "reason"))
    g_signal_connect_object (self->secrets, "notify::reason",
                             G_CALLBACK (envoi_service_notice_changed), self, G_CONNECT_SWAPPED);
}

static void
envoi_service_dispose (GObject *object)
{
  EnvoiService *self = ENVOI_SERVICE (object);

  g_clear_object (&self->outbox);
  g_clear_object (&self->deliverer);
  g_clear_object (&self->practice);
  g_clear_object (&self->sign_in);
  g_clear_object (&self->hurry);
  g_clear_object (&self->broker);
  g_clear_object (&self->desktop);
  g_clear_object (&self->providers);
  g_clear_object (&self->accounts);
  g_clear_object (&self->store);
  g_clear_object (&self->credentials);
  g_clear_object (&self->settings);
  g_clear_object (&self->secrets);
  g_clear_object (&self->clock);
  g_clear_object (&self->random);
  g_clear_object (&self->data_folder);
  g_clear_object (&self->config_folder);
  g_clear_pointer (&self->practice_notice, g_free);
  g_clear_pointer (&self->contacts, g_strfreev);
  g_clear_pointer (&self->desktop_contacts, g_strfreev);

  G_OBJECT_CLASS (envoi_service_parent_class)->dispose (object);
}

static void
envoi_service_class_init (EnvoiServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags construct = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = envoi_service_get_property;
  object_class->set_property = envoi_service_set_property;
  object_class->constructed = envoi_service_constructed;
  object_class->dispose = envoi_service_dispose;

  properties[PROP_SECRETS] =
    g_param_spec_object ("secrets", NULL, NULL, ENVOI_TYPE_SECRET_STORE, construct);
  properties[PROP_CLOCK] =
    g_param_spec_object ("clock", NULL, NULL, ENVOI_TYPE_CLOCK, construct);
  properties[PROP_RANDOM] =
    g_param_spec_object ("random", NULL, NULL, ENVOI_TYPE_RANDOM, construct);
  properties[PROP_DATA_FOLDER] =
    g_param_spec_object ("data-folder", NULL, NULL, G_TYPE_FILE, construct);
  properties[PROP_CONFIG_FOLDER] =
    g_param_spec_object ("config-folder", NULL, NULL, G_TYPE_FILE, construct);
  properties[PROP_IS_READY] = g_param_spec_boolean ("is-ready", NULL, NULL, FALSE, readable);
  properties[PROP_NOTICE] = g_param_spec_string ("notice", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PRACTICE_CHANGED] = g_signal_new ("practice-changed", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
  signals[SIGN_INS_CHANGED] = g_signal_new ("sign-ins-changed", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
envoi_service_init (EnvoiService *self)
{
  self->settings = envoi_settings_new ();
  self->hurry = g_cancellable_new ();
}

EnvoiService *
envoi_service_new (EnvoiSecretStore *secrets)
{
  return g_object_new (ENVOI_TYPE_SERVICE, "secrets", secrets, NULL);
}

void
envoi_service_stop_async (EnvoiService        *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (ENVOI_IS_SERVICE (self));

  g_task_set_source_tag (task, envoi_service_stop_async);
  g_task_set_check_cancellable (task, FALSE);
  envoi_service_set_ready (self, FALSE);

  if (self->outbox)
    envoi_service_settle_removals_async (self, cancellable, did_settle_removals_cb,
                                         g_steal_pointer (&task));
  else
    envoi_service_stop_practice_async (self, did_stop_practice_cb, g_steal_pointer (&task));
}

gboolean
envoi_service_stop_finish (EnvoiService  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

EnvoiAccountList *
envoi_service_get_accounts (EnvoiService *self)
{
  return self->accounts;
}

EnvoiOutbox *
envoi_service_get_outbox (EnvoiService *self)
{
  return self->outbox;
}

EnvoiStore *
envoi_service_get_store (EnvoiService *self)
{
  return self->store;
}

EnvoiClock *
envoi_service_get_clock (EnvoiService *self)
{
  return self->clock;
}

EnvoiProviderTable *
envoi_service_get_providers (EnvoiService *self)
{
  return self->providers;
}

EnvoiDesktopAccounts *
envoi_service_get_desktop_accounts (EnvoiService *self)
{
  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);

  return self->desktop;
}

EnvoiPracticeServer *
envoi_service_get_practice (EnvoiService *self)
{
  return self->practice;
}

static EnvoiAccount *
dup_first_account (EnvoiService *self,
                   gboolean      is_practice)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (envoi_account_is_practice (account) == is_practice && envoi_account_is_enabled (account))
      return g_steal_pointer (&account);
  }

  return NULL;
}

/* The practice account only stands in until there is a real one; and rather than no
 * sender at all there is one that is turned off. */
EnvoiAccount *
envoi_service_dup_default_account (EnvoiService *self)
{
  g_autofree char *id = envoi_settings_dup_default_account (self->settings);
  EnvoiAccount *chosen = *id ? envoi_account_list_find (self->accounts, id) : NULL;

  if (chosen && envoi_account_is_enabled (chosen))
    return g_object_ref (chosen);

  chosen = dup_first_account (self, FALSE);
  if (!chosen)
    chosen = dup_first_account (self, TRUE);

  return chosen ? chosen : g_list_model_get_item (G_LIST_MODEL (self->accounts), 0);
}

void
envoi_service_notice_changed (EnvoiService *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICE]);
}

EnvoiAccount *
envoi_service_find_account (EnvoiService  *self,
                            const char    *id,
                            GError       **error)
{
  EnvoiAccount *account = envoi_account_list_find (self->accounts, id);

  if (!account)
    g_set_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
                 _("There is no account “%s”."), id);
  else if (!envoi_account_is_enabled (account))
    g_set_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_DISABLED,
                 _("The account “%s” is turned off."), envoi_account_get_email (account));
  else
    return account;

  return NULL;
}
