/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-store.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_TRANSCRIPT_VIEW (envoi_transcript_view_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiTranscriptView, envoi_transcript_view, ENVOI, TRANSCRIPT_VIEW, AdwBin)

/* Hides itself for a letter that was never tried. The transcript is read when
 * it is unfolded. */
void envoi_transcript_view_set_letter (EnvoiTranscriptView     *self,
                                       EnvoiStore              *store,
                                       const EnvoiLetterRecord *letter);

G_END_DECLS
