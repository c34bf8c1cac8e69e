#!/usr/bin/env python3
"""libsched from Python, through cffi in ABI mode.

    smoke.py [LIBRARY [HEADER]]

LIBRARY is the shared library (else the environment's LSCHED_LIBRARY, else libsched.so.0);
HEADER is libsched.h (else the one of this source tree).  The declarations are the
header's own: nothing is copied here that could drift from it.  Ends with 77 where cffi is
not installed.
"""
import os
import pathlib
import re
import sys

try:
    import cffi
except ImportError:
    print('python3-cffi is not installed')
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent


def load(library, header):
    """The header becomes cffi's by losing its preprocessor lines, the word LSCHED_API,
    and the braces that are for C++."""
    text = pathlib.Path(header).read_text(encoding='utf-8')
    text = re.sub(r'^#ifdef __cplusplus\n.*?^#endif\n', '', text, flags=re.M | re.S)
    text = re.sub(r'^#.*\n', '', text, flags=re.M)
    ffi = cffi.FFI()
    ffi.cdef(text.replace('LSCHED_API ', ''))
    try:
        return ffi, ffi.dlopen(library)
    except OSError as error:
        sys.exit(f'{error}\nwhere is it?  smoke.py LIBRARY, such as build/gcc/libsched/libsched.so')


class Failed(Exception):
    def __init__(self, name, message):
        super().__init__(f'{name}: {message}')
        self.name = name


class Scheduler:
    """The thin layer that a real binding would begin with: a status becomes an exception,
    keyword arguments a struct, and what arrives through `out` is released by the garbage
    collector -- in whatever order it likes, which the library allows."""

    def __init__(self, ffi, lib):
        self.ffi, self.lib = ffi, lib
        self.s = ffi.gc(lib.lsched_new(), lib.lsched_free)
        self.clock = None

    def text(self, pointer):
        return self.ffi.string(pointer).decode()

    def call(self, function, *arguments):
        status = getattr(self.lib, f'lsched_{function}')(self.s, *arguments)
        if status != self.lib.LSCHED_OK:
            raise Failed(self.text(self.lib.lsched_status_name(status)),
                         self.text(self.lib.lsched_message(self.s)))

    def record(self, kind, /, **fields):
        """A struct with its size, and the texts that it points to, kept alive with it."""
        record = self.ffi.new(f'lsched_{kind} *')
        record.size = self.ffi.sizeof(f'lsched_{kind}')
        texts = []
        for name, value in fields.items():
            if isinstance(value, str):
                value = self.ffi.new('char[]', value.encode())
                texts.append(value)
            setattr(record, name, value)
        return record, texts

    def put(self, kind, /, **fields):
        record, texts = self.record(kind, **fields)
        self.call(f'put_{kind}', record)

    def ask(self, function, kind, result, /, **fields):
        record, texts = self.record(kind, **fields)
        out = self.ffi.new(f'lsched_{result} **')
        self.call(function, record, out)
        return self.ffi.gc(out[0], getattr(self.lib, f'lsched_{result}_free'))

    def set_clock(self, instant):
        self.clock = self.ffi.callback('lsched_time(void *)', lambda user: instant)
        self.call('set_clock', self.clock, self.ffi.NULL)

    def instant(self, text, zone=None):
        out = self.ffi.new('lsched_time *')
        self.call('instant', text.encode(), zone.encode() if zone else self.ffi.NULL, out)
        return out[0]

    def wall(self, at, zone):
        buffer = self.ffi.new('char[]', 32)
        self.call('wall', at, zone.encode(), buffer, len(buffer))
        return self.text(buffer)


