#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-smtp.py BUILD_FOLDER RTT_MS: Envoi's engine beside msmtp, curl, smtplib,
swaks and nodemailer, in one run and against one sink (sink.c).

With RTT_MS > 0: round trips from SYN to the final 250. Runs inside a network namespace of its own whose loopback holds every packet for
half the round-trip time (delay.c). The count is the sink's time of the last
reply since it accepted, in round trips, plus two: SYN and the last reply's way.
(The first acceptance happens half a round trip after SYN-ACK left; the reply
needs another half to arrive: RFC 9293's handshake plus one flight.)

With RTT_MS = 0: letters a second and processor time on one connection, a large
attachment whose MIME is made on the way, and letters made durable.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
REPETITIONS = 9
REPETITIONS_OF_MANY = 3   # letters in one run: each takes long, and one packet's delay weighs little
MANY_RUNS = 5
MANY = 2000
DURABLE = 1000
ATTACHMENT_MIB = 200

SMTPLIB = '''
import smtplib, ssl, sys
port, ca, kind, recipients, letters = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].split(","), int(sys.argv[5])
context = ssl.create_default_context(cafile=ca)
if kind == "tls":
    client = smtplib.SMTP_SSL("localhost", port, context=context)
else:
    client = smtplib.SMTP("localhost", port)
    client.starttls(context=context)
client.login("user", "password")
for _ in range(letters):
    client.sendmail("user@localhost", recipients, open(sys.argv[6], "rb").read())
client.quit()
'''

NODEMAILER = '''
const [port, ca, kind, recipients, letters, file] = process.argv.slice(1);
const transport = require("nodemailer").createTransport({
  host: "localhost", port: Number(port), secure: kind === "tls", requireTLS: kind !== "tls",
  auth: { user: "user", pass: "password" }, tls: { ca: require("fs").readFileSync(ca) },
  pool: Number(letters) > 1, maxConnections: 1,
});
const one = () => transport.sendMail({
  envelope: { from: "user@localhost", to: recipients.split(",") }, raw: { path: file } });
Promise.all(Array.from({ length: Number(letters) }, one)).then(() => transport.close());
'''

ATTACH = '''
const [port, ca, file] = process.argv.slice(1);
const transport = require("nodemailer").createTransport({
  host: "localhost", port: Number(port), secure: true,
  auth: { user: "user", pass: "password" }, tls: { ca: require("fs").readFileSync(ca) } });
transport.sendMail({ from: "user@localhost", to: "r@localhost", subject: "large",
  attachments: [{ path: file }] }).then(() => transport.close());
'''

FSYNCED = '''
import os, sys
for i in range(int(sys.argv[1])):
    with open(os.path.join(sys.argv[2], f"{i}.eml"), "wb") as file:
        file.write(b"x" * 1200)
        file.flush()
        os.fsync(file.fileno())
'''


def make_certificate(folder):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                    '-nodes', '-days', '2', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
                    '-keyout', folder / 'key.pem', '-out', folder / 'cert.pem'],
                   check=True, stderr=subprocess.DEVNULL)


