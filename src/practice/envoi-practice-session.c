/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-session.h"

#include "envoi-practice-command.h"
#include "envoi-practice-transaction.h"

#include <envoi-secret.h>

#include <string.h>

/* One client's conversation: a table of commands, each with the states it may
 * come in, and one writer of the state.
 *
 * Thread: the connection's own worker */

#define LONGEST_COMMAND 2048
#define MOST_COMPLAINTS 20

typedef enum {
  STATE_CONNECTED,    /* or just under TLS: nothing said before counts */
  STATE_GREETED,
  STATE_SIGNED_IN,
  STATE_MAIL,         /* a sender, no recipient */
  STATE_RCPT,
  STATE_CHUNKS,       /* between two BDAT commands */
  STATE_ENDED,
  N_STATES,
} State;

#define BIT(state) (1u << (state))
#define ANY_STATE (BIT (N_STATES) - 1)

static const guint legal_edges[N_STATES] = {
  [STATE_CONNECTED] = BIT (STATE_GREETED) | BIT (STATE_ENDED),
  [STATE_GREETED] = BIT (STATE_CONNECTED) | BIT (STATE_GREETED) | BIT (STATE_SIGNED_IN) |
                    BIT (STATE_ENDED),
  [STATE_SIGNED_IN] = BIT (STATE_SIGNED_IN) | BIT (STATE_MAIL) | BIT (STATE_ENDED),
  [STATE_MAIL] = BIT (STATE_RCPT) | BIT (STATE_SIGNED_IN) | BIT (STATE_ENDED),
  [STATE_RCPT] = BIT (STATE_RCPT) | BIT (STATE_CHUNKS) | BIT (STATE_SIGNED_IN) |
                 BIT (STATE_ENDED),
  [STATE_CHUNKS] = BIT (STATE_CHUNKS) | BIT (STATE_SIGNED_IN) | BIT (STATE_ENDED),
  [STATE_ENDED] = 0,
};

typedef struct {
  EnvoiPracticeStream      *stream;
  const EnvoiPracticeHost  *host;
  State state;
  gboolean is_dropped;      /* goes without a word */
  guint n_complaints;
  EnvoiPracticeTransaction *transaction;
} Session;

typedef struct {
  const char *verb;
  void (*run)(Session    *self,
              const char *argument);
  guint states;
} Command;

static void
set_state (Session *self,
           State    state)
{
  g_assert (legal_edges[self->state] & BIT (state));
  self->state = state;
}

static void
reply (Session    *self,
       const char *text)
{
  envoi_practice_stream_write (self->stream, text, strlen (text));
  envoi_practice_stream_write (self->stream, "\r\n", 2);
}

static void
end (Session    *self,
     const char *text)
{
  reply (self, text);
  set_state (self, STATE_ENDED);
}

/* For what a correct client never does; whoever goes on is shown out. */
static void
complain (Session    *self,
          const char *text)
{
  if (++self->n_complaints < MOST_COMPLAINTS)
    reply (self, text);
  else
    end (self, "421 4.7.0 Too many errors");
}

static void
forget_letter (Session *self)
{
  g_clear_pointer (&self->transaction, envoi_practice_transaction_free);
  if (self->state > STATE_SIGNED_IN && self->state != STATE_ENDED)
    set_state (self, STATE_SIGNED_IN);
}

static void
end_for (Session      *self,
         const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    end (self, "421 4.4.2 Idle for too long");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    end (self, "500 5.5.6 The line is too long");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    end (self, "521 5.5.2 A bare CR or LF, or NUL, is not allowed");
  else
    set_state (self, STATE_ENDED);
}

static void
run_ehlo (Session    *self,
          const char *argument)
{
  g_autofree char *size = g_strdup_printf ("250-SIZE %" G_GUINT64_FORMAT, self->host->max_size);
  gboolean is_tls = envoi_practice_stream_is_tls (self->stream);

  if (!envoi_practice_command_is_host (argument)) {
    complain (self, "501 5.5.4 EHLO needs a host name or an address literal");
    return;
  }

  forget_letter (self);
  if (self->state < STATE_SIGNED_IN)
    set_state (self, STATE_GREETED);
  if (is_tls)
    g_atomic_int_inc (self->host->n_hellos);

  reply (self, "250-localhost");
  reply (self, "250-PIPELINING");
  reply (self, "250-8BITMIME");
  reply (self, "250-SMTPUTF8");
  reply (self, "250-CHUNKING");
  reply (self, "250-DSN");
  reply (self, is_tls ? "250-AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER" : "250-STARTTLS");
  reply (self, size);
  reply (self, "250 ENHANCEDSTATUSCODES");
}

