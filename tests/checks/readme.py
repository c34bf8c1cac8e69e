#!/usr/bin/env python3
"""README.md's C program and its overview of commands are what it says they are.

    readme.py cut README OUTPUT     writes the program to OUTPUT
    readme.py parts README OUTPUT   writes its functions, which are no program, to OUTPUT
    readme.py run README PROGRAM    runs it, built, and compares with the README's output
    readme.py help README SCHEDCTL  compares the overview of commands with the tool's own
"""
import pathlib
import re
import subprocess
import sys

verb, readme, other = sys.argv[1:]
text = pathlib.Path(readme).read_text(encoding='utf-8')
if verb == 'help':
    result = subprocess.run([other, '--help'], capture_output=True, text=True, check=True)
    overview = re.search(r'^Commands\n.*?\n(?=\n)', result.stdout, re.M | re.S)[0]
    if f'```\n{overview}```\n' not in text:
        sys.exit(f'README.md does not have this block:\n{overview}')
    sys.exit(0)

blocks = re.findall(r'^```(\w*)\n(.*?)^```$', text, re.M | re.S)
programs = [i for i, (language, body) in enumerate(blocks)
            if language == 'c' and 'int main(' in body]
if len(programs) != 1 or programs[0] + 1 == len(blocks):
    sys.exit('readme: wants one C program, and its output in the block behind it')
program, output = blocks[programs[0]][1], blocks[programs[0] + 1][1]

if verb == 'cut':
    pathlib.Path(other).write_text(program, encoding='utf-8')
    sys.exit(0)
if verb == 'parts':
    parts = [body for language, body in blocks if language == 'c' and 'int main(' not in body]
    pathlib.Path(other).write_text('\n'.join(parts), encoding='utf-8')
    sys.exit(0)

result = subprocess.run([other], capture_output=True, text=True)
if result.returncode != 0 or result.stdout != output:
    print(f'exit {result.returncode}\nREADME.md: {output}it printed: {result.stdout}'
          f'{result.stderr}')
    sys.exit(1)
