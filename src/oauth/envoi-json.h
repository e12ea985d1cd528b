/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON from outside: bounded before it is parsed, and read without trusting any type. */
JsonNode   *envoi_json_parse        (const char   *text,
                                     gsize         length,
                                     gsize         max_length,
                                     GError      **error);
JsonObject *envoi_json_get_root     (JsonNode     *root);
JsonNode   *envoi_json_get_member   (JsonObject   *object,
                                     const char   *name);
const char *envoi_json_get_string   (JsonObject   *object,
                                     const char   *name);
gboolean    envoi_json_get_integer  (JsonObject   *object,
                                     const char   *name,
                                     gint64       *value);
gboolean    envoi_json_get_boolean  (JsonObject   *object,
                                     const char   *name);
JsonObject *envoi_json_get_object   (JsonObject   *object,
                                     const char   *name);
JsonArray  *envoi_json_get_array    (JsonObject   *object,
                                     const char   *name);
char      **envoi_json_dup_strings  (JsonObject   *object,
                                     const char   *name,
                                     guint         max_strings);

G_END_DECLS
