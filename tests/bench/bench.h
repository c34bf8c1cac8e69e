/* bench.h -- what the files of the bench share.
 *
 * One run prints ratios: each figure stands beside the limit of its group, which was measured
 * in turn with it, so that a noisy or a slow machine says the same as a quiet one.
 */
#ifndef BENCH_H
#define BENCH_H

#include <libsched.h>

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much of everything; main.c has what each mode means. */
typedef struct bench_options {
    int agents, days;
    double budget;         /* seconds for each group of contestants */
    int imported;          /* a case of more bookings is copied in SQL */
    int teams;             /* that are in the store besides */
    int books;             /* bookings in each round */
    int rounds;            /* rounds of booker */
    int strangers;         /* bookings of a stranger's process */
    int64_t customers;     /* of the big store */
    int64_t bookings;      /* of the big store */
    int most_agents;       /* to which growth goes */
    int most_days;         /* likewise */
    const char *directory; /* of the stores in files */
    const char *python;    /* the peer's script; NULL: leave it out */
    const char *program;   /* this program, to count its instructions */
    bool instructions, statements;
    bool verify; /* the stores, before they are asked */
} bench_options;

extern bench_options options;

/* ---- clock.c: what a figure is ------------------------------------------------------------ */

/* Nanoseconds of a clock that only goes on. */
double bench_now(void);
/* Of a clock that stands still while others have the processor: on a busy machine they get in
 * the way of who takes long, and hardly ever of who is quick. */
double bench_work(void);
/* Ends the program with a line that says why. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Ends the program unless `status` is LSCHED_OK. */
void bench_must(lsched *s, int status, const char *what);
/* Memory that is there, or the program ends. */
void *bench_take(size_t count, size_t size);
/* Kilobytes that the process takes of the machine, and bytes that it has asked for. */
int64_t bench_resident(void);
int64_t bench_asked(void);

/* Nanoseconds of each call, as they came. */
typedef struct samples {
    double *at;
    size_t count, room;
} samples;

void samples_add(samples *s, double value);
/* The value that `share` of them do not exceed; sorts them.  0 of none. */
double samples_share(samples *s, double share);
void samples_free(samples *s);

/* One of several who answer the same question: `run` answers it once. */
typedef struct contestant {
    const char *name;
    void (*run)(void *user);
    void *user;
    samples spent;
    long batch; /* calls between two looks at the clock */
} contestant;

/* Lets all have their turns, one after the other, until the seconds are over: whatever
 * disturbs the machine disturbs them all.  Who is quick has many calls in a turn.  Nobody
 * here waits for anything, so the time is that of the processor. */
void contest(contestant *all, size_t count, double seconds);
void contest_free(contestant *all, size_t count);

/* ---- table.c: what is printed and kept ------------------------------------------------------ */

/* A new group of figures; the first row of it is its limit, to which the others are held. */
void table_group(const char *name, const char *unit);
/* One of facts, without a heading. */
void table_begin(const char *name);
/* The rows that follow are held to this instead. */
void table_limit(double p50);
/* What the next row takes of its limit, where that was seen more closely than by its p50. */
void table_ratio(double ratio);
/* A figure in nanoseconds.  `aim`: how many times its limit it may take; 0: there is no aim.
 * `note` may be NULL. */
void table_row(const char *name, double p50, double p99, double aim, const char *note);
void table_contestant(contestant *c, double aim, const char *note);
/* Something that is no time; unit as text behind it. */
void table_fact(const char *name, double value, const char *unit);
void table_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes all rows as JSON; holds them against those of an earlier run. */
void table_keep(const char *path);
void table_compare(const char *path);
/* What passed its aim. */
void table_summary(void);

/* ---- case.c: the case ------------------------------------------------------------------------- */

typedef struct stretch {
    int64_t from, until;
} stretch;

/* Stretches of time of several owners: those of i are at[first[i]] to at[first[i + 1] - 1],
 * sorted and apart from one another. */
