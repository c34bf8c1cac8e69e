"""hours.py ROOT SCHEDCTL -- the regional teams' hours, wherever a customer of the example
data lives: every day of 2026 and 2027 from 07:00 to 21:00 on the local clock, which is 14
hours to the second, on the days of a clock change as well."""

import datetime
import json
import subprocess
import sys
import zoneinfo

root, schedctl = sys.argv[1:]
hours = root + "/examples/data/calendars/team-hours.ics"
with open(root + "/examples/data/carrier.json", encoding="utf-8") as file:
    zones = sorted({customer["zone"] for customer in json.load(file)["customers"]})


def spans(zone, year):
    command = [schedctl, "expand", hours, "--zone", zone, "--from", f"{year}-01-01",
               "--to", f"{year + 1}-01-01", "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)["spans"]


failures = changes = 0
for zone in zones:
    info = zoneinfo.ZoneInfo(zone)
    for year in (2026, 2027):
        day = datetime.date(year, 1, 1)
        for span in spans(zone, year):
            start = datetime.datetime.combine(day, datetime.time(7), info)
            end = datetime.datetime.combine(day, datetime.time(21), info)
            elapsed = end.timestamp() - start.timestamp()
            wanted = {"from": start.isoformat(), "until": end.isoformat()}
            if span != wanted or elapsed != 14 * 3600:
                print(zone, day, span)
                failures += 1
            noon = datetime.datetime.combine(day, datetime.time(12), info).utcoffset()
            before = datetime.datetime.combine(day - datetime.timedelta(1), datetime.time(12), info)
            changes += noon != before.utcoffset()
            day += datetime.timedelta(1)
        if day != datetime.date(year + 1, 1, 1):
            print(zone, year, "ends at", day)
            failures += 1
if len(zones) < 8 or changes < 20:
    print(len(zones), "zones with", changes, "clock changes: too few to mean anything")
    failures += 1
sys.exit(failures > 0)
