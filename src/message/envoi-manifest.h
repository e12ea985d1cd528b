/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-envelope.h"
#include "envoi-random.h"
#include "envoi-draft.h"

G_BEGIN_DECLS

/**
 * EnvoiManifest:
 *
 * A letter as it was approved: everything its bytes depend on is fixed in it
 * (Message-ID, Date, boundaries, names, blob ids), so that every attempt
 * renders the same bytes.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiManifest EnvoiManifest;

/* A finished message that was normalised and is kept as a blob. */
typedef struct {
  GBytes            *header;       /* its first octets, at least its header: the more,
                                    * the better is_8bit() knows */
  const char        *blob_id;
  guint64            size;         /* of the blob, in octets */
  const char        *sender;       /* the reverse-path */
  const char *const *recipients;   /* the forward-paths, NULL-terminated */
} EnvoiRawMessage;

/* Opens one blob for reading. Called on the thread that reads the message. */
typedef GInputStream *(*EnvoiBlobOpenFunc) (const char  *blob_id,
                                            gpointer     user_data,
                                            GError     **error);

#define ENVOI_TYPE_MANIFEST (envoi_manifest_get_type ())

GType          envoi_manifest_get_type       (void) G_GNUC_CONST;
/* Checks the draft and freezes it: To/Cc/Bcc parsed, HTML sanitised, the twin made.
 * Thread: main. Errors: all of MESSAGE. */
EnvoiManifest *envoi_manifest_seal           (EnvoiDraft          *draft,
                                              EnvoiClock          *clock,
                                              EnvoiRandom         *random,
                                              GError             **error);
/* A message that is ready (an .eml file, sendmail's input): copies @input to
 * @output with CRLF line ends and without Bcc, for the caller to keep as blob
 * @blob_id and seal with envoi_manifest_seal_raw(). Worker only.
 * Errors: REFUSED_INPUT, TOO_LARGE */
gboolean       envoi_message_normalize_sync  (GInputStream        *input,
                                              GOutputStream       *output,
                                              GCancellable        *cancellable,
                                              GError             **error);
/* Adds From, Date and Message-ID when they are missing.
 * Errors: BAD_ADDRESS, REFUSED_INPUT, NO_RECIPIENT */
EnvoiManifest *envoi_manifest_seal_raw       (const EnvoiRawMessage *raw,
                                              EnvoiClock          *clock,
                                              EnvoiRandom         *random,
                                              GError             **error);
EnvoiManifest *envoi_manifest_ref            (EnvoiManifest       *self);
void           envoi_manifest_unref          (EnvoiManifest       *self);
GBytes        *envoi_manifest_serialize      (const EnvoiManifest *self);
EnvoiManifest *envoi_manifest_deserialize    (GBytes              *bytes,
                                              GError             **error);
EnvoiEnvelope *envoi_manifest_get_envelope   (const EnvoiManifest *self);
const char    *envoi_manifest_get_subject    (const EnvoiManifest *self);
const char    *envoi_manifest_get_message_id (const EnvoiManifest *self);   /* with <> */
/* To and Cc as a line for lists: "Wang Wei and 2 more" is made by the view. */
const char    *envoi_manifest_get_to_line    (const EnvoiManifest *self);
const char *const *envoi_manifest_get_blob_ids (const EnvoiManifest *self);
/* Exact octets of the message with CRLF, before dot-stuffing. */
guint64        envoi_manifest_get_size       (const EnvoiManifest *self);
/* RFC 6152: octets over 127 in the body; RFC 6531: in a header or an address. */
gboolean       envoi_manifest_is_8bit        (const EnvoiManifest *self);
gboolean       envoi_manifest_needs_smtputf8 (const EnvoiManifest *self);
/* The message as CRLF lines, made on the way; reads at most a few 64 KiB buffers ahead.
 * Errors (here or while reading): ATTACHMENT_UNREADABLE */
GInputStream  *envoi_manifest_open           (EnvoiManifest       *self,
                                              EnvoiBlobOpenFunc    open_blob,
                                              gpointer             user_data,
                                              GError             **error);
/* Whether it was a finished message: one blob, no fields. */
gboolean       envoi_manifest_is_raw         (const EnvoiManifest *self);
/* The letter again as a draft: undo, edit, "edit as new". (not for raw letters: NULL) */
EnvoiDraft    *envoi_manifest_dup_draft      (const EnvoiManifest *self,
                                              const char          *draft_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiManifest, envoi_manifest_unref)

G_END_DECLS
