#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A composer's way onto the screen, beside bare programs and other composers.

    bench-compose.py BUILD [ROUNDS [NAME...]]

Each round starts every program once, one after the other, with warm files on a private
X server and session bus, and with its own files as an earlier start left them. Measured are the seconds to the window and to the first typed
key that is seen, and the MiB (PSS) of the process tree; printed are the medians and their
ratios beside the goals. A key counts as seen when the pixels of its letter stand where
the same key left them in a quiet run before.
"""

import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

from Xlib import X, XK, display
from Xlib.ext import xtest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'end-to-end'))

import desktop  # noqa: E402

PATIENCE_SECONDS = 30
SETTLED_SECONDS = 4      # until a quiet run has drawn all it will draw
BLINK_SECONDS = 1.4      # one caret blink
KEY_SECONDS = 0.04       # between two tries of a key
MARGIN = 14              # pixels around the caret in which its letter appears
TO = 'ann@example.org'

THUNDERBIRD_PREFERENCES = {
    'app.update.enabled': False,
    'datareporting.policy.dataSubmissionEnabled': False,
    'extensions.update.enabled': False,
    'mail.account.account1.server': 'server1',
    'mail.account.account2.identities': 'id1',
    'mail.account.account2.server': 'server2',
    'mail.accountmanager.accounts': 'account1,account2',
    'mail.accountmanager.defaultaccount': 'account2',
    'mail.accountmanager.localfoldersserver': 'server1',
    'mail.identity.id1.fullName': 'Bench',
    'mail.identity.id1.smtpServer': 'smtp1',
    'mail.identity.id1.useremail': 'bench@example.org',
    'mail.identity.id1.valid': True,
    'mail.provider.suppress_dialog_on_startup': True,
    'mail.rights.version': 1,
    'mail.server.server1.directory-rel': '[ProfD]Mail/Local Folders',
    'mail.server.server1.hostname': 'Local Folders',
    'mail.server.server1.name': 'Local Folders',
    'mail.server.server1.type': 'none',
    'mail.server.server1.userName': 'nobody',
    'mail.server.server2.check_new_mail': False,
    'mail.server.server2.directory-rel': '[ProfD]Mail/bench',
    'mail.server.server2.hostname': '127.0.0.1',
    'mail.server.server2.login_at_startup': False,
    'mail.server.server2.name': 'Bench',
    'mail.server.server2.type': 'pop3',
    'mail.server.server2.userName': 'bench',
    'mail.shell.checkDefaultClient': False,
    'mail.smtp.defaultserver': 'smtp1',
    'mail.smtpserver.smtp1.hostname': '127.0.0.1',
    'mail.smtpservers': 'smtp1',
    'mailnews.start_page.enabled': False,
    # Nothing leaves this machine.
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': 9,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': 9,
    'network.proxy.type': 1,
}

EVOLUTION_SOURCES = {
    'bench-account': '[Mail Account]\nBackendName=none\nIdentityUid=bench-identity\n',
    'bench-identity': '[Mail Identity]\nName=Bench\nAddress=bench@example.org\n'
                      '[Mail Submission]\nTransportUid=bench-transport\n',
    'bench-transport': '[Authentication]\nHost=127.0.0.1\nPort=9\nMethod=none\n'
                       '[Mail Transport]\nBackendName=smtp\n',
}

CLAWS_FILES = {
    'accountrc': '[Account: 1]\naccount_name=bench\nis_default=1\nname=Bench\naddress=bench@example.org\n'
                 'protocol=0\nreceive_server=127.0.0.1\nsmtp_server=127.0.0.1\n',
    'clawsrc': '[Common]\nenable_aspell=0\n',
    'folderlist.xml': '<?xml version="1.0"?>\n<folderlist><folder type="mh" name="Mail" path="Mail">'
                      '<folderitem type="inbox" name="inbox" path="inbox"/>'
                      '<folderitem type="outbox" name="sent" path="sent"/>'
                      '<folderitem type="draft" name="draft" path="draft"/>'
                      '<folderitem type="queue" name="queue" path="queue"/>'
                      '<folderitem type="trash" name="trash" path="trash"/></folder></folderlist>\n',
}


def prepare_thunderbird(home):
    profile = home / 'thunderbird'
    profile.mkdir()
    lines = []
    for name, value in THUNDERBIRD_PREFERENCES.items():
        words = f'"{value}"' if isinstance(value, str) else str(value).lower()
        lines.append(f'user_pref("{name}", {words});\n')
    (profile / 'user.js').write_text(''.join(lines))


def prepare_evolution(home):
    sources = home / 'config/evolution/sources'
    sources.mkdir(parents=True, exist_ok=True)
    for name, text in EVOLUTION_SOURCES.items():
        parent = '' if name == 'bench-account' else 'bench-account'
        (sources / f'{name}.source').write_text(
            f'[Data Source]\nDisplayName=Bench\nEnabled=true\nParent={parent}\n{text}')


def prepare_claws(home):
    folder = home / '.claws-mail'
    folder.mkdir()
    for name in ('inbox', 'sent', 'draft', 'queue', 'trash'):
        (home / 'Mail' / name).mkdir(parents=True)
    for name, text in CLAWS_FILES.items():
        (folder / name).write_text(text)


def prepare_plain(home):
    settings = home / 'config/glib-2.0/settings'
    settings.mkdir(parents=True)
    (settings / 'keyfile').write_text('[io/github/envoi_mail/Envoi]\nplain-text=true\n')


class Program:
    def __init__(self, name, command, title, prepare=None, state=()):
        self.name = name
        self.command = command
        self.title = re.compile(title)
        self.prepare = prepare
        self.state = state        # what is put back before each start, relative to the home folder
        self.kept = {}            # as a first start without a letter leaves it
        self.cell = None
        self.runs = []            # (window, ready, MiB)


def list_programs(build, home):
    envoi = f'{build}/src/envoi'
    state = ('data/envoi', 'state/envoi', 'config/envoi')
    yield Program('bare window', [f'{build}/tests/bench/bare-window'], '^bare-window$')
    yield Program('bare view', [f'{build}/tests/bench/bare-view'], '^bare-view$')
    # A recipient puts the caret into the letter.
    yield Program('envoi', [envoi, 'mailto:'], '^New Letter$', state=state)
    yield Program('envoi editor', [envoi, f'mailto:{TO}'], '^New Letter$', state=state)
    yield Program('envoi plain', ['env', 'GSETTINGS_BACKEND=keyfile', envoi, 'mailto:'], '^New Letter$',
                  prepare_plain, state)
    if shutil.which('evolution'):
        yield Program('evolution', ['evolution', 'mailto:'], 'Compose', prepare_evolution,
                      ('data/evolution',))
    if shutil.which('thunderbird'):
        yield Program('thunderbird', ['thunderbird', '--profile', f'{home}/thunderbird', '-compose'], '^Write: ',
                      prepare_thunderbird)
    if shutil.which('claws-mail'):
        yield Program('claws', ['claws-mail', '--compose'], 'Compose', prepare_claws)


class Screen:
    """The X server, through one connection."""

    def __init__(self):
        self.display = display.Display()
        self.root = self.display.screen().root
        self.clients = self.display.intern_atom('_NET_CLIENT_LIST')
        self.names = [self.display.intern_atom(name) for name in ('_NET_WM_NAME', 'WM_NAME')]
        self.seen = set()

    def list_windows(self):
        found = self.root.get_full_property(self.clients, X.AnyPropertyType)
        return list(found.value) if found else []

    def forget(self):
        """Windows that are there now are of no interest."""
        self.seen = set(self.list_windows())

    def title(self, window):
        for name in self.names:
            found = window.get_full_property(name, X.AnyPropertyType)
            if found:
                value = found.value
                return value.decode(errors='replace') if isinstance(value, bytes) else value
        return ''

    def find_new(self, pattern):
        for number in self.list_windows():
            window = self.display.create_resource_object('window', number)
            try:
                if number not in self.seen and pattern.search(self.title(window)) and \
                        window.get_attributes().map_state == X.IsViewable:
                    return window
            except Exception:  # it went away while it was asked
                continue
        return None

    def grab(self, window, box=None):
        """The pixels of BOX (x, y, width, height) of the window, four octets each."""
        geometry = window.get_geometry()
        x, y, width, height = box or (0, 0, geometry.width, geometry.height)
        place = window.translate_coords(self.root, 0, 0)
        image = self.root.get_image(x - place.x, y - place.y, width, height, X.ZPixmap, 0xffffffff)
        return image.data

    def press(self, name, *modifiers):
        codes = [self.display.keysym_to_keycode(XK.string_to_keysym(key)) for key in (*modifiers, name)]
        for code in codes:
            xtest.fake_input(self.display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self.display, X.KeyRelease, code)
        self.display.sync()


class Cell:
    """Where the first typed letter appears in a window, and what it looks like there."""

    def __init__(self, box, ink):
        self.box = box
        self.ink = ink      # offset -> pixel

    def is_seen(self, pixels):
        hits = sum(pixels[at:at + 3] == pixel for at, pixel in self.ink.items())
        return hits >= 0.9 * len(self.ink)


def watch(screen, window, box=None):
    """The pictures of one blink of the caret."""
    end = time.monotonic() + BLINK_SECONDS
    pictures = []
    while time.monotonic() < end:
        pictures.append(screen.grab(window, box))
        time.sleep(0.1)
    return pictures


def find_changes(pictures):
    """Offsets at which not all pictures are the same."""
    first = pictures[0]
    changes = set()
    for picture in pictures[1:]:
        if picture != first:
            changes.update(at for at in range(0, len(first), 4) if picture[at:at + 3] != first[at:at + 3])
    return changes


def learn_cell(screen, window):
    """Types one letter into a window that has come to rest."""
    width = window.get_geometry().width
    caret = find_changes(watch(screen, window))
    if not caret:
        raise RuntimeError('no caret blinks')
    xs, ys = [at // 4 % width for at in caret], [at // 4 // width for at in caret]
    left, top = max(min(xs) - MARGIN, 0), max(min(ys) - 2, 0)
    box = (left, top, min(max(xs) + MARGIN, width) - left, max(ys) + 3 - top)
    before = watch(screen, window, box)
    screen.press('x')
    time.sleep(1)
    after = watch(screen, window, box)
    restless = find_changes(before) | find_changes(after)
    ink = {at: after[0][at:at + 3] for at in range(0, len(after[0]), 4)
           if at not in restless and before[0][at:at + 3] != after[0][at:at + 3]}
    if len(ink) < 6:
        raise RuntimeError('a typed key is not seen')
    return Cell(box, ink)


def wait_for_window(screen, program):
    def look():
        if program.process.poll() not in (None, 0):
            raise RuntimeError(f'{program.name} ended with {program.process.returncode}')
        return screen.find_new(program.title)
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        window = look()
        if window:
            return window
        time.sleep(0.005)
    raise RuntimeError(f'{program.name} shows no window')


def wait_for_echo(screen, program, window):
    next_key = 0
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if time.monotonic() >= next_key:
            screen.press('x')
            next_key = time.monotonic() + KEY_SECONDS
        if program.cell.is_seen(screen.grab(window, program.cell.box)):
            return
        time.sleep(0.005)
    raise RuntimeError(f'{program.name} shows no typed key')


def list_tree(root):
    """A process and all that it started."""
    parents = {}
    for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rsplit(')', 1)[1].split()[1])
        except (OSError, IndexError):
            continue
    tree = [root]
    for process in tree:
        tree.extend(child for child, parent in parents.items() if parent == process)
    return tree


def measure_memory(root):
    """MiB of the process tree, pages that are shared counted in part."""
    kibibytes = 0
    for process in list_tree(root):
        try:
            found = re.search(r'^Pss: *(\d+)', pathlib.Path(f'/proc/{process}/smaps_rollup').read_text(), re.M)
            kibibytes += int(found.group(1)) if found else 0
        except OSError:
            continue
    return kibibytes / 1024


def uses_web_engine(root):
    def name(process):
        try:
            return pathlib.Path(f'/proc/{process}/cmdline').read_text()
        except OSError:
            return ''
    return any('WebKitWebProcess' in name(process) for process in list_tree(root))


class Bench:
    def __init__(self, place, screen, log):
        self.place = place
        self.screen = screen
        self.log = log

    def put_back(self, program):
        for path in program.state:
            shutil.rmtree(self.place.home / path, ignore_errors=True)
            if path in program.kept:
                shutil.copytree(program.kept[path], self.place.home / path)

    def keep(self, program):
        """What the first start ever makes, a database and keys, is made once."""
        for path in program.state:
            if (self.place.home / path).exists():
                program.kept[path] = self.place.home / 'kept' / program.name / path
                shutil.copytree(self.place.home / path, program.kept[path])

    def start(self, program):
        self.put_back(program)
        self.screen.forget()
        program.started = time.monotonic()
        program.process = subprocess.Popen(program.command, stdout=self.log, stderr=self.log,
                                           start_new_session=True)

    def stop(self, program):
        for process in reversed(list_tree(program.process.pid)):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        program.process.wait()
        desktop.wait_for('the windows to go', lambda: set(self.screen.list_windows()) <= self.screen.seen)

    def learn(self, program):
        """The first start makes and warms the files, the second shows where letters appear."""
        self.start(program)
        wait_for_window(self.screen, program)
        time.sleep(SETTLED_SECONDS)
        self.stop(program)
        self.keep(program)
        self.start(program)
        window = wait_for_window(self.screen, program)
        time.sleep(SETTLED_SECONDS)
        try:
            program.cell = learn_cell(self.screen, window)
        finally:
            self.stop(program)

    def run(self, program):
        self.start(program)
        try:
            window = wait_for_window(self.screen, program)
            shown = time.monotonic() - program.started
            wait_for_echo(self.screen, program, window)
            ready = time.monotonic() - program.started
            time.sleep(SETTLED_SECONDS)
            program.runs.append((shown, ready, measure_memory(program.process.pid)))
            if program.name == 'envoi plain' and uses_web_engine(program.process.pid):
                print('envoi plain: FAULT, the web engine runs')
            if program.name == 'envoi':
                self.run_second(program)
        finally:
            self.stop(program)

    def run_second(self, program):
        """Another letter from the composer that is open."""
        second = Program('second composer', [], '^New Letter$')
        second.process, second.cell = program.process, program.cell
        before = program.runs[-1][2]
        known, self.screen.seen = self.screen.seen, set(self.screen.list_windows())
        began = time.monotonic()
        self.screen.press('n', 'Control_L')
        window = wait_for_window(self.screen, second)
        shown = time.monotonic() - began
        wait_for_echo(self.screen, second, window)
        ready = time.monotonic() - began
        time.sleep(SETTLED_SECONDS)
        self.second.runs.append((shown, ready, measure_memory(program.process.pid) - before))
        self.screen.seen = known


GOALS = [
    # what, of which program, beside which, which number, the goal
    ('window', 'envoi', 'bare window', 0, 1.3),
    ('recipient field takes keys', 'envoi', 'bare window', 1, 1.3),
    ('plain letter takes keys', 'envoi plain', 'bare window', 1, 1.3),
    ('editor takes keys', 'envoi editor', 'bare view', 1, 1.25),
    ('memory with a composer', 'envoi', 'bare view', 2, 1.1),
    ('memory with a plain composer', 'envoi plain', 'bare window', 2, 1.25),
    ('second composer takes keys', 'second composer', 'envoi', 1, 0.3),
]


def report(programs):
    medians = {}
    print(f'{"":18}{"window s":>10}{"keys s":>10}{"PSS MiB":>10}   (medians)')
    for program in programs:
        if program.runs:
            medians[program.name] = [statistics.median(column) for column in zip(*program.runs)]
            window, ready, memory = medians[program.name]
            print(f'{program.name:18}{window:10.2f}{ready:10.2f}{memory:10.0f}')
    print()
    for what, name, beside, column, goal in GOALS:
        if name in medians and beside in medians:
            ratio = medians[name][column] / medians[beside][column]
            verdict = 'met' if ratio <= goal else 'missed'
            print(f'{what:32}{ratio:6.2f} x {beside:14} goal {goal:4.2f} x  {verdict}')
    if 'second composer' in medians:
        more = medians['second composer'][2]
        print(f'{"memory of a second composer":32}{more:6.0f} MiB more{"":8} goal   60    '
              f'{"met" if more <= 60 else "missed"}')


def main(build, rounds='5', *names):
    build = str(pathlib.Path(build).resolve())
    place = desktop.Desktop()
    os.environ.update({'GSETTINGS_SCHEMA_DIR': f'{build}/data', 'GTK_A11Y': 'none', 'NO_AT_BRIDGE': '1'})
    programs = [program for program in list_programs(build, place.home)
                if not names or program.name in names]
    with open(f'{build}/compose.log', 'w') as log:
        bench = Bench(place, Screen(), log)
        bench.second = Program('second composer', [], '')
        for program in list(programs):
            try:
                if program.prepare:
                    program.prepare(place.home)
                bench.learn(program)
            except RuntimeError as problem:
                print(f'{program.name}: not measured, {problem}', file=sys.stderr)
                programs.remove(program)
        for _ in range(int(rounds)):
            for program in programs:
                try:
                    bench.run(program)
                except RuntimeError as problem:
                    print(f'{program.name}: a run is left out, {problem}', file=sys.stderr)
    report([*programs, bench.second])


if __name__ == '__main__':
    main(*sys.argv[1:])
