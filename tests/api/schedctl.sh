#!/usr/bin/env bash
# schedctl.sh -- the command-line tool from outside: what it prints, its exit codes, and
# that what fails leaves the store as it was.  Needs bash and python3; TAP on stdout.
#
#   schedctl.sh PATH/TO/schedctl      with $LSCHED_DATA and $LSCHED_SOURCE set
set -u

tool=$(realpath "$1") || exit 1
data=$LSCHED_DATA/schedctl
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp -r "$data/." "$work" && cd "$work" || exit 1
export SCHEDCTL_DB=$work/a.db
unset NO_COLOR COLUMNS
now=2026-03-05T12:00:00Z
count=0

ctl() {
    "$tool" --now "$now" "$@"
}

# result STATUS WHAT: one line of TAP.
result() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/#   /' out err 2>/dev/null
    fi
}

# gives WHAT PATTERN ARGS...: succeeds, and prints PATTERN.
gives() {
    local what=$1 pattern=$2
    shift 2
    ctl "$@" >out 2>err
    [ $? -eq 0 ] && [ ! -s err ] && grep -Eq -- "$pattern" out
    result $? "$what"
}

# fails WHAT CODE PATTERN ARGS...: fails with the code, one line on stderr that has
# PATTERN and names nothing twice, nothing on stdout, and the same dump as before.
fails() {
    local what=$1 code=$2 pattern=$3 got
    shift 3
    ctl "$@" >out 2>err
    got=$?
    ctl dump >after.json 2>>err
    [ $got -eq "$code" ] && [ "$(grep -vc '^schedctl explain ' err)" -eq 1 ] && grep -Eq -- "$pattern" err &&
        grep -q '^schedctl: ' err && ! grep -Eq '^schedctl: (schedctl|([a-z]+): \2)\>' err &&
        [ ! -s out ] && cmp -s before.json after.json
    result $? "$what (exit $got, wanted $code)"
}

# json WHAT EXPRESSION ARGS...: prints JSON of which the Python expression over d is true.
json() {
    local what=$1 expression=$2
    shift 2
    ctl "$@" --json >out 2>err
    python3 - "$expression" <<'END' 2>>err
import json, sys
d = json.load(open("out", encoding="utf-8"))
sys.exit(0 if eval("(" + sys.argv[1] + ")") else 1)
END
    result $? "$what"
}

# field EXPRESSION: a value of the last JSON.
field() {
    python3 -c 'import json, sys; d = json.load(open("out")); print(eval(sys.argv[1]))' "$1"
}

# bad WHAT CODE PATTERN OLD NEW: a site file with one thing changed cannot be loaded.
bad() {
    python3 - "$4" "$5" <<'END' || exit 1
import sys
text = open("site.json", encoding="utf-8").read()
if sys.argv[1] not in text:
    sys.exit("not in site.json: " + sys.argv[1])
open("bad.json", "w", encoding="utf-8").write(text.replace(sys.argv[1], sys.argv[2], 1))
END
    fails "$1" "$2" "$3" load bad.json
}

# ---- help, usage -------------------------------------------------------------------------

