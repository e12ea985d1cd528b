/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-vcard.h"

#include "envoi-address.h"
#include "envoi-group.h"
#include "envoi-text.h"

#include <string.h>

/* Address books as phones and programs write them. Only names and mailboxes are
 * looked at; a picture in base64 is passed over like any other property. */

#define MAX_NAME_CHARS 200

typedef struct {
  char *name;             /* of the property, in capitals, without a group */
  char *parameters;       /* in capitals, between ";" each */
  char *value;            /* UTF-8, still escaped */
} Property;

typedef struct {
  char *formatted;        /* FN */
  char *structured;       /* N */
  char *organisation;     /* ORG */
  char *uid;              /* UID, as normalize_uid() leaves it */
  GPtrArray *mailboxes;
  GPtrArray *members;     /* of a group: uids and mailboxes */
  gboolean is_group;
} Card;

/* A group names its members by their cards, which may come after it. */
typedef struct {
  char *name;
  GPtrArray *members;     /* of char *, as in Card */
} Group;

typedef struct {
  GHashTable *seen;       /* of mailboxes */
  GHashTable *by_uid;     /* uid -> the first mailbox of the card, with its name */
  GPtrArray *groups;      /* of Group */
  GStrvBuilder *people;
} Book;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_free (group->name);
  g_ptr_array_unref (group->members);
  g_free (group);
}

static void
property_clear (Property *property)
{
  g_free (property->name);
  g_free (property->parameters);
  g_free (property->value);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Property, property_clear)

static void
card_clear (Card *card)
{
  g_clear_pointer (&card->formatted, g_free);
  g_clear_pointer (&card->structured, g_free);
  g_clear_pointer (&card->organisation, g_free);
  g_clear_pointer (&card->uid, g_free);
  g_ptr_array_set_size (card->mailboxes, 0);
  g_ptr_array_set_size (card->members, 0);
  card->is_group = FALSE;
}

/* Lines */

static gboolean
is_quoted_printable (const char *line,
                     gsize       length)
{
  const char *colon = memchr (line, ':', length);
  g_autofree char *head = colon ? g_ascii_strup (line, colon - line) : NULL;

  return head && strstr (head, "QUOTED-PRINTABLE");
}

static gboolean
ends_softly (GString *line)
{
  return line->len > 0 && line->str[line->len - 1] == '=' &&
         is_quoted_printable (line->str, line->len);
}

/* A line goes on after a soft break (2.1), or where the next one begins with a space. */
static void
take_part (GPtrArray  *lines,
           GString    *line,
           const char *part,
           gsize       length)
{
  gboolean is_soft = ends_softly (line);
  gboolean is_folded = line->len > 0 && length > 0 && (*part == ' ' || *part == '\t');
  gsize skipped = is_folded && !is_soft ? 1 : 0;

  if (is_soft)
    g_string_truncate (line, line->len - 1);
  else if (!is_folded && line->len > 0) {
    g_ptr_array_add (lines, g_strndup (line->str, line->len));
    g_string_truncate (line, 0);
  }

  g_string_append_len (line, part + skipped, (gssize) (length - skipped));
}

static GPtrArray *
unfold (const char *bytes,
        gsize       length)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) line = g_string_new (NULL);
  const char *end = bytes + length;

  while (bytes < end) {
    const char *line_feed = memchr (bytes, '\n', (gsize) (end - bytes));
    gsize whole = (gsize) ((line_feed ? line_feed : end) - bytes);
    gsize shown = whole > 0 && bytes[whole - 1] == '\r' ? whole - 1 : whole;

    take_part (lines, line, bytes, shown);
    bytes = line_feed ? line_feed + 1 : end;
  }

  g_ptr_array_add (lines, g_strndup (line->str, line->len));
  return lines;
}

/* Values */

static char *
decode_quoted_printable (const char *text)
{
  GString *decoded = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (*text == '=' && g_ascii_isxdigit (text[1]) && g_ascii_isxdigit (text[2])) {
      g_string_append_c (decoded, (char) (g_ascii_xdigit_value (text[1]) * 16 +
                                          g_ascii_xdigit_value (text[2])));
      text += 2;
    } else {
      g_string_append_c (decoded, *text);
    }
  }

  return g_string_free (decoded, FALSE);
}

