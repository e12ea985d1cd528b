/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_MESSAGE_VIEW (envoi_message_view_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiMessageView, envoi_message_view, ENVOI, MESSAGE_VIEW, AdwBin)

/* @html, @text: nullable, the formatted text is preferred. @parts: EnvoiPart,
 * for the pictures that the formatted text shows by cid:. */
void envoi_message_view_show  (EnvoiMessageView *self,
                               const char       *html,
                               const char       *text,
                               GListModel       *parts);
/* From the next letter on: as mail programs in dark style show it. */
void envoi_message_view_set_dark (EnvoiMessageView *self,
                                  gboolean          is_dark);
void envoi_message_view_clear (EnvoiMessageView *self);

G_END_DECLS
