/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-draft.h"
#include "envoi-draft-private.h"
#include "envoi-html.h"
#include "envoi-message-error.h"
#include "envoi-sign.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_HEADER_NAME 64
#define MAX_HEADER_VALUE 4096

/**
 * EnvoiDraft:
 *
 * A letter while it is written. It holds what the person typed, right or wrong.
 *
 * Thread: main
 */
enum {
  PROP_0,
  PROP_ID,
  PROP_ACCOUNT_ID,
  PROP_FROM,
  PROP_TO,
  PROP_CC,
  PROP_BCC,
  PROP_REPLY_TO,
  PROP_SUBJECT,
  PROP_HTML,
  PROP_TEXT,
  PROP_IN_REPLY_TO,
  PROP_REFERENCES,
  PROP_TEXT_BASIS,
  PROP_IS_TEXT_CUSTOM,
  PROP_WANTS_RECEIPT,
  PROP_IS_ALL_OR_NOTHING,
  PROP_ATTACHMENTS,
  N_PROPS,
};

#define FIRST_TEXT PROP_ACCOUNT_ID
#define LAST_TEXT PROP_TEXT_BASIS

enum {
  CHANGED,
  N_SIGNALS,
};

struct _EnvoiDraft {
  GObject parent_instance;

  char *texts[LAST_TEXT + 1];   /* indexed by property, the id included */
  gboolean is_text_custom;
  gboolean wants_receipt;
  gboolean is_all_or_nothing;
  GListStore *attachments;
  GPtrArray *headers;
};

G_DEFINE_FINAL_TYPE (EnvoiDraft, envoi_draft, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
header_field_free (EnvoiHeaderField *field)
{
  g_free (field->name);
  g_free (field->value);
  g_free (field);
}

static void
add_header_field (EnvoiDraft *self,
                  const char *name,
                  const char *value)
{
  EnvoiHeaderField *field = g_new0 (EnvoiHeaderField, 1);

  field->name = g_strdup (name);
  field->value = g_strdup (value);
  g_ptr_array_add (self->headers, field);
}

static void
emit_changed (EnvoiDraft *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_text (EnvoiDraft *self,
          guint       property_id,
          const char *value)
{
  const char *text = value ? value : "";

  if (g_strcmp0 (self->texts[property_id], text) == 0)
    return;

  g_free (self->texts[property_id]);
  self->texts[property_id] = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property_id]);
  emit_changed (self);
}

static gboolean *
get_flag (EnvoiDraft *self,
          guint       property_id)
{
  switch (property_id) {
    case PROP_IS_TEXT_CUSTOM:
      return &self->is_text_custom;
    case PROP_WANTS_RECEIPT:
      return &self->wants_receipt;
    case PROP_IS_ALL_OR_NOTHING:
      return &self->is_all_or_nothing;
    default:
      return NULL;
  }
}

static void
set_flag (EnvoiDraft *self,
          guint       property_id,
          gboolean    value)
{
  gboolean *flag = get_flag (self, property_id);

  if (*flag == value)
    return;

  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property_id]);
  emit_changed (self);
}

static guint
find_text_property (EnvoiDraft *self,
                    const char *name)
{
  for (guint i = PROP_ID; i <= LAST_TEXT; i++) {
    if (strcmp (properties[i]->name, name) == 0)
      return i;
  }

  return PROP_0;
}

static void
attachments_changed_cb (EnvoiDraft *self,
                        guint       position,
                        guint       n_removed,
                        guint       n_added,
                        GListModel *attachments)
{
  for (guint i = 0; i < n_added; i++) {
    g_autoptr (EnvoiAttachment) added = g_list_model_get_item (attachments, position + i);

    g_signal_connect_object (added, "notify::name", G_CALLBACK (emit_changed), self,
                             G_CONNECT_SWAPPED);
  }

  emit_changed (self);
}

static gboolean
is_header_name (const char *name)
{
  gsize length = strlen (name);

  for (const char *p = name; *p; p++) {
    if (!g_ascii_isgraph (*p) || *p == ':')
      return FALSE;
  }

  return length > 0 && length <= MAX_HEADER_NAME;
}

