/* test_zone.c -- zones around their changes, names, and damaged zone files. */
#include "cal/cal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lsi_error e;
static lsi_zones *zones;

static const lsi_zone *zone(const char *name)
{
    const lsi_zone *z;
    if (lsi_zone_get(zones, name, &z, &e))
        fail_msg("%s", e.text);
    return z;
}

static lsched_time utc(int year, int month, int day, int hour, int minute)
{
    return lsi_civil_days(year, month, day) * LSI_DAY + hour * 3600 + minute * 60;
}

#define HOUR 3600

/* At `at` the offset goes from `before` to `after`, and at no other second. */
static void changes(const char *name, lsched_time at, int before, int after)
{
    const lsi_zone *z = zone(name);
    assert_int_equal(lsi_zone_offset(z, at - 1), before);
    assert_int_equal(lsi_zone_offset(z, at), after);
    assert_int_equal(lsi_zone_change(z, at - 1), at);
    assert_int_equal(lsi_zone_wall(z, at), at + after);
    assert_true(lsi_zone_change(z, at) > at);

    int64_t early = at + (before < after ? before : after);
    int64_t late = at + (before < after ? after : before);
    assert_int_equal(lsi_zone_instant(z, early - 1), early - 1 - before);
    assert_int_equal(lsi_zone_instant(z, late), late - after);
    /* Between them: skipped, or twice; both count with the offset before. */
    assert_int_equal(lsi_zone_instant(z, early), early - before);
    assert_int_equal(lsi_zone_instant(z, late - 1), late - 1 - before);
}

static void test_changes(void **state)
{
    (void)state;
    changes("America/New_York", utc(2026, 3, 8, 7, 0), -5 * HOUR, -4 * HOUR);
    changes("America/New_York", utc(2026, 11, 1, 6, 0), -4 * HOUR, -5 * HOUR);
    changes("America/New_York", utc(1974, 1, 6, 7, 0), -5 * HOUR, -4 * HOUR);
    changes("Australia/Lord_Howe", utc(2026, 4, 4, 15, 0), 11 * HOUR, 10 * HOUR + 1800);
    changes("Australia/Lord_Howe", utc(2026, 10, 3, 15, 30), 10 * HOUR + 1800, 11 * HOUR);
    changes("Europe/Dublin", utc(2026, 3, 29, 1, 0), 0, HOUR);
    changes("Europe/Dublin", utc(2026, 10, 25, 1, 0), HOUR, 0);
    changes("America/St_Johns", utc(2026, 3, 8, 5, 30), -3 * HOUR - 1800, -2 * HOUR - 1800);
    changes("America/St_Johns", utc(2006, 10, 29, 2, 31), -2 * HOUR - 1800, -3 * HOUR - 1800);
    changes("Asia/Kathmandu", utc(1985, 12, 31, 18, 30), 5 * HOUR + 1800, 5 * HOUR + 2700);
    changes("Pacific/Apia", utc(2011, 12, 30, 10, 0), -10 * HOUR, 14 * HOUR);
    changes("Africa/Casablanca", utc(2026, 2, 15, 2, 0), HOUR, 0);
    changes("Africa/Casablanca", utc(2026, 3, 22, 2, 0), 0, HOUR);
    changes("Europe/Berlin", utc(2026, 3, 29, 1, 0), HOUR, 2 * HOUR);
}

/* Beyond 2037 the footer of the file speaks, and not the table. */
static void test_far_changes(void **state)
{
    (void)state;
    changes("America/New_York", utc(2199, 3, 10, 7, 0), -5 * HOUR, -4 * HOUR);
    changes("America/New_York", utc(2199, 11, 3, 6, 0), -4 * HOUR, -5 * HOUR);
    changes("Europe/Berlin", utc(2150, 3, 29, 1, 0), HOUR, 2 * HOUR);
    changes("Europe/Dublin", utc(2150, 10, 25, 1, 0), HOUR, 0);
    changes("America/St_Johns", utc(2150, 3, 8, 5, 30), -3 * HOUR - 1800, -2 * HOUR - 1800);
    changes("Australia/Lord_Howe", utc(2150, 4, 4, 15, 0), 11 * HOUR, 10 * HOUR + 1800);
    assert_int_equal(lsi_zone_change(zone("America/New_York"), utc(2199, 11, 3, 6, 0)), INT64_MAX);
}

static void test_without_changes(void **state)
{
    (void)state;
    assert_int_equal(lsi_zone_offset(zone("UTC"), 0), 0);
    assert_int_equal(lsi_zone_change(zone("UTC"), 0), INT64_MAX);
    assert_int_equal(lsi_zone_instant(zone("UTC"), 86399), 86399);
    assert_int_equal(lsi_zone_offset(zone("Etc/GMT+5"), 0), -5 * HOUR);
    assert_int_equal(lsi_zone_offset(zone("Asia/Tokyo"), utc(2026, 1, 1, 0, 0)), 9 * HOUR);
    assert_int_equal(lsi_zone_change(zone("Asia/Tokyo"), 0), INT64_MAX);
}

