/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-manifest.h"

/* Renders every letter of a key file, so that another program can judge what
 * comes out: render-letter LETTERS FOLDER writes FOLDER/GROUP.eml and, one
 * recipient a line, FOLDER/GROUP.rcpt. */

#define NOW (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)

static GHashTable *paths;   /* of blobs, by id */

static GInputStream *
open_blob (const char  *blob_id,
           gpointer     user_data,
           GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_hash_table_lookup (paths, blob_id));

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static EnvoiAttachment *
make_attachment (GKeyFile   *letters,
                 const char *group,
                 const char *key)
{
  g_autofree char *name_key = g_strconcat (key, "-name", NULL);
  g_autofree char *type_key = g_strconcat (key, "-type", NULL);
  g_autofree char *cid_key = g_strconcat (key, "-cid", NULL);
  g_autofree char *path = g_key_file_get_string (letters, group, key, NULL);
  g_autofree char *name = g_key_file_get_string (letters, group, name_key, NULL);
  g_autofree char *type = g_key_file_get_string (letters, group, type_key, NULL);
  g_autofree char *cid = g_key_file_get_string (letters, group, cid_key, NULL);
  g_autofree char *octets = NULL;
  g_autofree char *id = NULL;
  gsize length;

  if (!g_file_get_contents (path, &octets, &length, NULL))
    g_error ("cannot read %s", path);
  id = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) octets, length);
  g_hash_table_replace (paths, g_strdup (id), g_strdup (path));
  return cid ? envoi_attachment_new_inline (name, type, id, length, cid)
             : envoi_attachment_new (name, type, id, length);
}

static EnvoiDraft *
make_draft (GKeyFile   *letters,
            const char *group)
{
  static const char *const texts[] = {
    "from", "to", "cc", "bcc", "reply-to", "subject", "html", "text", "references",
  };
  EnvoiDraft *draft = envoi_draft_new (group);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *value = g_key_file_get_string (letters, group, texts[i], NULL);

    envoi_draft_set (draft, texts[i], value);
  }

  for (guint i = 0;; i++) {
    g_autofree char *key = g_strdup_printf ("file%u", i);
    g_autoptr (EnvoiAttachment) attachment = NULL;

    if (!g_key_file_has_key (letters, group, key, NULL))
      break;
    attachment = make_attachment (letters, group, key);
    envoi_draft_add_attachment (draft, attachment);
  }

  return draft;
}

static void
render (EnvoiManifest *manifest,
        const char    *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = envoi_manifest_open (manifest, open_blob, NULL, &error);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) output =
    g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
  gssize written;

  g_assert_no_error (error);
  written = g_output_stream_splice (G_OUTPUT_STREAM (output), stream,
                                    G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (written, ==, envoi_manifest_get_size (manifest));
}

static void
render_letter (GKeyFile    *letters,
               const char  *group,
               const char  *folder,
               EnvoiRandom *random)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (NOW);
  g_autoptr (EnvoiDraft) draft = make_draft (letters, group);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiManifest) manifest = envoi_manifest_seal (draft, clock, random, &error);
  g_autofree char *message_path = g_strdup_printf ("%s/%s.eml", folder, group);
  g_autofree char *recipients_path = g_strdup_printf ("%s/%s.rcpt", folder, group);
  g_autofree char *recipients = NULL;
  EnvoiEnvelope *envelope;

  if (!manifest)
    g_error ("%s: %s", group, error->message);

  render (manifest, message_path);
  envelope = envoi_manifest_get_envelope (manifest);
  recipients = g_strjoinv ("\n", (char **) envoi_envelope_get_recipients (envelope));
  g_file_set_contents (recipients_path, recipients, -1, &error);
  g_assert_no_error (error);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GKeyFile) letters = g_key_file_new ();
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  g_assert_cmpint (argc, ==, 3);
  g_key_file_load_from_file (letters, argv[1], G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);

  paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  groups = g_key_file_get_groups (letters, NULL);
  for (guint i = 0; groups[i]; i++)
    render_letter (letters, groups[i], argv[2], random);

  g_hash_table_unref (paths);
  return 0;
}
