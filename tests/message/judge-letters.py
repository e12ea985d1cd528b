#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters judged by parsers that are not ours.

Makes a corpus of letters, lets RENDERER (render-letter) render them, and reads
each with Python's email package under both of its policies, with Perl's
MIME-tools, and with a naive reader that knows no RFC 2231. What they find must
be what went in: names, addresses, subject, texts, file names and every octet of
every file.

Two more judges come from npm, mailparser and postal-mime, in the versions that
judges/package-lock.json names. They are installed into FOLDER the first time. Without
Node.js or the registry they are skipped in plain sight; under CI=true that fails.

    judge-letters.py RENDERER FOLDER
"""

import email
import email.header
import email.policy
import email.utils
import filecmp
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

SCRIPTS = {
    'ascii': 'Quarterly report',
    'latin': 'Évaluation de l’œuvre à Noël',
    'vietnamese': 'Báo cáo tiếng Việt đã được sửa',
    'german': 'Größenänderung für Straßenbahn',
    'greek': 'Ετήσια αναφορά πωλήσεων',
    'russian': 'Ежеквартальный отчёт о продажах',
    'hebrew': 'דוח רבעוני',
    'arabic': 'تقرير ربع سنوي',
    'persian': 'گزارش سه‌ماهه',
    'hindi': 'त्रैमासिक रिपोर्ट',
    'thai': 'รายงานประจำไตรมาส',
    'tibetan': 'བོད་ཡིག་སྙན་ཐོ',
    'korean': '분기별 보고서',
    'japanese': '四半期報告書のご確認',
    'chinese': '季度报告：请查收',
    'traditional': '季度報告與「附件」',
    'rare-han': '𠮷野家𡈽山',
    'emoji': '👩‍👩‍👧‍👦 🎉 ✅ 🇨🇳',
    'combining': 'Z̶a̶l̶g̶o̶ é ñ',
    'mixed': 'Re: 项目A (v2.0) – final, 100% 完成',
    'long-chinese': '关于进一步加强年度项目管理工作的若干意见' * 6,
    'long-words': 'word ' * 40 + 'end',
    'one-long-word': 'x' * 300,
    'quotes': 'He said "no", then \\ left; it\'s <fine> (ok)',
    'encoded-word': '=?UTF-8?B?5L2g?= is not decoded',
    'percent': '50% off = good & cheap?',
}

BODIES = {
    'empty': '',
    'one-line': 'Hello',
    'dots': '.\n..\n.a\n',
    'from': 'From here\n>From there\n From\n',
    'spaces': 'a  \n \n\tb\t\n',
    'signature': 'Hello\n-- \nWei\n',
    'long-line': 'x' * 5000 + '\n',
    'long-chinese-line': '汉' * 3000 + '\n',
    'long-mixed-line': ('word 汉字 ' * 500) + '\n',
    'crlf': 'a\r\nb\rc\n',
    'equals': '=3D =\n==\n=C3=A9\n',
    'boundary': '--=_mixed\n--=_alternative_00--\n--\n',
    'blank-lines': '\n\n\na\n\n\n',
    'controls': 'a\x0cb\x1bc\x7fd\n',
    'separators': 'a\u2028b\u2029c\u0085d\n',
    'patch': 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-\told \n+\tnew\n',
}

SIZES = [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 58367, 58368, 58369, 1000000]
PDF = 'application/pdf'


class Letter:
    def __init__(self, name, **fields):
        self.name = name
        self.sender = fields.get('sender', ('Wei', 'wei@example.cn'))
        self.to = fields.get('to', [('Ann', 'ann@example.org')])
        self.cc = fields.get('cc', [])
        self.bcc = fields.get('bcc', [])
        self.subject = fields.get('subject', 'Hello')
        self.text = fields.get('text', 'Hello\n')
        self.html = fields.get('html', '')
        self.files = fields.get('files', [])      # (name, type, octets)
        self.pictures = fields.get('pictures', [])  # (content id, octets)


def make_octets(size):
    return bytes((i * 7 + i // 251) % 256 for i in range(size))


def make_letters():
    for name, words in SCRIPTS.items():
        yield Letter('subject-' + name, subject=words)
        yield Letter('name-' + name, sender=(words, 'wei@example.cn'),
                     to=[(words, 'ann@example.org'), (None, 'b@example.org'), (words, 'c@example.org')],
                     cc=[(words, 'd@example.org')])
        yield Letter('text-' + name, text=(words + '\n') * 3)
        yield Letter('html-' + name, html='<p>%s</p>' % escape(words))
        yield Letter('file-' + name, files=[(words + '.pdf', PDF, b'%PDF')])
        yield Letter('file-qq-' + name, to=[(None, 'ann@qq.com')], files=[(words + '.pdf', PDF, b'%PDF')])
    for name, body in BODIES.items():
        yield Letter('body-' + name, text=body)
        yield Letter('body-with-file-' + name, text=body, files=[('a.pdf', PDF, b'x')])
    for size in SIZES:
        yield Letter('size-%d' % size, files=[('a.bin', 'application/octet-stream', make_octets(size))])
    yield from make_sweeps()
    yield Letter('pictures', html='<p>a<img src="cid:p1">b<img src="cid:p2"></p>',
                 pictures=[('p1', b'one'), ('p2', b'two')])
    yield Letter('everything', html='<p>a<img src="cid:p1"></p>', pictures=[('p1', b'one')],
                 files=[('报告.pdf', PDF, b'%PDF'), ('b.txt', 'text/plain', b'text\n'),
                        ('c.eml', 'message/rfc822', b'Subject: x\n\ny\n'), ('无扩展名', 'x', b'')])
    yield Letter('many-files', files=[('文件 %d.txt' % i, 'text/plain', b'%d' % i) for i in range(40)])
    yield Letter('many-recipients', to=[('收件人 %d' % i, 'u%d@example.org' % i) for i in range(200)])
    yield Letter('only-bcc', to=[], bcc=[(None, 'secret@example.org')])
    yield Letter('duplicates', to=[(None, 'a@example.org')], cc=[(None, 'a@EXAMPLE.org')],
                 bcc=[('B', 'b@example.org')])
    yield Letter('idn', to=[('王伟', 'w@例子.中国')])


def make_sweeps():
    """Every place at which a line may be folded, and a character be cut."""
    for length in range(0, 50):
        words = 'x' * length + '👩‍👩‍👧‍👦汉é' + ' 完 ' + 'y' * (50 - length) + '𠮷🎉'
        yield Letter('fold-%d' % length, subject=words, sender=(words, 'wei@example.cn'),
                     to=[(words, 'a' * (length + 1) + '@example.org'), (words[::-1], 'b@example.org')],
                     files=[(words + '.pdf', PDF, b'%PDF'), (words * 4 + '.pdf', PDF, b'long')])
        yield Letter('fold-qq-%d' % length, to=[(None, 'ann@foxmail.com')],
                     files=[(words + '.pdf', PDF, b'%PDF'), (words * 4 + '.pdf', PDF, b'long')])
    for length in range(60, 84):
        words = 'a' * (length // 2) + ' ' + 'b' * (length - length // 2)
        yield Letter('ascii-fold-%d' % length, subject=words, sender=(words, 'wei@example.cn'),
                     to=[(words + ',', 'ann@example.org'), ('c' * length, 'b@example.org')],
                     text='z' * length + '\n')
    for letter in '.,;:()<>[]@"\\\'!#$%&*+-/=?^_`{|}~':
        name = 'A%sB' % letter
        yield Letter('special-%02x' % ord(letter), subject=letter + name + letter,
                     sender=(name, 'wei@example.cn'),
                     to=[(name, 'ann@example.org'), (letter + ' 王', 'b@example.org')],
                     text=letter + '\n', files=[(name, PDF, b'%PDF')])
    for count in (1, 2, 63, 64):
        yield Letter('local-part-%d' % count, to=[('N' * count, 'l' * count + '@example.org')] * 2,
                     sender=('名' * count, 'w' * count + '@' + 'd' * 16 + '.example.cn'))


def escape(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def quote_key(text):
    text = text.replace('\\', '\\\\').replace('\n', '\\n').replace('\r', '\\r').replace('\t', '\\t')
    return '\\s' + text[1:] if text.startswith(' ') else text


def format_addresses(addresses):
    def one(name, mailbox):
        if name is None:
            return mailbox
        return '"%s" <%s>' % (name.replace('\\', '\\\\').replace('"', '\\"'), mailbox)
    return ', '.join(one(*address) for address in addresses)


def write_letters(letters, folder):
    lines = []
    for letter in letters:
        fields = {'from': format_addresses([letter.sender]), 'to': format_addresses(letter.to),
                  'cc': format_addresses(letter.cc), 'bcc': format_addresses(letter.bcc),
                  'subject': letter.subject, 'text': letter.text, 'html': letter.html}
        files = [(cid + '.png', 'image/png', octets, cid) for cid, octets in letter.pictures]
        files += [(*file, None) for file in letter.files]
        for i, (name, kind, octets, cid) in enumerate(files):
            path = folder / ('%s.%d' % (letter.name, i))
            path.write_bytes(octets)
            fields['file%d' % i] = str(path)
            fields['file%d-name' % i] = name
            fields['file%d-type' % i] = kind
            if cid:
                fields['file%d-cid' % i] = cid
        lines.append('[%s]' % letter.name)
        lines += ['%s=%s' % (key, quote_key(value)) for key, value in fields.items()]
    path = folder / 'letters.ini'
    path.write_text('\n'.join(lines) + '\n', encoding='utf-8', newline='')
    return path


def lines_of(text):
    text = text.replace('\r\n', '\n').replace('\r', '\n')
    return text if text.endswith('\n') or not text else text + '\n'


def expect(what, found, wanted):
    if found != wanted:
        raise AssertionError('%s: found %r, wanted %r' % (what, found, wanted))


def decode_words(value):
    """RFC 2047 alone, as the oldest readers do it."""
    return str(email.header.make_header(email.header.decode_header(value)))


def safe_name(name):
    return name.replace('/', '_').replace('\\', '_')


def wanted_files(letter):
    files = [(cid + '.png', octets) for cid, octets in letter.pictures]
    files += [(safe_name(name), octets) for name, _, octets in letter.files]
    return [(name, hashlib.sha256(octets).hexdigest()) for name, octets in files]


def wanted_addresses(addresses):
    return [(name or '', mailbox.split('@')[0] + '@' +
             mailbox.split('@')[1].encode('idna').decode().lower()) for name, mailbox in addresses]


def is_file(part):
    return part.get_content_disposition() in ('attachment', 'inline')


def judge_wire(letter, raw):
    expect('no bare CR or LF', re.search(rb'\r(?!\n)|(?<!\r)\n', raw), None)
    expect('ASCII', raw.isascii(), True)
    for line in raw.split(b'\r\n'):
        # One address or one name cannot be folded.
        if len(line) > 78 and b' ' in line.lstrip() and b'name="' not in line:
            raise AssertionError('a long line: %r' % line)
        if len(line) > 998:
            raise AssertionError('a line too long: %r' % line)


def squeeze(name):
    """Python before 3.13 keeps the space between two encoded words of a phrase;
    judge_old looks at the spaces."""
    return name.replace(' ', '')


def judge_header(letter, message):
    expect('subject', message['Subject'], letter.subject.strip())
    for field, addresses in (('From', [letter.sender]), ('To', letter.to), ('Cc', letter.cc)):
        if not addresses:
            continue
        found = [(squeeze(a.display_name), a.addr_spec) for a in message[field].addresses]
        expect(field, found, [(squeeze(name), box) for name, box in wanted_addresses(addresses)])
        expect(field + ' defects', message[field].defects, ())
    expect('Bcc', message['Bcc'], None)
    expect('date', email.utils.parsedate_to_datetime(message['Date']).timestamp(), 1772352000)
    if not re.fullmatch(r'<[0-9a-f]{32}@[a-z.]+>', message['Message-ID']):
        raise AssertionError('Message-ID: %r' % message['Message-ID'])


def judge_modern(letter, raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    judge_header(letter, message)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    for part in message.walk():
        expect('defects', part.defects, [])
    texts = [part for part in leaves if not is_file(part)]
    expect('types', [part.get_content_type() for part in texts],
           ['text/plain', 'text/html'] if letter.html else ['text/plain'])
    if letter.html:
        if letter.html not in lines_of(texts[1].get_content()):
            raise AssertionError('html: %r' % texts[1].get_content())
    else:
        expect('text', texts[0].get_payload(decode=True).decode().replace('\r\n', '\n'),
               lines_of(letter.text))
    files = [part for part in leaves if is_file(part)]
    expect('files', [(part.get_filename(), hashlib.sha256(part.get_payload(decode=True)).hexdigest())
                     for part in files], wanted_files(letter))
    expect('content ids', [part['Content-ID'].strip('<>') for part in files if part['Content-ID']],
           [cid for cid, _ in letter.pictures])


def judge_old(letter, raw):
    """The policy of Python 2: headers are raw text."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    expect('subject', decode_words(message['Subject'].replace('\r\n', '')), letter.subject.strip())
    for field, addresses in (('From', [letter.sender]), ('To', letter.to), ('Cc', letter.cc)):
        if addresses:
            found = email.utils.getaddresses([message[field].replace('\r\n', '')])
            expect(field, [(decode_words(name), mailbox) for name, mailbox in found],
                   wanted_addresses(addresses))
    files = [part for part in message.walk() if not part.is_multipart() and is_file(part)]
    names = [part.get_param('filename', header='Content-Disposition') for part in files]
    names = [email.utils.collapse_rfc2231_value(name) if isinstance(name, tuple)
             else decode_words(name.replace('\r\n', '')) for name in names]
    expect('files', names, [name for name, _ in wanted_files(letter)])


