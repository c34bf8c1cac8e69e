/* core/script.c -- texts of calendars that were read, for all whose text is the same.
 *
 * Agents of a team share a few patterns of shifts.  What a text says hangs on nothing but the
 * text, the limits and the zones, and goes with these; whose it is, and since when, is the
 * cards' business.
 */
#include "core/picture.h"

#include <stdlib.h>
#include <string.h>

/* A longer one is hardly anybody else's, too. */
#define LONGEST 4096

static uint64_t hash_of(const char *text, size_t size)
{
    uint64_t hash = size, word;
    for (; size >= sizeof word; size -= sizeof word, text += sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return lsi_text_hash(hash, text, size);
}

static void drop(lsi_picture *p, lsi_script *s)
{
    p->bytes -= s->bytes;
    free(s->text);
    lsi_ical_free(s->calendar);
    *s = (lsi_script){0};
}

/* In place of what was there.  Where there is no memory for that, it will be read again. */
static void keep(lsi_picture *p, lsi_script *s, const char *text, size_t size, uint64_t hash,
                 lsi_calendar *calendar)
{
    /* Whoever else has it counts it, too: rather too much than too little. */
    const size_t bytes = size + lsi_ical_bytes(calendar);
    drop(p, s);
    if (p->bytes + bytes > p->ceiling)
        return;
    s->text = malloc(size + 1);
    if (s->text == NULL)
        return;
    memcpy(s->text, text, size);
    s->size = size;
    s->hash = hash;
    s->calendar = lsi_ical_share(calendar);
    s->bytes = bytes;
    p->bytes += bytes;
}

int lsi_script_read(lsi_core *core, const char *text, size_t size, lsi_calendar **out, lsi_error *e)
{
    lsi_picture *p = core->picture;
    if (size > LONGEST)
        return lsi_ical_read_within(core->zones, &core->limits, text, size, out, e);
    const uint64_t hash = hash_of(text, size);
    lsi_script *s = &p->scripts[hash % LSI_SCRIPTS];
    if (s->text != NULL && s->hash == hash && s->size == size && memcmp(s->text, text, size) == 0) {
        *out = lsi_ical_share(s->calendar);
        return LSCHED_OK;
    }
    const int status = lsi_ical_read_within(core->zones, &core->limits, text, size, out, e);
    if (status == LSCHED_OK)
        keep(p, s, text, size, hash, *out);
    return status;
}

void lsi_script_forget(lsi_picture *p)
{
    for (size_t i = 0; i < LSI_SCRIPTS; i++)
        drop(p, &p->scripts[i]);
}