typedef struct stretches {
    stretch *at;
    size_t *first;
    size_t count, room;
} stretches;

enum {
    CALL = 30 * 60, /* seconds of a call */
    WRAP = 10 * 60, /* and of the work after it */
    STEP = 15 * 60, /* between starts */
    CELL = 5 * 60   /* all times are whole numbers of these */
};

typedef struct problem {
    int agents, days;
    int64_t from, until;  /* local midnights in New York */
    stretches work, busy; /* of each agent: on shift and not at lunch; taken */
    stretches allowed;    /* of one owner: team and customer both can */
} problem;

/* The same for the same agents and days; more days or agents only add to it. */
void problem_make(problem *p, int agents, int days);
void problem_free(problem *p);
/* When agent `i` begins its shift, in minutes of New York's day. */
int problem_shift(int i);
int problem_lunch(int i);
/* Seconds east of UTC in New York. */
int32_t problem_offset(int64_t at);

/* What everybody must answer. */
typedef struct answer {
    int64_t *starts;
    int32_t *free; /* how many agents could */
    size_t count;
    int64_t total; /* of `free` */
} answer;

void answer_room(answer *a, const problem *p);
void answer_free(answer *a);
/* Ends the program where they differ. */
void answer_same(const answer *a, const answer *b, const char *who);

/* ---- kernel.c: the limit ------------------------------------------------------------------------ */

/* The time in cells of five minutes, each a row of words with one bit for each agent who is
 * free then. */
typedef struct plane {
    const problem *problem;
    uint64_t *cells;    /* [cell][word] */
    uint64_t *tens;     /* [cell]: free for two cells from here on */
    uint64_t *quarters; /* [cell]: for three */
    size_t words, count;
    answer answer;
} plane;

void plane_build(plane *p, const problem *of);
void plane_free(plane *p);
/* Contestants: plain cells; folded quarters; the first start alone; raw intervals. */
void plane_find(void *plane);
void plane_find_folded(void *plane);
void plane_first(void *plane);
void sweep_find(void *plane);

/* ---- board.c: the library's kernel, alone --------------------------------------------------------- */

typedef struct board_peer board_peer;
board_peer *board_open(const problem *of);
void board_find(void *peer);
const answer *board_answer(const board_peer *peer);
void board_close(board_peer *peer);

/* ---- sql.c, child.c: peers ------------------------------------------------------------------------ */

typedef struct sql_peer sql_peer;
enum {
    SQL_GAPS,
    SQL_KEPT,
    SQL_EXISTS,
    SQL_FORMS
};
sql_peer *sql_open(const problem *of, int form);
void sql_find(void *peer);
const answer *sql_answer(const sql_peer *peer);
void sql_close(sql_peer *peer);

/* The script's figures as rows, and its answers held against `right`. */
void python_find(const problem *of, const answer *right);

/* ---- store.c: a store of the library with the case in it --------------------------------------------- */

/* The stores' "now": the day before the case begins. */
lsched_time store_clock(void *user);
/* A new one in `path` (or ":memory:"), filled; the customer is "caller", the service "talk",
 * the team "desk"; "neighbour" has all the bookings. */
lsched *store_make(const char *path, const problem *of);
/* Ends the program where the store is not sound, if that is wanted. */
void store_verify(lsched *s);
/* One booking of the case, by lsched_import(). */
int store_import(lsched *s, const problem *of, size_t booking);
/* The database in a file, into a connection of memory. */
void store_load(sqlite3 *db, const char *path);
lsched *store_open(const char *path, int32_t flags);
/* lsched_find over [from, until) with a limit. */
typedef struct asking {
    lsched *s;
    lsched_time from, until;
    uint32_t limit;
    const char *customer; /* NULL: "caller" */
    size_t count;         /* of the last answer */
    answer answer;
    bool keep; /* fills `answer` */
} asking;
void store_find(void *asking);
void store_put_team(lsched *s, const char *id);
/* With the shift of the case's agent `shift_of`. */
void store_put_agent(lsched *s, const char *team, const char *id, int shift_of);
/* The connection that was opened last. */
sqlite3 *store_connection(void);
void store_copy(const char *from, const char *to);
void store_remove(const char *path);
/* What is written to a store between the two stays in its log, and is gone behind the second:
 * for stores of which nobody wants a copy.  All others who have it open have closed it then. */
