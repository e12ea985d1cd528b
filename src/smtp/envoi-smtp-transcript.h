/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-clock.h"
#include "envoi-smtp-reply.h"

G_BEGIN_DECLS

/**
 * EnvoiSmtpTranscript:
 *
 * What was said, with times. Callers never hand it a secret or the body: it
 * has no filter of its own.
 *
 * Thread: courier
 */
typedef struct _EnvoiSmtpTranscript EnvoiSmtpTranscript;

EnvoiSmtpTranscript *envoi_smtp_transcript_new         (EnvoiClock           *clock,
                                                        GTimeZone            *zone);
void                 envoi_smtp_transcript_free        (EnvoiSmtpTranscript  *self);
void                 envoi_smtp_transcript_add_command (EnvoiSmtpTranscript  *self,
                                                        const char           *command);
void                 envoi_smtp_transcript_add_reply   (EnvoiSmtpTranscript  *self,
                                                        const EnvoiSmtpReply *reply);
void                 envoi_smtp_transcript_add_note    (EnvoiSmtpTranscript  *self,
                                                        const char           *note);
char                *envoi_smtp_transcript_take_text   (EnvoiSmtpTranscript  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpTranscript, envoi_smtp_transcript_free)

G_END_DECLS