static char *
dup_parameter (const char *parameters,
               const char *name)
{
  g_autofree char *wanted = g_strconcat (";", name, "=", NULL);
  const char *found = strstr (parameters, wanted);

  return found ? g_strndup (found + strlen (wanted), strcspn (found + strlen (wanted), ";")) : NULL;
}

/* What a card says of its charset is believed; phones that say nothing write
 * UTF-8, or GBK. */
static char *
decode (const char *value,
        const char *parameters)
{
  g_autofree char *bytes = strstr (parameters, "QUOTED-PRINTABLE") ? decode_quoted_printable (value)
                                                                   : g_strdup (value);
  g_autofree char *charset = dup_parameter (parameters, "CHARSET");
  char *converted = NULL;

  if (charset && g_str_has_prefix (charset, "GB"))
    converted = g_convert (bytes, -1, "UTF-8", "GB18030", NULL, NULL, NULL);
  else if (charset && !g_str_has_prefix (charset, "UTF-8"))
    converted = g_convert (bytes, -1, "UTF-8", charset, NULL, NULL, NULL);

  return converted ? converted : envoi_text_decode_foreign (bytes, strlen (bytes), G_MAXUINT16);
}

/* A colon inside quotes belongs to a parameter. */
static const char *
find_colon (const char *line)
{
  gboolean is_quoted = FALSE;

  for (; *line != '\0'; line++) {
    if (*line == '"')
      is_quoted = !is_quoted;
    else if (*line == ':' && !is_quoted)
      return line;
  }

  return NULL;
}

static gboolean
parse_property (Property   *property,
                const char *line)
{
  const char *colon = find_colon (line);
  g_autofree char *head = colon ? g_ascii_strup (line, colon - line) : NULL;
  const char *name = head;
  char *semicolon;
  char *dot;

  if (!head)
    return FALSE;

  semicolon = strchr (head, ';');
  property->parameters = g_strconcat (semicolon ? semicolon : "", ";", NULL);
  if (semicolon)
    *semicolon = '\0';
  dot = strchr (head, '.');
  name = dot ? dot + 1 : head;
  property->name = g_strstrip (g_strdup (name));
  property->value = decode (colon + 1, property->parameters);
  return TRUE;
}

static char *
unescape (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (*text == '\\' && text[1] != '\0')
      g_string_append_c (plain, *++text == 'n' || *text == 'N' ? ' ' : *text);
    else
      g_string_append_c (plain, *text);
  }

  return g_strstrip (g_string_free (plain, FALSE));
}

/* Names */

/* One component of a structured value, unescaped; "" without it. */
static char *
dup_component (const char *value,
               guint       wanted)
{
  const char *start = value;
  g_autofree char *escaped = NULL;
  guint n = 0;

  for (const char *p = value;; p++) {
    if (*p == '\\' && p[1] != '\0') {
      p++;
    } else if (*p == ';' || *p == '\0') {
      if (n++ == wanted) {
        escaped = g_strndup (start, (gsize) (p - start));
        return unescape (escaped);
      }
      if (*p == '\0')
        return g_strdup ("");
      start = p + 1;
    }
  }
}

static gboolean
is_chinese (const char *text)
{
  gunichar c = g_utf8_get_char (text);
  GUnicodeScript script = g_unichar_get_script (c);

  return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HANGUL ||
         script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA;
}

/* A family name comes first where it does, and there nobody puts a space behind it. */
static char *
join_name (const char *structured)
{
  g_autofree char *family = dup_component (structured, 0);
  g_autofree char *given = dup_component (structured, 1);

  if (*family == '\0' || *given == '\0')
    return g_strdup (*family != '\0' ? family : given);
  if (is_chinese (family))
    return g_strconcat (family, given, NULL);

  return g_strconcat (given, " ", family, NULL);
}

