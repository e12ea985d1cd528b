/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-auth.h"
#include "envoi-test.h"

#define USER "me@example.org"
#define PASSWORD "open, sesame"
#define MOST_RESPONSES 3
#define BYTES(text) { text, sizeof text - 1 }

typedef struct {
  const char *bytes;
  gsize length;
} Response;

typedef struct {
  const char *about;
  const char *mechanism;
  Response responses[MOST_RESPONSES];
  EnvoiPracticeAuthStep last;
  const char *challenge;      /* the last one, when it matters */
} Row;

#define ACCEPTED ENVOI_PRACTICE_AUTH_ACCEPTED
#define REFUSED ENVOI_PRACTICE_AUTH_REFUSED
#define MALFORMED ENVOI_PRACTICE_AUTH_MALFORMED
#define JSON "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"practice\"}"

static const Row rows[] = {
  { "PLAIN in the initial response.", "PLAIN",
    { BYTES ("\0" USER "\0" PASSWORD) }, ACCEPTED },
  { "PLAIN after an empty challenge.", "plain",
    { BYTES (""), BYTES ("\0" USER "\0" PASSWORD) }, ACCEPTED, "" },
  { "PLAIN with the same name as authorization identity.", "PLAIN",
    { BYTES (USER "\0" USER "\0" PASSWORD) }, ACCEPTED },
  { "PLAIN to act for somebody else.", "PLAIN",
    { BYTES ("you\0" USER "\0" PASSWORD) }, REFUSED },
  { "PLAIN with a wrong password.", "PLAIN", { BYTES ("\0" USER "\0sesame") }, REFUSED },
  { "PLAIN with a wrong user.", "PLAIN", { BYTES ("\0you\0" PASSWORD) }, REFUSED },
  { "PLAIN with one NUL.", "PLAIN", { BYTES (USER "\0" PASSWORD) }, MALFORMED },
  { "PLAIN with three NULs.", "PLAIN", { BYTES ("\0" USER "\0" PASSWORD "\0") }, MALFORMED },
  { "PLAIN that says nothing twice.", "PLAIN", { BYTES (""), BYTES ("") }, MALFORMED },
  { "LOGIN with two prompts.", "LOGIN",
    { BYTES (""), BYTES (USER), BYTES (PASSWORD) }, ACCEPTED, "Password:" },
  { "LOGIN with the user in the initial response.", "LOGIN",
    { BYTES (USER), BYTES (PASSWORD) }, ACCEPTED },
  { "LOGIN with a wrong password.", "LOGIN", { BYTES (USER), BYTES ("x") }, REFUSED },
  { "LOGIN with a NUL.", "LOGIN", { BYTES (USER "\0x") }, MALFORMED },
  { "XOAUTH2.", "XOAUTH2",
    { BYTES ("user=" USER "\001auth=Bearer " PASSWORD "\001\001") }, ACCEPTED },
  { "XOAUTH2 with a stale token: JSON, an empty line, no.", "XOAUTH2",
    { BYTES ("user=" USER "\001auth=Bearer x\001\001"), BYTES ("") }, REFUSED, JSON },
  { "XOAUTH2 where the JSON is answered with something else.", "XOAUTH2",
    { BYTES ("user=" USER "\001auth=Bearer x\001\001"), BYTES ("\001") }, MALFORMED },
  { "XOAUTH2 without its two separators.", "XOAUTH2",
    { BYTES ("user=" USER "\001auth=Bearer x\001") }, MALFORMED },
  { "XOAUTH2 without a user.", "XOAUTH2", { BYTES ("auth=Bearer x\001\001") }, MALFORMED },
  { "OAUTHBEARER.", "OAUTHBEARER",
    { BYTES ("n,a=" USER ",\001host=localhost\001port=465\001auth=Bearer " PASSWORD "\001\001") },
    ACCEPTED },
  { "OAUTHBEARER with a stale token: JSON, %x01, no.", "OAUTHBEARER",
    { BYTES ("n,a=" USER ",\001auth=Bearer x\001\001"), BYTES ("\001") }, REFUSED, JSON },
  { "OAUTHBEARER where the JSON is answered with an empty line.", "OAUTHBEARER",
    { BYTES ("n,a=" USER ",\001auth=Bearer x\001\001"), BYTES ("") }, MALFORMED },
  { "OAUTHBEARER with a channel binding that is not there.", "OAUTHBEARER",
    { BYTES ("p=tls-exporter,a=" USER ",\001auth=Bearer " PASSWORD "\001\001") }, MALFORMED },
  { "OAUTHBEARER with Basic.", "OAUTHBEARER",
    { BYTES ("n,a=" USER ",\001auth=Basic " PASSWORD "\001\001") }, MALFORMED },
};

static void
check_row (const Row          *row,
           EnvoiPracticeLogin *login)
{
  g_autoptr (EnvoiPracticeAuth) auth = envoi_practice_auth_new (row->mechanism, login);
  EnvoiPracticeAuthStep step = ENVOI_PRACTICE_AUTH_CONTINUE;
  const char *challenge = NULL;

  g_test_message ("%s", row->about);
  for (guint i = 0; i < MOST_RESPONSES && row->responses[i].bytes; i++) {
    g_assert_cmpint (step, ==, ENVOI_PRACTICE_AUTH_CONTINUE);
    step = envoi_practice_auth_step (auth, row->responses[i].bytes, row->responses[i].length,
                                     &challenge);
  }

  g_assert_cmpint (step, ==, row->last);
  if (row->challenge)
    g_assert_cmpstr (challenge, ==, row->challenge);
}

static void
test_exchanges (void)
{
  g_autoptr (EnvoiPracticeLogin) login = envoi_practice_login_new ();

  envoi_practice_login_set (login, USER, PASSWORD);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    check_row (&rows[i], login);
}

static void
test_mechanisms (void)
{
  static const char *const absent[] = { "", "CRAM-MD5", "PLAIN-CLIENTTOKEN", "PLAI", "SCRAM-SHA-256" };
  g_autoptr (EnvoiPracticeLogin) login = envoi_practice_login_new ();

  for (guint i = 0; i < G_N_ELEMENTS (absent); i++)
    g_assert_null (envoi_practice_auth_new (absent[i], login));
}

static void
test_login (void)
{
  g_autoptr (EnvoiPracticeLogin) login = envoi_practice_login_new ();

  g_test_message ("Everybody may sign in until a login is set; the last one set counts.");
  g_assert_true (envoi_practice_login_is_right (login, "anybody", "anything"));

  envoi_practice_login_set (login, USER, PASSWORD);
  g_assert_false (envoi_practice_login_is_right (login, "anybody", "anything"));
  g_assert_true (envoi_practice_login_is_right (login, USER, PASSWORD));

  envoi_practice_login_set (login, USER, "new");
  g_assert_false (envoi_practice_login_is_right (login, USER, PASSWORD));
  g_assert_false (envoi_practice_login_is_right (login, USER, "new!"));
  g_assert_true (envoi_practice_login_is_right (login, USER, "new"));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/auth/exchanges", test_exchanges);
  g_test_add_func ("/envoi/practice/auth/mechanisms", test_mechanisms);
  g_test_add_func ("/envoi/practice/auth/login", test_login);

  return g_test_run ();
}
