#!/usr/bin/env python3
"""examples/data says what its README promises: references that hold, calendars that are good
iCalendar, holidays that follow their formulas, somebody in general care at every hour, and the
Monday of the story.  Reads with the standard library alone, so that no code of ours is asked."""
import calendar
import datetime
import functools
import json
import pathlib
import re
import sys
import zoneinfo

DATE = datetime.date
DAY = datetime.timedelta(days=1)
WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
TEAM_SIZES = {'hudson-valley': (34, 34), 'capital-region': (8, 9), 'helsinki': (14, 18),
              'thessaloniki': (14, 18), 'care-phoenix': (8, 12), 'care-manila': (8, 12),
              'care-dublin': (8, 12)}
CHANNELS = {'phone', 'chat', 'video', 'visit'}
LISTED_YEARS = range(2025, 2036)  # of the dates that no RRULE can give
RULE_YEARS = range(2025, 2101)

root = pathlib.Path(sys.argv[1]) / 'examples/data'
faults = []


def expect(true, fault):
    if not true:
        faults.append(fault)


# ---- iCalendar: a reader for what our files use ------------------------------------------

def parse(text, name):
    """The events of a calendar: dicts of property name -> list of (parameters, value)."""
    events, event = [], None
    lines = re.sub(r'\r?\n[ \t]', '', text).splitlines()
    expect(lines[0] == 'BEGIN:VCALENDAR' and lines[-1] == 'END:VCALENDAR', f'{name}: no VCALENDAR')
    expect('VERSION:2.0' in lines, f'{name}: no VERSION')
    expect(any(line.startswith('PRODID:') for line in lines), f'{name}: no PRODID')
    for line in lines:
        if line == 'BEGIN:VEVENT':
            event = {}
        elif line == 'END:VEVENT':
            events.append(event)
            event = None
        elif event is not None:
            head, value = line.split(':', 1)
            key, *parameters = head.split(';')
            event.setdefault(key, []).append((dict(p.split('=') for p in parameters), value))
    return events


@functools.cache
def when(text):
    return datetime.datetime.strptime(text, '%Y%m%dT%H%M%S' if 'T' in text else '%Y%m%d')


def start(event):
    return when(event['DTSTART'][0][1])


@functools.cache
def parts_of(text):
    return dict(part.split('=') for part in text.split(';'))


def rule(event):
    return parts_of(event['RRULE'][0][1]) if 'RRULE' in event else None


def in_rule(parts, first, date):
    """Whether a DAILY, WEEKLY or YEARLY rule gives the date, taking each part as a filter."""
    if date < first:
        return False
    for key, value in (('BYMONTH', date.month), ('BYMONTHDAY', date.day)):
        if key in parts and str(value) not in parts[key].split(','):
            return False
    if parts['FREQ'] == 'WEEKLY':
        begin = WEEKDAYS.index(parts.get('WKST', 'MO'))
        week = [d - DAY * ((d.weekday() - begin) % 7) for d in (first, date)]
        if (week[1] - week[0]).days // 7 % int(parts.get('INTERVAL', 1)):
            return False
    if 'BYDAY' not in parts:
        return True
    last = calendar.monthrange(date.year, date.month)[1]
    places = {WEEKDAYS[date.weekday()], f'{(date.day - 1) // 7 + 1}{WEEKDAYS[date.weekday()]}',
              f'-{(last - date.day) // 7 + 1}{WEEKDAYS[date.weekday()]}'}
    return not places.isdisjoint(parts['BYDAY'].split(','))


def gives(event, date):
    if rule(event):
        return in_rule(rule(event), start(event).date(), date)
    return date == start(event).date() or any(
        date == when(day).date() for _, days in event.get('RDATE', []) for day in days.split(','))


# ---- the files -----------------------------------------------------------------------------

def check_events(events, name):
    expect(events, f'{name}: no event')
    seen = set()
    for event in events:
        for key in ('UID', 'DTSTAMP', 'DTSTART', 'SUMMARY'):
            expect(len(event.get(key, [])) == 1, f'{name}: an event has not one {key}')
        uid = event['UID'][0][1]
        key = (uid, event.get('RECURRENCE-ID', [({}, '')])[0][1])
        expect(key not in seen, f'{name}: {uid} stands twice')
        seen.add(key)
        for values in event.values():
            for parameters, _ in values:
                if 'TZID' in parameters:
                    zoneinfo.ZoneInfo(parameters['TZID'])
        if 'DTEND' in event:
            expect(when(event['DTEND'][0][1]) > start(event), f'{name}: {uid} ends too soon')
        parts = rule(event)
        if parts and parts['FREQ'] != 'MONTHLY':
            expect(in_rule(parts, start(event).date(), start(event).date()),
                   f'{name}: {uid} does not start on a day of its own rule')


def read_files():
    files = {}
    for path in sorted((root / 'calendars').iterdir()):
        raw = path.read_bytes()
        name = f'calendars/{path.name}'
        expect(raw.endswith(b'\r\n') and raw.count(b'\n') == raw.count(b'\r\n'),
               f'{name}: a line does not end with CR LF')
        for number, line in enumerate(raw.split(b'\r\n'), 1):
            expect(len(line) <= 75, f'{name}:{number}: {len(line)} octets')
        files[name] = parse(raw.decode('utf-8'), name)
        check_events(files[name], name)
    return files


