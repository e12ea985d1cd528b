/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-application.h"
#include "envoi-composer-window.h"
#include "envoi-main-window.h"

G_BEGIN_DECLS

/* Shared by the files of EnvoiApplication. Thread: main */

/* Whether the service has started and is not about to stop. */
gboolean         envoi_application_is_ready         (EnvoiApplication *self);
/* Begins to, again after it could not. */
void             envoi_application_start_service    (EnvoiApplication *self);
/* A new letter, as soon as it has. */
void             envoi_application_want_letter      (EnvoiApplication *self);
/* Asks first where letters have yet to go out. */
void             envoi_application_quit             (EnvoiApplication *self);
void             envoi_application_add_actions      (EnvoiApplication *self);
/* (nullable, transfer none) */
EnvoiMainWindow *envoi_application_find_main_window (EnvoiApplication *self);
/* (transfer none): the one main window, made when there is none, in front. */
EnvoiMainWindow *envoi_application_show_main_window (EnvoiApplication *self);
/* Has a new toplevel take the keys that end a window and the program, if it is a dialog of
 * the application, and mends it. */
void             envoi_application_adopt            (EnvoiApplication *self,
                                                     GtkWidget        *window);
/* As a person closes them, dialogs before the windows that they belong to; questions stay. */
void             envoi_application_close_windows    (EnvoiApplication *self);
/* (transfer none): the window or dialog that the person is in, or the main window. */
GtkWindow       *envoi_application_get_front        (EnvoiApplication *self);
/* (transfer none): a composer without a letter; the one that was made ahead if there is one. */
EnvoiComposerWindow *envoi_application_take_composer (EnvoiApplication *self);
/* Opens a link or a message; any other file joins @files (of GFile), to be attached
 * to one new letter, as "Send to" wants it. The service is ready. */
void             envoi_application_open_uri         (EnvoiApplication *self,
                                                     const char       *uri,
                                                     GListStore       *files);

G_END_DECLS
