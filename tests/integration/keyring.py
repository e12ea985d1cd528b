# SPDX-License-Identifier: GPL-3.0-or-later
"""A session bus of its own, with gnome-keyring on it: unlocked, locked or not there at all."""

import atexit
import os
import pathlib
import shutil
import subprocess
import tempfile

import process
import tap

UNLOCKED, LOCKED, ABSENT = 'unlocked', 'locked', 'absent'

# Without service files nothing is started behind the test's back, not even a keyring.
BUS = '''\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


class Session:
    """The environment that a program of this session has, in .environment."""

    def __init__(self, keyring=UNLOCKED):
        tap.need('dbus-daemon', 'gdbus', *(() if keyring == ABSENT else ('gnome-keyring-daemon',)))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-session-'))
        self.daemons = []
        atexit.register(self.close)
        self.environment = self.make_environment()
        try:
            self.start_bus()
            if keyring != ABSENT:
                self.start_keyring()
            if keyring == LOCKED:
                self.lock()
        except BaseException:
            self.close()
            raise

    def make_environment(self):
        environment = {
            'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
            'HOME': str(self.folder),
            'LC_ALL': 'C.UTF-8',
            'LANGUAGE': 'C',
            'GIO_USE_VFS': 'local',
            'GIO_USE_PROXY_RESOLVER': 'dummy',
            'GSETTINGS_BACKEND': 'memory',
            'DBUS_SESSION_BUS_ADDRESS': f'unix:path={self.folder}/bus',
        }
        for name in ('GSETTINGS_SCHEMA_DIR', 'G_DEBUG', 'ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS', 'GCOV_PREFIX'):
            if name in os.environ:
                environment[name] = os.environ[name]
        for name in ('DATA', 'CONFIG', 'STATE', 'CACHE'):
            environment[f'XDG_{name}_HOME'] = str(self.folder / name.lower())
        environment['XDG_RUNTIME_DIR'] = str(self.folder / 'runtime')
        (self.folder / 'runtime').mkdir(mode=0o700)
        return environment

    def start_bus(self):
        configuration = self.folder / 'bus.conf'
        configuration.write_text(BUS.format(folder=self.folder))
        self.daemons.append(process.Daemon([tap.find('dbus-daemon'), '--nofork', f'--config-file={configuration}'],
                                           self.folder / 'bus.log', env=self.environment))
        process.wait_until((self.folder / 'bus').exists, 'the session bus is there')

    def start_keyring(self):
        # A warning of the keyring's own is not to end it.
        environment = {name: value for name, value in self.environment.items() if name != 'G_DEBUG'}
        reader, writer = os.pipe()
        os.write(writer, b'keyring password')
        os.close(writer)
        self.daemons.append(process.Daemon(
            [tap.find('gnome-keyring-daemon'), '--foreground', '--unlock', '--components=secrets',
             f'--control-directory={self.folder}/runtime/keyring'],
            self.folder / 'keyring.log', env=environment, stdin=reader))
        os.close(reader)
        process.wait_until(self.has_keyring, 'the keyring is there')

    def call(self, path, method, *arguments):
        return subprocess.run([tap.find('gdbus'), 'call', '--session', '--dest=org.freedesktop.secrets', f'--object-path={path}',
                               f'--method={method}', *arguments], env=self.environment, capture_output=True, text=True)

    def has_keyring(self):
        answer = self.call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.ReadAlias', 'default')
        return '/collection/' in answer.stdout

    def lock(self):
        self.call('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock',
                  "['/org/freedesktop/secrets/aliases/default']")

    def is_locked(self):
        answer = self.call('/org/freedesktop/secrets/aliases/default', 'org.freedesktop.DBus.Properties.Get',
                           'org.freedesktop.Secret.Collection', 'Locked')
        return 'true' in answer.stdout

    def close(self):
        atexit.unregister(self.close)
        while self.daemons:
            self.daemons.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)
