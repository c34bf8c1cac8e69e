/* libsched.h -- book customer calls, chats and visits with the people who serve them.
 *
 * The whole public interface, in the order in which you will need it:
 *
 *   1 answers   2 the scheduler   3 the catalogue   4 slots   5 bookings
 *   6 the working day   7 cases and news   8 notices and events   9 exchange   10 upkeep
 *
 * (Chapter numbers are fixed, like all numbers here.)
 *
 * Six rules hold for every function, so no entry below repeats them.
 *
 *  Answers    What can fail returns an int: LSCHED_OK, or a negative code of enum
 *             lsched_status.  After a failure nothing was stored and `*out` is NULL
 *             (or 0).  lsched_message() has the reason in words.  Any function may
 *             answer LSCHED_NOMEM or LSCHED_MISUSE; any that takes a text, number or
 *             struct LSCHED_INVALID or LSCHED_LIMIT; any that needs the store
 *             LSCHED_BUSY or LSCHED_STORE; any that writes, outside of lsched_begin(),
 *             LSCHED_UNKNOWN, which is settled by the same call again.  Entries name
 *             what else they answer, and what these mean where that is not plain.
 *  Ownership  What arrives through `out` is yours: release it with the _free() of its
 *             type, which accepts NULL.  What arrives as a return value is lent by the
 *             object that you asked and lives as long as that object.  What you pass in
 *             is only read, and only during the call.  Records and lists refer to
 *             nothing else: release them in any order, on any thread, after the
 *             scheduler too.
 *  Time       lsched_time is seconds since 1970-01-01 UTC, without leap seconds, from
 *             1970 to the end of 2199.  Spans include their start and exclude their
 *             end.  Zones are IANA names ("Europe/Berlin").  Minutes are elapsed time;
 *             days are calendar days of a zone that the entry names.  A local time
 *             that a clock change skips counts with the offset before the change; one
 *             that occurs twice is the first (RFC 5545, section 3.3.5).  Zones are read
 *             from /usr/share/zoneinfo, each once per scheduler; TZ and TZDIR mean
 *             nothing here.
 *  Text       UTF-8, up to a NUL, within the limits of enum lsched_limit; NULL and ""
 *             mean the same: none; what you get is never NULL.  An id is yours: any text
 *             without white space, control or invisible characters.  Names, keys and
 *             addresses are one line; notes may have tabs and line breaks.  A word list
 *             is words separated by one space.
 *  Structs    Those that you fill begin with `size`: zero the whole, then set it to
 *             sizeof.  A zero field means the default.  Fields are only ever added at
 *             the end; a byte that is set beyond what this library knows is
 *             LSCHED_MISUSE, never ignored.
 *  Threads    One scheduler serves one thread at a time, in the process that opened its
 *             store; two schedulers, also on one store, are independent.  The library
 *             starts no thread, prints nothing, and never ends or reconfigures the process.
 */
#ifndef LIBSCHED_H
#define LIBSCHED_H

#include <stddef.h>
#include <stdint.h>

#ifndef LSCHED_API
#if defined(__GNUC__)
#define LSCHED_API __attribute__((visibility("default")))
#else
#define LSCHED_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t lsched_time;

/* ---- 1. Answers ------------------------------------------------------------- */

/* What a call answered.  Three families, by what the caller does next. */
enum lsched_status {
    LSCHED_OK = 0,

    /* -1..-19: change the program or the input */
    LSCHED_NOMEM = -1,    /* memory ran out                                         */
    LSCHED_MISUSE = -2,   /* an argument is missing, or calls are out of order; a
                             field that is missing is LSCHED_INVALID                */
    LSCHED_NOTFOUND = -3, /* no record has the id that the message names            */
    LSCHED_INVALID = -4,  /* a value is malformed; the message names field or line  */
    LSCHED_LIMIT = -5,    /* a value passes a limit of enum lsched_limit            */
    LSCHED_INUSE = -6,    /* it cannot go: the message names what still needs it    */
    LSCHED_KEYUSED = -7,  /* this key came before with another request              */

    /* -20..-39: the rules say no; this is news for the customer */
    LSCHED_CLOSED = -20,  /* the region, customer, service or team is closed then, or a
                             calendar is stale (lsched_calendar.on_stale)           */
    LSCHED_TOOSOON = -21, /* already past, or inside the service's notice           */
    LSCHED_TOOFAR = -22,  /* beyond the service's horizon                           */
    LSCHED_OFFGRID = -23, /* the service does not start contacts at that minute     */
    LSCHED_TAKEN = -24,   /* whoever could serve then is already taken: find again  */
    LSCHED_NOBODY = -25,  /* nobody who may serve this customer works then          */
    LSCHED_OVER = -26,    /* the booking's life has no such step any more           */
    LSCHED_QUOTA = -27,   /* the customer or the source holds too many places       */
    LSCHED_EXISTS = -28,  /* the customer has an open one already; the message names it */

    /* -40..-59: the store could not answer */
    LSCHED_BUSY = -40,    /* the deadline passed: others were writing, or the work
                             took longer; nothing was stored: try again             */
    LSCHED_STORE = -41,   /* lsched_message() has the store's own words             */
    LSCHED_UNKNOWN = -42, /* a commit failed: done or not, nobody knows; only the
                             same call with the same key settles it                 */
    LSCHED_FOREIGN = -43, /* the file is not a libsched store, or of a newer schema */
    LSCHED_OUTDATED = -44 /* the store's schema is older: lsched_upgrade() first    */
};

/* The limits that every text, record and answer keeps. */
enum lsched_limit {
    LSCHED_MAX_ID = 64,              /* bytes of an id                              */
    LSCHED_MAX_KEY = 200,            /* bytes of an idempotency key                 */
    LSCHED_MAX_NAME = 200,           /* bytes of a name, topic or zone              */
    LSCHED_MAX_WORDS = 4000,         /* bytes of a word list                        */
    LSCHED_MAX_NOTE = 4000,          /* bytes of a note, cause or photo address     */
    LSCHED_MAX_MINUTES = 1440,       /* a contact with all its buffers              */
    LSCHED_MAX_LANES = 32,           /* chats that one agent can hold at a time     */
    LSCHED_MAX_LEVEL = 9,            /* level of a skill                            */
    LSCHED_MAX_SCORE = 100,          /* of an entry                                 */
    LSCHED_MAX_HOLD = 600,           /* seconds that a place is held                */
    LSCHED_MAX_HELD = 3,             /* places that one customer holds at a time    */
    LSCHED_MAX_HELD_SOURCE = 20,     /* and one source                              */
    LSCHED_MAX_LEASE = 3600,         /* seconds that a notice is leased             */
    LSCHED_MAX_ATTEMPTS = 20,        /* attempts at one contact                     */
    LSCHED_MAX_SERIES = 100,         /* occurrences of one series                   */
    LSCHED_MAX_DAYS = 400,           /* days that one question may span             */
    LSCHED_MAX_EXPLAIN = 62,         /* days that one explanation may span          */
    LSCHED_MAX_QUERIES = 100,        /* queries of one call                         */
    LSCHED_MAX_RANK = 1000,          /* of a service among those of its topic       */
    LSCHED_MAX_PAGE = 10000,         /* entries of one list                         */
    LSCHED_MAX_REPAIR = 1000,        /* bookings of one repair                      */
    LSCHED_MAX_RESEATS = 4,          /* bookings that make room for one             */
    LSCHED_MAX_WINDOWS = 100,        /* windows of one wait                         */
    LSCHED_MAX_TOKENS = 16,          /* tokens of one booking that have not expired */
    LSCHED_MAX_CALENDARS = 64,       /* calendars of one owner                      */
    LSCHED_MAX_REGIONS = 8,          /* further regions of one customer             */
    LSCHED_MAX_CAP = 1000,           /* attempts that a cap of a region allows      */
    LSCHED_MAX_CALENDAR = 1048576,   /* bytes of a calendar's text                  */
    LSCHED_MAX_LINE = 65536,         /* bytes of an unfolded calendar line          */
    LSCHED_MAX_COMPONENTS = 5000,    /* components of a calendar                    */
    LSCHED_MAX_DEPTH = 4,            /* components inside one another               */
    LSCHED_MAX_VALUES = 5000,        /* RDATE and EXDATE values of one component, or
                                        periods of a VFREEBUSY                      */
    LSCHED_MAX_RULES = 5000,         /* RRULEs in a calendar                        */
    LSCHED_MAX_ZONES = 1000,         /* different TZIDs in a calendar               */
    LSCHED_MAX_OBSERVANCES = 64,     /* STANDARD and DAYLIGHT in a VTIMEZONE        */
    LSCHED_MAX_INSTANCES = 50000,    /* instances that one calendar may give a question */
    LSCHED_MAX_STEPS = 2000000       /* steps of rule expansion that it may cost    */
};

/* The name of a status as it stands above ("LSCHED_TAKEN"), or "LSCHED_?".  Static. */
LSCHED_API const char *lsched_status_name(int status);

/* The library's version, as "major.minor.patch".  Static. */
LSCHED_API const char *lsched_version(void);

/* ---- 2. The scheduler ------------------------------------------------------- */

typedef struct lsched lsched; /* a scheduler and its open store */

/* A new scheduler, without a store yet; NULL if memory ran out. */
LSCHED_API lsched *lsched_new(void);

/* Rolls back what is open, closes the store and releases the scheduler. */
LSCHED_API void lsched_free(lsched *s);

/* Why the last call on `s` failed, in one line of English; "" after a success.  Lent
 * until the next call.  It names ids, fields and lines, never a note. */
LSCHED_API const char *lsched_message(const lsched *s);

/* The line of the calendar text that the last failure is about; 0: none. */
LSCHED_API int32_t lsched_line(const lsched *s);

/* Where the scheduler takes "now" from: `now(user)` is called at least once in each
 * call that asks for the time.  NULL: the system's clock, which is also the default.
 * Nothing else in the library asks for the time; a stop watch for deadlines, which knows no
 * date, decides nothing but when to give up.  `now` answers times from 1970 to 2199
 * (others are LSCHED_INVALID in whatever asked), and must not call the library on `s`. */
LSCHED_API int lsched_set_clock(lsched *s, lsched_time (*now)(void *user), void *user);

/* What a calendar's text may be and cost, for hosts that trust their sources less than the
 * library does.  Each is 1 to the value of its LSCHED_MAX_; 0: that value. */
typedef struct lsched_limits {
    uint32_t size;
    int32_t calendar;   /* bytes: LSCHED_MAX_CALENDAR                              */
    int32_t line;       /* LSCHED_MAX_LINE                                         */
    int32_t components; /* LSCHED_MAX_COMPONENTS                                   */
    int32_t depth;      /* LSCHED_MAX_DEPTH                                        */
    int32_t values;     /* LSCHED_MAX_VALUES                                       */
    int32_t rules;      /* LSCHED_MAX_RULES                                        */
    int32_t instances;  /* LSCHED_MAX_INSTANCES                                    */
    int32_t steps;      /* LSCHED_MAX_STEPS                                        */
    int32_t spare;      /* keep zero                                               */
} lsched_limits;

/* From the next call on, calendar text that passes one of these is LSCHED_LIMIT, and
 * lsched_line() has the line if it is about one.  That goes for stored calendars too,
 * which stay as they are: what was put under higher limits may then fail to be used.
 * `limits` NULL: those of enum lsched_limit again.  LIMIT: higher than these; INVALID:
 * negative; the message names the field, and nothing has changed. */
LSCHED_API int lsched_set_limits(lsched *s, const lsched_limits *limits);

/* How much memory the handle may keep of its store from one call to the next, in bytes, about:
 * records and calendars as read, and who is free when, as bits.  From there answers come in
 * microseconds; they are the same without, but that a calendar which is LSCHED_LIMIT for a long
 * range may answer for the parts of it that are known already.  Default: 64 MB, which is some
 * hundred teams of 40 for a fortnight, the ones asked of last.  A call can need more while it
 * runs, and what is too much goes as the next one begins.  0: nothing is kept.  What was kept so
 * far is dropped. */
LSCHED_API int lsched_set_memory(lsched *s, size_t bytes);

/* How long each call from now on may take, in milliseconds, waiting for other writers
 * included; when that has passed, it is given up cleanly with LSCHED_BUSY, and nothing is
 * stored.  A commit that has begun is not given up, nor are lsched_upgrade() and the copying
 * of lsched_backup(), nor the one step in which SQLite goes through the file's pages for
 * lsched_verify(): half a second for a gigabyte, and what it takes to read that from the disk.
 * 0, which is also the default: waiting ends after 5,000, and work is not limited.  On a
 * host's connection, too, only waiting is limited, since SQLite has just one place for a
 * handler that could stop work there, and that is the host's.  INVALID: negative. */
LSCHED_API int lsched_set_deadline(lsched *s, int32_t milliseconds);

enum lsched_open_flag {
    LSCHED_CREATE = 1, /* make the store if there is none                               */
    LSCHED_FAST = 2,   /* do not wait for the disk at each commit: what was answered with
                          LSCHED_OK survives a crash of the process, but a power cut may
                          take back the last commits, each as a whole, never half of one */
    LSCHED_NETWORK = 4 /* also on a network file system.  Locks do not hold between
                          machines there: no two machines may have the store open       */
};

/* Opens the store at `path`: an SQLite file of ours on a local disk, or ":memory:".
 * One store is one tenant.  The file is in WAL mode with synchronous FULL (NORMAL with
 * LSCHED_FAST), both checked after they are set: what was answered with LSCHED_OK survives a
 * power cut.  A file that LSCHED_CREATE makes is readable and writable by its owner only.
 *
 * Writers of all processes take turns, in the order in which they came, at the gate: the
 * file "<path>-gate", which is part of the store, always empty, and stays there.  To remove
 * it while somebody has the store open breaks the promise that bookings are never lost.  The
 * gate also protects the store from another copy of SQLite in the process, which can take
 * away SQLite's locks without a sign; nevertheless let nothing but libsched open the file.
 * The queue at the gate is a System V semaphore, which is removed with the last scheduler
 * of the store; where there is none to be had, turns are less fair, and nothing else.
 *
 * After fork() a child cannot use the scheduler; it can release it.  One that lives on
 * without releasing it, or without exec, keeps the gate shut if its parent dies in the
 * middle of a write.
 *  NOTFOUND  there is no such file, or an empty one, and `flags` lack LSCHED_CREATE
 *  FOREIGN   the file is of another program, of a newer version of this one, or its tables,
 *            indexes and triggers are not those that were made with it
 *  STORE     also: the last part of the path is a symbolic link, which is not followed; or
 *            it leads to a network file system.  Later, in any call that writes: the file
 *            is no longer at its path
 *  MISUSE    a store is open already, or an unknown flag is set */
LSCHED_API int lsched_open(lsched *s, const char *path, int32_t flags);

struct sqlite3; /* a connection, as SQLite's own header has it */

/* Makes the host's own database the store: libsched works inside the connection `db`, with
 * tables of its own in the database "main" (not in attached ones).  The host's row and the
 * booking then stand or fall together.  The tables' names begin with "lsched_"; the rest of
 * them is for libsched alone, may be another in the next version, and is nothing for a foreign
 * key or a trigger of the host's to lean on: keep the booking's id instead.  The host's
 * user_version and application_id stay the host's.
 *
 * If the host has no transaction open, each call that writes is one, begun with BEGIN
 * IMMEDIATE at the gate (see lsched_open(); that of the host's database, if it is a file),
 * and so is lsched_begin() to lsched_commit(), in which the host's statements take part too.
 *   If it has one open, each call and each lsched_begin() is a part of that (a savepoint):
 * LSCHED_OK then means "in your transaction", a call that fails undoes its own part only,
 * and nothing is committed or waited for at the gate.  Where the host's own COMMIT fails,
 * it is the host that has LSCHED_UNKNOWN: the same calls again, with the same keys.  Begin it
 * with BEGIN IMMEDIATE: one that has read and is then overtaken by another writer cannot write
 * any more, which is BUSY.
 * Where memory or the disk does not let a part be undone, all of the transaction is rolled
 * back, as SQLite itself does it in such a case: after NOMEM or STORE, sqlite3_get_autocommit()
 * tells; where even that found no memory, it is left to the host.
 *   A statement of the host's that writes outside of a transaction, and has rows left to
 * step, is in the way: MISUSE, and nothing is touched.
 *   Between calls the host may commit and roll back as it likes, but not a transaction that
 * lsched_begin() has begun, nor may it end its own between lsched_begin() and
 * lsched_commit() or lsched_rollback(): if it does, these answer STORE, for there is nothing
 * left to keep or undo, and what then stands is the host's doing.
 *   LSCHED_CREATE makes the tables, in a transaction of its own or as part of the host's.
 * If the host rolls that back, all calls answer STORE, until a new scheduler attaches.
 *
 * The connection must be of the same copy of SQLite that libsched is linked with.  Its
 * settings, hooks and handlers stay as they are (while waiting, a busy timeout that is longer
 * than what is left of the deadline is shortened and put back).  The host must use it on one
 * thread at a time, libsched's included, must not call libsched from inside a callback of
 * SQLite, and calls lsched_free() before it closes the connection, which lsched_free()
 * leaves open.  Checkpoints and the pragmas below are the host's own affair, as are its
 * writes, which do not pass the gate: between processes that write inside transactions of
 * their own, SQLite's waiting is not fair.  With SQLite before 3.51.3, leave checkpoints to its
 * own ones (wal_autocheckpoint): one that is called for while others write can damage the
 * database.  lsched_open(), and so schedctl, does not open a host's database.
 *  NOTFOUND  the database has no store, and `flags` lack LSCHED_CREATE
 *  OUTDATED  its tables are of an older schema; this release has none such to bring up to date
 *            here, since no earlier one could attach
 *  FOREIGN   the database has other tables with the names of ours, or ours were changed
 *  STORE     also: the connection is read-only, or has triggers switched off; the database
 *            is not in UTF-8; or, in a file, a commit would not survive a power cut: that
 *            takes WAL with synchronous FULL, or another journal on disk with synchronous
 *            EXTRA (with LSCHED_FAST: synchronous NORMAL), which is asked here only
 *  MISUSE    `db` is NULL, a store is open already, or an unknown flag is set */
LSCHED_API int lsched_attach_sqlite(lsched *s, struct sqlite3 *db, int32_t flags);

/* What the host should know about the engine under the store, such as a known fault of its
 * version, in one line of English; "" if there is nothing, or no store.  Static. */
LSCHED_API const char *lsched_store_note(const lsched *s);

/* Groups the calls that follow into one transaction, all or nothing; calls nest, and an
 * inner rollback undoes only what came since its own begin.  While one is open, this
 * scheduler's writes wait for nobody, and everybody else's wait for it.  To ask "what
 * if", write, look, and roll back.
 * Commit of the outermost answers UNKNOWN where the store cannot say; after it nothing
 * is open.  Where an inner end answers STORE, only ending all of it is of use: all of it is
 * then undone.  Rollback answers OK when nothing of it stands; it answers NOMEM or STORE only
 * on a host's connection (see lsched_attach_sqlite()), and the outermost of all leaves nothing
 * of ours open then either.  MISUSE: nothing was begun. */
LSCHED_API int lsched_begin(lsched *s);
LSCHED_API int lsched_commit(lsched *s);
LSCHED_API int lsched_rollback(lsched *s);

/* ---- 3. The catalogue ------------------------------------------------------- */

/* Teams, agents, services and customers have eight functions each, all alike; the roster
 * and the calendars have those that are declared with them.
 *
 *   put     stores a record; one with the same id is replaced as a whole.
 *           NOTFOUND: an id in a field has no record.  INVALID, LIMIT: the message
 *           names the field.
 *   get     one record, with every default written out.  NOTFOUND.
 *   remove  also its calendars; an agent is also struck from every `knows` and `avoids`.
 *           INUSE: the message says by what.  NOTFOUND.
 *   list    in the order of their ids' bytes, at most `limit` (0: 1,000; at most
 *           LSCHED_MAX_PAGE), beginning behind the id `after` (NULL: at the first).
 *           An empty list is a success.
 *   count, at, free of a list; `at` answers NULL past the end. */

/* Channels, to be added up.  A phone call, a video call or a visit takes an agent
 * whole; a chat takes one of the agent's lanes. */
enum lsched_channel {
    LSCHED_PHONE = 1,
    LSCHED_CHAT = 2,
    LSCHED_VIDEO = 4,
    LSCHED_VISIT = 8
};

