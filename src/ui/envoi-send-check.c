/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-send-check.h"

#include "envoi-address.h"
#include "envoi-html.h"
#include "envoi-odd-domain.h"
#include "envoi-placeholder.h"
#include "envoi-sensitive.h"

#include <glib/gi18n.h>
#include <string.h>

/* From here on, people who do not know each other are likely to be among them. */
#define MANY_VISIBLE 15

/* A letter that says "attached" in one of these ways expects a file. The
 * words are those of the letter, not of the program's language: people write
 * in several. */
static const char attachment_words[] =
  "\\battach(?:ed|ing|ment|ments)\\b"
  "|\\b(?:i|we|have|will|'ll|to|please|and) attach\\b"
  "|\\b(?:is|are|i have|i've|we have|find|please find|herewith) enclosed\\b|\\benclosed (?:is|are|please|you)\\b"
  "|\\b(?:see|open|check|review|sending(?: you)?|here is|here's) the (?:enclosed|following) (?:file|document)s?\\b"
  "|附件|附上|附加文件|随信附|随函附|随附|见附|附后|附图|附表|附档|附呈|附寄|附有|所附|已附|附了"
  "|附加檔案|附檔|隨信附|隨附|見附";

/* ... and these say that there is none, or mean something else. */
static const char other_meanings[] =
  "\\b(?:no|without(?: an| any)?|not(?: an)?|don't need(?: an| any)?|any|forgot the|forgotten|deleted the|remove the|"
  "previous|earlier|last|your) attach(?:ment|ments|ed)\\b"
  "|\\battached to (?:the (?:wall|team|house|building|idea|place|city|project|unit|office)|each other|it|him|her|them|my|his|"
  "their|our)\\b"
  "|\\b(?:very|so|emotionally|strongly|deeply|too|get|got|grew|become|became|strings) attached\\b"
  "|\\battachment (?:theory|style|point|disorder|limit|size|parenting)s?\\b"
  "|\\b(?:your|his|her|their|the size of the|got the|received (?:the|your)|opened (?:the|your)) attachments?\\b"
  "|(?:没有|没|无|无需|不用|不必|不需要|不带|不含|不要|无法打开|打不开|删除|您的|你的|你发的|您发的|收到|收到了|上次的|上一封的|之前的|前一封的|昨天的)附件"
  "|附件(?:大小|限制|太大|过大|打不开|收到|已收到|我看|看过|里的内容我|功能)|附近|附加费|附加值|附属|附和|附庸"
  "|(?:沒有|無|不用|無需|您的|你的|收到)附件";

static const char quote_start[] =
  "^(?:-{2,} ?(?:original message|forwarded message|原始邮件|转发邮件|转发的邮件|回复的原邮件).*"
  "|on .{6,120} wrote:|在.{4,80}写道[:：]|于.{4,80}写道[:：]|.{2,80}于.{4,60}写道[:：])\\s*$";

static gboolean
matches (const char *pattern,
         const char *text)
{
  return g_regex_match_simple (pattern, text, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0);
}

/* The person's own words: no quotation, nothing from the signature on. */
static char *
dup_own_words (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) own = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++) {
    const char *line = lines[i];

    if (g_str_equal (line, "-- ") || g_str_equal (line, "--") || matches (quote_start, line))
      break;
    if (line[strspn (line, " \t")] != '>')
      g_string_append_printf (own, "%s\n", line);
  }

  return g_string_free (g_steal_pointer (&own), FALSE);
}

gboolean
envoi_send_check_mentions_attachment (const char *text)
{
  static GRegex *noise;
  g_autofree char *own = dup_own_words (text);
  g_autofree char *clean = NULL;

  if (g_once_init_enter (&noise)) {
    GRegex *compiled = g_regex_new (other_meanings, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);

    g_assert (compiled);
    g_once_init_leave (&noise, compiled);
  }

  clean = g_regex_replace_literal (noise, own, -1, 0, " ", 0, NULL);
  return matches (attachment_words, clean ? clean : own);
}

static void
finding_free (gpointer data)
{
  EnvoiSendFinding *finding = data;

  g_free (finding->text);
  g_free (finding);
}

static void
take_finding (GPtrArray            *findings,
              EnvoiSendFindingKind  kind,
              const char           *field,
              char                 *text)
{
  EnvoiSendFinding *finding = g_new0 (EnvoiSendFinding, 1);

  finding->kind = kind;
  finding->is_blocking = kind == ENVOI_SEND_NO_RECIPIENT || kind == ENVOI_SEND_BAD_ADDRESS;
  finding->field = field;
  finding->text = text;
  g_ptr_array_add (findings, finding);
}