gives 'help' '^Exit codes' --help
for command in init load dump team agent customer service wait slots week month explain estimate ways calendar book move cancel show \
    bookings agenda hours expand due export token events notices series hold confirm start \
    finish case say timeline forget report; do
    gives "help of $command" '^Example' $command --help
    [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' out)" -le 80 ]
    result $? "help of $command fits a terminal"
done
gives 'version' '^schedctl [0-9]+\.[0-9]+\.[0-9]+$' --version
gives 'version of the zones' '^zones (20[0-9]{2}[a-z]|files-.+)$' --version

ctl team >out 2>err
[ $? -eq 5 ] && grep -q "there is no store" err
result $? 'no store is exit code 5'

# ---- errors as JSON ------------------------------------------------------------------------

# error WHAT CODE EXPRESSION ARGS...: fails with one JSON object e on stderr, nothing on stdout.
error() {
    local what=$1 code=$2 expression=$3 got
    shift 3
    ctl "$@" --json >out 2>err
    got=$?
    [ $got -eq "$code" ] && [ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] &&
        python3 - "$expression" "$code" <<'END' 2>>out
import json, sys
e = json.load(open("err", encoding="utf-8"))
assert list(e) == ["code", "status", "number", "message", "hint"], e
assert e["code"] == int(sys.argv[2]) and e["message"] and isinstance(e["hint"], str), e
assert (e["status"] is None) == (e["number"] is None), e
assert not e["message"].startswith("schedctl") and "(LSCHED_" not in e["message"], e
sys.exit(0 if eval("(" + sys.argv[1] + ")") else 1)
END
    result $? "error as JSON: $what (exit $got, wanted $code)"
}

error 'no store' 5 'e["status"] is None and "schedctl init" in e["message"]' team
error 'no command' 2 'e["status"] is None and "slots" in e["message"]' slot
error 'no option' 2 '"--limit" in e["message"]' slots --limt 3
error 'no option before a command' 2 'e["message"].startswith("there is no option --noww")' --noww x team
error 'bytes that are no text' 2 '"?" in e["message"]' $'\xff\xfe\n'

# ---- load and dump -------------------------------------------------------------------------

gives 'init' '^store ' init
gives 'init again leaves the store alone' '^store ' init
gives 'load' ' 3 teams' load site.json
ctl dump >before.json 2>err
result $? 'dump'
gives 'load again' ' 9 calendars' load site.json
ctl dump | cmp -s - before.json
result $? 'a second load changes nothing'
ctl init --db b.db >out 2>err && ctl dump | ctl load - --db b.db >out 2>err &&
    ctl dump --db b.db | cmp -s - before.json
result $? 'a dump loads into an equal store'
awk '/^```json/ { f = 1; next } /^```/ { f = 0 } f' \
    "$LSCHED_SOURCE/examples/schedctl/SITE.md" >doc.json
ctl init --db doc.db >out 2>err && ctl load doc.json --db doc.db >out 2>err &&
    grep -q ' 3 calendars' out
result $? 'the example of SITE.md loads'
json 'slots of that example' 'd["slots"][0]["rung"] == "known"' slots c-1001 fix --db doc.db

# ---- what cannot be loaded -------------------------------------------------------------------

bad 'a typo in a key' 2 "bad.json:18: teams\[0\]\.regoins: unknown key; did you mean 'regions'" \
    '"regions": ["US-NY"' '"regoins": ["US-NY"'
bad 'an unknown list' 2 "bad.json:[0-9]+: agentz: .*did you mean 'agents'" '"agents"' '"agentz"'
bad 'a repeated key' 2 'bad.json:48:[0-9]+: JSON: duplicate' '"lanes": 3' '"lanes": 3, "lanes": 4'
bad 'a syntax error' 2 'bad.json:48:[0-9]+: JSON: ' '"lanes": 3' '"lanes": 3,,'
bad 'a wrong type' 2 'bad.json:48: agents\[0\]\.lanes: must be a whole number, and is a text' \
    '"lanes": 3' '"lanes": "3"'
bad 'a fraction' 2 'agents\[0\]\.lanes: must be a whole number' '"lanes": 3' '"lanes": 3.5'
bad 'a number beyond 32 bits' 2 'agents\[0\]\.lanes: ' '"lanes": 3' '"lanes": 4294967299'
bad 'too many lanes' 2 'bad.json:48: agents\[0\]\.lanes: .*(LIMIT|INVALID)' '"lanes": 3' '"lanes": 33'
bad 'a missing key' 2 'bad.json:40: agents\[0\]\.name: is missing' '"name": "Ana Ortiz",' ''
bad 'a wrong version' 2 'bad.json:2: libsched: ' '"libsched": 1' '"libsched": 2'
bad 'an unknown channel' 2 "agents\[0\]\.channels\[1\]: 'chit' is not one of" '"chat", "video"' \
    '"chit", "video"'
bad 'a skill out of range' 2 'agents\[0\]\.skills\.fiber: ' '"fiber": 3' '"fiber": 10'
bad 'two words in one' 2 "teams\[0\]\.regions\[0\]: 'US NY' is not one word" '"US-NY", "US' '"US NY", "US'
bad 'an id twice' 2 "bad.json:55: agents\[1\]\.id: 'ana' stands twice" '"id": "ben"' '"id": "ana"'
bad 'an invalid zone' 2 'bad.json:[0-9]+: agents\[1\]\.zone: .*Berlim' 'Europe/Berlin' 'Europe/Berlim'
bad 'a zone that is a path' 2 'agents\[1\]\.zone: ' 'Europe/Berlin' '../../etc/passwd'
bad 'a NUL in JSON' 2 'bad.json:42:[0-9]+: JSON: a text has a NUL' 'Ana Ortiz' 'Ana\u0000Ortiz'
bad 'a control character' 2 'agents\[0\]\.name: ' 'Ana Ortiz' 'Ana\u001b[2J'
bad 'a name too long' 2 'bad.json:42: agents\[0\]\.name: .*LIMIT' 'Ana Ortiz' \
    "$(printf 'x%.0s' {1..201})"
bad 'an agent nobody knows' 4 'members\[0\]\.agent: .*anna' '"agent": "ana"' '"agent": "anna"'
bad 'a date that is none' 2 'members\[0\]\.from: ' '2026-01-05"},' '2026-02-30"},'
bad 'a missing calendar file' 2 'bad.json:51: .*calendars/launch.ics: No such file' lunch.ics launch.ics
bad 'a calendar twice' 2 "agents\[0\]\.calendars\[1\]\.name: 'shifts' stands twice" \
    '"name": "breaks"' '"name": "shifts"'
bad 'a line of a calendar in JSON' 2 'bad.json:[0-9]+: agents\[1\]\.calendars\[0\]\.text\[6\]: ' \
    'DTSTART:20260105T140000' 'DTSTART:20261305T140000'
bad 'end before start' 2 'agents\[1\]\.calendars\[0\]\.text\[[0-9]+\]: ' \
    'DTEND:20260105T220000' 'DTEND:20260105T120000'
fails 'a missing site file' 2 'nosuch.json: No such file' load nosuch.json
fails 'a site file that is a list' 2 'a site file is an object' load - <<<'[]'
fails 'no site file at all' 2 'usage: schedctl load SITE.json' load

sed 's/lunch.ics/bad.ics/' site.json >bad.json
head -c 41943040 /dev/zero | tr '\0' x >calendars/bad.ics
fails 'a calendar of 40 MB' 2 'calendars/bad.ics: longer than 1048576 bytes \(LSCHED_MAX_CALENDAR\)' \
    load bad.json
fails 'the same to expand' 2 '^schedctl: calendars/bad.ics: longer' \
    expand calendars/bad.ics --from 2026-01-01 --to 2026-02-01
printf 'BEGIN:VCALENDAR\r\nX:\0\r\n' >calendars/bad.ics
fails 'a NUL in a calendar' 2 'calendars/bad.ics:2: text: a NUL byte' load bad.json
sed 's/DTSTART:2026/DTSTART:20x6/' calendars/lunch.ics >calendars/bad.ics
fails 'a broken calendar file' 2 '^schedctl: calendars/bad.ics:7: text: ' load bad.json
fails 'the same to expand' 2 '^schedctl: calendars/bad.ics:7: text: ' \
    expand calendars/bad.ics --from 2026-01-01 --to 2026-02-01

# ---- wrong usage ----------------------------------------------------------------------------

fails 'no command' 2 'a command is missing'
fails 'a command that is two' 2 "'explain' .*'show'" why c-1001
fails 'an unknown command' 2 "did you mean 'slots'" slost
fails 'an unknown option' 2 'did you mean --limit' slots c-1001 fix --limt 5
fails 'an option twice' 2 'given twice' slots c-1001 fix --limit 5 --limit 6
fails 'an option without its value' 2 '--limit needs a value' slots c-1001 fix --limit
fails 'an unknown rung' 2 "'hom' is not one of known, home" slots c-1001 fix --rung hom
fails 'no number' 2 '--limit: ' slots c-1001 fix --limit 0x10
fails 'no time' 2 '--from: ' slots c-1001 fix --from tomorrow
fails 'an unknown zone' 2 'Mars' expand calendars/week.ics --from 2026-01-01 --to 2026-02-01 --zone Mars/Base
fails 'until before from' 2 'slots: ' slots c-1001 fix --from 2026-03-10 --until 2026-03-09
fails 'an unknown customer' 4 'c-9' slots c-9 fix
fails 'an unknown service' 4 'fox' slots c-1001 fox
fails 'a month of too many days' 2 '399' month c-1001 fix --days 400
fails 'a month of nobody' 2 'usage: schedctl month' month
fails 'a service of several that is not there' 4 "queries.1.: .*'fox'" slots c-1001 fix fox
fails 'several services for one booking' 2 'usage' slots --moving x c-1001 fix bill
fails 'an unknown team' 4 'nobody' team nobody
fails 'an unknown agent' 4 'nobody' agenda nobody
fails 'an unknown booking' 4 'b-1' show b-1
fails 'nothing to cancel' 4 'b-1' cancel b-1

# ---- people ------------------------------------------------------------------------------------

gives 'the teams' 'General Care' team
gives 'the faces of a team' 'ana.jpg' team east
json 'a team in JSON' '[m["id"] for m in d["members"]] == ["ana", "ben"]' team east
json 'who only begins later' '[m["serves"] for m in d["members"]] == [True]' team west
now=2027-01-02T12:00:00Z json 'who has left' 'd["members"] == []' team west
json 'an agent in JSON' 'd["skills"] == {"fiber": 3, "billing": 1} and d["lanes"] == 3' agent ana
json 'a service in JSON' 'd["notice"] == -1 and d["channels"] == ["chat"]' service bill
json 'the customers' 'len(d) == 3' customer
json 'a new customer is given a team' 'd["team"] == "west" and d["members"][0]["name"] == "Chloé Dubois"' \
    customer put c-2002 --zone America/Los_Angeles --region US-CA
ctl customer put c-2002 --zone America/Los_Angeles --region US-CA >out 2>err
[ $? -eq 0 ] && grep -q 'team .*West Care' out && grep -q chloe out
result $? 'and sees its faces'

# ---- slots, week ------------------------------------------------------------------------------

monday='--from 2026-03-09 --until 2026-03-10'
json 'slots' 'd["slots"][0]["start"] == "2026-03-09T08:00:00-04:00" and
    d["slots"][0]["agent_name"] == "Ana Ortiz" and d["slots"][0]["free"] == 1 and
    [s["channel"] for s in d["slots"][:2]] == ["phone", "chat"]' slots c-1001 fix $monday
json 'slots with one agent' '{s["agent_start"] for s in d["slots"]} >= {"2026-03-09T14:00:00+01:00"} and
    {s["agent"] for s in d["slots"]} == {"ben"}' slots c-1001 fix $monday --agent ben
json 'the next page' 'd["slots"][0]["start"] == "2026-03-09T08:30:00-04:00"' \
    slots c-1001 fix $monday --after 2026-03-09T08:00
gives 'slots as a table' 'Mon 2026-03-09T09:00-04:00 +Ana Ortiz +09:00-04:00 +east +known +phone +2' \
    slots c-1001 fix $monday
ctl slots c-1001 fix --from 2026-03-07 --until 2026-03-08 >out 2>err
[ $? -eq 3 ] && grep -q 'No place is free' out && grep -Eq '^ +[0-9]+  .*team' out
result $? 'no slots: exit code 3 and the reasons'
json 'the reasons in JSON' 'd["slots"] == [] and {"team", "agent"} <= {r["reason"] for r in d["lost"]}' \
    slots c-1001 fix --from 2026-03-07 --until 2026-03-08
json 'a week' 'd["days"][1]["date"] == "2026-03-09" and d["days"][1]["free"][16:20] == [1, 1, 2, 2] and
    d["days"][0]["free"][4:6] == [None, None] and d["most"] == 2' week c-1001 fix --from 2026-03-08
json 'a month' '[x["starts"] for x in d["days"]][:4] == [0, 17, 17, 17] and len(d["days"]) == 31 and
    d["days"][0]["first"] is None and d["days"][1]["date"] == "2026-03-09" and
    d["days"][1]["first"] == "2026-03-09T08:00:00-04:00" and d["days"][1]["free"] == 2 and
    d["days"][1]["slots"] == 34 and d["starts"] == sum(x["starts"] for x in d["days"]) and
    d["lost"] == []' month c-1001 fix --from 2026-03-08
json 'a month on one channel' '[x["slots"] for x in d["days"]] == [0, 17]' \
    month c-1001 fix --from 2026-03-08 --days 2 --channel chat
json 'the days of a month are those of the week' '[x["starts"] > 0 for x in d["days"]] == [False] + 5 * [True] + [False]' \
    month c-1001 fix --from 2026-03-08 --days 7
LC_ALL=C ctl month c-1001 fix --from 2026-03-27 --days 9 >out 2>err
cat >want <<'END'

March 2026
 Mon       Tue       Wed       Thu       Fri       Sat       Sun
                                         27 #  17  28 .      29 .
 30 #  15  31 #  15

April 2026
 Mon       Tue       Wed       Thu       Fri       Sat       Sun
                      1 #  15   2 #  15   3 #  15   4 .

. none   - 1-4   + 5-8   * 9-12   # 13-17 starts
92 starts; the first: 2026-03-27T08:00-04:00
END
cmp -s want out && [ ! -s err ]
result $? 'a month as a calendar page'
ctl month c-1001 fix --from 2026-03-07 --days 2 >out 2>err
[ $? -eq 3 ] && grep -q 'the team is closed' out && grep -q '^schedctl explain c-1001 fix' err
result $? 'an empty month says why, and what says more'
json 'an empty month in JSON' 'd["starts"] == 0 and "team" in {r["reason"] for r in d["lost"]}' \
    month c-1001 fix --from 2026-03-07 --days 2
json 'slots of several services' '[x["service"] for x in d["services"]] == ["fix", "bill"] and
    d["services"][0]["slots"][0]["channel"] == "phone" and
    {x["channel"] for x in d["services"][1]["slots"]} == {"chat"} and
    len(d["services"][1]["slots"]) == 2' slots c-1001 fix bill $monday --limit 2
gives 'a table for each service' '^bill:$' slots c-1001 fix bill $monday --limit 2
ctl slots c-1001 fix bill --from 2026-03-07 --until 2026-03-08 >out 2>err
[ $? -eq 3 ] && [ "$(grep -c 'No place is free' out)" -eq 2 ]
result $? 'no slots of any of several services'
LC_ALL=C ctl week c-1001 fix --from 2026-03-08 >out 2>err
[ $? -eq 0 ] && grep -q '^Mon 2026-03-09 \.\.\.' out && ! LC_ALL=C grep -q '[^ -~]' out
result $? 'a week in ASCII'
LC_ALL=C.UTF-8 ctl week c-1001 fix --from 2026-03-08 --color always >out 2>err
[ $? -eq 0 ] && grep -q '█' out && grep -q $'\033' out
result $? 'a week in colour'

# ---- bookings -----------------------------------------------------------------------------------

ctl dump >before.json
json 'book' 'd["agent"] == "ana" and d["start"] == "2026-03-09T09:00:00-04:00" and d["state"] == "booked" and
    d["rung"] == "known" and d["busy_until"] == "2026-03-09T09:40:00-04:00" and len(d["key"]) == 32' \
    book c-1001 fix 2026-03-09T09:00 --note $'first line\nsecond line'
id=$(field 'd["id"]')
json 'book with a key' 'd["agent"] == "ben" and d["channel"] == "chat"' \
    book c-1002 fix 2026-03-09T10:00-04:00 --channel chat --agent ben --key wish-1
first=$(field 'd["id"]')
json 'the same wish again' "d['id'] == '$first'" \
    book c-1002 fix 2026-03-09T10:00-04:00 --channel chat --agent ben --key wish-1
# ---- estimate -------------------------------------------------------------------------------------

now=2026-03-09T12:00:00Z gives 'estimate' '^A callback now can be promised$' estimate c-1001 fix
now=2026-03-09T12:00:00Z json 'estimate as JSON' 'd["offered"] and d["p90"] == 0 and d["position"] == 1 and d["chance"] == 1000' \
    estimate c-1001 fix
ctl dump >before.json
fails 'estimate of nobody' 4 "nix" estimate nix fix
fails 'estimate of no booking' 4 "nix" estimate nix

# ---- explain --------------------------------------------------------------------------------------
LC_ALL=C ctl explain c-1001 fix --date 2026-03-09 >out 2>err
[ $? -eq 0 ] && head -1 out | grep -q '^fix for c-1001 on Mon 2026-03-09: 16 starts are free, the first at 08:00; elsewhere, above all: the agent is off shift, on a break or on leave\.$' &&
    grep -Eq '^AGENT +TEAM 00    03    06    09    12 ' out &&
    grep -Eq '^Ana Ortiz +east r{16}#bb\.###--######-{9}ttr{6} +10$' out &&
    grep -Eq '^# free   r region   t team   x unfit   - off   b booked   \. grid$' out &&
    grep -Eq '^00:00 +08:00 +all +outside the lawful hours of the region +\(outside hours\)$' out &&
    grep -Eq '^00:00 +24:00 +Chlo.* the agent lacks a skill$' out &&
    ! grep -Eq 'CHANNELS|c-1002|wish' out
result $? 'a day explained'
[ "$(sed -n '/^STARTS FROM/,$p' out | wc -l)" -eq 12 ] && tail -1 out | grep -Eq '^\.\.\. and [0-9]+ more lines; --all shows them$'
result $? 'in the lines that matter'
left=$(tail -1 out | tr -dc 0-9)
ctl explain c-1001 fix --date 2026-03-09 --all >out 2>err
[ "$(sed -n '/^STARTS FROM/,$p' out | wc -l)" -eq $((11 + left)) ] && ! grep -q -e '--all' out &&
    grep -Eq '^11:21 +12:30 +Ana Ortiz .* breaks$' out
result $? 'in all lines'
gives 'the rest of a day' '^fix for c-1001 on Thu 2026-03-05 from 07:00 on: ' explain c-1001 fix
gives 'more than a day, with dates' '^2026-03-09T11:21-04:00 2026-03-09T12:30-04:00 Ana Ortiz .* breaks$' \
    explain c-1001 fix --from 2026-03-09 --until 2026-03-11 --agent ana --all
gives 'a closed day' '^fix for c-1001 on Sun 2026-03-08: nothing is free; above all: the team is closed\.$' \
    explain c-1001 fix --date 2026-03-08
grep -Eq '^2026-03-08T00:00-05:00 2026-03-09T00:00-04:00 east .*\(nothing opens\)$' out &&
    [ "$(grep -n '^WHAT WOULD HELP' out | cut -d: -f1)" -eq 3 ] &&
    [ "$(grep -n '^later ' out | cut -d: -f1)" -lt "$(grep -n '^earlier ' out | cut -d: -f1)" ] &&
    [ "$(grep -n '^WHAT WOULD HELP' out | cut -d: -f1)" -lt "$(grep -n '^STARTS FROM' out | cut -d: -f1)" ]
result $? 'what would help before what is in the way, and what never opens'
gives 'channels where they differ' '^Ben K.* phone +the agent is booked' explain c-1001 fix 2026-03-09T10:00 --agent ben
gives 'a start that is possible' '^fix for c-1001 at Mon 2026-03-09 10:00: it is free\.$' explain c-1001 fix 2026-03-09T10:00
gives 'one that is not' '^fix for c-1001 at Mon 2026-03-09 09:07, with Ana Ortiz: it is not free: contacts do not start at that minute\.$' \
    explain c-1001 fix 2026-03-09T09:07 --agent ana
gives 'one that is taken' 'with Ana Ortiz: it is not free: the agent is booked\.$' explain c-1001 fix 2026-03-09T09:00 --agent ana
json 'why it is not' '{o["reason"] for o in d["obstacles"]} == {"grid", "booked"} and d["starts"] == 0 and
    d["obstacles"][1]["agents"] == ["ana"] and d["obstacles"][0]["owner"] == "fix" and
    [r["kind"] for r in d["relaxations"]] == ["later", "earlier"] and
    d["relaxations"][0]["first"] == "2026-03-09T10:00:00-04:00" and
    d["relaxations"][0]["value"] == "2026-03-10T00:00:00-04:00"' \
    explain c-1001 fix 2026-03-09T09:07 --agent ana
json 'what would help' 'd["starts"] == 0 and
    [(r["kind"], r["value"], r["starts"]) for r in d["relaxations"]][0] == ("agent", None, 1) and
    d["lost"][0]["reason"] == "booked" and d["candidates"][0]["agent"] == "ana"' \
    explain c-1001 fix 2026-03-09T09:00 --agent ana
gives 'what no single change helps' '^No single change would help within a week before and two months after\.$' \
    explain c-1001 fix 2026-03-08T09:00 --agent chloe
grep -Eq '^The first free place at all: Thu 2026-03-05T0[0-9:]+-05:00, Ana Ortiz, by phone\.$' out
result $? 'and the first place at all'
json 'the same in JSON' 'd["relaxations"] == [] and d["anywhere"] == json.loads(
    __import__("subprocess").check_output(["'"$tool"'", "slots", "c-1001", "fix", "--limit", "1",
    "--json", "--now", "'"$now"'"]))["slots"][0]' \
    explain c-1001 fix 2026-03-08T09:00 --agent chloe
