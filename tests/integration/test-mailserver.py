#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The counterpart itself, by Python's smtplib: what fails here is not Envoi's fault."""

import pathlib
import smtplib
import socket
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import mailserver  # noqa: E402
import process  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER  # noqa: E402


class Counterpart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = mailserver.MailServer()
        cls.addClassCleanup(cls.server.close)
        cls.context = ssl.create_default_context(cafile=cls.server.ca_file)

    def connect(self, tls):
        if tls:
            client = smtplib.SMTP_SSL('localhost', self.server.tls_port, context=self.context)
        else:
            client = smtplib.SMTP('localhost', self.server.starttls_port)
            client.starttls(context=self.context)
        self.addCleanup(client.close)
        return client

    def sign_in(self, client, password=PASSWORD):
        client.user, client.password = USER, password
        client.ehlo()
        response = f'\0{USER}\0{password}'
        return client.docmd('AUTH PLAIN', smtplib.encode_base64(response.encode(), eol=''))[0]

    def test_both_ports_deliver(self):
        for tls in (True, False):
            client = self.connect(tls)
            self.assertEqual(self.sign_in(client), 235)
            client.sendmail(USER, [f'bob@{DOMAIN}'], f'Subject: tls {tls}\r\n\r\n.body\r\n'.encode())
            letter = self.server.wait_for(f'tls {tls}')
            self.assertEqual(letter.get_content(), '.body\n')

    def test_mechanisms(self):
        client = self.connect(True)
        client.ehlo()
        self.assertEqual(set(client.esmtp_features['auth'].split()), {'PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-256'})
        client = self.connect(False)
        client.ehlo()
        self.assertEqual(set(client.esmtp_features['auth'].split()), {'PLAIN', 'LOGIN'})

    def test_wrong_password(self):
        self.assertEqual(self.sign_in(self.connect(True), 'wrong'), 535)

    def test_answers(self):
        client = self.connect(True)
        self.sign_in(client)
        client.mail(USER)
        self.assertEqual([client.rcpt(f'{name}@{DOMAIN}')[0] for name in ('bob', 'nobody', 'later', 'full', 'never')],
                         [250, 550, 451, 452, 550])

    def test_nothing_without_signing_in(self):
        client = self.connect(True)
        client.ehlo()
        client.mail(USER)
        self.assertEqual(client.rcpt(f'bob@{DOMAIN}')[0] // 100, 5)

    def test_down_and_up(self):
        self.server.stop_postfix()
        self.assertFalse(process.is_open(self.server.tls_port))
        self.server.start_postfix()
        self.assertEqual(self.sign_in(self.connect(True)), 235)

    def test_the_wrong_authority_fails(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            with socket.create_connection(('127.0.0.1', self.server.tls_port)) as client:
                ssl.create_default_context().wrap_socket(client, server_hostname='localhost')


if __name__ == '__main__':
    tap.main()