/* Fields that the rendered message already has, or that only others may add. */
static gboolean
is_reserved_header (const char *name)
{
  static const char *const names[] = {
    "From", "Sender", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "MIME-Version",
    "Return-Path", "Received", "DKIM-Signature", "Authentication-Results",
  };
  static const char *const prefixes[] = { "Content-", "Resent-", "ARC-" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  }

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++) {
    if (g_ascii_strncasecmp (name, prefixes[i], strlen (prefixes[i])) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The property that a well-known field is, so that it is written only once. */
static guint
get_header_property (const char *name)
{
  static const struct {
    const char *name;
    guint property_id;
  } known[] = {
    { "Reply-To", PROP_REPLY_TO },
    { "In-Reply-To", PROP_IN_REPLY_TO },
    { "References", PROP_REFERENCES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (g_ascii_strcasecmp (name, known[i].name) == 0)
      return known[i].property_id;
  }

  return PROP_0;
}

static void
envoi_draft_get_property (GObject    *object,
                          guint       property_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  EnvoiDraft *self = ENVOI_DRAFT (object);

  if (property_id >= PROP_ID && property_id <= LAST_TEXT)
    g_value_set_string (value, self->texts[property_id]);
  else if (get_flag (self, property_id))
    g_value_set_boolean (value, *get_flag (self, property_id));
  else if (property_id == PROP_ATTACHMENTS)
    g_value_set_object (value, self->attachments);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
envoi_draft_set_property (GObject      *object,
                          guint         property_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  EnvoiDraft *self = ENVOI_DRAFT (object);

  if (property_id == PROP_ID) {
    g_free (self->texts[PROP_ID]);
    self->texts[PROP_ID] = g_value_dup_string (value);
  } else if (property_id >= FIRST_TEXT && property_id <= LAST_TEXT) {
    set_text (self, property_id, g_value_get_string (value));
  } else if (get_flag (self, property_id)) {
    set_flag (self, property_id, g_value_get_boolean (value));
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_draft_finalize (GObject *object)
{
  EnvoiDraft *self = ENVOI_DRAFT (object);

  for (guint i = PROP_ID; i <= LAST_TEXT; i++)
    g_free (self->texts[i]);
  g_clear_object (&self->attachments);
  g_ptr_array_unref (self->headers);

  G_OBJECT_CLASS (envoi_draft_parent_class)->finalize (object);
}

static void
envoi_draft_class_init (EnvoiDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  static const struct {
    guint property_id;
    const char *name;
  } texts[] = {
    { PROP_ACCOUNT_ID, "account-id" },
    { PROP_FROM, "from" },
    { PROP_TO, "to" },
    { PROP_CC, "cc" },
    { PROP_BCC, "bcc" },
    { PROP_REPLY_TO, "reply-to" },
    { PROP_SUBJECT, "subject" },
    { PROP_HTML, "html" },
    { PROP_TEXT, "text" },
    { PROP_IN_REPLY_TO, "in-reply-to" },
    { PROP_REFERENCES, "references" },
    { PROP_TEXT_BASIS, "text-basis" },
  };

  object_class->get_property = envoi_draft_get_property;
  object_class->set_property = envoi_draft_set_property;
  object_class->finalize = envoi_draft_finalize;

  properties[PROP_ID] =
    g_param_spec_string ("id", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    properties[texts[i].property_id] = g_param_spec_string (texts[i].name, NULL, NULL, "", flags);
  properties[PROP_IS_TEXT_CUSTOM] =
    g_param_spec_boolean ("is-text-custom", NULL, NULL, FALSE, flags);
  properties[PROP_WANTS_RECEIPT] =
    g_param_spec_boolean ("wants-receipt", NULL, NULL, FALSE, flags);
  properties[PROP_IS_ALL_OR_NOTHING] =
    g_param_spec_boolean ("is-all-or-nothing", NULL, NULL, FALSE, flags);
  properties[PROP_ATTACHMENTS] =
    g_param_spec_object ("attachments", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * EnvoiDraft::changed:
   *
   * Something that a save must keep has changed, attachments included.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_draft_init (EnvoiDraft *self)
{
  for (guint i = FIRST_TEXT; i <= LAST_TEXT; i++)
    self->texts[i] = g_strdup ("");

  self->headers = g_ptr_array_new_with_free_func ((GDestroyNotify) header_field_free);
  self->attachments = g_list_store_new (ENVOI_TYPE_ATTACHMENT);
  g_signal_connect_object (self->attachments, "items-changed",
                           G_CALLBACK (attachments_changed_cb), self, G_CONNECT_SWAPPED);
}

static gboolean
says_something (const char *text)
{
  g_autofree char *before = g_strstrip (envoi_sign_dup_before (text));

  return *before != '\0';
}

/* An editor leaves empty paragraphs behind, and a signature was there from the start. */
static gboolean
shows_something (const char *html)
{
  g_autofree char *text = envoi_html_to_text (html);
  const char *signature = strstr (html, "class=\"envoi-signature\"");
  gssize length = signature ? signature - html : (gssize) strlen (html);

  return says_something (text) || g_strstr_len (html, length, "<img") ||
         g_strstr_len (html, length, "<hr");
}

/**
 * envoi_draft_new:
 * @id: an id that no other draft has
 *
 * Returns: (transfer full): an empty draft
 *
 * Thread: main
 */
EnvoiDraft *
envoi_draft_new (const char *id)
{
  return g_object_new (ENVOI_TYPE_DRAFT, "id", id, NULL);
}

/**
 * envoi_draft_get_id:
 * @self: a draft
 *
 * Returns: (transfer none): the id it was made with
 *
 * Thread: main
 */
const char *
envoi_draft_get_id (EnvoiDraft *self)
{
  return self->texts[PROP_ID];
}

/**
 * envoi_draft_get:
 * @self: a draft
 * @property: the name of a text property, "subject"
 *
 * Returns: (transfer none): its text, "" when empty
 *
 * Thread: main
 */
const char *
envoi_draft_get (EnvoiDraft *self,
                 const char *property)
{
  guint property_id = find_text_property (self, property);

  g_return_val_if_fail (property_id != PROP_0, "");

  return self->texts[property_id];
}

/**
 * envoi_draft_set:
 * @self: a draft
 * @property: the name of a text property but "id"
 * @value: (nullable): its new text
 *
 * Sets one text property.
 *
 * Thread: main
 */
void
envoi_draft_set (EnvoiDraft *self,
                 const char *property,
                 const char *value)
{
  guint property_id = find_text_property (self, property);

  g_return_if_fail (property_id >= FIRST_TEXT);

  set_text (self, property_id, value);
}

/**
 * envoi_draft_get_attachments:
 * @self: a draft
 *
 * Returns: (transfer none): a list of [class@Attachment], in the order they are sent
 *
 * Thread: main
 */
GListModel *
envoi_draft_get_attachments (EnvoiDraft *self)
{
  return G_LIST_MODEL (self->attachments);
}

/**
 * envoi_draft_add_attachment:
 * @self: a draft
 * @attachment: what to add at the end
 *
 * Adds an attachment after the others.
 *
 * Thread: main
 */
void
envoi_draft_add_attachment (EnvoiDraft      *self,
                            EnvoiAttachment *attachment)
{
  g_list_store_append (self->attachments, attachment);
}

/**
 * envoi_draft_insert_attachment:
 * @self: a draft
 * @position: where; past the end means at the end
 * @attachment: what to insert
 *
 * Inserts an attachment, to undo a removal where it was.
 *
 * Thread: main
 */
void
envoi_draft_insert_attachment (EnvoiDraft      *self,
                               guint            position,
                               EnvoiAttachment *attachment)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->attachments));

  g_list_store_insert (self->attachments, MIN (position, n_items), attachment);
}

/**
 * envoi_draft_remove_attachment:
 * @self: a draft
 * @attachment: what to take away; nothing happens when it is not there
 *
 * Removes an attachment from the letter.
 *
 * Thread: main
 */
void
envoi_draft_remove_attachment (EnvoiDraft      *self,
                               EnvoiAttachment *attachment)
{
  guint position;

  if (!g_list_store_find (self->attachments, attachment, &position))
    return;

  g_signal_handlers_disconnect_by_data (attachment, self);
  g_list_store_remove (self->attachments, position);
}

/**
 * envoi_draft_add_header:
 * @self: a draft
 * @name: the field's name, "List-Unsubscribe"
 * @value: its value, one line of UTF-8
 * @error: return location for an error
 *
 * Adds a header field. Reply-To, In-Reply-To and References set the property
 * of that name; fields that Envoi writes itself are refused.
 *
 * Errors: REFUSED_INPUT
 *
 * Returns: whether the field was added
 *
 * Thread: main
 */
gboolean
envoi_draft_add_header (EnvoiDraft  *self,
                        const char  *name,
                        const char  *value,
                        GError     **error)
{
  g_autofree char *shown = envoi_text_decode_foreign (name, strlen (name), MAX_HEADER_NAME);
  const char *complaint = NULL;

  if (!is_header_name (name))
    complaint = _("“%s” cannot be the name of a header field.");
  else if (is_reserved_header (name))
    complaint = _("The header field “%s” is written by Envoi and cannot be added by hand.");
  else if (!envoi_text_is_one_line (value) || strlen (value) > MAX_HEADER_VALUE)
    complaint = _("The header field “%s” holds a line break or is too long.");

  if (complaint) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT, complaint, shown);
#pragma GCC diagnostic pop
    return FALSE;
  }

  if (get_header_property (name) != PROP_0) {
    set_text (self, get_header_property (name), value);
    return TRUE;
  }

  add_header_field (self, name, value);
  emit_changed (self);
  return TRUE;
}

/**
 * envoi_draft_get_headers:
 * @self: a draft
 *
 * Returns: (transfer none) (element-type EnvoiHeaderField): the extra header fields
 *
 * Thread: main
 */
GPtrArray *
envoi_draft_get_headers (EnvoiDraft *self)
{
  return self->headers;
}

/**
 * envoi_draft_is_empty:
 * @self: a draft
 *
 * Tells whether there is nothing worth keeping: no recipient, subject, text or
 * attachment. Who it is from and a signature do not count, for they are filled in beforehand.
 *
 * Returns: whether the draft may be forgotten
 *
 * Thread: main
 */
gboolean
envoi_draft_is_empty (EnvoiDraft *self)
{
  static const guint written[] = {
    PROP_TO, PROP_CC, PROP_BCC, PROP_SUBJECT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (written); i++) {
    if (*self->texts[written[i]])
      return FALSE;
  }

  if (says_something (self->texts[PROP_TEXT]) ||
      (*self->texts[PROP_HTML] && shows_something (self->texts[PROP_HTML])))
    return FALSE;

  return g_list_model_get_n_items (G_LIST_MODEL (self->attachments)) == 0;
}
