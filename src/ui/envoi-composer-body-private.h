/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-composer-body.h"
#include "envoi-early-text.h"
#include "envoi-find-bar.h"
#include "envoi-notice-bar.h"
#include "envoi-source-page.h"

G_BEGIN_DECLS

/* Which of the surfaces writes the draft. */
typedef enum {
  ENVOI_BODY_FORMATTED,
  ENVOI_BODY_PLAIN,
  ENVOI_BODY_SOURCE,     /* the formatted letter as HTML */
} EnvoiBodyKind;

struct _EnvoiComposerBody {
  AdwBin parent_instance;

  GtkStack           *stack;
  EnvoiFindBar       *find_bar;
  EnvoiNoticeBar     *twin_bar;
  EnvoiEditor        *editor;
  EnvoiSourcePage    *source;
  GtkTextView        *plain;
  EnvoiEarlyText     *early;         /* takes keys until the surface can */
  GtkWidget          *early_page;
  GtkWidget          *formatted;     /* the surface, and the early one on it */

  EnvoiDraft         *draft;
  GSimpleActionGroup *actions;
  GtkCssProvider     *zoom_style;    /* of the text views */
  EnvoiBodyKind kind;
  double zoom;
  gboolean is_filling;        /* the plain buffer changes, but not by a person */
  guint plain_timer;
  guint twin_timer;
  char               *first_html;    /* what the surface begins with, under what is typed early */
};

/* Makes the actions "body.*". */
void envoi_composer_body_add_actions (EnvoiComposerBody *self);
/* Lets another surface write; the draft is up to date before and after. */
void envoi_composer_body_set_kind    (EnvoiComposerBody *self,
                                      EnvoiBodyKind      kind);

G_END_DECLS
