#!/usr/bin/env python3
"""tests/results.py NAME BUILD EXIT -- counts what `meson test` wrote, and shows the failures.

NAME is the configuration, BUILD its directory, EXIT the exit status of `meson test`.
Prints a line for each test that was skipped, an excerpt from the output of each that
failed, and last "PASSED FAILED SKIPPED".  A log that is missing, cut off or empty, or that says
less than the exit status, counts as a failure.
"""
import json
import pathlib
import sys

GOOD = {'OK', 'EXPECTEDFAIL'}
LINES = 40


def excerpt(output, errors):
    """From the first failed case on, where the test names its cases; else the end."""
    lines = output.splitlines()
    first = [i for i, line in enumerate(lines) if line.startswith('not ok')]
    lines = lines[first[0]:][:LINES] if first else lines[-LINES:]
    return lines + errors.splitlines()[-LINES:]


def main():
    name, build, status = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    passed = failed = skipped = 0
    try:
        # With a wrapper, meson puts its name into the log's.
        log, = (build / 'meson-logs').glob('testlog*.json')
        tests = [json.loads(line) for line in log.read_text(encoding='utf-8').splitlines()]
    except (OSError, ValueError) as e:
        print(f'{name}: no readable log of the tests: {e}')
        tests = []
    for test in tests:
        if test['result'] in GOOD:
            passed += 1
        elif test['result'] == 'SKIP':
            skipped += 1
            print(f'{name}: skipped: {test["name"]}')
        else:
            failed += 1
            print(f'{name}: {test["result"]}: {test["name"]}')
            for line in excerpt(test.get('stdout', ''), test.get('stderr', '')):
                print('    ' + line)
    if passed == 0 and failed == 0:
        print(f'{name}: no test ran')
        failed = 1
    if status != 0 and failed == 0:
        print(f'{name}: meson test ended with {status}, and its log does not say why')
        failed = 1
    print(passed, failed, skipped)


main()
