/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-odd-domain.h"
#include "envoi-send-check.h"
#include "envoi-sensitive.h"

/* Labelled letters: what a person would want to be told before sending, and
 * what would only bother. The panel has to know nearly all of the first and
 * must not cry wolf. All numbers are made up. */

enum {
  RECIPIENT = 1 << ENVOI_SEND_NO_RECIPIENT,
  BAD = 1 << ENVOI_SEND_BAD_ADDRESS,
  SUBJECT = 1 << ENVOI_SEND_NO_SUBJECT,
  TEXT = 1 << ENVOI_SEND_NO_TEXT,
  ATTACHMENT = 1 << ENVOI_SEND_NO_ATTACHMENT,
  SENDER = 1 << ENVOI_SEND_OTHER_SENDER,
  MANY = 1 << ENVOI_SEND_TOO_MANY_RECIPIENTS,
  VISIBLE = 1 << ENVOI_SEND_MANY_VISIBLE,
  LARGE = 1 << ENVOI_SEND_TOO_LARGE,
  REFUSED = 1 << ENVOI_SEND_REFUSED_FILE,
  SENSITIVE = 1 << ENVOI_SEND_SENSITIVE,
};

#define N_KINDS (ENVOI_SEND_SENSITIVE + 1)

typedef struct {
  const char *text;
  guint kinds;              /* what should be said */
  const char *subject;      /* NULL: an ordinary one; so it is with the rest */
  const char *to;
  const char *sender;
  const char *file;
  guint64 size;
  guint n_recipients;
} Letter;

static const EnvoiSendLimits gmail = {
  "gmail", "Gmail", "li@gmail.com", ENVOI_PROVIDER_FROM_REWRITTEN, 35882577, 100,
};

static const EnvoiSendLimits netease = {
  "163", "163", "li@163.com", ENVOI_PROVIDER_FROM_STRICT, 73400320, 100,
};

