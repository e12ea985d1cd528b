/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "dialogue.h"

#include "envoi-smtp-error.h"

#include <gio/gio.h>
#include <string.h>

static const struct {
  const char *word;
  DialogueVerb verb;
} verbs[] = {
  { "S:", DIALOGUE_SERVER },
  { "C:", DIALOGUE_CLIENT },
  { "TLS", DIALOGUE_TLS },
  { "BODY", DIALOGUE_BODY },
  { "DROP", DIALOGUE_DROP },
  { "RST", DIALOGUE_RST },
  { "WAIT", DIALOGUE_WAIT },
};

static const struct {
  const char *word;
  EnvoiEnvelopeFlags flag;
} flag_words[] = {
  { "all-or-nothing", ENVOI_ENVELOPE_ALL_OR_NOTHING },
  { "notify-success", ENVOI_ENVELOPE_NOTIFY_SUCCESS },
  { "notify-failure", ENVOI_ENVELOPE_NOTIFY_FAILURE },
  { "notify-delay", ENVOI_ENVELOPE_NOTIFY_DELAY },
  { "require-tls", ENVOI_ENVELOPE_REQUIRE_TLS },
};

static const struct {
  const char *word;
  EnvoiSmtpQuirks quirk;
} quirk_words[] = {
  { "no-pipelining", ENVOI_SMTP_QUIRK_NO_PIPELINING },
  { "no-chunking", ENVOI_SMTP_QUIRK_NO_CHUNKING },
  { "no-size", ENVOI_SMTP_QUIRK_NO_SIZE },
  { "one-at-a-time", ENVOI_SMTP_QUIRK_ONE_AT_A_TIME },
};

static const char *const error_names[] = {
  [ENVOI_SMTP_ERROR_UNREACHABLE] = "unreachable",
  [ENVOI_SMTP_ERROR_TLS_REQUIRED] = "tls-required",
  [ENVOI_SMTP_ERROR_TLS_UNTRUSTED] = "tls-untrusted",
  [ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE] = "auth-unavailable",
  [ENVOI_SMTP_ERROR_AUTH_REJECTED] = "auth-rejected",
  [ENVOI_SMTP_ERROR_TRANSIENT] = "transient",
  [ENVOI_SMTP_ERROR_PERMANENT] = "permanent",
  [ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED] = "recipients-rejected",
  [ENVOI_SMTP_ERROR_PROTOCOL] = "protocol",
  [ENVOI_SMTP_ERROR_REFUSED_INPUT] = "refused-input",
  [ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN] = "outcome-unknown",
  [ENVOI_SMTP_ERROR_PROXY_UNUSABLE] = "proxy-unusable",
  [ENVOI_SMTP_ERROR_TOO_LARGE] = "too-large",
  [ENVOI_SMTP_ERROR_UNSUPPORTED] = "unsupported",
};

static const char *const state_names[] = {
  [ENVOI_SMTP_RECIPIENT_PENDING] = "pending",
  [ENVOI_SMTP_RECIPIENT_ACCEPTED] = "accepted",
  [ENVOI_SMTP_RECIPIENT_DEFERRED] = "deferred",
  [ENVOI_SMTP_RECIPIENT_REFUSED] = "refused",
};

static void
step_free (gpointer data)
{
  DialogueStep *step = data;

  g_free (step->text);
  g_free (step);
}

static void
take_flags (Dialogue   *self,
            const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", -1);

  for (guint i = 0; words[i]; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (flag_words); j++)
      if (g_str_equal (words[i], flag_words[j].word))
        self->flags |= flag_words[j].flag;
    for (guint j = 0; j < G_N_ELEMENTS (quirk_words); j++)
      if (g_str_equal (words[i], quirk_words[j].word))
        self->quirks |= quirk_words[j].quirk;
  }
}

