/* test_layer.c -- what an owner's calendars open. */
#include "scene.h"

/* The open time of the layer between two dates of March 2026, as day and wall clock time
 * where the customer is. */
static void opens(scene *s, const lsi_layer *layer, const lsi_zone *floating, const char *from,
                  const char *until, const char *expected)
{
    lsi_spans open = {0};
    char found[500] = "";
    size_t used = 0;
    scene_ok(s, lsi_layer_open(layer, floating, scene_time(s, from), scene_time(s, until), &open,
                               &s->e));
    for (size_t i = 0; i < open.count; i++) {
        char a[40], b[40];
        scene_ok(s, lsi_iso_write(open.at[i].from, s->f.zone, a, sizeof a, &s->e));
        scene_ok(s, lsi_iso_write(open.at[i].until, s->f.zone, b, sizeof b, &s->e));
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%.8s-%.8s", i > 0 ? " " : "",
                                 a + 8, b + 8);
        assert_true(used < sizeof found);
    }
    assert_string_equal(found, expected);
    lsi_span_free(&open);
}

static void test_without_calendars(void **state)
{
    (void)state;
    scene s;
    lsi_layer shut = {0}, wide = {.open = true};
    scene_begin(&s, "Europe/Berlin");
    opens(&s, &shut, s.f.zone, "2026-03-09", "2026-03-10", "");
    opens(&s, &wide, s.f.zone, "2026-03-09", "2026-03-10", "09T00:00-10T00:00");
    /* Closing calendars alone do not open what is shut, and leave the rest of what is open. */
    scene_closes(&s, &shut, "20260309T1200/20260309T1300");
    scene_closes(&s, &wide, "20260309T1200/20260309T1300");
    opens(&s, &shut, s.f.zone, "2026-03-09", "2026-03-10", "");
    opens(&s, &wide, s.f.zone, "2026-03-09", "2026-03-10", "09T00:00-09T12:00 09T13:00-10T00:00");
    /* With an opening one, only that opens -- also where it opens nothing any more. */
    scene_opens(&s, &wide, "20260101T0900/20260101T1700");
    opens(&s, &wide, s.f.zone, "2026-03-09", "2026-03-10", "");
    scene_drop_layer(&shut);
    scene_drop_layer(&wide);
    scene_end(&s);
}

static void test_union_minus_union(void **state)
{
    (void)state;
    scene s;
    lsi_layer layer = {0};
    scene_begin(&s, "Europe/Berlin");
    scene_closes(&s, &layer, "20260309T1200/20260309T1300 20260309T0600/20260309T0930");
    scene_opens(&s, &layer, "20260309T0900/20260309T1100");
    scene_opens(&s, &layer, "20260309T1400/20260309T1500 20260309T1030/20260309T1400");
    scene_closes(&s, &layer, "20260309T1245/20260309T1315 20260309T1500/20260309T2300");
    opens(&s, &layer, s.f.zone, "2026-03-09", "2026-03-10", "09T09:30-09T12:00 09T13:15-09T15:00");
    /* Clipped to what was asked, also inside an opening. */
    opens(&s, &layer, s.f.zone, "2026-03-09T10:00", "2026-03-09T13:16",
          "09T10:00-09T12:00 09T13:15-09T13:16");
    opens(&s, &layer, s.f.zone, "2026-03-09T12:00", "2026-03-09T13:15", "");
    /* Closed all day. */
    scene_closes(&s, &layer, "20260309T0000/20260310T0000");
    opens(&s, &layer, s.f.zone, "2026-03-08", "2026-03-11", "");
    scene_drop_layer(&layer);
    scene_end(&s);
}

/* The same text is another time elsewhere. */
static void test_floating(void **state)
{
    (void)state;
    scene s;
    lsi_layer layer = {0};
    scene_begin(&s, "Europe/Berlin");
    scene_opens(&s, &layer, "20260309T0900/20260309T1700");
    opens(&s, &layer, s.f.zone, "2026-03-09", "2026-03-10", "09T09:00-09T17:00");
    opens(&s, &layer, scene_zone(&s, "America/New_York"), "2026-03-09", "2026-03-10",
          "09T14:00-09T22:00");
    opens(&s, &layer, scene_zone(&s, "Asia/Tokyo"), "2026-03-09", "2026-03-10",
          "09T01:00-09T09:00");
    scene_drop_layer(&layer);
    scene_end(&s);
}

/* A night shift ends by the wall clock in the night of the change; a closing lasts as
 * long as its first instance did. */
static void test_night_of_the_change(void **state)
{
    (void)state;
    scene s;
    lsi_layer layer = {0};
    scene_begin(&s, "Europe/Berlin");
    scene_opens(&s, &layer, "20260326T2200/20260327T0600/FREQ=DAILY");
    opens(&s, &layer, s.f.zone, "2026-03-28T12:00", "2026-03-30T12:00",
          "28T22:00-29T06:00 29T22:00-30T06:00");
    scene_closes(&s, &layer, "20260327T0100/20260327T0400/FREQ=DAILY");
    opens(&s, &layer, s.f.zone, "2026-03-28T12:00", "2026-03-30T12:00",
          "28T22:00-29T01:00 29T05:00-29T06:00 29T22:00-30T01:00 30T04:00-30T06:00");
    scene_drop_layer(&layer);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_calendars), cmocka_unit_test(test_union_minus_union),
        cmocka_unit_test(test_floating), cmocka_unit_test(test_night_of_the_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
