/* core/tell.h -- who is told what no step of a booking tells, and when: part of core's contract.
 */
#ifndef LSI_TELL_H
#define LSI_TELL_H

#include "core/core.h"

/* ---- awake.c: when a customer may be told something ---------------------------------------------- */

/* Asked about many customers at one time, inside one transaction: those in the same zone, region
 * and team, with no calendar of their own, are answered alike.  `core`, `a` and `at` are set by
 * the caller; release it with lsi_awake_free(). */
typedef struct lsi_awake {
    lsi_core *core;
    lsi_arena *a;
    lsched_time at;
    struct lsi_awake_group *groups;
    size_t count, room;
    const char *service; /* that was asked for last, */
    int32_t purpose;     /* and what it is for */
} lsi_awake;

/* `*opens` is `at` where the customer can be told now, else when that will be; `*closes` is when
 * it ends, 0: not soon.  All regions, customer and home team must be open; `service` is what can
 * be booked with it, NULL: nothing.  Where it is never, or
 * nobody can tell (a calendar that costs too much), an hour later is to be asked again. */
int lsi_awake_ask(lsi_awake *h, const lsi_listener *to, const char *service, lsched_time *opens,
                  lsched_time *closes, lsi_error *e);
void lsi_awake_free(lsi_awake *h);

/* ---- announce.c, incident.c: what many are told ---------------------------------------------------- */

/* After the record was put, inside the same transaction: what its customers are told, who has
 * not been told yet. */
int lsi_announce_tell(lsi_core *core, const lsched_announcement *to, lsched_time now,
                      lsi_error *e);
/* What the record is to be: when it opened, and which update this is; `*changed`: whether it is
 * one.  Inside the transaction of the put. */
int lsi_incident_count(lsi_core *core, lsched_incident *i, lsched_time now, lsi_arena *a,
                       bool *changed, lsi_error *e);
/* And after it. */
int lsi_incident_tell(lsi_core *core, const lsched_incident *i, lsched_time now, lsi_error *e);
int lsi_incident_list(lsi_core *core, const char *customer, const char *service, lsi_arena *a,
                      lsched_incident **out, size_t *count, lsi_error *e);
int lsi_incident_subscribe(lsi_core *core, const char *incident, const char *customer, bool off,
                           lsi_error *e);

/* ---- storm.c: what open incidents change ------------------------------------------------------------ */

/* Those that touch the facts' customer and service, in the order of their ids; in the arena. */
int lsi_storm_tell(lsi_core *core, const lsi_facts *f, lsi_arena *a, lsched_incident **out,
                   size_t *count, lsi_error *e);
/* Whether the line can be joined, and worked off: OK, CLOSED. */
int lsi_storm_joining(const lsi_facts *f, lsi_error *e);
int lsi_storm_working(const lsi_facts *f, lsi_error *e);

/* ---- delay.c: what will begin later than planned ---------------------------------------------------- */

/* See lsched_list_delays(); with `tells`, lsched_tell_delays(). */
int lsi_delay_list(lsi_core *core, int32_t minutes, bool tells, lsi_arena *a, lsched_delay **out,
                   size_t *count, lsi_error *e);

/* ---- notice.c: what customers are to be told ---------------------------------------------------- */

/* One as it is stored, of which nothing is leased: its names, and no booking, in the arena. */
int lsi_notice_show(const lsi_notice *n, lsi_arena *a, lsched_notice *out, lsi_error *e);
int lsi_notice_show_news(const lsi_news *n, lsi_arena *a, lsched_notice *out, lsi_error *e);
int lsi_notice_take(lsi_core *core, uint32_t limit, int32_t seconds, lsi_arena *a,
                    lsched_notice **out, size_t *count, lsi_error *e);
int lsi_notice_ack(lsi_core *core, const char *id, int32_t attempt, lsi_error *e);
int lsi_notice_next(lsi_core *core, lsched_time *out, lsi_error *e);

#endif
