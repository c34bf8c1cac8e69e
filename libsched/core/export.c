/* core/export.c -- all that is held on a customer, as one text of JSON (RFC 8259).
 *
 * Records are written by their tables, so that a field which is stored can never be missing
 * here; the rest is named below.  It is one snapshot.
 */
#include "core/core.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- text ---------------------------------------------------------------------------------- */

typedef struct page {
    char *text;
    size_t used, room;
    bool lost;  /* memory ran out */
    bool comma; /* something stands before what comes next */
    const lsi_zone *utc;
} page;

static void add(page *p, const char *bytes, size_t size)
{
    if (!p->lost && p->used + size >= p->room) {
        const size_t room = (p->used + size) * 2 + 4096;
        char *more = realloc(p->text, room);
        p->lost = more == NULL;
        p->text = more != NULL ? more : p->text;
        p->room = more != NULL ? room : p->room;
    }
    if (p->lost)
        return;
    memcpy(p->text + p->used, bytes, size);
    p->used += size;
    p->text[p->used] = '\0';
}

static void say(page *p, const char *words)
{
    add(p, words, strlen(words));
}

/* Texts are UTF-8 by the time that they are stored; a byte that is not would break the whole, and
 * reads as the character of its number. */
static void say_text(page *p, const char *text, size_t size)
{
    const bool clean = lsi_text_clean(text, size, true);
    char code[8];
    say(p, "\"");
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < ' ' || (c >= 0x80 && !clean)) {
            snprintf(code, sizeof code, "\\u%04x", c);
            say(p, code);
        } else {
            if (c == '"' || c == '\\')
                say(p, "\\");
            add(p, &text[i], 1);
        }
    }
    say(p, "\"");
}

static void name(page *p, const char *field)
{
    say(p, p->comma ? ", " : "");
    say_text(p, field, strlen(field));
    say(p, ": ");
    p->comma = true;
}

static void put_text(page *p, const char *field, const char *text)
{
    name(p, field);
    say_text(p, text, strlen(text));
}

static void put_int(page *p, const char *field, int64_t number)
{
    char digits[24];
    name(p, field);
    snprintf(digits, sizeof digits, "%" PRId64, number);
    say(p, digits);
}

/* None is null. */
static void put_time(page *p, const char *field, lsched_time t)
{
    char wall[40];
    lsi_error ignored;
    name(p, field);
    if (t == 0 || lsi_iso_write(t, p->utc, wall, sizeof wall, &ignored) != LSCHED_OK)
        say(p, "null");
    else
        say_text(p, wall, strlen(wall));
}

static void open_with(page *p, const char *bracket)
{
    say(p, bracket);
    p->comma = false;
}

static void close_with(page *p, const char *bracket)
{
    say(p, bracket);
    p->comma = true;
}

/* One thing of a list, on a line of its own. */
static void open_item(page *p)
{
    say(p, p->comma ? ",\n  " : "\n  ");
    open_with(p, "{");
}

static void open_list(page *p, const char *field)
{
    say(p, p->comma ? ",\n" : "\n");
    p->comma = false;
    name(p, field);
    open_with(p, "[");
}

static void put_fields(page *p, const lsi_kind *kind, const void *record)
{
    for (size_t i = 0; i < kind->count; i++) {
        const lsi_field *f = &kind->fields[i];
        if (f->type == LSI_SPARE)
            continue;
        if (f->type == LSI_TIME) {
            put_time(p, f->name, lsi_kind_int(f, record));
        } else if (!lsi_kind_is_text(f)) {
            put_int(p, f->name, lsi_kind_int(f, record));
        } else {
            name(p, f->name);
            say_text(p, lsi_kind_text(f, record), lsi_kind_text_size(f, record));
        }
    }
}

/* A list of `count` records. */
static void put_records(page *p, const char *field, const lsi_kind *kind, const void *records,
                        size_t count)
{
    open_list(p, field);
    for (size_t i = 0; i < count; i++) {
        open_item(p);
        put_fields(p, kind, (const char *)records + i * kind->size);
        close_with(p, "}");
    }
    close_with(p, "]");
}

