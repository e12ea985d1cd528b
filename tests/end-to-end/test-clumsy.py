#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account assistant on a network that swallows everything, with somebody who types wrongly,
turns back and closes the window at every step. Nothing may hang, crash or do nothing.

    test-clumsy.py ENVOI ENVOICTL [NAME...]
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text, wait_for  # noqa: E402

# Every packet comes to this machine, which is not the one that was meant: nobody answers, not even with a refusal.
BLACK_HOLE = ('ip link set lo up; ip address add 10.255.255.1/32 dev lo;'
              'ip route add default dev lo src 10.255.255.1; exec "$@"')
SOMEWHERE = '10.20.30.40'
APPLICATION = 'io.github.envoi_mail.Envoi'
PATH = '/io/github/envoi_mail/Envoi'
LOGIN_PASSWORD = 'Geheim-2024'
OAUTH = {
    'available': True, 'client_id': 'envoi', 'issuer': f'https://{SOMEWHERE}', 'scopes': ['mail'], 'pkce': True,
    'authorization_endpoint': f'https://{SOMEWHERE}/auth', 'token_endpoint': f'https://{SOMEWHERE}/token',
    'device_endpoint': f'https://{SOMEWHERE}/device', 'redirect_host': '127.0.0.1', 'redirect_port': 0,
    'redirect_path': '/',
}


def format_provider(provider_id, domain, **members):
    return {
        'id': provider_id, 'names': {'en': 'Test Mail', 'zh': '测试邮箱'}, 'domains': [domain],
        'servers': [{'host': SOMEWHERE, 'port': 465, 'security': 'tls', 'recommended': True, 'status': 'verified'}],
        'username': '%EMAILADDRESS%', **members,
    }