static void
check_number (GPtrArray             *findings,
              const EnvoiSendLimits *limits,
              guint                  n_recipients,
              guint                  n_visible)
{
  if (limits->max_recipients > 0 && n_recipients > limits->max_recipients)
    take_finding (findings, ENVOI_SEND_TOO_MANY_RECIPIENTS, "parts",
                  /* Translators: %s is the name of a mail provider */
                  g_strdup_printf (_("The letter goes to %u people; %s takes %u at most."),
                                   n_recipients, limits->provider_name, limits->max_recipients));
  if (n_visible >= MANY_VISIBLE)
    take_finding (findings, ENVOI_SEND_MANY_VISIBLE, "separately",
                  g_strdup_printf (ngettext ("%u person sees the address of everybody else.",
                                             "%u people see the addresses of all others.",
                                             n_visible), n_visible));
}

/* One that may be mistyped is worth a sentence of its own; new ones share one. */
static void
check_domains (GPtrArray             *findings,
               const EnvoiSendLimits *limits,
               const char            *field,
               GPtrArray             *addresses)
{
  const char *new_one = NULL;

  for (guint i = 0; addresses && i < addresses->len; i++) {
    const char *mailbox = envoi_address_get_mailbox (g_ptr_array_index (addresses, i));
    g_autofree char *meant = NULL;

    switch (envoi_odd_domain_judge (mailbox, limits->known, &meant)) {
      case ENVOI_DOMAIN_MISTYPED:
        take_finding (findings, ENVOI_SEND_ODD_DOMAIN, field,
                      /* Translators: an address, and the domain that it nearly has */
                      g_strdup_printf (_("%s: did you mean %s?"), mailbox, meant));
        break;
      case ENVOI_DOMAIN_NEW:
        new_one = strrchr (mailbox, '@') + 1;
        break;
      case ENVOI_DOMAIN_FAMILIAR:
      default:
        break;
    }
  }

  if (new_one)
    take_finding (findings, ENVOI_SEND_ODD_DOMAIN, field,
                  /* Translators: %s is a domain, "example.org" */
                  g_strdup_printf (_("You have not written to anybody at %s before."), new_one));
}

static void
check_recipients (EnvoiDraft            *draft,
                  const EnvoiSendLimits *limits,
                  GPtrArray             *findings)
{
  static const char *const fields[] = { "to", "cc", "bcc", "reply-to" };
  guint n_recipients = 0;
  guint n_visible = 0;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) addresses =
      envoi_address_parse_list (envoi_draft_get (draft, fields[i]), &error);

    if (error)
      take_finding (findings, ENVOI_SEND_BAD_ADDRESS, fields[i], g_strdup (error->message));

    check_domains (findings, limits, fields[i], addresses);
    /* A field with a bad address is not empty; one complaint is enough. */
    if (!g_str_equal (fields[i], "reply-to"))
      n_recipients += addresses ? addresses->len : 1;
    if (addresses && (g_str_equal (fields[i], "to") || g_str_equal (fields[i], "cc")))
      n_visible += addresses->len;
  }

  if (n_recipients == 0)
    take_finding (findings, ENVOI_SEND_NO_RECIPIENT, "to",
                  g_strdup (_("Nobody is in To, Cc or Bcc.")));
  check_number (findings, limits, n_recipients, n_visible);
}

static void
check_sender (EnvoiDraft            *draft,
              const EnvoiSendLimits *limits,
              GPtrArray             *findings)
{
  char *text;

  if (!envoi_send_limits_is_other_sender (limits, envoi_draft_get (draft, "from")))
    return;

  if (limits->from_rule == ENVOI_PROVIDER_FROM_STRICT)
    /* Translators: a provider and the address of the account. */
    text = g_strdup_printf (_("%s only sends from %s."), limits->provider_name, limits->login);
  else
    /* Translators: a provider and the address of the account. */
    text = g_strdup_printf (_("%s puts %s in the place of your From address."),
                            limits->provider_name, limits->login);

  take_finding (findings, ENVOI_SEND_OTHER_SENDER, "from", text);
}

static void
check_files (EnvoiDraft            *draft,
             const EnvoiSendLimits *limits,
             GPtrArray             *findings)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  guint64 size = envoi_send_limits_measure (draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);
    const char *name = envoi_attachment_get_name (attachment);

    if (envoi_send_limits_refuses_file (limits, name))
      take_finding (findings, ENVOI_SEND_REFUSED_FILE, "text",
                    g_strdup_printf (_("Mail servers refuse files like “%s”."), name));
  }

  if (limits->size_limit > 0 && size > limits->size_limit) {
    g_autofree char *size_words = g_format_size (size);
    g_autofree char *limit_words = g_format_size (limits->size_limit);

    take_finding (findings, ENVOI_SEND_TOO_LARGE,
                  envoi_send_limits_can_compress (limits, draft) ? "compress" : "text",
                  /* Translators: a size, the name of a mail provider, a size */
                  g_strdup_printf (_("The letter has %s as sent; %s takes %s at most."),
                                   size_words, limits->provider_name, limit_words));
  }
}

static void
check_own_words (const char            *subject,
                 const char            *text,
                 const EnvoiSendLimits *limits,
                 GPtrArray             *findings)
{
  g_autofree char *found = limits->own_words ? envoi_sensitive_find_own (limits->own_words, text)
                                             : NULL;

  if (limits->own_words && !found)
    found = envoi_sensitive_find_own (limits->own_words, subject);
  if (found)
    take_finding (findings, ENVOI_SEND_SENSITIVE, "text",
                  /* Translators: %s are words of the letter that match the person's own list */
                  g_strdup_printf (_("The letter has “%s”, which you want to be asked about."),
                                   found));
}

