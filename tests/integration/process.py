# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that a test starts and that are gone when the test is."""

import atexit
import contextlib
import os
import random
import signal
import socket
import subprocess
import time

PATIENCE_SECONDS = 60
PORTS = 10000, 32768

claims = []


# A test that takes too long is ended by SIGTERM: its servers go with it.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f'waited {PATIENCE_SECONDS} s in vain until {what}')


def pick_ports(count):
    """Ports of 127.0.0.1 that are this program's as long as it runs. They lie below those that the kernel
    gives to whoever asks for any: between now and the server's start another test could get one of them."""
    ports = []
    while len(ports) < count:
        port = random.randrange(*PORTS)
        if claim(port):
            ports.append(port)
    return ports


def claim(port):
    """A name that only one socket can have keeps other tests off, and goes with this program."""
    owner = socket.socket(socket.AF_UNIX)
    try:
        owner.bind(f'\0envoi-test-port-{port}')
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', port))
    except OSError:
        owner.close()
        return False
    claims.append(owner)
    return True


def is_open(port):
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(('127.0.0.1', port)) == 0


class Daemon:
    """A program in the foreground with a process group of its own."""

    def __init__(self, arguments, log, **options):
        self.log = log
        with open(log, 'ab') as output:
            self.process = subprocess.Popen(arguments, stdout=output, stderr=output, start_new_session=True,
                                            stdin=options.pop('stdin', subprocess.DEVNULL), **options)
        atexit.register(self.stop)

    def is_running(self):
        return self.process.poll() is None

    def wait_for_port(self, port):
        def is_ready():
            if not self.is_running():
                raise AssertionError(f'{self.process.args[0]} ended: {self.read_log()}')
            return is_open(port)
        wait_until(is_ready, f'{self.process.args[0]} listens')

    def read_log(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def stop(self):
        atexit.unregister(self.stop)
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
