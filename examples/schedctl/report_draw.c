/* report_draw.c -- the pictures of schedctl report: bars, sparklines, and heat maps of the week. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- bars -------------------------------------------------------------------------------- */

#define BAR 20

/* "9:05", in minutes and seconds; in hours from one on. */
static const char *length_text(int64_t seconds, char buffer[24])
{
    if (seconds < 3600)
        snprintf(buffer, 24, "%d:%02d min", (int)(seconds / 60), (int)(seconds % 60));
    else
        snprintf(buffer, 24, "%" PRId64 ":%02d h", seconds / 3600, (int)(seconds / 60 % 60));
    return buffer;
}

static void bar(const struct tool *t, int64_t part, int64_t whole)
{
    int64_t filled = part * BAR / whole;
    int last = -1;
    filled = filled > BAR ? BAR : filled;
    shade_color(t, SHADES, &last);
    for (int64_t i = 0; i < filled; i++)
        fputs(shade_text(t, SHADES), stdout);
    shade_color(t, 0, &last);
    for (int64_t i = filled; i < BAR; i++)
        fputs(shade_text(t, 0), stdout);
    shade_color(t, -1, &last);
}

/* A share of something; nothing where there is none of that. */
static bool share(const struct report *r, const char *name, int64_t part, int64_t whole)
{
    if (whole <= 0)
        return false;
    printf("%-20s ", name);
    bar(r->t, part, whole);
    printf(" %3" PRId64 "%%", part * 100 / whole);
    return true;
}

static void share_line(const struct report *r, const char *name, int64_t part, int64_t whole)
{
    if (share(r, name, part, whole))
        printf("  %" PRId64 " of %" PRId64 "\n", part, whole);
}

static void promises(const struct report *r)
{
    static const char *const whose[] = {"", "ours", "the customer's", "the network's"};
    const lsched_figures *f = r->all;
    const char *between = "; missed: ";
    if (!share(r, "promises kept", f->kept, f->kept + f->missed[0]))
        return;
    printf("  %" PRId64 " of %" PRId64, f->kept, f->kept + f->missed[0]);
    for (int i = LSCHED_FAULT_OURS; i <= LSCHED_FAULT_NETWORK; i++) {
        if (f->missed[i])
            printf("%s%" PRId64 " %s", between, f->missed[i], whose[i]);
        between = f->missed[i] ? ", " : between;
    }
    putchar('\n');
    if (f->moved)
        printf("%-20s %" PRId64 " promised times were moved by a repair\n", "", f->moved);
}

static void three(const char *name, int64_t half, int64_t most, int64_t all)
{
    char p50[24];
    char p90[24];
    char top[24];
    printf("%-20s half up to %s, nine of ten up to %s, at most %s\n", name, length_text(half, p50),
           length_text(most, p90), length_text(all, top));
}

static void work(const struct report *r)
{
    const lsched_figures *f = r->all;
    char busy[24];
    char shift[24];
    if (share(r, "busy on shift", f->busy, f->shift))
        printf("  %s of %s\n", length_text(f->busy, busy), length_text(f->shift, shift));
    if (!*f->agent && f->assigned)
        printf("%-20s %d.%d%% of the work would have to change hands to be fair\n", "fairness",
               (int)(f->uneven / 10), (int)(f->uneven % 10));
}

void report_summary(const struct report *r)
{
    const lsched_figures *f = r->all;
    printf("%-20s %" PRId64 ", %" PRId64 " took place\n", "contacts", f->contacts, f->served);
    promises(r);
    share_line(r, "began in time", f->punctual, f->timed);
    if (f->timed)
        three("late by", f->late_p50, f->late_p90, f->late_max);
    if (f->waits)
        three("waited in line", f->wait_p50, f->wait_p90, f->wait_max);
    share_line(r, "as long as was told", f->told_kept, f->told);
    if (f->left)
        printf("%-20s %" PRId64 "\n", "left the line", f->left);
    share_line(r, "somebody they knew", f->familiar, f->served);
    share_line(r, "solved at once", f->resolved, f->firsts);
    share_line(r, "answered in time", f->answered, f->messages);
    if (f->scores)
        printf("%-20s %" PRId64 ".%d on average of %" PRId64 "\n", "scores",
               f->score_sum / f->scores, (int)(f->score_sum * 10 / f->scores % 10), f->scores);
    work(r);
}

