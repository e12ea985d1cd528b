/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-application.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_OPEN_LETTERS (envoi_open_letters_get_type ())

/* Remembers which letters are open, so that they are open again after a crash.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiOpenLetters, envoi_open_letters, ENVOI, OPEN_LETTERS, GObject)

/* Opens what an earlier run left open, then follows the windows of @app. Its service is ready. */
EnvoiOpenLetters *envoi_open_letters_new (EnvoiApplication *app);

G_END_DECLS