# ---- the site: ids, references, sizes ------------------------------------------------------

def calendars_of(site, files):
    """(owner id, calendar name) -> events, of every record."""
    found, used = {}, set()
    for kind in ('regions', 'teams', 'agents', 'services', 'customers'):
        for record in site[kind]:
            for entry in record.get('calendars', []):
                key = (record['id'], entry['name'])
                expect(key not in found, f'{kind}: {key} stands twice')
                expect(entry['effect'] in ('opens', 'closes'), f'{key}: effect {entry["effect"]}')
                expect(('file' in entry) != ('text' in entry), f'{key}: not one of file and text')
                if 'file' in entry:
                    expect(entry['file'] in files, f'{key}: {entry["file"]} is missing')
                    found[key] = files.get(entry['file'], [])
                    used.add(entry['file'])
                else:
                    found[key] = parse('\r\n'.join(entry['text']), str(key))
                    check_events(found[key], str(key))
    unused = set(files) - used - {'calendars/ny-public-holidays.ics'}
    expect(not unused, f'calendars that nobody uses: {sorted(unused)}')
    return found


def check_site(site):
    ids = {}
    for kind in ('teams', 'agents', 'services', 'customers', 'regions'):
        listed = [record['id'] for record in site[kind]]
        ids[kind] = set(listed)
        expect(len(listed) == len(ids[kind]), f'{kind}: an id stands twice')
        for record in site[kind]:
            expect(re.fullmatch(r'[!-~]{1,64}', record['id']), f'{kind}: id {record["id"]}')
            expect('zone' not in record or zoneinfo.ZoneInfo(record['zone']), '')
            strange = set(record.get('channels', [])) - CHANNELS
            expect(not strange, f'{record["id"]}: channels {strange}')
    for team in site['teams']:
        expect(team.get('overflow') != team['id'] and
               team.get('overflow', team['id']) in ids['teams'], f'{team["id"]}: overflow')
    for customer in site['customers']:
        expect(customer.get('team', 'helsinki') in ids['teams'], f'{customer["id"]}: team')
        expect(set(customer.get('knows', [])) <= ids['agents'], f'{customer["id"]}: knows')
    skills = {skill for agent in site['agents'] for skill in agent['skills']}
    for service in site['services']:
        expect(set(service['skills']) <= skills, f'{service["id"]}: a skill that nobody has')
    keys = [(m['team'], m['agent'], m.get('from')) for m in site['members']]
    expect(len(keys) == len(set(keys)), 'members: one stands twice')
    for team, agent, _ in keys:
        expect(team in ids['teams'] and agent in ids['agents'], f'members: {team}, {agent}')
    expect({agent for _, agent, _ in keys} == ids['agents'], 'members: somebody is in no team')
    for team, (least, most) in TEAM_SIZES.items():
        count = len({agent for name, agent, _ in keys if name == team})
        expect(least <= count <= most, f'{team}: {count} people')
    expect(len({c['zone'] for c in site['customers']}) >= 10, 'customers: fewer than ten zones')


# ---- holidays -------------------------------------------------------------------------------

def orthodox_easter(year):
    """Meeus' Julian algorithm, as a date of the Gregorian calendar (1900 to 2099)."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return DATE(year, month, day + 1) + 13 * DAY


def western_easter(year):
    """The algorithm of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return DATE(year, month, day + 1)


