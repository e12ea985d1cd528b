/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-test.h"

#include "envoi-manifest.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* Renders a letter with one attachment of so many mebibytes and tells how fast
 * that was and how far memory rose: bench-render MEBIBYTES */

#define MEBIBYTE (1024 * 1024)

static const char blob_id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static GInputStream *
open_blob (const char  *id,
           gpointer     path,
           GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static char *
make_blob (guint64 n_mebibytes)
{
  g_autofree char *folder = envoi_test_make_folder ();
  char *path = g_build_filename (folder, "blob", NULL);
  g_autofree char *mebibyte = g_strnfill (MEBIBYTE, 'b');
  FILE *file = fopen (path, "wb");

  for (guint64 i = 0; i < n_mebibytes; i++)
    g_assert_cmpuint (fwrite (mebibyte, 1, MEBIBYTE, file), ==, MEBIBYTE);
  fclose (file);
  return path;
}

static EnvoiManifest *
seal (guint64 n_mebibytes)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d");
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autoptr (EnvoiAttachment) file =
    envoi_attachment_new ("large.bin", "application/octet-stream", blob_id, n_mebibytes * MEBIBYTE);
  g_autoptr (GError) error = NULL;
  EnvoiManifest *manifest;

  envoi_draft_set (draft, "from", "a@example.org");
  envoi_draft_set (draft, "to", "b@example.org");
  envoi_draft_add_attachment (draft, file);
  manifest = envoi_manifest_seal (draft, clock, random, &error);
  g_assert_no_error (error);
  return manifest;
}

static long
get_peak_kibibytes (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autofree char *buffer = g_malloc (65536);
  g_autofree char *path = NULL;
  guint64 n_mebibytes;
  guint64 total = 0;
  gint64 start;
  gssize got;
  long before;

  envoi_test_init (&argc, &argv);
  n_mebibytes = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 200;
  path = make_blob (n_mebibytes);
  manifest = seal (n_mebibytes);

  before = get_peak_kibibytes ();
  start = g_get_monotonic_time ();
  stream = envoi_manifest_open (manifest, open_blob, path, NULL);
  while ((got = g_input_stream_read (stream, buffer, 65536, NULL, NULL)) > 0)
    total += (guint64) got;

  g_assert_cmpint (got, ==, 0);
  g_assert_cmpuint (total, ==, envoi_manifest_get_size (manifest));
  printf ("%" G_GUINT64_FORMAT " octets in %.3f s, memory rose by %ld KiB\n", total,
          (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC,
          get_peak_kibibytes () - before);
  return 0;
}
