/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-draft.h"
#include "envoi-provider-table.h"

G_BEGIN_DECLS

/* What the account's provider accepts, as far as is known. Zeroed means that
 * nothing is known. Strings are borrowed from the account and the provider. */
typedef struct {
  const char        *provider_id;      /* nullable */
  const char        *provider_name;    /* nullable */
  const char        *login;            /* nullable */
  EnvoiProviderFrom  from_rule;
  guint64            size_limit;       /* octets of the encoded letter, 0 = unknown */
  guint              max_recipients;   /* 0 = unknown */
  const char *const *known;            /* nullable: "Name <mailbox>" of everybody written to */
  gboolean           is_separate;      /* a letter to each recipient */
  const char        *own_words;        /* nullable: what the person wants to be asked about */
} EnvoiSendLimits;

/* @account: nullable */
void     envoi_send_limits_init            (EnvoiSendLimits       *self,
                                            EnvoiProviderTable    *providers,
                                            EnvoiAccount          *account);
/* Whether a letter from this address (with or without a name) is not taken as it is. */
gboolean envoi_send_limits_is_other_sender (const EnvoiSendLimits *self,
                                            const char            *from);
/* Whether mail servers refuse a file because of its name. */
gboolean envoi_send_limits_refuses_file    (const EnvoiSendLimits *self,
                                            const char            *name);
/* Octets of the letter as it goes out, its text estimated. */
guint64  envoi_send_limits_measure         (EnvoiDraft            *draft);
/* (transfer full) (element-type EnvoiAttachment): the files that are smaller in an archive, and
 * that servers take in one. */
GPtrArray *envoi_send_limits_list_packable (const EnvoiSendLimits *self,
                                            EnvoiDraft            *draft);
/* (transfer full) (element-type EnvoiAttachment): the pictures that are large for a screen, in the
 * text or beside it. */
GPtrArray *envoi_send_limits_list_pictures (EnvoiDraft            *draft);
/* Whether an archive of these, or smaller pictures, can be what brings the letter under the limit. */
gboolean envoi_send_limits_can_compress    (const EnvoiSendLimits *self,
                                            EnvoiDraft            *draft);
/* Octets of @size octets in base64, with line ends. */
guint64  envoi_attachment_encoded_size     (guint64                size);

G_END_DECLS