/* The name of one channel, "phone", in small letters and for good; "" for any other number,
 * also several.  Static.  There are eleven of this kind: lsched_channel_name(),
 * lsched_purpose_name(), lsched_rung_name(), lsched_relax_name(), lsched_state_name(),
 * lsched_decided_name(), lsched_outcome_name(), lsched_fault_name(), lsched_entry_name(),
 * lsched_event_name(), lsched_notice_name(). */
LSCHED_API const char *lsched_channel_name(int32_t channel);

/* What a contact is for, as the law sees it; to be added up.  A call that somebody asked for is
 * no solicitation, whoever dials. */
enum lsched_purpose {
    LSCHED_ASKED = 1,         /* the customer asked for it: a callback, a chat, a visit  */
    LSCHED_SERVICE_NEWS = 2,  /* about what the customer has: a fault, works, a delivery */
    LSCHED_SALES = 4,         /* an offer, an advertisement                         */
    LSCHED_COLLECTION = 8,    /* a debt                                             */
    LSCHED_SURVEY = 16        /* an opinion, a score                                */
};

/* "asked", "news", "sales", "collection", "survey"; "" for any other number, also several.
 * Static. */
LSCHED_API const char *lsched_purpose_name(int32_t purpose);

/* Where zero means the default and the wanted value is nothing at all. */
enum lsched_none {
    LSCHED_NONE = -1
};

/* A team: the named people who serve the customers of some regions.  Its opening hours
 * are its calendars. */
typedef struct lsched_team {
    uint32_t size;
    int32_t general;      /* not 0: general care, open to every customer           */
    const char *id;       /* required                                              */
    const char *name;     /* required                                              */
    const char *zone;     /* required                                              */
    const char *photo;    /* address of a picture                                  */
    const char *overflow; /* the team that helps out; not itself                   */
    const char *regions;  /* word list: the regions whose customers are its own    */
} lsched_team;
typedef struct lsched_teams lsched_teams;

LSCHED_API int lsched_put_team(lsched *s, const lsched_team *team);
LSCHED_API int lsched_get_team(lsched *s, const char *id, lsched_team **out);
LSCHED_API int lsched_remove_team(lsched *s, const char *id);
LSCHED_API int lsched_list_teams(lsched *s, const char *after, uint32_t limit, lsched_teams **out);
LSCHED_API size_t lsched_teams_count(const lsched_teams *list);
LSCHED_API const lsched_team *lsched_teams_at(const lsched_teams *list, size_t i);
LSCHED_API void lsched_team_free(lsched_team *team);
LSCHED_API void lsched_teams_free(lsched_teams *list);

/* Somebody who serves.  Shifts, breaks and leave are the agent's calendars.
 * put: INUSE when `lanes` shrinks below the chats already booked beside one another. */
typedef struct lsched_agent {
    uint32_t size;
    int32_t channels;      /* enum lsched_channel; 0: all                          */
    int32_t lanes;         /* chats at a time; 0: 3                                */
    int32_t spare;         /* keep zero                                            */
    const char *id;        /* required                                             */
    const char *name;      /* required                                             */
    const char *zone;      /* required: floating times in this agent's calendars   */
    const char *photo;     /* address of a picture                                 */
    const char *languages; /* word list of BCP 47 tags, best first                 */
    const char *skills;    /* word list, each "skill" or "skill:level", level 1..9 */
} lsched_agent;
typedef struct lsched_agents lsched_agents;

LSCHED_API int lsched_put_agent(lsched *s, const lsched_agent *agent);
LSCHED_API int lsched_get_agent(lsched *s, const char *id, lsched_agent **out);
LSCHED_API int lsched_remove_agent(lsched *s, const char *id);
LSCHED_API int lsched_list_agents(lsched *s, const char *after, uint32_t limit,
                                  lsched_agents **out);
LSCHED_API size_t lsched_agents_count(const lsched_agents *list);
LSCHED_API const lsched_agent *lsched_agents_at(const lsched_agents *list, size_t i);
LSCHED_API void lsched_agent_free(lsched_agent *agent);
LSCHED_API void lsched_agents_free(lsched_agents *list);

/* That an agent serves in a team, from one date until another, both local midnights of
 * the team's zone.  The roster is all of these.  An agent may serve in several teams.
 * Its id is team, agent and `from` together. */
typedef struct lsched_member {
    uint32_t size;
    int32_t spare;     /* keep zero                                                */
    const char *team;  /* required                                                 */
    const char *agent; /* required                                                 */
    const char *from;  /* first date, "2026-01-05"; NULL: since ever               */
    const char *until; /* first date no longer; NULL: for good                     */
} lsched_member;
typedef struct lsched_members lsched_members;

LSCHED_API int lsched_put_member(lsched *s, const lsched_member *member);
LSCHED_API int lsched_remove_member(lsched *s, const char *team, const char *agent,
                                    const char *from);
/* The members of `team`, or the teams of `agent`, or both NULL: the whole roster.  In
 * the order of team, agent, from; `skip` leaves out so many at the beginning. */
LSCHED_API int lsched_list_members(lsched *s, const char *team, const char *agent, uint32_t skip,
                                   uint32_t limit, lsched_members **out);
LSCHED_API size_t lsched_members_count(const lsched_members *list);
LSCHED_API const lsched_member *lsched_members_at(const lsched_members *list, size_t i);
LSCHED_API void lsched_members_free(lsched_members *list);

/* Where a service's starts begin to count. */
enum lsched_anchor {
    LSCHED_CLOCK = 1,   /* on the wall clock of the customer's zone, from midnight on:
                           every 20 minutes is :00, :20 and :40, clock change or not */
    LSCHED_OPENING = 2, /* elapsed minutes since the team opened, or since the
                           customer's local midnight, whichever is later            */
    LSCHED_FREE = 3     /* elapsed minutes since that agent could have started but for
                           notice and horizon, or since the customer's local midnight,
                           whichever is later                                       */
};

/* What a customer can book: a topic, on some channels. */
typedef struct lsched_service {
    uint32_t size;
    int32_t channels;   /* enum lsched_channel; 0: all                             */
    int32_t minutes;    /* how long the contact takes; 0: 30                       */
    int32_t before;     /* minutes that the agent needs before; 0: none            */
    int32_t after;      /* minutes kept free behind it all; 0: none                */
    int32_t wrap_up;    /* minutes of the agent's work after the contact; 0: none  */
    int32_t notice;     /* minutes between booking and start, up to LSCHED_MAX_DAYS
                           days of them; 0: 30; or LSCHED_NONE                     */
    int32_t horizon;    /* how many days ahead, calendar days of the customer's
                           zone, the last one wholly; up to 366; 0: 30             */
    int32_t step;       /* minutes between starts, 1..1440; 0: 15                  */
    int32_t anchor;     /* enum lsched_anchor; 0: LSCHED_CLOCK                     */
    const char *id;     /* required                                                */
    const char *name;   /* required                                                */
    const char *topic;  /* what it is about, in your own words                     */
    const char *skills; /* word list, each "skill" or "skill:level" at the least   */
    int32_t reminder;   /* minutes before the start at which a reminder is due, up
                           to LSCHED_MAX_DAYS days of them; 0: 1440; or LSCHED_NONE */
    int32_t revision;   /* counts the changes of this record; put takes no notice of
                           what stands here                                        */
    int32_t wait_known; /* minutes that a customer may be asked to wait longer for an
                           agent whom the customer knows, up to LSCHED_MAX_DAYS days
                           of them; 0: none.  See lsched_slots_familiar()          */
    int32_t wait_home;  /* and for one of the home team                            */
    int32_t reseats;    /* how many bookings may be given to another agent to make
                           room for one, up to LSCHED_MAX_RESEATS; 0: none, and its
                           bookings stay where they are.  See below                */
    int32_t purpose;    /* one of enum lsched_purpose: what its contacts are for, to
                           the laws of the customer's regions; 0: LSCHED_ASKED     */
    /* What follows is policy of chapter 6. */
    int32_t attempts;   /* how often it is tried to reach a customer before the contact
                           is given up, 1..LSCHED_MAX_ATTEMPTS; 0: 3               */
    int32_t spacing;    /* minutes from one attempt to the next at the least, up to
                           LSCHED_MAX_DAYS days of them; 0: 60                     */
    int32_t day_attempts;  /* attempts that reach a customer in vain, whatever they are
                           about, in any 24 hours, 1..LSCHED_MAX_ATTEMPTS; 0: 3    */
    int32_t week_attempts; /* and in any 7 days; 0: 7                              */
    int32_t cut_off;    /* nobody joins the line where in so many minutes no contact could
                           begin and end before closing any more; up to a day; 0: 15; or
                           LSCHED_NONE: it can be joined at any time, also while it is
                           closed                                                  */
    int32_t owner_wait; /* minutes that a contact is left to its own agent before it goes
                           to others, up to LSCHED_MAX_DAYS days of them; 0: 15; or
                           LSCHED_NONE: it is never left to one                    */
    /* And of chapter 7: listening. */
    int32_t low_score;  /* a score at or below it calls for a follow-up, up to
                           LSCHED_MAX_SCORE; 0: none does.  See lsched_add_entry() */
    int32_t check_in;   /* so many times 24 hours after a contact that took place the
                           customer is asked whether all is well (LSCHED_NOTICE_CHECKIN),
                           up to LSCHED_MAX_DAYS; 0: never                         */
    const char *follow_up; /* id of the service that a follow-up is of, whose skills ("lead")
                           say who may make it; NULL: this one.  It can be put later */
    /* Of the ways in which a topic is solved, which you recommend: lsched_find_ways(). */
    int32_t recommended; /* one of `channels`, named first; 0: none of them        */
    int32_t rank;        /* of this service among those of its topic: 1 is named first,
                            up to LSCHED_MAX_RANK; 0: behind all that have one     */
} lsched_service;
typedef struct lsched_services lsched_services;

/* Room by re-seating, for services with `reseats`.  Where everybody who could serve is taken at a
 * start, and there would be room if other bookings sat with other agents, the start is offered
 * all the same, and whoever takes it (book, hold, move, a series, a confirm after its time)
 * gives these bookings to others in the same transaction: the fewest that do, at most `reseats`;
 * of several ways with as few, the one for the first agent in the ladder's order.
 *
 * Only a booking that was promised to the customer as "somebody of this team at this time" goes
 * to another agent, and nobody notices: it keeps its time, length, buffers, channel, team and
 * rung, and the predicate by which lsched_book() would take that agent says yes.  It
 *
 *   is BOOKED, on a channel that takes an agent whole (phone, video, visit)
 *   was booked `anybody` (see lsched_booking): with `reseats` in its service, by a request that
 *     named no agent, not of a series, not kept with its agent by a move, not of one whom the
 *     customer knew, and no repair has placed it since
 *   is of a service that has `reseats` today, and of an agent whom the customer does not know
 *   begins in an hour or later, and not inside its service's notice
 *
 * What is held, imported, a chat or of a series stays.  Each booking that is moved so has an
 * event of its own (LSCHED_EVENT_RESEATED), sequence + 1, and what its customer is still to be
 * told is told of it as it then is; of the step itself nobody is told.
 *   Ways are looked for up to a number of steps for each agent and start, the same for finding
 * and for booking: so what is found can be booked, and is done with the fewest; but among many
 * agents with many bookings, a way of three or four may stay unfound.
 * put: INVALID where `reseats` stands beside the anchor LSCHED_FREE, whose starts hang on who
 * has which bookings. */
LSCHED_API int lsched_put_service(lsched *s, const lsched_service *service);
LSCHED_API int lsched_get_service(lsched *s, const char *id, lsched_service **out);
LSCHED_API int lsched_remove_service(lsched *s, const char *id);
LSCHED_API int lsched_list_services(lsched *s, const char *after, uint32_t limit,
                                    lsched_services **out);
LSCHED_API size_t lsched_services_count(const lsched_services *list);
LSCHED_API const lsched_service *lsched_services_at(const lsched_services *list, size_t i);
LSCHED_API void lsched_service_free(lsched_service *service);
LSCHED_API void lsched_services_free(lsched_services *list);

/* A service as it was in one of its revisions, also after its removal: the policy under
 * which a booking was made (lsched_booking.revision).  NOTFOUND. */
LSCHED_API int lsched_get_revision(lsched *s, const char *service, int32_t revision,
                                   lsched_service **out);

/* Whom you serve.  Name and address stay in your own records.
 *
 * A customer without `team` is given one: of the teams that serve the region, the one
 * with the fewest customers for each agent on its roster today, then the smallest id.
 * A later put without `team` keeps it while that team serves the region.  Where no team
 * serves the region, `team` stays empty and general care serves. */
typedef struct lsched_customer {
    uint32_t size;
    int32_t general;      /* not 0: general care, by the customer's own choice     */
    const char *id;       /* required                                              */
    const char *zone;     /* required                                              */
    const char *region;   /* a word, such as "US-NY"                               */
    const char *language; /* BCP 47 tag that the agent must share; NULL: any       */
    const char *team;     /* home team                                             */
    const char *knows;    /* word list: agents whom this customer knows, best first;
                             those who have served the customer come behind them */
    const char *regions;  /* word list of up to LSCHED_MAX_REGIONS further regions: where
                             the customer may be, too, and whatever else has laws of its
                             own, such as the country ("US").  Each of them must allow a
                             contact; the team is chosen by `region` alone         */
    int32_t consents;     /* enum lsched_purpose: what the customer has agreed to be
                             contacted for; see lsched_calendar.lifted             */
    int32_t spare;        /* keep zero                                             */
    const char *avoids;   /* word list: agents whom this customer does not want.  They are
                             not offered, promised or given a contact of this customer by
                             anything below (LSCHED_WHY_AVOIDED); what is booked with them
                             stays, is a stray from then on, and goes to others when its
                             time comes.  INVALID: also in `knows`                  */
} lsched_customer;
typedef struct lsched_customers lsched_customers;

LSCHED_API int lsched_put_customer(lsched *s, const lsched_customer *customer);
LSCHED_API int lsched_get_customer(lsched *s, const char *id, lsched_customer **out);
LSCHED_API int lsched_remove_customer(lsched *s, const char *id);
LSCHED_API int lsched_list_customers(lsched *s, const char *after, uint32_t limit,
                                     lsched_customers **out);
LSCHED_API size_t lsched_customers_count(const lsched_customers *list);
LSCHED_API const lsched_customer *lsched_customers_at(const lsched_customers *list, size_t i);
LSCHED_API void lsched_customer_free(lsched_customer *customer);
LSCHED_API void lsched_customers_free(lsched_customers *list);

/* What the law of a region says beyond its calendars (lawful hours and days): how often somebody
 * may be tried.  A region needs no record: without one there are only its calendars, and nothing
 * counts attempts.
 *   An attempt is a contact that was begun (lsched_start), or that took place or failed by the
 * customer without having been begun (FULFILLED, NOSHOW).  The caps are asked when somebody is
 * about to be contacted, by lsched_may_contact(); a place can be booked whatever they say.
 *   `revision` counts the changes of the law: each time this record or a calendar of the region
 * is changed, put or removed it is one more.  It goes on where both were gone meanwhile, and what
 * is put again as it is counts for nothing.  Bookings tell which one permitted them:
 * lsched_booking.law. */
typedef struct lsched_region {
    uint32_t size;
    int32_t revision;   /* put takes no notice of what stands here                 */
    int32_t channels;   /* the caps are of attempts on these; 0: on all            */
    int32_t purposes;   /* for these, enum lsched_purpose; 0: for all              */
    int32_t lifted;     /* not 0: and not of those to which the customer has agreed */
    int32_t per_day;    /* attempts at most in any 24 hours, up to LSCHED_MAX_CAP;
                           0: no cap                                               */
    int32_t per_week;   /* and in any 7 times 24 hours                             */
    int32_t spacing;    /* minutes from one attempt to the next at the least, up to
                           seven days of them; 0: none                             */
    const char *id;     /* required: the word of lsched_customer.region            */
    const char *name;   /* "Florida"                                               */
    const char *source; /* what it was taken from                                  */
    const char *as_of;  /* and on which date, "2026-11-23"                         */
} lsched_region;
typedef struct lsched_regions lsched_regions;

LSCHED_API int lsched_put_region(lsched *s, const lsched_region *region);
LSCHED_API int lsched_get_region(lsched *s, const char *id, lsched_region **out);
LSCHED_API int lsched_remove_region(lsched *s, const char *id); /* its calendars stay */
LSCHED_API int lsched_list_regions(lsched *s, const char *after, uint32_t limit,
                                   lsched_regions **out);
LSCHED_API size_t lsched_regions_count(const lsched_regions *list);
LSCHED_API const lsched_region *lsched_regions_at(const lsched_regions *list, size_t i);
LSCHED_API void lsched_region_free(lsched_region *region);
LSCHED_API void lsched_regions_free(lsched_regions *list);

/* Calendars are layers: every rule about *when* is one.  Each belongs to an owner and
 * either opens or closes time.  A contact is possible where every layer allows it:
 *
 *   (what a layer opens, all its calendars together) minus (what it closes),
 *   over region, customer, service, team and agent, minus what is booked.
 *
 * An agent or team without an opening calendar is never open; a region, customer or
 * service without one is always open.  A region needs no record of its own.
 *   A calendar of a region may bind only contacts on some channels, or for some purposes
 * (lsched_service.purpose); to all others it is as if it was not there.  A customer of several
 * regions can be contacted where each of them is open. */
enum lsched_owner {
    LSCHED_TEAM = 1,     /* service hours; holidays, meetings            */
    LSCHED_AGENT = 2,    /* shifts; breaks, leave, training              */
    LSCHED_CUSTOMER = 3, /* preferred hours; quiet hours                 */
    LSCHED_REGION = 4,   /* lawful hours and days                        */
    LSCHED_SERVICE = 5   /* hours of the topic; blackout dates           */
};
enum lsched_effect {
    LSCHED_OPENS = 1,
    LSCHED_CLOSES = 2
};
/* What the end of a repeated event is, where a clock change lies inside an instance.  The
 * first instance always ends where it is written. */
enum lsched_ends {
    LSCHED_WALL = 1, /* the wall clock time of the first instance's end: a night shift
                        from 22:00 to 06:00 ends at 06:00 in every night            */
    LSCHED_EXACT = 2 /* DTEND gives the first instance's exact length to all (RFC 5545,
                        section 3.8.2.2); DURATION counts days nominally, the rest
                        exactly (section 3.3.6)                                     */
};

/* What becomes of a calendar whose source was not heard of for too long. */
enum lsched_stale {
    LSCHED_STALE_USE = 1,    /* it goes on as it last was                               */
    LSCHED_STALE_CLOSED = 2, /* its owner is closed, whatever is open otherwise         */
    LSCHED_STALE_OPEN = 3    /* it counts for nothing, as if it was not there           */
};

/* One calendar: iCalendar text (RFC 5545, 6868, 7953), one VCALENDAR or several.  Read are
 *
 *   VEVENT         DTSTART, DTEND or DURATION, RRULE, RDATE, EXDATE, RECURRENCE-ID (also
 *                  with RANGE=THISANDFUTURE), STATUS, TRANSP, UID, SEQUENCE, DTSTAMP; a
 *                  cancelled event counts for nothing, and a transparent one closes nothing
 *   VFREEBUSY      FREEBUSY: what is not FBTYPE=FREE closes where the calendar closes; what
 *                  is FREE opens where it opens
 *   VAVAILABILITY  with AVAILABLE and PRIORITY: where the calendar opens, AVAILABLE time
 *                  opens; where it closes, the rest of the VAVAILABILITY's bounds closes
 *   VTIMEZONE      where the zone database has no zone of that name
 *
 * and everything else is passed over.  How it is read where there is a choice is the table
 * in chapter 9.
 *
 * A time with a zone ("TZID=Europe/Athens", or "Z") happens in that zone.  A floating
 * time (neither) and a date happen in the customer's own zone for the calendars of
 * team, region, service and customer, and in the agent's zone for an agent's: that is
 * how a team closes at 21:00 *where the customer is*.  Give a zone to hours that are not meant
 * so: a shop's are those of its door, whoever asks.  A rule that takes effect on a
 * date is an event that starts on that date.
 *
 * Seconds are rounded so that less time is open.  Put is all or nothing: what cannot be
 * understood, or gives more than the limits allow in the next 38 days, leaves the previous
 * calendar in place, is INVALID or LIMIT, and lsched_line() has the line.
 *
 * What comes from elsewhere, such as a leave of the staff's own calendar, is known as long as its
 * source answers.  Put it again with a new `checked` each time that it did, also where nothing
 * else changed: that is cheap.  It is stale from `good_for` minutes after that, by
 * the clock of whoever asks, until it is put with a later one; and `on_stale` then holds for all
 * times that are asked about, in every question of this library.  What opens for an agent or a
 * team, and is left out, leaves them closed like all who have nothing that opens.  Whoever finds
 * is told what was stale (lsched_slots_degraded()); a start that is refused because of it has
 * LSCHED_WHY_STALE as its reason, and bookings there are strays as long as it lasts. */