def judge_naive(letter, raw):
    """Knows name="..." with encoded words in it and nothing newer."""
    text = raw.decode('ascii').replace('\r\n ', ' ').replace('\r\n\t', ' ')
    names = re.findall(r'^Content-Type: [^\r]*; name="([^"]*)"', text, re.MULTILINE)
    expect('names', [decode_words(name) for name in names], [name for name, _ in wanted_files(letter)])


# Where another parser is wrong: both decode what RFC 2231 says is not encoded.
KNOWN_FAULTS = {(name, 'file-encoded-word') for name in ('mailparser', 'postal-mime')}


class ForeignJudge:
    """A parser in another language: COMMAND gets the messages' paths and writes a
    line of JSON for each. One that is not EXACT changes line ends after a text."""

    def __init__(self, name, command, is_exact=True, environment=None):
        self.name = name
        self.command = command
        self.is_exact = is_exact
        self.environment = environment
        self.findings = []

    def read(self, paths):
        result = subprocess.run([*self.command, *paths], env=self.environment, check=True,
                                capture_output=True, text=True, encoding='utf-8')
        self.findings = [json.loads(line) for line in result.stdout.split('\n') if line]
        expect(self.name + ' reads them all', len(self.findings), len(paths))

    def judge(self, letter, found):
        expect('subject', found['subject'] or '', letter.subject.strip())
        for field, addresses in (('from', [letter.sender]), ('to', letter.to), ('cc', letter.cc)):
            expect(field, [(squeeze(name), to_ascii(mailbox)) for name, mailbox in found[field]],
                   [(squeeze(name), mailbox) for name, mailbox in wanted_addresses(addresses)])
        expect('bcc', found['bcc'], None)
        expect('problems', found['problems'], [])
        self.judge_texts(letter, [leaf for leaf in found['leaves'] if not leaf['is_file']])
        files = [leaf for leaf in found['leaves'] if leaf['is_file']]
        expect('files', [(leaf['name'], leaf['sha256']) for leaf in files], wanted_files(letter))
        expect('content ids', [leaf['cid'] for leaf in files if leaf.get('cid')],
               [cid for cid, _ in letter.pictures])

    def judge_texts(self, letter, leaves):
        expect('types', [leaf['type'] for leaf in leaves],
               ['text/plain', 'text/html'] if letter.html else ['text/plain'])
        if not letter.html:
            found, wanted = lines_of(leaves[0]['text']), lines_of(letter.text)
            trimmed = (found.rstrip('\n'), wanted.rstrip('\n'))
            expect('text', *((found, wanted) if self.is_exact else trimmed))
        elif letter.html not in leaves[1]['text']:
            raise AssertionError('html: %r' % leaves[1]['text'])


