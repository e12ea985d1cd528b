/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-transaction.h"

#include "envoi-practice-body.h"
#include "envoi-practice-command.h"

#include <string.h>

/* Everybody has a mailbox here, except a few names at localhost that behave as
 * trouble does elsewhere, so that trouble can be practised.
 *
 * Thread: the connection's own worker */

#define MOST_RECIPIENTS 1000
#define SMALL_SIZE (100 * 1000)     /* of a letter to small@localhost */
#define FEW_RECIPIENTS 2            /* of a letter to few@localhost among them */

struct _EnvoiPracticeTransaction {
  EnvoiPracticeMailbox  *mailbox;
  guint64 max_size;

  char                  *sender;
  GPtrArray             *recipients;
  gboolean is_utf8;
  gboolean is_eight_bit;
  gboolean is_lost;
  gboolean is_small;
  gboolean is_for_few;

  EnvoiPracticeDelivery *delivery;
  EnvoiPracticeBody body;
  GByteArray            *text;
  const char            *failure;     /* what happened on our side, as a reply */
};

typedef struct {
  const char *address;
  const char *refusal;
} SpecialRecipient;

static const SpecialRecipient special_recipients[] = {
  { "refused@localhost", "550 5.1.1 Nobody of this name has a mailbox here" },
  { "busy@localhost", "451 4.3.2 Busy at the moment, try again later" },
  { "full@localhost", "452 4.2.2 This mailbox is full" },
};

static const char *const body_refusals[] = {
  [ENVOI_PRACTICE_BODY_SOUND] = NULL,
  [ENVOI_PRACTICE_BODY_BARE_LINE_END] = "521 5.5.2 A bare CR or LF is not allowed",
  [ENVOI_PRACTICE_BODY_NUL] = "521 5.5.2 NUL is not allowed",
  [ENVOI_PRACTICE_BODY_LONG_LINE] = "554 5.6.0 A line is longer than 998 octets",
  [ENVOI_PRACTICE_BODY_EIGHT_BIT] = "554 5.6.1 Octets above 127 need BODY=8BITMIME",
  [ENVOI_PRACTICE_BODY_TOO_LARGE] = "552 5.3.4 The message is larger than this server takes",
};

static const char *
find_special_refusal (const char *address)
{
  for (guint i = 0; i < G_N_ELEMENTS (special_recipients); i++)
    if (g_ascii_strcasecmp (address, special_recipients[i].address) == 0)
      return special_recipients[i].refusal;

  return NULL;
}

static void
note_failure (EnvoiPracticeTransaction *self,
              const GError             *error)
{
  gboolean is_full = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
                     g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);

  g_warning ("%s", error->message);
  self->failure = is_full ? "452 4.3.1 There is no room on the disk" :
                  "451 4.3.0 The letter could not be kept";
}

/**
 * envoi_practice_transaction_new:
 * @mailbox: where letters go; must outlive the transaction
 * @max_size: the largest message in octets
 *
 * Returns: (transfer full): a transaction that nothing was said in
 *
 * Thread: any
 */
EnvoiPracticeTransaction *
envoi_practice_transaction_new (EnvoiPracticeMailbox *mailbox,
                                guint64               max_size)
{
  EnvoiPracticeTransaction *self = g_new0 (EnvoiPracticeTransaction, 1);

  self->mailbox = mailbox;
  self->max_size = max_size;
  self->recipients = g_ptr_array_new_with_free_func (g_free);
  self->text = g_byte_array_new ();
  return self;
}

/**
 * envoi_practice_transaction_free:
 * @self: (transfer full): a transaction
 *
 * Frees @self; a letter that was not finished is gone.
 *
 * Thread: worker
 */
void
envoi_practice_transaction_free (EnvoiPracticeTransaction *self)
{
  g_clear_pointer (&self->delivery, envoi_practice_delivery_free);
  g_ptr_array_unref (self->recipients);
  g_byte_array_unref (self->text);
  g_free (self->sender);
  g_free (self);
}

/**
 * envoi_practice_transaction_set_sender:
 * @self: a transaction
 * @argument: what followed MAIL
 *
 * Takes the reverse-path.
 *
 * Returns: (nullable) (transfer none): a refusal
 *
 * Thread: worker
 */
const char *
envoi_practice_transaction_set_sender (EnvoiPracticeTransaction *self,
                                       const char               *argument)
{
  const char *refusal;
  const char *body;
  g_autoptr (EnvoiPracticePath) path = envoi_practice_path_parse (argument, "FROM:", &refusal);

  if (path)
    refusal = envoi_practice_path_check_mail (path, self->max_size);
  if (refusal)
    return refusal;

  body = g_hash_table_lookup (path->parameters, "BODY");
  self->is_utf8 = g_hash_table_contains (path->parameters, "SMTPUTF8");
  self->is_eight_bit = self->is_utf8 || (body && g_ascii_strcasecmp (body, "8BITMIME") == 0);
  self->sender = g_strdup (path->address);
  return NULL;
}

/**
 * envoi_practice_transaction_add_recipient:
 * @self: a transaction with a sender
 * @argument: what followed RCPT
 *
 * Takes one more forward-path.
 *
 * Returns: (nullable) (transfer none): a refusal
 *
 * Thread: worker
 */
