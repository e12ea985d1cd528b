/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-answer.h"

#include "envoi-address.h"
#include "envoi-html.h"
#include "envoi-quote.h"

#include <gmime/gmime.h>
#include <string.h>

/* Of a long conversation the first letter and the last ones are named, as RFC 5537
 * section 3.4.4 has it: enough to find the place, and no header without an end. */
#define MAX_REFERENCES 21

#define LEFT_OUT "envoi-n-left-out"

/* What mail programs of many languages put before a subject, "Re[2]:" included. */
static const char prefix_pattern[] =
  "^(?:(?:re|fwd?|aw|wg|sv|vs|vb|antw|tr|rv|enc|odp|pd|res|rif|ynt|ilt"
  "|回复|回覆|答复|答覆|回信|转发|轉寄|轉發|转寄|返信|転送|회신|전달)"
  "(?:\\s*(?:\\[\\d+\\]|\\(\\d+\\)|（\\d+）|\\^\\d+|\\*\\d+))?\\s*[:：]\\s*)+";

/**
 * envoi_original_new:
 * @letter: (transfer none): the letter
 * @message_id: its Message-ID, "" when it has none
 * @date: when it was written, microseconds since the epoch, 0 when that is not known
 *
 * Returns: (transfer full): the original
 *
 * Thread: main
 */
EnvoiOriginal *
envoi_original_new (EnvoiDraft *letter,
                    const char *message_id,
                    gint64      date)
{
  EnvoiOriginal *self = g_new0 (EnvoiOriginal, 1);

  self->letter = g_object_ref (letter);
  self->message_id = g_strdup (message_id);
  self->date = date > 0 ? g_date_time_new_from_unix_utc (date / G_USEC_PER_SEC) : NULL;
  return self;
}

static char *
dup_field (EnvoiMessageReader *message,
           const char         *name)
{
  char *value = envoi_message_reader_dup_header (message, name);

  return value ? g_strstrip (value) : g_strdup ("");
}

/**
 * envoi_original_new_from_message:
 * @message: a message that came as a file
 *
 * Takes over what a draft can hold. The message's files are not in the store, so
 * they are not in the letter yet.
 *
 * Returns: (transfer full): the original
 *
 * Thread: main
 */
EnvoiOriginal *
envoi_original_new_from_message (EnvoiMessageReader *message)
{
  static const struct {
    const char *field;
    const char *property;
  } lists[] = {
    { "From", "from" }, { "To", "to" }, { "Cc", "cc" }, { "Bcc", "bcc" },
    { "Reply-To", "reply-to" },
  };
  g_autoptr (EnvoiDraft) letter = envoi_draft_new ("original");
  g_autofree char *subject = dup_field (message, "Subject");
  g_autofree char *message_id = dup_field (message, "Message-ID");
  g_autofree char *in_reply_to = dup_field (message, "In-Reply-To");
  g_autofree char *references = dup_field (message, "References");
  g_autofree char *date = dup_field (message, "Date");
  EnvoiOriginal *self;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autofree char *list = envoi_message_reader_dup_addresses (message, lists[i].field);

    envoi_draft_set (letter, lists[i].property, list);
  }
  envoi_draft_set (letter, "subject", subject);
  envoi_draft_set (letter, "in-reply-to", in_reply_to);
  envoi_draft_set (letter, "references", references);
  envoi_draft_set (letter, "html", envoi_message_reader_get_html (message));
  envoi_draft_set (letter, "text", envoi_message_reader_get_text (message));

  self = envoi_original_new (letter, message_id, 0);
  if (*date != '\0')
    self->date = g_mime_utils_header_decode_date (date);
  return self;
}

/**
 * envoi_original_free:
 * @self: an original
 *
 * Frees it.
 *
 * Thread: main
 */
void
envoi_original_free (EnvoiOriginal *self)
{
  g_clear_object (&self->letter);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_free (self->message_id);
  g_free (self);
}

/**
 * envoi_original_shows:
 * @self: an original
 * @content_id: (nullable): what a picture is called after "cid:"
 *
 * Returns: whether its formatted text shows that picture
 *
 * Thread: main
 */
gboolean
envoi_original_shows (const EnvoiOriginal *self,
                      const char          *content_id)
{
  g_autofree char *link = content_id ? g_strconcat ("cid:", content_id, NULL) : NULL;

  return link && *content_id != '\0' &&
         strstr (envoi_draft_get (self->letter, "html"), link) != NULL;
}

/**
 * envoi_answer_format_subject:
 * @kind: what the person does with the letter
 * @subject: the letter's subject
 *
 * Prefixes do not stack: every one that is there goes, in whatever language, and
 * the one form that every mail program knows comes in its place.
 *
 * Returns: (transfer full): the subject of the answer
 *
 * Thread: any
 */