class Bench:
    def __init__(self, build, rtt, folder):
        self.build = pathlib.Path(build).resolve()
        self.client = self.build / 'tests/bench/bench-smtp-client'
        self.rtt = rtt
        self.folder = folder
        self.certificate = folder / 'cert.pem'
        self.letter = folder / 'letter.eml'
        self.letter.write_bytes(b'From: user@localhost\r\nTo: a@localhost\r\nSubject: bench\r\n\r\n'
                                + b'A line of a small letter.\r\n' * 40)

    def start_sink(self, *options):
        sink = subprocess.Popen([self.build / 'tests/bench/sink', self.certificate,
                                 self.folder / 'key.pem', *options], stdout=subprocess.PIPE, text=True)
        words = sink.stdout.readline().split()
        return sink, {'tls': words[1], 'starttls': words[3]}

    def command(self, name, kind, port, recipients, letters):
        joined = ','.join(recipients)
        if name == 'envoi':
            return [self.client, '127.0.0.1', port, kind, self.certificate, joined, str(letters), self.letter]
        if name.startswith('account'):
            return [self.build / 'tests/bench/bench-account', '127.0.0.1', port, kind, self.certificate,
                    joined, str(letters), self.letter, name.split()[1]]
        if name == 'smtplib':
            return [sys.executable, '-c', SMTPLIB, port, self.certificate, kind, joined, str(letters), self.letter]
        if name == 'nodemailer':
            return ['node', '-e', NODEMAILER, '--', port, self.certificate, kind, joined, str(letters), self.letter]
        if letters > 1:
            return None
        if name == 'curl':
            return ['curl', '-s', '--ssl-reqd', f'{"smtps" if kind == "tls" else "smtp"}://localhost:{port}',
                    '--cacert', self.certificate, '-u', 'user:password', '--mail-from', 'user@localhost',
                    *[word for one in recipients for word in ('--mail-rcpt', one)], '-T', self.letter]
        if name == 'msmtp':
            return ['msmtp', '--host=localhost', f'--port={port}', '--tls=on',
                    f'--tls-starttls={"off" if kind == "tls" else "on"}', f'--tls-trust-file={self.certificate}',
                    '--auth=plain', '--user=user', '--passwordeval=echo password', '--from=user@localhost',
                    '--', *recipients]
        return ['swaks', '--silent', '3', '--server', '127.0.0.1', '--port', port, '--pipeline',
                '--tls-on-connect' if kind == 'tls' else '--tls', '--auth', 'PLAIN', '--auth-user', 'user',
                '--auth-password', 'password', '--from', 'user@localhost', '--to', joined,
                '--data', f'@{self.letter}']

    @staticmethod
    def read_times(sink):
        """When each letter's last reply left, in seconds."""
        return [float(line) for line in sink.stdout if not line.startswith('records')]

    def run_measured(self, command, **options):
        """Wall and processor seconds and the peak of memory (MiB) of one command."""
        begin = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise RuntimeError(f'{command[0]} failed')
        return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

    def measure_warm(self, *sink_options):
        """Median round trips of a letter on a connection that was opened before."""
        results = []
        for _ in range(REPETITIONS):
            sink, ports = self.start_sink(*sink_options, 'from-mail')
            command = self.command('envoi', 'tls', ports['tls'], ['r@localhost'], 1)
            subprocess.run([*command, str(int(self.rtt * 10000))], check=True, timeout=300)
            sink.terminate()
            # From the server's receipt of MAIL: the way there and back is one more.
            results.append(max(self.read_times(sink)) / self.rtt + 1)
        return statistics.median(results)

    def measure(self, name, kind, recipients, letters, *sink_options):
        """Median round trips until the last letter's final reply."""
        results = []
        for _ in range(REPETITIONS if letters == 1 else REPETITIONS_OF_MANY):
            sink, ports = self.start_sink(*sink_options)
            command = self.command(name, kind, ports[kind], recipients, letters)
            if command is None:
                sink.kill()
                return None
            with open(self.letter, 'rb') as letter:
                done = subprocess.run(command, stdin=letter, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, timeout=300)
            sink.terminate()
            times = self.read_times(sink)
            if done.returncode != 0 or len(times) < letters:
                return f'failed: {done.stderr.decode(errors="replace").split()[-1:]}'
            results.append(max(times) / self.rtt + 2)
        return statistics.median(results)


