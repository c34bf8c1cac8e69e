/* api/clock.c -- the system's clock, for whoever sets no other. */
#include "api/api.h"

#include <time.h>

lsched_time lsi_clock_now(void *user)
{
    (void)user;
    return (lsched_time)time(NULL);
}
