/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * EnvoiAddress:
 *
 * A mailbox (RFC 5322 section 3.4) with an optional display name.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiAddress EnvoiAddress;

#define ENVOI_TYPE_ADDRESS (envoi_address_get_type ())

GType         envoi_address_get_type    (void) G_GNUC_CONST;
/* Errors: BAD_ADDRESS, REFUSED_INPUT */
EnvoiAddress *envoi_address_new         (const char          *name,
                                         const char          *mailbox,
                                         GError             **error);
/* One address as a person types it: "wei@x.cn", "Wang Wei <wei@x.cn>". */
EnvoiAddress *envoi_address_parse       (const char          *text,
                                         GError             **error);
/* A list separated by commas, semicolons (also full-width) or line ends; an
 * empty list for empty text. (element-type EnvoiAddress) */
GPtrArray    *envoi_address_parse_list  (const char          *text,
                                         GError             **error);
EnvoiAddress *envoi_address_ref         (EnvoiAddress        *self);
void          envoi_address_unref       (EnvoiAddress        *self);
const char   *envoi_address_get_name    (const EnvoiAddress  *self);   /* nullable */
const char   *envoi_address_get_mailbox (const EnvoiAddress  *self);   /* domain lower-cased */
/* Name <mailbox>, UTF-8, parses back */
char         *envoi_address_format      (const EnvoiAddress  *self);
gboolean      envoi_address_needs_smtputf8 (const EnvoiAddress *self);
/* Whether @mailbox alone is a usable addr-spec; never on the wire otherwise. */
gboolean      envoi_address_check_mailbox (const char        *mailbox,
                                           GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAddress, envoi_address_unref)

G_END_DECLS
