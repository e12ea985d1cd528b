/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-assistant-browser-page.h"
#include "envoi-assistant-code-page.h"
#include "envoi-assistant-server-page.h"

#include "envoi-provider-table.h"

#include <string.h>

/* The pages of the account assistant, each alone in a window. */

#define EMAIL "lilei@firm.example"

typedef struct {
  GtkWidget *window;
  GtkWidget *page;
  guint n_submitted;
} Shown;

static void
submitted_cb (Shown *shown)
{
  shown->n_submitted++;
}

static void
show (Shown *shown,
      GType  type)
{
  shown->window = gtk_window_new ();
  shown->page = g_object_new (type, NULL);
  gtk_window_set_child (GTK_WINDOW (shown->window), shown->page);
  gtk_window_present (GTK_WINDOW (shown->window));
}

static void
hide (Shown *shown)
{
  gtk_window_destroy (GTK_WINDOW (shown->window));
}

/* A widget that the page's template names. */
static gpointer
get (Shown      *shown,
     const char *name)
{
  GObject *child = gtk_widget_get_template_child (shown->page, G_OBJECT_TYPE (shown->page), name);

  g_assert_nonnull (child);
  return child;
}

static void
type_into (Shown      *shown,
           const char *name,
           const char *text)
{
  gtk_editable_set_text (get (shown, name), text);
}

static const char *
get_words (Shown      *shown,
           const char *name)
{
  return gtk_label_get_label (get (shown, name));
}

static void
press_enter (Shown      *shown,
             const char *name)
{
  g_signal_emit_by_name (get (shown, name), "entry-activated");
}

static EnvoiFinding *
find_foreign (void)
{
  EnvoiFinding *finding = envoi_finding_new (ENVOI_FINDING_RECORDS, "smtp.far.example", 465,
                                             ENVOI_SMTP_SECURITY_TLS);

  finding->origin = g_strdup ("firm.example");
  g_free (finding->owner);
  finding->owner = g_strdup ("far.example");
  finding->is_foreign = TRUE;
  return finding;
}

static void
begin_server (Shown        *shown,
              EnvoiAccount *account,
              EnvoiFinding *finding)
{
  show (shown, ENVOI_TYPE_ASSISTANT_SERVER_PAGE);
  g_signal_connect_swapped (shown->page, "submitted", G_CALLBACK (submitted_cb), shown);
  g_object_set (account, "email", EMAIL, NULL);
  envoi_finding_apply (finding, account);
  envoi_assistant_server_page_begin (ENVOI_ASSISTANT_SERVER_PAGE (shown->page), account, finding);
}

/* Nothing signed says that the records are right: no password goes there unasked. */
static void
test_foreign_server (void)
{
  Shown shown = { 0 };
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiFinding) finding = find_foreign ();
  g_autofree char *host = NULL;

  begin_server (&shown, account, finding);
  g_assert_nonnull (strstr (get_words (&shown, "question"), "far.example"));
  type_into (&shown, "password", "sesame");
  press_enter (&shown, "password");
  g_assert_cmpuint (shown.n_submitted, ==, 0);
  g_assert_true (gtk_widget_get_visible (get (&shown, "problem")));

  gtk_check_button_set_active (get (&shown, "agreement"), TRUE);
  g_assert_false (gtk_widget_get_visible (get (&shown, "problem")));
  press_enter (&shown, "password");
  g_assert_cmpuint (shown.n_submitted, ==, 1);

  /* Who types in a server has chosen it. */
  gtk_check_button_set_active (get (&shown, "agreement"), FALSE);
  type_into (&shown, "host", "　ｓｍｔｐ.firm。example ");
  g_assert_false (gtk_widget_get_visible (get (&shown, "agreement")));
  press_enter (&shown, "password");
  g_assert_cmpuint (shown.n_submitted, ==, 2);
  g_object_get (account, "host", &host, NULL);
  g_assert_cmpstr (host, ==, "smtp.firm.example");
  hide (&shown);
}

static gboolean
is_marked (Shown      *shown,
           const char *name)
{
  return gtk_widget_has_css_class (get (shown, name), "error");
}

static void
test_what_to_mend (void)
{
  Shown shown = { 0 };
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiFinding) finding = envoi_finding_new (ENVOI_FINDING_GUESS, "smtp.firm.example",
                                                        465, ENVOI_SMTP_SECURITY_TLS);

  begin_server (&shown, account, finding);
  press_enter (&shown, "host");
  g_assert_true (is_marked (&shown, "password"));
  g_assert_cmpstr (get_words (&shown, "problem"), ==, "The password is missing.");
  type_into (&shown, "password", "sesame");
  g_assert_false (is_marked (&shown, "password"));

  type_into (&shown, "host", "https://smtp.firm.example/");
  press_enter (&shown, "password");
  g_assert_true (is_marked (&shown, "host"));
  type_into (&shown, "host", "smtp.firm.example");
  type_into (&shown, "user", "");
  press_enter (&shown, "user");
  g_assert_cmpuint (shown.n_submitted, ==, 1);
  hide (&shown);
}

