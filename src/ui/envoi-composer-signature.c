/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-sign.h"
#include "envoi-signature.h"

#include <glib/gi18n.h>

/* The signature of a letter follows who it is from. It is replaced as long as
 * nobody changed it; one that a person has edited stays, and the other is offered. */

/* Who the letter is from. (nullable, transfer none) */
static EnvoiIdentity *
find_identity (EnvoiComposerWindow *self)
{
  EnvoiAccount *account = NULL;

  if (self->service)
    account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                       envoi_draft_get (self->draft, "account-id"));

  return account ? envoi_account_find_identity (account, envoi_draft_get (self->draft, "from"))
                 : NULL;
}

static const char *
get_text (EnvoiIdentity *identity)
{
  return identity ? envoi_identity_get_signature_text (identity) : "";
}

static char *
dup_block (EnvoiIdentity *identity)
{
  g_autofree char *html = identity ? envoi_signature_dup_html (identity) : g_strdup ("");

  return envoi_sign_format_html (html);
}

static void
put (EnvoiComposerWindow *self,
     EnvoiIdentity       *identity)
{
  EnvoiSourcePage *source = envoi_composer_body_get_source (self->body);
  g_autofree char *block = dup_block (identity);

  g_set_object (&self->signed_by, identity);
  if (source)
    envoi_source_page_set_signature (source, block);
  else
    envoi_editor_call (envoi_composer_body_get_editor (self->body), "setSignature",
                       g_variant_new ("(s)", block));
}

static void
offer_answered_cb (EnvoiNoticeBar      *bar,
                   guint                button,
                   EnvoiComposerWindow *self)
{
  envoi_notice_bar_hide (bar);
  put (self, find_identity (self));
}

static void
offer (EnvoiComposerWindow *self,
       EnvoiIdentity       *identity)
{
  const char *address = envoi_identity_get_address (identity);
  /* Translators: %s is an address that the letter is from now */
  g_autofree char *sentence = g_strdup_printf (_("You changed the signature; the one of %s was "
                                                 "not put in its place."), address);

  envoi_notice_bar_show (self->hint_bar, sentence, NULL, _("_Replace It"), NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (offer_answered_cb), self);
}

/* @shown: the words that stand in the letter. */
static void
follow (EnvoiComposerWindow *self,
        EnvoiIdentity       *identity,
        const char          *shown)
{
  if (envoi_sign_is_same (shown, get_text (self->signed_by)))
    put (self, identity);
  else if (!envoi_sign_is_same (shown, get_text (identity)))
    offer (self, identity);
}

static void
follow_in_source (EnvoiComposerWindow *self,
                  EnvoiIdentity       *identity,
                  EnvoiSourcePage     *source)
{
  g_autofree char *shown = envoi_source_page_dup_signature (source);

  follow (self, identity, shown ? shown : "");
}

static void
got_signature_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (JSCValue) value = envoi_editor_call_finish (ENVOI_EDITOR (source), result, NULL);
  EnvoiIdentity *identity = self->draft ? find_identity (self) : NULL;
  g_autofree char *shown = NULL;

  if (!value || !identity || self->is_done || identity == self->signed_by)
    return;

  shown = envoi_web.jsc_value_is_string (value)
          ? envoi_web.jsc_value_to_string (value)
          : g_strdup ("");
  follow (self, identity, shown);
}

static void
replace_plain (EnvoiComposerWindow *self,
               EnvoiIdentity       *identity)
{
  g_autofree char *old = envoi_sign_format_text (get_text (self->signed_by));
  g_autofree char *lines = envoi_sign_format_text (get_text (identity));

  if (envoi_composer_body_replace_plain (self->body, old, lines))
    g_set_object (&self->signed_by, identity);
}

static void
sender_changed_cb (EnvoiComposerWindow *self)
{
  EnvoiIdentity *identity = find_identity (self);
  EnvoiSourcePage *source = envoi_composer_body_get_source (self->body);

  if (!identity || identity == self->signed_by)
    return;

  if (envoi_composer_body_is_plain (self->body))
    replace_plain (self, identity);
  else if (source)
    follow_in_source (self, identity, source);
  else if (envoi_editor_is_ready (envoi_composer_body_get_editor (self->body)))
    envoi_editor_call_async (envoi_composer_body_get_editor (self->body), "getSignature", NULL,
                             NULL, got_signature_cb, g_object_ref (self));
}

/**
 * envoi_composer_window_sign:
 * @self: a window that has its draft and shows nothing of it yet
 *
 * Signs a letter that is begun; one that was kept is left as it is.
 *
 * Thread: main
 */
void
envoi_composer_window_sign (EnvoiComposerWindow *self)
{
  EnvoiIdentity *identity = find_identity (self);
  g_autofree char *html = NULL;

  if (identity && envoi_composer_window_is_new (self)) {
    html = envoi_signature_dup_html (identity);
    envoi_sign_draft (self->draft, html, get_text (identity));
  }

  g_set_object (&self->signed_by, identity);
  g_signal_connect_object (self->draft, "notify::from", G_CALLBACK (sender_changed_cb), self,
                           G_CONNECT_SWAPPED);
  /* A choice that was made before the surface could be asked. */
  g_signal_connect_object (envoi_composer_body_get_editor (self->body), "notify::is-ready",
                           G_CALLBACK (sender_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}