static void
run_helo (Session    *self,
          const char *argument)
{
  /* Nobody can sign in by HELO, and nobody can send without signing in. */
  complain (self, "502 5.5.1 Say EHLO: this server needs AUTH");
}

static void
run_starttls (Session    *self,
              const char *argument)
{
  g_autoptr (GError) error = NULL;

  if (*argument != '\0') {
    complain (self, "501 5.5.4 STARTTLS takes no parameter");
  } else if (envoi_practice_stream_is_tls (self->stream)) {
    complain (self, "503 5.5.1 TLS is already on");
  } else if (envoi_practice_stream_has_input (self->stream)) {
    /* They would be taken for what the client said under TLS (RFC 3207 section 4.2). */
    end (self, "501 5.5.1 Nothing may be pipelined after STARTTLS");
  } else {
    reply (self, "220 2.0.0 Go ahead");
    if (envoi_practice_stream_start_tls_sync (self->stream, self->host->credentials, &error))
      set_state (self, STATE_CONNECTED);
    else
      set_state (self, STATE_ENDED);
  }
}

/* Base64 as RFC 4648 section 4 has it; g_base64_decode() skips what it dislikes. */
static gboolean
decode_response (char  *text,
                 gsize *length)
{
  gsize coded = strlen (text);
  gsize padding = 0;

  *length = 0;
  while (padding < 2 && coded > padding && text[coded - padding - 1] == '=')
    padding++;

  for (gsize i = 0; i < coded - padding; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;

  if (coded % 4 != 0)
    return FALSE;
  if (coded > 0)
    g_base64_decode_inplace (text, length);

  text[*length] = '\0';
  return TRUE;
}

static char *
read_response (Session    *self,
               const char *challenge)
{
  g_autofree char *coded = g_base64_encode ((const guchar *) challenge, strlen (challenge));
  g_autofree char *line = g_strconcat ("334 ", coded, NULL);
  g_autoptr (GError) error = NULL;
  char *response;

  reply (self, line);
  response = envoi_practice_stream_read_line_sync (self->stream, &error);
  if (!response)
    end_for (self, error);

  return response;
}

static EnvoiPracticeAuthStep
exchange (Session           *self,
          EnvoiPracticeAuth *auth,
          char              *response)
{
  EnvoiPracticeAuthStep step = ENVOI_PRACTICE_AUTH_CONTINUE;
  const char *challenge = NULL;
  gsize length;

  while (response && step == ENVOI_PRACTICE_AUTH_CONTINUE) {
    if (decode_response (response, &length))
      step = envoi_practice_auth_step (auth, response, length, &challenge);
    else
      step = ENVOI_PRACTICE_AUTH_MALFORMED;

    envoi_wipe_memory (response, length);
    envoi_wipe_string (response);
    response = step == ENVOI_PRACTICE_AUTH_CONTINUE ? read_response (self, challenge) : NULL;
  }

  return step;
}

/* "=" stands for a response that is there and empty (RFC 4954 section 4). */
static char *
dup_initial_response (const char *argument)
{
  const char *space = strchr (argument, ' ');

  if (!space || g_str_equal (space, " ="))
    return g_strdup ("");

  return g_strdup (space + 1);
}

static void
run_auth (Session    *self,
          const char *argument)
{
  g_autofree char *mechanism = g_strndup (argument, strcspn (argument, " "));
  g_autoptr (EnvoiPracticeAuth) auth = NULL;
  EnvoiPracticeAuthStep step;

  if (!envoi_practice_stream_is_tls (self->stream)) {
    complain (self, "530 5.7.0 Say STARTTLS first");
    return;
  }

  auth = envoi_practice_auth_new (mechanism, self->host->login);
  if (!auth) {
    complain (self, "504 5.5.4 This mechanism is not offered");
    return;
  }

  g_atomic_int_inc (self->host->n_sign_ins);
  step = exchange (self, auth, dup_initial_response (argument));
  if (step == ENVOI_PRACTICE_AUTH_ACCEPTED) {
    reply (self, "235 2.7.0 Welcome");
    set_state (self, STATE_SIGNED_IN);
  } else if (step == ENVOI_PRACTICE_AUTH_REFUSED) {
    complain (self, "535 5.7.8 The user name or the password is wrong");
  } else if (step == ENVOI_PRACTICE_AUTH_MALFORMED) {
    complain (self, "501 5.5.2 This is no response to the challenge");
  }
}

static void
run_mail (Session    *self,
          const char *argument)
{
  const char *refusal;

  forget_letter (self);
  self->transaction = envoi_practice_transaction_new (self->host->mailbox, self->host->max_size);
  refusal = envoi_practice_transaction_set_sender (self->transaction, argument);

  if (refusal) {
    forget_letter (self);
    complain (self, refusal);
  } else {
    set_state (self, STATE_MAIL);
    reply (self, "250 2.1.0 Ok");
  }
}

static void
run_rcpt (Session    *self,
          const char *argument)
{
  const char *refusal = envoi_practice_transaction_add_recipient (self->transaction, argument);

  /* A refused recipient is an ordinary answer, not a fault of the client. */
  if (refusal) {
    reply (self, refusal);
    return;
  }

  set_state (self, STATE_RCPT);
  reply (self, "250 2.1.5 Ok");
}

static void
refuse_letter (Session *self)
{
  const char *refusal = envoi_practice_transaction_get_refusal (self->transaction);
  gboolean is_fatal = envoi_practice_transaction_is_fatal (self->transaction);

  forget_letter (self);
  if (is_fatal)
    end (self, refusal);
  else
    reply (self, refusal);
}

static void
finish_letter (Session *self)
{
  g_autoptr (EnvoiPracticeLetter) letter =
    envoi_practice_transaction_finish_sync (self->transaction);
  g_autofree char *answer = NULL;

  if (!letter) {
    refuse_letter (self);
    return;
  }

  self->host->received (letter, self->host->user_data);
  if (envoi_practice_transaction_is_lost (self->transaction)) {
    self->is_dropped = TRUE;
    set_state (self, STATE_ENDED);
    return;
  }

  answer = g_strdup_printf ("250 2.0.0 Ok: kept as %s", letter->id);
  forget_letter (self);
  reply (self, answer);
}

static gboolean
read_dotted (Session *self)
{
  while (!envoi_practice_transaction_has_ended (self->transaction) &&
         !envoi_practice_transaction_is_fatal (self->transaction)) {
    g_autoptr (GError) error = NULL;
    gsize length;
    const guint8 *bytes = envoi_practice_stream_peek_sync (self->stream, &length, &error);

    if (!bytes) {
      end_for (self, error);
      return FALSE;
    }

    length = envoi_practice_transaction_feed_sync (self->transaction, bytes, length);
    envoi_practice_stream_consume (self->stream, length);
  }

  return TRUE;
}

static void
run_data (Session    *self,
          const char *argument)
{
  if (*argument != '\0') {
    complain (self, "501 5.5.4 DATA takes no parameter");
    return;
  }

  envoi_practice_transaction_begin_sync (self->transaction, TRUE);
  reply (self, "354 End with a line that is one dot");
  if (!read_dotted (self))
    return;

  if (envoi_practice_transaction_is_fatal (self->transaction))
    refuse_letter (self);
  else
    finish_letter (self);
}

static gboolean
parse_chunk (const char *argument,
             guint64    *size,
             gboolean   *is_last)
{
  char *rest = NULL;

  if (!g_ascii_isdigit (*argument) || strspn (argument, "0123456789") > 18)
    return FALSE;

  *size = g_ascii_strtoull (argument, &rest, 10);
  *is_last = g_ascii_strcasecmp (rest, " LAST") == 0;
  return *is_last || *rest == '\0';
}

/* The octets of a chunk come whatever the answer will be (RFC 3030 section 2),
 * so they are read even when there is nothing to keep them for. */
static gboolean
read_chunk (Session *self,
            guint64  left,
            gboolean is_kept)
{
  while (left > 0) {
    g_autoptr (GError) error = NULL;
    gsize length;
    const guint8 *bytes = envoi_practice_stream_peek_sync (self->stream, &length, &error);

    if (!bytes) {
      end_for (self, error);
      return FALSE;
    }

    length = MIN (length, left);
    if (is_kept && !envoi_practice_transaction_is_fatal (self->transaction))
      envoi_practice_transaction_feed_sync (self->transaction, bytes, length);
    envoi_practice_stream_consume (self->stream, length);
    left -= length;
  }

  return TRUE;
}

static const char *
find_chunk_refusal (Session *self)
{
  if (self->state == STATE_MAIL)
    return "554 5.5.1 There is no recipient";
  if (self->state < STATE_SIGNED_IN)
    return "530 5.7.0 Sign in first";
  if (self->state == STATE_SIGNED_IN)
    return "503 5.5.1 Say MAIL and RCPT first";

  return NULL;
}

static void
answer_chunk (Session *self,
              guint64  size,
              gboolean is_last)
{
  g_autofree char *answer = NULL;

  if (envoi_practice_transaction_get_refusal (self->transaction)) {
    refuse_letter (self);
  } else if (is_last) {
    finish_letter (self);
  } else {
    answer = g_strdup_printf ("250 2.0.0 %" G_GUINT64_FORMAT " octets", size);
    reply (self, answer);
  }
}

static void
run_bdat (Session    *self,
          const char *argument)
{
  const char *refusal = find_chunk_refusal (self);
  guint64 size;
  gboolean is_last;

  if (!parse_chunk (argument, &size, &is_last)) {
    end (self, "501 5.5.4 BDAT needs a size, so the rest cannot be read");
    return;
  }

  if (!refusal && self->state == STATE_RCPT)
    envoi_practice_transaction_begin_sync (self->transaction, FALSE);
  if (!refusal)
    set_state (self, STATE_CHUNKS);
  if (!read_chunk (self, size, !refusal))
    return;

  if (refusal)
    complain (self, refusal);
  else
    answer_chunk (self, size, is_last);
}

static void
run_rset (Session    *self,
          const char *argument)
{
  forget_letter (self);
  reply (self, "250 2.0.0 Ok");
}

static void
run_noop (Session    *self,
          const char *argument)
{
  reply (self, "250 2.0.0 Ok");
}

static void
run_vrfy (Session    *self,
          const char *argument)
{
  reply (self, "252 2.5.2 Send a letter and see");
}

static void
run_quit (Session    *self,
          const char *argument)
{
  g_atomic_int_inc (self->host->n_quits);
  end (self, "221 2.0.0 Bye");
}

static const Command commands[] = {
  { "EHLO", run_ehlo, ANY_STATE },
  { "HELO", run_helo, ANY_STATE },
  { "STARTTLS", run_starttls, BIT (STATE_GREETED) },
  { "AUTH", run_auth, BIT (STATE_GREETED) },
  { "MAIL", run_mail, BIT (STATE_SIGNED_IN) },
  { "RCPT", run_rcpt, BIT (STATE_MAIL) | BIT (STATE_RCPT) },
  { "DATA", run_data, BIT (STATE_RCPT) },
  { "BDAT", run_bdat, ANY_STATE },
  { "RSET", run_rset, ANY_STATE },
  { "NOOP", run_noop, ANY_STATE },
  { "VRFY", run_vrfy, ANY_STATE },
  { "QUIT", run_quit, ANY_STATE },
};

static const Command *
find_command (const char *verb)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (verb, commands[i].verb))
      return &commands[i];

  return NULL;
}

