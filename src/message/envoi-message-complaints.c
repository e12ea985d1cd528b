/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-html-private.h"
#include "envoi-message-reader-private.h"
#include "envoi-mime-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* What a strict reader would complain about. One function a question, and one
 * table that says what is asked. */

typedef enum {
  HAS_REMOTE_PICTURE = 1 << 0,
  HAS_DATA_PICTURE = 1 << 1,
  HAS_MISSING_PICTURE = 1 << 2,
  HAS_ACTIVE_ELEMENT = 1 << 3,
} HtmlFindings;

static gboolean
has_no_date (const EnvoiMessageEvidence *evidence)
{
  return !envoi_raw_header_get (evidence->header, "Date");
}

static gboolean
has_no_message_id (const EnvoiMessageEvidence *evidence)
{
  return !envoi_raw_header_get (evidence->header, "Message-ID");
}

static gboolean
has_no_from (const EnvoiMessageEvidence *evidence)
{
  return !envoi_raw_header_get (evidence->header, "From");
}

static gboolean
has_no_subject (const EnvoiMessageEvidence *evidence)
{
  const char *subject = envoi_raw_header_get (evidence->header, "Subject");

  return !subject || !*subject;
}

static gboolean
shows_bcc (const EnvoiMessageEvidence *evidence)
{
  return envoi_raw_header_get (evidence->header, "Bcc") != NULL;
}

static gboolean
has_raw_header (const EnvoiMessageEvidence *evidence)
{
  return evidence->header->has_8bit;
}

static gboolean
has_bare_line_end (const EnvoiMessageEvidence *evidence)
{
  const char *octets = evidence->octets;

  for (gsize i = 0; i < evidence->length; i++) {
    gboolean is_before_lf = i + 1 < evidence->length && octets[i + 1] == '\n';

    if (octets[i] == '\r' && is_before_lf)
      i++;
    else if (octets[i] == '\r' || octets[i] == '\n')
      return TRUE;
  }

  return FALSE;
}

static gboolean
has_long_line (const EnvoiMessageEvidence *evidence)
{
  gsize column = 0;

  for (gsize i = 0; i < evidence->length; i++) {
    gboolean is_line_end = evidence->octets[i] == '\n' || evidence->octets[i] == '\r';

    column = is_line_end ? 0 : column + 1;
    if (column > ENVOI_MIME_MAX_LINE)
      return TRUE;
  }

  return FALSE;
}

static gboolean
has_no_text_version (const EnvoiMessageEvidence *evidence)
{
  return evidence->html && !evidence->text;
}

static gboolean
has_no_text_at_all (const EnvoiMessageEvidence *evidence)
{
  return !evidence->html && !evidence->text;
}

static gboolean
has_new_names_only (const EnvoiMessageEvidence *evidence)
{
  return evidence->has_new_names_only;
}

static gboolean
has_part (const EnvoiMessageEvidence *evidence,
          const char                 *content_id)
{
  for (guint i = 0; i < evidence->parts->len; i++) {
    const EnvoiReceivedPart *part = g_ptr_array_index (evidence->parts, i);

    if (g_strcmp0 (part->content_id, content_id) == 0)
      return TRUE;
  }

  return FALSE;
}

static HtmlFindings
judge_picture (const EnvoiMessageEvidence *evidence,
               const char                 *source)
{
  if (g_ascii_strncasecmp (source, "cid:", 4) == 0)
    return has_part (evidence, source + 4) ? 0 : HAS_MISSING_PICTURE;

  return g_ascii_strncasecmp (source, "data:", 5) == 0 ? HAS_DATA_PICTURE : HAS_REMOTE_PICTURE;
}

