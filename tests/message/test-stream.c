/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-message-error.h"
#include "envoi-segment-private.h"

#include <string.h>

/* The stream that joins literals and blobs: octets, sizes, errors, cancellation. */

static char *
make_id (guint number)
{
  return g_strdup_printf ("%064x", number);
}

static void
add_literal (GPtrArray  *segments,
             const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_ptr_array_add (segments, envoi_segment_new_literal (bytes));
}

/* A blob's id is its size, so that its octets need not be kept. */
static void
add_blob (GPtrArray        *segments,
          EnvoiSegmentKind  kind,
          guint             size)
{
  g_autofree char *id = make_id (size);

  g_ptr_array_add (segments, envoi_segment_new_blob (kind, id, size));
}

static guint8 *
make_octets (gsize size)
{
  guint8 *octets = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    octets[i] = (guint8) (i * 31 + i / 255);
  return octets;
}

static guint n_opened;

static GInputStream *
open_blob (const char  *blob_id,
           gpointer     user_data,
           GError     **error)
{
  gsize size = (gsize) g_ascii_strtoull (blob_id, NULL, 16);

  n_opened++;
  return g_memory_input_stream_new_from_data (make_octets (size), (gssize) size, g_free);
}

static void
append_expected (GString            *all,
                 const EnvoiSegment *segment)
{
  gsize size = (gsize) segment->blob_size;
  g_autofree guint8 *octets = make_octets (size);

  if (segment->kind == ENVOI_SEGMENT_LITERAL) {
    g_string_append_len (all, g_bytes_get_data (segment->literal, NULL),
                         (gssize) g_bytes_get_size (segment->literal));
  } else if (segment->kind == ENVOI_SEGMENT_VERBATIM) {
    g_string_append_len (all, (const char *) octets, (gssize) size);
  } else {
    for (gsize at = 0; at < size; at += 57) {
      g_autofree char *line = g_base64_encode (octets + at, MIN (57, size - at));

      g_string_append_printf (all, "%s\r\n", line);
    }
  }
}

/* Reads of random sizes, among them none at all. */
static GString *
read_randomly (GInputStream *stream,
               GRand        *rand,
               gint32        max_step)
{
  GString *all = g_string_new (NULL);
  g_autofree char *buffer = g_malloc ((gsize) max_step);
  g_autoptr (GError) error = NULL;
  gssize got = 1;

  while (got > 0) {
    gsize step = (gsize) g_rand_int_range (rand, 0, max_step);

    got = g_input_stream_read (stream, buffer, step, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint ((gsize) got, <=, step);
    g_string_append_len (all, buffer, got);
    if (step == 0)
      got = 1;
  }

  g_assert_cmpint (g_input_stream_read (stream, buffer, 1, NULL, &error), ==, 0);
  return all;
}

static void
test_any_size (void)
{
  static const guint sizes[] = { 0, 1, 2, 3, 56, 57, 58, 114, 58367, 58368, 58369, 116736, 200000 };
  static const gint32 steps[] = { 2, 80, 5000, 300000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (61);

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GPtrArray) segments = envoi_segment_new_array ();
    g_autoptr (GInputStream) stream = NULL;
    g_autoptr (GString) expected = g_string_new (NULL);
    g_autoptr (GString) found = NULL;
    guint64 size = 0;
    gint32 n = g_rand_int_range (rand, 0, 6);

    for (gint32 j = 0; j < n; j++) {
      guint choice = (guint) g_rand_int_range (rand, 0, 4);

      if (choice < 2)
        add_literal (segments, choice ? "literal\r\n" : "");
      else
        add_blob (segments, choice == 2 ? ENVOI_SEGMENT_BASE64 : ENVOI_SEGMENT_VERBATIM,
                  sizes[g_rand_int_range (rand, 0, i % 4 == 0 ? 8 : G_N_ELEMENTS (sizes))]);
    }

    for (guint j = 0; j < segments->len; j++) {
      append_expected (expected, g_ptr_array_index (segments, j));
      size += envoi_segment_get_size (g_ptr_array_index (segments, j));
    }

    stream = envoi_message_stream_new (segments, open_blob, NULL);
    found = read_randomly (stream, rand, steps[i % 4 == 0 ? 0 : i % G_N_ELEMENTS (steps)]);
    g_assert_cmpmem (found->str, found->len, expected->str, expected->len);
    g_assert_cmpuint (found->len, ==, size);
  }
}

