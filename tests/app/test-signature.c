/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-signature.h"

#include <string.h>

static void
test_twins (void)
{
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *html = NULL;

  envoi_signature_set (identity, "<p><b>李雷</b><br>Sales &amp; Service</p>", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_identity_get_signature_text (identity), ==, "李雷\nSales & Service\n");
  html = envoi_signature_dup_html (identity);
  g_assert_nonnull (strstr (html, "<b>李雷</b>"));
}

static void
test_cleaned (void)
{
  static const char *const refused[] = { "script", "onclick", "http://x.example/", "cid:", "<img" };
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *nasty = "<p onclick=\"x()\">Li<img src=\"http://x.example/p.gif\">"
                      "<img alt=\"a>b\" src=\"cid:a\"><script>y()</script></p>";
  g_autofree char *edited = NULL;

  envoi_signature_set (identity, nasty, &error);
  g_assert_no_error (error);

  /* A file that was edited by hand says what it likes. */
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (strstr (envoi_identity_get_signature_html (identity), refused[i]));
  envoi_identity_set_signature (identity, nasty, "Li");
  edited = envoi_signature_dup_html (identity);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (strstr (edited, refused[i]));
  g_assert_nonnull (strstr (edited, "Li"));
}

static void
test_empty (void)
{
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (NULL);
  g_autoptr (GError) error = NULL;

  envoi_signature_set (identity, "<p><b>Li</b></p>", &error);
  g_assert_true (envoi_identity_has_signature (identity));
  envoi_signature_set (identity, "<div><br></div>", &error);
  g_assert_no_error (error);
  g_assert_false (envoi_identity_has_signature (identity));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/signature/twins", test_twins);
  g_test_add_func ("/envoi/app/signature/cleaned", test_cleaned);
  g_test_add_func ("/envoi/app/signature/empty", test_empty);

  return g_test_run ();
}
