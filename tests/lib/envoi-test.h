/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* g_test_init() with an isolated set of XDG folders; every test's main() calls
 * it first and ends with g_test_run(). */
void          envoi_test_init (int                  *argc,
                               char               ***argv);
/* A fresh folder that is removed at the end of the process, however it ends. */
char         *envoi_test_make_folder (void);
/* A callback that keeps the result: envoi_test_wait() runs the main context
 * until it arrives (fails the test after two minutes). */
typedef struct {
  GAsyncResult *result;
} EnvoiTestWait;
void          envoi_test_wait_cb (GObject              *source,
                                  GAsyncResult         *result,
                                  gpointer              wait);
GAsyncResult *envoi_test_wait (EnvoiTestWait        *wait);
/* Runs the main context until @condition holds (fails the test after two minutes). */
void          envoi_test_wait_until (gboolean (*condition)(gpointer),
                                     gpointer   user_data);
/* Runs the main context for a second: for what must not happen. */
void          envoi_test_settle (void);
/* Gives back the last reference to *@object. What is under way may hold it a
 * moment longer; one that stays for good fails the test. */
void          envoi_test_let_go          (gpointer              object);
/* The test cannot be made without @part: it is skipped, but under CI=true it fails. */
void          envoi_test_miss (const char           *part);
/* A counterpart from the distribution: its path, or NULL after envoi_test_miss(). */
char         *envoi_test_find_program (const char           *name);
/* A file below tests/. */
char         *envoi_test_read (const char           *name,
                               gsize                *length);

G_END_DECLS
