#!/usr/bin/env python3
"""Every name that the static library brings into its host begins with lsched_ or lsi_."""
import re
import subprocess
import sys

nm, archive = sys.argv[1:]
listing = subprocess.run([nm, '-g', '--defined-only', archive], check=True,
                         capture_output=True, text=True).stdout
names = [fields[2] for fields in map(str.split, listing.splitlines()) if len(fields) == 3]
if not names:
    sys.exit(f'prefixes: {archive} defines nothing')
# Marks that sanitizers and position-independent code on 32-bit x86 add by themselves.
faults = sorted(name for name in names
                if not re.match(r'lsched_|lsi_|__odr_asan|__x86\.get_pc_thunk\.', name))
print('\n'.join(faults))
sys.exit(bool(faults))
