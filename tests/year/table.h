/* table.h -- figures in tables, for people or as JSON. */
#ifndef YEAR_TABLE_H
#define YEAR_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum unit {
    COUNT,
    PERCENT,
    MINUTES /* given in seconds */,
    NUMBER,
    MICROS
};

#define COLUMNS 8

/* All figures of a run: one object of JSON, or one table below the other. */
void table_open(bool json);
void table_close(void);

/* `columns` NULL-terminated; of NULL: one without a name. */
void table_begin(const char *title, const char *const *columns);
void table_row(const char *label, enum unit unit, const double *values);
void table_mixed(const char *label, const enum unit *units, const double *values);
void table_end(void);

#endif
