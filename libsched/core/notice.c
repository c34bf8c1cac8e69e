/* core/notice.c -- notices: handed out under leases, acknowledged, waited for (I4).
 *
 * A lease is a promise to one taker until a time, and the attempt's number is what tells one
 * taker from another: whoever comes back late has an older number and is refused.
 *   What steps of bookings tell (store/outbox.c) and all other news (store/news.c) go out
 * together, by when they are due.
 */
#include "core/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LEASE_SECONDS 60 /* where the caller says nothing */

/* ---- ids: "booking.sequence.kind", "news.id.kind" ---------------------------------------------- */

static const char *const kinds[] = {
    [LSCHED_NOTICE_CONFIRMED] = "confirmed",
    [LSCHED_NOTICE_REMINDER] = "reminder",
    [LSCHED_NOTICE_MOVED] = "moved",
    [LSCHED_NOTICE_CANCELLED] = "cancelled",
    [LSCHED_NOTICE_OFFERED] = "offered",
    [LSCHED_NOTICE_REBOOK] = "rebook",
    [LSCHED_NOTICE_TRIED] = "tried",
    [LSCHED_NOTICE_INCIDENT] = "incident",
    [LSCHED_NOTICE_ANNOUNCEMENT] = "announcement",
    [LSCHED_NOTICE_DELAYED] = "delayed",
    [LSCHED_NOTICE_RELEASE] = "release",
    [LSCHED_NOTICE_CHECKIN] = "check-in",
};
#define KINDS (sizeof kinds / sizeof *kinds)

static const char *make_id(const lsi_notice *n, lsi_arena *a)
{
    char text[LSCHED_MAX_ID * 2];
    const int size = snprintf(text, sizeof text, "%.*s.%" PRId32 ".%s", LSCHED_MAX_ID, n->booking,
                              n->sequence, kinds[n->kind]);
    return lsi_arena_text(a, text, (size_t)size);
}

