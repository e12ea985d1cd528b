/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-diagnostics.h"

#include "envoi-smtp-endpoint.h"

#include <locale.h>

/* Everything here is public in a report, so it is written of what is known to be
 * harmless; nothing is taken and then filtered. */

static void
add_variable (GString    *text,
              const char *name,
              const char *what)
{
  const char *value = g_getenv (name);

  g_string_append_printf (text, "%s: %s\n", what, value && *value ? value : "unknown");
}

static void
add_system (GString *text)
{
  g_autofree char *system = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);

  g_string_append_printf (text, "Envoi: %s\n", ENVOI_VERSION);
  g_string_append_printf (text, "GLib: %u.%u.%u\n", glib_major_version, glib_minor_version,
                          glib_micro_version);
  g_string_append_printf (text, "System: %s\n", system ? system : "unknown");
  g_string_append_printf (text, "Sandbox: %s\n",
                          g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "Flatpak" : "none");
  g_string_append_printf (text, "Locale: %s\n", setlocale (LC_MESSAGES, NULL));
  add_variable (text, "XDG_CURRENT_DESKTOP", "Desktop");
  add_variable (text, "XDG_SESSION_TYPE", "Session");
}

static void
add_account (GString      *text,
             EnvoiAccount *account)
{
  int security = 0;

  g_object_get (account, "security", &security, NULL);
  g_string_append_printf (text, "Account: %s, %s, %s, %s\n",
                          envoi_account_is_practice (account) ? "practice" : "real",
                          envoi_smtp_security_to_string (security),
                          envoi_smtp_auth_to_string (envoi_account_get_auth (account)),
                          envoi_account_get_state (account) == ENVOI_ACCOUNT_READY
                          ? "ready" : "not ready");
}

static void
add_accounts (GString      *text,
              EnvoiService *service)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (service));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    add_account (text, account);
  }
}

static void
add_letters (GString      *text,
             EnvoiService *service)
{
  static const struct {
    EnvoiFolder folder;
    const char *name;
  } folders[] = {
    { ENVOI_FOLDER_DRAFTS, "drafts" },
    { ENVOI_FOLDER_OUTBOX, "outbox" },
    { ENVOI_FOLDER_ATTENTION, "needs attention" },
    { ENVOI_FOLDER_SCHEDULED, "scheduled" },
  };
  EnvoiOutbox *outbox = envoi_service_get_outbox (service);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_string_append_printf (text, "Letters, %s: %u\n", folders[i].name,
                            g_list_model_get_n_items (envoi_outbox_get_folder (outbox,
                                                                               folders[i].folder)));
}

char *
envoi_diagnostics_format (EnvoiService *service)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean is_ready = FALSE;

  add_system (text);

  if (service)
    g_object_get (service, "is-ready", &is_ready, NULL);
  g_string_append_printf (text, "Service: %s\n", is_ready ? "ready" : "not ready");
  if (is_ready) {
    add_accounts (text, service);
    add_letters (text, service);
  }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
