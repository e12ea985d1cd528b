#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages: clean to mandoc and groff, and naming all that the programs take.

test-manual.py ENVOICTL PAGES"""

import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import tap  # noqa: E402

PROGRAM = PAGES = None
EXITS = ('0', '65', '68', '69', '70', '75', '76', '77', '78')


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'C'})


class ManualTest(unittest.TestCase):
    def read(self, name):
        tap.need('mandoc')
        return run('mandoc', '-T', 'utf8', '-O', 'width=200', PAGES / name).stdout.replace('‐', '-')

    def plain(self, name):
        """Without the overstrikes of bold and underlined letters."""
        return re.sub('.\x08', '', self.read(name))

    def test_mandoc_finds_nothing(self):
        tap.need('mandoc')
        for page in sorted(PAGES.glob('*.1')):
            result = run('mandoc', '-T', 'lint', '-W', 'warning', page)
            self.assertEqual(result.stdout + result.stderr, '', page.name)

    def test_groff_finds_nothing(self):
        tap.need('groff')
        for page in sorted(PAGES.glob('*.1')):
            result = run('groff', '-man', '-Tutf8', '-ww', '-Kutf8', page)
            self.assertEqual((result.returncode, result.stderr), (0, ''), page.name)

    def test_every_word_of_the_help_is_there(self):
        usage = run(PROGRAM, '--help').stdout
        page = self.plain('envoictl.1')
        words = set(re.findall(r'--[a-z][a-z-]*', usage)) | \
            {word for line in re.findall(r'^envoictl (\S+ ?\S*)', usage, re.M) for word in re.findall(r'[a-z-]{3,}', line)}
        self.assertGreater(len(words), 30)
        self.assertEqual({word for word in words if not re.search(rf'(?<![\w-]){word}(?![\w-])', page)}, set())

    def test_every_exit_status_is_there(self):
        text = self.plain('envoictl.1')
        self.assertEqual([code for code in EXITS if not re.search(rf'(?m)^ +{code} ', text)], [])

    def test_every_program_has_a_page(self):
        self.assertEqual(sorted(page.name for page in PAGES.glob('*.1')),
                         ['envoi-sendmail.1', 'envoi.1', 'envoictl.1'])


if __name__ == '__main__':
    PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
    PAGES = pathlib.Path(sys.argv.pop(1)).resolve()
    tap.main()
