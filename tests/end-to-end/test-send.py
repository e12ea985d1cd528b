#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person opens the window, writes a formatted letter with a Chinese subject and
an attachment, presses Send; the letter is read back from the real mailbox.

    test-send.py ENVOI ENVOICTL
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

SUBJECT = '季度报告：第三季度'
ATTACHMENT_NAME = '季度报告 2026.bin'


class SendTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS)
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.add_account()
        cls.app = desktop.Application(cls.desktop, [ENVOI], 'envoi')

    @classmethod
    def add_account(cls):
        subprocess.run([ENVOICTL, 'account', 'add', '--email', USER, '--name', '李雷',
                        '--host', 'localhost', '--port', str(cls.server.tls_port), '--security', 'tls',
                        '--ca-file', cls.server.ca_file, '--secret-stdin'],
                       input=PASSWORD, text=True, stdout=subprocess.DEVNULL, check=True)

    def make_attachment(self):
        path = self.desktop.home / ATTACHMENT_NAME
        path.write_bytes(os.urandom(300_000))
        return path

    def write_letter(self, attachment):
        self.app.press('push button', 'New letter')
        self.app.find('text', 'To')
        type_text(f'bob@{DOMAIN}')
        keys('Return')
        subject = self.app.find('text', 'Subject')
        self.app.tab_to(subject)
        subject.queryEditableText().setTextContents(SUBJECT)
        keys('Tab')
        type_text('Dear Wei, this is ')
        keys('ctrl+b')
        type_text('bold')
        keys('ctrl+b')
        type_text(' and this is not.')
        self.attach(attachment)

    def attach(self, path):
        keys('ctrl+shift+a')
        self.app.choose_file('Attach Files', path)
        self.app.find(name=path.name, within=self.app.find_window(SUBJECT))

    def test_letter_arrives_as_it_was_written(self):
        attachment = self.make_attachment()
        try:
            self.write_letter(attachment)
            keys('ctrl+Return')
            letter = self.server.wait_for(SUBJECT)
        except AssertionError:
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / 'end-to-end-failure.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)
            raise
        self.check(letter, attachment)

    def check(self, letter, attachment):
        self.assertEqual(letter['Subject'], SUBJECT)
        text = letter.get_body(('plain',)).get_content()
        html = letter.get_body(('html',)).get_content()
        self.assertIn('Dear Wei, this is bold and this is not.', text)
        self.assertRegex(html, r'<(b|strong)>bold</(b|strong)>|font-weight: ?(bold|700)[^>]*>bold<')
        parts = list(letter.iter_attachments())
        self.assertEqual([part.get_filename() for part in parts], [ATTACHMENT_NAME])
        self.assertEqual(hashlib.sha256(parts[0].get_content()).hexdigest(),
                         hashlib.sha256(attachment.read_bytes()).hexdigest())


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
