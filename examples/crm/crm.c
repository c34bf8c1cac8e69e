/* crm.c -- a little ticket system that keeps its tickets and libsched's bookings in one
 * SQLite file.  Here are its commands and its tables; the part to look at is desk.c.
 */
#include "desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "crm init                   make or upgrade the database: $CRM_DB, or crm.db\n"
    "crm ticket CUSTOMER SUBJECT\n"
    "crm slots TICKET           when we could call\n"
    "crm book TICKET START      at once; START is local to the customer, 2026-03-09T10:00\n"
    "crm offer TICKET START     hold the place, and ask the customer first\n"
    "crm resolve TICKET\n"
    "crm list\n"
    "crm outbox                 what customers are to be told now\n"
    "$CRM_NOW is the time, in seconds since 1970.  0: done, 1: the rules say no, 2: else.\n";

#define ZONE "America/New_York"
#define PUT(kind, ...)                                                                             \
    lsched_put_##kind(d->s, &(lsched_##kind){.size = sizeof(lsched_##kind), __VA_ARGS__})

/* ---- init -------------------------------------------------------------------------------------- */

/* The CRM's own tables and its own user_version, which libsched leaves alone. */
static const char *const migrations[] = {
    "CREATE TABLE customer (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, phone TEXT) STRICT;"
    "CREATE TABLE ticket (id INTEGER PRIMARY KEY,"
    "  customer TEXT NOT NULL REFERENCES customer (id),"
    "  subject TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) <= 4000)," /* LSCHED_MAX_NOTE */
    "  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'booked', 'resolved'))) STRICT;"
    "INSERT INTO customer VALUES ('cora', 'Cora Lind', '+1 212 555 0101'),"
    "  ('dan', 'Dan Okoye', '+1 312 555 0102'), ('fay', 'Fay Moreau', '+1 415 555 0103');"
    "PRAGMA user_version = 1",
    /* No REFERENCES to libsched's table: what it looks like inside is not for us to lean on. */
    "ALTER TABLE ticket ADD wish INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE ticket ADD booking TEXT CHECK ((booking IS NULL) = (state <> 'booked'));"
    "CREATE UNIQUE INDEX ticket_booking ON ticket (booking);"
    "PRAGMA user_version = 2",
};

static int put_hours(desk *d, int32_t kind, const char *owner, int from, int until)
{
    char text[400];
    snprintf(text, sizeof text,
             "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crm//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
             "DTSTART:20260105T%02d0000\r\nDTEND:20260105T%02d0000\r\n"
             "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
             owner, from, until);
    return PUT(calendar, .kind = kind, .effect = LSCHED_OPENS, .owner = owner, .name = "hours",
               .text = text);
}

/* One team, three agents, whose shifts overlap, and what our customers are to libsched. */
static int put_catalogue(desk *d)
{
    static const struct {
        const char *id, *name;
        int from, until;
    } agents[] = {{"ana", "Ana", 8, 16}, {"ben", "Ben", 10, 18}, {"eve", "Eve", 12, 20}};
    static const char *const customers[][2] = {
        {"cora", ZONE}, {"dan", "America/Chicago"}, {"fay", "America/Los_Angeles"}};
    int status = PUT(team, .id = "desk", .name = "Help desk", .zone = ZONE, .regions = "US");
    if (status == LSCHED_OK)
        status = put_hours(d, LSCHED_TEAM, "desk", 8, 20); /* wherever the customer is */
    if (status == LSCHED_OK)
        status = PUT(service, .id = "call", .name = "A call back", .channels = LSCHED_PHONE);
    for (size_t i = 0; status == LSCHED_OK && i < 3; i++) {
        status = PUT(agent, .id = agents[i].id, .name = agents[i].name, .zone = ZONE);
        if (status == LSCHED_OK)
            status = PUT(member, .team = "desk", .agent = agents[i].id);
        if (status == LSCHED_OK)
            status = put_hours(d, LSCHED_AGENT, agents[i].id, agents[i].from, agents[i].until);
    }
    for (size_t i = 0; status == LSCHED_OK && i < 3; i++)
        status = PUT(customer, .id = customers[i][0], .zone = customers[i][1], .region = "US");
    return desk_told(d, status);
}