ROWS = [
    ('465, 1 recipient, CHUNKING', 'tls', 1, 1, []),
    ('465, 5 recipients, CHUNKING', 'tls', 5, 1, []),
    ('465, 1 recipient, no CHUNKING', 'tls', 1, 1, ['no-chunking']),
    ('465, 5 recipients, no CHUNKING', 'tls', 5, 1, ['no-chunking']),
    ('587, 1 recipient, CHUNKING', 'starttls', 1, 1, []),
    ('587, 5 recipients, CHUNKING', 'starttls', 5, 1, []),
    ('587, 1 recipient, no CHUNKING', 'starttls', 1, 1, ['no-chunking']),
    ('587, 5 recipients, no CHUNKING', 'starttls', 5, 1, ['no-chunking']),
    ('465, 10 letters, CHUNKING', 'tls', 1, 10, []),
    ('465, 10 letters, no CHUNKING', 'tls', 1, 10, ['no-chunking']),
    ('465, 100 letters, CHUNKING', 'tls', 1, 100, []),
    ('465, 100 letters, no CHUNKING', 'tls', 1, 100, ['no-chunking']),
]
WARM_ROWS = [
    ('warm, 1 letter, CHUNKING', []),
    ('warm, 1 letter, no CHUNKING', ['no-chunking']),
]
ACCOUNT_ROWS = [(f'account, {letters} letters, {words}', letters, options)
                for letters in (10, 100)
                for words, options in (('CHUNKING', []), ('no CHUNKING', ['no-chunking']))]
TOOLS = {'msmtp': 'msmtp', 'curl': 'curl', 'smtplib': sys.executable, 'swaks': 'swaks', 'nodemailer': 'node'}


def measure_round_trips(bench):
    names = ['envoi'] + [name for name, program in TOOLS.items() if shutil.which(program)]
    print(f'round trips from SYN to the final 250 (RTT {bench.rtt * 1000:.0f} ms, '
          f'median of {REPETITIONS}, of several letters {REPETITIONS_OF_MANY})')
    print(f'{"":34}' + ''.join(f'{name:>12}' for name in names))
    for title, kind, n_recipients, letters, options in ROWS:
        recipients = [f'r{i}@localhost' for i in range(n_recipients)]
        cells = [bench.measure(name, kind, recipients, letters, *options) for name in names]
        print(f'{title:34}' + ''.join(f'{cell:12.2f}' if isinstance(cell, float) else f'{cell or "-":>12}'
                                      for cell in cells), flush=True)
    for title, options in WARM_ROWS:
        print(f'{title:34}{bench.measure_warm(*options):12.2f}', flush=True)

    print('the whole program, outbox and store included; connections allowed: 1, 2, 3')
    for title, letters, options in ACCOUNT_ROWS:
        cells = [bench.measure(f'account {n}', 'tls', ['r@localhost'], letters, *options) for n in (1, 2, 3)]
        print(f'{title:34}' + ''.join(f'{cell:12.2f}' if isinstance(cell, float) else f'{cell:>12}'
                                      for cell in cells), flush=True)


def measure_many(bench):
    """Median letters a second; the clients take turns, since the machine's pace changes."""
    print(f'{MANY} small letters over one connection, RTT 0, median of {MANY_RUNS}')
    for options in ([], ['no-chunking']):
        runs = {name: [] for name in ['envoi', 'smtplib'] + (['nodemailer'] if shutil.which('node') else [])}
        for name in list(runs) * MANY_RUNS:
            sink, ports = bench.start_sink(*options)
            command = bench.command(name, 'tls', ports['tls'], ['r@localhost'], MANY)
            _, processor, _ = bench.run_measured(command)
            sink.terminate()
            times = bench.read_times(sink)
            runs[name].append((len(times) / max(times), processor / len(times) * 1e6))
        for name, results in runs.items():
            pace, processor = (statistics.median(column) for column in zip(*results))
            print(f'  {name:12}{" ".join(options):12}{pace:10.0f} letters/s '
                  f'{processor:8.0f} us of processor time a letter', flush=True)


