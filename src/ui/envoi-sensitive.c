/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-sensitive.h"

#include <string.h>

#define ID_DIGITS 18
#define MIN_CARD_DIGITS 15
#define MAX_CARD_DIGITS 19

/* Ends of a word, by ASCII alone: between Chinese characters there is no "\\b". */
#define BEGIN "(?<![0-9A-Za-z_])"
#define END "(?![0-9A-Za-z_])"

/* Digits in one piece, or in groups parted by single spaces or hyphens; nothing
 * that continues a longer word or number. */
static const char number_pattern[] =
  "(?<![0-9A-Za-z_.+#/=-])"
  "(?:[0-9]{15,19}|[0-9]{17}[Xx]"
  "|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?"
  "|[0-9]{4}[ -][0-9]{6}[ -][0-9]{5}"
  "|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx])"
  "(?![0-9A-Za-z_-])(?!\\.[0-9])";

static const char key_pattern[] =
  "-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
  "|" BEGIN "(?:(?:AKIA|ASIA)[0-9A-Z]{16}|AKID[0-9A-Za-z]{32}|LTAI[0-9A-Za-z]{12,24}"
  "|gh[pousr]_[0-9A-Za-z]{36}|glpat-[0-9A-Za-z_-]{20}|sk-[0-9A-Za-z_-]{32,}"
  "|xox[abpr]-[0-9A-Za-z-]{20,})" END;

/* A word for a secret, then what it is. Only a value that has a digit or a sign
 * among its characters counts: "password: see below" gives nothing away. */
static const char password_pattern[] =
  "(?:" BEGIN "(?:password|passwd|passphrase|passcode|pwd|pin code)" END
  "(?:\\s+(?:for|to|of|on)\\s+[^.,;:\\n=]{1,40}?)?\\s*(?:is(?: now| still)?|[:=：是为])\\s*"
  "|(?:密码|密碼|口令|授权码|提取码)[^，。；;,\\n\\x21-\\x7e]{0,6}?\\s*"
  "(?:改成了?|换成了?|设成了?|设为|变成|就是|为|是|[:=：])?\\s*)"
  "[\"'“‘「『`]?"
  "(?!https?:|www\\.|[0-9]+-[A-Za-z]+)"
  "(?=[!-~]*(?:[0-9]|[!@#$%^&*_+=][!-~]))"
  "(?![!-~]*\\.(?:com|cn|org|net|html|pdf|docx?|txt)" END ")"
  "[0-9A-Za-z!@#$%^&*_+=?.~-]{6,}";

static gboolean
is_date (const char *digits)
{
  char part[5] = { 0 };
  guint64 year, month, day;

  memcpy (part, digits, 4);
  year = g_ascii_strtoull (part, NULL, 10);
  memcpy (part, digits + 4, 2);
  part[2] = '\0';
  month = g_ascii_strtoull (part, NULL, 10);
  memcpy (part, digits + 6, 2);
  day = g_ascii_strtoull (part, NULL, 10);

  return year >= 1900 && year < 2100 &&
         g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

/* ISO 7064, MOD 11-2; the province comes first, then the date of birth. */
static gboolean
is_id_number (const char *digits)
{
  static const guint weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
  static const char checks[] = "10X98765432";
  guint sum = 0;

  if (strlen (digits) != ID_DIGITS || digits[0] < '1' || digits[0] > '9' || !is_date (digits + 6))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * (guint) (digits[i] - '0');

  return checks[sum % 11] == g_ascii_toupper (digits[ID_DIGITS - 1]);
}

/* The beginnings that card networks use: UnionPay, Visa, Mastercard, American
 * Express, JCB; most other numbers begin with something else. */
static gboolean
begins_like_card (const char *digits)
{
  gsize length = strlen (digits);

  if (g_str_has_prefix (digits, "62"))
    return length >= 16;
  if (digits[0] == '4' || g_str_has_prefix (digits, "35"))
    return length == 16;
  if (digits[0] == '5')
    return length == 16 && digits[1] >= '1' && digits[1] <= '5';

  return length == MIN_CARD_DIGITS && digits[0] == '3' && (digits[1] == '4' || digits[1] == '7');
}

/* ISO/IEC 7812-1, the Luhn formula. */
static gboolean
is_bank_card (const char *digits)
{
  gsize length = strlen (digits);
  guint sum = 0;

  if (length < MIN_CARD_DIGITS || length > MAX_CARD_DIGITS || !begins_like_card (digits) ||
      strspn (digits, "0123456789") != length)
    return FALSE;

  for (gsize i = 0; i < length; i++) {
    guint digit = (guint) (digits[length - 1 - i] - '0') << (i % 2);

    sum += digit > 9 ? digit - 9 : digit;
  }

  return sum % 10 == 0;
}

static char *
dup_digits (const char *number)
{
  GString *digits = g_string_new (NULL);

  for (; *number != '\0'; number++) {
    if (g_ascii_isalnum (*number))
      g_string_append_c (digits, *number);
  }

  return g_string_free (digits, FALSE);
}

static guint
find_numbers (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new (number_pattern, G_REGEX_DEFAULT, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint found = 0;

  g_return_val_if_fail (regex != NULL, 0);

  g_regex_match (regex, text, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *number = g_match_info_fetch (match, 0);
    g_autofree char *digits = dup_digits (number);

    if (is_id_number (digits))
      found |= ENVOI_SENSITIVE_ID_NUMBER;
    else if (is_bank_card (digits))
      found |= ENVOI_SENSITIVE_BANK_CARD;
  }

  return found;
}

guint
envoi_sensitive_find (const char *text)
{
  guint found;

  g_return_val_if_fail (text != NULL, 0);

  found = find_numbers (text);
  if (g_regex_match_simple (key_pattern, text, 0, 0))
    found |= ENVOI_SENSITIVE_PRIVATE_KEY;
  if (g_regex_match_simple (password_pattern, text, G_REGEX_CASELESS, 0))
    found |= ENVOI_SENSITIVE_PASSWORD;

  return found;
}

/* A word of letters is found as a word, not inside of others; a Chinese one anywhere. */
static char *
make_pattern (const char *word)
{
  g_autofree char *escaped = g_regex_escape_string (word, -1);
  g_autoptr (GString) pattern = g_string_new (escaped);

  g_string_replace (pattern, "\\#", "[0-9]", 0);
  g_string_replace (pattern, "#", "[0-9]", 0);
  g_string_replace (pattern, "\\*", "[^\n]{0,80}?", 0);
  if (g_ascii_isalnum (*word) || *word == '#')
    g_string_prepend (pattern, BEGIN);
  if (g_ascii_isalnum (word[strlen (word) - 1]) || word[strlen (word) - 1] == '#')
    g_string_append (pattern, END);

  return g_string_free (g_steal_pointer (&pattern), FALSE);
}

static char *
find_word (const char *word,
           const char *text)
{
  g_autofree char *pattern = make_pattern (word);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!regex || !g_regex_match (regex, text, 0, &match))
    return NULL;

  return g_match_info_fetch (match, 0);
}

char *
envoi_sensitive_find_own (const char *words,
                          const char *text)
{
  g_autoptr (GString) list = g_string_new (words);
  g_auto (GStrv) pieces = NULL;
  char *found = NULL;

  g_string_replace (list, "；", ";", 0);
  pieces = g_strsplit (list->str, ";", -1);
  for (guint i = 0; pieces[i] && !found; i++) {
    const char *word = g_strstrip (pieces[i]);

    /* Stars alone would be in every letter. */
    if (strspn (word, "* ") < strlen (word))
      found = find_word (word, text);
  }

  return found;
}
