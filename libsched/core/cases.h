/* core/cases.h -- cases, what is stuck, and what is held on a customer: a part of core.h. */
#ifndef LSI_CASES_H
#define LSI_CASES_H

#include "core/core.h"

/* ---- cases.c: what customers come with --------------------------------------------------------- */

/* What a case is put with beyond its fields: its times.  INUSE: another customer's.  Inside a
 * transaction, like the next. */
int lsi_cases_complete(lsi_core *core, lsched_case *record, lsched_time now, lsi_arena *a,
                       lsi_error *e);
/* That there is such a case, of this customer; none is fine.  NOTFOUND, INVALID. */
int lsi_cases_check(lsi_core *core, const char *case_id, const char *customer, lsi_error *e);
int lsi_cases_list(lsi_core *core, const char *customer, const char *after, uint32_t limit,
                   lsi_arena *a, void **records, size_t *count, lsi_error *e);
int lsi_cases_add(lsi_core *core, const lsched_entry *entry, lsi_arena *a, lsched_entry *out,
                  lsi_error *e);
/* listen.c: of a score with a booking, whom it is about, whether it is low, and the follow-up to
 * that, which is made.  Inside a transaction that writes. */
int lsi_listen_score(lsi_core *core, lsched_entry *n, lsched_time now, lsi_arena *a, lsi_error *e);
/* After the act's booking took place: when its customer is to be asked whether all is well. */
int lsi_listen_served(lsi_act *t, lsi_error *e);
int lsi_cases_entries(lsi_core *core, const char *case_id, int64_t after, uint32_t limit,
                      lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e);
int lsi_cases_unanswered(lsi_core *core, const char *agent, lsched_time before, uint32_t limit,
                         lsi_arena *a, lsched_entry **out, size_t *count, lsi_error *e);
int lsi_cases_timeline(lsi_core *core, const char *case_id, uint32_t skip, uint32_t limit,
                       lsi_arena *a, lsched_moment **out, size_t *count, lsi_error *e);

/* ---- stuck.c: what nobody is given any more ------------------------------------------------------- */

/* By start and id, behind the booking `after` (NULL: from the first).  NOTFOUND: that. */
int lsi_stuck_list(lsi_core *core, const char *after, uint32_t limit, lsi_arena *a,
                   lsched_stray **out, size_t *count, lsi_error *e);

/* ---- privacy.c, export.c: what is held on a customer --------------------------------------------- */

int lsi_privacy_forget(lsi_core *core, const char *customer, int64_t *rows, lsi_error *e);
int lsi_privacy_retain(lsi_core *core, lsched_time before, uint32_t limit, int64_t *rows,
                       lsi_error *e);
/* As JSON; to be freed. */
int lsi_export_customer(lsi_core *core, const char *customer, char **out, lsi_error *e);

#endif
