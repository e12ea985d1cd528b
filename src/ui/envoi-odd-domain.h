/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  ENVOI_DOMAIN_FAMILIAR,
  ENVOI_DOMAIN_NEW,          /* nobody there was ever written to */
  ENVOI_DOMAIN_MISTYPED,     /* nearly one that is known */
} EnvoiDomainKind;

/* Whether a letter goes to a domain for the first time, and perhaps by a slip of the finger.
 * @known: nullable, "Name <mailbox>" of everybody written to; with few of them nothing is
 * called new. @meant: set to the domain that may be meant (transfer full) for MISTYPED. Pure. */
EnvoiDomainKind envoi_odd_domain_judge (const char         *mailbox,
                                        const char *const  *known,
                                        char              **meant);

G_END_DECLS