def nth(year, month, weekday, n):
    days = [DATE(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    return [day for day in days if WEEKDAYS[day.weekday()] == weekday][n - 1 if n > 0 else n]


def saturday_from(date):
    return date + DAY * ((5 - date.weekday()) % 7)


def greece(year):
    fixed = [(1, 1), (1, 6), (3, 25), (5, 1), (8, 15), (10, 28), (12, 25), (12, 26)]
    easter = orthodox_easter(year)
    return {DATE(year, *day) for day in fixed} | {easter + n * DAY for n in (-48, -2, 0, 1, 50)}


def finland(year):
    fixed = [(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)]
    easter, midsummer = western_easter(year), saturday_from(DATE(year, 6, 20))
    return ({DATE(year, *day) for day in fixed} | {easter + n * DAY for n in (-2, 0, 1, 39, 49)} |
            {midsummer - DAY, midsummer, saturday_from(DATE(year, 10, 31))})


def new_york(year):
    fixed = {DATE(year, *d) for d in [(1, 1), (2, 12), (6, 19), (7, 4), (11, 11), (12, 25)]}
    moving = [(1, 'MO', 3), (2, 'MO', 3), (5, 'MO', -1), (6, 'SU', 2), (9, 'MO', 1),
              (10, 'MO', 2), (11, 'TH', 4)]
    election = nth(year, 11, 'MO', 1) + DAY
    return (fixed | {day + DAY for day in fixed if WEEKDAYS[day.weekday()] == 'SU'} |
            {nth(year, *place) for place in moving} | {election})


def hudson_valley(year):
    return {DATE(year, 1, 1), nth(year, 5, 'MO', -1), DATE(year, 7, 4), nth(year, 9, 'MO', 1),
            nth(year, 11, 'TH', 4), DATE(year, 12, 24), DATE(year, 12, 25)}


def check_holidays(files):
    for name, formula, years in [
            ('ny-public-holidays', new_york, RULE_YEARS),
            ('hv-holidays', hudson_valley, RULE_YEARS),
            ('fi-holidays', finland, LISTED_YEARS), ('gr-holidays', greece, LISTED_YEARS)]:
        events = files[f'calendars/{name}.ics']
        for year in years:
            days = [DATE(year, 1, 1) + n * DAY for n in range(365 + calendar.isleap(year))]
            given = {day for day in days if any(gives(event, day) for event in events)}
            wrong = given ^ formula(year)
            expect(not wrong, f'{name}: {sorted(map(str, wrong))}')


# ---- hours -----------------------------------------------------------------------------------

def check_team_hours(site, files):
    event, = files['calendars/team-hours.ics']
    for key, value in (('DTSTART', '20250101T070000'), ('DTEND', '20250101T210000')):
        expect(event[key] == [({}, value)], f'team-hours: {key} is not floating {value}')
    expect(event['RRULE'][0][1] == 'FREQ=DAILY', 'team-hours: not daily')
    for team in site['teams']:
        names = [c['file'] for c in team['calendars'] if c['effect'] == 'opens']
        general = team.get('general', False)
        expect(names == [f'calendars/{team["id"]}-hours.ics' if general else
                         'calendars/team-hours.ics'], f'{team["id"]}: hours {names}')


def instances(events, first, days):
    """(from, until) in UTC of the zoned events on `days` dates."""
    for event in events:
        zone = zoneinfo.ZoneInfo(event['DTSTART'][0][0]['TZID'])
        length = when(event['DTEND'][0][1]) - start(event)
        for n in range(days):
            date = first + n * DAY
            if gives(event, date):
                begin = datetime.datetime.combine(date, start(event).time())
                yield begin.replace(tzinfo=zone).timestamp(), (begin + length).replace(
                    tzinfo=zone).timestamp()


def check_general_care(found):
    """Each window overlaps the next by 75 minutes or more: the longest contact, 60 minutes with
    its buffers, fits in one of them at every start of a quarter of an hour."""
    events = [e for (owner, name), es in found.items()
              if owner.startswith('care-') and name == 'hours' for e in es]
    spans = sorted(instances(events, DATE(2026, 1, 1), 365))
    reach = spans[0][1]
    for begin, end in spans[1:]:
        near = datetime.datetime.fromtimestamp(begin, datetime.timezone.utc)
        expect(reach - begin >= 75 * 60, f'general care: a gap near {near}')
        reach = max(reach, end)


def check_story(site, found):
    """Monday 2026-11-23 in New York: Ana is free at 16:40 and not before, Dev from the morning."""
    monday, zone = DATE(2026, 11, 23), zoneinfo.ZoneInfo('America/New_York')

    def free(agent, clock, minutes):
        at = datetime.datetime.combine(monday, datetime.time.fromisoformat(clock), zone).timestamp()
        begin, end = at, at + 60 * minutes
        opens = instances(found[agent, 'shifts'], monday, 1)
        closes = [s for name in ('breaks', 'training') if (agent, name) in found
                  for s in instances(found[agent, name], monday, 1)]
        return (any(a <= begin and end <= b for a, b in opens) and
                not any(a < end and begin < b for a, b in closes))
    for clock, agent, wanted in [
            ('13:00', 'ana-castillo', False), ('15:40', 'ana-castillo', False),
            ('16:10', 'ana-castillo', False),
            ('16:30', 'ana-castillo', False), ('16:40', 'ana-castillo', True),
            ('09:10', 'dev-malhotra', True), ('14:10', 'dev-malhotra', True),
            ('19:00', 'kaimana-akana', True)]:
        expect(free(agent, clock, 25) == wanted, f'story: {agent} at {clock}')
    agents = {agent['id']: agent for agent in site['agents']}
    customers = {customer['id']: customer for customer in site['customers']}
    expect(agents['dev-malhotra']['lanes'] == 3, 'story: Dev holds three chats')
    for customer, agent in [('joan', 'ana-castillo'), ('maya', 'dev-malhotra'),
                            ('keola', 'kaimana-akana')]:
        known = customers.get(customer, {}).get('knows')
        expect(known == [agent], f'story: {customer} knows {known}')


def main():
    site = json.loads((root / 'carrier.json').read_text(encoding='utf-8'))
    expect(site['libsched'] == 1, 'not version 1')
    files = read_files()
    found = calendars_of(site, files)
    check_site(site)
    check_holidays(files)
    check_team_hours(site, files)
    check_general_care(found)
    check_story(site, found)
    size = sum(path.stat().st_size for path in root.rglob('*') if path.is_file())
    expect(size < 250_000, f'{size} bytes are too many to read')
    print('\n'.join(faults))
    return bool(faults)


if __name__ == '__main__':
    sys.exit(main())