static char *
make_name (const Card *card)
{
  g_autofree char *name = NULL;

  if (card->formatted && *card->formatted != '\0')
    return unescape (card->formatted);

  name = card->structured ? join_name (card->structured) : NULL;
  if (name && *name != '\0')
    return g_steal_pointer (&name);

  return card->organisation ? dup_component (card->organisation, 0) : g_strdup ("");
}

/* Cards */

static void
finish_person (Book       *book,
               Card       *card,
               const char *name)
{
  for (guint i = 0; i < card->mailboxes->len; i++) {
    const char *mailbox = g_ptr_array_index (card->mailboxes, i);
    g_autoptr (EnvoiAddress) address = envoi_address_new (*name != '\0' ? name : NULL, mailbox,
                                                          NULL);
    g_autofree char *words = NULL;

    if (!address)
      address = envoi_address_new (NULL, mailbox, NULL);
    if (!address)
      continue;
    words = envoi_address_format (address);
    if (card->uid && !g_hash_table_contains (book->by_uid, card->uid))
      g_hash_table_insert (book->by_uid, g_strdup (card->uid), g_strdup (words));
    if (g_hash_table_add (book->seen, g_strdup (envoi_address_get_mailbox (address))))
      g_strv_builder_add (book->people, words);
  }
}

/* Evolution writes the members of a list as its mailboxes, with their names. */
static void
finish_group (Book       *book,
              Card       *card,
              const char *name)
{
  Group *group;

  if (*name == '\0')
    return;

  group = g_new0 (Group, 1);
  group->name = g_strdup (name);
  group->members = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_extend_and_steal (group->members, g_steal_pointer (&card->members));
  for (guint i = 0; i < card->mailboxes->len; i++)
    g_ptr_array_add (group->members, g_strdup (g_ptr_array_index (card->mailboxes, i)));
  card->members = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (book->groups, group);
}

static void
finish_card (Book *book,
             Card *card)
{
  g_autofree char *whole = make_name (card);
  g_autofree char *name = g_utf8_substring (whole, 0, MIN (g_utf8_strlen (whole, -1),
                                                           MAX_NAME_CHARS));

  if (card->is_group)
    finish_group (book, card, name);
  else
    finish_person (book, card, name);
  card_clear (card);
}

/* Who has no mailbox, or is not in this file, cannot be written to. */
static char *
dup_member (Book       *book,
            const char *member)
{
  const char *known = g_hash_table_lookup (book->by_uid, member);
  g_autoptr (EnvoiAddress) address = known ? NULL : envoi_address_parse (member, NULL);

  return address ? envoi_address_format (address) : g_strdup (known);
}

static void
add_groups (Book *book)
{
  for (guint i = 0; i < book->groups->len; i++) {
    const Group *group = g_ptr_array_index (book->groups, i);
    g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *line = NULL;

    for (guint j = 0; j < group->members->len; j++) {
      char *member = dup_member (book, g_ptr_array_index (group->members, j));

      if (member)
        g_ptr_array_add (members, member);
    }
    if (members->len == 0)
      continue;

    g_ptr_array_add (members, NULL);
    line = envoi_group_format (group->name, (const char *const *) members->pdata);
    g_strv_builder_add (book->people, line);
  }
}

static void
take (char       **place,
      const char  *value)
{
  if (!*place)
    *place = g_strdup (value);
}

static void
take_mailbox (Card       *card,
              const char *value)
{
  g_autofree char *mailbox = unescape (value);
  const char *bare = g_ascii_strncasecmp (mailbox, "mailto:", 7) == 0 ? mailbox + 7 : mailbox;

  if (strchr (bare, '@'))
    g_ptr_array_add (card->mailboxes, g_strdup (bare));
}

/* A card and the groups that it is in may write its name differently. */
static char *
normalize_uid (const char *value)
{
  g_autofree char *uid = unescape (value);
  const char *bare = g_ascii_strncasecmp (uid, "urn:uuid:", 9) == 0 ? uid + 9 : uid;

  return g_ascii_strdown (bare, -1);
}

