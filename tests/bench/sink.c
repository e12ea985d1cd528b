/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* sink CERTIFICATE KEY [no-chunking] [from-mail]: an SMTP server that takes every
 * letter and keeps none, fast enough to measure clients by it. Listens on free
 * ports of 127.0.0.1 and prints them: "tls PORT starttls PORT". Then a line for
 * each letter: the seconds from the first connection, or with from-mail from the
 * first MAIL, until its last reply; and one for each connection that ends:
 * "records N octets N", the TLS records of its client. */

#define INPUT_BYTES 65536
#define OUTPUT_BYTES 16384

typedef struct {
  int fd;
  gnutls_session_t tls;      /* NULL in clear */
  bool may_wait;             /* for the rest of a record */
  bool can_start_tls;
  char input[INPUT_BYTES];
  size_t begin, end;
  char output[OUTPUT_BYTES];
  size_t n_output;
  unsigned long n_records;
  unsigned long long n_octets;
} Session;

static gnutls_certificate_credentials_t credentials;
static gnutls_priority_t priorities;
static bool has_chunking = true;
static bool counts_from_mail;
static _Atomic int64_t start_ns;

static int64_t
get_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000000000) + now.tv_nsec;
}

static void
note_start (void)
{
  int64_t unset = 0;

  atomic_compare_exchange_strong (&start_ns, &unset, get_now_ns ());
}

static bool
send_all (Session    *self,
          const char *bytes,
          size_t      length)
{
  while (length > 0) {
    ssize_t n = self->tls ? gnutls_record_send (self->tls, bytes, length)
                          : send (self->fd, bytes, length, MSG_NOSIGNAL);

    if (n <= 0)
      return false;
    bytes += n;
    length -= (size_t) n;
  }

  return true;
}

static bool
flush (Session *self)
{
  size_t n = self->n_output;

  self->n_output = 0;
  return send_all (self, self->output, n);
}

static bool
reply (Session    *self,
       const char *line)
{
  size_t length = strlen (line);

  if (self->n_output + length + 2 > OUTPUT_BYTES && !flush (self))
    return false;

  memcpy (self->output + self->n_output, line, length);
  memcpy (self->output + self->n_output + length, "\r\n", 2);
  self->n_output += length + 2;
  return true;
}

static ssize_t
push_cb (gnutls_transport_ptr_t  transport,
         const void             *bytes,
         size_t                  length)
{
  Session *self = transport;
  ssize_t n = send (self->fd, bytes, length, MSG_NOSIGNAL);

  if (n < 0)
    gnutls_transport_set_errno (self->tls, errno);
  return n;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t  transport,
         void                   *bytes,
         size_t                  length)
{
  Session *self = transport;
  ssize_t n = recv (self->fd, bytes, length, self->may_wait ? 0 : MSG_DONTWAIT);

  if (n < 0)
    gnutls_transport_set_errno (self->tls, errno);
  return n;
}

/* Reads what is at hand. Only when that is nothing, or less than a whole record,
 * replies that are owed leave, and the rest is waited for. */
static ssize_t
receive (Session *self)
{
  char *input = self->input + self->end;
  size_t room = INPUT_BYTES - self->end;
  ssize_t n;

  self->may_wait = false;
  n = self->tls ? gnutls_record_recv (self->tls, input, room)
                : recv (self->fd, input, room, MSG_DONTWAIT);
  self->may_wait = true;
  if (self->tls ? n != GNUTLS_E_AGAIN : n >= 0 || errno != EAGAIN)
    return n;

  if (!flush (self))
    return -1;

  return self->tls ? gnutls_record_recv (self->tls, input, room)
                   : recv (self->fd, input, room, 0);
}

static bool
fill (Session *self)
{
  ssize_t n;

  if (self->begin > 0) {
    memmove (self->input, self->input + self->begin, self->end - self->begin);
    self->end -= self->begin;
    self->begin = 0;
  }

  if (!self->tls || gnutls_record_check_pending (self->tls) == 0)
    self->n_records++;

  n = receive (self);
  if (n <= 0)
    return false;

  self->n_octets += (unsigned long long) n;
  self->end += (size_t) n;
  return true;
}

/* A line without its end, which stays valid until the next call. */
static char *
read_line (Session *self)
{
  size_t seen = 0;

  for (;;) {
    char *line = self->input + self->begin;
    char *end = memchr (line + seen, '\n', self->end - self->begin - seen);

    if (end) {
      self->begin += (size_t) (end - line) + 1;
      *end = '\0';
      if (end > line && end[-1] == '\r')
        end[-1] = '\0';
      return line;
    }

    seen = self->end - self->begin;
    if (seen == INPUT_BYTES || !fill (self))
      return NULL;
  }
}

static bool
skip (Session            *self,
      unsigned long long  length)
{
  while (length > 0) {
    size_t n = self->end - self->begin;

    if (n > length)
      n = (size_t) length;
    self->begin += n;
    length -= n;
    if (length > 0 && !fill (self))
      return false;
  }

  return true;
}

static bool
did_receive_letter (Session *self)
{
  printf ("%.6f\n", (double) (get_now_ns () - start_ns) / 1e9);
  return reply (self, "250 2.0.0 queued");
}

