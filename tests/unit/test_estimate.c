/* test_estimate.c -- how long a wait will be: what is certain, exactly.
 *
 * Where contacts always take the same time, nothing is left to chance, and every rehearsal
 * ends alike: small worlds are told by hand, and many made up ones are lived through second by
 * second, by rules that know no stretches, trees and sets.  What is left to chance is asked in
 * test_estimate_kept.c.
 */
#include "scene.h"

#define NOW 1000000
#define AGENTS 5
#define LINE 80
#define SERVICES 3
#define ENGAGED 4
#define OPEN 3

typedef struct stage {
    lsi_handling handlings[SERVICES];
    int32_t lengths[SERVICES];
    lsi_span open[AGENTS][OPEN];
    lsi_engaged doing[AGENTS][ENGAGED], booked[AGENTS][ENGAGED];
    lsi_server servers[AGENTS];
    uint64_t fit[LINE], own[LINE];
    lsi_waiter line[LINE];
    lsi_queue q;
} stage;

static void always(lsi_handling *h, int32_t length)
{
    h->doubt = 0;
    for (size_t i = 0; i < LSI_HANDLING_STEPS; i++)
        h->lengths[i] = length;
}

/* Agents who are all there for 10,000 s, contacts that take 100, 200 and 300 s. */
static void set(stage *s, int agents)
{
    memset(s, 0, sizeof *s);
    for (int i = 0; i < SERVICES; i++) {
        s->lengths[i] = 100 * (i + 1);
        always(&s->handlings[i], s->lengths[i]);
    }
    for (int i = 0; i < agents; i++) {
        s->open[i][0] = (lsi_span){NOW, NOW + 10000};
        s->servers[i] = (lsi_server){.open = s->open[i],
                                     .open_count = 1,
                                     .doing = s->doing[i],
                                     .booked = s->booked[i],
                                     .lanes = 1};
    }
    s->q = (lsi_queue){.now = NOW,
                       .servers = s->servers,
                       .line = s->line,
                       .handlings = s->handlings,
                       .server_count = (size_t)agents,
                       .handling_count = SERVICES,
                       .close = NOW + 20000,
                       .seed = 7};
}

/* One more in line, whom the agents of these bits may serve. */
static lsi_waiter *join(stage *s, int service, uint64_t fit)
{
    const size_t i = s->q.line_count++;
    s->fit[i] = fit;
    s->line[i] = (lsi_waiter){.from = NOW,
                              .until = NOW + 20000,
                              .takes = s->lengths[service],
                              .handling = (size_t)service,
                              .fit = &s->fit[i],
                              .channel = LSCHED_PHONE};
    return &s->line[i];
}

static void book(stage *s, int agent, int64_t from, int64_t until, size_t service, int32_t lane)
{
    s->booked[agent][s->servers[agent].booked_count++] =
        (lsi_engaged){NOW + from, NOW + until, NOW + from, service, lane};
}

static lsi_forecast ask(const stage *s)
{
    lsi_forecast w = {0};
    lsi_error e = {0};
    assert_int_equal(lsi_estimate_wait(&s->q, &w, &e), LSCHED_OK);
    assert_true(w.runs > 100);
    return w;
}

static void waits(const stage *s, int64_t expected)
{
    const lsi_forecast w = ask(s);
    assert_int_equal(w.p50, expected);
    assert_int_equal(w.p90, expected);
    assert_int_equal(w.chance, expected >= 0 && NOW + expected < s->q.close ? 1000 : 0);
}

static void test_line(void **state)
{
    (void)state;
    static stage s;
    set(&s, 2);
    join(&s, 0, 3);
    waits(&s, 0);
    join(&s, 0, 3);
    waits(&s, 0);
    join(&s, 0, 3);
    waits(&s, 100);
    join(&s, 2, 3);
    waits(&s, 100);
    join(&s, 0, 3);
    waits(&s, 200);
    /* Whom only the second one may serve, who now has a long contact. */
    join(&s, 0, 2);
    waits(&s, 400);
    /* Whom only the first one may serve is not behind that. */
    join(&s, 0, 1);
    waits(&s, 300);
    s.q.close = NOW + 300;
    waits(&s, 300);
    s.q.close = NOW + 301;
    waits(&s, 300);
}

