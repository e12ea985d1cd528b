/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"

#include "envoi-composer-window-private.h"
#include "envoi-signature.h"

#include <string.h>

/* The signature in a composer, in its surface and in plain text. */

typedef struct {
  EnvoiService        *service;
  EnvoiAccount        *account;
  EnvoiDraft          *draft;
  EnvoiComposerWindow *window;
  const char          *wanted;
} Fixture;

static void
add_identity (Fixture    *fixture,
              const char *address,
              const char *signature)
{
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (address);

  g_object_set (identity, "address", address, "name", "Li", "reply-to", "", NULL);
  g_assert_true (envoi_signature_set (identity, signature, NULL));
  envoi_account_put_identity (fixture->account, identity);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->service = test_service_start (ENVOI_SERVICE_PRACTICE);

  fixture->draft = envoi_service_create_draft (fixture->service, NULL);
  fixture->account =
    envoi_account_list_find (envoi_service_get_accounts (fixture->service),
                             envoi_draft_get (fixture->draft, "account-id"));
  add_identity (fixture, "one@x.cn", "<b>Li Lei</b><br>Sales");
  add_identity (fixture, "two@x.cn", "Dr. Li, <i>Research</i>");
  add_identity (fixture, "none@x.cn", "");
  envoi_draft_set (fixture->draft, "from", "Li <one@x.cn>");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->draft);
  test_service_stop (&fixture->service);
}

static EnvoiEditor *
get_editor (Fixture *fixture)
{
  return envoi_composer_body_get_editor (envoi_composer_window_get_body (fixture->window));
}

static gboolean
is_editor_ready (gpointer fixture)
{
  return envoi_editor_is_ready (get_editor (fixture));
}

static gboolean
has_wanted (gpointer data)
{
  Fixture *fixture = data;

  return strstr (envoi_draft_get (fixture->draft, "html"), fixture->wanted) != NULL;
}

static void
wait_for_html (Fixture    *fixture,
               const char *wanted)
{
  fixture->wanted = wanted;
  envoi_test_wait_until (has_wanted, fixture);
}

static gboolean
is_offered (gpointer data)
{
  return envoi_notice_bar_is_shown (((Fixture *) data)->window->hint_bar);
}

static guint
count_signatures (Fixture *fixture)
{
  g_auto (GStrv) pieces = g_strsplit (envoi_draft_get (fixture->draft, "html"),
                                      "envoi-signature", -1);

  return g_strv_length (pieces) - 1;
}

static void
open_composer (Fixture *fixture)
{
  fixture->window = envoi_composer_window_new ();
  envoi_composer_window_set_up (fixture->window, NULL, fixture->service, fixture->draft);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

/* There from the start, replaced with the sender, never twice, and no letter by itself. */
static void
test_follows (Fixture       *fixture,
              gconstpointer  data)
{
  open_composer (fixture);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "<b>Li Lei</b>"));
  g_assert_true (envoi_draft_is_empty (fixture->draft));
  envoi_test_wait_until (is_editor_ready, fixture);

  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  wait_for_html (fixture, "Research");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
  g_assert_null (strstr (envoi_draft_get (fixture->draft, "html"), "Sales"));
  g_assert_false (is_offered (fixture));

  envoi_draft_set (fixture->draft, "from", "Li <one@x.cn>");
  wait_for_html (fixture, "Sales");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
}

/* Who has none signs with none; the next one has its own again. */
static void
test_none (Fixture       *fixture,
           gconstpointer  data)
{
  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_editor_call (get_editor (fixture), "command",
                     g_variant_new ("(ss)", "insertText", "Hello"));
  wait_for_html (fixture, "Hello");

  envoi_draft_set (fixture->draft, "from", "Li <none@x.cn>");
  while (count_signatures (fixture) > 0)
    g_main_context_iteration (NULL, TRUE);
  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  wait_for_html (fixture, "Research");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
}

/* What a person wrote into it stays; the other one is offered. */
static void
test_edited (Fixture       *fixture,
             gconstpointer  data)
{
  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_editor_call (get_editor (fixture), "setSignature",
                     g_variant_new ("(s)", "<div class=\"envoi-signature\">-- <br>Yours, Li</div>"));
  wait_for_html (fixture, "Yours, Li");

  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  envoi_test_wait_until (is_offered, fixture);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "Yours, Li"));

  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
  wait_for_html (fixture, "Research");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
  g_assert_false (is_offered (fixture));
}