json 'no first place where something helps' 'd["anywhere"] is None' \
    explain c-1001 fix 2026-03-09T09:00 --agent ana
ctl dump >before.json
fails 'an explanation of too much' 2 'LSCHED_LIMIT' explain c-1001 fix --from 2026-03-09 --until 2026-06-09
fails 'of a start and a day' 2 'not both' explain c-1001 fix 2026-03-09T09:00 --date 2026-03-09
fails 'of nobody' 4 'NOTFOUND' explain c-9 fix
ctl dump >before.json
fails 'another wish with that key' 2 'KEYUSED' book c-1002 fix 2026-03-09T11:00 --key wish-1
fails 'a place that is taken' 1 'LSCHED_TAKEN' book c-1001 fix 2026-03-09T09:00 --agent ana
fails 'a team that is closed' 1 'LSCHED_(CLOSED|NOBODY)' book c-1001 fix 2026-03-08T09:00
fails 'too soon' 1 'LSCHED_TOOSOON' book c-1001 fix 2026-03-05T07:30
fails 'too far' 1 'LSCHED_TOOFAR' book c-1001 fix 2026-06-05T09:00
fails 'off the grid' 1 'LSCHED_OFFGRID' book c-1001 fix 2026-03-10T09:07
fails 'no start' 2 'START: ' book c-1001 fix soon
fails 'a date is no start' 2 "START: '2026-03-09' is a date" book c-1001 fix 2026-03-09
fails 'nor of a hold' 2 "START: '2026-03-09' is a date" hold c-1001 fix 2026-03-09
fails 'nor of a move' 2 "START: '2026-03-09' is a date" move "$id" 2026-03-09
fails 'nor of a series' 2 "START: '2026-03-09' is a date" series c-1001 fix 2026-03-09 'FREQ=DAILY;COUNT=2'
error 'a place that is taken' 1 'e["status"] == "LSCHED_TAKEN" and e["number"] == -24 and "slots" in e["hint"]' \
    book c-1001 fix 2026-03-09T09:00 --agent ana
gives 'show' 'second line$' show "$id"
json 'show in JSON' "d['id'] == '$id' and d['lane'] == 0" show "$id"
json 'bookings' '[b["agent"] for b in d] == ["ana", "ben"]' bookings $monday --zone America/New_York
json 'bookings of a customer' "[b['id'] for b in d] == ['$id']" bookings --customer c-1001
json 'slots for moving keep to its channel' '{s["channel"] for s in d["slots"]} == {"phone"}' \
    slots --moving "$id" $monday
json 'slots for moving to another' '{s["channel"] for s in d["slots"]} == {"chat"}' \
    slots --moving "$id" $monday --channel chat
json 'slots for moving' 'd["slots"][0]["agent"] == "ana" and "2026-03-09T09:00:00-04:00" in
    [s["start"] for s in d["slots"]]' slots --moving "$id" $monday
json 'move' "d['id'] == '$id' and d['sequence'] == 1 and d['wall'] == '2026-03-09T11:00' and d['cause'] == 'asked'" \
    move "$id" 2026-03-09T11:00 --cause asked
json 'the old place is free again' 'd["slots"][0]["start"] == "2026-03-09T09:00:00-04:00"' \
    slots c-1001 fix --agent ana --from 2026-03-09T09:00 --until 2026-03-09T09:30
LC_ALL=C ctl agenda ana --date 2026-03-09 >out 2>err
[ $? -eq 0 ] && grep -Eq '^ +07    08    09 ' out && grep -Eq '^shift +=+---=+ *$' out &&
    grep -Eq '^lane 3 .*\.AAA-' out && grep -q '11:00-11:30' out
result $? 'an agenda'
json 'an agenda in JSON' "[b['id'] for b in d['bookings']] == ['$id'] and len(d['shift']) == 1 and len(d['open']) == 2" \
    agenda ana --date 2026-03-09
gives 'an agenda as iCalendar' "^UID:$id" agenda ana --date 2026-03-09 --ics
gives 'export' '^SEQUENCE:1' export "$id"
json 'export in JSON' "d['ics'].startswith('BEGIN:VCALENDAR') and 'second line' not in d['ics']" export "$id"
ctl init --db c.db >out 2>err && ctl dump | ctl load - --db c.db >out 2>err &&
    ctl dump | cmp -s - <(ctl dump --db c.db)
result $? 'a dump with bookings loads into an equal store'
# A dump has no tokens.
json 'token make' 'set(d) == {"token"} and len(d["token"]) == 26' token make "$id" --scope view,move
token=$(field 'd["token"]')
json 'token use' "d['id'] == '$id'" token use "$token"
gives 'token use for a person, in small letters' "^booking   $id" \
    token use "$(echo "$token" | LC_ALL=C tr A-Z a-z)" --scope view,move
gives 'token make for a person' '^[0-9A-HJKMNP-TV-Z]{26}$' token make "$id" --until 2026-03-06
token=$(cat out)
gives 'that token' "^booking" token use "$token"
ctl dump >before.json
fails 'a token of another scope' 4 '^schedctl: token: no token like this .*LSCHED_NOTFOUND' \
    token use "$token" --scope cancel
fails 'no token at all' 4 '^schedctl: token: no token like this .*LSCHED_NOTFOUND' token use x
"$tool" --now 2026-03-07T12:00:00Z token use "$token" >out 2>err
[ $? -eq 4 ] && grep -q '^schedctl: token: no token like this' err && ! grep -q "$token" out err
result $? 'an expired token'
fails 'a token without a booking' 4 'b-1' token make b-1
fails 'a token for what nobody knows' 2 'view, move, cancel' token make "$id" --scope own
fails 'a token until the past' 2 'expires' token make "$id" --until 2026-03-01
fails 'until when a token is used' 2 '--until' token use x --until 2026-03-06
fails 'neither make nor use' 2 'make, use' token drop "$id"
json 'cancel' 'd["state"] == "cancelled" and d["sequence"] == 2' cancel "$id" --cause solved --key c-1
json 'cancel again with the key' 'd["state"] == "cancelled"' cancel "$id" --cause solved --key c-1
ctl dump >before.json
fails 'cancel twice' 1 "^schedctl: cancel: booking '$id' is cancelled \\(LSCHED_OVER\\)\$" cancel "$id"
error 'cancel twice' 1 "e['status'] == 'LSCHED_OVER' and e['number'] == -26 and
    e['message'] == \"cancel: booking '$id' is cancelled\" and 'show' in e['hint']" cancel "$id"
error 'nobody' 4 'e["status"] == "LSCHED_NOTFOUND" and e["number"] == -3' show nobody
error 'a key that is used' 2 'e["number"] == -7 and "--key" in e["hint"]' \
    cancel "$id" --cause other --key c-1
fails 'move what is over' 1 'LSCHED_OVER' move "$id" 2026-03-09T12:30
ctl init --db d.db >out 2>err && ctl dump | ctl load - --db d.db >out 2>err &&
    ctl dump | cmp -s - <(ctl dump --db d.db)
result $? 'so does one with a cancelled booking'

# ---- events, notices ------------------------------------------------------------------------------

json 'events' "[e['event'] for e in d] == ['booked', 'booked', 'moved', 'cancelled'] and
    [e['seq'] for e in d] == [1, 2, 3, 4] and d[1]['key'] == 'wish-1' and 'before' not in d[0] and
    d[2]['before']['start'] == '2026-03-09T09:00:00-04:00' and
    d[2]['after']['start'] == '2026-03-09T11:00:00-04:00' and d[3]['at'] == '$now'" events
json 'events behind one' '[e["seq"] for e in d] == [3, 4]' events --after 2
json 'a page of events' '[e["seq"] for e in d] == [2, 3]' events --after 1 --limit 2
json 'events of a booking' "[e['seq'] for e in d] == [1, 3, 4]" events --booking "$id"
gives 'events as a table' \
    '^ *3 2026-03-05T12:00Z moved +2026-03-09T09:00-04:00 +2026-03-09T11:00-04:00 +ana ' events
