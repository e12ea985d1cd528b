/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-broker.h"

#include "envoi-token-broker-private.h"

/* How a sign-in stands, and when the person will be asked again. */

#define DAY_US (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)

/* The earlier of what the provider said and what its rule for unused permissions means. */
static void
judge_due (EnvoiTokenHealth     *health,
           const EnvoiTokenNote *note,
           guint                 idle_days)
{
  gint64 unused_us = idle_days > 0 ? note->refreshed_us + idle_days * DAY_US : 0;

  if (note->ends_us > 0 && (unused_us == 0 || note->ends_us <= unused_us)) {
    health->due = ENVOI_TOKEN_DUE_ENDS;
    health->due_us = note->ends_us;
  } else if (unused_us > 0) {
    health->due = ENVOI_TOKEN_DUE_UNUSED;
    health->due_us = unused_us;
  }
}

/**
 * envoi_token_broker_get_health:
 * @self: a broker
 * @account: an account that signs in by the browser
 *
 * Returns: how its sign-in stands; the members belong to the broker, until the
 *   journal's next "changed"
 *
 * Thread: main
 */
EnvoiTokenHealth
envoi_token_broker_get_health (EnvoiTokenBroker *self,
                               EnvoiAccount     *account)
{
  EnvoiProvider *provider =
    envoi_provider_table_find_oauth (envoi_token_broker_get_providers (self),
                                     envoi_account_get_oauth_provider (account));
  const EnvoiProviderOAuth *oauth = provider ? envoi_provider_get_oauth (provider) : NULL;
  const EnvoiTokenNote *note = envoi_token_journal_get (envoi_token_broker_get_journal (self),
                                                        envoi_account_get_id (account));
  EnvoiTokenHealth health = { 0 };

  health.access_ends_us = envoi_token_broker_get_access_end (self, account);
  health.needed = oauth ? (const char *const *) oauth->scopes : NULL;
  if (!note)
    return health;

  health.signed_in_us = note->signed_in_us;
  health.refreshed_us = note->refreshed_us;
  health.granted = note->scope;
  judge_due (&health, note, oauth ? oauth->idle_days : 0);
  return health;
}
