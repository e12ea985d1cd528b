/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-test.h"

#include "envoi-editor.h"

G_BEGIN_DECLS

/* A writing surface that is ready, in a window of its own. */
typedef struct {
  GtkWidget   *window;
  EnvoiEditor *editor;
} EditorFixture;

void      editor_set_up        (EditorFixture *fixture,
                                gconstpointer  data);
void      editor_tear_down     (EditorFixture *fixture,
                                gconstpointer  data);
gboolean  editor_is_ready      (gpointer       editor);
/* A function of the surface's scripts; it must not throw. (transfer full) */
JSCValue *editor_call          (EditorFixture *fixture,
                                const char    *function,
                                GVariant      *arguments);
void      editor_run           (EditorFixture *fixture,
                                const char    *function,
                                GVariant      *arguments);
void      editor_command       (EditorFixture *fixture,
                                const char    *name,
                                const char    *value);
/* As one piece of text: not key by key. */
void      editor_type          (EditorFixture *fixture,
                                const char    *text);
/* The letter without the outer block that names its font. */
char     *editor_dup_letter    (EditorFixture *fixture);
void      editor_assert_letter (EditorFixture *fixture,
                                const char    *expected);
void      editor_select_all    (EditorFixture *fixture);
/* What a script of the page gives back; it must not throw. (transfer full) */
JSCValue *editor_evaluate      (EditorFixture *fixture,
                                const char    *script);
/* Whether there are real keys and a real pointer; misses the test if not. */
gboolean  editor_has_hand      (void);
/* What they do, in xdotool's words. */
void      editor_hand          (const char    *first,
                                ...) G_GNUC_NULL_TERMINATED;
/* A letter with a "|" where the caret shall be, or two around what is selected. */
void      editor_set_marked    (EditorFixture *fixture,
                                const char    *html);
/* Presses real keys, as xdotool names them, with spaces between; when it returns the
 * page has seen them all. */
void      editor_press         (EditorFixture *fixture,
                                const char    *keys);
/* The same for characters. */
void      editor_type_by_hand  (EditorFixture *fixture,
                                const char    *text);

G_END_DECLS