def to_ascii(mailbox):
    """postal-mime shows a domain as people read it."""
    local, _, domain = mailbox.partition('@')
    return local + '@' + domain.encode('idna').decode()


def has_mime_tools():
    try:
        found = subprocess.run(['perl', '-MMIME::Parser', '-MMail::Address', '-e', '1'],
                               capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        found = False
    if not found and os.environ.get('CI') == 'true':
        raise SystemExit('MIME-tools is not installed')
    return found


NODE_JUDGES = ('mailparser', 'postal-mime')
NODE_FILES = ('package.json', 'package-lock.json')


def install_judges(folder):
    """Puts the versions that our lock names into FOLDER, unless they are there;
    returns why not, or None."""
    if not (shutil.which('node') and shutil.which('npm')):
        return 'Node.js or npm is not installed'
    # npm writes this one last, so an install that was cut short is none.
    is_installed = (folder / 'node_modules/.package-lock.json').is_file()
    same, _, _ = filecmp.cmpfiles(HERE / 'judges', folder, NODE_FILES, shallow=False)
    if is_installed and len(same) == len(NODE_FILES):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    for name in NODE_FILES:
        shutil.copy(HERE / 'judges' / name, folder)
    try:
        subprocess.run(['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], cwd=folder,
                       check=True, capture_output=True, timeout=180)
    except subprocess.CalledProcessError as problem:
        return 'npm ci: ' + problem.stderr.decode(errors='replace').strip()[:300]
    except subprocess.TimeoutExpired:
        return 'npm ci took too long'
    return None


def find_modules():
    """The folder of the judges from npm, or None; under CI=true there must be one."""
    folder = pathlib.Path(sys.argv[2])
    problem = install_judges(folder)
    if problem is None:
        return str(folder / 'node_modules')
    if os.environ.get('CI') == 'true':
        raise SystemExit('mailparser and postal-mime cannot judge: ' + problem)
    print('# ' + problem.replace('\n', ' '))
    return None


def find_foreign_judges():
    if has_mime_tools():
        yield ForeignJudge('MIME-tools', ['perl', HERE / 'judge-letters.pl'])
    modules = find_modules()
    for package in NODE_JUDGES if modules else ():
        yield ForeignJudge(package, ['node', HERE / 'judge-letters.js', package],
                           is_exact=False, environment={**os.environ, 'NODE_PATH': modules})


def judge_envelope(letter, recipients):
    wanted = []
    for _, mailbox in wanted_addresses(letter.to + letter.cc + letter.bcc):
        if mailbox not in wanted:
            wanted.append(mailbox)
    expect('recipients', recipients, wanted)


def judge_letter(number, letter, folder, judges):
    raw = (folder / (letter.name + '.eml')).read_bytes()
    recipients = (folder / (letter.name + '.rcpt')).read_text().split('\n')
    judge_wire(letter, raw)
    judge_modern(letter, raw)
    judge_old(letter, raw)
    judge_naive(letter, raw)
    judge_envelope(letter, recipients)
    for foreign in judges:
        if (foreign.name, letter.name) in KNOWN_FAULTS:
            continue
        try:
            foreign.judge(letter, foreign.findings[number])
        except AssertionError as problem:
            raise AssertionError('%s: %s' % (foreign.name, problem)) from problem


def main():
    renderer = sys.argv[1]
    letters = list(make_letters())
    print('TAP version 13')
    judges = list(find_foreign_judges())
    missing = [name for name in ('MIME-tools', *NODE_JUDGES) if name not in [judge.name for judge in judges]]
    print('1..%d' % (len(letters) + len(missing)))
    print('# also judged by: %s' % (', '.join(judge.name for judge in judges) or 'nobody'))
    failed = False
    with tempfile.TemporaryDirectory(prefix='envoi-letters-') as name:
        folder = pathlib.Path(name)
        subprocess.run([renderer, write_letters(letters, folder), folder], check=True)
        for judge in judges:
            judge.read([folder / (letter.name + '.eml') for letter in letters])
        for number, letter in enumerate(letters):
            try:
                judge_letter(number, letter, folder, judges)
                print('ok %d %s' % (number + 1, letter.name))
            except Exception as problem:  # whatever a parser raises is a failure
                failed = True
                print('not ok %d %s' % (number + 1, letter.name))
                print('# %s: %s' % (type(problem).__name__, str(problem)[:600]))
    for number, name in enumerate(missing):
        print('ok %d %s # SKIP cannot be installed here' % (len(letters) + number + 1, name))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
