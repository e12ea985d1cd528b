/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-random.h"

#include <sys/random.h>

/**
 * EnvoiRandom:
 *
 * The one source of chance: the kernel's generator, or in tests a repeatable
 * sequence.
 *
 * Thread: any (a fake one only from the thread that made it)
 */
struct _EnvoiRandom {
  GObject parent_instance;

  GRand  *fake;
};

G_DEFINE_FINAL_TYPE (EnvoiRandom, envoi_random, G_TYPE_OBJECT)

static void
envoi_random_finalize (GObject *object)
{
  EnvoiRandom *self = ENVOI_RANDOM (object);

  g_clear_pointer (&self->fake, g_rand_free);

  G_OBJECT_CLASS (envoi_random_parent_class)->finalize (object);
}

static void
envoi_random_class_init (EnvoiRandomClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_random_finalize;
}

static void
envoi_random_init (EnvoiRandom *self)
{
}

/**
 * envoi_random_new_system:
 *
 * Returns: (transfer full): the kernel's generator
 */
EnvoiRandom *
envoi_random_new_system (void)
{
  return g_object_new (ENVOI_TYPE_RANDOM, NULL);
}

/**
 * envoi_random_new_fake:
 * @seed: where the sequence starts
 *
 * Returns: (transfer full): a sequence that is the same for the same @seed
 */
EnvoiRandom *
envoi_random_new_fake (guint32 seed)
{
  EnvoiRandom *self = g_object_new (ENVOI_TYPE_RANDOM, NULL);

  self->fake = g_rand_new_with_seed (seed);
  return self;
}

static void
fill_from_kernel (guint8 *bytes,
                  gsize   length)
{
  gsize done = 0;

  while (done < length) {
    gssize got = getrandom (bytes + done, length - done, 0);

    /* Only a signal can interrupt the kernel's generator once it is seeded. */
    if (got > 0)
      done += (gsize) got;
  }
}

/**
 * envoi_random_fill:
 * @self: a source of chance
 * @bytes: (array length=length): where the bytes go
 * @length: how many
 *
 * Fills @bytes with bytes that, from the kernel, nobody can guess.
 *
 * Thread: any
 */
void
envoi_random_fill (EnvoiRandom *self,
                   void        *bytes,
                   gsize        length)
{
  guint8 *out = bytes;

  if (!self->fake) {
    fill_from_kernel (out, length);
    return;
  }

  for (gsize i = 0; i < length; i++)
    out[i] = (guint8) g_rand_int_range (self->fake, 0, 256);
}

/**
 * envoi_random_make_token:
 * @self: a source of chance
 * @n_bytes: strength in bytes, at most 64
 *
 * Returns: (transfer full): 2 x @n_bytes lower-case hexadecimal digits
 *
 * Thread: any
 */
char *
envoi_random_make_token (EnvoiRandom *self,
                         gsize        n_bytes)
{
  guint8 bytes[64];
  GString *token = g_string_sized_new (2 * n_bytes);

  g_return_val_if_fail (n_bytes <= sizeof bytes, NULL);

  envoi_random_fill (self, bytes, n_bytes);
  for (gsize i = 0; i < n_bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);

  return g_string_free (token, FALSE);
}

/**
 * envoi_random_get_double:
 * @self: a source of chance
 * @begin: the lower bound, included
 * @end: the upper bound, not included
 *
 * Returns: an evenly spread number, for jitter
 *
 * Thread: any
 */
double
envoi_random_get_double (EnvoiRandom *self,
                         double       begin,
                         double       end)
{
  guint32 bits;

  envoi_random_fill (self, &bits, sizeof bits);
  return begin + (end - begin) * (bits / 4294967296.0);
}
