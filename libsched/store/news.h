/* store/news.h -- the part of store.h about what customers are told beside their bookings. */
#ifndef LSI_NEWS_H
#define LSI_NEWS_H

#include "store/store.h"

/* ---- news.c: what customers are told that no step of a booking tells ----------------------- */

/* Something to tell a customer, for whatever part of the library wants it told.  It goes out by
 * lsched_take_notices() beside the notices of bookings, under the same leases.
 *
 * `kind` is one of enum lsched_notice_kind from 16 on (a new one: the header, api/names.c, and
 * the names in core/notice.c).  What it is about is `about` (enum lsched_about) with the id
 * `subject`.  Which news of that it is, says `sequence`: about a booking it must be the
 * booking's own, after whatever was written of it in this transaction, and the news are void as
 * soon as that changes; otherwise any number of yours, 0 where there is only one.
 *   A customer is told the same (kind, about, subject, sequence) once: another one is not
 * added, and that is OK.  Nor is one for a customer who has no record.
 *   `hours`: only inside the customer's hours (core/awake.c): it waits until they open.
 * `until`: pointless from then on, never handed out; 0: never.  `service`: what can be booked to
 * talk about it; case_id, service and text may be NULL. */
#define LSI_NEWS_ID 8 /* bytes, random */
typedef struct lsi_news {
    const char *customer;
    int32_t kind, about;
    const char *subject;
    int32_t sequence;
    bool hours;
    const char *case_id, *service, *text;
    lsched_time due, until;
    lsched_time at; /* a time that it tells of; 0: of none */
    /* The store's: */
    unsigned char id[LSI_NEWS_ID];
    int32_t attempt;
    int32_t state; /* enum lsi_notice_state */
    bool stands;
} lsi_news;

/* Written in the transaction of what it tells of.  MISUSE outside of one. */
int lsi_news_add(lsi_store *st, const lsi_news *n, lsi_error *e);
/* What waits about this subject is as if it had never been written; but for what was handed out once, which
 * somebody may have told: that is void, under its id, and `*left` says that there is such. */
int lsi_news_take_back(lsi_store *st, int32_t about, const char *subject, bool *left,
                       lsi_error *e);
/* Such a one, of an announcement, waits again: under the same id, and leased to whom it was.  OK
 * where there is none. */
int lsi_news_renew(lsi_store *st, const lsi_news *n, lsi_error *e);
/* As lsi_outbox_due() and the rest, which see. */
int lsi_news_due(lsi_store *st, lsched_time clock, uint32_t limit, lsi_arena *a, lsi_news **out,
                 size_t *count, lsi_error *e);
int lsi_news_lease(lsi_store *st, lsi_news *n, lsched_time clock, lsched_time until, lsi_error *e);
int lsi_news_void(lsi_store *st, const lsi_news *n, lsi_error *e);
/* Due later than it was: only what has `hours`. */
int lsi_news_put_off(lsi_store *st, const lsi_news *n, lsched_time due, lsi_error *e);
/* Attempt and state of the one with this id and kind.  NOTFOUND without a message. */
int lsi_news_get(lsi_store *st, lsi_news *n, lsi_error *e);
int lsi_news_end(lsi_store *st, const lsi_news *n, bool *ended, lsi_error *e);
int lsi_news_next(lsi_store *st, lsched_time clock, bool *found, lsched_time *out, lsi_error *e);
/* All that there is for a customer, told or not, with its `state`; by when it is due. */
int lsi_news_of(lsi_store *st, const char *customer, lsi_arena *a, lsi_news **out, size_t *count,
                lsi_error *e);
/* The one with this number, if there is one. */
int lsi_news_at(lsi_store *st, int64_t seq, lsi_arena *a, lsi_news **out, size_t *count,
                lsi_error *e);

/* ---- entries.c: and what a case has of it ----------------------------------------------------- */

/* An event, an entry, news of a booking, or a notice (its booking is NULL: none of these) in the
 * life of a case. */
typedef struct lsi_case_part {
    lsched_event *event;
    lsched_entry *entry;
    lsi_news *news;
    lsi_notice notice;
} lsi_case_part;

/* In the order in which they were written; a notice behind its event. */
int lsi_entries_timeline(lsi_store *st, const char *case_id, uint32_t skip, uint32_t limit,
                         lsi_arena *a, lsi_case_part **out, size_t *count, lsi_error *e);

/* ---- audience.c: who is to be told ----------------------------------------------------------- */

/* A customer, as far as telling needs it. */
typedef struct lsi_listener {
    const char *customer, *zone, *region, *team, *regions;
    bool general;
    int32_t consents;
    bool own; /* has calendars */
} lsi_listener;

/* NOTFOUND. */
int lsi_audience_one(lsi_store *st, const char *customer, lsi_arena *a, lsi_listener *out,
                     lsi_error *e);
/* Each a page in the order of ids, behind the customer `after` ("": from the first).
 * Those whom an announcement is for. */
int lsi_audience_announced(lsi_store *st, const lsched_announcement *to, const char *after,
                           uint32_t limit, lsi_arena *a, lsi_listener **out, size_t *count,
                           lsi_error *e);
/* Those who asked to hear of an incident, as it is stored, or have something waiting or booked
 * ahead that it touches.  With `but_since`, none of those who have made such since then. */
int lsi_audience_touched(lsi_store *st, const lsched_incident *i, lsched_time now,
                         lsched_time but_since, const char *after, uint32_t limit, lsi_arena *a,
                         lsi_listener **out, size_t *count, lsi_error *e);
/* What waits or is booked ahead, made since then, and touched: behind the booking `after`. */
int lsi_audience_booked(lsi_store *st, const lsched_incident *i, lsched_time now,
                        lsched_time since, const char *after, uint32_t limit, lsi_arena *a,
                        lsched_booking **out, size_t *count, lsi_error *e);
/* All that are open, in the order of their ids; and whether one touches a service with this topic
 * (`service` NULL: any) for this customer, of whom region and regions count. */
int lsi_audience_open(lsi_store *st, lsi_arena *a, lsched_incident **out, size_t *count,
                      lsi_error *e);
bool lsi_audience_touches(const lsched_incident *i, const lsched_customer *c, const char *service,
                          const char *topic);
/* The open ones that do; `service` NULL: any. */
int lsi_audience_incidents(lsi_store *st, const lsched_customer *c, const char *service,
                           const char *topic, lsi_arena *a, lsched_incident **out, size_t *count,
                           lsi_error *e);
/* Of the agents who have something STARTED that was to end at `now` less a day or later: that,
 * and what is BOOKED to start before `until` and not over by then; in the order of agent,
 * busy_from, id. */
int lsi_audience_running(lsi_store *st, lsched_time now, lsched_time until, lsi_arena *a,
                       lsched_booking **out, size_t *count, lsi_error *e);
/* The number of the last update of an incident that was removed; 0: none was. */
int lsi_audience_updates(lsi_store *st, const char *incident, int32_t *revision, lsi_error *e);
int lsi_audience_subscribe(lsi_store *st, const char *incident, const char *customer,
                           lsi_error *e);
int lsi_audience_unsubscribe(lsi_store *st, const char *incident, const char *customer,
                             lsi_error *e);

#endif
