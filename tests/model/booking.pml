/* booking.pml -- the life of a booking among several clients, workers and faults, for spin.
 *
 * What is modelled is the protocol, not the code: which reads and writes share a transaction,
 * what a key, an expiry, a lease and a sequence are compared with, and when somebody is told.
 *
 *   Transactions   One at a time (`lock`), in two steps: the work, which nobody else sees, and
 *                  the commit, which makes it durable, visible, and only then answered.
 *   Power          A cut between the two steps leaves what was on the disk.
 *   Clients        Hold, confirm, then perhaps move and cancel, each with a key.  Any answer
 *                  may get lost, and then the same is asked again; or the client is gone.
 *   Time           The host's clock ticks, and jumps back.  The store's time is the later one
 *                  of the clock and the last event's, so it never runs backwards.
 *   Expiry         Nobody runs to expire holds: whoever takes the place writes it.
 *   Shift change   Place 0 closes; its holds expire, its bookings are given another place,
 *                  one transaction for each, or stay where they are.
 *   Notices        A row in the transaction of the change; taken by lease.  Leases may lapse
 *                  at any time, also while their worker is still at work (notices.pml).
 *
 * Its mutants are the mistakes that the protocol is there to avoid: each is one -D of what
 * mutants() in `check` lists, and spin has to find what it breaks.  Not among them is a raw
 * clock that runs backwards (TIME is `now`): it breaks none of these claims, because an expiry
 * on which anybody acted has been written.  CLOCK_ONLY is that clock without the writing.
 * Other lanes for an agent's chats are left out: they change no place, in one transaction.
 */

#ifndef N
#define N 2 /* clients, with a booking each */
#endif
#ifndef P
#define P 2 /* places */
#endif
#ifndef MOST_TIME
#define MOST_TIME 2
#endif
#ifndef JUMPS
#define JUMPS 1 /* of the clock, back */
#endif
#ifndef FAULTS
#define FAULTS 2 /* answers lost, clients and workers gone, power cut: together */
#endif
#ifndef LAPSES
#define LAPSES 1 /* leases that lapse under a worker who lives */
#endif
#ifndef WORKERS
#define WORKERS 2
#endif

#define TTL 1 /* of a hold */
#define S 3   /* notices that a booking can have: confirmed, moved, reassigned */

#define NONE 0
#define HELD 1
#define BOOKED 2
#define CANCELLED 3
#define EXPIRED 4

/* ---- the store: what a transaction changes, and what it leaves on the disk ------------------- */

#define STATE(b) db[(b)]
#define PLACE(b) db[N + (b)]
#define UNTIL(b) db[2 * N + (b)]
#define SEQUENCE(b) db[3 * N + (b)]
#define MADE(b) db[4 * N + (b)]  /* bookings that this client's key has made */
#define MOVED(b) db[5 * N + (b)] /* moves that its other key has made */
#define WRITTEN(b) db[6 * N + (b)] /* notices: a bit for each sequence */
#define LEASED(b) db[7 * N + (b)]
#define DONE(b) db[8 * N + (b)]
#define EPOCH(b, s) db[9 * N + (b)*S + (s)]
#define LAST ((9 + S) * N)
#define CLOSED db[LAST]
#define STAMP db[LAST + 1]  /* the last event's time */
#define NUMBER db[LAST + 2] /* the last event's number, and how many there are: both modulo 2, */
#define EVENTS db[LAST + 3] /* which shows a gap and keeps the states few */
#define SIZE (LAST + 4)

byte db[SIZE];
byte disk[SIZE];
byte lock; /* whose transaction is open; 0: nobody's */

byte now;
byte jumps = JUMPS;
byte faults = FAULTS;
byte lapses = LAPSES;
byte finished; /* clients and the shift change */

/* What people know; it cannot be lost. */
bool promised[N];  /* told: booked */
bool asked[N];     /* has asked for a cancel */
bool given_up[N];  /* told: cancelled */
bool refused[N];   /* told: no */
byte delivered[N]; /* notices that somebody sent: a bit for each sequence */

/* Never set: so that spin's words on a broken claim have its name. */
hidden byte two_on_one_place, promise_lost, cancel_lost, refusal_revoked, key_made_two,
    number_skipped, refused_without_reason, notice_of_what_changed, old_lease_believed,
    notice_never_sent;
#define CLAIM(name, what) assert((what) || name)

/* Within one step only. */
hidden byte x, y, z;
hidden byte vacant;

