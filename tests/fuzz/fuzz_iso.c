/* fuzz_iso.c -- instants and dates as text: what is accepted can be written, and reads
 * back as the same instant. */
#include "cal/cal.h"
#include "fuzz.h"

#include <string.h>

static const lsi_zone *places[3];
static lsi_error e;

static void start_up(void)
{
    static lsi_zones *zones;
    static const char *const names[] = {"America/St_Johns", "Australia/Lord_Howe", "UTC"};
    if (zones != NULL)
        return;
    zones = lsi_zone_set_new();
    expect(zones != NULL);
    for (size_t i = 0; i < 3; i++)
        expect(lsi_zone_get(zones, names[i], &places[i], &e) == LSCHED_OK);
}

static void check(const char *text, const lsi_zone *zone)
{
    char written[64];
    lsched_time t, again;
    const int status = lsi_iso_read(text, zone, &t, &e);
    if (status != LSCHED_OK) {
        expect(status == LSCHED_INVALID);
        expect(e.text[0] != '\0' && lsi_text_clean(e.text, strlen(e.text), false));
        return;
    }
    expect(t >= 0 && t < LSI_TIME_END);
    for (size_t i = 0; i < 3; i++) {
        expect(lsi_iso_write(t, places[i], written, sizeof written, &e) == LSCHED_OK);
        expect(lsi_iso_read(written, NULL, &again, &e) == LSCHED_OK && again == t);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t days;
    start_up();
    char *text = malloc(size + 1);
    expect(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    check(text, NULL);
    for (size_t i = 0; i < 3; i++)
        check(text, places[i]);
    if (lsi_civil_read_date(text, &days, &e) == LSCHED_OK) {
        int year, month, day;
        lsi_civil_date(days, &year, &month, &day);
        expect(lsi_civil_days(year, month, day) == days);
    }
    free(text);
    return 0;
}
