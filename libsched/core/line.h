/* core/line.h -- contacts that wait, the working day, and attempts: line.c, next.c, attempt.c. */
#ifndef LSI_LINE_H
#define LSI_LINE_H

#include "core/core.h"

/* ---- line.c: contacts whose place is not chosen yet ------------------------------------------- */

int lsi_line_join(lsi_core *core, const lsched_request *request, lsi_arena *a,
                  lsched_booking *out, lsi_error *e);
/* What joining comes to: the request's fields; the act's booking as far as the request has it; and
 * its channel, team and times by the rules as of now (CLOSED, NOBODY), inside a transaction. */
int lsi_line_check(lsched_request *r, lsi_error *e);
int lsi_line_draft(lsi_act *t, const lsched_request *r, lsi_error *e);
int lsi_line_choose(lsi_act *t, const lsi_facts *f, lsi_error *e);
/* EXISTS: the customer has another open contact of the line on the booking's topic. */
int lsi_line_alone(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_error *e);
/* A customer who got through another way, and the open contact that this closes. */
typedef struct lsi_happening {
    const char *key, *customer, *service, *cause;
} lsi_happening;
int lsi_line_happened(lsi_core *core, const lsi_happening *wanted, lsi_arena *a,
                      lsched_booking *out, lsi_error *e);
int lsi_line_position(lsi_core *core, const char *id, int32_t *out, lsi_error *e);
int lsi_line_show(lsi_core *core, const char *team, uint32_t skip, uint32_t limit, lsi_arena *a,
                  lsched_booking **out, size_t *count, lsi_error *e);

/* ---- next.c: what an agent is given, and the beginning of a contact --------------------------- */

int lsi_next_take(lsi_core *core, const char *agent, int32_t seconds, lsi_arena *a,
                  lsched_booking *out, lsi_error *e);
int lsi_next_start(lsi_core *core, const lsi_stepping *wanted, lsi_arena *a, lsched_booking *out,
                   lsi_error *e);

/* ---- attempt.c: what became of a contact ------------------------------------------------------- */

int lsi_attempt_finish(lsi_core *core, const lsched_result *result, lsi_arena *a,
                       lsched_booking *out, lsi_error *e);
/* From when on it may be tried again to reach a customer, by the service's policy: `now`, or
 * later. */
int lsi_attempt_earliest(lsi_core *core, const char *customer, const lsched_service *service,
                         lsched_time now, lsched_time *out, lsi_error *e);

#endif