static bool
offer (Session *self)
{
  return reply (self, "250-sink.example") && reply (self, "250-PIPELINING") &&
         reply (self, "250-SIZE 500000000") && reply (self, "250-8BITMIME") &&
         reply (self, "250-SMTPUTF8") &&
         (!has_chunking || reply (self, "250-CHUNKING")) &&
         reply (self, self->can_start_tls ? "250-STARTTLS" : "250-AUTH PLAIN LOGIN") &&
         reply (self, "250 ENHANCEDSTATUSCODES");
}

static bool
shake_hands (Session *self)
{
  int status;

  gnutls_init (&self->tls, GNUTLS_SERVER);
  gnutls_priority_set (self->tls, priorities);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_ptr (self->tls, self);
  gnutls_transport_set_push_function (self->tls, push_cb);
  gnutls_transport_set_pull_function (self->tls, pull_cb);
  self->may_wait = true;
  do
    status = gnutls_handshake (self->tls);
  while (status < 0 && !gnutls_error_is_fatal (status));

  return status == 0;
}

static bool
start_tls (Session *self)
{
  self->can_start_tls = false;
  return reply (self, "220 2.0.0 go ahead") && flush (self) && shake_hands (self);
}

static bool
ask (Session    *self,
     const char *prompt)
{
  return reply (self, prompt) && read_line (self);
}

/* "PLAIN", "LOGIN", each with or without an initial response. */
static bool
sign_in (Session *self,
         char    *arguments)
{
  bool has_response = strchr (arguments, ' ') != NULL;
  bool is_login = strncasecmp (arguments, "LOGIN", 5) == 0;

  if (!has_response && !ask (self, is_login ? "334 VXNlcm5hbWU6" : "334 "))
    return false;
  if (is_login && !ask (self, "334 UGFzc3dvcmQ6"))
    return false;

  return reply (self, "235 2.7.0 ok");
}

static bool
take_data (Session *self)
{
  const char *line;

  if (!reply (self, "354 go"))
    return false;

  do
    line = read_line (self);
  while (line && strcmp (line, ".") != 0);

  return line && did_receive_letter (self);
}

static bool
take_chunk (Session *self,
            char    *arguments)
{
  char *end;
  unsigned long long length = strtoull (arguments, &end, 10);
  bool is_last = strcasecmp (end, " LAST") == 0;

  return skip (self, length) &&
         (is_last ? did_receive_letter (self) : reply (self, "250 2.0.0 chunk"));
}

static bool
handle (Session *self,
        char    *line)
{
  char *arguments = line + strcspn (line, " ");

  if (*arguments)
    *arguments++ = '\0';

  if (strcasecmp (line, "EHLO") == 0)
    return offer (self);
  if (strcasecmp (line, "STARTTLS") == 0)
    return start_tls (self);
  if (strcasecmp (line, "AUTH") == 0)
    return sign_in (self, arguments);
  if (strcasecmp (line, "DATA") == 0)
    return take_data (self);
  if (strcasecmp (line, "BDAT") == 0)
    return take_chunk (self, arguments);
  if (strcasecmp (line, "QUIT") == 0)
    return reply (self, "221 2.0.0 bye") && flush (self) && false;
  if (counts_from_mail && strcasecmp (line, "MAIL") == 0)
    note_start ();

  return reply (self, "250 2.0.0 ok");
}

static void *
serve (void *data)
{
  Session *self = data;
  int on = 1;
  char *line;

  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if ((self->can_start_tls || shake_hands (self)) && reply (self, "220 sink.example ESMTP")) {
    self->n_records = 0;
    while ((line = read_line (self)) && handle (self, line))
      continue;
  }

  printf ("records %lu octets %llu\n", self->n_records, self->n_octets);
  if (self->tls)
    gnutls_deinit (self->tls);
  close (self->fd);
  free (self);
  return NULL;
}

static int
listen_anywhere (uint16_t *port)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, length) < 0 || listen (fd, 128) < 0 ||
      getsockname (fd, (struct sockaddr *) &address, &length) < 0) {
    perror ("sink");
    exit (69);
  }

  *port = ntohs (address.sin_port);
  return fd;
}

static void
accept_one (int  listener,
            bool is_starttls)
{
  Session *self = calloc (1, sizeof *self);
  pthread_t thread;

  self->fd = accept (listener, NULL, NULL);
  self->can_start_tls = is_starttls;
  if (!counts_from_mail)
    note_start ();
  pthread_create (&thread, NULL, serve, self);
  pthread_detach (thread);
}

int
main (int    argc,
      char **argv)
{
  uint16_t ports[2];
  struct pollfd listeners[2] = {
    { .fd = listen_anywhere (&ports[0]), .events = POLLIN },
    { .fd = listen_anywhere (&ports[1]), .events = POLLIN },
  };

  for (int i = 3; i < argc; i++) {
    has_chunking = has_chunking && strcmp (argv[i], "no-chunking") != 0;
    counts_from_mail = counts_from_mail || strcmp (argv[i], "from-mail") == 0;
  }

  gnutls_certificate_allocate_credentials (&credentials);
  gnutls_priority_init (&priorities, "NORMAL", NULL);
  if (argc < 3 || gnutls_certificate_set_x509_key_file (credentials, argv[1], argv[2],
                                                        GNUTLS_X509_FMT_PEM) < 0)
    return 65;

  setvbuf (stdout, NULL, _IOLBF, 0);
  printf ("tls %u starttls %u\n", ports[0], ports[1]);
  for (;;) {
    poll (listeners, 2, -1);
    for (int i = 0; i < 2; i++)
      if (listeners[i].revents & POLLIN)
        accept_one (listeners[i].fd, i == 1);
  }
}