static const Letter english[] = {
  { "Please find the report attached.", ATTACHMENT },
  { "I've attached three photos from Sunday.", ATTACHMENT },
  { "The invoice is attached, due on the 30th.", ATTACHMENT },
  { "See attachment for the floor plan.", ATTACHMENT },
  { "Attached you will find the signed contract.", ATTACHMENT },
  { "My CV is attached to this mail.", ATTACHMENT },
  { "I am attaching the minutes.", ATTACHMENT },
  { "Enclosed please find our offer.", ATTACHMENT },
  { "The agenda is enclosed.", ATTACHMENT },
  { "Have a look at the attached spreadsheet.", ATTACHMENT },
  { "We attach the revised schedule.", ATTACHMENT },
  { "Please see the attached file.", ATTACHMENT },
  { "As promised, I attach the draft.", ATTACHMENT },
  { "Attachment: budget 2026", ATTACHMENT },
  { "The slides are attached below.", ATTACHMENT },
  { "Kindly review the attached documents.", ATTACHMENT },
  { "Two attachments: the map and the list.", ATTACHMENT },
  { "My ID number is 110101199003074514, for the booking.", SENSITIVE },
  { "ID: 51010419920115018X", SENSITIVE },
  { "Passenger 320106198511120069, name Li Lei", SENSITIVE },
  { "Card number 4111111111111111, expires 04/28", SENSITIVE },
  { "Please charge 5555555555554444.", SENSITIVE },
  { "Amex 378282246310005", SENSITIVE },
  { "You can pay to 6222029458073021579 at ICBC.", SENSITIVE },
  { "It is 4111 1111 1111 1111, thanks.", SENSITIVE },
  { "The card is 5555-5555-5555-4444.", SENSITIVE },
  { "The password is Sunny2024!", SENSITIVE },
  { "password: hunter2x", SENSITIVE },
  { "Login admin, pwd=Tr0ub4dor", SENSITIVE },
  { "The password for the wifi is blue42sky", SENSITIVE },
  { "Passphrase: correct9horse", SENSITIVE },
  { "passwd: abc!23xyz", SENSITIVE },
  { "The password to the archive is 'K7-pq99x'.", SENSITIVE },
  { "Your new password is now Winter#2026.", SENSITIVE },
  { "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA", SENSITIVE },
  { "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk", SENSITIVE },
  { "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF", SENSITIVE },
  { "The key is AKIAIOSFODNN7EXAMPLE as before.", SENSITIVE },
  { "Use ghp_0123456789abcdefghijABCDEFGHIJ012345 for now.", SENSITIVE },
  { "-----BEGIN PRIVATE KEY-----\nMIIEvQ", SENSITIVE },
  { "token sk-abcdefghijklmnopqrstuvwxyz0123456789ABCD", SENSITIVE },
  { "Here is the tool you asked for.", REFUSED, .file = "setup.exe" },
  { "Here is the tool you asked for.", REFUSED, .file = "run.bat" },
  { "Here is the tool you asked for.", REFUSED, .file = "macro.vbs" },
  { "Here is the tool you asked for.", REFUSED, .file = "script.js" },
  { "Here is the tool you asked for.", REFUSED, .file = "tool.JAR" },
  { "Here is the tool you asked for.", REFUSED, .file = "screen.scr" },
  { "Here is the tool you asked for.", REFUSED, .file = "disk.iso" },
  { "Here is the tool you asked for.", REFUSED, .file = "app.apk" },
  { "Here is the file, as attached.", 0, .file = "report.pdf" },
  { "Here is the file, as attached.", 0, .file = "photo.jpg" },
  { "Here is the file, as attached.", 0, .file = "budget.xlsx" },
  { "Here is the file, as attached.", 0, .file = "archive.zip" },
  { "Here is the file, as attached.", 0, .file = "notes.txt" },
  { "Here is the file, as attached.", 0, .file = "song.mp3" },
  { "Here is the file, as attached.", 0, .file = "exe.docx" },
  { "Here is the file, as attached.", 0, .file = "readme" },
  { "Hello from another address.", SENDER, .sender = "li@work.example" },
  { "Written as the boss.", SENDER, .sender = "Boss <boss@company.example>" },
  { "From me.", 0, .sender = "Li Lei <LI@gmail.com>" },
  { "Invitation for all of you.", VISIBLE, .n_recipients = 16 },
  { "Party on Friday!", VISIBLE, .n_recipients = 40 },
  { "Welcome to the list.", MANY, .n_recipients = 101 },
  { "Meeting at ten.", 0, .n_recipients = 8 },
  { "Just the team.", 0, .n_recipients = 14 },
  { "Hi", SUBJECT, .subject = "" },
  { "Good morning", SUBJECT, .subject = "  " },
  { "", TEXT },
  { "Quick question", RECIPIENT, .to = "" },
  { "Quick question", BAD, .to = "wei@, li@x.cn" },
  { "The film is here.", LARGE, .file = "film.mp4", .size = 40000000 },
  { "The film is here.", 0, .file = "film.mp4", .size = 20000000 },
  { "Shall we meet for lunch on Friday?", 0 },
  { "Thanks for your help yesterday.", 0 },
  { "I am very attached to this house.", 0 },
  { "The note was attached to the wall.", 0 },
  { "I could not open your attachment.", 0 },
  { "Got your attachments, thank you.", 0 },
  { "No attachments this time, just words.", 0 },
  { "Order number 4111111111111112 has shipped.", 0 },
  { "Tracking number 1Z999AA10123456784", 0 },
  { "My number is +86 138 0013 8000.", 0 },
  { "ISBN 978-3-16-148410-0", 0 },
  { "The order 202611230000123456 is confirmed.", 0 },
  { "Please reset your password on our web page.", 0 },
  { "I forgot my password again.", 0 },
  { "The password is wrong, it says.", 0 },
  { "Password: see the letter from Monday.", 0 },
  { "Passwords must have 12 characters or more.", 0 },
  { "The password is 12-character and random, ask Ann for it.", 0 },
  { "Public key: -----BEGIN PUBLIC KEY-----", 0 },
  { "The key to success is patience.", 0 },
  { "IBAN DE89 3704 0044 0532 0130 00", 0 },
  { "Invoice 2026-1123-0042-7781 paid", 0 },
  { "Version 1.2.3.4 is out.", 0 },
  { "Timestamp 1732320000000000 in the log", 0 },
  { "She is enclosed in her work.", 0 },
  { "Let me know when you arrive.", 0 },
  { "Room 4111, floor 11", 0 },
  { "My flight is CA1831 at 09:30.", 0 },
  { "The id is 110101199003074511 (an example with a wrong digit).", 0 },
  { "Attachment theory is interesting.", 0 },
  { "> I attached the file\nThanks, I read it.", 0 },
  { "Thanks!\n-- \nWei\nSee attachment policy", 0 },
  { "The order is 6222-1234, reference only.", 0 },
  { "Password protected files are safer.", 0 },
  { "We need 1234567890123456 units, a joke.", 0 },
};

