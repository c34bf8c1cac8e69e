/* base/error.c -- one failure, in words.  The first finder writes it; callers pass it up. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>

int lsi_error_set(lsi_error *e, int status, const char *format, ...)
{
    va_list arguments;
    e->status = status;
    va_start(arguments, format);
    /* A message that is cut short is still a message: the result is not looked at. */
    (void)vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
    return status;
}

int lsi_error_nomem(lsi_error *e)
{
    return lsi_error_set(e, LSCHED_NOMEM, "memory ran out");
}

void lsi_error_clear(lsi_error *e)
{
    e->status = LSCHED_OK;
    e->line = 0;
    e->text[0] = '\0';
}