class Clumsy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'secret-tool', 'gdbus', 'unshare', 'ip', 'xclip')
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        folder = cls.desktop.config_home / 'envoi/providers.d'
        folder.mkdir(parents=True)
        (folder / 'test.json').write_text(json.dumps({'schema_version': 1, 'providers': [
            format_provider('browser', 'browser.example', auth=['oauth2'], oauth2=OAUTH),
            format_provider('plain', 'plain.example', auth=['password']),
        ]}), encoding='utf-8')
        cls.hide_browsers()
        # What would crash another day ends the program today.
        os.environ['G_DEBUG'] = 'fatal-criticals'

    @classmethod
    def hide_browsers(cls):
        """What the desktop shares without its programs: nobody is there to open a page."""
        folder = cls.desktop.folder / 'share'
        folder.mkdir()
        for path in pathlib.Path('/usr/share').iterdir():
            if path.name != 'applications':
                (folder / path.name).symlink_to(path)
        os.environ['XDG_DATA_DIRS'] = str(folder)
        os.environ['BROWSER'] = 'no-such-browser'

    def setUp(self):
        self.has_quit = False
        self.app = desktop.Application(self.desktop, ['unshare', '--net', 'sh', '-c', BLACK_HOLE, 'sh', ENVOI], 'envoi')
        self.addCleanup(self.leave)
        self.app.find_window('Envoi')

    def run(self, result=None):
        n_before = len(result.failures) + len(result.errors)
        self.has_failed = lambda: len(result.failures) + len(result.errors) > n_before
        super().run(result)

    def leave(self):
        """However the program was left, it ends when it is told so, and nothing has come of it."""
        process = self.app.process
        if self.has_failed():
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / f'{self.id()}.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)
        if not self.has_quit:
            self.quit()
        try:
            self.assertEqual(process.wait(desktop.PATIENCE_SECONDS), 0)
        finally:
            process.kill()
        self.assertEqual(json.loads(subprocess.run([ENVOICTL, 'account', 'list', '--json'], capture_output=True,
                                                   text=True, check=True).stdout), [])
        self.assertEqual(self.find_secrets(), '')

    def quit(self):
        """From the desktop, which asks at any time."""
        self.has_quit = True
        subprocess.run(['gdbus', 'call', '--session', '--dest', APPLICATION, '--object-path', PATH, '--method',
                        'org.gtk.Actions.Activate', 'quit', '[]', '{}'], check=True, capture_output=True)

    def find_secrets(self):
        return subprocess.run(['secret-tool', 'search', '--all', 'xdg:schema', 'io.github.envoi_mail.Envoi'],
                              capture_output=True, text=True).stdout

    def begin(self, address):
        self.app.press('push button', 'Add Account')
        self.window = self.app.find_window('Add Account')
        self.type_into('Mail address', address)
        keys('Return')

    def type_into(self, name, text):
        """By the clipboard, as what no key types comes and goes too quickly for xdotool."""
        field = self.app.find('text', name, within=self.window)
        wait_for(f'"{name}" to be empty', lambda: self.app.look_for_focus(None, None, self.window))
        keys('ctrl+a')
        if text.isascii():
            type_text(text)
        else:
            subprocess.run(['xclip', '-selection', 'clipboard', '-i'], input=text, text=True, check=True)
            keys('ctrl+v')
        wait_for(f'"{name}" to have it', lambda: field.queryText().characterCount == len(text))

    def find(self, name, role=None):
        return self.app.find(role, name, within=self.window)

    def press(self, name):
        self.app.press('push button', name, within=self.window)

    def has_window(self, title):
        return any(window and window.name == title for window in self.app.root)

    def close(self):
        keys('Escape')
        wait_for('the assistant to go', lambda: not self.has_window('Add Account'))

    def test_address(self):
        self.begin('nobody')
        self.find('This is not a whole mail address')
        for address in ('a b@qq.com', '@qq.com', 'a@', 'a@@qq.com', 'a@qq..com'):
            self.type_into('Mail address', address)
            keys('Return')
            self.find('This is not a whole mail address')
        self.close()
        # As an input method in its full-width mode types it, and with the spaces that copying brings along.
        for address in ('１０００１＠ｑｑ．ｃｏｍ', '\u3000 10001@qq。com \u00a0', 'Li Lei <10001@QQ.com>', 'mailto:10001@qq.com'):
            self.begin(address)
            self.find('QQ Mail')
            self.press('Back')
            self.find('What Is Your Mail Address?')
            self.close()

    def test_code(self):
        self.begin('10001@qq.com')
        self.find('does not take your login password')
        self.press('Open Mail Settings')
        dialog = self.app.find_window('The Page Could Not Be Opened')
        self.app.find(None, 'https://', within=dialog)
        keys('Escape')
        self.type_into('uthorization code', LOGIN_PASSWORD)
        self.find('This does not look like what is needed')
        self.type_into('uthorization code', ' ａｂｃｄ　efgh\u200bijkl mnop ')
        self.find('This has the right form.')
        keys('Return')
        self.find('Checking')
        self.press('Back')
        self.find('does not take your login password')
        keys('Return')
        self.find('Checking')
        self.close()

    def test_code_again(self):
        """All codes of QQ end when its password changes; the way to a new one is there."""
        subprocess.run([ENVOICTL, 'account', 'add', '--email', '10001@qq.com', '--host', 'smtp.qq.com', '--port', '465',
                        '--security', 'tls'], check=True, capture_output=True)
        self.addCleanup(subprocess.run, [ENVOICTL, 'account', 'remove', '10001@qq.com'], check=True, capture_output=True)
        subprocess.run([ENVOICTL, 'send', '--account', '10001@qq.com', '--to', 'li@example.org', '--subject', 'waits',
                        '--text', '/dev/null'], check=True, capture_output=True)
        self.app.press('push button', 'Sign In')
        self.window = self.app.find_window('Sign In')
        self.find('The password was deleted from the keyring')
        self.press('Open Mail Settings')
        self.app.find_window('The Page Could Not Be Opened')
        keys('Escape')
        self.type_into('Password', ' ａｂｃｄ　efgh')
        keys('Return')
        self.find('Signing in')
        keys('Escape')
        wait_for('the dialog to go', lambda: not self.has_window('Sign In'))

    def test_unknown_domain(self):
        self.begin('lilei@nowhere.example')
        self.find('nowhere.example')
        self.press('Enter the Server by Hand')
        self.find('The Server for Sending')
        keys('Return')
        self.press('Back')
        self.find('What Is Your Mail Address?')
        self.close()

        self.begin('lilei@nowhere.example')
        self.find('nowhere.example')
        self.close()

        # Left alone, the search ends by itself, with a form to fill in.
        self.begin('lilei@nowhere.example')
        self.find('nothing answered')
        self.app.wait_for_focus('Server', self.window)
        keys('Return')
        self.find('The password is missing.')
        self.app.wait_for_focus('Password', self.window)
        self.close()

    def test_browser(self):
        self.begin('lilei@browser.example')
        self.press('Open Browser')
        self.find('The browser could not be opened.')
        self.press('Copy')
        self.close()

    def test_another_screen(self):
        self.begin('lilei@browser.example')
        self.press('Sign In on Another Screen')
        self.press('Cancel')
        self.press('Sign In on Another Screen')
        self.press('Back')
        self.find('What Is Your Mail Address?')
        keys('Return')
        self.press('Sign In on Another Screen')
        self.close()

    def test_close_keys(self):
        self.begin('lilei@plain.example')
        self.find('Password of')
        keys('ctrl+w')
        wait_for('the assistant to go', lambda: not self.has_window('Add Account'))

    def press_quit(self):
        """By the keys that quit any program, whatever window is in front."""
        self.has_quit = True
        keys('ctrl+q')

    def test_quit_keys(self):
        self.begin('lilei@plain.example')
        self.find('Password of')
        self.press_quit()

    def test_quit_keys_while_checking(self):
        self.begin('lilei@plain.example')
        self.find('Password of')
        self.type_into('Password', LOGIN_PASSWORD)
        keys('Return')
        self.find('Checking')
        self.press_quit()

    def test_quit_while_checking(self):
        self.begin('lilei@plain.example')
        self.find('Password of')
        self.type_into('Password', LOGIN_PASSWORD)
        keys('Return')
        self.find('Checking')
        self.quit()

    def test_quit_while_searching(self):
        self.begin('lilei@nowhere.example')
        self.find('nowhere.example')
        self.quit()


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