gives 'a first booking comes from nowhere' '^ *1 2026-03-05T12:00Z booked +2026-03-09T09:00-04:00 +ana ' events
gives 'what is cancelled leads nowhere, and has a cause' \
    '^ *4 2026-03-05T12:00Z cancelled +2026-03-09T11:00-04:00 +ana +solved +01' events
fails 'events behind nothing' 2 '^schedctl: --after: ' events --after -1
fails 'events of nobody' 4 'nobody' events --booking nobody
gives 'when something is due' "^$now\$" notices due
gives 'take' "^$id.2.cancelled +cancelled +2026-03-05T12:00:00Z +1 c-1001 +2026-03-09T11:00-04:00 ana +2026-03-05T12:05:00Z" \
    notices take --limit 1 --seconds 300
json 'take the next' "[n['id'] for n in d] == ['$first.0.confirmed'] and d[0]['attempt'] == 1 and
    d[0]['lease_until'] == '2026-03-05T12:01:00Z' and d[0]['booking']['id'] == '$first'" notices take
json 'take when all is taken' 'd == []' notices take
json 'when a lease ends' 'd == {"due": "2026-03-05T12:01:00Z"}' notices due
fails 'ack of another attempt' 1 'LSCHED_OVER' notices ack "$first.0.confirmed" 2
gives 'ack' ' is done$' notices ack "$first.0.confirmed" 1
json 'ack again' "d == {'id': '$first.0.confirmed', 'attempt': 1}" notices ack "$first.0.confirmed" 1
fails 'ack of what is void' 1 'LSCHED_OVER' notices ack "$id.0.confirmed" 1
fails 'ack of what never was' 4 'NOTFOUND' notices ack "$first.7.moved" 1
fails 'ack of anything' 2 'INVALID' notices ack anything 1
for attempt in 0 -1 one 1x 99999999999; do
    fails "ack of attempt $attempt" 2 'ATTEMPT|no option' notices ack "$first.0.confirmed" $attempt
done
fails 'ack without an attempt' 2 '^schedctl: usage: ' notices ack "$first.0.confirmed"
fails 'seconds beyond an hour' 2 '^schedctl: --seconds: ' notices take --seconds 3601
fails 'seconds of an ack' 2 'notices take' notices due --seconds 1
fails 'notices of no kind' 2 'take, ack, due' notices give
now=2026-03-10T12:00:00Z
json 'a lease that ended' "[(n['id'], n['attempt']) for n in d] == [('$id.2.cancelled', 2)]" notices take
gives 'ack of the second attempt' ' is done$' notices ack "$id.2.cancelled" 2
fails 'nothing is due' 3 'no notice waits' notices due
now=2026-03-05T12:00:00Z
# ---- series --------------------------------------------------------------------------------------

# rows: how many rows the tables of the ledger have.
rows() {
    python3 - "$SCHEDCTL_DB" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print([db.execute(f"SELECT count(*) FROM lsched_{table}").fetchone()[0]
       for table in ("booking", "event", "notice", "occurrence")])
END
}

before=$(rows)
fails 'a series with a closed day' 1 '2026-03-14T10:00:00-04:00: .*LSCHED_CLOSED' \
    series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=6' --agent ana
[ "$(rows)" = "$before" ]
result $? 'leaves neither bookings, events nor notices'
json 'a series that fits' '[bool(o["booking"]) for o in d["occurrences"]] ==
    [True, True, False, False, True, True] and d["key"] == "series-1" and
    d["occurrences"][2]["reasons"][0]["text"] != "" and
    d["occurrences"][2]["start"] == "2026-03-14T10:00:00-04:00" and
    {b["booking"]["series"] for b in d["occurrences"] if b["booking"]} == {d["series"]} and
    d["occurrences"][0]["booking"]["id"] == d["series"]' \
    series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=6' --agent ana --fit --key series-1
sid=$(field 'd["series"]')
cp out first
json 'the same series again' 'd == json.load(open("first"))' \
    series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=6' --agent ana --fit --key series-1
[ "$(rows)" = "$(python3 -c "
a = $before; print([a[0] + 4, a[1] + 4, a[2] + 8, a[3] + 6])")" ]
result $? 'each booking has an event, a confirmation and a reminder'
json 'bookings of a series' "len(d) == 4 and {b['series'] for b in d} == {'$sid'}" \
    bookings --series "$sid"
gives 'show names the series' "^series +$sid" show "$sid"
gives 'a weekly series as a table' '^2026-03-30T09:00.* +booked +Ana Ortiz +[0-9A-Z]{26} *$' \
    series c-1001 fix 2026-03-09T09:00 'FREQ=WEEKLY;COUNT=4'
gives 'a hole in the table' '^2026-03-14T11:00-04:00 +refused +' \
    series c-1001 fix 2026-03-13T11:00 'FREQ=DAILY;COUNT=2' --fit
ctl dump >before.json
fails 'another series with that key' 2 'KEYUSED' \
    series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=6' --agent ana --key series-1
fails 'a series without an end' 2 'neither COUNT nor UNTIL' series c-1001 fix 2026-03-12T10:00 FREQ=DAILY
fails 'a series that is no rule' 2 'FORTNIGHTLY' series c-1001 fix 2026-03-12T10:00 'FREQ=FORTNIGHTLY;COUNT=2'
fails 'a series that is too long' 2 '100' series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=101'
fails 'a series for nobody' 4 'c-9' series c-9 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=2'
fails 'a series without a rule' 2 'usage' series c-1001 fix 2026-03-12T10:00
fails 'a series with the options of --cancel' 2 '--cause is not for booking' \
    series c-1001 fix 2026-03-12T10:00 'FREQ=DAILY;COUNT=2' --cause x
fails 'no series to cancel' 4 "'nix'" series nix --cancel
fails 'a cancel with the options of booking' 2 '--fit is not for --cancel' series "$sid" --cancel --fit
json 'cancel the end of a series' '[o["booking"]["wall"] for o in d["occurrences"]] ==
    ["2026-03-16T10:00", "2026-03-17T10:00"] and d["occurrences"][0]["booking"]["cause"] == "away"' \
    series "$sid" --cancel --from 2026-03-14 --cause away --key s-2
gives 'cancel the rest of a series' '^2026-03-12T10:00-04:00 +cancelled ' series "$sid" --cancel
ctl dump >before.json
fails 'cancel a series twice' 1 'LSCHED_OVER' series "$sid" --cancel
ctl init --db e.db >out 2>err && ctl dump | ctl load - --db e.db >out 2>err &&
    ctl dump | cmp -s - <(ctl dump --db e.db)
result $? 'a dump with series loads into an equal store'
# ---- holds, and the life of a booking ------------------------------------------------------------

# at TIME COMMAND ARGS...: the command, by another clock.
at() {
    local now=$1
    shift
    "$@"
}

json 'hold' 'd["state"] == "held" and d["expires"] == "2026-03-05T07:05:00-05:00" and
    d["source"] == "web-7" and d["revision"] == 1 and d["late"] == 0 and d["note"] == "hm"' \
    hold c-1001 fix 2026-03-10T11:00 --agent ana --seconds 300 --source web-7 --note hm --key h-1
id=$(field 'd["id"]')
json 'the same hold again' "d['id'] == '$id'" \
    hold c-1001 fix 2026-03-10T11:00 --agent ana --seconds 300 --source web-7 --note hm --key h-1
ctl dump >before.json
fails 'another hold with that key' 2 'KEYUSED' hold c-1001 fix 2026-03-10T11:00 --agent ana --key h-1
fails 'a place that is held' 1 'LSCHED_TAKEN' book c-1002 fix 2026-03-10T11:00-04:00 --agent ana
fails 'too long a hold' 2 '--seconds: ' hold c-1001 fix 2026-03-10T11:30 --seconds 601
fails 'a hold of no time' 2 '--seconds: ' hold c-1001 fix 2026-03-10T11:30 --seconds 0
fails 'seconds are for holds' 2 'no option --seconds' book c-1001 fix 2026-03-10T11:30 --seconds 10
fails 'no source' 2 'source' hold c-1001 fix 2026-03-10T11:30 --source 'two words'
fails 'nothing to confirm' 4 'b-1' confirm b-1
fails 'start what is held' 1 'LSCHED_OVER' start "$id"
fails 'finish what is held' 1 'LSCHED_OVER' finish "$id"
fails 'finish as something else' 2 "'booked' is not one of fulfilled, missed, no-show" finish "$id" \
    --state booked
fails 'keep somebody else' 2 "'me' is not one of agent, team" move "$id" 2026-03-10T11:30 --keep me
! grep -q "$id" before.json
result $? 'a dump leaves holds out'
gives 'show a hold' '^held +until 2026-03-05T07:05:00-05:00$' show "$id"
at 2026-03-05T12:05:00Z gives 'show one that has run out' 'so its time is up$' show "$id"
gives 'a held place in the agenda' '11:00-11:30 +phone +held ' agenda ana --date 2026-03-10
at 2026-03-05T12:05:00Z gives 'one that has run out is not there' 'othing is booked' \
    agenda ana --date 2026-03-10
gives 'a hold in a list' " (phone|chat) +held +[a-z]+ +$id *\$" bookings --state held
now=2027-03-01T00:00:00Z gives 'one that ran out' " (phone|chat) +held, ran out +[a-z]+ +$id *\$" bookings --state held
json 'the holds' "[b['id'] for b in d] == ['$id']" bookings --state held
fails 'an unknown state' 2 "'holding' is not one of booked, cancelled, held" bookings --state holding
json 'move a hold' 'd["state"] == "held" and d["agent"] == "ana" and d["sequence"] == 1' \
    move "$id" 2026-03-10T10:30 --keep agent --key m-1
for hour in 13 14; do
    json "hold at $hour" 'd["state"] == "held"' hold c-1001 fix 2026-03-10T$hour:00
done
fails 'too many holds' 1 'LSCHED_QUOTA' hold c-1001 fix 2026-03-10T15:00
json 'confirm' 'd["state"] == "booked" and d["late"] == 0 and d["note"] == "yes"' \
    confirm "$id" --note yes --key c-2
at 2026-03-06T12:00:00Z json 'confirm again with the key' 'd["state"] == "booked"' \
    confirm "$id" --note yes --key c-2
json 'start' 'd["state"] == "started" and d["sequence"] == 3' start "$id" --actor ana \
    --correlation call-1 --key s-1
gives 'a contact in progress in the agenda' '10:30-11:00 +phone +started ' agenda ana --date 2026-03-10
python3 - <<'END' >out 2>&1
import sqlite3
row = sqlite3.connect("a.db").execute(
    "SELECT actor, correlation FROM lsched_event WHERE key = 's-1'").fetchone()
assert row == ("ana", "call-1"), row
END
result $? 'who it was is written down'
ctl dump >before.json
fails 'no actor' 2 'actor' finish "$id" --actor 'two words'
fails 'not missed yet' 1 'LSCHED_TOOSOON' finish "$id" --state no-show
json 'finish' 'd["state"] == "fulfilled" and d["cause"] == "solved"' finish "$id" --cause solved
json 'the place is free again' 'len(d["slots"]) > 0' slots c-1001 fix --agent ana \
    --from 2026-03-10T10:30 --until 2026-03-10T11:00
