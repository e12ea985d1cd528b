#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of tokens: envoictl, a real authorization server, Dovecot asking it about each
token, and a real keyring.

    test-tokens.py ENVOICTL OIDC-FOLDER [NAME...]
"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'integration'), str(HERE.parent / 'lib')]

import client  # noqa: E402
import keyring  # noqa: E402
import oidcserver  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, USER  # noqa: E402

BOB = f'bob@{DOMAIN}'
N_LETTERS = 20
N_PROGRAMS = 6
# Follows every redirect, as a browser does, and keeps cookies.
BROWSER = '''\
#!/bin/sh
echo "$1" >{folder}/address
exec curl --silent --show-error --location --max-time 60 --cookie-jar {folder}/jar --cookie {folder}/jar --output {folder}/page "$1" 2>{folder}/curl.err
'''


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need('curl', 'secret-tool')
        oidcserver.install(OIDC)

    def setUp(self):
        self.session = keyring.Session()
        self.addCleanup(self.session.close)
        folder = self.session.folder
        self.authority = oidcserver.Authority(OIDC, folder / 'oidc.log')
        self.addCleanup(self.authority.daemon.stop)
        self.server = oidcserver.OAuthMailServer(self.authority.issuer)
        self.addCleanup(self.server.close)

        script = folder / 'browser'
        script.write_text(BROWSER.format(folder=folder))
        script.chmod(0o755)
        self.session.environment['BROWSER'] = str(script)
        providers = folder / 'config/envoi/providers.d'
        providers.mkdir(parents=True)
        (providers / 'test.json').write_text(json.dumps({'schema_version': 1, 'providers': [{
            'id': 'test', 'names': {'en': 'Test Mail', 'zh': '测试邮箱'}, 'domains': [DOMAIN], 'auth': ['oauth2'],
            'servers': [{'host': 'localhost', 'port': self.server.tls_port, 'security': 'tls', 'recommended': True,
                         'status': 'verified', 'ca_file': str(self.server.ca_file)}],
            'username': '%EMAILADDRESS%', 'oauth2': self.authority.describe(oidcserver.SCOPE, oidcserver.EXTRA)}]}))
        self.envoi = client.Envoi(ENVOICTL, self.session)
        self.text = self.envoi.write('letter.txt', 'Dear Bob\n')
        added = self.envoi.run('account', 'add', '--email', USER, '--host', 'localhost', '--port', self.server.tls_port,
                               '--security', 'tls', '--ca-file', self.server.ca_file, '--auth', 'xoauth2', '--oauth', 'test')
        self.assertEqual(added.code, 0, added.err)

    def sign_in(self, code=0, **ways):
        self.authority.control(**{'answer': 'agree', **ways})
        result = self.envoi.run('account', 'sign-in', USER)
        self.assertEqual(result.code, code, result.out + result.err)
        return result

    def check(self, code=0):
        result = self.envoi.run('account', 'check', USER)
        self.assertEqual(result.code, code, result.out + result.err)
        return result

    def show(self):
        code, account = self.envoi.json('account', 'show', USER)
        self.assertEqual(code, 0)
        return account

    def stored_token(self):
        """What the keyring holds, or None."""
        found = subprocess.run(['secret-tool', 'search', '--all', 'kind', 'refresh-token'], capture_output=True, text=True,
                               env=self.session.environment)
        lines = [line for line in found.stdout.splitlines() if line.startswith('secret = ')]
        self.assertLessEqual(len(lines), 1)
        return lines[0].removeprefix('secret = ') if lines else None

    def count(self, line):
        return self.authority.lines().count(line)

    def wait_for_line(self, line, n):
        process.wait_until(lambda: self.count(line) >= n, f'"{line}" for the {n}. time')

    def send(self, subject, *options, code=0):
        result = self.envoi.run('send', '--account', USER, '--to', BOB, '--subject', subject, '--text', self.text, *options)
        self.assertEqual(result.code, code, result.out + result.err)
        return result


