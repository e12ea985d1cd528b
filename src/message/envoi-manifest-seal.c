/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"
#include "envoi-manifest-private.h"
#include "envoi-message-error.h"
#include "envoi-mime-private.h"

#include "envoi-address.h"
#include "envoi-text.h"

#include <gmime/gmime.h>
#include <glib/gi18n.h>
#include <string.h>

#define TOKEN_BYTES 16

/* Above it a subject is a mistake of pasting; every folded line stays short anyway. */
#define MAX_SUBJECT 4096
#define MAX_NAME 1024
#define MAX_REFERENCE 900

/* Twice what the most generous provider takes. */
#define MAX_FILES_SIZE (G_GUINT64_CONSTANT (2) << 30)

/* What sealing finds out on the way. */
typedef struct {
  EnvoiDraft *draft;       /* a copy, set to what is sent */
  EnvoiAddress *from;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *bcc;
  GPtrArray *reply_to;
  GPtrArray *pictures;
  GPtrArray *files;
  GHashTable *used_ids;    /* content ids of the pictures that the text shows */
  char *in_reply_to;
  char *references;
} Sealing;

static void
sealing_clear (Sealing *sealing)
{
  g_clear_object (&sealing->draft);
  g_clear_pointer (&sealing->from, envoi_address_unref);
  g_clear_pointer (&sealing->to, g_ptr_array_unref);
  g_clear_pointer (&sealing->cc, g_ptr_array_unref);
  g_clear_pointer (&sealing->bcc, g_ptr_array_unref);
  g_clear_pointer (&sealing->reply_to, g_ptr_array_unref);
  g_clear_pointer (&sealing->pictures, g_ptr_array_unref);
  g_clear_pointer (&sealing->files, g_ptr_array_unref);
  g_clear_pointer (&sealing->used_ids, g_hash_table_unref);
  g_free (sealing->in_reply_to);
  g_free (sealing->references);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sealing, sealing_clear)

static gboolean
refuse (GError          **error,
        EnvoiMessageError code,
        const char       *sentence)
{
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, code, sentence);
  return FALSE;
}

/**
 * envoi_manifest_make_message_id:
 * @mailbox: who the letter is from
 * @token: what makes it one of its kind
 *
 * Makes a Message-ID in the sender's domain, never of this host's name, which
 * would tell where the letter was written.
 *
 * Returns: (transfer full): the id with its brackets
 *
 * Thread: any
 */
char *
envoi_manifest_make_message_id (const char *mailbox,
                                const char *token)
{
  const char *domain = strrchr (mailbox, '@') + 1;
  g_autofree char *ascii = g_hostname_to_ascii (domain);

  return g_strdup_printf ("<%s@%s>", token, ascii);
}

/**
 * envoi_manifest_make_date:
 * @clock: the clock
 *
 * Returns: (transfer full): the present instant as in a Date field
 *
 * Thread: any
 */
char *
envoi_manifest_make_date (EnvoiClock *clock)
{
  g_autoptr (GDateTime) now = envoi_clock_dup_date_time (clock);

  return g_mime_utils_header_format_date (now);
}

/* Domains are in one case already, so that only the local part counts as typed. */
static char *
make_key (const char *mailbox)
{
  const char *at = strrchr (mailbox, '@');
  g_autofree char *ascii = g_hostname_to_ascii (at + 1);

  return g_strdup_printf ("%.*s@%s", (int) (at - mailbox), mailbox, ascii ? ascii : at + 1);
}

/**
 * envoi_manifest_merge:
 * @lists: (array length=n_lists): lists of [struct@Address]
 * @n_lists: how many lists
 *
 * Returns: (transfer full) (array zero-terminated=1): every mailbox once, in order
 *
 * Thread: any
 */
GStrv
envoi_manifest_merge (GPtrArray *lists[],
                      guint      n_lists)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) merged = g_strv_builder_new ();

  for (guint i = 0; i < n_lists; i++) {
    for (guint j = 0; j < lists[i]->len; j++) {
      const char *mailbox = envoi_address_get_mailbox (g_ptr_array_index (lists[i], j));

      if (g_hash_table_add (seen, make_key (mailbox)))
        g_strv_builder_add (merged, mailbox);
    }
  }

  return g_strv_builder_end (merged);
}

