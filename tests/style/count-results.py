#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-results.py TESTLOG.json: prints how many meson tests passed, failed, skipped."""

import json
import sys

GOOD = ('OK', 'EXPECTEDFAIL')


def main(path):
    with open(path) as log:
        results = [json.loads(line)['result'] for line in log if line.strip()]
    skipped = results.count('SKIP')
    passed = sum(result in GOOD for result in results)
    print(passed, len(results) - passed - skipped, skipped)


if __name__ == '__main__':
    main(sys.argv[1])
