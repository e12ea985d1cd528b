#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs' ways to a letter, with Envoi as the desktop's mail program: xdg-email, and the Email portal that
programs in a sandbox ask. Both end in a link, which names files but attaches none: that is for the person to do.

    test-share.py ENVOI ENVOICTL DATA_FOLDER
"""

import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import keys  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

ID = 'io.github.envoi_mail.Envoi'
BOB, CAROL = f'bob@{DOMAIN}', f'carol@{DOMAIN}'
NOTES = '会议记录\n'


class ShareTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS, 'xdg-email', '/usr/libexec/xdg-desktop-portal', '/usr/libexec/xdg-desktop-portal-gtk')
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        # The bus starts the portals, and they ask this which of them are for the desktop.
        os.environ['XDG_CURRENT_DESKTOP'] = 'GNOME'
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.become_mail_program()
        subprocess.run([ENVOICTL, 'account', 'add', '--email', USER, '--name', '李雷', '--host', 'localhost',
                        '--port', str(cls.server.tls_port), '--security', 'tls',
                        '--ca-file', cls.server.ca_file, '--secret-stdin'],
                       input=PASSWORD, text=True, stdout=subprocess.DEVNULL, check=True)

    @classmethod
    def become_mail_program(cls):
        """The desktop file as it is installed, with the program of the build tree in it."""
        applications = cls.desktop.home / 'data/applications'
        applications.mkdir()
        text = (DATA / f'{ID}.desktop').read_text()
        (applications / f'{ID}.desktop').write_text(text.replace('Exec=envoi ', f'Exec={ENVOI} '))
        cls.desktop.offer_to_bus(DATA / f'{ID}.service', ENVOI)
        (cls.desktop.config_home / 'mimeapps.list').write_text(
            f'[Default Applications]\nx-scheme-handler/mailto={ID}.desktop\n')

    def setUp(self):
        self.path = self.desktop.home / '会议 记录.txt'
        self.path.write_text(NOTES)

    def find_letter(self, subject):
        self.app = desktop.Application(self.desktop, None, 'envoi')
        return self.app.find_window(subject)

    def send(self, subject):
        """What was asked for is there but the file; the person attaches it and sends."""
        window = self.find_letter(subject)
        self.app.find(name=f'“{self.path.name}”', within=window)
        self.assertIsNone(self.app.look('push button', f'Remove {self.path.name}', within=window))
        self.app.press('push button', 'Attach Files…', within=window)
        self.app.choose_file('Attach Files', self.path)
        self.app.find('push button', f'Remove {self.path.name}', within=window)
        keys('ctrl+Return')
        letter = self.server.wait_for(subject)
        self.assertIn(BOB, letter['To'])
        self.assertIn('As we agreed', letter.get_body(('plain',)).get_content())
        part = next(letter.iter_attachments())
        self.assertEqual((part.get_filename(), part.get_payload(decode=True)), (self.path.name, NOTES.encode()))
        return letter

    def test_xdg_email(self):
        subprocess.run(['xdg-email', '--utf8', '--subject', '来自 xdg-email', '--body', 'As we agreed', '--cc', CAROL,
                        '--attach', self.path, BOB], check=True, timeout=60)
        self.assertIn(CAROL, self.send('来自 xdg-email')['Cc'])

    def test_portal(self):
        from gi.repository import Gio, GLib
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        with open(self.path) as file:
            files = Gio.UnixFDList.new()
            options = {'addresses': GLib.Variant('as', [BOB]), 'subject': GLib.Variant('s', 'By the portal'),
                       'body': GLib.Variant('s', 'As we agreed'),
                       'attachment_fds': GLib.Variant('ah', [files.append(file.fileno())])}
            bus.call_with_unix_fd_list_sync(
                'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop', 'org.freedesktop.portal.Email',
                'ComposeEmail', GLib.Variant('(sa{sv})', ('', options)), None, Gio.DBusCallFlags.NONE, 60000, files)
        self.send('By the portal')


if __name__ == '__main__':
    ENVOI, ENVOICTL, DATA = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    del sys.argv[1:4]
    tap.main()
