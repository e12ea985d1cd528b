/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-log-item.h"

#include "envoi-audit-line.h"
#include "envoi-problem.h"

#include <glib/gi18n.h>

/**
 * EnvoiLogItem:
 *
 * One attempt to send, as the sending log tells it.
 *
 * Thread: main
 */
struct _EnvoiLogItem {
  GObject parent_instance;

  EnvoiAuditRecord *record;
  char             *account;    /* its address, or the envelope's sender */
  gboolean is_masked;
};

G_DEFINE_FINAL_TYPE (EnvoiLogItem, envoi_log_item, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_MASKED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static char *
dup_shown (EnvoiLogItem *self,
           const char   *text)
{
  return self->is_masked ? envoi_audit_line_mask (text) : g_strdup (text);
}

static char *
format_sent (const EnvoiAuditRecord *record)
{
  if (record->n_refused == 0)
    return g_strdup (C_("sending log", "Sent"));

  return g_strdup_printf (ngettext ("Sent, %u recipient refused", "Sent, %u recipients refused",
                                    record->n_refused), record->n_refused);
}

static const char *
get_outcome_words (EnvoiLetterState result)
{
  switch (result) {
    case ENVOI_LETTER_WAITING:
      return C_("sending log", "Put off");
    case ENVOI_LETTER_UNKNOWN:
      return C_("sending log", "May have been delivered");
    case ENVOI_LETTER_FAILED:
      return C_("sending log", "Not sent");
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_QUEUED:
    case ENVOI_LETTER_SENDING:
    case ENVOI_LETTER_SENT:
    default:
      return C_("sending log", "Stopped");
  }
}

static void
envoi_log_item_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  EnvoiLogItem *self = ENVOI_LOG_ITEM (object);

  switch (property_id) {
    case PROP_MASKED:
      g_value_set_boolean (value, self->is_masked);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_log_item_set_property (GObject      *object,
                             guint         property_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  EnvoiLogItem *self = ENVOI_LOG_ITEM (object);

  switch (property_id) {
    case PROP_MASKED:
      if (self->is_masked != g_value_get_boolean (value)) {
        self->is_masked = !self->is_masked;
        g_object_notify_by_pspec (object, pspec);
      }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_log_item_finalize (GObject *object)
{
  EnvoiLogItem *self = ENVOI_LOG_ITEM (object);

  g_clear_pointer (&self->record, envoi_audit_record_free);
  g_free (self->account);

  G_OBJECT_CLASS (envoi_log_item_parent_class)->finalize (object);
}

static void
envoi_log_item_class_init (EnvoiLogItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_log_item_get_property;
  object_class->set_property = envoi_log_item_set_property;
  object_class->finalize = envoi_log_item_finalize;

  properties[PROP_MASKED] =
    g_param_spec_boolean ("masked", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_log_item_init (EnvoiLogItem *self)
{
}

/**
 * envoi_log_item_new:
 * @record: (transfer full): a line of the audit log
 * @account: (nullable): the account's address while there is such an account
 * @is_masked: whether its words leave no whole address
 *
 * Returns: (transfer full): the item
 */
EnvoiLogItem *
envoi_log_item_new (EnvoiAuditRecord *record,
                    const char       *account,
                    gboolean          is_masked)
{
  EnvoiLogItem *self = g_object_new (ENVOI_TYPE_LOG_ITEM, "masked", is_masked, NULL);

  self->record = record;
  self->account = g_strdup (account ? account : record->sender);
  return self;
}

const EnvoiAuditRecord *
envoi_log_item_get_record (EnvoiLogItem *self)
{
  g_return_val_if_fail (ENVOI_IS_LOG_ITEM (self), NULL);

  return self->record;
}

char *
envoi_log_item_dup_who (EnvoiLogItem *self)
{
  g_autofree char *account = NULL;

  g_return_val_if_fail (ENVOI_IS_LOG_ITEM (self), NULL);

  account = dup_shown (self, self->account);
  /* Translators: %1$s is the address a letter was sent from */
  return g_strdup_printf (ngettext ("%1$s, to %2$u recipient", "%1$s, to %2$u recipients",
                                    self->record->n_recipients),
                          account, self->record->n_recipients);
}

char *
envoi_log_item_dup_outcome (EnvoiLogItem *self)
{
  g_autoptr (EnvoiProblem) problem = NULL;
  const char *words;

  g_return_val_if_fail (ENVOI_IS_LOG_ITEM (self), NULL);

  if (self->record->result == ENVOI_LETTER_SENT)
    return format_sent (self->record);

  words = get_outcome_words (self->record->result);
  problem = envoi_problem_new_for_code (self->record->error_domain, self->record->error_code);
  if (!problem || self->record->result == ENVOI_LETTER_UNKNOWN)
    return g_strdup (words);

  /* Translators: what came of an attempt to send, and why: "Put off: The server is busy" */
  return g_strdup_printf (_("%1$s: %2$s"), words, problem->title);
}

char *
envoi_log_item_dup_reply (EnvoiLogItem *self)
{
  const EnvoiAuditRecord *record;
  g_autofree char *text = NULL;

  g_return_val_if_fail (ENVOI_IS_LOG_ITEM (self), NULL);

  record = self->record;
  if (record->reply_code == 0)
    return NULL;

  text = dup_shown (self, record->reply_text ? record->reply_text : "");
  return g_strdup_printf ("%d%s%s %s", record->reply_code, record->reply_enhanced ? " " : "",
                          record->reply_enhanced ? record->reply_enhanced : "", text);
}
