/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"

G_BEGIN_DECLS

/* The settings of an account's identities as text, in their order: an array of records.
 * Immutable once made, so that it may cross to the worker. */
typedef struct {
  char       *id;
  GHashTable *values;    /* property name -> value */
} EnvoiIdentityRecord;

GPtrArray *envoi_identity_records_new    (EnvoiAccount  *account);
void       envoi_identity_records_apply  (GPtrArray     *records,
                                          EnvoiAccount  *account);
GPtrArray *envoi_identity_records_parse  (GKeyFile      *key_file,
                                          const char    *account_id);
void       envoi_identity_records_write  (GPtrArray     *records,
                                          GKeyFile      *key_file,
                                          const char    *account_id);

G_END_DECLS
