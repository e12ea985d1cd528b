/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-draft.h"

#include "envoi-draft-private.h"
#include "envoi-message-error.h"

#include <glib/gi18n.h>

/* A draft as it is kept: by the names of its properties, so that their order is
 * nobody's concern. */

/* Version 1: version, texts by property name, is-text-custom, wants-receipt,
 * is-all-or-nothing, attachments (name, type, blob, size, inline, content id),
 * extra header fields. */
#define FORMAT "(ua{ss}bbba(ssstbs)a(ss))"
#define FORMAT_VERSION 1

static const char *const text_names[] = {
  "account-id", "from", "to", "cc", "bcc", "reply-to", "subject", "html", "text", "in-reply-to",
  "references", "text-basis", NULL,
};

static GVariant *
serialize_texts (EnvoiDraft *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint i = 0; text_names[i]; i++) {
    g_autofree char *valid = g_utf8_make_valid (envoi_draft_get (self, text_names[i]), -1);

    g_variant_builder_add (&builder, "{ss}", text_names[i], valid);
  }

  return g_variant_builder_end (&builder);
}

static GVariant *
serialize_attachments (EnvoiDraft *self)
{
  GListModel *attachments = envoi_draft_get_attachments (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssstbs)"));
  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) item = g_list_model_get_item (attachments, i);
    const char *content_id = envoi_attachment_get_content_id (item);
    g_autofree char *name = g_utf8_make_valid (envoi_attachment_get_name (item), -1);

    g_variant_builder_add (&builder, "(ssstbs)",
                           name,
                           envoi_attachment_get_content_type (item),
                           envoi_attachment_get_blob_id (item),
                           envoi_attachment_get_size (item),
                           envoi_attachment_get_is_inline (item),
                           content_id ? content_id : "");
  }

  return g_variant_builder_end (&builder);
}

static GVariant *
serialize_headers (EnvoiDraft *self)
{
  GPtrArray *headers = envoi_draft_get_headers (self);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; i < headers->len; i++) {
    EnvoiHeaderField *field = g_ptr_array_index (headers, i);

    g_variant_builder_add (&builder, "(ss)", field->name, field->value);
  }

  return g_variant_builder_end (&builder);
}

/**
 * envoi_draft_serialize:
 * @self: a draft
 *
 * Returns: (transfer full): everything but the id, to be kept
 *
 * Thread: main
 */
GBytes *
envoi_draft_serialize (EnvoiDraft *self)
{
  gboolean is_text_custom, wants_receipt, is_all_or_nothing;
  g_autoptr (GVariant) variant = NULL;

  g_object_get (self, "is-text-custom", &is_text_custom, "wants-receipt", &wants_receipt,
                "is-all-or-nothing", &is_all_or_nothing, NULL);
  variant =
    g_variant_ref_sink (g_variant_new ("(u@a{ss}bbb@a(ssstbs)@a(ss))",
                                       FORMAT_VERSION,
                                       serialize_texts (self),
                                       is_text_custom,
                                       wants_receipt,
                                       is_all_or_nothing,
                                       serialize_attachments (self),
                                       serialize_headers (self)));

  return g_variant_get_data_as_bytes (variant);
}

static void
restore_texts (EnvoiDraft   *self,
               GVariantIter *texts)
{
  const char *name;
  const char *value;

  /* A property that a later version no longer has is passed over. */
  while (g_variant_iter_next (texts, "{&s&s}", &name, &value))
    if (g_strv_contains (text_names, name))
      envoi_draft_set (self, name, value);
}

static void
restore_attachments (EnvoiDraft   *self,
                     GVariantIter *attachments)
{
  const char *name, *content_type, *blob_id, *content_id;
  guint64 size;
  gboolean is_inline;

  while (g_variant_iter_next (attachments, "(&s&s&stb&s)", &name, &content_type, &blob_id,
                              &size, &is_inline, &content_id)) {
    g_autoptr (EnvoiAttachment) item = is_inline
      ? envoi_attachment_new_inline (name, content_type, blob_id, size, content_id)
      : envoi_attachment_new (name, content_type, blob_id, size);

    envoi_draft_add_attachment (self, item);
  }
}

/**
 * envoi_draft_deserialize:
 * @id: the id of the draft
 * @bytes: what [method@Draft.serialize] gave
 * @error: return location for an error
 *
 * Errors: REFUSED_INPUT (damaged, or from a newer version)
 *
 * Returns: (transfer full) (nullable): the draft
 *
 * Thread: main
 */
EnvoiDraft *
envoi_draft_deserialize (const char  *id,
                         GBytes      *bytes,
                         GError     **error)
{
  g_autoptr (GVariant) variant =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FORMAT), bytes, FALSE));
  g_autoptr (GVariantIter) texts = NULL;
  g_autoptr (GVariantIter) attachments = NULL;
  g_autoptr (GVariantIter) headers = NULL;
  EnvoiDraft *self;
  const char *name;
  const char *value;
  guint32 version = 0;
  gboolean is_text_custom, wants_receipt, is_all_or_nothing;

  if (g_variant_is_normal_form (variant))
    g_variant_get_child (variant, 0, "u", &version);

  if (version != FORMAT_VERSION) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("This draft is damaged or was saved by a newer version."));
    return NULL;
  }

  g_variant_get (variant, FORMAT, NULL, &texts, &is_text_custom, &wants_receipt,
                 &is_all_or_nothing, &attachments, &headers);
  self = envoi_draft_new (id);
  restore_texts (self, texts);
  restore_attachments (self, attachments);
  g_object_set (self, "is-text-custom", is_text_custom, "wants-receipt", wants_receipt,
                "is-all-or-nothing", is_all_or_nothing, NULL);
  /* Checked again: a field that could not be added cannot come from a file. */
  while (g_variant_iter_next (headers, "(&s&s)", &name, &value))
    envoi_draft_add_header (self, name, value, NULL);

  return self;
}
