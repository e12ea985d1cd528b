/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a peer may send as one reply before it is called broken. */
#define ENVOI_SMTP_REPLY_MAX_LINES 128
#define ENVOI_SMTP_REPLY_MAX_LINE_OCTETS 2000
#define ENVOI_SMTP_REPLY_MAX_OCTETS (64 * 1024)

/**
 * EnvoiSmtpReply:
 *
 * One complete reply (RFC 5321 section 4.2). All text is safe to show.
 *
 * Thread: courier
 */
typedef struct {
  int    code;       /* 200 to 599 */
  char  *enhanced;   /* nullable, "5.1.1" (RFC 2034); NULL when its class contradicts @code */
  char  *text;       /* all lines, one space between, without codes */
  char **lines;      /* each line after the code and its separator */
} EnvoiSmtpReply;

void     envoi_smtp_reply_free         (EnvoiSmtpReply       *self);
gboolean envoi_smtp_reply_is_positive  (const EnvoiSmtpReply *self);
gboolean envoi_smtp_reply_is_transient (const EnvoiSmtpReply *self);
gboolean envoi_smtp_reply_is_closing   (const EnvoiSmtpReply *self);

/**
 * EnvoiSmtpReplyParser:
 *
 * Makes replies from bytes that arrive in any pieces.
 *
 * Thread: courier
 */
typedef struct _EnvoiSmtpReplyParser EnvoiSmtpReplyParser;

EnvoiSmtpReplyParser *envoi_smtp_reply_parser_new         (void);
void                  envoi_smtp_reply_parser_free        (EnvoiSmtpReplyParser  *self);
void                  envoi_smtp_reply_parser_feed        (EnvoiSmtpReplyParser  *self,
                                                           const guint8          *bytes,
                                                           gsize                  length);
gboolean              envoi_smtp_reply_parser_next        (EnvoiSmtpReplyParser  *self,
                                                           EnvoiSmtpReply       **reply,
                                                           GError               **error);
gboolean              envoi_smtp_reply_parser_is_empty    (EnvoiSmtpReplyParser  *self);
char                 *envoi_smtp_reply_parser_dup_partial (EnvoiSmtpReplyParser  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpReply, envoi_smtp_reply_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpReplyParser, envoi_smtp_reply_parser_free)

G_END_DECLS
