#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person writes, formats, pastes, attaches, removes and undoes; the program is
killed; the letter is open again as it was, and goes. Then a message in a file is
answered in the window. A mailto: link opens the composer and no other window.

    test-compose.py ENVOI ENVOICTL
"""

import os
import pathlib
import signal
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text, wait_for  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

SUBJECT = '项目计划：第二版'
MESSAGE = f'''From: Bob <bob@{DOMAIN}>
To: {USER}, carol@{DOMAIN}
Subject: =?UTF-8?B?5Zue5aSN77ya6K6h5YiS?=
Date: Sun, 1 Mar 2026 08:00:00 +0000
Message-ID: <original@{DOMAIN}>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Shall we <b>start</b> on Monday?</p>
<img src="https://picture.invalid/plan.png" width="300" height="200">
'''


class ComposeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'xclip')
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        subprocess.run([ENVOICTL, 'account', 'add', '--email', USER, '--name', '李雷',
                        '--host', 'localhost', '--port', str(cls.server.tls_port), '--security', 'tls',
                        '--ca-file', cls.server.ca_file, '--secret-stdin'],
                       input=PASSWORD, text=True, stdout=subprocess.DEVNULL, check=True)

    def start(self, *arguments):
        self.app = desktop.Application(self.desktop, [ENVOI, *arguments], 'envoi')

    def run_steps(self, steps):
        try:
            steps()
        except AssertionError:
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / 'compose-failure.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)
            raise

    def wait_for_bold(self, is_bold):
        """What the formatting bar tells a screen reader."""
        button = self.app.find('push button', 'Bold')
        wait_for(f'bold to be {is_bold}',
                 lambda: button.getState().contains(self.app.atspi.STATE_PRESSED) == is_bold)

    def has_web_engine(self):
        return 'libwebkitgtk' in pathlib.Path(f'/proc/{self.app.process.pid}/maps').read_text()

    def write(self):
        self.app.find('push button', 'New letter')
        self.assertFalse(self.has_web_engine(), 'Only a formatted letter needs the web engine.')
        self.app.press('push button', 'New letter')
        window = self.app.find_window('New Letter')
        self.app.wait_for_focus('To', within=window)
        type_text(f'bob@{DOMAIN}')
        keys('Return')
        subject = self.app.find('text', 'Subject', within=window)
        self.app.tab_to(subject)
        subject.queryEditableText().setTextContents(SUBJECT)
        keys('Tab')
        type_text('First ')
        bold = self.app.find('push button', 'Bold', within=window)
        wait_for('the formatting bar', lambda: bold.getState().contains(self.app.atspi.STATE_SENSITIVE))
        self.assertTrue(self.has_web_engine())
        keys('ctrl+b')
        type_text('bold')
        self.wait_for_bold(True)
        keys('ctrl+b')
        type_text(' then ')
        self.wait_for_bold(False)
        subprocess.run(['xclip', '-selection', 'clipboard', '-i'], input='pasted words', text=True, check=True)
        keys('ctrl+v')

    def attach_and_undo(self):
        path = self.desktop.home / '计划.txt'
        path.write_text('one\n')
        keys('ctrl+shift+a')
        self.app.choose_file('Attach Files', path)
        window = self.app.find_window(SUBJECT)
        self.app.find(name=path.name, within=window)
        self.app.press('push button', f'Remove {path.name}', within=window)
        wait_for('the attachment to go',
                 lambda: self.app.look('push button', f'Remove {path.name}', within=window) is None)
        keys('ctrl+z')
        self.app.find('push button', f'Remove {path.name}', within=window)

    def crash(self):
        self.app.find(name='Draft saved')
        # Autosave comes two seconds after the last change at the latest.
        time.sleep(3)
        self.app.process.send_signal(signal.SIGKILL)
        self.app.process.wait()

    def test_a_link_opens_its_letter_alone(self):
        self.start(f'mailto:bob@{DOMAIN}?subject=Linked')

        def look_and_close():
            self.app.find_window('Linked')
            self.assertEqual([window.name for window in self.app.root], ['Linked'])
            keys('ctrl+w')
        self.run_steps(look_and_close)
        self.assertEqual(self.app.process.wait(desktop.PATIENCE_SECONDS), 0)
        self.assertEqual(self.read_open_letters(), [])

    def window_names(self):
        return [window.name for window in self.app.root]

    def test_a_wish_for_a_letter_opens_it_alone(self):
        """As the menu of the desktop's icon does it; a second wish goes to the program that runs."""
        self.start('--new-letter')

        def ask_again_and_close():
            self.app.find_window('New Letter')
            self.assertEqual(self.window_names(), ['New Letter'])
            subprocess.run([ENVOI, '--new-letter'], check=True, timeout=desktop.PATIENCE_SECONDS)
            wait_for('the second letter', lambda: self.window_names() == ['New Letter'] * 2)
            self.close_letter(2)
            self.close_letter(1)
        self.run_steps(ask_again_and_close)
        self.assertEqual(self.app.process.wait(desktop.PATIENCE_SECONDS), 0)
        self.assertEqual(self.read_open_letters(), [])

    def close_letter(self, n_open):
        """Closes the one that has the focus."""
        self.app.wait_for_focus('To')
        keys('ctrl+w')
        if n_open > 1:
            wait_for('a letter to close', lambda: len(self.window_names()) == n_open - 1)

    def read_open_letters(self):
        """What the next start would open again."""
        return (pathlib.Path(os.environ['XDG_DATA_HOME']) / 'envoi/open-letters').read_text().split()

    def test_letter_survives_a_crash(self):
        self.start()
        self.run_steps(self.write)
        self.run_steps(self.attach_and_undo)
        self.run_steps(self.crash)
        self.start()

        def send_again():
            window = self.app.find_window(SUBJECT)
            self.app.find('push button', 'Remove 计划.txt', within=window)
            keys('ctrl+Return')
            self.letter = self.server.wait_for(SUBJECT)
        self.run_steps(send_again)
        text = self.letter.get_body(('plain',)).get_content()
        html = self.letter.get_body(('html',)).get_content()
        self.assertIn('First bold then pasted words', text)
        self.assertRegex(html, r'<(b|strong)>bold</(b|strong)>|font-weight: ?(bold|700)[^>]*>bold<')
        parts = list(self.letter.iter_attachments())
        self.assertEqual([part.get_filename() for part in parts], ['计划.txt'])
        self.check_answer()

    def check_answer(self):
        """The running program gets the file from a second start."""
        path = self.desktop.home / '原信.eml'
        path.write_text(MESSAGE)
        subprocess.run([ENVOI, path], check=True, stdout=subprocess.DEVNULL)

        def answer():
            self.app.find_window('回复：计划')
            keys('ctrl+shift+r')
            self.app.find_window('Re: 计划')
            window = self.app.find_window('Re: 计划')
            self.app.find(name='bob@', within=window)
            self.app.find('label', '1 picture from the internet was left out.', within=window)
            type_text('On Monday, yes.')
            keys('ctrl+Return')
            self.answer = self.server.wait_for('Re: 计划')
        self.run_steps(answer)
        self.assertEqual(self.answer['In-Reply-To'], f'<original@{DOMAIN}>')
        self.assertEqual(self.answer['References'], f'<original@{DOMAIN}>')
        self.assertNotIn(USER, str(self.answer['To']) + str(self.answer['Cc']))
        self.assertIn(f'carol@{DOMAIN}', str(self.answer['To']))
        self.assertIn('<b>start</b>', self.answer.get_body(('html',)).get_content())


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