int lsi_notice_show(const lsi_notice *n, lsi_arena *a, lsched_notice *out, lsi_error *e)
{
    *out = (lsched_notice){.size = sizeof *out,
                           .kind = n->kind,
                           .id = make_id(n, a),
                           .due = n->due,
                           .attempt = n->attempt,
                           .about = LSCHED_ABOUT_BOOKING,
                           .customer = "",
                           .subject = n->booking,
                           .case_id = "",
                           .service = "",
                           .text = ""};
    return out->id != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

/* The key that an id stands for.  Only the very text that make_id() writes is one. */
static int read_id(const char *id, lsi_arena *a, lsi_notice *n, lsi_error *e)
{
    const char *kind = strrchr(id, '.');
    const char *number = kind;
    while (number != NULL && number > id && *--number != '.')
        ;
    *n = (lsi_notice){.booking = NULL};
    if (number != NULL && *number == '.') {
        int64_t sequence = 0;
        for (const char *p = number + 1; *p >= '0' && *p <= '9' && sequence <= INT32_MAX; p++)
            sequence = sequence * 10 + (*p - '0');
        n->sequence = sequence <= INT32_MAX ? (int32_t)sequence : 0;
        for (size_t i = 1; i < LSCHED_NOTICE_INCIDENT; i++)
            n->kind = kinds[i] != NULL && strcmp(kind + 1, kinds[i]) == 0 ? (int32_t)i : n->kind;
        n->booking = lsi_arena_text(a, id, (size_t)(number - id));
        if (n->booking == NULL)
            return lsi_error_nomem(e);
    }
    const char *again = n->kind != 0 ? make_id(n, a) : "";
    if (again == NULL)
        return lsi_error_nomem(e);
    if (n->kind == 0 || n->booking[0] == '\0' || strcmp(again, id) != 0)
        return lsi_error_set(e, LSCHED_INVALID, "id is not the id of a notice");
    return LSCHED_OK;
}

/* No booking has this for its id: those are made longer. */
static const char news_prefix[] = "news.";

static const char *make_news_id(const lsi_news *n, lsi_arena *a)
{
    char text[LSCHED_MAX_ID * 2], hex[2 * sizeof n->id + 1];
    for (size_t i = 0; i < sizeof n->id; i++)
        snprintf(hex + 2 * i, 3, "%02x", n->id[i]);
    const int size = snprintf(text, sizeof text, "%s%s.%s", news_prefix, hex, kinds[n->kind]);
    return lsi_arena_text(a, text, (size_t)size);
}

int lsi_notice_show_news(const lsi_news *n, lsi_arena *a, lsched_notice *out, lsi_error *e)
{
    *out = (lsched_notice){.size = sizeof *out,
                           .kind = n->kind,
                           .id = make_news_id(n, a),
                           .due = n->due,
                           .attempt = n->attempt,
                           .about = n->about,
                           .customer = n->customer,
                           .subject = n->subject,
                           .case_id = n->case_id,
                           .service = n->service,
                           .text = n->text,
                           .at = n->at};
    return out->id != NULL ? LSCHED_OK : lsi_error_nomem(e);
}

static bool is_news_id(const char *id)
{
    return strncmp(id, news_prefix, sizeof news_prefix - 1) == 0;
}

/* The key that an id stands for; only the very text that make_news_id() writes is one. */
static int read_news_id(const char *id, lsi_arena *a, lsi_news *n, lsi_error *e)
{
    static const char digits[] = "0123456789abcdef";
    const char *hex = id + sizeof news_prefix - 1, *kind = strchr(hex, '.');
    *n = (lsi_news){.kind = 0};
    for (size_t i = LSCHED_NOTICE_INCIDENT; kind != NULL && i < KINDS; i++)
        n->kind = strcmp(kind + 1, kinds[i]) == 0 ? (int32_t)i : n->kind;
    for (size_t i = 0; n->kind != 0 && i < 2 * sizeof n->id && hex + i < kind; i++) {
        const char *digit = strchr(digits, hex[i]);
        n->id[i / 2] = (unsigned char)(n->id[i / 2] << 4 | (digit != NULL ? digit - digits : 0));
    }
    const char *again = n->kind != 0 ? make_news_id(n, a) : "";
    if (again == NULL)
        return lsi_error_nomem(e);
    if (n->kind == 0 || strcmp(again, id) != 0)
        return lsi_error_set(e, LSCHED_INVALID, "id is not the id of a notice");
    return LSCHED_OK;
}

/* ---- take ------------------------------------------------------------------------------------- */

static int ask_clock(lsi_core *core, lsched_time *clock, lsi_error *e)
{
    lsched_time now;
    const int status = lsi_now_ask(core, &now, e);
    return status == LSCHED_OK ? lsi_now_clock(core, now, clock, e) : status;
}

/* Where a taker's answer grows. */
typedef struct taking {
    lsi_core *core;
    lsi_arena *a;
    lsched_notice *out;
    size_t count;
    lsched_time clock, until;
    lsi_awake hours;
    size_t put_aside; /* in this look */
} taking;

static int lease(taking *t, lsi_notice *n, lsi_error *e)
{
    lsched_booking *booking = lsi_arena_take(t->a, sizeof *booking);
    const char *id = make_id(n, t->a);
    if (booking == NULL || id == NULL)
        return lsi_error_nomem(e);
    int status = lsi_outbox_lease(t->core->store, n, t->clock, t->until, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_get(t->core->store, n->booking, t->a, booking, e);
    t->out[t->count++] =
        (lsched_notice){.size = sizeof *t->out,
                        .kind = n->kind,
                        .id = id,
                        .due = n->due,
                        .lease_until = t->until,
                        .attempt = n->attempt,
                        .about = LSCHED_ABOUT_BOOKING,
                        .booking = booking,
                        .customer = booking->customer,
                        .subject = booking->id,
                        .case_id = booking->case_id,
                        .service = "",
                        .text = "",
                        .until = n->kind == LSCHED_NOTICE_REMINDER  ? booking->start
                                 : n->kind == LSCHED_NOTICE_OFFERED ? booking->expires
                                                                    : 0};
    return status;
}

static int lease_news(taking *t, lsi_news *n, lsched_time closes, lsi_error *e)
{
    lsched_notice *out = &t->out[t->count++];
    lsched_booking *booking = NULL;
    int status = lsi_news_lease(t->core->store, n, t->clock, t->until, e);
    if (status == LSCHED_OK)
        status = lsi_notice_show_news(n, t->a, out, e);
    if (status == LSCHED_OK && n->about == LSCHED_ABOUT_BOOKING) {
        booking = lsi_arena_take(t->a, sizeof *booking);
        status = booking != NULL ? lsi_ledger_get(t->core->store, n->subject, t->a, booking, e)
                                 : lsi_error_nomem(e);
    }
    if (n->until != 0 && (closes == 0 || n->until < closes))
        closes = n->until;
    if (status != LSCHED_OK)
        return status;
    out->lease_until = t->until;
    out->until = closes;
    out->booking = booking;
    if (booking != NULL)
        out->case_id = booking->case_id;
    return LSCHED_OK;
}

static int take_notice(taking *t, lsi_notice *n, lsi_error *e)
{
    if (n->stands)
        return lease(t, n, e);
    t->put_aside++;
    return lsi_outbox_void(t->core->store, n, e);
}

/* Where the customer cannot be told now, whatever was so when it was written: later. */
static int take_news(taking *t, lsi_news *n, lsi_error *e)
{
    lsi_listener to;
    lsched_time opens = t->clock, closes = 0;
    int status = LSCHED_OK;
    if (n->stands && n->hours) {
        status = lsi_audience_one(t->core->store, n->customer, t->a, &to, e);
        if (status == LSCHED_OK)
            status = lsi_awake_ask(&t->hours, &to, n->service, &opens, &closes, e);
    }
    if (status != LSCHED_OK)
        return status;
    if (n->stands && opens <= t->clock)
        return lease_news(t, n, closes, e);
    t->put_aside++;
    return n->stands ? lsi_news_put_off(t->core->store, n, opens, e)
                     : lsi_news_void(t->core->store, n, e);
}

/* One look: leases what stands, and puts aside what does not. */
static int look(taking *t, uint32_t limit, lsi_error *e)
{
    lsi_notice *due;
    lsi_news *news;
    size_t count, news_count, i = 0, j = 0;
    t->put_aside = 0;
    int status = lsi_outbox_due(t->core->store, t->clock, limit, t->a, &due, &count, e);
    if (status == LSCHED_OK)
        status = lsi_news_due(t->core->store, t->clock, limit, t->a, &news, &news_count, e);
    for (uint32_t n = 0; status == LSCHED_OK && n < limit && i + j < count + news_count; n++) {
        if (j == news_count || (i < count && due[i].due <= news[j].due))
            status = take_notice(t, &due[i++], e);
        else
            status = take_news(t, &news[j++], e);
    }
    return status;
}

/* Looks again where what was put aside has left room. */
static int take(taking *t, uint32_t limit, int32_t seconds, lsi_error *e)
{
    int status = ask_clock(t->core, &t->clock, e);
    t->until = t->clock + seconds;
    t->hours = (lsi_awake){.core = t->core, .a = t->a, .at = t->clock};
    t->put_aside = 1;
    t->out = lsi_arena_take(t->a, (size_t)limit * sizeof *t->out);
    if (status == LSCHED_OK && t->out == NULL)
        status = lsi_error_nomem(e);
    while (status == LSCHED_OK && t->put_aside > 0 && t->count < limit)
        status = look(t, limit - (uint32_t)t->count, e);
    lsi_awake_free(&t->hours);
    return status;
}

/* Whether there is anything to do: who only asks must not wait for those who write. */
static int is_due(lsi_core *core, bool *due, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsi_notice *first;
    lsi_news *news;
    lsched_time clock;
    size_t count = 0;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = ask_clock(core, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_outbox_due(core->store, clock, 1, &scratch, &first, &count, e);
    if (status == LSCHED_OK && count == 0)
        status = lsi_news_due(core->store, clock, 1, &scratch, &news, &count, e);
    *due = count > 0;
    lsi_arena_free(&scratch);
    return lsi_store_leave(core->store, status, e);
}

int lsi_notice_take(lsi_core *core, uint32_t limit, int32_t seconds, lsi_arena *a,
                    lsched_notice **out, size_t *count, lsi_error *e)
{
    taking t = {.core = core, .a = a};
    bool due = false;
    if (seconds < 0)
        return lsi_error_set(e, LSCHED_INVALID, "seconds is negative");
    if (seconds > LSCHED_MAX_LEASE)
        return lsi_error_set(e, LSCHED_LIMIT, "seconds is %" PRId32 ", more than %d", seconds,
                             LSCHED_MAX_LEASE);
    int status = is_due(core, &due, e);
    if (status != LSCHED_OK || !due)
        return status;
    status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = take(&t, limit, seconds != 0 ? seconds : LEASE_SECONDS, e);
    *out = t.out;
    *count = t.count;
    return lsi_store_leave(core->store, status, e);
}

/* ---- acknowledge ------------------------------------------------------------------------------ */

/* The first acknowledgement of an attempt ends the notice; what it cannot end is either its
 * own work, done before, or somebody else's. */
static int end(lsi_core *core, const lsi_notice *wanted, const char *id, lsi_error *e)
{
    lsi_notice stored = *wanted;
    bool ended = false;
    int status = lsi_outbox_get(core->store, &stored, e);
    if (status == LSCHED_NOTFOUND)
        return lsi_error_set(e, status, "no notice has the id '%s'", id);
    if (status != LSCHED_OK)
        return status;
    if (stored.state == LSI_NOTICE_VOID)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void: its booking has changed", id);
    if (stored.attempt != wanted->attempt)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is at attempt %" PRId32, id,
                             stored.attempt);
    if (stored.state == LSI_NOTICE_DONE)
        return LSCHED_OK;
    status = lsi_outbox_end(core->store, wanted, &ended, e);
    if (status == LSCHED_OK && !ended)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void: its booking has changed", id);
    return status;
}

/* The same of news. */
static int end_news(lsi_core *core, const lsi_news *wanted, const char *id, lsi_error *e)
{
    lsi_news stored = *wanted;
    bool ended = false;
    int status = lsi_news_get(core->store, &stored, e);
    if (status == LSCHED_NOTFOUND)
        return lsi_error_set(e, status, "no notice has the id '%s'", id);
    if (status == LSCHED_OK && stored.state == LSI_NOTICE_VOID)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void", id);
    if (status == LSCHED_OK && stored.attempt != wanted->attempt)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is at attempt %" PRId32, id,
                             stored.attempt);
    if (status != LSCHED_OK || stored.state == LSI_NOTICE_DONE)
        return status;
    status = lsi_news_end(core->store, wanted, &ended, e);
    if (status == LSCHED_OK && !ended)
        return lsi_error_set(e, LSCHED_OVER, "notice '%s' is void", id);
    return status;
}

int lsi_notice_ack(lsi_core *core, const char *id, int32_t attempt, lsi_error *e)
{
    lsi_arena scratch = {0};
    lsi_notice n = {.booking = NULL};
    lsi_news news = {.kind = 0};
    const bool is_news = is_news_id(id);
    int status = is_news ? read_news_id(id, &scratch, &news, e) : read_id(id, &scratch, &n, e);
    n.attempt = news.attempt = attempt;
    if (status == LSCHED_OK && attempt < 1)
        status = lsi_error_set(e, LSCHED_INVALID, "attempt is less than 1");
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    if (status == LSCHED_OK)
        status = lsi_store_leave(core->store,
                                 is_news ? end_news(core, &news, id, e) : end(core, &n, id, e), e);
    lsi_arena_free(&scratch);
    return status;
}

/* ---- wait -------------------------------------------------------------------------------------- */

int lsi_notice_next(lsi_core *core, lsched_time *out, lsi_error *e)
{
    lsched_time clock, step = 0, other = 0;
    bool found = false, news = false;
    int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    status = ask_clock(core, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_outbox_next(core->store, clock, &found, &step, e);
    if (status == LSCHED_OK)
        status = lsi_news_next(core->store, clock, &news, &other, e);
    if (status == LSCHED_OK && !found && !news)
        status = lsi_error_set(e, LSCHED_NOTFOUND, "no notice waits");
    status = lsi_store_leave(core->store, status, e);
    if (status == LSCHED_OK)
        *out = !found || (news && other < step) ? other : step;
    return status;
}
