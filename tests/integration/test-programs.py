#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that want a sendmail command, with envoi-sendmail as it: git send-email, mutt, mail(1), cron. What they
send is read back from a real mailbox.

test-programs.py ENVOICTL [NAME...]"""

import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import client  # noqa: E402
import keyring  # noqa: E402
import mailserver  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER  # noqa: E402

PROGRAM = None
BOB, CAROL = f'bob@{DOMAIN}', f'carol@{DOMAIN}'
N_PATCHES = 5


class ProgramsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = mailserver.MailServer()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        session = keyring.Session()
        self.addCleanup(session.close)
        self.envoi = client.Envoi(PROGRAM, session)
        result = self.envoi.add_account(self.server.tls_port, 'tls', self.server.ca_file)
        self.assertEqual(result.code, 0, result.err)
        self.sendmail = self.envoi.link('envoi-sendmail')

    def run_program(self, *command, stdin='', folder=None, **environment):
        result = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, text=True,
                                env={**self.envoi.session.environment, **environment},
                                cwd=folder or self.envoi.folder, timeout=client.PATIENCE_SECONDS)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.envoi.outputs += [result.stdout.encode(), result.stderr.encode()]
        return result.stdout

    def git(self, *words):
        return self.run_program('git', '-c', 'user.name=Alice 爱丽丝', '-c', f'user.email={USER}', *words,
                                folder=self.repository, GIT_CONFIG_NOSYSTEM='1')

    def make_repository(self):
        self.repository = self.envoi.folder / 'repository'
        self.repository.mkdir()
        self.git('init', '-q', '-b', 'main')
        for number in range(N_PATCHES + 1):
            (self.repository / 'file').write_text(f'第{number}版\n.\nFrom here\n')
            self.git('add', 'file')
            self.git('commit', '-q', '-m', f'file: version {number}, 第{number}版')

    def test_git_send_email(self):
        tap.need('git', '/usr/lib/git-core/git-send-email')
        self.make_repository()
        with client.Watch(PASSWORD) as watch:
            self.git('send-email', f'--sendmail-cmd={self.sendmail}', f'--to=Bob <{BOB}>', f'--cc={CAROL}', '--suppress-cc=all', '--confirm=never',
                     '--8bit-encoding=UTF-8', f'-{N_PATCHES}')
        self.assertEqual(watch.found, set())
        patches = [self.server.wait_for(f'[PATCH {number}/{N_PATCHES}] file: version {number}, 第{number}版')
                   for number in range(1, N_PATCHES + 1)]
        first = patches[0]
        self.assertNotIn('In-Reply-To', first)
        for patch in patches[1:]:
            self.assertEqual(patch['In-Reply-To'], first['Message-ID'])
            self.assertIn(first['Message-ID'], patch['References'])
        self.assertEqual(len({patch['Message-ID'] for patch in patches}), N_PATCHES)
        self.apply(patches)

    def apply(self, patches):
        """What arrived is what git can apply."""
        self.git('checkout', '-q', '-b', 'received', f'HEAD~{N_PATCHES}')
        for number, patch in enumerate(patches):
            path = self.envoi.folder / f'{number}.eml'
            path.write_bytes(patch.raw)
            self.git('am', '-q', path)
        self.assertEqual(self.git('rev-parse', 'received^{tree}'), self.git('rev-parse', 'main^{tree}'))
        self.assertEqual(self.git('log', '-1', '--format=%an', 'received').strip(), 'Alice 爱丽丝')

    def test_git_send_email_with_a_cover_letter(self):
        tap.need('git', '/usr/lib/git-core/git-send-email')
        self.make_repository()
        self.git('format-patch', '-q', '-2', '--cover-letter', '-o', 'out', '--in-reply-to=<thread@test.example>')
        cover = next((self.repository / 'out').glob('0000-*'))
        cover.write_text(cover.read_text().replace('*** SUBJECT HERE ***', 'Two versions'))
        self.git('send-email', f'--sendmail-cmd={self.sendmail}', f'--to={BOB}', '--suppress-cc=all',
                 '--confirm=never', '--force', 'out')
        received = self.server.wait_for('[PATCH 0/2] Two versions')
        self.assertEqual(received['In-Reply-To'], '<thread@test.example>')

    def ask_git(self, *lines, helper=None):
        """What git knows after it asked the helper; nobody else is asked."""
        result = subprocess.run(
            ['git', '-c', f'credential.helper=!{helper or PROGRAM} credential', '-c', 'credential.interactive=never',
             'credential', 'fill'],
            input='\n'.join(lines) + '\n\n', capture_output=True, text=True, cwd=self.envoi.folder,
            env={**self.envoi.session.environment, 'GIT_TERMINAL_PROMPT': '0', 'GIT_ASKPASS': '/bin/false'},
            timeout=client.PATIENCE_SECONDS)
        return dict(line.split('=', 1) for line in result.stdout.splitlines()), result

    def test_git_credential(self):
        port = self.server.tls_port
        with client.Watch(PASSWORD) as watch:
            for lines in (['protocol=smtp', f'host=localhost:{port}', f'username={USER}'],
                          ['protocol=smtp', 'host=localhost'], ['protocol=smtps', f'host=LOCALHOST:{port}']):
                answer, result = self.ask_git(*lines)
                self.assertEqual((answer.get('username'), answer.get('password')), (USER, PASSWORD), result.stderr)
        self.assertEqual(watch.found, set())
        self.assertEqual(self.envoi.find_traces(PASSWORD), [])

    def test_git_credential_is_for_the_account_s_server_only(self):
        for lines in (['protocol=https', 'host=localhost'], ['protocol=smtp', 'host=evil.example'],
                      ['protocol=smtp', f'host=localhost:{self.server.tls_port + 1}'],
                      ['protocol=smtp', 'host=localhost', f'username={BOB}']):
            answer, _ = self.ask_git(*lines)
            self.assertNotIn('password', answer, lines)
        self.assertEqual(self.envoi.run('credential', 'store', stdin='password=x\n').code, 0)
        self.assertEqual(self.envoi.run('credential', 'erase', stdin='password=x\n').code, 0)
        self.assertEqual(self.envoi.run('credential').code, 65)

    def test_git_sends_by_itself_with_the_credential(self):
        tap.need('git', '/usr/lib/git-core/git-send-email')
        self.make_repository()
        with client.Watch(PASSWORD) as watch:
            self.git('-c', f'credential.helper=!{PROGRAM} credential', 'send-email',
                     '--smtp-server=localhost', f'--smtp-server-port={self.server.tls_port}', '--smtp-encryption=ssl',
                     f'--smtp-ssl-cert-path={self.server.ca_file}', f'--smtp-user={USER}', f'--to={BOB}',
                     '--suppress-cc=all', '--confirm=never', '--8bit-encoding=UTF-8', '--subject-prefix=OWN', '-1')
        self.assertEqual(watch.found, set())
        self.server.wait_for(f'[OWN] file: version {N_PATCHES}, 第{N_PATCHES}版')

    def test_mutt(self):
        tap.need('mutt')
        rc = self.envoi.write('muttrc', f'set sendmail="{self.sendmail} -oem -oi"\nset use_envelope_from=yes\n'
                                        f'set from="{USER}"\nset realname="爱丽丝"\nset copy=no\nset charset=utf-8\n')
        attachment = self.envoi.write('数据.bin', bytes(range(256)) * 40)
        self.run_program('mutt', '-F', rc, '-s', '来自 mutt 的信', '-c', CAROL, '-a', attachment, '--', BOB,
                         stdin='你好\n.\nFrom mutt\n', LC_ALL='C.UTF-8')
        for name in ('bob', 'carol'):
            received = self.server.wait_for('来自 mutt 的信', name)
            self.assertIn('From mutt', received.get_body(('plain',)).get_content())
            part = next(received.iter_attachments())
            self.assertEqual((part.get_filename(), part.get_content()), ('数据.bin', attachment.read_bytes()))

    def test_mail(self):
        tap.need('bsd-mailx')
        rc = self.envoi.write('mailrc', f'set sendmail={self.sendmail}\n')
        self.run_program('bsd-mailx', '-s', 'by mail(1)', '-c', CAROL, BOB, stdin='one\n..two\n', MAILRC=str(rc),
                         LOGNAME='root', USER='root')
        for name in ('bob', 'carol'):
            received = self.server.wait_for('by mail(1)', name)
            self.assertIn('..two', received.get_content())
            self.assertIn(USER, received['From'])

    def test_cron(self):
        """As Debian's cron writes it and calls sendmail; its From has no domain."""
        letter = ('From: root (Cron Daemon)\nTo: bob@test.example\nSubject: Cron <root@host> backup\nMIME-Version: 1.0\n'
                  'Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n'
                  'X-Cron-Env: <SHELL=/bin/sh>\n\n备份完成\n')
        result = self.envoi.run('-i', '-FCronDaemon', '-B8BITMIME', '-oem', BOB, stdin=letter, program=self.sendmail)
        self.assertEqual(result.code, 0, result.err)
        received = self.server.wait_for('Cron <root@host> backup')
        self.assertEqual(received.get_content().strip(), '备份完成')
        self.assertEqual(received.get_all('From'), [USER])
        self.assertEqual(received['X-Cron-Env'], '<SHELL=/bin/sh>')


if __name__ == '__main__':
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    tap.main()
