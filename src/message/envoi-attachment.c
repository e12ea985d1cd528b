/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-attachment.h"

/**
 * EnvoiAttachment:
 *
 * One file of a letter. It holds no bytes, only the id of the blob they are in.
 *
 * Thread: main
 */
struct _EnvoiAttachment {
  GObject parent_instance;

  char *name;
  char *content_type;
  char *blob_id;
  guint64 size;
  gboolean is_inline;
  char *content_id;
};

G_DEFINE_FINAL_TYPE (EnvoiAttachment, envoi_attachment, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_NAME,
  PROP_CONTENT_TYPE,
  PROP_BLOB_ID,
  PROP_SIZE,
  PROP_IS_INLINE,
  PROP_CONTENT_ID,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
envoi_attachment_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  EnvoiAttachment *self = ENVOI_ATTACHMENT (object);

  switch (property_id) {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, self->content_type);
      break;
    case PROP_BLOB_ID:
      g_value_set_string (value, self->blob_id);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_IS_INLINE:
      g_value_set_boolean (value, self->is_inline);
      break;
    case PROP_CONTENT_ID:
      g_value_set_string (value, self->content_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_attachment_set_property (GObject      *object,
                               guint         property_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  EnvoiAttachment *self = ENVOI_ATTACHMENT (object);

  switch (property_id) {
    case PROP_NAME:
      envoi_attachment_set_name (self, g_value_get_string (value));
      break;
    case PROP_CONTENT_TYPE:
      self->content_type = g_value_dup_string (value);
      break;
    case PROP_BLOB_ID:
      self->blob_id = g_value_dup_string (value);
      break;
    case PROP_SIZE:
      self->size = g_value_get_uint64 (value);
      break;
    case PROP_IS_INLINE:
      self->is_inline = g_value_get_boolean (value);
      break;
    case PROP_CONTENT_ID:
      self->content_id = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_attachment_finalize (GObject *object)
{
  EnvoiAttachment *self = ENVOI_ATTACHMENT (object);

  g_free (self->name);
  g_free (self->content_type);
  g_free (self->blob_id);
  g_free (self->content_id);

  G_OBJECT_CLASS (envoi_attachment_parent_class)->finalize (object);
}

static void
envoi_attachment_class_init (EnvoiAttachmentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags fixed = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = envoi_attachment_get_property;
  object_class->set_property = envoi_attachment_set_property;
  object_class->finalize = envoi_attachment_finalize;

  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_EXPLICIT_NOTIFY |
                         G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTENT_TYPE] =
    g_param_spec_string ("content-type", NULL, NULL, "application/octet-stream", fixed);
  properties[PROP_BLOB_ID] = g_param_spec_string ("blob-id", NULL, NULL, "", fixed);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, fixed);
  properties[PROP_IS_INLINE] = g_param_spec_boolean ("is-inline", NULL, NULL, FALSE, fixed);
  properties[PROP_CONTENT_ID] = g_param_spec_string ("content-id", NULL, NULL, NULL, fixed);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_attachment_init (EnvoiAttachment *self)
{
}

/**
 * envoi_attachment_new:
 * @name: the file name the receiver sees
 * @content_type: the media type, "image/png"
 * @blob_id: the id of the blob that holds the bytes
 * @size: how many bytes that are
 *
 * Returns: (transfer full): an attachment
 *
 * Thread: main
 */
EnvoiAttachment *
envoi_attachment_new (const char *name,
                      const char *content_type,
                      const char *blob_id,
                      guint64     size)
{
  return g_object_new (ENVOI_TYPE_ATTACHMENT,
                       "name", name,
                       "content-type", content_type,
                       "blob-id", blob_id,
                       "size", size,
                       NULL);
}

/**
 * envoi_attachment_new_inline:
 * @name: the file name the receiver sees
 * @content_type: the media type, "image/png"
 * @blob_id: the id of the blob that holds the bytes
 * @size: how many bytes that are
 * @content_id: what the text calls it after "cid:"
 *
 * Returns: (transfer full): a picture inside the text
 *
 * Thread: main
 */
EnvoiAttachment *
envoi_attachment_new_inline (const char *name,
                             const char *content_type,
                             const char *blob_id,
                             guint64     size,
                             const char *content_id)
{
  return g_object_new (ENVOI_TYPE_ATTACHMENT,
                       "name", name,
                       "content-type", content_type,
                       "blob-id", blob_id,
                       "size", size,
                       "is-inline", TRUE,
                       "content-id", content_id,
                       NULL);
}

/**
 * envoi_attachment_get_name:
 * @self: an attachment
 *
 * Returns: (transfer none): the file name the receiver sees
 *
 * Thread: main
 */
const char *
envoi_attachment_get_name (EnvoiAttachment *self)
{
  return self->name;
}

/**
 * envoi_attachment_set_name:
 * @self: an attachment
 * @name: the new file name
 *
 * Renames the attachment for the receiver; the blob stays.
 *
 * Thread: main
 */
void
envoi_attachment_set_name (EnvoiAttachment *self,
                           const char      *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name ? name : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

/**
 * envoi_attachment_get_content_type:
 * @self: an attachment
 *
 * Returns: (transfer none): the media type
 *
 * Thread: main
 */
const char *
envoi_attachment_get_content_type (EnvoiAttachment *self)
{
  return self->content_type;
}

/**
 * envoi_attachment_get_blob_id:
 * @self: an attachment
 *
 * Returns: (transfer none): the id of the blob that holds the bytes
 *
 * Thread: main
 */
const char *
envoi_attachment_get_blob_id (EnvoiAttachment *self)
{
  return self->blob_id;
}

/**
 * envoi_attachment_get_size:
 * @self: an attachment
 *
 * Returns: how many bytes the file has, before encoding
 *
 * Thread: main
 */
guint64
envoi_attachment_get_size (EnvoiAttachment *self)
{
  return self->size;
}

/**
 * envoi_attachment_get_is_inline:
 * @self: an attachment
 *
 * Returns: whether it is a picture inside the text
 *
 * Thread: main
 */
gboolean
envoi_attachment_get_is_inline (EnvoiAttachment *self)
{
  return self->is_inline;
}

/**
 * envoi_attachment_get_content_id:
 * @self: an attachment
 *
 * Returns: (transfer none) (nullable): what the text calls it after "cid:"
 *
 * Thread: main
 */
const char *
envoi_attachment_get_content_id (EnvoiAttachment *self)
{
  return self->content_id;
}
