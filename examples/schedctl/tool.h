/* tool.h -- what the files of schedctl share: the context of one run, its options, and
 * the few functions with which every command speaks to its user.
 *
 * The tool knows the library by its public header alone.  Exit codes and messages are
 * part of its interface: see main.c.
 */
#ifndef SCHEDCTL_TOOL_H
#define SCHEDCTL_TOOL_H

#include <jansson.h>
#include <libsched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exit_code {
    EXIT_DONE = 0,
    EXIT_REFUSED = 1, /* the rules say no                        */
    EXIT_WRONG = 2,   /* wrong usage or bad input                */
    EXIT_NOTHING = 3, /* asked rightly, but there is none        */
    EXIT_NO_ID = 4,   /* no record has that id                   */
    EXIT_NO_STORE = 5 /* store, memory or output failed          */
};

/* Every option of every command; a command accepts those in its mask. */
enum option_id {
    OPT_DB,
    OPT_NOW,
    OPT_JSON,
    OPT_COLOR,
    OPT_ACTOR,
    OPT_CORRELATION,
    OPT_HELP,
    OPT_VERSION,
    OPT_COMMON, /* those above belong to all commands */
    OPT_ZONE = OPT_COMMON,
    OPT_REGION,
    OPT_LANGUAGE,
    OPT_KNOWS,
    OPT_AVOIDS,
    OPT_GENERAL,
    OPT_TEAM,
    OPT_CHANNEL,
    OPT_AGENT,
    OPT_RUNG,
    OPT_FROM,
    OPT_UNTIL,
    OPT_TO,
    OPT_LIMIT,
    OPT_AFTER,
    OPT_MOVING,
    OPT_DAYS,
    OPT_NOTE,
    OPT_CAUSE,
    OPT_KEY,
    OPT_SOURCE,
    OPT_KEEP,
    OPT_STATE,
    OPT_CUSTOMER,
    OPT_DATE,
    OPT_ICS,
    OPT_INSTANCES,
    OPT_CLOSES,      /* expand: a flag */
    OPT_CLOSES_FILE, /* due: a file    */
    OPT_CALENDAR,
    OPT_ENDS,
    OPT_MINUTES,
    OPT_SERVICE,
    OPT_TURN,
    OPT_SCOPE,
    OPT_BOOKING,
    OPT_SECONDS,
    OPT_FIT,
    OPT_CANCEL,
    OPT_SERIES,
    OPT_APPLY,
    OPT_ALL,
    OPT_EFFECT,
    OPT_REGIONS,
    OPT_CONSENTS,
    OPT_PURPOSE,
    OPT_LIFTED,
    OPT_WINDOWS,
    OPT_SINCE,
    OPT_OUTCOME,
    OPT_FAULT,
    OPT_CASE,
    OPT_TOPIC,
    OPT_STORY,
    OPT_NEEDS,
    OPT_SCORE,
    OPT_NEXT,
    OPT_POLICY,
    OPT_CHECKED,
    OPT_GOOD_FOR,
    OPT_ON_STALE,
    OPT_TOLD,
    OPT_COUNT
};
/* Those of all commands need no bit. */
#define OPTION(id) (UINT64_C(1) << ((id)-OPT_COMMON))
_Static_assert(OPT_COUNT - OPT_COMMON <= 64, "a command's options are bits of a word");

struct tool;

struct command {
    const char *name;
    const char *arguments; /* as the usage line shows them */
    const char *summary;   /* one line for the tool's own help */
    const char *help;      /* what --help prints below the usage line */
    uint64_t options;      /* OPTION() of each that it accepts */
    int least, most;       /* how many arguments */
    bool store;            /* works on an open store */
    int (*run)(struct tool *t);
};

/* A calendar file named on the command line, in order. */
struct calendar_file {
    const char *path;
    int32_t effect;
};

struct tool {
    lsched *s;
    const struct command *command;
    const char *value[OPT_COUNT]; /* NULL: not given; "" for a flag */
    struct calendar_file files[LSCHED_MAX_CALENDARS];
    size_t file_count;
    char **args;
    int arg_count;
    const char *db;
    lsched_time now; /* the injected clock, if now_set */
    bool now_set;
    bool json;
    bool color; /* may write colours to standard output */
    bool utf8;  /* the terminal's character set */
    int width;  /* of the terminal */
};

/* ---- options.c ------------------------------------------------------------------- */

