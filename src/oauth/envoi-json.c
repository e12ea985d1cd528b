/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-json.h"

#include <glib/gi18n.h>

/* The parser goes one call deeper for each bracket. Nothing we read needs more. */
#define DEEPEST 16

static gboolean
is_too_deep (const char *text,
             gsize       length)
{
  gboolean in_string = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++) {
    if (in_string && text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && (text[i] == '[' || text[i] == '{'))
      depth++;
    else if (!in_string && (text[i] == ']' || text[i] == '}') && depth > 0)
      depth--;

    if (depth > DEEPEST)
      return TRUE;
  }

  return FALSE;
}

/**
 * envoi_json_parse:
 * @text: bytes from outside
 * @length: how many
 * @max_length: how many there may be
 * @error: where an error goes
 *
 * Parses JSON (RFC 8259) that may be hostile.
 *
 * Errors: G_IO_ERROR_INVALID_DATA with a sentence.
 *
 * Returns: (transfer full): the root, or %NULL with @error set
 *
 * Thread: any
 */
JsonNode *
envoi_json_parse (const char  *text,
                  gsize        length,
                  gsize        max_length,
                  GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) failure = NULL;
  JsonNode *root = NULL;

  if (length > max_length) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The JSON text is too large."));
    return NULL;
  }

  if (!g_utf8_validate (text, (gssize) length, NULL) || is_too_deep (text, length)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The JSON text is not UTF-8, or is nested too deeply."));
    return NULL;
  }

  parser = json_parser_new_immutable ();
  if (json_parser_load_from_data (parser, text, (gssize) length, &failure))
    root = json_parser_steal_root (parser);

  /* The parser's own message may quote the text, which may be a secret. */
  if (!root)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _("The text is not valid JSON (code %d)."), failure ? failure->code : -1);

  return root;
}

/**
 * envoi_json_get_root:
 * @root: (nullable): a parsed text
 *
 * Returns: (transfer none) (nullable): the object it holds, if it holds one
 *
 * Thread: any
 */
JsonObject *
envoi_json_get_root (JsonNode *root)
{
  return root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
}

/**
 * envoi_json_get_member:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member, unless it is missing or null
 *
 * Thread: any
 */
JsonNode *
envoi_json_get_member (JsonObject *object,
                       const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/**
 * envoi_json_get_string:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member, if it is a text
 *
 * Thread: any
 */
const char *
envoi_json_get_string (JsonObject *object,
                       const char *name)
{
  JsonNode *node = envoi_json_get_member (object, name);

  if (!node || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;

  return json_node_get_string (node);
}

/**
 * envoi_json_get_integer:
 * @object: (nullable): an object
 * @name: the member's name
 * @value: (out): the number; untouched when there is none
 *
 * Reads a whole number, also from a text of digits: some token endpoints send
 * "expires_in" so.
 *
 * Returns: whether there is one
 *
 * Thread: any
 */
gboolean
envoi_json_get_integer (JsonObject *object,
                        const char *name,
                        gint64     *value)
{
  JsonNode *node = envoi_json_get_member (object, name);
  const char *text = envoi_json_get_string (object, name);

  if (text)
    return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, value, NULL);

  if (!node || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;

  *value = json_node_get_int (node);
  return TRUE;
}

/**
 * envoi_json_get_boolean:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: whether the member is there and true
 *
 * Thread: any
 */
gboolean
envoi_json_get_boolean (JsonObject *object,
                        const char *name)
{
  JsonNode *node = envoi_json_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) &&
         json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/**
 * envoi_json_get_object:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member, if it is an object
 *
 * Thread: any
 */
JsonObject *
envoi_json_get_object (JsonObject *object,
                       const char *name)
{
  return envoi_json_get_root (envoi_json_get_member (object, name));
}

/**
 * envoi_json_get_array:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member, if it is an array
 *
 * Thread: any
 */
JsonArray *
envoi_json_get_array (JsonObject *object,
                      const char *name)
{
  JsonNode *node = envoi_json_get_member (object, name);

  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * envoi_json_dup_strings:
 * @object: (nullable): an object
 * @name: the member's name
 * @max_strings: how many to read at most
 *
 * Returns: (transfer full): the texts of an array, without anything else in it;
 *   empty when there is no array
 *
 * Thread: any
 */
char **
envoi_json_dup_strings (JsonObject *object,
                        const char *name,
                        guint       max_strings)
{
  JsonArray *array = envoi_json_get_array (object, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint length = array ? MIN (json_array_get_length (array), max_strings) : 0;

  for (guint i = 0; i < length; i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      g_strv_builder_add (builder, json_node_get_string (node));
  }

  return g_strv_builder_end (builder);
}
