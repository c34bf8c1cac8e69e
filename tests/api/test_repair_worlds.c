/* Random small worlds in which a write of the catalogue leaves bookings astray: what the library
 * says of them and does about them, held against verify, against the store before and after,
 * and, where strays are few, against all plans that there are.
 *
 *   strays    those that verify names under I6, and all of them are told of with the write
 *   plan      nothing is written; as many are placed, and at their time, as can be
 *   repair    does what the plan says and nothing else; what stays is all that verify names
 *   again     the same key gives the same answer
 *
 * LSCHED_REPAIRS: how many (300).  LSCHED_WORLD: only this one. */
#include "world.h"

#define MOST 40
#define FEW 3

static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = seed;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ z >> 31) % sides);
}

static bool chance(uint32_t percent)
{
    return dice(100) < percent;
}

#define PICK(list) list[dice(sizeof list / sizeof *list)]

/* ---- a world ---------------------------------------------------------------------------------- */

static const char *const agents[] = {"ana", "bo", "cy", "di", "ed"};
static const char *const teams[] = {"home", "help", "care"};
static const char *const customers[] = {"joe", "kim", "lee"};
static const char *const services[] = {"call", "chat"};
static uint32_t agent_count;

static int put_span(int32_t kind, const char *owner, const char *name, int32_t effect,
                    uint32_t from, uint32_t until, bool daily)
{
    char start[24], end[24], day[4];
    snprintf(day, sizeof day, "%02u", daily ? 1 : 2 + dice(3));
    snprintf(start, sizeof start, "202603%sT%02u%02u00", day, from / 60, from % 60);
    snprintf(end, sizeof end, "202603%sT%02u%02u00", day, until / 60, until % 60);
    return PUT(calendar, .kind = kind, .owner = owner, .name = name, .effect = effect,
               .text = event(start, end, daily ? "FREQ=DAILY" : NULL));
}

static uint32_t half_hours(uint32_t from, uint32_t count)
{
    return 60 * from + 30 * dice(count);
}

static int put_shift(const char *agent)
{
    const uint32_t from = half_hours(8, 8);
    return put_span(LSCHED_AGENT, agent, "shift", LSCHED_OPENS, from, from + 60 + 30 * dice(10),
                    true);
}

static int put_agent(const char *id)
{
    return PUT(agent, .id = id, .name = id, .zone = "UTC", .lanes = 1 + (int32_t)dice(2),
               .channels = chance(80) ? 0 : 1 + (int32_t)dice(3),
               .skills = chance(60) ? "fiber" : NULL, .languages = chance(60) ? "en fi" : "en");
}

static int put_customer(const char *id)
{
    static const char *const knows[] = {NULL, NULL, "ana", "bo ana"};
    static const char *const avoids[] = {NULL, "ana", "bo"};
    const char *known = PICK(knows);
    return PUT(customer, .id = id, .zone = chance(70) ? "UTC" : "America/New_York", .region = "R",
               .general = chance(15), .language = chance(25) ? "fi" : NULL,
               .team = chance(85) ? "home" : NULL, .knows = known,
               .avoids = known == NULL ? PICK(avoids) : NULL);
}

static int put_service(const char *id)
{
    return PUT(service, .id = id, .name = id, .minutes = 30, .step = 30, .notice = LSCHED_NONE,
               .horizon = 1, .after = id[1] == 'h' ? 10 : 0,
               .channels = id[1] == 'h' ? LSCHED_CHAT : LSCHED_PHONE,
               .skills = chance(30) ? "fiber" : NULL);
}

static void make_world(void)
{
    agent_count = 2 + dice(4);
    for (int i = 2; i >= 0; i--) {
        ok(PUT(team, .id = teams[i], .name = teams[i], .zone = "UTC", .general = i == 2,
               .overflow = i == 0 && chance(60) ? "help" : NULL, .regions = "R"));
        ok(put_span(LSCHED_TEAM, teams[i], "hours", LSCHED_OPENS, 8 * 60, 18 * 60, true));
    }
    for (uint32_t i = 0; i < agent_count; i++) {
        ok(put_agent(agents[i]));
        ok(put_shift(agents[i]));
        for (int t = 0; t < 3; t++)
            if (chance(t == 0 ? 70 : 40))
                ok(PUT(member, .team = teams[t], .agent = agents[i]));
    }
    for (int i = 0; i < 2; i++)
        ok(put_service(services[i]));
    for (int i = 0; i < 3; i++)
        ok(put_customer(customers[i]));
}

