#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sink.py CERTIFICATE KEY [no-chunking] [from-mail]: an SMTP server that takes every letter
and tells, on standard output, when the last reply of each left, counted from
the moment its connection was accepted, or its first MAIL came, in seconds.

Listens on free ports of 127.0.0.1 and prints them first: "tls PORT starttls PORT".
"""

import socket
import ssl
import sys
import threading
import time


class Session:
    def __init__(self, client, context, is_starttls, has_chunking):
        self.accepted = time.monotonic()
        self.context = context
        self.can_start_tls = is_starttls
        self.has_chunking = has_chunking
        self.client = client if is_starttls else context.wrap_socket(client, server_side=True)
        self.input = self.client.makefile('rb', 65536)
        self.replies = []
        self.has_mail = False

    def reply(self, text):
        self.replies.append(text.encode() + b'\r\n')

    def flush(self):
        if self.replies:
            self.client.sendall(b''.join(self.replies))
            self.replies = []

    def did_receive_letter(self):
        self.reply('250 2.0.0 queued')
        self.flush()
        print(f'{time.monotonic() - self.accepted:.6f}', flush=True)

    def offer(self):
        words = ['PIPELINING', 'SIZE 500000000', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']
        words += ['STARTTLS'] if self.can_start_tls else ['AUTH PLAIN LOGIN']
        words += ['CHUNKING'] if self.has_chunking else []
        lines = ['sink.example', *words]
        for line in lines[:-1]:
            self.reply('250-' + line)
        self.reply('250 ' + lines[-1])

    def start_tls(self):
        self.reply('220 2.0.0 go ahead')
        self.flush()
        self.client = self.context.wrap_socket(self.client, server_side=True)
        self.input = self.client.makefile('rb', 65536)
        self.can_start_tls = False

    def authenticate(self, words):
        if len(words) < 3:
            for prompt in (['334 '] if words[1].upper() == 'PLAIN'
                           else ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6']):
                self.reply(prompt)
                self.flush()
                self.input.readline()
        elif words[1].upper() == 'LOGIN':
            self.reply('334 UGFzc3dvcmQ6')
            self.flush()
            self.input.readline()
        self.reply('235 2.7.0 ok')

    def take_data(self):
        self.reply('354 go')
        self.flush()
        while self.input.readline() not in (b'.\r\n', b''):
            pass
        self.did_receive_letter()

    def take_chunk(self, words):
        left = int(words[1])
        while left > 0:
            left -= len(self.input.read(min(left, 65536)) or b'x' * left)
        if words[-1].upper() == 'LAST':
            self.did_receive_letter()
        else:
            self.reply('250 2.0.0 chunk')

    def run(self):
        self.reply('220 sink.example ESMTP')
        self.flush()
        while True:
            line = self.input.readline()
            words = line.decode('utf-8', 'replace').split()
            if not words:
                return
            if not self.handle(words[0].upper(), words):
                return
            self.flush()

    def handle(self, verb, words):
        if verb in ('EHLO', 'HELO'):
            self.offer()
        elif verb == 'STARTTLS':
            self.start_tls()
        elif verb == 'AUTH':
            self.authenticate(words)
        elif verb == 'DATA':
            self.take_data()
        elif verb == 'BDAT':
            self.take_chunk(words)
        else:
            if verb == 'MAIL' and 'from-mail' in sys.argv and not self.has_mail:
                self.accepted = time.monotonic()
                self.has_mail = True
            self.reply('221 2.0.0 bye' if verb == 'QUIT' else '250 2.0.0 ok')
        return verb != 'QUIT'


def serve(client, *options):
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        session = Session(client, *options)
        session.run()
        session.flush()
    except (OSError, ValueError):
        pass
    finally:
        client.close()


def listen(is_starttls, context, has_chunking):
    server = socket.create_server(('127.0.0.1', 0), backlog=128)

    def accept():
        while True:
            client, _ = server.accept()
            threading.Thread(target=serve, args=(client, context, is_starttls, has_chunking),
                             daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    has_chunking = 'no-chunking' not in sys.argv
    print('tls', listen(False, context, has_chunking), 'starttls', listen(True, context, has_chunking),
          flush=True)
    threading.Event().wait()


if __name__ == '__main__':
    main()