typedef struct lsched_calendar {
    uint32_t size;
    int32_t kind;       /* required: enum lsched_owner                             */
    int32_t effect;     /* required: enum lsched_effect                            */
    int32_t ends;       /* enum lsched_ends; 0: WALL if it opens, EXACT if it closes */
    const char *owner;  /* required: id of the team, agent, ..., or the region     */
    const char *name;   /* required: an id among the owner's calendars, "shifts"   */
    const char *text;   /* required                                                */
    size_t text_size;   /* bytes of `text`; 0: up to its NUL                       */
    int32_t channels;   /* enum lsched_channel: it binds contacts on these; 0: on all.
                           This one and the next two are of regions' calendars only */
    int32_t purposes;   /* enum lsched_purpose: for these; 0: for all              */
    int32_t lifted;     /* not 0: it does not bind a contact for a purpose to which the
                           customer has agreed (lsched_customer.consents)          */
    int32_t spare;      /* keep zero                                               */
    lsched_time checked; /* when its source was last known to be right; 0: it has none,
                           and is never stale                                      */
    int32_t good_for;   /* minutes for which that holds, up to LSCHED_MAX_DAYS days of
                           them; 0: for ever                                       */
    int32_t on_stale;   /* enum lsched_stale; 0: USE                               */
} lsched_calendar;
typedef struct lsched_calendars lsched_calendars;

LSCHED_API int lsched_put_calendar(lsched *s, const lsched_calendar *calendar);
LSCHED_API int lsched_get_calendar(lsched *s, int32_t kind, const char *owner, const char *name,
                                   lsched_calendar **out);
LSCHED_API int lsched_remove_calendar(lsched *s, int32_t kind, const char *owner, const char *name);
/* In the order of kind, owner, name.  `kind` 0: of all kinds; `owner` NULL: of all
 * owners; `skip` leaves out so many at the beginning. */
LSCHED_API int lsched_list_calendars(lsched *s, int32_t kind, const char *owner, uint32_t skip,
                                     uint32_t limit, lsched_calendars **out);
LSCHED_API size_t lsched_calendars_count(const lsched_calendars *list);
LSCHED_API const lsched_calendar *lsched_calendars_at(const lsched_calendars *list, size_t i);
LSCHED_API void lsched_calendar_free(lsched_calendar *calendar);
LSCHED_API void lsched_calendars_free(lsched_calendars *list);

/* ---- 4. Slots --------------------------------------------------------------- */

/* Who would serve, from the best to the last resort.  Each start is offered on the
 * highest rung that has somebody free; with `moving`, by that booking's agent before all
 * others.
 *
 * Of several on the rung KNOWN, it is the one whom the customer knows best: first those of
 * the customer's `knows`, in its order; then those who have served this customer before, by
 * the last 50 contacts that were FULFILLED, of which each weighs half as much with every 90
 * days that have passed, and nothing after 900; but for those about whom the customer's last
 * score was low (see lsched_add_entry()): they are like everybody else.
 * Of several on another rung, it is the one whose turn it is: for each day (UTC) from four
 * weeks ago until in two weeks, the seconds of contacts that the rung's agents have are shared
 * out in proportion to their time on shift, and whoever has most less than these shares is
 * first; then the smaller id.  Contacts that are BOOKED, STARTED or FULFILLED count, those
 * that are held, missed or cancelled, or to which nobody came, do not; later contacts than these
 * are shared out by the time on shift of the last week of these days; days on which an agent is
 * not on the team's roster do not count for that agent.  So who is new, or was away, begins
 * where the team is, and the order of agents is the same for every start of an answer. */
enum lsched_rung {
    LSCHED_KNOWN = 1,    /* an agent whom the customer knows, of the teams below    */
    LSCHED_HOME = 2,     /* the customer's own team                                 */
    LSCHED_OVERFLOW = 4, /* the team that helps out for it                          */
    LSCHED_GENERAL = 8   /* general care: the only team for whoever chose it        */
};

/* "home"; "" for any other number, also several.  Static. */
LSCHED_API const char *lsched_rung_name(int32_t rung);

/* Why a candidate (an agent at a start) cannot be had; to be added up. */
enum lsched_reason {
    LSCHED_WHY_NOTICE = 1,       /* past, or too soon                               */
    LSCHED_WHY_HORIZON = 2,      /* too far ahead                                   */
    LSCHED_WHY_GRID = 4,         /* the service does not start at that minute       */
    LSCHED_WHY_REGION = 8,       /* outside the lawful hours of a region            */
    LSCHED_WHY_CUSTOMER = 16,    /* outside the customer's own hours                */
    LSCHED_WHY_SERVICE = 32,     /* outside the service's hours                     */
    LSCHED_WHY_TEAM = 64,        /* the team is closed                              */
    LSCHED_WHY_ROSTER = 128,     /* the agent is not in that team on that date      */
    LSCHED_WHY_AGENT = 256,      /* off shift, on a break or on leave               */
    LSCHED_WHY_BOOKED = 512,     /* already taken                                   */
    LSCHED_WHY_CHANNEL = 1024,   /* the service, or the agent, is not on that channel */
    LSCHED_WHY_SKILL = 2048,     /* a required skill is missing, or its level       */
    LSCHED_WHY_LANGUAGE = 4096,  /* no language in common                           */
    LSCHED_WHY_NO_TEAM = 8192,   /* nobody, or not who was asked for, serves this
                                    customer on the rungs asked                     */
    LSCHED_WHY_WALL = 16384,     /* of strays only: a zone's rules have changed, and it
                                    no longer starts at the wall clock time that was
                                    promised                                        */
    LSCHED_WHY_ATTEMPTS = 32768, /* of lsched_may_contact() only: a region's cap    */
    LSCHED_WHY_STALE = 65536,    /* a calendar is stale, and its owner closed for that */
    LSCHED_WHY_AVOIDED = 131072  /* the customer does not want this agent; whoever it is
                                    should not read it, and its text does not say so */
};

/* What to look for.
 * With `moving`, customer and service are those of that booking, its own place counts
 * as free, and its agent is preferred. */
typedef struct lsched_query {
    uint32_t size;
    uint32_t limit;       /* at most so many starts, 1..LSCHED_MAX_PAGE; 0: 20     */
    int32_t channels;     /* on any of these; 0: all of the service                */
    int32_t rungs;        /* on any of these; 0: all                               */
    const char *customer; /* required                                              */
    const char *service;  /* required                                              */
    const char *agent;    /* only this one; NULL: whoever is best                  */
    const char *team;     /* only this one of the customer's teams; NULL: all      */
    const char *moving;   /* id of a booking that is to be moved                   */
    lsched_time from;     /* first start to consider; 0: now                       */
    lsched_time until;    /* first start past the search; 0: the service's horizon */
    lsched_time after;    /* only starts later than this: the last of the page before */
} lsched_query;

/* A free place. */
typedef struct lsched_slot {
    lsched_time start;
    lsched_time end;
    const char *agent;
    const char *team;
    int32_t channel;         /* enum lsched_channel                                */
    int32_t rung;            /* enum lsched_rung                                   */
    int32_t free;            /* how many agents of the rungs asked could take it; 0:
                                with `moves`                                       */
    int32_t customer_offset; /* seconds east of UTC at the start, at the customer  */
    int32_t agent_offset;    /* and at the agent                                   */
    int32_t moves;           /* so many bookings go to other agents to make room for
                                it (lsched_service.reseats); 0: it is free         */
} lsched_slot;
typedef struct lsched_slots lsched_slots;

/* Finds when the customer could be served, earliest first, the channels of one start
 * together, in the order of their numbers.  Each slot can be booked at once if nobody
 * else writes meanwhile, and every start that lsched_book() would accept in the range is
 * among them.  Finding holds nothing.  An empty list is a success: ask it why
 * (lsched_slots_lost), or what to do about it (lsched_explain).  One with as many starts as
 * `limit` may not be all: the rest is had by the same query with the last one's start as
 * `after`, until nothing comes.
 *  NOTFOUND  customer, service, agent, team or booking
 *  INVALID   `until` is not after `from`, or an unknown channel or rung
 *  LIMIT     more than LSCHED_MAX_DAYS or LSCHED_MAX_PAGE, or a stored calendar, which
 *            the message names, costs more than LSCHED_MAX_INSTANCES or LSCHED_MAX_STEPS
 *            within 38 days of a start that was looked at
 *  OVER      `moving` is over */
LSCHED_API int lsched_find(lsched *s, const lsched_query *query, lsched_slots **out);
LSCHED_API size_t lsched_slots_count(const lsched_slots *list);
LSCHED_API const lsched_slot *lsched_slots_at(const lsched_slots *list, size_t i);

/* What waiting longer would buy; both lent by the list.
 *
 * earliest   the first slot of the list; NULL: there is none
 * familiar   the slot to be preferred to it, by the service's wait_known and wait_home: the
 *            first on the rung KNOWN that starts no more than wait_known minutes after the
 *            earliest; else, the first on HOME no more than wait_home minutes after it.  It
 *            may lie behind the list's limit, but within the range that was asked.  NULL: the
 *            earliest is as good, or there is none that is better in that time.
 *
 * The wait is the difference of their starts.  On a page behind `after`, both are of what is
 * behind it.  With `moving`, familiar counts where it is offered on that rung.  Slots with
 * `moves` can be the earliest, but are not looked at for familiar. */
LSCHED_API const lsched_slot *lsched_slots_earliest(const lsched_slots *list);
LSCHED_API const lsched_slot *lsched_slots_familiar(const lsched_slots *list);

/* Why an empty list is empty: how many candidates, each an agent in a team at a start of
 * the clock's grid on a channel, fell to this reason (one of enum lsched_reason, or
 * several: to any of them).  A candidate that fell to two rules counts under both.  0 if
 * there are slots. */
LSCHED_API int64_t lsched_slots_lost(const lsched_slots *list, int32_t reasons);
LSCHED_API void lsched_slots_free(lsched_slots *list);

/* The calendars that were stale when this was asked, of all who have a say in it, whatever becomes
 * of them then (lsched_calendar.on_stale): a word list, "agent/ana/leave team/north/hours"; "":
 * all that was to be known was.  Lent by the list. */
LSCHED_API const char *lsched_slots_degraded(const lsched_slots *list);

/* What is broken just now and touches this customer and service (chapter 7), to be told before
 * anything is booked: how many incidents, and each of them, lent by the list; NULL: there is
 * none of this number. */
struct lsched_incident;
LSCHED_API size_t lsched_slots_incidents(const lsched_slots *list);
LSCHED_API const struct lsched_incident *lsched_slots_incident(const lsched_slots *list, size_t i);

/* Answers several queries at one moment, as a page does that shows calls, chats and visits side
 * by side: nothing that anybody writes comes between them, the clock is asked once, and what
 * they have in common is looked up once.  `out` has room for `count` lists: out[i] is what
 * lsched_find() would answer to queries[i] then, its limit included, and each is yours.  It is
 * all or nothing: after a failure every out[i] is NULL, and the message begins with the one that
 * it is about, "queries[1]: ".  The deadline is one for all.  `count` 0 is a success.
 *  LIMIT     also: more than LSCHED_MAX_QUERIES
 *  MISUSE    also: one of them is NULL
 *  NOTFOUND, INVALID, OVER  as lsched_find() */
LSCHED_API int lsched_find_each(lsched *s, const lsched_query *const *queries, size_t count,
                                lsched_slots **out);

/* One way in which a customer can be helped about a topic: a service on a channel.  Book `slot`,
 * or join the line, with the same customer, service, channel and rungs. */
typedef struct lsched_way {
    uint32_t size;
    int32_t channel;         /* one of enum lsched_channel                         */
    int32_t recommended;     /* not 0: it is the channel that you recommend for the service */
    int32_t rungs;           /* who serves: 0: all; of the last way LSCHED_GENERAL */
    int32_t join;            /* a callback now: what lsched_join() would answer, LSCHED_OK,
                                CLOSED, NOBODY or EXISTS; how long that would take is
                                lsched_estimate()'s to say                         */
    int32_t reasons;         /* bits of enum lsched_reason: where there is no slot, why whoever
                                came nearest could not; 0: there is one            */
    const char *service;     /* its id                                             */
    const lsched_slot *slot; /* the first that lsched_find() has; NULL: none       */
} lsched_way;
typedef struct lsched_ways lsched_ways;

/* The ways in which a topic is solved for this customer, as they are recommended, and what each of
 * them has now: a dead line is not solved in a shop, a broken phone is.  The services whose `topic`
 * it is, in the order of `rank`, then of their ids; of each its channels, the recommended one
 * first, then in the order of their numbers.  Each is there once, also where nothing can be had
 * of it.
 *   The last one is general care, so that a human is always one step away: of the ways above the
 * first whose line general care serves now, else that with its earliest slot.
 *   What they have is what lsched_find() and lsched_join() would answer, and nothing that anybody
 * writes comes between.
 *  NOTFOUND  the customer; or no service has that topic
 *  INVALID, LIMIT  also: a stored calendar, as in lsched_find() */
LSCHED_API int lsched_find_ways(lsched *s, const char *customer, const char *topic,
                                lsched_ways **out);
LSCHED_API size_t lsched_ways_count(const lsched_ways *list);
LSCHED_API const lsched_way *lsched_ways_at(const lsched_ways *list, size_t i);
LSCHED_API void lsched_ways_free(lsched_ways *list);

/* A day at the customer, and how many starts it has. */
typedef struct lsched_day {
    const char *date;        /* "2026-03-08"                                       */
    lsched_time from;        /* what of the day was asked about: [from, until)     */
    lsched_time until;
    lsched_time first;       /* the earliest start; 0: there is none               */
    lsched_time last;        /* the latest; 0: there is none                       */
    int32_t starts;          /* at so many different times a start is possible     */
    int32_t slots;           /* what lsched_find() counts: each channel on its own */
    int32_t free;            /* most agents who could take one of these slots      */
    int32_t spare;
} lsched_day;
typedef struct lsched_days lsched_days;

/* Counts what lsched_find() finds, day by day: for a calendar page, and much cheaper than the
 * slots themselves.  Each day is in the answer, in order, also one without any start and one
 * beyond the service's horizon; lsched_find() between its `from` and `until` has exactly these
 * slots.  A day is the customer's, from its local midnight to the next, with 23, 24 or 25 hours;
 * the first and the last are cut to the range of the query.  A date that the customer's zone has
 * skipped as a whole (Pacific/Apia, 2011-12-30) is no day.
 *
 * All of the range is counted: `limit` means nothing here.  With `after`, the range begins
 * behind it, and the list is empty where nothing is left.
 *  NOTFOUND, INVALID, OVER  as lsched_find()
 *  LIMIT     as lsched_find(), but here every day of the range is looked at */
LSCHED_API int lsched_find_days(lsched *s, const lsched_query *query, lsched_days **out);
LSCHED_API size_t lsched_days_count(const lsched_days *list);
LSCHED_API const lsched_day *lsched_days_at(const lsched_days *list, size_t i);
LSCHED_API void lsched_days_free(lsched_days *list);

/* A rule that stands in the way: a contact that would start within [from, until), with the
 * agents and in the team named, is refused for this reason, whatever else is changed. */
typedef struct lsched_obstacle {
    lsched_time from;
    lsched_time until;
    int32_t reason;       /* one of enum lsched_reason                             */
    int32_t kind;         /* whose rule it is: enum lsched_owner; notice, horizon,
                             grid are the service's, the roster is the team's, and
                             who is asked for (LSCHED_WHY_NO_TEAM) the customer's  */
    int32_t channels;     /* on these                                              */
    int32_t agents;       /* how many agents stand in `who`; 0: it is for all      */
    const char *owner;    /* id of the owner; "": each of the agents in `who`      */
    const char *calendar; /* name of the owner's calendar that closes then; "": that
                             nothing opens, or it is no matter of calendars        */
    const char *team;     /* only in this team; "": in all                         */
    const char *who;      /* word list: only these agents; "": all                 */
} lsched_obstacle;

/* An agent in a team who was asked about. */
typedef struct lsched_candidate {
    const char *agent;
    const char *team;
    int32_t rung;         /* enum lsched_rung: the best of those asked             */
    int32_t fit;          /* enum lsched_channel: of those asked, the ones that the
                             agent can serve this customer and service on          */
    int64_t starts;       /* at so many different times this one could start       */
} lsched_candidate;

/* What could be changed, in the order of how little it changes.  First what the customer can
 * choose for itself, by another question; from LSCHED_RELAX_LANGUAGE on, records are other. */
enum lsched_relax {
    LSCHED_RELAX_CHANNEL = 1,   /* another channel that the service is had on       */
    LSCHED_RELAX_AGENT = 2,     /* whoever is free in the team of the agent named   */
    LSCHED_RELAX_TEAM = 3,      /* any team that serves the customer                */
    LSCHED_RELAX_RUNG = 4,      /* one more rung                                    */
    LSCHED_RELAX_ANYBODY = 5,   /* neither agent, team nor rung                     */
    LSCHED_RELAX_LATER = 6,     /* on to the end of the first day that has a start  */
    LSCHED_RELAX_EARLIER = 7,   /* back to the last day that has one, up to a week  */
    LSCHED_RELAX_NOW = 8,       /* general care, from now to the end of today       */
    LSCHED_RELAX_LANGUAGE = 9,  /* another language of the customer's               */
    LSCHED_RELAX_NOTICE = 10,   /* a shorter notice, in quarters of an hour         */
    LSCHED_RELAX_HORIZON = 11   /* a longer horizon                                 */
};

/* "later"; "" for any other number.  Static. */
LSCHED_API const char *lsched_relax_name(int32_t kind);

/* A change that would open something: `query`, put to lsched_find() page by page, finds
 * `slots` slots at `starts` different times, after the record has been changed if the field
 * is not the query's, and as long as the clock stands still. */
typedef struct lsched_relaxation {
    int32_t kind;         /* enum lsched_relax                                     */
    int32_t company;      /* not 0: it is the company's to make, not the customer's */
    int64_t starts;
    int64_t slots;
    lsched_time first;    /* the earliest start                                    */
    const char *field;    /* what changes: "query.agent", "query.channels",
                             "query.until", "customer.language", "service.notice",
                             "incident.notice" (chapter 7) where that stands in its place */
    int64_t number;       /* what it is to be, where it is a number or a time      */
    int64_t was;          /* and what it is, defaults filled in                    */
    const char *text;     /* what it is to be, where it is text; "": none          */
    const lsched_query *query;
} lsched_relaxation;

/* What was asked about, and what is possible. */
typedef struct lsched_outlook {
    lsched_time from;     /* the starts in [from, until)                           */
    lsched_time until;
    lsched_time first;    /* the earliest that is possible; 0: none                */
    int64_t starts;       /* at so many different times a start is possible        */
    int64_t slots;        /* what lsched_find() counts: each channel on its own    */
} lsched_outlook;
typedef struct lsched_explanation lsched_explanation;

/* Explains what lsched_find() answers to the query, by the same rules, whether it finds
 * something or not.  `from` 0: now; `until` 0: the end of that day of the customer's; one
 * start alone is `until` = `from` + 1.  `limit` means nothing here.
 *
 * What stands in the way is told completely: for a start within the range, a channel asked
 * and a candidate, the rules that refuse it are the reasons of the obstacles that cover it,
 * all of them, and where none does it is possible.  Only that a start lies off the service's
 * grid is told but where the grid leaves nothing of what all others permit, or of the whole
 * range.  Where bookings would make room (lsched_service.reseats) a start is possible, for each
 * candidate alone, and no obstacle says that it is taken; where other rules refuse as well, taken
 * is told as things lie.  What is taken reads LSCHED_WHY_BOOKED and has no name: nothing here
 * tells of another customer or another booking.  Names of calendars ("leave") are your own
 * words: mind who reads them.
 *
 * What would help is looked for among all who could serve the customer.  LATER, EARLIER
 * and NOW are told only if nothing is possible as asked; each of the others only if it gives
 * a start that is not possible without it.
 *  NOTFOUND, OVER  as lsched_find()
 *  INVALID   also: nothing lies between `from` (and `after`) and `until`
 *  LIMIT     more than LSCHED_MAX_EXPLAIN days, or a stored calendar of anybody who could
 *            serve, as in lsched_find() */
