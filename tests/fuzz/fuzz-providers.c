/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-provider-private.h"

/* Any file in providers.d: refused with a sentence, or usable as a whole. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProviderFile) file = NULL;

  file = envoi_provider_file_parse ((const char *) data, size, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  for (guint i = 0; file && i < file->providers->len; i++) {
    EnvoiProvider *provider = g_ptr_array_index (file->providers, i);
    const EnvoiProviderServer *server = envoi_provider_get_best_server (provider);
    g_autofree char *user = envoi_provider_format_user (provider, "li@firm.example");
    g_autofree char *secret = envoi_provider_clean_secret (provider, "abcd efgh");

    g_assert_true (server->port != 0 && *server->host);
    g_assert_nonnull (envoi_provider_get_name (provider, NULL));
    envoi_provider_judge_secret (provider, secret);
  }
  return 0;
}
