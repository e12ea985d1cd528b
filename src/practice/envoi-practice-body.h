/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is wrong with a message's bytes; the first fault found stays. */
typedef enum {
  ENVOI_PRACTICE_BODY_SOUND,
  ENVOI_PRACTICE_BODY_BARE_LINE_END,   /* a CR or LF by itself: smuggling, the session must end */
  ENVOI_PRACTICE_BODY_NUL,             /* the session must end */
  ENVOI_PRACTICE_BODY_LONG_LINE,
  ENVOI_PRACTICE_BODY_EIGHT_BIT,       /* without BODY=8BITMIME or SMTPUTF8 */
  ENVOI_PRACTICE_BODY_TOO_LARGE,
} EnvoiPracticeBodyFault;

typedef enum {
  ENVOI_PRACTICE_BODY_LINE_START,
  ENVOI_PRACTICE_BODY_IN_LINE,
  ENVOI_PRACTICE_BODY_CR,
  ENVOI_PRACTICE_BODY_DOT,
  ENVOI_PRACTICE_BODY_DOT_CR,
  ENVOI_PRACTICE_BODY_ENDED,
} EnvoiPracticeBodyPlace;

typedef struct {
  gboolean               is_dotted;        /* DATA: dots are unstuffed, a lone dot ends it */
  gboolean               is_eight_bit_fine;
  guint64                max_size;
  EnvoiPracticeBodyPlace place;
  EnvoiPracticeBodyFault fault;
  gsize                  line_length;
  guint64                size;
} EnvoiPracticeBody;

void     envoi_practice_body_init     (EnvoiPracticeBody       *self,
                                       gboolean                 is_dotted,
                                       gboolean                 is_eight_bit_fine,
                                       guint64                  max_size);
gsize    envoi_practice_body_feed     (EnvoiPracticeBody       *self,
                                       const guint8            *bytes,
                                       gsize                    length,
                                       GByteArray              *output);
void     envoi_practice_body_end      (EnvoiPracticeBody       *self);
gboolean envoi_practice_body_is_fatal (const EnvoiPracticeBody *self);

G_END_DECLS