json 'book what will be missed' 'd["state"] == "booked"' book c-1002 fix 2026-03-10T10:00-04:00
id=$(field 'd["id"]')
at 2026-03-10T17:00:00Z json 'nobody came' 'd["state"] == "no-show"' finish "$id" --state no-show
now=2026-03-10T17:00:00Z
json 'hold what will expire' 'd["state"] == "held"' hold c-1001 fix 2026-03-11T10:00 --seconds 1
id=$(field 'd["id"]')
agent=$(field 'd["agent"]')
now=2026-03-10T18:00:00Z
json 'whoever takes it' 'd["state"] == "booked"' book c-1001 fix 2026-03-11T10:00 --agent "$agent"
other=$(field 'd["id"]')
json 'has written down that it expired' 'd["state"] == "expired"' show "$id"
ctl dump >before.json
fails 'too late to confirm' 1 'LSCHED_TAKEN' confirm "$id"
ctl init --db e.db >out 2>err && ctl load before.json --db e.db >out 2>err &&
    ctl dump --db e.db | cmp -s - before.json
result $? 'a dump with these states loads into an equal store'
sed '0,/"state": "expired"/s//"state": "held"/' before.json >bad.json
ctl init --db f.db >out 2>err
ctl load bad.json --db f.db >out 2>err
[ $? -eq 2 ] && grep -q 'hold cannot be taken over' err
result $? 'a hold cannot be loaded'
json 'the place is given back' 'd["state"] == "cancelled"' cancel "$other"
json 'a late confirm' 'd["state"] == "booked" and d["late"] == 3599' confirm "$id"
gives 'says how late' '^late +confirmed 3599 s' show "$id"
now=2026-03-05T12:00:00Z
ctl dump >before.json

# ---- calendars -----------------------------------------------------------------------------------

json 'hours' '[s["from"] for s in d["spans"]] == ["2026-03-09T08:00:00-04:00", "2026-03-09T12:30:00-04:00"]' \
    hours agent ana $monday
json 'hours of a region' 'd["spans"][0]["from"] == "2026-03-09T08:00:00-07:00"' \
    hours region US-NY --zone America/Los_Angeles $monday
json 'floating hours of a region' 'd["floating"] is True' hours region US-NY --zone UTC $monday
gives 'and that is said' '^Shown for UTC: floating times .* own clock\.$' hours region US-NY --zone UTC $monday
json 'hours of a team with a zone' 'd["floating"] is False and d["spans"]' hours team east $monday
ctl hours team east $monday >out 2>err && ! grep -q floating out
result $? 'of which nothing is said'
json 'shifts of an agent are on one clock' 'd["floating"] is False' hours agent ana $monday
fails 'hours of a region without a zone' 2 '--zone is missing' hours region US-NY
year='--from 2026-01-01 --to 2027-01-01'
json 'expand' 'len(d["spans"]) == 5' expand calendars/early.ics --from 2026-03-09 --to 2026-03-16
json 'expand instances' '[s["summary"] for s in d["spans"]] == ["Independence Day"]' \
    expand calendars/holidays.ics $year --instances
json 'expand what closes' 'd["spans"] == [{"from": "2026-07-04T00:00:00+02:00", "until": "2026-07-05T00:00:00+02:00"}]' \
    expand calendars/holidays.ics $year --closes --zone Europe/Paris
gives 'expand as a table' '^Mon 2026-03-09T08:00Z +2026-03-09T16:00Z +8 h' \
    expand calendars/early.ics --from 2026-03-09 --to 2026-03-10
json 'due' 'd["due"] == "2026-03-09T10:00:00-04:00"' due --calendar calendars/week.ics \
    --from 2026-03-06T18:00 --minutes 240 --zone America/New_York
json 'due with a break' 'd["due"] == "2026-03-09T13:00:00-04:00"' due --calendar calendars/early.ics \
    --closes calendars/lunch.ics --from 2026-03-09T11:30 --minutes 60 --zone America/New_York
fails 'due never' 3 'due: ' due --calendar calendars/holidays.ics --closes calendars/holidays.ics \
    --from 2026-03-06 --minutes 10
json 'due backwards' 'd["due"] == "2026-03-09T11:30:00-04:00"' due --calendar calendars/early.ics \
    --closes calendars/lunch.ics --from 2026-03-09T13:00 --minutes -60 --zone America/New_York
json 'due until' 'd["minutes"] == 60' due --calendar calendars/early.ics \
    --closes calendars/lunch.ics --from 2026-03-09T11:30 --until 2026-03-09T13:00 --zone America/New_York
gives 'due until, backwards' '^-60 min$' due --calendar calendars/early.ics \
    --closes calendars/lunch.ics --until 2026-03-09T11:30 --from 2026-03-09T13:00 --zone America/New_York
json 'due for an agent' 'd == {"due": "2026-03-09T12:31:00-04:00", "zone": "America/New_York"}' \
    due --agent ana --from 2026-03-09T11:00 --minutes 61
json 'due for a team and a customer' 'd["due"].startswith("2026-03-09T")' \
    due --team east --customer c-1001 --region US-NY --service fix --from 2026-03-08 --minutes 1
for turn in next-opening=2026-03-09T12:30 next-closing=2026-03-09T12:00 \
    last-opening=2026-03-09T08:00 last-closing=2026-03-06; do
    json "due for the ${turn%=*}" "d['turn'].startswith('${turn#*=}')" \
        due --agent ana --from 2026-03-09T11:00 --turn "${turn%=*}"
done
json 'due with a file on top' 'd["due"] == "2026-03-09T12:45:00-04:00"' due --agent ana \
    --calendar calendars/week.ics --from 2026-03-09T11:45 --minutes 30
fails 'due for nobody' 4 'nobody' due --team nobody --from 2026-03-06 --minutes 10
fails 'due for an unknown service' 4 'fox' due --service fox --from 2026-03-06 --minutes 10
fails 'due for a region without a zone' 2 '--zone is missing' due --region US-NY --from 2026-03-06 \
    --minutes 10
fails 'due of nothing' 2 'neither' due --from 2026-03-06 --minutes 10
fails 'due without a question' 2 'one of --minutes' due --team east --from 2026-03-06
fails 'due with two' 2 'one of --minutes' due --team east --from 2026-03-06 --minutes 1 --until 2026-03-07
fails 'due for an unknown turn' 2 'last-closing' due --team east --from 2026-03-06 --turn noon
fails 'due too far away' 2 '400 days' due --team east --from 2026-03-06 --until 2028-03-07
fails 'which of two calendars is broken' 2 '^schedctl: calendars/bad.ics:7: text' due \
    --calendar calendars/early.ics --closes calendars/bad.ics --from 2026-03-06 --minutes 10

# ---- strays and repair -------------------------------------------------------------------------------

# Two agents of one team; then the one who is booked falls ill.
python3 - <<'END'
import copy, json
d = json.load(open("doc.json"))
bo = copy.deepcopy(d["agents"][0])
bo["id"], bo["name"] = "bo", "Bo Lind"
d["agents"].append(bo)
d["members"].append({"team": "east", "agent": "bo", "from": "2026-01-05"})
d["customers"].append({"id": "c-1002", "zone": "America/New_York", "region": "US-NY"})
json.dump(d, open("two.json", "w"))
d["agents"][0]["calendars"].append({"name": "ill", "effect": "closes", "text": [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "BEGIN:VEVENT", "UID:ill",
    "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:20260309", "DTEND;VALUE=DATE:20260310",
    "END:VEVENT", "END:VCALENDAR"]})
json.dump(d, open("ill.json", "w"))
END
export SCHEDCTL_DB=$work/astray.db
ctl init >out 2>err && ctl load two.json >out 2>err &&
    ctl book c-1002 fix 2026-03-09T09:00 --agent ana >out 2>err &&
    ctl book c-1001 fix 2026-03-09T10:00 --agent ana >out 2>err
result $? 'two bookings with one agent'
grep -Eq '^because   you asked for this agent; 1 free$' out
result $? 'who was asked for'
chosen=$(sed -n 's/^booking *\([0-9A-Z]*\),.*/\1/p' out)
json 'the choice as JSON' 'd["choice"] == {"agent": "ana", "decided": "alone",
    "rung": d["rung"], "rank": d["choice"]["rank"], "free": 1, "owed": 0}' show "$chosen"
gives 'no strays' '^every booking fits$' strays
gives 'nothing to repair' '^every booking fits$' repair
gives 'a load tells what it leaves astray' '^2 bookings do not fit:$' load ill.json
grep -Eq '^2026-03-09T09:00-04:00 +Ana Ortiz +c-1002 .*on leave' out && grep -q '^schedctl repair finds other places$' out
result $? 'each of them, and what mends it'
json 'and as JSON' 'd["agents"] == 2 and [s["booking"]["customer"] for s in d["strays"]] == ["c-1002", "c-1001"]' \
    load ill.json
gives 'strays' '^2026-03-09T09:00-04:00 +Ana Ortiz +c-1002 .*on leave' strays
json 'strays as JSON' '[s["booking"]["wall"] for s in d["strays"]] == ["2026-03-09T09:00",
    "2026-03-09T10:00"] and d["strays"][0]["reasons"][0]["reason"] == "agent"' strays agent ana
gives 'strays of another agent' '^every booking fits$' strays agent bo
json 'strays of a time' 'len(d["strays"]) == 1' strays --from 2026-03-09T10:00 --zone America/New_York
ctl dump >before.json
fails 'strays of what is no owner' 2 "'agnt' is not one of" strays agnt ana
fails 'strays of an unknown agent' 4 'NOTFOUND' strays agent anna
fails 'strays of an unknown service' 4 'NOTFOUND' strays service fixx
fails 'repair of an unknown team' 4 'NOTFOUND' repair team eats
fails 'repair of an unknown customer' 4 'NOTFOUND' repair customer c-9
fails 'strays of half an owner' 2 'usage' strays agent
fails 'repair with a key, and no --apply' 2 '--apply' repair --key k
json 'what a repair would do' '[(b["after"]["agent"], b["changes"], b["known"], b["told"], b["notice"])
    for b in d["bookings"]] == [("bo", ["agent"], False, False, None),
    ("bo", ["agent"], True, True, "moved")]
    and not d["applied"]' repair agent ana
gives 'what a customer is told' ' moved: another agent than the one known' repair
gives 'a repair as a table' '^2 of 2 can be mended; --apply does it$' repair
ctl dump | cmp -s - before.json
result $? 'a plan writes nothing'
fails 'a place that is closed, and what says more' 1 \
    '^schedctl explain c-1001 fix 2026-03-09T11:00-04:00 --agent ana says more$' \
    book c-1001 fix 2026-03-09T11:00 --agent ana
$(sed -n 's/^\(schedctl explain .*\) says more$/ctl \1/p' err | sed 's/ctl schedctl/ctl/') >out 2>err &&
    grep -q '^fix for c-1001 at Mon 2026-03-09 11:00, with Ana Ortiz: it is not free' out
result $? 'which is a command'
fails 'a hold of it' 1 '^schedctl explain c-1001 fix 2026-03-09T11:00-04:00 --agent ana says more$' \
    hold c-1001 fix 2026-03-09T11:00 --agent ana
