/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-paster.h"

#include "envoi-html.h"

#include <glib/gi18n.h>
#include <string.h>

/* More than any letter; a clipboard can hold a whole spreadsheet. */
#define MAX_HTML_BYTES (8 * 1024 * 1024)
#define MAX_FILE_BYTES (32 * 1024 * 1024)

typedef enum {
  OFFER_NOTHING,
  OFFER_SIMPLER,     /* the last paste in a plainer form */
  OFFER_PICTURES,    /* files that were attached could be in the text */
} Offer;

/**
 * EnvoiPaster:
 *
 * The one way into a letter from outside. HTML is cleaned by the same rules as
 * at sealing before the surface sees it; pictures in it become parts.
 *
 * Thread: main
 */
struct _EnvoiPaster {
  GObject parent_instance;

  EnvoiEditor    *editor;      /* borrowed, all four */
  EnvoiAttacher  *attacher;
  EnvoiDraft     *draft;
  EnvoiNoticeBar *bar;

  GCancellable   *cancellable;
  Offer offer;
  char           *html;        /* clean, of the last paste */
  char           *text;
  GPtrArray      *pictures;    /* element-type EnvoiAttachment, for the offer */
  guint n_remote;              /* pictures of the last paste that stayed on the internet */
  guint n_dropped;             /* pictures still being copied that may be offered */
  gboolean is_pasting;         /* what is typed now is the paste itself */
};

G_DEFINE_FINAL_TYPE (EnvoiPaster, envoi_paster, G_TYPE_OBJECT)

static gboolean
is_picture_type (const char *content_type)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_strcmp0 (content_type, types[i]) == 0)
      return TRUE;
  }

  return FALSE;
}

/* NULL when nothing was. */
static char *
dup_left_out (EnvoiPaster *self)
{
  if (self->n_remote == 0)
    return NULL;

  return g_strdup_printf (ngettext ("%u picture from the internet was left out.",
                                    "%u pictures from the internet were left out.",
                                    self->n_remote), self->n_remote);
}

/* It stays until it is closed: who pastes writes on at once. */
static void
show_left_out (EnvoiPaster *self)
{
  g_autofree char *sentence = dup_left_out (self);

  envoi_notice_bar_show (self->bar, sentence,
                         _("Such pictures tell their owner when a letter is read. Copy a picture "
                           "itself to put it in."), NULL, NULL);
}

static void offer_taken_cb (EnvoiNoticeBar *bar,
                            guint           button,
                            EnvoiPaster    *self);

static void
show_offer (EnvoiPaster *self,
            Offer        offer)
{
  g_autofree char *left_out = dup_left_out (self);

  self->offer = offer;
  if (offer == OFFER_SIMPLER) {
    envoi_notice_bar_show (self->bar, _("Pasted with its formatting."), left_out, _("_Simplify"),
                           _("_Text Only"));
    /* Translators: a button: what was pasted stays with its formatting */
    envoi_notice_bar_name_close (self->bar, _("_Keep"));
  } else {
    envoi_notice_bar_show (self->bar, _("The picture is attached."), NULL,
                           _("Show in the _Text"), NULL);
  }
  envoi_notice_bar_ask (self->bar, G_CALLBACK (offer_taken_cb), self);
}

static void
did_paste_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autoptr (JSCValue) is_formatted =
    envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);

  if (is_formatted && self->bar && envoi_web.jsc_value_to_boolean (is_formatted))
    show_offer (self, OFFER_SIMPLER);
  else if (is_formatted && self->bar && self->n_remote > 0)
    show_left_out (self);
  self->is_pasting = FALSE;
}

static void
paste_clean (EnvoiPaster *self,
             const char  *html)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = envoi_html_sanitize (html, &error);

  if (!clean) {
    g_message ("Pasted as text: %s", error->message);
    envoi_editor_call (self->editor, "pasteText", g_variant_new ("(s)", self->text));
    return;
  }

  g_free (self->html);
  self->html = g_steal_pointer (&clean);
  self->is_pasting = TRUE;
  envoi_editor_call_async (self->editor, "paste", g_variant_new ("(sb)", self->html, FALSE),
                           self->cancellable, did_paste_cb, g_object_ref (self));
}

static char *
dup_member (JSCValue   *object,
            const char *name)
{
  g_autoptr (JSCValue) value = envoi_web.jsc_value_object_get_property (object, name);

  return envoi_web.jsc_value_to_string (value);
}