char *
envoi_answer_format_subject (EnvoiAnswerKind  kind,
                             const char      *subject)
{
  g_autoptr (GRegex) regex = NULL;
  g_autofree char *bare = NULL;

  if (kind == ENVOI_ANSWER_EDIT)
    return g_strdup (subject);

  regex = g_regex_new (prefix_pattern, G_REGEX_CASELESS, 0, NULL);
  g_assert (regex != NULL);
  bare = g_regex_replace_literal (regex, subject, -1, 0, "", 0, NULL);
  return g_strconcat (kind == ENVOI_ANSWER_FORWARD ? "Fwd: " : "Re: ",
                      g_strstrip (bare), NULL);
}

/* Recipients */

static gboolean
is_own (const EnvoiAddress *address,
        const char *const  *own)
{
  for (guint i = 0; own && own[i]; i++) {
    if (g_ascii_strcasecmp (envoi_address_get_mailbox (address), own[i]) == 0)
      return TRUE;
  }

  return FALSE;
}

/* Adds who is in @text and neither own nor in @seen yet. */
static void
add_people (GString           *list,
            GHashTable        *seen,
            const char        *text,
            const char *const *own)
{
  g_autoptr (GPtrArray) people = envoi_address_parse_list (text, NULL);

  for (guint i = 0; people && i < people->len; i++) {
    EnvoiAddress *address = g_ptr_array_index (people, i);
    g_autofree char *key = g_ascii_strdown (envoi_address_get_mailbox (address), -1);
    g_autofree char *words = envoi_address_format (address);

    if (is_own (address, own) || !g_hash_table_add (seen, g_steal_pointer (&key)))
      continue;
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", words);
  }
}

static gboolean
is_from_us (EnvoiDraft        *letter,
            const char *const *own)
{
  g_autoptr (GPtrArray) people = envoi_address_parse_list (envoi_draft_get (letter, "from"), NULL);

  return people && people->len > 0 && is_own (g_ptr_array_index (people, 0), own);
}

static const char *
get_sender (EnvoiDraft *letter)
{
  const char *reply_to = envoi_draft_get (letter, "reply-to");

  return *reply_to != '\0' ? reply_to : envoi_draft_get (letter, "from");
}

/* Who answers a letter of their own writes to those it went to. */
static void
address_reply (EnvoiDraft        *draft,
               EnvoiDraft        *letter,
               gboolean           is_to_all,
               const char *const *own)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) to = g_string_new (NULL);
  g_autoptr (GString) cc = g_string_new (NULL);
  gboolean is_ours = is_from_us (letter, own);

  if (!is_ours)
    add_people (to, seen, get_sender (letter), NULL);
  if (is_ours || is_to_all)
    add_people (to, seen, envoi_draft_get (letter, "to"), own);
  if (is_to_all)
    add_people (cc, seen, envoi_draft_get (letter, "cc"), own);

  /* A letter to oneself, and what no rule above could read. */
  if (to->len == 0 && cc->len == 0)
    g_string_assign (to, get_sender (letter));
  envoi_draft_set (draft, "to", to->str);
  envoi_draft_set (draft, "cc", cc->str);
}

/* RFC 5322 section 3.6.4 */

static void
append_ids (GPtrArray  *ids,
            const char *text)
{
  g_auto (GStrv) tokens = g_strsplit_set (text, " \t\r\n", -1);

  for (guint i = 0; tokens[i]; i++) {
    if (*tokens[i] == '<' && !g_ptr_array_find_with_equal_func (ids, tokens[i], g_str_equal, NULL))
      g_ptr_array_add (ids, g_strdup (tokens[i]));
  }
}

static char *
format_references (const EnvoiOriginal *original)
{
  const char *references = envoi_draft_get (original->letter, "references");
  const char *in_reply_to = envoi_draft_get (original->letter, "in-reply-to");
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  /* An In-Reply-To of several ids does not say which of them comes first. */
  if (*references != '\0')
    append_ids (ids, references);
  else if (!strstr (in_reply_to, "> "))
    append_ids (ids, in_reply_to);
  append_ids (ids, original->message_id);

  while (ids->len > MAX_REFERENCES)
    g_ptr_array_remove_index (ids, 1);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (" ", (char **) ids->pdata);
}

/* Contents */

/* A letter without formatting is answered without. The answer goes above. */
static void
quote (EnvoiDraft          *draft,
       EnvoiAnswerKind      kind,
       const EnvoiOriginal *original)
{
  g_autofree char *quotation = NULL;
  g_autofree char *whole = NULL;

  if (*envoi_draft_get (original->letter, "html") == '\0') {
    quotation = envoi_quote_text (kind, original);
    whole = g_strconcat ("\n\n", quotation, NULL);
    envoi_draft_set (draft, "text", whole);
  } else {
    quotation = envoi_quote_html (kind, original);
    whole = g_strconcat (ENVOI_ANSWER_LINES, quotation, NULL);
    envoi_draft_set (draft, "html", whole);
  }
}