static const Letter chinese[] = {
  { "附件是本周的周报，请查收。", ATTACHMENT },
  { "请见附件。", ATTACHMENT },
  { "简历已附上，期待您的回复。", ATTACHMENT },
  { "随信附上合同扫描件。", ATTACHMENT },
  { "附件中有三张照片。", ATTACHMENT },
  { "报价单详见附件，谢谢。", ATTACHMENT },
  { "我把会议纪要放在附件里了。", ATTACHMENT },
  { "发票在附件，请打印。", ATTACHMENT },
  { "附上我的作品集，请过目。", ATTACHMENT },
  { "所附文件请签字后寄回。", ATTACHMENT },
  { "附图是新版设计稿。", ATTACHMENT },
  { "附表为上月考勤。", ATTACHMENT },
  { "现将材料作为附件发送给您。", ATTACHMENT },
  { "請查收附件。", ATTACHMENT },
  { "隨信附上報名表。", ATTACHMENT },
  { "请下载附件后填写。", ATTACHMENT },
  { "已附体检报告。", ATTACHMENT },
  { "我的身份证号是110101199003074514。", SENSITIVE },
  { "身份证：51010419920115018X", SENSITIVE },
  { "身份证号码320106198511120069，姓名王伟", SENSITIVE },
  { "订票用：440305200102282210", SENSITIVE },
  { "乘客王伟 310115 19780930 133X", SENSITIVE },
  { "请转到6222029458073021579，工商银行。", SENSITIVE },
  { "卡号：6222 0294 5807 3021 579", SENSITIVE },
  { "我的农行卡6228483681930369", SENSITIVE },
  { "信用卡4111111111111111，有效期04/28", SENSITIVE },
  { "打款账号 4111 1111 1111 1111", SENSITIVE },
  { "还款卡 5555-5555-5555-4444", SENSITIVE },
  { "密码是abc12345", SENSITIVE },
  { "登录密码：Qwer!234", SENSITIVE },
  { "WiFi密码为 88886666", SENSITIVE },
  { "密码改成了sunny2024", SENSITIVE },
  { "口令：open#sesame1", SENSITIVE },
  { "服务器password是root@123", SENSITIVE },
  { "邮箱授权码：abcd1234efgh5678", SENSITIVE },
  { "提取码: x7k2p9", SENSITIVE },
  { "数据库的密码 Tr0ub4dor", SENSITIVE },
  { "压缩包密碼：Moon2026", SENSITIVE },
  { "新密码就是“Blue42sky”", SENSITIVE },
  { "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA", SENSITIVE },
  { "私钥如下：\n-----BEGIN EC PRIVATE KEY-----", SENSITIVE },
  { "密钥是AKIAIOSFODNN7EXAMPLE，请勿外传。", SENSITIVE },
  { "阿里云 LTAI5tAbCdEfGhIjKlMnOpQr", SENSITIVE },
  { "您要的工具在这里。", REFUSED, .file = "安装包.exe" },
  { "您要的工具在这里。", REFUSED, .file = "清理.bat" },
  { "您要的工具在这里。", REFUSED, .file = "宏.vbs" },
  { "您要的工具在这里。", REFUSED, .file = "脚本.js" },
  { "您要的工具在这里。", REFUSED, .file = "工具.cmd" },
  { "您要的工具在这里。", REFUSED, .file = "屏保.scr" },
  { "您要的工具在这里。", REFUSED, .file = "旧格式.uu" },
  { "您要的工具在这里。", REFUSED, .file = "图包.hqx" },
  { "文件见附件。", 0, .file = "报告.pdf" },
  { "文件见附件。", 0, .file = "照片.jpg" },
  { "文件见附件。", 0, .file = "预算.xlsx" },
  { "文件见附件。", 0, .file = "资料.zip" },
  { "文件见附件。", 0, .file = "说明.txt" },
  { "文件见附件。", 0, .file = "歌.mp3" },
  { "文件见附件。", 0, .file = "合同.docx" },
  { "换个地址写信。", SENDER, .sender = "li@work.example" },
  { "代老板发。", SENDER, .sender = "老板 <boss@company.example>" },
  { "是我。", 0, .sender = "李雷 <li@163.com>" },
  { "邀请大家参加聚会。", VISIBLE, .n_recipients = 16 },
  { "周五团建！", VISIBLE, .n_recipients = 30 },
  { "欢迎订阅。", MANY, .n_recipients = 101 },
  { "十点开会。", 0, .n_recipients = 8 },
  { "组内通知。", 0, .n_recipients = 14 },
  { "你好", SUBJECT, .subject = "" },
  { "早上好", SUBJECT, .subject = "　" },
  { "", TEXT },
  { "请问一下", RECIPIENT, .to = "" },
  { "请问一下", BAD, .to = "wei@，li@x.cn" },
  { "影片在此。", LARGE, .file = "影片.mp4", .size = 60000000 },
  { "周五一起吃饭吗？", 0 },
  { "昨天谢谢你的帮忙。", 0 },
  { "公司附近有家面馆。", 0 },
  { "附加费已经退了。", 0 },
  { "你的附件打不开。", 0 },
  { "附件已收到，谢谢。", 0 },
  { "这次没有附件，只有几句话。", 0 },
  { "订单号202611230000123456已发货。", 0 },
  { "快递单号 SF1234567890123", 0 },
  { "我的电话是13800138000。", 0 },
  { "请在网页上重置密码。", 0 },
  { "我又忘了密码。", 0 },
  { "密码错误，请重试。", 0 },
  { "密码请当面问我。", 0 },
  { "密码长度不少于12位。", 0 },
  { "密码是6位数字，问小王要。", 0 },
  { "身份证号是110101199003074511（示例，校验位是错的）。", 0 },
  { "身份证请带原件。", 0 },
  { "身份证丢了，正在补办。", 0 },
  { "银行卡6222029458073021570是打错的号码。", 0 },
  { "银行卡忘在家里了。", 0 },
  { "钥匙在门口的花盆下面。", 0 },
  { "公钥：-----BEGIN PUBLIC KEY-----", 0 },
  { "时间戳1732320000000000", 0 },
  { "版本号1.2.3.4已发布。", 0 },
  { "会议号 123 456 789", 0 },
  { "附属医院在二环。", 0 },
  { "随声附和没有意思。", 0 },
  { "> 附件请查收\n谢谢，已看。", 0 },
  { "谢谢！\n-- \n王伟\n附件仅供参考", 0 },
  { "房间4111，11楼", 0 },
  { "他的附庸风雅让人发笑。", 0 },
  { "统一社会信用代码91110000802100433B", 0 },
  { "发票号码 24112000000012345678", 0 },
  { "口令红包真好玩。", 0 },
  { "附近的人很多。", 0 },
  { "密码学是一门课。", 0 },
};