sqlite3 *store_pin(const char *path);
void store_unpin(sqlite3 *pin, const char *path);
/* A path in options.directory. */
char *store_path(const char *name);

/* ---- bulk.c: many rows, past the library ---------------------------------------------------------------- */

/* A store of the case beside so many customers and past bookings as are asked for, made when it is
 * first wanted, and how long that took; nobody may leave anything in it. */
const char *bulk_store(const problem *of, double *seconds);

/* Each copies rows that the library has made, with other ids and times: a store must not have
 * been asked anything yet, since nobody tells it.
 *
 * The bookings of the case behind the first `done` ones. */
void bulk_bookings(sqlite3 *db, const problem *of, size_t done);
/* So many customers of the team, and bookings that are long over, in a file that nobody has
 * open. */
void bulk_past(const char *path, int64_t customers, int64_t bookings);
/* So many teams more, copies of the case's with agents, calendars and bookings; the customer
 * of team n is "caller-n", from 1 on. */
void bulk_teams(sqlite3 *db, int teams);

/* ---- replay.c: the SQL of a call, taken and run again ------------------------------------------------------- */

typedef struct script script;

/* From now on what this connection runs is written down, until the end. */
/* Statements of a call, and how many of them only read. */
size_t script_steps(const script *s, size_t call, size_t *reads);
script *script_begin(sqlite3 *db);
/* What came since the last time is one call. */
void script_next(script *s);
void script_end(script *s);
void script_free(script *s);
size_t script_calls(const script *s);

typedef struct replay replay;
/* Its statements compiled for `db`; `writes`: leaves out those that only read. */
replay *replay_new(const script *s, sqlite3 *db, bool writes);
void replay_call(replay *r, size_t call);
/* Runs all calls, and prints what each statement takes of the time. */
void replay_print(replay *r);
void replay_free(replay *r);

/* ---- page.c: for the group of public calls ------------------------------------------------------ */

/* A row: the starts of each day, counted. */
void page_days(int agents, int days);
/* A group of its own: several services at once. */
void page_services(void);

/* ---- stranger.c: likewise ------------------------------------------------------------------------- */

/* A group of its own: somebody else's process books.  Nobody has a store open meanwhile. */
void stranger_find(const problem *of);

/* ---- the groups ---------------------------------------------------------------------------------------------- */

/* book.c: so many bookings in memory, one by one, in a store like the one in `path`. */
typedef struct booker booker;
booker *booker_open(const char *path, const problem *p, bool bare, int count);
void booker_next(booker *b);
void booker_close(booker *b);

void bench_find(void);       /* find.c */
void bench_public(void);     /* public.c */
void bench_book(void);       /* book.c */
void bench_growth(void);     /* growth.c */
void bench_recurrence(void); /* recurrence.c */
void bench_explain(void);    /* explain.c */

/* explain.c: lsched_explain over [from, until). */
typedef struct explaining {
    lsched *s;
    const char *agent; /* NULL: whoever is best */
    lsched_time from, until;
    int64_t starts; /* of the last answer */
    size_t helpful; /* likewise, relaxations */
} explaining;
void store_explain(void *explaining);

/* count.c: instructions of a few operations, by the machine's counter or by valgrind. */
void bench_instructions(void);
/* Runs an operation in the store `path` so many times and nothing else, for who counts. */
void bench_operate(const char *name, const char *path, long times);

#endif