LSCHED_API int lsched_explain(lsched *s, const lsched_query *query, lsched_explanation **out);
LSCHED_API void lsched_explanation_free(lsched_explanation *answer);
LSCHED_API const lsched_outlook *lsched_explanation_outlook(const lsched_explanation *answer);

/* The obstacles: those for all first, then those of teams, then those of agents; each in
 * the order of time. */
LSCHED_API size_t lsched_explanation_count(const lsched_explanation *answer);
LSCHED_API const lsched_obstacle *lsched_explanation_at(const lsched_explanation *answer,
                                                        size_t i);
/* Who was asked about, in the order of the rungs. */
LSCHED_API size_t lsched_explanation_candidates(const lsched_explanation *answer);
LSCHED_API const lsched_candidate *lsched_explanation_candidate(const lsched_explanation *answer,
                                                                size_t i);
/* What would help. */
LSCHED_API size_t lsched_explanation_relaxations(const lsched_explanation *answer);
LSCHED_API const lsched_relaxation *
lsched_explanation_relaxation(const lsched_explanation *answer, size_t i);

/* How many candidates, as lsched_slots_lost() counts them, fell to any of these reasons; and
 * to this one alone: so many it stands in the way of, and nothing else does. */
LSCHED_API int64_t lsched_explanation_lost(const lsched_explanation *answer, int32_t reasons);
LSCHED_API int64_t lsched_explanation_alone(const lsched_explanation *answer, int32_t reason);

/* A reason in words for people: "the team is closed".  Static; "" for no reason. */
LSCHED_API const char *lsched_reason_text(int32_t reason);

/* What the laws of a customer's regions say of one contact. */
typedef struct lsched_lawful {
    uint32_t size;
    int32_t reasons;     /* LSCHED_WHY_REGION, LSCHED_WHY_ATTEMPTS; 0: it may be    */
    lsched_time at;      /* what was asked                                          */
    lsched_time next;    /* the first instant from there on at which it may be, if
                            nobody is tried meanwhile; 0: none in LSCHED_MAX_DAYS   */
    int32_t day;         /* attempts in the 24 hours before `at`, of those that the
                            nearest cap counts; with no cap, of all                 */
    int32_t week;        /* and in the 7 days before it                             */
    const char *region;  /* the one that forbids it, the customer's own before all
                            others; "": none                                        */
    const char *law;     /* what was asked, as in lsched_booking                    */
} lsched_lawful;

/* May this customer be contacted on this channel (0: the first of the service) at `at` (0: now)?
 * For whoever dials by themselves: ask just before each attempt.  Asked are the regions alone,
 * with the predicate's own rule, that a contact as long as the service's lies inside their hours
 * (a region that is closed because a calendar is stale has none);
 * and their caps, by the attempts that are known here.  Nothing is asked of hours of the team, of
 * the customer or the service, nor whether anybody is free: lsched_find() is for that.
 *   Both on OK and on CLOSED, `*out` has the answer and is yours.
 *  CLOSED    it may not: the message names the region, and when it may be next
 *  NOTFOUND  customer or service
 *  INVALID   more than one channel, or `at` is no time; LIMIT a stored calendar, as in
 *            lsched_find() */
LSCHED_API int lsched_may_contact(lsched *s, const char *customer, const char *service,
                                  int32_t channel, lsched_time at, lsched_lawful **out);
LSCHED_API void lsched_lawful_free(lsched_lawful *lawful);

/* ---- 5. Bookings ------------------------------------------------------------ */

/* The life of a booking.  HELD, BOOKED and STARTED take the agent's time; WAITING (chapter 6)
 * has no place yet; nothing leads out of the others but, out of EXPIRED, a confirm that finds
 * the place still free.
 *
 *            hold                    book         join
 *              |        confirm       |            |
 *              v  +----------------+  v     move   v
 *      +---- HELD ------------->  BOOKED <------ WAITING <---+
 *      |       | the time is up  ^  |  |  start    |         | finish: nobody was
 *      |       v                 |  |  +--------+  | start   | reached, and it is
 *      |    EXPIRED -------------+  |  | finish v  v         | to be tried again
 *      |          confirm    cancel |  |      STARTED -------+
 *      |  cancel                    |  v        v   finish   |
 *      |                            |  FULFILLED, MISSED, NOSHOW
 *      |                            v                        |
 *      +---------------------> CANCELLED <-------------------+ cancel (of WAITING),
 *                                                              finish: declined    */
enum lsched_state {
    LSCHED_BOOKED = 1,
    LSCHED_CANCELLED = 2, /* by whom is the event's actor, why the booking's cause  */
    LSCHED_HELD = 3,      /* until `expires`; for everybody but its holder taken    */
    LSCHED_STARTED = 4,   /* the contact is in progress                             */
    LSCHED_FULFILLED = 5, /* it took place                                          */
    LSCHED_MISSED = 6,    /* we were not there                                      */
    LSCHED_NOSHOW = 7,    /* the customer was not there                             */
    LSCHED_EXPIRED = 8,   /* a hold that nobody confirmed in time                   */
    LSCHED_WAITING = 9    /* in line: its place is chosen when its turn comes       */
};

/* "booked", "no-show"; "" for any other number.  Static. */
LSCHED_API const char *lsched_state_name(int32_t state);

/* A taken place.  It keeps the instant, and beside it the zone and the wall clock time
 * that were promised. */
typedef struct lsched_booking {
    uint32_t size;
    int32_t state;          /* enum lsched_state                                   */
    int32_t sequence;       /* 0 when made, one more with each change              */
    int32_t channel;        /* enum lsched_channel                                 */
    int32_t rung;           /* enum lsched_rung: why this agent                    */
    int32_t lane;           /* 0: the whole agent; 1..LSCHED_MAX_LANES: one lane   */
    int32_t offset;         /* seconds east of UTC at the start, at the customer   */
    int32_t spare;
    const char *id;         /* made by the library: URL-safe, not to be guessed,
                               and in the order of creation                        */
    const char *customer;
    const char *service;
    const char *agent;
    const char *team;
    const char *zone;       /* the customer's zone when it was booked              */
    const char *wall;       /* the promised start there, "2026-03-08T16:40"        */
    const char *note;
    const char *cause;      /* why it was moved or cancelled, as you gave it       */
    lsched_time start;
    lsched_time end;
    lsched_time busy_from;  /* what it takes of the agent, buffers included        */
    lsched_time busy_until;
    lsched_time created;
    lsched_time changed;
    lsched_time expires;    /* of a hold: when it ends by itself; 0: never held    */
    int32_t late;           /* seconds by which its confirm came after that        */
    int32_t revision;       /* of the service when the place was taken; 0: unknown */
    const char *source;     /* who asked for it, as you gave it                    */
    const char *series;     /* id of the series that it is one of: that of the
                               first of its bookings; "": of none                  */
    int32_t anybody;        /* 1: nobody was promised that it would be this agent, so
                               it may become another (lsched_service.reseats); 0: it
                               may not, or nobody knows                            */
    int32_t moves;          /* so many bookings made room when it took its place   */
    const char *law;        /* the revisions of the laws that permitted its place when
                               it was taken: "US-FL:3 US:1", the customer's `region`
                               first; a region of which nothing was ever put is left
                               out.  Earlier places are in the events              */
    lsched_time since;      /* when it came into the line, which it keeps; 0: never */
    lsched_time due;        /* of one that waits: promised at the latest; 0: none  */
    int32_t attempts;       /* so many reached nobody                              */
    int32_t outcome;        /* of the last of them, or of the contact: enum
                               lsched_outcome; 0: none, or not said                */
    int32_t fault;          /* whose it was: enum lsched_fault; 0: nobody's, or not
                               said                                                */
    int32_t rungs;          /* of one that came into the line: who may serve it, enum
                               lsched_rung added up; 0: all                        */
    const char *case_id;    /* the case that it is about; "": none                 */
    const char *incident;   /* under whose policy (lsched_incident) it took its place,
                               or came into the line: of several, the one that was
                               opened last; "": under the service's alone          */
    int32_t told;           /* of one that came into the line: how many seconds the
                               customer was told to expect to wait at the most; 0:
                               nothing was said                                    */
    int32_t spare2;         /* keep zero                                           */
} lsched_booking;
typedef struct lsched_bookings lsched_bookings;

LSCHED_API void lsched_booking_free(lsched_booking *booking);
LSCHED_API size_t lsched_bookings_count(const lsched_bookings *list);
LSCHED_API const lsched_booking *lsched_bookings_at(const lsched_bookings *list, size_t i);
LSCHED_API void lsched_bookings_free(lsched_bookings *list);

/* Every call below that writes needs a `key`: any text of yours that stands for this
 * one wish of your user, the same in each retry.  The same key with the same request
 * gives the first answer again and changes nothing, whatever has become of the booking
 * since; with another request (a note is part of it) it is LSCHED_KEYUSED.  Only success uses
 * a key up (or LSCHED_UNKNOWN may have).  One key for the book and the confirm of one wish
 * makes sure that only one of them happens.  Keys are kept as long as the booking. */

typedef struct lsched_request {
    uint32_t size;
    int32_t channel;      /* one of enum lsched_channel; 0: the service's first    */
    int32_t rungs;        /* on any of these; 0: all                               */
    int32_t spare;        /* keep zero                                             */
    const char *key;      /* required                                              */
    const char *customer; /* required                                              */
    const char *service;  /* required                                              */
    const char *agent;    /* only this one; NULL: whoever is best, as find names   */
    const char *team;     /* only this one of the customer's teams; NULL: all      */
    const char *note;     /* what the agent should know                            */
    lsched_time start;    /* required                                              */
    const char *source;   /* an id of yours for where the wish comes from: a
                             session, an address, a partner                        */
    int32_t seconds;      /* to hold, 1..LSCHED_MAX_HOLD; 0: 120; not for book     */
    int32_t spare2;       /* keep zero                                             */
    lsched_time since;    /* to join: when the customer began to wait; 0: now      */
    lsched_time due;      /* to join: promised at the latest; 0: nothing is        */
    const char *case_id;  /* the case that it is about, of the same customer; it stays
                             with the booking, wherever that moves                 */
    int32_t told;         /* to join: what you have told the customer of the wait, in
                             seconds: `p90` of lsched_estimate(), say.  It changes nobody's
                             turn (`due` does); lsched_get_figures() tells how often it
                             was kept.  0: nothing                                     */
    int32_t spare3;       /* keep zero                                             */
} lsched_request;

/* Takes a place, in one transaction.  Agents are never in two places at once; whether a
 * customer may be is for you to say.
 *  TOOSOON, TOOFAR, CLOSED, NOBODY, OFFGRID, TAKEN   what the rules say: of the agent who
 *            comes closest (with the fewest reasons, taken rather than off shift) the first of
 *            these, in this order; the message has all the reasons
 *  NOTFOUND  customer, service, agent, team or case
 *  INVALID   also: the case is another customer's
 *  LIMIT     also: a stored calendar, as in lsched_find()
 *  KEYUSED, UNKNOWN */
LSCHED_API int lsched_book(lsched *s, const lsched_request *request, lsched_booking **out);

/* Takes a place for a short while, until lsched_confirm() books it, lsched_cancel() gives
 * it back or its time is up.  What has run out holds nothing, without any job in the
 * background: whoever takes the place writes down that it expired, in the same
 * transaction; until then it reads LSCHED_HELD, with an `expires` that has passed.  Its time
 * is the host's clock, which for this does not run backwards behind the last event, by up to
 * LSCHED_MAX_HOLD; more than that can only mean that a clock was wrong, and then the clock of
 * today counts, and no hold from the wrong one stands.
 * Who holds a place and wants another one finds and moves it like a booking.
 * Answers what lsched_book() answers, and
 *  QUOTA  the customer holds LSCHED_MAX_HELD places, or the source LSCHED_MAX_HELD_SOURCE */
LSCHED_API int lsched_hold(lsched *s, const lsched_request *request, lsched_booking **out);

/* Books what is held.  In time, no rule is asked again: it was promised.  After that only
 * where its agent can still start then (as lsched_book() would say), and `late` of the
 * booking says by how much.  `note` replaces the hold's, unless NULL.
 *  NOTFOUND
 *  OVER                 it is neither held nor expired
 *  CLOSED ... NOBODY    it expired, and the place cannot be had any more
 *  KEYUSED, UNKNOWN */
LSCHED_API int lsched_confirm(lsched *s, const char *id, const char *note, const char *key,
                              lsched_booking **out);

typedef struct lsched_change {
    uint32_t size;
    int32_t channel;   /* one of enum lsched_channel; 0: as it is                  */
    int32_t rungs;     /* on any of these; 0: all                                  */
    int32_t spare;     /* keep zero                                                */
    const char *key;   /* required                                                 */
    const char *id;    /* required: the booking                                    */
    const char *agent; /* only this one; NULL: the same if free, else the best     */
    const char *team;  /* only this one of the customer's teams; NULL: all         */
    const char *cause; /* why                                                      */
    lsched_time start; /* required                                                 */
    int32_t keep;      /* enum lsched_keep; 0: whoever is best, the same if free   */
    int32_t spare2;    /* keep zero                                                */
} lsched_change;

/* Who may serve a moved booking. */
enum lsched_keep {
    LSCHED_KEEP_AGENT = 1, /* only the same agent                                  */
    LSCHED_KEEP_TEAM = 2   /* anybody of the same team                             */
};

/* Moves what is booked or held, in one transaction: the same id, sequence + 1, and the old
 * place is given up only when the new one is taken.  A hold keeps its time.  Answers what
 * lsched_book() answers, and OVER (neither, or its time has passed); NOTFOUND also for the
 * booking.  INVALID: also KEEP_AGENT beside `agent`, and KEEP_TEAM beside `team`. */
LSCHED_API int lsched_move(lsched *s, const lsched_change *change, lsched_booking **out);

/* Gives back what is booked or held, in one transaction.  `cause` may be NULL, and so may
 * `out`.  OVER: it is neither, or its time has passed.  NOTFOUND, KEYUSED, UNKNOWN */
LSCHED_API int lsched_cancel(lsched *s, const char *id, const char *cause, const char *key,
                             lsched_booking **out);

/* The contact begins: BOOKED to STARTED.  It can be early or late; `out` may be NULL.  That an
 * agent begins its own booking is written down as the fact that it is, and no rule is asked: that
 * is lsched_next()'s to do before, or yours with lsched_may_contact().  Of what lsched_next() has
 * leased to another agent, or of what waits, see lsched_start_as() in chapter 6.
 *  NOTFOUND, OVER, KEYUSED, UNKNOWN */
LSCHED_API int lsched_start(lsched *s, const char *id, const char *key, lsched_booking **out);

/* What became of a contact: `state` is LSCHED_FULFILLED, or, not before its start,
 * LSCHED_MISSED (which what was started cannot be: OVER) or LSCHED_NOSHOW.  What is left of
 * its time is free again.  Its outcome is REACHED, ABSENT or NO_ANSWER, and nothing is tried
 * again: for more, see lsched_finish_as().  `cause` and `out` may be NULL.
 *  INVALID  another state
 *  TOOSOON  it has not been missed yet
 *  NOTFOUND, OVER, KEYUSED, UNKNOWN */
LSCHED_API int lsched_finish(lsched *s, const char *id, int32_t state, const char *cause,
                             const char *key, lsched_booking **out);

enum lsched_series_mode {
    LSCHED_ALL = 1, /* all occurrences, or none                                    */
    LSCHED_FIT = 2  /* those that can be had                                       */
};

/* What became of one occurrence of a series. */
typedef struct lsched_occurrence {
    lsched_time start;
    int32_t status;  /* LSCHED_OK, or what lsched_book() would have answered       */
    int32_t reasons; /* bits of enum lsched_reason: why whoever came nearest could
                        not; 0: it is booked                                       */
    const lsched_booking *booking; /* NULL: refused                                */
} lsched_occurrence;
typedef struct lsched_series lsched_series;

LSCHED_API size_t lsched_series_count(const lsched_series *list);
LSCHED_API const lsched_occurrence *lsched_series_at(const lsched_series *list, size_t i);
LSCHED_API void lsched_series_free(lsched_series *list);

/* Books the same again and again, in one transaction: the request as for lsched_book(), and
 * `rule`, the value of an RRULE ("FREQ=WEEKLY;COUNT=8", RFC 5545, section 3.3.10) with COUNT
 * or UNTIL.  The request's start is the first occurrence, also where the rule would not give
 * it.  The others have the same wall clock time at the customer, whatever the clocks do in
 * between; those that a clock change brings to one instant are one, and what it would bring
 * before the first is left out.  They are taken in the order of time, each as lsched_book()
 * would, beside the ones before it; where the request names no agent, whoever serves the
 * first one booked serves the others too where possible.
 * Each booking is one of its own from then on: to be moved, cancelled and told of alone.
 *
 * With LSCHED_ALL, the first refusal is the answer to all, and the message has its start.
 * With LSCHED_FIT, refusals are part of the answer; only where nothing fits, the first one
 * is the answer to all.  To see what would be refused without booking anything, book with
 * LSCHED_FIT between lsched_begin() and lsched_rollback().
 *  CLOSED, TOOSOON, TOOFAR, OFFGRID, TAKEN, NOBODY   what the rules say
 *  INVALID   also: the rule is malformed, has no end, goes beyond 2199, or does not give as
 *            many starts as its COUNT says
 *  LIMIT     also: more than LSCHED_MAX_SERIES occurrences, or a rule that costs more than
 *            LSCHED_MAX_STEPS; a stored calendar, as in lsched_find()
 *  NOTFOUND, KEYUSED, UNKNOWN   as of lsched_book() */
LSCHED_API int lsched_book_series(lsched *s, const lsched_request *request, const char *rule,
                                  int32_t mode, lsched_series **out);

/* Gives back what is left of a series, in one transaction: its bookings that start at or
 * after `from` (0: all) and that lsched_cancel() would cancel.  The list has these, in the
 * order of time; `cause` and `out` may be NULL.
 *  NOTFOUND  no booking is of this series
 *  OVER      none that starts then can be cancelled any more
 *  LIMIT     also: imports have made it longer than LSCHED_MAX_PAGE
 *  KEYUSED, UNKNOWN */
LSCHED_API int lsched_cancel_series(lsched *s, const char *series, lsched_time from,
                                    const char *cause, const char *key, lsched_series **out);

/* NOTFOUND. */
LSCHED_API int lsched_get_booking(lsched *s, const char *id, lsched_booking **out);

/* What set the agent of a booking before the next best one, at its start then. */
enum lsched_decided {
    LSCHED_BY_ALONE = 1,   /* nobody else was free, or wanted                       */
    LSCHED_BY_KEEPING = 2, /* it was this agent's before: of a move, or of a series */
    LSCHED_BY_RUNG = 3,    /* the other was on a lower rung                         */
    LSCHED_BY_RANK = 4,    /* the customer knows this one better                    */
    LSCHED_BY_TURN = 5,    /* more is owed to this one (see enum lsched_rung)       */
    LSCHED_BY_ID = 6,      /* nothing but the smaller id                            */
    LSCHED_BY_ROOM = 7     /* nobody was free: others made room, the fewest for this one */
};

/* "turn"; "" for any other number.  Static. */
LSCHED_API const char *lsched_decided_name(int32_t decided);

/* Why a booking has its agent: as it was when the place was taken, whatever is so today. */
typedef struct lsched_choice {
    uint32_t size;
    int32_t decided;   /* enum lsched_decided                                      */
    int32_t rung;      /* enum lsched_rung                                         */
    int32_t rank;      /* place among those whom the customer knew, from 1; 0: not known,
                          or the customer's last score of this agent was low       */
    int32_t free;      /* how many agents could have taken it; 0: BY_ROOM          */
    int32_t spare;
    int64_t owed;      /* seconds of contacts that were the agent's turn; below 0: ahead
                          of it; 0 where nobody else was wanted                    */
    int64_t seq;       /* of the event that took the place                         */
    lsched_time at;    /* and when that was                                        */
    const char *agent;
} lsched_choice;

