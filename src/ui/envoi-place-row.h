/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-outbox.h"

G_BEGIN_DECLS

/* What the sidebar leads to: the outbox's folders and what is beside them. */
typedef enum {
  ENVOI_PLACE_PRACTICE = ENVOI_N_FOLDERS,
  ENVOI_PLACE_ACCOUNTS,
  ENVOI_N_PLACES,
} EnvoiPlace;

#define ENVOI_TYPE_PLACE_ROW (envoi_place_row_get_type ())

/* Properties: "place" (EnvoiFolder or EnvoiPlace), "title", "icon-name". */
G_DECLARE_FINAL_TYPE (EnvoiPlaceRow, envoi_place_row, ENVOI, PLACE_ROW, GtkListBoxRow)

int         envoi_place_row_get_place (EnvoiPlaceRow *self);
const char *envoi_place_row_get_title (EnvoiPlaceRow *self);
/* (nullable): its number of items is shown while it is not 0. */
void        envoi_place_row_set_model (EnvoiPlaceRow *self,
                                       GListModel    *model);

G_END_DECLS