/* ---- midnights --------------------------------------------------------------------- */

static void midnight(const char *name, lsched_time t, int days, lsched_time wanted)
{
    assert_int_equal(lsi_zone_midnight(zone(name), t, days), wanted);
}

static void test_midnights(void **state)
{
    (void)state;
    midnight("UTC", utc(2026, 5, 4, 12, 0), 0, utc(2026, 5, 4, 0, 0));
    midnight("UTC", utc(2026, 5, 4, 0, 0), 0, utc(2026, 5, 4, 0, 0));
    midnight("UTC", utc(2026, 5, 4, 0, 0), -1, utc(2026, 5, 3, 0, 0));
    midnight("UTC", utc(2026, 12, 31, 23, 59), 1, utc(2027, 1, 1, 0, 0));
    midnight("Asia/Tokyo", utc(2026, 5, 4, 15, 0), 0, utc(2026, 5, 4, 15, 0));
    midnight("Asia/Tokyo", utc(2026, 5, 4, 14, 59), 0, utc(2026, 5, 3, 15, 0));
    /* Days of 23 and 25 hours. */
    midnight("America/New_York", utc(2026, 3, 8, 12, 0), 0, utc(2026, 3, 8, 5, 0));
    midnight("America/New_York", utc(2026, 3, 8, 12, 0), 1, utc(2026, 3, 9, 4, 0));
    midnight("America/New_York", utc(2026, 11, 1, 12, 0), 1, utc(2026, 11, 2, 5, 0));
}

static void test_midnights_that_are_skipped(void **state)
{
    (void)state;
    /* 00:00 becomes 01:00: the date begins with the change. */
    midnight("Asia/Beirut", utc(2026, 3, 29, 9, 0), 0, utc(2026, 3, 28, 22, 0));
    midnight("Asia/Beirut", utc(2026, 3, 28, 21, 59), 0, utc(2026, 3, 27, 22, 0));
    midnight("Asia/Beirut", utc(2026, 3, 28, 9, 0), 1, utc(2026, 3, 28, 22, 0));
    midnight("America/Havana", utc(2026, 3, 8, 12, 0), 0, utc(2026, 3, 8, 5, 0));
    midnight("America/Sao_Paulo", utc(2018, 11, 4, 12, 0), 0, utc(2018, 11, 4, 3, 0));
    /* A date that was not there begins, and ends, where the next one begins. */
    midnight("Pacific/Apia", utc(2011, 12, 30, 9, 0), 0, utc(2011, 12, 29, 10, 0));
    midnight("Pacific/Apia", utc(2011, 12, 30, 9, 0), 1, utc(2011, 12, 30, 10, 0));
    midnight("Pacific/Apia", utc(2011, 12, 30, 9, 0), 2, utc(2011, 12, 30, 10, 0));
    midnight("Pacific/Apia", utc(2011, 12, 30, 9, 0), 3, utc(2011, 12, 31, 10, 0));
    assert_int_equal(lsi_zone_date(zone("Pacific/Apia"), lsi_civil_days(2011, 12, 30)),
                     utc(2011, 12, 30, 10, 0));
}

static void test_midnights_that_come_twice(void **state)
{
    (void)state;
    /* Havana: 01:00 becomes 00:00; the date begins with the first. */
    midnight("America/Havana", utc(2026, 11, 1, 5, 30), 0, utc(2026, 11, 1, 4, 0));
    midnight("America/Havana", utc(2026, 11, 1, 4, 30), 0, utc(2026, 11, 1, 4, 0));
    /* Sao Paulo: 24:00 becomes 23:00 of the old date, which thus has 25 hours. */
    midnight("America/Sao_Paulo", utc(2018, 2, 18, 2, 30), 0, utc(2018, 2, 17, 2, 0));
    midnight("America/Sao_Paulo", utc(2018, 2, 18, 2, 30), 1, utc(2018, 2, 18, 3, 0));
    /* St John's: 00:01 becomes 23:01; the new date had begun a minute before, for good. */
    midnight("America/St_Johns", utc(2006, 10, 29, 2, 30), 0, utc(2006, 10, 29, 2, 30));
    midnight("America/St_Johns", utc(2006, 10, 29, 3, 0), 0, utc(2006, 10, 29, 2, 30));
    midnight("America/St_Johns", utc(2006, 10, 29, 3, 0), 1, utc(2006, 10, 30, 3, 30));
}