/**
 * envoi_manifest_make_line:
 * @addresses: (element-type EnvoiAddress): who
 *
 * Returns: (transfer full): the addresses in one line, which parses back
 *
 * Thread: any
 */
char *
envoi_manifest_make_line (GPtrArray *addresses)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < addresses->len; i++) {
    g_autofree char *text = envoi_address_format (g_ptr_array_index (addresses, i));

    g_string_append_printf (line, "%s%s", i > 0 ? ", " : "", text);
  }

  return g_string_free (line, FALSE);
}

static gboolean
check_addresses (Sealing  *sealing,
                 GError  **error)
{
  EnvoiDraft *draft = sealing->draft;

  if (!*envoi_draft_get (draft, "from"))
    return refuse (error, ENVOI_MESSAGE_ERROR_BAD_ADDRESS, _("The letter has no sender."));

  sealing->from = envoi_address_parse (envoi_draft_get (draft, "from"), error);
  if (!sealing->from)
    return FALSE;

  sealing->to = envoi_address_parse_list (envoi_draft_get (draft, "to"), error);
  if (!sealing->to)
    return FALSE;

  sealing->cc = envoi_address_parse_list (envoi_draft_get (draft, "cc"), error);
  if (!sealing->cc)
    return FALSE;

  sealing->bcc = envoi_address_parse_list (envoi_draft_get (draft, "bcc"), error);
  if (!sealing->bcc)
    return FALSE;

  sealing->reply_to = envoi_address_parse_list (envoi_draft_get (draft, "reply-to"), error);
  if (!sealing->reply_to)
    return FALSE;

  if (sealing->to->len + sealing->cc->len + sealing->bcc->len == 0)
    return refuse (error, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                   _("The letter has nobody to go to. Add at least one recipient."));

  return TRUE;
}

static gboolean
is_message_id (const char *token)
{
  gsize length = strlen (token);

  if (length < 3 || length > MAX_REFERENCE || token[0] != '<' || token[length - 1] != '>')
    return FALSE;

  for (const char *p = token; *p; p++) {
    if (!g_ascii_isgraph (*p))
      return FALSE;
  }

  return TRUE;
}

/* Foreign programs write all kinds of ids; one that could harm a header is left
 * out, for a letter must not fail because of the one that it answers. */
static char *
keep_message_ids (const char *text)
{
  g_auto (GStrv) tokens = g_strsplit_set (text, " \t\r\n", -1);
  GString *kept = g_string_new (NULL);

  for (guint i = 0; tokens[i]; i++) {
    if (is_message_id (tokens[i]))
      g_string_append_printf (kept, "%s%s", kept->len > 0 ? " " : "", tokens[i]);
  }

  return g_string_free (kept, FALSE);
}

static gboolean
check_header (Sealing  *sealing,
              GError  **error)
{
  g_autofree char *subject = g_strdup (envoi_draft_get (sealing->draft, "subject"));

  if (!envoi_text_is_one_line (subject) || strlen (subject) > MAX_SUBJECT)
    return refuse (error, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                   _("The subject is too long or holds a line break."));

  g_strstrip (subject);
  envoi_draft_set (sealing->draft, "subject", subject);
  sealing->in_reply_to = keep_message_ids (envoi_draft_get (sealing->draft, "in-reply-to"));
  sealing->references = keep_message_ids (envoi_draft_get (sealing->draft, "references"));
  return TRUE;
}

static GHashTable *
collect_content_ids (EnvoiDraft *draft)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) item = g_list_model_get_item (attachments, i);
    const char *content_id = envoi_attachment_get_content_id (item);

    if (envoi_attachment_get_is_inline (item) && content_id &&
        envoi_html_is_content_id (content_id))
      g_hash_table_add (ids, g_strdup (content_id));
  }

  return ids;
}

static gboolean
check_text (Sealing  *sealing,
            GError  **error)
{
  EnvoiDraft *draft = sealing->draft;
  g_autoptr (GHashTable) known = collect_content_ids (draft);
  g_autofree char *html = NULL;
  g_autofree char *text = NULL;
  gboolean is_text_custom;

  sealing->used_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!*envoi_draft_get (draft, "html"))
    return TRUE;

  html = envoi_html_sanitize_with (envoi_draft_get (draft, "html"),
                                   &(EnvoiHtmlPictures) { known, sealing->used_ids }, error);
  if (!html)
    return FALSE;

  envoi_draft_set (draft, "html", html);
  g_object_get (draft, "is-text-custom", &is_text_custom, NULL);
  if (!is_text_custom) {
    text = envoi_html_to_text (html);
    envoi_draft_set (draft, "text", text);
  }

  return TRUE;
}

