#!/usr/bin/env python3
"""What the header declares is what the shared library exports, no more and no less."""
import re
import subprocess
import sys

if len(sys.argv) < 4:
    sys.exit(77)  # only a static library was built
nm, header, library = sys.argv[1:]

with open(header, encoding='utf-8') as f:
    text = f.read()
declared = set(re.findall(r'^LSCHED_API [^(;]*?\b(\w+)\(', text, re.M))
if len(declared) != text.count('\nLSCHED_API '):
    sys.exit('exports: a declaration in the header has no name that this check can read')
listing = subprocess.run([nm, '-D', '--defined-only', library], check=True,
                         capture_output=True, text=True).stdout
# Sanitizers add marks of their own beside each variable.
exported = {line.split()[-1] for line in listing.splitlines()
            if not line.split()[-1].startswith(('__odr_asan', '__asan'))}

for name in sorted(declared - exported):
    print('declared, not exported:', name)
for name in sorted(exported - declared):
    print('exported, not declared:', name)
sys.exit(declared != exported)
