/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_NOTICE_BAR (envoi_notice_bar_get_type ())

/* One sentence with at most two buttons and a cross, in the window and never in
 * the way. Signal "chosen" (guint button: 0 or 1). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiNoticeBar, envoi_notice_bar, ENVOI, NOTICE_BAR, AdwBin)

GtkWidget *envoi_notice_bar_new      (void);
/* Takes the place of what was shown, and of who asked with it. @details: nullable, a
 * second line. @first, @second: nullable button labels. */
void       envoi_notice_bar_show     (EnvoiNoticeBar *self,
                                      const char     *text,
                                      const char     *details,
                                      const char     *first,
                                      const char     *second);
/* Where several ask in turn: @answered is a handler of "chosen" for @asker, a GObject,
 * as long as what is shown now stays. */
void       envoi_notice_bar_ask      (EnvoiNoticeBar *self,
                                      GCallback       answered,
                                      gpointer        asker);
gboolean   envoi_notice_bar_is_asked_by (EnvoiNoticeBar *self,
                                         gpointer        asker);
/* Until it shows something else: closing is a choice of its own, so it gets a
 * labelled button in place of the cross. @label: nullable, the cross again. */
void       envoi_notice_bar_name_close (EnvoiNoticeBar *self,
                                        const char     *label);
void       envoi_notice_bar_hide     (EnvoiNoticeBar *self);
gboolean   envoi_notice_bar_is_shown (EnvoiNoticeBar *self);

G_END_DECLS
