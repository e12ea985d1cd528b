/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"

#include "envoi-account-assistant.h"
#include "envoi-assistant-browser-page.h"
#include "envoi-assistant-check-page.h"
#include "envoi-assistant-code-page.h"
#include "envoi-assistant-server-page.h"

#include "envoi-provider-table.h"

#include <string.h>

/* The pages of the account assistant, each alone in a window. */

#define EMAIL "lilei@firm.example"
/* Nobody is asked: the browser never comes back. */
#define PROVIDERS \
  "{\"schema_version\": 1, \"providers\": [{\"id\": \"firm\", \"name\": \"Firm\"," \
  " \"domains\": [\"firm.example\"], \"auth\": [\"oauth2\"], \"username\": \"%EMAILADDRESS%\"," \
  " \"servers\": [{\"host\": \"127.0.0.1\", \"port\": 465, \"security\": \"tls\"}]," \
  " \"oauth2\": {\"available\": true, \"client_id\": \"envoi\", \"scopes\": [\"mail\"]," \
  " \"authorization_endpoint\": \"https://localhost/auth\"," \
  " \"token_endpoint\": \"https://localhost/token\", \"redirect_host\": \"127.0.0.1\"," \
  " \"redirect_port\": 0, \"redirect_path\": \"/\"}}]}"

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

/* The way to the practice server, with a door that somebody else opens. */
typedef struct {
  EnvoiService *service;
  GSocketListener *listener;
  guint16 port;
} Door;

static void
put_up (Door *door)
{
  g_autoptr (GError) error = NULL;

  door->service = test_service_start (ENVOI_SERVICE_PRACTICE);
  door->listener = g_socket_listener_new ();
  door->port = g_socket_listener_add_any_inet_port (door->listener, NULL, &error);
  g_assert_no_error (error);
}

static void
take_down (Door *door)
{
  g_socket_listener_close (door->listener);
  g_clear_object (&door->listener);
  test_service_stop (&door->service);
}

static EnvoiAccount *
make_account (Door *door)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (door->service);
  EnvoiAccount *account = envoi_account_new (NULL);

  g_object_set (account, "email", EMAIL, "user", EMAIL, "host", "127.0.0.1",
                "port", (guint) door->port,
                "ca-file", envoi_practice_server_get_ca_file (server), NULL);
  return account;
}

static GSocketConnection *
wait_for_visitor (Door *door)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  g_socket_listener_accept_async (door->listener, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return g_socket_listener_accept_finish (door->listener, result, NULL, NULL);
}

static void
begin_to_pass (GIOStream     *from,
               GIOStream     *to,
               EnvoiTestWait *wait)
{
  g_output_stream_splice_async (g_io_stream_get_output_stream (to),
                                g_io_stream_get_input_stream (from),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL,
                                envoi_test_wait_cb, wait);
}

/* Returns when the visitor has gone, with or without a word to the server. */
static void
open_door (Door              *door,
           GSocketConnection *visitor)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (door->service);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) room =
    g_socket_client_connect_to_host (client, "127.0.0.1",
                                     envoi_practice_server_get_tls_port (server), NULL, NULL);
  EnvoiTestWait in = { 0 };
  EnvoiTestWait out = { 0 };

  g_assert_nonnull (room);
  begin_to_pass (G_IO_STREAM (visitor), G_IO_STREAM (room), &in);
  begin_to_pass (G_IO_STREAM (room), G_IO_STREAM (visitor), &out);
  g_object_unref (envoi_test_wait (&in));
  g_object_unref (envoi_test_wait (&out));
}

/* A window that is closed, or a program that ends, asks no server any more: what would be
 * kept if the check went well is given up. */
static void
test_closed_while_checking (void)
{
  Shown shown = { 0 };
  Door door = { 0 };
  g_autoptr (EnvoiAccount) account = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("sesame", -1);
  g_autoptr (GSocketConnection) visitor = NULL;

  put_up (&door);
  account = make_account (&door);
  show (&shown, ENVOI_TYPE_ASSISTANT_CHECK_PAGE);
  g_signal_connect_swapped (shown.page, "passed", G_CALLBACK (submitted_cb), &shown);
  envoi_assistant_check_page_begin (ENVOI_ASSISTANT_CHECK_PAGE (shown.page), door.service, account,
                                    secret);
  visitor = wait_for_visitor (&door);
  hide (&shown);

  open_door (&door, visitor);
  g_assert_cmpint (envoi_practice_server_get_counts (
                     envoi_service_get_practice (door.service)).n_hellos, ==, 0);
  g_assert_cmpuint (shown.n_submitted, ==, 0);
  take_down (&door);
}

