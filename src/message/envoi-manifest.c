/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-manifest.h"
#include "envoi-manifest-private.h"
#include "envoi-message-error.h"

#include "envoi-address.h"
#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* Version 1: version; envelope (sender, recipients, flags, id); subject;
 * message id; to line; is 8-bit; needs SMTPUTF8; pieces (kind, octets, blob,
 * size); whether there is a draft; the draft. The rendered octets themselves are
 * kept, so that a newer Envoi sends what an older one has sealed, byte for byte. */
#define FORMAT "(u(sasus)sssbba(yayst)bay)"
#define FORMAT_VERSION 1

/* No server takes anything near it, and every sum below stays far from overflow. */
#define MAX_SIZE (G_GUINT64_CONSTANT (1) << 40)

#define ALL_FLAGS (ENVOI_ENVELOPE_ALL_OR_NOTHING | ENVOI_ENVELOPE_NOTIFY_SUCCESS | \
                   ENVOI_ENVELOPE_NOTIFY_FAILURE | ENVOI_ENVELOPE_NOTIFY_DELAY | \
                   ENVOI_ENVELOPE_REQUIRE_TLS)

struct _EnvoiManifest {
  gatomicrefcount ref_count;
  EnvoiManifestParts parts;
  char **blob_ids;
  guint64 size;
};

G_DEFINE_BOXED_TYPE (EnvoiManifest, envoi_manifest, envoi_manifest_ref, envoi_manifest_unref)

static char **
collect_blob_ids (GPtrArray *segments)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *ids = g_ptr_array_new ();

  for (guint i = 0; i < segments->len; i++) {
    const EnvoiSegment *segment = g_ptr_array_index (segments, i);

    if (segment->blob_id && g_hash_table_add (seen, segment->blob_id))
      g_ptr_array_add (ids, g_strdup (segment->blob_id));
  }

  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

/**
 * envoi_manifest_parts_clear:
 * @parts: parts that no manifest has taken
 *
 * Frees what is in @parts.
 *
 * Thread: any
 */
void
envoi_manifest_parts_clear (EnvoiManifestParts *parts)
{
  g_clear_pointer (&parts->envelope, envoi_envelope_unref);
  g_clear_pointer (&parts->subject, g_free);
  g_clear_pointer (&parts->message_id, g_free);
  g_clear_pointer (&parts->to_line, g_free);
  g_clear_pointer (&parts->segments, g_ptr_array_unref);
  g_clear_pointer (&parts->draft, g_bytes_unref);
}

/**
 * envoi_manifest_take:
 * @parts: (transfer full): everything it is made of; empty afterwards
 *
 * Returns: (transfer full): a manifest
 *
 * Thread: any
 */
