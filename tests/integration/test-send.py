#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters that envoictl sends, read back from real mailboxes.

test-send.py ENVOICTL [NAME...]"""

import hashlib
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import client  # noqa: E402
import dovecotserver  # noqa: E402
import eximserver  # noqa: E402
import keyring  # noqa: E402
import mailserver  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER  # noqa: E402

PROGRAM = None
BOB, CAROL, NOBODY, XIAOMING = (f'{name}@{DOMAIN}' for name in ('bob', 'carol', 'nobody', '小明'))
TEXT = '你好，Bob：\n\n.一行以点开头\n\nFrom the plain part\n'
HTML = '<p>你好，<b>Bob</b>：</p><p>From the <i>HTML</i> part</p>'
LETTER = f'''\
From: Alice <{USER}>
To: {BOB}
Bcc: {CAROL}
Subject: =?UTF-8?B?5Lit5paH?= by sendmail
Message-ID: <by-sendmail@{DOMAIN}>

one
.
..two
'''


# All that a relay might want to touch: dots, blanks at line ends, 8-bit octets, the longest line, no line end.
OCTETS = f'''\
From: Alice <{USER}>
To: {BOB}
Subject: every octet
Date: Fri, 27 Nov 2026 10:00:00 +0000
Message-ID: <octets@{DOMAIN}>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

.
..
.a line
From here
trailing blanks \t \

{'x' * 998}
你好 – é ÿ
RCPT TO:<eve@evil.example>

.
'''.replace('\\\n', '\n').encode()


def read_text(part):
    return part.get_content().replace('\r\n', '\n').rstrip('\n')


class Case(unittest.TestCase):
    security = 'tls'
    counterpart = mailserver.MailServer

    @classmethod
    def setUpClass(cls):
        cls.server = cls.counterpart()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        session = keyring.Session()
        self.addCleanup(session.close)
        self.envoi = client.Envoi(PROGRAM, session)
        self.add_account()

    def port(self):
        return self.server.tls_port if self.security == 'tls' else self.server.starttls_port

    def add_account(self):
        self.add_account_for(self.port())

    def add_account_for(self, port):
        result = self.envoi.add_account(port, self.security, self.server.ca_file)
        self.assertEqual(result.code, 0, result.err)

    def send(self, subject, *arguments, to=(BOB,), code=0):
        text = self.envoi.write('letter.txt', TEXT)
        recipients = [word for address in to for word in ('--to', address)]
        got, letter = self.envoi.json('send', '--account', USER, *recipients, '--subject', subject, '--text', text,
                                      *arguments, '--wait')
        self.assertEqual(got, code, letter)
        return letter


class PostfixOverTls(Case):
    knows_smtputf8 = True

    def test_check(self):
        result = self.envoi.run('account', 'check', USER)
        self.assertEqual(result.code, 0, result.out + result.err)
        self.server.settle()
        self.assertEqual(self.server.letters('alice'), [])

    def test_whole_letter(self):
        subject = f'周报：你好 👋 – {self.security}, ' + '很长的主题' * 20
        blob = random.Random(3).randbytes(300_000)
        letter = self.send(subject, '--html', self.envoi.write('letter.html', HTML), '--cc', f'Carol 卡罗尔 <{CAROL}>',
                           '--attach', self.envoi.write('报告 – März.bin', blob), '--attach', self.envoi.write('a.txt', 'x\n'),
                           '--header', 'X-Envoi-Test: 1')
        self.assertEqual(letter['state'], 'sent')
        self.assertEqual(letter['subject'], subject)
        self.assertIsNone(letter['error'])
        self.assertEqual([(each['address'], each['state']) for each in letter['recipients']],
                         [(BOB, 'accepted'), (CAROL, 'accepted')])
        for name in ('bob', 'carol'):
            self.check_letter(self.server.wait_for(subject, name), blob)

    def check_letter(self, received, blob):
        self.assertIn(USER, received['From'])
        self.assertIn('爱丽丝', received['From'])
        self.assertEqual(received['To'], BOB)
        self.assertIn('卡罗尔', received['Cc'])
        self.assertEqual(received['X-Envoi-Test'], '1')
        self.assertTrue(received['Message-ID'] and received['Date'])
        self.assertEqual(read_text(received.get_body(('plain',))), TEXT.rstrip('\n'))
        self.assertIn('<b>Bob</b>', received.get_body(('html',)).get_content())
        self.assertIn('你好', received.get_body(('html',)).get_content())
        attachments = {part.get_filename(): part for part in received.iter_attachments()}
        self.assertEqual(set(attachments), {'报告 – März.bin', 'a.txt'})
        content = attachments['报告 – März.bin'].get_content()
        self.assertEqual(hashlib.sha256(content).hexdigest(), hashlib.sha256(blob).hexdigest())
        self.assertLess(max(len(line) for line in received.raw.split(b'\n')), 999)
        self.assertEqual(received.defects, [])

    def test_bcc_is_only_in_the_envelope(self):
        letter = self.send('hidden copy', '--bcc', CAROL)
        self.assertEqual(len(letter['recipients']), 2)
        for name in ('bob', 'carol'):
            received = self.server.wait_for('hidden copy', name)
            self.assertNotIn('Bcc', received)
            self.assertNotIn(b'carol', received.raw.split(b'\n\n')[0].replace(b'Delivered-To: carol', b'')
                             .replace(b'X-Original-To: carol', b'').lower())

    def test_sent_letters_are_listed(self):
        letter = self.send('listed')
        code, shown = self.envoi.json('outbox', 'show', letter['id'])
        self.assertEqual((code, shown['state'], shown['subject']), (0, 'sent', 'listed'))
        self.assertEqual(shown['recipients'][0]['code'], 250)
        # By which whoever runs the server finds it again: Postfix's, Exim's, OpenSMTPD's words.
        self.assertEqual(shown['reply']['code'], 250)
        words = shown['reply']['text']
        self.assertRegex(words, r'queued as \w+|id=\S+|^\w+ Message accepted')
        self.assertIn(words, self.envoi.run('outbox', 'show', letter['id']).out)

    def test_html_alone_has_a_plain_twin(self):
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--subject', 'twin', '--html',
                                       self.envoi.write('twin.html', HTML), '--wait')
        self.assertEqual(code, 0, letter)
        received = self.server.wait_for('twin')
        self.assertIn('From the HTML part', received.get_body(('plain',)).get_content())

    def test_finished_message(self):
        path = self.envoi.write('finished.eml', LETTER.replace('\n', '\r\n').replace('by sendmail', 'finished'))
        code, letter = self.envoi.json('send', '--account', USER, '--eml', path, '--wait')
        self.assertEqual(code, 0, letter)
        for name in ('bob', 'carol'):
            received = self.server.wait_for('中文 finished', name)
            self.assertNotIn('Bcc', received)
            self.assertEqual(received['Message-ID'], f'<by-sendmail@{DOMAIN}>')

    def test_sendmail(self):
        result = self.envoi.run('-t', '-i', stdin=LETTER, program=self.envoi.link('envoi-sendmail'))
        self.assertEqual(result.code, 0, result.err)
        self.envoi.run('outbox', 'flush')
        for name in ('bob', 'carol'):
            received = self.server.wait_for('中文 by sendmail', name)
            self.assertNotIn('Bcc', received)
            self.assertEqual(read_text(received), 'one\n.\n..two')

    def test_sendmail_recipients_from_arguments(self):
        letter = LETTER.replace('by sendmail', 'by arguments')
        result = self.envoi.run('-i', '-f', USER, '--', CAROL, stdin=letter, program=self.envoi.link('envoi-sendmail'))
        self.assertEqual(result.code, 0, result.err)
        self.envoi.run('outbox', 'flush')
        self.server.wait_for('中文 by arguments', 'carol')
        self.server.settle()
        self.assertEqual(self.server.find('中文 by arguments', 'bob'), [])

    def test_many_letters(self):
        for number in range(5):
            self.send(f'number {number}')
            self.server.wait_for(f'number {number}')
        self.server.settle()
        for number in range(5):
            self.assertEqual(len(self.server.find(f'number {number}')), 1)

    def test_letters_behind_each_other(self):
        """Eight that wait go over one connection; each comes once, and as it was."""
        self.add_account_for(port=1)
        for number in range(8):
            self.envoi.json('send', '--account', USER, '--to', BOB, '--to', CAROL, '--subject', f'queue {number}',
                            '--text', self.envoi.write('letter.txt', TEXT + f'number {number}\n'))
        self.add_account()
        self.envoi.run('outbox', 'flush')
        for number in range(8):
            for name in ('bob', 'carol'):
                received = self.server.wait_for(f'queue {number}', name)
                self.assertEqual(read_text(received), TEXT + f'number {number}')
        self.server.settle()
        for number in range(8):
            self.assertEqual(len(self.server.find(f'queue {number}')), 1)
        self.assertEqual({letter['state'] for letter in self.envoi.letters()}, {'sent'})

    def test_refused_recipient_does_not_stop_the_others(self):
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--to', NOBODY, '--subject', 'to one of two',
                                       '--text', self.envoi.write('letter.txt', TEXT), '--wait')
        self.assertEqual((code, letter['state']), (0, 'sent'), letter)
        states = {each['address']: each for each in letter['recipients']}
        self.assertEqual((states[BOB]['state'], states[NOBODY]['state']), ('accepted', 'refused'))
        self.assertEqual(states[NOBODY]['code'] // 100, 5)
        self.server.wait_for('to one of two')

    def test_all_or_nothing(self):
        """One refusal keeps the letter from everybody."""
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--to', NOBODY, '--subject', 'to both or none',
                                       '--text', self.envoi.write('letter.txt', TEXT), '--all-or-nothing', '--wait')
        self.assertEqual((code, letter['state']), (68, 'failed'), letter)
        states = {each['address']: each['state'] for each in letter['recipients']}
        self.assertEqual(states[NOBODY], 'refused')
        self.assertNotEqual(states[BOB], 'accepted')
        self.send('behind it')
        self.server.wait_for('behind it')
        self.server.settle()
        self.assertEqual(self.server.find('to both or none'), [])

    def test_every_recipient_refused(self):
        code, letter = self.envoi.json('send', '--account', USER, '--to', NOBODY, '--subject', 'to nobody', '--text',
                                       self.envoi.write('letter.txt', TEXT), '--wait')
        self.assertEqual((code, letter['state'], letter['error']['code']), (68, 'failed', 'RECIPIENTS_REJECTED'), letter)

    def test_wrong_password(self):
        self.envoi.add_account(self.port(), self.security, self.server.ca_file, password='wrong')
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--subject', 'no entry', '--text',
                                       self.envoi.write('letter.txt', TEXT), '--wait')
        self.assertEqual((code, letter['error']['code']), (77, 'AUTH_REJECTED'), letter)
        self.server.settle()
        self.assertEqual(self.server.find('no entry'), [])

    def test_every_octet(self):
        path = self.envoi.write('octets.eml', OCTETS.replace(b'\n', b'\r\n'))
        code, letter = self.envoi.json('send', '--account', USER, '--eml', path, '--wait')
        self.assertEqual((code, letter['state']), (0, 'sent'), letter)
        received = self.server.wait_for('every octet')
        self.assertEqual(received.raw.split(b'\n\n', 1)[1], OCTETS.split(b'\n\n', 1)[1])

    def test_address_beyond_ascii(self):
        """A server that can is told such an address; to one that cannot nothing is sent, to nobody."""
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--to', XIAOMING, '--subject', 'beyond ASCII',
                                       '--text', self.envoi.write('letter.txt', TEXT), '--wait')
        states = {each['address']: (each['state'], each['code']) for each in letter['recipients']}
        if self.knows_smtputf8:
            self.assertEqual((code, letter['state'], states), (0, 'sent', {BOB: ('accepted', 250), XIAOMING: ('refused', 550)}))
            self.server.wait_for('beyond ASCII')
            return
        self.assertEqual((code, letter['state'], letter['error']['code']), (65, 'failed', 'UNSUPPORTED'), letter)
        self.assertEqual(states, {BOB: ('pending', 0), XIAOMING: ('pending', 0)})
        self.send('behind it')
        self.server.wait_for('behind it')
        self.assertEqual(self.server.find('beyond ASCII'), [])

    def test_secrets_leave_no_trace(self):
        with client.Watch(PASSWORD) as watch:
            self.add_account()
            self.assertEqual(self.envoi.run('account', 'check', USER, '--json').code, 0)
            self.send('no trace')
            self.envoi.run('account', 'show', USER, '--json')
            self.envoi.run('account', 'list')
            self.envoi.letters()
        self.assertGreater(watch.n_looks, 3)
        self.assertEqual(watch.found, set())
        self.assertEqual(self.envoi.find_traces(PASSWORD), [])

    def test_nothing_is_readable_by_others(self):
        self.send('private')
        for name in ('data', 'config', 'state'):
            folder = self.envoi.session.folder / name / 'envoi'
            for path in (folder, *folder.rglob('*')) if folder.exists() else ():
                if path.is_file():
                    parents = [parent for parent in path.parents if folder in (parent, *parent.parents)]
                    closed = any(parent.stat().st_mode & 0o077 == 0 for parent in (path, *parents))
                    self.assertTrue(closed, f'{path} can be read by others')

    def test_removed_account(self):
        self.assertEqual(self.envoi.run('account', 'remove', USER).code, 0)
        self.assertEqual(self.envoi.json('account', 'list')[1], [])
        result = self.envoi.run('send', '--account', USER, '--to', BOB, '--subject', 'x', '--text',
                                self.envoi.write('x.txt', 'x'))
        self.assertIn(result.code, (65, 78))


class PostfixOverStarttls(PostfixOverTls):
    security = 'starttls'


class EximOverTls(PostfixOverTls):
    counterpart = eximserver.EximServer


class EximOverStarttls(EximOverTls):
    security = 'starttls'


class DovecotOverTls(PostfixOverTls):
    counterpart = dovecotserver.DovecotServer
    knows_smtputf8 = False


class DovecotOverStarttls(DovecotOverTls):
    security = 'starttls'


class DovecotWithLimit(Case):
    """SIZE as Dovecot states it for itself, not as the server behind it would."""

    @staticmethod
    def counterpart():
        return dovecotserver.DovecotServer(largest='1M')

    def test_as_much_as_the_server_takes(self):
        self.send('just right', '--attach', self.envoi.write('right.bin', random.Random(4).randbytes(700_000)))
        self.server.wait_for('just right')

    def test_more_than_the_server_takes(self):
        """It is not uploaded to be refused, and stops no other letter."""
        self.envoi.write('large.bin', random.Random(4).randbytes(900_000))
        code, letter = self.envoi.json('send', '--account', USER, '--to', BOB, '--subject', 'too large', '--text',
                                       self.envoi.write('letter.txt', TEXT), '--attach', 'large.bin', '--wait')
        self.assertEqual((code, letter['state'], letter['error']['code']), (65, 'failed', 'TOO_LARGE'), letter)
        self.assertEqual(letter['error']['title'], 'The letter is too large')
        self.assertIn('the server takes at most 1.0', letter['error']['details'])
        self.assertEqual([each['state'] for each in letter['recipients']], ['pending'])
        self.send('behind it')
        self.server.wait_for('behind it')
        self.assertEqual(self.server.find('too large'), [])


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    tap.main()
