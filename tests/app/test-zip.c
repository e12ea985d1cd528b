/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-message-error.h"
#include "envoi-test.h"
#include "envoi-zip.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LARGE (3 * 64 * 1024 + 7)

static void
write_file (const char *folder,
            const char *name,
            const char *octets,
            gsize       length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, octets, (gssize) length, NULL));
}

static EnvoiAttachment *
attach (Fixture       *fixture,
        const char    *path,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_attach_folder_async (fixture->service, folder, cancellable, envoi_test_wait_cb,
                                     &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_attach_finish (fixture->service, result, error);
}

/* What another program unpacks, with the check sums it looks at. */
static char *
list_with_python (const char *path)
{
  const char *const arguments[] = {
    "python3", "-c",
    "import hashlib, sys, zipfile\n"
    "archive = zipfile.ZipFile(sys.argv[1])\n"
    "assert archive.testzip() is None\n"
    "for name in sorted(archive.namelist()):\n"
    "    data = archive.read(name)\n"
    "    print(name, len(data), hashlib.sha256(data).hexdigest()[:8])\n",
    path, NULL,
  };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "PYTHONIOENCODING", "utf-8", TRUE);
  char *output = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) arguments, environment, G_SPAWN_SEARCH_PATH, NULL,
                               NULL, &output, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  return output;
}

static void
test_folder (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = NULL;
  g_autofree char *large = g_malloc (LARGE);
  g_autofree char *hash = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *found = NULL;
  g_autofree char *link = NULL;
  g_autofree char *blob = NULL;
  g_autoptr (EnvoiAttachment) attachment = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < LARGE; i++)
    large[i] = (char) (i * 7 + i / 251);
  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  folder = g_build_filename (fixture.folder, "照片", NULL);
  write_file (folder, "空.txt", "", 0);
  write_file (folder, "里/large.bin", large, LARGE);
  link = g_build_filename (folder, "round", NULL);
  g_assert_cmpint (symlink (folder, link), ==, 0);

  attachment = attach (&fixture, folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "照片.zip");
  g_assert_cmpstr (envoi_attachment_get_content_type (attachment), ==, "application/zip");

  file = envoi_store_dup_blob_file (envoi_service_get_store (fixture.service),
                                    envoi_attachment_get_blob_id (attachment));
  blob = g_file_get_path (file);
  found = list_with_python (blob);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) large, LARGE);
  wanted = g_strdup_printf ("照片/空.txt 0 e3b0c442\n照片/里/large.bin %d %.8s\n", LARGE, hash);
  g_assert_cmpstr (found, ==, wanted);
  fixture_stop (&fixture);
}

static void
test_gone (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  folder = g_build_filename (fixture.folder, "gone", NULL);
  g_assert_null (attach (&fixture, folder, NULL, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE);
  fixture_stop (&fixture);
}

static void
test_cancelled (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  folder = g_build_filename (fixture.folder, "folder", NULL);
  write_file (folder, "a.txt", "a", 1);
  g_cancellable_cancel (cancellable);
  g_assert_null (attach (&fixture, folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_stop (&fixture);
}

static EnvoiAttachment *
attach_text (Fixture    *fixture,
             const char *name,
             const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiAttachment *attachment;

  envoi_service_attach_bytes_async (fixture->service, bytes, name, "text/plain", NULL,
                                    envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  attachment = envoi_service_attach_bytes_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return attachment;
}

static void
progress_cb (goffset  done,
             goffset  total,
             gpointer user_data)
{
  goffset *last = user_data;

  g_assert_cmpint (total, ==, LARGE + 2);
  g_assert_cmpint (done, >=, *last);
  g_assert_cmpint (done, <=, total);
  *last = done;
}

/* Files of one letter in one archive: none takes the place of another, and none lies in a folder. */
static void
test_attachments (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *large = g_strnfill (LARGE, 'a');
  g_autofree char *found = NULL;
  g_autofree char *path = NULL;
  g_autoptr (EnvoiAttachment) archive = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };
  goffset last = 0;

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  g_ptr_array_add (files, attach_text (&fixture, "表.csv", large));
  g_ptr_array_add (files, attach_text (&fixture, "表.csv", "b"));
  g_ptr_array_add (files, attach_text (&fixture, "../c", "c"));
  envoi_service_compress_async (fixture.service, files, "all.zip", progress_cb, &last, NULL,
                                envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  archive = envoi_service_attach_finish (fixture.service, result, &error);
  g_clear_object (&result);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_attachment_get_name (archive), ==, "all.zip");
  g_assert_cmpstr (envoi_attachment_get_content_type (archive), ==, "application/zip");
  g_assert_cmpuint (envoi_attachment_get_size (archive), <, LARGE / 10);
  g_assert_cmpint (last, >, LARGE / 2);

  file = envoi_store_dup_blob_file (envoi_service_get_store (fixture.service),
                                    envoi_attachment_get_blob_id (archive));
  path = g_file_get_path (file);
  found = list_with_python (path);
  g_assert_nonnull (strstr (found, ".._c 1 2e7d2c03\n"));
  g_assert_nonnull (strstr (found, "表 (2).csv 1 3e23e816\n"));
  g_assert_nonnull (strstr (found, "表.csv 196615 "));
  fixture_stop (&fixture);
}

static void
test_helps (void)
{
  static const struct {
    const char *content_type;
    gboolean helps;
  } kinds[] = {
    { "text/plain", TRUE }, { "text/csv", TRUE }, { "application/octet-stream", TRUE },
    { "application/msword", TRUE }, { "application/x-tar", TRUE }, { "image/bmp", TRUE },
    { "Image/SVG+XML", TRUE }, { "image/tiff", TRUE }, { "audio/x-wav", TRUE },
    { "image/jpeg", FALSE }, { "IMAGE/PNG", FALSE }, { "video/mp4", FALSE },
    { "audio/mpeg", FALSE }, { "application/zip", FALSE }, { "application/pdf", FALSE },
    { "application/x-zip-compressed", FALSE }, { "application/x-7z-compressed", FALSE },
    { "application/vnd.openxmlformats-officedocument.wordprocessingml.document", FALSE },
    { "application/vnd.oasis.opendocument.text", FALSE }, { "application/epub+zip", FALSE },
    { "message/rfc822", FALSE }, { "image/svg+xml-compressed", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_test_message ("%s", kinds[i].content_type);
    g_assert_cmpint (envoi_zip_helps (kinds[i].content_type), ==, kinds[i].helps);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/zip/folder", test_folder);
  g_test_add_func ("/envoi/app/zip/gone", test_gone);
  g_test_add_func ("/envoi/app/zip/cancelled", test_cancelled);
  g_test_add_func ("/envoi/app/zip/attachments", test_attachments);
  g_test_add_func ("/envoi/app/zip/helps", test_helps);

  return g_test_run ();
}
