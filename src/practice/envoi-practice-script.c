/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-script.h"

#include "envoi-practice-body.h"

#include <string.h>

/* A dialogue that a test wrote down, played instead of the real server. One step
 * a line; an empty line and one that begins with # or @ say nothing:
 *
 *   S: text     the server sends the text and CRLF
 *   W: text     the server sends the text alone
 *   C: glob     the client must send a line that matches (* and ?)
 *   TLS         both start TLS, unless the port has done so already
 *   BODY        reads a message: what the last BDAT announced, else up to the lone dot
 *   TAKE n      reads n octets, whatever they are
 *   WAIT        stays silent until the client goes
 *   END         the client must close, sending nothing more
 *   DROP        closes in order, as after the last step
 *   CUT         closes without a word: under TLS, without close_notify
 *   RST         resets the connection
 *   ---         what follows is for the next connection; the last part repeats
 *
 * In S and W, \r \n \t \\ and \xHH stand for bytes. The files in tests/dialogues
 * are written so; what @ says there is for who plays the client.
 *
 * Thread: made by the test, played by connections' workers; locked */

typedef struct _Step Step;

typedef gboolean (*StepFunc) (EnvoiPracticeScript              *self,
                              const Step                       *step,
                              EnvoiPracticeStream              *stream,
                              gnutls_certificate_credentials_t  credentials);

struct _Step {
  StepFunc run;
  guint line;
  GString *text;
};

typedef struct {
  const char *word;
  StepFunc run;
  gboolean has_text;
} Word;

struct _EnvoiPracticeScript {
  GPtrArray *parts;         /* of GPtrArray of Step: one for each connection */

  GMutex mutex;
  guint n_played;
  guint n_ended;
  guint line;               /* of the step that is being played */
  char      *failure;       /* the first one */
  char      *last_line;
};

static void
step_free (Step *step)
{
  g_string_free (step->text, TRUE);
  g_free (step);
}

static gboolean
fail (EnvoiPracticeScript *self,
      const Step          *step,
      const char          *format,
      ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (EnvoiPracticeScript *self,
      const Step          *step,
      const char          *format,
      ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_mutex_lock (&self->mutex);
  if (!self->failure) {
    g_autofree char *what = g_strdup_vprintf (format, arguments);

    self->failure = g_strdup_printf ("line %u: %s", step->line, what);
  }
  g_mutex_unlock (&self->mutex);
  va_end (arguments);

  return FALSE;
}

static gboolean
run_send (EnvoiPracticeScript              *self,
          const Step                       *step,
          EnvoiPracticeStream              *stream,
          gnutls_certificate_credentials_t  credentials)
{
  envoi_practice_stream_write (stream, step->text->str, step->text->len);
  return TRUE;
}

/* Not even a test prints what a client signs in with. */
static const char *
make_printable (const char *line)
{
  return g_ascii_strncasecmp (line, "AUTH ", 5) == 0 ? "AUTH ..." : line;
}

static gboolean
run_expect (EnvoiPracticeScript              *self,
            const Step                       *step,
            EnvoiPracticeStream              *stream,
            gnutls_certificate_credentials_t  credentials)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = envoi_practice_stream_read_line_sync (stream, &error);

  if (!line)
    return fail (self, step, "the client was to send \"%s\": %s", step->text->str, error->message);
  if (!g_pattern_match_simple (step->text->str, line))
    return fail (self, step, "the client was to send \"%s\" but sent \"%s\"", step->text->str,
                 make_printable (line));

  g_mutex_lock (&self->mutex);
  g_free (self->last_line);
  self->last_line = g_steal_pointer (&line);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

static gboolean
run_tls (EnvoiPracticeScript              *self,
         const Step                       *step,
         EnvoiPracticeStream              *stream,
         gnutls_certificate_credentials_t  credentials)
{
  g_autoptr (GError) error = NULL;

  if (envoi_practice_stream_is_tls (stream))
    return TRUE;
  if (envoi_practice_stream_has_input (stream))
    return fail (self, step, "the client sent more before TLS");

  /* A client may well refuse here, and a test may want that: it is no failure. */
  return envoi_practice_stream_start_tls_sync (stream, credentials, &error);
}

static gboolean
take (EnvoiPracticeScript *self,
      const Step          *step,
      EnvoiPracticeStream *stream,
      guint64              left)
{
  while (left > 0) {
    g_autoptr (GError) error = NULL;
    gsize length;

    if (!envoi_practice_stream_peek_sync (stream, &length, &error))
      return fail (self, step, "%" G_GUINT64_FORMAT " octets are missing: %s", left,
                   error->message);

    length = MIN (length, left);
    envoi_practice_stream_consume (stream, length);
    left -= length;
  }

  return TRUE;
}

static gboolean
run_take (EnvoiPracticeScript              *self,
          const Step                       *step,
          EnvoiPracticeStream              *stream,
          gnutls_certificate_credentials_t  credentials)
{
  return take (self, step, stream, g_ascii_strtoull (step->text->str, NULL, 10));
}

static gboolean
take_dotted (EnvoiPracticeScript *self,
             const Step          *step,
             EnvoiPracticeStream *stream)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  EnvoiPracticeBody body;

  envoi_practice_body_init (&body, TRUE, TRUE, G_MAXUINT64);
  while (body.place != ENVOI_PRACTICE_BODY_ENDED) {
    g_autoptr (GError) error = NULL;
    gsize length;
    const guint8 *bytes = envoi_practice_stream_peek_sync (stream, &length, &error);

    if (!bytes)
      return fail (self, step, "the message has no end: %s", error->message);

    envoi_practice_stream_consume (stream, envoi_practice_body_feed (&body, bytes, length, text));
    g_byte_array_set_size (text, 0);
    if (body.fault != ENVOI_PRACTICE_BODY_SOUND)
      return fail (self, step, "the message has a bare line end, a NUL or a long line");
  }

  return TRUE;
}

