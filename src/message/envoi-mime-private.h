/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-address.h"
#include "envoi-draft-private.h"

G_BEGIN_DECLS

/* Everything a message is made of, already checked. */
typedef struct {
  EnvoiAddress *from;
  GPtrArray *to;             /* of EnvoiAddress, as the next two */
  GPtrArray *cc;
  GPtrArray *reply_to;
  const char *subject;
  const char *date;
  const char *message_id;    /* with <>, as the next two */
  const char *in_reply_to;
  const char *references;
  GPtrArray *headers;        /* of EnvoiHeaderField */
  const char *text;
  const char *html;          /* nullable */
  GPtrArray *pictures;       /* of EnvoiAttachment, as the next */
  GPtrArray *files;
  const char *token;         /* boundaries are made from it */
  gboolean has_old_readers;  /* someone reads with QQ Mail or Foxmail */
} EnvoiMimeLetter;

/* The longest line that RFC 5322 allows, and the one it asks for. */
#define ENVOI_MIME_MAX_LINE 998
#define ENVOI_MIME_GOOD_LINE 76

/* The pieces of the message. (element-type EnvoiSegment) */
GPtrArray *envoi_mime_build            (const EnvoiMimeLetter *letter);

/* Whole header fields, folded, with their CRLF. */
void       envoi_mime_append_text      (GString               *out,
                                        const char            *name,
                                        const char            *value);
void       envoi_mime_append_words     (GString               *out,
                                        const char            *name,
                                        const char            *value);
void       envoi_mime_append_addresses (GString               *out,
                                        const char            *name,
                                        GPtrArray             *addresses);
/* The part of a field after its type: ";\r\n name=..." */
void       envoi_mime_append_old_parameter (GString           *out,
                                        const char            *name,
                                        const char            *value);
void       envoi_mime_append_parameter (GString               *out,
                                        const char            *name,
                                        const char            *value);
/* The transfer encoding that suits @text, and @text in it, with CRLF line ends. */
char      *envoi_mime_encode_body      (const char            *text,
                                        const char           **encoding);

G_END_DECLS
