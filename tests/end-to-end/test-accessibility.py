#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every screen, opened and gone through by the keyboard alone, as somebody does who hears it:
each control has a name and the Tab key leads to it, the focus is never lost, Escape closes.

    test-accessibility.py ENVOI ENVOICTL
"""

import datetime
import json
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import type_text, wait_for  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402
from walk import Walker, describe, is_named  # noqa: E402

# Tab passes by what a key does: it leads from To to the subject.
BY_KEY = {'Cc': 'ctrl+shift+c', 'Bcc': 'ctrl+shift+b', 'More fields': 'ctrl+shift+r'}


NEW_PASSWORD = 'tomorrow1'
MOST_ITEMS = 30
MESSAGE = f'''From: Bob <bob@{DOMAIN}>
To: {USER}
Subject: Plan
Date: Sun, 1 Mar 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: text/html; charset=utf-8

<p>Shall we <b>start</b>?</p>
--part
Content-Type: text/plain
Content-Disposition: attachment; filename=plan.txt

Monday
--part--
'''


class AccessibilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS)
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.still_pictures()
        cls.prepare_letters()

    @classmethod
    def still_pictures(cls):
        """A key that comes while a page slides in would be for the page before it."""
        folder = cls.desktop.config_home / 'gtk-4.0'
        folder.mkdir()
        (folder / 'settings.ini').write_text('[Settings]\ngtk-enable-animations=0\n')

    @classmethod
    def prepare_letters(cls):
        subprocess.run([ENVOICTL, 'account', 'add', '--email', USER, '--name', '李雷', '--host', 'localhost',
                        '--port', str(cls.server.tls_port), '--security', 'tls',
                        '--ca-file', cls.server.ca_file, '--secret-stdin'],
                       input=PASSWORD, text=True, stdout=subprocess.DEVNULL, check=True)
        for to, subject in (('bob', 'Sent'), ('never', 'Refused')):
            subprocess.run([ENVOICTL, 'send', '--account', USER, '--to', f'{to}@{DOMAIN}', '--subject', subject,
                            '--wait'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=to == 'bob')

    def setUp(self):
        self.app = desktop.Application(self.desktop, [ENVOI], 'envoi')
        self.addCleanup(self.quit)
        self.app.find('list item', 'Needs Attention, 1 letter')
        self.walker = Walker(self.app)
        self.addCleanup(self.walker.close)
        self.windows = [window for window in self.app.root if window]
        self.openers = []
        self.walker.go_to('New letter')

    def quit(self):
        """As a person does: what was written is closed and not brought back."""
        desktop.keys('ctrl+q')
        try:
            self.app.process.wait(5)
        except subprocess.TimeoutExpired:  # A failed test has left a dialog open.
            self.app.process.kill()
            self.app.process.wait()

    def find_new_window(self):
        return wait_for('a window', lambda: next((window for window in self.app.root
                                                  if window and window not in self.windows), None))

    def open(self, *keys):
        """Opens a window by keys."""
        self.openers.append(self.walker.focus)
        self.walker.keyboard.press(*keys)
        window = self.find_new_window()
        self.windows.append(window)
        return window

    def open_from_menu(self, mnemonic):
        self.walker.go_to('Main menu')
        opener = self.walker.focus
        self.walker.press('F10')
        self.open(mnemonic)
        self.openers[-1] = opener

    def close(self, key='Escape'):
        """The window goes, and the one below it has the focus where it was."""
        window = self.windows.pop()
        self.walker.keyboard.press(key)
        wait_for('the window to close', lambda: window not in list(self.app.root))
        opener = self.openers.pop()
        wait_for(f'the focus to be at {describe(opener)} again', lambda: self.walker.is_focused(opener))

    def check(self, *expected, exempt=()):
        """A round through the newest window, which passes by nothing: returns where Tab stopped."""
        stops = self.check_round(*expected)
        missed = self.walker.find_missed(self.windows[-1], stops)
        self.assertEqual([describe(node) for node in missed if node.name not in exempt], [],
                         f'not reached by Tab, which led to {[stop.name for stop in stops]}')
        return stops

    def check_round(self, *expected):
        """The same, for a window with panes that do not show: it may pass by those."""
        stops = self.walker.go_round()
        self.assertIsNotNone(stops[-1], f'the focus is lost after {describe(stops[-2] if len(stops) > 1 else None)}')
        self.assertEqual([describe(stop) for stop in stops if not is_named(stop)], [], 'without a name')
        names = [stop.name for stop in stops]
        for name in expected:
            self.assertTrue(any(name in one for one in names), f'no "{name}" among {names}')
        return stops

    def check_popup(self, button):
        """What a button lets pop up takes the focus, and Escape gives it back."""
        while self.walker.press('Tab') != button:
            pass
        inside = self.walker.press('space')
        self.assertTrue(inside and inside != button, f'{describe(button)} opened nothing')
        self.assertTrue(is_named(inside), f'{describe(inside)} in {describe(button)}')
        self.walker.press('Escape')
        wait_for(f'the focus to be at {describe(button)} again', lambda: self.walker.is_focused(button))
        self.walker.settle()

    def wait_for_control(self, role, name):
        """A control that the web surface brings to life when it has started."""
        state = self.app.atspi.STATE_SENSITIVE
        wait_for(f'{role} "{name}"', lambda: (node := self.app.look(role, name, self.windows[-1])) and
                 node.getState().contains(state))

    def test_main_window(self):
        self.check('New letter', 'Main menu', 'Outbox', 'Accounts', 'Search in all letters')
        self.walker.press('ctrl+f')
        self.check('Search in all letters')
        self.walker.press('Escape')
        for place in '1467':
            self.go_to_place(place)
            self.check('New letter')

    def go_to_place(self, number):
        self.walker.keyboard.press(f'alt+{number}')
        self.walker.settle()

    def open_letter(self, name, button):
        if name not in self.walker.focus.name:
            self.walker.go_to(name)
        self.walker.press('Return')
        self.wait_for_control('push button', button)
        self.walker.settle()

    def test_letters(self):
        self.go_to_place(5)
        self.open_letter('Sent, to', 'Letter menu')
        self.check('Letter menu', 'Attempts and Technical Details')
        self.go_to_place(3)
        self.open_letter('Refused, to', 'Edit')
        self.check('Letter menu', 'Edit')

    def test_narrow(self):
        """A telephone's width: one pane at a time, and Escape leads back."""
        subprocess.run(['xdotool', 'getactivewindow', 'windowsize', '360', '720'], check=True)
        self.go_to_place(5)
        self.check_round('Back', 'Sent, to')
        self.open_letter('Sent, to', 'Letter menu')
        self.check_round('Back', 'Letter menu')
        self.walker.press('alt+Left')
        self.check_round('Back', 'Sent, to')

    def test_quit(self):
        """A letter that waits for its time is a reason to ask."""
        due = (datetime.datetime.now() + datetime.timedelta(hours=1)).astimezone().isoformat(timespec='seconds')
        sent = subprocess.run([ENVOICTL, 'send', '--account', USER, '--to', f'bob@{DOMAIN}', '--subject', 'Later',
                               '--at', due, '--json'], stdout=subprocess.PIPE, check=True).stdout
        self.app.find('list item', 'Scheduled, 1 letter')
        self.open('ctrl+q')
        self.check('Quit')
        self.close()
        subprocess.run([ENVOICTL, 'outbox', 'cancel', json.loads(sent)['id']], stdout=subprocess.DEVNULL, check=True)

    def test_composer(self):
        self.open('ctrl+n')
        self.wait_for_control('push button', 'Bold')
        stops = self.check('From', 'To', 'Subject', 'Letter', 'Attach Files', 'Send', 'Other Ways to Send', 'Bold',
                           exempt=BY_KEY)
        backwards = self.walker.go_round('shift+Tab')
        self.assertEqual({describe(stop) for stop in backwards}, {describe(stop) for stop in stops})
        for name in ('From', 'Other Ways to Send', 'Style', 'Font', 'Text color', 'Highlight', 'Alignment', 'Table',
                     'Emoji', 'More'):
            self.check_popup(next(stop for stop in stops if name in stop.name))
        for key in BY_KEY.values():
            self.walker.press(key)
        self.check('Cc', 'Bcc', 'Reply to', exempt=BY_KEY)
        self.close('ctrl+w')

    def test_composer_dialogs(self):
        self.open('ctrl+n')
        self.wait_for_control('push button', 'Bold')
        self.walker.go_to('Letter')
        type_text('Hello')
        self.open('ctrl+k')
        self.check('Text', 'Web or mail address', 'Cancel')
        self.close()
        self.walker.press('ctrl+f')
        self.check('Find in the letter', 'Close the search', exempt=BY_KEY)
        self.walker.press('Escape')
        self.close('ctrl+w')

    def choose(self, button, item):
        """Opens a window from the menu of a button."""
        self.walker.go_to(button)
        opener = self.walker.focus
        self.walker.press('space')
        for _ in range(MOST_ITEMS):
            if item in self.walker.focus.name:
                break
            self.walker.press('Down')
        self.assertIn(item, self.walker.focus.name)
        self.open('Return')
        self.openers[-1] = opener

    def test_composer_windows(self):
        self.open('ctrl+n')
        self.wait_for_control('push button', 'Bold')
        self.choose('Other Ways to Send', 'Pick Date and Time')
        self.app.wait_for_focus('Hour', within=self.windows[-1])
        self.check('Previous month', 'Next year', 'Day', 'Hour', 'Minute', 'Schedule', 'Cancel')
        self.close()
        self.choose('More', 'How It Arrives')
        self.check('On a Wide Screen', 'On a Phone', 'In Dark Style', 'Formatted', 'Plain Text')
        self.close()
        self.close('ctrl+w')

    def test_message(self):
        path = self.desktop.home / 'letter.eml'
        path.write_text(MESSAGE)
        self.openers.append(self.walker.focus)
        subprocess.run([ENVOI, path], check=True, stdout=subprocess.DEVNULL)
        self.windows.append(self.find_new_window())
        self.check('Reply', 'Other Ways to Answer', 'plan.txt')
        self.close('ctrl+w')

    def test_password(self):
        """The server takes the old one no more; the letter goes with the new one."""
        self.server.set_password(NEW_PASSWORD)
        subprocess.run([ENVOICTL, 'send', '--account', USER, '--to', f'bob@{DOMAIN}', '--subject', 'Late'],
                       stdout=subprocess.DEVNULL, check=True)
        self.app.find('push button', 'Sign In')
        self.walker.go_to('Sign In')
        self.open('Return')
        self.app.wait_for_focus('Password', within=self.windows[-1])
        self.check('Password', 'Cancel')
        self.walker.go_to('Password')
        type_text(NEW_PASSWORD)
        self.walker.keyboard.press('Return')
        wait_for('the window to close', lambda: self.windows[-1] not in list(self.app.root))
        self.server.wait_for('Late')

    def test_preferences(self):
        self.open('ctrl+comma')
        self.check('Undo time', 'Default Account', 'Ask the Public Database', 'Words to Ask About', 'Import')
        self.walker.go_to('Client Ids')
        self.open('Return')
        self.check('Google')
        self.close()
        self.close()

    def test_accounts(self):
        self.open_from_menu('c')
        self.check('Add an account', 'Import and export', USER)
        self.walker.go_to(USER)
        self.walker.press('Return')
        self.check('Back', 'Turned On', 'Server and Sign-In', 'Add an identity')
        for name, expected in (('Server and Sign-In', 'Check'), ('李雷', 'Bold')):
            self.walker.go_to(name)
            self.walker.press('Return')
            self.wait_for_control('push button', expected)
            self.check(expected, 'Back without saving')
            self.assertEqual(self.walker.press('Escape').name, 'Back')
        self.assertIn(USER, self.walker.press('Escape').name)
        self.close()

    def test_assistant(self):
        self.open_from_menu('c')
        self.walker.go_to('Add an account')
        self.open('Return')
        self.check('Mail address')
        for address, expected in (('lilei@qq.com', 'Open Mail Settings'), ('lilei@gmail.com', 'Client id')):
            self.walker.keyboard.press('ctrl+a')
            type_text(address)
            self.walker.press('Return')
            self.app.find(name=expected, within=self.windows[-1])
            self.check(expected, 'Back')
            self.walker.go_to('Back')
            self.walker.press('Return')
        self.close()
        self.close()

    def test_sending_log(self):
        self.open('ctrl+shift+l')
        self.check()
        self.close()

    def test_help(self):
        self.open('F1')
        self.check('Search', 'Envoi begins with a practice account')
        self.close()

    def test_shortcuts(self):
        self.open('ctrl+question')
        self.check('Search')
        self.close()

    def test_about(self):
        self.open_from_menu('a')
        self.check('Details', 'Troubleshooting', 'Legal')
        self.close()


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
