/* stage.c -- see stage.h. */
#include "stage.h"

#include <stddef.h>

enum { MOST = 256 };

scene scenes[MOST];
disk_image *stage_end;

static check_state look(const char *path)
{
    check_state state;
    const char *fault = check_path(path, &state);
    if (fault != NULL)
        script_die("a sound disk, and yet: %s", fault);
    return state;
}

void stage_build(const char *path)
{
    disk_load(NULL);
    lsched_free(script_must_open(path, LSCHED_CREATE));
    if (deed_count > MOST)
        script_die("too many deeds");
    script_teaching = true;
    for (size_t i = 0; i < deed_count; i++) {
        scene *c = &scenes[i];
        c->state = look(path);
        c->before = disk_save();
        lsched *s = script_must_open(path, 0);
        c->answer = script_run(s, i);
        if (c->answer.status != LSCHED_OK)
            script_die("%s: %s; %s", deeds[i].name, lsched_message(s), script_why);
        lsched_free(s);
        c->after = look(path);
        if ((c->state.exact != c->after.exact) != (deeds[i].writes))
            script_die("%s: does not do what its line says", deeds[i].name);
    }
    script_teaching = false;
    stage_end = disk_save();
}

lsched *stage_open(const char *path, size_t i)
{
    disk_load(scenes[i].before);
    return script_must_open(path, 0);
}

bool stage_is_right(size_t i, const answer *a)
{
    if (a->status == LSCHED_OK)
        return a->hash == scenes[i].answer.hash;
    return deeds[i].again != LSCHED_OK && a->status == deeds[i].again;
}

void stage_free(void)
{
    for (size_t i = 0; i < deed_count; i++)
        disk_image_free(scenes[i].before);
    disk_image_free(stage_end);
}