static HtmlFindings
judge_element (const EnvoiMessageEvidence *evidence,
               xmlNode                    *node)
{
  static const char *const active[] = {
    "script", "form", "iframe", "object", "embed", "style", "link", NULL,
  };
  g_autofree char *name = g_ascii_strdown ((const char *) node->name, -1);
  HtmlFindings findings = g_strv_contains (active, name) ? HAS_ACTIVE_ELEMENT : 0;

  for (xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
    xmlChar *value = xmlNodeListGetString (node->doc, attribute->children, 1);
    const char *attribute_name = (const char *) attribute->name;

    if (value && strcmp (name, "img") == 0 && strcmp (attribute_name, "src") == 0)
      findings |= judge_picture (evidence, (const char *) value);
    else if (value && strcmp (attribute_name, "background") == 0)
      findings |= HAS_REMOTE_PICTURE;
    else if (value && strcmp (attribute_name, "style") == 0 &&
             strstr ((const char *) value, "url("))
      findings |= HAS_REMOTE_PICTURE;
    else if (g_str_has_prefix (attribute_name, "on"))
      findings |= HAS_ACTIVE_ELEMENT;
    xmlFree (value);
  }

  return findings;
}

static HtmlFindings
judge_children (const EnvoiMessageEvidence *evidence,
                xmlNode                    *node)
{
  HtmlFindings findings = 0;

  for (xmlNode *child = node->children; child; child = child->next) {
    if (child->type == XML_ELEMENT_NODE)
      findings |= judge_element (evidence, child) | judge_children (evidence, child);
  }

  return findings;
}

static gboolean
has_finding (const EnvoiMessageEvidence *evidence,
             HtmlFindings                finding)
{
  g_autoptr (xmlDoc) document = evidence->html ? envoi_html_parse (evidence->html, NULL) : NULL;
  xmlNode *root = document ? xmlDocGetRootElement (document) : NULL;

  return root && (judge_children (evidence, root) & finding);
}

static gboolean
has_remote_picture (const EnvoiMessageEvidence *evidence)
{
  return has_finding (evidence, HAS_REMOTE_PICTURE);
}

static gboolean
has_data_picture (const EnvoiMessageEvidence *evidence)
{
  return has_finding (evidence, HAS_DATA_PICTURE);
}

static gboolean
has_missing_picture (const EnvoiMessageEvidence *evidence)
{
  return has_finding (evidence, HAS_MISSING_PICTURE);
}

static gboolean
has_active_element (const EnvoiMessageEvidence *evidence)
{
  return has_finding (evidence, HAS_ACTIVE_ELEMENT);
}

static const struct {
  gboolean (*is_found)(const EnvoiMessageEvidence *);
  const char *complaint;
} questions[] = {
  { has_no_from, N_("The message does not say who it is from.") },
  { has_no_date, N_("The message has no date.") },
  { has_no_message_id, N_("The message has no Message-ID.") },
  { has_no_subject, N_("The message has no subject.") },
  { shows_bcc, N_("The message shows who received it as a blind copy.") },
  { has_raw_header, N_("The header holds characters that are not encoded.") },
  { has_bare_line_end, N_("A line does not end with CRLF.") },
  { has_long_line, N_("A line is longer than 998 octets.") },
  { has_no_text_version, N_("There is no plain-text version.") },
  { has_no_text_at_all, N_("There is no text.") },
  { has_new_names_only, N_("Some readers will not show the name of an attachment.") },
  { has_remote_picture, N_("The text loads pictures from the internet.") },
  { has_data_picture, N_("The text holds pictures in a form that Gmail does not show.") },
  { has_missing_picture, N_("A picture in the text is missing.") },
  { has_active_element, N_("The text holds scripts, forms or styles that many readers remove.") },
};

/**
 * envoi_message_find_complaints:
 * @evidence: the message, taken apart
 *
 * Returns: (transfer container) (array zero-terminated=1): what is wrong, as
 *   untranslated sentences
 *
 * Thread: any
 */
const char **
envoi_message_find_complaints (const EnvoiMessageEvidence *evidence)
{
  const char **complaints = g_new0 (const char *, G_N_ELEMENTS (questions) + 1);
  guint n_complaints = 0;

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    if (questions[i].is_found (evidence))
      complaints[n_complaints++] = questions[i].complaint;
  }

  return complaints;
}
