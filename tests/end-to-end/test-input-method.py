#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-input-method.py ENVOI ENVOICTL: Chinese is written in the window with a real
input method, ibus with its pinyin engine, and is in the saved draft: what was
chosen, and also what was still being composed when the draft was saved."""

import os
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'lib')]

import desktop  # noqa: E402
import tap  # noqa: E402
from desktop import keys, type_text, wait_for  # noqa: E402

ENVOI = sys.argv[1]
ENGINE = pathlib.Path('/usr/share/ibus/component/libpinyin.xml')
PROGRAMS = ('ibus-daemon', 'ibus', *desktop.PROGRAMS)


def use_engine(name):
    """Asks until it is so: the command fails for an engine that is still starting."""
    def is_used():
        subprocess.run(['ibus', 'engine', name], capture_output=True)
        return subprocess.run(['ibus', 'engine'], capture_output=True, text=True).stdout.strip() == name
    wait_for(f'the engine {name}', is_used)


class InputMethod(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tap.need(*PROGRAMS)
        if not ENGINE.exists():
            tap.give_up('not installed: ibus-libpinyin')
        cls.place = desktop.Desktop()
        # Keys wait for the engine, so that none of them overtakes another.
        os.environ.update({'GTK_IM_MODULE': 'ibus', 'XMODIFIERS': '@im=ibus', 'LANGUAGE': 'en',
                           'IBUS_ENABLE_SYNC_MODE': '1'})
        cls.place.start(['ibus-daemon', '--xim', '--panel=disable', '--emoji-extension=disable'])
        use_engine('libpinyin')
        cls.app = desktop.Application(cls.place, [ENVOI], 'envoi')

    @classmethod
    def tearDownClass(cls):
        cls.place.close()

    def has_saved(self, *texts):
        """Whether a file of the store has one of them; drafts are kept as they are."""
        data = b''.join(path.read_bytes() for path in (self.place.home / 'data').rglob('*')
                        if path.is_file() and path.suffix not in ('.lock',))
        return any(text.encode() in data for text in texts)

    def test_composed(self):
        time.sleep(2)
        keys('ctrl+n')
        window = self.app.find_window('New Letter')
        to = self.app.find('text', 'To', within=window)
        wait_for('the recipient field', lambda: self.app.has_focus(to))
        use_engine('xkb:us::eng')
        type_text('wei@example.org')
        keys('Return')
        subject = self.app.find('text', 'Subject', within=window)
        self.app.tab_to(subject)
        keys('Tab')
        time.sleep(2)
        use_engine('libpinyin')
        time.sleep(1)
        type_text('nihao')
        time.sleep(1)
        keys('space')
        wait_for('the chosen words in the store', lambda: self.has_saved('你好'))

        type_text('zhongguo')
        time.sleep(1)
        keys('ctrl+s')
        wait_for('the unfinished words in the store',
                 lambda: self.has_saved('你好zhong guo', '你好zhongguo', '你好中国'))


if __name__ == '__main__':
    sys.argv[1:] = []
    tap.main()
