/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-composer-window-private.h"
#include "test-service.h"

G_BEGIN_DECLS

/* A composer with the real service behind it, in the test's own folders. */
typedef struct {
  EnvoiService        *service;
  EnvoiDraft          *draft;
  EnvoiComposerWindow *window;    /* nullable */
  char                *sent;      /* nullable: the letter's id */
} ComposerFixture;

/* For g_test_add(): a service, which sends or does not, and a letter for it; no window yet. */
void         composer_set_up          (ComposerFixture   *self,
                                       gconstpointer      data);
void         composer_set_up_sender   (ComposerFixture   *self,
                                       gconstpointer      data);
/* Closes the window as a person does, and stops the service. */
void         composer_tear_down       (ComposerFixture   *self,
                                       gconstpointer      data);
void         composer_open            (ComposerFixture   *self);
/* Conditions to wait for. */
gboolean     composer_is_gone         (gpointer           fixture);
gboolean     composer_is_editor_ready (gpointer           fixture);

EnvoiEditor *composer_get_editor      (ComposerFixture   *self);
/* The folders of all cases are the same; the letter is this case's own. */
gboolean     composer_is_in           (ComposerFixture   *self,
                                       EnvoiFolder        folder);
void         composer_write_letter    (ComposerFixture   *self);
void         composer_activate        (ComposerFixture   *self,
                                       const char        *action);
void         composer_attach          (ComposerFixture   *self,
                                       const char        *path);

G_END_DECLS