#ifdef CLOCK_ONLY
#define TIME now
#else
#define TIME (now > STAMP -> now : STAMP)
#endif
#define LAPSED(b) (STATE(b) == HELD && TIME >= UNTIL(b))
#ifdef EXPIRED_BLOCKS
#define TAKES(b) (STATE(b) == BOOKED || STATE(b) == HELD)
#else
#define TAKES(b) (STATE(b) == BOOKED || (STATE(b) == HELD && !LAPSED(b)))
#endif
#define BIT(s) (1 << (s))

/* ---- what must never be false ---------------------------------------------------------------- */

inline check()
{
    y = 0;
    do
    :: y < P ->
        x = 0;
        z = 0;
        do
        :: x < N ->
            z = z + (PLACE(x) == y && (STATE(x) == BOOKED || (STATE(x) == HELD && !LAPSED(x))));
            x++
        :: else -> break
        od;
        CLAIM(two_on_one_place, z <= 1); /* of those that live */
        y++
    :: else -> break
    od;
    x = 0;
    do
    :: x < N ->
        /* what was acknowledged stays, in a place, until a cancel is asked for */
        CLAIM(promise_lost, !promised[x] || asked[x] || (STATE(x) == BOOKED && PLACE(x) < P));
        CLAIM(cancel_lost, !given_up[x] || STATE(x) == CANCELLED);
        CLAIM(refusal_revoked, !refused[x] || STATE(x) != BOOKED);
        CLAIM(key_made_two, MADE(x) <= 1 && MOVED(x) <= 1);
        x++
    :: else -> break
    od;
    CLAIM(number_skipped, NUMBER == EVENTS)
}

/* ---- transactions ---------------------------------------------------------------------------- */

inline to_disk()
{
    x = 0;
    do
    :: x < SIZE -> disk[x] = db[x]; x++
    :: else -> break
    od
}

inline from_disk()
{
    x = 0;
    do
#ifdef NUMBER_OUTSIDE
    :: x == LAST + 2 -> x++ /* a counter that no rollback turns back */
    :: x < SIZE && x != LAST + 2 -> db[x] = disk[x]; x++
#else
    :: x < SIZE -> db[x] = disk[x]; x++
#endif
    :: x >= SIZE -> break
    od
}

#ifdef EARLY_ACK
bool dirty;
inline commit() { d_step { dirty = true; lock = 0; check() } }
inline sync() { d_step { to_disk(); x = 0 } }
#else
inline commit() { d_step { to_disk(); lock = 0; check() } }
#endif

inline roll_back() { d_step { from_disk(); lock = 0; check() } }

/* The second step: how a client's transaction ends.  `told`: what happens when the answer
 * arrives. */
#define SETTLE(again, gone, told)                                                                  \
    if                                                                                             \
    :: atomic { lock == me -> commit(); told }                                                     \
    :: atomic { lock == me && faults > 0 -> faults--; commit(); goto again } /* answer lost */     \
    :: atomic { lock == me && faults > 0 -> faults--; commit(); goto gone }  /* dead behind it */  \
    :: atomic { lock == me && faults > 0 -> faults--; roll_back(); goto gone } /* dead before it */\
    :: atomic { lock != me -> goto again } /* the power was cut */                                 \
    fi

inline event()
{
    STAMP = TIME;
    NUMBER = 1 - NUMBER;
    EVENTS = 1 - EVENTS
}

inline notice(b)
{
#if WORKERS > 0 && !defined(NOTICE_APART)
    WRITTEN(b) = WRITTEN(b) | BIT(SEQUENCE(b))
#else
    skip
#endif
}

/* Whether place `p` is free for booking `b`: sets `vacant`. */
inline look(b, p)
{
    vacant = (p != 0 || !CLOSED);
    x = 0;
    do
    :: x < N -> vacant = vacant && !(x != b && PLACE(x) == p && TAKES(x)); x++
    :: else -> break
    od
}

/* The first place that is free for booking `b`, from `y` on and not where it is: y; P: none. */
inline search(b)
{
    vacant = false;
    y = 0;
    do
    :: y < P && !vacant ->
        look(b, y);
        vacant = vacant && (STATE(b) == NONE || PLACE(b) != y);
        y = (vacant -> y : y + 1)
    :: else -> break
    od
}

/* Takes it: what has expired there is written in the same transaction. */
inline take(b, p)
{
#ifndef CLOCK_ONLY
    x = 0;
    do
    :: x < N && x != b && PLACE(x) == p && LAPSED(x) -> STATE(x) = EXPIRED; event(); x++
    :: x < N && !(x != b && PLACE(x) == p && LAPSED(x)) -> x++
    :: x >= N -> break
    od;
#endif
    PLACE(b) = p
}

