/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "test-server.h"

#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_SECONDS 20
#define N_TICKETS 50
#define MOST_DRIPS 2000
#define DRIP_MS 10
/* GnuTLS takes no more than 8 in a second. */
#define MOST_KEYS 100
#define KEYS_MS 140
#define TLS_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

struct _TestServer {
  const Dialogue *dialogue;
  gnutls_certificate_credentials_t credentials;
  int listener;
  int fd;
  guint16 port;
  gnutls_session_t session;
  GThread *thread;

  GString *arrived;        /* not yet matched */
  GString *in_clear;       /* all that came before TLS */
  GString *message;
  char *failure;

  GMutex mutex;
  GCond cond;
  guint step;
  gboolean is_over;
  gboolean is_finishing;
};

static void
fail (TestServer         *self,
      const DialogueStep *step,
      const char         *what)
{
  if (!self->failure)
    self->failure = g_strdup_printf ("%s:%u: %s, which is not “%s”", self->dialogue->name,
                                     step->line, what, step->text);
}

static gboolean
is_out_of_patience (const TestServer *self)
{
  struct pollfd fd = { .fd = self->fd, .events = POLLIN };

  return poll (&fd, 1, PATIENCE_SECONDS * 1000) == 0;
}

static gboolean
receive (TestServer *self)
{
  char bytes[16384];
  ssize_t n;

  /* What TLS has to say for itself is neither data nor the end. */
  do
    n = self->session ? gnutls_record_recv (self->session, bytes, sizeof bytes)
                      : recv (self->fd, bytes, sizeof bytes, 0);
  while (self->session && (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) &&
         !is_out_of_patience (self));

  if (n <= 0)
    return FALSE;

  g_string_append_len (self->arrived, bytes, n);
  if (!self->session)
    g_string_append_len (self->in_clear, bytes, n);
  return TRUE;
}

static void
play_tricks (TestServer *self)
{
  DialogueTricks tricks = self->dialogue->tricks;

  if (tricks & DIALOGUE_KEY_UPDATE)
    gnutls_session_key_update (self->session, GNUTLS_KU_PEER);
  if (tricks & DIALOGUE_RENEGOTIATE)
    gnutls_rehandshake (self->session);
  for (guint i = 0; (tricks & DIALOGUE_TICKET_FLOOD) && i < N_TICKETS; i++)
    gnutls_session_ticket_send (self->session, 1, 0);
}

/* What TLS says by itself, and the words behind it, arrive together. */
static void
set_cork (TestServer *self,
          int         is_corked)
{
  setsockopt (self->fd, IPPROTO_TCP, TCP_CORK, &is_corked, sizeof is_corked);
}

static void
transmit (TestServer *self,
          const char *text,
          gsize       length)
{
  gsize piece = self->dialogue->tricks & DIALOGUE_ONE_OCTET_RECORDS ? 1 : length;

  if (!self->session) {
    send (self->fd, text, length, MSG_NOSIGNAL);
    return;
  }

  set_cork (self, TRUE);
  play_tricks (self);
  for (gsize i = 0; i < length; i += piece)
    gnutls_record_send (self->session, text + i, piece);
  set_cork (self, FALSE);
}

/* Until the client has had enough of it. */
static void
drip (TestServer *self)
{
  const char *const line = "250-still here\r\n";
  gsize length = strlen (line);

  for (guint i = 0; i < MOST_DRIPS; i++) {
    struct pollfd fd = { .fd = self->fd, .events = POLLRDHUP };

    transmit (self, line + i % length, 1);
    if (poll (&fd, 1, DRIP_MS) > 0)
      return;
  }
}

static void
ask_for_keys (TestServer *self)
{
  for (guint i = 0; i < MOST_KEYS; i++) {
    struct pollfd fd = { .fd = self->fd, .events = POLLRDHUP };

    gnutls_session_key_update (self->session, GNUTLS_KU_PEER);
    if (poll (&fd, 1, KEYS_MS) > 0)
      return;
  }
}

