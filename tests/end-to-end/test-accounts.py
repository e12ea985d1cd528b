#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts' own screens by keyboard alone: settings, identities, order, on and off, export and
import, removal and its undo; each with what the command line and the keyring then say.

    test-accounts.py ENVOI ENVOICTL [NAME...]

Each class is one test of meson's: a program sees one desktop only.
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
from mailserver import USER, MailServer  # noqa: E402

PASSWORD = 'open sesame'
MOST_TABS = 40
OTHER = 'office@elsewhere.example'
OTHER_PASSWORD = 'sesame of the office'
# Nobody is asked: the test ends before the browser opens.
PROVIDER = {
    'id': 'test', 'names': {'en': 'Test Mail', 'zh': '测试邮箱'}, 'domains': ['test.example'],
    'servers': [{'host': 'localhost', 'port': 465, 'security': 'tls', 'recommended': True, 'status': 'verified'}],
    'username': '%EMAILADDRESS%', 'auth': ['oauth2'],
    'oauth2': {
        'available': True, 'client_id': 'envoi', 'issuer': 'https://localhost', 'scopes': ['mail'], 'pkce': True,
        'authorization_endpoint': 'https://localhost/auth', 'token_endpoint': 'https://localhost/token',
        'redirect_host': '127.0.0.1', 'redirect_port': 0, 'redirect_path': '/',
    },
}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'secret-tool')
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.prepare()
        # What would crash another day ends the program today.
        os.environ['G_DEBUG'] = 'fatal-criticals'
        cls.app = desktop.Application(cls.desktop, [ENVOI], 'envoi')
        cls.window = cls.app.find_window('Envoi')

    @classmethod
    def add_account(cls, email, port, *options, **how):
        subprocess.run([ENVOICTL, 'account', 'add', '--email', email, '--name', '李雷', '--host', 'localhost',
                        '--port', str(port), '--security', 'tls', *options],
                       text=True, stdout=subprocess.DEVNULL, check=True, **how)

    def run(self, result=None):
        n_before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > n_before:
            self.desktop.screenshot(pathlib.Path(os.environ.get('G_TEST_BUILDDIR', '.')) / f'{self.id()}.png')
            print('\n'.join(self.app.tree()), file=sys.stderr)
            # The next begins where this one should have ended.
            result.stop()

    def find(self, role, name):
        return self.app.find(role, name, within=self.window)

    def go_to(self, role, name):
        """By the Tab key alone; a row may be made anew meanwhile."""
        self.find(role, name)
        for _ in range(MOST_TABS):
            if self.app.look_for_focus(role, name, self.window):
                return
            keys('Tab')
            time.sleep(0.15)
        raise AssertionError(f'{MOST_TABS} times Tab did not reach {role} "{name}"')

    def use(self, role, name):
        self.go_to(role, name)
        keys('Return')

    def fill(self, name, letter, text):
        """A row to type into tells nobody that it has the focus: it is reached by its letter."""
        self.find('text', name)
        keys(f'alt+{letter}', 'ctrl+a')
        type_text(text)

    def envoictl(self, *arguments):
        return subprocess.run([ENVOICTL, *arguments], capture_output=True, text=True, timeout=60)

    def list_accounts(self):
        return [account['email'] for account in json.loads(self.envoictl('account', 'list', '--json').stdout)]

    def show(self, email):
        return json.loads(self.envoictl('account', 'show', email, '--json').stdout)

    def wait_to_show(self, email, member, value):
        wait_for(f'{member} of {email} is {value}', lambda: self.show(email)[member] == value)


