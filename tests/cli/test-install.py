#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` puts into its prefix: files that the desktop accepts, and programs that find theirs there;
and what is left of them after an uninstall.

    test-install.py BUILD-FOLDER PREFIX

The prefix is compiled in; the programs run where the installed folder is mounted over it, in a namespace of their own.
"""

import configparser
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lib'))

import tap  # noqa: E402

ID = 'io.github.envoi_mail.Envoi'


def run(*command, **options):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, **options)


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need('meson', 'unshare', 'glib-compile-schemas', 'desktop-file-validate', 'appstreamcli')
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-install-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / 'root' / PREFIX.relative_to('/')
        cls.share = cls.prefix / 'share'
        result = run('meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', cls.folder / 'root')
        assert result.returncode == 0, result.stdout + result.stderr

    def enter(self, *command, **options):
        """Runs an installed program as if the prefix were the system's own."""
        users = [] if os.geteuid() == 0 else ['--user', '--map-root-user']
        home = self.folder / 'home'
        home.mkdir(exist_ok=True)
        environment = {'PATH': f'{PREFIX}/bin:/usr/bin:/bin', 'HOME': str(home), 'XDG_DATA_DIRS': f'{PREFIX}/share:/usr/share',
                       'LC_ALL': 'C.UTF-8', 'LANGUAGE': 'zh_CN', 'GSETTINGS_BACKEND': 'memory'}
        return run('unshare', '--mount', *users, 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh',
                   self.prefix, PREFIX, *command, env=environment, timeout=60, **options)

    def read_desktop_file(self):
        desktop_file = configparser.ConfigParser(interpolation=None)
        desktop_file.optionxform = str
        desktop_file.read(self.share / f'applications/{ID}.desktop', encoding='utf-8')
        return desktop_file['Desktop Entry']

    def test_1_the_desktop_takes_it(self):
        for command in (['desktop-file-validate', self.share / f'applications/{ID}.desktop'],
                        ['appstreamcli', 'validate', '--strict', '--no-net', self.share / f'metainfo/{ID}.metainfo.xml']):
            result = run(*command)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        entry = self.read_desktop_file()
        self.assertTrue((self.prefix / 'bin' / entry['Exec'].split()[0]).exists())
        for icon in ('scalable/apps/{}.svg', 'symbolic/apps/{}-symbolic.svg'):
            self.assertTrue((self.share / 'icons/hicolor' / icon.format(entry['Icon'])).exists())

    def test_2_the_bus_starts_what_is_there(self):
        service = configparser.ConfigParser()
        service.read(self.share / f'dbus-1/services/{ID}.service')
        program = pathlib.Path(service['D-BUS Service']['Exec'].split()[0])
        self.assertTrue((self.prefix / program.relative_to(PREFIX)).exists())

    def test_3_programs_find_their_files(self):
        run('glib-compile-schemas', self.share / 'glib-2.0/schemas', check=True)
        for program in ('envoi', 'envoictl'):
            result = self.enter(program, '--version')
            self.assertRegex(result.stdout, r'\d+\.\d+', result.stderr)
        self.assertIn('写', self.enter('envoi', '--help').stdout)
        # The provider table, and the settings: without their schema the program would end here.
        result = self.enter('envoictl', 'account', 'find', 'lilei@qq.com')
        self.assertIn('smtp.qq.com', result.stdout, result.stderr)
        result = self.enter('envoictl', 'practice')
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.enter('envoi-sendmail', 'somebody@example.org', input='Subject: no account yet\n\nHello.\n')
        self.assertEqual(result.returncode, 78, result.stderr)

    def test_4_uninstall_leaves_nothing(self):
        (self.share / 'glib-2.0/schemas/gschemas.compiled').unlink(missing_ok=True)
        result = run('meson', '--internal', 'uninstall', cwd=BUILD)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        left = [str(path) for path in (self.folder / 'root').rglob('*') if not path.is_dir()]
        self.assertEqual(left, [])


if __name__ == '__main__':
    BUILD, PREFIX = sys.argv[1], pathlib.Path(sys.argv[2])
    del sys.argv[1:]
    tap.main()
