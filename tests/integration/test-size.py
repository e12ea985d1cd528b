#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Large letters to the practice server: whole, and in little memory.

test-size.py ENVOICTL PRACTICE-SERVER [NAME...]"""

import email
import email.policy
import hashlib
import os
import pathlib
import random
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import client  # noqa: E402
import keyring  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from mailserver import USER  # noqa: E402

PROGRAM = PRACTICE = None
MEBIBYTE = 1024 * 1024
MOST_GROWTH_KIB = 32 * 1024


class Size(unittest.TestCase):
    def setUp(self):
        session = keyring.Session()
        self.addCleanup(session.close)
        self.envoi = client.Envoi(PROGRAM, session)
        self.practice = client.Practice(PRACTICE, session.folder / 'practice', None, '--user', USER, client.PRACTICE_PASSWORD)
        self.addCleanup(self.practice.stop)
        result = self.envoi.add_account(self.practice.tls_port, 'tls', self.practice.ca_file,
                                        password=client.PRACTICE_PASSWORD)
        self.assertEqual(result.code, 0, result.err)

    def write_noise(self, name, n_mebibytes):
        """Bytes that compress badly; their digest."""
        piece = random.Random(n_mebibytes).randbytes(MEBIBYTE)
        digest = hashlib.sha256()
        with open(self.envoi.folder / name, 'wb') as file:
            for _ in range(n_mebibytes):
                file.write(piece)
                digest.update(piece)
        return digest.hexdigest()

    def send(self, name):
        """Sends a file; the largest resident set of envoictl in KiB."""
        arguments = self.envoi.arguments('send', '--account', USER, '--to', 'bob@test.example', '--subject', name, '--text',
                                         self.envoi.write('text.txt', 'x\n'), '--attach', name, '--wait')
        running = subprocess.Popen(arguments, env=self.envoi.session.environment, cwd=self.envoi.folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(running.returncode, 0)
        return usage.ru_maxrss

    def find_attachment(self, name):
        def find():
            for path in self.practice.folder.glob('inbox/*.eml'):
                letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if letter['Subject'] == name:
                    return [part for part in letter.iter_attachments()]
            return None
        return process.wait_until(find, f'{name} has come')[0]

    def test_memory_does_not_grow_with_the_letter(self):
        self.write_noise('small.bin', 1)
        small = self.send('small.bin')
        digest = self.write_noise('large.bin', 200)
        large = self.send('large.bin')
        print(f'# 1 MiB: {small} KiB, 200 MiB: {large} KiB', flush=True)
        if not self.has_sanitizer():
            self.assertLess(large - small, MOST_GROWTH_KIB)
        content = self.find_attachment('large.bin').get_content()
        self.assertEqual(hashlib.sha256(content).hexdigest(), digest)

    def has_sanitizer(self):
        return b'libasan' in pathlib.Path(self.envoi.program).read_bytes()

    def test_more_than_the_server_takes(self):
        """Known from SIZE: nothing of it is sent."""
        self.write_noise('huge.bin', 420)
        code, letter = self.envoi.json('send', '--account', USER, '--to', 'bob@test.example', '--subject', 'huge', '--text',
                                       self.envoi.write('text.txt', 'x\n'), '--attach', 'huge.bin', '--wait')
        self.assertNotEqual(code, 0)
        self.assertNotEqual((letter.get('state'), letter.get('error')), ('sent', None))
        self.assertEqual(list(self.practice.folder.glob('inbox/*.eml')), [])


if __name__ == '__main__':
    PROGRAM = sys.argv.pop(1)
    PRACTICE = sys.argv.pop(1)
    tap.main()
