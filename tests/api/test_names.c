/* test_names.c -- each value of an enum that has names has one, its own; nothing else has. */
#include "world.h"

/* The names as programs may have kept them: they never change. */
static const struct {
    const char *of, *prefix;
    const char *(*name)(int32_t value);
    const char *names; /* in the order of the header */
} sets[] = {
    {"lsched_channel", "LSCHED_", lsched_channel_name, "phone chat video visit "},
    {"lsched_purpose", "LSCHED_", lsched_purpose_name, "asked news sales collection survey "},
    {"lsched_rung", "LSCHED_", lsched_rung_name, "known home overflow general "},
    {"lsched_relax", "LSCHED_RELAX_", lsched_relax_name,
     "channel agent team rung anybody later earlier now language notice horizon "},
    {"lsched_decided", "LSCHED_BY_", lsched_decided_name, "alone keeping rung rank turn id room "},
    {"lsched_state", "LSCHED_", lsched_state_name,
     "booked cancelled held started fulfilled missed no-show expired waiting "},
    {"lsched_event_kind", "LSCHED_EVENT_", lsched_event_name,
     "booked moved cancelled relaned held confirmed expired started fulfilled missed no-show "
     "reassigned reseated offered joined tried closed "},
    {"lsched_notice_kind", "LSCHED_NOTICE_", lsched_notice_name,
     "confirmed reminder moved cancelled offered rebook tried incident announcement delayed release "
     "check-in "},
    {"lsched_outcome", "LSCHED_OUTCOME_", lsched_outcome_name,
     "reached no-answer engaged machine dropped wrong declined elsewhere absent "},
    {"lsched_fault", "LSCHED_FAULT_", lsched_fault_name, "ours customer network "},
};

static char header[200000];

static void read_header(void)
{
    char path[400];
    snprintf(path, sizeof path, "%s/include/libsched.h", getenv("LSCHED_SOURCE"));
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    const size_t size = fread(header, 1, sizeof header - 1, f);
    fclose(f);
    assert_in_range(size, 1000, sizeof header - 2);
    header[size] = '\0';
}

/* The values of an enum as the header has it now, one line each. */
static size_t values_of(const char *name, const char *prefix, int32_t values[32])
{
    char opening[80], found[40];
    size_t count = 0;
    int value;
    snprintf(opening, sizeof opening, "enum %s {", name);
    const char *p = strstr(header, opening);
    assert_non_null(p);
    const char *end = strchr(p, '}');
    while ((p = strchr(p, '\n')) != NULL && p++ < end) {
        if (sscanf(p, " LSCHED_%39[A-Z_] = %d", found, &value) != 2)
            continue;
        assert_memory_equal(strstr(p, "LSCHED_"), prefix, strlen(prefix));
        assert_true(count < 32);
        values[count++] = value;
    }
    return count;
}

static void test_names(void **state)
{
    (void)state;
    read_header();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        int32_t values[32];
        char all[400] = "";
        const size_t count = values_of(sets[i].of, sets[i].prefix, values);
        for (size_t v = 0; v < count; v++) {
            strcat(all, sets[i].name(values[v]));
            strcat(all, " ");
        }
        if (strcmp(all, sets[i].names) != 0)
            fail_msg("%s: %s", sets[i].of, all);
        /* No other number has a name, nor have channels that are added up. */
        for (int32_t other = -70000; other < 70000; other++) {
            size_t v = 0;
            while (v < count && values[v] != other)
                v++;
            assert_non_null(sets[i].name(other));
            assert_int_equal(sets[i].name(other)[0] != '\0', v < count);
        }
        assert_string_equal(sets[i].name(INT32_MIN), "");
        assert_string_equal(sets[i].name(INT32_MAX), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names)};
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