static char *
make_recipients (guint n)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list, "person%u@example.org,", i);

  return g_string_free (list, FALSE);
}

static EnvoiDraft *
make_draft (const Letter          *letter,
            const EnvoiSendLimits *limits)
{
  EnvoiDraft *draft = envoi_draft_new ("id");
  g_autofree char *many = make_recipients (letter->n_recipients);

  envoi_draft_set (draft, "from", letter->sender ? letter->sender : limits->login);
  envoi_draft_set (draft, "subject", letter->subject ? letter->subject : "Hello");
  envoi_draft_set (draft, "text", letter->text);
  envoi_draft_set (draft, "to", letter->n_recipients > 0 ? many
                                : letter->to ? letter->to : "wei@example.org");
  if (letter->file) {
    g_autoptr (EnvoiAttachment) file =
      envoi_attachment_new (letter->file, "application/octet-stream", "00",
                            letter->size > 0 ? letter->size : 1000);

    envoi_draft_add_attachment (draft, file);
  }

  return draft;
}

static guint
check (const Letter          *letter,
       const EnvoiSendLimits *limits)
{
  g_autoptr (EnvoiDraft) draft = make_draft (letter, limits);
  g_autoptr (GPtrArray) findings = envoi_send_check_run (draft, limits);
  guint kinds = 0;

  for (guint i = 0; i < findings->len; i++)
    kinds |= 1u << ((EnvoiSendFinding *) g_ptr_array_index (findings, i))->kind;

  if (kinds != letter->kinds)
    g_test_message ("%s: expected %x, found %x", letter->text, letter->kinds, kinds);
  return kinds;
}