/* Bookings, and a hold now and then; there is only little time for them. */
static void fill(void)
{
    const uint32_t wanted = 3 + dice(14);
    for (uint32_t i = 0; i < wanted; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%u", i);
        const char *customer = PICK(customers), *service = PICK(services);
        lsched_slots *found = FIND(.customer = customer, .service = service, .limit = 100);
        const lsched_slot *s =
            lsched_slots_count(found) > 0
                ? lsched_slots_at(found, dice((uint32_t)lsched_slots_count(found)))
                : NULL;
        const lsched_request r = {.size = sizeof r,
                                  .key = key,
                                  .customer = customer,
                                  .service = service,
                                  .start = s != NULL ? s->start : 0,
                                  .channel = s != NULL ? s->channel : 0};
        if (s != NULL && chance(10))
            assert_true(world_try_hold(&r) != LSCHED_TAKEN); /* or QUOTA */
        else if (s != NULL)
            assert_int_equal(world_try(&r), LSCHED_OK);
        lsched_slots_free(found);
    }
}

/* ---- a write ----------------------------------------------------------------------------------- */

static int shrink(int32_t kind, const char *owner)
{
    const uint32_t from = half_hours(6, 16);
    return put_span(kind, owner, "closes", LSCHED_CLOSES, from, from + 60 + 30 * dice(14),
                    chance(40));
}

static int leave_team(const char *agent)
{
    for (int t = 0; t < 3; t++) {
        const int status =
            chance(50) ? lsched_remove_member(w.s, teams[t], agent, NULL)
                       : PUT(member, .team = teams[t], .agent = agent, .until = "2026-03-03");
        if (status != LSCHED_NOTFOUND)
            return status;
    }
    return LSCHED_NOTFOUND;
}

static int change_something(void)
{
    const char *agent = agents[dice(agent_count)];
    switch (dice(11)) {
    case 0:
    case 1:
        return shrink(LSCHED_AGENT, agent);
    case 2:
        return put_shift(agent);
    case 3:
        return leave_team(agent);
    case 4:
        return put_agent(agent);
    case 5:
        return shrink(LSCHED_TEAM, PICK(teams));
    case 6:
        return PUT(team, .id = "home", .name = "home", .zone = "UTC", .regions = "R");
    case 7:
        return shrink(LSCHED_CUSTOMER, PICK(customers));
    case 8:
        return chance(50) ? shrink(LSCHED_REGION, "R") : shrink(LSCHED_SERVICE, PICK(services));
    case 9:
        return put_service(PICK(services));
    default:
        return put_customer(PICK(customers));
    }
}

/* ---- what verify says --------------------------------------------------------------------------- */

typedef struct ids {
    char at[MOST][LSCHED_MAX_ID + 1];
    size_t count;
} ids;

static bool has(const ids *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], id) == 0)
            return true;
    return false;
}

static void add_id(ids *list, const char *id)
{
    if (has(list, id))
        return;
    assert_true(list->count < MOST);
    snprintf(list->at[list->count++], sizeof list->at[0], "%s", id);
}

static void verified(ids *out)
{
    lsched_findings *list;
    *out = (ids){.count = 0};
    ok(lsched_verify(w.s, &list));
    for (size_t i = 0; i < lsched_findings_count(list); i++) {
        const lsched_finding *f = lsched_findings_at(list, i);
        if (strcmp(f->invariant, "I6") != 0)
            fail_msg("%s %s: %s", f->invariant, f->subject, f->text);
        add_id(out, f->subject);
    }
    lsched_findings_free(list);
}

static void check_strays(const lsched_strays *list, const ids *wanted)
{
    const lsched_stray *last = NULL;
    assert_int_equal(lsched_strays_count(list), wanted->count);
    for (size_t i = 0; i < lsched_strays_count(list); i++) {
        const lsched_stray *s = lsched_strays_at(list, i);
        assert_true(has(wanted, s->booking->id));
        assert_int_not_equal(s->reasons, 0);
        assert_true(last == NULL || last->booking->start < s->booking->start ||
                    (last->booking->start == s->booking->start &&
                     strcmp(last->booking->id, s->booking->id) < 0));
        last = s;
    }
}

/* ---- all plans ------------------------------------------------------------------------------------- */

