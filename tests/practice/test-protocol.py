#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice server as another implementation sees it: Python's smtplib and ssl.

test-protocol.py PRACTICE-SERVER [NAME...]"""

import base64
import hashlib
import json
import pathlib
import random
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import tap  # noqa: E402

PROGRAM = None
USER, PASSWORD = 'me@localhost', 'open, sesame'
ENVELOPE = b'MAIL FROM:<a@localhost>\r\nRCPT TO:<b@localhost>\r\n'
LETTER = b'Subject: x\r\n\r\n.one\r\n..\r\n.\r\n\r\nend\r\n'


class Server:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([PROGRAM, self.folder.name, '--user', USER, PASSWORD],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        tls, starttls, self.ca_file = self.process.stdout.readline().split()
        self.tls, self.starttls = int(tls), int(starttls)
        self.context = ssl.create_default_context(cafile=self.ca_file)

    def wait_for_letter(self):
        word, name = self.process.stdout.readline().split()
        assert word == 'received', word
        return pathlib.Path(self.folder.name, 'inbox', name)

    def letters(self):
        return sorted(pathlib.Path(self.folder.name, 'inbox').glob('*.eml'))

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait(30)
        self.process.stdout.close()
        self.folder.cleanup()
        return code


class Raw:
    """A client that may say anything."""

    def __init__(self, server, tls=True):
        self.server = server
        self.socket = socket.create_connection(('127.0.0.1', server.tls if tls else server.starttls), 30)
        if tls:
            self.start_tls()
        else:
            self.file = self.socket.makefile('rb')
        self.greeting = self.hear()

    def start_tls(self):
        self.socket = self.server.context.wrap_socket(self.socket, server_hostname='localhost')
        self.file = self.socket.makefile('rb')

    def say(self, data):
        self.socket.sendall(data)

    def hear(self):
        lines = []
        while True:
            line = self.file.readline()
            if not line:
                return '\n'.join(lines) if lines else None
            assert line.endswith(b'\r\n'), line
            lines.append(line[:-2].decode())
            if line[3:4] == b' ':
                return '\n'.join(lines)

    def ask(self, data):
        self.say(data)
        return self.hear()

    def sign_in(self):
        self.ask(b'EHLO [127.0.0.1]\r\n')
        response = base64.b64encode(f'\0{USER}\0{PASSWORD}'.encode())
        assert self.ask(b'AUTH PLAIN ' + response + b'\r\n').startswith('235 2.7.0')
        return self

    def close(self):
        self.file.close()
        self.socket.close()


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        assert code == 0, f'the server ended with {code}'

    def raw(self, tls=True):
        client = Raw(self.server, tls)
        self.addCleanup(client.close)
        return client

    def signed_in(self):
        return self.raw().sign_in()

    def expect(self, reply, beginning):
        self.assertTrue((reply or '').startswith(beginning), f'{reply!r}, not {beginning!r}')

    def smtplib(self, tls):
        if tls:
            client = smtplib.SMTP_SSL('localhost', self.server.tls, context=self.server.context)
        else:
            client = smtplib.SMTP('127.0.0.1', self.server.starttls)
            client.starttls(context=self.server.context)
        self.addCleanup(client.close)
        return client


class Submission(Case):
    def check_whole(self, tls):
        client = self.smtplib(tls)
        client.login(USER, PASSWORD)
        refused = client.sendmail('a@localhost', ['b@localhost', 'refused@localhost'], LETTER)
        self.assertEqual(refused['refused@localhost'][0], 550)
        path = self.server.wait_for_letter()
        self.assertEqual(path.read_bytes(), LETTER)
        envelope = path.with_suffix('.envelope').read_text()
        self.assertIn('sender=a@localhost\n', envelope)
        self.assertIn('recipients=b@localhost;\n', envelope)
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        client.quit()

    def test_implicit_tls(self):
        self.check_whole(True)

    def test_starttls(self):
        self.check_whole(False)

    def test_capabilities(self):
        client = self.raw(tls=False)
        clear = client.ask(b'EHLO localhost\r\n').replace('\n250-', '\n').split('\n')
        self.assertIn('STARTTLS', clear)
        self.assertNotIn('AUTH', ' '.join(clear))
        self.expect(client.ask(b'STARTTLS\r\n'), '220')
        client.start_tls()
        secret = client.ask(b'EHLO localhost\r\n')
        self.assertIn('AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER', secret)
        self.assertNotIn('STARTTLS', secret)
        for word in ('PIPELINING', 'CHUNKING', '8BITMIME', 'SMTPUTF8', 'SIZE 536870912', 'DSN', 'ENHANCEDSTATUSCODES'):
            self.assertIn(word, secret)

    def test_everything_said_before_tls_is_forgotten(self):
        client = self.raw(tls=False)
        client.ask(b'EHLO localhost\r\n')
        client.ask(b'STARTTLS\r\n')
        client.start_tls()
        self.expect(client.ask(b'AUTH PLAIN AAA=\r\n'), '503')
        self.expect(client.ask(b'STARTTLS\r\n'), '503')

    def test_pipelined_by_data(self):
        client = self.signed_in()
        client.say(ENVELOPE + b'RCPT TO:<busy@localhost>\r\nDATA\r\n')
        self.assertEqual([client.hear()[:3] for _ in range(4)], ['250', '250', '451', '354'])
        client.say(b'..a\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n')
        self.assertEqual([client.hear()[:3] for _ in range(4)], ['250', '250', '250', '221'])
        self.assertEqual(self.server.wait_for_letter().read_bytes(), b'.a\r\n')
        self.assertIsNone(client.hear())

    def test_whole_transactions_pipelined_by_bdat(self):
        client = self.signed_in()
        client.say(b''.join(b'RSET\r\n' + ENVELOPE + b'BDAT 5 LAST\r\n.%d.\r\n' % n for n in range(5)))
        for n in range(5):
            self.assertEqual([client.hear()[:3] for _ in range(4)], ['250'] * 4)
            self.assertEqual(self.server.wait_for_letter().read_bytes(), b'.%d.\r\n' % n)

    def test_chunks(self):
        client = self.signed_in()
        client.say(ENVELOPE + b'BDAT 2\r\na\rBDAT 0\r\nBDAT 2\r\n\n.BDAT 0 LAST\r\n')
        self.assertEqual([client.hear()[:3] for _ in range(6)], ['250'] * 6)
        self.assertEqual(self.server.wait_for_letter().read_bytes(), b'a\r\n.')

    def test_large_letter(self):
        noise = random.Random(1)
        line = base64.b64encode(noise.randbytes(57)) + b'\r\n'
        letter = b'Subject: x\r\n\r\n' + line * 400_000
        client = self.smtplib(True)
        client.login(USER, PASSWORD)
        before = self.resident()
        client.sendmail('a@localhost', ['b@localhost'], letter)
        path = self.server.wait_for_letter()
        self.assertEqual(hashlib.sha256(path.read_bytes()).digest(), hashlib.sha256(letter).digest())
        # The address sanitizer keeps what was freed for a while.
        if not self.has_sanitizer():
            self.assertLess(self.resident() - before, 8 * 1024)

    def has_sanitizer(self):
        return 'libasan' in pathlib.Path(f'/proc/{self.server.process.pid}/maps').read_text()

    def resident(self):
        """Resident set of the server, in KiB."""
        status = pathlib.Path(f'/proc/{self.server.process.pid}/status').read_text()
        return int(status.split('VmRSS:')[1].split()[0])

    def test_utf8(self):
        client = self.signed_in()
        client.say('MAIL FROM:<张@例子.中国> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<李@例子.中国>\r\n'.encode())
        self.assertEqual([client.hear()[:3] for _ in range(2)], ['250'] * 2)
        client.ask(b'DATA\r\n')
        self.expect(client.ask('Subject: 你好\r\n\r\n\r\n.\r\n'.encode()), '250')
        self.assertIn('recipients=李@例子.中国;', self.server.wait_for_letter().with_suffix('.envelope').read_text())

    def test_lost_connection(self):
        client = self.signed_in()
        client.say(b'MAIL FROM:<a@localhost>\r\nRCPT TO:<Lost@localhost>\r\n')
        self.assertEqual([client.hear()[:3] for _ in range(2)], ['250'] * 2)
        client.ask(b'DATA\r\n')
        client.say(b'a\r\n.\r\n')
        try:
            self.assertIsNone(client.hear())
        except (ssl.SSLEOFError, ConnectionResetError):
            pass
        self.assertEqual(self.server.wait_for_letter().read_bytes(), b'a\r\n')

    def test_special_recipients(self):
        client = self.signed_in()
        client.ask(b'MAIL FROM:<a@localhost>\r\n')
        self.expect(client.ask(b'RCPT TO:<REFUSED@localhost>\r\n'), '550 5.1.1')
        self.expect(client.ask(b'RCPT TO:<busy@localhost>\r\n'), '451 4.3.2')
        self.expect(client.ask(b'RCPT TO:<full@localhost>\r\n'), '452 4.2.2')
        self.expect(client.ask(b'RCPT TO:<refused@example.org>\r\n'), '250')
        self.expect(client.ask(b'VRFY refused\r\n'), '252')

    def test_an_abandoned_letter_leaves_nothing(self):
        inbox = pathlib.Path(self.server.folder.name, 'inbox')
        before = self.server.letters()
        client = self.signed_in()
        client.say(ENVELOPE + b'DATA\r\n')
        self.assertEqual([client.hear()[:3] for _ in range(3)], ['250', '250', '354'])
        client.say(b'half a letter\r\n')
        self.wait_until(lambda: list(inbox.glob('.receiving-*')))
        client.close()
        self.wait_until(lambda: not list(inbox.glob('.receiving-*')))
        self.assertEqual(self.server.letters(), before)

    def wait_until(self, condition):
        for _ in range(3000):
            if condition():
                return
            time.sleep(0.01)
        self.fail('waited 30 s in vain')


class SignIn(Case):
    def attempt(self, mechanism, *responses):
        client = self.raw()
        client.ask(b'EHLO localhost\r\n')
        coded = [base64.b64encode(response.encode()) for response in responses]
        reply = client.ask(b'AUTH ' + mechanism + b' ' + coded[0] + b'\r\n')
        for response in coded[1:]:
            self.expect(reply, '334 ')
            reply = client.ask(response + b'\r\n')
        return reply

    def test_smtplib(self):
        for mechanism in ('auth_plain', 'auth_login'):
            for initial in (True, False):
                for password, right in ((PASSWORD, True), ('x', False)):
                    client = self.smtplib(True)
                    client.ehlo()
                    client.user, client.password = USER, password
                    attempt = (mechanism[5:].upper(), getattr(client, mechanism))
                    if right:
                        self.assertEqual(client.auth(*attempt, initial_response_ok=initial)[0], 235)
                    else:
                        with self.assertRaises(smtplib.SMTPAuthenticationError) as caught:
                            client.auth(*attempt, initial_response_ok=initial)
                        self.assertEqual(caught.exception.smtp_code, 535)

    def test_tokens(self):
        good = f'user={USER}\1auth=Bearer {PASSWORD}\1\1'
        self.expect(self.attempt(b'XOAUTH2', good), '235')
        bearer = f'n,a={USER},\1host=localhost\1port=1\1auth=Bearer {PASSWORD}\1\1'
        self.expect(self.attempt(b'OAUTHBEARER', bearer), '235')

    def test_stale_tokens(self):
        stale = f'user={USER}\1auth=Bearer old\1\1'
        reply = self.attempt(b'XOAUTH2', stale)
        self.assertEqual(json.loads(base64.b64decode(reply[4:]))['status'], '401')
        self.expect(self.attempt(b'XOAUTH2', stale, ''), '535 5.7.8')
        bearer = f'n,a={USER},\1auth=Bearer old\1\1'
        self.expect(self.attempt(b'OAUTHBEARER', bearer, '\1'), '535 5.7.8')

    def test_malformed(self):
        client = self.raw()
        client.ask(b'EHLO localhost\r\n')
        for line, reply in ((b'AUTH', '504'), (b'AUTH CRAM-MD5', '504'), (b'AUTH PLAIN ****', '501'),
                            (b'AUTH PLAIN AAA', '501'), (b'AUTH PLAIN =', '334 '), (b'*', '501'),
                            (b'AUTH LOGIN', '334 VXNlcm5hbWU6'), (b'*', '501'),
                            (b'AUTH PLAIN ' + b'A' * 12000, '501'), (b'NOOP', '250')):
            with self.subTest(line=line[:20]):
                self.expect(client.ask(line + b'\r\n'), reply)

    def test_once_is_enough(self):
        client = self.signed_in()
        self.expect(client.ask(b'AUTH PLAIN AAA=\r\n'), '503')

    def test_guessing_ends(self):
        client = self.raw()
        client.ask(b'EHLO localhost\r\n')
        replies = [client.ask(b'AUTH PLAIN AGEAYg==\r\n') for _ in range(20)]
        self.assertEqual({reply[:3] for reply in replies[:-1]}, {'535'})
        self.expect(replies[-1], '421')
        self.assertIsNone(client.hear())

    def test_other_certificates_are_refused(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(
                socket.create_connection(('127.0.0.1', self.server.tls)), server_hostname='localhost')
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.server.context.wrap_socket(
                socket.create_connection(('127.0.0.1', self.server.tls)), server_hostname='example.org')


class Strictness(Case):
    def test_order(self):
        client = self.signed_in()
        for line, reply in ((b'RCPT TO:<a@b>', '503'), (b'DATA', '503'), (b'BDAT 0 LAST', '503'),
                            (b'MAIL FROM:<a@b>', '250'), (b'MAIL FROM:<a@b>', '503'), (b'DATA', '554 5.5.1'),
                            (b'BDAT 0 LAST', '554 5.5.1'), (b'RCPT TO:<refused@localhost>', '550'),
                            (b'DATA', '554 5.5.1'), (b'RCPT TO:<a@b>', '250'), (b'DATA now', '501'),
                            (b'RSET', '250'), (b'DATA', '503'), (b'MAIL FROM:<a@b>', '250'),
                            (b'EHLO again', '250'), (b'RCPT TO:<a@b>', '503'), (b'QUIT', '221')):
            with self.subTest(line=line):
                self.expect(client.ask(line + b'\r\n'), reply)

    def test_nothing_without_signing_in(self):
        client = self.raw()
        client.ask(b'EHLO localhost\r\n')
        self.expect(client.ask(b'MAIL FROM:<a@b>\r\n'), '530 5.7.0 Sign in')
        self.expect(client.ask(b'BDAT 6 LAST\r\nQUIT\r\n'), '530')
        self.expect(client.ask(b'NOOP\r\n'), '250')

    def test_smuggling(self):
        """The forged ends that servers have fallen for; none is an end here."""
        for end in (b'\n.\n', b'\n.\r\n', b'\r\n.\n', b'\r.\r', b'\r.\r\n', b'\r\n.\r', b'\r\r\n.\r\n',
                    b'\r\n\0.\r\n', b'\r\n.\0\r\n'):
            with self.subTest(end=end):
                before = self.server.letters()
                client = self.signed_in()
                client.say(ENVELOPE + b'DATA\r\n')
                self.assertEqual([client.hear()[:3] for _ in range(3)], ['250', '250', '354'])
                client.say(b'Subject: x\r\n\r\nbody' + end + ENVELOPE + b'DATA\r\nSubject: forged\r\n\r\n.\r\n')
                self.expect(client.hear(), '521 5.5.2')
                self.assertIsNone(client.hear())
                self.assertEqual(self.server.letters(), before)

    def test_smuggling_by_bdat(self):
        for chunk in (b'a\nb', b'a\rb', b'a\0b', b'a\r'):
            with self.subTest(chunk=chunk):
                client = self.signed_in()
                client.say(ENVELOPE + b'BDAT %d LAST\r\n' % len(chunk) + chunk)
                self.assertEqual([client.hear()[:3] for _ in range(3)], ['250', '250', '521'])
                self.assertIsNone(client.hear())

    def test_ill_formed_letters_leave_the_session_in_step(self):
        for text, reply in ((b'x' * 999 + b'\r\n', '554 5.6.0'), ('é\r\n'.encode(), '554 5.6.1')):
            with self.subTest(text=text[:5]):
                client = self.signed_in()
                client.say(ENVELOPE + b'DATA\r\n')
                self.assertEqual([client.hear()[:3] for _ in range(3)], ['250', '250', '354'])
                self.expect(client.ask(text + b'more\r\n.\r\n'), reply)
                client.say(ENVELOPE + b'BDAT %d LAST\r\n' % len(text) + text)
                self.assertEqual([client.hear()[:3] for _ in range(2)], ['250'] * 2)
                self.expect(client.hear(), reply)
                client.say(ENVELOPE + b'BDAT 3\r\n\xff\r\nBDAT 2 LAST\r\n\r\nNOOP\r\n')
                self.assertEqual([client.hear()[:3] for _ in range(5)], ['250', '250', '554', '503', '250'])
        self.assertEqual(self.server.letters(), [])

    def test_lines(self):
        for line, reply in ((b'NOOP\n', '521 5.5.2'), (b'NO\0OP\r\n', '521 5.5.2'), (b'NOOP\rX\r\n', '521 5.5.2'),
                            (b'a' * 20000, '500 5.5.6'), (b'BDAT x\r\n', '501'), (b'BDAT 1 FIRST\r\n', '501'),
                            (b'BDAT 99999999999999999999\r\n', '501')):
            with self.subTest(line=line[:20]):
                client = self.signed_in()
                self.expect(client.ask(line), reply)
                self.assertIsNone(client.hear())

    def test_long_command(self):
        client = self.signed_in()
        self.expect(client.ask(b'NOOP ' + b'a' * 3000 + b'\r\n'), '500 5.5.6')
        self.expect(client.ask(b'NOOP\r\n'), '250')

    def test_declared_size(self):
        client = self.signed_in()
        self.expect(client.ask(b'MAIL FROM:<a@b> SIZE=536870913\r\n'), '552 5.3.4')
        self.expect(client.ask(b'MAIL FROM:<a@b> SIZE=536870912\r\n'), '250')

    def test_many_recipients(self):
        client = self.signed_in()
        client.ask(b'MAIL FROM:<a@b>\r\n')
        client.say(b''.join(b'RCPT TO:<a%d@b>\r\n' % n for n in range(1001)))
        replies = [client.hear()[:9] for _ in range(1001)]
        self.assertEqual(set(replies[:1000]), {'250 2.1.5'})
        self.assertEqual(replies[1000], '452 4.5.3')

    def test_starttls_injection(self):
        client = self.raw(tls=False)
        client.ask(b'EHLO localhost\r\n')
        client.say(b'STARTTLS\r\nEHLO injected\r\n')
        self.expect(client.hear(), '501 5.5.1')
        self.assertIsNone(client.hear())

    def test_clear_text_where_tls_belongs(self):
        client = socket.create_connection(('127.0.0.1', self.server.tls), 30)
        client.sendall(b'EHLO localhost\r\nAUTH PLAIN AGEAYg==\r\n')
        try:
            heard = client.recv(4096)
        except ConnectionResetError:
            heard = b''
        client.close()
        self.assertNotIn(b'220', heard)
        self.assertNotIn(b'250', heard)


class Random(Case):
    def test_unstuffing_is_the_inverse_of_stuffing(self):
        noise = random.Random(7)
        client = self.signed_in()
        for _ in range(50):
            lines = [bytes(noise.choices(b'.ab', k=noise.randrange(4))) for _ in range(noise.randrange(1, 9))]
            letter = b''.join(line + b'\r\n' for line in lines)
            stuffed = b''.join((b'.' if line.startswith(b'.') else b'') + line + b'\r\n' for line in lines)
            client.say(ENVELOPE + b'DATA\r\n')
            self.assertEqual([client.hear()[:3] for _ in range(3)], ['250', '250', '354'])
            wire = stuffed + b'.\r\n'
            cut = noise.randrange(len(wire))
            client.say(wire[:cut])
            self.expect(client.ask(wire[cut:]), '250')
            self.assertEqual(self.server.wait_for_letter().read_bytes(), letter)

    def test_noise_is_survived(self):
        noise = random.Random(11)
        words = [b'EHLO a', b'MAIL FROM:<a@b>', b'RCPT TO:<a@b>', b'DATA', b'BDAT 3', b'BDAT 0 LAST', b'RSET', b'AUTH PLAIN',
                 b'\r\n', b'\n', b'\0', b'.', b'\xff', b'STARTTLS', b'=', b' ', b'<', b'"']
        for _ in range(60):
            client = self.signed_in() if noise.random() < .7 else self.raw(noise.random() < .5)
            try:
                client.say(b''.join(noise.choices(words, k=40)) + b'\r\n.\r\n')
                client.socket.settimeout(0.02)
                client.file.read()
            except OSError:
                pass
            client.close()
        self.expect(self.signed_in().ask(b'NOOP\r\n'), '250')


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    tap.main()