class Screens(Case):
    @classmethod
    def prepare(cls):
        cls.server = MailServer()
        cls.server.set_password(PASSWORD)
        cls.addClassCleanup(cls.server.close)
        cls.add_account(USER, cls.server.tls_port, '--ca-file', cls.server.ca_file, '--secret-stdin',
                        input='not the password')
        cls.add_account(OTHER, cls.server.tls_port, '--secret-stdin', input=OTHER_PASSWORD)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.open_accounts()

    @classmethod
    def open_accounts(cls):
        main = cls.app.find_window('Envoi')
        cls.app.tab_to(cls.app.find('list item', 'Accounts', within=main), most=40)
        keys('Return')
        cls.window = cls.app.find_window('Accounts')

    def list_identities(self):
        return [identity['name'] for identity in self.show(USER)['identities']]

    def find_secrets(self):
        return subprocess.run(['secret-tool', 'search', '--all', 'kind', 'password'], capture_output=True, text=True).stdout

    def choose_in_menu(self, button, item):
        """The button that a menu button has inside is the one that gets the focus."""
        self.app.tab_to(self.find('push button', button)[0], most=40)
        keys('Return')
        self.app.tab_to(self.find('menu item', item))
        keys('Return')

    def test_1_settings(self):
        self.assertEqual(self.envoictl('account', 'check', USER).returncode, 77)
        self.use('list item', USER)
        self.use('list item', 'Server and Sign-In')
        self.refuse_server()
        self.fill('Your Name', 'n', 'Alice Liddell')
        self.fill('Password', 'w', PASSWORD)
        keys('alt+h')
        self.find('label', 'Ready to send')
        keys('alt+s')
        wait_for('the settings are saved', lambda: self.show(USER)['name'] == 'Alice Liddell')
        wait_for('the password is kept', lambda: PASSWORD in self.find_secrets())
        self.assertEqual(self.envoictl('account', 'check', USER).returncode, 0)

    def refuse_server(self):
        """What is wrong stands between its field and the next, where it is seen."""
        sentence = 'The server name must be only a name such as smtp.example.org, not a web address.'
        self.fill('Server', 'r', 'https://localhost/')
        keys('alt+s')
        self.find('alert', sentence)
        names = [node.name for node in self.app.walk(self.window) if self.app.is_showing(node)]
        places = [next(i for i, name in enumerate(names) if word in name) for word in (sentence, 'TLS from the start')]
        fields = [i for i, name in enumerate(names[:places[0]]) if name == 'Server']
        self.assertTrue(fields and places[0] < places[1], names)
        self.fill('Server', 'r', 'localhost')

    def test_2_identities(self):
        self.add_identity('Sales', 'sales@test.example')
        self.add_identity('Press', 'press@test.example')
        self.go_to('list item', 'press@test.example')
        keys('alt+Up')
        wait_for('the order is kept', lambda: self.list_identities() == ['Alice Liddell', 'Press', 'Sales'])
        # The row has moved, and the focus with it.
        wait_for('the focus follows', lambda: self.app.has_focus(self.find('list item', 'press@test.example')))
        keys('Return')
        self.fill('Answers Go To', 'g', 'desk@test.example')
        self.use('list item', 'Use for New Letters')
        keys('alt+s')
        wait_for('it is the one for new letters', lambda: self.find_identity('Press')['default'])
        self.assertEqual(self.find_identity('Press')['reply_to'], 'desk@test.example')
        self.use('list item', 'sales@test.example')
        self.use('push button', 'Remove Identity')
        wait_for('one is gone', lambda: self.list_identities() == ['Alice Liddell', 'Press'])

    def find_identity(self, name):
        return next(identity for identity in self.show(USER)['identities'] if identity['name'] == name)

    def add_identity(self, name, address):
        self.use('push button', 'Add an identity')
        self.fill('Your Name', 'n', name)
        self.fill('Mail Address', 'a', address)
        keys('alt+s')
        wait_for(f'{address} is there', lambda: name in self.list_identities())

    def test_3_off_and_on(self):
        self.use('list item', 'Turned On')
        self.wait_to_show(USER, 'state', 'off')
        self.use('list item', 'Turned On')
        self.wait_to_show(USER, 'state', 'ready')
        keys('Escape')

    def test_4_order(self):
        self.go_to('list item', USER)
        keys('alt+Down')
        wait_for('the order is kept', lambda: self.list_accounts() == [OTHER, USER])
        wait_for('the focus follows', lambda: self.app.has_focus(self.find('list item', USER)))

    def test_5_export(self):
        path = self.desktop.home / 'accounts.ini'
        self.choose_in_menu('Import and export', 'Export Accounts')
        self.app.choose_file('Export Accounts', path)
        wait_for('the file', path.exists)
        self.assertIn('press@test.example', path.read_text())
        self.assertNotIn(PASSWORD, path.read_text())

    def test_6_removal(self):
        self.use('list item', OTHER)
        self.use('push button', 'Remove Account')
        wait_for('it is gone', lambda: self.list_accounts() == [USER])
        self.assertIn(OTHER_PASSWORD, self.find_secrets())
        self.use('push button', 'Undo')
        wait_for('it is back', lambda: self.list_accounts() == [OTHER, USER])

        self.use('list item', OTHER)
        self.use('push button', 'Remove Account')
        wait_for('it is gone', lambda: self.list_accounts() == [USER])
        wait_for('the list is back', lambda: self.app.has_focus(self.find('list item', USER)))
        # Putting the toast away is the end of the undo time.
        keys('Escape')
        wait_for('its password is gone', lambda: OTHER_PASSWORD not in self.find_secrets())
        self.assertIn(PASSWORD, self.find_secrets())

    def test_7_import(self):
        self.choose_in_menu('Import and export', 'Import Accounts')
        self.app.choose_file('Import Accounts', self.desktop.home / 'accounts.ini')
        wait_for('it is there', lambda: self.list_accounts() == [USER, OTHER])

    def test_8_removal_and_close(self):
        """Who closes the window gives up the undo: the account goes, and nothing half of it stays."""
        self.add_account(OTHER, self.server.tls_port, '--secret-stdin', input=OTHER_PASSWORD)
        self.assertIn(OTHER_PASSWORD, self.find_secrets())
        self.use('list item', OTHER)
        self.use('push button', 'Remove Account')
        self.find('push button', 'Undo')
        wait_for('it is out of the list', lambda: self.list_accounts() == [USER])
        self.assertIn(OTHER_PASSWORD, self.find_secrets())
        self.close_window()
        wait_for('its password is gone', lambda: OTHER_PASSWORD not in self.find_secrets())
        path = self.desktop.config_home / 'envoi/accounts.ini'
        wait_for('its settings are gone', lambda: OTHER not in path.read_text())
        self.assertIn(PASSWORD, self.find_secrets())
        self.assertEqual(self.list_accounts(), [USER])

    def test_9_removal_and_undo_and_close(self):
        """An undo is whole when the window goes with the toast."""
        self.open_accounts()
        self.add_account(OTHER, self.server.tls_port, '--secret-stdin', input=OTHER_PASSWORD)
        self.use('list item', OTHER)
        self.use('push button', 'Remove Account')
        self.app.press('push button', 'Undo', within=self.window)
        # GTK holds a button down for a moment before it says that it was clicked.
        self.find('list item', OTHER)
        self.close_window()
        wait_for('it is back', lambda: self.list_accounts() == [USER, OTHER])
        self.assertIn(OTHER_PASSWORD, self.find_secrets())

    def close_window(self):
        keys('alt+F4')
        wait_for('the window to go', lambda: not any(window and window.name == 'Accounts' for window in self.app.root))


