/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

#include "envoi-credential-source.h"
#include "envoi-oauth-sign-in.h"
#include "envoi-random.h"
#include "envoi-secret-store.h"
#include "envoi-settings.h"
#include "envoi-smtp-deliverer.h"
#include "envoi-store.h"
#include "envoi-token-broker.h"

G_BEGIN_DECLS

/* The practice account's id, which no other account may have. */
#define ENVOI_PRACTICE_ID "practice"

struct _EnvoiService {
  GObject parent_instance;

  /* construct-only */
  EnvoiSecretStore *secrets;
  EnvoiClock *clock;
  EnvoiRandom *random;
  GFile *data_folder;
  GFile *config_folder;

  /* owned */
  EnvoiSettings *settings;
  EnvoiCredentialSource *credentials;
  EnvoiStore *store;
  EnvoiAccountList *accounts;
  EnvoiProviderTable *providers;
  EnvoiTokenBroker *broker;
  EnvoiDesktopAccounts *desktop;
  EnvoiSmtpDeliverer *deliverer;
  EnvoiOutbox *outbox;
  EnvoiPracticeServer *practice;   /* NULL without ENVOI_SERVICE_PRACTICE */

  /* state */
  EnvoiServiceFlags flags;
  gboolean is_ready;
  char *practice_notice;           /* nullable */
  char **contacts;                 /* nullable: "Name <mailbox>", imported */
  char **desktop_contacts;         /* nullable: the same, of the desktop */
  gint64 desktop_contacts_at;      /* on the monotonic clock: when they were asked for; 0 = never */
  EnvoiOAuthSignIn *sign_in;       /* nullable: the one under way */
  guint n_forgetting;              /* sign-ins that are being forgotten */
  GCancellable *hurry;             /* ends what they wait for */
  GTask *settling;                 /* nullable: waits for them */
};

/* envoi-service.c */
void               envoi_service_set_ready              (EnvoiService        *self,
                                                         gboolean             is_ready);
void               envoi_service_notice_changed         (EnvoiService        *self);
/* (transfer none): by id, or the default one when @id is empty. Errors: ACCOUNTS_NOT_FOUND */
EnvoiAccount      *envoi_service_find_account           (EnvoiService        *self,
                                                         const char          *id,
                                                         GError             **error);

/* envoi-service-contacts.c: what was imported before, in its own time. */
void               envoi_service_load_contacts          (EnvoiService        *self);

/* envoi-service-accounts.c: the account can sign in now. */
void               envoi_service_mark_ready             (EnvoiService        *self,
                                                         EnvoiAccount        *account);

/* Removes for good what was set aside and not brought back. Only who sends does it, or one
 * process would end the undo time of another. Waits for sign-ins that are being forgotten. */
void               envoi_service_settle_removals_async  (EnvoiService        *self,
                                                         GCancellable        *cancellable,
                                                         GAsyncReadyCallback  callback,
                                                         gpointer             user_data);
gboolean           envoi_service_settle_removals_finish (EnvoiService        *self,
                                                         GAsyncResult        *result);

/* A sign-in less that is being forgotten. */
void               envoi_service_did_forget             (EnvoiService        *self);

/* envoi-service-sign-in.c: the person's own, from the settings to the broker. */
void               envoi_service_load_client_ids        (EnvoiService        *self);

/* envoi-service-practice.c: never fails; without a server there is a notice. Its account
 * joins the others by envoi_service_add_practice(), once they have been read. */
void               envoi_service_start_practice_async   (EnvoiService        *self,
                                                         GCancellable        *cancellable,
                                                         GAsyncReadyCallback  callback,
                                                         gpointer             user_data);
gboolean           envoi_service_start_practice_finish  (EnvoiService        *self,
                                                         GAsyncResult        *result,
                                                         GError             **error);
void               envoi_service_add_practice           (EnvoiService        *self);
void               envoi_service_stop_practice_async    (EnvoiService        *self,
                                                         GAsyncReadyCallback  callback,
                                                         gpointer             user_data);
gboolean           envoi_service_stop_practice_finish   (EnvoiService        *self,
                                                         GAsyncResult        *result,
                                                         GError             **error);

/* envoi-service-drafts.c */
EnvoiLetterRecord *envoi_service_new_record             (EnvoiService        *self,
                                                         const char          *id,
                                                         const char          *account_id);
/* (transfer full): what search finds of a draft besides its subject and people. */
char              *envoi_service_dup_search_text        (EnvoiDraft          *draft);
/* The draft inside a record, sealed or not; for a finished message, a draft that has it attached. */
EnvoiDraft        *envoi_service_draft_from_record      (EnvoiService            *self,
                                                         const EnvoiLetterRecord *record,
                                                         GError                 **error);

/* envoi-service-sending.c: commits the sealed letter. Takes @task, which returns the id. */
void               envoi_service_submit                 (EnvoiService        *self,
                                                         GTask               *task,
                                                         EnvoiLetterRecord   *record,
                                                         const EnvoiManifest *manifest,
                                                         gint64               hold_until);

G_END_DECLS
