# SPDX-License-Identifier: GPL-3.0-or-later
"""Exim, unpacked by counterparts/unpack, as another real server: its own pipelining, CHUNKING and words.

It wants a user of its own, which libnss-wrapper makes up, so that the system stays as it is."""

import atexit
import os
import pathlib
import shutil
import tempfile

import process
import tap
from authority import Authority
from mailserver import DOMAIN, PASSWORD, USER, Mailboxes

WRAPPER = 'libnss_wrapper.so'
ACCOUNT = 65533

CONFIGURATION = '''\
exim_path = {program}
keep_environment = LD_PRELOAD : ^NSS_WRAPPER_
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
primary_hostname = exim.{domain}
qualify_domain = {domain}
exim_user = {account}
exim_group = {account}
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = {tls_port} : {starttls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {chain}
chunking_advertise_hosts = *
smtputf8_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
acl_smtp_mail = accept
acl_smtp_rcpt = recipient
acl_smtp_data = accept
rfc1413_query_timeout = 0s
host_lookup =
message_size_limit = 512M
begin acl
recipient:
  deny !authenticated = *
       message = sign in first
  defer local_parts = later
       message = come back later
  deny !verify = recipient
       message = no such mailbox
  accept
begin routers
box:
  driver = accept
  domains = {domain}
  local_parts = alice : bob : carol
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/mail/$local_part_data
  maildir_format
  create_directory
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{user}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{user}}}}}{{eq{{$auth2}}{{{password}}}}}}}}}
  server_set_id = $auth1
'''


def find_counterparts(program):
    """The folder where counterparts/unpack put @program."""
    cache = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache', 'envoi-counterparts')
    folder = pathlib.Path(os.environ.get('ENVOI_COUNTERPARTS') or cache)
    if not (folder / program).exists():
        tap.give_up(f'{program} is not there: run tests/integration/counterparts/unpack')
    return folder


def find_wrapper():
    for folder in pathlib.Path('/usr/lib').glob('*-linux-*'):
        if (folder / WRAPPER).exists():
            return folder / WRAPPER
    tap.give_up('not installed: libnss-wrapper')


class EximServer(Mailboxes):
    def __init__(self):
        tap.need('openssl')
        if os.geteuid() != 0:
            tap.give_up('Exim only starts as root')
        found, wrapper = find_counterparts('usr/sbin/exim4') / 'usr/sbin/exim4', find_wrapper()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='envoi-exim-'))
        self.folder.chmod(0o755)
        # Its home may be closed to the user that Exim becomes.
        self.program = shutil.copy(found, self.folder / 'exim4')
        self.daemon = None
        atexit.register(self.close)
        self.authority = Authority(self.folder / 'authority')
        self.ca_file = str(self.authority.file)
        self.tls_port, self.starttls_port = process.pick_ports(2)
        try:
            self.write_configuration()
            self.start(wrapper)
        except BaseException:
            self.close()
            raise

    def write_configuration(self):
        for name in ('spool', 'log', 'mail'):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, ACCOUNT, ACCOUNT)
        chain = self.authority.issue()
        shutil.chown(chain, ACCOUNT)
        (self.folder / 'exim.conf').write_text(CONFIGURATION.format(
            folder=self.folder, program=self.program, domain=DOMAIN, account=ACCOUNT, chain=chain, user=USER, password=PASSWORD,
            tls_port=self.tls_port, starttls_port=self.starttls_port), encoding='utf-8')
        (self.folder / 'passwd').write_text(f'root:x:0:0::/root:/bin/sh\nDebian-exim:x:{ACCOUNT}:{ACCOUNT}::/:/bin/false\n')
        (self.folder / 'group').write_text(f'root:x:0:\nDebian-exim:x:{ACCOUNT}:\n')

    def start(self, wrapper):
        environment = {
            'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
            'LD_PRELOAD': str(wrapper),
            'NSS_WRAPPER_PASSWD': str(self.folder / 'passwd'),
            'NSS_WRAPPER_GROUP': str(self.folder / 'group'),
        }
        self.daemon = process.Daemon([self.program, '-C', self.folder / 'exim.conf', '-bdf', '-q1h'], self.folder / 'exim.out',
                                     env=environment)
        for port in (self.tls_port, self.starttls_port):
            self.daemon.wait_for_port(port)

    def settle(self):
        folder = self.folder / 'spool/input'
        process.wait_until(lambda: not folder.exists() or not any(folder.iterdir()), 'the queue is empty')

    def close(self):
        atexit.unregister(self.close)
        if self.daemon:
            self.daemon.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
