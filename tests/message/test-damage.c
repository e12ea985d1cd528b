/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-address.h"
#include "envoi-manifest.h"
#include "envoi-message-error.h"

#include <string.h>

/* Stored drafts and letters after a disk has spoilt them: each is refused, or it
 * is a draft or a letter like any other, safe to show and to send. */

#define NOW (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)
#define BLOB "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static EnvoiDraft *
make_draft (void)
{
  EnvoiDraft *draft = envoi_draft_new ("d1");
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new ("报告.pdf", "application/pdf", BLOB, 7);
  g_autoptr (EnvoiAttachment) picture =
    envoi_attachment_new_inline ("p.png", "image/png", BLOB, 9, "p1");

  envoi_draft_set (draft, "from", "Wei <wei@x.cn>");
  envoi_draft_set (draft, "to", "Ann <ann@x.cn>, 李四 <li@x.cn>");
  envoi_draft_set (draft, "bcc", "c@x.cn");
  envoi_draft_set (draft, "subject", "报告");
  envoi_draft_set (draft, "html", "<p>王<img src=\"cid:p1\"></p>");
  g_object_set (draft, "wants-receipt", TRUE, NULL);
  envoi_draft_add_attachment (draft, file);
  envoi_draft_add_attachment (draft, picture);
  envoi_draft_add_header (draft, "X-Project", "项目", NULL);
  return draft;
}

static EnvoiManifest *
seal (EnvoiDraft  *draft,
      GError     **error)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (NOW);
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);

  return envoi_manifest_seal (draft, clock, random, error);
}

static GInputStream *
open_zeros (const char  *blob_id,
            gpointer     user_data,
            GError     **error)
{
  static const char zeros[16];

  return g_memory_input_stream_new_from_data (zeros, strcmp (blob_id, BLOB) == 0 ? 7 : 16, NULL);
}

/* What must hold of whatever a draft's octets became. */
static void
check_draft (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = envoi_draft_deserialize ("d2", bytes, &error);
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (GBytes) again = NULL;

  if (!draft) {
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
    return;
  }

  g_assert_no_error (error);
  g_assert_cmpstr (envoi_draft_get_id (draft), ==, "d2");
  again = envoi_draft_serialize (draft);
  g_assert_nonnull (again);
  manifest = seal (draft, &error);
  if (!manifest)
    g_assert_true (error->domain == ENVOI_MESSAGE_ERROR);
}

static void
check_lines (const char *text)
{
  if (!text)
    return;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_assert_false ((g_unichar_iscntrl (c) && c != '\t') || c == 0x2028 || c == 0x2029);
  }
}

static void
read_through (EnvoiManifest *manifest)
{
  g_autoptr (GInputStream) stream = envoi_manifest_open (manifest, open_zeros, NULL, NULL);
  g_autofree char *buffer = g_malloc (65536);
  g_autoptr (GError) error = NULL;
  guint64 length = 0;
  gssize got;

  while ((got = g_input_stream_read (stream, buffer, 65536, NULL, &error)) > 0)
    length += (guint64) got;

  if (got < 0)
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE);
  else
    g_assert_cmpuint (length, ==, envoi_manifest_get_size (manifest));
}

/* What an SMTP session will write without looking at it again. */
static void
check_manifest (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiManifest) manifest = envoi_manifest_deserialize (bytes, &error);
  g_autoptr (EnvoiDraft) draft = NULL;
  EnvoiEnvelope *envelope;
  const char *const *recipients;

  if (!manifest) {
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
    return;
  }

  envelope = envoi_manifest_get_envelope (manifest);
  recipients = envoi_envelope_get_recipients (envelope);
  g_assert_true (envoi_address_check_mailbox (envoi_envelope_get_sender (envelope), NULL));
  g_assert_cmpuint (envoi_envelope_get_n_recipients (envelope), >, 0);
  for (guint i = 0; recipients[i]; i++)
    g_assert_true (envoi_address_check_mailbox (recipients[i], NULL));

  g_assert_cmpuint (envoi_envelope_get_flags (envelope) & ~31u, ==, 0);
  check_lines (envoi_envelope_get_envelope_id (envelope));
  check_lines (envoi_manifest_get_subject (manifest));
  check_lines (envoi_manifest_get_message_id (manifest));
  check_lines (envoi_manifest_get_to_line (manifest));
  read_through (manifest);
  draft = envoi_manifest_dup_draft (manifest, "d2");
}