static gboolean
check_attachment (EnvoiAttachment  *attachment,
                  GError          **error)
{
  g_autofree char *name = g_strdup (envoi_attachment_get_name (attachment));

  if (!envoi_segment_is_blob_id (envoi_attachment_get_blob_id (attachment))) {
    g_autofree char *shown = envoi_text_decode_foreign (name, strlen (name), 80);

    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
                 _("The attachment “%s” has no contents. Attach it again."), shown);
    return FALSE;
  }

  if (!envoi_text_is_one_line (name) || strlen (name) > MAX_NAME)
    return refuse (error, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                   _("The name of an attachment is too long or holds a line break."));

  /* A receiver must never be led into another folder. */
  g_strstrip (g_strdelimit (name, "/\\\t", '_'));
  envoi_attachment_set_name (attachment, *name ? name : "attachment");
  return TRUE;
}

/* A picture that the text no longer shows is not sent: nobody would see that it
 * is there. */
static void
drop_unused_pictures (Sealing *sealing)
{
  GListModel *attachments = envoi_draft_get_attachments (sealing->draft);

  for (guint i = g_list_model_get_n_items (attachments); i > 0; i--) {
    g_autoptr (EnvoiAttachment) item = g_list_model_get_item (attachments, i - 1);
    const char *content_id = envoi_attachment_get_content_id (item);

    if (envoi_attachment_get_is_inline (item) &&
        !(content_id && g_hash_table_contains (sealing->used_ids, content_id)))
      envoi_draft_remove_attachment (sealing->draft, item);
  }
}

static gboolean
check_attachments (Sealing  *sealing,
                   GError  **error)
{
  GListModel *attachments = envoi_draft_get_attachments (sealing->draft);
  guint64 left = MAX_FILES_SIZE;

  sealing->pictures = g_ptr_array_new_with_free_func (g_object_unref);
  sealing->files = g_ptr_array_new_with_free_func (g_object_unref);
  drop_unused_pictures (sealing);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) item = g_list_model_get_item (attachments, i);
    gboolean is_picture = envoi_attachment_get_is_inline (item);

    if (!check_attachment (item, error))
      return FALSE;

    if (envoi_attachment_get_size (item) > left)
      return refuse (error, ENVOI_MESSAGE_ERROR_TOO_LARGE,
                     _("The attachments are larger than any mail server takes."));

    left -= envoi_attachment_get_size (item);
    g_ptr_array_add (is_picture ? sealing->pictures : sealing->files, g_object_ref (item));
  }

  return TRUE;
}

static gboolean
is_old_reader (EnvoiAddress *address)
{
  static const char *const domains[] = {
    "qq.com", "vip.qq.com", "foxmail.com", "exmail.qq.com", NULL,
  };

  return g_strv_contains (domains, strrchr (envoi_address_get_mailbox (address), '@') + 1);
}

static gboolean
has_any (GPtrArray *lists[],
         guint      n_lists,
         gboolean (*is_such)(EnvoiAddress *))
{
  for (guint i = 0; i < n_lists; i++) {
    for (guint j = 0; j < lists[i]->len; j++) {
      if (is_such (g_ptr_array_index (lists[i], j)))
        return TRUE;
    }
  }

  return FALSE;
}

static gboolean
needs_smtputf8 (EnvoiAddress *address)
{
  return envoi_address_needs_smtputf8 (address);
}

static EnvoiEnvelope *
make_envelope (Sealing    *sealing,
               const char *token)
{
  GPtrArray *lists[] = { sealing->to, sealing->cc, sealing->bcc };
  g_auto (GStrv) recipients = envoi_manifest_merge (lists, G_N_ELEMENTS (lists));
  EnvoiEnvelopeFlags flags = ENVOI_ENVELOPE_NONE;
  gboolean is_all_or_nothing, wants_receipt;

  g_object_get (sealing->draft, "is-all-or-nothing", &is_all_or_nothing,
                "wants-receipt", &wants_receipt, NULL);
  if (is_all_or_nothing)
    flags |= ENVOI_ENVELOPE_ALL_OR_NOTHING;
  if (wants_receipt)
    flags |= ENVOI_ENVELOPE_NOTIFY_SUCCESS | ENVOI_ENVELOPE_NOTIFY_FAILURE;

  return envoi_envelope_new (envoi_address_get_mailbox (sealing->from),
                             (const char *const *) recipients, flags, token);
}

