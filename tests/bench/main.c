/* main.c -- the bench: who is how many times slower than what can be had at all.
 *
 *   ninja -C build run-bench
 *   build/tests/bench/bench [--quick | --full] [--json FILE] [--compare FILE] [GROUP...]
 *
 * Read the ratios: each stands beside the limit of its group, the first row, in turn with
 * which it was measured.  Build with --buildtype=release for figures that mean something.
 */
#include "bench.h"

#include <dirent.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bench_options options;

static const char usage[] =
    "usage: bench [OPTION...] [GROUP...]\n"
    "\n"
    "Groups: find public explain book growth, which are all; recurrence.\n"
    "\n"
    "  --quick            under 20 seconds\n"
    "  --full             2 million customers, 10 million bookings, 10,000 agents\n"
    "  --smoke            tiny: only whether all agree\n"
    "  --customers N      of the big store\n"
    "  --bookings N       likewise\n"
    "  --agents N         of the case (40)\n"
    "  --days N           likewise (14)\n"
    "  --most-agents N    to which growth goes\n"
    "  --directory DIR    where stores in files go (TMPDIR, or /tmp)\n"
    "  --python SCRIPT    the peer in Python, instead of ours\n"
    "  --instructions     counts instructions too\n"
    "  --statements       lists the SQL of one booking\n"
    "  --json FILE        keeps all figures\n"
    "  --compare FILE     what got slower since such a file, in ratios\n";

enum mode {
    NORMAL,
    QUICK,
    FULL,
    SMOKE
};

static const bench_options sizes[] = {
    [NORMAL] = {.agents = 40,
                .days = 14,
                .budget = 4,
                .imported = 2700,
                .teams = 30,
                .books = 200,
                .strangers = 1000,
                .rounds = 4,
                .customers = 20000,
                .bookings = 50000,
                .most_agents = 1000,
                .most_days = 365},
    [QUICK] = {.agents = 40,
               .days = 14,
               .budget = 0.7,
               .imported = 2700,
               .teams = 10,
               .books = 200,
               .strangers = 200,
               .rounds = 2,
               .customers = 2000,
               .bookings = 5000,
               .most_agents = 200,
               .most_days = 90},
    [FULL] = {.agents = 40,
              .days = 14,
              .budget = 10,
              .imported = 2700,
              .teams = 200,
              .books = 200,
              .strangers = 1000,
              .rounds = 6,
              .customers = 2000000,
              .bookings = 10000000,
              .most_agents = 10000,
              .most_days = 365},
    [SMOKE] = {.agents = 5,
               .days = 8,
               .budget = 0,
               .imported = 200,
               .teams = 2,
               .books = 5,
               .strangers = 5,
               .rounds = 1,
               .customers = 20,
               .bookings = 50,
               .most_agents = 10,
               .most_days = 14},
};

static const struct {
    const char *name;
    void (*run)(void);
    bool usual;
} groups[] = {{"find", bench_find, true},       {"public", bench_public, true},
              {"explain", bench_explain, true}, {"book", bench_book, true},
              {"growth", bench_growth, true},   {"recurrence", bench_recurrence, false}};

enum {
    COUNT = sizeof groups / sizeof *groups
};

/* ---- where stores go ------------------------------------------------------------------------ */

static char directory[4000];

/* With all that is in it: whoever fails leaves stores there. */
static void remove_directory(void)
{
    char path[sizeof directory + 300];
    DIR *d = opendir(directory);
    if (d == NULL)
        return;
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", directory, e->d_name);
        unlink(path); /* not "." and "..", which are no files */
    }
    closedir(d);
    rmdir(directory);
}

static void make_directory(const char *in)
{
    if (in == NULL)
        in = getenv("TMPDIR");
    snprintf(directory, sizeof directory, "%s/bench-XXXXXX", in != NULL ? in : "/tmp");
    if (mkdtemp(directory) == NULL)
        bench_fail("no directory can be made in %s", in != NULL ? in : "/tmp");
    atexit(remove_directory);
    options.directory = directory;
}

/* ---- what is asked --------------------------------------------------------------------------- */

