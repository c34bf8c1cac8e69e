/* crowd.c -- the clients as coroutines: who runs, who waits, who dies.
 *
 * One dice decides, so that the same seed is the same story.  A client that is killed is
 * never switched to again: its memory is lost, as that of a process, and what the kernel
 * would take back is taken back.  Whoever lives asks again what it may not have heard the
 * answer of.
 */
#include "sim.h"

#include "../fault/disk.h"

#include <limits.h>
#include <stdlib.h>

enum { STACK = 512 * 1024, TICK = 3, LOOK = 200, FILM = 500, LOST = 16, GROWTH = 250 };

client *crowd_current;
int64_t crowd_time, crowd_wall;
uint64_t crowd_dice;

static client clients[CLIENTS_MOST];
static _Alignas(64) char stacks[CLIENTS_MOST][STACK];
static int client_count;
static stack_point scheduler;
static deed lost[LOST];
static size_t lost_count;
static uint64_t dice;
static unsigned calm; /* one switch in so many turns, about */
static const line *lines;
static int line_count, next_line;
static disk_film *film;

static struct {
    enum verb fault; /* OPEN: none */
    uint64_t dice;
    int turns;
} armed = {.fault = OPEN};

client *crowd_member(int number)
{
    return number < client_count ? &clients[number] : NULL;
}

bool crowd_inherit(deed *out)
{
    if (lost_count == 0)
        return false;
    *out = lost[--lost_count];
    return true;
}

void crowd_arm(enum verb fault, uint64_t own)
{
    armed.fault = fault;
    armed.turns = 1 + (int)(own >> 8 & ((own & 1) != 0 ? 31 : 127));
    if ((own & 5) == 5)
        armed.turns = INT_MAX; /* waits for a good moment */
    armed.dice = own;
}

void crowd_hasten(void)
{
    if (armed.fault != OPEN && (armed.dice & 5) == 5)
        armed.turns = 1;
}

static void give_way(void)
{
    stack_switch(&crowd_current->point, &scheduler);
}

void crowd_turn(void)
{
    if (crowd_current == NULL)
        return;
    crowd_time += TICK;
    /* For whoever is in a hurry, time can fly anywhere. */
    if (crowd_current->busy && crowd_current->deed.patience > 0 && plan_random(&dice) % 32 == 0)
        crowd_time += 1000;
    /* Every other one falls into somebody's writing. */
    const bool counts = (armed.dice & 1) == 0 || crowd_current->writing;
    const bool fault = armed.fault != OPEN && counts && --armed.turns <= 0;
    if (fault || plan_random(&dice) % calm == 0)
        give_way();
}

void crowd_sleep(int64_t until)
{
    crowd_current->wake = until;
    give_way();
    crowd_current->wake = 0;
}

/* ---- life and death ----------------------------------------------------------------------------- */

static void enter(void)
{
    client *me = crowd_current;
    client_main(me);
    me->alive = false;
    stack_switch(&me->point, &scheduler);
}

static void be_born(client *c)
{
    const int32_t skew = c->skew;
    *c = (client){
        .number = (int)(c - clients), .alive = true, .away = true, .gate = -1, .skew = skew};
    stack_prepare(&c->point, stacks[c->number], STACK, enter);
}

static int count_alive(void)
{
    int count = 0;
    for (int i = 0; i < client_count; i++)
        count += clients[i].alive;
    return count;
}

/* From a random one on, the first that lives or not. */
static client *some(bool alive, uint64_t own)
{
    for (int i = 0; i < client_count; i++) {
        client *c = &clients[((uint64_t)i + own) % (uint64_t)client_count];
        if (c->alive == alive)
            return c;
    }
    return NULL;
}

const line *crowd_next(void)
{
    client *late = next_line % GROWTH == GROWTH - 1 ? some(false, plan_random(&dice)) : NULL;
    if (late != NULL)
        be_born(late);
    return next_line < line_count ? &lines[next_line++] : NULL;
}

static void die(client *c)
{
    if (!c->alive)
        return;
    if (c->busy && c->writing && !c->committed)
        witness_limbo(&c->deed);
    if (c->busy && c->deed.verb < WRITES_WITH_KEY && lost_count < LOST)
        lost[lost_count++] = c->deed;
    seam_release(c);
    kernel_release(c);
    heap_empty(c->number + 1);
    c->alive = false;
}

