#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that are refused, and the one key that a person may trust instead.

test-certificate.py ENVOICTL PRACTICE-SERVER [NAME...]"""

import os
import pathlib
import pty
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import client  # noqa: E402
import keyring  # noqa: E402
import tap  # noqa: E402
from mailserver import USER  # noqa: E402

PROGRAM = PRACTICE = None
OTHER_KEY = 'sha256:' + '0' * 64
BEFORE_TLS, AFTER_TLS = ['dns', 'connect'], ['auth', 'mail', 'rcpt', 'rset', 'quit']
UNTRUSTED, USAGE = 76, 65


class Certificates(unittest.TestCase):
    security = 'tls'
    before = BEFORE_TLS
    steps = [*BEFORE_TLS, 'tls', 'greeting', 'ehlo', *AFTER_TLS]

    def setUp(self):
        session = keyring.Session(keyring.UNLOCKED)
        self.addCleanup(session.close)
        self.envoi = client.Envoi(PROGRAM, session)
        self.practice = self.start_server('server')

    def start_server(self, name):
        practice = client.Practice(PRACTICE, self.envoi.folder / name, None, '--user', USER, client.PRACTICE_PASSWORD)
        self.addCleanup(practice.stop)
        return practice

    def port(self, practice):
        return practice.tls_port if self.security == 'tls' else practice.starttls_port

    def add(self, practice, *options, host='localhost'):
        result = self.envoi.run('account', 'add', '--email', USER, '--host', host, '--port', self.port(practice),
                                '--security', self.security, '--secret-stdin', *options, stdin=client.PRACTICE_PASSWORD + '\n')
        self.assertEqual(result.code, 0, result.err)

    def check(self):
        """The exit code, the steps that passed, and the last error."""
        code, answer = self.envoi.json('account', 'check', USER)
        passed = [step['phase'] for step in answer['steps'] if step['state'] == 'passed']
        return code, passed, answer['error']

    def refused(self):
        code, passed, error = self.check()
        self.assertEqual(code, UNTRUSTED)
        self.assertEqual(passed, self.before)
        self.assertEqual(error['code'], 'TLS_UNTRUSTED')
        return error['certificate']

    def pin(self, *arguments):
        return self.envoi.run('account', 'pin', USER, *arguments)

    def pinned_key(self):
        code, account = self.envoi.json('account', 'show', USER)
        self.assertEqual(code, 0)
        return account['pinned_key']

    def test_refused_certificate_is_described(self):
        self.add(self.practice)
        certificate = self.refused()
        self.assertEqual(certificate['server'], 'localhost')
        self.assertIn('127.0.0.1', certificate['names'])
        self.assertEqual(certificate['issuer'], 'Envoi practice authority')
        self.assertEqual(certificate['wrong'], ['unknown-issuer'])
        text = self.envoi.run('account', 'check', USER)
        self.assertIn('Nobody whom this computer trusts has issued it.', text.err)
        self.assertIn(certificate['key'], text.out)

    def test_pin_by_its_key(self):
        self.add(self.practice)
        key = self.refused()['key']
        self.assertEqual(self.pin('--key', OTHER_KEY).code, USAGE)
        self.assertFalse(self.pinned_key())
        self.assertEqual(self.pin('--key', key).code, 0)
        self.assertEqual(self.pinned_key(), key)
        self.assertEqual(self.check(), (0, self.steps, None))

        self.assertEqual(self.pin('--remove').code, 0)
        self.assertFalse(self.pinned_key())
        self.refused()

    def test_pin_when_the_account_is_added(self):
        self.add(self.practice)
        key = self.refused()['key']
        self.add(self.practice, '--pin', key)
        self.assertEqual(self.check(), (0, self.steps, None))
        self.add(self.practice, '--pin', OTHER_KEY)
        self.assertEqual(self.refused()['wrong'], ['other-key'])
        bad = self.envoi.run('account', 'add', '--email', USER, '--host', 'localhost', '--port', '465',
                             '--security', 'tls', '--pin', 'sha256:00')
        self.assertEqual(bad.code, USAGE)

    def test_pin_holds_for_one_server(self):
        """A key belongs to host and port: neither another of them nor another key is let in by it."""
        self.add(self.practice)
        key = self.refused()['key']
        self.pin('--key', key)
        other = self.start_server('other')
        settings = next(path for path in self.envoi.session.folder.rglob('accounts*')
                        if path.is_file() and key in path.read_text())
        text = settings.read_text()
        self.assertIn(f'{key}@localhost:{self.port(self.practice)}', text)
        settings.write_text(text.replace(f'port={self.port(self.practice)}', f'port={self.port(other)}'))
        self.assertEqual(self.refused()['wrong'], ['unknown-issuer'])
        settings.write_text(text.replace(f'port={self.port(self.practice)}', f'port={self.port(other)}')
                            .replace(f'@localhost:{self.port(self.practice)}', f'@localhost:{self.port(other)}'))
        self.assertEqual(self.refused()['wrong'], ['other-key'])

    def test_pin_by_hand(self):
        """On a terminal the fingerprint's end is typed; anything else changes nothing."""
        self.add(self.practice)
        key = self.refused()['key']
        for typed, code in (('', USAGE), ('00000000', USAGE), (key[-7:], USAGE), (key[-8:].upper(), 0)):
            with self.subTest(typed=typed):
                self.assertEqual(self.type_at_prompt(typed), code)
                self.assertEqual(bool(self.pinned_key()), code == 0)

    def type_at_prompt(self, typed):
        """Runs "account pin" with a terminal of its own, and answers its question; the exit code."""
        process, terminal = pty.fork()
        if process == 0:
            arguments = [str(argument) for argument in self.envoi.arguments('account', 'pin', USER)]
            os.execve(arguments[0], arguments, self.envoi.session.environment)
        shown = b''
        while b'8 digits: ' not in shown:
            shown += os.read(terminal, 4096)
        self.assertIn(b'Envoi practice authority', shown)
        os.write(terminal, typed.encode() + b'\n')
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


class CertificatesOverStarttls(Certificates):
    security = 'starttls'
    before = [*BEFORE_TLS, 'greeting', 'ehlo']
    steps = [*before, 'tls', 'ehlo', *AFTER_TLS]


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    PRACTICE = sys.argv.pop(1)
    tap.main()
