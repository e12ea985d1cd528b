/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-sender.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

/**
 * EnvoiSender:
 *
 * Whom a letter can be from: an identity together with its account.
 *
 * Thread: main (immutable)
 */
struct _EnvoiSender {
  GObject parent_instance;

  EnvoiAccount  *account;
  EnvoiIdentity *identity;
};

G_DEFINE_FINAL_TYPE (EnvoiSender, envoi_sender, G_TYPE_OBJECT)

static void
envoi_sender_finalize (GObject *object)
{
  EnvoiSender *self = ENVOI_SENDER (object);

  g_clear_object (&self->account);
  g_clear_object (&self->identity);

  G_OBJECT_CLASS (envoi_sender_parent_class)->finalize (object);
}

static void
envoi_sender_class_init (EnvoiSenderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_sender_finalize;
}

static void
envoi_sender_init (EnvoiSender *self)
{
}

EnvoiSender *
envoi_sender_new (EnvoiAccount  *account,
                  EnvoiIdentity *identity)
{
  EnvoiSender *self = g_object_new (ENVOI_TYPE_SENDER, NULL);

  self->account = g_object_ref (account);
  self->identity = g_object_ref (identity);
  return self;
}

EnvoiAccount *
envoi_sender_get_account (EnvoiSender *self)
{
  return self->account;
}

EnvoiIdentity *
envoi_sender_get_identity (EnvoiSender *self)
{
  return self->identity;
}

static gpointer
make_sender (gpointer item,
             gpointer user_data)
{
  g_autoptr (EnvoiIdentity) identity = item;

  return envoi_sender_new (user_data, identity);
}

static gpointer
list_senders (gpointer item,
              gpointer user_data)
{
  g_autoptr (EnvoiAccount) account = item;
  GListModel *identities = envoi_account_get_identities (account);

  return gtk_map_list_model_new (g_object_ref (identities), make_sender,
                                 g_object_ref (account), g_object_unref);
}

static gboolean
is_offered (gpointer item,
            gpointer user_data)
{
  EnvoiAccount *account = item;

  return envoi_account_is_enabled (account) ||
         g_strcmp0 (envoi_account_get_id (account), user_data) == 0;
}

GListModel *
envoi_sender_list_new (EnvoiAccountList *accounts,
                       const char       *kept_id)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_offered, g_strdup (kept_id), g_free));
  GtkFilterListModel *offered =
    gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (accounts)), filter);
  GtkMapListModel *lists =
    gtk_map_list_model_new (G_LIST_MODEL (offered), list_senders, NULL, NULL);

  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (lists)));
}

char *
envoi_sender_dup_warning (EnvoiProviderTable *providers,
                          EnvoiAccount       *account,
                          const char         *address)
{
  const char *login = envoi_account_get_login (account);
  EnvoiProvider *provider = envoi_provider_table_find_for_account (providers, account);
  const char *name = provider ? envoi_provider_get_name (provider, NULL) : NULL;

  if (!provider || !*address || envoi_account_is_same_address (address, login) ||
      envoi_account_is_same_address (address, envoi_account_get_email (account)))
    return NULL;

  switch (envoi_provider_get_from_rule (provider)) {
    case ENVOI_PROVIDER_FROM_STRICT:
      /* Translators: %s are the name of a mail provider and a mail address */
      return g_strdup_printf (_("%s refuses letters of this account that are not from %s."), name,
                              login);
    case ENVOI_PROVIDER_FROM_ALIASES:
      /* Translators: %s is the name of a mail provider */
      return g_strdup_printf (_("%s takes this address only if you have set it up as an alias "
                                "there."), name);
    case ENVOI_PROVIDER_FROM_REWRITTEN:
      /* Translators: %s are the name of a mail provider and a mail address */
      return g_strdup_printf (_("Unless you have set this address up there, %s replaces it by %s."),
                              name, login);
    case ENVOI_PROVIDER_FROM_UNKNOWN:
    default:
      return NULL;
  }
}
