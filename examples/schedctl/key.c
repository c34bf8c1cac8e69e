/* key.c -- the idempotency key of one wish: the user's own, or a random one. */
#include "tool.h"

#include <stdio.h>
#include <sys/random.h>

int key_take(struct tool *t, char buffer[KEY_TEXT], const char **key)
{
    unsigned char bytes[16];
    *key = t->value[OPT_KEY];
    if (*key)
        return EXIT_DONE;
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return fail(EXIT_NO_STORE, "--key: no random bytes; give a key of your own");
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(buffer + 2 * i, 3, "%02x", bytes[i]);
    *key = buffer;
    return EXIT_DONE;
}
