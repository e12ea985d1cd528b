# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest cases and prints TAP, so that meson counts each one.

A case that is skipped for want of a program fails under CI=true: see give_up()."""

import os
import shutil
import sys
import unittest

BEYOND_PATH = ('/usr/sbin', '/sbin', '/usr/libexec', '/usr/lib/dovecot')


def find(program):
    path = os.pathsep.join((os.environ.get('PATH', ''),) + BEYOND_PATH)
    return shutil.which(program, path=path)


def give_up(reason):
    """Skips the class or case that calls it, visibly; under CI=true fails it."""
    if os.environ.get('CI') == 'true':
        raise AssertionError(reason)
    raise unittest.SkipTest(reason)


def need(*programs):
    missing = [program for program in programs if not find(program)]
    if missing:
        give_up(f'not installed: {", ".join(missing)}')


class TapResult(unittest.TestResult):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = 0

    def say(self, verdict, test, note='', details=''):
        self.number += 1
        for line in details.splitlines():
            print(f'# {line}')
        print(f'{verdict} {self.number} - {test.id()}{note}', flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say('ok', test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say('not ok', test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.say('not ok', test, details=self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.say('not ok', subtest, details=str(err[1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say('ok', test, note=f' # SKIP {reason}')


def main(module='__main__'):
    names = sys.argv[1:]
    loader = unittest.defaultTestLoader
    loader.testNamePatterns = [f'*{name}*' for name in names] or None
    suite = loader.loadTestsFromModule(sys.modules[module])
    result = TapResult()
    suite.run(result)
    print(f'1..{result.number}', flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