static void
offer (const char *providers)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "envoi", "providers.d",
                                              NULL);
  g_autofree char *path = g_build_filename (folder, "firm.json", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, providers, -1, NULL));
}

static gboolean
is_gone (gpointer page)
{
  return *(gpointer *) page == NULL;
}

/* Nor does anybody wait for the browser, whose answer would leave a token without an account. */
static void
test_closed_while_signing_in (void)
{
  Shown shown = { 0 };
  EnvoiService *service;
  EnvoiProvider *provider;
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);

  offer (PROVIDERS);
  g_setenv ("BROWSER", "true", TRUE);
  service = test_service_start (0);
  provider = envoi_provider_table_find (envoi_service_get_providers (service), "firm");
  g_object_set (account, "email", EMAIL, "auth", ENVOI_SMTP_AUTH_XOAUTH2, "oauth-provider", "firm",
                NULL);
  show (&shown, ENVOI_TYPE_ASSISTANT_BROWSER_PAGE);
  envoi_assistant_browser_page_begin (ENVOI_ASSISTANT_BROWSER_PAGE (shown.page), service, account,
                                      provider);
  g_signal_emit_by_name (get (&shown, "open_button"), "clicked");
  g_object_add_weak_pointer (G_OBJECT (shown.page), (gpointer *) &shown.page);
  hide (&shown);
  envoi_test_wait_until (is_gone, &shown.page);
  test_service_stop (&service);
}

/* A provider whose server is behind the door; the practice server's own authority vouches for it. */
static void
offer_door (Door *door)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (door->service);
  g_autofree char *providers =
    g_strdup_printf ("{\"schema_version\": 1, \"providers\": [{\"id\": \"firm\", \"name\": \"Firm\","
                     " \"domains\": [\"firm.example\"], \"auth\": [\"password\"],"
                     " \"username\": \"%%EMAILADDRESS%%\", \"servers\": [{\"host\": \"127.0.0.1\","
                     " \"port\": %u, \"security\": \"tls\", \"ca_file\": \"%s\"}]}]}",
                     door->port, envoi_practice_server_get_ca_file (server));

  offer (providers);
  test_service_stop (&door->service);
  door->service = test_service_start_without_keyring (ENVOI_SERVICE_PRACTICE);
  envoi_practice_server_set_login (envoi_service_get_practice (door->service), EMAIL, "sesame");
}

static gboolean
is_on_code_page (gpointer data)
{
  return gtk_widget_get_mapped (get (data, "code_page"));
}

static void
close_cb (Shown *shown)
{
  gtk_window_close (GTK_WINDOW (shown->window));
}

static gboolean
has_password (EnvoiService *service,
              EnvoiAccount *account)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_find_password_async (service, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_find_password_finish (service, result, NULL);
}

static gboolean
is_whole (gpointer data)
{
  EnvoiService *service = data;
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (service), EMAIL);

  return account && has_password (service, account);
}

/* The check is passed, and the window closes before all is kept: the account has its
 * password all the same. */
static void
test_closed_while_saving (void)
{
  Shown shown = { 0 };
  Shown code = { 0 };
  Door door = { 0 };
  g_autoptr (GSocketConnection) visitor = NULL;

  put_up (&door);
  offer_door (&door);
  shown.window = shown.page = envoi_account_assistant_new (door.service);
  gtk_window_present (GTK_WINDOW (shown.window));
  type_into (&shown, "email", EMAIL);
  press_enter (&shown, "email");
  envoi_test_wait_until (is_on_code_page, &shown);
  code.page = get (&shown, "code_page");
  type_into (&code, "secret", "sesame");
  g_signal_connect_data (get (&shown, "check_page"), "passed", G_CALLBACK (close_cb), &shown, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  press_enter (&code, "secret");
  visitor = wait_for_visitor (&door);
  open_door (&door, visitor);
  envoi_test_wait_until (is_whole, door.service);
  take_down (&door);
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
  g_test_add_func ("/envoi/ui/assistant/closed-while-checking", test_closed_while_checking);
  g_test_add_func ("/envoi/ui/assistant/closed-while-signing-in", test_closed_while_signing_in);
  g_test_add_func ("/envoi/ui/assistant/closed-while-saving", test_closed_while_saving);
  return g_test_run ();
}
