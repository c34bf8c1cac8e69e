/* rules/policy.c -- the service's own rules: how long, how soon, how far ahead. */
#include "rules/rules.h"

lsi_reach lsi_policy_reach(const lsched_service *service)
{
    const int64_t length = (int64_t)service->minutes * 60;
    return (lsi_reach){
        .before = (int64_t)service->before * 60,
        .length = length,
        .behind = length + ((int64_t)service->wrap_up + service->after) * 60,
    };
}

/* Minutes are elapsed time: two hours of notice are two hours on the night of a clock
 * change too. */
lsched_time lsi_policy_earliest(const lsched_service *service, lsched_time now)
{
    return service->notice > 0 ? now + (int64_t)service->notice * 60 : now;
}

/* Days are calendar days of the customer's zone: the whole last day can be booked. */
lsched_time lsi_policy_horizon(const lsched_service *service, const lsi_zone *zone,
                               lsched_time now)
{
    return lsi_zone_midnight(zone, now, service->horizon + 1);
}
