/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _EnvoiSecret {
  gatomicrefcount ref_count;
  gsize length;
  gsize mapped;
  char           *bytes;
};

G_DEFINE_BOXED_TYPE (EnvoiSecret, envoi_secret, envoi_secret_ref, envoi_secret_unref)

/**
 * envoi_wipe_memory:
 * @memory: (nullable): the bytes to overwrite
 * @length: how many bytes
 *
 * Overwrites @memory with zeros in a way the compiler may not drop.
 *
 * Thread: any
 */
void
envoi_wipe_memory (void  *memory,
                   gsize  length)
{
  if (memory && length > 0)
    explicit_bzero (memory, length);
}

/**
 * envoi_wipe_string:
 * @text: (nullable) (transfer full): a string from the GLib allocator
 *
 * Overwrites and frees @text.
 *
 * Thread: any
 */
void
envoi_wipe_string (char *text)
{
  if (!text)
    return;

  envoi_wipe_memory (text, strlen (text));
  g_free (text);
}

/**
 * envoi_secret_new:
 * @bytes: the secret's bytes, copied
 * @length: how many bytes, or -1 when @bytes ends with NUL
 *
 * Makes a secret on pages of its own, so that they can be locked and kept out
 * of core dumps without touching a neighbour's memory.
 *
 * Returns: (transfer full): the secret
 *
 * Thread: any
 */
EnvoiSecret *
envoi_secret_new (const char *bytes,
                  gssize      length)
{
  EnvoiSecret *self = g_new0 (EnvoiSecret, 1);
  gsize page = (gsize) sysconf (_SC_PAGESIZE);

  g_return_val_if_fail (bytes != NULL, NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->length = length < 0 ? strlen (bytes) : (gsize) length;
  self->mapped = (self->length / page + 1) * page;
  self->bytes = mmap (NULL, self->mapped, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert (self->bytes != MAP_FAILED);

  /* Both may be refused by a resource limit; the secret works without. */
  (void) mlock (self->bytes, self->mapped);
  (void) madvise (self->bytes, self->mapped, MADV_DONTDUMP);
  memcpy (self->bytes, bytes, self->length);

  return self;
}

/**
 * envoi_secret_new_take:
 * @text: (transfer full): a string from the GLib allocator
 *
 * Makes a secret from @text, then wipes and frees @text.
 *
 * Returns: (transfer full): the secret
 *
 * Thread: any
 */
EnvoiSecret *
envoi_secret_new_take (char *text)
{
  EnvoiSecret *self = envoi_secret_new (text, -1);

  envoi_wipe_string (text);
  return self;
}

/**
 * envoi_secret_ref:
 * @self: a secret
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiSecret *
envoi_secret_ref (EnvoiSecret *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_secret_unref:
 * @self: (transfer full): a secret
 *
 * Gives a reference back; the last one wipes the bytes.
 *
 * Thread: any
 */
void
envoi_secret_unref (EnvoiSecret *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  envoi_wipe_memory (self->bytes, self->mapped);
  munmap (self->bytes, self->mapped);
  g_free (self);
}

/**
 * envoi_secret_peek:
 * @self: a secret
 *
 * Returns: (transfer none): the bytes, with a NUL behind them. The caller must
 *   not copy them into memory that is not wiped.
 *
 * Thread: any
 */
const char *
envoi_secret_peek (const EnvoiSecret *self)
{
  return self->bytes;
}

/**
 * envoi_secret_get_length:
 * @self: a secret
 *
 * Returns: the length in bytes
 *
 * Thread: any
 */
gsize
envoi_secret_get_length (const EnvoiSecret *self)
{
  return self->length;
}

/**
 * envoi_secret_is_equal:
 * @self: a secret
 * @other: another secret
 *
 * Compares without leaking by its time where the two differ.
 *
 * Returns: whether both hold the same bytes
 *
 * Thread: any
 */
gboolean
envoi_secret_is_equal (const EnvoiSecret *self,
                       const EnvoiSecret *other)
{
  guint8 difference = 0;

  if (self->length != other->length)
    return FALSE;

  for (gsize i = 0; i < self->length; i++)
    difference |= (guint8) (self->bytes[i] ^ other->bytes[i]);

  return difference == 0;
}