EnvoiManifest *
envoi_manifest_take (EnvoiManifestParts *parts)
{
  EnvoiManifest *self = g_new0 (EnvoiManifest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->parts = *parts;
  memset (parts, 0, sizeof *parts);

  self->blob_ids = collect_blob_ids (self->parts.segments);
  for (guint i = 0; i < self->parts.segments->len; i++)
    self->size += envoi_segment_get_size (g_ptr_array_index (self->parts.segments, i));

  return self;
}

/**
 * envoi_manifest_ref:
 * @self: a manifest
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiManifest *
envoi_manifest_ref (EnvoiManifest *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_manifest_unref:
 * @self: (transfer full): a manifest
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_manifest_unref (EnvoiManifest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  envoi_manifest_parts_clear (&self->parts);
  g_strfreev (self->blob_ids);
  g_free (self);
}

static GVariant *
serialize_envelope (EnvoiEnvelope *envelope)
{
  const char *id = envoi_envelope_get_envelope_id (envelope);

  return g_variant_new ("(s^asus)",
                        envoi_envelope_get_sender (envelope),
                        envoi_envelope_get_recipients (envelope),
                        (guint32) envoi_envelope_get_flags (envelope),
                        id ? id : "");
}

static GVariant *
serialize_bytes (GBytes *bytes)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  return g_variant_new_from_bytes (G_VARIANT_TYPE ("ay"), bytes ? bytes : nothing, TRUE);
}

static GVariant *
serialize_segments (GPtrArray *segments)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(yayst)"));
  for (guint i = 0; i < segments->len; i++) {
    const EnvoiSegment *segment = g_ptr_array_index (segments, i);

    g_variant_builder_add (&builder, "(y@ayst)",
                           (guint8) segment->kind,
                           serialize_bytes (segment->literal),
                           segment->blob_id ? segment->blob_id : "",
                           segment->blob_size);
  }

  return g_variant_builder_end (&builder);
}

/**
 * envoi_manifest_serialize:
 * @self: a manifest
 *
 * Returns: (transfer full): everything, to be kept
 *
 * Thread: any
 */
GBytes *
envoi_manifest_serialize (const EnvoiManifest *self)
{
  const EnvoiManifestParts *parts = &self->parts;
  g_autoptr (GVariant) variant =
    g_variant_ref_sink (g_variant_new ("(u@(sasus)sssbb@a(yayst)b@ay)",
                                       FORMAT_VERSION,
                                       serialize_envelope (parts->envelope),
                                       parts->subject,
                                       parts->message_id,
                                       parts->to_line,
                                       parts->is_8bit,
                                       parts->needs_smtputf8,
                                       serialize_segments (parts->segments),
                                       parts->draft != NULL,
                                       serialize_bytes (parts->draft)));

  return g_variant_get_data_as_bytes (variant);
}

/* What stands in it goes into SMTP commands without being looked at again. */
static gboolean
is_envelope (const char        *sender,
             const char *const *recipients,
             guint32            flags,
             const char        *id)
{
  if (!envoi_address_check_mailbox (sender, NULL) || !recipients[0] || flags & ~ALL_FLAGS ||
      !envoi_text_is_one_line (id) || !g_str_is_ascii (id))
    return FALSE;

  for (guint i = 0; recipients[i]; i++) {
    if (!envoi_address_check_mailbox (recipients[i], NULL))
      return FALSE;
  }

  return TRUE;
}

/* NULL when it is none that could have been stored. */
static EnvoiEnvelope *
restore_envelope (GVariant *variant)
{
  const char *sender;
  const char *id;
  g_autofree const char **recipients = NULL;
  guint32 flags;

  g_variant_get (variant, "(&s^a&su&s)", &sender, &recipients, &flags, &id);
  if (!is_envelope (sender, recipients, flags, id))
    return NULL;

  return envoi_envelope_new (sender, recipients, flags, *id ? id : NULL);
}

/* NULL when a piece is none that could have been stored. */
static GPtrArray *
restore_segments (GVariant *variant)
{
  g_autoptr (GPtrArray) segments = envoi_segment_new_array ();
  gsize n_segments = g_variant_n_children (variant);

  for (gsize i = 0; i < n_segments; i++) {
    g_autoptr (GVariant) octets = NULL;
    g_autoptr (GBytes) literal = NULL;
    g_autofree char *blob_id = NULL;
    guint64 size;
    guint8 kind;

    g_variant_get_child (variant, i, "(y@ayst)", &kind, &octets, &blob_id, &size);
    literal = g_variant_get_data_as_bytes (octets);

    if (kind == ENVOI_SEGMENT_LITERAL)
      g_ptr_array_add (segments, envoi_segment_new_literal (literal));
    else if (kind <= ENVOI_SEGMENT_VERBATIM && envoi_segment_is_blob_id (blob_id) &&
             size <= MAX_SIZE)
      g_ptr_array_add (segments, envoi_segment_new_blob (kind, blob_id, size));
    else
      return NULL;
  }

  return g_steal_pointer (&segments);
}

static EnvoiManifest *
restore (GVariant *variant)
{
  g_auto (EnvoiManifestParts) parts = { 0 };
  g_autoptr (GVariant) envelope = NULL;
  g_autoptr (GVariant) segments = NULL;
  g_autoptr (GVariant) draft = NULL;
  gboolean has_draft;

  g_variant_get (variant, "(u@(sasus)sssbb@a(yayst)b@ay)", NULL, &envelope, &parts.subject,
                 &parts.message_id, &parts.to_line, &parts.is_8bit, &parts.needs_smtputf8,
                 &segments, &has_draft, &draft);
  parts.envelope = restore_envelope (envelope);
  parts.segments = restore_segments (segments);
  if (has_draft)
    parts.draft = g_variant_get_data_as_bytes (draft);

  if (!parts.envelope || !parts.segments || !envoi_text_is_one_line (parts.subject) ||
      !envoi_text_is_one_line (parts.message_id) || !envoi_text_is_one_line (parts.to_line))
    return NULL;

  return envoi_manifest_take (&parts);
}

/**
 * envoi_manifest_deserialize:
 * @bytes: what [method@Manifest.serialize] gave
 * @error: return location for an error
 *
 * Errors: REFUSED_INPUT (damaged, or from a newer version)
 *
 * Returns: (transfer full) (nullable): the manifest
 *
 * Thread: any
 */
EnvoiManifest *
envoi_manifest_deserialize (GBytes  *bytes,
                            GError **error)
{
  g_autoptr (GVariant) variant =
    g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FORMAT), bytes, FALSE));
  EnvoiManifest *self = NULL;
  guint32 version = 0;

  if (g_variant_is_normal_form (variant))
    g_variant_get_child (variant, 0, "u", &version);
  if (version == FORMAT_VERSION)
    self = restore (variant);

  if (!self)
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("This letter is damaged or was saved by a newer version."));

  return self;
}