static GPtrArray *
render (Sealing    *sealing,
        EnvoiClock *clock,
        const char *message_id,
        const char *token)
{
  GPtrArray *lists[] = { sealing->to, sealing->cc, sealing->bcc };
  const char *html = envoi_draft_get (sealing->draft, "html");
  g_autofree char *date = envoi_manifest_make_date (clock);
  EnvoiMimeLetter letter = {
    .from = sealing->from,
    .to = sealing->to,
    .cc = sealing->cc,
    .reply_to = sealing->reply_to,
    .subject = envoi_draft_get (sealing->draft, "subject"),
    .date = date,
    .message_id = message_id,
    .in_reply_to = sealing->in_reply_to,
    .references = sealing->references,
    .headers = envoi_draft_get_headers (sealing->draft),
    .text = envoi_draft_get (sealing->draft, "text"),
    .html = *html ? html : NULL,
    .pictures = sealing->pictures,
    .files = sealing->files,
    .token = token,
    .has_old_readers = has_any (lists, G_N_ELEMENTS (lists), is_old_reader),
  };

  return envoi_mime_build (&letter);
}

/* Who the letter is for; those in secret only when there is nobody else. */
static char *
make_to_line (Sealing *sealing)
{
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();

  g_ptr_array_extend (shown, sealing->to, NULL, NULL);
  g_ptr_array_extend (shown, sealing->cc, NULL, NULL);
  if (shown->len == 0)
    g_ptr_array_extend (shown, sealing->bcc, NULL, NULL);

  return envoi_manifest_make_line (shown);
}

static EnvoiManifest *
freeze (Sealing     *sealing,
        EnvoiClock  *clock,
        EnvoiRandom *random)
{
  g_autofree char *token = envoi_random_make_token (random, TOKEN_BYTES);
  g_autofree char *boundary_token = envoi_random_make_token (random, TOKEN_BYTES);
  GPtrArray *lists[] = { sealing->to, sealing->cc, sealing->bcc, sealing->reply_to };
  EnvoiManifestParts parts = { 0 };

  parts.envelope = make_envelope (sealing, token);
  parts.subject = g_strdup (envoi_draft_get (sealing->draft, "subject"));
  parts.message_id =
    envoi_manifest_make_message_id (envoi_address_get_mailbox (sealing->from), token);
  parts.to_line = make_to_line (sealing);
  parts.needs_smtputf8 = needs_smtputf8 (sealing->from) ||
                         has_any (lists, G_N_ELEMENTS (lists), needs_smtputf8);
  parts.segments = render (sealing, clock, parts.message_id, boundary_token);
  parts.draft = envoi_draft_serialize (sealing->draft);
  return envoi_manifest_take (&parts);
}

/**
 * envoi_manifest_seal:
 * @draft: the letter; it is not changed
 * @clock: gives the Date
 * @random: gives the Message-ID and the boundaries
 * @error: return location for an error
 *
 * Checks the letter and freezes it: addresses parsed, HTML sanitised, the plain
 * twin made unless it was written by hand, header and texts rendered.
 *
 * Errors: all of MESSAGE
 *
 * Returns: (transfer full) (nullable): the manifest
 *
 * Thread: main
 */
EnvoiManifest *
envoi_manifest_seal (EnvoiDraft   *draft,
                     EnvoiClock   *clock,
                     EnvoiRandom  *random,
                     GError      **error)
{
  g_auto (Sealing) sealing = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (ENVOI_IS_DRAFT (draft), NULL);

  bytes = envoi_draft_serialize (draft);
  sealing.draft = envoi_draft_deserialize (envoi_draft_get_id (draft), bytes, error);

  if (!sealing.draft || !check_addresses (&sealing, error) || !check_header (&sealing, error) ||
      !check_text (&sealing, error) || !check_attachments (&sealing, error))
    return NULL;

  return freeze (&sealing, clock, random);
}
