/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_PART_LIST (envoi_part_list_get_type ())

/* Attachments with a way to save each. Signal "problem" (const char *sentence). */
G_DECLARE_FINAL_TYPE (EnvoiPartList, envoi_part_list, ENVOI, PART_LIST, AdwBin)

/* @parts: (nullable): GListModel of EnvoiPart; the list hides while it is empty. */
void envoi_part_list_set_parts (EnvoiPartList *self,
                                GListModel    *parts);

G_END_DECLS
