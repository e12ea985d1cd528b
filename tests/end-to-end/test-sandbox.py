#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Envoi in its Flatpak, which sees no file of the person's, no keyring and no other program but by portals: a letter with
an attachment, and signing in on a page of the host's browser.

    test-sandbox.py FOLDER OIDC-FOLDER [NAME...]

FOLDER is the one that flatpak/local-build filled. Run by scripts/check --flatpak.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import sandbox  # noqa: E402
import tap  # noqa: E402
from desktop import keys  # noqa: E402
from mailserver import PASSWORD, USER, MailServer  # noqa: E402


def load(name):
    """A test's file as a module: its name has a hyphen."""
    spec = importlib.util.spec_from_file_location(name.replace('-', '_'), HERE / f'{name}.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sending = load('test-send')
signing = load('test-sign-in')
FOLDER = None


class Portal:
    """The file chooser that the portal shows, in a process of its own outside the sandbox."""

    NAME = 'xdg-desktop-portal-gtk'

    def __init__(self, app):
        self.app = app
        registry = app.atspi.Registry.getDesktop(0)
        self.root = desktop.wait_for('the portal\'s file chooser', lambda: next(
            (child for child in registry if child and child.name == self.NAME and len(child) > 0), None))

    def look(self, role, name=''):
        """GTK 3 says what shows."""
        try:
            return next((node for node in self.app.walk(self.root) if node.getRoleName() == role and name in node.name
                         and node.getState().contains(self.app.atspi.STATE_SHOWING)), None)
        except Exception:  # A window that goes away while it is walked over.
            return None

    def is_gone(self):
        try:
            return len(self.root) == 0
        except Exception:
            return True

    def look_for_entry(self):
        entry = self.look('text')
        if not entry:
            keys('ctrl+l')
        return entry

    def choose(self, path):
        desktop.wait_for('a field for the file\'s name', self.look_for_entry).queryEditableText() \
            .setTextContents(str(path))
        desktop.wait_for('the portal\'s file chooser to go', self.is_done)

    def is_done(self):
        """The chooser looks at the file first, and takes no answer meanwhile."""
        button = self.look('push button', 'Attach')
        if button and button.getState().contains(self.app.atspi.STATE_SENSITIVE):
            button.queryAction().doAction(0)
        return self.is_gone()


class Letter(sending.SendTest):
    @classmethod
    def setUpClass(cls):
        tap.need(*sandbox.PROGRAMS)
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = sandbox.Sandbox(FOLDER)
        cls.addClassCleanup(cls.desktop.close)
        cls.add_account()
        cls.app = desktop.Application(cls.desktop, cls.desktop.command('envoi'), 'envoi')

    @classmethod
    def add_account(cls):
        added = cls.desktop.run('envoictl', 'account', 'add', '--email', USER, '--name', '李雷', '--host', 'localhost',
                                '--port', cls.server.tls_port, '--security', 'tls', '--secret-stdin',
                                '--ca-file', cls.desktop.show_file(cls.server.ca_file), input=PASSWORD)
        assert added.returncode == 0, added.stdout + added.stderr

    def make_attachment(self):
        path = super().make_attachment()
        hidden = self.desktop.run('cat', path)
        self.assertNotEqual(hidden.returncode, 0, 'the sandbox sees the person\'s files without being given them')
        return path

    def attach(self, path):
        keys('ctrl+shift+a')
        Portal(self.app).choose(path)
        self.app.find(name=path.name, within=self.app.find_window(sending.SUBJECT))

    def test_secret_is_in_the_sandbox_s_encrypted_file(self):
        keyrings = list(self.desktop.data.rglob('*.keyring'))
        self.assertEqual(len(keyrings), 1, keyrings)
        for path in self.desktop.data.rglob('*'):
            if path.is_file() and not path.is_symlink():
                self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)
        found = subprocess.run(['secret-tool', 'search', '--all', 'kind', 'password'], capture_output=True, text=True)
        self.assertNotIn(PASSWORD, found.stdout)

    def test_no_more_than_the_recipe_says(self):
        for name in ('org.freedesktop.secrets', 'org.gnome.OnlineAccounts', 'org.freedesktop.Flatpak'):
            asked = self.desktop.run('gdbus', 'call', '--session', '--dest', name, '--object-path', '/',
                                     '--method', 'org.freedesktop.DBus.Peer.Ping')
            self.assertNotEqual(asked.returncode, 0, name)


class SignIn(signing.Browser):
    @classmethod
    def make_desktop(cls):
        made = sandbox.Sandbox(FOLDER)
        cls.server.ca_file = made.show_file(cls.server.ca_file)
        return made

    @classmethod
    def prepare(cls):
        script = cls.desktop.folder / 'browser'
        script.write_text(signing.BROWSER.format(folder=cls.desktop.folder))
        script.chmod(0o755)
        cls.desktop.set_browser(script)

    def find_secrets(self, kind):
        """Not the host's keyring, whose items the sandbox must not make."""
        self.assertNotIn('secret = ', super().find_secrets(kind))
        return 'secret = ' if list(self.desktop.data.rglob('*.keyring')) else ''

    def sign_in_again(self):
        """The token rests encrypted in the sandbox, so nobody out here can take it back; a letter goes instead."""
        self.send('from the sandbox')

    test_command_line = None


if __name__ == '__main__':
    FOLDER, OIDC = sys.argv[1:3]
    signing.OIDC = pathlib.Path(OIDC)
    signing.ENVOI, signing.ENVOICTL = 'envoi', 'envoictl'
    del sys.argv[1:3]
    tap.main()
