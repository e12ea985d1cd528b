# SPDX-License-Identifier: GPL-3.0-or-later
"""Dovecot's submission service, with OpenSMTPD behind it: Dovecot has TLS, sign-in, PIPELINING and CHUNKING, and
hands every command on to OpenSMTPD, whose words the client hears.

OpenSMTPD is not spoken to directly because Debian 12's cannot do TLS (its issue 1171, with OpenSSL 3). It is unpacked
by counterparts/unpack; its folders have fixed names, so it runs where the file system's names are its own, and its
users are made up by libnss-wrapper. The system stays as it is."""

import atexit
import os
import pathlib
import shlex
import shutil
import tempfile

import process
import tap
from authority import Authority
from eximserver import find_counterparts, find_wrapper
from mailserver import DOMAIN, MAILBOXES, PASSWORD, USER, Mailboxes

SUBMISSION = pathlib.Path('/usr/lib/dovecot/submission')
ACCOUNT, QUEUE, BOX = 65531, 65532, 65533

DOVECOT = '''\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = submission
hostname = dovecot.{domain}
ssl = required
ssl_cert = <{chain}
ssl_key = <{chain}
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{folder}/unused/%u
submission_relay_host = 127.0.0.1
submission_relay_port = {relay_port}
submission_max_mail_size = {largest}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={box} gid={box} home={folder}/unused
}}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {starttls_port}
  }}
  inet_listener submissions {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
'''

OPENSMTPD = '''\
table people {{ {people} }}
table users {{ box = "{box}:{box}:{folder}/mail" }}
smtp max-message-size 512M
listen on 127.0.0.1 port {relay_port} hostname opensmtpd.{domain}
action box maildir "{folder}/mail/%{{dest.user}}" userbase <users> virtual <people>
match from any for domain "{domain}" action box
'''

# Folders of its own where OpenSMTPD looks for them, then OpenSMTPD.
START = '''\
set -e
mount -t tmpfs none /var/spool
mount -t tmpfs none /var/lib
mount -t tmpfs none /run
mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty
chmod 711 /var/spool/smtpd
mount --bind {unpacked}/usr/libexec /usr/libexec
export LD_PRELOAD={wrapper} NSS_WRAPPER_PASSWD={folder}/passwd NSS_WRAPPER_GROUP={folder}/group
exec {unpacked}/usr/sbin/smtpd -d -f {folder}/smtpd.conf
'''


class DovecotServer(Mailboxes):
    def __init__(self, largest='512M'):
        """@largest: what it takes, as SIZE tells its clients."""
        tap.need('dovecot', 'openssl', 'unshare', 'mount')
        if os.geteuid() != 0:
            tap.give_up('OpenSMTPD only starts as root')
        if not SUBMISSION.exists():
            tap.give_up('not installed: dovecot-submissiond')
        self.unpacked, self.wrapper = find_counterparts('usr/sbin/smtpd'), find_wrapper()
        self.largest = largest
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-dovecot-'))
        self.folder.chmod(0o755)
        self.daemons = []
        atexit.register(self.close)
        self.authority = Authority(self.folder / 'authority')
        self.ca_file = str(self.authority.file)
        self.tls_port, self.starttls_port, self.relay_port = process.pick_ports(3)
        try:
            self.write_configuration()
            self.start()
        except BaseException:
            self.close()
            raise

    def write_configuration(self):
        values = {
            'folder': self.folder, 'domain': DOMAIN, 'largest': self.largest, 'box': BOX, 'chain': self.authority.issue(),
            'tls_port': self.tls_port, 'starttls_port': self.starttls_port, 'relay_port': self.relay_port,
            'people': ', '.join(f'"{name}@{DOMAIN}" = box' for name in MAILBOXES),
        }
        for name in ('mail', 'unused', 'dovecot'):
            (self.folder / name).mkdir()
        for name in ('mail', 'unused'):
            shutil.chown(self.folder / name, BOX, BOX)
        (self.folder / 'dovecot.conf').write_text(DOVECOT.format(**values))
        (self.folder / 'smtpd.conf').write_text(OPENSMTPD.format(**values))
        (self.folder / 'passwords').write_text(f'{USER}:{{PLAIN}}{PASSWORD}\n', encoding='utf-8')
        (self.folder / 'passwords').chmod(0o644)
        (self.folder / 'passwd').write_text(
            f'root:x:0:0::/root:/bin/sh\nopensmtpd:x:{ACCOUNT}:{ACCOUNT}::/var/lib/opensmtpd/empty:/bin/false\n'
            f'opensmtpq:x:{QUEUE}:{QUEUE}::/var/lib/opensmtpd/empty:/bin/false\nbox:x:{BOX}:{BOX}::{self.folder}/mail:/bin/sh\n')
        (self.folder / 'group').write_text(f'root:x:0:\nopensmtpd:x:{ACCOUNT}:\nopensmtpq:x:{QUEUE}:\nbox:x:{BOX}:\n')

    def start(self):
        words = {name: shlex.quote(str(getattr(self, name))) for name in ('unpacked', 'wrapper', 'folder')}
        relay = process.Daemon([tap.find('unshare'), '-m', '/bin/sh', '-c', START.format(**words)], self.folder / 'smtpd.out',
                               env={'PATH': '/usr/sbin:/usr/bin:/sbin:/bin'})
        self.daemons.append(relay)
        relay.wait_for_port(self.relay_port)
        dovecot = process.Daemon([tap.find('dovecot'), '-F', '-c', self.folder / 'dovecot.conf'], self.folder / 'dovecot.out')
        self.daemons.append(dovecot)
        for port in (self.tls_port, self.starttls_port):
            dovecot.wait_for_port(port)

    def settle(self):
        """OpenSMTPD hides its queue; it delivers at once, and what a test counts it has waited for."""

    def close(self):
        atexit.unregister(self.close)
        while self.daemons:
            self.daemons.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)