/* ---- names ------------------------------------------------------------------------- */

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(lsi_zone_name(zone("Europe/Berlin")), "Europe/Berlin");
    assert_ptr_equal(zone("Europe/Berlin"), zone("Europe/Berlin"));
    assert_int_equal(lsi_zone_offset(zone("US/Eastern"), utc(2026, 1, 1, 0, 0)), -5 * HOUR);
    assert_int_equal(lsi_zone_offset(zone("America/Argentina/Buenos_Aires"), utc(2026, 1, 1, 0, 0)),
                     -3 * HOUR);
}

static void test_refused_names(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "Europe",
        "Europe/",
        "/Europe/Berlin",
        "Europe//Berlin",
        "Europe/Berlin/",
        "europe/berlin",
        "EUROPE/BERLIN",
        "utc",
        "Europe/../Europe/Berlin",
        "../../../etc/passwd",
        "Europe/Berlin ",
        "Europe/B\xC3\xA9rlin",
        "Nowhere/Atall",
        "posixrules",
        "localtime",
        "right/Europe/Berlin",
        "posix/Europe/Berlin",
        "tzdata.zi",
        "SystemV",
        "UTC+11",
    };
    const lsi_zone *z;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (lsi_zone_get(zones, wrong[i], &z, &e) != LSCHED_INVALID || z != NULL)
            fail_msg("\"%s\" was accepted", wrong[i]);
        assert_non_null(strstr(e.text, "there is no time zone"));
    }
    assert_int_equal(lsi_zone_get(zones, NULL, &z, &e), LSCHED_INVALID);
    char name[1000];
    memset(name, 'A', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(lsi_zone_get(zones, name, &z, &e), LSCHED_INVALID);
    lsi_zone_get(zones, "two\nlines", &z, &e);
    assert_null(strchr(e.text, '\n'));
}

/* ---- files ------------------------------------------------------------------------- */

typedef struct file {
    unsigned char bytes[400];
    size_t size;
} file;

static void put(file *f, const void *bytes, size_t size)
{
    assert_true(f->size + size <= sizeof f->bytes);
    memcpy(f->bytes + f->size, bytes, size);
    f->size += size;
}

static void put_number(file *f, uint64_t n, int size)
{
    for (int i = size - 1; i >= 0; i--) {
        unsigned char byte = (unsigned char)(n >> i * 8);
        put(f, &byte, 1);
    }
}

static void put_header(file *f, char version, uint32_t leaps, uint32_t count, uint32_t types)
{
    put(f, "TZif", 4);
    put(f, &version, 1);
    put_number(f, 0, 8);
    put_number(f, 0, 7);
    put_number(f, 0, 4);
    put_number(f, 0, 4);
    put_number(f, leaps, 4);
    put_number(f, count, 4);
    put_number(f, types, 4);
    put_number(f, 4, 4);
}

/* A file as the "slim" format has it: an empty first body, then one change. */
static file make(char version, int64_t change, int32_t offset, const char *footer)
{
    file f = {.size = 0};
    put_header(&f, version, 0, 0, 1);
    put(&f, "\0\0\0\0\0\0AAA", 10);
    put_header(&f, version, 0, 1, 2);
    put_number(&f, (uint64_t)change, 8);
    put(&f, "\1", 1);
    put(&f, "\0\0\0\0\0\0", 6);
    put_number(&f, (uint64_t)(int64_t)offset, 4);
    put(&f, "\0\0", 2);
    put(&f, "AAA", 4);
    put(&f, "\n", 1);
    put(&f, footer, strlen(footer));
    put(&f, "\n", 1);
    return f;
}

static int read_file(const file *f, lsi_changes *c)
{
    /* Memory of just that size: a checker sees any step beyond. */
    unsigned char *exact = malloc(f->size + 1);
    assert_non_null(exact);
    memcpy(exact, f->bytes, f->size);
    int status = lsi_tzif_read(exact + 0, f->size, c, &e);
    free(exact);
    return status;
}

static void test_slim_file(void **state)
{
    (void)state;
    lsi_changes c = {0};
    file f = make('2', 1000, 3600, "<+01>-1");
    assert_int_equal(read_file(&f, &c), LSCHED_OK);
    assert_int_equal(c.count, 2);
    assert_true(c.at[0].at == INT64_MIN && c.at[0].offset == 0);
    assert_true(c.at[1].at == 1000 && c.at[1].offset == 3600);
    free(c.at);
}