typedef struct place {
    char agent[8];
    lsched_time start, from, until;
} place;

typedef struct choices {
    const lsched_booking *b;
    place at[2000];
    size_t count;
    const place *chosen;
} choices;

static choices all[FEW];
static size_t all_count;
static lsched_bookings *standing;
static int32_t best_cost;

static bool is_whole(const lsched_booking *b)
{
    return b->channel != LSCHED_CHAT;
}

static bool is_known(const lsched_booking *b)
{
    lsched_customer *c;
    ok(lsched_get_customer(w.s, b->customer, &c));
    const bool known = (b->rung == LSCHED_KNOWN || strstr(c->knows, b->agent) != NULL) &&
                       strstr(c->avoids, b->agent) == NULL;
    lsched_customer_free(c);
    return known;
}

/* Where find says that it could go; what is held only at its time. */
static void add_places(choices *c, const char *agent, const char *team)
{
    const lsched_booking *b = c->b;
    lsched_slots *found =
        FIND(.moving = b->id, .agent = agent, .team = team, .channels = b->channel, .limit = 1000);
    const bool held = b->state == LSCHED_HELD;
    for (size_t i = 0; i < lsched_slots_count(found); i++) {
        const lsched_slot *s = lsched_slots_at(found, i);
        if (held && (s->start != b->start || (strcmp(agent, b->agent) != 0 && is_known(b))))
            continue;
        assert_true(c->count < sizeof c->at / sizeof *c->at);
        place *p = &c->at[c->count++];
        *p = (place){.start = s->start,
                     .from = s->start - (b->start - b->busy_from),
                     .until = s->end + (b->busy_until - b->end)};
        snprintf(p->agent, sizeof p->agent, "%s", agent);
    }
    lsched_slots_free(found);
}

static bool overlap(const place *p, lsched_time from, lsched_time until)
{
    return p->from < until && from < p->until;
}

static bool stands_at(lsched_time from, lsched_time until, lsched_time t)
{
    return from <= t && t < until;
}

static int32_t lanes_of(const char *agent)
{
    lsched_agent *a;
    ok(lsched_get_agent(w.s, agent, &a));
    const int32_t lanes = a->lanes;
    lsched_agent_free(a);
    return lanes;
}

/* Minute by minute: how many chats beside it, of those that stand and those chosen so far. */
static bool chat_fits(size_t i, const place *p)
{
    const int32_t lanes = lanes_of(p->agent);
    for (lsched_time t = p->from; t < p->until; t += 60) {
        int32_t depth = 1;
        for (size_t k = 0; k < lsched_bookings_count(standing); k++) {
            const lsched_booking *b = lsched_bookings_at(standing, k);
            depth += strcmp(b->agent, p->agent) == 0 && strcmp(b->id, all[i].b->id) != 0 &&
                     (b->state == LSCHED_BOOKED || b->state == LSCHED_HELD) &&
                     stands_at(b->busy_from, b->busy_until, t);
        }
        for (size_t k = 0; k < i; k++)
            depth += all[k].chosen != NULL && strcmp(all[k].chosen->agent, p->agent) == 0 &&
                     stands_at(all[k].chosen->from, all[k].chosen->until, t);
        if (depth > lanes)
            return false;
    }
    return true;
}

static bool can_have(size_t i, const place *p)
{
    bool beside = false;
    for (size_t k = 0; k < i; k++) {
        const place *other = all[k].chosen;
        if (other == NULL || strcmp(other->agent, p->agent) != 0 ||
            !overlap(p, other->from, other->until))
            continue;
        if (is_whole(all[i].b) || is_whole(all[k].b))
            return false;
        beside = true;
    }
    if (!beside)
        return true;
    /* The chats before it have to find room with it, too. */
    return chat_fits(i, p);
}

/* The best cost of all plans: 100 for each that stays, 1 for each that is moved in time. */
static void try_all(size_t i, int32_t cost)
{
    if (cost >= best_cost)
        return;
    if (i == all_count) {
        best_cost = cost;
        return;
    }
    for (int moved = 0; moved < 2; moved++) {
        for (size_t k = 0; k < all[i].count && cost + moved < best_cost; k++) {
            const place *p = &all[i].at[k];
            if ((p->start != all[i].b->start) != (moved == 1) || !can_have(i, p))
                continue;
            all[i].chosen = p;
            try_all(i + 1, cost + moved);
            all[i].chosen = NULL;
        }
    }
    try_all(i + 1, cost + 100);
}

