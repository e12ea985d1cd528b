/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_APPLICATION (envoi_application_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiApplication, envoi_application, ENVOI, APPLICATION, AdwApplication)

EnvoiApplication *envoi_application_new          (void);
/* (nullable, transfer none): NULL before the program has started up. */
EnvoiService     *envoi_application_get_service  (EnvoiApplication *self);
/* A composer with @draft; the one that is open already when there is one. */
void              envoi_application_open_draft   (EnvoiApplication *self,
                                                  EnvoiDraft       *draft);
/* Opens it and packs its files. */
void              envoi_application_compress_draft (EnvoiApplication *self,
                                                  EnvoiDraft       *draft);
/* A new letter that takes files along. (element-type GFile) */
void              envoi_application_attach_to_new (EnvoiApplication *self,
                                                  GListModel       *files);
/* Says @sentence in the main window, which is shown for it. */
void              envoi_application_tell         (EnvoiApplication *self,
                                                  const char       *sentence);
/* The settings of @account, or only the question for its password. */
void              envoi_application_open_account (EnvoiApplication *self,
                                                  EnvoiAccount     *account,
                                                  gboolean          is_only_secret);
/* Only the question for the secret of @account, over @parent. */
void              envoi_application_sign_in      (EnvoiApplication *self,
                                                  GtkWindow        *parent,
                                                  EnvoiAccount     *account);
/* The assistant for a new account, over @parent (nullable: the main window). Returns it. */
GtkWidget        *envoi_application_add_account  (EnvoiApplication *self,
                                                  GtkWindow        *parent);

G_END_DECLS
