/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"
#include "envoi-output.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <sys/resource.h>

static const char usage[] = N_ (
  "envoictl account add --email A [--name N] --host H --port P --security tls|starttls\n"
  "         [--auth auto|plain|login|cram-md5|scram-sha-256|xoauth2|oauthbearer]\n"
  "         [--user U] [--secret-stdin] [--ca-file PEM] [--pin sha256:KEY]\n"
  "         [--oauth PROVIDER_ID]\n"
  "envoictl account list|show A|check A|remove A|sign-in A|on A|off A [--json]\n"
  "envoictl account export FILE|import FILE                           [--json]\n"
  "envoictl account pin A [--key sha256:KEY | --remove]               [--json]\n"
  "envoictl account sign-in A --device                                [--json]\n"
  "envoictl account find ADDRESS                                      [--json]\n"
  "envoictl send --account A [--from F] [--to X]... [--cc X]... [--bcc X]... --subject S\n"
  "         [--text FILE] [--html FILE] [--attach FILE]... [--header 'Name: value']...\n"
  "         [--at ISO-TIME] [--all-or-nothing] [--wait] [--json]\n"
  "envoictl send --account A --eml FILE [--to X]... [--wait] [--json]\n"
  "envoictl send --account A --batch [--at ISO-TIME] [--wait] [--json] <LETTERS\n"
  "envoictl outbox list|show ID|retry ID|cancel ID|flush              [--json]\n"
  "envoictl outbox retry ID --in-parts                                [--json]\n"
  "envoictl audit [--mask]\n"
  "envoictl credential get|store|erase\n"
  "envoictl practice                                                  [--json]\n"
  "envoi-sendmail [-t] [-i] [-f FROM] [RCPT]...");

static const struct {
  const char *name;
  int (*run) (char **words);
} commands[] = {
  { "account", envoi_cli_account },
  { "send", envoi_cli_send },
  { "outbox", envoi_cli_outbox },
  { "audit", envoi_cli_audit },
  { "credential", envoi_cli_credential },
  { "practice", envoi_cli_practice },
};

/* A run from the build tree names its own translations. */
static void
start_translations (void)
{
  const char *folder = g_getenv ("ENVOI_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : ENVOI_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

/* Passwords pass through this process, so a crash must leave no picture of it. */
static void
keep_memory_private (void)
{
  const struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
}

static int
run_command (char **words)
{
  for (guint i = 0; words[0] && i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (words[0], commands[i].name))
      return commands[i].run (words + 1);
  }

  if (g_strcmp0 (words[0], "--help") == 0 || g_strcmp0 (words[0], "help") == 0) {
    envoi_output_print ("%s", _(usage));
    return ENVOI_EXIT_OK;
  }

  if (g_strcmp0 (words[0], "--version") == 0) {
    envoi_output_print ("envoictl %s", ENVOI_VERSION);
    return ENVOI_EXIT_OK;
  }

  if (words[0])
    envoi_output_complain (_("There is no command “%s”."), words[0]);
  envoi_output_complain (_("“envoictl --help” shows what there is."));
  return ENVOI_EXIT_BAD_INPUT;
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *name = g_path_get_basename (argc > 0 ? argv[0] : "");

  g_set_prgname (name);
  keep_memory_private ();
  start_translations ();

  /* mail(1) calls whatever program it is told to by the name "sendmail". */
  if (g_str_equal (name, "envoi-sendmail") || g_str_equal (name, "sendmail"))
    return envoi_cli_sendmail (argv + 1);

  return run_command (argc > 0 ? argv + 1 : argv);
}
