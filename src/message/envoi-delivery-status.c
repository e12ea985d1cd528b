/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-delivery-report-private.h"

#include "envoi-text.h"

#include <string.h>

/* A report about more people than this is about nothing a person has sent. */
#define MAX_RECIPIENTS 1000
#define MAX_WORDS 500
#define MAX_ADDRESS 320

static const char *
find_line_end (const char *line,
               const char *end)
{
  const char *newline = memchr (line, '\n', (gsize) (end - line));

  return newline ? newline : end;
}

static gsize
get_length (const char *line,
            const char *line_end)
{
  while (line_end > line && (line_end[-1] == '\r' || line_end[-1] == ' '))
    line_end--;

  return (gsize) (line_end - line);
}

static void
add_field (GHashTable *fields,
           GString    *line)
{
  char *colon = strchr (line->str, ':');
  g_autofree char *name = NULL;

  if (!colon)
    return;

  name = g_ascii_strdown (line->str, colon - line->str);
  g_strstrip (name);
  if (!g_hash_table_contains (fields, name))
    g_hash_table_insert (fields, g_steal_pointer (&name), g_strstrip (g_strdup (colon + 1)));
}

/* Reads fields up to an empty line: lower-case names and their values, of which
 * the first of a name counts. @text is moved to where the next group begins. */
static GHashTable *
parse_fields (const char **text,
              const char  *end)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) field = g_string_new (NULL);
  gboolean is_over = FALSE;

  while (*text < end && !is_over) {
    const char *line = *text;
    const char *line_end = find_line_end (line, end);
    gsize length = get_length (line, line_end);

    is_over = length == 0;
    *text = line_end < end ? line_end + 1 : end;
    if (*line != ' ' && *line != '\t') {
      add_field (fields, field);
      g_string_truncate (field, 0);
    }
    g_string_append_len (field, line, (gssize) length);
  }

  add_field (fields, field);
  return fields;
}

/* RFC 3461 section 4: "+" and two hexadecimal digits stand for an octet. */
static char *
decode_xtext (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p; p++) {
    if (*p == '+' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2])) {
      g_string_append_c (plain, (char) (g_ascii_xdigit_value (p[1]) * 16 +
                                        g_ascii_xdigit_value (p[2])));
      p += 2;
    } else {
      g_string_append_c (plain, *p);
    }
  }

  return g_string_free (plain, FALSE);
}

/* What stands behind "rfc822;" or "smtp;" (RFC 3464 section 2.1.2). */
static const char *
skip_type (const char *value)
{
  const char *semicolon = strchr (value, ';');

  return semicolon ? semicolon + 1 + strspn (semicolon + 1, " \t") : value;
}

static char *
dup_address (GHashTable *fields,
             const char *name)
{
  const char *value = g_hash_table_lookup (fields, name);
  g_autofree char *plain = NULL;
  char *bare;

  if (!value)
    return NULL;

  plain = decode_xtext (skip_type (value));
  bare = g_strstrip (g_strdelimit (plain, "<>\"", ' '));
  return *bare ? envoi_text_decode_foreign (bare, strlen (bare), MAX_ADDRESS) : NULL;
}

static EnvoiReportAction
parse_action (const char *action,
              const char *status)
{
  if (action && g_ascii_strncasecmp (action, "delayed", 7) == 0)
    return ENVOI_REPORT_DELAYED;
  if (action && (g_ascii_strncasecmp (action, "delivered", 9) == 0 ||
                 g_ascii_strncasecmp (action, "expanded", 8) == 0))
    return ENVOI_REPORT_DELIVERED;
  if (action && g_ascii_strncasecmp (action, "relayed", 7) == 0)
    return ENVOI_REPORT_RELAYED;
  if (!action && status && *status == '2')
    return ENVOI_REPORT_DELIVERED;

  return ENVOI_REPORT_FAILED;
}

/* How long the status at @text is, "5.1.10" (RFC 3463 section 2); 0 = there is none.
 * A network address has a part more. */