static void test_nobody(void **state)
{
    (void)state;
    static stage s;
    set(&s, 2);
    join(&s, 0, 0);
    waits(&s, -1);
    s.q.server_count = 0;
    waits(&s, -1);
    set(&s, 1);
    s.servers[0].open_count = 0;
    join(&s, 0, 1);
    waits(&s, -1);
}

/* Nobody begins what does not end before the shift does; the next day goes on. */
static void test_shift(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    s.open[0][0].until = NOW + 250;
    join(&s, 0, 1);
    join(&s, 0, 1);
    waits(&s, 100);
    join(&s, 0, 1);
    waits(&s, -1);
    s.open[0][1] = (lsi_span){NOW + 5000, NOW + 5100};
    s.servers[0].open_count = 2;
    waits(&s, 5000);
    join(&s, 0, 1);
    waits(&s, -1);
    /* One that takes longer than was planned ends when it ends. */
    set(&s, 1);
    s.open[0][0].until = NOW + 250;
    s.open[0][1] = (lsi_span){NOW + 260, NOW + 1000};
    s.servers[0].open_count = 2;
    join(&s, 2, 1)->takes = 250;
    join(&s, 0, 1);
    waits(&s, 300);
    s.line[0].takes = 251;
    waits(&s, 0);
    s.line[1].until = NOW;
    waits(&s, -1);
}

/* What is booked comes at its time, and what is planned to end before it may be begun. */
static void test_booked(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    book(&s, 0, 150, 350, 1, 0);
    join(&s, 0, 1);
    waits(&s, 0);
    join(&s, 0, 1);
    waits(&s, 350);
    /* It is over earlier than was planned: who waits is taken then. */
    s.booked[0][0].until = NOW + 900;
    waits(&s, 350);
    s.booked[0][0].handling = LSI_AS_TAKEN;
    waits(&s, 900);
    /* It waits for what takes longer than was planned. */
    s.booked[0][0].handling = 1;
    s.line[0].handling = 2;
    waits(&s, 500);
    /* Whoever is short enough goes before who is not. */
    set(&s, 1);
    book(&s, 0, 150, 350, 1, 0);
    join(&s, 1, 1);
    join(&s, 0, 1);
    waits(&s, 0);
    join(&s, 0, 1);
    waits(&s, 550);
    /* One that is late already comes first; what is promised off shift, too. */
    set(&s, 1);
    book(&s, 0, -50, 50, 0, 0);
    book(&s, 0, 10050, 10100, 0, 0);
    s.open[0][1] = (lsi_span){NOW + 10080, NOW + 20000};
    s.servers[0].open_count = 2;
    join(&s, 0, 1);
    waits(&s, 100);
    s.line[0].from = NOW + 9950;
    waits(&s, 10150);
}

static void test_doing(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    s.servers[0].doing_count = 1;
    s.doing[0][0] = (lsi_engaged){.start = NOW - 30, .handling = 1};
    join(&s, 0, 1);
    waits(&s, 170);
    s.doing[0][0].start = NOW - 199;
    waits(&s, 1);
    /* It takes longer than all that were seen: a quarter more. */
    s.doing[0][0].start = NOW - 800;
    waits(&s, 200);
    s.doing[0][0] = (lsi_engaged){NOW - 800, NOW + 70, NOW - 800, LSI_AS_TAKEN, 0};
    waits(&s, 70);
}

static void test_later(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    join(&s, 1, 1)->from = NOW + 150;
    join(&s, 0, 1);
    waits(&s, 0);
    s.line[1].from = NOW + 120;
    waits(&s, 120);
    s.line[1].from = NOW + 150;
    waits(&s, 350);
    /* Who goes away is not in the way. */
    s.line[0].until = NOW + 150;
    waits(&s, 150);
}

