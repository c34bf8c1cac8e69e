/* notices.pml -- the part of booking.pml about notices: due, handed out by lease to workers,
 * and acknowledged.  What a worker does with one happens outside of any transaction, so one
 * who dies may have told the customer or not.
 */

#ifdef STALE_NOTICE
#define WAITING(b) (WRITTEN(b) & ~DONE(b) & ~LEASED(b))
#define DUE(b) (WAITING(b) != 0)
#define WHICH(b) ((WAITING(b) & 1) -> 0 : ((WAITING(b) & 2) -> 1 : 2))
#else
#define DUE(b)                                                                                     \
    (STATE(b) == BOOKED && (WRITTEN(b) & BIT(SEQUENCE(b))) && !(DONE(b) & BIT(SEQUENCE(b))) &&     \
     !(LEASED(b) & BIT(SEQUENCE(b))))
#define WHICH(b) SEQUENCE(b)
#endif

inline hand_out()
{
    s = WHICH(b);
    CLAIM(notice_of_what_changed, STATE(b) == BOOKED && SEQUENCE(b) == s);
    LEASED(b) = LEASED(b) | BIT(s);
    EPOCH(b, s)++;
    mine = EPOCH(b, s)
}

/* Time does it, not a write: so the disk has it at once. */
#define LAPSE_ALL(b) d_step { LEASED(b) = 0; disk[7 * N + (b)] = 0 }
#define LAPSE(b, s)                                                                                \
    LEASED(b) = LEASED(b) & ~BIT(s);                                                               \
    disk[7 * N + (b)] = LEASED(b)

inline acknowledge()
{
    if
#ifdef NO_EPOCH
    :: true ->
#else
    :: EPOCH(b, s) == mine ->
#endif
        CLAIM(old_lease_believed, EPOCH(b, s) == mine);
        DONE(b) = DONE(b) | BIT(s);
        LEASED(b) = LEASED(b) & ~BIT(s)
    :: else -> skip
    fi
}

proctype Worker(byte me)
{
    byte b, s, mine;
idle:
    atomic { b = 0; s = 0; mine = 0 };
end:
    if
    :: atomic { lock == 0 && DUE(0) -> lock = me; b = 0; d_step { hand_out() } }
#if N > 1
    :: atomic { lock == 0 && DUE(1) -> lock = me; b = 1; d_step { hand_out() } }
#endif
#if N > 2
    :: atomic { lock == 0 && DUE(2) -> lock = me; b = 2; d_step { hand_out() } }
#endif
    fi;
    if
    :: atomic { lock == me -> commit(); delivered[b] = delivered[b] | BIT(s) }
    :: atomic { lock == me && faults > 0 -> faults--; commit(); d_step { LAPSE(b, s) }; goto idle }
    :: atomic { lock != me -> goto idle }
    fi;
confirm_it:
    atomic { lock == 0 -> lock = me; d_step { acknowledge() } };
    if
    :: atomic { lock == me -> commit(); goto idle }
    :: atomic { lock != me -> goto confirm_it }
    fi
}
