# SPDX-License-Identifier: GPL-3.0-or-later
"""envoictl as a script uses it, in a session of its own."""

import base64
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading
import urllib.parse

import mailserver

PATIENCE_SECONDS = 90


class Envoi:
    def __init__(self, program, session):
        self.program = str(pathlib.Path(program).resolve())
        self.session = session
        self.folder = session.folder / 'work'
        self.folder.mkdir()
        self.outputs = []

    def arguments(self, *arguments, program=None):
        return [str(argument) for argument in (program or self.program, *arguments)]

    def run(self, *arguments, stdin=b'', program=None):
        """Never waits for ever; @result.code, .out and .err."""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        result = subprocess.run(self.arguments(*arguments, program=program), input=stdin, capture_output=True,
                                env=self.session.environment, cwd=self.folder, timeout=PATIENCE_SECONDS)
        self.outputs += [result.stdout, result.stderr]
        result.code = result.returncode
        result.out, result.err = result.stdout.decode(), result.stderr.decode()
        return result

    def start(self, *arguments):
        return subprocess.Popen(self.arguments(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, env=self.session.environment, cwd=self.folder,
                                start_new_session=True)

    def json(self, *arguments, **options):
        """The exit code, and what --json printed."""
        result = self.run(*arguments, '--json', **options)
        try:
            return result.code, json.loads(result.out)
        except json.JSONDecodeError as error:
            raise AssertionError(f'{arguments} printed no JSON: {result.code} {result.out!r} {result.err!r}') from error

    def write(self, name, contents):
        path = self.folder / name
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
        return path

    def add_account(self, port, security, ca_file, password=mailserver.PASSWORD, email=mailserver.USER, host='localhost'):
        arguments = ['account', 'add', '--email', email, '--name', 'Alice 爱丽丝', '--host', host, '--port', port,
                     '--security', security, '--secret-stdin']
        if ca_file:
            arguments += ['--ca-file', ca_file]
        return self.run(*arguments, stdin=password + '\n')

    def letters(self):
        code, letters = self.json('outbox', 'list')
        assert code == 0, code
        return letters

    def link(self, name):
        link = self.folder / name
        if not link.exists():
            link.symlink_to(self.program)
        return link

    def find_traces(self, secret):
        """Where a secret can be read that it must not be: files, outputs."""
        forms = make_forms(secret)
        traces = [f'output {number}' for number, output in enumerate(self.outputs) if any(form in output for form in forms)]
        for path in self.session.folder.rglob('*'):
            if path.is_file() and not path.is_symlink():
                contents = path.read_bytes()
                traces += [str(path) for form in forms if form in contents]
        return traces


def make_forms(secret):
    raw = secret.encode()
    plain = b'\0' + mailserver.USER.encode() + b'\0' + raw
    return {raw, base64.b64encode(raw).rstrip(b'='), base64.b64encode(plain).rstrip(b'='),
            urllib.parse.quote(secret).encode(), json.dumps(secret)[1:-1].encode(), raw.hex().encode()}


def kill(process):
    """kill -9: no farewell of any kind."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


class Watch:
    """Looks at every process's arguments and environment for a secret while something runs."""

    def __init__(self, secret):
        self.forms = make_forms(secret)
        self.found = set()
        self.n_looks = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        own = str(os.getpid())
        while not self.over.wait(0.005):
            self.n_looks += 1
            for folder in pathlib.Path('/proc').iterdir():
                if folder.name.isdigit() and folder.name != own:
                    self.look_at(folder)

    def look_at(self, folder):
        for name in ('cmdline', 'environ'):
            with contextlib.suppress(OSError):
                contents = (folder / name).read_bytes()
                if any(form in contents for form in self.forms):
                    self.found.add(f'{name} of {(folder / "comm").read_text().strip()}')

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        self.thread.join()


# The practice server of a test is told it by argument: never the one that Watch looks for,
# also not in a test beside this one.
PRACTICE_PASSWORD = 'übung 17'


class Practice:
    """The practice server; with a script it plays a dialogue: see src/practice/envoi-practice-script.c."""

    def __init__(self, program, folder, script, *options):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        if script:
            path = folder / 'dialogue.txt'
            path.write_text(script)
            options += ('--script', path)
        self.process = subprocess.Popen([program, folder, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        tls, starttls, self.ca_file = self.process.stdout.readline().split()
        self.tls_port, self.starttls_port = int(tls), int(starttls)
        self.said = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.said.append(line.strip())

    def has_reached(self, line):
        """Whether a step of the dialogue is being played or was."""
        return any(said.startswith('line ') and int(said[5:]) >= line for said in self.said)

    def stop(self):
        """What it says of the dialogue: "played", "failed: ..." or something else."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
            self.process.wait(30)
            self.reader.join()
            self.process.stdout.close()
        return self.said[-1] if self.said else ''