int options_parse(struct tool *t, int argc, char **argv);
/* Each reads one option; where it was not given, `*out` stays as it is. */
int option_number(struct tool *t, enum option_id id, int32_t least, int32_t most, int32_t *out);
int option_time(struct tool *t, enum option_id id, const char *zone, lsched_time *out);
/* When a contact is to begin: a date alone is none. */
int argument_start(struct tool *t, const char *text, const char *zone, lsched_time *out);
int option_channels(struct tool *t, bool one, int32_t *out);
int option_rungs(struct tool *t, int32_t *out);
struct choice;
int option_bits(struct tool *t, enum option_id id, const struct choice *choices, int32_t *out);
int option_choice(struct tool *t, enum option_id id, const struct choice *choices, int32_t *out);
const char *option_name(enum option_id id);

/* ---- record.c --------------------------------------------------------------------- */

/* The names that the library has; before anything is read or printed. */
void choices_fill(void);

/* ---- main.c ----------------------------------------------------------------------- */

/* Opens the store, for a command that needs it only sometimes. */
int tool_open(struct tool *t);

/* ---- output.c --------------------------------------------------------------------- */

/* Whether errors are to be JSON, which must be known before the options are read. */
void errors_begin(int argc, char **argv);
/* One line on standard error, "schedctl: ..." without control characters, or a JSON object.
 * Returns `code`, so that callers can return it. */
int fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The exit code that stands for the family of `status`. */
int exit_code(int status);
/* The library's answer as an error about `what`. */
int refuse(struct tool *t, int status, const char *what);
/* The same about a text, at "file:line". */
int refuse_line(struct tool *t, int status, const char *where);
/* The library's message behind its "line 7: ", where the line is printed by us. */
const char *message_about_line(struct tool *t);
int print_json(json_t *value); /* and releases it */
/* Copies `text` without what could steer a terminal, to standard output or error. */
void print_clean(const char *text);
void complain_clean(const char *text);
/* Text that arrived from the library, printed and released. */
int print_text(struct tool *t, const char *name, char *text);

lsched_time tool_now(void *tool);
/* "2026-03-08T16:40:00-04:00"; `zone` NULL: UTC, with a Z. */
#define TIME_TEXT 40
const char *time_text(struct tool *t, lsched_time at, const char *zone, char buffer[TIME_TEXT]);
/* The same without seconds, where there are none. */
const char *time_minute(struct tool *t, lsched_time at, const char *zone, char buffer[TIME_TEXT]);
json_t *time_json(struct tool *t, lsched_time at, const char *zone);
/* "2026-03-08T16:40-04:00": what a table shows, and what book and move accept. */
const char *time_short(lsched_time at, int32_t offset, char buffer[TIME_TEXT]);
const char *time_day(lsched_time at, int32_t offset); /* "Mon" */
/* Days since 1970-01-01 of the date that a text begins with, and back. */
#define DATE_TEXT 12
int64_t date_days(const char *text);
const char *date_text(int64_t days, char buffer[DATE_TEXT]);
/* `count` local dates of a zone, beginning with that of `date`, or of now if it is NULL:
 * the number of the first, its first instant, and the first instant past them all. */
int local_days(struct tool *t, const char *date, const char *zone, int count, int64_t *day,
               lsched_time *from, lsched_time *until);

/* ---- hint.c ------------------------------------------------------------------------ */

/* What to do about an answer of the library, in one line; "" where its message says it all. */
#define HINT_TEXT 2000
const char *hint(int status);
/* From now on, a no of the rules is about this question: its start `from`, or its days. */
void hint_start(struct tool *t, const lsched_query *q, const char *zone);
void hint_day(struct tool *t, const lsched_query *q, const char *zone);
/* Behind a no of the rules, for people: which explain says more.  Returns `code`. */
int hint_print(struct tool *t, int code);

/* ---- table.c ----------------------------------------------------------------------- */

struct libscols_table;
enum column_flag {
    COLUMN_RIGHT = 1, /* numbers */
    COLUMN_TRUNC = 2  /* may be cut where the terminal is narrow */
};
struct libscols_table *table_new(struct tool *t);
void table_column(struct libscols_table *table, const char *title, int flags);
/* One row: as many texts as columns. */
void table_row(struct libscols_table *table, const char *const *cells, size_t count);
/* Prints and releases it. */
int table_print(struct libscols_table *table);

/* ---- file.c ------------------------------------------------------------------------- */

