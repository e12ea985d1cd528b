# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of ARCHITECTURE.md that a machine can check.

Every gate is a function from a tree to a list of complaints, each a line that
names the place and the rule. `run-gates` runs them over this tree;
`test-gates.py` shows that each one fails on a seeded fault.
"""

import os
import pathlib
import re
import subprocess

LAYERS = ['base', 'message', 'smtp', 'oauth', 'secrets', 'accounts', 'store',
          'outbox', 'practice', 'app', 'cli', 'ui']
BELOW_APP = LAYERS[:LAYERS.index('app')]

# Which layers a layer may include (ARCHITECTURE.md section 2).
MAY_INCLUDE = {
    'base': [],
    'message': ['base'],
    'smtp': ['base', 'smtp/endpoint'],
    'smtp/endpoint': ['base'],
    'oauth': ['base'],
    'secrets': ['base'],
    'store': ['base'],
    'practice': ['base'],
    'accounts': ['base', 'smtp/endpoint', 'oauth', 'secrets'],
    'outbox': ['base', 'store'],
    'app': ['base', 'message', 'smtp', 'smtp/endpoint', 'oauth', 'secrets', 'accounts',
            'store', 'outbox', 'practice'],
    'cli': ['base', 'message', 'smtp/endpoint', 'accounts', 'store', 'outbox', 'practice', 'app'],
    'ui': ['base', 'message', 'smtp/endpoint', 'accounts', 'store', 'outbox', 'practice', 'app'],
}

# External headers and the only layers that may see them.
CONFINED = {
    r'gmime/': ['message'],
    r'libxml/': ['message', 'accounts'],
    r'gnutls/': ['smtp', 'practice'],
    r'gsasl\.h': ['smtp'],
    r'libsoup/': ['oauth', 'accounts'],
    r'json-glib/': ['oauth', 'accounts', 'cli', 'app'],
    r'libsecret/': ['secrets'],
    r'sqlite3\.h': ['store'],
    r'gtk/': ['ui'],
    r'adwaita\.h': ['ui'],
    r'webkit/': ['ui'],
    r'libportal': ['ui'],
}

FORBIDDEN = {
    r'\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|strtok_r|alloca|g_alloca|atoi|atol|atof)\s*\(':
        'unbounded or unchecked C function',
    r'(?<![\w>.])(system|popen|tmpnam|mktemp)\s*\(': 'starts a shell or makes a guessable name',
    r'\b(sleep|usleep|nanosleep|g_usleep)\s*\(': 'sleeps',
    r'\bg_(print|printerr)\s*\(': 'prints below the programs',
    r'\bgoto\b': 'goto',
    # The compiler chooses which argument comes first.
    r'\(\s*[^;(){}]*\b(\w+)->[^;(){}]*g_steal_pointer \(&\1\)': 'reads what the same call steals',
    r'GNUTLS_VERIFY_DISABLE|GNUTLS_CERT_IGNORE|accept-certificate': 'weakens certificate checks',
    r'\*_get_default\b|envoi_\w+_get_default\s*\(': 'a singleton',
}

# The programs' own fronts answer on the terminal.
PRINTING_LAYERS = ['cli', 'ui']
MAIN_LOOP = r'\bg_main_loop_run\s*\('
MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80
MAX_COMPLEXITY = 15
MAX_NESTING = 3
MAX_PARAMETERS = 6
UNFINISHED = r'\b(TODO|FIXME|XXX|not implemented)\b'
MACHINE_PATH = r'(?<![\w.])/(work|farm|root|home/\w+|tmp/bash_jobs)/'
TEST_SHARE = {'base': 0.5, 'message': 0.8, 'smtp': 0.8, 'store': 0.8, 'outbox': 0.8}
# Where else a layer's tests are.
MORE_TESTS = {'smtp': ['tests/dialogues'], 'message': ['tests/data/xss', 'tests/data/clipboard']}
TEST_SHARE_OF_ALL = 0.5


def c_files(root, folder='src'):
    return sorted((root / folder).rglob('*.c'))


def layer_of(root, path):
    parts = path.relative_to(root / 'src').parts[:-1]
    if parts[:2] == ('smtp', 'endpoint'):
        return 'smtp/endpoint'
    return parts[0] if parts else 'ui'


def blank_comments_and_strings(text):
    """Replaces what is not code by spaces; line ends stay."""
    def blank(match):
        return re.sub(r'[^\n]', ' ', match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text,
                  flags=re.S)


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def functions(path):
    """Yields (name, first line, body, parameters, is_static, start of the definition)."""
    text = blank_comments_and_strings(path.read_text(errors='replace'))
    pattern = re.compile(r'^(?P<head>[a-zA-Z_][^\n;{}()=]*)\n(?P<name>\w+) \((?P<parameters>[^{};]*)\)\n\{',
                         re.M)
    for match in pattern.finditer(text):
        end = text.find('\n}', match.end())
        body = text[match.end():end]
        yield (match['name'], line_of(text, match.start()), body, match['parameters'],
               match['head'].startswith('static'), match.start())


def gate_format(root):
    config = root / 'tests' / 'style' / 'uncrustify.cfg'
    files = c_files(root) + c_files(root, 'tests')
    complaints = []
    for path in files:
        result = subprocess.run(['uncrustify', '-c', config, '--check', '-q', '-f', path],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if result.returncode != 0:
            complaints.append(f'{path.relative_to(root)}: not as scripts/format leaves it')
    return complaints


def nesting_of(body):
    """How deep control blocks lie in one another; the function's own block is 0."""
    depth = deepest = 0
    for brace in re.finditer(r'[{}]', body):
        depth += 1 if brace.group() == '{' else -1
        deepest = max(deepest, depth)
    return deepest