static GBytes *
make_draft_bytes (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();

  return envoi_draft_serialize (draft);
}

static GBytes *
make_manifest_bytes (void)
{
  g_autoptr (EnvoiDraft) draft = make_draft ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiManifest) manifest = seal (draft, &error);

  g_assert_no_error (error);
  return envoi_manifest_serialize (manifest);
}

typedef struct {
  GBytes *(*make)(void);
  void (*check)(GBytes *bytes);
} Kind;

static const Kind draft_kind = { make_draft_bytes, check_draft };
static const Kind manifest_kind = { make_manifest_bytes, check_manifest };

/* The copy has its exact size, so that a sanitizer sees any octet read beyond. */
static void
check_copy (const Kind   *kind,
            const guint8 *octets,
            gsize         length)
{
  g_autoptr (GBytes) copy = g_bytes_new (octets, length);

  kind->check (copy);
}

static void
test_cut (gconstpointer user_data)
{
  const Kind *kind = user_data;
  g_autoptr (GBytes) bytes = kind->make ();
  gsize length;
  const guint8 *octets = g_bytes_get_data (bytes, &length);

  for (gsize kept = 0; kept <= length; kept++)
    check_copy (kind, octets, kept);
}

static void
test_flipped (gconstpointer user_data)
{
  const Kind *kind = user_data;
  g_autoptr (GBytes) bytes = kind->make ();
  gsize length;
  g_autofree guint8 *octets = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  length = g_bytes_get_size (bytes);
  for (gsize i = 0; i < length; i++) {
    for (guint bit = 0; bit < 8; bit++) {
      octets[i] ^= (guint8) (1 << bit);
      check_copy (kind, octets, length);
      octets[i] ^= (guint8) (1 << bit);
    }
  }
}

/* Sectors that come back as zeros, as ones, or from elsewhere in the file. */
static void
test_overwritten (gconstpointer user_data)
{
  const Kind *kind = user_data;
  g_autoptr (GBytes) bytes = kind->make ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (29);
  gsize length = g_bytes_get_size (bytes);
  const guint8 *octets = g_bytes_get_data (bytes, NULL);

  for (guint i = 0; i < 3000; i++) {
    g_autofree guint8 *copy = g_memdup2 (octets, length);
    gsize from = (gsize) g_rand_int_range (rand, 0, (gint32) length);
    gsize n = (gsize) g_rand_int_range (rand, 1, 64);
    gsize source = (gsize) g_rand_int_range (rand, 0, (gint32) length);

    n = MIN (n, length - MAX (from, source));
    if (i % 3 == 0)
      memset (copy + from, 0, n);
    else if (i % 3 == 1)
      memset (copy + from, 0xff, n);
    else
      memcpy (copy + from, octets + source, n);
    check_copy (kind, copy, length);
  }
}

static void
test_random (gconstpointer user_data)
{
  const Kind *kind = user_data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (31);

  for (guint i = 0; i < 3000; i++) {
    gsize length = (gsize) g_rand_int_range (rand, 0, 300);
    g_autofree guint8 *octets = g_malloc (length + 1);

    for (gsize j = 0; j < length; j++)
      octets[j] = (guint8) g_rand_int (rand);
    check_copy (kind, octets, length);
  }
}

