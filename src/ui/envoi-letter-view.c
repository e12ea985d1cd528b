/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-letter-view.h"
#include "envoi-message-view.h"
#include "envoi-part-list.h"
#include "envoi-part.h"
#include "envoi-recipient-list.h"
#include "envoi-send-limits.h"
#include "envoi-state-card.h"
#include "envoi-transcript-view.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiLetterView:
 *
 * One letter and the truth about it. Everything it shows is read again from
 * the letter's record whenever that changes; the text is read once per version.
 *
 * Thread: main
 */
struct _EnvoiLetterView {
  AdwBin parent_instance;

  EnvoiService        *service;
  EnvoiLetter         *letter;
  GSignalGroup        *letter_signals;
  GCancellable        *reading;
  gboolean can_compress;                /* by its files, once they are read */
  gint64 shown_version;                 /* of the text: changed time of a draft, else 1 */
  guint countdown_id;

  GtkScrolledWindow   *scroller;
  GtkLabel            *subject;
  GtkLabel            *from;
  GtkLabel            *to;
  GtkLabel            *cc;
  GtkLabel            *bcc;
  EnvoiStateCard      *card;
  GtkLabel            *sent_note;
  EnvoiRecipientList  *recipients;
  EnvoiMessageView    *message;
  EnvoiPartList       *parts;
  EnvoiTranscriptView *transcript;
};

G_DEFINE_FINAL_TYPE (EnvoiLetterView, envoi_letter_view, ADW_TYPE_BIN)

enum {
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_field (GtkLabel   *label,
            const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (label)), text && *text);
}

/* Whether the mailbox has a copy is the first thing people ask after "sent". */
static void
show_sent_note (EnvoiLetterView *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                                   record->account_id);
  EnvoiProvider *provider = NULL;
  g_autofree char *note = NULL;

  if (account && !envoi_account_is_practice (account))
    provider = envoi_provider_table_find_mailbox (envoi_service_get_providers (self->service),
                                                  account);

  if (record->state == ENVOI_LETTER_SENT && provider)
    note = envoi_words_format_sent_copy (envoi_provider_saves_sent_copy (provider),
                                         envoi_provider_get_name (provider, NULL));
  gtk_label_set_label (self->sent_note, note ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->sent_note), note != NULL);
}

static char *
dup_host (EnvoiLetterView         *self,
          const EnvoiLetterRecord *record)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (self->service);
  EnvoiAccount *account = envoi_account_list_find (accounts, record->account_id);
  char *host = NULL;

  if (account)
    g_object_get (account, "host", &host, NULL);

  return host;
}

static void
show_card (EnvoiLetterView *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  g_autofree char *host = dup_host (self, record);
  g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (record, host);
  g_autoptr (EnvoiStateWords) words = NULL;
  EnvoiOutbox *outbox = envoi_service_get_outbox (self->service);
  EnvoiStateFacts way = { .progress = envoi_letter_get_progress (self->letter) };

  way.can_compress = self->can_compress;
  way.is_handed_over = envoi_letter_is_handed_over (self->letter);
  if (record->state == ENVOI_LETTER_QUEUED)
    way.held_until = envoi_outbox_get_paced_until (outbox, record->account_id);
  words = envoi_state_words_new (record, problem, &way,
                                 envoi_clock_get_now (envoi_service_get_clock (self->service)));
  envoi_state_card_show (self->card, words, way.progress);
}

/* Only a letter that waits its turn hears here how long. */
static void
planned_cb (EnvoiLetterView *self)
{
  if (self->letter && envoi_letter_get_state (self->letter) == ENVOI_LETTER_QUEUED)
    show_card (self);
}

static gboolean
is_in_undo_time (EnvoiLetterView *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  gint64 left;

  left = record->hold_until - envoi_clock_get_now (envoi_service_get_clock (self->service));
  return record->state == ENVOI_LETTER_QUEUED && left > 0 && left <= ENVOI_WORDS_UNDO_LIMIT;
}

static gboolean
countdown_cb (gpointer user_data)
{
  EnvoiLetterView *self = user_data;

  show_card (self);
  if (is_in_undo_time (self))
    return G_SOURCE_CONTINUE;

  self->countdown_id = 0;
  return G_SOURCE_REMOVE;
}

static GListStore *
make_parts (EnvoiLetterView *self,
            EnvoiDraft      *draft,
            gboolean         is_inline)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  EnvoiStore *store = envoi_service_get_store (self->service);
  GListStore *parts = g_list_store_new (ENVOI_TYPE_PART);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);
    g_autoptr (GFile) file = NULL;
    g_autoptr (EnvoiPart) part = NULL;

    file = envoi_store_dup_blob_file (store, envoi_attachment_get_blob_id (attachment));
    if (!file || envoi_attachment_get_is_inline (attachment) != is_inline)
      continue;

    part = envoi_part_new_for_file (envoi_attachment_get_name (attachment),
                                    envoi_attachment_get_content_type (attachment),
                                    envoi_attachment_get_content_id (attachment), file,
                                    envoi_attachment_get_size (attachment));
    g_list_store_append (parts, part);
  }

  return parts;
}

/* A letter may be a subject and files alone; an empty card would seem to wait for something. */
static void
show_body (EnvoiLetterView *self,
           const char      *html,
           const char      *text,
           GListModel      *pictures)
{
  gtk_widget_set_visible (GTK_WIDGET (self->message), *html != '\0' || *text != '\0');
  envoi_message_view_show (self->message, html, text, pictures);
}