/* ---- what clients ask for -------------------------------------------------------------------- */

/* A refusal has a reason that lasts: not a hold that is over. */
inline justify()
{
    y = 0;
    do
    :: y < P ->
        vacant = (y != 0 || !CLOSED);
        x = 0;
        do
        :: x < N ->
            vacant = vacant && !(PLACE(x) == y && (STATE(x) == BOOKED ||
                                               (STATE(x) == HELD && TIME < UNTIL(x))));
            x++
        :: else -> break
        od;
        CLAIM(refused_without_reason, !vacant);
        y++
    :: else -> break
    od
}

inline hold(b, ok)
{
    if
#ifndef NO_KEY
    :: STATE(b) != NONE -> ok = true /* the key's first answer */
    :: STATE(b) == NONE ->
#else
    :: true ->
#endif
        search(b);
        ok = vacant;
        if
        :: vacant ->
            take(b, y);
            STATE(b) = HELD;
            UNTIL(b) = TIME + TTL;
            MADE(b)++;
            event()
        :: else -> justify()
        fi
    fi
}

inline book(b)
{
    take(b, PLACE(b));
    STATE(b) = BOOKED;
    notice(b);
    event()
}

inline confirm(b, ok)
{
    if
    :: STATE(b) == BOOKED -> ok = true
    :: STATE(b) == HELD && !LAPSED(b) -> book(b); ok = true
    :: else ->
        /* Too late, written or not: only where nobody has come between. */
#ifdef CONFIRM_BLIND
        vacant = true;
#else
        look(b, PLACE(b));
#endif
        ok = vacant;
        if
        :: vacant -> book(b)
        :: else -> skip
        fi
    fi
}

inline move(b, ok)
{
    if
    :: MOVED(b) > 0 -> ok = true
    :: else ->
        search(b);
        ok = vacant;
        if
        :: vacant ->
            take(b, y);
            SEQUENCE(b)++;
            MOVED(b)++;
            notice(b);
            event()
        :: else -> skip
        fi
    fi
}

inline cancel(b)
{
    if
    :: STATE(b) == CANCELLED -> skip
    :: else ->
        STATE(b) = CANCELLED;
        SEQUENCE(b)++;
        event()
    fi
}

/* A client who is told no is content with that. */
#define HEAR()                                                                                     \
    if                                                                                             \
    :: ok -> ok = false                                                                            \
    :: else -> refused[b] = true; goto gone                                                        \
    fi

proctype Client(byte b)
{
    byte me = b + 1;
    bool ok;
hold_it:
    atomic { lock == 0 -> lock = me; d_step { hold(b, ok) } };
    SETTLE(hold_it, gone, HEAR());
confirm_it:
#ifdef CHECK_APART
    atomic {
        lock == 0 -> lock = me;
        ok = (STATE(b) == BOOKED || (STATE(b) == HELD && !LAPSED(b)))
    };
    SETTLE(confirm_it, gone, skip);
    atomic {
        lock == 0 -> lock = me;
        d_step { if :: ok && STATE(b) != BOOKED -> book(b) :: else -> skip fi }
    };
#else
    atomic { lock == 0 -> lock = me; d_step { confirm(b, ok) } };
#endif
    SETTLE(confirm_it, gone, promised[b] = ok; HEAR());
#ifdef NOTICE_APART
tell_it:
    atomic { lock == 0 -> lock = me; WRITTEN(b) = WRITTEN(b) | BIT(SEQUENCE(b)) };
    SETTLE(tell_it, gone, skip);
#endif
    if
    :: goto gone
    :: goto cancel_it
    :: skip
    fi;
move_it:
#ifdef MOVE_GIVES_UP
    atomic { lock == 0 -> lock = me; if :: MOVED(b) == 0 -> PLACE(b) = P :: else -> skip fi };
    SETTLE(move_it, gone, skip);
#endif
    atomic { lock == 0 -> lock = me; d_step { move(b, ok) } };
    SETTLE(move_it, gone, ok = false);
    if
    :: goto gone
    :: goto cancel_it
    fi;
cancel_it:
    atomic { lock == 0 -> lock = me; asked[b] = true; d_step { cancel(b) } };
    SETTLE(cancel_it, gone, given_up[b] = true);
gone:
    atomic { ok = false; finished++ }
}