static gsize
get_status_length (const char *text)
{
  gsize detail;
  gsize length;

  if (strspn (text, "245") == 0 || text[1] != '.')
    return 0;

  length = 2 + strspn (text + 2, "0123456789");
  if (length == 2 || text[length] != '.')
    return 0;

  detail = strspn (text + length + 1, "0123456789");
  length += 1 + detail;
  if (detail == 0 || detail > 3 || g_ascii_isalnum (text[length]) ||
      (text[length] == '.' && g_ascii_isdigit (text[length + 1])))
    return 0;

  return length;
}

/**
 * envoi_reported_recipient_new:
 * @address: an address
 *
 * Returns: (transfer full): a recipient of whom nothing else is known
 *
 * Thread: any
 */
EnvoiReportedRecipient *
envoi_reported_recipient_new (const char *address)
{
  EnvoiReportedRecipient *self = g_new0 (EnvoiReportedRecipient, 1);

  self->address = g_strdup (address);
  return self;
}

/**
 * envoi_reported_recipient_free:
 * @self: (transfer full): a recipient
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_reported_recipient_free (EnvoiReportedRecipient *self)
{
  g_free (self->address);
  g_free (self->final_address);
  g_free (self->status);
  g_free (self->text);
  g_free (self);
}

/* Behind a Chinese colon as well as behind a blank, but not inside a number. */
static gboolean
begins_number (const char *words,
               const char *place)
{
  return place == words || (!g_ascii_isalnum (place[-1]) && place[-1] != '.');
}

/* A number of three digits that begins a word: "550", "550-5.1.1". */
static const char *
find_code (const char *words)
{
  for (const char *p = words; *p; p++) {
    if (begins_number (words, p) && strspn (p, "245") > 0 && g_ascii_isdigit (p[1]) && g_ascii_isdigit (p[2]) &&
        (p[3] == '\0' || strchr (" -\t\n:,)", p[3])))
      return p;
  }

  return NULL;
}

static const char *
find_status (const char *words)
{
  for (const char *p = words; *p; p++) {
    if (begins_number (words, p) && get_status_length (p) > 0)
      return p;
  }

  return NULL;
}

/**
 * envoi_report_read_words:
 * @recipient: a recipient
 * @words: what a server said
 *
 * Takes code and status out of the words, and keeps these.
 *
 * Thread: any
 */
void
envoi_report_read_words (EnvoiReportedRecipient *recipient,
                         const char             *words)
{
  const char *code = find_code (words);
  const char *status = find_status (words);

  if (code)
    recipient->code = (int) strtol (code, NULL, 10);
  if (status && !recipient->status)
    recipient->status = g_strndup (status, get_status_length (status));
  if (!recipient->text && *words)
    recipient->text = envoi_text_decode_foreign (words, strlen (words), MAX_WORDS);
}

static void
read_recipient (EnvoiDeliveryReport *report,
                GHashTable          *fields)
{
  g_autofree char *original = dup_address (fields, "original-recipient");
  g_autofree char *final = dup_address (fields, "final-recipient");
  const char *status = g_hash_table_lookup (fields, "status");
  const char *words = g_hash_table_lookup (fields, "diagnostic-code");
  EnvoiReportedRecipient *recipient;

  if ((!original && !final) || report->recipients->len >= MAX_RECIPIENTS)
    return;

  recipient = envoi_reported_recipient_new (original ? original : final);
  recipient->final_address = g_steal_pointer (&final);
  recipient->action = parse_action (g_hash_table_lookup (fields, "action"), status);
  if (status && get_status_length (status) > 0)
    recipient->status = g_strndup (status, get_status_length (status));
  if (words)
    envoi_report_read_words (recipient, skip_type (words));
  g_ptr_array_add (report->recipients, recipient);
}

/**
 * envoi_report_read_status:
 * @report: a report
 * @bytes: a message/delivery-status
 *
 * Reads the groups: the first is about the letter, each other about one
 * recipient (RFC 3464 section 2.1). Systems that forget the first are read too.
 *
 * Thread: any
 */
void
envoi_report_read_status (EnvoiDeliveryReport *report,
                          GBytes              *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  const char *end = length > 0 ? text + length : text;

  while (text < end) {
    g_autoptr (GHashTable) fields = parse_fields (&text, end);
    const char *envelope_id = g_hash_table_lookup (fields, "original-envelope-id");

    if (envelope_id && !report->envelope_id)
      report->envelope_id = decode_xtext (envelope_id);
    read_recipient (report, fields);
  }
}
