/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The identity that an account always has; its address and name are the account's own. */
#define ENVOI_IDENTITY_MAIN "main"

#define ENVOI_TYPE_IDENTITY (envoi_identity_get_type ())

/* Who a letter is from: one of an account's senders. Properties: "id" (construct-only),
 * "address", "name", "reply-to", "signature-html", "signature-text"; never NULL, but may be "".
 * The text of the signature is the plain twin of the HTML, without the separator "-- ". Whoever
 * shows or sends the HTML sanitises it: a file can be edited by hand. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiIdentity, envoi_identity, ENVOI, IDENTITY, GObject)

/* @id: nullable, NULL makes a random one. */
EnvoiIdentity *envoi_identity_new                (const char     *id);
/* The same settings under @id (nullable: the same id; "": a random one). (transfer full) */
EnvoiIdentity *envoi_identity_copy               (EnvoiIdentity  *self,
                                                  const char     *id);
const char    *envoi_identity_get_id             (EnvoiIdentity  *self);
/* Whether it is the one that cannot be removed. */
gboolean       envoi_identity_is_main            (EnvoiIdentity  *self);
const char    *envoi_identity_get_address        (EnvoiIdentity  *self);
const char    *envoi_identity_get_name           (EnvoiIdentity  *self);
const char    *envoi_identity_get_reply_to       (EnvoiIdentity  *self);
gboolean       envoi_identity_has_signature      (EnvoiIdentity  *self);
const char    *envoi_identity_get_signature_html (EnvoiIdentity  *self);
const char    *envoi_identity_get_signature_text (EnvoiIdentity  *self);
/* The twins change together. */
void           envoi_identity_set_signature      (EnvoiIdentity  *self,
                                                  const char     *html,
                                                  const char     *text);
/* "Li Lei <lilei@qq.com>" (transfer full) */
char          *envoi_identity_format_from        (EnvoiIdentity  *self);
/* What is wrong with it, for a form: sets @field to a property name. Errors: INCOMPLETE */
gboolean       envoi_identity_check              (EnvoiIdentity  *self,
                                                  const char    **field,
                                                  GError        **error);

G_END_DECLS
