/* report.h -- what the files of schedctl report share. */
#ifndef SCHEDCTL_REPORT_H
#define SCHEDCTL_REPORT_H

#include "query.h"

#define REPORT_PARTS 62 /* days or weeks of the sparklines, at most */

/* What one report shows: all of it, agent by agent, and day by day or week by week. */
struct report {
    struct tool *t;
    lsched_measure measure;
    char zone[LSCHED_MAX_NAME + 1];
    lsched_figures *all;
    lsched_figures_list *agents;
    lsched_figures *parts[REPORT_PARTS];
    size_t part_count;
    int part_days; /* 1 or 7 */
};

/* ---- report_draw.c ------------------------------------------------------------------- */

/* The figures in lines, each with a bar where it is a share of something. */
void report_summary(const struct report *r);
/* How it went, part by part. */
void report_sparks(const struct report *r);
/* Weekdays by hours: contacts, and how long people waited. */
void report_heat(const struct report *r);

/* ---- report_json.c --------------------------------------------------------------------- */

json_t *report_json(const struct report *r);

#endif
