#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sent letter is found by the desktop's search, which starts the program by the files it
installs; choosing the result opens the letter.

    test-search.py ENVOI ENVOICTL DATA_FOLDER
"""

import configparser
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER, MailServer  # noqa: E402

SUBJECT = '季度报告：第三季度'
INTERFACE = 'org.gnome.Shell.SearchProvider2'


class SearchTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*desktop.PROGRAMS)
        cls.server = MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.desktop = desktop.Desktop()
        cls.addClassCleanup(cls.desktop.close)
        ini = configparser.ConfigParser()
        ini.read(next(DATA.glob('*.search-provider.ini')))
        cls.provider = ini['Shell Search Provider']
        cls.desktop.offer_to_bus(DATA / f'{cls.provider["BusName"]}.service', ENVOI)
        cls.send_letter()

    @classmethod
    def send_letter(cls):
        subprocess.run([ENVOICTL, 'account', 'add', '--email', USER, '--name', '李雷', '--host', 'localhost',
                        '--port', str(cls.server.tls_port), '--security', 'tls',
                        '--ca-file', cls.server.ca_file, '--secret-stdin'],
                       input=PASSWORD, text=True, stdout=subprocess.DEVNULL, check=True)
        subprocess.run([ENVOICTL, 'send', '--account', USER, '--to', f'bob@{DOMAIN}', '--subject', SUBJECT, '--wait'],
                       stdout=subprocess.DEVNULL, check=True)

    def call(self, method, types, *arguments):
        from gi.repository import Gio, GLib
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        return bus.call_sync(self.provider['BusName'], self.provider['ObjectPath'], INTERFACE, method,
                             GLib.Variant(types, arguments), None, Gio.DBusCallFlags.NONE, 60_000, None).unpack()

    def test_from_the_question_to_the_letter(self):
        self.assertEqual(self.provider['Version'], '2')
        (results,) = self.call('GetInitialResultSet', '(as)', ['季度'])
        self.assertEqual(len(results), 1)
        self.assertEqual(self.call('GetSubsearchResultSet', '(asas)', results, ['季度', 'nowhere']), ([],))
        # Nobody has opened a window: the program has stayed for the question that follows.
        ((meta,),) = self.call('GetResultMetas', '(as)', results)
        self.assertEqual((meta['id'], meta['name']), (results[0], SUBJECT))
        self.call('ActivateResult', '(sasu)', results[0], ['季度'], 0)
        app = desktop.Application(self.desktop, None, 'envoi')
        try:
            app.find('label', SUBJECT, within=app.find_window('Envoi'))
            self.call('LaunchSearch', '(asu)', ['季度', '报告'], 0)
            app.find('label', lambda name: name == '1 letter')
        except AssertionError:
            print('\n'.join(app.tree()), file=sys.stderr)
            raise


if __name__ == '__main__':
    ENVOI, ENVOICTL, DATA = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    del sys.argv[1:4]
    tap.main()
