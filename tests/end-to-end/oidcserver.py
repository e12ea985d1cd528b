# SPDX-License-Identifier: GPL-3.0-or-later
"""A real authorization server (oidc-provider), and a mail server that asks it about each token."""

import shutil
import subprocess
import urllib.parse
import urllib.request

import pathlib

import process
import tap
from mailserver import DOMAIN, MailServer

HERE = pathlib.Path(__file__).resolve().parent
SCOPE = f'https://mail.{DOMAIN}/send'
EXTRA = f'https://mail.{DOMAIN}/extra'

OAUTH_PASSDB = '''\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
'''

OAUTH = '''\
introspection_url = {issuer}/token/introspection
introspection_mode = post
force_introspection = yes
client_id = dovecot
client_secret = only for this test
username_attribute = sub
active_attribute = active
active_value = true
scope = {scope}
openid_configuration_url = {issuer}/.well-known/openid-configuration
timeout_msecs = 5000
'''


class OAuthMailServer(MailServer):
    """Postfix with Dovecot, which asks the authorization server about each token."""

    def __init__(self, issuer):
        self.issuer = issuer
        super().__init__()

    def write_configuration(self):
        super().write_configuration()
        (self.folder / 'oauth2.conf').write_text(OAUTH.format(issuer=self.issuer, scope=SCOPE))
        path = self.folder / 'dovecot.conf'
        text = path.read_text().replace('auth_mechanisms = ', 'auth_mechanisms = xoauth2 oauthbearer ')
        path.write_text(OAUTH_PASSDB.format(folder=self.folder) + text)
        master = self.folder / 'etc/master.cf'
        master.write_text(master.read_text().replace('filter=plain,login', 'filter=plain,login,xoauth2'))


def install(folder, *programs):
    """oidc-provider 8.8 runs on the Node.js of Debian 12, 18, and on newer ones."""
    tap.need('node', 'npm', *programs)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ('package.json', 'server.js'):
        shutil.copy(HERE / 'oidc' / name, folder)
    if not (folder / 'node_modules/oidc-provider').exists():
        try:
            subprocess.run([tap.find('npm'), 'install', '--no-audit', '--no-fund'], cwd=folder, check=True,
                           capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            tap.give_up('npm could not install oidc-provider')


class Authority:
    """The authorization server while it runs."""

    def __init__(self, folder, log):
        self.port = process.pick_ports(1)[0]
        self.issuer = f'http://127.0.0.1:{self.port}'
        self.log = log
        self.daemon = process.Daemon([tap.find('node'), folder / 'server.js', str(self.port)], log)
        self.daemon.wait_for_port(self.port)

    def control(self, **ways):
        """See server.js; an empty value is the usual way."""
        urllib.request.urlopen(f'{self.issuer}/control?{urllib.parse.urlencode(ways)}', timeout=30).read()

    def lines(self):
        return self.daemon.read_log().splitlines()

    def revoke(self, token):
        form = urllib.parse.urlencode({'token': token, 'client_id': 'envoi'}).encode()
        urllib.request.urlopen(f'{self.issuer}/token/revocation', form, timeout=30).read()

    def describe(self, *scopes):
        """What the provider table says of it."""
        return {
            'available': True, 'client_id': 'envoi', 'issuer': self.issuer, 'scopes': scopes or [SCOPE], 'pkce': True,
            'authorization_endpoint': f'{self.issuer}/auth', 'token_endpoint': f'{self.issuer}/token',
            'device_endpoint': f'{self.issuer}/device/auth',
            'revocation_endpoint': f'{self.issuer}/token/revocation', 'client_secret': 'none', 'idle_days': 90,
            'redirect_host': '127.0.0.1', 'redirect_port': 0, 'redirect_path': '/oauth2/test'}
