/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-capabilities.h"

#include <string.h>

static const struct {
  const char *keyword;
  gsize offset;
} flags[] = {
  { "STARTTLS", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_starttls) },
  { "PIPELINING", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_pipelining) },
  { "CHUNKING", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_chunking) },
  { "BINARYMIME", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_binarymime) },
  { "8BITMIME", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_8bitmime) },
  { "SMTPUTF8", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_smtputf8) },
  { "DSN", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_dsn) },
  { "ENHANCEDSTATUSCODES", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_enhanced_codes) },
  { "REQUIRETLS", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_requiretls) },
  { "SIZE", G_STRUCT_OFFSET (EnvoiSmtpCapabilities, has_size) },
};

static void
add_mechanisms (GPtrArray   *mechanisms,
                char       **words)
{
  for (guint i = 0; words[i]; i++) {
    g_autofree char *name = g_ascii_strup (words[i], -1);

    if (*name && !g_ptr_array_find_with_equal_func (mechanisms, name, g_str_equal, NULL))
      g_ptr_array_add (mechanisms, g_steal_pointer (&name));
  }
}

static guint64
parse_number (const char *word)
{
  guint64 number = 0;

  return word && g_ascii_string_to_unsigned (word, 10, 0, G_MAXINT64, &number, NULL) ? number : 0;
}

/* LIMITS RCPTMAX=50 MAILMAX=10 (RFC 9422 section 4). */
static void
take_limits (EnvoiSmtpCapabilities  *self,
             char                  **words)
{
  for (guint i = 0; words[i]; i++) {
    if (g_ascii_strncasecmp (words[i], "RCPTMAX=", 8) == 0)
      self->rcpt_max = (guint) MIN (parse_number (words[i] + 8), G_MAXUINT);
    else if (g_ascii_strncasecmp (words[i], "MAILMAX=", 8) == 0)
      self->mail_max = (guint) MIN (parse_number (words[i] + 8), G_MAXUINT);
    else if (g_ascii_strncasecmp (words[i], "RCPTDOMAINMAX=", 14) == 0)
      self->rcpt_domain_max = (guint) MIN (parse_number (words[i] + 14), G_MAXUINT);
  }
}

static void
take_flag (EnvoiSmtpCapabilities *self,
           const char            *keyword)
{
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (g_ascii_strcasecmp (keyword, flags[i].keyword) == 0)
      G_STRUCT_MEMBER (gboolean, self, flags[i].offset) = TRUE;
}

static void
take_line (EnvoiSmtpCapabilities *self,
           GPtrArray             *mechanisms,
           const char            *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " ", -1);

  if (!words[0])
    return;

  take_flag (self, words[0]);

  if (g_ascii_strcasecmp (words[0], "AUTH") == 0)
    add_mechanisms (mechanisms, words + 1);
  else if (g_ascii_strncasecmp (words[0], "AUTH=", 5) == 0) {
    /* The form of old Microsoft servers, still written by QQ and NetEase. */
    memmove (words[0], words[0] + 5, strlen (words[0] + 5) + 1);
    add_mechanisms (mechanisms, words);
  } else if (g_ascii_strcasecmp (words[0], "SIZE") == 0)
    self->size_limit = parse_number (words[1]);
  else if (g_ascii_strcasecmp (words[0], "LIMITS") == 0)
    take_limits (self, words + 1);
  else if (g_str_equal (words[0], "8") && words[1] && g_ascii_strcasecmp (words[1], "BITMIME") == 0)
    self->has_8bitmime = TRUE;  /* Yahoo writes it with a space. */
}

/**
 * envoi_smtp_capabilities_parse:
 * @reply: a positive reply to EHLO
 *
 * Reads what the server offers (RFC 5321 section 4.1.1.1). Keywords and
 * mechanisms are matched as whole words; the first line is the server's name
 * and says nothing.
 *
 * Returns: (transfer full): the capabilities
 *
 * Thread: courier
 */
EnvoiSmtpCapabilities *
envoi_smtp_capabilities_parse (const EnvoiSmtpReply *reply)
{
  EnvoiSmtpCapabilities *self = g_new0 (EnvoiSmtpCapabilities, 1);
  g_autoptr (GPtrArray) mechanisms = g_ptr_array_new ();

  for (guint i = 1; reply->lines[0] && reply->lines[i]; i++)
    take_line (self, mechanisms, reply->lines[i]);

  g_ptr_array_add (mechanisms, NULL);
  self->mechanisms = (char **) g_ptr_array_free (g_steal_pointer (&mechanisms), FALSE);
  self->keywords = g_strdupv (reply->lines[0] ? reply->lines + 1 : reply->lines);
  return self;
}

/**
 * envoi_smtp_capabilities_free:
 * @self: (transfer full): capabilities
 *
 * Frees them.
 *
 * Thread: courier
 */
void
envoi_smtp_capabilities_free (EnvoiSmtpCapabilities *self)
{
  g_strfreev (self->mechanisms);
  g_strfreev (self->keywords);
  g_free (self);
}

/**
 * envoi_smtp_capabilities_has_mechanism:
 * @self: capabilities
 * @name: a SASL mechanism in upper case
 *
 * Tells whether the server offers exactly @name.
 *
 * Returns: whether it does
 *
 * Thread: courier
 */
gboolean
envoi_smtp_capabilities_has_mechanism (const EnvoiSmtpCapabilities *self,
                                       const char                  *name)
{
  return g_strv_contains ((const char *const *) self->mechanisms, name);
}