static gboolean
match_line (TestServer         *self,
            const DialogueStep *step)
{
  char *end;
  g_autofree char *line = NULL;

  while (!(end = strstr (self->arrived->str, "\r\n")))
    if (!receive (self)) {
      fail (self, step, "the client hung up");
      return FALSE;
    }

  line = g_strndup (self->arrived->str, (gsize) (end - self->arrived->str));
  g_string_erase (self->arrived, 0, (gssize) strlen (line) + 2);
  if (!g_pattern_match_simple (step->text, line)) {
    fail (self, step, line);
    return FALSE;
  }

  return TRUE;
}

static gsize
find_chunk (TestServer *self,
            guint       index)
{
  const DialogueStep *before = g_ptr_array_index (self->dialogue->steps, index - 1);

  if (before->verb != DIALOGUE_CLIENT || !g_str_has_prefix (before->text, "BDAT "))
    return 0;

  return (gsize) g_ascii_strtoull (before->text + 5, NULL, 10);
}

static gboolean
take_dotted (TestServer         *self,
             const DialogueStep *step)
{
  gboolean is_end = FALSE;

  while (!is_end) {
    char *end = strstr (self->arrived->str, "\r\n");
    const char *line = self->arrived->str;
    gsize length = end ? (gsize) (end - line) + 2 : 0;

    if (!end && !receive (self)) {
      fail (self, step, "the message does not end");
      return FALSE;
    }
    if (!end)
      continue;

    is_end = length == 3 && line[0] == '.';
    if (!is_end && line[0] == '.')
      g_string_append_len (self->message, line + 1, (gssize) length - 1);
    else if (!is_end)
      g_string_append_len (self->message, line, (gssize) length);
    g_string_erase (self->arrived, 0, (gssize) length);
  }

  return TRUE;
}

static gboolean
take_body (TestServer         *self,
           guint               index,
           const DialogueStep *step)
{
  gsize chunk = find_chunk (self, index);

  if (chunk == 0)
    return take_dotted (self, step);

  while (self->arrived->len < chunk)
    if (!receive (self)) {
      fail (self, step, "the message does not end");
      return FALSE;
    }

  g_string_append_len (self->message, self->arrived->str, (gssize) chunk);
  g_string_erase (self->arrived, 0, (gssize) chunk);
  return TRUE;
}

static const gnutls_datum_t *
get_ticket_key (void)
{
  static gnutls_datum_t key;

  if (!key.data)
    gnutls_session_ticket_key_generate (&key);

  return &key;
}

static gboolean
shake_hands (TestServer *self)
{
  int status;

  gnutls_init (&self->session, GNUTLS_SERVER);
  if (self->dialogue->tricks & DIALOGUE_TLS_1_2)
    gnutls_priority_set_direct (self->session, TLS_1_2, NULL);
  else
    gnutls_set_default_priority (self->session);
  if (self->dialogue->tricks & DIALOGUE_TICKET_FLOOD)
    gnutls_session_ticket_enable_server (self->session, get_ticket_key ());
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_transport_set_int (self->session, self->fd);

  do
    status = gnutls_handshake (self->session);
  while (status < 0 && !gnutls_error_is_fatal (status));

  return status == GNUTLS_E_SUCCESS;
}