typedef struct {
  const char *prose;
  const char *provider;
  const char *typed;
  const char *secret;    /* nullable */
  const char *class;     /* nullable: of the hint */
} Typed;

static const Typed typed[] = {
  { "the login password of QQ", "qq", "Geheim-2024", "Geheim-2024", "warning" },
  { "a code as it is shown", "qq", "abcd efgh ijkl mnop", "abcdefghijklmnop", "success" },
  { "a code in full width", "qq", "ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐ", "abcdefghijklmnop", "success" },
  { "the beginning of one", "qq", "abcd", "abcd", NULL },
  { "only spaces", "qq", " 　", NULL, NULL },
  { "capitals, which NetEase takes", "163", "ABCDefgh12345678", "ABCDefgh12345678", "success" },
  { "Apple keeps its hyphens", "icloud", "abcd-efgh-ijkl-mnop", "abcd-efgh-ijkl-mnop", "success" },
  { "a form that nobody knows", "139", " any thing ", "anything", NULL },
  { "a password, which may hold spaces", "posteo", " pass word", " pass word", NULL },
};

static void
test_codes (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  Shown shown = { 0 };

  show (&shown, ENVOI_TYPE_ASSISTANT_CODE_PAGE);
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    EnvoiProvider *provider = envoi_provider_table_find (table, typed[i].provider);
    g_autoptr (EnvoiSecret) secret = NULL;

    g_test_message ("%s", typed[i].prose);
    type_into (&shown, "secret", "");
    envoi_assistant_code_page_begin (ENVOI_ASSISTANT_CODE_PAGE (shown.page), provider, EMAIL);
    type_into (&shown, "secret", typed[i].typed);
    secret = envoi_assistant_code_page_dup_secret (ENVOI_ASSISTANT_CODE_PAGE (shown.page));
    g_assert_cmpstr (secret ? envoi_secret_peek (secret) : NULL, ==, typed[i].secret);
    g_assert_true (gtk_widget_get_sensitive (get (&shown, "next_button")) == (secret != NULL));
    g_assert_true (gtk_widget_has_css_class (get (&shown, "hint"), "warning") ==
                   (g_strcmp0 (typed[i].class, "warning") == 0));
    g_assert_true (gtk_widget_has_css_class (get (&shown, "hint"), "success") ==
                   (g_strcmp0 (typed[i].class, "success") == 0));
  }
  hide (&shown);
}

/* Every provider of the table that wants a code has a card that says which, and the way to it. */
static void
test_cards (void)
{
  g_autoptr (EnvoiProviderTable) table = envoi_provider_table_new ();
  Shown shown = { 0 };
  guint n_cards = 0;

  show (&shown, ENVOI_TYPE_ASSISTANT_CODE_PAGE);
  for (guint i = 0; i < envoi_provider_table_get_n_providers (table); i++) {
    EnvoiProvider *provider = envoi_provider_table_get_provider (table, i);
    const char *name = envoi_provider_get_name (provider, NULL);
    const char *path = envoi_provider_get_help_path (provider, NULL);

    envoi_assistant_code_page_begin (ENVOI_ASSISTANT_CODE_PAGE (shown.page), provider, EMAIL);
    g_assert_nonnull (strstr (get_words (&shown, "explanation"), name));
    g_assert_nonnull (strstr (get_words (&shown, "server"),
                              envoi_provider_get_best_server (provider)->host));
    if (envoi_provider_needs_app_password (provider) != ENVOI_PROVIDER_YES)
      continue;

    g_test_message ("%s", name);
    n_cards++;
    g_assert_nonnull (strstr (get_words (&shown, "explanation"), "login password"));
    g_assert_true (gtk_widget_get_visible (get (&shown, "path_step")) == (path != NULL));
    g_assert_true (!path || strstr (get_words (&shown, "path_step"), path));
    g_assert_true (gtk_widget_get_visible (get (&shown, "settings_button")) ==
                   (envoi_provider_get_help_url (provider) != NULL));
  }
  g_assert_cmpuint (n_cards, >=, 20);
  hide (&shown);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();
  g_test_add_func ("/envoi/ui/assistant/foreign-server", test_foreign_server);
  g_test_add_func ("/envoi/ui/assistant/what-to-mend", test_what_to_mend);
  g_test_add_func ("/envoi/ui/assistant/codes", test_codes);
  g_test_add_func ("/envoi/ui/assistant/cards", test_cards);
  return g_test_run ();
}