/* What is left to one agent is not in the way of the other, until it is anybody's. */
static void test_own(void **state)
{
    (void)state;
    static stage s;
    set(&s, 2);
    s.servers[1].doing_count = 1;
    s.doing[1][0] = (lsi_engaged){.until = NOW + 500, .handling = LSI_AS_TAKEN};
    s.own[0] = 2;
    join(&s, 2, 3)->own = &s.own[0];
    s.line[0].shared = NOW + 400;
    waits(&s, 400);
    s.line[0].shared = NOW + 600;
    waits(&s, 500);
    s.line[0].shared = NOW;
    waits(&s, 0);
    /* Its own goes before the line. */
    s.line[0].own = NULL;
    s.fit[0] = 2;
    join(&s, 0, 2)->own = &s.own[0];
    waits(&s, 500);
    s.line[1].own = NULL;
    waits(&s, 500 + 300);
    s.line[0].own = &s.own[0];
    s.fit[0] = 3;
    s.q.line_count = 1;
    s.line[0].shared = NOW + 50;
    join(&s, 0, 1);
    waits(&s, 0);
    join(&s, 0, 1);
    waits(&s, 400);
}

static void test_chats(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    s.servers[0].lanes = 2;
    for (int i = 0; i < 3; i++)
        join(&s, i, 1)->channel = LSCHED_CHAT;
    waits(&s, 100);
    /* A call takes all of the agent; a chat behind it does not wait for it. */
    join(&s, 0, 1);
    waits(&s, 400);
    join(&s, 0, 1)->channel = LSCHED_CHAT;
    waits(&s, 200);
    s.servers[0].lanes = 1;
    waits(&s, 700);
    /* So does one that is booked, and a chat that is booked takes one lane. */
    set(&s, 1);
    s.servers[0].lanes = 2;
    book(&s, 0, 50, 150, 0, 0);
    join(&s, 0, 1)->channel = LSCHED_CHAT;
    waits(&s, 150);
    s.booked[0][0].lane = 2;
    waits(&s, 0);
    join(&s, 0, 1)->channel = LSCHED_CHAT;
    waits(&s, 100);
}

/* So many of a thousand rehearsals were over before. */
static int32_t before(stage *s, int64_t t)
{
    s->q.close = NOW + t;
    return ask(s).chance;
}

/* Who may come does so in half of the rehearsals; and who comes behind who asks is served before
 * where that suits better. */
static void test_coming(void **state)
{
    (void)state;
    static stage s;
    set(&s, 1);
    s.servers[0].lanes = 2;
    s.doing[0][0] = (lsi_engaged){.until = NOW + 100, .start = NOW, .handling = LSI_AS_TAKEN, .lane = 1};
    s.servers[0].doing_count = 1;
    join(&s, 0, 1);
    waits(&s, 100);
    /* A chat beside the chat, and then a call has to wait for both. */
    lsi_waiter *chat = join(&s, 0, 1);
    chat->channel = LSCHED_CHAT;
    chat->from = NOW + 50;
    s.q.coming_count = 1;
    assert_in_range(before(&s, 101), 400, 600);
    assert_int_equal(before(&s, 100), 0);
    assert_int_equal(before(&s, 151), 1000);
    /* Another one comes, or not, whether or not the first did; after both it takes longest. */
    chat = join(&s, 0, 1);
    chat->channel = LSCHED_CHAT;
    chat->from = NOW + 60;
    s.q.coming_count = 2;
    assert_in_range(before(&s, 101), 150, 350);
    assert_in_range(before(&s, 151), 400, 600);
    assert_in_range(before(&s, 161), 650, 850);
    assert_int_equal(before(&s, 200), before(&s, 161));
    assert_int_equal(before(&s, 201), 1000);
    /* What is as well served behind who asks changes nothing. */
    s.line[1].channel = s.line[2].channel = LSCHED_PHONE;
    waits(&s, 100);
    /* Something short fits before the shift ends, and has not ended when the next one begins. */
    set(&s, 1);
    s.open[0][0].until = NOW + 150;
    s.open[0][1] = (lsi_span){NOW + 200, NOW + 10000};
    s.servers[0].open_count = 2;
    join(&s, 1, 1);
    waits(&s, 200);
    join(&s, 0, 1)->from = NOW + 10;
    always(&s.handlings[0], 300);
    s.q.coming_count = 1;
    assert_in_range(before(&s, 201), 400, 600);
    assert_int_equal(before(&s, 311), 1000);
}

