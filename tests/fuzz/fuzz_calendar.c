/* fuzz_calendar.c -- calendar text: reading it, and what it means in bounded windows.
 *
 * Whatever the text is: it is refused with a status, a line that exists and words, or it
 * is read, twice alike; and what it gives is sorted, inside the window, within the limits,
 * and the same whether the window is asked about at once or in two halves.
 */
#include "cal/cal.h"
#include "fuzz.h"

#include <string.h>

static const struct window {
    lsched_time from, until;
} windows[] = {
    {INT64_C(1772323200), INT64_C(1775001600)},           /* March 2026 */
    {INT64_C(0), INT64_C(400) * LSI_DAY},                 /* the beginning of time */
    {INT64_C(4102444800), INT64_C(4102444800) + 3600 * 9} /* a morning of 2100 */
};

static lsi_zones *zones;
static const lsi_zone *here;
static lsi_error e;

static void start_up(void)
{
    if (zones != NULL)
        return;
    zones = lsi_zone_set_new();
    expect(zones != NULL);
    expect(lsi_zone_get(zones, "America/New_York", &here, &e) == LSCHED_OK);
}

/* Lower than the library's own, so that what costs much is over soon. */
static const lsi_limits limits = {.calendar = 65536,
                                  .line = 1000,
                                  .components = 50,
                                  .depth = 4,
                                  .values = 100,
                                  .rules = 20,
                                  .instances = 300,
                                  .steps = 3000};

static void check_error(int status, const uint8_t *data, size_t size)
{
    int32_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r';
    expect(status == LSCHED_INVALID || status == LSCHED_LIMIT);
    expect(e.status == status);
    expect(e.line >= 0 && e.line <= lines);
    expect(e.text[0] != '\0' && strlen(e.text) < sizeof e.text);
    expect(lsi_text_clean(e.text, strlen(e.text), false));
}

/* ---- instances ------------------------------------------------------------------------ */

static void check_instances(const lsi_instances *found, const struct window *w)
{
    expect(found->count <= (size_t)limits.instances);
    for (size_t i = 0; i < found->count; i++) {
        const lsi_instance *one = &found->at[i];
        expect(one->from <= one->until);
        expect(one->from < w->until && one->until >= w->from);
        expect(one->summary != NULL);
        expect(i == 0 || found->at[i - 1].from < one->from ||
               (found->at[i - 1].from == one->from && found->at[i - 1].until <= one->until));
    }
}

static int instances(const lsi_calendar *c, const lsi_reading *how, const struct window *w,
                     lsi_instances *out)
{
    const int status = lsi_expand_instances(c, how, w->from, w->until, out, &e);
    expect(status == LSCHED_OK || status == LSCHED_LIMIT);
    if (status == LSCHED_OK)
        check_instances(out, w);
    else
        expect(out->count == 0);
    return status;
}

static void same_instances(const lsi_instances *a, const lsi_instances *b)
{
    expect(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        expect(a->at[i].from == b->at[i].from && a->at[i].until == b->at[i].until);
        expect(strcmp(a->at[i].summary, b->at[i].summary) == 0);
    }
}

/* ---- spans ------------------------------------------------------------------------------ */

static void check_spans(const lsi_spans *s, const struct window *w)
{
    for (size_t i = 0; i < s->count; i++) {
        expect(s->at[i].from < s->at[i].until);
        expect(s->at[i].from >= w->from && s->at[i].until <= w->until);
        expect(i == 0 || s->at[i - 1].until < s->at[i].from);
        expect(s->at[i].from % 60 == 0 && s->at[i].until % 60 == 0);
    }
}

static int spans(lsi_calendar *c, const lsi_reading *how, const struct window *w, lsi_spans *out)
{
    const int status = lsi_expand_spans(c, how, w->from, w->until, out, &e);
    expect(status == LSCHED_OK || status == LSCHED_LIMIT);
    if (status == LSCHED_OK)
        check_spans(out, w);
    return status;
}

/* Two halves, put together, are the whole. */
static void check_halves(lsi_calendar *c, const lsi_reading *how, const struct window *w,
                         const lsi_spans *whole)
{
    const lsched_time middle = (w->from + w->until) / 120 * 60;
    const struct window first = {w->from, middle}, second = {middle, w->until};
    lsi_spans halves = {0};
    if (spans(c, how, &first, &halves) == LSCHED_OK &&
        lsi_expand_spans(c, how, second.from, second.until, &halves, &e) == LSCHED_OK) {
        expect(halves.count == whole->count);
        for (size_t i = 0; i < whole->count; i++)
            expect(halves.at[i].from == whole->at[i].from &&
                   halves.at[i].until == whole->at[i].until);
    }
    lsi_span_free(&halves);
}

/* ---- one text ----------------------------------------------------------------------------- */

/* What the text means in one window, read in one way; which ones, its hash says. */
static void look(lsi_calendar *c, const lsi_calendar *again, uint64_t hash)
{
    const struct window *w = &windows[hash / 16 % 3];
    const bool opens = hash / 64 % 2 == 0;
    const lsi_reading how = {opens ? LSCHED_OPENS : LSCHED_CLOSES,
                             opens ? LSCHED_WALL : LSCHED_EXACT, here};
    lsi_instances found = {0}, found_again = {0};
    lsi_spans whole = {0};
    const int status = instances(c, &how, w, &found);
    if (spans(c, &how, w, &whole) == LSCHED_OK && hash % 4 == 0)
        check_halves(c, &how, w, &whole);
    if (again != NULL) {
        expect(instances(again, &how, w, &found_again) == status);
        same_instances(&found, &found_again);
    }
    free(found.at);
    free(found_again.at);
    lsi_span_free(&whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    lsi_calendar *c, *again = NULL;
    start_up();
    const int status = lsi_ical_read_within(zones, &limits, (const char *)data, size, &c, &e);
    if (status != LSCHED_OK) {
        expect(c == NULL);
        check_error(status, data, size);
        return 0;
    }
    /* One input in eight pays for being read twice. */
    const uint64_t hash = lsi_text_hash(LSI_HASH, data, size) >> 20;
    if (hash % 8 == 0)
        expect(lsi_ical_read_within(zones, &limits, (const char *)data, size, &again, &e) ==
               LSCHED_OK);
    look(c, again, hash);
    lsi_ical_free(c);
    lsi_ical_free(again);
    return 0;
}