typedef struct asked {
    enum mode mode;
    const char *json, *compare, *directory, *operation, *path;
    long times;
    bool chosen[COUNT], any;
} asked;

static long long number(const char *text, long long least)
{
    char *end;
    const long long n = strtoll(text, &end, 10);
    if (*end != '\0' || end == text || n < least)
        bench_fail("%s is not a number that will do", text);
    return n;
}

static void choose_group(asked *a, const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(groups[i].name, name) == 0) {
            a->chosen[i] = a->any = true;
            return;
        }
    }
    fputs(usage, stderr);
    exit(2);
}

/* The mode comes first, since it sets what others change. */
static void choose_mode(asked *a, int count, char **words)
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--quick") == 0)
            a->mode = QUICK;
        else if (strcmp(words[i], "--full") == 0)
            a->mode = FULL;
        else if (strcmp(words[i], "--smoke") == 0)
            a->mode = SMOKE;
    }
    options = sizes[a->mode];
    options.verify = a->mode == SMOKE;
    options.program = words[0];
    options.python = SCRIPT;
}

static void read_options(asked *a, int count, char **words)
{
    static const struct option names[] = {{"quick", no_argument, NULL, 'm'},
                                          {"full", no_argument, NULL, 'm'},
                                          {"smoke", no_argument, NULL, 'm'},
                                          {"customers", required_argument, NULL, 'c'},
                                          {"bookings", required_argument, NULL, 'b'},
                                          {"agents", required_argument, NULL, 'a'},
                                          {"days", required_argument, NULL, 'd'},
                                          {"directory", required_argument, NULL, 'D'},
                                          {"python", required_argument, NULL, 'p'},
                                          {"instructions", no_argument, NULL, 'i'},
                                          {"statements", no_argument, NULL, 's'},
                                          {"json", required_argument, NULL, 'j'},
                                          {"compare", required_argument, NULL, 'C'},
                                          {"operate", required_argument, NULL, 'o'},
                                          {"times", required_argument, NULL, 't'},
                                          {"on", required_argument, NULL, 'O'},
                                          {"most-agents", required_argument, NULL, 'A'},
                                          {NULL, 0, NULL, 0}};
    int word;
    while ((word = getopt_long(count, words, "", names, NULL)) != -1) {
        switch (word) {
        case 'm':
            break;
        case 'c':
            options.customers = number(optarg, 0);
            break;
        case 'b':
            options.bookings = number(optarg, 0);
            break;
        case 'a':
            options.agents = (int)number(optarg, 1);
            break;
        case 'd':
            options.days = (int)number(optarg, 7);
            break;
        case 'D':
            a->directory = optarg;
            break;
        case 'p':
            options.python = optarg;
            break;
        case 'i':
            options.instructions = true;
            break;
        case 's':
            options.statements = true;
            break;
        case 'j':
            a->json = optarg;
            break;
        case 'C':
            a->compare = optarg;
            break;
        case 'o':
            a->operation = optarg;
            break;
        case 'A':
            options.most_agents = (int)number(optarg, 1);
            break;
        case 'O':
            a->path = optarg;
            break;
        case 't':
            a->times = (long)number(optarg, 0);
            break;
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    for (int i = optind; i < count; i++)
        choose_group(a, words[i]);
}

/* Memory that is given back to the system in one turn, and fetched again in the next, would be
 * a good part of a booking, now of the one side and now of the other. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
}

int main(int count, char **words)
{
    asked a = {.mode = NORMAL};
    choose_mode(&a, count, words);
    read_options(&a, count, words);
    if (a.operation != NULL) {
        bench_operate(a.operation, a.path, a.times);
        return 0;
    }
    keep_memory();
    make_directory(a.directory);
    for (size_t i = 0; i < COUNT; i++)
        if (a.any ? a.chosen[i] : groups[i].usual)
            groups[i].run();
    if (options.instructions)
        bench_instructions();
    if (a.mode == SMOKE)
        puts("\nAll agree.  Times of so small a case say nothing.");
    else
        table_summary();
    if (a.json != NULL)
        table_keep(a.json);
    if (a.compare != NULL)
        table_compare(a.compare);
    return 0;
}
