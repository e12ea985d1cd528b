#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-results.py TESTLOG.json: prints how many meson tests passed, failed, skipped, and then
the names of those that failed."""

import json
import sys

GOOD = ('OK', 'EXPECTEDFAIL')


def main(path):
    with open(path) as log:
        tests = [json.loads(line) for line in log if line.strip()]
    skipped = sum(test['result'] == 'SKIP' for test in tests)
    failures = [test['name'].split()[-1] for test in tests if test['result'] not in (*GOOD, 'SKIP')]
    print(len(tests) - len(failures) - skipped, len(failures), skipped, *failures)


if __name__ == '__main__':
    main(sys.argv[1])