/* Tells it from what was stored with the event, for the last step that chose an agent: book,
 * each booking of a series, hold, move, a confirm after the hold's time was up, or the start of
 * what waited in line or was another agent's.  No other step chooses: a confirm in time, the
 * start of an agent's own, finish and cancel keep the agent, and lsched_repair() and whoever
 * makes room (lsched_service.reseats) give another one without storing why.  So `agent` may be a
 * former one: compare it with the booking's.  Release it with lsched_choice_free().
 *  NOTFOUND  also: nobody was ever chosen, as for what was imported or is of an older schema */
LSCHED_API int lsched_why_agent(lsched *s, const char *id, lsched_choice **out);
LSCHED_API void lsched_choice_free(lsched_choice *choice);

/* Which bookings.  All conditions together; zero: no condition. */
typedef struct lsched_filter {
    uint32_t size;
    uint32_t limit;       /* 0: 1,000; at most LSCHED_MAX_PAGE                     */
    int32_t state;        /* enum lsched_state; HELD also has what has run out, until
                             somebody takes its place                              */
    int32_t spare;        /* keep zero                                             */
    const char *customer;
    const char *agent;
    const char *team;
    const char *service;
    lsched_time from;     /* ends after this                                       */
    lsched_time until;    /* starts before this                                    */
    const char *after;    /* booking id: only those behind it in the list's order  */
    const char *series;   /* id of a series                                        */
    const char *case_id;  /* id of a case, whether it has a record or not          */
} lsched_filter;

/* In the order of start, then id.  NOTFOUND: `after`.  INVALID, LIMIT. */
LSCHED_API int lsched_list_bookings(lsched *s, const lsched_filter *filter, lsched_bookings **out);

/* ---- Strays: bookings that no longer fit.  A calendar that closes, a shift that ends sooner,
 * a roster, customer, team or service that changes can leave bookings and holds at times or
 * with people that lsched_book() would refuse today.  They stand: nothing ever moves by
 * itself.  A stray is what lsched_verify() names under I6, by the same predicate: still
 * ahead or going on, BOOKED or HELD, and outside a layer, or not at the wall clock time that
 * was promised. */
typedef struct lsched_stray {
    const lsched_booking *booking;
    int32_t reasons;    /* bits of enum lsched_reason: what its place runs against; 0: it
                           cannot be asked, and the text says why not              */
    int32_t spare;
    const char *text;   /* the same in words, one line of English                  */
} lsched_stray;
typedef struct lsched_strays lsched_strays;

LSCHED_API size_t lsched_strays_count(const lsched_strays *list);
LSCHED_API const lsched_stray *lsched_strays_at(const lsched_strays *list, size_t i);
LSCHED_API void lsched_strays_free(lsched_strays *list);

/* Which bookings to look through, and for a repair, how.
 *
 * With an owner, those that a write about it can leave astray: of an agent or service its
 * own; of a customer or region those of the customers; of a team its own and those of the
 * customers whose home it is. */
typedef struct lsched_sweep {
    uint32_t size;
    uint32_t limit;     /* strays; 0: 1,000, of a repair 100; at most LSCHED_MAX_PAGE, of
                           a repair LSCHED_MAX_REPAIR                              */
    int32_t kind;       /* enum lsched_owner; 0: of everybody                      */
    int32_t days;       /* repair: how many days a booking may move, at the customer;
                           0: to the service's horizon; LSCHED_NONE: it keeps its day */
    const char *owner;  /* with `kind`: the id of the team, agent, ..., or the region */
    lsched_time from;   /* ends after this; 0: now                                 */
    lsched_time until;  /* starts before this                                      */
    const char *after;  /* booking id: only those behind it in the list's order    */
    const char *key;    /* repair: required                                        */
    const char *cause;  /* repair: why, for the bookings' `cause`; NULL: "repair"  */
} lsched_sweep;

/* The strays, in the order of start, then id.  An empty list is a success.  It only reads, and
 * asks the predicate about every booking that is looked through: name the owner where you
 * can.  `days`, `key` and `cause` are not for it (INVALID).
 *  NOTFOUND  `after`; an owner that has no record has no strays
 *  INVALID, LIMIT */
LSCHED_API int lsched_list_strays(lsched *s, const lsched_sweep *sweep, lsched_strays **out);

/* From now on, each call that puts or removes a record, calendar or member also tells, in
 * the same transaction, which strays its owner has as it leaves them: the first `most` of them
 * (up to LSCHED_MAX_PAGE), as lsched_list_strays() would list them.  What was astray before
 * is among them: compare, or ask, before a write where that matters.  Of a member the owner
 * is the agent.  0, which is also the default: nobody asks, and writes cost nothing more.
 * Inside lsched_begin(), write, look, and roll back or lsched_repair().
 * LIMIT: `most` is more than that. */
LSCHED_API int lsched_set_strays(lsched *s, uint32_t most);

/* What the last such call left; NULL where it failed, or nobody asked.  Lent until the next
 * one, or lsched_set_strays(). */
LSCHED_API const lsched_strays *lsched_left_strays(const lsched *s);

/* What becomes of one stray. */
enum lsched_mend_change { /* to be added up */
    LSCHED_MEND_TIME = 1,  /* it starts at another time than was promised, or is of
                              another length: that of its service today            */
    LSCHED_MEND_DAY = 2,   /* on another day, at the customer                      */
    LSCHED_MEND_AGENT = 4, /* another agent serves                                 */
    LSCHED_MEND_TEAM = 8,  /* of another team, or the same agent in another team   */
    LSCHED_MEND_KNOWN = 16 /* the agent that it had was promised: the customer knows
                              that agent, or it was booked on the rung KNOWN       */
};
typedef struct lsched_mend {
    const lsched_booking *before;
    const lsched_booking *after; /* NULL: it stays astray, as it is.  In a plan, its lane
                                    is 0 and `changed` is that of before           */
    int32_t reasons;             /* why it is a stray, as in lsched_stray          */
    int32_t status;              /* LSCHED_OK, or why it stays: what lsched_book()
                                    would answer at its own time                   */
    int32_t missing;             /* bits of enum lsched_reason, with it            */
    int32_t changes;             /* enum lsched_mend_change                        */
    int32_t notice;              /* what the customer is told at once: enum
                                    lsched_notice_kind; 0: nothing that can be seen
                                    changes, and so nothing is told                */
    int32_t spare;
} lsched_mend;
typedef struct lsched_plan lsched_plan;

LSCHED_API size_t lsched_plan_count(const lsched_plan *plan);
LSCHED_API const lsched_mend *lsched_plan_at(const lsched_plan *plan, size_t i);
LSCHED_API void lsched_plan_free(lsched_plan *plan);

/* How to mend the strays of a sweep, the next ones first, with the least disturbance: the
 * plan that, in this order,
 *
 *   leaves as few as possible astray
 *   moves as few as possible to another time than was promised
 *   moves them by as few days, at the customer, and later rather than earlier
 *   changes the agent of as few, then the team of as few
 *   moves them by as little time
 *
 * Of agents on one rung who are equally good for that, it takes the one whose turn it is, by
 * what all have (see enum lsched_rung), and by what this plan gives and takes away.
 *
 * All places of a plan can be taken together.  Bookings that fit stay where they are, and the
 * places that strays leave are not given to others in the same plan.  With up to 10 strays
 * it is the best there is, unless finding that out takes too long; beyond, and then, it is as
 * good as many exchanges make it.  At the same time, a booking keeps its length, buffers and
 * channel, and neither notice nor horizon nor grid is asked again, since it was promised.
 * At another time it is as lsched_move() would take it, of a person that the customer speaks
 * the language of, on every rung.  What is held only gets another agent at its time, and none
 * in the place of one whom the customer knows: it ends by itself.
 * It only reads: nobody waits for it.  `key` is not asked for, and means nothing here.
 *  NOTFOUND  `after`
 *  INVALID, LIMIT */
LSCHED_API int lsched_plan_repair(lsched *s, const lsched_sweep *sweep, lsched_plan **out);

/* Carries a repair out, in one transaction: all of it, or nothing.
 *
 * With `plan`, what lsched_plan_repair() proposed for this sweep: every move in it, and no
 * other, if all of them can still be made.  Without, a plan is made as by lsched_plan_repair(),
 * and carried out.  Nobody waits while it is made; only where others have written meanwhile what
 * does not go with it is it made once more, and then other writers wait, which with hundreds of
 * strays can be seconds; inside lsched_begin() they wait anyway.  What became astray only since
 * the plan was made is left to the next repair.  The deadline is one for all of it.
 * The answer is what was done, and what stays astray.  The same key with the same sweep (and
 * moves) gives the first answer again; one that moves nothing uses no key up.
 *
 * A booking that keeps its time and gets another agent is REASSIGNED, and its customer is told
 * nothing, but for the one that was promised that agent (LSCHED_MEND_KNOWN); it, and what
 * starts at another time or reads otherwise on the wall clock, is MOVED, with that notice.  What
 * the customer of a booking that was reassigned has not been told yet still is.
 *  OVER      with `plan`: a booking has changed since, is over, or fits again, or is to move
 *            and its service has other lengths or buffers since; the message names it
 *  CLOSED, TOOSOON, TOOFAR, TAKEN, NOBODY   with `plan`: a place in it cannot be had any more;
 *            the message names the booking
 *  NOTFOUND  `after`; with `plan`, a booking
 *  INVALID, LIMIT, KEYUSED, UNKNOWN */
LSCHED_API int lsched_repair(lsched *s, const lsched_sweep *sweep, const lsched_plan *plan,
                             lsched_plan **out);

/* The waitlist: customers who would like a place that is not free now.
 *
 * When one becomes free (lsched_cancel(), lsched_cancel_series(), lsched_move()), it is offered in
 * the same transaction to the first in line who can take it, of the first 20 who want a time like
 * that: it is held for that customer, and nobody else can take it in between.  First is whoever
 * was offered least often, and of these who has waited longest.  The customer is told
 * (LSCHED_NOTICE_OFFERED), and has `minutes` to say yes (lsched_take_offer()) or no
 * (lsched_cancel() of the hold).  After a no it is the next one's turn at once, and when the
 * time is up with the next lsched_offer_places(); nobody is offered what overlaps an offer of
 * old.  Whatever becomes free otherwise (a shift that is longer, somebody who does not come) is
 * offered by lsched_offer_places(), too.
 *
 * An offer is a hold like any other: made by the same rules, and counted under
 * LSCHED_MAX_HELD; who holds so many is passed over, and so is whose own calendar cannot be
 * read within the limits.  Nothing is ever overbooked. */
enum lsched_wait_state {
    LSCHED_WAIT_OPEN = 1,    /* waits                                               */
    LSCHED_WAIT_OFFERED = 2, /* `offer` is held for the customer, or was: it is looked
                                after by the next lsched_offer_places()             */
    LSCHED_WAIT_TAKEN = 3,   /* an offer was taken, or confirmed: it waits no more  */
    LSCHED_WAIT_OVER = 4     /* all that it wanted is past, or its booking is over  */
};

/* One customer's wish.  Its place in line is kept when it is put again; one that was TAKEN or
 * OVER, or is for another customer or service, then begins anew, at the end. */
typedef struct lsched_wait {
    uint32_t size;
    int32_t channels;     /* on any of these; 0: all of the service                */
    int32_t rungs;        /* on any of these; 0: all                               */
    int32_t minutes;      /* how long an offer is held; up to LSCHED_MAX_HOLD / 60,
                             which is also what 0 means                            */
    const char *id;       /* required                                              */
    const char *customer; /* required                                              */
    const char *service;  /* required                                              */
    const char *agent;    /* only this one; NULL: whoever is best                  */
    const char *team;     /* only this one of the customer's teams; NULL: all      */
    const char *booking;  /* id of a booking of the customer's: only earlier starts than
                             its own are offered, it stands until one is taken, and
                             then it is moved there; NULL: a new one is booked     */
    const char *windows;  /* word list: "2026-03-04T09:00/2026-03-04T12:00", local times
                             at the customer, up to LSCHED_MAX_WINDOWS; only starts
                             within these; NULL: any                               */
    lsched_time from;     /* first start; 0: any                                   */
    lsched_time until;    /* first start past those that are wanted; 0: any        */
    /* What put takes no notice of: */
    int32_t state;        /* enum lsched_wait_state                                */
    int32_t offers;       /* so many were made                                     */
    const char *offer;    /* id of the last one, a booking; "": none yet           */
    lsched_time since;    /* its place in line: when it was put                    */
} lsched_wait;
typedef struct lsched_waits lsched_waits;

/* Like those of chapter 3.  put: INVALID also where a window is malformed, or ends before it
 * begins, or the customer avoids `agent`; NOTFOUND also the booking.  remove: what is offered stays held until its time is up. */
LSCHED_API int lsched_put_wait(lsched *s, const lsched_wait *wait);
LSCHED_API int lsched_get_wait(lsched *s, const char *id, lsched_wait **out);
LSCHED_API int lsched_remove_wait(lsched *s, const char *id);
LSCHED_API int lsched_list_waits(lsched *s, const char *after, uint32_t limit, lsched_waits **out);
LSCHED_API size_t lsched_waits_count(const lsched_waits *list);
LSCHED_API const lsched_wait *lsched_waits_at(const lsched_waits *list, size_t i);
LSCHED_API void lsched_wait_free(lsched_wait *wait);
LSCHED_API void lsched_waits_free(lsched_waits *list);

/* Goes along the line, and offers what is free: the list has those who were offered a place now,
 * at most `limit` (0: 100; at most LSCHED_MAX_PAGE).  Those whose offer has ended wait again
 * first.  One transaction, which takes a millisecond or two for each who waits; where a deadline
 * (lsched_set_deadline()) comes first, what was offered until then stands.  To be called when
 * shifts or holds may have made room, and every minute or so; to call it again does no harm.  An
 * empty list is a success. */
LSCHED_API int lsched_offer_places(lsched *s, uint32_t limit, lsched_waits **out);

/* Takes what is offered, in one transaction: it is booked, or the booking that the wait is about
 * is moved there, and what that leaves is offered to the next in line.  Then the hold has
 * expired, and the booking has kept its id.
 *  OVER     nothing is offered, or its time is up; with `booking`, that is over
 *  CLOSED, TOOSOON, TOOFAR, TAKEN, NOBODY   with `booking`: it cannot be moved there
 *  NOTFOUND, KEYUSED, UNKNOWN */
LSCHED_API int lsched_take_offer(lsched *s, const char *wait, const char *key,
                                 lsched_booking **out);

/* Tokens, with which customers serve themselves: whoever has one may do with one booking
 * what it is good for, so it goes to the customer alone (a link in a mail), and the host
 * asks lsched_use_token() before it shows, moves or cancels. */
enum lsched_scope { /* to be added up */
    LSCHED_VIEW = 1,
    LSCHED_MOVE = 2,
    LSCHED_CANCEL = 4
};

/* A new token of a booking: 26 letters and digits that nobody can guess (128 random bits in
 * Crockford's base 32).  It is told only now: the store keeps its SHA-256, no more.  Release
 * it with lsched_text_free().  It is good for `scopes` (enum lsched_scope) until `expires`;
 * 0: until a day after the booking's end, wherever that moves to.  Each call makes another
 * one, and removes those of the booking that have expired.
 *  NOTFOUND  the booking
 *  OVER
 *  LIMIT     it has LSCHED_MAX_TOKENS that have not expired
 *  INVALID   no or unknown scopes; `expires` has passed, or is not a time of ours
 *  UNKNOWN   make another one; what there may be of this one is of use to nobody */
LSCHED_API int lsched_make_token(lsched *s, const char *booking, int32_t scopes,
                                 lsched_time expires, char **out);

/* The booking that a token is for, if it is good for all of `scope` now.  Small letters
 * count as capitals; i and l as 1; o as 0.  The booking may be cancelled, or over: a token
 * outlives that, and it is lsched_move() and lsched_cancel() that answer OVER.
 *  NOTFOUND  unknown or malformed token, expired, not for that: always one and the same
 *            message, which does not have the token
 *  INVALID   no or unknown scope */
LSCHED_API int lsched_use_token(lsched *s, const char *token, int32_t scope,
                                lsched_booking **out);

/* Makes all tokens of a booking worthless.  It is fine if there are none.  NOTFOUND. */
LSCHED_API int lsched_drop_tokens(lsched *s, const char *booking);

/* ---- 6. The working day -------------------------------------------------------- */

/* What became of a contact, or of an attempt at one. */
enum lsched_outcome {
    LSCHED_OUTCOME_REACHED = 1,   /* it took place                                  */
    LSCHED_OUTCOME_NO_ANSWER = 2, /* nobody answered, or came                       */
    LSCHED_OUTCOME_ENGAGED = 3,   /* the line was busy                              */
    LSCHED_OUTCOME_MACHINE = 4,   /* a machine answered; a message may be on it     */
    LSCHED_OUTCOME_DROPPED = 5,   /* the connection failed, or broke                */
    LSCHED_OUTCOME_WRONG = 6,     /* that number or address is not the customer's   */
    LSCHED_OUTCOME_DECLINED = 7,  /* the customer does not want it any more         */
    LSCHED_OUTCOME_ELSEWHERE = 8, /* the customer got through another way           */
    LSCHED_OUTCOME_ABSENT = 9     /* we were not there                              */
};

/* Whose fault it was that a contact did not take place, or not as promised. */
enum lsched_fault {
    LSCHED_FAULT_OURS = 1,
    LSCHED_FAULT_CUSTOMER = 2,
    LSCHED_FAULT_NETWORK = 3 /* neither's: lines, devices, power                    */
};

/* "no-answer"; "ours"; "" for any other number.  Static. */
LSCHED_API const char *lsched_outcome_name(int32_t outcome);
LSCHED_API const char *lsched_fault_name(int32_t fault);

/* A callback now, without losing one's place: the contact is WAITING, takes nobody's time, and is
 * given to somebody who can serve it when its turn comes.  Of the request, `channel`, `rungs`,
 * customer, service, note, source and case_id are as for lsched_book(); and
 *
 *   since   when the customer began to wait, on hold say, which is the place in the line
 *   start   not to be tried before; 0: as soon as its turn comes
 *   due     by when an answer was promised: from then on it goes before all others
 *   agent   it is left to this one until `owner_wait` of the service after its start
 *
 * The answer has `team`, in whose line it stands: that of the highest rung asked; `agent`, if one
 * was named, else ""; and its start and end as if its turn were now.  Whoever is in line can be
 * cancelled (lsched_cancel()), or moved to a time of its own (lsched_move()), and is listed by
 * its state.  Of a customer, and what one topic or, without, one service is about, one contact of
 * the line is open at a time: waiting, in progress (until a day after its end, if nobody finishes
 * it), or moved from the line to a time to come.
 *  EXISTS   there is an open one; the message has its id
 *  CLOSED   the contact would not fit into the hours now, or not in `cut_off` minutes (with
 *           `start`: then, and so many minutes later); or an open incident says that nobody
 *           joins, and the message names it (lsched_incident.no_joining)
 *  NOBODY   nobody who may serve this customer has this channel, the skills, or a language in
 *           common
 *  NOTFOUND customer, service, agent or case
 *  INVALID  also: `since` is later than now; `team` or `seconds` is given
 *  KEYUSED, UNKNOWN */
LSCHED_API int lsched_join(lsched *s, const lsched_request *request, lsched_booking **out);

/* The line of a team (NULL: of all teams), in the order in which it is served: what was promised
 * by now (`due`) first, the longest overdue before, the rest by arrival (`since`), then by id.
 * Also what is not to be tried yet (`start`), and what has been leased.  `skip` leaves out so many
 * at the beginning; `limit` 0: 1,000, at most LSCHED_MAX_PAGE (LIMIT). */
LSCHED_API int lsched_list_line(lsched *s, const char *team, uint32_t skip, uint32_t limit,
                                lsched_bookings **out);

/* How far one that waits is in its team's line: 1 is the next.  Who is to be tried later than
 * this one is not before it.
 *  NOTFOUND
 *  OVER      it does not wait, any more or yet; `*out` is 0 */
LSCHED_API int lsched_get_position(lsched *s, const char *id, int32_t *out);

