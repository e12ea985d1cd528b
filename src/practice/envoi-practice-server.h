/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_PRACTICE_SERVER (envoi_practice_server_get_type ())

/* A small real SMTP submission server on loopback, in a thread of its own, with
 * implicit TLS and STARTTLS. Serves the practice account, and tests by a script.
 * Signal "received" (EnvoiPracticeLetter boxed) on the main context that made it.
 * Thread: main (its own thread inside) */
G_DECLARE_FINAL_TYPE (EnvoiPracticeServer, envoi_practice_server, ENVOI, PRACTICE_SERVER, GObject)

typedef struct {
  char     *id;             /* file name of the .eml in the inbox folder */
  char     *sender;
  char    **recipients;
  gint64    received;       /* microseconds since the epoch */
  guint64   size;
} EnvoiPracticeLetter;

/* What clients have done since the start, for tests and measurements. */
typedef struct {
  int n_connections;        /* that were let in */
  int n_open;               /* at present */
  int most_open;            /* at a time */
  int n_turned_away;
  int n_hellos;             /* EHLO commands inside TLS */
  int n_sign_ins;           /* AUTH commands, right or wrong */
  int n_quits;              /* QUIT commands */
  int n_records;            /* TLS records with something in them */
} EnvoiPracticeCounts;

#define ENVOI_TYPE_PRACTICE_LETTER (envoi_practice_letter_get_type ())

GType                envoi_practice_letter_get_type (void) G_GNUC_CONST;
EnvoiPracticeLetter *envoi_practice_letter_copy     (const EnvoiPracticeLetter *self);
void                 envoi_practice_letter_free     (EnvoiPracticeLetter       *self);

/* @folder: gets ca.pem, the key (0600, made on first use) and inbox/ of .eml files. */
EnvoiPracticeServer *envoi_practice_server_new       (GFile                *folder);
/* User and password that the server accepts (any user when never called: tests call it). */
void                 envoi_practice_server_set_login (EnvoiPracticeServer  *self,
                                                      const char           *user,
                                                      const char           *password);
EnvoiPracticeCounts  envoi_practice_server_get_counts (EnvoiPracticeServer *self);
/* Tests: more connections than that are turned away. */
void                 envoi_practice_server_set_most_connections (EnvoiPracticeServer *self,
                                                      guint                 most);
/* Tests: ends every connection there is. */
void                 envoi_practice_server_hang_up   (EnvoiPracticeServer  *self);
/* Tests: plays the text of a dialogue file instead of the real server; see tests/dialogues/README.md. */
gboolean             envoi_practice_server_set_script (EnvoiPracticeServer *self,
                                                      const char           *script,
                                                      GError              **error);
/* What first went otherwise than the dialogue has it ("line 7: ..."), or NULL. (transfer full) */
char                *envoi_practice_server_dup_script_failure (EnvoiPracticeServer *self);
/* Whether every part of the dialogue was played to its end. */
gboolean             envoi_practice_server_has_script_ended (EnvoiPracticeServer *self);
/* The dialogue's line that is being played, so that a test can act at that moment; 0 before all. */
guint                envoi_practice_server_get_script_line (EnvoiPracticeServer *self);
/* Worker only: makes the certificate (first use), binds 127.0.0.1 on free ports, and
 * the same ports on [::1] where they are free too. */
gboolean             envoi_practice_server_start_sync (EnvoiPracticeServer *self,
                                                      GCancellable         *cancellable,
                                                      GError              **error);
void                 envoi_practice_server_stop_sync (EnvoiPracticeServer  *self);
guint16              envoi_practice_server_get_tls_port (EnvoiPracticeServer *self);
guint16              envoi_practice_server_get_starttls_port (EnvoiPracticeServer *self);
/* PEM of the authority that signed the server's certificate. Host name: "localhost", IP 127.0.0.1. */
const char          *envoi_practice_server_get_ca_file (EnvoiPracticeServer *self);
/* Letters in the inbox folder, newest first. Worker only. (element-type EnvoiPracticeLetter) */
GPtrArray           *envoi_practice_server_list_sync (EnvoiPracticeServer  *self,
                                                      GError              **error);
/* NULL when @id cannot name a letter. */
GFile               *envoi_practice_server_dup_letter_file (EnvoiPracticeServer *self,
                                                      const char           *id);

G_END_DECLS