static gboolean
run_body (EnvoiPracticeScript              *self,
          const Step                       *step,
          EnvoiPracticeStream              *stream,
          gnutls_certificate_credentials_t  credentials)
{
  guint64 chunk = 0;
  gboolean is_chunk;

  g_mutex_lock (&self->mutex);
  is_chunk = self->last_line && g_ascii_strncasecmp (self->last_line, "BDAT ", 5) == 0;
  if (is_chunk)
    chunk = g_ascii_strtoull (self->last_line + 5, NULL, 10);
  g_mutex_unlock (&self->mutex);

  return is_chunk ? take (self, step, stream, chunk) : take_dotted (self, step, stream);
}

static gboolean
run_wait (EnvoiPracticeScript              *self,
          const Step                       *step,
          EnvoiPracticeStream              *stream,
          gnutls_certificate_credentials_t  credentials)
{
  gsize length;

  while (envoi_practice_stream_peek_sync (stream, &length, NULL))
    envoi_practice_stream_consume (stream, length);

  return FALSE;
}

static gboolean
run_end (EnvoiPracticeScript              *self,
         const Step                       *step,
         EnvoiPracticeStream              *stream,
         gnutls_certificate_credentials_t  credentials)
{
  g_autoptr (GError) error = NULL;
  gsize length;

  if (envoi_practice_stream_peek_sync (stream, &length, &error))
    return fail (self, step, "the client was to close but sent %" G_GSIZE_FORMAT " more octets",
                 length);

  return FALSE;
}

static gboolean
run_drop (EnvoiPracticeScript              *self,
          const Step                       *step,
          EnvoiPracticeStream              *stream,
          gnutls_certificate_credentials_t  credentials)
{
  envoi_practice_stream_end_sync (stream);
  return FALSE;
}

static gboolean
run_cut (EnvoiPracticeScript              *self,
         const Step                       *step,
         EnvoiPracticeStream              *stream,
         gnutls_certificate_credentials_t  credentials)
{
  envoi_practice_stream_flush_sync (stream, NULL);
  return FALSE;
}

static gboolean
run_reset (EnvoiPracticeScript              *self,
           const Step                       *step,
           EnvoiPracticeStream              *stream,
           gnutls_certificate_credentials_t  credentials)
{
  envoi_practice_stream_flush_sync (stream, NULL);
  envoi_practice_stream_reset (stream);
  return FALSE;
}

static const Word words[] = {
  { "S:", run_send, TRUE },
  { "W:", run_send, TRUE },
  { "C:", run_expect, TRUE },
  { "TLS", run_tls, FALSE },
  { "BODY", run_body, FALSE },
  { "TAKE", run_take, TRUE },
  { "WAIT", run_wait, FALSE },
  { "END", run_end, FALSE },
  { "DROP", run_drop, FALSE },
  { "CUT", run_cut, FALSE },
  { "RST", run_reset, FALSE },
};

static const Word *
find_word (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i].word))
      return &words[i];

  return NULL;
}

static char
get_escaped (const char **p)
{
  if (**p == 'r')
    return '\r';
  if (**p == 'n')
    return '\n';
  if (**p == 't')
    return '\t';
  if (**p != 'x' || !g_ascii_isxdigit ((*p)[1]) || !g_ascii_isxdigit ((*p)[2]))
    return **p;

  *p += 2;
  return (char) (g_ascii_xdigit_value ((*p)[-1]) * 16 + g_ascii_xdigit_value (**p));
}

static void
append_unescaped (GString    *text,
                  const char *escaped)
{
  for (const char *p = escaped; *p; p++) {
    if (*p == '\\' && p[1] != '\0') {
      p++;
      g_string_append_c (text, get_escaped (&p));
    } else {
      g_string_append_c (text, *p);
    }
  }
}

