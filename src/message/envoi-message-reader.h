/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_MESSAGE_READER (envoi_message_reader_get_type ())

/* A received message taken apart, for the practice inbox and for .eml files.
 * Thread: made on any one thread, then immutable */
G_DECLARE_FINAL_TYPE (EnvoiMessageReader, envoi_message_reader, ENVOI, MESSAGE_READER, GObject)

/* One part that a receiver would be offered as a file. */
typedef struct {
  char   *name;
  char   *content_type;
  char   *content_id;    /* nullable */
  GBytes *bytes;
} EnvoiReceivedPart;

EnvoiMessageReader *envoi_message_reader_new             (GBytes              *source,
                                                          GError             **error);
GBytes             *envoi_message_reader_get_source      (EnvoiMessageReader  *self);
/* Decoded, unfolded; nullable. name is "From", "To", "Subject", "Date" ... */
char               *envoi_message_reader_dup_header      (EnvoiMessageReader  *self,
                                                          const char          *name);
/* The mailboxes of an address field as "Name <mailbox>, ..." that parses back; what is
 * no usable address is left out. "" when there is none. */
char               *envoi_message_reader_dup_addresses   (EnvoiMessageReader  *self,
                                                          const char          *name);
/* Both nullable, as received. */
const char         *envoi_message_reader_get_html        (EnvoiMessageReader  *self);
const char         *envoi_message_reader_get_text        (EnvoiMessageReader  *self);
/* (element-type EnvoiReceivedPart) */
GPtrArray          *envoi_message_reader_get_parts       (EnvoiMessageReader  *self);
/* What a strict reader would complain about: (element-type utf8), empty when nothing.
 * Untranslated message ids marked N_(); the view translates. */
const char *const  *envoi_message_reader_get_complaints  (EnvoiMessageReader  *self);

G_END_DECLS
