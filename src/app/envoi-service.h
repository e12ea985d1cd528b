/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-account-list.h"
#include "envoi-desktop-accounts.h"
#include "envoi-discovery.h"
#include "envoi-draft.h"
#include "envoi-manifest.h"
#include "envoi-outbox.h"
#include "envoi-people.h"
#include "envoi-practice-server.h"
#include "envoi-problem.h"
#include "envoi-provider-table.h"
#include "envoi-secret.h"
#include "envoi-token-health.h"

G_BEGIN_DECLS

/* Declared here, not included: only app sees the secrets layer. */
typedef struct _EnvoiSecretStore EnvoiSecretStore;

#define ENVOI_TYPE_SERVICE (envoi_service_get_type ())

/* Everything behind the window and the command line, wired once. Properties:
 * Signal "sign-ins-changed" (const char *account_id): its token health may differ.
 * "is-ready", "notice" (nullable sentence: a set-aside store, no keyring ...). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiService, envoi_service, ENVOI, SERVICE, GObject)

/* @secrets: nullable, NULL = the keyring with this session's memory behind it. */
EnvoiService     *envoi_service_new              (EnvoiSecretStore     *secrets);
typedef enum {
  ENVOI_SERVICE_PLAIN = 0,
  ENVOI_SERVICE_SEND = 1 << 0,       /* be the sender if the lock is free */
  ENVOI_SERVICE_PRACTICE = 1 << 1,   /* run the practice server and have its account */
} EnvoiServiceFlags;
/* Folders, store, accounts, practice server, outbox; in that order, none on the main thread. */
void              envoi_service_start_async      (EnvoiService         *self,
                                                  EnvoiServiceFlags     flags,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_start_finish     (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* @cancellable: ends the wait for providers who are told of a removal, not the stop. */
void              envoi_service_stop_async       (EnvoiService         *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_stop_finish      (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
EnvoiAccountList *envoi_service_get_accounts     (EnvoiService         *self);
EnvoiOutbox      *envoi_service_get_outbox       (EnvoiService         *self);
EnvoiStore       *envoi_service_get_store        (EnvoiService         *self);
EnvoiClock       *envoi_service_get_clock        (EnvoiService         *self);
/* What is known of mail providers, the person's own files included. */
EnvoiProviderTable *envoi_service_get_providers  (EnvoiService         *self);
/* What GNOME Online Accounts has. */
EnvoiDesktopAccounts *envoi_service_get_desktop_accounts (EnvoiService *self);
/* NULL without ENVOI_SERVICE_PRACTICE. */
EnvoiPracticeServer *envoi_service_get_practice  (EnvoiService         *self);
EnvoiAccount     *envoi_service_dup_default_account (EnvoiService      *self);   /* nullable */

/* A new draft with an id, from @account (nullable: the default one). */
EnvoiDraft       *envoi_service_create_draft     (EnvoiService         *self,
                                                  EnvoiAccount         *account);
void              envoi_service_save_draft_async (EnvoiService         *self,
                                                  EnvoiDraft           *draft,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_save_draft_finish (EnvoiService        *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* A draft by its id; also the one made again from a letter by the outbox's EDIT. */
void              envoi_service_load_draft_async (EnvoiService         *self,
                                                  const char           *letter_id,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiDraft       *envoi_service_load_draft_finish (EnvoiService        *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Copies a file into the blobs and returns the attachment, not yet in a draft.
 * Errors: ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE (gone, a folder, not readable), NO_SPACE */
void              envoi_service_attach_async     (EnvoiService         *self,
                                                  GFile                *file,
                                                  GFileProgressCallback progress,
                                                  gpointer              progress_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiAttachment  *envoi_service_attach_finish    (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* A folder with all in it, as a zip archive named after it; finished as any file.
 * Errors: TOO_LARGE, ATTACHMENT_UNREADABLE, NO_SPACE */
void              envoi_service_attach_folder_async (EnvoiService      *self,
                                                  GFile                *folder,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* The same for bytes from the clipboard: a picture. @name is what the receiver sees. */
void              envoi_service_attach_bytes_async (EnvoiService       *self,
                                                  GBytes               *bytes,
                                                  const char           *name,
                                                  const char           *content_type,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiAttachment  *envoi_service_attach_bytes_finish (EnvoiService      *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Attachments (element-type EnvoiAttachment) as one zip archive of that name; finished as any
 * file. @progress is called on the main thread; nullable. Errors: as of a folder */
void              envoi_service_compress_async   (EnvoiService         *self,
                                                  GPtrArray            *attachments,
                                                  const char           *name,
                                                  GFileProgressCallback progress,
                                                  gpointer              progress_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* Send: seals and commits. Finished = durable, the composer may go. @hold_until 0 =
 * after the undo time from settings; else that instant (schedule, or now for the command line).
 * Errors: MESSAGE_*, STORE_*, ACCOUNTS_* ; the draft is untouched on failure. */
/* A letter of @account is being written: connects and signs in ahead of Send, unless
 * the setting, a metered network or the account's state speaks against it. */
void              envoi_service_warm_up          (EnvoiService         *self,
                                                  EnvoiAccount         *account);
void              envoi_service_send_async       (EnvoiService         *self,
                                                  EnvoiDraft           *draft,
                                                  gint64                hold_until,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* The same for more recipients than the server takes in one letter: to @part_size of them at a
 * time, with the same bytes; 0 = to all at once. */
void              envoi_service_send_in_parts_async (EnvoiService      *self,
                                                  EnvoiDraft           *draft,
                                                  gint64                hold_until,
                                                  guint                 part_size,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* Returns the letter's id. */
char             *envoi_service_send_finish      (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Whom letters went to, the newest first, then contacts, imported and the desktop's, and groups of
 * them; each mailbox once. Only what is in memory is looked through. Errors: CANCELLED */
void              envoi_service_list_people_async (EnvoiService        *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiPeople      *envoi_service_list_people_finish (EnvoiService       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* A letter of its own to each mailbox in To, Cc and Bcc, one durable commit a letter. When one
 * fails, @draft holds in "to" those that have none yet. Errors: as envoi_service_send_async() */
void              envoi_service_send_separately_async (EnvoiService    *self,
                                                  EnvoiDraft           *draft,
                                                  gint64                hold_until,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* Returns the number of letters, 0 with @error set. */
guint             envoi_service_send_separately_finish (EnvoiService   *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Send a finished message: envoictl --eml, envoi-sendmail. @recipients NULL = from its To, Cc, Bcc. */
void              envoi_service_send_raw_async   (EnvoiService         *self,
                                                  EnvoiAccount         *account,
                                                  GInputStream         *message,
                                                  const char *const    *recipients,
                                                  gint64                hold_until,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
char             *envoi_service_send_raw_finish  (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Undo, edit, cancel: takes the letter back and returns its draft, without those who have it.
 * Errors: CONFLICT (too late) */
void              envoi_service_take_back_async  (EnvoiService         *self,
                                                  const char           *letter_id,
                                                  gboolean              is_cancel,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiDraft       *envoi_service_take_back_finish (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* The letter as it is or was approved, rendered to MIME and read back, for the detail view. */
void              envoi_service_read_letter_async (EnvoiService        *self,
                                                  const char           *letter_id,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* A draft holding the fields as approved (transfer full). */
EnvoiDraft       *envoi_service_read_letter_finish (EnvoiService       *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Writes a sealed letter to @target byte for byte as it goes to the server. What @target held
 * stays on failure. Errors: CONFLICT (a draft), ATTACHMENT_UNREADABLE, G_IO_ERROR */
void              envoi_service_save_message_async (EnvoiService       *self,
                                                  const char           *letter_id,
                                                  GFile                *target,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_save_message_finish (EnvoiService      *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* The audit log as JSON lines, oldest first; @is_masked leaves no whole address. What @target
 * held stays on failure. Errors: CORRUPT, G_IO_ERROR */
void              envoi_service_export_audit_async (EnvoiService       *self,
                                                  GFile                *target,
                                                  gboolean              is_masked,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_export_audit_finish (EnvoiService      *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Stores the secret (keyring, or this session's memory) and marks the account ready. */
void              envoi_service_set_password_async (EnvoiService       *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiSecret          *secret,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_set_password_finish (EnvoiService      *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* For this session alone, nothing is stored. NULL forgets it. */
void              envoi_service_use_password     (EnvoiService         *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiSecret          *secret);
/* A secret as @account's server wants it, from what a person typed or pasted: a code from a
 * provider's page loses spaces and full width, a password is left alone. NULL for nothing. */
EnvoiSecret      *envoi_service_clean_secret     (EnvoiService         *self,
                                                  EnvoiAccount         *account,
                                                  const char           *typed);
/* Why secrets cannot be kept beyond this session. (nullable) */
char             *envoi_service_dup_secret_trouble (EnvoiService       *self);
/* Whether the account could sign in now. Errors: ACCOUNTS_NEEDS_SIGN_IN, SECRETS_* */
void              envoi_service_find_password_async (EnvoiService      *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_find_password_finish (EnvoiService     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* From an address to its server; @progress (nullable) is told of each step that asks
 * somebody. Errors: ACCOUNTS_INCOMPLETE, cancelled; else there is at least a guess. */
void              envoi_service_discover_async   (EnvoiService         *self,
                                                  const char           *email,
                                                  EnvoiDiscoveryFunc    progress,
                                                  gpointer              progress_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiFinding     *envoi_service_discover_finish  (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Told once what to open; also for a person to copy. */
typedef void (*EnvoiOpenFunc) (const char *uri,
                               gpointer    user_data);
/* Signs in by the browser an account that has an "oauth-provider". Errors: OAUTH_*,
 * ACCOUNTS_NOT_FOUND, SECRETS_*, cancelled */
void              envoi_service_sign_in_async    (EnvoiService         *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiOpenFunc         open,
                                                  gpointer              open_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_sign_in_finish   (EnvoiService         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* The address the browser ended at, when it cannot reach this computer. FALSE: not the answer. */
gboolean          envoi_service_paste_sign_in    (EnvoiService         *self,
                                                  const char           *address);
/* Told once: the page to open on any screen, and the code to type there. */
typedef void (*EnvoiDeviceFunc) (const char *uri,
                                 const char *code,
                                 gpointer    user_data);
/* Signs in on another screen (RFC 8628), where the provider has that. Errors: as
 * envoi_service_sign_in_async() */
void              envoi_service_sign_in_device_async (EnvoiService     *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiDeviceFunc       show,
                                                  gpointer              show_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_sign_in_device_finish (EnvoiService    *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Whether signing in at @provider by the browser can be tried: it takes a client id. */
gboolean          envoi_service_has_client_id    (EnvoiService         *self,
                                                  EnvoiProvider        *provider);
/* The person's own client id there. (transfer full) (nullable) */
char             *envoi_service_dup_own_client_id (EnvoiService        *self,
                                                  EnvoiProvider        *provider);
/* A client id of the person's own: the id to the settings, the secret (nullable: there is
 * none, and an earlier one goes) to the keyring. Errors: SECRETS_* */
void              envoi_service_set_client_async (EnvoiService         *self,
                                                  EnvoiProvider        *provider,
                                                  const char           *client_id,
                                                  EnvoiSecret          *secret,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_set_client_finish (EnvoiService        *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Forgets what a sign-in kept for an account that is not going to be saved. */
void              envoi_service_forget_sign_in   (EnvoiService         *self,
                                                  EnvoiAccount         *account);
/* Letters of @account that are still to be sent. */
guint             envoi_service_count_letters    (EnvoiService         *self,
                                                  EnvoiAccount         *account);
typedef enum {
  ENVOI_ACCOUNT_TURN_ON,      /* its letters go again */
  ENVOI_ACCOUNT_TURN_OFF,     /* its letters wait and say so */
  ENVOI_ACCOUNT_SET_ASIDE,    /* as if it were removed, for every program, until it is brought
                               * back with all it had, or removed for good, as stopping the
                               * service does; its letters wait */
  ENVOI_ACCOUNT_BRING_BACK,   /* the one that was set aside */
} EnvoiAccountChange;
void              envoi_service_change_account_async (EnvoiService     *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiAccountChange    change,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_change_account_finish (EnvoiService    *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* For new letters. */
void              envoi_service_set_default_account (EnvoiService      *self,
                                                  EnvoiAccount         *account);
/* How the sign-in of an account with an "oauth-provider" stands. */
EnvoiTokenHealth  envoi_service_get_token_health (EnvoiService         *self,
                                                  EnvoiAccount         *account);
/* A scheduled letter that will find its account's sign-in ended: the first such account
 * (nullable, transfer none), when it ends, and for how many letters. */
EnvoiAccount     *envoi_service_find_sign_in_due (EnvoiService         *self,
                                                  gint64               *due_us,
                                                  guint                *n_letters);
/* Settings and identities for another computer, without secrets; see the user's guide. */
void              envoi_service_export_accounts_async (EnvoiService    *self,
                                                  GFile                *file,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_export_accounts_finish (EnvoiService   *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* What an import did; an account that is here already is never changed, but for identities
 * that it did not have. */
typedef struct {
  guint n_added;
  guint n_extended;
  guint n_known;
  guint n_refused;     /* settings that cannot be used */
} EnvoiImportReport;
/* Errors: G_IO_ERROR; INVALID_DATA for what is no file of accounts */
void              envoi_service_import_accounts_async (EnvoiService    *self,
                                                  GFile                *file,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_import_accounts_finish (EnvoiService   *self,
                                                  GAsyncResult         *result,
                                                  EnvoiImportReport    *report,
                                                  GError              **error);
/* For good: clears its secrets, and takes the permission back at the provider where it can be.
 * An account whose secrets cannot be cleared stays, or is back. @cancellable ends the wait for
 * the provider, not the removal. Errors: SECRETS */
void              envoi_service_remove_account_async (EnvoiService     *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_remove_account_finish (EnvoiService    *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

/* What @account signs in with now, a token renewed if it has run out: for a program that the
 * person told to ask here. Errors: ACCOUNTS_NEEDS_SIGN_IN, SECRETS_*, OAUTH_* */
void              envoi_service_get_secret_async (EnvoiService         *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiSecret      *envoi_service_get_secret_finish (EnvoiService        *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

/* One step of "account check". */
typedef enum {
  ENVOI_CHECK_RUNNING,
  ENVOI_CHECK_PASSED,
  ENVOI_CHECK_FAILED,
} EnvoiCheckState;
/* @phase: envoi_smtp_phase_to_string(); @text: nullable detail. Main thread. */
typedef void (*EnvoiCheckFunc) (const char      *phase,
                                EnvoiCheckState  state,
                                const char      *text,
                                gpointer         user_data);
/* DNS, connect, TLS, EHLO, AUTH, MAIL, RCPT self, RSET, QUIT; never DATA. @secret: nullable, the stored one. */
void              envoi_service_check_account_async (EnvoiService      *self,
                                                  EnvoiAccount         *account,
                                                  EnvoiSecret          *secret,
                                                  EnvoiCheckFunc        step,
                                                  gpointer              step_data,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_service_check_account_finish (EnvoiService     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* After finish failed: the failure in a person's words, by the server's reply (nullable). */
EnvoiProblem     *envoi_service_check_account_dup_problem (EnvoiService *self,
                                                  GAsyncResult         *result);
/* Connects without signing in; what the server shows and what is wrong with it, the
 * account's own certificate file heeded and its pinned key not. */
void              envoi_service_look_at_certificate_async (EnvoiService *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiCertificateFacts *envoi_service_look_at_certificate_finish (EnvoiService *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Practice inbox: (element-type EnvoiPracticeLetter) newest first; "practice-changed" signal. */
void              envoi_service_list_practice_async (EnvoiService      *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
GPtrArray        *envoi_service_list_practice_finish (EnvoiService     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

G_END_DECLS