class SignIn(Case):
    def test_agreed(self):
        self.sign_in(ends=7 * 24 * 3600)
        account = self.show()
        self.assertEqual(sorted(account['sign_in']['granted']), sorted([oidcserver.SCOPE, oidcserver.EXTRA]))
        self.assertEqual(account['sign_in']['due_reason'], 'ends')
        self.assertTrue(account['sign_in']['signed_in'] and account['sign_in']['due'])
        self.send('agreed', '--wait')
        self.server.wait_for('agreed')

    def test_declined(self):
        result = self.sign_in(code=77, answer='decline')
        self.assertGreater(len(result.err.strip()), 10)
        self.assertIsNone(self.stored_token())
        self.sign_in()

    def test_unticked(self):
        """The person finished the sign-in, but without the permission to send."""
        self.sign_in(code=77, answer='untick')
        self.assertIsNone(self.stored_token())
        self.sign_in()
        self.check()

    def test_wrong_issuer(self):
        """RFC 9207: another server's answer is not taken for this one's."""
        self.sign_in(code=77, iss='evil')
        self.assertIsNone(self.stored_token())
        self.sign_in(iss='')

    def test_wrong_state(self):
        """A forged way back does not end the sign-in; the true one does."""
        self.authority.control(answer='agree', state='forged')
        signing = self.envoi.start('account', 'sign-in', USER)
        self.addCleanup(signing.kill)
        page = self.session.folder / 'page'
        process.wait_until(lambda: page.exists() and self.count('agreed') >= 1, 'the forged way back was tried')
        self.assertIsNone(signing.poll())
        self.assertIsNone(self.stored_token())
        self.authority.control(state='')
        address = (self.session.folder / 'address').read_text().strip()
        subprocess.run([self.session.environment['BROWSER'], address], env=self.session.environment, check=True, timeout=90)
        out, err = signing.communicate(timeout=90)
        self.assertEqual(signing.returncode, 0, out + err)
        self.assertIsNotNone(self.stored_token())


