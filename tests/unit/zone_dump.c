/* zone_dump.c -- what the zone tables say, for a check that asks somebody else the same.
 *
 * Reads lines from standard input: "z NAME" chooses a zone, "u SECONDS" asks for the offset
 * at an instant, "w SECONDS" for the instant of a wall clock time.  Answers one number per
 * question, in a line. */
#include "cal/cal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    lsi_error e;
    lsi_zones *zones = lsi_zone_set_new();
    const lsi_zone *zone = NULL;
    char line[300];
    while (zones && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == 'z') {
            if (lsi_zone_get(zones, line + 2, &zone, &e)) {
                fprintf(stderr, "%s\n", e.text);
                return 1;
            }
            continue;
        }
        long long t = strtoll(line + 2, NULL, 10);
        printf("%lld\n", line[0] == 'u' ? (long long)lsi_zone_offset(zone, t)
                                        : (long long)lsi_zone_instant(zone, t));
    }
    lsi_zone_set_free(zones);
    return zones ? 0 : 1;
}