/* Its tables, libsched's and the catalogue: all of them, or nothing. */
static int migrate(desk *d, job *j)
{
    (void)j;
    sqlite3_stmt *q;
    const int code = sqlite3_prepare_v2(d->db, "PRAGMA user_version", -1, &q, NULL);
    if (code != SQLITE_OK)
        return desk_failed(d, code);
    int status = sqlite3_step(q) == SQLITE_ROW ? LSCHED_OK : LSCHED_STORE;
    const int had = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    for (size_t i = (size_t)had; status == LSCHED_OK && i < sizeof migrations / sizeof *migrations;
         i++)
        status = desk_sql(d, "%s", migrations[i]);
    if (status == LSCHED_OK)
        status = desk_told(d, lsched_attach_sqlite(d->s, d->db, LSCHED_CREATE));
    return status == LSCHED_OK && had == 0 ? put_catalogue(d) : status;
}

/* ---- the other commands ------------------------------------------------------------------------ */

/* The zone of the ticket's customer, in which times are read and shown. */
static int zone_of(desk *d, const ticket *t, char zone[LSCHED_MAX_NAME + 1])
{
    lsched_customer *c;
    const int status = desk_told(d, lsched_get_customer(d->s, t->customer, &c));
    if (status == LSCHED_OK)
        snprintf(zone, LSCHED_MAX_NAME + 1, "%s", c->zone);
    lsched_customer_free(c);
    return status;
}

static int slots(desk *d, sqlite3_int64 id, lsched_time from)
{
    ticket t;
    lsched_slots *list = NULL;
    char zone[LSCHED_MAX_NAME + 1], wall[40];
    int status = desk_ticket(d, id, &t);
    if (status == LSCHED_OK)
        status = zone_of(d, &t, zone);
    const lsched_query query = {
        .size = sizeof query, .customer = t.customer, .service = "call", .from = from, .limit = 4};
    if (status == LSCHED_OK)
        status = desk_told(d, lsched_find(d->s, &query, &list));
    const lsched_slot *slot;
    for (size_t i = 0; (slot = lsched_slots_at(list, i)) != NULL && status == LSCHED_OK; i++) {
        status = desk_told(d, lsched_wall(d->s, slot->start, zone, wall, sizeof wall));
        if (status == LSCHED_OK)
            printf("%s with %s\n", wall, slot->agent);
    }
    lsched_slots_free(list);
    return status;
}

static int show(int status, const job *j)
{
    const lsched_booking *b = j->booking;
    if (status == LSCHED_OK)
        printf("ticket %lld: %s calls at %s (%s)\n", (long long)j->ticket, b->agent, b->wall,
               b->zone);
    return status;
}

static int offer(desk *d, job *j)
{
    char answer[8] = "";
    int status = desk_together(d, desk_hold, j);
    if (status != LSCHED_OK)
        return status;
    printf("%s could call at %s (%s). Take it (y/n)? ", j->booking->agent, j->booking->wall,
           j->booking->zone);
    fflush(stdout);
    job second = {.ticket = j->ticket, .hold = j->booking->id};
    const bool yes = fgets(answer, sizeof answer, stdin) != NULL && answer[0] == 'y';
    status = desk_together(d, yes ? desk_confirm : desk_decline, &second);
    if (yes)
        show(status, &second);
    lsched_booking_free(second.booking);
    return status;
}

static int place(desk *d, const char *verb, sqlite3_int64 id, const char *start)
{
    ticket t;
    char zone[LSCHED_MAX_NAME + 1];
    job j = {.ticket = id};
    int status = desk_ticket(d, id, &t);
    if (status == LSCHED_OK)
        status = zone_of(d, &t, zone);
    if (status == LSCHED_OK)
        status = desk_told(d, lsched_instant(d->s, start, zone, &j.start));
    if (status != LSCHED_OK)
        return status;
    status = strcmp(verb, "offer") == 0 ? offer(d, &j) : show(desk_together(d, desk_book, &j), &j);
    lsched_booking_free(j.booking);
    if (status == LSCHED_KEYUSED)
        snprintf(d->why, sizeof d->why, "the ticket has another call already: resolve it first");
    if (status <= LSCHED_CLOSED && status > LSCHED_BUSY) { /* news for the customer */
        printf("not then: %s. But:\n", d->why);
        slots(d, id, j.start);
    }
    return status;
}

static int add(desk *d, const char *customer, const char *subject)
{
    const int status =
        desk_sql(d, "INSERT INTO ticket (customer, subject) VALUES (%Q, %Q)", customer, subject);
    if (status == LSCHED_OK)
        printf("ticket %lld\n", (long long)sqlite3_last_insert_rowid(d->db));
    return status;
}