/* The customer got through before we did, another way: whatever of the line is open about it, by
 * customer and topic of the service, is CANCELLED, with LSCHED_OUTCOME_ELSEWHERE, and the customer
 * is told nothing of it.  That is more than one where a service has got another topic meanwhile:
 * `*out` is the one with the smallest id.  `cause` and `out` may be NULL.
 *  NOTFOUND  nothing is open
 *  OVER      somebody is speaking to the customer about it; nothing is closed then
 *  KEYUSED, UNKNOWN */
LSCHED_API int lsched_contact_happened(lsched *s, const char *customer, const char *service,
                                       const char *cause, const char *key, lsched_booking **out);

/* What an agent is to do next, leased to the agent for `seconds` (1..LSCHED_MAX_LEASE; 0: 60),
 * so that nobody else is given it; lsched_start() begins it.  The first of these that the agent
 * can begin now:
 *
 *   1  its own bookings whose start has come, at most a day ago, and what waits for this agent
 *   2  bookings of others who have not started them `owner_wait` minutes after the start, so that
 *      whoever was promised a call at three is called by somebody, the agent's fault or not
 *   3  the line, in its order, but for what is left to another agent, until `owner_wait` minutes
 *      after its start
 *
 * Whether the agent can is asked of the same rules as by lsched_book(), as of now, without
 * notice, horizon and grid: team, skills, language and rungs; the hours of team, agent, customer,
 * region and service, so that nobody is called outside of lawful hours whatever was planned; and
 * that the agent is free for all of the contact, with what it has to do after it.  Of the agent's
 * own bookings it is only asked that the customer may be reached now, and does not avoid this
 * agent by now (such a contact is left to nobody, and goes to others at once); and that no chats
 * that are still in progress leave the agent without the lanes it takes: then the agent is given
 * nothing until these are finished.  Of what waits, also that
 * the customer was not tried more often in vain than the service allows (`spacing`,
 * `day_attempts`, `week_attempts`); and of all, that the customer's regions allow another attempt
 * (lsched_may_contact()).
 *
 * A lease is no promise to the customer and no part of the booking's history.  It ends by the
 * clock, as holds do, and with any change of its booking.  Asked again meanwhile, the agent gets
 * the same contact, with a new lease.  Where there is nothing to do, nobody waits for the other
 * writers.
 *  NOTFOUND  the agent; or nothing is to be done now: the message says why the first one that
 *            stands there for this agent cannot begin, if there is any
 *  TAKEN     the agent is in a contact that takes it whole, by LSCHED_STARTED (until a day after
 *            its end, if nobody finishes it)
 *  LIMIT     `seconds`
 *  UNKNOWN   the same call again */
LSCHED_API int lsched_next(lsched *s, const char *agent, int32_t seconds, lsched_booking **out);

/* What lsched_next() gives nobody, and a person has to look into, with the reason in words, in the
 * order of start, then id: behind the booking `after` (NULL: from the first), at most `limit` (0:
 * 1,000; at most LSCHED_MAX_PAGE).  An empty list is a success; it only reads.
 *
 *   BOOKED    not begun a day after its start; ABSENT of lsched_finish_as() says so, and its
 *             customer is told that it can be booked anew
 *   STARTED   not finished a day after its end
 *   WAITING   nobody in the teams of its rungs has the channel, the skills and a language in common
 *             any more, on shift or not: `reasons` has what they lack.  Or it was promised (`due`)
 *             more than a day ago
 *
 * Where an agent has gone, what waited for it is everybody's after `owner_wait`; what the line
 * needs otherwise (team, service, customer, case) cannot be removed before it is over.  What is
 * merely late is in lsched_list_line(), and what will be in lsched_list_delays().
 *  NOTFOUND  `after`
 *  INVALID, LIMIT */
LSCHED_API int lsched_list_stuck(lsched *s, const char *after, uint32_t limit,
                                 lsched_strays **out);

/* lsched_start(), of chapter 5, of what is leased: it is the lease's agent who begins.  What
 * waits, or was another agent's, gets its place then: agent, team and rung by the ladder, start
 * now (the whole minute), and the agent is taken from then on for as long as the service says.
 * For these the rules are asked again, since minutes may have passed.
 *  CLOSED, NOBODY, TAKEN, TOOSOON   they say no now: it stays as it is.  TOOSOON: it is not to be
 *            tried yet (`start`), or the customer was tried too often
 *  OVER      also: it waits, and has been leased to nobody
 * lsched_start_as() does the same for an agent of your choice, without a lease.
 *  TAKEN     also: it is leased to somebody else
 *  NOTFOUND, INVALID, LIMIT, KEYUSED, UNKNOWN */
LSCHED_API int lsched_start_as(lsched *s, const char *id, const char *agent, const char *key,
                               lsched_booking **out);

/* What became of a contact, in more words than lsched_finish() has. */
typedef struct lsched_result {
    uint32_t size;
    int32_t outcome;   /* required: enum lsched_outcome                            */
    int32_t fault;     /* enum lsched_fault; 0: NETWORK's of DROPPED, OURS of ABSENT,
                          the CUSTOMER's of what reached nobody otherwise, else none */
    int32_t enough;    /* not 0: it is not tried again                             */
    const char *key;   /* required                                                 */
    const char *id;    /* required: the booking                                    */
    const char *cause; /* why                                                      */
    lsched_time again; /* not to be tried again before, as the customer wishes; 0: as the
                          service has it                                           */
} lsched_result;

/* The contact ends, BOOKED or STARTED, by its outcome:
 *
 *   REACHED              FULFILLED
 *   NO_ANSWER, ENGAGED, MACHINE, DROPPED
 *                        WAITING again, to be tried from `start` on, in the place in line that it
 *                        has (`since`; of what was never in line, its promised start), attempts
 *                        + 1, and the notice LSCHED_NOTICE_TRIED; after the last one NOSHOW
 *   WRONG                NOSHOW, attempts + 1
 *   DECLINED, ELSEWHERE  CANCELLED, without a notice
 *   ABSENT               MISSED (which what was started cannot be: OVER)
 *
 * The next attempt is the first time at which somebody who may serve the customer is on shift,
 * and all hours are open, `spacing` minutes after this one, and in another part of the customer's
 * day (until 12:00, until 17:00, after it) if there is one in the next eight days; and not more
 * than `day_attempts` in any 24 hours and `week_attempts` in any 7 days are made of one customer,
 * whatever they are about, nor more than the regions' caps allow.  With `again`, it is the first
 * such time from then on, in whatever part of the day.  It was the last attempt where `attempts` of
 * the service have been made, the result is `enough`, it is a visit, the customer is in line about
 * it once more by now, or there is no such time.
 *  TOOSOON   it has not been missed yet
 *  INVALID   also: an unknown outcome or fault
 *  NOTFOUND, OVER, KEYUSED, UNKNOWN */
LSCHED_API int lsched_finish_as(lsched *s, const lsched_result *result, lsched_booking **out);

/* ---- 7. Cases and news -------------------------------------------------------- */

/* What a customer comes with, and comes back with: whoever is handed a contact is handed its
 * case, so that nobody has to tell it twice.  Bookings are of a case by their `case_id`, on
 * whatever channel and with whomever; what else happens is an entry of it.  A case has the eight
 * functions of the catalogue (chapter 3).
 *
 * put     NOTFOUND: the customer.  INUSE: the case, or one of this id that was removed, is
 *         another customer's: a case keeps its customer
 * remove  INUSE: a live booking is of it, or a message that waits for its promised answer.  Its
 *         bookings and entries stay */
enum lsched_case_state {
    LSCHED_CASE_OPEN = 1,
    LSCHED_CASE_CLOSED = 2 /* your word, too: nothing is refused for it, but by age it goes
                              (lsched_retain) */
};

typedef struct lsched_case {
    uint32_t size;
    int32_t state;        /* enum lsched_case_state; 0: OPEN                       */
    const char *id;       /* required                                              */
    const char *customer; /* required                                              */
    const char *topic;    /* what it is about, in one line                         */
    const char *story;    /* all that whoever serves next should know              */
    const char *language; /* BCP 47 tag: what it is spoken in, if not as usual     */
    const char *needs;    /* word list: what it takes to serve this customer well:
                             "captions step-free"                                  */
    const char *consents; /* word list: what the customer has agreed to: "recording" */
    lsched_time opened;   /* 0: as it was, or now                                  */
    lsched_time changed;  /* when put last changed something; put takes no notice of
                             what stands here                                      */
} lsched_case;
typedef struct lsched_cases lsched_cases;

LSCHED_API int lsched_put_case(lsched *s, const lsched_case *record);
LSCHED_API int lsched_get_case(lsched *s, const char *id, lsched_case **out);
LSCHED_API int lsched_remove_case(lsched *s, const char *id);
/* `customer` NULL: of all customers. */
LSCHED_API int lsched_list_cases(lsched *s, const char *customer, const char *after,
                                 uint32_t limit, lsched_cases **out);
LSCHED_API size_t lsched_cases_count(const lsched_cases *list);
LSCHED_API const lsched_case *lsched_cases_at(const lsched_cases *list, size_t i);
LSCHED_API void lsched_case_free(lsched_case *record);
LSCHED_API void lsched_cases_free(lsched_cases *list);

/* What is written down in a case beside its bookings. */
enum lsched_entry_kind {
    LSCHED_ENTRY_NOTE = 1,    /* for whoever serves next                             */
    LSCHED_ENTRY_IN = 2,      /* the customer's message                              */
    LSCHED_ENTRY_OUT = 3,     /* a message to the customer                           */
    LSCHED_ENTRY_SCORE = 4,   /* how the customer found it, with a sentence          */
    LSCHED_ENTRY_TRANSFER = 5 /* handed on `to` somebody, and why                    */
};

/* "message-in"; "" for any other number.  Static. */
LSCHED_API const char *lsched_entry_name(int32_t kind);

/* An entry stays as it was written.  Of what comes in, the fields marked "written" are not
 * looked at. */
typedef struct lsched_entry {
    uint32_t size;
    int32_t kind;            /* required: enum lsched_entry_kind                    */
    int64_t seq;             /* written: 1, 2, 3, ... through the whole store       */
    lsched_time at;          /* written: by the clock of who wrote it               */
    const char *key;         /* required: as for bookings; no booking's call can have it too */
    const char *case_id;     /* required                                            */
    const char *customer;    /* written: the case's                                 */
    const char *agent;       /* who wrote it, whom it is about, or who hands it on  */
    const char *to;          /* of TRANSFER, required: the agent or team            */
    const char *booking;     /* the contact that it belongs to, of this case        */
    const char *text;        /* required of NOTE, IN and OUT; up to LSCHED_MAX_NOTE */
    int32_t channel;         /* one of enum lsched_channel; 0: none                 */
    int32_t score;           /* of SCORE: 0..LSCHED_MAX_SCORE, on a scale of yours  */
    const char *actor;       /* written: lsched_set_origin()                        */
    const char *correlation; /* written                                             */
    lsched_time due;         /* written, of IN with a promise: by when it is answered */
    int32_t promise;         /* of IN: in so many minutes of the team's open time an
                                answer is promised, up to LSCHED_MAX_DAYS days of them;
                                0: none is                                          */
    int32_t spare;           /* keep zero                                           */
    int32_t low;             /* written, of SCORE: 1: at or below `low_score` of the service
                                that its booking is of                              */
    int32_t refused;         /* written, of a low one: LSCHED_OK: there is a follow-up;
                                EXISTS: what was open already is; else why there is none */
    const char *follow_up;   /* written: id of the follow-up; "": none              */
} lsched_entry;
typedef struct lsched_entries lsched_entries;

/* Adds an entry to a case, open or closed.  `out` may be NULL.  The same key with the same
 * entry gives the first answer again.
 *
 * Messages are a conversation that nobody has to wait for: the customer writes (IN), goes, and
 * comes back to the answer (OUT).  With `promise`, it is due when so many minutes of the open
 * time of the customer's home team, or else of general care, have passed.  One that names no
 * `agent` is given whoever wrote the case's last OUT, else the first of the customer's `knows`,
 * else nobody; and never somebody whom the customer `avoids`.  A promise stands until the next OUT
 * of its case.
 *
 * Of a score with a `booking`, `agent` is the booking's unless one is named.  Where the score is
 * low (lsched_service.low_score), a follow-up comes into the line in the same transaction, as
 * lsched_join() would put it there: for the same customer and case, of the service's `follow_up`,
 * with the sentence as its note and the score in its cause.  Where the line is closed, it is not
 * tried before somebody could make it.  Where one is open already (but for the booking itself,
 * while it is STARTED), nothing more is done; and where none can be made, since nobody has the
 * skills, say, or an incident lets nobody join the line, the score is kept all the same, and
 * `refused` says why.
 *   An agent whose last score by a customer was low is none whom this customer knows from having
 * been served (enum lsched_rung), until a better one comes, or you name this agent in `knows`.
 *  NOTFOUND  case, agent, booking; `to` is neither an agent nor a team
 *  CLOSED    the promise cannot be kept within LSCHED_MAX_DAYS
 *  NOBODY    there is no team that could keep it; or the customer `avoids` the agent to whom a
 *            message (`agent`) or a transfer (`to`) would go
 *  INVALID   also: the booking is not of this case; a field that is for another kind
 *  LIMIT, KEYUSED, UNKNOWN */
LSCHED_API int lsched_add_entry(lsched *s, const lsched_entry *entry, lsched_entry **out);
LSCHED_API void lsched_entry_free(lsched_entry *entry);

/* The entries whose number is greater than `after`, in order, at most `limit` (0: 1,000; at
 * most LSCHED_MAX_PAGE); `case_id` NULL: of all cases.  Like events, they are numbered without
 * a gap in the order of their commits, and can be followed by the last number seen.
 *  NOTFOUND  the case
 *  INVALID   `after` is negative */
LSCHED_API int lsched_list_entries(lsched *s, const char *case_id, int64_t after, uint32_t limit,
                                   lsched_entries **out);
LSCHED_API size_t lsched_entries_count(const lsched_entries *list);
LSCHED_API const lsched_entry *lsched_entries_at(const lsched_entries *list, size_t i);
LSCHED_API void lsched_entries_free(lsched_entries *list);

/* The messages that were promised an answer and have none yet, of each case the one that is due
 * first, in the order of `due`, at most `limit` (0: 1,000): those due before `before` (0: all),
 * that are for `agent` (NULL: for anybody; what is for somebody whom its customer `avoids` by now
 * is found there alone).  With `before` now, these are the late ones; some
 * minutes later, those that soon will be. */
LSCHED_API int lsched_list_unanswered(lsched *s, const char *agent, lsched_time before,
                                      uint32_t limit, lsched_entries **out);

/* What has become of a notice. */
enum lsched_told {
    LSCHED_TOLD_NOT = 1,  /* nobody has said so yet: it is to come, or handed out    */
    LSCHED_TOLD_DONE = 2, /* it was acknowledged                                     */
    LSCHED_TOLD_VOID = 3  /* before that its booking changed, or it became pointless; where
                             it was handed out (`attempt`), the customer may know it */
};

/* One thing of a case: an event of one of its bookings, or what the customer is told of them (both
 * of chapter 8), or an entry.  The other two are NULL. */
typedef struct lsched_moment {
    uint32_t size;
    int32_t told;                     /* of a notice: enum lsched_told; else 0     */
    const struct lsched_event *event;
    const lsched_entry *entry;
    const struct lsched_notice *notice; /* with `attempt` 0 until it is handed out; its
                                         booking is the `subject`, and what belongs to
                                         a lease (`booking`, `until`, ...) is 0      */
} lsched_moment;
typedef struct lsched_moments lsched_moments;

/* All of a case in one order, that of the commits, whatever clocks said: from the first on, or,
 * with `skip`, behind so many.  A notice is written with the event that it tells of and stands
 * behind it, told or not; news of the case's bookings (DELAYED, RELEASE, CHECKIN) stand behind all
 * that was there when they were written.  So nothing that was listed ever changes its place, but
 * where the customer's record is removed: what became void with it is not listed any more.
 *  NOTFOUND */
LSCHED_API int lsched_timeline(lsched *s, const char *case_id, uint32_t skip, uint32_t limit,
                               lsched_moments **out);
LSCHED_API size_t lsched_moments_count(const lsched_moments *list);
LSCHED_API const lsched_moment *lsched_moments_at(const lsched_moments *list, size_t i);
LSCHED_API void lsched_moments_free(lsched_moments *list);

/* ---- What is held on a customer.
 *
 * export   all of it, as one text of JSON (RFC 8259): the record, its calendars, cases,
 *          entries, bookings, waits, events, notices, tokens, news and subscriptions, with the
 *          fields of the structs here; times as in RFC 3339, codes as their numbers.  Release it
 *          with lsched_text_free().
 *          NOTFOUND: nothing is held.
 * forget   the customer's record, calendars, waits, cases, news and subscriptions go, and so do
 *          tokens, and notices that nobody has been told; of bookings, events and entries all
 *          texts become empty, and customer, case and key a mark that nobody can lead back
 *          ("forgotten-...", one for this customer).  Their life is over: what would write in one
 *          of these bookings is OVER.  Their numbers, times, services, agents and teams stay, so
 *          that counts, figures and the feed are as they were.  `*rows` says in how many records
 *          something was; 0, which is a success, that nothing was there.  `rows` may be NULL.
 *          As it leaves nothing to be repeated, it has no key; UNKNOWN: the same call again.
 *          INUSE: a live booking is the customer's; cancel it first.  What stands in the texts
 *          and keys of other customers, in the names of agents, and with whom you have shared
 *          it, is not found here.
 * retain   the same by age, of up to `limit` customers at a time (0: 1,000): bookings, and
 *          cases that are closed, with nothing in them that ended or was written at `before` or
 *          later, and not the bookings of other cases.  The customers' own records stay, and
 *          these of one customer get one mark for each call.  Again, until `*rows` is 0: a call
 *          takes what it does in one transaction, and nobody waits while it looks for whom that
 *          concerns; inside lsched_begin() they wait anyway.  A handle's calls go on where the
 *          last one ended.  A deadline has to leave time for both: where BUSY comes again and
 *          again, `limit` is too high for it.
 *          INVALID: `before` is not past.
 * wipe     what was overwritten or deleted can still be read in the free parts of the file and
 *          in its log, until this has written the file anew and emptied the log.  It takes room
 *          for a copy of the store and seconds for each gigabyte, while other writers wait; so
 *          it is for the quiet hours, after however many were forgotten, and no deadline stops
 *          it.  Backups, and what a disk or a file system keeps, are beyond it.
 *          BUSY: also, somebody still reads what is to be wiped: again.  MISUSE: inside
 *          lsched_begin(); the database is a host's: then VACUUM and
 *          PRAGMA wal_checkpoint(TRUNCATE) are the host's to run. */
LSCHED_API int lsched_export_customer(lsched *s, const char *customer, char **out);
LSCHED_API int lsched_forget(lsched *s, const char *customer, int64_t *rows);
LSCHED_API int lsched_retain(lsched *s, lsched_time before, uint32_t limit, int64_t *rows);
LSCHED_API int lsched_wipe(lsched *s);

/* How long a wait will be. */
typedef struct lsched_forecast {
    uint32_t size;
    int32_t offered;     /* not 0: it can be promised: nine of ten such waits end before
                            `close`, and lsched_join() would not refuse               */
    int32_t status;      /* what lsched_join() would answer: LSCHED_OK, CLOSED, NOBODY or
                            EXISTS                                                    */
    int32_t position;    /* in the line of `team`: 1 is the next; 0: it cannot be joined */
    int32_t agents;      /* so many may serve this contact, on shift or not           */
    int32_t chance;      /* thousandths: of being served before `close`               */
    int64_t p50;         /* seconds from now: half of such waits are no longer, and   */
    int64_t p90;         /* nine of ten; -1: they may be longer than two days, or than the
                            customer can be reached                                   */
    lsched_time close;   /* from then on it is too late for today: for somebody on shift
                            who may serve this contact, or for the hours of the customer,
                            region or service; 0: it is, for two days                 */
    const char *team;    /* in whose line it is; "": in none                          */
    const char *open;    /* id of what the customer has open already, and of which this
                            then tells; "": nothing                                   */
    /* What can be had instead, where it is not offered. */
    const lsched_slot *slot; /* the first one on that channel; NULL: there is none    */
    int64_t general_p50; /* the same of general care, where the request's rungs leave it */
    int64_t general_p90; /* out, and it can be promised there; else -1                */
} lsched_forecast;

