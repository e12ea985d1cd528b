/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-address.h"

#include <string.h>

/* Whatever is typed, an address that passes is safe on the wire and parses back. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
check (const EnvoiAddress *address)
{
  const char *mailbox = envoi_address_get_mailbox (address);
  g_autofree char *text = envoi_address_format (address);
  g_autoptr (EnvoiAddress) again = envoi_address_parse (text, NULL);

  g_assert_null (strpbrk (mailbox, "\r\n <>\t"));
  g_assert_cmpuint (strlen (mailbox), <=, 254);
  g_assert_nonnull (again);
  g_assert_cmpstr (envoi_address_get_mailbox (again), ==, mailbox);
  g_assert_cmpstr (envoi_address_get_name (again), ==, envoi_address_get_name (address));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = envoi_address_parse_list (text, &error);

  g_assert_true ((addresses == NULL) == (error != NULL));
  for (guint i = 0; addresses && i < addresses->len; i++)
    check (g_ptr_array_index (addresses, i));
  return 0;
}
