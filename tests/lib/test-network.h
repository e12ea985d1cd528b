/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TEST_TYPE_NETWORK (test_network_get_type ())

/* A network that comes and goes, and costs, as the test says. */
G_DECLARE_FINAL_TYPE (TestNetwork, test_network, TEST, NETWORK, GObject)

TestNetwork *test_network_new         (void);
/* Makes an online one this process's default, before anything asks for that. */
void         test_network_use         (void);
void         test_network_set_online  (TestNetwork *self,
                                       gboolean     is_online);
void         test_network_set_metered (TestNetwork *self,
                                       gboolean     is_metered);

G_END_DECLS