/* ---- what hangs on bookings ------------------------------------------------------------------- */

/* What there is of each booking, read for one at a time. */
typedef int of_booking(lsi_store *st, const char *booking, lsi_arena *a, page *p, lsi_error *e);

static int put_events(lsi_store *st, const char *booking, lsi_arena *a, page *p, lsi_error *e)
{
    lsched_event *events;
    size_t count;
    const int status = lsi_events_list(st, booking, 0, UINT32_MAX, a, &events, &count, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        open_item(p);
        put_int(p, "seq", events[i].seq);
        put_int(p, "kind", events[i].kind);
        put_time(p, "at", events[i].at);
        put_text(p, "key", events[i].key);
        put_text(p, "actor", events[i].actor);
        put_text(p, "correlation", events[i].correlation);
        name(p, "after");
        open_with(p, "{");
        put_fields(p, &lsi_kind_booking, events[i].after);
        close_with(p, "}");
        close_with(p, "}");
    }
    return status;
}

static int put_notices(lsi_store *st, const char *booking, lsi_arena *a, page *p, lsi_error *e)
{
    lsi_notice *notices;
    size_t count;
    const int status = lsi_held_notices(st, booking, a, &notices, &count, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        open_item(p);
        put_text(p, "booking", booking);
        put_int(p, "sequence", notices[i].sequence);
        put_int(p, "kind", notices[i].kind);
        put_time(p, "due", notices[i].due);
        put_int(p, "state", notices[i].state);
        put_int(p, "attempt", notices[i].attempt);
        close_with(p, "}");
    }
    return status;
}

static int put_tokens(lsi_store *st, const char *booking, lsi_arena *a, page *p, lsi_error *e)
{
    lsi_token *tokens;
    size_t count;
    const int status = lsi_held_tokens(st, booking, a, &tokens, &count, e);
    for (size_t i = 0; status == LSCHED_OK && i < count; i++) {
        open_item(p);
        put_text(p, "booking", booking);
        put_int(p, "scope", tokens[i].scope);
        put_time(p, "created", tokens[i].created);
        put_time(p, "expires", tokens[i].expires);
        close_with(p, "}");
    }
    return status;
}

static int put_each(lsi_core *core, const char *field, of_booking *put, const lsched_booking *b,
                    size_t count, page *p, lsi_error *e)
{
    int status = LSCHED_OK;
    open_list(p, field);
    for (size_t i = 0; i < count && status == LSCHED_OK; i++) {
        lsi_arena a = {0};
        status = put(core->store, b[i].id, &a, p, e);
        lsi_arena_free(&a);
        if (status == LSCHED_OK)
            status = lsi_store_late(core->store, e);
    }
    close_with(p, "]");
    return status;
}

/* ---- all of it -------------------------------------------------------------------------------- */

/* What is held, all of it but what hangs on bookings. */
typedef struct held {
    lsched_customer record; /* its id is NULL: there is none */
    lsched_calendar *calendars;
    lsched_case *cases;
    lsched_entry *entries;
    lsched_booking *bookings;
    lsched_wait *waits;
    lsi_news *news;
    const char **followed; /* incidents */
    size_t calendar_count, case_count, entry_count, booking_count, wait_count, news_count,
        followed_count;
} held;