/* How long the customer would wait who joined now; and somebody who waits.  It reads only, and
 * nobody waits for it.  Of the request, `key` means nothing.
 *
 * The next two days are rehearsed some hundred times, with what is known of them: who is on shift,
 * and who leaves when; what is booked, and that nobody begins what does not end before that;
 * who stands before in line, may be served by whom, and was not tried too often by now
 * (lsched_next()); what open incidents change, of which nobody knows when they are closed, so that
 * what is not worked off waits longer than two days; what is in progress (until a day after its
 * end, if nobody finishes it), and since when.  How long contacts take is drawn from the last ones of their service and channel, with the work behind
 * them, and from the service's `minutes` as long as few have been seen.  A wait ends when somebody
 * starts the contact.  Who comes later stands behind, and is served before all the same where that
 * suits better: a chat goes to an agent who has a chat and room for another, which no call can.  So
 * as many come into the lines of the teams that may serve the contact, in the next hour, as have on
 * average in the last two and did not leave again at once: of each team 400 at most, who are then
 * the first of them.  Bookings that are made later do not count.
 * Asked twice at one instant, the answer is the same.
 *  OVER      lsched_estimate_waiting(): it does not wait
 *  NOTFOUND, INVALID, LIMIT   as lsched_join() */
LSCHED_API int lsched_estimate(lsched *s, const lsched_request *request, lsched_forecast **out);
LSCHED_API int lsched_estimate_waiting(lsched *s, const char *id, lsched_forecast **out);
LSCHED_API void lsched_forecast_free(lsched_forecast *wait);
/* ---- News.
 *
 * What customers are told that no step of a booking tells.  All of it goes out with the
 * notices of chapter 8, by lsched_take_notices().  No customer is told the same twice, and
 * none outside of the customer's hours: where all of the customer's regions, customer and home
 * team (not for whoever chose general care) are open by their calendars, both when it becomes due
 * and when it is handed out.  Of a region's calendars those count that bind a contact for
 * LSCHED_SERVICE_NEWS, or for the purpose of the service that is offered with it, on any channel;
 * that somebody asked for a contact is no reason to be told news.  Only DELAYED is told at once, at
 * any hour: it is of use before the start alone. */

/* Something is broken, or was.  Its eight functions are like those of chapter 3, and put is
 * how it is opened, updated and closed: each put that changes something is one update, and in
 * the same transaction everybody is told of it who has asked to hear of it
 * (lsched_subscribe()), or has something WAITING, or BOOKED ahead, that it touches.  What has
 * not been told of an older update then never is.  To change nothing but its policy is no update:
 * that is in force at once, and nobody is told.
 *
 * It touches a customer of one of its regions (`region` or any of `regions` of lsched_customer),
 * for one of its services or a service with its topic; where it names none, all.
 *
 * The put that closes it tells all these that it is over; but whoever has booked, or come into
 * the line, since it opened what it touches is told RELEASE instead, about each such booking:
 * perhaps it is not needed any more, and can be given back with lsched_cancel().  One that is
 * closed when it is put first is nobody's news.  What was removed and is put again goes on
 * counting, so that no two updates ever have one number.
 *
 * While it is open, its policy stands in place of the service's, for each customer whom it
 * touches and in every question and write about one: what lsched_find(), hold, book, move,
 * series, repair, waitlist, explain, lsched_may_contact(), lsched_join(), lsched_next() and
 * lsched_estimate() work with is the service so changed, by the same one predicate, from the
 * put's commit on until that of the put that closes it.  Where several touch, of each field the
 * one that was opened last counts (then the greater id), switches and rungs are added up.
 *
 *   no_joining  registers no more callbacks: lsched_join() is CLOSED, and the message names the
 *               incident and its next_update; lsched_forecast.status says the same
 *   no_working  works off none: lsched_next() hands out nothing that waits, and lsched_start() of
 *               such is CLOSED, leased before or not, as the line waits on, in its order.  What is
 *               BOOKED is handed out as ever.  The two switches do not hang together
 *   rungs       overflow and general care open: these rungs serve, too, where the query, request,
 *               wait or place in the line has left them out.  Who asks for an agent or a team by
 *               name gets no other for it
 *   notice      is also the reserve: with 240, all that is free in the next four hours is left to
 *               the line and to what was promised before
 *
 * What is booked or held stays as it is, whatever opens or closes: a booking keeps its
 * start, end and buffers, is no stray (I6) for their being others than those of today, and takes
 * those of the time when it is moved.  lsched_booking.revision goes on naming the service's own
 * policy; `incident` beside it says that its place was taken under that of an incident.
 *  INVALID  also: `opened` or `closed` has not come yet, or closed is before opened */
typedef struct lsched_incident {
    uint32_t size;
    int32_t revision;        /* which update it is; put takes no notice of what stands
                                here                                               */
    const char *id;          /* required: your system's own                        */
    const char *regions;     /* word list                                          */
    const char *services;    /* word list                                          */
    const char *topic;       /* of services                                        */
    const char *text;        /* required: what customers are told                  */
    lsched_time opened;      /* 0: now, of a new one or one that was closed; else as it was */
    lsched_time next_update; /* when more will be known; 0: nobody knows           */
    lsched_time closed;      /* 0: it is still so                                  */
    /* In force while it is open; 0: as the service has it. */
    int32_t no_joining;      /* not 0: nobody joins the line                       */
    int32_t no_working;      /* not 0: nothing that waits is handed out            */
    int32_t rungs;           /* enum lsched_rung, to be added up: these serve, too */
    int32_t minutes;         /* how long a contact takes.  With what stands around it
                                it is never more than LSCHED_MAX_MINUTES: `wrap_up`
                                gives way first                                    */
    int32_t wrap_up;         /* this and the next are those of lsched_service, with
                                the same limits; LSCHED_NONE: none                 */
    int32_t notice;
    int32_t cut_off;         /* LSCHED_NONE as there: joined at any time           */
    int32_t owner_wait;      /* LSCHED_NONE as there: never left to one            */
    int32_t wait_known;      /* overflow opens earlier: no longer a wait is preferred */
    int32_t wait_home;
} lsched_incident;
typedef struct lsched_incidents lsched_incidents;

LSCHED_API int lsched_put_incident(lsched *s, const lsched_incident *incident);
LSCHED_API int lsched_get_incident(lsched *s, const char *id, lsched_incident **out);
LSCHED_API int lsched_remove_incident(lsched *s, const char *id);
LSCHED_API int lsched_list_incidents(lsched *s, const char *after, uint32_t limit,
                                     lsched_incidents **out);
LSCHED_API size_t lsched_incidents_count(const lsched_incidents *list);
LSCHED_API const lsched_incident *lsched_incidents_at(const lsched_incidents *list, size_t i);
LSCHED_API void lsched_incident_free(lsched_incident *incident);
LSCHED_API void lsched_incidents_free(lsched_incidents *list);

/* The open incidents that touch a customer, in the order of their ids; of one service, or
 * (`service` NULL) of any.  To be told *before* something is booked: the answers of lsched_find()
 * carry them, too (lsched_slots_incidents()).  NOTFOUND. */
LSCHED_API int lsched_incidents_for(lsched *s, const char *customer, const char *service,
                                    lsched_incidents **out);

/* From now on the customer is told of each update of this incident, whether it touches the
 * customer or not: news instead of waiting.  Twice is once.  It ends with the record.
 *  NOTFOUND
 *  OVER      it is closed */
LSCHED_API int lsched_subscribe(lsched *s, const char *incident, const char *customer);

/* No more of that, but for what waits to be told already.  It is fine if there was nothing.
 * NOTFOUND. */
LSCHED_API int lsched_unsubscribe(lsched *s, const char *incident, const char *customer);

/* Something to tell all customers of a team, of some regions, or of those of them that are both:
 * a price that changes, work that is planned, a service that will be cut off.  Its eight
 * functions are like those of chapter 3.
 *
 * The put writes what each customer is to be told, 60,000 of them in a second or two.  Put
 * again, it is for whom and when it then says: whoever was told already is not told again, and
 * customers who came later are told now.  What was handed out and not acknowledged keeps its id,
 * its attempts and its lease where it still is for that customer, and is void where it is not.
 * Remove it, and nobody is told any more.  What is handed out has the text as it is by then. */
typedef struct lsched_announcement {
    uint32_t size;
    int32_t spare;           /* keep zero                                          */
    const char *id;          /* required: your own; another announcement has another */
    const char *team;        /* whose home team it is; this or `regions` is required */
    const char *regions;     /* word list: of whom it is the region, or one of those */
    const char *text;        /* required: what to say                              */
    const char *service;     /* to be offered, for talking about it                */
    lsched_time from;        /* not before this; 0: from now on                    */
    lsched_time until;       /* pointless from then on; 0: never                   */
} lsched_announcement;
typedef struct lsched_announcements lsched_announcements;

LSCHED_API int lsched_put_announcement(lsched *s, const lsched_announcement *announcement);
LSCHED_API int lsched_get_announcement(lsched *s, const char *id, lsched_announcement **out);
LSCHED_API int lsched_remove_announcement(lsched *s, const char *id);
LSCHED_API int lsched_list_announcements(lsched *s, const char *after, uint32_t limit,
                                         lsched_announcements **out);
LSCHED_API size_t lsched_announcements_count(const lsched_announcements *list);
LSCHED_API const lsched_announcement *lsched_announcements_at(const lsched_announcements *list,
                                                              size_t i);
LSCHED_API void lsched_announcement_free(lsched_announcement *announcement);
LSCHED_API void lsched_announcements_free(lsched_announcements *list);

/* A booking that will begin later than was promised. */
typedef struct lsched_delay {
    uint32_t size;
    int32_t minutes;               /* by so many                                   */
    const lsched_booking *booking; /* BOOKED, with the time that was promised      */
    lsched_time start;             /* when it will likely begin, a whole minute    */
} lsched_delay;
typedef struct lsched_delays lsched_delays;

LSCHED_API size_t lsched_delays_count(const lsched_delays *list);
LSCHED_API const lsched_delay *lsched_delays_at(const lsched_delays *list, size_t i);
LSCHED_API void lsched_delays_free(lsched_delays *list);

/* What will begin later than was promised, by `minutes` at the least (0: 5), within the next
 * day, agent by agent; foreseen from what is STARTED.  A contact is taken to last as long as
 * was planned, from when lsched_start() said that it began; one that has overrun that, another
 * quarter of its length; and so on from one to the next on the same agent's lanes, buffers
 * included, until a gap has taken the delay up.  Where nothing is started, nothing is foreseen;
 * and what was to end a day ago, and is still STARTED, was forgotten.
 *
 * list  only reads
 * tell  also writes for each of them what its customer is to be told (DELAYED), with the new
 *       time; of each booking only once, until it changes.  Call it every minute or so, before
 *       lsched_take_notices().  `out` of either is required.
 *  INVALID, LIMIT  `minutes`: negative, more than LSCHED_MAX_MINUTES */
LSCHED_API int lsched_list_delays(lsched *s, int32_t minutes, lsched_delays **out);
LSCHED_API int lsched_tell_delays(lsched *s, int32_t minutes, lsched_delays **out);

/* ---- 8. Notices and events ----------------------------------------------------- */

/* Who makes the calls that follow, and what they belong to, as each event of them will say:
 * `actor` is an id of yours for a person or program, `correlation` one for the ticket,
 * session or trace.  NULL: nobody, nothing.  INVALID, LIMIT: not an id. */
LSCHED_API int lsched_set_origin(lsched *s, const char *actor, const char *correlation);

/* What happened to a booking. */
enum lsched_event_kind {
    LSCHED_EVENT_BOOKED = 1, /* also by import                                     */
    LSCHED_EVENT_MOVED = 2,
    LSCHED_EVENT_CANCELLED = 3,
    LSCHED_EVENT_RELANED = 4, /* another lane of the same agent; nobody sees it    */
    LSCHED_EVENT_HELD = 5,
    LSCHED_EVENT_CONFIRMED = 6,
    LSCHED_EVENT_EXPIRED = 7, /* written by whoever took the place                 */
    LSCHED_EVENT_STARTED = 8,
    LSCHED_EVENT_FULFILLED = 9,
    LSCHED_EVENT_MISSED = 10,
    LSCHED_EVENT_NOSHOW = 11,
    LSCHED_EVENT_REASSIGNED = 12, /* another agent at the same time, by lsched_repair() */
    LSCHED_EVENT_RESEATED = 13, /* likewise, to make room for the booking whose event comes
                                  behind it (lsched_service.reseats)               */
    LSCHED_EVENT_OFFERED = 14, /* held for one of the waitlist                      */
    LSCHED_EVENT_JOINED = 15, /* the line                                          */
    LSCHED_EVENT_TRIED = 16,  /* an attempt reached nobody, and another will be made */
    LSCHED_EVENT_CLOSED = 17  /* the customer got through another way              */
};

/* "moved"; "" for any other number.  Static. */
LSCHED_API const char *lsched_event_name(int32_t kind);

/* One change of a booking. */
typedef struct lsched_event {
    uint32_t size;
    int32_t kind;                 /* enum lsched_event_kind                        */
    int64_t seq;                  /* 1, 2, 3, ... through the whole store          */
    lsched_time at;               /* by the clock of who wrote it; earlier than that of
                                     the event before only where a clock was wrong by
                                     more than LSCHED_MAX_HOLD                      */
    const char *key;              /* of the call; "": nobody asked for this, or it is
                                     not the first booking of the series, repair or
                                     lsched_contact_happened() that was            */
    const char *actor;
    const char *correlation;
    const lsched_booking *before; /* the booking until then; NULL: there was none  */
    const lsched_booking *after;  /* and as the event left it                      */
} lsched_event;
typedef struct lsched_events lsched_events;

/* The events whose number is greater than `after`, in order, at most `limit` (0: 1,000; at
 * most LSCHED_MAX_PAGE); `booking` NULL: of all bookings.
 *
 * Every change of a booking writes exactly one event, in the transaction of the change.
 * They are numbered without a gap, in the order of their commits: whoever has seen number n
 * never meets a smaller one that is new.  So a host follows the feed with one number of its
 * own: it asks for what is behind the last one that it has dealt with (0: from the
 * beginning), deals with it, and keeps the new number, best together with what it did.
 * Putting each `after` in the place of the booking with its id, in order, rebuilds the
 * bookings as they are.
 * Inside of lsched_begin() your own events are among them, and what rolls back gives their
 * numbers free again: follow the feed outside of it.
 *  NOTFOUND  the booking
 *  INVALID   `after` is negative */
LSCHED_API int lsched_list_events(lsched *s, const char *booking, int64_t after, uint32_t limit,
                                  lsched_events **out);
LSCHED_API size_t lsched_events_count(const lsched_events *list);
LSCHED_API const lsched_event *lsched_events_at(const lsched_events *list, size_t i);
LSCHED_API void lsched_events_free(lsched_events *list);

/* What a customer is told.
 *
 *   lsched_book(), lsched_confirm()     CONFIRMED at once, REMINDER
 *   lsched_move() of what is booked     MOVED at once, REMINDER
 *   lsched_cancel() of what is booked   CANCELLED at once
 *   lsched_import() of what is booked   REMINDER
 *   lsched_repair() of what is booked   MOVED at once where the customer can see a change;
 *                                       REMINDER
 *   what makes room for another         REMINDER, and what was not told yet
 *   what the waitlist is offered        OFFERED at once, until its time is up
 *   lsched_move() of what is in line    CONFIRMED at once, REMINDER
 *   lsched_cancel() of what is in line  CANCELLED at once
 *   finish, and it is tried again       TRIED at once: when comes the next attempt (`start`)
 *   finish as MISSED or NOSHOW          REBOOK at once: with an offer to choose another time
 *
 * and of other holds, of joining the line, and of what comes after, nothing.  The reminder is due
 * `reminder` minutes before the start, as the service says when the place is taken; there is none
 * where that has passed already. */
enum lsched_notice_kind {
    LSCHED_NOTICE_CONFIRMED = 1,
    LSCHED_NOTICE_REMINDER = 2,
    LSCHED_NOTICE_MOVED = 3,
    LSCHED_NOTICE_CANCELLED = 4,
    LSCHED_NOTICE_OFFERED = 5,
    LSCHED_NOTICE_REBOOK = 6,
    LSCHED_NOTICE_TRIED = 7,

    /* What no step of a booking tells (chapter 7). */
    LSCHED_NOTICE_INCIDENT = 16,    /* what is known of an incident                 */
    LSCHED_NOTICE_ANNOUNCEMENT = 17, /* of yours, to many                            */
    LSCHED_NOTICE_DELAYED = 18,     /* the booking will begin later                 */
    LSCHED_NOTICE_RELEASE = 19,      /* an incident is over: is the booking still needed? */
    LSCHED_NOTICE_CHECKIN = 20       /* is all well since the contact?  Told `check_in` of its
                                        service after it was finished, in the customer's
                                        hours, with an offer to talk; not where the customer
                                        has something else booked, in line or in progress
                                        when it is finished, or from then on has      */
};

/* "reminder"; "" for any other number.  Static. */
LSCHED_API const char *lsched_notice_name(int32_t kind);

/* What a notice is about. */
enum lsched_about {
    LSCHED_ABOUT_BOOKING = 1,
    LSCHED_ABOUT_INCIDENT = 2,
    LSCHED_ABOUT_ANNOUNCEMENT = 3,
    LSCHED_ABOUT_CASE = 4
};

/* Something to tell a customer; how is yours. */
typedef struct lsched_notice {
    uint32_t size;
    int32_t kind;                  /* enum lsched_notice_kind                      */
    const char *id;                /* an id, the same each time it is handed out   */
    lsched_time due;               /* when it was to be told                       */
    lsched_time lease_until;       /* until then nobody else is given it           */
    int32_t attempt;               /* 1 the first time, one more each time         */
    int32_t about;                 /* enum lsched_about                            */
    const lsched_booking *booking; /* as it stands now; NULL: it is about none     */
    const char *customer;          /* whom to tell                                 */
    const char *subject;           /* id of what it is about                       */
    const char *case_id;           /* the case that it belongs to; "": none        */
    const char *service;           /* to be offered for talking about it; "": none */
    const char *text;              /* what to say, in your own words; "": nothing but
                                      what the kind says                           */
    lsched_time until;             /* not to be told from then on: it will be pointless,
                                      or the customer's hours are over and it comes
                                      again; 0: no such time                       */
    lsched_time at;                /* a time that it tells of: of DELAYED, when the
                                      contact will begin; 0: of none               */
} lsched_notice;
typedef struct lsched_notices lsched_notices;

/* Hands out what is due, the longest due first, at most `limit` (0: 1,000; at most
 * LSCHED_MAX_PAGE), and leases it to you for `seconds` (1..LSCHED_MAX_LEASE; 0: 60).  An
 * empty list is a success.
 *
 * A notice is written in the transaction of the change that it tells of.  It is handed out
 * at least once, and again whenever a lease ends without lsched_ack_notice(); two takers
 * never hold it at one time.  Whoever sends it gives its `id` along, so that the second time
 * is known for what it is.  What can never be delivered is acknowledged, too, or it comes
 * again.  It is never handed out once its booking has changed, which wrote a notice of its
 * own if there is something to tell, nor, as a reminder, from the start on.  What is told in the
 * customer's hours only, and is found outside of them, is put off to the next opening: then there
 * can be nothing, though lsched_next_due() had named this time.  Between the
 * taking and the sending, look at the booking if a stale word would do harm.
 *
 * Due is what is due by the host's clock, as for holds.  Where nothing is due, nobody waits for
 * the other writers.
 *  UNKNOWN  what may have been leased comes again when its time is up: take again
 *  INVALID, LIMIT  `seconds`, `limit`
 * Inside of lsched_begin(), send after the commit: what rolls back leases nothing. */
LSCHED_API int lsched_take_notices(lsched *s, uint32_t limit, int32_t seconds,
                                   lsched_notices **out);
LSCHED_API size_t lsched_notices_count(const lsched_notices *list);
LSCHED_API const lsched_notice *lsched_notices_at(const lsched_notices *list, size_t i);
LSCHED_API void lsched_notices_free(lsched_notices *list);

