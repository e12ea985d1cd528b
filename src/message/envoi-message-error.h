/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENVOI_MESSAGE_ERROR (envoi_message_error_quark ())

/**
 * EnvoiMessageError:
 * @ENVOI_MESSAGE_ERROR_NO_RECIPIENT: the letter has nobody to go to
 * @ENVOI_MESSAGE_ERROR_BAD_ADDRESS: an address cannot be used; the message quotes it
 * @ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE: an attachment's bytes cannot be had
 * @ENVOI_MESSAGE_ERROR_TOO_LARGE: larger than a limit
 * @ENVOI_MESSAGE_ERROR_UNSAFE_HTML: the formatted text cannot be made safe
 * @ENVOI_MESSAGE_ERROR_REFUSED_INPUT: a field holds a line break, NUL or the like
 */
typedef enum {
  ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
  ENVOI_MESSAGE_ERROR_BAD_ADDRESS,
  ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
  ENVOI_MESSAGE_ERROR_TOO_LARGE,
  ENVOI_MESSAGE_ERROR_UNSAFE_HTML,
  ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
} EnvoiMessageError;

GQuark envoi_message_error_quark (void);

G_END_DECLS
