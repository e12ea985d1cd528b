/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-certificate-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEY_PREFIX "sha256:"
#define GROUP_DIGITS 4
#define DATE_FAULTS (ENVOI_CERTIFICATE_NOT_YET_VALID | ENVOI_CERTIFICATE_EXPIRED | \
                     ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE)
#define NAME_FAULTS (ENVOI_CERTIFICATE_NO_NAME | ENVOI_CERTIFICATE_OTHER_NAME)
#define ISSUER_FAULTS (ENVOI_CERTIFICATE_SELF_SIGNED | ENVOI_CERTIFICATE_UNKNOWN_ISSUER)

/* Those whose sentence needs a name or a date are not here. */
static const struct {
  EnvoiCertificateFaults fault;
  const char *sentence;
} sentences[] = {
  { ENVOI_CERTIFICATE_OTHER_KEY,
    N_("Its key is not the one that this account was told to trust.") },
  { ENVOI_CERTIFICATE_NO_NAME, N_("It does not say for which server it is.") },
  { ENVOI_CERTIFICATE_SELF_SIGNED, N_("It vouches for itself, and nobody else does.") },
  { ENVOI_CERTIFICATE_UNKNOWN_ISSUER, N_("Nobody whom this computer trusts has issued it.") },
  { ENVOI_CERTIFICATE_ISSUER_UNFIT, N_("Its issuer may not issue such a certificate.") },
  { ENVOI_CERTIFICATE_FALSE_SIGNATURE, N_("Its signature is false.") },
  { ENVOI_CERTIFICATE_WEAK, N_("Its key or its signature is too weak.") },
  { ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE, N_("The certificate of its issuer is out of date.") },
  { ENVOI_CERTIFICATE_NOT_FOR_SERVERS, N_("It is not meant for servers.") },
  { ENVOI_CERTIFICATE_UNKNOWN_CONDITION, N_("It has conditions that cannot be checked.") },
  { ENVOI_CERTIFICATE_REVOKED, N_("Its issuer has revoked it.") },
  { ENVOI_CERTIFICATE_NO_STATUS,
    N_("It demands a proof that it was not revoked, and the server shows none.") },
  { ENVOI_CERTIFICATE_FALSE_STATUS,
    N_("The proof that it was not revoked is false or too old.") },
  { ENVOI_CERTIFICATE_UNVERIFIABLE, N_("It cannot be verified.") },
};

static char *
format_date (gint64 seconds)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;

  /* Translators: a day, for g_date_time_format () */
  return local ? g_date_time_format (local, _("%-e %B %Y")) : g_strdup ("?");
}

/* Appends a sentence and frees it. */
static void
take_sentence (GString *text,
               char    *sentence)
{
  g_autofree char *before = g_strdup (text->str);
  g_autofree char *last = sentence;

  if (*before)
    /* Translators: two sentences, one behind the other */
    g_string_printf (text, _("%1$s %2$s"), before, last);
  else
    g_string_assign (text, last);
}

static void
add_name_and_dates (GString                     *text,
                    const EnvoiCertificateFacts *facts)
{
  if (facts->faults & ENVOI_CERTIFICATE_OTHER_NAME)
    /* Translators: both are names of servers */
    take_sentence (text, g_strdup_printf (_("It is for %s, not for %s."), facts->names,
                                          facts->host));
  if (facts->faults & ENVOI_CERTIFICATE_EXPIRED) {
    g_autofree char *until = format_date (facts->valid_until);

    /* Translators: %s is a day */
    take_sentence (text, g_strdup_printf (_("It expired on %s."), until));
  }
  if (facts->faults & ENVOI_CERTIFICATE_NOT_YET_VALID) {
    g_autofree char *from = format_date (facts->valid_from);

    /* Translators: %s is a day */
    take_sentence (text, g_strdup_printf (_("It is not valid before %s."), from));
  }
}

static char *
format_clock_advice (GDateTime *now)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (now);
  g_autofree char *day = g_date_time_format (local, _("%-e %B %Y"));

  /* Translators: %s is a day */
  return g_strdup_printf (_("This computer's clock says that today is %s. If that is wrong, set it "
                            "right and try again; if not, the server's owner must renew the "
                            "certificate."), day);
}

/* What can be done, by what weighs most. There is no way to go on all the same. */
static char *
format_advice (EnvoiCertificateFaults  faults,
               GDateTime              *now)
{
  if (faults & ENVOI_CERTIFICATE_OTHER_KEY)
    return g_strdup (_("Ask the server's owner whether the key was changed. If it was not, "
                       "somebody may be listening."));
  if (faults & NAME_FAULTS)
    return g_strdup (_("Check the server's name in the account's settings. If it is right, "
                       "somebody may be listening: try another network."));
  if (faults & ISSUER_FAULTS)
    return g_strdup (_("If the server is your own or your organisation's, choose its certificate "
                       "in the account's settings. Otherwise somebody may be listening: try "
                       "another network."));
  if (faults & DATE_FAULTS)
    return format_clock_advice (now);

  return g_strdup (_("Try another network. If it is the same there, only the server's owner can "
                     "put this right."));
}

char *
envoi_certificate_words_format_body (const EnvoiCertificateFacts *facts,
                                     GDateTime                   *now)
{
  GString *text = g_string_new (NULL);

  /* Translators: %s is the name of a server; what is wrong follows */
  take_sentence (text, g_strdup_printf (_("The certificate that %s shows is not to be trusted."),
                                        facts->host));
  add_name_and_dates (text, facts);
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (facts->faults & sentences[i].fault)
      take_sentence (text, g_strdup (_(sentences[i].sentence)));

  take_sentence (text, g_strdup (_("Nothing was sent.")));
  take_sentence (text, format_advice (facts->faults, now));
  return g_string_free (text, FALSE);
}

char *
envoi_certificate_words_format_details (const EnvoiCertificateFacts *facts)
{
  g_autofree char *from = format_date (facts->valid_from);
  g_autofree char *until = format_date (facts->valid_until);
  g_autofree char *key = envoi_certificate_words_format_key (facts->key);

  /* Translators: a server's certificate; two days, then the fingerprint of its key */
  return g_strdup_printf (_("For: %s\nIssued by: %s\nValid: %s to %s\nKey (SHA-256): %s"),
                          *facts->names ? facts->names : _("nobody it names"),
                          *facts->issuer ? facts->issuer : _("nobody it names"), from, until, key);
}

char *
envoi_certificate_words_format_key (const char *key)
{
  const char *digits = g_str_has_prefix (key, KEY_PREFIX) ? key + strlen (KEY_PREFIX) : key;
  GString *text = g_string_new (NULL);

  for (gsize i = 0; digits[i]; i++)
    g_string_append_printf (text, "%s%c", i > 0 && i % GROUP_DIGITS == 0 ? " " : "",
                            g_ascii_toupper (digits[i]));

  return g_string_free (text, FALSE);
}