static void
check_secrets (const char *subject,
               const char *text,
               GPtrArray  *findings)
{
  static const struct {
    EnvoiSensitive kind;
    const char *sentence;
  } sentences[] = {
    { ENVOI_SENSITIVE_ID_NUMBER, N_("The letter has an identity card number.") },
    { ENVOI_SENSITIVE_BANK_CARD, N_("The letter has a bank card number.") },
    { ENVOI_SENSITIVE_PRIVATE_KEY, N_("The letter has a private key.") },
    { ENVOI_SENSITIVE_PASSWORD, N_("The letter has a password.") },
  };
  guint found = envoi_sensitive_find (text) | envoi_sensitive_find (subject);

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    if (found & sentences[i].kind)
      take_finding (findings, ENVOI_SEND_SENSITIVE, "text", g_strdup (_(sentences[i].sentence)));
  }
}

static gboolean
has_files (EnvoiDraft *draft)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    if (!envoi_attachment_get_is_inline (attachment))
      return TRUE;
  }

  return FALSE;
}

static char *
dup_text (EnvoiDraft *draft)
{
  const char *html = envoi_draft_get (draft, "html");

  return *html == '\0' ? g_strdup (envoi_draft_get (draft, "text")) : envoi_html_to_text (html);
}

static gboolean
is_blank (const char *text)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);

  return *text == '\0';
}

/* Words in HTML only count when they are text; a picture is text enough. */
static void
check_contents (EnvoiDraft            *draft,
                const EnvoiSendLimits *limits,
                GPtrArray             *findings)
{
  g_autofree char *text = dup_text (draft);
  const char *subject = envoi_draft_get (draft, "subject");
  gboolean has_attachments = has_files (draft);

  if (is_blank (subject))
    take_finding (findings, ENVOI_SEND_NO_SUBJECT, "subject",
                  g_strdup (_("The subject is empty.")));

  if (is_blank (text) && !has_attachments && !strstr (envoi_draft_get (draft, "html"), "<img"))
    take_finding (findings, ENVOI_SEND_NO_TEXT, "text", g_strdup (_("The letter is empty.")));

  if (!has_attachments && (envoi_send_check_mentions_attachment (text) ||
                           envoi_send_check_mentions_attachment (subject)))
    take_finding (findings, ENVOI_SEND_NO_ATTACHMENT, "attachments",
                  g_strdup (_("You write of an attachment, but nothing is attached.")));
  check_secrets (subject, text, findings);
  check_own_words (subject, text, limits, findings);
}

static void
add_open (GPtrArray          *all,
          EnvoiDraft         *draft,
          const EnvoiAddress *recipient,
          GDateTime          *now)
{
  g_auto (GStrv) open = envoi_placeholder_list_open (draft, recipient, now);

  for (guint i = 0; open[i]; i++) {
    if (!g_ptr_array_find_with_equal_func (all, open[i], g_str_equal, NULL))
      g_ptr_array_add (all, g_strdup (open[i]));
  }
}

/* Each gets their own in letters of their own; one letter to several people has
 * no name to fill in. */
static void
check_placeholders (EnvoiDraft            *draft,
                    const EnvoiSendLimits *limits,
                    GPtrArray             *findings)
{
  g_autoptr (GPtrArray) people = envoi_address_parse_list (envoi_draft_get (draft, "to"), NULL);
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gboolean is_for_each = people && people->len > 0 && (limits->is_separate || people->len == 1);
  g_autofree char *list = NULL;

  if (!envoi_placeholder_is_used (draft))
    return;
  if (!is_for_each)
    add_open (open, draft, NULL, now);
  for (guint i = 0; is_for_each && i < people->len; i++)
    add_open (open, draft, g_ptr_array_index (people, i), now);
  if (open->len == 0)
    return;

  g_ptr_array_add (open, NULL);
  list = g_strjoinv (", ", (char **) open->pdata);
  take_finding (findings, ENVOI_SEND_OPEN_PLACEHOLDER,
                people && people->len > 1 && !limits->is_separate ? "separately" : "text",
                /* Translators: %s is a list such as "{{name}}, {{order}}" */
                g_strdup_printf (_("Not filled in: %s"), list));
}

GPtrArray *
envoi_send_check_run (EnvoiDraft            *draft,
                      const EnvoiSendLimits *limits)
{
  static const EnvoiSendLimits unknown = { 0 };
  GPtrArray *findings;

  g_return_val_if_fail (ENVOI_IS_DRAFT (draft), NULL);

  if (!limits)
    limits = &unknown;

  findings = g_ptr_array_new_with_free_func (finding_free);
  check_recipients (draft, limits, findings);
  check_contents (draft, limits, findings);
  check_placeholders (draft, limits, findings);
  check_sender (draft, limits, findings);
  check_files (draft, limits, findings);
  return findings;
}
