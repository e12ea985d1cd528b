/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "test-resolver.h"

#include "envoi-smtp-dial.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A name with addresses of both families, some of which lead nowhere (RFC 8305).
 * Deadlines are far longer than the test may take: a letter that had to wait for
 * one of them would fail it. */

#define HOST "mail.example.org"
#define LONG_MS (600 * 1000)
#define SHORT_MS 300
#define N_FILLERS 3
#define N_ADDRESSES 20

static EnvoiClock *the_clock;
static const char *const ipv6[] = { "::1", NULL };
static const char *const ipv4[] = { "127.0.0.1", NULL };

/* An address that takes connections, or one whose queue is full, so that the
 * kernel drops what comes as a firewall would. */
typedef struct {
  int listener;
  int fillers[N_FILLERS];
} Listener;

static gboolean
fill_address (struct sockaddr_storage *address,
              const char              *text,
              guint16                  port)
{
  struct sockaddr_in *in = (struct sockaddr_in *) address;
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) address;

  memset (address, 0, sizeof *address);
  in6->sin6_port = htons (port);
  if (inet_pton (AF_INET6, text, &in6->sin6_addr) == 1) {
    in6->sin6_family = AF_INET6;
    return TRUE;
  }

  in->sin_family = AF_INET;
  return inet_pton (AF_INET, text, &in->sin_addr) == 1;
}

/* Returns the port, or 0 when @port is taken or there is no such address. */
static guint16
listen_at (Listener   *self,
           const char *text,
           guint16     port,
           int         backlog)
{
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  gboolean is_bound;

  memset (self->fillers, -1, sizeof self->fillers);
  fill_address (&address, text, port);
  self->listener = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  is_bound = bind (self->listener, (struct sockaddr *) &address, sizeof address) == 0 &&
             listen (self->listener, backlog) == 0;
  getsockname (self->listener, (struct sockaddr *) &address, &length);
  return is_bound ? ntohs (((struct sockaddr_in *) &address)->sin_port) : 0;
}

static guint16
swallow_at (Listener   *self,
            const char *text,
            guint16     port)
{
  struct sockaddr_storage address;

  port = listen_at (self, text, port, 0);
  fill_address (&address, text, port);
  for (guint i = 0; port > 0 && i < N_FILLERS; i++) {
    self->fillers[i] = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect (self->fillers[i], (struct sockaddr *) &address, sizeof address);
  }

  return port;
}

static void
listener_clear (Listener *self)
{
  for (guint i = 0; i < N_FILLERS; i++)
    if (self->fillers[i] >= 0)
      close (self->fillers[i]);
  close (self->listener);
}

static GSocketConnection *
dial (guint16        port,
      guint          timeout_ms,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new (HOST, port, ENVOI_SMTP_SECURITY_TLS, NULL, ENVOI_SMTP_QUIRK_NONE,
                             error);

  g_assert_nonnull (endpoint);
  return envoi_smtp_dial_sync (endpoint, the_clock, timeout_ms, NULL, cancellable, error);
}

static void
check_leads_to (guint16     port,
                const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = dial (port, LONG_MS, NULL, &error);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *got = NULL;

  g_assert_no_error (error);
  address = g_socket_connection_get_remote_address (connection, &error);
  g_assert_no_error (error);
  got = g_inet_address_to_string (
    g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
  g_assert_cmpstr (got, ==, text);
}

static void
check_fails (guint16     port,
             guint       timeout_ms,
             const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dial (port, timeout_ms, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_nonnull (strstr (error->message, HOST));
}

static TestResolver *
know_both (void)
{
  TestResolver *resolver = test_resolver_new ();

  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV6, TEST_RESOLVER_ANSWERS, ipv6);
  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_ANSWERS, ipv4);
  return resolver;
}

/* IPv6 comes first, and is left behind at once when it refuses, and soon when it
 * says nothing. */
static void
test_both_families (void)
{
  g_autoptr (TestResolver) resolver = know_both ();
  Listener good;
  Listener first;
  guint16 port = listen_at (&good, "127.0.0.1", 0, 8);

  if (listen_at (&first, "::1", port, 8) != port) {
    envoi_test_miss ("IPv6");
    return;
  }

  check_leads_to (port, "::1");
  g_assert_true (test_resolver_was_asked (resolver, HOST, G_SOCKET_FAMILY_IPV6));
  g_assert_true (test_resolver_was_asked (resolver, HOST, G_SOCKET_FAMILY_IPV4));
  listener_clear (&first);

  check_leads_to (port, "127.0.0.1");

  g_assert_cmpuint (swallow_at (&first, "::1", port), ==, port);
  check_leads_to (port, "127.0.0.1");
  listener_clear (&good);
  listener_clear (&first);
}

/* Shows also that the address of the test above really swallows what comes. */
static void
test_swallowed (void)
{
  g_autoptr (TestResolver) resolver = know_both ();
  Listener hole6;
  Listener hole4;
  guint16 port = swallow_at (&hole4, "127.0.0.1", 0);

  swallow_at (&hole6, "::1", port);
  check_fails (port, SHORT_MS, "did not answer in time");
  listener_clear (&hole4);
  listener_clear (&hole6);
}