def gate_sizes(root):
    complaints = []
    for path in c_files(root):
        name = path.relative_to(root)
        n_lines = len(path.read_text(errors='replace').splitlines())
        if n_lines > MAX_FILE_LINES:
            complaints.append(f'{name}: {n_lines} lines, at most {MAX_FILE_LINES}')
        for function, line, body, parameters, _, _ in functions(path):
            n_lines = body.count('\n') + 2
            if n_lines > MAX_FUNCTION_LINES and not function.endswith('_class_init'):
                complaints.append(f'{name}:{line}: {function} has {n_lines} lines')
            if nesting_of(body) > MAX_NESTING:
                complaints.append(f'{name}:{line}: {function} nests {nesting_of(body)} deep')
            n_parameters = parameters.count(',') + 1
            # GIO fixes the last three parameters of an asynchronous call.
            if 'GAsyncReadyCallback' in parameters:
                n_parameters -= 3
            # And all seven of what hears a D-Bus signal, all eight of what answers a call.
            if 'GDBusConnection' in parameters and 'GVariant' in parameters:
                n_parameters -= 2 if 'GDBusMethodInvocation' in parameters else 1
            # GTK fixes what a layout manager measures with.
            if 'natural_baseline' in parameters:
                n_parameters -= 2
            if n_parameters > MAX_PARAMETERS:
                complaints.append(f'{name}:{line}: {function} has {n_parameters} parameters')
    return complaints


def gate_complexity(root):
    files = c_files(root)
    if not files:
        return []
    output = subprocess.run(['pmccabe', *files], capture_output=True, text=True).stdout
    complaints = []
    for row in output.splitlines():
        fields = row.split('\t')
        if len(fields) >= 6 and fields[0].isdigit() and int(fields[0]) > MAX_COMPLEXITY:
            complaints.append(f'{os.path.relpath(fields[5], root)}: complexity {fields[0]}')
    return complaints


