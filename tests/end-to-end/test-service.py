#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program without a person at its window: the bus starts it, and it sends what falls due and
leaves. And what comes back: a bounce that is opened marks the letter it is about.

    test-service.py ENVOI ENVOICTL DATA_FOLDER
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

BOB = f'bob@{DOMAIN}'
N_STARTS = 30
BOUNCE = '''From: MAILER-DAEMON@{domain}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your letter could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 The mailbox is gone

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--b--
'''


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS)
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        cls.name = next(DATA.glob('*.service')).stem
        cls.desktop.offer_to_bus(DATA / f'{cls.name}.service', ENVOI)
        cls.envoictl('account', 'add', '--email', USER, '--name', '李雷', '--host', 'localhost',
                     '--port', str(cls.server.tls_port), '--security', 'tls',
                     '--ca-file', cls.server.ca_file, '--secret-stdin', stdin=PASSWORD)

    @classmethod
    def envoictl(cls, *arguments, stdin=None):
        return subprocess.run([ENVOICTL, *arguments], input=stdin, text=True, stdout=subprocess.PIPE, check=True).stdout

    def test_no_display(self):
        """GTK ends the program where it stands: it says so, with nothing at work that could fall over."""
        environment = {name: value for name, value in os.environ.items()
                       if name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS')}
        for number in range(N_STARTS):
            home = self.desktop.folder / f'no-display-{number}'
            names = {f'XDG_{name}_HOME': str(home / name) for name in ('DATA', 'CONFIG', 'STATE', 'CACHE')}
            result = subprocess.run([ENVOI], env={**environment, 'HOME': str(home), **names}, stderr=subprocess.PIPE,
                                    text=True, timeout=60)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn('cannot open display', result.stderr)

    def ask_bus(self, method, types, *arguments):
        from gi.repository import Gio, GLib
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        return bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', method,
                             GLib.Variant(types, arguments), None, Gio.DBusCallFlags.NONE, 60_000, None).unpack()[0]

    def is_running(self):
        return self.ask_bus('NameHasOwner', '(s)', self.name)

    def test_a_due_letter_is_sent_without_a_window(self):
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=5)
        self.envoictl('send', '--account', USER, '--to', BOB, '--subject', '定时的信',
                      '--at', due.strftime('%Y-%m-%dT%H:%M:%SZ'))
        self.assertFalse(self.is_running())
        self.ask_bus('StartServiceByName', '(su)', self.name, 0)
        self.assertTrue(self.is_running())
        self.server.wait_for('定时的信')
        windows = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', 'Envoi'], capture_output=True)
        self.assertEqual(windows.stdout, b'')
        desktop.wait_for('the program to leave', lambda: not self.is_running())

    def test_quitting_asks(self):
        """With the truth about what has not gone out; what is kept is there the next time."""
        tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
        letter = json.loads(self.envoictl('send', '--account', USER, '--to', BOB, '--subject', '明天的信', '--json',
                                          '--at', tomorrow.strftime('%Y-%m-%dT%H:%M:%SZ')))
        app = desktop.Application(self.desktop, [ENVOI], 'envoi')
        app.find_window('Envoi')
        desktop.wait_for('the question', lambda: self.ask_to_quit(app))
        app.find('label', lambda words: words.startswith('1 letter is waiting for its time. What has not gone out is kept'))
        app.press('push button', 'Keep Running')
        desktop.wait_for('the question to go', lambda: not app.look('label', 'Quit Now?'))
        self.assertTrue(self.is_running())

        desktop.wait_for('the question', lambda: self.ask_to_quit(app))
        app.press('push button', 'Quit')
        desktop.wait_for('the program to leave', lambda: not self.is_running())
        self.assertEqual(json.loads(self.envoictl('outbox', 'show', letter['id'], '--json'))['state'], 'scheduled')
        self.envoictl('outbox', 'cancel', letter['id'])

    def ask_to_quit(self, app):
        """By the key, which does nothing before the letters are there."""
        if not app.look('label', 'Quit Now?'):
            desktop.keys('ctrl+q')
        return app.look('label', 'Quit Now?')

    def test_bounce_marks_its_letter(self):
        sent = json.loads(self.envoictl('send', '--account', USER, '--to', BOB, '--subject', '退回的信',
                                        '--wait', '--json'))
        self.assertEqual(sent['recipients'][0]['state'], 'accepted')
        letter = self.server.wait_for('退回的信')
        bounce = self.desktop.home / 'bounce.eml'
        bounce.write_text(BOUNCE.format(domain=DOMAIN, recipient=BOB, message_id=letter['Message-ID']))
        app = desktop.Application(self.desktop, [ENVOI, str(bounce)], 'envoi')
        try:
            app.find('label', f'The letter came back from {BOB}')
            app.find('label', '退回的信')
            app.find('label', '550 5.1.1 The mailbox is gone')
        except AssertionError:
            print('\n'.join(app.tree()), file=sys.stderr)
            raise
        shown = json.loads(self.envoictl('outbox', 'show', sent['id'], '--json'))
        self.assertEqual((shown['state'], shown['recipients'][0]['state']), ('sent', 'returned'))


if __name__ == '__main__':
    ENVOI, ENVOICTL, DATA = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    del sys.argv[1:4]
    tap.main()
