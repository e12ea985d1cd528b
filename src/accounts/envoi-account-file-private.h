/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-identity-record-private.h"

G_BEGIN_DECLS

/* The settings of one account as text: property name -> value. Immutable once
 * made, so that it may cross to the worker. */
typedef struct {
  char       *id;
  GHashTable *values;
  GPtrArray  *identities;   /* of EnvoiIdentityRecord */
} EnvoiAccountRecord;

/* What the file said. */
typedef struct {
  char      *text;       /* the file's own bytes, "" when there is no file */
  GPtrArray *records;    /* of EnvoiAccountRecord, in the file's order */
  GPtrArray *set_aside;  /* the same of those with "is-removed" */
  char      *warning;    /* nullable */
} EnvoiAccountFile;

EnvoiAccountRecord *envoi_account_record_new        (EnvoiAccount              *account);
void                envoi_account_record_free       (EnvoiAccountRecord        *self);
void                envoi_account_record_apply      (const EnvoiAccountRecord  *self,
                                                     EnvoiAccount              *account);

void                envoi_account_file_free         (EnvoiAccountFile          *self);
EnvoiAccountFile   *envoi_account_file_load_sync    (const char                *path,
                                                     GError                   **error);
EnvoiAccountFile   *envoi_account_file_put_sync     (const char                *path,
                                                     const char                *last_good_text,
                                                     const EnvoiAccountRecord  *record,
                                                     GError                   **error);
/* Puts the accounts of @ids first, in this order; nothing else changes. */
EnvoiAccountFile   *envoi_account_file_arrange_sync (const char               *path,
                                                     const char *const        *ids,
                                                     GError                  **error);
/* What an account file would say, from and to text alone. Errors: those of key files. */
EnvoiAccountFile   *envoi_account_file_parse        (const char               *text,
                                                     GError                  **error);
/* @records: (element-type EnvoiAccountRecord) */
char               *envoi_account_file_format       (GPtrArray                *records);
EnvoiAccountFile   *envoi_account_file_remove_sync  (const char                *path,
                                                     const char                *last_good_text,
                                                     const char                *id,
                                                     GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAccountRecord, envoi_account_record_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAccountFile, envoi_account_file_free)

G_END_DECLS