static void
replace (char       **text,
         const char  *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

static void
take_message (Dialogue   *self,
              const char *value)
{
  g_autofree char *text = g_strcompress (value);

  g_string_assign (self->message, text);
}

/* So many lines of 50 octets, for bodies that do not fit a file. */
static void
take_message_lines (Dialogue   *self,
                    const char *value)
{
  g_string_truncate (self->message, 0);
  for (guint64 i = 0; i < g_ascii_strtoull (value, NULL, 10); i++)
    g_string_append_printf (self->message, "%048" G_GUINT64_FORMAT "\r\n", i);
}

static gboolean
take_expectation (Dialogue   *self,
                  const char *key,
                  const char *value)
{
  if (g_str_equal (key, "expect"))
    replace (&self->expect, value);
  else if (g_str_equal (key, "expect-phase"))
    replace (&self->expect_phase, value);
  else if (g_str_equal (key, "expect-code"))
    self->expect_code = (int) g_ascii_strtoll (value, NULL, 10);
  else if (g_str_equal (key, "expect-text"))
    replace (&self->expect_text, value);
  else if (g_str_equal (key, "expect-each"))
    self->expect_each = g_strsplit (value, " ", -1);
  else if (g_str_equal (key, "expect-recipients"))
    self->expect_states = g_strsplit (value, " ", -1);
  else
    return FALSE;

  return TRUE;
}

static gboolean
take_letter (Dialogue   *self,
             const char *key,
             const char *value)
{
  if (g_str_equal (key, "to"))
    g_ptr_array_add (self->recipients, g_strdup (value));
  else if (g_str_equal (key, "flags"))
    take_flags (self, value);
  else if (g_str_equal (key, "message"))
    take_message (self, value);
  else if (g_str_equal (key, "message-lines"))
    take_message_lines (self, value);
  else if (g_str_equal (key, "letters"))
    self->n_letters = (guint) g_ascii_strtoull (value, NULL, 10);
  else if (g_str_equal (key, "in-flight"))
    self->is_in_flight = TRUE;
  else if (g_str_equal (key, "probe"))
    self->is_probe = TRUE;
  else if (g_str_equal (key, "8bit"))
    self->is_8bit = TRUE;
  else
    return FALSE;

  return TRUE;
}

static void
take_setting (Dialogue   *self,
              const char *line)
{
  g_auto (GStrv) parts = g_strsplit (line + 1, " ", 2);
  const char *key = parts[0];
  const char *value = parts[1] ? parts[1] : "";

  if (g_str_equal (key, "security"))
    g_assert_true (envoi_smtp_security_from_string (value, &self->security));
  else if (g_str_equal (key, "auth"))
    g_assert_true (envoi_smtp_auth_from_string (value, &self->auth));
  else if (g_str_equal (key, "secret"))
    replace (&self->secret, value);
  else if (g_str_equal (key, "host"))
    replace (&self->host, value);
  else if (!take_letter (self, key, value) && !take_expectation (self, key, value))
    g_error ("%s: unknown setting @%s", self->name, key);
}

static void
take_step (Dialogue   *self,
           const char *line,
           guint       number)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++) {
    DialogueStep *step;

    if (!g_str_has_prefix (line, verbs[i].word))
      continue;

    step = g_new0 (DialogueStep, 1);
    step->verb = verbs[i].verb;
    step->text = g_strdup (g_strchug ((char *) line + strlen (verbs[i].word)));
    step->line = number;
    g_ptr_array_add (self->steps, step);
    return;
  }

  g_error ("%s:%u: not a step: %s", self->name, number, line);
}

static Dialogue *
load (const char *folder,
      const char *name)
{
  Dialogue *self = g_new0 (Dialogue, 1);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  self->name = g_strndup (name, strcspn (name, "."));
  self->steps = g_ptr_array_new_with_free_func (step_free);
  self->recipients = g_ptr_array_new_with_free_func (g_free);
  self->auth = ENVOI_SMTP_AUTH_PLAIN;
  self->secret = g_strdup ("open sesame");
  self->host = g_strdup ("localhost");
  self->message = g_string_new ("Subject: hello\r\n\r\nHello.\r\n");
  self->n_letters = 1;
  self->expect = g_strdup ("sent");

  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i]; i++) {
    if (lines[i][0] == '@')
      take_setting (self, lines[i]);
    else if (lines[i][0] != '#' && lines[i][0] != '\0')
      take_step (self, lines[i], i + 1);
  }

  if (self->recipients->len == 0)
    g_ptr_array_add (self->recipients, g_strdup ("bob@example.org"));
  g_ptr_array_add (self->recipients, NULL);
  return self;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(Dialogue *const *) a)->name, (*(Dialogue *const *) b)->name);
}

