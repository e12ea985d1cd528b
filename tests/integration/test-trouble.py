#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, and what envoictl then says and does.

test-trouble.py ENVOICTL PRACTICE-SERVER [NAME...]"""

import pathlib
import socket
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import authority  # noqa: E402
import client  # noqa: E402
import keyring  # noqa: E402
import mailserver  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER  # noqa: E402

PROGRAM = PRACTICE = None
BOB, NOBODY, LATER, FULL, NEVER = (f'{name}@{DOMAIN}' for name in ('bob', 'nobody', 'later', 'full', 'never'))

# What a server says up to the message; the rest is each test's own.
BEGINNING = '''\
S: 220 mail ESMTP
C: EHLO *
S: 250-mail
S: 250-PIPELINING
S: 250 AUTH PLAIN
C: AUTH PLAIN *
S: 235 2.7.0 ok
'''
ENVELOPE = '''\
C: MAIL FROM:*
S: 250 2.1.0 ok
C: RCPT TO:*
S: 250 2.1.5 ok
C: DATA
'''
GO = 'S: 354 go'
GOOD_LETTER = (BEGINNING + ENVELOPE).splitlines() + [GO, 'BODY']
HEADERS_THAT_STEER = ('X-Test: a\r\nBcc: eve@evil.example', 'X-Test: a\nBcc: eve@evil.example', 'X-Test: a\rb', 'X Test: a',
                      'X-Test', ': a', 'Bcc\0: a')


class Trap:
    """A port that counts who comes."""

    def __init__(self):
        self.n_guests = 0
        self.socket = socket.create_server(('127.0.0.1', 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                guest, _ = self.socket.accept()
            except OSError:
                return
            self.n_guests += 1
            guest.close()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Case(unittest.TestCase):
    keyring_state = keyring.UNLOCKED

    def setUp(self):
        session = keyring.Session(self.keyring_state)
        self.addCleanup(session.close)
        self.envoi = client.Envoi(PROGRAM, session)
        self.text = self.envoi.write('letter.txt', 'Dear Bob\n')

    def add_account(self, port, ca_file, expect=0, **options):
        result = self.envoi.add_account(port, 'tls', ca_file, **options)
        self.assertEqual(result.code, expect, result.err)

    def send(self, subject, *recipients, code):
        words = [word for address in recipients for word in ('--to', address)]
        got, letter = self.envoi.json('send', '--account', USER, *words, '--subject', subject, '--text', self.text, '--wait')
        self.assertEqual(got, code, letter)
        return letter

    def states(self, letter):
        return {each['address']: each['state'] for each in letter['recipients']}


class RealServer(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = mailserver.MailServer()
        cls.addClassCleanup(cls.server.close)

    def add_real_account(self, **options):
        self.add_account(self.server.tls_port, self.server.ca_file, **options)

    def test_wrong_password(self):
        self.add_real_account(password='wrong')
        self.assertEqual(self.envoi.run('account', 'check', USER).code, 77)
        letter = self.send('wrong password', BOB, code=77)
        self.assertNotEqual(letter['state'], 'sent')
        self.assertEqual(letter['error']['domain'], 'smtp')
        self.assertTrue(letter['error']['title'] and letter['error']['body'])
        self.server.settle()
        self.assertEqual(self.server.find('wrong password'), [])

    def test_every_recipient_refused(self):
        self.add_real_account()
        letter = self.send('refused', NOBODY, NEVER, code=68)
        self.assertEqual(letter['state'], 'failed')
        self.assertEqual({(each['state'], each['code'], each['enhanced']) for each in letter['recipients']},
                         {('refused', 550, '5.1.1'), ('refused', 550, '5.7.1')})
        self.assertIn('Not from you', ' '.join(each['text'] or '' for each in letter['recipients']))
        self.server.settle()
        self.assertEqual(self.server.find('refused'), [])

    def test_one_recipient_refused(self):
        """Whatever is decided for Bob, what is said of him is true."""
        self.add_real_account()
        words = ['send', '--account', USER, '--to', BOB, '--to', NOBODY, '--subject', 'partial', '--text', self.text, '--wait']
        code, letter = self.envoi.json(*words)
        states = self.states(letter)
        self.assertEqual(states[NOBODY], 'refused', letter)
        if states[BOB] == 'accepted':
            self.server.wait_for('partial')
        self.server.settle()
        self.assertEqual(len(self.server.find('partial')), states[BOB] == 'accepted', letter)
        self.assertIn(code, (0, 68))

    def test_put_off(self):
        self.add_real_account()
        letter = self.send('put off', LATER, code=75)
        self.assertEqual((letter['state'], self.states(letter)[LATER]), ('waiting', 'deferred'))
        code, shown = self.envoi.json('outbox', 'show', letter['id'])
        self.assertEqual((code, shown['state']), (0, 'waiting'))

    def test_put_off_and_taken_back(self):
        self.add_real_account()
        letter = self.send('taken back', LATER, code=75)
        self.assertEqual(self.envoi.run('outbox', 'cancel', letter['id']).code, 0)
        self.assertNotIn(letter['id'], [each['id'] for each in self.envoi.letters() if each['state'] in ('waiting', 'queued')])

    def test_unknown_authority(self):
        for ca_file in (None, str(authority.Authority(self.envoi.session.folder / 'other', 'Another authority').file)):
            with self.subTest(ca_file=ca_file):
                before = self.server.count('sasl_|client=')
                self.add_account(self.server.tls_port, ca_file)
                self.assertEqual(self.envoi.run('account', 'check', USER).code, 76)
                letter = self.send('untrusted', BOB, code=76)
                self.assertNotEqual(letter['state'], 'sent')
                self.assertEqual(letter['error']['code'], 'TLS_UNTRUSTED')
                self.assertEqual(self.server.count('sasl_|client='), before)
        self.assertEqual(self.server.find('untrusted'), [])

    def test_server_down_then_up(self):
        self.add_real_account()
        self.server.stop_postfix()
        try:
            letter = self.send('down and up', BOB, code=75)
            self.assertEqual(letter['state'], 'waiting')
        finally:
            self.server.start_postfix()
        result = self.envoi.run('outbox', 'flush')
        self.assertEqual(result.code, 0, result.err)
        self.server.wait_for('down and up')
        self.assertEqual(self.envoi.json('outbox', 'show', letter['id'])[1]['state'], 'sent')
        self.assertEqual(self.envoi.run('outbox', 'flush').code, 0)
        self.server.settle()
        self.assertEqual(len(self.server.find('down and up')), 1)

    def test_retry_by_hand(self):
        self.add_real_account(password='wrong')
        letter = self.send('by hand', BOB, code=77)
        self.add_real_account()
        self.assertEqual(self.envoi.run('outbox', 'retry', letter['id']).code, 0)
        self.envoi.run('outbox', 'flush')
        self.server.wait_for('by hand')
        self.server.settle()
        self.assertEqual(len(self.server.find('by hand')), 1)

    def test_the_password_is_in_no_trouble_either(self):
        self.add_real_account(password=PASSWORD + '!')
        self.envoi.run('account', 'check', USER)
        self.send('trouble', BOB, code=77)
        self.assertEqual(self.envoi.find_traces(PASSWORD + '!'), [])


class BadInput(Case):
    """Exit 65, a sentence, and nobody was called."""

    def setUp(self):
        super().setUp()
        self.trap = Trap()
        self.addCleanup(self.trap.close)
        self.add_account(self.trap.port, None)

    def refuse(self, *arguments, code=(65,)):
        with self.subTest(arguments=arguments):
            n_guests = self.trap.n_guests
            result = self.envoi.run(*arguments)
            self.assertIn(result.code, code, (arguments, result.out, result.err))
            self.assertGreater(len(result.err.strip()), 10)
            self.assertNotIn('CRITICAL', result.err)
            self.assertEqual(self.trap.n_guests, n_guests)

    def letter(self, **changes):
        fields = {'account': USER, 'to': BOB, 'subject': 'x', 'text': self.text, 'wait': None, **changes}
        words = ['send']
        for name, value in fields.items():
            if value is not False:
                words += [f'--{name}'] + ([] if value is None else [value])
        return words

    def test_words(self):
        self.refuse('sned')
        self.refuse('send', '--frobnicate')
        self.refuse(*self.letter(), '--to')
        self.refuse(*self.letter(), 'stray')
        self.refuse('outbox', 'show')
        self.refuse('outbox', 'show', 'no-such-letter')
        self.refuse('account', 'add', '--email', USER)
        self.refuse()

    def test_missing_things(self):
        self.refuse(*self.letter(to=False))
        self.refuse(*self.letter(text='no-such-file.txt'))
        self.refuse(*self.letter(html='no-such-file.html'))
        self.refuse(*self.letter(attach='no-such-file.pdf'))
        self.refuse(*self.letter(attach='/'))
        self.refuse('send', '--account', USER, '--eml', 'no-such-file.eml', '--wait')
        self.refuse(*self.letter(account='nobody@nowhere.example'), code=(65, 78))

    def test_addresses(self):
        self.refuse(*self.letter(to=''))
        for address in ('bob', '@', 'bob@', '@test.example', 'bob@@test.example', 'a b@test.example', '<bob@test.example',
                        'bob@test.example>', 'bob@test..example', 'bob@-test.example', 'b\x01b@test.example'):
            self.refuse(*self.letter(to=address))
            self.refuse(*self.letter(cc=address))
            self.refuse(*self.letter(bcc=address))

    def test_line_ends_in_every_field(self):
        for end in ('\r\n', '\n', '\r'):
            for name in ('to', 'cc', 'bcc', 'subject'):
                self.refuse(*self.letter(**{name: f'{BOB}{end}Bcc: eve@evil.example'}))
            self.refuse('account', 'add', '--email', USER, '--name', f'A{end}B', '--host', 'localhost', '--port', '1',
                        '--security', 'tls')
            self.refuse('account', 'add', '--email', USER, '--host', f'local{end}host', '--port', '1', '--security', 'tls')
            self.refuse('account', 'add', '--email', USER, '--user', f'A{end}B', '--host', 'localhost', '--port', '1',
                        '--security', 'tls')
        for header in HEADERS_THAT_STEER:
            if '\0' not in header:
                self.refuse(*self.letter(header=header))

    def test_nul_in_files(self):
        self.refuse(*self.letter(text=self.envoi.write('nul.txt', b'a\0b')))
        self.refuse('account', 'add', '--email', USER, '--host', 'localhost', '--port', '70000', '--security', 'tls')
        self.refuse('account', 'add', '--email', USER, '--host', 'localhost', '--port', '465', '--security', 'none')
        self.refuse('account', 'add', '--email', 'nonsense', '--host', 'localhost', '--port', '465', '--security', 'tls')

    def test_finished_messages(self):
        for name, contents in (('empty', b''), ('no-header', b'\r\nbody\r\n'), ('nobody', b'From: a@b.example\r\n\r\nx\r\n'),
                               ('nul', f'From: {USER}\r\nTo: {BOB}\r\n\r\na\0b\r\n'.encode())):
            path = self.envoi.write(f'{name}.eml', contents)
            self.refuse('send', '--account', USER, '--eml', path, '--wait')

    def test_no_letter_was_made_of_it(self):
        self.refuse(*self.letter(to='bob'))
        self.refuse(*self.letter(subject='a\nb'))
        self.assertEqual(self.envoi.letters(), [])


class Dialogues(Case):
    def play(self, script):
        practice = client.Practice(PRACTICE, self.envoi.session.folder / 'practice', script)
        self.addCleanup(practice.stop)
        self.add_account(practice.tls_port, practice.ca_file)
        return practice

    def send_and_kill(self, practice, line):
        """kill -9 while the server is at a line of its dialogue."""
        running = self.envoi.start('send', '--account', USER, '--to', BOB, '--subject', 'killed', '--text', self.text, '--wait')
        try:
            process.wait_until(lambda: practice.has_reached(line), f'the dialogue is at line {line}')
        finally:
            client.kill(running)

    def state(self):
        letters = self.envoi.letters()
        self.assertEqual([letter['subject'] for letter in letters], ['killed'])
        return letters[0]['state']

    def killed_at(self, n_lines):
        """The server has said and heard so many lines of a letter that goes well, and no more."""
        first = ''.join(line + '\n' for line in GOOD_LETTER[:n_lines]) + 'WAIT\n'
        practice = self.play(first + '---\n' + '\n'.join(GOOD_LETTER) + '\nS: 250 2.0.0 got it\n')
        self.send_and_kill(practice, first.count('\n'))
        return practice

    def check_sent_again(self, practice):
        self.assertEqual(self.envoi.run('outbox', 'flush').code, 0)
        self.assertEqual(self.state(), 'sent')
        self.assertEqual(practice.stop(), 'played')

    def check_never_sent_again(self, practice):
        for _ in range(2):
            self.envoi.run('outbox', 'flush')
            self.assertEqual(self.state(), 'unknown')
        self.assertNotEqual(practice.stop(), 'played')

    def test_killed_at_every_line_before_the_message(self):
        for n_lines in range(GOOD_LETTER.index(GO)):
            with self.subTest(n_lines=n_lines):
                practice = self.killed_at(n_lines)
                self.assertEqual(self.state(), 'waiting')
                self.check_sent_again(practice)
                self.doCleanups()
                self.setUp()

    def test_killed_when_the_message_begins(self):
        """It may be before the last byte or after it; either way it is true."""
        practice = self.killed_at(GOOD_LETTER.index(GO) + 1)
        self.assertIn(self.state(), ('waiting', 'unknown'))
        if self.state() == 'waiting':
            self.check_sent_again(practice)
        else:
            self.check_never_sent_again(practice)

    def test_killed_after_the_last_byte(self):
        """Nobody knows whether it arrived, so it is never sent again by itself."""
        practice = self.killed_at(len(GOOD_LETTER))
        self.assertEqual(self.state(), 'unknown')
        self.check_never_sent_again(practice)

    def test_lost_after_the_last_byte(self):
        practice = self.play(BEGINNING + ENVELOPE + 'S: 354 go\nBODY\nDROP\n---\nS: 421 4.3.2 nobody was to come\n')
        letter = self.send('lost', BOB, code=76)
        self.assertEqual(letter['state'], 'unknown')
        self.envoi.run('outbox', 'flush')
        self.assertEqual(self.envoi.json('outbox', 'show', letter['id'])[1]['state'], 'unknown')
        self.assertNotEqual(practice.stop(), 'played')

    def test_lost_before_the_last_byte(self):
        practice = self.play(BEGINNING + ENVELOPE + 'DROP\n---\n' + BEGINNING + ENVELOPE + 'S: 354 go\nBODY\nS: 250 2.0.0 ok\n')
        letter = self.send('lost early', BOB, code=75)
        self.assertEqual(letter['state'], 'waiting')
        self.assertEqual(self.envoi.run('outbox', 'flush').code, 0)
        self.assertEqual(self.envoi.json('outbox', 'show', letter['id'])[1]['state'], 'sent')
        practice.stop()

    def test_refused_at_the_end(self):
        self.play(BEGINNING + ENVELOPE + 'S: 354 go\nBODY\nS: 554 5.7.1 Looks like spam\n')
        letter = self.send('spam', BOB, code=69)
        self.assertEqual(letter['state'], 'failed')
        self.assertEqual(letter['error']['code'], 'PERMANENT')

    def test_no_secret_without_tls(self):
        """A server that does not offer STARTTLS gets nothing."""
        practice = client.Practice(PRACTICE, self.envoi.session.folder / 'practice',
                                   'S: 220 mail\nC: EHLO *\nS: 250-mail\nS: 250 AUTH PLAIN LOGIN\nC: QUIT\nS: 221 bye\n')
        self.addCleanup(practice.stop)
        result = self.envoi.add_account(practice.starttls_port, 'starttls', practice.ca_file)
        self.assertEqual(result.code, 0, result.err)
        letter = self.send('stripped', BOB, code=76)
        self.assertEqual(letter['error']['code'], 'TLS_REQUIRED')
        self.assertNotIn('AUTH', practice.stop())


class WithoutKeyring(Case):
    """No keyring is no reason to keep a password elsewhere, nor to lose a letter: it says why, and waits."""
    keyring_state = keyring.ABSENT

    def test_it_says_why_and_sends_nothing(self):
        trap = Trap()
        self.addCleanup(trap.close)
        result = self.envoi.add_account(trap.port, 'tls', None)
        self.assertIn(result.code, (0, 69), result.err)
        self.assertIn('keyring', (result.out + result.err).lower())
        result = self.envoi.run('send', '--account', USER, '--to', BOB, '--subject', 'x', '--text', self.text, '--wait')
        self.assertIn(result.code, (69, 77), (result.out, result.err))
        self.assertIn('keyring', (result.out + result.err).lower())
        self.assertIn('kept', result.err)
        self.assertEqual([(letter['subject'], letter['state']) for letter in self.envoi.letters()], [('x', 'waiting')])
        self.assertEqual(trap.n_guests, 0)
        self.assertEqual(self.envoi.find_traces(PASSWORD), [])


class WithLockedKeyring(WithoutKeyring):
    keyring_state = keyring.LOCKED


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    PRACTICE = sys.argv.pop(1)
    tap.main()
