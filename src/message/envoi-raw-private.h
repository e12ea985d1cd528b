/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gmime/gmime.h>

G_BEGIN_DECLS

/* A header as its bytes are: names as written, values unfolded, not decoded. */
typedef struct {
  GPtrArray *names;
  GPtrArray *values;
  gsize length;          /* octets up to the body */
  gboolean has_8bit;
} EnvoiRawHeader;

void                envoi_raw_header_parse  (EnvoiRawHeader *header,
                                             const char     *octets,
                                             gsize           length);
void                envoi_raw_header_clear  (EnvoiRawHeader *header);
/* The first field of that name; nullable. */
const char         *envoi_raw_header_get    (EnvoiRawHeader *header,
                                             const char     *name);
/* Where a field's name ends in @line, or 0 when it is no field. */
gsize               envoi_raw_measure_name  (const char     *line,
                                             gsize           length);
char               *envoi_raw_join_words    (const char     *value);
/* GMime made ready, with the charsets that mail without any is read in. */
GMimeParserOptions *envoi_raw_new_options   (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnvoiRawHeader, envoi_raw_header_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentDisposition, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeContentType, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GMimeParserOptions, g_mime_parser_options_free)

G_END_DECLS
