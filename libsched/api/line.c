/* api/line.c -- header chapter 6: the working day. */
#include "api/api.h"

int lsched_join(lsched *s, const lsched_request *request, lsched_booking **out)
{
    return lsi_bookings_take(s, request, out, lsi_line_join);
}