static void
test_refused (void)
{
  g_autoptr (TestResolver) resolver = know_both ();
  Listener gone;
  guint16 port = listen_at (&gone, "127.0.0.1", 0, 8);

  listener_clear (&gone);
  check_fails (port, LONG_MS, "takes no connections on port");
}

/* A name with many addresses, of which only the last one takes connections. */
static void
test_many (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  char texts[N_ADDRESSES][INET_ADDRSTRLEN];
  const char *addresses[N_ADDRESSES + 1] = { NULL };
  Listener last;
  guint16 port;

  for (guint i = 0; i < N_ADDRESSES; i++) {
    g_snprintf (texts[i], sizeof texts[i], "127.0.0.%u", i + 1);
    addresses[i] = texts[i];
  }
  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_ANSWERS, addresses);

  port = listen_at (&last, addresses[N_ADDRESSES - 1], 0, 8);
  check_leads_to (port, addresses[N_ADDRESSES - 1]);
  listener_clear (&last);
}

/* A name server that knows nothing of one family, or does not even say so, is no
 * hindrance to the other. */
static void
test_half_resolved (void)
{
  const TestResolverConduct conducts[] = {
    TEST_RESOLVER_FINDS_NOTHING, TEST_RESOLVER_FALLS_SILENT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (conducts); i++) {
    g_autoptr (TestResolver) resolver = know_both ();
    Listener good;
    guint16 port = listen_at (&good, "127.0.0.1", 0, 8);

    test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV6, conducts[i], NULL);
    check_leads_to (port, "127.0.0.1");
    listener_clear (&good);
  }
}

static void
test_not_resolved (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();

  check_fails (465, LONG_MS, "was not found");
  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV6, TEST_RESOLVER_FALLS_SILENT, NULL);
  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_FALLS_SILENT, NULL);
  check_fails (465, SHORT_MS, "could not be looked up in time");
}

static gpointer
sleep_when_asked (gpointer resolver)
{
  test_resolver_wait (resolver);
  envoi_clock_add_fake_sleep (the_clock, 3600);
  return NULL;
}

/* The deadline passes while the computer sleeps, and no timer of this program does. */
static void
test_slept (void)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  GThread *thread;

  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV6, TEST_RESOLVER_FALLS_SILENT, NULL);
  test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_FALLS_SILENT, NULL);
  thread = g_thread_new ("sleeper", sleep_when_asked, resolver);
  check_fails (465, LONG_MS, "could not be looked up in time");
  g_thread_join (thread);
}

static gpointer
cancel_when_asked (gpointer data)
{
  gpointer *both = data;

  test_resolver_wait (both[0]);
  g_cancellable_cancel (both[1]);
  return NULL;
}

static void
check_cancelled (TestResolver *resolver,
                 guint16       port)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gpointer both[] = { resolver, cancellable };
  GThread *canceller = g_thread_new ("canceller", cancel_when_asked, both);

  g_assert_null (dial (port, LONG_MS, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (canceller);
}

/* Neither a name nor an address is waited for once nobody wants to any more. */
static void
test_cancelled (void)
{
  g_autoptr (TestResolver) silent = test_resolver_new ();
  g_autoptr (TestResolver) swallowing = NULL;
  Listener hole;
  guint16 port;

  test_resolver_set_answer (silent, G_SOCKET_FAMILY_IPV6, TEST_RESOLVER_FALLS_SILENT, NULL);
  test_resolver_set_answer (silent, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_FALLS_SILENT, NULL);
  check_cancelled (silent, 465);

  swallowing = test_resolver_new ();
  test_resolver_set_answer (swallowing, G_SOCKET_FAMILY_IPV4, TEST_RESOLVER_ANSWERS, ipv4);
  port = swallow_at (&hole, "127.0.0.1", 0);
  check_cancelled (swallowing, port);
  listener_clear (&hole);
}

int
main (int    argc,
      char **argv)
{
  int result;

  envoi_test_init (&argc, &argv);
  the_clock = envoi_clock_new_system ();

  g_test_add_func ("/envoi/smtp/dial/both-families", test_both_families);
  g_test_add_func ("/envoi/smtp/dial/swallowed", test_swallowed);
  g_test_add_func ("/envoi/smtp/dial/refused", test_refused);
  g_test_add_func ("/envoi/smtp/dial/many", test_many);
  g_test_add_func ("/envoi/smtp/dial/half-resolved", test_half_resolved);
  g_test_add_func ("/envoi/smtp/dial/not-resolved", test_not_resolved);
  g_test_add_func ("/envoi/smtp/dial/slept", test_slept);
  g_test_add_func ("/envoi/smtp/dial/cancelled", test_cancelled);

  result = g_test_run ();
  g_object_unref (the_clock);
  return result;
}
