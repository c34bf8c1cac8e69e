#!/usr/bin/env python3
"""The tree keeps its own promises: files that libsched/README.md and README.md name exist,
no file is too long, and every test program is registered."""
import pathlib
import re
import sys

LONGEST = 600
root = pathlib.Path(sys.argv[1])
faults = []


def named_files_exist(readme, *bases):
    """Words in backquotes that look like a path; a bare name may be in any folder below."""
    if not readme.is_file():
        faults.append(f'{readme.relative_to(root)}: is missing')
        return
    text = re.sub(r'^```.*?^```', '', readme.read_text(encoding='utf-8'), flags=re.M | re.S)
    names = {name for quoted in re.findall(r'`([^`\n]+)`', text) for name in quoted.split()
             if re.fullmatch(r'[\w./-]+\.(c|h|py|md|build|txt|ics|sh|json)|[\w.-]+(/[\w.-]+)*/|'
                             r'(examples|tests|libsched|include|\.ci)/[\w./-]+', name)
             and not name.startswith('build/')}
    for name in sorted(names):
        if not any((base / name).exists() or '/' not in name and any(base.glob(f'*/{name}'))
                   for base in bases):
            faults.append(f'{readme.relative_to(root)}: names {name}, which is not there')


def not_too_long(file):
    count = len(file.read_text(encoding='utf-8').splitlines())
    if count > LONGEST:
        faults.append(f'{file.relative_to(root)}: {count} lines, more than {LONGEST}')


def registered(file):
    build = file.parent / 'meson.build'
    name = file.stem.removeprefix('test_')
    if not build.is_file() or f"'{name}'" not in build.read_text(encoding='utf-8'):
        faults.append(f'{file.relative_to(root)}: not in its meson.build')


named_files_exist(root / 'libsched/README.md', root / 'libsched', root)
named_files_exist(root / 'README.md', root)
for folder in ['libsched', 'examples']:
    for file in sorted((root / folder).rglob('*.[ch]')):
        not_too_long(file)
tests = sorted((root / 'tests').rglob('test_*.c'))
for file in tests:
    registered(file)
if not tests:
    faults.append('tests: has no test_*.c')

print('\n'.join(faults))
sys.exit(bool(faults))