static void
reset (TestServer *self)
{
  struct linger none = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (self->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

static void
wait_for_hang_up (TestServer *self)
{
  while (receive (self))
    continue;
}

/* What the client still sends stays in the sockets' buffers, which fill. */
static void
turn_deaf (TestServer *self)
{
  g_mutex_lock (&self->mutex);
  while (!self->is_finishing)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
tell_step (TestServer *self,
           guint       step)
{
  g_mutex_lock (&self->mutex);
  self->step = step;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* Lines of the server that follow each other leave in one piece. */
static guint
say (TestServer *self,
     guint       index)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  GPtrArray *steps = self->dialogue->steps;

  while (index < steps->len) {
    const DialogueStep *step = g_ptr_array_index (steps, index);

    if (step->verb != DIALOGUE_SERVER)
      break;
    g_string_append_printf (lines, "%s\r\n", step->text);
    index++;
  }

  transmit (self, lines->str, lines->len);
  return index;
}

static gboolean
do_step (TestServer *self,
         guint      *index)
{
  const DialogueStep *step = g_ptr_array_index (self->dialogue->steps, *index);

  switch (step->verb) {
    case DIALOGUE_SERVER:
      *index = say (self, *index);
      return TRUE;
    case DIALOGUE_CLIENT:
      return match_line (self, &*step) && ++*index;
    case DIALOGUE_BODY:
      return take_body (self, *index, step) && ++*index;
    case DIALOGUE_TLS:
      return shake_hands (self) && ++*index;
    case DIALOGUE_WAIT:
      wait_for_hang_up (self);
      return FALSE;
    case DIALOGUE_RAW:
      transmit (self, step->text, step->length);
      wait_for_hang_up (self);
      return FALSE;
    case DIALOGUE_RAW_END:
      transmit (self, step->text, step->length);
      return FALSE;
    case DIALOGUE_RAW_ALERT:
      transmit (self, step->text, step->length);
      if (self->session)
        gnutls_alert_send (self->session, GNUTLS_AL_FATAL, GNUTLS_A_INTERNAL_ERROR);
      return FALSE;
    case DIALOGUE_RAW_DEAF:
      transmit (self, step->text, step->length);
      turn_deaf (self);
      return FALSE;
    case DIALOGUE_NEW_KEYS:
      ask_for_keys (self);
      return FALSE;
    case DIALOGUE_DRIP:
      drip (self);
      return FALSE;
    case DIALOGUE_RST:
      reset (self);
      return FALSE;
    default:
      return FALSE;
  }
}

static void
play (TestServer *self)
{
  guint index = 0;
  gboolean goes_on = TRUE;

  while (goes_on && index < self->dialogue->steps->len) {
    tell_step (self, index);
    goes_on = do_step (self, &index);
  }

  if (self->session && !(self->dialogue->tricks & DIALOGUE_NO_BYE))
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
}

static gpointer
run (gpointer data)
{
  TestServer *self = data;
  struct timeval patience = { .tv_sec = PATIENCE_SECONDS };

  self->fd = accept (self->listener, NULL, NULL);
  if (self->fd >= 0) {
    setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    play (self);
    g_clear_pointer (&self->session, gnutls_deinit);
    close (self->fd);
  }

  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

TestServer *
test_server_new (const Dialogue                   *dialogue,
                 gnutls_certificate_credentials_t  credentials)
{
  TestServer *self = g_new0 (TestServer, 1);
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  socklen_t length = sizeof address;

  self->dialogue = dialogue;
  self->credentials = credentials;
  self->arrived = g_string_new (NULL);
  self->in_clear = g_string_new (NULL);
  self->message = g_string_new (NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);

  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (self->listener, 4), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &address, &length), ==, 0);
  self->port = ntohs (address.sin_port);
  self->thread = g_thread_new ("test-server", run, self);
  return self;
}

guint16
test_server_get_port (TestServer *self)
{
  return self->port;
}

void
test_server_wait_for_step (TestServer *self,
                           guint       step)
{
  g_mutex_lock (&self->mutex);
  while (self->step < step && !self->is_over)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

void
test_server_finish (TestServer  *self,
                    char       **failure,
                    GString    **in_clear,
                    GString    **message)
{
  shutdown (self->listener, SHUT_RDWR);
  g_mutex_lock (&self->mutex);
  self->is_finishing = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  close (self->listener);

  *failure = self->failure;
  *in_clear = self->in_clear;
  *message = self->message;
  g_string_free (self->arrived, TRUE);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