/* ---- a shift change -------------------------------------------------------------------------- */

inline close_place()
{
    CLOSED = true;
    event();
    x = 0;
    do
    :: x < N && STATE(x) == HELD && PLACE(x) == 0 -> STATE(x) = EXPIRED; event(); x++
    :: x < N && !(STATE(x) == HELD && PLACE(x) == 0) -> x++
    :: x >= N -> break
    od
}

inline reassign(b)
{
    take(b, y);
    SEQUENCE(b)++;
    notice(b);
    event()
}

proctype Shift()
{
    byte me = N + 1;
    byte b, found;
close_it:
    atomic { lock == 0 -> lock = me; d_step { close_place() } };
    SETTLE(close_it, close_it, skip);
next:
    if
    :: atomic {
        lock == 0 && b < N && !(STATE(b) == BOOKED && PLACE(b) == 0) -> b++; goto next
    }
#ifdef REASSIGN_APART
    :: atomic {
        lock == 0 && b < N && STATE(b) == BOOKED && PLACE(b) == 0 ->
        d_step { search(b); found = y }
    };
        atomic {
            lock == 0 -> lock = me;
            d_step { y = found; if :: y < P -> reassign(b) :: else -> skip fi }
        };
        SETTLE(next, next, b++);
        goto next
#else
    :: atomic {
        lock == 0 && b < N && STATE(b) == BOOKED && PLACE(b) == 0 -> lock = me;
        d_step { search(b); if :: vacant -> reassign(b) :: else -> skip fi }
    };
        SETTLE(next, next, b++);
        goto next
#endif
    :: atomic { lock == 0 && b == N -> finished++ }
    fi
}

#include "notices.pml"

/* ---- the world ------------------------------------------------------------------------------- */

proctype World()
{
end:
    do
    /* While a transaction is open, a tick is as good as one behind it. */
    :: atomic { lock == 0 && now < MOST_TIME -> now++ }
    :: atomic { lock == 0 && jumps > 0 && now > 0 -> jumps--; now-- }
    :: atomic { lapses > 0 && lock == 0 && LEASED(0) != 0 -> lapses--; LAPSE_ALL(0) }
#if N > 1
    :: atomic { lapses > 0 && lock == 0 && LEASED(1) != 0 -> lapses--; LAPSE_ALL(1) }
#endif
#if N > 2
    :: atomic { lapses > 0 && lock == 0 && LEASED(2) != 0 -> lapses--; LAPSE_ALL(2) }
#endif
#ifdef EARLY_ACK
    :: atomic { dirty && lock == 0 -> dirty = false; sync() }
    :: atomic { dirty && lock == 0 && faults > 0 -> faults--; dirty = false; roll_back() }
#else
    :: atomic { lock != 0 && faults > 0 -> faults--; roll_back() }
#endif
    od
}

#ifdef UNGUARDED_SWEEP
proctype Sweeper()
{
    byte me = N + 5;
    byte b;
end:
    if
    :: atomic { lock == 0 && LAPSED(0) -> b = 0 }
    :: atomic { lock == 0 && LAPSED(1) -> b = 1 }
    fi;
    atomic { lock == 0 -> lock = me; d_step { STATE(b) = EXPIRED; event() } };
    if
    :: atomic { lock == me -> commit() }
    :: lock != me
    fi
}
#endif

/* When everybody has finished and nothing is due, every booking that stands has had its
 * notice.  If it is never reached, something that is due is not handed out. */
proctype End()
{
    d_step {
        finished == N + 1 && lock == 0 && !DUE(0) && !DUE(N / 2) && !DUE(N - 1) && LEASED(0) == 0 &&
            LEASED(N / 2) == 0 && LEASED(N - 1) == 0 ->
        x = 0;
        do
        :: x < N ->
            CLAIM(notice_never_sent,
                  WORKERS == 0 || STATE(x) != BOOKED || (delivered[x] & BIT(SEQUENCE(x))));
            x++
        :: else -> break
        od
    }
}

init
{
    atomic {
        x = 0;
        do
        :: x < N -> PLACE(x) = P; disk[N + x] = P; x++
        :: else -> break
        od;
        run Client(0);
#if N > 1
        run Client(1);
#endif
#if N > 2
        run Client(2);
#endif
        run Shift();
#if WORKERS > 0
        run Worker(N + 2);
#endif
#if WORKERS > 1
        run Worker(N + 3);
#endif
        run World();
#ifdef UNGUARDED_SWEEP
        run Sweeper();
#endif
        run End()
    }
}