/* The same queue, the same answer; another seed, nearly. */
static void test_same(void **state)
{
    (void)state;
    static stage s;
    int32_t seen[300];
    set(&s, 3);
    for (int i = 0; i < 300; i++)
        seen[i] = 40 + i * 37 % 500;
    lsi_handling_learn(&s.handlings[0], 300, seen, 300);
    for (int i = 0; i < 30; i++)
        join(&s, 0, 7);
    const lsi_forecast first = ask(&s), again = ask(&s);
    assert_memory_equal(&first, &again, sizeof first);
    assert_true(first.p50 < first.p90);
    int64_t sum = 0;
    for (s.q.seed = 100; s.q.seed < 110; s.q.seed++) {
        const lsi_forecast other = ask(&s);
        assert_in_range(other.p90, first.p90 * 95 / 100, first.p90 * 105 / 100);
        sum += other.p90 != first.p90;
    }
    assert_true(sum > 0);
    s.q.seed = 7;
    s.q.close = NOW + first.p50 + 1;
    assert_in_range(ask(&s).chance, 500, 530);
    s.q.close = NOW + first.p90 + 1;
    assert_in_range(ask(&s).chance, 900, 920);
}

static int64_t mean(const lsi_handling *h)
{
    int64_t sum = 0;
    for (size_t i = 0; i < LSI_HANDLING_STEPS; i++) {
        assert_true(h->lengths[i] > 0 && (i == 0 || h->lengths[i] >= h->lengths[i - 1]));
        sum += h->lengths[i];
    }
    return sum / LSI_HANDLING_STEPS;
}

/* Nothing seen: the planned length.  The more was seen, the more that counts. */
static void test_learn(void **state)
{
    (void)state;
    static lsi_handling h;
    int32_t seen[1000], first = 0;
    const struct {
        size_t count;
        int64_t mean;
    } cases[] = {{0, 900}, {1, 780}, {4, 600}, {36, 360}, {396, 306}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int n = 0; n < 1000; n++)
            seen[n] = 300;
        lsi_handling_learn(&h, 900, seen, cases[i].count);
        assert_in_range(mean(&h), cases[i].mean * 99 / 100, cases[i].mean * 101 / 100);
        assert_true(h.doubt > 0);
        first = i == 0 ? h.doubt : first;
    }
    assert_in_range(h.doubt, first / 100, first / 10);
    /* In any order; nothing takes no time, or more than a day. */
    static lsi_handling other;
    for (int n = 0; n < 1000; n++)
        seen[n] = n * 7 % 1000;
    lsi_handling_learn(&h, 900, seen, 1000);
    for (int n = 0; n < 1000; n++)
        seen[n] = 999 - n;
    lsi_handling_learn(&other, 900, seen, 1000);
    assert_memory_equal(&h, &other, sizeof h);
    for (int n = 0; n < 1000; n++)
        seen[n] = n % 2 != 0 ? INT32_MAX : INT32_MIN;
    lsi_handling_learn(&h, INT64_MAX, seen, 1000);
    assert_int_equal(h.lengths[0], 1);
    assert_int_equal(h.lengths[LSI_HANDLING_STEPS - 1], 86400);
}

/* ---- second by second ------------------------------------------------------------------------- */

typedef struct lane {
    int agent, number;
    int64_t free;
    size_t booked; /* so many are done */
} lane;

typedef struct life {
    const stage *s;
    lane lanes[AGENTS * 3];
    int count;
    bool taken[LINE];
} life;

static bool is_mine(const lane *l, const lsi_engaged *b, bool chats)
{
    return !chats || b->lane == 0 || b->lane == l->number + 1;
}

