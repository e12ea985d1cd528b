/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-application.h"
#include "envoi-message-reader.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_MESSAGE_WINDOW (envoi_message_window_get_type ())

/* A message that came as a file, to read and to answer. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiMessageWindow, envoi_message_window, ENVOI, MESSAGE_WINDOW,
                      AdwApplicationWindow)

/* @name: of the file */
GtkWidget *envoi_message_window_new (EnvoiApplication   *app,
                                     EnvoiMessageReader *message,
                                     const char         *name);

G_END_DECLS
