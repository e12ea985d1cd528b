#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Flatpak recipes ask for: no file, no keyring, nothing but portals. Needs no flatpak.

test-manifest.py"""

import json
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'lib'))

import tap  # noqa: E402

ALLOWED = {'--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11', '--device=dri'}
NAMES = ('io.github.envoi_mail.Envoi', 'io.github.envoi_mail.Envoi.Devel')


def read(name):
    return json.loads((ROOT / 'flatpak' / f'{name}.json').read_text())


def find_holes(manifest):
    """Whatever lets more into the sandbox than the few things above."""
    holes = [argument for argument in manifest['finish-args'] if argument not in ALLOWED]
    holes += [key for key in ('x-run-args', 'add-extensions', 'inherit-extensions') if key in manifest]
    for module in manifest['modules']:
        holes += [argument for argument in module.get('build-options', {}).get('build-args', [])]
    return holes + manifest.get('build-options', {}).get('build-args', [])


class ManifestTest(unittest.TestCase):
    def test_only_portals(self):
        for name in NAMES:
            self.assertEqual(find_holes(read(name)), [], name)

    def test_a_hole_is_seen(self):
        for hole in ('--filesystem=home', '--talk-name=org.freedesktop.secrets', '--socket=session-bus', '--device=all',
                     '--own-name=io.github.envoi_mail.Other'):
            manifest = read(NAMES[0])
            manifest['finish-args'].append(hole)
            self.assertEqual(find_holes(manifest), [hole])

    def test_sources_are_pinned(self):
        for name in NAMES:
            for module in read(name)['modules'][:-1]:
                for source in module['sources']:
                    self.assertEqual(source['type'], 'archive')
                    self.assertRegex(source['sha256'], r'^[0-9a-f]{64}$')
                    self.assertRegex(source['url'], r'^https://')

    def test_the_last_module_is_this_tree(self):
        for name in NAMES:
            self.assertEqual(read(name)['modules'][-1]['sources'], [{'type': 'dir', 'path': '..'}])

    def test_file_names_are_the_ids(self):
        for path in (ROOT / 'flatpak').glob('*.json'):
            self.assertTrue(re.fullmatch(r'io\.github\.envoi_mail\.Envoi(\.Devel)?', read(path.stem)['id']))
            self.assertEqual(read(path.stem)['id'], path.stem)


if __name__ == '__main__':
    tap.main()
