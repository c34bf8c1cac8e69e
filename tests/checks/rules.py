#!/usr/bin/env python3
"""Random recurrence rules: libsched against python-dateutil, as far as it follows the RFC.

    rules.py LIBRARY EXPLANATIONS [RULES [SEED]]       600 rules; 20,000 is a long run

Every difference must have a stanza of EXPLANATIONS (tests/data/dateutil.txt).  Answers 77
where dateutil is not installed.
"""
import ctypes
import datetime
import pathlib
import random
import signal
import sys

try:
    from dateutil.rrule import rrulestr
except ImportError:
    print('python-dateutil is not installed')
    sys.exit(77)

PATIENCE = 0.15  # seconds for a rule
EPOCH = datetime.datetime(1970, 1, 1)
DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
# How far a rule is followed, in days.
HORIZON = {'SECONDLY': 0.1, 'MINUTELY': 5, 'HOURLY': 60, 'DAILY': 390, 'WEEKLY': 390,
           'MONTHLY': 390, 'YEARLY': 390}


class Calendar(ctypes.Structure):
    _fields_ = [('size', ctypes.c_uint32), ('kind', ctypes.c_int32), ('effect', ctypes.c_int32),
                ('ends', ctypes.c_int32), ('owner', ctypes.c_char_p), ('name', ctypes.c_char_p),
                ('text', ctypes.c_char_p), ('text_size', ctypes.c_size_t)]


class Span(ctypes.Structure):
    _fields_ = [('start', ctypes.c_int64), ('end', ctypes.c_int64), ('summary', ctypes.c_char_p)]


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(path)
        self.c.lsched_new.restype = ctypes.c_void_p
        self.c.lsched_message.restype = ctypes.c_char_p
        self.c.lsched_spans_at.restype = ctypes.POINTER(Span)
        self.c.lsched_spans_count.restype = ctypes.c_size_t
        self.s = ctypes.c_void_p(self.c.lsched_new())

    def starts(self, rule, start, first, last):
        text = ('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n'
                f'DTSTART:{start:%Y%m%dT%H%M%S}Z\r\nRRULE:{rule}\r\nEND:VEVENT\r\n'
                'END:VCALENDAR\r\n').encode()
        calendar = Calendar(ctypes.sizeof(Calendar), 0, 1, 1, None, None, text, len(text))
        spans = ctypes.c_void_p()
        status = self.c.lsched_instances(self.s, ctypes.byref(calendar), b'UTC',
                                         ctypes.c_int64(seconds(first)),
                                         ctypes.c_int64(seconds(last)), ctypes.byref(spans))
        if status != 0:
            raise ValueError(self.c.lsched_message(self.s).decode())
        count = self.c.lsched_spans_count(spans)
        found = [EPOCH + datetime.timedelta(seconds=self.c.lsched_spans_at(spans, ctypes.c_size_t(
            i)).contents.start) for i in range(count)]
        self.c.lsched_spans_free(spans)
        return found


def seconds(t):
    return int((t - EPOCH).total_seconds())


# ---- what the explanations ask ---------------------------------------------------------------


def numbered(rule):
    return any(len(day) > 2 for day in rule.get('BYDAY', []))


def plain(rule):
    return any(len(day) == 2 for day in rule.get('BYDAY', []))


def read_explanations(path):
    stanzas = []
    for block in path.read_text(encoding='utf-8').split('\n\n'):
        lines = [line for line in block.splitlines() if line and not line.startswith('#')]
        if lines:
            stanza = dict(line.split(' ', 1) for line in lines)
            stanza['test'] = compile(stanza['when'], stanza['name'], 'eval')
            stanza['used'] = 0
            stanzas.append(stanza)
    return stanzas


def explanation(stanzas, rule, start):
    for stanza in stanzas:
        if eval(stanza['test'], globals(), {'rule': rule, 'start': start}):
            stanza['used'] += 1
            return stanza
    return None


# ---- random rules ----------------------------------------------------------------------------


def some(r, most, least, greatest, ends=False):
    numbers = {r.randint(least, greatest) * (-1 if ends and r.random() < .3 else 1)
               for _ in range(r.randint(1, most))}
    return [str(n) for n in numbers]


