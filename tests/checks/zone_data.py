#!/usr/bin/env python3
"""Every zone of the installed database, held against Python's zoneinfo: the offset at each change
and a second before and behind it, and the instants of the wall clock times around, gaps and
overlaps included.  The changes of 2020 to 2040; with LSCHED_LONG set, those of 1970 to 2100 and
the first of each month."""
import datetime
import os
import struct
import subprocess
import sys
import zoneinfo

LONG = bool(os.environ.get('LSCHED_LONG'))
FIRST, LAST = (1970, 2100) if LONG else (2020, 2040)
DAY = 86400
EPOCH = datetime.datetime(1970, 1, 1)
UTC = datetime.timezone.utc


def seconds(year, month=1):
    return int((datetime.datetime(year, month, 1) - EPOCH).total_seconds())


def offset(zone, t):
    """Seconds east of UTC at the instant t."""
    moment = (EPOCH + datetime.timedelta(seconds=t)).replace(tzinfo=UTC)
    return int(moment.astimezone(zone).utcoffset().total_seconds())


def instant(zone, wall):
    """fold=0 is the offset before a gap, and the first of two equal times."""
    local = (EPOCH + datetime.timedelta(seconds=wall)).replace(tzinfo=zone)
    return wall - int(local.utcoffset().total_seconds())


def listed_changes(name):
    """The times of the 64-bit table of the zone file."""
    for folder in zoneinfo.TZPATH:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            break
    else:
        return []
    with open(path, 'rb') as file:
        data = file.read()
    sizes = struct.unpack('>6l', data[20:44])
    utc, std, leap, count, types, chars = sizes
    second = 44 + count * 5 + types * 6 + chars + leap * 8 + std + utc
    count, = struct.unpack('>l', data[second + 32:second + 36])
    return struct.unpack(f'>{count}q', data[second + 44:second + 44 + count * 8])


def changes(name, zone):
    """Those that the file lists, and those that its rule gives: found between two weeks."""
    begin, end = seconds(FIRST), seconds(LAST + 1)
    found = {t for t in listed_changes(name) if begin < t < end}
    t, before = begin, offset(zone, begin)
    while t < end:
        after = offset(zone, t + 7 * DAY)
        if after != before:
            low, high = t, t + 7 * DAY
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            found.add(high)
        t, before = t + 7 * DAY, after
    return sorted(found)


def questions(name, zone):
    asked = set()
    for t in changes(name, zone):
        asked |= {('u', t + n) for n in (-1, 0, 1)}
        walls = [t + offset(zone, t - 1), t + offset(zone, t)]
        walls.append(sum(walls) // 2)
        asked |= {('w', wall + n) for wall in walls for n in (-1, 0, 1)}
    if LONG:
        months = [seconds(year, month) for year in range(FIRST, LAST + 1) for month in range(1, 13)]
        asked |= {(kind, t) for kind in 'uw' for t in months}
    return sorted(asked)


def main():
    names = sorted(name for name in zoneinfo.available_timezones() if name[0].isupper())
    asked, lines = [], []
    for name in names:
        lines.append(f'z {name}')
        for kind, t in questions(name, zoneinfo.ZoneInfo(name)):
            asked.append((name, kind, t))
            lines.append(f'{kind} {t}')
    answer = subprocess.run([sys.argv[1]], input='\n'.join(lines) + '\n', stdout=subprocess.PIPE,
                            text=True, check=True)
    numbers = [int(line) for line in answer.stdout.split()]
    wrong = []
    for (name, kind, t), number in zip(asked, numbers):
        zone = zoneinfo.ZoneInfo(name)
        wanted = offset(zone, t) if kind == 'u' else instant(zone, t)
        if number != wanted:
            wrong.append(f'{name}: {kind} {t}: {number}, but zoneinfo says {wanted}')
    print('\n'.join(wrong[:50]))
    print(f'{len(names)} zones, {len(asked)} questions, {len(wrong)} wrong')
    return bool(wrong) or len(numbers) != len(asked) or len(names) < 300 or len(asked) < 50000


if __name__ == '__main__':
    sys.exit(main())
