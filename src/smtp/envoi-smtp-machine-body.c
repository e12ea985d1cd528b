/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <glib/gi18n.h>

/* The message on its way into the output, as BDAT chunks or with doubled dots.
 * What would make the server take it for whole, the last octet of the last
 * chunk or the final dot, is kept back until the commit. */

static void
note_chunk (EnvoiSmtpMachine *self,
            guint64           length,
            gboolean          is_last)
{
  g_autofree char *shown = g_strdup_printf ("BDAT %" G_GUINT64_FORMAT "%s", length,
                                            is_last ? " LAST" : "");

  envoi_smtp_transcript_add_command (self->letter->transcript, shown);
}

static void
begin_chunk (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;
  guint64 left = letter->size - letter->n_given;
  guint64 length = letter->plan.is_single_flight ? left : MIN (left, ENVOI_SMTP_CHUNK_OCTETS);
  gboolean is_last = length == left;

  envoi_smtp_framing_append_chunk (self->output, length, is_last);
  envoi_smtp_machine_owe (self, is_last ? ENVOI_SMTP_OWED_FINAL : ENVOI_SMTP_OWED_CHUNK, length);
  note_chunk (self, length, is_last);
  letter->chunk_left = length;
}

/* Appends octets to the present chunk, and keeps the message's last one back. */
static void
append_to_chunk (EnvoiSmtpMachine *self,
                 const guint8     *bytes,
                 gsize             length)
{
  EnvoiSmtpLetter *letter = self->letter;
  gboolean is_end = letter->n_given + length == letter->size;

  g_byte_array_append (self->output, bytes, (guint) (is_end ? length - 1 : length));
  if (is_end)
    letter->last_octet = bytes[length - 1];

  letter->n_given += length;
  letter->chunk_left -= length;
}

static void
give_chunks (EnvoiSmtpMachine *self,
             const guint8     *bytes,
             gsize             length)
{
  while (length > 0) {
    gsize n;

    if (self->letter->chunk_left == 0)
      begin_chunk (self);

    n = (gsize) MIN (length, self->letter->chunk_left);
    append_to_chunk (self, bytes, n);
    bytes += n;
    length -= n;
  }
}

static void
give_data (EnvoiSmtpMachine  *self,
           const guint8      *bytes,
           gsize              length,
           GError           **error)
{
  if (envoi_smtp_framing_append_data (&self->letter->framing, self->output, bytes, length, error))
    self->letter->n_given += length;
}

static void
refuse_size (EnvoiSmtpMachine *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT,
                         _("The letter changed while it was sent; nothing was delivered."));

  envoi_smtp_flight_give_up (self, error);
}

/**
 * envoi_smtp_body_begin:
 * @self: a machine whose server may be given the message
 *
 * Asks for the message.
 *
 * Thread: courier
 */
void
envoi_smtp_body_begin (EnvoiSmtpMachine *self)
{
  self->letter->is_body_begun = TRUE;
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_BODY);
  if (!self->letter->plan.is_chunked)
    envoi_smtp_transcript_add_note (self->letter->transcript, "the letter");
}

/**
 * envoi_smtp_machine_give_body:
 * @self: a machine in the state BODY
 * @bytes: (array length=length): the next piece of the message
 * @length: how many octets, at least one
 *
 * Takes a piece of the message. One that cannot be sent ends the connection
 * before the letter is whole.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_give_body (EnvoiSmtpMachine *self,
                              const guint8     *bytes,
                              gsize             length)
{
  EnvoiSmtpLetter *letter = self->letter;
  g_autoptr (GError) error = NULL;

  g_assert (self->state == ENVOI_SMTP_STATE_BODY);

  if (length > letter->size - letter->n_given) {
    refuse_size (self);
    return;
  }

  if (!letter->plan.is_chunked)
    give_data (self, bytes, length, &error);
  else if (envoi_smtp_framing_check (&letter->framing, bytes, length, &error))
    give_chunks (self, bytes, length);

  if (error)
    envoi_smtp_flight_give_up (self, error);
}

/**
 * envoi_smtp_machine_end_body:
 * @self: a machine in the state BODY
 *
 * Notes that there is no more of the message.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_end_body (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;

  g_assert (self->state == ENVOI_SMTP_STATE_BODY);

  if (letter->n_given != letter->size || letter->framing.is_after_cr) {
    refuse_size (self);
    return;
  }

  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_COMMIT);
}

/**
 * envoi_smtp_machine_did_commit:
 * @self: a machine in the state COMMIT
 *
 * Lets the last octets go: from here on the letter may have been delivered.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_commit (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;

  g_assert (self->state == ENVOI_SMTP_STATE_COMMIT);

  if (!letter->plan.is_chunked) {
    envoi_smtp_framing_append_end (&letter->framing, self->output);
    envoi_smtp_machine_owe (self, ENVOI_SMTP_OWED_FINAL, 0);
    envoi_smtp_transcript_add_command (self->letter->transcript, ".");
  } else if (letter->size == 0) {
    begin_chunk (self);
  } else {
    g_byte_array_append (self->output, &letter->last_octet, 1);
  }

  letter->is_committed = TRUE;
  letter->end = envoi_smtp_machine_count_output (self);
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_FINAL);
}
