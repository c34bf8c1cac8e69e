/* people.c -- the customers of one region, who live in four zones, and whom they know. */
#include "world.h"

#include <stdio.h>

/* Where they live, what they speak, who chose general care, and who has an expert of their own
 * from former years.  Assumed; none of it hangs on what is being compared. */
#define SPANISH 0.06
#define GENERAL 0.04
#define KNOWS 0.5

const char *const region_ids[REGIONS] = {"US-NY", "US-AZ", "CA-NL", "US-HI"};
const char *const region_zones[REGIONS] = {"America/New_York", "America/Phoenix",
                                           "America/St_Johns", "Pacific/Honolulu"};
static const double shares[REGIONS] = {0.76, 0.12, 0.08, 0.04};

const char *customer_id(char *room, uint32_t number)
{
    snprintf(room, 16, "c%06u", number);
    return room;
}

static void make_person(world *w, person *p, uint32_t number)
{
    chance luck = chance_of(w->plan.seed, 'p', number);
    double u = chance_even(&luck);
    *p = (person){.knows = NOBODY, .last = NOBODY, .open = NOBODY};
    while (p->region < REGIONS - 1 && u >= shares[p->region])
        u -= shares[p->region++];
    p->spanish = chance_hit(&luck, SPANISH);
    p->general = chance_hit(&luck, GENERAL);
    const bool knows = chance_hit(&luck, KNOWS);
    const int8_t who = (int8_t)chance_below(&luck, HOME_AGENTS);
    if (knows && !p->general) {
        p->knows = who;
        p->served = UINT64_C(1) << who;
    }
}

static void put_person(world *w, const person *p, uint32_t number)
{
    char id[16];
    const lsched_customer customer = {
        .size = sizeof customer,
        .general = p->general,
        .id = customer_id(id, number),
        .zone = region_zones[p->region],
        .region = region_ids[p->region],
        .language = p->spanish ? "es" : "en",
        .team = "valley",
        .knows = p->knows != NOBODY && w->plan.familiar ? w->agents[p->knows].id : ""};
    fine(w, CALL(put_customer, &customer), "put customer");
}

void people_put(world *w)
{
    w->people = zeroed((size_t)w->plan.customers, sizeof *w->people);
    fine(w, lsched_begin(w->s), "begin");
    for (uint32_t i = 0; i < (uint32_t)w->plan.customers; i++) {
        make_person(w, &w->people[i], i);
        put_person(w, &w->people[i], i);
    }
    watch_start(w);
    fine(w, watch_stop(w, CALL_commit, lsched_commit(w->s)), "commit");
}
