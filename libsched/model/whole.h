/* model/whole.h -- what no single field of a record can say; used by the tables only. */
#ifndef LSI_WHOLE_H
#define LSI_WHOLE_H

#include "model/model.h"

int lsi_whole_team(void *record, const char *label, lsi_error *e);
int lsi_whole_member(void *record, const char *label, lsi_error *e);
int lsi_whole_service(void *record, const char *label, lsi_error *e);
int lsi_whole_customer(void *record, const char *label, lsi_error *e);
int lsi_whole_calendar(void *record, const char *label, lsi_error *e);
int lsi_whole_incident(void *record, const char *label, lsi_error *e);
int lsi_whole_announcement(void *record, const char *label, lsi_error *e);
int lsi_whole_booking(void *record, const char *label, lsi_error *e);

#endif
