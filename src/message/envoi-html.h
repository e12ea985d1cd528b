/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reduces HTML to the small, safe set a letter may have (list in the README of
 * this folder): no script, event handler, form, frame, remote content, style
 * element, data: or javascript: link. Idempotent. Pictures stay only as cid:.
 * Thread: any. Errors: UNSAFE_HTML (not parseable at all, or absurdly deep or large) */
char *envoi_html_sanitize (const char  *html,
                           GError     **error);
/* Those that sanitising leaves out; dots that only watch do not count. */
guint envoi_html_count_remote_pictures (const char *html);
/* The plain twin: paragraphs, lists, quotes, links, tables; lines as the person wrote them. */
char *envoi_html_to_text  (const char  *html);
/* Plain text as HTML paragraphs, escaped. */
char *envoi_html_from_text (const char *text);

G_END_DECLS
