/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ATTACH_JOB (envoi_attach_job_get_type ())

/* A file on its way into a letter. Properties (read-only): "name", "fraction"
 * (0 to 1, or -1 while the size is not known). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAttachJob, envoi_attach_job, ENVOI, ATTACH_JOB, GObject)

const char *envoi_attach_job_get_name     (EnvoiAttachJob *self);
double      envoi_attach_job_get_fraction (EnvoiAttachJob *self);
void        envoi_attach_job_cancel       (EnvoiAttachJob *self);

#define ENVOI_TYPE_ATTACHER (envoi_attacher_get_type ())

/* Brings files and pictures into a draft. Signals: "attached" (EnvoiAttachment,
 * is in the draft now), "failed" (a file will not come), "noted" (const char
 * *text: what a person should know at once), "folder" (GFile: what was to be attached is
 * one), "compressed" (EnvoiAttachment: the archive, GPtrArray of those in it, which the draft
 * still has; NULL when it would not be smaller), "shrunk" (GPtrArray of pictures which the draft
 * still has, GPtrArray of their smaller forms, both empty when there are none). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAttacher, envoi_attacher, ENVOI, ATTACHER, GObject)

EnvoiAttacher *envoi_attacher_new         (EnvoiService  *service,
                                           EnvoiDraft    *draft);
/* GListModel of EnvoiAttachJob. */
GListModel    *envoi_attacher_get_jobs    (EnvoiAttacher *self);
/* @is_inline: becomes a picture inside the text. */
void           envoi_attacher_add_file    (EnvoiAttacher *self,
                                           GFile         *file,
                                           gboolean       is_inline);
/* As a zip archive. */
void           envoi_attacher_add_folder  (EnvoiAttacher *self,
                                           GFile         *folder);
/* Packs files of the draft (element-type EnvoiAttachment) into an archive of that name; the
 * draft stays as it is. */
void           envoi_attacher_compress    (EnvoiAttacher *self,
                                           GPtrArray     *files,
                                           const char    *name);
/* Makes pictures of the draft (element-type EnvoiAttachment) smaller; the draft stays as it is. */
void           envoi_attacher_shrink      (EnvoiAttacher *self,
                                           GPtrArray     *pictures);
/* A picture for the text. @content_id: nullable, a new one. */
void           envoi_attacher_add_picture (EnvoiAttacher *self,
                                           GBytes        *bytes,
                                           const char    *content_type,
                                           const char    *content_id);
/* For the surface: the bytes behind a Content-ID. */
GInputStream  *envoi_attacher_open        (EnvoiAttacher *self,
                                           const char    *content_id,
                                           char         **content_type);
/* The bytes of an attachment. (nullable: they are not there) */
GInputStream  *envoi_attacher_open_attachment (EnvoiAttacher   *self,
                                               EnvoiAttachment *attachment);

G_END_DECLS