/* Letters of the right form that no sealing could have made. */
static void
test_forged (void)
{
  static const struct {
    const char *why;
    const char *sender;
    const char *recipient;
    guint32 flags;
    const char *subject;
    const char *message_id;
    guint8 kind;
    const char *blob_id;
    guint64 size;
    gboolean is_good;
  } cases[] = {
    { "all is well", "a@x.cn", "b@x.cn", 1, "s", "<a@x>", 1, BLOB, 7, TRUE },
    { "another command in the sender", "a@x.cn>\r\nRSET", "b@x.cn", 0, "s", "<a@x>", 1, BLOB, 7 },
    { "another command in a recipient", "a@x.cn", "b@x.cn>\r\nDATA", 0, "s", "<a@x>", 1, BLOB, 7 },
    { "no address", "a@x.cn", "b", 0, "s", "<a@x>", 1, BLOB, 7 },
    { "a flag that does not exist", "a@x.cn", "b@x.cn", 1 << 20, "s", "<a@x>", 1, BLOB, 7 },
    { "a subject of two lines", "a@x.cn", "b@x.cn", 0, "s\nt", "<a@x>", 1, BLOB, 7 },
    { "an id of two lines", "a@x.cn", "b@x.cn", 0, "s", "<a@x>\r\nBcc: c@x", 1, BLOB, 7 },
    { "an unknown piece", "a@x.cn", "b@x.cn", 0, "s", "<a@x>", 3, BLOB, 7 },
    { "a path for a blob", "a@x.cn", "b@x.cn", 0, "s", "<a@x>", 1, "../../etc/passwd", 7 },
    { "an absurd size", "a@x.cn", "b@x.cn", 0, "s", "<a@x>", 2, BLOB, G_MAXUINT64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *recipients[] = { cases[i].recipient, NULL };
    g_autoptr (GVariant) variant =
      g_variant_ref_sink (g_variant_new ("(u(s^asus)sssbba(yayst)bay)", 1, cases[i].sender,
                                         recipients, cases[i].flags, "id", cases[i].subject,
                                         cases[i].message_id, "b@x.cn", FALSE, FALSE,
                                         NULL, FALSE, NULL));
    g_autoptr (GVariant) segment = NULL;
    g_autoptr (GVariant) whole = NULL;
    GVariant *children[10];
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiManifest) manifest = NULL;

    segment = g_variant_ref_sink (g_variant_new_parsed ("[(%y, @ay [], %s, %t)]", cases[i].kind,
                                                        cases[i].blob_id, cases[i].size));
    for (gsize j = 0; j < G_N_ELEMENTS (children); j++)
      children[j] = j == 7 ? g_variant_ref (segment) : g_variant_get_child_value (variant, j);
    whole = g_variant_ref_sink (g_variant_new_tuple (children, G_N_ELEMENTS (children)));
    for (gsize j = 0; j < G_N_ELEMENTS (children); j++)
      g_variant_unref (children[j]);
    bytes = g_variant_get_data_as_bytes (whole);
    manifest = envoi_manifest_deserialize (bytes, &error);

    g_test_message ("%s", cases[i].why);
    g_assert_true ((manifest != NULL) == cases[i].is_good);
    g_assert_true ((error != NULL) == !cases[i].is_good);
  }
}

/* A version that this program does not know is refused, not guessed at. */
static void
test_newer (void)
{
  g_autoptr (GBytes) draft = make_draft_bytes ();
  g_autoptr (GBytes) manifest = make_manifest_bytes ();
  GBytes *const both[] = { draft, manifest };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++) {
    gsize length;
    g_autofree guint8 *octets = NULL;
    g_autoptr (GBytes) newer = NULL;
    g_autoptr (GError) error = NULL;

    octets = g_memdup2 (g_bytes_get_data (both[i], &length), g_bytes_get_size (both[i]));
    octets[0] = 2;
    newer = g_bytes_new (octets, length);
    if (i == 0)
      g_assert_null (envoi_draft_deserialize ("d2", newer, &error));
    else
      g_assert_null (envoi_manifest_deserialize (newer, &error));
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
    g_assert_nonnull (strstr (error->message, "newer version"));
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_data_func ("/envoi/message/damage/draft-cut", &draft_kind, test_cut);
  g_test_add_data_func ("/envoi/message/damage/draft-flipped", &draft_kind, test_flipped);
  g_test_add_data_func ("/envoi/message/damage/draft-overwritten", &draft_kind, test_overwritten);
  g_test_add_data_func ("/envoi/message/damage/draft-random", &draft_kind, test_random);
  g_test_add_data_func ("/envoi/message/damage/manifest-cut", &manifest_kind, test_cut);
  g_test_add_data_func ("/envoi/message/damage/manifest-flipped", &manifest_kind, test_flipped);
  g_test_add_data_func ("/envoi/message/damage/manifest-overwritten", &manifest_kind,
                        test_overwritten);
  g_test_add_data_func ("/envoi/message/damage/manifest-random", &manifest_kind, test_random);
  g_test_add_func ("/envoi/message/damage/forged", test_forged);
  g_test_add_func ("/envoi/message/damage/newer", test_newer);

  return g_test_run ();
}
