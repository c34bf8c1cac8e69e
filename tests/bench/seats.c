/* seats.c -- how much more is admitted where bookings make room: a program of its own.
 *
 *   ninja -C build run-seats        build/tests/bench/seats [WORLDS]
 *
 * Small worlds, in which each wish is for one time, and comes in a random order; it is booked, or
 * turned away.  What the library takes with `reseats` of 0 (whoever's turn it is, and there they
 * stay) to 4 stands beside two figures that are exact: what can be taken if all who were not
 * promised an agent are seated anew for each wish, but nobody who was taken is sent away; and
 * what can be taken by who knows all wishes beforehand, which nobody can exceed.
 *
 * Contacts of 30, 60 and 90 minutes in four hours of four agents; of ten customers four need a
 * language that two agents have, and of seven wishes one is for a certain agent. */
#include <libsched.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AGENTS 4
#define CELLS 8 /* half hours that are open */
#define MOST 64
#define OPEN INT64_C(1772438400) /* 2026-03-02T08:00Z, a Monday */

static const char *const agents[AGENTS] = {"ana", "bo", "cy", "di"};
static const char *const speaks[AGENTS] = {"en fi sv", "en fi", "en sv", "en"};
static const char *const languages[] = {"en", "fi", "sv"};
static const int able[] = {15, 3, 5}; /* who speaks it: bits of agents */

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) % sides);
}

/* ---- wishes ----------------------------------------------------------------------------------- */

typedef struct wish {
    int start, cells;  /* half hours */
    int language, who; /* bits of agents */
    int agent;         /* that is named; -1: none */
} wish;

static wish wishes[MOST];
static int wish_count;

static void make_wishes(int percent)
{
    int work = 0;
    for (wish_count = 0; work * 100 < percent * AGENTS * CELLS && wish_count < MOST; wish_count++) {
        wish *x = &wishes[wish_count];
        x->cells = 1 + (int)dice(3);
        x->start = (int)dice((uint32_t)(CELLS - x->cells + 1));
        x->language = dice(10) < 6 ? 0 : 1 + (int)dice(2);
        x->who = able[x->language];
        x->agent = dice(7) == 0 ? (int)dice(AGENTS) : -1;
        if (x->agent >= 0 && (x->who >> x->agent & 1) == 0)
            x->agent = -1;
        if (x->agent >= 0)
            x->who = 1 << x->agent;
        work += x->cells;
    }
}

/* ---- the exact figures ---------------------------------------------------------------------------- */

/* The most of these wishes that can be had together: wish by wish in the order of their starts,
 * over all combinations of when each agent is free again. */
#define STATES ((CELLS + 1) * (CELLS + 1) * (CELLS + 1) * (CELLS + 1))

#define BASE (CELLS + 1)
static const int powers[AGENTS] = {1, BASE, BASE *BASE, BASE *BASE *BASE};

static int most_of(const bool *in)
{
    static int now[STATES], next[STATES];
    int best = 0;
    for (int i = 0; i < STATES; i++)
        now[i] = i == 0 ? 0 : -1;
    for (int start = 0; start < CELLS; start++) {
        for (int w = 0; w < wish_count; w++) {
            if (!in[w] || wishes[w].start != start)
                continue;
            memcpy(next, now, sizeof now);
            for (int i = 0; i < STATES; i++) {
                for (int a = 0; a < AGENTS && now[i] >= 0; a++) {
                    const int free = i / powers[a] % (CELLS + 1);
                    if ((wishes[w].who >> a & 1) == 0 || free > start)
                        continue;
                    const int to = i + (start + wishes[w].cells - free) * powers[a];
                    if (now[i] + 1 > next[to])
                        next[to] = now[i] + 1;
                }
            }
            memcpy(now, next, sizeof now);
        }
    }
    for (int i = 0; i < STATES; i++)
        best = now[i] > best ? now[i] : best;
    return best;
}

static int most_in_order(void)
{
    bool in[MOST] = {false};
    int count = 0;
    for (int w = 0; w < wish_count; w++) {
        in[w] = true;
        if (most_of(in) == count + 1)
            count++;
        else
            in[w] = false;
    }
    return count;
}

static int most_at_all(void)
{
    bool in[MOST];
    memset(in, true, sizeof in);
    return most_of(in);
}

/* ---- the library ------------------------------------------------------------------------------------ */

static lsched_time clock_says(void *user)
{
    (void)user;
    return OPEN - 7200;
}

static lsched *s;

static void must(int status, const char *what)
{
    if (status == LSCHED_OK)
        return;
    fprintf(stderr, "seats: %s: %s: %s\n", what, lsched_status_name(status), lsched_message(s));
    exit(1);
}

static void put_hours(int32_t kind, const char *owner)
{
    static const char text[] =
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART:20260302T080000\r\nDTEND:20260302T120000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    const lsched_calendar c = {.size = sizeof c,
                               .kind = kind,
                               .effect = LSCHED_OPENS,
                               .owner = owner,
                               .name = "hours",
                               .text = text};
    must(lsched_put_calendar(s, &c), "put_calendar");
}