static void test_footers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        lsched_time at; /* of the second change, and its offset */
        int32_t offset;
    } cases[] = {
        {"CET-1CEST,M3.5.0,M10.5.0/3", 7520400, 7200},
        {"CET-1CEST,M3.5.0/0,M10.5.0/3", 7513200, 7200},
        {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 7513200 + 7200, -7200},
        {"A-1", 0, 0},
        {"CET-1CEST,J60,J300", 59 * LSI_DAY + 3600, 7200},
        {"CET-1CEST,59,J300", 59 * LSI_DAY + 3600, 7200},
        {"CET-1CEST-1:30:15,59/1:00:30,300", 59 * LSI_DAY + 30, 5415},
        {"CET-1CEST,M3.5.0/168,M10.5.0", 0, 0},
        {"CET-1CEST", 0, 0},
        {"CET-1CEST,M3.5.0", 0, 0},
        {"CET-1CEST,M13.5.0,M10.5.0", 0, 0},
        {"CET-1CEST,M3.6.0,M10.5.0", 0, 0},
        {"CET-1CEST,M3.5.7,M10.5.0", 0, 0},
        {"CET-1CEST,J0,J300", 0, 0},
        {"CET-1CEST,366,J300", 0, 0},
        {"CET-1CEST,M3.5.0,M10.5.0x", 0, 0},
        {"CET", 0, 0},
        {"<CET-1", 0, 0},
        {"CET-99", 0, 0},
        {"CET-1CEST,M99999999999999.5.0,M10.5.0", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lsi_changes c = {0};
        file f = make('3', -1000, 3600, cases[i].text);
        int status = read_file(&f, &c);
        if (cases[i].at == 0) {
            assert_int_equal(status, LSCHED_INVALID);
        } else {
            if (status || c.count < 400)
                fail_msg("%s: %s", cases[i].text, e.text);
            if (c.at[1].at != cases[i].at || c.at[1].offset != cases[i].offset)
                fail_msg("%s: %lld", cases[i].text, (long long)c.at[1].at);
            for (size_t k = 1; k < c.count; k++)
                assert_true(c.at[k].at > c.at[k - 1].at && c.at[k].at < LSI_TIME_END);
        }
        free(c.at);
    }
}

/* Summer time all year: each ends when the next begins, which is no change at all. */
static void test_summer_all_year(void **state)
{
    (void)state;
    lsi_changes c = {0};
    file f = make('3', -1000, -3 * HOUR, "XXX3EDT4,0/0,J365/23");
    assert_int_equal(read_file(&f, &c), LSCHED_OK);
    assert_true(c.count >= 1 && c.count <= 3);
    assert_int_equal(c.at[c.count - 1].offset, -4 * HOUR);
    assert_true(c.at[c.count - 1].at < 30 * LSI_DAY);
    free(c.at);
}

static void test_damaged_files(void **state)
{
    (void)state;
    file good = make('2', 1000, 3600, "CET-1CEST,M3.5.0,M10.5.0/3");
    lsi_changes c = {0};
    assert_int_equal(read_file(&good, &c), LSCHED_OK);
    for (size_t size = 0; size < good.size; size++) {
        file cut = good;
        cut.size = size;
        c.count = 0;
        assert_int_equal(read_file(&cut, &c), LSCHED_INVALID);
    }
    /* Any byte may be anything: an answer, and no step beyond the memory. */
    for (size_t i = 0; i < good.size; i++) {
        for (int value = 0; value < 256; value += 5) {
            file other = good;
            other.bytes[i] = (unsigned char)value;
            c.count = 0;
            int status = read_file(&other, &c);
            assert_true(status == LSCHED_OK || status == LSCHED_INVALID);
        }
    }
    free(c.at);
}

static void refused(file f, const char *words)
{
    lsi_changes c = {0};
    assert_int_equal(read_file(&f, &c), LSCHED_INVALID);
    if (!strstr(e.text, words))
        fail_msg("%s", e.text);
    free(c.at);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    refused(make('1', 1000, 3600, "A"), "version 2 to 4");
    refused(make('5', 1000, 3600, "A"), "version 2 to 4");
    refused(make('2', 1000, 100000, "CET-1"), "offset is out of range");
    refused(make('2', 1000, 3600, "nonsense"), "footer");

    file leaps = {.size = 0};
    put_header(&leaps, '2', 0, 0, 1);
    put(&leaps, "\0\0\0\0\0\0AAA", 10);
    put_header(&leaps, '2', 1, 0, 1);
    refused(leaps, "leap seconds");

    file none = {.size = 0};
    put_header(&none, '2', 0, 0, 1);
    put(&none, "\0\0\0\0\0\0AAA", 10);
    put_header(&none, '2', 0, 0, 0);
    refused(none, "no type");
}

static int set_up(void **state)
{
    (void)state;
    zones = lsi_zone_set_new();
    return zones ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    lsi_zone_set_free(zones);
    lsi_zone_set_free(NULL);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_far_changes),
        cmocka_unit_test(test_without_changes),
        cmocka_unit_test(test_midnights),
        cmocka_unit_test(test_midnights_that_are_skipped),
        cmocka_unit_test(test_midnights_that_come_twice),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_refused_names),
        cmocka_unit_test(test_slim_file),
        cmocka_unit_test(test_footers),
        cmocka_unit_test(test_summer_all_year),
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
