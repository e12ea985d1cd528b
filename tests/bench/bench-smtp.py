#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-smtp.py CLIENT [RTT_MS]: round trips from SYN to the final 250, Envoi's
engine beside msmtp, curl, smtplib, swaks and nodemailer, in one run.

Runs inside a network namespace of its own whose loopback holds every packet for
half the round-trip time (delay.c). The count is the sink's time of the last
reply since it accepted, in round trips, plus two: SYN and the last reply's way.
(The first acceptance happens half a round trip after SYN-ACK left; the reply
needs another half to arrive: RFC 9293's handshake plus one flight.)
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
REPETITIONS = 5

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


def make_certificate(folder):
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                    '-nodes', '-days', '2', '-subj', '/CN=localhost',
                    '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
                    '-keyout', folder / 'key.pem', '-out', folder / 'cert.pem'],
                   check=True, stderr=subprocess.DEVNULL)


class Bench:
    def __init__(self, client, rtt, folder):
        self.client = client
        self.rtt = rtt
        self.folder = folder
        self.certificate = folder / 'cert.pem'
        self.letter = folder / 'letter.eml'
        self.letter.write_bytes(b'From: user@localhost\r\nTo: a@localhost\r\nSubject: bench\r\n\r\n'
                                + b'A line of a small letter.\r\n' * 40)

    def start_sink(self, *options):
        sink = subprocess.Popen([sys.executable, HERE / 'sink.py', self.certificate,
                                 self.folder / 'key.pem', *options], stdout=subprocess.PIPE, text=True)
        words = sink.stdout.readline().split()
        return sink, {'tls': words[1], 'starttls': words[3]}

    def command(self, name, kind, port, recipients, letters):
        joined = ','.join(recipients)
        if name == 'envoi':
            return [self.client, '127.0.0.1', port, kind, self.certificate, joined, str(letters), self.letter]
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

    def measure_warm(self, *sink_options):
        """Median round trips of a letter on a connection that was opened before."""
        results = []
        for _ in range(REPETITIONS):
            sink, ports = self.start_sink(*sink_options, 'from-mail')
            command = self.command('envoi', 'tls', ports['tls'], ['r@localhost'], 1)
            subprocess.run([*command, str(int(self.rtt * 10000))], check=True, timeout=300)
            sink.terminate()
            # From the server's receipt of MAIL: the way there and back is one more.
            results.append(max(float(line) for line in sink.stdout.read().split()) / self.rtt + 1)
        return statistics.median(results)

    def measure(self, name, kind, recipients, letters, *sink_options):
        """Median round trips until the last letter's final reply."""
        results = []
        for _ in range(REPETITIONS):
            sink, ports = self.start_sink(*sink_options)
            command = self.command(name, kind, ports[kind], recipients, letters)
            if command is None:
                sink.kill()
                return None
            with open(self.letter, 'rb') as letter:
                done = subprocess.run(command, stdin=letter, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.PIPE, timeout=300)
            sink.terminate()
            times = [float(line) for line in sink.stdout.read().split()]
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
    ('587, 1 recipient, no CHUNKING', 'starttls', 1, 1, ['no-chunking']),
    ('465, 10 letters, CHUNKING', 'tls', 1, 10, []),
    ('465, 10 letters, no CHUNKING', 'tls', 1, 10, ['no-chunking']),
    ('465, 100 letters, CHUNKING', 'tls', 1, 100, []),
    ('465, 100 letters, no CHUNKING', 'tls', 1, 100, ['no-chunking']),
]
WARM_ROWS = [
    ('warm, 1 letter, CHUNKING', []),
    ('warm, 1 letter, no CHUNKING', ['no-chunking']),
]
TOOLS = {'msmtp': 'msmtp', 'curl': 'curl', 'smtplib': sys.executable, 'swaks': 'swaks', 'nodemailer': 'node'}


def main(client, rtt_ms):
    with tempfile.TemporaryDirectory() as folder:
        make_certificate(pathlib.Path(folder))
        bench = Bench(client, rtt_ms / 1000, pathlib.Path(folder))
        names = ['envoi'] + [name for name, program in TOOLS.items() if shutil.which(program)]
        print(f'round trips from SYN to the final 250 (RTT {rtt_ms} ms, median of {REPETITIONS})')
        print(f'{"":34}' + ''.join(f'{name:>12}' for name in names))
        for title, kind, n_recipients, letters, options in ROWS:
            recipients = [f'r{i}@localhost' for i in range(n_recipients)]
            cells = [bench.measure(name, kind, recipients, letters, *options) for name in names]
            print(f'{title:34}' + ''.join(f'{cell:12.2f}' if isinstance(cell, float) else f'{cell or "-":>12}'
                                          for cell in cells), flush=True)
        for title, options in WARM_ROWS:
            print(f'{title:34}{bench.measure_warm(*options):12.2f}', flush=True)


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)
