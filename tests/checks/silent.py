#!/usr/bin/env python3
"""The library never prints, ends or reconfigures its host, starts nothing, and reads no
clock but in the one file that is the default clock, and in the stop watch for deadlines.  Nor does it call what answers
differently under another locale or TZ.  Read from what the objects ask the linker for."""
import re
import subprocess
import sys

FORBIDDEN = set('''
    printf vprintf fprintf vfprintf dprintf vdprintf puts putchar fputs perror psignal
    stdin stdout stderr syslog error warn warnx
    abort exit _exit _Exit quick_exit atexit __assert_fail assert_fail raise kill
    setenv putenv unsetenv clearenv tzset setlocale uselocale signal sigaction sigprocmask
    pthread_sigmask umask chdir srand srandom rand random
    pthread_create thrd_create fork vfork clone posix_spawn posix_spawnp system popen execve
    execv execvp execl execlp dlopen
    localtime localtime_r mktime timelocal strftime strptime ctime ctime_r asctime
    ctype_b_loc ctype_tolower_loc ctype_toupper_loc tolower toupper isalpha isdigit isspace
    strcasecmp strncasecmp strcasestr strcoll strxfrm strtod strtof atof
'''.split())
CLOCKS = set('time clock clock_gettime gettimeofday timespec_get ftime'.split())
MAY_READ = {('api_clock.c.o', 'time'), ('base_watch.c.o', 'clock_gettime')}

nm, archive = sys.argv[1:]
listing = subprocess.run([nm, '-A', '-u', archive], check=True, capture_output=True,
                         text=True).stdout
faults = []
objects = set()
for line in listing.splitlines():
    where, _, symbol = line.rpartition(' ')
    match = re.search(r'([\w.]+\.o):', where)
    if not match:
        sys.exit(f'silent: cannot read a line of nm: {line}')
    objects.add(match[1])
    # __printf_chk, __isoc99_sscanf@GLIBC_2.7: what the C library makes of a plain name.
    name = symbol.partition('@')[0]
    if name.startswith('__'):
        name = re.sub(r'_chk$', '', re.sub(r'^__(isoc\d+_)?', '', name))
    if symbol in FORBIDDEN or name in FORBIDDEN:
        faults.append(f'{match[1]}: {symbol}')
    if name in CLOCKS and (match[1], name) not in MAY_READ:
        faults.append(f'{match[1]}: {symbol} (not where a clock is read)')

if not objects:
    sys.exit(f'silent: {archive} has no objects')
print('\n'.join(faults))
sys.exit(bool(faults))