class Refresh(Case):
    def setUp(self):
        super().setUp()
        self.sign_in()

    def test_rotation(self):
        seen = {self.stored_token()}
        for _ in range(3):
            self.check()
            seen.add(self.stored_token())
        self.assertEqual(len(seen), 4)
        self.assertTrue(self.show()['sign_in']['refreshed'])

    def test_one_refresh_for_many_letters(self):
        """They wait for one time, and one program takes them all up with no token in hand."""
        due = self.later(15)
        letters = [json.dumps({'to': BOB, 'subject': f'letter {number}', 'text': 'Dear Bob'}) for number in range(N_LETTERS)]
        taken = self.envoi.run('send', '--batch', '--account', USER, '--at', due, stdin='\n'.join(letters))
        self.assertEqual(taken.code, 0, taken.out + taken.err)
        self.assertEqual(len(taken.out.splitlines()), N_LETTERS)
        before = self.count('token given')
        process.wait_until(lambda: self.later(-1) > due, 'the letters are due')
        self.assertEqual(self.envoi.run('outbox', 'flush').code, 0)
        for number in range(N_LETTERS):
            self.server.wait_for(f'letter {number}')
        self.assertEqual(self.count('token given') - before, 1)
        self.server.settle()
        self.assertEqual([len(self.server.find(f'letter {number}')) for number in range(N_LETTERS)], [1] * N_LETTERS)

    def test_programs_at_the_same_time(self):
        """Each rotates; a token used twice would end the permission for good."""
        running = [self.envoi.start('account', 'check', USER) for _ in range(N_PROGRAMS)]
        for program in running:
            out, err = program.communicate(timeout=120)
            self.assertEqual(program.returncode, 0, out + err)
        self.check()

    def start_and_stop(self, *arguments):
        """The program stands still between the server's answer and its reading of it."""
        self.authority.control(hold=1)
        asked, given = self.count('token asked'), self.count('token given')
        program = self.envoi.start(*arguments)
        self.addCleanup(program.kill)
        self.wait_for_line('token asked', asked + 1)
        os.killpg(program.pid, signal.SIGSTOP)
        self.authority.control(hold='')
        self.wait_for_line('token given', given + 1)
        return program

    def test_expired_before_its_time(self):
        """A token that is dead on arrival, whatever was said of its life: one more refresh, and the letter goes."""
        self.authority.control(ttl=1, life=3600)
        before = self.count('token given')
        sending = self.start_and_stop('send', '--account', USER, '--to', BOB, '--subject', 'expired', '--text', self.text, '--wait')
        start = self.later(0)
        process.wait_until(lambda: self.later(-2) > start, 'the token has expired')
        self.authority.control(ttl='')
        os.killpg(sending.pid, signal.SIGCONT)
        out, err = sending.communicate(timeout=90)
        self.assertEqual(sending.returncode, 0, out + err)
        self.server.wait_for('expired')
        self.assertEqual(self.count('token given') - before, 2)
        self.assertIsNotNone(self.stored_token())

    def later(self, seconds):
        return subprocess.run(['date', '--utc', '+%Y-%m-%dT%H:%M:%SZ', '-d', f'{seconds:+} seconds'], check=True,
                              capture_output=True, text=True).stdout.strip()

    def test_revoked(self):
        self.authority.revoke(self.stored_token())
        self.send('kept', code=77)
        self.assertIn('token refused: invalid_grant', self.authority.lines())
        self.assertIsNone(self.stored_token())

        # The account is as it was; the letter waits for the sign-in.
        self.assertEqual(self.show()['email'], USER)
        self.assertEqual([letter['subject'] for letter in self.envoi.letters()], ['kept'])
        self.assertEqual(self.server.find('kept'), [])
        self.sign_in()
        self.send_kept_letter()

    def send_kept_letter(self):
        letter, = self.envoi.letters()
        self.envoi.run('outbox', 'retry', letter['id'])
        self.envoi.run('outbox', 'flush')
        self.server.wait_for('kept')

    def test_token_endpoint_in_trouble(self):
        token = self.stored_token()
        for way in ({'status': 503}, {'drop': 1}):
            self.authority.control(**way)
            before = self.count('token asked')
            self.check(code=69)
            self.assertEqual(self.count('token asked') - before, 3)
            self.assertEqual(self.stored_token(), token)
            self.authority.control(status='', drop='')
        self.check()

    def test_slow_token_endpoint(self):
        self.authority.control(hold=1)
        before = self.count('token asked')
        checking = self.envoi.start('account', 'check', USER)
        self.addCleanup(checking.kill)
        self.wait_for_line('token asked', before + 1)
        self.assertIsNone(checking.poll())
        self.authority.control(hold='')
        out, err = checking.communicate(timeout=90)
        self.assertEqual(checking.returncode, 0, out + err)

    def test_letter_for_which_the_token_is_slow(self):
        """It is kept first; the way to the mail server is made meanwhile, and it goes over that one connection."""
        self.authority.control(hold=1)
        asked, made = self.count('token asked'), self.server.count(r' connect from ')
        sending = self.envoi.start('send', '--account', USER, '--to', BOB, '--subject', 'slow', '--text', self.text, '--wait')
        self.addCleanup(sending.kill)
        self.wait_for_line('token asked', asked + 1)
        self.assertEqual([letter['subject'] for letter in self.envoi.letters()], ['slow'])
        process.wait_until(lambda: self.server.count(r' connect from ') > made, 'the connection is made')
        self.assertIsNone(sending.poll())
        self.authority.control(hold='')
        out, err = sending.communicate(timeout=90)
        self.assertEqual(sending.returncode, 0, out + err)
        self.server.wait_for('slow')
        self.assertEqual(self.server.count(r' connect from ') - made, 1)

    def test_removed(self):
        self.assertEqual(self.envoi.run('account', 'remove', USER).code, 0)
        self.assertIn('revoked', self.authority.lines())
        self.assertIsNone(self.stored_token())

    def kill_between_answer_and_store(self):
        """The answer has left the server, and nobody has read it."""
        client.kill(self.start_and_stop('account', 'check', USER))

    def test_killed_where_the_old_token_stays_good(self):
        self.authority.control(rotation='grace')
        token = self.stored_token()
        self.kill_between_answer_and_store()
        self.assertEqual(self.stored_token(), token)
        self.check()
        self.assertNotEqual(self.stored_token(), token)

    def test_killed_where_the_old_token_is_spent(self):
        """Nobody can have the next token then; it is said, and nothing else is lost."""
        self.kill_between_answer_and_store()
        self.send('kept', code=77)
        self.assertEqual(self.show()['email'], USER)
        self.sign_in()
        self.send_kept_letter()


if __name__ == '__main__':
    ENVOICTL = sys.argv[1]
    OIDC = pathlib.Path(sys.argv[2])
    del sys.argv[1:3]
    tap.main()
