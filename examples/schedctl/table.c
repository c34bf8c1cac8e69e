/* table.c -- tables on the terminal, by libsmartcols: it knows the width of characters
 * and of the terminal, and escapes what could steer it.
 */
#include "tool.h"

#include <libsmartcols/libsmartcols.h>
#include <stdio.h>

struct libscols_table *table_new(struct tool *t)
{
    struct libscols_table *table = scols_new_table();
    if (!table)
        return NULL;
    scols_table_enable_minout(table, 1);
    scols_table_enable_ascii(table, !t->utf8);
    scols_table_enable_colors(table, t->color);
    return table;
}

void table_column(struct libscols_table *table, const char *title, int flags)
{
    if (!table)
        return;
    int how =
        (flags & COLUMN_RIGHT ? SCOLS_FL_RIGHT : 0) | (flags & COLUMN_TRUNC ? SCOLS_FL_TRUNC : 0);
    struct libscols_column *column = scols_table_new_column(table, title, 0, how);
    if (column && scols_table_colors_wanted(table))
        scols_cell_set_color(scols_column_get_header(column), "\033[1m");
}

void table_row(struct libscols_table *table, const char *const *cells, size_t count)
{
    if (!table)
        return;
    struct libscols_line *line = scols_table_new_line(table, NULL);
    for (size_t i = 0; line && i < count; i++)
        scols_line_set_data(line, i, cells[i]);
}

int table_print(struct libscols_table *table)
{
    if (!table)
        return fail(EXIT_NO_STORE, "memory ran out");
    int failed = 0;
    /* A person who sees nothing does not know whether it worked. */
    if (scols_table_is_empty(table))
        puts("none");
    else
        failed = scols_print_table(table);
    scols_unref_table(table);
    return failed && !ferror(stdout) ? fail(EXIT_NO_STORE, "the table cannot be written")
                                     : EXIT_DONE;
}