def gate_forbidden(root):
    complaints = []
    for path in c_files(root):
        text = blank_comments_and_strings(path.read_text(errors='replace'))
        rules = dict(FORBIDDEN)
        if layer_of(root, path) in PRINTING_LAYERS:
            rules = {rule: why for rule, why in rules.items() if 'prints' not in why}
        else:
            rules[MAIN_LOOP] = 'runs a main loop of its own'
        for rule, why in rules.items():
            for match in re.finditer(rule, text):
                complaints.append(f'{path.relative_to(root)}:{line_of(text, match.start())}: '
                                  f'{match.group().strip()}: {why}')
    return complaints


def own_headers(root):
    return {path.name: layer_of(root, path) for path in (root / 'src').rglob('*.h')}


def gate_includes(root):
    headers = own_headers(root)
    complaints = []
    for path in sorted((root / 'src').rglob('*.[ch]')):
        layer = layer_of(root, path)
        name = path.relative_to(root)
        for kind, header in re.findall(r'^#include ([<"])([^>"]+)[>"]', path.read_text(), re.M):
            target = headers.get(os.path.basename(header)) if kind == '"' else None
            if target and target != layer and target not in MAY_INCLUDE[layer]:
                complaints.append(f'{name}: {layer} may not include {header} of {target}')
            if target and target != layer and header.endswith('-private.h') \
                    and not target.startswith(layer):
                complaints.append(f'{name}: {header} is private to {target}')
            for pattern, allowed in CONFINED.items():
                if kind == '<' and re.match(pattern, header) and layer.split('/')[0] not in allowed:
                    complaints.append(f'{name}: <{header}> belongs to {", ".join(allowed)}')
    return complaints


def gate_docs(root):
    complaints = []
    for layer in BELOW_APP:
        folder = root / 'src' / layer
        if folder.exists() and not (folder / 'README.md').exists():
            complaints.append(f'src/{layer}: no README.md')
        for path in sorted(folder.rglob('*.c')):
            text = path.read_text(errors='replace')
            documented = set(re.findall(r'/\*\*\n \* (\w+):', text))
            for name, line, _, _, is_static, _ in functions(path):
                is_boilerplate = name.endswith(('_class_init', '_init', '_get_type', '_quark'))
                if not is_static and not is_boilerplate and name not in documented:
                    complaints.append(f'{path.relative_to(root)}:{line}: {name} has no doc comment')
    return complaints


