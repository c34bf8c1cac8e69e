#!/usr/bin/env python3
"""Includes point down only: each layer sees the contracts of the layers below it, foreign
headers stay in the one file that needs them, and examples and API tests see the public
header alone."""
import pathlib
import re
import sys

BELOW = {
    'base': [],
    'model': ['base'],
    'cal': ['model', 'base'],
    'store': ['model', 'base'],
    'rules': ['cal', 'model', 'base'],
    'core': ['rules', 'cal', 'store', 'model', 'base'],
    'api': ['core', 'rules', 'cal', 'store', 'model', 'base'],
}
# Who may see what: a foreign header, or one of ours that shows it.
ONLY_IN = {
    'sqlite3.h': r'store/sqlite.*\.[ch]',
    'store/sqlite.h': r'store/sqlite.*\.c',
    'libical/ical.h': r'cal/write\.c',
    'sha2.h': r'core/token\.c',
}
FOREIGN = re.compile(r'sqlite|ical|^(sha|md|ripemd|rmd)\d|libpq|jansson|smartcols|cmocka')

root = pathlib.Path(sys.argv[1]).resolve()
faults = []


def includes(file):
    """Yields line number, '<' or '"', and the name of each include."""
    lines = file.read_text(encoding='utf-8').splitlines()
    for number, line in enumerate(lines, 1):
        directive = re.match(r'\s*#\s*include\b\s*(.*)', line)
        if not directive:
            continue
        found = re.match(r'([<"])([^>"]+)[>"]', directive[1])
        if found:
            yield number, found[1], found[2]
        else:
            fault(file, number, 'an include that this check cannot read')


def fault(file, number, text):
    faults.append(f'{file.relative_to(root)}:{number}: {text}')


def check_layer(layer):
    folder = root / 'libsched' / layer
    if not (folder / f'{layer}.h').is_file():
        fault(folder, 0, f'has no {layer}.h')
    for file in sorted(folder.rglob('*.[ch]')):
        name = file.relative_to(root / 'libsched').as_posix()
        for number, kind, header in includes(file):
            only_in = ONLY_IN.get(header)
            if only_in and not re.fullmatch(only_in, name):
                fault(file, number, f'{header} is not for this file')
            elif kind == '<':
                if FOREIGN.search(header) and not only_in:
                    fault(file, number, f'<{header}> does not belong here')
            elif header != 'libsched.h':
                check_own(file, number, layer, header)


def check_own(file, number, layer, header):
    target, _, rest = header.partition('/')
    if not (root / 'libsched' / header).is_file():
        fault(file, number, f'"{header}" is not a file of libsched/')
    elif target != layer and target not in BELOW[layer]:
        fault(file, number, f'{layer} must not include {target}')
    elif target != layer and rest != f'{target}.h':
        fault(file, number, f'of {target}, only {target}/{target}.h is for other layers')


def check_outside(file):
    for number, kind, header in includes(file):
        target = (file.parent / header).resolve()
        if (kind == '"' and header != 'libsched.h'
                and (not target.is_file() or root / 'libsched' in target.parents)):
            fault(file, number, f'"{header}" is inside the library')


folders = {p.name for p in (root / 'libsched').iterdir() if p.is_dir()}
for extra in sorted(folders ^ set(BELOW)):
    fault(root / 'libsched' / extra, 0, 'is not a layer, or is missing')
for stray in sorted((root / 'libsched').glob('*.[ch]')):
    fault(stray, 0, 'belongs to no layer')
for layer in BELOW:
    check_layer(layer)
for file in sorted((root / 'examples').rglob('*.[ch]')) + sorted((root / 'tests/api').rglob('*.[ch]')):
    check_outside(file)

print('\n'.join(faults))
sys.exit(bool(faults))
