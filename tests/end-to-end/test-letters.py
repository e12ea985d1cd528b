#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a letter after it was sent: the receipt that was asked for, what comes back and is dropped on the
window, the copy in the mailbox, sending it again, and keeping it as a file.

    test-letters.py ENVOI ENVOICTL
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text, wait_for  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

APPLICATION = 'io.github.envoi_mail.Envoi'
PATH = '/io/github/envoi_mail/Envoi'
BOB, CAROL = f'bob@{DOMAIN}', f'carol@{DOMAIN}'
LARGEST = 200 * 1024 * 1024
# Providers whose server this is, by the domain of an address, and what they do with a copy of a letter.
COPIES = {'itself.example': True, 'option.example': 'user_setting', 'silent.example': None}
NOTES = {
    'C': {
        'itself.example': 'itself Mail files a copy in the Sent folder of the mailbox by itself.',
        'option.example': 'option Mail files a copy in the Sent folder of the mailbox only if that is switched on',
        'silent.example': 'silent Mail may not file a copy in the mailbox; the letter is kept here.',
    },
    'zh_CN': {
        'itself.example': 'itself 邮箱 会自动在邮箱的“已发送”里留一份。',
        'option.example': '只有在 option 邮箱 的网页设置里开启了保存，邮箱的“已发送”里才会留一份。',
        'silent.example': 'silent 邮箱 不一定会在邮箱里留一份；这封邮件保存在本机。',
    },
}
# What the servers on the way write above a letter.
TRACE = ('Return-Path', 'X-Original-To', 'Delivered-To', 'Received')
REPORT_OF_NOBODY = f'''From: MAILER-DAEMON@{DOMAIN}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {DOMAIN}

Final-Recipient: rfc822; nobody@else.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Message-ID: <nobody-knows@else.example>

--b--
'''


