/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-application.h"
#include "envoi-problem.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_MAIN_WINDOW (envoi_main_window_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiMainWindow, envoi_main_window, ENVOI, MAIN_WINDOW, AdwApplicationWindow)

/* @application: nullable, for tests. Shows that letters are being opened until
 * it is told what came of it. */
EnvoiMainWindow *envoi_main_window_new          (EnvoiApplication   *application);
void             envoi_main_window_set_service  (EnvoiMainWindow    *self,
                                                 EnvoiService       *service);
void             envoi_main_window_show_problem (EnvoiMainWindow    *self,
                                                 const EnvoiProblem *problem);
/* Goes to the folder of @letter_id and opens it. */
void             envoi_main_window_show_letter  (EnvoiMainWindow    *self,
                                                 const char         *letter_id);
/* Opens the search with @words in it; letters that are still being opened are not found. */
void             envoi_main_window_search       (EnvoiMainWindow    *self,
                                                 const char         *words);
/* @letter_id is durable and held for its undo time. */
void             envoi_main_window_letter_sent  (EnvoiMainWindow    *self,
                                                 const char         *letter_id);
void             envoi_main_window_tell         (EnvoiMainWindow    *self,
                                                 const char         *sentence);

G_END_DECLS
