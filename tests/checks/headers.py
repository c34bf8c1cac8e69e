#!/usr/bin/env python3
"""Each header compiles alone: the public one in every C and C++ that a caller may have,
without a hole in any struct, the internal ones as what they are written in."""
import pathlib
import shutil
import subprocess
import sys

STRICT = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only']
root = pathlib.Path(sys.argv[1])
faults = 0
done = 0


def compiles(compiler, language, standard, header, *options):
    global faults, done
    if not shutil.which(compiler):
        print(f'{compiler} is not installed')
        return
    done += 1
    result = subprocess.run(
        [compiler, f'-std={standard}', *STRICT, *options, '-I', root / 'include',
         '-include', header, '-x', language, '/dev/null'], capture_output=True, text=True)
    if result.returncode != 0:
        faults += 1
        print(f'{header} with {compiler} as {standard}:\n{result.stderr}')


for compiler in ['gcc', 'clang']:
    for standard in ['c99', 'c11']:
        compiles(compiler, 'c', standard, 'libsched.h', '-Wpadded', '-Wstrict-prototypes')
for compiler in ['g++', 'clang++']:
    for standard in ['c++98', 'c++20']:
        compiles(compiler, 'c++', standard, 'libsched.h')
for header in sorted((root / 'libsched').rglob('*.h')):
    compiles('gcc', 'c', 'c11', header.relative_to(root / 'libsched'), '-D_GNU_SOURCE',
             '-I', root / 'libsched')
sys.exit(faults > 0 or done == 0)
