/* shade.c -- numbers as shades of a heat map, in equal parts of the most; what week and month
 * draw with.
 */
#include "query.h"

#include <stdio.h>

static const char *const utf8_shades[SHADES + 1] = {"\u00b7", "\u2591", "\u2592", "\u2593",
                                                    "\u2588"};
static const char *const ascii_shades[SHADES + 1] = {".", "-", "+", "*", "#"};
static const char *const colors[SHADES + 1] = {"\033[38;5;240m", "\033[38;5;22m", "\033[38;5;28m",
                                               "\033[38;5;34m", "\033[38;5;46m"};

int shade_of(int32_t number, int32_t most)
{
    return number <= 0 ? 0 : (int)(((int64_t)number * SHADES + most - 1) / most);
}

const char *shade_text(const struct tool *t, int shade)
{
    return t->utf8 ? utf8_shades[shade] : ascii_shades[shade];
}

void shade_color(const struct tool *t, int shade, int *last)
{
    if (t->color && shade != *last)
        fputs(shade < 0 ? "\033[0m" : colors[shade], stdout);
    *last = shade;
}

void shade_print(const struct tool *t, int shade)
{
    int last = -1;
    shade_color(t, shade, &last);
    fputs(shade_text(t, shade), stdout);
    shade_color(t, -1, &last);
}

void shade_legend(const struct tool *t, int indent, int32_t most, const char *none,
                  const char *unit)
{
    int32_t below = 0;
    printf("\n%*s", indent, "");
    shade_print(t, 0);
    printf(" %s", none);
    for (int i = 1; i <= SHADES; i++) {
        int32_t top = (int32_t)((int64_t)most * i / SHADES);
        if (top == below)
            continue;
        fputs("   ", stdout);
        shade_print(t, i);
        if (top > below + 1)
            printf(" %d-%d", (int)below + 1, (int)top);
        else
            printf(" %d", (int)top);
        below = top;
    }
    printf(" %s\n", unit);
}
