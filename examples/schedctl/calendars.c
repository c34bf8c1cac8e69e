/* calendars.c -- calendar files named on the command line, and whose fault a failure is. */
#include "tool.h"

#include <stdlib.h>

int calendars_read(struct tool *t, struct calendars *c)
{
    for (size_t i = 0; i < t->file_count; i++) {
        struct file *f = &c->files[i];
        f->path = t->files[i].path;
        int code = file_calendar(f);
        if (code != EXIT_DONE)
            return fail(code, "%s", f->why);
        c->at[i] = (lsched_calendar){
            .size = sizeof c->at[i],
            .effect = t->files[i].effect,
            .text = f->text,
            .text_size = f->size,
        };
        c->list[i] = &c->at[i];
        c->count = i + 1;
    }
    return EXIT_DONE;
}

void calendars_free(struct calendars *c)
{
    for (size_t i = 0; i < LSCHED_MAX_CALENDARS; i++)
        free(c->files[i].text);
}

/* The failing one is found by asking each alone. */
int calendars_refuse(struct tool *t, const struct calendars *c, int status, const char *zone,
                     lsched_time at)
{
    bool about_text = lsched_line(t->s) > 0;
    for (size_t i = 0; i < c->count && about_text; i++) {
        lsched_spans *list;
        int alone =
            c->count == 1 ? status : lsched_instances(t->s, c->list[i], zone, at, at + 60, &list);
        if (alone == LSCHED_OK) {
            lsched_spans_free(list);
            continue;
        }
        return fail(exit_code(alone), "%s:%d: text: %s (%s)", c->files[i].path,
                    (int)lsched_line(t->s), message_about_line(t), lsched_status_name(alone));
    }
    return refuse(t, status, t->command->name);
}
