/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * EnvoiEnvelopeFlags:
 * @ENVOI_ENVELOPE_NONE: nothing special
 * @ENVOI_ENVELOPE_ALL_OR_NOTHING: one refused recipient stops the letter
 * @ENVOI_ENVELOPE_NOTIFY_SUCCESS: ask for a delivery receipt (RFC 3461)
 * @ENVOI_ENVELOPE_NOTIFY_FAILURE: ask to hear of failure
 * @ENVOI_ENVELOPE_NOTIFY_DELAY: ask to hear of delay
 * @ENVOI_ENVELOPE_REQUIRE_TLS: TLS all the way (RFC 8689)
 */
typedef enum {
  ENVOI_ENVELOPE_NONE = 0,
  ENVOI_ENVELOPE_ALL_OR_NOTHING = 1 << 0,
  ENVOI_ENVELOPE_NOTIFY_SUCCESS = 1 << 1,
  ENVOI_ENVELOPE_NOTIFY_FAILURE = 1 << 2,
  ENVOI_ENVELOPE_NOTIFY_DELAY = 1 << 3,
  ENVOI_ENVELOPE_REQUIRE_TLS = 1 << 4,
} EnvoiEnvelopeFlags;

/**
 * EnvoiEnvelope:
 *
 * Who a letter is from and for, as SMTP sees it (RFC 5321 section 2.3.1).
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiEnvelope EnvoiEnvelope;

#define ENVOI_TYPE_ENVELOPE (envoi_envelope_get_type ())

GType               envoi_envelope_get_type         (void) G_GNUC_CONST;
EnvoiEnvelope      *envoi_envelope_new              (const char          *sender,
                                                     const char *const   *recipients,
                                                     EnvoiEnvelopeFlags   flags,
                                                     const char          *envelope_id);
EnvoiEnvelope      *envoi_envelope_ref              (EnvoiEnvelope       *self);
void                envoi_envelope_unref            (EnvoiEnvelope       *self);
const char         *envoi_envelope_get_sender       (const EnvoiEnvelope *self);
const char *const  *envoi_envelope_get_recipients   (const EnvoiEnvelope *self);
guint               envoi_envelope_get_n_recipients (const EnvoiEnvelope *self);
EnvoiEnvelopeFlags  envoi_envelope_get_flags        (const EnvoiEnvelope *self);
const char         *envoi_envelope_get_envelope_id  (const EnvoiEnvelope *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiEnvelope, envoi_envelope_unref)

G_END_DECLS