def hours(first, start, end):
    """Every weekday from `start` to `end` o'clock, floating."""
    return '\r\n'.join([
        'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//libsched//smoke//EN', 'BEGIN:VEVENT',
        'UID:hours', f'DTSTART:{first}T{start}0000', f'DTEND:{first}T{end}0000',
        'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'END:VEVENT', 'END:VCALENDAR', ''])


def expect(name, function, *arguments, words=()):
    try:
        function(*arguments)
    except Failed as e:
        assert e.name == name, e
        for word in words:
            assert word in str(e), e
    else:
        raise AssertionError(f'{name} was expected')


def fill(s):
    lib = s.lib
    s.put('team', id='east', name='Team East', zone='America/New_York', regions='US-NY US-NJ')
    s.put('agent', id='ana', name='Ana', zone='America/Chicago', languages='en es')
    s.put('member', team='east', agent='ana')
    s.put('calendar', kind=lib.LSCHED_TEAM, effect=lib.LSCHED_OPENS, owner='east', name='hours',
          text=hours('20260105', '09', '21'))
    s.put('calendar', kind=lib.LSCHED_AGENT, effect=lib.LSCHED_OPENS, owner='ana',
          name='shifts', text=hours('20260105', '09', '17'))
    s.put('service', id='advice', name='Advice', minutes=30, step=30,
          channels=lib.LSCHED_PHONE)
    s.put('customer', id='c1', zone='America/New_York', region='US-NY', language='es')


def main():
    arguments = sys.argv[1:]
    library = arguments[0] if arguments else os.environ.get('LSCHED_LIBRARY', 'libsched.so.0')
    header = arguments[1] if len(arguments) > 1 else HERE / '../../../include/libsched.h'
    ffi, lib = load(library, header)

    s = Scheduler(ffi, lib)
    expect('LSCHED_MISUSE', fill, s)  # there is no store yet
    s.call('open', b':memory:', lib.LSCHED_CREATE)
    s.set_clock(s.instant('2026-03-06T12:00:00-05:00'))  # a Friday
    fill(s)

    # Chicago's nine o'clock is New York's ten.  On Monday both have changed their clocks.
    found = dict(customer='c1', service='advice', limit=3,
                 **{'from': s.instant('2026-03-09', 'America/New_York')})
    slots = s.ask('find', 'query', 'slots', **found)
    starts = [s.wall(lib.lsched_slots_at(slots, i).start, 'America/New_York')
              for i in range(lib.lsched_slots_count(slots))]
    assert starts == ['2026-03-09T10:00:00-04:00', '2026-03-09T10:30:00-04:00',
                      '2026-03-09T11:00:00-04:00'], starts
    assert lib.lsched_slots_at(slots, 3) == ffi.NULL

    # A retry with the same key is the same booking; a second wish for that place is not.
    first = lib.lsched_slots_at(slots, 0).start
    wish = dict(customer='c1', service='advice', key='wish-1', note='Anruf am Büro',
                start=first)
    booking = s.ask('book', 'request', 'booking', **wish)
    again = s.ask('book', 'request', 'booking', **wish)
    assert s.text(booking.id) == s.text(again.id)
    assert s.text(booking.agent) == 'ana' and s.text(booking.team) == 'east'
    assert s.text(booking.wall) == '2026-03-09T10:00'
    assert s.text(booking.note) == 'Anruf am Büro'
    expect('LSCHED_TAKEN', lambda: s.ask('book', 'request', 'booking',
                                         **{**wish, 'key': 'wish-2'}))
    expect('LSCHED_KEYUSED', lambda: s.ask('book', 'request', 'booking',
                                           **{**wish, 'note': 'other'}))
    later = s.ask('find', 'query', 'slots', **found)
    assert lib.lsched_slots_at(later, 0).start == first + 1800

    # A failure says what it is about, and hands nothing out.
    expect('LSCHED_NOTFOUND', lambda: s.ask('find', 'query', 'slots', customer='nobody',
                                            service='advice'), words=['nobody'])
    expect('LSCHED_INVALID', lambda: s.put('agent', id='x', name='X', zone='Mars/Base'),
           words=['Mars/Base'])
    out = ffi.new('lsched_booking **', ffi.cast('lsched_booking *', 1))
    assert lib.lsched_get_booking(s.s, b'no-such-booking', out) == lib.LSCHED_NOTFOUND
    assert out[0] == ffi.NULL

    # Garbage collectors release in any order: the scheduler first, then what came from it.
    ffi.release(s.s)
    assert lib.lsched_slots_count(slots) == 3
    assert s.text(lib.lsched_slots_at(slots, 0).agent) == 'ana'
    assert s.text(booking.zone) == 'America/New_York'
    for pointer in (slots, booking, later, again):
        ffi.release(pointer)
    for kind in ('slots', 'booking', 'bookings', 'team', 'teams', 'text', 'spans'):
        free = getattr(lib, f'lsched_{kind}_free')
        free(ffi.NULL)
        free(ffi.NULL)
    lib.lsched_free(ffi.NULL)
    lib.lsched_free(ffi.NULL)
    print(f'libsched {s.text(lib.lsched_version())} answers to Python')


main()
