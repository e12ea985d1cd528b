/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-attacher.h"
#include "envoi-editor.h"
#include "envoi-notice-bar.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PASTER (envoi_paster_get_type ())

/* Brings what comes from outside (clipboard, drag and drop) into a letter: text
 * cleaned, pictures and files as parts. Asks nothing; the bar offers the other
 * ways afterwards. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiPaster, envoi_paster, ENVOI, PASTER, GObject)

/* None of them is owned: the window that has them owns the paster too. */
EnvoiPaster *envoi_paster_new        (EnvoiEditor    *editor,
                                      EnvoiAttacher  *attacher,
                                      EnvoiDraft     *draft,
                                      EnvoiNoticeBar *bar);
void         envoi_paster_paste      (EnvoiPaster    *self,
                                      gboolean        text_only);
/* HTML from anywhere, with its text. */
void         envoi_paster_take_html  (EnvoiPaster    *self,
                                      const char     *html,
                                      const char     *text);
void         envoi_paster_take_files (EnvoiPaster    *self,
                                      GSList         *files);
/* Says that so many pictures, at least one, stayed on the internet. */
void         envoi_paster_tell_left_out (EnvoiPaster *self,
                                         guint        n_pictures);
/* Somebody wrote on: the offer has passed. */
void         envoi_paster_forget     (EnvoiPaster    *self);

G_END_DECLS
