# SPDX-License-Identifier: GPL-3.0-or-later
"""Postfix with Dovecot for sign-in, in a folder and on ports of its own: a port for implicit TLS and one for
STARTTLS. What it takes in is delivered to Maildirs that a test reads back. Started as root, as Postfix wants."""

import atexit
import email
import email.policy
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import process
import tap
from authority import Authority

DOMAIN = 'test.example'
USER = f'alice@{DOMAIN}'
PASSWORD = 'sesam öffne dich 42'
PROGRAMS = ('postfix', 'dovecot', 'openssl')

DOVECOT = '''\
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-256
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwords
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener postfix-auth {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
'''

POSTFIX = '''\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.{domain}
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
local_transport = discard:
default_transport = discard:
alias_maps =
smtputf8_enable = yes
message_size_limit = 536870912
mailbox_size_limit = 0
virtual_mailbox_limit = 0
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_tls_chain_files = {chain}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/postfix-auth
smtpd_sasl_security_options = noanonymous
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/answers, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
'''

MASTER = '''\
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{starttls_port} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=plain,login
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
virtual unix - n n - - virtual
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
postlog unix-dgram n - n - 1 postlogd
tlsmgr unix - - n 1000? 1 tlsmgr
'''

# Recipients that the server answers in a way of their own.
ANSWERS = f'''\
later@{DOMAIN} 451 4.3.2 Come back later
full@{DOMAIN} 452 4.2.2 The mailbox is full
never@{DOMAIN} 550 5.7.1 Not from you
'''
MAILBOXES = ('alice', 'bob', 'carol', 'later', 'full', 'never')


class Mailboxes:
    """What was delivered, in Maildirs below self.folder / 'mail'."""

    def letters(self, name='bob'):
        """Bytes of each letter in a mailbox, in the order they came."""
        new = self.folder / 'mail' / name / 'new'
        return [path.read_bytes() for path in sorted(new.glob('*'))]

    def find(self, subject, name='bob'):
        """The letters with a subject, parsed, each with .raw bytes."""
        found = []
        for raw in self.letters(name):
            letter = email.message_from_bytes(raw, policy=email.policy.default)
            if letter['Subject'] == subject:
                letter.raw = raw
                found.append(letter)
        return found

    def wait_for(self, subject, name='bob'):
        return process.wait_until(lambda: self.find(subject, name), f'"{subject}" has come')[0]


class MailServer(Mailboxes):
    def __init__(self):
        tap.need(*PROGRAMS)
        if os.geteuid() != 0:
            tap.give_up('Postfix only starts as root')
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-mail-'))
        self.folder.chmod(0o755)
        self.daemons = []
        atexit.register(self.close)
        self.authority = Authority(self.folder / 'authority')
        self.tls_port, self.starttls_port = process.pick_ports(2)
        self.ca_file = str(self.authority.file)
        try:
            self.write_configuration()
            self.start()
        except BaseException:
            self.close()
            raise

    def write_configuration(self):
        values = {
            'folder': self.folder, 'domain': DOMAIN, 'uid': 65534, 'gid': 65534,
            'tls_port': self.tls_port, 'starttls_port': self.starttls_port, 'chain': self.authority.issue(),
        }
        for name in ('spool', 'data', 'mail', 'dovecot', 'etc'):
            (self.folder / name).mkdir()
        shutil.chown(self.folder / 'data', 'postfix')
        shutil.chown(self.folder / 'mail', 65534, 65534)
        (self.folder / 'dovecot.conf').write_text(DOVECOT.format(**values))
        (self.folder / 'etc/main.cf').write_text(POSTFIX.format(**values))
        (self.folder / 'etc/master.cf').write_text(MASTER.format(**values))
        (self.folder / 'answers').write_text(ANSWERS)
        (self.folder / 'mailboxes').write_text(''.join(f'{name}@{DOMAIN} {name}/\n' for name in MAILBOXES))
        self.set_password(PASSWORD)

    def set_password(self, password, user=USER):
        path = self.folder / 'passwords'
        path.write_text(f'{user}:{{PLAIN}}{password}\n', encoding='utf-8')
        path.chmod(0o644)

    def start(self):
        dovecot = process.Daemon([tap.find('dovecot'), '-F', '-c', self.folder / 'dovecot.conf'], self.folder / 'dovecot.out')
        self.daemons.append(dovecot)
        process.wait_until((self.folder / 'dovecot/postfix-auth').exists, 'Dovecot is ready')
        self.start_postfix()

    def start_postfix(self):
        postfix = process.Daemon([tap.find('postfix'), '-c', self.folder / 'etc', 'start-fg'], self.folder / 'postfix.out')
        self.daemons.append(postfix)
        for port in (self.tls_port, self.starttls_port):
            postfix.wait_for_port(port)

    def stop_postfix(self):
        """As if the machine were down: the ports refuse."""
        subprocess.run([tap.find('postfix'), '-c', self.folder / 'etc', 'stop'], capture_output=True)
        self.daemons.pop().stop()

    def close(self):
        atexit.unregister(self.close)
        if len(self.daemons) == 2:
            self.stop_postfix()
        while self.daemons:
            self.daemons.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def read_log(self):
        path = self.folder / 'postfix.log'
        return path.read_text(errors='replace') if path.exists() else ''

    def count(self, pattern):
        """How many lines of Postfix's log match: "MAIL" is "client=", a letter taken "queued"."""
        return len(re.findall(pattern, self.read_log(), re.MULTILINE))

    def settle(self):
        """Waits until nothing is on its way to a mailbox any more."""
        queue = self.folder / 'spool'
        process.wait_until(lambda: not any(path.is_file() for name in ('incoming', 'active', 'maildrop')
                                           for path in (queue / name).rglob('*')), 'the queue is empty')
