/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-letter.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_FOLDER_LIST (envoi_folder_list_get_type ())

/* A list of letters, newest change first, that moves single rows. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiFolderList, envoi_folder_list, ENVOI, FOLDER_LIST, GObject)

EnvoiFolderList *envoi_folder_list_new    (void);
/* Puts the letter in its place, or takes it out. */
void             envoi_folder_list_update (EnvoiFolderList *self,
                                           EnvoiLetter     *letter,
                                           gboolean         belongs);
/* FALSE: the letter is not in the list. */
gboolean         envoi_folder_list_find   (EnvoiFolderList *self,
                                           EnvoiLetter     *letter,
                                           guint           *position);
/* Between the two, new letters are added silently and told of at the end. */
void             envoi_folder_list_begin  (EnvoiFolderList *self);
void             envoi_folder_list_end    (EnvoiFolderList *self);

G_END_DECLS