static guint
count (guint bits)
{
  guint n = 0;

  for (guint i = 0; i < N_KINDS; i++)
    n += bits >> i & 1;

  return n;
}

static void
judge (const Letter          *letters,
       guint                  n_letters,
       const EnvoiSendLimits *limits)
{
  guint n_wanted = 0, n_found = 0, n_false = 0;

  g_assert_cmpuint (n_letters, >=, 100);
  for (guint i = 0; i < n_letters; i++) {
    guint kinds = check (&letters[i], limits);

    n_wanted += count (letters[i].kinds);
    n_found += count (kinds & letters[i].kinds);
    n_false += (kinds & ~letters[i].kinds) != 0;
  }

  g_test_message ("%u letters: %u of %u found, %u false alarms", n_letters, n_found, n_wanted,
                  n_false);
  g_assert_cmpuint (n_found * 100, >=, n_wanted * 95);
  g_assert_cmpuint (n_false * 100, <=, n_letters * 5);
}

static void
test_english (void)
{
  judge (english, G_N_ELEMENTS (english), &gmail);
}

static void
test_chinese (void)
{
  judge (chinese, G_N_ELEMENTS (chinese), &netease);
}

typedef struct {
  const char *text;
  guint found;
} Sensitive;

static const Sensitive sensitives[] = {
  { "110101199003074514", ENVOI_SENSITIVE_ID_NUMBER },
  { "51010419920115018X", ENVOI_SENSITIVE_ID_NUMBER },
  { "51010419920115018x", ENVOI_SENSITIVE_ID_NUMBER },
  { "110101199003074511", 0 },
  { "1110101199003074514", 0 },
  { "1101011990030745141", 0 },
  { "110101199003074514.5", 0 },
  { "110101199003074514。", ENVOI_SENSITIVE_ID_NUMBER },
  { "110101199002314512", 0 },
  { "4111111111111111", ENVOI_SENSITIVE_BANK_CARD },
  { "4111111111111112", 0 },
  { "6222 0294 5807 3021 579", ENVOI_SENSITIVE_BANK_CARD },
  { "https://x.cn/o/4111111111111111", 0 },
  { "110101199003074514 4111111111111111", ENVOI_SENSITIVE_ID_NUMBER | ENVOI_SENSITIVE_BANK_CARD },
  { "", 0 },
};

