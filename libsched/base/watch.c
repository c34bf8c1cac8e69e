/* base/watch.c -- a stop watch for deadlines.  The clock behind it only goes forward and
 * knows no date, so that no answer of the library can depend on it but "too late". */
#include "base/base.h"

#include <time.h>

static int64_t now(void)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

lsi_watch lsi_watch_start(int32_t milliseconds)
{
    return (lsi_watch){.began = now(), .limit = milliseconds};
}

int32_t lsi_watch_patience(const lsi_watch *w)
{
    return w->limit != 0 ? w->limit : LSI_WATCH_PATIENCE;
}

int64_t lsi_watch_left(const lsi_watch *w)
{
    const int64_t left = w->began + lsi_watch_patience(w) * INT64_C(1000) - now();
    return left > 0 ? left : 0;
}

bool lsi_watch_late(const lsi_watch *w)
{
    return w->limit != 0 && lsi_watch_left(w) == 0;
}

bool lsi_watch_pause(const lsi_watch *w, int *turn)
{
    const int64_t left = lsi_watch_left(w);
    int64_t pause = INT64_C(100) << (*turn < 6 ? *turn : 6);
    if (left == 0)
        return false;
    if (pause > left)
        pause = left;
    ++*turn;
    /* A signal may end it sooner: then it was a shorter pause. */
    nanosleep(&(struct timespec){.tv_nsec = pause * 1000}, NULL);
    return true;
}