/* Only now it is known whether the letter has files that would be smaller. */
static void
look_at_files (EnvoiLetterView *self,
               EnvoiDraft      *draft)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                                   record->account_id);
  EnvoiSendLimits limits;

  envoi_send_limits_init (&limits, envoi_service_get_providers (self->service), account);
  self->can_compress = envoi_send_limits_can_compress (&limits, draft);
  show_card (self);
}

static void
show_draft (EnvoiLetterView *self,
            EnvoiDraft      *draft)
{
  g_autoptr (GListStore) pictures = make_parts (self, draft, TRUE);
  g_autoptr (GListStore) files = make_parts (self, draft, FALSE);

  show_field (self->from, envoi_draft_get (draft, "from"));
  show_field (self->to, envoi_draft_get (draft, "to"));
  show_field (self->cc, envoi_draft_get (draft, "cc"));
  show_field (self->bcc, envoi_draft_get (draft, "bcc"));
  show_body (self, envoi_draft_get (draft, "html"), envoi_draft_get (draft, "text"),
             G_LIST_MODEL (pictures));
  envoi_part_list_set_parts (self->parts, G_LIST_MODEL (files));
}

static void
did_read (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiLetterView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  draft = envoi_service_read_letter_finish (ENVOI_SERVICE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (draft) {
    show_draft (self, draft);
    look_at_files (self, draft);
    return;
  }

  problem = envoi_problem_new (error);
  show_body (self, "", problem->title, NULL);
}

/* A sealed letter never changes again; a draft does whenever it is saved. */
static gint64
get_version (const EnvoiLetterRecord *record)
{
  return record->state == ENVOI_LETTER_DRAFT ? record->changed : 1;
}

static void
read_text (EnvoiLetterView *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);

  if (self->shown_version == get_version (record))
    return;

  self->shown_version = get_version (record);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  envoi_service_read_letter_async (self->service, record->id, self->reading, did_read,
                                   g_object_ref (self));
}

static void
show_letter (EnvoiLetterView *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);

  gtk_label_set_label (self->subject, envoi_words_get_subject (record->subject));
  show_card (self);
  show_sent_note (self);
  envoi_recipient_list_show (self->recipients, record);
  envoi_transcript_view_set_letter (self->transcript, envoi_service_get_store (self->service),
                                    record);
  read_text (self);

  if (is_in_undo_time (self) && self->countdown_id == 0)
    self->countdown_id = g_timeout_add_seconds (1, countdown_cb, self);
}

static void
letter_changed_cb (EnvoiLetterView *self,
                   GParamSpec      *pspec)
{
  /* Progress comes many times a second and moves nothing but the card. */
  if (g_str_equal (pspec->name, "progress") || g_str_equal (pspec->name, "is-handed-over"))
    show_card (self);
  else if (g_str_equal (pspec->name, "record"))
    show_letter (self);
}

static void
problem_cb (EnvoiLetterView *self,
            const char      *sentence)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, sentence);
}

static void
envoi_letter_view_dispose (GObject *object)
{
  EnvoiLetterView *self = ENVOI_LETTER_VIEW (object);

  g_clear_handle_id (&self->countdown_id, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->letter_signals);
  g_clear_object (&self->letter);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_letter_view_parent_class)->dispose (object);
}

static void
envoi_letter_view_class_init (EnvoiLetterViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_letter_view_dispose;

  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_STATE_CARD);
  g_type_ensure (ENVOI_TYPE_RECIPIENT_LIST);
  g_type_ensure (ENVOI_TYPE_MESSAGE_VIEW);
  g_type_ensure (ENVOI_TYPE_PART_LIST);
  g_type_ensure (ENVOI_TYPE_TRANSCRIPT_VIEW);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-letter-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, from);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, cc);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, bcc);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, card);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, sent_note);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, recipients);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, message);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, parts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLetterView, transcript);
  gtk_widget_class_bind_template_callback (widget_class, problem_cb);
}

static void
envoi_letter_view_init (EnvoiLetterView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->letter_signals = g_signal_group_new (ENVOI_TYPE_LETTER);
  g_signal_group_connect_swapped (self->letter_signals, "notify",
                                  G_CALLBACK (letter_changed_cb), self);
}

void
envoi_letter_view_set_service (EnvoiLetterView *self,
                               EnvoiService    *service)
{
  g_return_if_fail (ENVOI_IS_LETTER_VIEW (self));

  if (!g_set_object (&self->service, service))
    return;

  g_signal_connect_object (envoi_service_get_outbox (service), "planned",
                           G_CALLBACK (planned_cb), self, G_CONNECT_SWAPPED);
}

void
envoi_letter_view_set_letter (EnvoiLetterView *self,
                              EnvoiLetter     *letter)
{
  g_return_if_fail (ENVOI_IS_LETTER_VIEW (self));
  g_return_if_fail (!letter || self->service);

  if (!g_set_object (&self->letter, letter))
    return;

  g_clear_handle_id (&self->countdown_id, g_source_remove);
  g_signal_group_set_target (self->letter_signals, letter);
  g_cancellable_cancel (self->reading);
  self->shown_version = 0;
  self->can_compress = FALSE;
  envoi_message_view_clear (self->message);
  envoi_part_list_set_parts (self->parts, NULL);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);

  if (letter)
    show_letter (self);
}
