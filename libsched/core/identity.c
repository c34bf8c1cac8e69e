/* core/identity.c -- booking ids: 48 bits of time and 80 random ones, in Crockford's
 * base 32, which sorts like the bits do.
 *
 * The order is that of creation even where two are made in one second or the clock steps
 * back: the time part is at least one more than that of the last id in the store, and ids
 * are made inside the writing transaction.  The random part is what nobody can guess.
 */
#include "core/core.h"

#include <string.h>
#include <unistd.h>

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#define TIME_DIGITS 10
#define RANDOM_BYTES 10

char lsi_identity_digit(int value)
{
    return digits[value & 31];
}

int lsi_identity_value(char digit)
{
    const char *found = digit != '\0' ? strchr(digits, digit) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

static uint64_t time_of(const char *id)
{
    uint64_t time = 0;
    for (int i = 0; i < TIME_DIGITS; i++)
        time = time << 5 | (uint64_t)lsi_identity_value(id[i]);
    return time;
}

/* Its time may lie ahead: the clock of whoever made it did. */
bool lsi_identity_is(const char *id)
{
    if (lsi_text_size(id, LSCHED_MAX_ID) != LSI_IDENTITY_SIZE)
        return false;
    for (int i = 0; i < LSI_IDENTITY_SIZE; i++) {
        if (lsi_identity_value(id[i]) < 0)
            return false;
    }
    return time_of(id) <= (uint64_t)LSI_TIME_END * 1000;
}

/* `count` digits of five bits each, the last ones of `bits`. */
static void write_digits(char *out, uint64_t bits, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        out[i] = lsi_identity_digit((int)(bits & 31));
        bits >>= 5;
    }
}

int lsi_identity_make(const char *last, lsched_time now, char id[LSI_IDENTITY_SIZE + 1],
                      lsi_error *e)
{
    unsigned char random[RANDOM_BYTES];
    uint64_t time = (uint64_t)(now > 0 ? now : 0) * 1000;
    if (*last != '\0' && time <= time_of(last))
        time = time_of(last) + 1;
    if (getentropy(random, sizeof random) != 0)
        return lsi_error_set(e, LSCHED_STORE, "the system gave no random numbers");
    write_digits(id, time, TIME_DIGITS);
    for (int half = 0; half < 2; half++) {
        uint64_t bits = 0;
        for (int i = 0; i < RANDOM_BYTES / 2; i++)
            bits = bits << 8 | random[half * (RANDOM_BYTES / 2) + i];
        write_digits(id + TIME_DIGITS + half * 8, bits, 8);
    }
    id[LSI_IDENTITY_SIZE] = '\0';
    return LSCHED_OK;
}
