/* api/entry.c -- structs that come in.  They grow at the end only, so an older caller's is
 * shorter than ours and a newer caller's longer; what we do not know must be zero. */
#include "api/api.h"

#include <string.h>

int lsi_entry_take(lsched *s, const void *in, size_t first, size_t known, void *copy)
{
    uint32_t size;
    if (in == NULL)
        return lsi_scheduler_missing(s, "the struct");
    memcpy(&size, in, sizeof size);
    if (size < first)
        return lsi_error_set(&s->error, LSCHED_MISUSE, "size is %u: set it to sizeof the struct",
                             (unsigned)size);
    for (size_t i = known; i < size; i++) {
        if (((const unsigned char *)in)[i] != 0)
            return lsi_error_set(&s->error, LSCHED_MISUSE,
                                 "a field is set that this version does not know");
    }
    memset(copy, 0, known);
    memcpy(copy, in, size < known ? size : known);
    return LSCHED_OK;
}