def measure_attachment(bench):
    file = bench.folder / 'large.bin'
    with open(file, 'wb') as output:
        for _ in range(ATTACHMENT_MIB):
            output.write(os.urandom(1 << 20))

    print(f'an attachment of {ATTACHMENT_MIB} MiB, its MIME made on the way')
    for name in ['envoi'] + (['nodemailer'] if shutil.which('node') else []):
        sink, ports = bench.start_sink()
        command = [bench.client, '127.0.0.1', ports['tls'], 'tls', bench.certificate, 'r@localhost', '1', file]
        if name == 'nodemailer':
            command = ['node', '-e', ATTACH, '--', ports['tls'], bench.certificate, file]
        wall, processor, memory = bench.run_measured(command)
        time.sleep(0.2)
        sink.terminate()
        records = next(line.split() for line in sink.stdout if line.startswith('records'))
        print(f'  {name:12}{wall:8.2f} s wall {processor:8.2f} s processor {memory:7.1f} MiB resident '
              f'{int(records[3]) / int(records[1]):8.0f} octets a record', flush=True)


def prepare_batch(bench, home):
    """A home of its own with an account, and the command that makes letters durable there."""
    environment = {**os.environ, 'HOME': str(home), 'GSETTINGS_BACKEND': 'memory',
                   'GSETTINGS_SCHEMA_DIR': str(bench.build / 'data'),
                   **{f'XDG_{kind}_HOME': str(home / kind) for kind in ('DATA', 'CONFIG', 'STATE')}}
    envoictl = bench.build / 'src/cli/envoictl'
    home.mkdir()
    subprocess.run([envoictl, 'account', 'add', '--email', 'user@localhost', '--host', 'localhost', '--port', '465',
                    '--security', 'tls'], env=environment, check=True, stdout=subprocess.DEVNULL)
    return [envoictl, 'send', '--account', 'user@localhost', '--batch', '--at', '2090-01-01T00:00:00Z'], environment


def measure_durable(bench):
    """One process that makes letters durable, beside one that syncs a file for each, in turns."""
    letter = json.dumps({'to': 'r@localhost', 'subject': 'bench', 'text': 'A line of a small letter.\n' * 40})
    letters = bench.folder / 'letters'
    letters.write_text((letter + '\n') * DURABLE)
    runs = {'files': [], 'envoi': []}

    print(f'{DURABLE} letters made durable in one process, median of {MANY_RUNS}')
    for i in range(MANY_RUNS):
        files = bench.folder / f'files-{i}'
        files.mkdir()
        runs['files'].append(bench.run_measured([sys.executable, '-c', FSYNCED, str(DURABLE), files])[0])
        batch, environment = prepare_batch(bench, bench.folder / f'home-{i}')
        with open(letters, 'rb') as lines:
            runs['envoi'].append(bench.run_measured(batch, env=environment, stdin=lines)[0])
    for name, walls in runs.items():
        print(f'  {name:12}{statistics.median(walls):8.2f} s', end='' if name == 'envoi' else '\n', flush=True)
    if shutil.which('strace'):
        batch, environment = prepare_batch(bench, bench.folder / 'home')
        with open(letters, 'rb') as lines:
            subprocess.run(['strace', '-f', '-e', 'trace=fsync,fdatasync,sync_file_range', '-o',
                            bench.folder / 'trace', *batch], env=environment, stdin=lines,
                           stdout=subprocess.DEVNULL, check=True)
        n = sum(b'sync' in line and b'resumed' not in line
                for line in (bench.folder / 'trace').read_bytes().splitlines())
        print(f' {n / DURABLE:6.2f} syncs a letter', end='')
    print(flush=True)


def main(build, rtt_ms):
    with tempfile.TemporaryDirectory() as folder:
        make_certificate(pathlib.Path(folder))
        bench = Bench(build, rtt_ms / 1000, pathlib.Path(folder))
        if rtt_ms > 0:
            measure_round_trips(bench)
            return
        measure_many(bench)
        measure_attachment(bench)
        measure_durable(bench)


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]))
