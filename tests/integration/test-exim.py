#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other counterpart itself, by Python's smtplib: what fails here is not Envoi's fault."""

import pathlib
import smtplib
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'lib'))

import eximserver  # noqa: E402
import tap  # noqa: E402
from mailserver import DOMAIN, PASSWORD, USER  # noqa: E402


class Counterpart(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = eximserver.EximServer()
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
        client.ehlo()
        return client.docmd('AUTH PLAIN', smtplib.encode_base64(f'\0{USER}\0{password}'.encode(), eol=''))[0]

    def test_both_ports_deliver(self):
        for tls in (True, False):
            client = self.connect(tls)
            self.assertEqual(self.sign_in(client), 235)
            self.assertIn('chunking', client.esmtp_features)
            client.sendmail(USER, [f'bob@{DOMAIN}'], f'Subject: tls {tls}\r\n\r\n.body\r\n'.encode())
            self.assertEqual(self.server.wait_for(f'tls {tls}').get_content(), '.body\n')
        self.server.settle()

    def test_wrong_password(self):
        self.assertEqual(self.sign_in(self.connect(True), 'wrong'), 535)

    def test_answers(self):
        client = self.connect(True)
        self.sign_in(client)
        client.mail(USER)
        self.assertEqual([client.rcpt(f'{name}@{DOMAIN}')[0] for name in ('bob', 'nobody', 'later')], [250, 550, 451])


if __name__ == '__main__':
    tap.main()
