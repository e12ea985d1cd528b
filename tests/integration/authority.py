# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority that lives as long as a test."""

import subprocess

import tap

KEY = ('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes')


class Authority:
    def __init__(self, folder, name='Envoi test authority'):
        self.folder = folder
        self.file = folder / 'ca.pem'
        folder.mkdir(parents=True, exist_ok=True)
        self.openssl('req', '-x509', *KEY, '-keyout', folder / 'ca.key', '-out', self.file, '-days', '30',
                     '-subj', f'/CN={name}', '-addext', 'basicConstraints=critical,CA:TRUE',
                     '-addext', 'keyUsage=critical,keyCertSign')

    def openssl(self, *arguments):
        subprocess.run([tap.find('openssl'), *map(str, arguments)], check=True, capture_output=True)

    def issue(self, names='DNS:localhost,IP:127.0.0.1', stem='server'):
        """A file with a key and a certificate for @names."""
        key, request, certificate = (self.folder / f'{stem}.{kind}' for kind in ('key', 'csr', 'crt'))
        extensions = self.folder / f'{stem}.ext'
        extensions.write_text(f'subjectAltName={names}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n'
                              'authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n')
        self.openssl('req', '-new', *KEY, '-keyout', key, '-out', request, '-subj', '/CN=localhost')
        self.openssl('x509', '-req', '-in', request, '-CA', self.file, '-CAkey', self.folder / 'ca.key',
                     '-CAcreateserial', '-days', '30', '-extfile', extensions, '-out', certificate)
        chain = self.folder / f'{stem}.pem'
        chain.write_text(key.read_text() + certificate.read_text())
        chain.chmod(0o600)
        return chain