static void
take_picture (EnvoiPaster *self,
              JSCValue    *picture)
{
  g_autofree char *id = dup_member (picture, "id");
  g_autofree char *type = dup_member (picture, "type");
  g_autofree char *data = dup_member (picture, "data");
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  guchar *decoded = g_base64_decode (data, &length);

  bytes = g_bytes_new_take (decoded, length);
  if (is_picture_type (type))
    envoi_attacher_add_picture (self->attacher, bytes, type, id);
}

typedef struct {
  EnvoiPaster *paster;
  char        *id;
} FileRead;

static void
file_read_free (FileRead *read)
{
  g_object_unref (read->paster);
  g_free (read->id);
  g_free (read);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileRead, file_read_free)

static void
did_read_file_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (FileRead) read = user_data;
  g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (source), result, NULL, NULL);
  g_autofree char *guessed = NULL;
  g_autofree char *type = NULL;
  gsize length;
  const guchar *data;

  if (!bytes || !read->paster->attacher)
    return;

  data = g_bytes_get_data (bytes, &length);
  guessed = g_content_type_guess (NULL, data, length, NULL);
  type = g_content_type_get_mime_type (guessed);
  if (is_picture_type (type))
    envoi_attacher_add_picture (read->paster->attacher, bytes, type, read->id);
}

/* A link could lead anywhere, and a device never ends. */
static void
did_look_at_file_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (FileRead) read = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  GCancellable *cancellable = read->paster->cancellable;

  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_REGULAR &&
      g_file_info_get_size (info) <= MAX_FILE_BYTES)
    g_file_load_bytes_async (G_FILE (source), cancellable, did_read_file_cb,
                             g_steal_pointer (&read));
}

static void
take_file (EnvoiPaster *self,
           JSCValue    *picture)
{
  g_autofree char *path = dup_member (picture, "path");
  g_autoptr (GFile) file = g_file_new_for_path (path);
  FileRead *read = g_new0 (FileRead, 1);

  read->paster = g_object_ref (self);
  read->id = dup_member (picture, "id");
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                           G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, G_PRIORITY_DEFAULT,
                           self->cancellable, did_look_at_file_cb, read);
}

static void
take_each (EnvoiPaster *self,
           JSCValue    *taken,
           const char  *name,
           void (*take)(EnvoiPaster *, JSCValue *))
{
  g_autoptr (JSCValue) list = envoi_web.jsc_value_object_get_property (taken, name);
  g_autoptr (JSCValue) length = envoi_web.jsc_value_object_get_property (list, "length");

  for (int i = 0; i < envoi_web.jsc_value_to_int32 (length); i++) {
    g_autoptr (JSCValue) item = envoi_web.jsc_value_object_get_property_at_index (list, (guint) i);

    take (self, item);
  }
}

static void
took_pictures_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autoptr (JSCValue) taken = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);
  g_autofree char *html = NULL;

  if (!taken || !self->editor)
    return;

  take_each (self, taken, "pictures", take_picture);
  take_each (self, taken, "files", take_file);
  html = dup_member (taken, "html");
  paste_clean (self, html);
}

void
envoi_paster_take_html (EnvoiPaster *self,
                        const char  *html,
                        const char  *text)
{
  g_autofree char *derived = NULL;

  g_return_if_fail (ENVOI_IS_PASTER (self));

  if (!html || *html == '\0') {
    envoi_editor_call (self->editor, "pasteText", g_variant_new ("(s)", text ? text : ""));
    return;
  }

  derived = text && *text != '\0' ? g_strdup (text) : envoi_html_to_text (html);
  g_free (self->text);
  self->text = g_steal_pointer (&derived);
  self->n_remote = envoi_html_count_remote_pictures (html);
  if (strstr (html, "data:image/") || strstr (html, "file://"))
    envoi_editor_call_async (self->editor, "takePictures",
                             g_variant_new ("(ss)", html, g_get_tmp_dir ()), self->cancellable,
                             took_pictures_cb, g_object_ref (self));
  else
    paste_clean (self, html);
}

static void
got_text_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text && self->editor)
    envoi_editor_call (self->editor, "pasteOver", g_variant_new ("(s)", text));
}

static void
got_text_only_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text && self->editor)
    envoi_editor_call (self->editor, "pasteText", g_variant_new ("(s)", text));
}

static void
encode_thread (GTask        *task,
               gpointer      source,
               gpointer      texture,
               GCancellable *cancellable)
{
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (texture),
                         (GDestroyNotify) g_bytes_unref);
}

