#!/usr/bin/env python3
"""examples/data/regions says when somebody may be called: instants on both sides of each edge,
asked of schedctl with the packs loaded.  Each line of a pack's table is a service, a local time,
and yes or no; 'agreed' asks for the customer who has agreed to sales calls."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

root, schedctl = pathlib.Path(sys.argv[1]), sys.argv[2]
folder = root / 'examples/data/regions'
faults = []

PACKS = {
    ('US', 'America/New_York'): '''
        offer  2026-03-09T07:59 no     offer  2026-03-09T08:00 yes
        offer  2026-03-09T20:59 yes    offer  2026-03-09T21:00 no
        offer  2026-03-08T07:59 no     offer  2026-03-08T08:00 yes
        debt   2026-03-09T07:59 no     debt   2026-03-09T08:00 yes
        debt   2026-03-09T21:00 no     talk   2026-03-09T03:00 yes
        agreed 2026-03-09T03:00 yes    chat   2026-03-09T03:00 yes''',
    ('US-FL', 'America/New_York'): '''
        offer  2026-03-09T07:59 no     offer  2026-03-09T08:00 yes
        offer  2026-03-09T19:59 yes    offer  2026-03-09T20:00 no
        agreed 2026-03-09T20:00 no     talk   2026-03-09T20:00 yes''',
    ('US-CT', 'America/New_York'): '''
        offer  2023-09-30T20:30 yes    offer  2023-10-01T20:30 no
        offer  2026-03-09T08:59 no     offer  2026-03-09T09:00 yes
        offer  2026-03-09T19:59 yes    offer  2026-03-09T20:00 no''',
    ('US-AL', 'America/Chicago'): '''
        offer  2026-03-08T12:00 no     offer  2026-03-09T12:00 yes
        offer  2026-07-02T12:00 yes    offer  2026-07-03T12:00 no
        offer  2026-07-04T12:00 no     offer  2027-07-05T12:00 no
        offer  2027-07-06T12:00 yes    offer  2024-06-19T12:00 yes
        offer  2026-06-19T12:00 no     offer  2026-12-31T12:00 yes
        offer  2027-12-31T12:00 no     offer  2026-04-27T12:00 no
        offer  2026-05-25T12:00 no     offer  2026-11-26T12:00 no
        offer  2026-11-27T12:00 yes    talk   2026-07-04T12:00 yes''',
    ('CA', 'America/Toronto'): '''
        offer  2026-03-07T09:59 no     offer  2026-03-07T10:00 yes
        offer  2026-03-07T17:59 yes    offer  2026-03-07T18:00 no
        offer  2026-03-09T08:59 no     offer  2026-03-09T09:00 yes
        offer  2026-03-09T21:29 yes    offer  2026-03-09T21:30 no
        talk   2026-03-09T03:00 yes''',
    ('FR', 'Europe/Paris'): '''
        offer  2026-03-09T09:59 no     offer  2026-03-09T10:00 yes
        offer  2026-03-09T12:59 yes    offer  2026-03-09T13:00 no
        offer  2026-03-09T14:00 yes    offer  2026-03-09T20:00 no
        offer  2026-03-07T11:00 no     offer  2026-04-06T11:00 no
        offer  2026-05-14T11:00 no     offer  2026-05-25T11:00 no
        offer  2026-05-26T11:00 yes    offer  2023-02-26T22:00 yes
        offer  2023-03-01T22:00 no     offer  2026-08-10T11:00 yes
        offer  2026-08-11T11:00 no     agreed 2026-08-11T11:00 yes
        agreed 2026-03-07T11:00 yes    talk   2026-08-11T03:00 yes''',
    ('ES', 'Europe/Madrid'): '''
        offer  2026-03-09T08:59 no     offer  2026-03-09T09:00 yes
        offer  2026-03-09T20:59 yes    offer  2026-03-09T21:00 no
        offer  2026-03-07T12:00 no     offer  2026-10-12T12:00 no
        offer  2026-04-03T12:00 no     offer  2026-04-06T12:00 yes
        agreed 2026-10-12T12:00 no     talk   2026-10-12T03:00 yes''',
    ('DE', 'Europe/Berlin'): '''
        offer  2026-03-09T12:00 no     agreed 2026-03-09T12:00 yes
        talk   2026-03-09T03:00 yes    debt   2026-03-09T12:00 yes''',
    # Somebody of Florida who may be in Canada: each of the two must allow it.
    ('US-FL US CA', 'America/New_York'): '''
        offer  2026-03-07T09:30 no     offer  2026-03-07T10:00 yes
        offer  2026-03-09T20:30 no     offer  2026-03-09T09:00 yes''',
}
CAPS = {'US': (0, 7), 'US-FL': (3, 0), 'FR': (0, 1)}


def run(*arguments):
    done = subprocess.run([schedctl, *arguments], capture_output=True, text=True, check=False)
    if done.returncode > 1:
        sys.exit(f'schedctl {" ".join(arguments)}: {done.stderr}')
    return done


def site():
    """A customer of each pack, once as is and once agreed; and what they could be called for."""
    customers = []
    for number, (regions, zone) in enumerate(PACKS):
        first, *further = regions.split()
        for agreed in (False, True):
            customers.append({'id': f'c{number}{"-agreed" if agreed else ""}', 'zone': zone,
                              'region': first, 'regions': further,
                              'consents': ['sales'] if agreed else []})
    services = [{'id': name, 'name': name, 'minutes': 1, 'purpose': purpose}
                for name, purpose in (('offer', 'sales'), ('debt', 'collection'),
                                      ('talk', 'asked'))]
    return {'libsched': 1, 'services': services, 'customers': customers}


def check_pack(number, regions, table):
    for service, time, wanted in re.findall(r'(\w+) +(\S+) +(yes|no)\b', table):
        who = f'c{number}{"-agreed" if service == "agreed" else ""}'
        what = service if service in ('debt', 'talk') else 'offer'
        channel = 'chat' if service == 'chat' else 'phone'
        answer = 'yes' if run('may', who, what, time, '--channel', channel).returncode == 0 else 'no'
        if answer != wanted:
            faults.append(f'{regions}: {service} at {time} is {answer}, and should be {wanted}')


def check_records():
    records = {r['id']: r for r in json.loads(run('region', '--json').stdout)}
    asked = {word for regions, _ in PACKS for word in regions.split()}
    if set(records) != asked:
        faults.append(f'not asked about: {sorted(set(records) ^ asked)}')
    for name, record in records.items():
        if (record['per_day'], record['per_week']) != CAPS.get(name, (0, 0)):
            faults.append(f'{name}: other caps')
        if not record.get('source') or not record.get('as_of'):
            faults.append(f'{name}: no source or date')
    for file in folder.glob('*.ics'):
        text = file.read_text(encoding='utf-8')
        if '\nX-SOURCE:' not in text or '\nX-AS-OF:' not in text:
            faults.append(f'{file.name}: no source or date')
        if f'"{file.name}"' not in (folder / 'regions.json').read_text(encoding='utf-8'):
            faults.append(f'{file.name}: nobody loads it')


with tempfile.TemporaryDirectory() as place:
    db, mine = f'--db={place}/store.db', f'{place}/site.json'
    pathlib.Path(mine).write_text(json.dumps(site()), encoding='utf-8')
    command = run

    def run(*arguments):
        return command(arguments[0], db, *arguments[1:])

    run('init')
    run('load', str(folder / 'regions.json'))
    run('load', mine)
    check_records()
    for place_in_list, ((these, _), lines) in enumerate(PACKS.items()):
        check_pack(place_in_list, these, lines)
for fault in faults:
    print(fault)
sys.exit(len(faults) > 0)