static int32_t least_cost(const lsched_plan *plan)
{
    all_count = lsched_plan_count(plan);
    for (size_t i = 0; i < all_count; i++) {
        all[i] = (choices){.b = lsched_plan_at(plan, i)->before};
        for (uint32_t a = 0; a < agent_count; a++)
            for (int t = 0; t < 3; t++)
                add_places(&all[i], agents[a], teams[t]);
    }
    best_cost = 1000;
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &standing));
    try_all(0, 0);
    lsched_bookings_free(standing);
    return best_cost;
}

static int32_t cost_of(const lsched_plan *plan)
{
    int32_t cost = 0;
    for (size_t i = 0; i < lsched_plan_count(plan); i++) {
        const lsched_mend *m = lsched_plan_at(plan, i);
        cost += m->after == NULL ? 100 : (m->changes & LSCHED_MEND_TIME) != 0;
        if (m->after != NULL)
            assert_int_equal((m->changes & LSCHED_MEND_TIME) != 0,
                             m->after->start != m->before->start);
    }
    return cost;
}

/* ---- a repair -------------------------------------------------------------------------------------- */

static struct {
    uint64_t strays, moved, quiet, told, stayed, compared;
} met;

/* The same but for the lane and when it was written, which a plan does not know. */
static void check_as_planned(const lsched_mend *m, const lsched_mend *planned)
{
    assert_string_equal(m->before->id, planned->before->id);
    assert_int_equal(m->status, planned->status);
    assert_int_equal(m->missing, planned->missing);
    assert_int_equal(m->changes, planned->changes);
    assert_int_equal(m->notice, planned->notice);
    assert_int_equal(m->reasons, planned->reasons);
    assert_int_equal(m->after != NULL, planned->after != NULL);
    if (m->after == NULL)
        return;
    lsched_booking a = *m->after, b = *planned->after;
    a.lane = b.lane = 0;
    a.changed = b.changed = 0;
    world_same_booking(&a, &b);
}

static void count(const lsched_mend *m)
{
    met.strays++;
    met.stayed += m->after == NULL;
    met.moved += m->after != NULL && m->after->start != m->before->start;
    met.quiet += m->after != NULL && m->notice == 0;
    met.told += m->after != NULL && m->notice != 0;
}

/* Each booking is as the plan has it, or as it was; lanes change hands. */
static void check_bookings(const lsched_bookings *before, const lsched_plan *done)
{
    for (size_t i = 0; i < lsched_bookings_count(before); i++) {
        const lsched_booking *was = lsched_bookings_at(before, i);
        const lsched_booking *wanted = was;
        for (size_t k = 0; k < lsched_plan_count(done); k++) {
            const lsched_mend *m = lsched_plan_at(done, k);
            if (strcmp(m->before->id, was->id) == 0 && m->after != NULL)
                wanted = m->after;
        }
        lsched_booking *now = BOOKING(was->id);
        lsched_booking x = *now, y = *wanted;
        x.lane = y.lane = 0;
        world_same_booking(&x, &y);
        lsched_booking_free(now);
    }
}

static void check_repair(const lsched_plan *plan)
{
    const lsched_sweep sweep = {.size = sizeof sweep, .limit = 1000, .key = "repair"};
    lsched_plan *done, *again;
    lsched_bookings *before;
    ids left, stay = {.count = 0};
    ok(lsched_list_bookings(w.s, NEW(filter, .limit = 0), &before));
    const lsched_plan *given = chance(50) ? plan : NULL;
    ok(lsched_repair(w.s, &sweep, given, &done));
    assert_int_equal(lsched_plan_count(done), lsched_plan_count(plan));
    for (size_t i = 0; i < lsched_plan_count(done); i++) {
        const lsched_mend *m = lsched_plan_at(done, i);
        check_as_planned(m, lsched_plan_at(plan, i));
        count(m);
        if (m->after == NULL)
            add_id(&stay, m->before->id);
    }
    check_bookings(before, done);
    verified(&left);
    assert_int_equal(left.count, stay.count);
    for (size_t i = 0; i < left.count; i++)
        assert_true(has(&stay, left.at[i]));
    char *listing = world_listing(w.s);
    ok(lsched_repair(w.s, &sweep, given, &again));
    world_unchanged(listing);
    /* Where nothing was moved, nothing keeps the answer, and it is made anew: the same. */
    assert_int_equal(lsched_plan_count(again), lsched_plan_count(done));
    for (size_t i = 0; i < lsched_plan_count(done); i++) {
        check_as_planned(lsched_plan_at(again, i), lsched_plan_at(done, i));
        world_same_booking(lsched_plan_at(again, i)->before, lsched_plan_at(done, i)->before);
        if (lsched_plan_at(done, i)->after != NULL)
            world_same_booking(lsched_plan_at(again, i)->after, lsched_plan_at(done, i)->after);
    }
    lsched_plan_free(again);
    lsched_plan_free(done);
    lsched_bookings_free(before);
}

