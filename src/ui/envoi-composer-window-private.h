/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-composer-window.h"
#include "envoi-attacher.h"
#include "envoi-attachment-bar.h"
#include "envoi-composer-body.h"
#include "envoi-composer-fields.h"
#include "envoi-draft-saver.h"
#include "envoi-format-bar.h"
#include "envoi-notice-bar.h"
#include "envoi-paster.h"
#include "envoi-send-limits.h"
#include "envoi-send-panel.h"

G_BEGIN_DECLS

/* What the button beside an error does. */
typedef void (*EnvoiComposerRetry) (EnvoiComposerWindow *self);

struct _EnvoiComposerWindow {
  AdwApplicationWindow parent_instance;

  EnvoiService        *service;
  EnvoiDraft          *draft;
  EnvoiAttacher       *attacher;
  EnvoiDraftSaver     *saver;
  EnvoiPaster         *paster;
  EnvoiIdentity       *signed_by;      /* nullable: whose signature the letter has */
  GPtrArray           *removed;        /* what can be brought back */
  guint n_removals;                    /* ever */
  guint n_undoable;                    /* of these, removed since something was typed */
  GListStore          *folders;        /* of GFile: whether to zip them is asked */
  guint n_compressed;                  /* the number of the removal that an archive replaced */

  AdwToastOverlay     *toasts;
  AdwWindowTitle      *title;
  AdwSplitButton      *send_button;
  GMenu               *later_menu;
  EnvoiNoticeBar      *error_bar;
  EnvoiNoticeBar      *hint_bar;
  EnvoiComposerFields *fields;
  EnvoiComposerBody   *body;
  EnvoiAttachmentBar  *attachment_bar;
  EnvoiSendPanel      *send_panel;
  AdwBin              *format_place;   /* for the format bar, once there is time to make it */

  gint64 hold_until;
  gint64 warmed_at;                    /* on the monotonic clock; 0 = never */
  guint start_source;
  gboolean is_sending;
  gboolean sends_separately;           /* a letter to each recipient */
  gboolean sends_in_parts;             /* one letter, to as many at a time as its server takes */
  gboolean is_done;                    /* nothing is left to keep */
  gboolean is_closing;
  gboolean waits_for_files;
  EnvoiComposerRetry   retry;          /* nullable */
};


/* Between the window and its actions. */
void                 envoi_composer_window_add_actions    (EnvoiComposerWindow *self);
void                 envoi_composer_window_connect_sending (EnvoiComposerWindow *self);
void                 envoi_composer_window_connect_files  (EnvoiComposerWindow *self);
void                 envoi_composer_window_watch_files    (EnvoiComposerWindow *self);
void                 envoi_composer_window_follow_account (EnvoiComposerWindow *self);
/* Whether the letter is begun here: it was never kept. */
gboolean             envoi_composer_window_is_new         (EnvoiComposerWindow *self);
/* Before the draft is shown. */
void                 envoi_composer_window_sign           (EnvoiComposerWindow *self);
void                 envoi_composer_window_save_template  (EnvoiComposerWindow *self);
/* Nothing is left to keep. */
void                 envoi_composer_window_finish         (EnvoiComposerWindow *self);
void                 envoi_composer_window_show_error     (EnvoiComposerWindow *self,
                                                           const GError        *error,
                                                           EnvoiComposerRetry   retry);   /* nullable */
/* @hold_until: as envoi_service_send_async() */
void                 envoi_composer_window_send           (EnvoiComposerWindow *self,
                                                           gint64               hold_until);
void                 envoi_composer_window_send_separately (EnvoiComposerWindow *self);
void                 envoi_composer_window_send_in_parts  (EnvoiComposerWindow *self);
/* What waited for the files. */
void                 envoi_composer_window_go_on_sending  (EnvoiComposerWindow *self);
void                 envoi_composer_window_save           (EnvoiComposerWindow *self);
void                 envoi_composer_window_toast          (EnvoiComposerWindow *self,
                                                           const char          *text);
void                 envoi_composer_window_choose_files   (EnvoiComposerWindow *self,
                                                           gboolean             is_inline);
/* What the provider of the account in From accepts. */
void                 envoi_composer_window_get_limits     (EnvoiComposerWindow *self,
                                                           EnvoiSendLimits     *limits);
/* Takes @files (element-type EnvoiAttachment) out of the letter. @replacements: one for
 * each or one for all. Returns the number by which they can be brought back. */
guint                envoi_composer_window_replace_files  (EnvoiComposerWindow *self,
                                                           GPtrArray           *files,
                                                           GPtrArray           *replacements);
void                 envoi_composer_window_connect_compress (EnvoiComposerWindow *self);
/* FALSE when no removal is the last thing that happened. */
gboolean             envoi_composer_window_restore_last   (EnvoiComposerWindow *self);
/* Whatever happened since. */
void                 envoi_composer_window_restore_attachment (EnvoiComposerWindow *self,
                                                               guint                number);
void                 envoi_composer_window_start_editor   (EnvoiComposerWindow *self);
EnvoiService        *envoi_composer_window_get_service    (EnvoiComposerWindow *self);   /* nullable */
EnvoiComposerBody   *envoi_composer_window_get_body       (EnvoiComposerWindow *self);
EnvoiComposerFields *envoi_composer_window_get_fields     (EnvoiComposerWindow *self);
EnvoiPaster         *envoi_composer_window_get_paster     (EnvoiComposerWindow *self);   /* nullable */
GMenu               *envoi_composer_window_get_later_menu (EnvoiComposerWindow *self);

G_END_DECLS
