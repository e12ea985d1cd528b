/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-body.h"

/* The bytes of a message, one at a time: dots are unstuffed and the end is found
 * (RFC 5321 section 4.5.2), and whatever a strict receiver would refuse is a
 * fault. Only CRLF ends a line, so the end of the message cannot be forged with
 * a bare CR or LF.
 *
 * Thread: any */

/* RFC 5321 section 4.5.3.1.6, without the CRLF. */
#define LONGEST_LINE 998

static void
set_fault (EnvoiPracticeBody      *self,
           EnvoiPracticeBodyFault  fault)
{
  gboolean is_fatal = fault == ENVOI_PRACTICE_BODY_BARE_LINE_END ||
                      fault == ENVOI_PRACTICE_BODY_NUL;

  /* What makes the rest unreadable counts even after a lesser fault. */
  if (self->fault == ENVOI_PRACTICE_BODY_SOUND || is_fatal)
    self->fault = fault;
}

static void
emit (EnvoiPracticeBody *self,
      guint8             c,
      GByteArray        *output)
{
  if (++self->size > self->max_size)
    set_fault (self, ENVOI_PRACTICE_BODY_TOO_LARGE);
  if (self->fault == ENVOI_PRACTICE_BODY_SOUND)
    g_byte_array_append (output, &c, 1);
}

static void
feed_text (EnvoiPracticeBody *self,
           guint8             c,
           GByteArray        *output)
{
  if (c == '\r') {
    self->place = ENVOI_PRACTICE_BODY_CR;
    return;
  }

  self->place = ENVOI_PRACTICE_BODY_IN_LINE;
  if (c == '\n')
    set_fault (self, ENVOI_PRACTICE_BODY_BARE_LINE_END);
  else if (c == '\0')
    set_fault (self, ENVOI_PRACTICE_BODY_NUL);
  else if (c >= 0x80 && !self->is_eight_bit_fine)
    set_fault (self, ENVOI_PRACTICE_BODY_EIGHT_BIT);
  else if (++self->line_length > LONGEST_LINE)
    set_fault (self, ENVOI_PRACTICE_BODY_LONG_LINE);

  emit (self, c, output);
}

static void
feed_after_cr (EnvoiPracticeBody *self,
               guint8             c,
               GByteArray        *output)
{
  if (c != '\n') {
    set_fault (self, ENVOI_PRACTICE_BODY_BARE_LINE_END);
    return;
  }

  emit (self, '\r', output);
  emit (self, '\n', output);
  self->line_length = 0;
  self->place = ENVOI_PRACTICE_BODY_LINE_START;
}

static void
feed_byte (EnvoiPracticeBody *self,
           guint8             c,
           GByteArray        *output)
{
  switch (self->place) {
    case ENVOI_PRACTICE_BODY_LINE_START:
      if (c == '.' && self->is_dotted)
        self->place = ENVOI_PRACTICE_BODY_DOT;
      else
        feed_text (self, c, output);
      break;

    case ENVOI_PRACTICE_BODY_DOT:
      if (c == '\r')
        self->place = ENVOI_PRACTICE_BODY_DOT_CR;
      else
        feed_text (self, c, output);
      break;

    case ENVOI_PRACTICE_BODY_DOT_CR:
      if (c == '\n')
        self->place = ENVOI_PRACTICE_BODY_ENDED;
      else
        set_fault (self, ENVOI_PRACTICE_BODY_BARE_LINE_END);
      break;

    case ENVOI_PRACTICE_BODY_CR:
      feed_after_cr (self, c, output);
      break;

    case ENVOI_PRACTICE_BODY_IN_LINE:
      feed_text (self, c, output);
      break;

    case ENVOI_PRACTICE_BODY_ENDED:
    default:
      g_assert_not_reached ();
  }
}

static gboolean
is_plain (const EnvoiPracticeBody *self,
          guint8                   c)
{
  return c != '\r' && c != '\n' && c != '\0' && (c < 0x80 || self->is_eight_bit_fine);
}

/* Most of a letter is the inside of lines: it is taken a run at a time. */
static gsize
feed_run (EnvoiPracticeBody *self,
          const guint8      *bytes,
          gsize              length,
          GByteArray        *output)
{
  gsize most;
  gsize n = 0;

  if (self->place != ENVOI_PRACTICE_BODY_IN_LINE || self->fault != ENVOI_PRACTICE_BODY_SOUND)
    return 0;

  most = MIN (length, LONGEST_LINE - self->line_length);
  most = MIN (most, self->max_size - self->size);
  while (n < most && is_plain (self, bytes[n]))
    n++;

  g_byte_array_append (output, bytes, n);
  self->line_length += n;
  self->size += n;
  return n;
}

/**
 * envoi_practice_body_init:
 * @self: where to begin
 * @is_dotted: whether it comes by DATA, else by BDAT
 * @is_eight_bit_fine: whether the client announced octets above 127
 * @max_size: the largest message in octets
 *
 * Prepares to read one message.
 *
 * Thread: any
 */
void
envoi_practice_body_init (EnvoiPracticeBody *self,
                          gboolean           is_dotted,
                          gboolean           is_eight_bit_fine,
                          guint64            max_size)
{
  *self = (EnvoiPracticeBody) {
    .is_dotted = is_dotted,
    .is_eight_bit_fine = is_eight_bit_fine,
    .max_size = max_size,
  };
}

/**
 * envoi_practice_body_feed:
 * @self: a message being read
 * @bytes: (array length=length): the next bytes from the wire
 * @length: how many
 * @output: gets the message's own bytes, none after the first fault
 *
 * Reads on until the bytes, or the message, end, or until the session must.
 *
 * Returns: how many of @bytes belong to the message; what follows its end is
 *   the client's next command
 *
 * Thread: any
 */
gsize
envoi_practice_body_feed (EnvoiPracticeBody *self,
                          const guint8      *bytes,
                          gsize              length,
                          GByteArray        *output)
{
  gsize used = 0;

  while (used < length && self->place != ENVOI_PRACTICE_BODY_ENDED &&
         !envoi_practice_body_is_fatal (self)) {
    gsize run = feed_run (self, bytes + used, length - used, output);

    if (run == 0)
      feed_byte (self, bytes[used++], output);
    used += run;
  }

  return used;
}

/**
 * envoi_practice_body_end:
 * @self: a message whose last chunk was read (RFC 3030 section 2)
 *
 * Ends a message that has no lone dot.
 *
 * Thread: any
 */
void
envoi_practice_body_end (EnvoiPracticeBody *self)
{
  if (self->place == ENVOI_PRACTICE_BODY_CR)
    set_fault (self, ENVOI_PRACTICE_BODY_BARE_LINE_END);

  self->place = ENVOI_PRACTICE_BODY_ENDED;
}

/**
 * envoi_practice_body_is_fatal:
 * @self: a message being read
 *
 * Returns: whether the fault makes it unsafe to look for the message's end
 *
 * Thread: any
 */
gboolean
envoi_practice_body_is_fatal (const EnvoiPracticeBody *self)
{
  return self->fault == ENVOI_PRACTICE_BODY_BARE_LINE_END ||
         self->fault == ENVOI_PRACTICE_BODY_NUL;
}