static void
copy_contents (EnvoiDraft *draft,
               EnvoiDraft *letter)
{
  static const char *const fields[] = {
    "to", "cc", "bcc", "reply-to", "html", "text-basis", "in-reply-to", "references",
  };
  gboolean is_text_custom;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    envoi_draft_set (draft, fields[i], envoi_draft_get (letter, fields[i]));

  /* The twin that was made from the formatted text is made again from what becomes of it. */
  g_object_get (letter, "is-text-custom", &is_text_custom, NULL);
  g_object_set (draft, "is-text-custom", is_text_custom, NULL);
  if (is_text_custom || *envoi_draft_get (letter, "html") == '\0')
    envoi_draft_set (draft, "text", envoi_draft_get (letter, "text"));
}

static void
copy_attachments (EnvoiDraft          *draft,
                  EnvoiAnswerKind      kind,
                  const EnvoiOriginal *original)
{
  GListModel *attachments = envoi_draft_get_attachments (original->letter);
  gboolean is_reply = kind == ENVOI_ANSWER_REPLY || kind == ENVOI_ANSWER_REPLY_ALL;

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    /* Who wrote the letter has its files. */
    if (!is_reply || envoi_attachment_get_is_inline (attachment))
      envoi_draft_add_attachment (draft, attachment);
  }
}

/* Of the moment: whoever opens the answer is told, and it is not saved. */
static void
count_left_out (EnvoiDraft          *draft,
                const EnvoiOriginal *original)
{
  guint n = envoi_html_count_remote_pictures (envoi_draft_get (original->letter, "html"));

  g_object_set_data (G_OBJECT (draft), LEFT_OUT, GUINT_TO_POINTER (n));
}

/**
 * envoi_answer_get_n_left_out:
 * @draft: an answer that was just made, or any other draft
 *
 * Returns: how many pictures of the letter lie on the internet, so that the answer
 *   could not take them over
 *
 * Thread: main
 */
guint
envoi_answer_get_n_left_out (EnvoiDraft *draft)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (draft), LEFT_OUT));
}

/**
 * envoi_answer_fill:
 * @draft: an empty draft
 * @kind: what the person does with the letter
 * @original: the letter
 * @own: (nullable) (array zero-terminated=1): the person's mailboxes
 *
 * Makes @draft the answer to @original, ready for the person's words.
 *
 * Thread: main
 */
void
envoi_answer_fill (EnvoiDraft          *draft,
                   EnvoiAnswerKind      kind,
                   const EnvoiOriginal *original,
                   const char *const   *own)
{
  g_autofree char *subject = NULL;
  g_autofree char *references = NULL;

  subject = envoi_answer_format_subject (kind, envoi_draft_get (original->letter, "subject"));
  envoi_draft_set (draft, "subject", subject);
  copy_attachments (draft, kind, original);
  count_left_out (draft, original);

  if (kind == ENVOI_ANSWER_EDIT) {
    copy_contents (draft, original->letter);
    return;
  }

  quote (draft, kind, original);
  /* Passing a letter on begins a conversation with somebody else. */
  if (kind == ENVOI_ANSWER_FORWARD)
    return;

  address_reply (draft, original->letter, kind == ENVOI_ANSWER_REPLY_ALL, own);
  references = format_references (original);
  envoi_draft_set (draft, "in-reply-to", original->message_id);
  envoi_draft_set (draft, "references", references);
}

/* NULL when the text would say less. */
static char *
dup_unformatted (const char *html)
{
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  if (g_str_has_prefix (html, ENVOI_ANSWER_LINES)) {
    text = envoi_html_to_text (html + strlen (ENVOI_ANSWER_LINES));
    return g_strconcat ("\n\n", text, NULL);
  }

  text = envoi_html_to_text (html);
  again = envoi_html_from_text (text);
  return g_str_equal (again, html) ? g_steal_pointer (&text) : NULL;
}

/**
 * envoi_answer_begin_plain:
 * @draft: a draft that nobody has written into yet
 *
 * Makes it a plain letter, which is text without HTML, be it an empty line.
 *
 * Thread: main
 */
void
envoi_answer_begin_plain (EnvoiDraft *draft)
{
  const char *html = envoi_draft_get (draft, "html");
  g_autofree char *text = NULL;

  if (*html != '\0') {
    text = dup_unformatted (html);
    if (!text)
      return;
    envoi_draft_set (draft, "html", "");
    envoi_draft_set (draft, "text", text);
  }
  if (*envoi_draft_get (draft, "text") == '\0')
    envoi_draft_set (draft, "text", "\n");
}
