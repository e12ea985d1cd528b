/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())

/* Answers for every name with the same addresses, and remembers what it was asked. */
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

typedef enum {
  TEST_RESOLVER_FINDS_NOTHING,
  TEST_RESOLVER_ANSWERS,
  TEST_RESOLVER_FALLS_SILENT,   /* until it is cancelled */
} TestResolverConduct;

/* (transfer full): already the default of this process. */
TestResolver *test_resolver_new         (void);
/* @addresses: (array zero-terminated=1) (nullable): borrowed, of one family. */
void          test_resolver_set_answer  (TestResolver             *self,
                                         GSocketFamily             family,
                                         TestResolverConduct       conduct,
                                         const char *const        *addresses);
/* Whether a name was looked up for addresses of a family. */
gboolean      test_resolver_was_asked   (TestResolver             *self,
                                         const char               *name,
                                         GSocketFamily             family);
guint         test_resolver_get_n_asked (TestResolver             *self);
/* Until it is asked for something. */
void          test_resolver_wait        (TestResolver             *self);

G_END_DECLS
