/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-certificate-facts.h"

#include <string.h>

#define SERVER "Server: "
#define NAMES "Certificate for: "
#define ISSUER "Issued by: "
#define FROM "Valid from: "
#define UNTIL "Valid until: "
#define KEY "Key: "
#define FAULTS "Wrong: "

/* The words of the text form; the order is that of importance to a person. */
static const struct {
  EnvoiCertificateFaults fault;
  const char *word;
} words[] = {
  { ENVOI_CERTIFICATE_OTHER_KEY, "other-key" },
  { ENVOI_CERTIFICATE_NO_NAME, "no-name" },
  { ENVOI_CERTIFICATE_OTHER_NAME, "other-name" },
  { ENVOI_CERTIFICATE_SELF_SIGNED, "self-signed" },
  { ENVOI_CERTIFICATE_UNKNOWN_ISSUER, "unknown-issuer" },
  { ENVOI_CERTIFICATE_ISSUER_UNFIT, "issuer-unfit" },
  { ENVOI_CERTIFICATE_FALSE_SIGNATURE, "false-signature" },
  { ENVOI_CERTIFICATE_WEAK, "weak" },
  { ENVOI_CERTIFICATE_NOT_YET_VALID, "not-yet-valid" },
  { ENVOI_CERTIFICATE_EXPIRED, "expired" },
  { ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE, "issuer-out-of-date" },
  { ENVOI_CERTIFICATE_NOT_FOR_SERVERS, "not-for-servers" },
  { ENVOI_CERTIFICATE_UNKNOWN_CONDITION, "unknown-condition" },
  { ENVOI_CERTIFICATE_REVOKED, "revoked" },
  { ENVOI_CERTIFICATE_NO_STATUS, "no-status" },
  { ENVOI_CERTIFICATE_FALSE_STATUS, "false-status" },
  { ENVOI_CERTIFICATE_UNVERIFIABLE, "unverifiable" },
};

G_DEFINE_BOXED_TYPE (EnvoiCertificateFacts, envoi_certificate_facts, envoi_certificate_facts_copy,
                     envoi_certificate_facts_free)

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time ? g_date_time_format_iso8601 (time) : g_strdup ("?");
}

static gint64
parse_time (const char *text)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  return time ? g_date_time_to_unix (time) : 0;
}

static EnvoiCertificateFaults
parse_faults (const char *text)
{
  g_auto (GStrv) given = g_strsplit (text, " ", -1);
  EnvoiCertificateFaults faults = 0;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strv_contains ((const char *const *) given, words[i].word))
      faults |= words[i].fault;

  return faults;
}

/* The rest of the one line that begins with @label. */
static char *
dup_value (char       **lines,
           const char  *label)
{
  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix (lines[i], label))
      return g_strdup (lines[i] + strlen (label));

  return g_strdup ("");
}

static gint64
get_time (char       **lines,
          const char  *label)
{
  g_autofree char *value = dup_value (lines, label);

  return parse_time (value);
}

/**
 * envoi_certificate_facts_copy:
 * @self: facts
 *
 * Returns: (transfer full): the same
 *
 * Thread: any
 */
EnvoiCertificateFacts *
envoi_certificate_facts_copy (const EnvoiCertificateFacts *self)
{
  EnvoiCertificateFacts *copy = g_memdup2 (self, sizeof *self);

  copy->host = g_strdup (self->host);
  copy->names = g_strdup (self->names);
  copy->issuer = g_strdup (self->issuer);
  copy->key = g_strdup (self->key);
  return copy;
}

/**
 * envoi_certificate_facts_free:
 * @self: (transfer full): facts
 *
 * Thread: any
 */
void
envoi_certificate_facts_free (EnvoiCertificateFacts *self)
{
  g_free (self->host);
  g_free (self->names);
  g_free (self->issuer);
  g_free (self->key);
  g_free (self);
}

/**
 * envoi_certificate_facts_format:
 * @self: facts
 *
 * Writes them as lines, each with a label; in English, as technical details are.
 *
 * Returns: (transfer full): the lines
 *
 * Thread: any
 */
char *
envoi_certificate_facts_format (const EnvoiCertificateFacts *self)
{
  g_autofree char *from = format_time (self->valid_from);
  g_autofree char *until = format_time (self->valid_until);
  g_auto (GStrv) words_of_faults = envoi_certificate_facts_dup_faults (self);
  g_autofree char *faults = g_strjoinv (" ", words_of_faults);

  return g_strdup_printf (SERVER "%s\n" NAMES "%s\n" ISSUER "%s\n" FROM "%s\n" UNTIL "%s\n"
                          KEY "%s%s%s",
                          self->host, self->names, self->issuer, from, until, self->key,
                          *faults ? "\n" FAULTS : "", faults);
}

/**
 * envoi_certificate_facts_parse:
 * @text: what [method@CertificateFacts.format] wrote, perhaps behind other lines
 *
 * Reads facts back.
 *
 * Returns: (transfer full) (nullable): the facts; NULL when @text has none
 *
 * Thread: any
 */
EnvoiCertificateFacts *
envoi_certificate_facts_parse (const char *text)
{
  const char *begin = strstr (text, "\n" SERVER);
  g_auto (GStrv) lines = NULL;
  g_autofree char *faults = NULL;
  EnvoiCertificateFacts *self;

  if (!begin && !g_str_has_prefix (text, SERVER))
    return NULL;

  lines = g_strsplit (begin ? begin + 1 : text, "\n", -1);
  faults = dup_value (lines, FAULTS);
  self = g_new0 (EnvoiCertificateFacts, 1);
  self->host = dup_value (lines, SERVER);
  self->names = dup_value (lines, NAMES);
  self->issuer = dup_value (lines, ISSUER);
  self->valid_from = get_time (lines, FROM);
  self->valid_until = get_time (lines, UNTIL);
  self->key = dup_value (lines, KEY);
  self->faults = parse_faults (faults);
  return self;
}

/**
 * envoi_certificate_facts_dup_faults:
 * @self: facts
 *
 * Names the faults as scripts may rely on, the weightiest first.
 *
 * Returns: (transfer full): the words, none when the certificate is trusted
 *
 * Thread: any
 */
char **
envoi_certificate_facts_dup_faults (const EnvoiCertificateFacts *self)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (self->faults & words[i].fault)
      g_ptr_array_add (found, g_strdup (words[i].word));

  g_ptr_array_add (found, NULL);
  return (char **) g_ptr_array_steal (found, NULL);
}