static gboolean
shows_source (gpointer fixture)
{
  return envoi_composer_body_get_source (((Fixture *) fixture)->window->body) != NULL;
}

static GtkTextBuffer *
open_source (Fixture *fixture)
{
  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_editor_call (get_editor (fixture), "command",
                     g_variant_new ("(ss)", "insertText", "Hello"));
  wait_for_html (fixture, "Hello");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "body.source", NULL));
  envoi_test_wait_until (shows_source, fixture);
  return gtk_text_view_get_buffer (
    envoi_source_page_get_view (envoi_composer_body_get_source (fixture->window->body)));
}

static char *
dup_source (GtkTextBuffer *source)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (source, &start, &end);
  return gtk_text_buffer_get_text (source, &start, &end, TRUE);
}

/* Words of the person's own at the beginning of the source. */
static void
write_in_source (GtkTextBuffer *source)
{
  GtkTextIter start;

  gtk_text_buffer_get_start_iter (source, &start);
  gtk_text_buffer_insert (source, &start, "<p>by   hand</p>\n\n", -1);
}

/* Also while the source is shown; what was written there stays to the last space, and
 * there is one signature after all, whatever comes next. */
static void
test_source (Fixture       *fixture,
             gconstpointer  data)
{
  GtkTextBuffer *source = open_source (fixture);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *undone = NULL;

  write_in_source (source);
  before = dup_source (source);
  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  wait_for_html (fixture, "Research");
  after = dup_source (source);
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
  g_assert_true (g_str_has_prefix (after, "<p>by   hand</p>\n\n"));
  g_assert_null (strstr (after, "Sales"));
  gtk_text_buffer_undo (source);
  undone = dup_source (source);
  g_assert_cmpstr (undone, ==, before);
  gtk_text_buffer_redo (source);

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "body.source", NULL));
  envoi_draft_set (fixture->draft, "from", "Li <none@x.cn>");
  while (count_signatures (fixture) > 0)
    g_main_context_iteration (NULL, TRUE);
  wait_for_html (fixture, "hand</p>");
  envoi_draft_set (fixture->draft, "from", "Li <one@x.cn>");
  wait_for_html (fixture, "Sales");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
}

/* None, then one again, at the end of the letter. */
static void
test_source_none (Fixture       *fixture,
                  gconstpointer  data)
{
  GtkTextBuffer *source = open_source (fixture);
  g_autofree char *text = NULL;

  envoi_draft_set (fixture->draft, "from", "Li <none@x.cn>");
  while (count_signatures (fixture) > 0)
    g_main_context_iteration (NULL, TRUE);
  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  wait_for_html (fixture, "Research");
  text = dup_source (source);
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
  g_assert_nonnull (strstr (strstr (text, "Hello"), "Research"));
}

/* One that was changed in the source stays; the other is offered. */
static void
test_source_edited (Fixture       *fixture,
                    gconstpointer  data)
{
  GtkTextBuffer *source = open_source (fixture);
  g_autofree char *text = dup_source (source);
  GtkTextIter place;

  gtk_text_buffer_get_iter_at_offset (source, &place,
                                      (int) g_utf8_pointer_to_offset (text, strstr (text, "Sales")));
  gtk_text_buffer_insert (source, &place, "World ", -1);
  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  envoi_test_wait_until (is_offered, fixture);
  wait_for_html (fixture, "World Sales");

  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
  wait_for_html (fixture, "Research");
  g_assert_cmpuint (count_signatures (fixture), ==, 1);
  g_assert_null (strstr (envoi_draft_get (fixture->draft, "html"), "World Sales"));
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  envoi_draft_set (fixture->draft, "text", "Hello");
  open_composer (fixture);
  g_assert_true (envoi_composer_body_is_plain (fixture->window->body));
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "Hello\n\n-- \nLi Lei\nSales\n");

  envoi_draft_set (fixture->draft, "from", "Li <two@x.cn>");
  while (!strstr (envoi_draft_get (fixture->draft, "text"), "Research"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==,
                   "Hello\n\n-- \nDr. Li, Research\n");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

#define ADD(name, function) \
  g_test_add ("/envoi/ui/signature/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("follows", test_follows);
  ADD ("none", test_none);
  ADD ("edited", test_edited);
  ADD ("source", test_source);
  ADD ("source-none", test_source_none);
  ADD ("source-edited", test_source_edited);
  ADD ("plain", test_plain);

  return g_test_run ();
}