static void
did_encode_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  EnvoiPaster *self = ENVOI_PASTER (source);
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);

  if (bytes && self->attacher)
    envoi_attacher_add_picture (self->attacher, bytes, "image/png", NULL);
}

/* A picture of a whole screen takes a second to be encoded. Only what is in memory may
 * go to another thread; nothing else comes from another program. */
static void
got_texture_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autoptr (GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GTask) task = NULL;

  if (!GDK_IS_MEMORY_TEXTURE (texture))
    return;

  task = g_task_new (self, self->cancellable, did_encode_cb, NULL);
  g_task_set_source_tag (task, got_texture_cb);
  g_task_set_task_data (task, g_steal_pointer (&texture), g_object_unref);
  g_task_run_in_thread (task, encode_thread);
}

static GdkClipboard *
get_clipboard (EnvoiPaster *self)
{
  return gtk_widget_get_clipboard (GTK_WIDGET (self->editor));
}

static gboolean
has_words (const char *html)
{
  g_autofree char *text = envoi_html_to_text (html);

  return *g_strstrip (text) != '\0';
}

/* A browser's "copy image" gives HTML that only points to the picture. */
static void
take_clipboard_html (EnvoiPaster *self,
                     const char  *html)
{
  GdkClipboard *clipboard = get_clipboard (self);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (!has_words (html) && gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE))
    gdk_clipboard_read_texture_async (clipboard, self->cancellable, got_texture_cb,
                                      g_object_ref (self));
  else
    envoi_paster_take_html (self, html, NULL);
}

static void
read_html_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (source);
  g_autofree char *html = NULL;
  gssize length = g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL);

  if (length <= 0 || !self->editor)
    return;

  html = g_utf8_make_valid (g_memory_output_stream_get_data (memory),
                            MIN (length, MAX_HTML_BYTES));
  take_clipboard_html (self, html);
}

static void
got_html_stream_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  g_autoptr (GInputStream) stream =
    gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, NULL);
  g_autoptr (GOutputStream) memory = NULL;

  if (!stream)
    return;

  memory = g_memory_output_stream_new_resizable ();
  g_output_stream_splice_async (memory, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, self->cancellable, read_html_cb,
                                g_object_ref (self));
}

static void
got_files_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (EnvoiPaster) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value && self->attacher) {
    g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

    envoi_paster_take_files (self, files);
  }
}

/**
 * envoi_paster_paste:
 * @self: a paster
 * @text_only: without formatting
 *
 * Puts the clipboard into the letter: files as attachments, then formatted
 * text, then a picture, then plain text, whichever is there first.
 */
void
envoi_paster_paste (EnvoiPaster *self,
                    gboolean     text_only)
{
  static const char *html_types[] = { "text/html", NULL };
  GdkContentFormats *formats;
  GdkClipboard *clipboard;

  g_return_if_fail (ENVOI_IS_PASTER (self));

  clipboard = get_clipboard (self);
  formats = gdk_clipboard_get_formats (clipboard);

  if (text_only)
    gdk_clipboard_read_text_async (clipboard, self->cancellable, got_text_only_cb,
                                   g_object_ref (self));
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT,
                                    self->cancellable, got_files_cb, g_object_ref (self));
  else if (gdk_content_formats_contain_mime_type (formats, "text/html"))
    gdk_clipboard_read_async (clipboard, html_types, G_PRIORITY_DEFAULT, self->cancellable,
                              got_html_stream_cb, g_object_ref (self));
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE))
    gdk_clipboard_read_texture_async (clipboard, self->cancellable, got_texture_cb,
                                      g_object_ref (self));
  else
    gdk_clipboard_read_text_async (clipboard, self->cancellable, got_text_cb, g_object_ref (self));
}

void
envoi_paster_take_files (EnvoiPaster *self,
                         GSList      *files)
{
  g_return_if_fail (ENVOI_IS_PASTER (self));

  g_ptr_array_set_size (self->pictures, 0);
  self->n_dropped = g_slist_length (files);
  for (GSList *item = files; item; item = item->next)
    envoi_attacher_add_file (self->attacher, item->data, FALSE);
}

/* A picture among dropped files may have been meant for the text. */
static void
attached_cb (EnvoiAttacher   *attacher,
             EnvoiAttachment *attachment,
             EnvoiPaster     *self)
{
  if (envoi_attachment_get_is_inline (attachment)) {
    envoi_editor_call (self->editor, "showPicture",
                       g_variant_new ("(ss)", envoi_attachment_get_content_id (attachment),
                                      envoi_attachment_get_name (attachment)));
    return;
  }

  if (self->n_dropped == 0 || !envoi_editor_is_ready (self->editor))
    return;

  self->n_dropped--;
  if (is_picture_type (envoi_attachment_get_content_type (attachment))) {
    g_ptr_array_add (self->pictures, g_object_ref (attachment));
    show_offer (self, OFFER_PICTURES);
  }
}

