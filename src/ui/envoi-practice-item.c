/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-practice-item.h"

/* Enough for any header worth reading in a list. */
#define HEAD_SIZE (64 * 1024)

/**
 * EnvoiPracticeItem:
 *
 * A received letter in the list of the practice inbox. Its file is read on a
 * worker: the head for the list, the whole when it is opened.
 *
 * Thread: main
 */
struct _EnvoiPracticeItem {
  GObject parent_instance;

  EnvoiPracticeLetter *letter;
  GFile               *file;
  char                *subject;
  gboolean is_head_read;
};

G_DEFINE_FINAL_TYPE (EnvoiPracticeItem, envoi_practice_item, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_SUBJECT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
read_head_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  EnvoiPracticeItem *self = source;
  GError *error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (self->file, cancellable, &error);
  g_autoptr (GBytes) head = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;

  if (stream)
    head = g_input_stream_read_bytes (G_INPUT_STREAM (stream), HEAD_SIZE, cancellable, &error);
  if (head)
    reader = envoi_message_reader_new (head, &error);

  if (reader)
    g_task_return_pointer (task, envoi_message_reader_dup_header (reader, "Subject"), g_free);
  else
    g_task_return_error (task, error);
}

static void
did_read_head (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  EnvoiPracticeItem *self = ENVOI_PRACTICE_ITEM (source);
  g_autoptr (GError) error = NULL;

  g_free (self->subject);
  self->subject = g_task_propagate_pointer (G_TASK (result), &error);
  if (error)
    g_message ("A practice letter could not be read: %s", error->message);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBJECT]);
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  EnvoiPracticeItem *self = source;
  GError *error = NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) bytes = NULL;
  EnvoiMessageReader *reader = NULL;

  mapped = g_mapped_file_new (g_file_peek_path (self->file), FALSE, &error);
  if (mapped) {
    bytes = g_mapped_file_get_bytes (mapped);
    reader = envoi_message_reader_new (bytes, &error);
  }

  if (reader)
    g_task_return_pointer (task, reader, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
envoi_practice_item_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  EnvoiPracticeItem *self = ENVOI_PRACTICE_ITEM (object);

  switch (property_id) {
    case PROP_SUBJECT:
      g_value_set_string (value, envoi_practice_item_get_subject (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_practice_item_finalize (GObject *object)
{
  EnvoiPracticeItem *self = ENVOI_PRACTICE_ITEM (object);

  envoi_practice_letter_free (self->letter);
  g_object_unref (self->file);
  g_free (self->subject);

  G_OBJECT_CLASS (envoi_practice_item_parent_class)->finalize (object);
}

static void
envoi_practice_item_class_init (EnvoiPracticeItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_practice_item_get_property;
  object_class->finalize = envoi_practice_item_finalize;

  properties[PROP_SUBJECT] = g_param_spec_string ("subject", NULL, NULL, "",
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_practice_item_init (EnvoiPracticeItem *self)
{
}

EnvoiPracticeItem *
envoi_practice_item_new (const EnvoiPracticeLetter *letter,
                         GFile                     *file)
{
  EnvoiPracticeItem *self = g_object_new (ENVOI_TYPE_PRACTICE_ITEM, NULL);

  self->letter = envoi_practice_letter_copy (letter);
  self->file = g_object_ref (file);
  return self;
}

const EnvoiPracticeLetter *
envoi_practice_item_get_letter (EnvoiPracticeItem *self)
{
  g_return_val_if_fail (ENVOI_IS_PRACTICE_ITEM (self), NULL);

  return self->letter;
}

const char *
envoi_practice_item_get_subject (EnvoiPracticeItem *self)
{
  g_return_val_if_fail (ENVOI_IS_PRACTICE_ITEM (self), NULL);

  if (!self->is_head_read) {
    g_autoptr (GTask) task = g_task_new (self, NULL, did_read_head, NULL);

    self->is_head_read = TRUE;
    g_task_run_in_thread (task, read_head_thread);
  }

  return self->subject ? self->subject : "";
}

void
envoi_practice_item_read_async (EnvoiPracticeItem   *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENVOI_IS_PRACTICE_ITEM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_run_in_thread (task, read_thread);
}

EnvoiMessageReader *
envoi_practice_item_read_finish (EnvoiPracticeItem  *self,
                                 GAsyncResult       *result,
                                 GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