static int read_held(lsi_store *st, const char *customer, lsi_arena *a, held *h, lsi_error *e)
{
    const lsched_customer key = {.id = customer};
    const lsched_filter theirs = {.customer = customer};
    int status = lsi_record_get(st, &lsi_kind_customer, &key, a, &h->record, e);
    if (status == LSCHED_NOTFOUND) {
        lsi_error_clear(e);
        status = LSCHED_OK;
    }
    if (status == LSCHED_OK)
        status = lsi_record_calendars(st, LSCHED_CUSTOMER, customer, 0, UINT32_MAX, a,
                                      &h->calendars, &h->calendar_count, e);
    if (status == LSCHED_OK)
        status = lsi_entries_cases(st, customer, "", UINT32_MAX, a, &h->cases, &h->case_count, e);
    if (status == LSCHED_OK)
        status = lsi_held_entries(st, customer, a, &h->entries, &h->entry_count, e);
    if (status == LSCHED_OK)
        status = lsi_held_waits(st, customer, a, &h->waits, &h->wait_count, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_list(st, &theirs, UINT32_MAX, a, &h->bookings, &h->booking_count, e);
    if (status == LSCHED_OK)
        status = lsi_news_of(st, customer, a, &h->news, &h->news_count, e);
    if (status == LSCHED_OK)
        status = lsi_forget_followed(st, customer, a, &h->followed, &h->followed_count, e);
    if (status == LSCHED_OK && h->record.id == NULL &&
        h->calendar_count + h->case_count + h->entry_count + h->booking_count + h->wait_count +
                h->news_count + h->followed_count ==
            0)
        return lsi_error_set(e, LSCHED_NOTFOUND, "nothing is held on a customer '%s'", customer);
    return status;
}

/* What is told beside bookings, and the incidents that the customer follows. */
static void put_news(const held *h, page *p)
{
    const lsi_news *news = h->news;
    open_list(p, "news");
    for (size_t i = 0; i < h->news_count; i++) {
        open_item(p);
        put_int(p, "kind", news[i].kind);
        put_int(p, "about", news[i].about);
        put_text(p, "subject", news[i].subject);
        put_text(p, "text", news[i].text);
        put_time(p, "due", news[i].due);
        put_time(p, "at", news[i].at);
        put_int(p, "state", news[i].state);
        put_int(p, "attempt", news[i].attempt);
        close_with(p, "}");
    }
    close_with(p, "]");
    open_list(p, "subscriptions");
    for (size_t i = 0; i < h->followed_count; i++) {
        open_item(p);
        put_text(p, "incident", h->followed[i]);
        close_with(p, "}");
    }
    close_with(p, "]");
}

static int put_held(lsi_core *core, const char *customer, lsched_time now, const held *h, page *p,
                    lsi_error *e)
{
    open_with(p, "{");
    put_text(p, "customer", customer);
    put_time(p, "at", now);
    put_records(p, "records", &lsi_kind_customer, &h->record, h->record.id != NULL);
    put_records(p, "calendars", &lsi_kind_calendar, h->calendars, h->calendar_count);
    put_records(p, "cases", &lsi_kind_case, h->cases, h->case_count);
    put_records(p, "entries", &lsi_kind_entry, h->entries, h->entry_count);
    put_records(p, "bookings", &lsi_kind_booking, h->bookings, h->booking_count);
    put_records(p, "waits", &lsi_kind_wait, h->waits, h->wait_count);
    int status = put_each(core, "events", put_events, h->bookings, h->booking_count, p, e);
    if (status == LSCHED_OK)
        status = put_each(core, "notices", put_notices, h->bookings, h->booking_count, p, e);
    if (status == LSCHED_OK)
        status = put_each(core, "tokens", put_tokens, h->bookings, h->booking_count, p, e);
    if (status == LSCHED_OK)
        put_news(h, p);
    say(p, "\n}\n");
    return status == LSCHED_OK && p->lost ? lsi_error_nomem(e) : status;
}

static int export_held(lsi_core *core, const char *customer, page *p, lsi_error *e)
{
    lsi_arena a = {0};
    held h = {.record = {.id = NULL}};
    lsched_time now = 0;
    int status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_zone_get(core->zones, "UTC", &p->utc, e);
    if (status == LSCHED_OK)
        status = read_held(core->store, customer, &a, &h, e);
    if (status == LSCHED_OK)
        status = put_held(core, customer, now, &h, p, e);
    lsi_arena_free(&a);
    return status;
}

int lsi_export_customer(lsi_core *core, const char *customer, char **out, lsi_error *e)
{
    page p = {.text = NULL};
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(core->store, export_held(core, customer, &p, e), e);
    if (status == LSCHED_OK)
        *out = p.text;
    else
        free(p.text);
    return status;
}