/* The next thing that is booked for a lane. */
static const lsi_engaged *due(const life *v, const lane *l, bool chats)
{
    const lsi_server *server = &v->s->servers[l->agent];
    for (size_t i = 0, mine = 0; i < server->booked_count; i++) {
        if (is_mine(l, &server->booked[i], chats) && mine++ == l->booked)
            return &server->booked[i];
    }
    return NULL;
}

static bool has_room(const life *v, const lane *l, int64_t t, int64_t takes, bool chats)
{
    const lsi_server *server = &v->s->servers[l->agent];
    const lsi_engaged *b = due(v, l, chats);
    if (l->free > t || (b != NULL && t + takes > b->from))
        return false;
    for (size_t i = 0; i < server->open_count; i++) {
        if (server->open[i].from <= t && t + takes <= server->open[i].until)
            return true;
    }
    return false;
}

static bool may(const lsi_waiter *w, int agent, int64_t t)
{
    const bool own = w->own != NULL && (*w->own >> agent & 1) != 0;
    return own || ((w->own == NULL || t >= w->shared) && (*w->fit >> agent & 1) != 0);
}

/* Whether a lane takes a contact at t; of a call, all lanes of the agent do. */
static bool takes(life *v, lane *l, size_t i, int64_t t, bool chats)
{
    const lsi_waiter *w = &v->s->line[i];
    if (v->taken[i] || t < w->from || t >= w->until || !may(w, l->agent, t))
        return false;
    for (int n = 0; n < v->count; n++) {
        const lane *other = &v->lanes[n];
        if ((other == l || (w->channel != LSCHED_CHAT && other->agent == l->agent)) &&
            !has_room(v, other, t, w->takes, chats))
            return false;
    }
    for (int n = 0; n < v->count; n++) {
        lane *other = &v->lanes[n];
        if (other == l || (w->channel != LSCHED_CHAT && other->agent == l->agent))
            other->free = t + v->s->lengths[w->handling];
    }
    return v->taken[i] = true;
}

static void go_on(life *v, lane *l, int64_t t, bool chats)
{
    const lsi_engaged *b = due(v, l, chats);
    while (l->free <= t && b != NULL && b->from <= t) {
        l->booked++;
        l->free = b->handling != LSI_AS_TAKEN
                      ? (t > b->start ? t : b->start) + v->s->lengths[b->handling]
                  : b->until > t ? b->until
                                 : t;
        b = due(v, l, chats);
    }
    for (int own = 1; own >= 0; own--) {
        for (size_t i = 0; l->free <= t && i < v->s->q.line_count; i++) {
            const lsi_waiter *w = &v->s->line[i];
            if (own == (w->own != NULL && (*w->own >> l->agent & 1) != 0))
                (void)takes(v, l, i, t, chats);
        }
    }
}

static int64_t lived(const stage *s)
{
    life v = {.s = s};
    bool chats = false;
    for (size_t i = 0; i < s->q.line_count; i++)
        chats = chats || s->line[i].channel == LSCHED_CHAT;
    for (int i = 0; i < (int)s->q.server_count; i++) {
        for (int n = 0; n < (chats ? s->servers[i].lanes : 1); n++) {
            lane *l = &v.lanes[v.count++];
            *l = (lane){.agent = i, .number = n, .free = NOW};
            for (size_t k = 0; k < s->servers[i].doing_count; k++) {
                const lsi_engaged *d = &s->doing[i][k];
                const int64_t over =
                    d->handling == LSI_AS_TAKEN ? d->until : d->start + s->lengths[d->handling];
                if (is_mine(l, d, chats) && over > l->free)
                    l->free = over;
            }
        }
    }
    for (int64_t t = NOW; t < NOW + 3000; t++) {
        for (int i = 0; i < v.count; i++)
            go_on(&v, &v.lanes[i], t, chats);
        if (v.taken[s->q.line_count - 1])
            return t - NOW;
    }
    return -1;
}

static int below(uint32_t *random, int n)
{
    *random = *random * 1664525 + 1013904223;
    return (int)((uint64_t)(*random >> 8) * (uint64_t)n >> 24);
}

