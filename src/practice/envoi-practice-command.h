/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* MAIL FROM:<address> NAME=VALUE ... or RCPT TO:<address> ... */
typedef struct {
  char       *address;       /* without brackets, empty for the null path */
  gboolean    is_non_ascii;
  GHashTable *parameters;    /* upper-case name -> value, empty when there was no '=' */
} EnvoiPracticePath;

gboolean           envoi_practice_command_split           (const char              *line,
                                                           char                   **verb,
                                                           const char             **argument);
gboolean           envoi_practice_command_is_host         (const char              *argument);
EnvoiPracticePath *envoi_practice_path_parse              (const char              *argument,
                                                           const char              *keyword,
                                                           const char             **refusal);
void               envoi_practice_path_free               (EnvoiPracticePath       *self);
const char        *envoi_practice_path_check_mail         (const EnvoiPracticePath *self,
                                                           guint64                  max_size);
const char        *envoi_practice_path_check_rcpt         (const EnvoiPracticePath *self,
                                                           gboolean                 is_utf8_fine);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPracticePath, envoi_practice_path_free)

G_END_DECLS