/* A blob is opened when its turn comes, once, and not before. */
static void
test_opened_late (void)
{
  g_autoptr (GPtrArray) segments = envoi_segment_new_array ();
  g_autoptr (GInputStream) stream = NULL;
  char buffer[4];

  add_literal (segments, "abcd");
  add_blob (segments, ENVOI_SEGMENT_BASE64, 100000);
  n_opened = 0;
  stream = envoi_message_stream_new (segments, open_blob, NULL);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 4, NULL, NULL), ==, 4);
  g_assert_cmpuint (n_opened, ==, 0);
  while (g_input_stream_read (stream, buffer, 4, NULL, NULL) > 0)
    continue;
  g_assert_cmpuint (n_opened, ==, 1);
}

static void
test_cancelled (void)
{
  g_autoptr (GPtrArray) segments = envoi_segment_new_array ();
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (100000);
  gssize got;

  add_literal (segments, "abcd");
  add_blob (segments, ENVOI_SEGMENT_BASE64, 200000);
  stream = envoi_message_stream_new (segments, open_blob, NULL);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 100000, cancellable, &error), ==, 4);
  g_cancellable_cancel (cancellable);
  got = g_input_stream_read (stream, buffer, 100000, cancellable, &error);
  g_assert_cmpint (got, ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GInputStream *
refuse_blob (const char  *blob_id,
             gpointer     user_data,
             GError     **error)
{
  GIOErrorEnum *code = user_data;

  g_set_error_literal (error, G_IO_ERROR, (int) *code, "because");
  return NULL;
}

static void
test_unreadable (void)
{
  static const struct {
    GIOErrorEnum code;
    gboolean is_kept;
  } cases[] = {
    { G_IO_ERROR_NOT_FOUND, FALSE }, { G_IO_ERROR_PERMISSION_DENIED, FALSE }, { G_IO_ERROR_FAILED, FALSE },
    { G_IO_ERROR_CANCELLED, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) segments = envoi_segment_new_array ();
    g_autoptr (GInputStream) stream = NULL;
    g_autoptr (GError) error = NULL;
    char buffer[10];

    add_blob (segments, ENVOI_SEGMENT_VERBATIM, 5);
    stream = envoi_message_stream_new (segments, refuse_blob, (gpointer) &cases[i].code);
    g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, -1);
    if (cases[i].is_kept)
      g_assert_error (error, G_IO_ERROR, (int) cases[i].code);
    else
      g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE);
    g_assert_nonnull (strstr (error->message, "because"));
  }
}

/* The segments live as long as the stream, and closing in the middle is clean. */
static void
test_closed_early (void)
{
  GPtrArray *segments = envoi_segment_new_array ();
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[10];

  add_blob (segments, ENVOI_SEGMENT_BASE64, 200000);
  stream = envoi_message_stream_new (segments, open_blob, NULL);
  g_ptr_array_unref (segments);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, 10);
  g_assert_true (g_input_stream_close (stream, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 10, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_blob_ids (void)
{
  static const char *const bad[] = {
    NULL, "", "0", "../../../../../../../../../../../../../../../../../../../../../etc/passwd",
    "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
    "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n",
  };
  g_autofree char *good = make_id (4711);

  g_assert_true (envoi_segment_is_blob_id (good));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (envoi_segment_is_blob_id (bad[i]));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/stream/any-size", test_any_size);
  g_test_add_func ("/envoi/message/stream/opened-late", test_opened_late);
  g_test_add_func ("/envoi/message/stream/cancelled", test_cancelled);
  g_test_add_func ("/envoi/message/stream/unreadable", test_unreadable);
  g_test_add_func ("/envoi/message/stream/closed-early", test_closed_early);
  g_test_add_func ("/envoi/message/stream/blob-ids", test_blob_ids);

  return g_test_run ();
}