static void
move_into_text (EnvoiPaster     *self,
                EnvoiAttachment *attachment)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *content_id = g_strconcat (uuid, "@envoi", NULL);
  g_autoptr (EnvoiAttachment) picture =
    envoi_attachment_new_inline (envoi_attachment_get_name (attachment),
                                 envoi_attachment_get_content_type (attachment),
                                 envoi_attachment_get_blob_id (attachment),
                                 envoi_attachment_get_size (attachment), content_id);

  envoi_draft_add_attachment (self->draft, picture);
  envoi_draft_remove_attachment (self->draft, attachment);
  envoi_editor_call (self->editor, "showPicture",
                     g_variant_new ("(ss)", content_id, envoi_attachment_get_name (attachment)));
}

static void
offer_taken_cb (EnvoiNoticeBar *bar,
                guint           button,
                EnvoiPaster    *self)
{
  Offer offer = self->offer;

  if (offer == OFFER_SIMPLER)
    envoi_editor_call (self->editor, "pasteAgain",
                       g_variant_new ("(ssb)", self->html, self->text, button == 0));
  for (guint i = 0; offer == OFFER_PICTURES && i < self->pictures->len; i++)
    move_into_text (self, g_ptr_array_index (self->pictures, i));

  envoi_paster_forget (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
}

static void
paste_wanted_cb (EnvoiEditor *editor,
                 EnvoiPaster *self)
{
  envoi_paster_paste (self, FALSE);
}

static void
dropped_cb (EnvoiEditor *editor,
            const char  *html,
            const char  *text,
            EnvoiPaster *self)
{
  envoi_paster_take_html (self, html, text);
}

static void
envoi_paster_dispose (GObject *object)
{
  EnvoiPaster *self = ENVOI_PASTER (object);

  g_cancellable_cancel (self->cancellable);
  self->editor = NULL;
  self->attacher = NULL;
  self->draft = NULL;
  self->bar = NULL;

  G_OBJECT_CLASS (envoi_paster_parent_class)->dispose (object);
}

static void
envoi_paster_finalize (GObject *object)
{
  EnvoiPaster *self = ENVOI_PASTER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->pictures, g_ptr_array_unref);
  g_clear_pointer (&self->html, g_free);
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (envoi_paster_parent_class)->finalize (object);
}

static void
envoi_paster_class_init (EnvoiPasterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_paster_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_paster_finalize;
}

static void
envoi_paster_init (EnvoiPaster *self)
{
  self->cancellable = g_cancellable_new ();
  self->pictures = g_ptr_array_new_with_free_func (g_object_unref);
}

EnvoiPaster *
envoi_paster_new (EnvoiEditor    *editor,
                  EnvoiAttacher  *attacher,
                  EnvoiDraft     *draft,
                  EnvoiNoticeBar *bar)
{
  EnvoiPaster *self = g_object_new (ENVOI_TYPE_PASTER, NULL);

  self->editor = editor;
  self->attacher = attacher;
  self->draft = draft;
  self->bar = bar;
  g_signal_connect_object (editor, "paste", G_CALLBACK (paste_wanted_cb), self, 0);
  g_signal_connect_object (editor, "dropped", G_CALLBACK (dropped_cb), self, 0);
  g_signal_connect_object (attacher, "attached", G_CALLBACK (attached_cb), self, 0);
  return self;
}

void
envoi_paster_forget (EnvoiPaster *self)
{
  g_return_if_fail (ENVOI_IS_PASTER (self));

  if (self->is_pasting || self->offer == OFFER_NOTHING)
    return;

  self->offer = OFFER_NOTHING;
  self->n_dropped = 0;
  g_ptr_array_set_size (self->pictures, 0);
  /* Somebody else may ask by now. */
  if (envoi_notice_bar_is_asked_by (self->bar, self))
    envoi_notice_bar_hide (self->bar);
}

void
envoi_paster_tell_left_out (EnvoiPaster *self,
                            guint        n_pictures)
{
  g_return_if_fail (ENVOI_IS_PASTER (self));

  self->n_remote = n_pictures;
  show_left_out (self);
}
