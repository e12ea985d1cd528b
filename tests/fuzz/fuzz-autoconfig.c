/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-autoconfig-private.h"
#include "envoi-text.h"

/* Whatever a web server publishes: what is taken from it can be used and shown. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiAutoconfig) config = NULL;
  g_autofree char *user = NULL;

  config = envoi_autoconfig_parse ((const char *) data, size, "firm.example", &error);
  g_assert_true ((config == NULL) == (error != NULL));
  if (!config)
    return 0;

  user = envoi_autoconfig_format_user (config, "li@firm.example");
  g_assert_true (*config->host && envoi_text_is_one_line (config->host));
  g_assert_true (config->port != 0);
  g_assert_true (!user || envoi_text_is_one_line (user));
  g_assert_true (!config->name || envoi_text_is_one_line (config->name));
  g_assert_true (!config->help_url || g_str_has_prefix (config->help_url, "https://"));
  return 0;
}
