# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop with portals, and Envoi on it as an installed Flatpak: see flatpak/README.md."""

import os
import pathlib
import shutil
import subprocess

import desktop
import tap

APPLICATION = 'io.github.envoi_mail.Envoi'
PROGRAMS = (*desktop.PROGRAMS, 'flatpak', 'secret-tool', '/usr/libexec/xdg-desktop-portal',
            '/usr/libexec/xdg-desktop-portal-gtk', '/usr/libexec/xdg-document-portal')

BROWSER = '''\
[Desktop Entry]
Type=Application
Name=Browser of the host
Exec={program} %u
MimeType=x-scheme-handler/http;x-scheme-handler/https;
'''


class Sandbox(desktop.Desktop):
    """@folder: where flatpak/local-build installed the program."""

    def __init__(self, folder):
        tap.need(*PROGRAMS)
        # The bus starts the portals, and they start what they start, with this environment.
        os.environ['FLATPAK_USER_DIR'] = str(pathlib.Path(folder).resolve() / 'installation')
        os.environ['XDG_CURRENT_DESKTOP'] = 'GNOME'
        super().__init__()

    def _prepare_environment(self, language, dark):
        super()._prepare_environment(language, dark)
        for name in ('GTK_USE_PORTAL', 'ADW_DISABLE_PORTAL', 'BROWSER', 'GSETTINGS_SCHEMA_DIR', 'ENVOI_LOCALEDIR'):
            os.environ.pop(name, None)
        # Where flatpak expects the documents: in a mount namespace of its own, see scripts/check.
        os.environ['XDG_RUNTIME_DIR'] = f'/run/user/{os.getuid()}'
        self.data = self.home / '.var/app' / APPLICATION
        self.data.mkdir(parents=True)

    @property
    def config_home(self):
        """The program's own, inside."""
        return self.data / 'config'

    @property
    def shared(self):
        return self.data

    def command(self, program):
        return ['flatpak', 'run', '--user', f'--command={program}', APPLICATION]

    def run(self, *command, **options):
        """Runs a command in the sandbox."""
        return subprocess.run([*self.command(command[0]), *map(str, command[1:])], capture_output=True, text=True,
                              timeout=120, **options)

    def show_file(self, path):
        """A copy of a host's file where the sandbox can read it: an administrator's, not a person's, way."""
        return shutil.copy(path, self.data)

    def set_browser(self, program):
        """Makes @program what the host opens links with."""
        applications = self.home / 'data/applications'
        applications.mkdir()
        (applications / 'browser.desktop').write_text(BROWSER.format(program=program))
        types = '\n'.join(f'x-scheme-handler/{scheme}=browser.desktop' for scheme in ('http', 'https'))
        (self.home / 'config/mimeapps.list').write_text(f'[Default Applications]\n{types}\n')
