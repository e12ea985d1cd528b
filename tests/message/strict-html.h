/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fails unless @html is written in a form so strict that no parser can see
 * anything else in it: the safe set's tags and attributes, always quoted, no
 * other bracket, nothing active and nothing remote. */
void strict_html_check (const char *html);

G_END_DECLS