class Due(Case):
    """A letter is scheduled for a time when its account's sign-in has ended: the window says so before."""

    @classmethod
    def prepare(cls):
        folder = cls.desktop.config_home / 'envoi/providers.d'
        folder.mkdir(parents=True)
        (folder / 'test.json').write_text(json.dumps({'schema_version': 1, 'providers': [PROVIDER]}), encoding='utf-8')
        cls.add_account(USER, 465, '--auth', 'xoauth2', '--oauth', 'test')
        cls.ends = time.time() + 86_400
        cls.write_journal(cls.ends)
        at = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 3 * 86_400))
        subprocess.run([ENVOICTL, 'send', '--account', USER, '--to', OTHER, '--subject', 'Later', '--at', at],
                       stdout=subprocess.DEVNULL, check=True)

    @classmethod
    def write_journal(cls, ends):
        """As after a sign-in that the provider grants for a while."""
        account = json.loads(subprocess.run([ENVOICTL, 'account', 'show', USER, '--json'], capture_output=True).stdout)
        path = pathlib.Path(os.environ['XDG_DATA_HOME']) / 'envoi/sign-ins.ini'
        now = int(time.time() * 1_000_000)
        path.write_text(f'[{account["id"]}]\nsigned-in={now}\nrefreshed={now}\nends={int(ends * 1_000_000)}\n')

    def test_health(self):
        """The page of an account says what its sign-in is worth, and until when."""
        subprocess.run(['gdbus', 'call', '--session', '--dest', 'io.github.envoi_mail.Envoi', '--object-path',
                        '/io/github/envoi_mail/Envoi', '--method', 'org.gtk.Actions.Activate', 'accounts', '[]', '{}'],
                       check=True, capture_output=True)
        accounts = self.app.find_window('Accounts')
        self.app.tab_to(self.app.find('list item', USER, within=accounts), most=MOST_TABS)
        keys('Return')
        today, end = (time.strftime('%-d %B %Y', time.localtime(at)) for at in (self.ends - 86_400, self.ends))
        for title, words in (('Last Signed In', today), ('Last Renewed by Envoi', today),
                             ('Access in Hand Ends', 'None in hand'), ('Permission That Sending Needs', 'mail'),
                             ('Permission That Was Given', 'As it was asked for'),
                             ('You Will Have to Sign In Again', end)):
            row = self.app.find('list item', title, within=accounts)
            self.app.find('label', words, within=row)
        keys('alt+F4')
        wait_for('the window to go', lambda: not any(window and window.name == 'Accounts' for window in self.app.root))

    def test_notice(self):
        self.find('label', f'Sign in to {USER} again, or scheduled letters will not go')
        self.find('label', lambda name: name.endswith('before 1 letter is due.'))
        self.use('push button', 'Sign In')
        self.app.find('push button', 'Open Browser', within=self.app.find_window('Sign In'))


if __name__ == '__main__':
    ENVOI, ENVOICTL = sys.argv[1:3]
    del sys.argv[1:3]
    tap.main()