/* ---- sparklines ---------------------------------------------------------------------------- */

#define LEVELS 8

static const char *spark_text(const struct tool *t, int level)
{
    static const char *const utf8[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                       "\u2585", "\u2586", "\u2587", "\u2588"};
    static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
    return t->utf8 ? utf8[level] : ascii[level];
}

enum spark {
    SPARK_CONTACTS,
    SPARK_KEPT,
    SPARK_WAIT,
    SPARK_BUSY
};

/* -1: there is none. */
static int64_t value_of(const lsched_figures *f, enum spark which)
{
    switch (which) {
    case SPARK_CONTACTS:
        return f->contacts;
    case SPARK_KEPT:
        return f->kept + f->missed[0] ? f->kept * 100 / (f->kept + f->missed[0]) : -1;
    case SPARK_WAIT:
        return f->waits ? f->wait_p90 : -1;
    default:
        return f->shift ? f->busy * 100 / f->shift : -1;
    }
}

static void spark(const struct report *r, const char *name, enum spark which)
{
    int64_t least = INT64_MAX;
    int64_t most = -1;
    char low[24];
    char high[24];
    for (size_t i = 0; i < r->part_count; i++) {
        const int64_t value = value_of(r->parts[i], which);
        most = value > most ? value : most;
        least = value >= 0 && value < least ? value : least;
    }
    if (most < 0)
        return;
    printf("%-20s ", name);
    for (size_t i = 0; i < r->part_count; i++) {
        const int64_t value = value_of(r->parts[i], which);
        const int64_t level = most > 0 ? value * (LEVELS - 1) / most : 0;
        fputs(value < 0 ? " " : spark_text(r->t, (int)level), stdout);
    }
    if (which == SPARK_WAIT)
        printf("  %s to %s\n", length_text(least, low), length_text(most, high));
    else
        printf("  %" PRId64 " to %" PRId64 "%s\n", least, most, which == SPARK_CONTACTS ? "" : "%");
}

void report_sparks(const struct report *r)
{
    if (r->part_count < 2)
        return;
    printf("\n%s\n", r->part_days == 1 ? "Day by day" : "Week by week");
    spark(r, "contacts", SPARK_CONTACTS);
    spark(r, "promises kept", SPARK_KEPT);
    spark(r, "wait, nine of ten", SPARK_WAIT);
    spark(r, "busy on shift", SPARK_BUSY);
}

/* ---- heat maps ------------------------------------------------------------------------------ */

static int32_t joined_minutes(const lsched_figures *f, int hour)
{
    return f->joined[hour] ? (int32_t)(f->waited[hour] / f->joined[hour] / 60) : 0;
}

static int32_t cell_of(const lsched_figures *f, int hour, bool waits)
{
    return waits ? joined_minutes(f, hour) : f->begun[hour];
}

/* Three columns an hour where there is room, else one. */
static void draw(const struct report *r, bool waits, int32_t most)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const int times = r->t->width >= 6 + 24 * 3 ? 3 : 1;
    const int every = times == 3 ? 2 : 6;
    printf("%5s", "");
    for (int hour = 0; hour < 24; hour += every)
        printf("%02d%*s", hour, hour + every < 24 ? every * times - 2 : 0, "");
    putchar('\n');
    for (int day = 0; day < 7; day++) {
        int last = -1;
        printf("%-5s", days[day]);
        for (int hour = 0; hour < 24; hour++) {
            const int shade = shade_of(cell_of(r->all, day * 24 + hour, waits), most);
            shade_color(r->t, shade, &last);
            for (int i = 0; i < times; i++)
                fputs(shade_text(r->t, shade), stdout);
        }
        shade_color(r->t, -1, &last);
        putchar('\n');
    }
}

static void map(const struct report *r, const char *title, bool waits, const char *none,
                const char *unit)
{
    int32_t most = 0;
    for (int hour = 0; hour < 168; hour++) {
        const int32_t cell = cell_of(r->all, hour, waits);
        most = cell > most ? cell : most;
    }
    if (!most)
        return;
    printf("\n%s (%s)\n", title, r->zone);
    draw(r, waits, most);
    shade_legend(r->t, 5, most, none, unit);
}

void report_heat(const struct report *r)
{
    map(r, "When contacts began", false, "none", "contacts");
    map(r, "How long who joined then waited, on average", true, "less", "minutes");
}