def random_rule(r):
    freq = r.choice(list(HORIZON) + ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] * 2)
    fast, rule = freq in ('SECONDLY', 'MINUTELY', 'HOURLY'), {'FREQ': [freq]}
    if r.random() < .5:
        rule['INTERVAL'] = [str(r.randint(2, 5))]
    if r.random() < .4:
        rule['WKST'] = [r.choice(DAYS)]
    if r.random() < .3:
        rule['BYMONTH'] = some(r, 4, 1, 12)
    if freq == 'YEARLY' and r.random() < .2:
        rule['BYWEEKNO'] = some(r, 3, 1, 53, True)
    if (freq == 'YEARLY' or fast) and r.random() < .15:
        rule['BYYEARDAY'] = some(r, 4, 1, 366, True)
    if freq != 'WEEKLY' and r.random() < .25:
        rule['BYMONTHDAY'] = some(r, 4, 1, 31, True)
    if r.random() < .45:
        places = 5 if freq == 'MONTHLY' or 'BYMONTH' in rule else 53
        may = freq in ('MONTHLY', 'YEARLY') and 'BYWEEKNO' not in rule and r.random() < .6
        rule['BYDAY'] = [(some(r, 1, 1, places, True)[0] if may and r.random() < .8 else '') +
                         day for day in r.sample(DAYS, r.randint(1, 4))]
    if r.random() < .25:
        rule['BYHOUR'] = some(r, 3, 0, 23)
    if r.random() < .2:
        rule['BYMINUTE'] = some(r, 3, 0, 59)
    if r.random() < .1:
        rule['BYSECOND'] = some(r, 3, 0, 59)
    if any(part.startswith('BY') for part in rule) and r.random() < (.4 if freq == 'WEEKLY' else .2):
        rule['BYSETPOS'] = some(r, 3, 1, 6, True)
    if r.random() < .25:
        rule['COUNT'] = [str(r.randint(1, 40))]
    return rule


def write(rule):
    return ';'.join(f'{part}={",".join(values)}' for part, values in rule.items())


# ---- the comparison --------------------------------------------------------------------------


class TooSlow(Exception):
    pass


def too_slow(*_):
    raise TooSlow


def oracle(rule, start, first, last):
    """What dateutil gives, with DTSTART as the first instance: "The DTSTART property value
    ... counts as the first occurrence" (3.8.5.3), also where the rule does not give it."""
    limit = int(rule.get('COUNT', ['0'])[0])
    endless = {part: values for part, values in rule.items() if part != 'COUNT'}
    found = [start]
    try:
        series = rrulestr('RRULE:' + write(endless), dtstart=start)
    except ValueError as e:
        if 'generates an empty set' not in str(e):
            raise
        series = []
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        for t in series:
            if t >= last or (limit and len(found) >= limit):
                break
            if t > start:
                found.append(t)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return [t for t in found if first <= t < last]


def main():
    library = Library(sys.argv[1])
    stanzas = read_explanations(pathlib.Path(sys.argv[2]))
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 600
    r = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 5545)
    signal.signal(signal.SIGALRM, too_slow)
    same = slow = explained = 0
    faults = []
    for _ in range(count):
        rule = random_rule(r)
        freq = rule['FREQ'][0]
        start = datetime.datetime(2000, 1, 1) + datetime.timedelta(
            days=r.randrange(9000), minutes=r.randrange(1440))
        years = 0 if freq in ('SECONDLY', 'MINUTELY', 'HOURLY') else r.choice([0, 0, 1, 3])
        first = start + datetime.timedelta(days=years * 365)
        last = first + datetime.timedelta(days=HORIZON[freq])
        try:
            wanted = oracle(rule, start, first, last)
        except (TooSlow, OverflowError):
            slow += 1
            continue
        if library.starts(write(rule), start, first, last) == wanted:
            same += 1
        elif explanation(stanzas, rule, start):
            explained += 1
        else:
            faults.append(f'{start} {write(rule)} from {first} until {last}')
    print(f'{count} rules: {same} alike, {explained} explained, {slow} without an answer of '
          f'dateutil, {len(faults)} not explained')
    for stanza in stanzas:
        print(f'  {stanza["used"]:6} {stanza["name"]}')
        if stanza['used'] == 0 and count >= 20000:
            faults.append(f'nothing shows any longer: {stanza["name"]}')
    print('\n'.join(faults[:20]))
    sys.exit(1 if faults or same < count // 2 else 0)


main()
