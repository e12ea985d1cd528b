#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows that every gate passes on a clean tree and fails on a seeded fault."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import gates

CLEAN = '''/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-sample.h"

/**
 * envoi_sample_double:
 * @number: any number
 *
 * Returns: twice @number
 */
int
envoi_sample_double (int number)
{
  return 2 * number;
}
'''
HEADER = '/* SPDX-License-Identifier: GPL-3.0-or-later */\n#pragma once\n\nint envoi_sample_double (int number);\n'
TEST = CLEAN + '/* one more line of test */\n' * 3

SECURITY = '''| who | proof |
|---|---|
| somebody | `tests/base/test-sample.c`, `test-sample.c`, `envoi_sample_double` |
'''


def function(body, parameters='void', prefix=''):
    return (f'\n/**\n * envoi_seed:\n *\n * Returns: 0\n */\n{prefix}int\nenvoi_seed ({parameters})\n'
            '{\n' + body + '  return 0;\n}\n')


class GateTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write('src/base/envoi-sample.c', CLEAN)
        self.write('src/base/envoi-sample.h', HEADER)
        self.write('src/base/README.md', '# base\n')
        self.write('tests/base/test-sample.c', TEST)
        self.write('po/POTFILES', '')
        self.write('SECURITY.md', SECURITY)
        shutil.copytree(gates.project_root() / 'tests' / 'style', self.root / 'tests' / 'style')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def seed(self, text):
        self.write('src/base/envoi-sample.c', CLEAN + text)

    def complaints(self, gate):
        return gates.GATES[gate](self.root)

    def assert_found(self, gate, words):
        found = self.complaints(gate)
        self.assertTrue(any(words in complaint for complaint in found), f'{gate}: {found}')

    def test_clean_tree_passes_every_gate(self):
        for gate in set(gates.GATES) - {'translations', 'test-volume'}:
            self.assertEqual(self.complaints(gate), [], gate)

    def test_proof_of_security(self):
        for proof in ('`tests/base/test-gone.c`', '`test-gone.c`', '`test_gone`', 'dialogue `gone-*`', 'fuzzer `gone`'):
            self.write('SECURITY.md', f'{SECURITY}| a thief | `test-sample.c`, {proof} |\n')
            self.assert_found('security', 'there is no test')
        self.write('SECURITY.md', f'{SECURITY}| a thief | nothing |\n')
        self.assert_found('security', 'no test for "a thief"')

    def test_format(self):
        self.seed(function('  int a=1;\n  (void) a;\n'))
        self.assert_found('format', 'envoi-sample.c')

    def test_long_file(self):
        self.seed('\n' * 900)
        self.assert_found('sizes', 'lines, at most')

    def test_long_function(self):
        self.seed(function('  (void) 0;\n' * 90))
        self.assert_found('sizes', 'envoi_seed has')

    def test_deep_nesting(self):
        self.seed(function('  if (1) {\n    if (1) {\n      if (1) {\n        if (1) {\n'
                           '          (void) 0;\n        }\n      }\n    }\n  }\n'))
        self.assert_found('sizes', 'nests 4 deep')

    def test_many_parameters(self):
        self.seed(function('', ',\n            '.join(f'int p{i}' for i in range(7))))
        self.assert_found('sizes', '7 parameters')

    def test_complexity(self):
        self.seed(function(''.join(f'  if (x == {i})\n    return {i};\n' for i in range(20)), 'int x'))
        self.assert_found('complexity', 'complexity 21')

    def test_forbidden(self):
        for words in ('strcpy (a, b)', 'system ("ls")', 'sleep (1)', 'goto out', 'g_print ("x")',
                      'g_main_loop_run (loop)', 'envoi_thing_get_default ()'):
            self.seed(function(f'  {words};\n'))
            self.assert_found('forbidden', words.split()[0])
        self.seed(function('  f (a->b,\n     g_steal_pointer (&a));\n'))
        self.assert_found('forbidden', 'reads what the same call steals')

    def test_forbidden_words_in_comments_and_strings_are_let_pass(self):
        self.seed(function('  /* strcpy (a, b); */\n  const char *text = "goto";\n'))
        self.assertEqual(self.complaints('forbidden'), [])

    def test_upward_include(self):
        self.write('src/ui/envoi-window.h', HEADER)
        self.write('src/base/envoi-sample.c', CLEAN.replace('envoi-sample.h', 'envoi-window.h'))
        self.assert_found('includes', 'base may not include')

    def test_private_include(self):
        self.write('src/base/envoi-thing-private.h', HEADER)
        self.write('src/message/envoi-user.c', CLEAN.replace('envoi-sample.h', 'envoi-thing-private.h'))
        self.assert_found('includes', 'private to base')

    def test_confined_library(self):
        self.write('src/base/envoi-sample.c', CLEAN.replace('"envoi-sample.h"', '<sqlite3.h>'))
        self.assert_found('includes', 'belongs to store')

    def test_missing_doc(self):
        self.seed('\nint\nenvoi_bare (void)\n{\n  return 1;\n}\n')
        self.assert_found('docs', 'envoi_bare has no doc comment')

    def test_missing_readme(self):
        (self.root / 'src/base/README.md').unlink()
        self.assert_found('docs', 'no README.md')

    def test_machine_path(self):
        self.seed('/* see /' + 'root/notes */\n')
        self.assert_found('hygiene', 'path of a machine')

    def test_unfinished(self):
        self.seed('/* TO' + 'DO: later */\n')
        self.assert_found('hygiene', 'unfinished')

    def test_missing_licence(self):
        self.write('src/base/envoi-sample.c', 'int x;\n')
        self.assert_found('hygiene', 'no SPDX line')

    def test_unlisted_source(self):
        self.seed('const char *text = _("Hello");\n')
        self.assert_found('translations', 'not in po/POTFILES')

    def test_untranslated_string(self):
        self.seed('const char *text = _("Hello");\n')
        self.write('po/POTFILES', 'src/base/envoi-sample.c\n')
        self.write('po/zh_CN.po', 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
        self.assert_found('translations', 'not translated: Hello')

    def test_sentence_that_is_not_marked(self):
        self.seed('void f (GError **e) { refuse (e, "It is "\n "too large."); }\n')
        self.write('po/POTFILES', '')
        self.assert_found('translations', 'a sentence without _(): It is too large.')

    def test_string_without_a_comment(self):
        self.seed('const char *text = _("%s of %s");\n')
        self.write('po/POTFILES', 'src/base/envoi-sample.c\n')
        self.write('po/zh_CN.po', 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
        self.assert_found('translations', 'no comment for translators: "%s of %s"')

    def test_few_tests(self):
        self.write('tests/base/test-sample.c', 'x\n')
        self.assert_found('test-volume', 'tests/base')

    def test_cppcheck(self):
        self.seed(function('  char a[2];\n  a[3] = 1;\n  (void) a;\n'))
        self.assert_found('cppcheck', 'arrayIndexOutOfBounds')


if __name__ == '__main__':
    result = unittest.main(exit=False, verbosity=1).result
    sys.exit(0 if result.wasSuccessful() else 1)
