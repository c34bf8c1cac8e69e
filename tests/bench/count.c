/* count.c -- instructions, which no noise moves: a regression shows where times hide it.
 *
 * The machine's own counter if it lets us read it.  Else valgrind, in which this program runs
 * one operation few and many times: the difference is what each takes.  That is slow, and
 * counts nearly the same.
 */
#include "bench.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    FEW = 2,
    MANY = 12
};

/* ---- operations ----------------------------------------------------------------------------- */

typedef struct state {
    lsched *s;
    problem problem;
    plane plane;
    asking all, first;
    explaining day;
    int n;
    const char *path;
    booker *booked; /* NULL: not begun */
} state;

static void kernel(state *x)
{
    plane_find(&x->plane);
}

static void find_all(state *x)
{
    store_find(&x->all);
}

static void find_first(state *x)
{
    store_find(&x->first);
}

static void explain(state *x)
{
    store_explain(&x->day);
}

/* Each books what the one before it has left. */
static void book(state *x)
{
    char key[32];
    snprintf(key, sizeof key, "counted-%d", x->n++);
    const lsched_request r = {.size = sizeof r,
                              .key = key,
                              .customer = "caller",
                              .service = "talk",
                              .start = x->first.answer.starts[0]};
    lsched_booking *out;
    bench_must(x->s, lsched_book(x->s, &r, &out), "lsched_book");
    bench_must(x->s, lsched_cancel(x->s, out->id, NULL, out->id, NULL), "lsched_cancel");
    lsched_booking_free(out);
}

/* Nobody else may have the store open then. */
static void book_by(state *x, bool bare)
{
    if (x->booked == NULL) {
        lsched_free(x->s);
        x->s = NULL;
        x->booked = booker_open(x->path, &x->problem, bare, MANY);
    }
    booker_next(x->booked);
}

static void book_alone(state *x)
{
    book_by(x, false);
}

static void book_bare(state *x)
{
    book_by(x, true);
}

static const struct {
    const char *name, *title;
    void (*run)(state *x);
} operations[] = {{"kernel", "kernel: one word for 5 minutes", kernel},
                  {"find", "lsched_find, all starts", find_all},
                  {"first", "lsched_find, first start", find_first},
                  {"explain", "lsched_explain, a day", explain},
                  {"book", "lsched_book and lsched_cancel", book},
                  {"alone", "lsched_book", book_alone},
                  {"bare", "the same SQL, bare", book_bare}};

enum {
    OPERATIONS = sizeof operations / sizeof *operations
};

static void open_state(state *x, const char *path)
{
    *x = (state){.path = path};
    problem_make(&x->problem, options.agents, options.days);
    plane_build(&x->plane, &x->problem);
    x->s = store_open(path, LSCHED_FAST);
    x->all = (asking){
        .s = x->s, .from = x->problem.from, .until = x->problem.until, .limit = LSCHED_MAX_PAGE};
    x->first = x->all;
    x->first.limit = 1;
    x->first.keep = true;
    x->day = (explaining){
        .s = x->s, .from = x->problem.from + 27 * 3600, .until = x->problem.from + 51 * 3600};
    answer_room(&x->first.answer, &x->problem);
    store_find(&x->first);
    store_find(&x->all);
    store_explain(&x->day);
}

static void close_state(state *x)
{
    if (x->booked != NULL)
        booker_close(x->booked);
    answer_free(&x->first.answer);
    lsched_free(x->s);
    plane_free(&x->plane);
    problem_free(&x->problem);
}

void bench_operate(const char *name, const char *path, long times)
{
    state x;
    open_state(&x, path);
    for (size_t i = 0; i < OPERATIONS; i++)
        for (long n = 0; strcmp(operations[i].name, name) == 0 && n < times; n++)
            operations[i].run(&x);
    close_state(&x);
}

/* ---- the machine's counter ------------------------------------------------------------------- */

static int open_counter(void)
{
    struct perf_event_attr what = {.type = PERF_TYPE_HARDWARE,
                                   .size = sizeof what,
                                   .config = PERF_COUNT_HW_INSTRUCTIONS,
                                   .disabled = 1,
                                   .exclude_kernel = 1,
                                   .exclude_hv = 1};
    return (int)syscall(SYS_perf_event_open, &what, 0, -1, -1, 0);
}

static double count_by_machine(int counter, size_t operation, const char *path)
{
    state x;
    int64_t count = 0;
    open_state(&x, path);
    operations[operation].run(&x);
    ioctl(counter, PERF_EVENT_IOC_RESET, 0);
    ioctl(counter, PERF_EVENT_IOC_ENABLE, 0);
    for (int i = 1; i < MANY; i++)
        operations[operation].run(&x);
    ioctl(counter, PERF_EVENT_IOC_DISABLE, 0);
    if (read(counter, &count, sizeof count) != sizeof count)
        bench_fail("the counter of instructions cannot be read");
    close_state(&x);
    return (double)count / (MANY - 1);
}

/* ---- valgrind ----------------------------------------------------------------------------------- */

/* -1: there is no valgrind, or it did not say. */
static double count_run(const char *operation, const char *path, int times)
{
    char command[9000], line[500];
    double count = -1;
    snprintf(command, sizeof command,
             "valgrind --tool=callgrind --callgrind-out-file=/dev/null '%s' --agents %d --days %d"
             " --operate %s --times %d --on '%s' 2>&1",
             options.program, options.agents, options.days, operation, times, path);
    FILE *said = popen(command, "r");
    if (said == NULL)
        return -1;
    while (fgets(line, sizeof line, said) != NULL) {
        const char *found = strstr(line, "Collected : ");
        if (found != NULL)
            count = strtod(found + strlen("Collected : "), NULL);
    }
    return pclose(said) == 0 ? count : -1;
}

static double count_by_valgrind(const char *operation, const char *template)
{
    double counts[2];
    char *path = store_path("counted.db");
    for (int i = 0; i < 2; i++) {
        store_copy(template, path);
        counts[i] = count_run(operation, path, i == 0 ? FEW : MANY);
        store_remove(path);
    }
    free(path);
    return counts[0] >= 0 && counts[1] >= 0 ? (counts[1] - counts[0]) / (MANY - FEW) : -1;
}

void bench_instructions(void)
{
    problem p;
    problem_make(&p, options.agents, options.days);
    char *path = store_path("template.db");
    lsched_free(store_make(path, &p));
    const int counter = open_counter();
    table_say("\nInstructions, by %s\n", counter >= 0 ? "the machine's counter" : "valgrind");
    table_begin("instructions");
    for (size_t i = 0; i < OPERATIONS; i++) {
        const double count = counter >= 0 ? count_by_machine(counter, i, path)
                                          : count_by_valgrind(operations[i].name, path);
        if (count < 0)
            table_say("  %-44s not available\n", operations[i].title);
        else
            table_fact(operations[i].title, count, "instructions");
    }
    if (counter >= 0)
        close(counter);
    store_remove(path);
    free(path);
    problem_free(&p);
}
