/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-provider.h"

G_BEGIN_DECLS

/* Who says so, the surest first. */
typedef enum {
  ENVOI_FINDING_TABLE,        /* the table that comes with the program, or the person's own */
  ENVOI_FINDING_EXCHANGER,    /* the table, by where the domain's mail goes */
  ENVOI_FINDING_DOMAIN,       /* a page of the domain itself */
  ENVOI_FINDING_DATABASE,     /* the public database of providers */
  ENVOI_FINDING_HOSTER,       /* a page, or the database, by where the domain's mail goes */
  ENVOI_FINDING_RECORDS,      /* SRV records of the domain (RFC 6186, RFC 8314) */
  ENVOI_FINDING_TRIED,        /* a guess that answered as a server for sending */
  ENVOI_FINDING_GUESS,        /* a guess, and nothing answered */
} EnvoiFindingSource;

/**
 * EnvoiFinding:
 *
 * Where a mail address sends through, and who said so. Filled by its maker,
 * then not changed any more.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct {
  gatomicrefcount     ref_count;
  EnvoiFindingSource  source;
  char               *origin;      /* nullable: the host that said so */
  EnvoiProvider      *provider;    /* nullable: the table's word on it */
  char               *host;
  guint16             port;
  EnvoiSmtpSecurity   security;
  char               *user;        /* nullable: the login, where it is not the address */
  char               *ca_file;     /* nullable: from the person's own table */
  char               *name;        /* nullable: what the provider calls itself */
  char               *help_url;    /* nullable, https */
  char               *owner;       /* the registered domain that the host belongs to */
  gboolean            is_foreign;  /* said by nobody who surely speaks for the domain: the person
                                    * must agree before a password goes there */
} EnvoiFinding;

#define ENVOI_TYPE_FINDING (envoi_finding_get_type ())

GType         envoi_finding_get_type       (void) G_GNUC_CONST;
EnvoiFinding *envoi_finding_new            (EnvoiFindingSource   source,
                                            const char          *host,
                                            guint16              port,
                                            EnvoiSmtpSecurity    security);
/* The provider's best server. */
EnvoiFinding *envoi_finding_new_for_provider (EnvoiFindingSource source,
                                            EnvoiProvider       *provider,
                                            const char          *email);
EnvoiFinding *envoi_finding_ref            (EnvoiFinding        *self);
void          envoi_finding_unref          (EnvoiFinding        *self);
/* Gives an account the server, the login and the provider; not how to sign in. */
void          envoi_finding_apply          (const EnvoiFinding  *self,
                                            EnvoiAccount        *account);
/* "table", "srv" ... for programs. */
const char   *envoi_finding_source_to_string (EnvoiFindingSource source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiFinding, envoi_finding_unref)

G_END_DECLS
