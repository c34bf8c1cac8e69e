/* core/line.h -- what line.c, next.c, attempt.c, import.c, estimate.c and ways.c share. */
#ifndef LSI_LINE_H
#define LSI_LINE_H

#include "core/core.h"

/* What joining comes to: the request's fields; the act's booking as far as the request has it; and
 * its channel, team and times by the rules as of now (CLOSED, NOBODY), inside a transaction. */
int lsi_line_check(lsched_request *r, lsi_error *e);
int lsi_line_draft(lsi_act *t, const lsched_request *r, lsi_error *e);
int lsi_line_choose(lsi_act *t, const lsi_facts *f, lsi_error *e);
/* What joining would say now, in a transaction, as `*refusal`: OK, CLOSED, NOBODY or EXISTS, with
 * the id of what is open as `*open` ("": nothing).  The act's booking is then as it would be. */
int lsi_line_ask(lsi_act *t, const lsched_request *r, int32_t *refusal, const char **open,
                 lsi_error *e);
/* Whether anybody of these facts has the channel, skills and a language for this customer, on shift
 * or not; if not, what they lack. */
bool lsi_line_served(const lsi_facts *f, int32_t channel, int32_t *unfit);
/* The same where the start is known to be inside all hours: NOBODY. */
int lsi_line_settle(lsi_act *t, const lsi_facts *f, lsi_error *e);
/* EXISTS: the customer has another open contact of the line on the booking's topic. */
int lsi_line_alone(lsi_core *core, const lsched_booking *b, lsched_time now, lsi_error *e);
/* From when on it may be tried again to reach the customer of this booking, by the service's
 * policy and the laws: `now`, or later. */
int lsi_attempt_earliest(lsi_core *core, const lsched_booking *b, const lsched_service *service,
                         lsched_time now, lsched_time *out, lsi_error *e);
/* The same of one that waits for its turn: whoever has asked anew need not wait for the distance
 * between attempts. */
int lsi_attempt_turn(lsi_core *core, const lsched_booking *b, const lsched_service *service,
                     lsched_time now, lsched_time *out, lsi_error *e);
/* The first time from now on at which somebody could serve the customer of the act's booking, on
 * its channel; 0: there is none in the next eight days. */
int lsi_attempt_possible(lsi_act *t, lsched_time *out, lsi_error *e);
/* lawful.c, in a transaction: the first time from t on at which the caps of the customer's regions
 * allow another attempt like this booking. */
int lsi_lawful_again(lsi_core *core, const lsched_booking *b, lsched_time t, lsched_time *out,
                     lsi_error *e);

#endif