static void open_world(void)
{
    const lsched_team team = {
        .size = sizeof team, .id = "t", .name = "T", .zone = "UTC", .regions = "R"};
    s = lsched_new();
    if (s == NULL)
        exit(1);
    must(lsched_set_clock(s, clock_says, NULL), "set_clock");
    must(lsched_open(s, ":memory:", LSCHED_CREATE), "open");
    must(lsched_put_team(s, &team), "put_team");
    put_hours(LSCHED_TEAM, "t");
    for (int i = 0; i < AGENTS; i++) {
        const lsched_agent agent = {.size = sizeof agent,
                                    .id = agents[i],
                                    .name = agents[i],
                                    .zone = "UTC",
                                    .languages = speaks[i]};
        const lsched_member member = {.size = sizeof member, .team = "t", .agent = agents[i]};
        must(lsched_put_agent(s, &agent), "put_agent");
        must(lsched_put_member(s, &member), "put_member");
        put_hours(LSCHED_AGENT, agents[i]);
    }
    for (int i = 0; i < 3; i++) {
        const lsched_customer customer = {.size = sizeof customer,
                                          .id = languages[i],
                                          .zone = "UTC",
                                          .region = "R",
                                          .language = languages[i]};
        must(lsched_put_customer(s, &customer), "put_customer");
    }
}

static void put_services(int32_t reseats)
{
    for (int i = 1; i <= 3; i++) {
        char id[2] = {(char)('0' + i), '\0'};
        const lsched_service service = {.size = sizeof service,
                                        .id = id,
                                        .name = id,
                                        .channels = LSCHED_PHONE,
                                        .minutes = 30 * i,
                                        .step = 30,
                                        .notice = LSCHED_NONE,
                                        .reseats = reseats};
        must(lsched_put_service(s, &service), "put_service");
    }
}

typedef struct outcome {
    int taken, moves;
} outcome;

static outcome book_all(int32_t reseats)
{
    outcome o = {0, 0};
    must(lsched_begin(s), "begin");
    put_services(reseats);
    for (int w = 0; w < wish_count; w++) {
        char id[2] = {(char)('0' + wishes[w].cells), '\0'}, key[16];
        snprintf(key, sizeof key, "k%d", w);
        const lsched_request r = {.size = sizeof r,
                                  .key = key,
                                  .customer = languages[wishes[w].language],
                                  .service = id,
                                  .agent = wishes[w].agent >= 0 ? agents[wishes[w].agent] : NULL,
                                  .start = OPEN + 1800 * (int64_t)wishes[w].start};
        lsched_booking *b;
        const int status = lsched_book(s, &r, &b);
        if (status == LSCHED_OK)
            o.moves += b->moves;
        else if (status != LSCHED_TAKEN)
            must(status, "book");
        o.taken += status == LSCHED_OK;
        lsched_booking_free(b);
    }
    lsched_findings *list;
    must(lsched_verify(s, &list), "verify");
    if (lsched_findings_count(list) > 0) {
        fprintf(stderr, "seats: %s\n", lsched_findings_at(list, 0)->text);
        exit(1);
    }
    lsched_findings_free(list);
    must(lsched_rollback(s), "rollback");
    return o;
}

int main(int argc, char **argv)
{
    static const int loads[] = {50, 70, 85, 100, 125, 150};
    const int worlds = argc > 1 ? atoi(argv[1]) : 100;
    printf("taken, in percent of the wishes; moves for each 100 taken in brackets\n\n"
           "load  wishes  reseats 0        1            2            3            4      seated "
           "anew  known before\n");
    open_world();
    for (size_t l = 0; l < sizeof loads / sizeof *loads; l++) {
        int64_t all = 0, taken[LSCHED_MAX_RESEATS + 1] = {0}, moves[LSCHED_MAX_RESEATS + 1] = {0};
        int64_t in_order = 0, at_all = 0;
        for (int i = 0; i < worlds; i++) {
            seed = (uint64_t)i * 977 + l;
            make_wishes(loads[l]);
            all += wish_count;
            const int best = most_at_all();
            at_all += best;
            in_order += most_in_order();
            for (int32_t r = 0; r <= LSCHED_MAX_RESEATS; r++) {
                const outcome o = book_all(r);
                taken[r] += o.taken;
                moves[r] += o.moves;
                if (o.taken > best) {
                    fprintf(stderr, "seats: more is taken than can be\n");
                    return 1;
                }
            }
        }
        printf("%3d%%  %6.1f", loads[l], (double)all / worlds);
        for (int r = 0; r <= LSCHED_MAX_RESEATS; r++)
            printf("   %5.1f (%4.1f)", 100. * (double)taken[r] / (double)all,
                   taken[r] > 0 ? 100. * (double)moves[r] / (double)taken[r] : 0.);
        printf("   %9.1f  %12.1f\n", 100. * (double)in_order / (double)all,
               100. * (double)at_all / (double)all);
    }
    lsched_free(s);
    return 0;
}