/**
 * envoi_manifest_get_envelope:
 * @self: a manifest
 *
 * Returns: (transfer none): who it is from and for
 *
 * Thread: any
 */
EnvoiEnvelope *
envoi_manifest_get_envelope (const EnvoiManifest *self)
{
  return self->parts.envelope;
}

/**
 * envoi_manifest_get_subject:
 * @self: a manifest
 *
 * Returns: (transfer none): the subject, "" when empty
 *
 * Thread: any
 */
const char *
envoi_manifest_get_subject (const EnvoiManifest *self)
{
  return self->parts.subject;
}

/**
 * envoi_manifest_get_message_id:
 * @self: a manifest
 *
 * Returns: (transfer none): the Message-ID with its brackets
 *
 * Thread: any
 */
const char *
envoi_manifest_get_message_id (const EnvoiManifest *self)
{
  return self->parts.message_id;
}

/**
 * envoi_manifest_get_to_line:
 * @self: a manifest
 *
 * Returns: (transfer none): who it is for, to be shown in one line and to be
 *   parsed by [func@Address.parse_list]
 *
 * Thread: any
 */
const char *
envoi_manifest_get_to_line (const EnvoiManifest *self)
{
  return self->parts.to_line;
}

/**
 * envoi_manifest_get_blob_ids:
 * @self: a manifest
 *
 * Returns: (transfer none) (array zero-terminated=1): the blobs it needs, each once
 *
 * Thread: any
 */
const char *const *
envoi_manifest_get_blob_ids (const EnvoiManifest *self)
{
  return (const char *const *) self->blob_ids;
}

/**
 * envoi_manifest_get_size:
 * @self: a manifest
 *
 * Returns: exactly how many octets [method@Manifest.open] gives
 *
 * Thread: any
 */
guint64
envoi_manifest_get_size (const EnvoiManifest *self)
{
  return self->size;
}

/**
 * envoi_manifest_is_8bit:
 * @self: a manifest
 *
 * Returns: whether the body has, or may have, octets over 127 (RFC 6152)
 *
 * Thread: any
 */
gboolean
envoi_manifest_is_8bit (const EnvoiManifest *self)
{
  return self->parts.is_8bit;
}

/**
 * envoi_manifest_needs_smtputf8:
 * @self: a manifest
 *
 * Returns: whether an address or a header field is not ASCII (RFC 6531)
 *
 * Thread: any
 */
gboolean
envoi_manifest_needs_smtputf8 (const EnvoiManifest *self)
{
  return self->parts.needs_smtputf8;
}

/**
 * envoi_manifest_open:
 * @self: a manifest
 * @open_blob: opens a blob, on the thread that reads
 * @user_data: for @open_blob; must outlive the stream
 * @error: return location for an error
 *
 * Gives the message, made while it is read: the same octets each time.
 *
 * Errors while reading: ATTACHMENT_UNREADABLE
 *
 * Returns: (transfer full) (nullable): lines that end with CRLF
 *
 * Thread: any; the stream belongs to the thread that reads it
 */
GInputStream *
envoi_manifest_open (EnvoiManifest      *self,
                     EnvoiBlobOpenFunc   open_blob,
                     gpointer            user_data,
                     GError            **error)
{
  g_return_val_if_fail (self != NULL && open_blob != NULL, NULL);

  return envoi_message_stream_new (self->parts.segments, open_blob, user_data);
}

/**
 * envoi_manifest_is_raw:
 * @self: a manifest
 *
 * Returns: whether it was sealed around a finished message
 *
 * Thread: any
 */
gboolean
envoi_manifest_is_raw (const EnvoiManifest *self)
{
  return self->parts.draft == NULL;
}

/**
 * envoi_manifest_dup_draft:
 * @self: a manifest
 * @draft_id: the id of the new draft
 *
 * Returns: (transfer full) (nullable): the letter as a draft again; %NULL for a
 *   raw one
 *
 * Thread: main
 */
EnvoiDraft *
envoi_manifest_dup_draft (const EnvoiManifest *self,
                          const char          *draft_id)
{
  return self->parts.draft ? envoi_draft_deserialize (draft_id, self->parts.draft, NULL) : NULL;
}
