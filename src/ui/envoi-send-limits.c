/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-send-limits.h"

#include "envoi-address.h"
#include "envoi-zip.h"

#include <string.h>

#define LINE 76
#define HEADER_OCTETS 2048
#define WORTHWHILE 10
#define SMALL_PICTURE (300 * 1000)      /* nothing is gained from there on */

/* Programs: refused by nearly every receiver. */
static const char *const programs[] = {
  "bat", "chm", "cmd", "com", "cpl", "exe", "hta", "jar", "js", "jse", "lnk", "msi", "pif",
  "ps1", "scr", "vb", "vbe", "vbs", "wsf", "wsh", NULL,
};

/* What Gmail refuses besides. */
static const char *const refused_by_gmail[] = {
  "ade", "adp", "apk", "appx", "appxbundle", "cab", "diagcab", "dll", "dmg", "ex", "ex_", "img",
  "ins", "iso", "isp", "jnlp", "lib", "mde", "mjs", "msc", "msix", "msixbundle", "msp", "mst",
  "nsh", "sct", "shb", "sys", "vhd", "vxd", "wsc", "xll", NULL,
};

/* What NetEase (163, 126, yeah ...) refuses besides. */
static const char *const refused_by_netease[] = { "bhx", "hqx", "mim", "uu", NULL };

static const struct {
  const char *provider;
  const char *const *types;
} refusals[] = {
  { "gmail", refused_by_gmail }, { "google-workspace", refused_by_gmail },
  { "163", refused_by_netease }, { "126", refused_by_netease },
  { "yeah", refused_by_netease }, { "188", refused_by_netease },
  { "vip163", refused_by_netease }, { "vip126", refused_by_netease },
  { "vip188", refused_by_netease }, { "netease-qiye", refused_by_netease },
};

void
envoi_send_limits_init (EnvoiSendLimits    *self,
                        EnvoiProviderTable *providers,
                        EnvoiAccount       *account)
{
  EnvoiProvider *provider = NULL;

  memset (self, 0, sizeof *self);
  if (!account || envoi_account_is_practice (account))
    return;

  self->login = envoi_account_get_login (account);
  provider = envoi_provider_table_find_for_account (providers, account);
  if (!provider)
    return;

  self->provider_id = envoi_provider_get_id (provider);
  self->provider_name = envoi_provider_get_name (provider, NULL);
  self->from_rule = envoi_provider_get_from_rule (provider);
  self->size_limit = envoi_provider_get_size_limit (provider);
  self->max_recipients = envoi_provider_get_max_recipients (provider);
}

/* A login without a domain is the local part of the address. */
static gboolean
is_mailbox_of_login (const char *mailbox,
                     const char *login)
{
  const char *at = strrchr (mailbox, '@');
  g_autofree char *local = at ? g_strndup (mailbox, (gsize) (at - mailbox)) : g_strdup (mailbox);

  return g_ascii_strcasecmp (strchr (login, '@') ? mailbox : local, login) == 0;
}

gboolean
envoi_send_limits_is_other_sender (const EnvoiSendLimits *self,
                                   const char            *from)
{
  g_autoptr (EnvoiAddress) address = envoi_address_parse (from, NULL);

  return address && self->login && *self->login != '\0' &&
         (self->from_rule == ENVOI_PROVIDER_FROM_STRICT ||
          self->from_rule == ENVOI_PROVIDER_FROM_REWRITTEN) &&
         !is_mailbox_of_login (envoi_address_get_mailbox (address), self->login);
}

gboolean
envoi_send_limits_refuses_file (const EnvoiSendLimits *self,
                                const char            *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *type = g_ascii_strdown (dot ? dot + 1 : "", -1);

  if (g_strv_contains (programs, type))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    if (g_strcmp0 (refusals[i].provider, self->provider_id) == 0)
      return g_strv_contains (refusals[i].types, type);
  }

  return FALSE;
}

guint64
envoi_attachment_encoded_size (guint64 size)
{
  guint64 characters = (size + 2) / 3 * 4;

  return characters + (characters + LINE - 1) / LINE * 2;
}

guint64
envoi_send_limits_measure (EnvoiDraft *draft)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  guint64 size = HEADER_OCTETS +
                 envoi_attachment_encoded_size (strlen (envoi_draft_get (draft, "html"))) +
                 envoi_attachment_encoded_size (strlen (envoi_draft_get (draft, "text")));

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    size += envoi_attachment_encoded_size (envoi_attachment_get_size (attachment));
  }

  return size;
}

GPtrArray *
envoi_send_limits_list_packable (const EnvoiSendLimits *self,
                                 EnvoiDraft            *draft)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  GPtrArray *packable = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    /* In an archive a refused file would only be refused later. */
    if (!envoi_attachment_get_is_inline (attachment) &&
        envoi_zip_helps (envoi_attachment_get_content_type (attachment)) &&
        !envoi_send_limits_refuses_file (self, envoi_attachment_get_name (attachment)))
      g_ptr_array_add (packable, g_object_ref (attachment));
  }

  return packable;
}

GPtrArray *
envoi_send_limits_list_pictures (EnvoiDraft *draft)
{
  static const char *const types[] = { "image/jpeg", "image/png", NULL };
  GListModel *attachments = envoi_draft_get_attachments (draft);
  GPtrArray *pictures = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    if (envoi_attachment_get_size (attachment) > SMALL_PICTURE &&
        g_strv_contains (types, envoi_attachment_get_content_type (attachment)))
      g_ptr_array_add (pictures, g_object_ref (attachment));
  }

  return pictures;
}

/* What @files may take less in the letter, at most. */
static guint64
count_savings (GPtrArray *files,
               guint64    rest)
{
  guint64 savings = 0;

  for (guint i = 0; i < files->len; i++) {
    guint64 size = envoi_attachment_get_size (g_ptr_array_index (files, i));

    savings += envoi_attachment_encoded_size (size - MIN (rest, size));
  }

  return savings;
}

gboolean
envoi_send_limits_can_compress (const EnvoiSendLimits *self,
                                EnvoiDraft            *draft)
{
  g_autoptr (GPtrArray) packable = envoi_send_limits_list_packable (self, draft);
  g_autoptr (GPtrArray) pictures = envoi_send_limits_list_pictures (draft);
  guint64 size = envoi_send_limits_measure (draft);
  guint64 at_most = count_savings (packable, 0) + count_savings (pictures, SMALL_PICTURE);

  /* Where no limit is known, a letter that nearly stays as it is helps nobody. */
  return self->size_limit > 0 ? at_most > 0 && size - at_most <= self->size_limit
                              : at_most >= size / WORTHWHILE;
}