static void
test_sensitive (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sensitives); i++) {
    if (envoi_sensitive_find (sensitives[i].text) != sensitives[i].found)
      g_test_message ("%s", sensitives[i].text);
    g_assert_cmphex (envoi_sensitive_find (sensitives[i].text), ==, sensitives[i].found);
  }
}

static void
test_own_words (void)
{
  static const struct {
    const char *words;
    const char *text;
    const char *found;
  } rows[] = {
    { "", "Project Falcon", NULL },
    { "falcon", "About Project Falcon.", "Falcon" },
    { "falcon", "The falconer is here", NULL },
    { "内部资料；falcon", "这是内部资料，请勿外传", "内部资料" },
    { "HT-####", "Contract HT-2026 is ready", "HT-2026" },
    { "HT-####", "Contract HT-20261 is ready", NULL },
    { "客户*名单", "附上客户（华东）名单", "客户（华东）名单" },
    { "客户*名单", "客户很好\n名单另附", NULL },
    { "a.b (c)", "see a.b (c) there", "a.b (c)" },
    { " ; * ;;", "anything", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *found = envoi_sensitive_find_own (rows[i].words, rows[i].text);

    g_assert_cmpstr (found, ==, rows[i].found);
  }
}

static void
test_domains (void)
{
  static const struct {
    const char *mailbox;
    EnvoiDomainKind kind;
    const char *meant;
  } rows[] = {
    { "a@gmial.com", ENVOI_DOMAIN_MISTYPED, "gmail.com" },
    { "a@gmail.con", ENVOI_DOMAIN_MISTYPED, "gmail.com" },
    { "a@gmail.co", ENVOI_DOMAIN_MISTYPED, "gmail.com" },
    { "a@outlok.com", ENVOI_DOMAIN_MISTYPED, "outlook.com" },
    { "a@hotmial.com", ENVOI_DOMAIN_MISTYPED, "hotmail.com" },
    { "a@GMAIL.com", ENVOI_DOMAIN_FAMILIAR, NULL },
    { "a@126.com", ENVOI_DOMAIN_FAMILIAR, NULL },
    { "a@mail.com", ENVOI_DOMAIN_FAMILIAR, NULL },
    { "a@firm3.example", ENVOI_DOMAIN_FAMILIAR, NULL },
    { "a@fimr3.example", ENVOI_DOMAIN_MISTYPED, "firm3.example" },
    { "a@elsewhere.example", ENVOI_DOMAIN_NEW, NULL },
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) known = NULL;

  for (guint i = 0; i < 30; i++) {
    g_autofree char *person = g_strdup_printf ("P %u <p@firm%u.example>", i, i * 3);

    g_strv_builder_add (builder, person);
  }
  known = g_strv_builder_end (builder);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *meant = NULL;
    EnvoiDomainKind kind =
      envoi_odd_domain_judge (rows[i].mailbox, (const char *const *) known, &meant);

    g_test_message ("%s", rows[i].mailbox);
    g_assert_cmpint (kind, ==, rows[i].kind);
    g_assert_cmpstr (meant, ==, rows[i].meant);
  }
}

/* Who has written to nobody yet is not told that everybody is new. */
static void
test_first_letter (void)
{
  g_autofree char *meant = NULL;

  g_assert_cmpint (envoi_odd_domain_judge ("a@elsewhere.example", NULL, &meant), ==,
                   ENVOI_DOMAIN_FAMILIAR);
  g_assert_null (meant);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/ui/send-corpus/english", test_english);
  g_test_add_func ("/envoi/ui/send-corpus/chinese", test_chinese);
  g_test_add_func ("/envoi/ui/send-corpus/sensitive", test_sensitive);
  g_test_add_func ("/envoi/ui/send-corpus/own-words", test_own_words);
  g_test_add_func ("/envoi/ui/send-corpus/domains", test_domains);
  g_test_add_func ("/envoi/ui/send-corpus/first-letter", test_first_letter);

  return g_test_run ();
}