def tracked_files(root):
    if not (root / '.git').exists():
        return [path for path in root.rglob('*') if path.is_file()]
    names = subprocess.run(['git', '-C', root, 'ls-files', '-co', '--exclude-standard'],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    return [root / name for name in names if (root / name).is_file()]


def gate_hygiene(root):
    complaints = []
    for path in tracked_files(root):
        name = path.relative_to(root)
        if name.parts[:2] == ('tests', 'style') or path.suffix in ('.png', '.eml', '.po'):
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        is_source = name.parts[0] in ('src', 'ui', 'data', 'scripts')
        for number, line in enumerate(lines, 1):
            if re.search(MACHINE_PATH, line):
                complaints.append(f'{name}:{number}: names a path of a machine')
            if is_source and re.search(UNFINISHED, line):
                complaints.append(f'{name}:{number}: unfinished by its own word')
        if path.suffix in ('.c', '.h') and 'SPDX-License-Identifier' not in (lines or [''])[0]:
            complaints.append(f'{name}: no SPDX line')
        if path.suffix == '.h' and '#pragma once' not in lines:
            complaints.append(f'{name}: no #pragma once')
    return complaints


def translatable_files(root):
    for path in sorted((root / 'src').rglob('*.c')):
        code = re.sub(r'/\*.*?\*/', '', path.read_text(errors='replace'), flags=re.S)
        if re.search(r'\b(_|N_|C_|NC_|ngettext|Q_)\s*\(\s*"', code):
            yield path
    for path in sorted((root / 'ui').rglob('*.ui')):
        if 'translatable="yes"' in path.read_text():
            yield path
    data = root / 'data'
    for path in sorted(data.glob('*.desktop.in')) + sorted(data.glob('*.metainfo.xml.in')) \
            + sorted(data.glob('*.gschema.xml')):
        yield path


LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"(?:\s*"(?:[^"\\\n]|\\.)*")*')
SENTENCE = re.compile(r'[A-Z“$].* .*[^.]\.')
MARKED = re.compile(r'(\b_|\bN_|\bC_|\bg_dngettext|\bngettext)\s*\(([^()]*,\s*)?$')
LOGGED = re.compile(r'\bg_(debug|info|message|warning|critical|error)\s*\([^;{}]*$')


def find_unmarked_sentences(root):
    """Whole sentences that no translator sees. What an error says reaches a person in the end,
    whichever layer made it; a log is for whoever helps."""
    for path in sorted((root / 'src').rglob('*.c')):
        text = re.sub(r'/\*.*?\*/', lambda match: re.sub(r'[^\n]', ' ', match[0]),
                      path.read_text(errors='replace'), flags=re.S)
        for match in LITERAL.finditer(text):
            words = ''.join(re.findall(r'"((?:[^"\\\n]|\\.)*)"', match[0]))
            before = text[:match.start()].rstrip()
            if SENTENCE.fullmatch(words) and not MARKED.search(before) and not LOGGED.search(before):
                line = text.count('\n', 0, match.start()) + 1
                yield f'{path.relative_to(root)}:{line}: a sentence without _(): {words}'


def find_puzzles(pot):
    """Strings into which several things are put, and nobody says which."""
    for entry in pot.split('\n\n'):
        text = ''.join(re.findall(r'^msgid (".*"(?:\n".*")*)', entry, re.M))
        if len(re.findall(r'%(?:\d\$)?l?[sudi]', text.replace('%%', ''))) > 1 and '#. ' not in entry:
            yield text


def gate_translations(root):
    """Every sentence is marked, POTFILES has every file, translators are told what is put in, and
    zh_CN has every string, none fuzzy."""
    listed = set((root / 'po' / 'POTFILES').read_text().split())
    complaints = [f'{path.relative_to(root)}: not in po/POTFILES'
                  for path in translatable_files(root)
                  if str(path.relative_to(root)) not in listed]
    complaints += [f'po/POTFILES: {name} does not exist' for name in sorted(listed)
                   if not (root / name).exists()]
    complaints += find_unmarked_sentences(root)
    if complaints:
        return complaints
    pot = subprocess.run(
        ['xgettext', '--from-code=UTF-8', '--add-comments=Translators:', '-k_', '-kN_', '-kC_:1c,2', '-kNC_:1c,2', '-kg_dngettext:2,3',
         '--files-from=po/POTFILES', '-o', '-'], cwd=root, capture_output=True, text=True)
    merged = subprocess.run(['msgmerge', '-q', '--no-fuzzy-matching', '-o', '-', 'po/zh_CN.po', '-'],
                            cwd=root, input=pot.stdout, capture_output=True, text=True).stdout
    complaints += [f'no comment for translators: {text}' for text in find_puzzles(pot.stdout)]
    for flag, what in (('--untranslated', 'not translated'), ('--only-fuzzy', 'fuzzy')):
        rest = subprocess.run(['msgattrib', flag, '--no-obsolete', '-'], input=merged,
                              capture_output=True, text=True).stdout
        entries = rest.split('\n\n')[1:]
        complaints += [f'po/zh_CN.po: {what}: ' + ' '.join(re.findall(r'^msgid "(.*)"', entry, re.M))
                       for entry in entries if 'msgid' in entry]
    return complaints


def count_code_lines(*folders):
    """Lines that hold code: without comments and empty lines; dialogues count as they are."""
    total = 0
    for path in (path for folder in folders if folder.exists() for path in folder.rglob('*')):
        if path.suffix not in ('.c', '.py', '.js', '.dialogue'):
            continue
        text = path.read_text(errors='replace')
        if path.suffix in ('.c', '.js'):
            text = re.sub(r'/\*.*?\*/', '', text, flags=re.S)
        total += sum(bool(line.strip()) for line in text.splitlines())
    return total


def gate_test_volume(root):
    complaints = []
    for layer, share in TEST_SHARE.items():
        source = count_code_lines(root / 'src' / layer)
        tests = count_code_lines(root / 'tests' / layer, *(root / name for name in MORE_TESTS.get(layer, [])))
        if source and tests < share * source:
            complaints.append(f'tests/{layer}: {tests} lines for {source} of source, under {share}')
    source, tests = count_code_lines(root / 'src', root / 'ui'), count_code_lines(root / 'tests')
    if tests < TEST_SHARE_OF_ALL * source:
        complaints.append(f'tests: {tests} lines for {source} of source, under {TEST_SHARE_OF_ALL}')
    return complaints


def has_test(root, kind, name):
    """Whether there is what SECURITY.md calls so."""
    tests = root / 'tests'
    if name.startswith('tests/'):
        return (root / name).exists()
    if kind.startswith('dialogue'):
        return any(tests.glob(f'dialogues/{name}.dialogue'))
    if kind.startswith('fuzzer'):
        return any(tests.glob(f'fuzz/fuzz-{name}.c'))
    if re.fullmatch(r'test-[\w-]+\.(c|py)', name):
        return any(tests.rglob(name))
    return any(re.search(rf'\b{re.escape(name)}\b', path.read_text(errors='replace'))
               for path in tests.rglob('*')
               if path.suffix in ('.c', '.py') and path.parent != tests / 'style')


def gate_security(root):
    """Each row of SECURITY.md's table names its proof, and the proof is there."""
    complaints = []
    rows = [line.split('|')[1:-1] for line in (root / 'SECURITY.md').read_text().splitlines()
            if line.startswith('| ')]
    for who, *_, proof in rows[1:]:
        named = re.findall(r'(?:\b(dialogues?|fuzzers?) )?`([^`]+)`', proof)
        if not named:
            complaints.append(f'SECURITY.md: no test for "{who.strip()}"')
        complaints += [f'SECURITY.md: there is no test {name}' for kind, name in named
                       if not has_test(root, kind, name)]
    return complaints


def gate_cppcheck(root):
    includes = [f'-I{folder}' for folder in sorted((root / 'src').iterdir()) if folder.is_dir()]
    result = subprocess.run(
        ['cppcheck', '--quiet', '--std=c11', '--library=gtk', '--inline-suppr', '-j2',
         '--enable=warning,portability', '--error-exitcode=1',
         # cppcheck does not see that g_autofree frees; the sanitizers find real leaks.
         '--suppress=memleak', '--suppress=missingInclude', '--suppress=unknownMacro',
         '--suppress=syntaxError',
         '-DG_BEGIN_DECLS=', '-DG_END_DECLS=', '-D_(x)=x', '-DN_(x)=x',
         '-Dg_autofree=', '-Dg_autoptr(t)=t*', '-Dg_auto(t)=t', '-DG_GNUC_CONST=',
         '--template={file}:{line}: {id}: {message}', *includes, root / 'src'],
        capture_output=True, text=True)
    if result.returncode == 0:
        return []
    return [line.replace(f'{root}/', '') for line in result.stderr.splitlines() if ': ' in line]


GATES = {
    'format': gate_format,
    'sizes': gate_sizes,
    'complexity': gate_complexity,
    'forbidden': gate_forbidden,
    'includes': gate_includes,
    'docs': gate_docs,
    'hygiene': gate_hygiene,
    'translations': gate_translations,
    'test-volume': gate_test_volume,
    'security': gate_security,
    'cppcheck': gate_cppcheck,
}


def project_root():
    return pathlib.Path(__file__).resolve().parents[2]
