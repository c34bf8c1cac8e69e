/* series.h -- what the tests of bookings that recur share. */
#ifndef TESTS_API_SERIES_H
#define TESTS_API_SERIES_H

#include "world.h"

#define NY "America/New_York"

static inline lsched_request wish(const char *key, const char *start)
{
    return (lsched_request){.size = sizeof(lsched_request),
                            .key = key,
                            .customer = "cora",
                            .service = "talk",
                            .start = at(start)};
}

static inline lsched_series *series(const lsched_request *r, const char *rule, int32_t mode)
{
    lsched_series *list = NULL;
    ok(lsched_book_series(w.s, r, rule, mode, &list));
    assert_non_null(list);
    return list;
}

static inline const lsched_occurrence *nth(const lsched_series *list, size_t i)
{
    assert_non_null(lsched_series_at(list, i));
    return lsched_series_at(list, i);
}

/* The id of the series, from the first that is booked. */
static inline const char *id_of(const lsched_series *list)
{
    for (size_t i = 0; i < lsched_series_count(list); i++) {
        if (nth(list, i)->booking != NULL)
            return nth(list, i)->booking->series;
    }
    fail_msg("nothing is booked");
    return NULL;
}

static inline size_t booked(const lsched_series *list)
{
    size_t n = 0;
    for (size_t i = 0; i < lsched_series_count(list); i++)
        n += nth(list, i)->status == LSCHED_OK;
    return n;
}

static inline void same_series(const lsched_series *a, const lsched_series *b)
{
    assert_int_equal(lsched_series_count(a), lsched_series_count(b));
    for (size_t i = 0; i < lsched_series_count(a); i++) {
        const lsched_occurrence *x = nth(a, i), *y = nth(b, i);
        assert_int_equal(x->start, y->start);
        assert_int_equal(x->status, y->status);
        assert_int_equal(x->reasons, y->reasons);
        assert_int_equal(x->booking != NULL, y->booking != NULL);
        if (x->booking == NULL)
            continue;
        world_same_booking(x->booking, y->booking);
        assert_string_equal(x->booking->series, y->booking->series);
    }
}

static inline void expect_hole(const lsched_series *list, size_t i, int32_t status, int32_t reasons)
{
    assert_int_equal(nth(list, i)->status, status);
    assert_int_equal(nth(list, i)->reasons, reasons);
    assert_null(nth(list, i)->booking);
}

#endif
