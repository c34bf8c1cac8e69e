/* api/tokens.c -- header chapter 5: tokens, with which customers serve themselves. */
#include "api/api.h"

#include <stdlib.h>

/* The text's memory is had before anything is written: it must not run out on the way back
 * from a commit. */
int lsched_make_token(lsched *s, const char *booking, int32_t scopes, lsched_time expires,
                      char **out)
{
    if (out != NULL)
        *out = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "booking", booking);
    if (status != LSCHED_OK)
        return status;
    char *text = calloc(1, LSI_TOKEN_SIZE + 1);
    if (text == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_token_make(&s->core, booking, scopes, expires, text, &s->error);
    if (status == LSCHED_OK)
        *out = text;
    else
        lsched_text_free(text);
    return status;
}

int lsched_use_token(lsched *s, const char *token, int32_t scope, lsched_booking **out)
{
    lsi_arena *arena;
    if (out != NULL)
        *out = NULL;
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK && out == NULL)
        status = lsi_scheduler_missing(s, "out");
    if (status == LSCHED_OK && !lsi_text_given(token))
        status = lsi_scheduler_missing(s, "token");
    if (status != LSCHED_OK)
        return status;
    lsched_booking *box = lsi_box_new(sizeof *box, &arena);
    if (box == NULL)
        return lsi_error_nomem(&s->error);
    status = lsi_token_use(&s->core, token, scope, arena, box, &s->error);
    if (status != LSCHED_OK) {
        lsched_booking_free(box);
        return status;
    }
    box->size = sizeof *box;
    *out = box;
    return LSCHED_OK;
}

int lsched_drop_tokens(lsched *s, const char *booking)
{
    int status = lsi_scheduler_need_store(s);
    if (status == LSCHED_OK)
        status = lsi_entry_id(s, "booking", booking);
    return status == LSCHED_OK ? lsi_token_drop(&s->core, booking, &s->error) : status;
}
