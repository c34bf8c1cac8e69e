/* walk.c -- all records of a kind, page by page. */
#include "record.h"

#include <stdio.h>

#define PAGE 1000

/* Kinds whose list goes on behind an id. */
#define WALK(nouns)                                                                                \
    int walk_##nouns(lsched *s, visitor visit, void *user)                                         \
    {                                                                                              \
        char after[LSCHED_MAX_ID + 1] = "";                                                        \
        size_t count;                                                                              \
        int stop = 0;                                                                              \
        do {                                                                                       \
            lsched_##nouns *list;                                                                  \
            int status = lsched_list_##nouns(s, after, PAGE, &list);                               \
            if (status != LSCHED_OK)                                                               \
                return status;                                                                     \
            count = lsched_##nouns##_count(list);                                                  \
            for (size_t i = 0; i < count && !stop; i++)                                            \
                stop = visit(user, lsched_##nouns##_at(list, i));                                  \
            if (count)                                                                             \
                snprintf(after, sizeof after, "%s", lsched_##nouns##_at(list, count - 1)->id);     \
            lsched_##nouns##_free(list);                                                           \
        } while (count == PAGE && !stop);                                                          \
        return stop;                                                                               \
    }
WALK(teams)
WALK(agents)
WALK(services)
WALK(customers)
WALK(regions)

int walk_members(lsched *s, const char *team, const char *agent, visitor visit, void *user)
{
    uint32_t skip = 0;
    size_t count;
    int stop = 0;
    do {
        lsched_members *list;
        int status = lsched_list_members(s, team, agent, skip, PAGE, &list);
        if (status != LSCHED_OK)
            return status;
        count = lsched_members_count(list);
        for (size_t i = 0; i < count && !stop; i++)
            stop = visit(user, lsched_members_at(list, i));
        lsched_members_free(list);
        skip += PAGE;
    } while (count == PAGE && !stop);
    return stop;
}

/* Short pages: a calendar may be a megabyte. */
int walk_calendars(lsched *s, int32_t kind, const char *owner, visitor visit, void *user)
{
    const uint32_t page = 50;
    uint32_t skip = 0;
    size_t count;
    int stop = 0;
    do {
        lsched_calendars *list;
        int status = lsched_list_calendars(s, kind, owner, skip, page, &list);
        if (status != LSCHED_OK)
            return status;
        count = lsched_calendars_count(list);
        for (size_t i = 0; i < count && !stop; i++)
            stop = visit(user, lsched_calendars_at(list, i));
        lsched_calendars_free(list);
        skip += page;
    } while (count == page && !stop);
    return stop;
}

int walk_bookings(lsched *s, const lsched_filter *filter, visitor visit, void *user)
{
    lsched_filter f = *filter;
    char after[LSCHED_MAX_ID + 1] = "";
    size_t count;
    int stop = 0;
    f.limit = PAGE;
    do {
        lsched_bookings *list;
        f.after = after;
        int status = lsched_list_bookings(s, &f, &list);
        if (status != LSCHED_OK)
            return status;
        count = lsched_bookings_count(list);
        for (size_t i = 0; i < count && !stop; i++)
            stop = visit(user, lsched_bookings_at(list, i));
        if (count)
            snprintf(after, sizeof after, "%s", lsched_bookings_at(list, count - 1)->id);
        lsched_bookings_free(list);
    } while (count == PAGE && !stop);
    return stop;
}
