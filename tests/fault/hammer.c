/* hammer.c -- many processes that book and cancel on one store as fast as they can.
 *
 *   hammer SECONDS PROCESSES [apart]
 *
 * Each is told what it was answered, and at the end the store is asked: no agent is in two
 * places, and every booking stands as it was last answered for.  The line of figures says
 * how fair the turns were: the fewest and the most commits of a process, each divided by
 * the mean of all, and the longest call.  With "apart", every process has semaphores of its
 * own, so that they share no queue and only the lock is left (that takes privileges).
 */
#include <libsched.h>

#include <sched.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { AGENTS = 8, DAYS = 28, HELD = 50, MOST = 64 };

#define NEW(type, ...) (&(lsched_##type){.size = sizeof(lsched_##type), __VA_ARGS__})
#define MORNING INT64_C(1772438400) /* 2026-03-02T08:00Z, a Monday */
#define DAY INT64_C(86400)

static const char daily[] = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n"
                            "DTSTART:20260101T080000Z\r\nDURATION:PT10H\r\nRRULE:FREQ=DAILY\r\n"
                            "END:VEVENT\r\nEND:VCALENDAR\r\n";

/* What a process did; shared with the parent. */
typedef struct figures {
    long commits, taken, busy;
    double longest; /* seconds */
    char failure[200];
} figures;

typedef struct held {
    char id[65];
} held;

typedef struct worker {
    lsched *s;
    int me;
    figures *figures;
    FILE *answers; /* one line for each answer: id and state */
    held held[HELD];
    size_t count;
    uint64_t random;
    long turn;
} worker;

static char folder[] = "/tmp/libsched-hammer-XXXXXX", store[64];

