/* table.c -- see table.h. */
#include "table.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#define LABEL 44
#define WIDTH 13

static bool as_json, first_table, first_row;
static const char *names[COLUMNS];
static size_t count;

static void write_key(const char *label)
{
    putchar('"');
    for (bool gap = false; *label != '\0'; label++) {
        if (isalnum((unsigned char)*label)) {
            if (gap)
                putchar('_');
            putchar(tolower((unsigned char)*label));
        }
        gap = !isalnum((unsigned char)*label);
    }
    printf("\":");
}

void table_open(bool json)
{
    as_json = json;
    first_table = true;
    if (json)
        putchar('{');
}

void table_close(void)
{
    if (as_json)
        puts("}");
}

void table_begin(const char *title, const char *const *columns)
{
    for (count = 0; columns != NULL && columns[count] != NULL && count < COLUMNS; count++)
        names[count] = columns[count];
    first_row = true;
    if (as_json) {
        if (!first_table)
            putchar(',');
        write_key(title);
        putchar('{');
    } else {
        printf("\n%-*s", LABEL, title);
        for (size_t i = 0; i < count; i++)
            printf("%*s", WIDTH, names[i]);
        putchar('\n');
        for (size_t i = 0; i < LABEL + WIDTH * (count == 0 ? 1 : count); i++)
            putchar('-');
        putchar('\n');
    }
    first_table = false;
    if (count == 0)
        names[count++] = NULL;
}

static void write_value(enum unit unit, double value)
{
    char text[64];
    if (as_json) {
        if (isnan(value))
            printf("null");
        else
            printf(unit == COUNT || unit == MINUTES ? "%.0f" : "%.4g", value);
        return;
    }
    if (isnan(value))
        snprintf(text, sizeof text, "-");
    else if (unit == COUNT)
        snprintf(text, sizeof text, "%.0f", value);
    else if (unit == PERCENT)
        snprintf(text, sizeof text, "%.1f %%", 100 * value);
    else if (unit == MINUTES && value < 60)
        snprintf(text, sizeof text, "%.0f s", value);
    else if (unit == MINUTES && value < 7200)
        snprintf(text, sizeof text, "%.1f min", value / 60);
    else if (unit == MINUTES)
        snprintf(text, sizeof text, "%.1f h", value / 3600);
    else if (unit == MICROS)
        snprintf(text, sizeof text, "%.0f us", value);
    else
        snprintf(text, sizeof text, "%.2f", value);
    printf("%*s", WIDTH, text);
}

void table_mixed(const char *label, const enum unit *units, const double *values)
{
    if (!as_json)
        printf("%-*s", LABEL, label);
    else if (!first_row)
        putchar(',');
    first_row = false;
    if (as_json)
        write_key(label);
    for (size_t i = 0; i < count; i++) {
        if (as_json && names[0] != NULL) {
            putchar(i == 0 ? '{' : ',');
            write_key(names[i]);
        }
        write_value(units[i], values[i]);
    }
    if (as_json && names[0] != NULL)
        putchar('}');
    else if (!as_json)
        putchar('\n');
}

void table_row(const char *label, enum unit unit, const double *values)
{
    enum unit units[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        units[i] = unit;
    table_mixed(label, units, values);
}

void table_end(void)
{
    if (as_json)
        putchar('}');
}