static void
take_member (Card       *card,
             const char *value)
{
  g_autofree char *member = unescape (value);

  if (g_ascii_strncasecmp (member, "mailto:", 7) == 0)
    g_ptr_array_add (card->members, g_strdup (member + 7));
  else
    g_ptr_array_add (card->members, normalize_uid (value));
}

/* RFC 6350, 6.1.4 and 6.6.5; the older ones of macOS and Evolution. */
static void
take_group_property (Card           *card,
                     const Property *property)
{
  if (g_str_equal (property->name, "KIND") ||
      g_str_equal (property->name, "X-ADDRESSBOOKSERVER-KIND"))
    card->is_group = g_ascii_strcasecmp (property->value, "group") == 0;
  else if (g_str_equal (property->name, "X-EVOLUTION-LIST"))
    card->is_group = g_ascii_strcasecmp (property->value, "TRUE") == 0;
  else if (g_str_equal (property->name, "MEMBER") ||
           g_str_equal (property->name, "X-ADDRESSBOOKSERVER-MEMBER"))
    take_member (card, property->value);
  else if (g_str_equal (property->name, "UID") && !card->uid)
    card->uid = normalize_uid (property->value);
}

static void
take_property (Card           *card,
               const Property *property)
{
  if (g_str_equal (property->name, "FN"))
    take (&card->formatted, property->value);
  else if (g_str_equal (property->name, "N"))
    take (&card->structured, property->value);
  else if (g_str_equal (property->name, "ORG"))
    take (&card->organisation, property->value);
  else if (g_str_equal (property->name, "EMAIL"))
    take_mailbox (card, property->value);
  else
    take_group_property (card, property);
}

/* A card inside a card (an agent, an assistant) is somebody else's matter. */
static void
take_line (Book       *book,
           Card       *card,
           guint      *depth,
           const char *line)
{
  g_auto (Property) property = { 0 };
  gboolean is_card;

  if (!parse_property (&property, line))
    return;

  is_card = g_ascii_strncasecmp (property.value, "VCARD", strlen ("VCARD")) == 0;
  if (is_card && g_str_equal (property.name, "BEGIN")) {
    (*depth)++;
  } else if (is_card && g_str_equal (property.name, "END") && *depth > 0) {
    if (--(*depth) == 0)
      finish_card (book, card);
  } else if (*depth == 1) {
    take_property (card, &property);
  }
}

/* Windows writes UTF-16 when it is asked for Unicode. */
static char *
dup_octets (const char *bytes,
            gsize      *length)
{
  gboolean is_little = *length >= 2 && memcmp (bytes, "\xff\xfe", 2) == 0;
  gboolean is_big = *length >= 2 && memcmp (bytes, "\xfe\xff", 2) == 0;
  gsize n_converted = 0;
  char *converted = NULL;

  if (is_little || is_big)
    converted = g_convert (bytes, (gssize) *length, "UTF-8", "UTF-16", NULL, &n_converted, NULL);
  if (converted) {
    *length = n_converted;
    return converted;
  }
  if (*length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0) {
    bytes += 3;
    *length -= 3;
  }

  return g_strndup (bytes, *length);
}

/**
 * envoi_vcard_list_people:
 * @bytes: a vCard file
 * @length: its octets
 *
 * See the header.
 *
 * Returns: (transfer full) (array zero-terminated=1): the people
 *
 * Thread: any
 */
GStrv
envoi_vcard_list_people (const char *bytes,
                         gsize       length)
{
  g_autofree char *octets = dup_octets (bytes, &length);
  g_autoptr (GPtrArray) lines = unfold (octets, length);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) by_uid = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GStrvBuilder) people = g_strv_builder_new ();
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func (g_free);
  Book book = { seen, by_uid, groups, people };
  Card card = { .mailboxes = mailboxes, .members = g_ptr_array_new_with_free_func (g_free) };
  guint depth = 0;

  for (guint i = 0; i < lines->len; i++)
    take_line (&book, &card, &depth, g_ptr_array_index (lines, i));
  add_groups (&book);

  card_clear (&card);
  g_ptr_array_unref (card.members);
  return g_strv_builder_end (people);
}