static lsched_time morning(void *user)
{
    (void)user;
    return MORNING;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t draw(worker *k, uint64_t below)
{
    k->random = k->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (k->random >> 33) % below;
}

static lsched *open_store(void)
{
    lsched *s = lsched_new();
    if (s == NULL || lsched_set_clock(s, morning, NULL) != LSCHED_OK ||
        lsched_open(s, store, LSCHED_CREATE) != LSCHED_OK) {
        fprintf(stderr, "hammer: %s\n", lsched_message(s));
        exit(1);
    }
    return s;
}

static void must(lsched *s, int status)
{
    if (status == LSCHED_OK)
        return;
    fprintf(stderr, "hammer: %s\n", lsched_message(s));
    exit(1);
}

static void opens(lsched *s, int32_t kind, const char *owner)
{
    must(s, lsched_put_calendar(s, NEW(calendar, .kind = kind, .effect = LSCHED_OPENS,
                                       .owner = owner, .name = "hours", .text = daily)));
}

static void fill(void)
{
    lsched *s = open_store();
    must(s, lsched_put_team(s, NEW(team, .id = "t", .name = "Team", .zone = "UTC")));
    opens(s, LSCHED_TEAM, "t");
    for (int i = 0; i < AGENTS; i++) {
        char id[16];
        snprintf(id, sizeof id, "a%d", i);
        must(s, lsched_put_agent(s, NEW(agent, .id = id, .name = id, .zone = "UTC")));
        must(s, lsched_put_member(s, NEW(member, .team = "t", .agent = id)));
        opens(s, LSCHED_AGENT, id);
    }
    must(s, lsched_put_service(s, NEW(service, .id = "talk", .name = "Talk", .minutes = 15,
                                      .step = 15, .notice = LSCHED_NONE, .horizon = 60)));
    must(s, lsched_put_customer(s, NEW(customer, .id = "c", .zone = "UTC", .team = "t")));
    lsched_free(s);
}

/* ---- one process ----------------------------------------------------------------------- */

static int book(worker *k, const char *key, lsched_booking **b)
{
    char agent[16];
    snprintf(agent, sizeof agent, "a%d", (int)draw(k, AGENTS));
    const lsched_time start =
        MORNING + (lsched_time)draw(k, DAYS) * DAY + (lsched_time)draw(k, 40) * 900;
    return lsched_book(k->s,
                       NEW(request, .key = key, .customer = "c", .service = "talk", .agent = agent,
                           .start = start, .channel = LSCHED_PHONE),
                       b);
}

static int cancel(worker *k, const char *key, lsched_booking **b)
{
    const size_t i = draw(k, k->count);
    const int status = lsched_cancel(k->s, k->held[i].id, NULL, key, b);
    if (status == LSCHED_OK)
        k->held[i] = k->held[--k->count];
    return status;
}

static void note(worker *k, int status, const lsched_booking *b, double spent)
{
    figures *f = k->figures;
    f->longest = spent > f->longest ? spent : f->longest;
    f->taken += status == LSCHED_TAKEN;
    f->busy += status == LSCHED_BUSY;
    f->commits += status == LSCHED_OK;
    if (status == LSCHED_OK) {
        fprintf(k->answers, "%s %d\n", b->id, (int)b->state);
        if (b->state == LSCHED_BOOKED)
            snprintf(k->held[k->count++].id, sizeof k->held[0].id, "%s", b->id);
    } else if (status != LSCHED_TAKEN && status != LSCHED_BUSY && f->failure[0] == '\0') {
        snprintf(f->failure, sizeof f->failure, "%s: %s", lsched_status_name(status),
                 lsched_message(k->s));
    }
}

static void work(worker *k, double until)
{
    double now = seconds();
    while (now < until) {
        char key[40];
        lsched_booking *b = NULL;
        snprintf(key, sizeof key, "%d-%ld", k->me, k->turn++);
        const bool full = k->count == HELD || (k->count > 0 && draw(k, 2) == 0);
        const int status = full ? cancel(k, key, &b) : book(k, key, &b);
        const double end = seconds();
        note(k, status, b, end - now);
        lsched_booking_free(b);
        now = end;
    }
}

static void name_answers(int me, char path[80])
{
    snprintf(path, 80, "%s/answers-%d", folder, me);
}

static int run_worker(int me, figures *all, int start, double length, bool apart)
{
    static worker k;
    char path[80], byte;
    if (apart && unshare(CLONE_NEWIPC) != 0) {
        perror("hammer: apart");
        return 1;
    }
    name_answers(me, path);
    k = (worker){
        .me = me, .figures = &all[me], .answers = fopen(path, "w"), .random = (uint64_t)me + 1};
    if (k.answers == NULL)
        return 1;
    k.s = open_store();
    /* All begin when the parent closes its end. */
    if (read(start, &byte, 1) != 0)
        return 1;
    work(&k, seconds() + length);
    lsched_free(k.s);
    return fclose(k.answers) != 0;
}

/* ---- what the store says ---------------------------------------------------------------- */

static int64_t ask(sqlite3 *db, const char *sql, const char *id)
{
    sqlite3_stmt *s;
    int64_t number = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        fprintf(stderr, "hammer: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    if (id != NULL)
        sqlite3_bind_text(s, 1, id, -1, SQLITE_STATIC);
    if (sqlite3_step(s) == SQLITE_ROW)
        number = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return number;
}

/* Answers that are not what stands there: the last about a booking is a cancellation, if
 * there is one. */
static long lost_answers(sqlite3 *db, int processes)
{
    long lost = 0;
    for (int me = 0; me < processes; me++) {
        char path[80], id[65];
        int state;
        name_answers(me, path);
        FILE *f = fopen(path, "r");
        while (f != NULL && fscanf(f, "%64s %d", id, &state) == 2) {
            const int64_t stands = ask(db, "SELECT state FROM lsched_booking WHERE id = ?1", id);
            lost += stands != state && !(state == LSCHED_BOOKED && stands == LSCHED_CANCELLED);
        }
        lost += f == NULL;
        if (f != NULL)
            fclose(f);
    }
    return lost;
}

static int judge(const figures *all, int processes, double length, bool apart)
{
    sqlite3 *db;
    long total = 0, busy = 0, taken = 0, least = all[0].commits, most = 0;
    double longest = 0;
    int bad = 0;
    if (sqlite3_open(store, &db) != SQLITE_OK)
        return 1;
    for (int i = 0; i < processes; i++) {
        total += all[i].commits;
        busy += all[i].busy;
        taken += all[i].taken;
        least = all[i].commits < least ? all[i].commits : least;
        most = all[i].commits > most ? all[i].commits : most;
        longest = all[i].longest > longest ? all[i].longest : longest;
        if (all[i].failure[0] != '\0')
            printf("process %d: %s\n", i, all[i].failure);
        bad |= all[i].failure[0] != '\0';
    }
    const double mean = (double)total / processes;
    const int64_t overlaps = ask(db,
                                 "SELECT count(*) FROM lsched_booking a JOIN lsched_booking b ON a.agent ="
                                 " b.agent AND a.id < b.id AND a.busy_from < b.busy_until AND"
                                 " b.busy_from < a.busy_until WHERE a.state = 1 AND b.state = 1",
                                 NULL);
    const int64_t events = ask(db, "SELECT count(*) FROM lsched_event", NULL);
    const long lost = lost_answers(db, processes);
    const bool whole = ask(db,
                           "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check"
                           " <> 'ok'",
                           NULL) == 0;
    printf("%d processes%s, %.0f s: %.0f commits/s, share %.3f to %.3f of the mean, longest call"
           " %.0f ms, %ld busy, %ld taken, %ld lost, %lld overlaps, %lld events of %ld%s\n",
           processes, apart ? " apart" : "", length, (double)total / length, (double)least / mean,
           (double)most / mean, longest * 1000, busy, taken, lost, (long long)overlaps,
           (long long)events, total, whole ? "" : ", damaged");
    sqlite3_close(db);
    return bad || total == 0 || lost != 0 || overlaps != 0 || events != total || !whole;
}

static int run_all(double length, int processes, bool apart)
{
    int start[2], bad = 0;
    figures *all =
        mmap(NULL, MOST * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED || pipe(start) != 0)
        return 1;
    fill();
    for (int me = 0; me < processes; me++) {
        const pid_t child = fork();
        if (child < 0)
            return 1;
        if (child == 0) {
            close(start[1]);
            exit(run_worker(me, all, start[0], length, apart));
        }
    }
    close(start[1]);
    for (int me = 0; me < processes; me++) {
        int status;
        bad |= wait(&status) < 0 || status != 0;
    }
    return judge(all, processes, length, apart) || bad;
}

int main(int argc, char **argv)
{
    char command[80];
    const double length = argc > 1 ? atof(argv[1]) : 0;
    const int processes = argc > 2 ? atoi(argv[2]) : 0;
    const bool apart = argc > 3 && strcmp(argv[3], "apart") == 0;
    if (length <= 0 || processes < 1 || processes > MOST) {
        fprintf(stderr, "usage: hammer SECONDS PROCESSES [apart]\n");
        return 2;
    }
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(store, sizeof store, "%s/store", folder);
    const int bad = run_all(length, processes, apart);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) != 0 || bad;
}