GPtrArray *
dialogue_load_all (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "dialogues", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) dialogue_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".dialogue"))
      g_ptr_array_add (all, load (folder, name));

  g_ptr_array_sort (all, compare_names);
  g_assert_cmpuint (all->len, >, 0);
  return all;
}

Dialogue *
dialogue_load (const char *name)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "dialogues", NULL);
  g_autofree char *file = g_strconcat (name, ".dialogue", NULL);

  return load (folder, file);
}

void
dialogue_free (Dialogue *self)
{
  g_ptr_array_unref (self->steps);
  g_ptr_array_unref (self->recipients);
  g_string_free (self->message, TRUE);
  g_strfreev (self->expect_each);
  g_strfreev (self->expect_states);
  g_free (self->name);
  g_free (self->secret);
  g_free (self->host);
  g_free (self->expect);
  g_free (self->expect_phase);
  g_free (self->expect_text);
  g_free (self);
}

EnvoiEnvelope *
dialogue_dup_envelope (const Dialogue *self)
{
  return envoi_envelope_new ("alice@example.org", (const char *const *) self->recipients->pdata,
                             self->flags, "id+1");
}

EnvoiSmtpMessageTraits
dialogue_get_traits (const Dialogue *self)
{
  return (EnvoiSmtpMessageTraits) { .size = self->message->len, .is_8bit = self->is_8bit };
}

EnvoiSmtpCredentials *
dialogue_dup_credentials (const Dialogue *self)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (self->secret, -1);

  return envoi_smtp_credentials_new (self->auth, "alice@example.org", secret);
}

EnvoiSmtpEndpoint *
dialogue_dup_endpoint (const Dialogue *self,
                       guint16         port,
                       const char     *ca_file)
{
  g_autoptr (GError) error = NULL;
  EnvoiSmtpTrust trust = { .ca_file = ca_file };
  EnvoiSmtpEndpoint *endpoint = envoi_smtp_endpoint_new (self->host, port, self->security, &trust,
                                                         self->quirks, &error);

  g_assert_no_error (error);
  return endpoint;
}

const char *
dialogue_name_error (const GError *error)
{
  if (!error)
    return "sent";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";

  g_assert_true (error->domain == ENVOI_SMTP_ERROR);
  return error_names[error->code];
}

void
dialogue_check_outcome (const Dialogue         *self,
                        const EnvoiSmtpOutcome *outcome)
{
  const char *got = dialogue_name_error (outcome->error);

  if (g_test_verbose ())
    g_test_message ("%s: %s (%s)\n%s", self->name, got,
                    outcome->error ? outcome->error->message : "-", outcome->transcript);

  g_assert_cmpstr (got, ==, self->expect);
  if (self->expect_phase)
    g_assert_cmpstr (envoi_smtp_phase_to_string (outcome->phase), ==, self->expect_phase);
  if (self->expect_code)
    g_assert_cmpint (outcome->code, ==, self->expect_code);
  if (self->expect_text)
    g_assert_nonnull (strstr (outcome->error->message, self->expect_text));
  for (guint i = 0; self->expect_states && self->expect_states[i]; i++) {
    EnvoiSmtpRecipientResult *result = g_ptr_array_index (outcome->recipients, i);

    g_assert_cmpstr (state_names[result->state], ==, self->expect_states[i]);
  }

  /* Whatever happened, the secret is in none of the words. */
  g_assert_null (strstr (outcome->transcript, self->secret));
  if (outcome->error)
    g_assert_null (strstr (outcome->error->message, self->secret));
}