/* That a notice has been dealt with: it never comes again.  `attempt` is that of the lease
 * under which it was sent; after the end of the lease, too, as long as nobody else was given
 * it.  Once more with the same attempt is OK.
 *  OVER      another attempt has begun or ended it, or its booking has changed: whatever
 *            was sent, somebody else sends again, or something newer
 *  NOTFOUND
 *  INVALID   not the id of a notice, or no attempt
 *  UNKNOWN   the same call again */
LSCHED_API int lsched_ack_notice(lsched *s, const char *id, int32_t attempt);

/* When lsched_take_notices() will have something to hand out: the next one is due, or the
 * next lease ends; not later than now: it has.  Other writers can make it sooner.
 *  NOTFOUND  there is none; `*out` is 0 */
LSCHED_API int lsched_next_due(lsched *s, lsched_time *out);

/* ---- 9. Exchange ------------------------------------------------------------ */

/* Releases a text that arrived through `out`. */
LSCHED_API void lsched_text_free(char *text);

/* A stretch of time; what calendars mean. */
typedef struct lsched_span {
    lsched_time from;
    lsched_time until;
    const char *summary; /* of a single instance; "" for merged time               */
} lsched_span;
typedef struct lsched_spans lsched_spans;

LSCHED_API size_t lsched_spans_count(const lsched_spans *list);
LSCHED_API const lsched_span *lsched_spans_at(const lsched_spans *list, size_t i);
LSCHED_API void lsched_spans_free(lsched_spans *list);

/* The open time of a stored owner's layer between two instants, sorted and merged.
 * `zone` is where floating times happen; NULL: the owner's own zone (not for a region or
 * a service).  Of a region all calendars count, whatever contacts they bind; lsched_find_turn()
 * and its sisters can be asked for one channel.  NOTFOUND, INVALID, LIMIT. */
LSCHED_API int lsched_hours(lsched *s, int32_t kind, const char *owner, const char *zone,
                            lsched_time from, lsched_time until, lsched_spans **out);

/* How calendar text is read where the RFCs leave a choice, or where programs differ.
 *
 *   DTSTART        is always the first instance, and counts for COUNT, also where the rule
 *                  would not give it (RFC 5545, 3.8.5.3).  An event that has neither it nor
 *                  anything else about when takes no time (3.6.1 lets it be missing).
 *   BYDAY          plain and numbered weekdays in one rule ("1MO,TU") each mean what they
 *                  say.  BYWEEKNO without BYDAY is the weekday of DTSTART.
 *   Gaps           an instance whose local time a clock change skips is not left out: it
 *                  counts with the offset before the change (3.3.5, not the MUST of 3.3.10,
 *                  as a shift does not vanish).
 *   UNTIL          a date counts to its end, also for events with a time of day.
 *   EXRULE, RSCALE, RANGE=THISANDPRIOR   INVALID: passing over them would give time that
 *                  the writer took away.
 *   Versions       of several VEVENTs with one UID (and one RECURRENCE-ID) the highest
 *                  SEQUENCE counts, then the latest DTSTAMP; the others are as if they were
 *                  not there.  Where both are the same, events all stand, and of overrides
 *                  the last in the text.
 *   THISANDFUTURE  moves the named instance and all later ones by the same time on the
 *                  clock, gives them its length and summary, or, if cancelled, ends the
 *                  series.  RECURRENCE-ID and EXDATE go on naming the original places, and
 *                  an override of one instance has the last word about it.  Of several
 *                  ranges, each goes as far as the next.  A DTSTART in another zone takes
 *                  the series there, one in UTC does not.  Where the override has an RRULE
 *                  or RDATE itself, the series ends and the override is the series.
 *   FREEBUSY       periods are in UTC, or INVALID.  A type that nobody knows is BUSY.
 *   VAVAILABILITY  the higher PRIORITY decides wherever it says anything (1 is the highest;
 *                  0 or none the lowest).  Of the same priority, what one of them calls
 *                  busy is busy.  Every BUSYTYPE is busy.  VEVENTs beside it open or close
 *                  besides.
 *   TZID           the zone database; a name of it behind a prefix ("/vendor/1/Asia/Tokyo");
 *                  a zone name of Windows; a VTIMEZONE of the same VCALENDAR, before or
 *                  behind.  Else INVALID.  The database is first because it is kept up to
 *                  date.  A VTIMEZONE that no event needs is not even looked at; of two
 *                  with one TZID the first counts; its rules can only be FREQ=YEARLY.
 *   X-WR-TIMEZONE  means nothing: floating times stay floating.
 *   Leniently      VALUE=DATE may be left out; a byte order mark may stand before any line;
 *                  lines named X-... may stand outside of VCALENDAR; a second 60 is 59. */

/* What calendar texts mean, without a store: `calendars` are `count` calendars of one
 * layer, of which only effect, ends, text and text_size are read; floating times happen
 * in `zone`.  Works before lsched_open().  INVALID, LIMIT: lsched_line() has the line,
 * and the message the number of the calendar if there are several.
 *
 * expand     (what they open) minus (what they close), sorted and merged
 * instances  the single instances of one calendar, sorted by start, then end
 * due        lsched_add_open() where these are the only layer */
LSCHED_API int lsched_expand(lsched *s, const lsched_calendar *const *calendars, size_t count,
                             const char *zone, lsched_time from, lsched_time until,
                             lsched_spans **out);
LSCHED_API int lsched_instances(lsched *s, const lsched_calendar *calendar, const char *zone,
                                lsched_time from, lsched_time until, lsched_spans **out);
LSCHED_API int lsched_due(lsched *s, const lsched_calendar *const *calendars, size_t count,
                          const char *zone, lsched_time from, int64_t minutes, lsched_time *out);

/* Whose open time counts: it is open when every layer named here is open.  At least one
 * has to be. */
typedef struct lsched_layers {
    uint32_t size;
    uint32_t count;       /* of `calendars`                                        */
    const char *team;     /* stored owners; NULL: not asked                        */
    const char *agent;    /* its floating times are always in its own zone         */
    const char *customer;
    const char *region;   /* its calendars that bind a contact on `channel`; where these
                             are named, for the service's purpose, and by what the
                             customer has agreed to                                */
    const char *service;
    const char *zone;     /* where all other floating times happen; NULL: at the
                             customer, else at the team, else at the agent         */
    const lsched_calendar *const *calendars; /* texts, read as by lsched_expand(): one
                             layer more; where none of them opens, they only close
                             what the owners leave open                            */
    int32_t channel;      /* one of enum lsched_channel; 0: on any of them         */
    int32_t spare;        /* keep zero                                             */
} lsched_layers;

enum lsched_turn {
    LSCHED_NEXT_OPENING = 1, /* the first one later than `from`                    */
    LSCHED_NEXT_CLOSING = 2,
    LSCHED_LAST_OPENING = 3, /* the last one that is not later than `from`         */
    LSCHED_LAST_CLOSING = 4
};

/* Open-time arithmetic: what promised answer times stand on.  Minutes are elapsed time, so
 * a shift across a clock change counts as long as it lasts.  Works before lsched_open()
 * where no owner is named.  NOTFOUND: also an owner.  INVALID, LIMIT: as with
 * lsched_expand(), and a zone that nobody has.
 *
 * add    the instant at which `minutes` of open time have passed since `from`.  An amount
 *        that ends exactly at closing time ends at closing time.  0 minutes end at `from`,
 *        or at the next opening if it is closed then.  Negative: the instant from which on
 *        so many minutes pass until `from`; an amount that begins exactly at opening time
 *        begins there.  NOTFOUND: not within LSCHED_MAX_DAYS
 * count  the whole minutes of open time between two instants at most LSCHED_MAX_DAYS
 *        apart; negative where `until` is before `from`
 * find   when it opens or closes: one of enum lsched_turn.  It is open from an opening on,
 *        and no longer from a closing on.  NOTFOUND: not within LSCHED_MAX_DAYS */
LSCHED_API int lsched_add_open(lsched *s, const lsched_layers *layers, lsched_time from,
                               int64_t minutes, lsched_time *out);
LSCHED_API int lsched_count_open(lsched *s, const lsched_layers *layers, lsched_time from,
                                 lsched_time until, int64_t *out);
LSCHED_API int lsched_find_turn(lsched *s, const lsched_layers *layers, lsched_time from,
                                int32_t turn, lsched_time *out);

/* A booking, or an agent's bookings of a time, as iCalendar text (RFC 5545) for any
 * calendar program: times in UTC, UID the booking's id, SEQUENCE its sequence, STATUS
 * CANCELLED where it is or its hold has run out, TENTATIVE where it is held or waits.  Notes and
 * customers' ids stay out.  NOTFOUND; of an agenda also INVALID, LIMIT. */
LSCHED_API int lsched_write_booking(lsched *s, const char *id, char **out);
LSCHED_API int lsched_write_agenda(lsched *s, const char *agent, lsched_time from,
                                   lsched_time until, char **out);

/* Takes over a booking that stands already, from another system or a dump: every field
 * counts as given, and no rule about when is asked, only whether the place is free of
 * other bookings.  `id` is one of ours, or NULL for a new one; `lane` is chosen anew;
 * `rung`, `zone`, `wall` and `offset` may be zero and are then filled in, `busy_from` and
 * `busy_until` too (start and end), `created` and `changed` (now).  Times are whole
 * minutes.  One that is over may name records that are gone.  A hold cannot be taken over
 * (INVALID): its time would be up.
 *  TAKEN     the agent is booked then
 *  INUSE     there is a booking with this id
 *  NOTFOUND, INVALID, LIMIT, KEYUSED, UNKNOWN */
LSCHED_API int lsched_import(lsched *s, const lsched_booking *booking, const char *key,
                             lsched_booking **out);

/* Wall clock text and instants.  Neither needs an open store.
 *
 * instant  reads "2026-03-08T16:40:00-04:00" or "...Z" (RFC 3339), and with a `zone`
 *          also the local "2026-03-08T16:40" and "2026-03-08" (its midnight).  Seconds
 *          may be left out.  INVALID.
 * wall     writes "2026-03-08T16:40:00-04:00" (25 bytes and a NUL; longer only where an
 *          offset has seconds) into `buffer`.  LIMIT: `size` is too small.  INVALID. */
LSCHED_API int lsched_instant(lsched *s, const char *text, const char *zone, lsched_time *out);
LSCHED_API int lsched_wall(lsched *s, lsched_time at, const char *zone, char *buffer, size_t size);

/* Which zone database the answers of this scheduler rest on: "2026a", or a mark of its files
 * where it does not tell.  Another one that is installed meanwhile is taken up by the next
 * lsched_open(), not before.  Lent until then; "" for NULL. */
LSCHED_API const char *lsched_zone_version(const lsched *s);

/* ---- 10. Upkeep --------------------------------------------------------------- */

/* ---- Figures: what was promised, and what was kept.  They are counted from what is stored,
 * at one moment; nothing is estimated, and nobody waits for them.  What nobody wrote down is not
 * in them: a contact whose start was never told (lsched_start()) is kept or missed, not timed.
 * Who was forgotten (lsched_forget(), lsched_retain()) counts on, and whoever comes back after
 * that is somebody new. */

/* What to measure: the contacts whose start, as it now is, lies in [from, until). */
typedef struct lsched_measure {
    uint32_t size;
    int32_t minutes;   /* so many behind the start that was booked is still in time, up to
                          LSCHED_MAX_MINUTES; 0: 5; or LSCHED_NONE.  Behind `due` nothing is */
    const char *team;  /* only contacts of this team; NULL: of all                 */
    const char *agent; /* only of this agent; NULL: of all                         */
    const char *zone;  /* whose hours and weekdays are meant; NULL: the team's, else
                          the agent's, else UTC                                    */
    lsched_time from;  /* required                                                 */
    lsched_time until; /* 0: now                                                   */
} lsched_measure;

/* Times and amounts are seconds.  A percentile is the least of the values that so many in a
 * hundred of them do not pass; 0 where there are none. */
typedef struct lsched_figures {
    uint32_t size;
    int32_t spare;
    const char *team;  /* whose they are; "": of all                               */
    const char *agent;
    lsched_time from;
    lsched_time until;

    int64_t contacts;     /* but for what was only held, and never confirmed       */
    int64_t states[10];   /* of these, by enum lsched_state, as they now are       */
    int64_t outcomes[10]; /* and by enum lsched_outcome; [0]: nothing was said     */

    /* A promise is the start of what is booked, and `due` of what waits, as it stood when the first
     * attempt began; later attempts are no second promise.  It is kept where that began in time,
     * and nobody is at fault that it reached nobody; or where the contact took place, and nobody
     * said when it began.  It is missed where it began too late, which is our fault unless it
     * took place, and was finished with another's; where it reached nobody, which is the fault of
     * whose it is; and where it did not begin, which is ours, also of what was cancelled when its
     * time had come.  What was cancelled before, is still to come, or was imported when it was over
     * is neither. */
    int64_t kept;
    int64_t missed[4]; /* by enum lsched_fault; [0]: all of them                   */
    int64_t moved;     /* how often lsched_repair() changed the time of one        */

    int64_t timed;     /* contacts that were booked, and begun                     */
    int64_t punctual;  /* of these, in time                                        */
    int64_t late_p50;  /* how late they began; early is 0                          */
    int64_t late_p90;
    int64_t late_max;

    int64_t waits;     /* contacts that waited in line, and were begun from there  */
    int64_t wait_p50;  /* how long, from `since` on                                */
    int64_t wait_p90;
    int64_t wait_max;
    int64_t left;      /* that were cancelled while they waited                    */
    int64_t told;      /* that were told how long it would be (`told`), and of which it is
                          known whether that was so                                */
    int64_t told_kept; /* of these, it was                                         */

    int64_t served;    /* contacts that took place                                 */
    int64_t returning; /* of these, for a customer who had been served before      */
    int64_t familiar;  /* of those served, by somebody whom the customer knew: on the rung
                          KNOWN, or who had served this customer before            */
    /* First contact resolution: a matter is a case or, without one, what a customer has of one
     * topic.  A contact that took place is the first of its matter if there was none in the
     * seven days before, and resolved it if none followed in the seven days behind, or is
     * booked there.  Only those that lie seven days back are counted. */
    int64_t firsts;
    int64_t resolved;

    int64_t messages;  /* that were promised an answer by a time in [from, until), and have
                          it, or are late                                          */
    int64_t answered;  /* of these, in time                                        */
    int64_t scores;    /* that were given in [from, until)                         */
    int64_t score_sum; /* of them                                                  */

    int64_t shift;     /* on shift in [from, until), as far as that is past: by the agents'
                          calendars as they now are, stale or not, and of a team while on
                          its roster                                               */
    int64_t busy;      /* in attempts that began in [from, until), in vain or not, as they
                          began and ended, with the buffers around them; several chats at a
                          time count once.  Where nobody said when one began, it is as long
                          as planned, and not longer than until it was finished    */
    /* Who was given what: the planned lengths of contacts that are STARTED, FULFILLED, or BOOKED
     * for a time that has come.  Fair is the part of all of them (of the team, if one is named)
     * that falls to an agent by the time on shift.  Whoever is not in the catalogue any more has
     * no part in these four, nor in `uneven`. */
    int64_t assigned;
    int64_t fair;
    int64_t uneven;    /* of several agents: thousandths of `assigned` that would have to go
                          to somebody else so that all had what is fair; 0: all have. What
                          goes to agents because customers know them is in it      */

    /* By the hour of the week, from Monday 00:00 on. */
    int32_t begun[168];  /* contacts that began                                    */
    int32_t joined[168]; /* that came into the line then, and were begun from there */
    int64_t waited[168]; /* how long these waited, in sum                          */
} lsched_figures;
typedef struct lsched_figures_list lsched_figures_list;

/* The figures of all that is measured; and one by one, in the order of their ids: of the teams
 * (`kind` LSCHED_TEAM), or of the agents (LSCHED_AGENT) who were on the roster, or have contacts.
 * Attempts in vain count for the agent who made them, all else of a contact for the one who has
 * it now; messages for whom they are meant; scores for whom they are about.  What
 * waits for nobody in particular is in no agent's figures.
 *  NOTFOUND  the team or agent
 *  INVALID   also: another kind
 *  LIMIT     more than LSCHED_MAX_DAYS; an agent's calendar that costs too much */
LSCHED_API int lsched_get_figures(lsched *s, const lsched_measure *measure, lsched_figures **out);
LSCHED_API int lsched_list_figures(lsched *s, const lsched_measure *measure, int32_t kind,
                                   lsched_figures_list **out);
LSCHED_API size_t lsched_figures_list_count(const lsched_figures_list *list);
LSCHED_API const lsched_figures *lsched_figures_list_at(const lsched_figures_list *list, size_t i);
LSCHED_API void lsched_figures_free(lsched_figures *figures);
LSCHED_API void lsched_figures_list_free(lsched_figures_list *list);

/* Something that must never be so, and is. */
typedef struct lsched_finding {
    uint32_t size;
    int32_t spare;
    const char *invariant; /* the name of what is broken, from the table below      */
    const char *subject;   /* id of a booking, or name of a table, index, ...       */
    const char *text;      /* what is wrong, one line of English; of texts that
                              customers gave it has ids only                        */
} lsched_finding;
typedef struct lsched_findings lsched_findings;

/* Checks all that must never be false, on a live store: it only reads, one moment of it, and
 * nobody waits for it.  An empty list is health.  At most LSCHED_MAX_PAGE findings, and one
 * more that says that there are others.
 *
 *   file    the pages of the file are sound, and no row breaks its table's conditions or
 *           refers to one that is gone
 *   schema  every table, index and trigger is there as this library wrote it, nothing foreign
 *           is on them, and what triggers keep (counts, policies, work) is right
 *   I1      no two live bookings overlap on a lane of an agent, and none is parked between
 *           lanes
 *   I3      events are numbered without a gap, each is a step that there is, and the last one
 *           of each booking is the booking
 *   I4      each step that a customer is told of has its notice, and none waits that is void
 *   I5      holds end when they must, and nobody holds more than the quotas; what is leased can be
 *           started; the store's last event is not ahead of the clock, by which holds would stand
 *           still
 *   cases   bookings and entries of one case are of one customer, entries are numbered without a
 *           gap, no key is one of an event too, what is unanswered is listed, and of whom was
 *           forgotten no text is left
 *   I6      every booking and hold that is still ahead, or going on, is at a time that all
 *           layers allow, as lsched_book() would say today of its place (but for notice,
 *           horizon and grid), and the wall clock time that was promised still is its start;
 *           no more chats stand beside one another than their agent has lanes
 *
 * (I2, that an answer once given survives, cannot be seen in what is there.)  I6 is no damage:
 * a calendar that was closed over a booking, new rules of a zone, or lanes that were taken away
 * while a clock was ahead and the chats seemed over, do that.  Where the file
 * is damaged so that the rest cannot be read, the findings say so much.  INVALID: the clock. */
LSCHED_API int lsched_verify(lsched *s, lsched_findings **out);
LSCHED_API size_t lsched_findings_count(const lsched_findings *list);
LSCHED_API const lsched_finding *lsched_findings_at(const lsched_findings *list, size_t i);
LSCHED_API void lsched_findings_free(lsched_findings *list);

/* Brings the store at `path`, of an older schema, to this library's, in one transaction.
 * Every record, booking, event and key is there afterwards and answers as before; what an
 * older version did not know has its default.  Nothing else does this, least of all
 * lsched_open(): older versions of the library cannot open the store any more, so copy the
 * file first, while nobody has it open.  A store of this version is a success that changes
 * nothing.  `s` has no store open, before and after (MISUSE).
 *  NOTFOUND, FOREIGN   as lsched_open() answers them
 *  BUSY, STORE         the store is of the older schema, as it was
 *  UNKNOWN             the same call again settles it */
LSCHED_API int lsched_upgrade(lsched *s, const char *path);

/* Copies the open store into a new file, readable and writable by its owner only, while others
 * go on writing.  The copy is one moment of the store, whole; it is opened and checked before
 * this answers, and is a store like any other.  Inside lsched_begin() it holds what was
 * committed before that, nothing of the open transaction.  After a failure there is no file.
 *  INUSE   there is a file or link at `path`, which is never written to
 *  STORE   also: the disk is full, or the store is damaged
 *  MISUSE  `path` is ":memory:"; or a store in memory, inside lsched_begin(); or the database
 *          is a host's, whose backup has ours in it */
LSCHED_API int lsched_backup(lsched *s, const char *path);

#ifdef __cplusplus
}
#endif

#endif
