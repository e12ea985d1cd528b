/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-address.h"
#include "envoi-vcard.h"

/* Whatever a file holds, the people in it can be written to. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_auto (GStrv) people = envoi_vcard_list_people ((const char *) data, size);

  for (guint i = 0; people[i]; i++) {
    g_autoptr (EnvoiAddress) address = envoi_address_parse (people[i], NULL);

    g_assert_nonnull (address);
  }

  return 0;
}