const char *
envoi_practice_transaction_add_recipient (EnvoiPracticeTransaction *self,
                                          const char               *argument)
{
  const char *refusal;
  g_autoptr (EnvoiPracticePath) path = envoi_practice_path_parse (argument, "TO:", &refusal);

  if (path)
    refusal = envoi_practice_path_check_rcpt (path, self->is_utf8);
  if (!refusal)
    refusal = find_special_refusal (path->address);
  if (!refusal && self->recipients->len >= MOST_RECIPIENTS)
    refusal = "452 4.5.3 Too many recipients";
  if (refusal)
    return refusal;

  if (g_ascii_strcasecmp (path->address, "lost@localhost") == 0)
    self->is_lost = TRUE;
  if (g_ascii_strcasecmp (path->address, "small@localhost") == 0)
    self->is_small = TRUE;
  if (g_ascii_strcasecmp (path->address, "few@localhost") == 0)
    self->is_for_few = TRUE;
  g_ptr_array_add (self->recipients, g_strdup (path->address));
  return NULL;
}

/**
 * envoi_practice_transaction_begin_sync:
 * @self: a transaction with a recipient
 * @is_dotted: whether the message comes by DATA, else by BDAT
 *
 * Prepares for the message; a failure shows as a refusal.
 *
 * Thread: worker
 */
void
envoi_practice_transaction_begin_sync (EnvoiPracticeTransaction *self,
                                       gboolean                  is_dotted)
{
  g_autoptr (GError) error = NULL;

  g_assert (!self->delivery && self->recipients->len > 0);
  envoi_practice_body_init (&self->body, is_dotted, self->is_eight_bit,
                            self->is_small ? SMALL_SIZE : self->max_size);
  if (self->is_for_few && self->recipients->len > FEW_RECIPIENTS) {
    self->failure = "554 5.5.3 Too many recipients for one letter";
    return;
  }

  self->delivery = envoi_practice_delivery_new_sync (self->mailbox, &error);
  if (!self->delivery)
    note_failure (self, error);
}

/**
 * envoi_practice_transaction_feed_sync:
 * @self: a transaction whose message has begun
 * @bytes: (array length=length): the next bytes from the wire
 * @length: how many
 *
 * Keeps what belongs to the message. After a refusal the rest is read and
 * forgotten, so that client and server stay in step.
 *
 * Returns: how many of @bytes belong to the message
 *
 * Thread: worker
 */
gsize
envoi_practice_transaction_feed_sync (EnvoiPracticeTransaction *self,
                                      const guint8             *bytes,
                                      gsize                     length)
{
  g_autoptr (GError) error = NULL;
  gsize used;

  g_byte_array_set_size (self->text, 0);
  used = envoi_practice_body_feed (&self->body, bytes, length, self->text);

  if (!self->failure && !envoi_practice_delivery_write_sync (self->delivery, self->text->data,
                                                             self->text->len, &error))
    note_failure (self, error);

  return used;
}

/**
 * envoi_practice_transaction_has_ended:
 * @self: a transaction whose message has begun
 *
 * Returns: whether the lone dot was seen
 *
 * Thread: worker
 */
gboolean
envoi_practice_transaction_has_ended (EnvoiPracticeTransaction *self)
{
  return self->body.place == ENVOI_PRACTICE_BODY_ENDED;
}

/**
 * envoi_practice_transaction_is_fatal:
 * @self: a transaction whose message has begun
 *
 * Returns: whether the session must end, because what follows cannot be told
 *   from a command that was smuggled in
 *
 * Thread: worker
 */
gboolean
envoi_practice_transaction_is_fatal (EnvoiPracticeTransaction *self)
{
  return envoi_practice_body_is_fatal (&self->body);
}

/**
 * envoi_practice_transaction_is_lost:
 * @self: a transaction
 *
 * Returns: whether the sender asked to see the connection break after the last
 *   byte, by the recipient lost@localhost
 *
 * Thread: worker
 */
gboolean
envoi_practice_transaction_is_lost (EnvoiPracticeTransaction *self)
{
  return self->is_lost;
}

/**
 * envoi_practice_transaction_get_refusal:
 * @self: a transaction whose message has begun
 *
 * Returns: (nullable) (transfer none): why the message cannot be taken
 *
 * Thread: worker
 */
const char *
envoi_practice_transaction_get_refusal (EnvoiPracticeTransaction *self)
{
  const char *refusal = body_refusals[self->body.fault];

  return refusal ? refusal : self->failure;
}

/**
 * envoi_practice_transaction_finish_sync:
 * @self: a transaction whose message is complete
 *
 * Puts the letter in the inbox.
 *
 * Returns: (transfer full) (nullable): the letter, or %NULL when there is a
 *   refusal
 *
 * Thread: worker
 */
EnvoiPracticeLetter *
envoi_practice_transaction_finish_sync (EnvoiPracticeTransaction *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiPracticeLetter) letter = NULL;

  envoi_practice_body_end (&self->body);
  if (envoi_practice_transaction_get_refusal (self))
    return NULL;

  g_ptr_array_add (self->recipients, NULL);
  letter = envoi_practice_delivery_commit_sync (self->delivery, self->sender,
                                                (const char *const *) self->recipients->pdata,
                                                &error);
  if (!letter)
    note_failure (self, error);

  return g_steal_pointer (&letter);
}
