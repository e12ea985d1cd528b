/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "test-network.h"

#define EXTENSION "test-network"

struct _TestNetwork {
  GObject parent_instance;

  gboolean is_online;
  gboolean is_metered;
};

enum {
  PROP_0,
  PROP_AVAILABLE,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static gboolean
network_init_sync (GInitable    *initable,
                   GCancellable *cancellable,
                   GError      **error)
{
  return TRUE;
}

static void
init_initable (GInitableIface *iface)
{
  iface->init = network_init_sync;
}

static void
init_monitor (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestNetwork, test_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, init_initable)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, init_monitor))

static void
test_network_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TestNetwork *self = TEST_NETWORK (object);

  switch (property_id) {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->is_online);
      break;
    case PROP_METERED:
      g_value_set_boolean (value, self->is_metered);
      break;
    case PROP_CONNECTIVITY:
      g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
test_network_class_init (TestNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_network_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
test_network_init (TestNetwork *self)
{
}

TestNetwork *
test_network_new (void)
{
  return g_object_new (TEST_TYPE_NETWORK, NULL);
}

void
test_network_use (void)
{
  GNetworkMonitor *network;

  g_setenv ("GIO_USE_NETWORK_MONITOR", EXTENSION, TRUE);
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, TEST_TYPE_NETWORK,
                                  EXTENSION, 1);
  network = g_network_monitor_get_default ();
  g_assert_true (TEST_IS_NETWORK (network));
  TEST_NETWORK (network)->is_online = TRUE;
}

void
test_network_set_online (TestNetwork *self,
                         gboolean     is_online)
{
  self->is_online = is_online;
  g_signal_emit_by_name (self, "network-changed", is_online);
}

void
test_network_set_metered (TestNetwork *self,
                          gboolean     is_metered)
{
  self->is_metered = is_metered;
  g_object_notify (G_OBJECT (self), "network-metered");
}