static int list(desk *d)
{
    sqlite3_stmt *q;
    int code = sqlite3_prepare_v2(
        d->db,
        "SELECT t.id, t.state, c.name, c.phone, t.subject, coalesce(t.booking, '-')"
        " FROM ticket t JOIN customer c ON c.id = t.customer ORDER BY t.id",
        -1, &q, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(q)) == SQLITE_ROW) {
        for (int i = 0; i < 6; i++)
            printf("%s%s", i > 0 ? "  " : "", (const char *)sqlite3_column_text(q, i));
        putchar('\n');
        code = SQLITE_OK;
    }
    const int status = code == SQLITE_DONE ? LSCHED_OK : desk_failed(d, code);
    sqlite3_finalize(q);
    return status;
}

static void tell(desk *d, const lsched_notice *n)
{
    sqlite3_stmt *q;
    if (sqlite3_prepare_v2(d->db, "SELECT phone, name FROM customer WHERE id = ?", -1, &q, NULL) !=
        SQLITE_OK)
        return;
    sqlite3_bind_text(q, 1, n->customer, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW && n->booking == NULL)
        printf("%s: to %s: %s, %s\n", n->id, (const char *)sqlite3_column_text(q, 0),
               (const char *)sqlite3_column_text(q, 1), n->text);
    else if (sqlite3_data_count(q) > 0)
        printf("%s: to %s: %s, your call is %s (%s)\n", n->id,
               (const char *)sqlite3_column_text(q, 0), (const char *)sqlite3_column_text(q, 1),
               n->booking->wall, lsched_notice_name(n->kind));
    sqlite3_finalize(q);
}

/* In no transaction of ours: who sends inside of one has sent what may be rolled back.  What is
 * sent and not acknowledged, because we die between, comes again with the same id, and so does
 * what LSCHED_UNKNOWN leaves open.  OVER: it was no longer ours; whoever has it now tells it. */
static int outbox(desk *d)
{
    lsched_notices *list;
    const lsched_notice *n;
    int status = desk_told(d, lsched_take_notices(d->s, 0, 0, &list));
    for (size_t i = 0; (n = lsched_notices_at(list, i)) != NULL && status == LSCHED_OK; i++) {
        tell(d, n);
        status = lsched_ack_notice(d->s, n->id, n->attempt);
        status = status == LSCHED_OVER ? LSCHED_OK : desk_told(d, status);
    }
    lsched_notices_free(list);
    return status;
}

static int run(desk *d, int count, char **words)
{
    const char *verb = words[0];
    const sqlite3_int64 id = count > 1 ? strtoll(words[1], NULL, 10) : 0;
    job j = {.ticket = id};
    if (count == 1 && strcmp(verb, "init") == 0)
        return desk_together(d, migrate, &j);
    const int status = desk_told(d, lsched_attach_sqlite(d->s, d->db, 0));
    if (status != LSCHED_OK)
        return status;
    if (count == 1 && strcmp(verb, "list") == 0)
        return list(d);
    if (count == 1 && strcmp(verb, "outbox") == 0)
        return outbox(d);
    if (count == 3 && strcmp(verb, "ticket") == 0)
        return add(d, words[1], words[2]);
    if (count == 2 && strcmp(verb, "slots") == 0)
        return slots(d, id, 0);
    if (count == 2 && strcmp(verb, "resolve") == 0)
        return desk_together(d, desk_resolve, &j);
    if (count == 3 && (strcmp(verb, "book") == 0 || strcmp(verb, "offer") == 0))
        return place(d, verb, id, words[2]);
    snprintf(d->why, sizeof d->why, "\n%s", usage);
    return LSCHED_MISUSE;
}

int main(int argc, char **argv)
{
    const char *path = getenv("CRM_DB"), *now = getenv("CRM_NOW");
    desk d = {.now = now != NULL ? strtoll(now, NULL, 10) : 0};
    int status = LSCHED_MISUSE;
    if (argc < 2)
        snprintf(d.why, sizeof d.why, "\n%s", usage);
    else
        status = desk_open(&d, path != NULL ? path : "crm.db", strcmp(argv[1], "init") == 0);
    if (status == LSCHED_OK)
        status = run(&d, argc - 1, argv + 1);
    const bool news = status <= LSCHED_CLOSED && status > LSCHED_BUSY;
    if (status != LSCHED_OK && !news)
        fprintf(stderr, "crm: %s: %s\n", lsched_status_name(status), d.why);
    desk_close(&d);
    return status == LSCHED_OK ? 0 : news ? 1 : 2;
}
