/* store/served.h -- whom agents have served, for how long, and what was thought of it: part of the
 * store's contract. */
#ifndef LSI_STORE_SERVED_H
#define LSI_STORE_SERVED_H

#include "model/model.h"

struct lsi_store;

/* The last contacts with a customer that took place, the latest first. */
#define LSI_CONTACTS 50
int lsi_served_contacts(struct lsi_store *st, const char *customer, lsi_arena *a, lsi_contact **out,
                        size_t *count, lsi_error *e);
/* What the customer thought of agents: the last verdict first, at most LSI_CONTACTS. */
int lsi_served_verdicts(struct lsi_store *st, const char *customer, lsi_arena *a, lsi_verdict **out,
                        size_t *count, lsi_error *e);
/* Whether the customer has something in line, in progress, or booked to end after `now`, but for
 * this booking; what was to end a day ago nobody is speaking in any more. */
int lsi_served_ahead(struct lsi_store *st, const lsched_booking *but, lsched_time now, bool *found,
                     lsi_error *e);
/* Seconds of an agent's contacts that are promised or done, by the days (UTC, since 1970) of
 * their starts: seconds[0] for `from_day`, and in seconds[until_day - from_day] all from
 * `until_day` on. */
int lsi_served_seconds(struct lsi_store *st, const char *agent, int64_t from_day, int64_t until_day,
                       int64_t *seconds, lsi_error *e);
/* The same of one day. */
int lsi_served_on(struct lsi_store *st, const char *agent, int64_t day, int64_t *seconds,
                  lsi_error *e);

#endif
