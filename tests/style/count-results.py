#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-results.py TESTLOG.json: prints how many meson tests passed, failed, skipped, and then
the names of those that failed; on standard error, how the output of each of these ended."""

import json
import sys

GOOD = ('OK', 'EXPECTEDFAIL')
N_LINES = 25


def get_name(test):
    return test['name'].split()[-1]


def show_end(test):
    """A TAP test says on standard output which case failed, and mostly on standard error why."""
    print(f'=== {get_name(test)}: {test["result"]} after {test["duration"]:.0f} s', file=sys.stderr)
    refused = [line for line in test.get('stdout', '').splitlines() if line.startswith(('not ok', 'Bail out', '# '))]
    for lines in (refused, test.get('stderr', '').splitlines()):
        print(*lines[-N_LINES:], sep='\n', file=sys.stderr)


def main(path):
    with open(path) as log:
        tests = [json.loads(line) for line in log if line.strip()]
    skipped = sum(test['result'] == 'SKIP' for test in tests)
    failures = [test for test in tests if test['result'] not in (*GOOD, 'SKIP')]
    print(len(tests) - len(failures) - skipped, len(failures), skipped, *map(get_name, failures))
    for test in failures:
        show_end(test)


if __name__ == '__main__':
    main(sys.argv[1])
