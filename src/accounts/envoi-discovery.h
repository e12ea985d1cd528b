/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-finding.h"
#include "envoi-provider-table.h"
#include "envoi-server-prober.h"

G_BEGIN_DECLS

/* What is asked, in this order; the first answer ends it. */
typedef enum {
  ENVOI_DISCOVERY_EXCHANGER,   /* DNS: where the domain's mail goes */
  ENVOI_DISCOVERY_DOMAIN,      /* a page of the domain */
  ENVOI_DISCOVERY_DATABASE,    /* the public database, and the page of whoever takes the mail */
  ENVOI_DISCOVERY_RECORDS,     /* DNS: SRV */
  ENVOI_DISCOVERY_SERVERS,     /* the usual names, by connecting to them */
} EnvoiDiscoveryStep;

/* Main thread. @domain: the mail domain. */
typedef void (*EnvoiDiscoveryFunc) (EnvoiDiscoveryStep  step,
                                    const char         *domain,
                                    gpointer            user_data);

#define ENVOI_TYPE_DISCOVERY (envoi_discovery_get_type ())

/* From a mail address to the server that it sends through. Of the address only the domain leaves
 * the computer. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDiscovery, envoi_discovery, ENVOI, DISCOVERY, GObject)

/* @prober: nullable, NULL = guesses are not tried. */
EnvoiDiscovery *envoi_discovery_new           (EnvoiProviderTable   *providers,
                                               EnvoiServerProber    *prober);
/* The address that a domain is appended to; NULL or "" = the public database is not asked. */
void            envoi_discovery_set_database  (EnvoiDiscovery       *self,
                                               const char           *address);
/* Where web servers listen and who vouches for them, for a test. */
void            envoi_discovery_set_web       (EnvoiDiscovery       *self,
                                               guint16               https_port,
                                               GTlsDatabase         *trust);
/* For one step, in milliseconds; 5 s unless set. */
void            envoi_discovery_set_patience  (EnvoiDiscovery       *self,
                                               guint                 patience_ms);
void            envoi_discovery_find_async    (EnvoiDiscovery       *self,
                                               const char           *email,
                                               EnvoiDiscoveryFunc    progress,
                                               gpointer              progress_data,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
/* Errors: ACCOUNTS_INCOMPLETE (no address), cancelled; else there is at least a guess. */
EnvoiFinding   *envoi_discovery_find_finish   (EnvoiDiscovery       *self,
                                               GAsyncResult         *result,
                                               GError              **error);
/* The guess for an address, without asking anybody. */
EnvoiFinding   *envoi_discovery_guess         (const char           *email);

G_END_DECLS