class Letters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'xclip')
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.add_providers()
        cls.add_account(USER)
        # Nobody wants to take anything back here.
        os.environ['GSETTINGS_BACKEND'] = 'keyfile'
        subprocess.run(['gsettings', 'set', APPLICATION, 'undo-seconds', '0'], check=True)

    @classmethod
    def envoictl(cls, *arguments, stdin=None):
        return subprocess.run([ENVOICTL, *arguments], input=stdin, text=True, stdout=subprocess.PIPE, check=True).stdout

    @classmethod
    def add_providers(cls):
        folder = cls.desktop.config_home / 'envoi/providers.d'
        folder.mkdir(parents=True)
        (folder / 'copies.json').write_text(json.dumps({'schema_version': 1, 'providers': [{
            'id': domain.split('.')[0], 'domains': [domain], 'saves_sent_copy': answer, 'auth': ['password'],
            'names': {'en': domain.split('.')[0] + ' Mail', 'zh': domain.split('.')[0] + ' 邮箱'},
            'username': '%EMAILADDRESS%',
            'servers': [{'host': 'localhost', 'port': cls.server.tls_port, 'security': 'tls', 'recommended': True,
                         'status': 'verified'}],
        } for domain, answer in COPIES.items()]}), encoding='utf-8')

    @classmethod
    def add_account(cls, address):
        """One of this server, whatever the address promises."""
        cls.envoictl('account', 'add', '--email', address, '--name', '李雷', '--host', 'localhost',
                     '--port', str(cls.server.tls_port), '--security', 'tls', '--ca-file', cls.server.ca_file,
                     '--user', USER, '--secret-stdin', stdin=PASSWORD)

    def setUp(self):
        self.app = None
        self.addCleanup(self.leave)

    def start(self, language='C'):
        self.leave()
        os.environ['LANGUAGE'] = language
        self.app = desktop.Application(self.desktop, [ENVOI], pathlib.Path(ENVOI).name)
        self.window = self.app.find_window('Envoi')
        # Beside it there is room for what is dragged.
        self.place('Envoi', 0, 0)

    def run(self, result=None):
        n_before = len(result.failures) + len(result.errors)
        self.has_failed = lambda: len(result.failures) + len(result.errors) > n_before
        super().run(result)

    def leave(self):
        if not self.app:
            return
        if self.has_failed():
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / f'{self.id()}.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)
        self.activate('quit')
        self.app.process.wait(desktop.PATIENCE_SECONDS)
        self.app = None

    def activate(self, action, *parameters):
        subprocess.run(['gdbus', 'call', '--session', '--dest', APPLICATION, '--object-path', PATH, '--method',
                        'org.gtk.Actions.Activate', action, f'[{", ".join(parameters)}]', '{}'], check=True,
                       capture_output=True)

    def place(self, title, x, y):
        window = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', f'^{title}$'], check=True,
                                capture_output=True, text=True).stdout.split()[-1]
        subprocess.run(['xdotool', 'windowmove', '--sync', window, str(x), str(y)], check=True)

    def send(self, subject, *arguments, account=USER):
        return json.loads(self.envoictl('send', '--account', account, '--to', BOB, '--subject', subject, '--wait',
                                        '--json', *arguments))

    def show(self, letter):
        self.activate('show-letter', f"<'{letter['id']}'>")

    def choose(self, button, item, within):
        """A menu's item, as a screen reader would."""
        node = self.app.find('push button', button, within=within)
        inner = self.app.look('push button', button, within=node)
        (inner or node).queryAction().doAction(0)
        self.app.press(None, item, within=within)

    def drop(self, *paths):
        """Files from another program's window, by the mouse; slower when a busy computer did not follow the hand."""
        for slowness in (1, 4, 12):
            source = self.desktop.start([sys.executable, HERE / 'drag-source.py', *paths])
            self.place('Files', 1080, 800)
            time.sleep(0.5 * slowness)
            steps = ['mousemove', '1160', '880', 'mousedown', '1']
            for x, y in ((1140, 860), (1000, 700), (700, 500), (505, 402), (500, 400)):
                steps += ['sleep', str(0.15 * slowness), 'mousemove', str(x), str(y)]
            subprocess.run(['xdotool', *steps, 'sleep', str(0.3 * slowness), 'mouseup', '1'], check=True)
            if self.is_taken(source, 5 * slowness):
                return
        self.fail('nobody took what was dropped')

    def is_taken(self, source, patience):
        try:
            return source.wait(patience) == 0
        except subprocess.TimeoutExpired:
            source.kill()
            source.wait()
            return False

    def write_with_wish(self, subject):
        self.app.press('push button', 'New letter')
        window = self.app.find_window('New Letter')
        self.app.wait_for_focus('To', within=window)
        type_text(BOB)
        keys('Return')
        field = self.app.find('text', 'Subject', within=window)
        self.app.tab_to(field)
        field.queryEditableText().setTextContents(subject)
        keys('Tab')
        type_text('Please tell me.')
        self.choose('Other Ways to Send', 'Request a Delivery Receipt', window)
        self.app.press('push button', '_Send Send', within=window)
        return self.server.wait_for(subject)

    def read_details(self, letter):
        """What was said to the server, as one copies it for whoever helps."""
        listed = json.loads(self.envoictl('outbox', 'list', '--json'))
        self.show(next(each for each in listed if each['subject'] == letter['Subject']))
        return wait_for('the copy', lambda: self.copy_details(letter['Message-ID']))

    def copy_details(self, message_id):
        button = self.app.look('push button', 'Copy Details', within=self.window)
        if button:
            button.queryAction().doAction(0)
        else:
            self.app.press('push button', 'Attempts and Technical Details', within=self.window)
            self.app.find('label', 'Attempt 1', within=self.window)
        said = self.read_clipboard()
        return said if message_id in said and 'MAIL FROM' in said else None

    def read_clipboard(self):
        return subprocess.run(['xclip', '-selection', 'clipboard', '-o', '-target', 'UTF8_STRING'], capture_output=True,
                              text=True, timeout=30).stdout

    def test_receipt(self):
        self.start()
        said = self.read_details(self.write_with_wish('Wanted'))
        self.assertRegex(said, rf'MAIL FROM:<{USER}>.* RET=HDRS ENVID=')
        self.assertRegex(said, rf'RCPT TO:<{BOB}> NOTIFY=\S*SUCCESS\S* ORCPT=rfc822;{BOB}')
        self.app.find('label', 'The delivery receipt comes to the mailbox as a message.', within=self.window)

        # The server keeps its word; its message is dropped on the window.
        receipt = self.desktop.shared / 'receipt.eml'
        receipt.write_bytes(process.wait_until(lambda: self.server.letters('alice'), 'the receipt has come')[-1])
        self.drop(receipt)
        self.app.find('label', f'The letter to {BOB} has been delivered', within=self.window)
        self.assertIsNone(self.app.look('label', 'The delivery receipt comes', within=self.window))

        (self.server.folder / 'etc/main.cf').open('a').write('smtpd_discard_ehlo_keywords = dsn\n')
        self.server.stop_postfix()
        self.server.start_postfix()
        said = self.read_details(self.write_with_wish('Wanted in vain'))
        self.assertIn(f'MAIL FROM:<{USER}>', said)
        for word in ('RET=', 'ENVID=', 'NOTIFY=', 'ORCPT='):
            self.assertNotIn(word, said)
        self.app.find('label', 'No delivery receipt will come: the server does not give any.', within=self.window)

    def test_dropped_files(self):
        """What is no report is a message to read, or is said to be none; nothing of it marks a letter."""
        self.start()
        folder = self.desktop.shared
        (folder / 'letter.eml').write_text(f'From: {BOB}\nSubject: Only a letter\n\nHello.\n')
        (folder / 'broken.eml').write_bytes(b'\0\1\2' * 1000)
        (folder / 'report.eml').write_text(REPORT_OF_NOBODY)
        with open(folder / 'large.eml', 'wb') as large:
            large.write(f'From: {BOB}\nSubject: Large\n\n'.encode())
            large.truncate(LARGEST)
        self.drop(folder / 'broken.eml', folder / 'large.eml', folder / 'report.eml', folder / 'letter.eml')
        self.app.find_window('Undelivered')
        self.app.find_window('Only a letter')
        told = {'“broken.eml” was not opened: This is not an e-mail message.',
                '“large.eml” was not opened: The message is too large to be opened.',
                'This report fits none of your letters'}
        while told:
            told.remove(wait_for(f'one of {told}', lambda: self.look_for_toast(told)))
            # One waits until the one before it is put away.
            self.app.press('push button', 'Close this message', within=self.toast.parent.parent)

    def look_for_toast(self, told):
        self.toast = self.app.look('label', lambda name: name in told, within=self.window)
        return self.toast and self.toast.name

    def test_copy_in_sent(self):
        """Whether the mailbox has a copy too is said in the person's language, where it is known whose mailbox it is."""
        letters = {}
        for domain in COPIES:
            self.add_account(f'li@{domain}')
            letters[domain] = self.send(f'Through {domain}', account=f'li@{domain}')
        # Google's mailbox, but not Google's server: nothing is promised.
        self.add_account('li@gmail.com')
        letters['gmail.com'] = self.send('Through gmail.com', account='li@gmail.com')
        for language, notes in NOTES.items():
            self.start(language)
            for domain, note in notes.items():
                self.show(letters[domain])
                self.app.find('label', note, within=self.window)
            self.show(letters['gmail.com'])
            wait_for('no note', lambda: not any(self.app.look('label', note, within=self.window)
                                                for note in notes.values()))
            self.assertIsNone(self.app.look('label', lambda name: name.startswith('Gmail '), within=self.window))

    def send_to_three(self, subject):
        attachment = self.desktop.shared / '计划.txt'
        attachment.write_text('one\n')
        words = self.desktop.shared / 'words.txt'
        words.write_text('Dear Bob,\n')
        letter = self.send(subject, '--cc', CAROL, '--bcc', USER, '--attach', str(attachment), '--text', str(words))
        self.server.settle()
        return letter

    def count(self, subject):
        self.server.settle()
        return [len(self.server.find(subject, name)) for name in ('bob', 'carol', 'alice')]

    def test_once_more(self):
        """A sent letter is written anew without being sent, and sent again by one press, whole."""
        letter = self.send_to_three('Once more')
        self.start()
        self.show(letter)
        self.choose('Letter menu', 'Edit as New Letter', self.window)
        composer = self.app.find_window('Once more')
        for name in (BOB, CAROL, USER, 'Remove 计划.txt'):
            self.app.find(None, name, within=composer)
        self.app.wait_for_focus(None, within=composer)
        keys('ctrl+w')
        wait_for('the composer to go', lambda: not any(window.name == 'Once more' for window in self.app.root))
        self.assertEqual(self.count('Once more'), [1, 1, 1])

        self.choose('Letter menu', 'Send Again', self.window)
        process.wait_until(lambda: self.count('Once more') == [2, 2, 2], 'everybody has it twice')
        first, second = self.server.find('Once more')
        self.assertNotEqual(first['Message-ID'], second['Message-ID'])
        for part in ('To', 'Cc', 'From'):
            self.assertEqual(first[part], second[part])
        self.assertEqual([part.get_content() for part in first.walk() if not part.is_multipart()],
                         [part.get_content() for part in second.walk() if not part.is_multipart()])
        self.assertNotIn(USER.encode(), second.raw.replace(f'<{USER}>'.encode(), b''))

    def test_exported_log(self):
        """The log as a file: an object a line, and no address in it that could be told from another."""
        self.send('Logged')
        self.start()
        self.activate('sending-log')
        window = self.app.find_window('Sending Log')
        self.choose('Options of the Log', 'Mask Addresses', window)
        path = self.desktop.shared / 'log.jsonl'
        self.app.press('push button', 'Export', within=window)
        self.app.choose_file('Export the Sending Log', path)
        self.app.find('label', 'The log has been saved', within=window)
        lines = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]
        self.assertEqual((lines[-1]['sender'], lines[-1]['result']), (f'a***@{DOMAIN}', 'sent'))
        self.assertNotIn(USER, path.read_text(encoding='utf-8'))

    def test_saved_file(self):
        """What is kept as a file is what went out, octet for octet; who got it in secret is not in it."""
        letter = self.send_to_three('Kept')
        self.start()
        self.show(letter)
        path = self.desktop.shared / 'kept.eml'
        self.choose('Letter menu', 'Save as File', self.window)
        self.app.choose_file('Save Letter', path)
        self.app.find('label', 'The letter has been saved')
        part = self.desktop.shared / 'part.txt'
        self.app.press('push button', 'Save 计划.txt', within=self.window)
        self.app.choose_file('Save Attachment', part)
        wait_for('the attachment', part.exists)
        self.assertEqual(part.read_text(), 'one\n')
        received = self.server.find('Kept')[0].raw
        while received.startswith(tuple(f'{name}:'.encode() for name in TRACE)):
            received = re.sub(rb'\A[^\n]*\n([ \t][^\n]*\n)*', b'', received)
        saved = path.read_bytes()
        self.assertEqual(saved.replace(b'\r\n', b'\n'), received)
        self.assertNotIn(b'\nBcc', saved)
        self.assertEqual(saved.count(USER.encode()), saved.count(f'<{USER}>'.encode()))


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
