/* script.c -- see script.h. */
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 48 };

bool script_teaching;
char script_why[200];

static char ids[SLOTS][160];
static lsched_time present;

void script_die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("# ", stdout);
    vprintf(format, list);
    putchar('\n');
    va_end(list);
    fflush(stdout);
    exit(1);
}

const char *script_id(int slot)
{
    return ids[slot];
}

void script_learn(int slot, const lsched_booking *booking)
{
    script_learn_text(slot, booking != NULL ? booking->id : NULL);
}

void script_learn_text(int slot, const char *text)
{
    if (script_teaching && text != NULL)
        snprintf(ids[slot], sizeof ids[slot], "%s", text);
}

/* ---- answers -------------------------------------------------------------------------------- */

void answer_add(answer *a, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        a->hash = (a->hash ^ p[i]) * UINT64_C(1099511628211);
}

void answer_text(answer *a, const char *text)
{
    answer_add(a, text, strlen(text) + 1);
}

void answer_int(answer *a, int64_t number)
{
    answer_add(a, &number, sizeof number);
}

void answer_booking(answer *a, const lsched_booking *b)
{
    if (b == NULL)
        return;
    snprintf(a->id, sizeof a->id, "%s", b->id);
    const char *const texts[] = {b->customer, b->service, b->agent, b->team,  b->zone,
                                 b->wall,     b->note,    b->cause, b->source};
    const int64_t numbers[] = {b->state,     b->sequence,   b->channel,  b->rung,
                               b->lane,      b->offset,     b->start,    b->end,
                               b->busy_from, b->busy_until, b->created,  b->changed,
                               b->expires,   b->late,       b->revision, b->series[0] != 0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        answer_text(a, texts[i]);
    answer_add(a, numbers, sizeof numbers);
}

/* ---- schedulers ----------------------------------------------------------------------------- */

static lsched_time tell(void *user)
{
    return *(const lsched_time *)user;
}

void script_clock(size_t i)
{
    present = 1772456400; /* 2026-03-02T13:00Z */
    for (size_t j = 0; j <= i; j++)
        present += 60 * (1 + (lsched_time)deeds[j].wait);
}

answer script_run(lsched *s, size_t i)
{
    answer a = {.hash = UINT64_C(14695981039346656037)};
    script_clock(i);
    deeds[i].run(s, &a);
    return a;
}

lsched *script_open(const char *path, int32_t flags, int *status)
{
    lsched *s = lsched_new();
    *status = s == NULL ? LSCHED_NOMEM : lsched_set_clock(s, tell, &present);
    if (*status == LSCHED_OK)
        *status = lsched_open(s, path, flags);
    if (*status == LSCHED_OK)
        return s;
    snprintf(script_why, sizeof script_why, "%s", s != NULL ? lsched_message(s) : "");
    lsched_free(s);
    return NULL;
}

lsched *script_must_open(const char *path, int32_t flags)
{
    int status;
    lsched *s = script_open(path, flags, &status);
    if (s == NULL)
        script_die("cannot open the store: %s", lsched_status_name(status));
    return s;
}
