# SPDX-License-Identifier: GPL-3.0-or-later
"""A private desktop for tests: X server, window manager, session bus, keyring,
and a person's hands: finding controls by role and name through AT-SPI, keys
and clicks through xdotool."""

import atexit
import configparser
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PATIENCE_SECONDS = 40
PROGRAMS = ('Xvfb', 'dbus-daemon', 'gdbus', 'openbox', 'gnome-keyring-daemon', 'xdotool', 'import')


class Desktop:
    def __init__(self, language='C.UTF-8', size='1280x1000', dark=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-desktop-'))
        self.processes = []
        self.home = self.folder / 'home'
        atexit.register(self.close)
        self._prepare_environment(language, dark)
        self._start_display(size)
        self._start_bus()
        self.start(['openbox'])
        self._start_keyring()

    @property
    def config_home(self):
        return pathlib.Path(os.environ['XDG_CONFIG_HOME'])

    @property
    def shared(self):
        """A folder that the program can read without being asked."""
        return self.folder

    def command(self, program):
        """How a program of ours is started on this desktop."""
        return [program]

    def _prepare_environment(self, language, dark):
        for name in ('DATA', 'CONFIG', 'STATE', 'CACHE'):
            path = self.home / name.lower()
            path.mkdir(parents=True, exist_ok=True)
            os.environ[f'XDG_{name}_HOME'] = str(path)
        runtime = self.folder / 'runtime'
        runtime.mkdir(mode=0o700)
        os.environ.update({
            'HOME': str(self.home),
            'XDG_RUNTIME_DIR': str(runtime),
            'LC_ALL': language,
            'LANGUAGE': language.split('.')[0],
            'GDK_BACKEND': 'x11',
            'GSK_RENDERER': 'cairo',
            'LIBGL_ALWAYS_SOFTWARE': '1',
            'GSETTINGS_BACKEND': 'memory',
            'GTK_A11Y': 'atspi',
            'NO_AT_BRIDGE': '0',
            'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark' if dark else 'prefer-light',
            'ADW_DISABLE_PORTAL': '1',
            'GTK_USE_PORTAL': '0',
            'GIO_USE_VFS': 'local',
        })
        for name in ('WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'AT_SPI_BUS_ADDRESS'):
            os.environ.pop(name, None)

    def start(self, command, **options):
        options.setdefault('stdout', subprocess.DEVNULL)
        options.setdefault('stderr', subprocess.DEVNULL)
        process = subprocess.Popen(command, **options)
        self.processes.append(process)
        return process

    def _start_display(self, size):
        read_end, write_end = os.pipe()
        self.start(['Xvfb', '-displayfd', str(write_end), '-screen', '0', f'{size}x24',
                    '-nolisten', 'tcp'], pass_fds=[write_end])
        os.close(write_end)
        with os.fdopen(read_end) as display:
            os.environ['DISPLAY'] = ':' + display.readline().strip()

    def _start_bus(self):
        bus = self.start(['dbus-daemon', '--session', '--nofork', '--print-address'],
                         stdout=subprocess.PIPE, text=True)
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()

    def _start_keyring(self):
        keyring = self.start(['gnome-keyring-daemon', '--foreground', '--unlock',
                              '--components=secrets'], stdin=subprocess.PIPE)
        keyring.stdin.write(b'test')
        keyring.stdin.close()
        # Asked before it is there, the bus starts another one, which has no keyring and waits for a person to make one.
        subprocess.run(['gdbus', 'wait', '--session', '--timeout', str(PATIENCE_SECONDS), 'org.freedesktop.secrets'],
                       check=True)

    def offer_to_bus(self, path, program):
        """A D-Bus service file as it is installed, with the program of the build tree in it."""
        service = configparser.ConfigParser()
        service.optionxform = str
        service.read(path)
        arguments = service['D-BUS Service']['Exec'].split()[1:]
        service['D-BUS Service']['Exec'] = ' '.join([program, *arguments])
        folder = self.home / 'data' / 'dbus-1' / 'services'
        folder.mkdir(parents=True)
        with open(folder / path.name, 'w') as file:
            service.write(file, space_around_delimiters=False)
        # The bus has read its environment when it started; folders that are new it reads anew.
        subprocess.run(['dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus',
                        '/org/freedesktop/DBus', 'org.freedesktop.DBus.ReloadConfig'],
                       stdout=subprocess.DEVNULL, check=True)

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def screenshot(self, path):
        subprocess.run(['import', '-window', 'root', str(path)], check=True)


def wait_for(what, look, patience=PATIENCE_SECONDS):
    """Calls look() until it returns something true, and returns that."""
    deadline = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f'waited in vain for {what}')
        time.sleep(0.1)


class Application:
    """One program on the desktop, seen through AT-SPI. Made after a Desktop.
    command: None for a program that the bus has started."""

    def __init__(self, desktop, command, name):
        import pyatspi
        self.atspi = pyatspi
        self.name = name
        self.process = desktop.start(command, stderr=None) if command else None
        self.root = wait_for(f'the program {name}', self._find_root)

    def _find_root(self):
        if self.process and self.process.poll() is not None:
            raise AssertionError(f'{self.name} ended with {self.process.returncode}')
        registry = self.atspi.Registry.getDesktop(0)
        return next((child for child in registry if child and child.name == self.name), None)

    def _matches(self, node, role, name):
        return (role is None or node.getRoleName() == role) and \
            (name is None or (name in node.name if isinstance(name, str) else name(node.name)))

    def walk(self, node=None):
        node = node or self.root
        for child in list(node):
            if child is None:
                continue
            yield child
            yield from self.walk(child)

    def is_showing(self, node):
        # GTK 4.8 marks only windows as showing; all that is drawn is visible.
        return node.getState().contains(self.atspi.STATE_VISIBLE)

    def look(self, role=None, name=None, within=None):
        try:
            return next((node for node in self.walk(within)
                         if self._matches(node, role, name) and self.is_showing(node)), None)
        except Exception:  # A widget that goes away while it is walked over.
            return None

    def find(self, role=None, name=None, within=None):
        return wait_for(f'{role} "{name}"', lambda: self.look(role, name, within))

    def find_window(self, name):
        return wait_for(f'the window "{name}"',
                        lambda: next((child for child in self.root if child and name in child.name), None))

    def press(self, role, name, within=None):
        """Activates a control as a screen reader would."""
        node = self.find(role, name, within)
        node.queryAction().doAction(0)
        return node

    def has_focus(self, node):
        return node.getState().contains(self.atspi.STATE_FOCUSED)

    def wait_for_focus(self, name, within=None):
        """Until keys go to a control; one that is shown may still be on its way in."""
        return wait_for(f'the focus in "{name}"', lambda: self.look_for_focus(None, name, within))

    def look_for_focus(self, role=None, name=None, within=None):
        try:
            return next((node for node in self.walk(within)
                         if self._matches(node, role, name) and self.has_focus(node)), None)
        except Exception:  # A widget that goes away while it is walked over.
            return None

    def tab_to(self, node, most=20):
        """Moves the focus by the Tab key, as a person without a mouse must."""
        for _ in range(most):
            if self.has_focus(node):
                return
            keys('Tab')
            time.sleep(0.15)
        raise AssertionError(f'{most} times Tab did not reach {node.getRoleName()} "{node.name}"')

    def choose_file(self, title, path):
        """Names a file in the chooser that is called @title."""
        chooser = self.find_window(title)
        keys('ctrl+l')
        self.find('text', within=chooser).queryEditableText().setTextContents(str(path))
        wait_for('the chooser to go', lambda: self._accept(title))

    def _accept(self, title):
        """The chooser looks at the file first, and takes no answer meanwhile."""
        keys('Return')
        time.sleep(1)
        return not any(window and window.name == title for window in self.root)

    def tree(self, node=None, depth=0):
        """The accessible tree as text, for a failed test's log."""
        lines = []
        for child in list(node or self.root):
            if child is None:
                continue
            lines.append('  ' * depth + f'{child.getRoleName()} "{child.name}"')
            lines.extend(self.tree(child, depth + 1))
        return lines


class Keyboard:
    """Presses key combinations one after the other by one xdotool: quicker than keys()."""

    def __init__(self):
        self.process = subprocess.Popen(['xdotool', '-'], stdin=subprocess.PIPE, text=True)

    def press(self, *names):
        for name in names:
            self.process.stdin.write(f'key --clearmodifiers {name}\n')
        self.process.stdin.flush()

    def close(self):
        self.process.stdin.close()
        self.process.wait(5)


def keys(*names):
    """Presses key combinations, as xdotool names them."""
    for name in names:
        subprocess.run(['xdotool', 'key', '--clearmodifiers', name], check=True)


def type_text(text):
    subprocess.run(['xdotool', 'type', '--delay', '12', text], check=True)