static Step *
parse_step (const char  *line,
            guint        number,
            GError     **error)
{
  g_autofree char *name = g_strndup (line, strcspn (line, " "));
  const char *text = line[strlen (name)] == ' ' ? line + strlen (name) + 1 : "";
  const Word *word = find_word (name);
  Step *step;

  if (!word || (!word->has_text && *text != '\0')) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "line %u of the dialogue is no step: %s", number, line);
    return NULL;
  }

  step = g_new0 (Step, 1);
  step->run = word->run;
  step->line = number;
  step->text = g_string_new (NULL);
  if (word->run == run_send)
    append_unescaped (step->text, text);
  else
    g_string_append (step->text, text);
  if (g_str_equal (name, "S:"))
    g_string_append (step->text, "\r\n");

  return step;
}

static void
add_part (EnvoiPracticeScript *self)
{
  g_ptr_array_add (self->parts, g_ptr_array_new_with_free_func ((GDestroyNotify) step_free));
}

static gboolean
parse_line (EnvoiPracticeScript  *self,
            const char           *line,
            guint                 number,
            GError              **error)
{
  Step *step;

  if (*line == '\0' || *line == '#' || *line == '@')
    return TRUE;

  if (g_str_equal (line, "---")) {
    add_part (self);
    return TRUE;
  }

  step = parse_step (line, number, error);
  if (step)
    g_ptr_array_add (g_ptr_array_index (self->parts, self->parts->len - 1), step);

  return step != NULL;
}

static GPtrArray *
take_part (EnvoiPracticeScript *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = MIN (self->n_played, self->parts->len - 1);
  self->n_played++;
  g_clear_pointer (&self->last_line, g_free);
  g_mutex_unlock (&self->mutex);

  return g_ptr_array_index (self->parts, n);
}

static void
set_line (EnvoiPracticeScript *self,
          guint                line)
{
  g_mutex_lock (&self->mutex);
  self->line = line;
  g_mutex_unlock (&self->mutex);
}

/**
 * envoi_practice_script_parse:
 * @text: a dialogue, as described above
 *
 * Returns: (transfer full) (nullable): the dialogue, ready to play
 *
 * Errors: G_IO_ERROR_INVALID_ARGUMENT naming the line
 * Thread: any
 */
EnvoiPracticeScript *
envoi_practice_script_parse (const char  *text,
                             GError     **error)
{
  g_autoptr (EnvoiPracticeScript) self = g_new0 (EnvoiPracticeScript, 1);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_mutex_init (&self->mutex);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  add_part (self);

  for (guint i = 0; lines[i]; i++)
    if (!parse_line (self, lines[i], i + 1, error))
      return NULL;

  return g_steal_pointer (&self);
}

/**
 * envoi_practice_script_free:
 * @self: (transfer full): a dialogue that no connection plays any more
 *
 * Frees @self.
 *
 * Thread: any
 */
void
envoi_practice_script_free (EnvoiPracticeScript *self)
{
  g_ptr_array_unref (self->parts);
  g_mutex_clear (&self->mutex);
  g_free (self->last_line);
  g_free (self->failure);
  g_free (self);
}

/**
 * envoi_practice_script_play_sync:
 * @self: a dialogue
 * @stream: a connection
 * @credentials: for TLS
 *
 * Plays the part for the next connection, up to its end or its first failure.
 *
 * Thread: worker
 */
void
envoi_practice_script_play_sync (EnvoiPracticeScript              *self,
                                 EnvoiPracticeStream              *stream,
                                 gnutls_certificate_credentials_t  credentials)
{
  GPtrArray *part = take_part (self);
  gboolean goes_on = TRUE;

  for (guint i = 0; goes_on && i < part->len; i++) {
    const Step *step = g_ptr_array_index (part, i);

    set_line (self, step->line);
    goes_on = step->run (self, step, stream, credentials);
  }

  if (goes_on)
    envoi_practice_stream_end_sync (stream);

  g_mutex_lock (&self->mutex);
  self->n_ended++;
  g_mutex_unlock (&self->mutex);
}

/**
 * envoi_practice_script_dup_failure:
 * @self: a dialogue
 *
 * Returns: (transfer full) (nullable): the first thing that went otherwise than
 *   it is written
 *
 * Thread: any
 */
char *
envoi_practice_script_dup_failure (EnvoiPracticeScript *self)
{
  char *failure;

  g_mutex_lock (&self->mutex);
  failure = g_strdup (self->failure);
  g_mutex_unlock (&self->mutex);

  return failure;
}

/**
 * envoi_practice_script_has_ended:
 * @self: a dialogue
 *
 * Returns: whether every part was played and has ended
 *
 * Thread: any
 */
gboolean
envoi_practice_script_has_ended (EnvoiPracticeScript *self)
{
  gboolean has_ended;

  g_mutex_lock (&self->mutex);
  has_ended = self->n_ended >= self->parts->len && self->n_ended == self->n_played;
  g_mutex_unlock (&self->mutex);

  return has_ended;
}

/**
 * envoi_practice_script_get_line:
 * @self: a dialogue
 *
 * Returns: the line of the step that is being played, or was last; 0 before all
 *
 * Thread: any
 */
guint
envoi_practice_script_get_line (EnvoiPracticeScript *self)
{
  guint line;

  g_mutex_lock (&self->mutex);
  line = self->line;
  g_mutex_unlock (&self->mutex);

  return line;
}
