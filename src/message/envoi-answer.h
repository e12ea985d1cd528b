/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"
#include "envoi-message-reader.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_ANSWER_REPLY,
  ENVOI_ANSWER_REPLY_ALL,
  ENVOI_ANSWER_FORWARD,
  ENVOI_ANSWER_EDIT,          /* the same letter once more, to change */
} EnvoiAnswerKind;

/* What a formatted answer begins with: a line to write in, and one more. */
#define ENVOI_ANSWER_LINES "<div><br></div><div><br></div>"

/**
 * EnvoiOriginal:
 * @letter: its fields, and the attachments that are in the store
 * @message_id: with <>, "" when it has none
 * @date: (nullable): when it was written
 *
 * A letter that is answered, passed on or written anew, whether we sent it or it
 * came as a file.
 *
 * Thread: main
 */
typedef struct {
  EnvoiDraft *letter;
  char       *message_id;
  GDateTime  *date;
} EnvoiOriginal;

/* @date: microseconds since the epoch, 0 = not known */
EnvoiOriginal *envoi_original_new              (EnvoiDraft            *letter,
                                                const char            *message_id,
                                                gint64                 date);
/* Without attachments: their bytes are not in the store yet. */
EnvoiOriginal *envoi_original_new_from_message (EnvoiMessageReader    *message);
void           envoi_original_free             (EnvoiOriginal         *self);
/* Whether the formatted text shows the picture that is called so. */
gboolean       envoi_original_shows            (const EnvoiOriginal   *self,
                                                const char            *content_id);
/* Fills an empty @draft; its "account-id" and "from" stay as they are. @own: the
 * person's mailboxes, who get no copy of what they write themselves. */
void           envoi_answer_fill               (EnvoiDraft            *draft,
                                                EnvoiAnswerKind        kind,
                                                const EnvoiOriginal   *original,
                                                const char *const     *own);
/* Text in place of HTML, for who writes without formatting: of an answer, and of a letter whose
 * HTML says no more than its text. What somebody has formatted stays. */
void           envoi_answer_begin_plain        (EnvoiDraft            *draft);
/* Pictures on the internet that the letter shows and this new answer to it does not. */
guint          envoi_answer_get_n_left_out     (EnvoiDraft            *draft);
/* "Re: " or "Fwd: " once, whatever prefixes of whatever language were there. */
char          *envoi_answer_format_subject     (EnvoiAnswerKind        kind,
                                                const char            *subject);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOriginal, envoi_original_free)

G_END_DECLS