fails 'a move to one' 1 "^schedctl explain c-1001 fix 2026-03-09T11:00-04:00 --moving $chosen --agent ana says more$" \
    move "$chosen" 2026-03-09T11:00 --agent ana
ctl slots c-1001 fix --agent ana --from 2026-03-09 --until 2026-03-10 >out 2>err
[ $? -eq 3 ] && grep -q '^No place is free' out &&
    grep -q '^schedctl explain c-1001 fix --date 2026-03-09 --agent ana says more$' err
result $? 'no slots, and what says more'
ctl book c-1001 fix 2026-03-09T11:00 --agent ana --json >out 2>err
[ $? -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q '"hint": "schedctl slots c-1001 fix --agent ana lists .*; schedctl explain c-1001 fix 2026-03-09T11:00-04:00 --agent ana says' err
result $? 'a hint within JSON alone, of what was asked'
for case in '--until 2026-03-05T08:00=2026-03-05' '--until 2026-03-06T08:00=2026-03-06' \
    '--from 2026-03-07 --until 2026-03-09=2026-03-07' \
    '--from 2026-03-06T20:00 --until 2026-03-08=2026-03-07' \
    '--from 2026-03-03 --until 2026-03-04=2026-03-03'; do
    ctl slots c-1001 fix --rung general ${case%=*} >out 2>err
    [ $? -eq 3 ] && grep -q "^schedctl explain c-1001 fix --date ${case#*=} --rung general says more$" err
    result $? "the day that says more of ${case%=*}"
done
for command in slots week month; do
    ctl $command c-1001 fix --from 2026-12-01 >out 2>err
    [ $? -eq 3 ] && grep -q '^That cannot be booked yet: as of today the last day is 2026-04-04\.$' out &&
        grep -q '^schedctl explain c-1001 fix --date 2026-12-01 says more$' err
    result $? "$command beyond the horizon"
done
gives 'repair' '^2 of 2 mended$' repair agent ana --apply --cause ill --key r-1
gives 'repair again with its key' '^2 of 2 mended$' repair agent ana --apply --cause ill --key r-1
gives 'who serves now' '^cause +ill$' show "$(ctl bookings --agent bo --json | python3 -c '
import json, sys
d = json.load(sys.stdin)
print((d["bookings"] if isinstance(d, dict) else d)[0]["id"])')"
# ana was chosen; bo has it by the repair, which chose nobody.
quiet=$(ctl bookings --customer c-1002 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')
json 'nobody chose whom a repair gave' 'd["agent"] == "bo" and d["choice"] is None' show "$quiet"
ctl show "$quiet" >out 2>err && grep -q 'Bo Lind' out && grep -q '^because   a repair moved it$' out
result $? 'and that is told'
gives 'a quiet event, from whom to whom, and why' ' reassigned +2026-03-09T[0-9:-]+ +ana > bo +ill ' events
gives 'a repair is healthy' '^nothing is wrong$' verify
export SCHEDCTL_DB=$work/a.db
ctl dump >before.json

# ---- calendar ----------------------------------------------------------------------------------------

SCHEDCTL_DB=$work/calendar.db
ctl init >out 2>err && ctl load site.json >out 2>err
result $? 'a store for calendars'
cat >leave.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//libsched//test//EN
BEGIN:VEVENT
UID:leave
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260309
DTEND;VALUE=DATE:20260311
END:VEVENT
END:VCALENDAR
END
json 'a booking for whom leave comes' 'd["agent"] == "ana"' book c-1001 fix 2026-03-09T09:00 --agent ana --key cal-1
id=$(field 'd["id"]')
gives 'calendars' '^agent +ana +breaks +closes +exact +[0-9]+$' calendar list
[ "$(wc -l <out)" -eq 10 ]
result $? 'all of them'
json 'calendars of one' '[(c["name"], c["effect"], c["kind"], c["owner"]) for c in d] ==
    [("breaks", "closes", "agent", "ana"), ("shifts", "opens", "agent", "ana")]' calendar list agent ana
json 'no calendars' 'd == []' calendar list agent nobody
gives 'calendar put' '^agent ana: leave closes$' calendar put agent ana leave leave.ics --effect closes
grep -q '^1 booking of this agent does not fit:$' out && grep -Eq "^2026-03-09T09:00-04:00 +Ana Ortiz +c-1001 +$id +the agent is off shift" out &&
    grep -q '^schedctl repair agent ana finds other places$' out
result $? 'and what it leaves astray'
json 'the same from standard input, as JSON' \
    "d['done'] == 'closes' and d['name'] == 'leave' and [x['booking']['id'] for x in d['strays']] == ['$id']" \
    calendar put agent ana leave - --effect closes <leave.ics
ctl calendar show agent ana leave >out 2>err && cmp -s out leave.ics
result $? 'calendar show'
json 'calendar show as JSON' 'd["text"] == open("leave.ics").read() and d["bytes"] == len(d["text"])' \
    calendar show agent ana leave
ctl dump >before.json
sed 's/:20260309$/:2026x309/' leave.ics >bad.ics
fails 'a calendar that cannot be read, with its line' 2 '^schedctl: bad.ics:7: DTSTART: .*LSCHED_INVALID' \
    calendar put agent ana leave bad.ics --effect closes
sed 's/^DTEND.*/RRULE:FREQ=DAILY;BYDAY=XX/' leave.ics >bad.ics
fails 'and with its rule' 2 '^schedctl: bad.ics:8: RRULE: BYDAY=XX' calendar put agent ana leave bad.ics --effect closes
error 'and with its line' 2 'e["status"] == "LSCHED_INVALID" and e["message"].startswith("bad.ics:8: RRULE")' \
    calendar put agent ana leave bad.ics --effect closes
fails 'a calendar without an effect' 2 '--effect is missing' calendar put agent ana leave leave.ics
fails 'with no such effect' 2 "'shuts' is not one of opens, closes" calendar put agent ana leave leave.ics --effect shuts
fails 'of no kind of owner' 2 "'agnt' is not one of" calendar put agnt ana leave leave.ics --effect closes
fails 'of nobody' 4 "no agent has the id 'anna'" calendar put agent anna leave leave.ics --effect closes
fails 'from no file' 2 '^schedctl: none.ics: No such file' calendar put agent ana leave none.ics --effect closes
fails 'half a calendar' 2 'usage' calendar put agent ana
fails 'an effect of a list' 2 'goes with' calendar list --effect opens
fails 'no such verb' 2 'usage' calendar lst
fails 'show of none' 4 'NOTFOUND' calendar show agent ana none
fails 'remove of none' 4 "there is no calendar 'agent/ana/none'" calendar remove agent ana none
gives 'a region that closes, too' '^1 booking of this region does not fit:$' \
    calendar put region US-NY strike leave.ics --effect closes
gives 'calendar remove, with what is still astray' '^1 booking of this region does not fit:$' calendar remove region US-NY strike
json 'calendar remove' 'd == {"done": "removed", "kind": "agent", "owner": "ana", "name": "leave", "strays": []}' \
    calendar remove agent ana leave
gives 'a calendar of a source that is silent' '^agent ana: feed closes$' \
    calendar put agent ana feed leave.ics --effect closes --checked 2026-01-01T00:00:00Z --good-for 90 --on-stale open
json 'what is stale is told' 'd["degraded"] == ["agent/ana/feed"] and d["slots"]' slots c-1001 fix
gives 'and in words' '^stale: agent/ana/feed$' slots c-1001 fix
json 'what is to become of it then' \
    'd["checked"] == "2026-01-01T00:00:00Z" and d["good_for"] == 90 and d["on_stale"] == "open"' \
    calendar show agent ana feed
ctl dump >before.json
fails 'of no such wish' 2 "'shut' is not one of use, closed, open" \
    calendar put agent ana feed leave.ics --effect closes --on-stale shut
ctl calendar remove agent ana feed >out 2>err
gives 'a booking that fits again' '^every booking fits$' strays
json 'a customer without strays' 'd["strays"] == []' \
    customer put c-1001 --zone America/New_York --region US-NY --knows ana
gives 'a customer who moves away' '^1 booking of this customer does not fit:$' \
    customer put c-1001 --zone America/New_York --region US-XX --knows ana
grep -q '^schedctl repair customer c-1001 finds other places$' out
result $? 'and what mends it'
json 'the same as JSON' "[s['booking']['id'] for s in d['strays']] == ['$id'] and d['region'] == 'US-XX'" \
    customer put c-1001 --zone America/New_York --region US-XX --knows ana
json 'a customer who is only shown' '"strays" not in d' customer c-1001

# ---- an agent whom a customer does not want, and the ways of a topic ------------------------------------

json 'an agent whom the customer does not want' 'd["avoids"] == ["ana"]' \
    customer put c-1001 --zone America/New_York --region US-NY --avoids ana
gives 'and in words' '^avoids    ana$' customer c-1001
json 'is not offered' 'all(s["agent"] != "ana" for s in d["slots"])' slots c-1001 fix
ctl explain c-1001 fix --agent ana --json >out 2>err
python3 -c 'import json; d = json.load(open("out")); assert any(o["reason"] == "avoided" for o in d["obstacles"])'
result $? 'and it is told why'
ctl dump >before.json
fails 'both known and not wanted' 2 "'ana' is in knows and in avoids" \
    customer put c-1001 --zone America/New_York --region US-NY --knows ana --avoids ana
ctl customer put c-1001 --zone America/New_York --region US-NY --knows ana >out 2>err
gives 'the ways of a topic' '^fix +phone ' ways c-1001 'line repair'
gives 'with a human as the last one' '^fix +(phone|chat) +a human ' ways c-1001 'line repair'
json 'the same as JSON' '[w["channel"] for w in d[:2]] == ["phone", "chat"] and d[-1]["general"] and len(d) == 3' \
    ways c-1001 'line repair'
ctl dump >before.json
fails 'the ways of what nobody solves' 4 "no service has the topic 'love'" ways c-1001 love
SCHEDCTL_DB=$work/astray.db
ctl dump >before.json

# ---- room ---------------------------------------------------------------------------------------------

# Two serve, one of them speaks Finnish: who does not need it makes room.
python3 - >room.json <<'END'
import json
def hours(name):
    return [{"name": name, "effect": "opens", "text": ["BEGIN:VCALENDAR", "VERSION:2.0",
        "PRODID:test", "BEGIN:VEVENT", "UID:1", "DTSTART:20260101T090000", "DTEND:20260101T100000",
        "RRULE:FREQ=DAILY", "END:VEVENT", "END:VCALENDAR"]}]
print(json.dumps({"libsched": 1,
    "teams": [{"id": "t", "name": "Team", "zone": "UTC", "regions": ["R"], "calendars": hours("h")}],
    "agents": [{"id": "aino", "name": "Aino", "zone": "UTC", "languages": ["en", "fi"], "calendars": hours("s")},
               {"id": "bob", "name": "Bob", "zone": "UTC", "languages": ["en"], "calendars": hours("s")}],
    "members": [{"team": "t", "agent": "aino"}, {"team": "t", "agent": "bob"}],
    "services": [{"id": "call", "name": "Call", "channels": ["phone"], "minutes": 30, "step": 30, "reseats": 1}],
    "customers": [{"id": "eve", "zone": "UTC", "region": "R", "language": "en"},
                  {"id": "veli", "zone": "UTC", "region": "R", "language": "fi"}]}))
END
export SCHEDCTL_DB=$work/room.db
ctl init >out 2>err && ctl load room.json >out 2>err && ctl book eve call 2026-03-09T09:00 --key e-1 >out 2>err &&
    grep -q 'Aino' out
result $? 'somebody whom anybody could serve'
eve=$(ctl bookings --customer eve --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')
json 'is told so' 'd["anybody"] is True and d["agent"] == "aino"' show "$eve"
json 'a service says how many' 'd["reseats"] == 1' service call
gives 'slots with moves' '^DAY .* FREE +MOVES *$' slots veli call --from 2026-03-09 --limit 2
json 'slots with moves in JSON' '[(s["free"], s["moves"]) for s in d["slots"]] == [(0, 1), (1, 0)]' \
    slots veli call --from 2026-03-09 --limit 2
gives 'room is made' '^room      1 other went to other agents for it$' book veli call 2026-03-09T09:00 --key v-1
gives 'and why' '^because   nobody was free, and others made room; 0 free$' \
    show "$(ctl bookings --customer veli --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')"
ctl show "$eve" >out 2>err && grep -q 'Bob' out && grep -q '^because   it made room for another booking$' out
result $? 'who made it'
gives 'its event' ' reseated ' events
ctl dump >room2.json && ctl init --db again.db >out 2>err && ctl load room2.json --db again.db >out 2>err &&
    ctl dump --db again.db | python3 -c '
import json, sys
b = {x["customer"]: x for x in json.load(sys.stdin)["bookings"]}
assert b["eve"]["anybody"] is True and b["veli"]["moves"] == 1 and "anybody" in b["veli"]'
result $? 'a dump keeps it'
gives 'room is healthy' '^nothing is wrong$' verify
SCHEDCTL_DB=$work/astray.db

# ---- the line -----------------------------------------------------------------------------------------

export SCHEDCTL_DB=$work/line.db
now=2026-03-09T09:05:00Z
ctl init >out 2>err && ctl load room.json >out 2>err
result $? 'a store for the line'
gives 'join' '^in line   since 2026-03-09T08:55:00Z$' join eve call --since 2026-03-09T08:55:00Z --note 'no tone' --told 900 --key j-1
eve=$(ctl bookings --state waiting --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["id"])')
ctl dump >before.json
fails 'once is enough' 1 "LSCHED_EXISTS|$eve" join eve call
gives 'the line' "^ *1 +eve +call +phone +10 +now +0 +t +$eve *\$" line
json 'the line as JSON' '[(b["customer"], b["state"], "agent" in b) for b in d] == [("eve", "waiting", False)]' line
json 'of another team' 'd == []' line --team nix
gives 'its position' '^position  1$' show "$eve"
fails 'nobody has been given it' 1 'waiting' start "$eve"
gives 'next' "^booking   $eve, waiting\$" next aino --seconds 300
fails 'not twice' 3 'nothing waits' next bob
fails 'no such agent' 4 'nix' next nix
gives 'start' '^with      Aino \(aino\)$' start "$eve" --key s-1
ctl dump >before.json
fails 'one after the other' 1 'not finished' next aino
json 'finish in vain' 'd["state"] == "waiting" and d["attempts"] == 1 and d["outcome"] == "machine" and d["fault"] == "customer" and d["start"] == "2026-03-10T09:00:00Z"' \
    finish "$eve" --outcome machine --key f-1
gives 'which it says' '^attempts  1 in vain$' show "$eve"
ctl dump >before.json
fails 'two ways to say it' 2 'two ways' finish "$eve" --outcome machine --state missed
fails 'no outcome' 2 'outcome' finish "$eve" --fault ours
fails 'an unknown outcome' 2 "'gone'" finish "$eve" --outcome gone
now=2026-03-10T09:10:00Z gives 'start with somebody' '^with      Bob \(bob\)$' start "$eve" --agent bob
now=2026-03-10T09:11:00Z json 'finish for good' 'd["state"] == "fulfilled" and d["outcome"] == "reached"' finish "$eve" --outcome reached
now=2026-03-10T09:12:00Z gives 'join again' '^promised  by 2026-03-10T10:00:00Z$' join eve call --until 2026-03-10T10:00:00Z
now=2026-03-10T09:12:00Z
ctl dump >line.json && ctl init --db again2.db >out 2>err && ctl load line.json --db again2.db >out 2>err &&
    ctl dump --db again2.db | cmp -s - line.json
result $? 'a dump keeps who waits'
gives 'nothing is stuck yet' '^nothing is stuck$' stuck
now=2026-03-11T10:00:00Z json 'what is stuck' \
    '[(s["booking"]["customer"], s["booking"]["state"], s["reasons"]) for s in d["stuck"]] == [("eve", "waiting", [])]' stuck
now=2026-03-11T10:00:00Z gives 'what is stuck, for a person' '^2026-03-10T.* eve .* it waits, and was promised' stuck
ctl dump >before.json
fails 'stuck behind nothing' 4 'nix' stuck --after nix
gives 'the line is healthy' '^nothing is wrong$' verify

# ---- what was promised, and kept ------------------------------------------------------------------------

json 'figures' 'd["zone"] == "UTC" and d["every"] == "day" and len(d["parts"]) == 2
    and (d["figures"]["contacts"], d["figures"]["served"], d["figures"]["waits"]) == (2, 1, 1)
    and (d["figures"]["wait_p50"], d["figures"]["told"], d["figures"]["told_kept"]) == (600, 1, 1)
    and d["figures"]["states"]["waiting"] == 1 and d["figures"]["joined"][8] == 1
    and d["figures"]["waited"][8] == 600 and len(d["figures"]["begun"]) == 168
    and "begun" not in d["parts"][0] and d["parts"][1]["contacts"] == 2' \
    report --from 2026-03-09 --until 2026-03-11 --zone UTC
gives 'a report' '^waited in line +half up to 10:00 min' report t --from 2026-03-09
LC_ALL=C ctl report t --from 2026-03-09 >out 2>err && grep -q '^Day by day$' out &&
    grep -Eq '^as long as was told +#+ +100%  1 of 1$' out && grep -Eq '^Mon +[.#]+$' out && grep -Eq '^AGENT +CONTACTS' out && ! LC_ALL=C grep -q '[^ -~]' out
result $? 'in ASCII where the terminal has nothing else'
LC_ALL=C.UTF-8 ctl report t --from 2026-03-09 --color always >out 2>err && grep -q '█' out && grep -q "$(printf '\033')" out
result $? 'and with blocks and colours where it has'
gives 'of one agent' '^Bob, 2026-03-09T00:00' report --agent bob --from 2026-03-09
gives 'of nothing' '^contacts +0, 0 took place$' report t --from 2026-02-01 --until 2026-02-02
ctl dump >before.json
fails 'of an unknown team' 4 'nix' report nix
fails 'of an unknown agent' 4 'nix' report t --agent nix
fails 'from the future' 2 'until' report t --from 2026-04-01
fails 'of too long' 2 'LSCHED_LIMIT' report t --from 2024-04-01

# ---- listening ----------------------------------------------------------------------------------------

echo '{"libsched": 1, "services": [{"id": "call", "name": "Call", "channels": ["phone"], "minutes": 30, "step": 30,
    "reseats": 1, "low_score": 40, "check_in": 2}]}' >heard.json
