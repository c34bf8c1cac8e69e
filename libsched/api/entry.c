/* api/entry.c -- structs and ids that come in.  Structs grow at the end only, so an older
 * caller's is shorter than ours and a newer caller's longer; what we do not know must be
 * zero. */
#include "api/api.h"

#include <string.h>

/* No struct of any version will be larger: a size beyond it was never set. */
#define LARGEST 4096

int lsi_entry_take(lsched *s, const void *in, size_t first, size_t known, void *copy)
{
    uint32_t size;
    if (in == NULL)
        return lsi_scheduler_missing(s, "the struct");
    memcpy(&size, in, sizeof size);
    /* Every release of a struct ends where a pointer could begin; to take half of one that
     * begins before the end would be to follow it to nowhere. */
    if (size < first || size > LARGEST || size % sizeof(void *) != 0)
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

int lsi_entry_id(lsched *s, const char *name, const char *id)
{
    if (id == NULL || *id == '\0')
        return lsi_scheduler_missing(s, name);
    if (lsi_text_size(id, LSCHED_MAX_ID) > LSCHED_MAX_ID)
        return lsi_error_set(&s->error, LSCHED_LIMIT, "%s is longer than %d bytes", name,
                             LSCHED_MAX_ID);
    if (!lsi_text_is_id(id, strlen(id)))
        return lsi_error_set(&s->error, LSCHED_INVALID, "%s is not an id", name);
    return LSCHED_OK;
}