/* A few come back at once; others later. */
static void come_back(uint64_t own)
{
    const int wanted = 1 + (int)(own % (uint64_t)(client_count < 3 ? client_count : 3));
    while (count_alive() < wanted)
        be_born(some(false, own >> 8));
}

/* All die at once; the disk keeps what was made safe and, of the rest, what the dice say. */
static void fall(bool power)
{
    const enum disk_variant variant =
        power ? (enum disk_variant)(armed.dice >> 32 & 0xFF) % DISK_VARIANTS : DISK_ALL;
    witness_close();
    for (int i = 0; i < client_count; i++)
        die(&clients[i]);
    if (power) {
        disk_film_stop(film);
        disk_film_cut(film, disk_film_size(film));
        disk_film_develop(film, variant, armed.dice);
        disk_film_free(film);
        film = disk_film_start();
        sim_figures.images++;
    }
    come_back(plan_random(&dice));
}

/* `struck` has just given way. */
static void strike(client *struck)
{
    const enum verb fault = armed.fault;
    armed.fault = OPEN;
    if (fault == KILL) {
        client *c = (armed.dice & 2) != 0 ? struck : some(true, armed.dice >> 40);
        if (c == NULL || !c->alive)
            return;
        sim_figures.kills++;
        die(c);
        if ((armed.dice & 8) != 0)
            be_born(c);
        come_back(armed.dice >> 16);
        return;
    }
    sim_figures.powers += fault == POWER;
    sim_figures.crashes += fault == CRASH;
    fall(fault == POWER);
}

/* ---- who goes on ---------------------------------------------------------------------------------- */

static client *choose(void)
{
    client *ready[CLIENTS_MOST], *first = NULL;
    size_t count = 0;
    for (int i = 0; i < client_count; i++) {
        client *c = &clients[i];
        if (!c->alive)
            continue;
        if (c->wake <= crowd_time)
            ready[count++] = c;
        if (first == NULL || c->wake < first->wake)
            first = c;
    }
    if (count > 0)
        return ready[plan_random(&dice) % count];
    if (first != NULL)
        crowd_time = first->wake;
    return first;
}

bool crowd_is_empty(void)
{
    for (int i = 0; i < client_count; i++)
        if (clients[i].alive)
            return false;
    return true;
}

static bool anybody_is_away(void)
{
    for (int i = 0; i < client_count; i++)
        if (clients[i].alive && (clients[i].recovering || clients[i].away))
            return true;
    return false;
}

void crowd_run(const line *story, int count, int how_many, uint64_t seed)
{
    lines = story;
    line_count = count;
    next_line = 0;
    client_count = how_many;
    dice = seed * 2 + 1;
    crowd_dice = seed * 3 + 2;
    calm = 1u << (plan_random(&dice) % 6);
    armed.fault = OPEN;
    lost_count = 0;
    crowd_time = 0;
    seam_reset();
    witness_start();
    film = disk_film_start();
    long next_look = LOOK;
    for (int i = 0; i < client_count; i++) {
        const int32_t skew = (int32_t)(plan_random(&dice) % 3) * (i % 2 == 0 ? 7 : -11);
        clients[i] = (client){.skew = skew};
        /* Half of them come later. */
        if (2 * i < client_count)
            be_born(&clients[i]);
    }
    for (client *c; (c = choose()) != NULL;) {
        crowd_current = c;
        sim_figures.switches++;
        sim_trace((uint64_t)c->number);
        heap_current = c->number + 1;
        stack_switch(&scheduler, &c->point);
        heap_current = 0;
        crowd_current = NULL;
        if (armed.fault != OPEN && armed.turns <= 0)
            strike(c);
        if (disk_film_size(film) >= FILM)
            disk_film_forget(film);
        if (sim_figures.operations >= next_look && !anybody_is_away() && !crowd_is_empty() &&
            seam_is_whole()) {
            witness_compare();
            next_look = sim_figures.operations + LOOK;
        }
    }
    /* The witness is now the first to open it, and what came back did so for it. */
    witness_close();
    witness_recovery(NULL);
    witness_compare();
    witness_close();
    disk_film_free(film);
    for (int i = 0; i < client_count; i++)
        heap_empty(i + 1);
}