now=2026-03-11T09:05:00Z
ctl load heard.json >out 2>err && ctl case put h-1 --customer veli >out 2>err
result $? 'a service that listens'
json 'a contact' 'd["case_id"] == "h-1"' join veli call --case h-1
veli=$(field 'd["id"]')
ctl start "$veli" --agent aino >out 2>err && ctl finish "$veli" --outcome reached >out 2>err
json 'a score' '"low" not in d and "follow_up" not in d and d["agent"] == "aino"' \
    say h-1 score 'Well.' --score 41 --booking "$veli" --key h-0
gives 'a low one' '^follow-up [^ ]+$' say h-1 score 'Twice.' --score 40 --booking "$veli" --key h-1
again=$(sed -n 's/^follow-up //p' out)
json 'its follow-up' "d['state'] == 'waiting' and d['note'] == 'Twice.' and d['case_id'] == 'h-1' and d['cause'] == 'score 40 for $veli'" show "$again"
gives 'another' "^follow-up $again, open already\$" say h-1 score 'Hm.' --score 0 --booking "$veli" --key h-2
json 'what was said of it stays' '[(m.get("low"), m.get("refused"), m.get("follow_up")) for m in d if m.get("entry") == "score"]
    == [(None, None, None), (True, None, "'"$again"'"), (True, "LSCHED_EXISTS", "'"$again"'")]' timeline h-1
ctl start "$again" --agent aino >out 2>err
now=2026-03-11T09:10:00Z
ctl finish "$again" --outcome reached >out 2>err
ctl dump >line.json && ctl init --db heard.db >out 2>err && ctl load line.json --db heard.db >out 2>err &&
    ctl dump --db heard.db | cmp -s - line.json && grep -q '"low_score": 40' line.json
result $? 'a dump keeps what is listened to'
now=2026-03-13T09:09:00Z
ctl notices take >out 2>err && ! grep -q check-in out
result $? 'not before its time'
now=2026-03-13T09:11:00Z
gives 'whether all is well' 'check-in .*veli' notices take
gives 'and nothing is wrong' '^nothing is wrong$' verify
SCHEDCTL_DB=$work/astray.db
ctl dump >before.json

# ---- upkeep ------------------------------------------------------------------------------------------

now=2026-03-10T20:00:00Z # when all that was written above has happened
gives 'verify' '^nothing is wrong$' verify
json 'verify as JSON' 'd == {"findings": []}' verify
gives 'backup' '^backup copy\.db$' backup copy.db
[ "$(stat -c %a copy.db)" = 600 ] && ctl dump --db copy.db | cmp -s - before.json
result $? 'the backup has everything, for its owner only'
fails 'backup over a file' 2 'INUSE' backup copy.db
fails 'backup into no directory' 5 'directory' backup none/copy.db
fails 'backup without a file' 2 'usage' backup
ctl backup more.db --json >out 2>err && [ "$(field 'd["backup"]')" = more.db ]
result $? 'backup as JSON'
python3 - <<'END' && ! ctl verify --db copy.db >out 2>err && grep -Eq '^schema +east +.*counts 99 customers' out
import sqlite3
db = sqlite3.connect("copy.db")
db.execute("UPDATE lsched_team SET customers = 99 WHERE id = 'east'")
db.commit()
END
result $? 'verify finds something'
ctl verify --db copy.db --json >out 2>err
[ $? -eq 1 ] && [ "$(field 'd["findings"][0]["invariant"]')" = schema ]
result $? 'verify as JSON, with exit code 1'
gives 'upgrade of a store of this version' '^store .* is of this version$' upgrade
python3 - "$LSCHED_DATA/store-v1.sql" <<'END'
import sqlite3, sys
db = sqlite3.connect("old.db", isolation_level=None)
db.executescript(open(sys.argv[1], encoding="utf-8").read())
db.close()
END
fails 'a store of an older version' 5 'LSCHED_OUTDATED' bookings --db old.db
json 'upgrade as JSON' 'd == {"store": "old.db"}' upgrade --db old.db
gives 'what was upgraded is well' '^nothing is wrong$' verify --db old.db
json 'and has its bookings' 'len(d["bookings"] if isinstance(d, dict) else d) == 7' bookings --db old.db
fails 'upgrade of no store' 5 'no store' upgrade --db none.db
fails 'upgrade of another file' 5 'FOREIGN' upgrade --db site.json

