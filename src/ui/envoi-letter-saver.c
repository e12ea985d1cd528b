/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-letter-saver.h"

#include "envoi-compat.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/* Far below what file systems take, also when each character has four bytes. */
#define MAX_NAME_CHARS 60

typedef struct {
  EnvoiService *service;
  char *letter_id;
  EnvoiLetterSavedFunc told;
  GObject *owner;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->service);
  g_object_unref (saving->owner);
  g_free (saving->letter_id);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
did_save (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Saving) saving = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (envoi_service_save_message_finish (ENVOI_SERVICE (source), result, &error))
    sentence = g_strdup (_("The letter has been saved"));
  else
    /* Translators: %s says why, in the system's words */
    sentence = g_strdup_printf (_("The file could not be saved: %s"), error->message);

  saving->told (sentence, saving->owner);
}

static void
got_target (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Saving *saving = user_data;
  g_autoptr (GFile) target = envoi_compat_save_file_finish (result, NULL);

  if (target)
    envoi_service_save_message_async (saving->service, saving->letter_id, target, NULL, did_save,
                                      saving);
  else
    saving_free (saving);
}

char *
envoi_letter_saver_format_name (const char *subject)
{
  g_autofree char *start = g_utf8_substring (subject, 0, MIN (g_utf8_strlen (subject, -1),
                                                              MAX_NAME_CHARS));

  for (char *p = start; *p; p = g_utf8_next_char (p)) {
    if (*p == '/' || *p == '\\' || g_ascii_iscntrl (*p))
      *p = '-';
  }

  /* A name that begins with a dot would be out of sight. */
  g_strchug (g_strchomp (start));
  return g_strdup_printf ("%s%s.eml", *start == '.' ? "_" : "", start);
}

void
envoi_letter_saver_ask (GtkWindow            *parent,
                        EnvoiService         *service,
                        EnvoiLetter          *letter,
                        EnvoiLetterSavedFunc  told,
                        GObject              *owner)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  g_autofree char *name =
    envoi_letter_saver_format_name (envoi_words_get_subject (record->subject));
  Saving *saving = g_new0 (Saving, 1);

  saving->service = g_object_ref (service);
  saving->letter_id = g_strdup (record->id);
  saving->told = told;
  saving->owner = g_object_ref (owner);
  envoi_compat_save_file_async (parent, _("Save Letter"), name, NULL, got_target, saving);
}