static void
refuse_in_this_state (Session       *self,
                      const Command *command)
{
  gboolean wants_sign_in = self->state == STATE_GREETED &&
                           (command->states & BIT (STATE_SIGNED_IN));

  if (wants_sign_in && !envoi_practice_stream_is_tls (self->stream))
    complain (self, "530 5.7.0 Say STARTTLS first");
  else if (wants_sign_in)
    complain (self, "530 5.7.0 Sign in first");
  else if (self->state == STATE_MAIL && command->run == run_data)
    complain (self, "554 5.5.1 There is no recipient");
  else
    complain (self, "503 5.5.1 Not now: the order of commands is wrong");
}

static void
run_line (Session    *self,
          const char *line)
{
  g_autofree char *verb = NULL;
  const char *argument;
  const Command *command = NULL;

  if (envoi_practice_command_split (line, &verb, &argument))
    command = find_command (verb);

  if (!command)
    complain (self, "500 5.5.2 This is not a command of this server");
  else if (command->run != run_auth && strlen (line) > LONGEST_COMMAND)
    complain (self, "500 5.5.6 The line is too long");
  else if (!(command->states & BIT (self->state)))
    refuse_in_this_state (self, command);
  else
    command->run (self, argument);
}

/**
 * envoi_practice_session_run_sync:
 * @stream: a connection, under TLS or not yet
 * @host: what all sessions share
 *
 * Serves one client from the greeting to the end (RFC 5321, RFC 6409).
 *
 * Thread: worker
 */
void
envoi_practice_session_run_sync (EnvoiPracticeStream     *stream,
                                 const EnvoiPracticeHost *host)
{
  Session self = { .stream = stream, .host = host };

  reply (&self, "220 localhost ESMTP Envoi practice server");

  while (self.state != STATE_ENDED) {
    g_autoptr (GError) error = NULL;
    char *line = envoi_practice_stream_read_line_sync (stream, &error);

    if (line)
      run_line (&self, line);
    else
      end_for (&self, error);

    /* It may have held a password. */
    envoi_wipe_string (line);
  }

  g_clear_pointer (&self.transaction, envoi_practice_transaction_free);
  if (!self.is_dropped)
    envoi_practice_stream_end_sync (stream);
}
