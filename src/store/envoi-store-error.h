/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENVOI_STORE_ERROR (envoi_store_error_quark ())

/**
 * EnvoiStoreError:
 * @ENVOI_STORE_ERROR_CORRUPT: the file is damaged; it was set aside, not deleted
 * @ENVOI_STORE_ERROR_VERSION: the file was written by a newer Envoi
 * @ENVOI_STORE_ERROR_NO_SPACE: the disk is full or cannot be written; nothing changed
 * @ENVOI_STORE_ERROR_CONFLICT: the letter is no longer in the state the caller expected
 */
typedef enum {
  ENVOI_STORE_ERROR_CORRUPT,
  ENVOI_STORE_ERROR_VERSION,
  ENVOI_STORE_ERROR_NO_SPACE,
  ENVOI_STORE_ERROR_CONFLICT,
} EnvoiStoreError;

GQuark envoi_store_error_quark (void);

G_END_DECLS