struct file {
    const char *path; /* "-": standard input */
    char *text;       /* yours to free; a NUL stands behind it */
    size_t size;
    char why[1200]; /* after a failure: what to print, beginning with the path */
};

/* Reads a file of at most `limit` bytes; a longer one is refused without reading it all. */
int file_read(struct file *f, size_t limit, const char *limit_name);
/* A calendar file: also refuses NULs, with their line. */
int file_calendar(struct file *f);

/* ---- nearest.c ----------------------------------------------------------------------- */

/* The one of the names that `word` was probably meant to be, or NULL. */
const char *nearest(const char *word, const char *const *names, size_t count);

/* ---- key.c ---------------------------------------------------------------------------- */

/* The --key, or a new random one written into `buffer`. */
#define KEY_TEXT 40
int key_take(struct tool *t, char buffer[KEY_TEXT], const char **key);
/* What the help of each command with a key says of it. */
#define KEY_HELP                                                                                   \
    "  --key K        the same in each retry of one wish, which then happens once;\n"              \
    "                 default a random one\n"
#define KEY_JSON "With --json: the booking, as 'show' prints it, and its key.\n"

/* ---- people.c ------------------------------------------------------------------------- */

/* The zone of a record, copied; `zone` has room for LSCHED_MAX_NAME + 1. */
int customer_zone(struct tool *t, const char *id, char *zone);
int agent_zone(struct tool *t, const char *id, char *zone);
int team_zone(struct tool *t, const char *id, char *zone);
/* The name of an agent or team, or the id where it has gone; lasts until the tool ends. */
const char *agent_name(struct tool *t, const char *id);
const char *team_name(struct tool *t, const char *id);
void names_free(void);

/* ---- roster.c -------------------------------------------------------------------------- */

/* The people of a team: names, photos, since when. */
int faces_print(struct tool *t, const lsched_team *team);
json_t *faces_json(struct tool *t, const lsched_team *team);

/* ---- spans.c ---------------------------------------------------------------------------- */

/* [{from, until, summary}] */
json_t *spans_json(struct tool *t, const lsched_spans *list, const char *zone);
int spans_print(struct tool *t, const lsched_spans *list, const char *zone);

/* ---- calendars.c ------------------------------------------------------------------------- */

/* The calendar files of the command line, in memory. */
struct calendars {
    lsched_calendar at[LSCHED_MAX_CALENDARS];
    const lsched_calendar *list[LSCHED_MAX_CALENDARS];
    struct file files[LSCHED_MAX_CALENDARS];
    size_t count;
};
int calendars_read(struct tool *t, struct calendars *c);
void calendars_free(struct calendars *c);
/* The library's answer about them, with the file and the line. */
int calendars_refuse(struct tool *t, const struct calendars *c, int status, const char *zone,
                     lsched_time at);

/* ---- booking.c ---------------------------------------------------------------------------- */

json_t *booking_json(struct tool *t, const lsched_booking *b);
json_t *incident_json(struct tool *t, const lsched_incident *i);
/* Whether it takes its agent's time. */
bool booking_live(struct tool *t, const lsched_booking *b);
/* Prints and releases it; `key` (or NULL) only as JSON. */
int booking_print(struct tool *t, lsched_booking *b, const char *key);
/* What a command that changed it says: the booking, or why not. */
int booking_answer(struct tool *t, int status, lsched_booking *b, const char *key);

/* ---- chosen.c ----------------------------------------------------------------------------- */

/* Why it has its agent: a line, or {agent, decided, rung, rank, free, owed}; nothing, or null,
 * where nobody chose the one that it has. */
void chosen_print(struct tool *t, const lsched_booking *b);
json_t *chosen_json(struct tool *t, const lsched_booking *b);

/* ---- the commands, each in the file of its name ------------------------------------------ */

extern const struct command command_init, command_load, command_dump, command_team, command_agent,
    command_customer, command_service, command_slots, command_week, command_month, command_book,
    command_move, command_cancel, command_show, command_bookings, command_agenda, command_hours,
    command_expand, command_due, command_export, command_token, command_events, command_notices,
    command_series, command_hold, command_confirm, command_start, command_finish, command_verify,
    command_backup, command_upgrade, command_explain, command_strays, command_repair,
    command_calendar, command_region, command_may, command_wait, command_join, command_next,
    command_line, command_estimate, command_case, command_say, command_timeline, command_forget,
    command_incident, command_announce, command_late, command_stuck, command_report,
    command_ways;

#endif