/* The picture says on which days nobody can start: without it, the plan is the same. */
static void check_unaided(const lsched_plan *plan)
{
    lsched_plan *again;
    ok(lsched_set_memory(w.s, 0));
    ok(lsched_plan_repair(w.s, NEW(sweep, .limit = 1000), &again));
    ok(lsched_set_memory(w.s, 64 << 20));
    assert_int_equal(lsched_plan_count(again), lsched_plan_count(plan));
    for (size_t i = 0; i < lsched_plan_count(plan); i++)
        check_as_planned(lsched_plan_at(again, i), lsched_plan_at(plan, i));
    lsched_plan_free(again);
}

static void check_world(uint64_t number)
{
    lsched_strays *list;
    lsched_plan *plan;
    ids wanted;
    seed = number * 1000003;
    ok(lsched_begin(w.s));
    make_world();
    fill();
    verified(&wanted);
    assert_int_equal(wanted.count, 0);
    ok(lsched_set_strays(w.s, 1000));
    const int status = change_something();
    if (status != LSCHED_OK)
        assert_true(status == LSCHED_NOTFOUND || status == LSCHED_INUSE);
    verified(&wanted);
    if (status == LSCHED_OK) /* nothing was astray before: so all of it is of that owner */
        check_strays(lsched_left_strays(w.s), &wanted);
    ok(lsched_set_strays(w.s, 0));
    ok(lsched_list_strays(w.s, NEW(sweep, .limit = 1000), &list));
    check_strays(list, &wanted);
    lsched_strays_free(list);
    char *before = world_listing(w.s);
    ok(lsched_plan_repair(w.s, NEW(sweep, .limit = 1000), &plan));
    world_unchanged(before);
    assert_int_equal(lsched_plan_count(plan), wanted.count);
    if (wanted.count > 0 && wanted.count <= FEW) {
        met.compared++;
        /* A stray's old place and its new one both count there where they overlap, so the plan
         * may be better; whether it can be carried out is seen below. */
        assert_true(cost_of(plan) <= least_cost(plan));
    }
    if (number % 2 == 0)
        check_unaided(plan);
    check_repair(plan);
    lsched_plan_free(plan);
    ok(lsched_rollback(w.s));
}

static uint64_t running;

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL && *value != '\0' ? strtoull(value, NULL, 10) : otherwise;
}

static void test_worlds(void **state)
{
    (void)state;
    const uint64_t one = number_from("LSCHED_WORLD", UINT64_MAX);
    const uint64_t worlds = number_from("LSCHED_REPAIRS", 300);
    for (running = one != UINT64_MAX ? one : 0; running < worlds || running == one; running++) {
        check_world(running);
        if (running == one)
            break;
    }
    print_message("# %llu worlds: %llu strays, %llu moved in time, %llu quietly, %llu told, "
                  "%llu stay; %llu compared with all plans\n",
                  (unsigned long long)running, (unsigned long long)met.strays,
                  (unsigned long long)met.moved, (unsigned long long)met.quiet,
                  (unsigned long long)met.told, (unsigned long long)met.stayed,
                  (unsigned long long)met.compared);
    if (worlds >= 200 && one == UINT64_MAX)
        assert_true(met.moved > 0 && met.quiet > 0 && met.told > 0 && met.stayed > 0 &&
                    met.compared > 0);
}

static int tell(void **state)
{
    print_message("# last world: LSCHED_WORLD=%llu\n", (unsigned long long)running);
    return world_close(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_worlds, world_empty, tell)};
    return cmocka_run_group_tests_name("repair_worlds", tests, NULL, NULL);
}