/* What is booked takes the agent whole: of two lanes with different room, either may ask first. */
static void make_engaged(stage *s, int agent, uint32_t *random)
{
    lsi_server *server = &s->servers[agent];
    int64_t at = NOW - below(random, 60);
    for (int i = below(random, ENGAGED + 1); i > 0; i--) {
        const int64_t length = 5 + below(random, 90);
        at += below(random, 200);
        s->booked[agent][server->booked_count++] = (lsi_engaged){
            at, at + length, at + below(random, 9),
            below(random, 4) == 0 ? LSI_AS_TAKEN : (size_t)below(random, SERVICES), 0};
        at += length;
    }
    for (int i = below(random, 3); i > 0; i--) {
        const size_t service = (size_t)below(random, SERVICES);
        s->doing[agent][server->doing_count++] = (lsi_engaged){
            NOW, NOW + below(random, 90), NOW - below(random, s->lengths[service]),
            below(random, 4) == 0 ? LSI_AS_TAKEN : service, below(random, 1 + server->lanes)};
    }
}

static void make(stage *s, uint32_t *random)
{
    set(s, 1 + below(random, AGENTS));
    const int agents = (int)s->q.server_count, chats = below(random, 3);
    for (int i = 0; i < SERVICES; i++) {
        s->lengths[i] = 1 + below(random, 60);
        always(&s->handlings[i], s->lengths[i]);
    }
    for (int i = 0; i < agents; i++) {
        int64_t at = NOW - 100;
        s->servers[i].lanes = 1 + below(random, 3);
        s->servers[i].open_count = (size_t)(1 + below(random, OPEN));
        for (size_t n = 0; n < s->servers[i].open_count; n++) {
            at += 1 + below(random, 200);
            s->open[i][n] = (lsi_span){at, at + 1 + below(random, 500)};
            at = s->open[i][n].until;
        }
        make_engaged(s, i, random);
    }
    const int line = 1 + below(random, below(random, 4) == 0 ? LINE : 8);
    for (int i = 0; i < line; i++) {
        lsi_waiter *w = join(s, below(random, SERVICES), 0);
        s->fit[i] =
            (uint64_t)(below(random, 4) == 0 ? below(random, 1 << agents) : (1 << agents) - 1);
        if (below(random, 6) == 0) {
            s->own[i] = UINT64_C(1) << below(random, agents);
            w->own = &s->own[i];
            w->shared = NOW + below(random, 300);
        }
        w->takes = 1 + below(random, below(random, 2) == 0 ? 20 : 120);
        w->from = NOW + (below(random, 5) == 0 ? below(random, 300) : 0);
        w->until = below(random, 5) == 0 ? NOW + below(random, 600) : w->until;
        w->channel = chats != 0 && below(random, 3) < chats ? LSCHED_CHAT : LSCHED_VISIT;
    }
}

static void test_lived(void **state)
{
    (void)state;
    static stage s;
    uint32_t random = 1;
    int at_once = 0, never = 0, later = 0;
    for (int i = 0; i < 4000; i++) {
        const uint32_t seed = random;
        make(&s, &random);
        const int64_t expected = lived(&s);
        const lsi_forecast w = ask(&s);
        if (w.p50 != expected || w.p90 != expected)
            fail_msg("world %u: waits %lld, told %lld and %lld", (unsigned)seed,
                     (long long)expected, (long long)w.p50, (long long)w.p90);
        at_once += expected == 0;
        never += expected < 0;
        later += expected > 0;
    }
    assert_true(at_once > 200 && never > 400 && later > 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),   cmocka_unit_test(test_nobody), cmocka_unit_test(test_shift),
        cmocka_unit_test(test_booked), cmocka_unit_test(test_doing),  cmocka_unit_test(test_later),
        cmocka_unit_test(test_own),    cmocka_unit_test(test_chats),  cmocka_unit_test(test_same),
        cmocka_unit_test(test_learn),  cmocka_unit_test(test_lived),  cmocka_unit_test(test_coming),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