# ---- the waitlist ---------------------------------------------------------------------------------

gives 'what another wants' 'wait-1' book c-1001 fix 2026-03-12T09:00 --agent ana --key wait-1 --json
wanted=$(python3 -c 'import json; print(json.load(open("out"))["id"])')
gives 'a wait' 'waits for fix: open' wait put w-1 c-1002 fix --agent ana \
    --windows 2026-03-12T09:00/2026-03-12T09:10
json 'nothing is free' 'd == []' wait offer
gives 'it becomes free' 'cancelled' cancel "$wanted"
json 'it is offered' 'd[0]["state"] == "offered" and d[0]["offer"]["state"] == "held"' wait list
gives 'and told of' 'offered .*c-1002' notices take
json 'taken' 'd["state"] == "booked" and d["customer"] == "c-1002"' wait take w-1
gives 'it waits no more' 'waits for fix: taken' wait show w-1
ctl dump >before.json
fails 'nothing is offered' 1 'LSCHED_OVER' wait take w-1
fails 'a window that is none' 2 'windows' wait put w-2 c-1002 fix --windows soon
fails 'no such verb' 2 "'stand' is not one of" wait stand

# ---- cases ------------------------------------------------------------------------------------------

now=2026-03-05T12:00:00Z
ctl init --db cases.db >out 2>err && ctl load site.json --db cases.db >out 2>err
result $? 'a store for cases'
export SCHEDCTL_DB=$work/cases.db
ctl dump >before.json
fails 'a case of nobody' 4 "no customer has the id 'c-0'" case put t-1 --customer c-0
fails 'a case without its customer' 2 '^schedctl: case put: --customer is missing' case put t-1
fails 'a topic without put' 2 "goes with 'case put ID'" case t-1 --topic x
fails 'an unknown case' 4 "no case has the id 't-9'" timeline t-9
json 'case put' 'd["state"] == "open" and d["needs"] == ["captions", "step-free"] and d["opened"] == "2026-03-05T12:00:00Z"' \
    case put t-1 --customer c-1001 --topic router --story 'Red light.' --needs captions,step-free
gives 'a case' '^case      t-1, open since 2026-03-05T12:00Z$' case t-1
gives 'its needs' '^needs     captions step-free$' case t-1
json 'cases of a customer' '[c["id"] for c in d] == ["t-1"]' case --customer c-1001
json 'cases of nobody' 'd == []' case --customer c-0
json 'book for a case' 'd["case_id"] == "t-1"' book c-1001 fix 2026-03-09T09:00 --channel chat --case t-1 --key b-1
id=$(field 'd["id"]')
gives 'a booking of a case' '^case      t-1$' show "$id"
json 'the bookings of a case' "[b['id'] for b in d] == ['$id']" bookings --case t-1
json 'of another case' 'd == []' bookings --case t-2
json 'say' 'd["entry"] == "message-in" and d["seq"] == 1 and d["customer"] == "c-1001" and d["text"] == "Still red."' \
    say t-1 message-in 'Still red.' --key s-1 --minutes 60
json 'what is unanswered' 'len(d) == 1 and d[0]["due"] > "2026-03-05T13:00:00Z"' timeline
gives 'what is unanswered, for a person' 'Still red\.$' timeline
gives 'say for a person' '^entry     2, score$' say t-1 score 'Kind.' --score 9 --booking "$id"
ctl dump >before.json
fails 'say what nobody knows' 2 "'shout' is not one of note, message-in" say t-1 shout x
fails 'say nothing' 2 'text is required' say t-1 note
fails 'a transfer to nobody' 4 "no agent and no team has the id 'eve'" say t-1 transfer x --to eve
json 'timeline' '[m.get("event", m.get("entry", m.get("notice"))) for m in d] == ["booked", "confirmed", "reminder", "message-in", "score"] and d[4]["score"] == 9 and d[1]["told"] == "not yet" and d[1]["attempt"] == 0' \
    timeline t-1
gives 'timeline for a person' 'message-in +ana +Still red\.$' timeline t-1
ctl init --db cases2.db >out 2>err && ctl dump | ctl load - --db cases2.db >out 2>err &&
    ctl dump | cmp -s - <(ctl dump --db cases2.db)
result $? 'a dump with cases loads into an equal store'
gives 'what is held' '"customer": "c-1001"' forget c-1001
python3 -c 'import json; d = json.load(open("out")); assert d["cases"][0]["story"] == "Red light." and len(d["entries"]) == 2'
result $? 'what is held is JSON'
ctl dump >before.json
fails 'forget who is expected' 2 'LSCHED_INUSE' forget c-1001 --apply
fails 'forget whom' 2 'either CUSTOMER or --until' forget --apply
fails 'forget by age without --apply' 2 '--apply' forget --until 2026-01-01
ctl cancel "$id" >out 2>err
ctl dump >before.json
json 'forget' 'd["rows"] > 5' forget c-1001 --apply
fails_nothing=$(grep -c 'Still red\|Red light' cases.db)
[ "$fails_nothing" -eq 0 ] && [ ! -s cases.db-wal ]
result $? 'nothing of it is in the file'
gives 'forget again' '^there was nothing$' forget c-1001 --apply
gives 'forget by age' '^there was nothing$' forget --until 2026-01-01 --apply
gives 'and all is well' '^nothing is wrong$' verify
export SCHEDCTL_DB=$work/a.db
# ---- incidents, announcements, what is late ---------------------------------------------------------

for command in incident announce late; do
    gives "help of $command" '^Example' $command --help
    [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' out)" -le 80 ]
    result $? "help of $command fits a terminal"
done
gives 'an incident' '^no internet$' incident put storm 'no internet' --service fix --next 2026-03-05T18:00Z
json 'it touches a customer' '[i["id"] for i in d] == ["storm"] and d[0]["revision"] == 1' \
    incident for c-1001 fix
gives 'somebody follows it' 'followed' incident follow storm c-1001
json 'an update' 'd["revision"] == 2 and d["services"] == "fix" and d["next_update"] is None' \
    incident put storm 'still none'
json 'with a policy' 'd["policy"] == "no-joining rungs=overflow,general minutes=45 notice=none"' \
    incident put storm 'busy' --policy 'minutes=45 notice=none rungs=overflow,general no-joining'
json 'it is told with the slots' 'd["incidents"][0]["id"] == "storm" and d["incidents"][0]["text"] == "busy"' \
    slots c-1001 fix --limit 1
gives 'before them' '^incident  storm: busy$' slots c-1001 fix --limit 1
ctl dump >before.json
fails 'nobody joins the line' 1 "incident 'storm' .LSCHED_CLOSED" join c-1001 fix --key storm-join
json 'what can be booked is longer' '(lambda s: int(s["end"][14:16]) - int(s["start"][14:16]) in (45, -15))(d["slots"][0])' \
    slots c-1001 fix --limit 1
gives 'the policy is shown' '^policy    no-joining rungs=overflow,general minutes=45 notice=none$' \
    incident storm
json 'it stays' 'd["policy"][:10] == "no-joining"' incident put storm 'still busy'
json 'and goes' 'd["policy"] == ""' incident put storm 'still none' --policy ''
ctl dump >before.json
fails 'a policy that is none' 2 "'minutes=none' is none of those" \
    incident put storm 'x' --policy 'no-working minutes=none'
fails 'one more' 2 "'no-joining=1' is none of those" incident put storm 'x' --policy no-joining=1
fails 'and another' 2 "'rungs=' is none of those" incident put storm 'x' --policy 'rungs='
fails 'an update of nothing' 4 'NOTFOUND' incident close flood 'over'
gives 'its end' '^closed ' incident close storm 'it works'
ctl dump >before.json
fails 'nobody follows what is over' 1 'LSCHED_OVER' incident follow storm c-1002
json 'it touches nobody any more' 'd == []' incident for c-1001 fix
gives 'the list' '^storm +fix +2026-' incident
# In the customer's hours: each of the bookings, and once.
now=2026-03-05T16:00:00Z json 'what the end made pointless is offered for release' \
    '(lambda told: len(told) > 1 and len(set(told)) == len(told))([n["subject"] for n in d if n["notice"] in ("release", "incident") and n["customer"] == "c-1001" and n["text"] == "it works"])' \
    notices take --limit 1000
gives 'no more of it' 'removed' incident remove storm
ctl dump >before.json
fails 'incident without a verb' 2 '^schedctl: usage: ' incident put storm
gives 'an announcement' '^prices change$' announce put p-1 'prices change' --team east --service fix
json 'the announcements' 'd[0]["id"] == "p-1" and d[0]["team"] == "east" and d[0]["until"] is None' announce
ctl dump >before.json
fails 'an announcement to nobody' 2 'team or regions' announce put p-2 'prices change'
gives 'nobody is told any more' 'is removed' announce remove p-1
ctl dump >before.json
fails 'there is none' 4 'NOTFOUND' announce p-1
json 'nothing is late' 'd == []' late
gives 'nor for a person' '^none$' late
fails 'late by nothing' 2 '^schedctl: --minutes: ' late --minutes 0
json 'who will run late' 'd["agent"] == "ana"' \
    book c-1002 fix 2026-03-18T10:00-04:00 --agent ana --channel phone
id=$(field 'd["id"]')
ctl case put t-2 --customer c-1002 --topic router >out 2>err
json 'and who is next' 'd["case_id"] == "t-2"' \
    book c-1002 fix 2026-03-18T11:00-04:00 --agent ana --channel phone --case t-2
now=2026-03-18T14:45:00Z
gives 'it begins late' 'started' start "$id"
gives 'the next is told of it' ' 25$' late --apply
json 'with the time' '[n["at"] for n in d if n["notice"] == "delayed"] == ["2026-03-18T15:25:00Z"]' \
    notices take --limit 1000
gives 'in the case, too' 'delayed .* from 2026-03-18T15:25Z$' timeline t-2
json 'and for a program' '[m["at"] for m in d if m.get("notice") == "delayed"] == ["2026-03-18T15:25:00Z"]' \
    timeline t-2
now=2026-03-18T14:50:00Z gives 'and for whoever tells it' 'delayed .* from 2026-03-18T11:25-04:00 ' notices take --limit 1000
now=2026-03-05T12:00:00Z

# ---- the locale changes no input ------------------------------------------------------------------

for locale in C C.UTF-8 tr_TR.UTF-8; do # where it is missing, the last is like C
    export LC_ALL=$locale
    ctl init --db $locale.db >out 2>err && ctl load site.json --db $locale.db >out 2>err &&
        ctl dump --db $locale.db >out 2>err && ctl load out --db b.db >err 2>&1 &&
        ctl dump --db b.db | cmp -s - out
    result $? "load and dump under LC_ALL=$locale"
done 2>/dev/null

echo "1..$count"
