#!/usr/bin/env python3
"""README.md's program, built as a stranger would: against what is installed, by way of
pkg-config."""
import os
import pathlib
import subprocess
import sys
import tempfile

readme, build, prefix, libdir = sys.argv[1:]
here = pathlib.Path(__file__).parent


def run(*command, **environment):
    result = subprocess.run(command, capture_output=True, text=True,
                            env={**os.environ, **environment})
    if result.returncode != 0:
        sys.exit(f'{" ".join(map(str, command))}: exit {result.returncode}\n'
                 f'{result.stdout}{result.stderr}')
    return result.stdout


with tempfile.TemporaryDirectory() as folder:
    library = pathlib.Path(folder + prefix, libdir)
    run('meson', 'install', '-C', build, '--no-rebuild', '--destdir', folder)
    flags = run('pkg-config', f'--define-variable=prefix={folder}{prefix}', '--cflags', '--libs',
                'libsched', PKG_CONFIG_PATH=str(library / 'pkgconfig')).split()
    source, program = folder + '/program.c', folder + '/program'
    run(sys.executable, here / 'readme.py', 'cut', readme, source)
    run('cc', '-std=c11', source, '-o', program, *flags)
    run(sys.executable, here / 'readme.py', 'run', readme, program, LD_LIBRARY_PATH=str(library))
