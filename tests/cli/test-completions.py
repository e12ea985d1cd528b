#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bash, zsh and fish offer behind envoictl: everything that "envoictl --help" names, in real shells.

test-completions.py ENVOICTL COMPLETIONS"""

import os
import pathlib
import pty
import re
import select
import shlex
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import tap  # noqa: E402

PROGRAM = FOLDER = None
PATIENCE_SECONDS = 30


def make_environment():
    return {**os.environ, 'PATH': f'{pathlib.Path(PROGRAM).parent}:{os.environ["PATH"]}', 'LC_ALL': 'C.UTF-8',
            'LANGUAGE': 'C', 'HOME': tempfile.gettempdir(), 'TERM': 'dumb'}


def read_help():
    """From "envoictl COMMAND..." to the words that must be offered behind it."""
    text = subprocess.run([PROGRAM, '--help'], capture_output=True, text=True, check=True,
                          env=make_environment()).stdout
    text = re.sub(r'\n +', ' ', text)
    expected = {'': set()}
    for line in text.splitlines():
        words = line.split()
        if words[0] != 'envoictl':
            continue
        options = set(re.findall(r'--[a-z][a-z-]*', line))
        command, rest = words[1], words[2] if len(words) > 2 else ''
        expected[''].add(command)
        bars = re.match(r'[a-z].*', rest) and re.sub(r'\[[^]]*\]| [A-Z]+', '', line.split(command, 1)[1]).split()[0]
        if not bars:
            expected.setdefault(command, set()).update(options)
            continue
        names = bars.split('|')
        expected.setdefault(command, set()).update(names)
        if len(names) == 1:
            expected.setdefault(f'{command} {bars}', set()).update(options)
    return expected


class Zsh:
    """An interactive zsh: its completion system does not run without one."""

    def __init__(self):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.execvpe('zsh', ['zsh', '-f', '-i'], make_environment())
        self.say('PS1= PROMPT_EOL_MARK= LISTMAX=999; unsetopt zle_bracketed_paste 2>/dev/null; '
                 f'fpath=({shlex.quote(FOLDER)} $fpath); autoload -Uz compinit; '
                 f'compinit -u -D; stty columns 200; echo rea""dy')
        self.read_until(lambda text: 'ready' in text)

    def say(self, line, end='\n'):
        os.write(self.terminal, (line + end).encode())

    def read_until(self, is_enough):
        text, deadline = '', time.monotonic() + PATIENCE_SECONDS
        while not is_enough(text) and time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 0.2)[0]:
                text += os.read(self.terminal, 65536).decode(errors='replace')
        return text

    def offer(self, line, wanted):
        """Presses Tab until the list is there; then clears the line."""
        self.say(line, end='\t\t')
        text = self.read_until(lambda text: all(word in text.split() for word in wanted))
        self.say('\x15', end='\n')
        return set(text.split())

    def close(self):
        os.close(self.terminal)
        os.waitpid(self.process, 0)


class CompletionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = read_help()

    def test_help_was_understood(self):
        self.assertLessEqual({'account', 'send', 'outbox', 'audit', 'credential', 'practice'}, self.expected[''])
        self.assertLessEqual({'add', 'sign-in'}, self.expected['account'])
        self.assertIn('--ca-file', self.expected['account add'])
        self.assertIn('--attach', self.expected['send'])

    def check(self, offer):
        for command, wanted in self.expected.items():
            words = ['envoictl', *command.split()]
            options = {word for word in wanted if word.startswith('--')}
            for start, some in (('', wanted - options), ('--', options)):
                if some:
                    offered = offer(' '.join(words) + f' {start}', some)
                    self.assertLessEqual(some, offered, f'behind "{command} {start}"')

    def test_bash(self):
        def offer(line, wanted):
            script = (f'source {FOLDER}/envoictl.bash; read -ra COMP_WORDS <<<{shlex.quote(line)}; '
                      f'[ {len(line.split())} = {len(line.split(" "))} ] || COMP_WORDS+=(""); '
                      'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _envoictl; printf "%s\\n" "${COMPREPLY[@]}"')
            return set(subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=True,
                                      env=make_environment()).stdout.split())
        self.check(offer)

    def test_fish(self):
        tap.need('fish')

        def offer(line, wanted):
            script = f'source {FOLDER}/envoictl.fish; complete -C {shlex.quote(line)}'
            return set(subprocess.run(['fish', '--no-config', '-c', script], capture_output=True, text=True, check=True,
                                      env=make_environment()).stdout.split())
        self.check(offer)

    def test_zsh(self):
        tap.need('zsh')
        zsh = Zsh()
        self.addCleanup(zsh.close)
        self.check(zsh.offer)


if __name__ == '__main__':
    PROGRAM, FOLDER = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:3])
    del sys.argv[1:3]
    tap.main()
