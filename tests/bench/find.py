#!/usr/bin/env python3
"""All starts of the bench's case with python3-dateutil, as somebody would do it by hand.

Reads the case as JSON, and answers with the seconds of each call, of two ways:

  dateutil  each agent's shifts and lunch as rules that are kept, and asked for the window
            again with each question; then a sweep over integers
  sweep     everything expanded into integers beforehand: no calendar is left in it
"""
import bisect
import datetime
import json
import sys
import time

from dateutil import rrule, tz

case = json.load(sys.stdin)
NEW_YORK = tz.gettz('America/New_York')
LOS_ANGELES = tz.gettz('America/Los_Angeles')
FIRST = datetime.datetime(2030, 3, 4)
LAST = FIRST + datetime.timedelta(days=case['days'])
CALL, TAKES, STEP = 1800, 2400, 900


def rule(minutes, freq, days=None):
    return rrule.rrule(freq, byweekday=days, cache=True,
                       dtstart=FIRST + datetime.timedelta(minutes=minutes))


def instants(rule, zone):
    """Wall clock times within the window become seconds."""
    return [int(wall.replace(tzinfo=zone).timestamp())
            for wall in rule.between(FIRST, LAST - datetime.timedelta(seconds=1), inc=True)]


def spans(begin, end, zone):
    return list(zip(instants(begin, zone), instants(end, zone)))


WEEK = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR)
agents = [([rule(a['shift'], rrule.WEEKLY, WEEK), rule(a['lunch'], rrule.WEEKLY, WEEK)],
           [rule(a['lunch'] + 30, rrule.WEEKLY, WEEK), rule(a['shift'] + 480, rrule.WEEKLY, WEEK)],
           [tuple(b) for b in a['busy']]) for a in case['agents']]
team = (rule(8 * 60, rrule.DAILY), rule(20 * 60, rrule.DAILY))
customer = (rule(8 * 60, rrule.DAILY), rule(21 * 60, rrule.DAILY))


def both(a, b):
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        begin, end = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if begin < end:
            out.append((begin, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return out


def gaps(work, busy):
    i = 0
    for begin, end in work:
        while i < len(busy) and busy[i][0] < end:
            if busy[i][0] > begin:
                yield begin, busy[i][0]
            begin = busy[i][1]
            i += 1
        if begin < end:
            yield begin, end


def sweep(work_of, open_spans):
    counts = {}
    ends = [end for _, end in open_spans]
    for work, (_, _, busy) in zip(work_of, agents):
        for begin, end in gaps(work, busy):
            i = bisect.bisect_right(ends, begin)
            if i == len(ends) or end - begin < TAKES:
                continue
            first = max(begin, open_spans[i][0])
            last = min(end - TAKES, ends[i] - CALL)
            for t in range(-(-first // STEP) * STEP, last + 1, STEP):
                counts[t] = counts.get(t, 0) + 1
    return sorted(counts.items())


def expand():
    work = [sorted(spans(begins[0], begins[1], NEW_YORK) + spans(ends[0], ends[1], NEW_YORK))
            for begins, ends, _ in agents]
    return work, both(spans(*team, NEW_YORK), spans(*customer, LOS_ANGELES))


def with_rules():
    return sweep(*expand())


ready = expand()


def without_rules():
    return sweep(*ready)


def measure(question):
    answer, spent = question(), []
    end = time.perf_counter() + case['seconds']
    while not spent or time.perf_counter() < end:
        begun = time.thread_time()
        answer = question()
        spent.append(time.thread_time() - begun)
    return {'answer': answer, 'spent': spent}


json.dump({'dateutil': measure(with_rules), 'sweep': measure(without_rules)}, sys.stdout)
