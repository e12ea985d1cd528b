/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"

#include <string.h>

/* A table as columns of plain text, for the readers of the twin. */

#define SEPARATOR " | "
#define CROSSING "-+-"

/* Wider, and the lines wrap in a reader's window, which is worse than none. */
#define MAX_WIDTH 100

static gsize
get_char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;

  return g_unichar_iswide (c) ? 2 : 1;
}

static gsize
measure_length (const char *text,
                gsize       length)
{
  gsize width = 0;

  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    width += get_char_width (g_utf8_get_char (p));

  return width;
}

/**
 * envoi_html_measure:
 * @text: one line of UTF-8
 *
 * Returns: its width in columns, CJK characters two wide
 *
 * Thread: any
 */
gsize
envoi_html_measure (const char *text)
{
  return measure_length (text, strlen (text));
}

static gsize
measure_cell (const char *cell)
{
  gsize width = 0;

  while (TRUE) {
    gsize length = strcspn (cell, "\n");

    width = MAX (width, measure_length (cell, length));
    if (!cell[length])
      return width;
    cell += length + 1;
  }
}

static guint
count_columns (GPtrArray *rows)
{
  guint n_columns = 0;

  for (guint i = 0; i < rows->len; i++) {
    GPtrArray *row = g_ptr_array_index (rows, i);

    n_columns = MAX (n_columns, row->len);
  }

  return n_columns;
}

static gsize *
measure_columns (GPtrArray *rows,
                 guint      n_columns,
                 gsize     *total)
{
  gsize *widths = g_new0 (gsize, n_columns);

  for (guint i = 0; i < rows->len; i++) {
    GPtrArray *row = g_ptr_array_index (rows, i);

    for (guint j = 0; j < row->len; j++)
      widths[j] = MAX (widths[j], measure_cell (g_ptr_array_index (row, j)));
  }

  *total = (n_columns - 1) * strlen (SEPARATOR);
  for (guint j = 0; j < n_columns; j++)
    *total += widths[j];

  return widths;
}

static void
append_repeated (GString *out,
                 char     c,
                 gsize    n)
{
  for (gsize i = 0; i < n; i++)
    g_string_append_c (out, c);
}

static void
trim_line (GString *out)
{
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
}

static gboolean
has_line (GPtrArray *lines,
          guint      line)
{
  for (guint j = 0; j < lines->len; j++) {
    if (g_strv_length (g_ptr_array_index (lines, j)) > line)
      return TRUE;
  }

  return FALSE;
}

static void
append_row (GString     *out,
            GPtrArray   *row,
            const gsize *widths,
            guint        n_columns)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);

  for (guint j = 0; j < row->len; j++)
    g_ptr_array_add (lines, g_strsplit (g_ptr_array_index (row, j), "\n", -1));

  for (guint line = 0; line == 0 || has_line (lines, line); line++) {
    for (guint j = 0; j < n_columns; j++) {
      char **cell = j < lines->len ? g_ptr_array_index (lines, j) : NULL;
      const char *text = cell && g_strv_length (cell) > line ? cell[line] : "";

      g_string_append_printf (out, "%s%s", j > 0 ? SEPARATOR : "", text);
      append_repeated (out, ' ', widths[j] - envoi_html_measure (text));
    }
    trim_line (out);
    g_string_append_c (out, '\n');
  }
}

static void
append_rule (GString     *out,
             const gsize *widths,
             guint        n_columns)
{
  for (guint j = 0; j < n_columns; j++) {
    g_string_append (out, j > 0 ? CROSSING : "");
    append_repeated (out, '-', widths[j]);
  }

  g_string_append_c (out, '\n');
}

/**
 * envoi_html_lay_out_table:
 * @rows: (element-type GPtrArray): rows of cells, each of one or more lines
 * @has_header: whether a rule follows the first row
 *
 * Writes a table in columns.
 *
 * Returns: (transfer full) (nullable): the lines, or %NULL when the table is
 *   too wide or has only one column
 *
 * Thread: any
 */
char *
envoi_html_lay_out_table (GPtrArray *rows,
                          gboolean   has_header)
{
  guint n_columns = count_columns (rows);
  g_autofree gsize *widths = NULL;
  GString *out;
  gsize total;

  if (n_columns < 2)
    return NULL;

  widths = measure_columns (rows, n_columns, &total);
  if (total > MAX_WIDTH)
    return NULL;

  out = g_string_new (NULL);
  for (guint i = 0; i < rows->len; i++) {
    append_row (out, g_ptr_array_index (rows, i), widths, n_columns);
    if (i == 0 && has_header && rows->len > 1)
      append_rule (out, widths, n_columns);
  }

  return g_string_free (out, FALSE);
}
