/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"

G_BEGIN_DECLS

/* An extra header field; both are safe to write. */
typedef struct {
  char *name;
  char *value;
} EnvoiHeaderField;

/* (element-type EnvoiHeaderField) */
GPtrArray *envoi_draft_get_headers (EnvoiDraft *self);

G_END_DECLS
