#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""take-screenshots.py BUILD_FOLDER TARGET_FOLDER: the pictures in the README, taken
from the program itself, in English and Chinese, with letters that really went
to the practice server."""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import desktop  # noqa: E402
from desktop import keys, type_text  # noqa: E402

SUBJECT_FIELD = {'en': 'Subject', 'zh_CN': '主题'}
LETTERS = {
    'en': [
        ('lost@localhost', 'Contract, second draft', 'Here is the second draft.'),
        ('practice@localhost', 'Quarterly report', 'Dear Wei,'),
    ],
    'zh_CN': [
        ('lost@localhost', '合同第二稿', '您好：'),
        ('practice@localhost', '季度报告', '您好：'),
    ],
}


def prepare(language, build):
    folder = pathlib.Path(os.environ['XDG_CONFIG_HOME']) / 'gtk-4.0'
    folder.mkdir(parents=True)
    (folder / 'settings.ini').write_text('[Settings]\ngtk-font-name=Cantarell 11\n')
    os.environ.update({'LANGUAGE': language, 'GSETTINGS_SCHEMA_DIR': f'{build}/data',
                       'ENVOI_LOCALEDIR': f'{build}/po'})


def find_window(title):
    return subprocess.run(['xdotool', 'search', '--name', f'^{title}$'], check=True,
                          capture_output=True, text=True).stdout.split()[-1]


def click(title, x, y):
    subprocess.run(['xdotool', 'mousemove', '--window', find_window(title), str(x), str(y),
                    'click', '1'], check=True)


def picture(title, path):
    window = find_window(title)
    subprocess.run(['import', '-window', window, str(path)], check=True)


def paste(text):
    """Keys that the keyboard does not have come and go too quickly for xdotool."""
    subprocess.run(['xclip', '-selection', 'clipboard', '-i'], input=text, text=True, check=True)
    keys('ctrl+v')


def write_letter(app, language, to, subject, text):
    keys('ctrl+n')
    time.sleep(2)
    type_text(to)
    keys('Return')
    window = [child for child in app.root if child][-1]
    field = app.find('text', SUBJECT_FIELD[language], within=window)
    app.tab_to(field)
    field.queryEditableText().setTextContents(subject)
    keys('Tab')
    paste(text)
    time.sleep(2.5)


def take(language, build, target):
    place = desktop.Desktop(size='1200x900')
    prepare(language, build)
    app = desktop.Application(place, [f'{build}/src/envoi'], 'envoi')
    time.sleep(2)
    suffix = '' if language == 'en' else '-zh'
    for to, subject, text in LETTERS[language]:
        write_letter(app, language, to, subject, text)
        if to.startswith('practice'):
            picture(subject, target / f'composer{suffix}.png')
        keys('ctrl+Return')
        time.sleep(14)
    keys('alt+3')
    time.sleep(1)
    click('Envoi', 350, 100)
    time.sleep(2)
    picture('Envoi', target / f'main-window{suffix}.png')
    place.close()


def main(build, target):
    if len(sys.argv) > 3:
        take(sys.argv[3], build, pathlib.Path(target))
        return
    for language in LETTERS:
        subprocess.run([sys.executable, __file__, build, target, language], check=True)


if __name__ == '__main__':
    main(str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2])
