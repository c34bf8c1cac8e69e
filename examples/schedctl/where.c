/* where.c -- the line on which something stands in a JSON text, found by walking the text
 * again: the parser keeps no positions, and they are asked for only when something fails.
 */
#include "site.h"

#include <stdio.h>
#include <string.h>

const char *where_text(const struct where *w, char buffer[WHERE_TEXT])
{
    if (!w) {
        buffer[0] = '\0';
        return buffer;
    }
    size_t size = strlen(where_text(w->up, buffer));
    if (w->key)
        snprintf(buffer + size, WHERE_TEXT - size, "%s%.64s", size ? "." : "", w->key);
    else
        snprintf(buffer + size, WHERE_TEXT - size, "[%zu]", w->index);
    return buffer;
}

static const char *space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* Past the string that begins at p. */
static const char *string(const char *p)
{
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* Past the value that begins at p; brackets need not be told apart in a well-formed text. */
static const char *value(const char *p)
{
    int depth = 0;
    do {
        p = space(p);
        if (*p == '"')
            p = string(p);
        else if (*p == '{' || *p == '[')
            depth++, p++;
        else if (*p == '}' || *p == ']')
            depth--, p++;
        else if (*p == ',' || *p == ':')
            p++;
        else
            p += strcspn(p, ",:]} \t\r\n");
    } while (*p && depth > 0);
    return p;
}

/* The member `w` of the object or array at p: where its key or item begins in `*name`,
 * and its value, which is returned.  NULL: it is not there. */
static const char *member(const char *p, const struct where *w, const char **name)
{
    size_t index = 0;
    p = space(p + 1);
    while (*p && *p != '}' && *p != ']') {
        bool found = !w->key && index == w->index;
        *name = p;
        if (w->key) {
            const char *end = string(p);
            found =
                (size_t)(end - p) == strlen(w->key) + 2 && !strncmp(p + 1, w->key, strlen(w->key));
            p = space(space(end) + 1);
        }
        if (found)
            return p;
        p = space(value(p));
        p = *p == ',' ? space(p + 1) : p;
        index++;
    }
    return NULL;
}

static const char *find(const struct where *w, const char *text, const char **name)
{
    if (!w) {
        *name = space(text);
        return *name;
    }
    const char *in = find(w->up, text, name);
    const char *at = *name;
    const char *found = in && (*in == '{' || *in == '[') ? member(in, w, name) : NULL;
    if (!found)
        *name = at; /* the nearest thing that is there */
    return found;
}

int where_line(const struct where *w, const char *text)
{
    const char *name;
    int line = 1;
    find(w, text, &name);
    for (const char *p = text; p < name; p++)
        line += *p == '\n';
    return line;
}
