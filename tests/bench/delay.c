/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

/* delay MILLISECONDS: holds every packet that the kernel queues (NFQUEUE 0) for
 * so long, in order. With one rule on a network namespace's loopback it makes an
 * exact round-trip time of twice that where the kernel has no netem. */

#define CAPACITY 65536
#define BUFFER_BYTES 65536

typedef struct {
  uint32_t id;
  int64_t due_ns;
} Packet;

static Packet packets[CAPACITY];
static unsigned first, count;
static int64_t delay_ns;
static struct nfq_q_handle *queue;

static int64_t
get_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C (1000000000) + now.tv_nsec;
}

static int
hold_packet_cb (struct nfq_q_handle *handle,
                struct nfgenmsg     *message,
                struct nfq_data     *data,
                void                *user_data)
{
  struct nfqnl_msg_packet_hdr *header = nfq_get_msg_packet_hdr (data);
  Packet *packet = &packets[(first + count) % CAPACITY];

  (void) message;
  (void) user_data;

  if (count == CAPACITY)
    return nfq_set_verdict (handle, ntohl (header->packet_id), NF_DROP, 0, NULL);

  packet->id = ntohl (header->packet_id);
  packet->due_ns = get_now_ns () + delay_ns;
  count++;
  return 0;
}

static void
release_due_packets (void)
{
  int64_t now_ns = get_now_ns ();

  while (count > 0 && packets[first].due_ns <= now_ns) {
    nfq_set_verdict (queue, packets[first].id, NF_ACCEPT, 0, NULL);
    first = (first + 1) % CAPACITY;
    count--;
  }
}

static struct timespec
get_patience (void)
{
  int64_t left_ns = count > 0 ? packets[first].due_ns - get_now_ns () : INT64_C (1000000000);
  struct timespec patience = { 0, 0 };

  if (left_ns > 0) {
    patience.tv_sec = left_ns / 1000000000;
    patience.tv_nsec = left_ns % 1000000000;
  }

  return patience;
}

int
main (int    argc,
      char **argv)
{
  static char buffer[BUFFER_BYTES] __attribute__ ((aligned));
  struct nfq_handle *library = nfq_open ();
  struct pollfd wait;

  if (argc != 2 || !library) {
    fputs ("usage: delay MILLISECONDS (needs the right to use NFQUEUE)\n", stderr);
    return 65;
  }

  delay_ns = strtol (argv[1], NULL, 10) * INT64_C (1000000);
  queue = nfq_create_queue (library, 0, hold_packet_cb, NULL);
  if (!queue || nfq_set_mode (queue, NFQNL_COPY_META, 0) < 0)
    return 69;

  nfq_set_queue_maxlen (queue, CAPACITY);
  nfq_set_queue_flags (queue, NFQA_CFG_F_GSO, NFQA_CFG_F_GSO);
  wait.fd = nfq_fd (library);
  wait.events = POLLIN;

  for (;;) {
    struct timespec patience = get_patience ();

    if (ppoll (&wait, 1, &patience, NULL) > 0) {
      ssize_t length = recv (wait.fd, buffer, sizeof buffer, MSG_DONTWAIT);

      if (length > 0)
        nfq_handle_packet (library, buffer, (int) length);
    }

    release_due_packets ();
  }
}
