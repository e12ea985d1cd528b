/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <string.h>

/* The two queues between a command and its reply. */

/* So much of a letter may be unanswered before its next command has to wait: a
 * server whose own replies block must still find room to read us. */
#define WINDOW_OCTETS 4096
#define WINDOW_COMMANDS 100

static gboolean
may_send (EnvoiSmtpMachine       *self,
          const EnvoiSmtpCommand *command)
{
  const EnvoiSmtpLetter *letter = command->letter;

  if (g_queue_is_empty (&self->owed))
    return TRUE;

  return letter->plan.is_pipelined && letter->n_owed < WINDOW_COMMANDS &&
         letter->n_owed_octets + command->n_octets <= WINDOW_OCTETS;
}

static void
append_output (EnvoiSmtpMachine *self,
               const char       *line)
{
  g_byte_array_append (self->output, (const guint8 *) line, (guint) strlen (line));
}

static void
note_command (const EnvoiSmtpCommand *command)
{
  g_autofree char *shown = NULL;

  /* Sign-ins are noted where they are made, without their content. */
  if (command->owed == ENVOI_SMTP_OWED_AUTH)
    return;

  shown = g_strndup (command->line, strcspn (command->line, "\r"));
  envoi_smtp_transcript_add_command (command->letter->transcript, shown);
}

static void
push_owed (EnvoiSmtpMachine *self,
           EnvoiSmtpCommand *command)
{
  command->letter->n_owed++;
  command->letter->n_owed_octets += command->n_octets;
  g_queue_push_tail (&self->owed, command);
}

static EnvoiSmtpCommand *
command_new (EnvoiSmtpMachine *self,
             EnvoiSmtpOwed     owed)
{
  EnvoiSmtpCommand *command = g_new0 (EnvoiSmtpCommand, 1);

  command->letter = self->letter;
  command->letter->n_open++;
  command->owed = owed;
  return command;
}

/**
 * envoi_smtp_command_free:
 * @command: (transfer full): a command
 *
 * Frees a command and wipes its line, which may be a sign-in.
 *
 * Thread: courier
 */
void
envoi_smtp_command_free (EnvoiSmtpCommand *command)
{
  envoi_wipe_string (command->line);
  g_free (command);
}

/**
 * envoi_smtp_machine_queue:
 * @self: a machine
 * @owed: what its reply will answer
 * @line: (transfer full): the command with its line end
 *
 * Queues a command for [method@SmtpMachine.pump].
 *
 * Thread: courier
 */
void
envoi_smtp_machine_queue (EnvoiSmtpMachine *self,
                          EnvoiSmtpOwed     owed,
                          char             *line)
{
  EnvoiSmtpCommand *command = command_new (self, owed);

  command->line = line;
  command->n_octets = strlen (line);
  g_queue_push_tail (&self->queued, command);
}

/**
 * envoi_smtp_machine_queue_rcpt:
 * @self: a machine
 * @recipient: which one
 * @line: (transfer full): the command with its line end
 *
 * Queues the RCPT command of one recipient.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_queue_rcpt (EnvoiSmtpMachine *self,
                               guint             recipient,
                               char             *line)
{
  EnvoiSmtpCommand *command;

  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_RCPT, line);
  command = g_queue_peek_tail (&self->queued);
  command->recipient = recipient;
}

/**
 * envoi_smtp_machine_pump:
 * @self: a machine
 *
 * Sends as many queued commands as the window allows: one at a time without
 * PIPELINING, else up to 4 KiB or 100 commands ahead of the replies.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_pump (EnvoiSmtpMachine *self)
{
  EnvoiSmtpCommand *command;

  while ((command = g_queue_peek_head (&self->queued)) && may_send (self, command)) {
    g_queue_pop_head (&self->queued);
    note_command (command);
    append_output (self, command->line);
    command->end = envoi_smtp_machine_count_output (self);
    g_clear_pointer (&command->line, envoi_wipe_string);
    push_owed (self, command);
  }
}

/**
 * envoi_smtp_machine_owe:
 * @self: a machine
 * @owed: what the reply will answer
 * @n_to_come: octets that belong to it and are not in the output yet
 *
 * Notes that the server owes a reply to something already in the output, or to
 * nothing in the case of the greeting.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_owe (EnvoiSmtpMachine *self,
                        EnvoiSmtpOwed     owed,
                        guint64           n_to_come)
{
  EnvoiSmtpCommand *command = command_new (self, owed);

  command->end = envoi_smtp_machine_count_output (self) + n_to_come;
  push_owed (self, command);
}

/**
 * envoi_smtp_machine_has_asked:
 * @self: a machine
 * @reply: a reply
 *
 * Tells whether @reply can answer the oldest command that is owed one. Nothing
 * is answered before the transport has taken all of it: a server that says "yes"
 * earlier, or once too often, would have its word taken for another question's.
 * A chunk may be refused while it is on its way.
 *
 * Returns: whether it can
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_has_asked (EnvoiSmtpMachine     *self,
                              const EnvoiSmtpReply *reply)
{
  const EnvoiSmtpCommand *command = g_queue_peek_head (&self->owed);
  gboolean is_chunk;

  if (!command)
    return FALSE;

  is_chunk = command->owed == ENVOI_SMTP_OWED_CHUNK || command->owed == ENVOI_SMTP_OWED_FINAL;
  return command->end <= self->n_written_before + self->n_written ||
         (is_chunk && reply->code / 100 >= 4);
}

/**
 * envoi_smtp_machine_drop_queued:
 * @self: a machine
 *
 * Forgets the commands of the letter at hand that have not been sent.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_drop_queued (EnvoiSmtpMachine *self)
{
  GList *next;

  for (GList *link = self->queued.head; link; link = next) {
    EnvoiSmtpCommand *command = link->data;

    next = link->next;
    if (command->letter != self->letter)
      continue;

    command->letter->n_open--;
    g_queue_delete_link (&self->queued, link);
    envoi_smtp_command_free (command);
  }
}

/**
 * envoi_smtp_machine_take_owed:
 * @self: a machine
 *
 * Takes the oldest command that has no reply yet.
 *
 * Returns: (transfer full) (nullable): the command
 *
 * Thread: courier
 */
EnvoiSmtpCommand *
envoi_smtp_machine_take_owed (EnvoiSmtpMachine *self)
{
  EnvoiSmtpCommand *command = g_queue_pop_head (&self->owed);

  if (!command)
    return NULL;

  command->letter->n_owed_octets -= command->n_octets;
  command->letter->n_owed--;
  command->letter->n_open--;
  return command;
}

/**
 * envoi_smtp_machine_count_output:
 * @self: a machine
 *
 * Returns: octets of output there were so far, written or not
 *
 * Thread: courier
 */
guint64
envoi_smtp_machine_count_output (EnvoiSmtpMachine *self)
{
  return self->n_written_before + self->output->len;
}
