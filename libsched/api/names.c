/* api/names.c -- the words for the numbers of the header's enums, for logs and programs that
 * read: never translated, never changed.
 *
 * Without a default branch the compiler sees to it that no value of an enum is forgotten.
 */
#include "libsched.h"

const char *lsched_channel_name(int32_t channel)
{
    switch ((enum lsched_channel)channel) {
    case LSCHED_PHONE:
        return "phone";
    case LSCHED_CHAT:
        return "chat";
    case LSCHED_VIDEO:
        return "video";
    case LSCHED_VISIT:
        return "visit";
    }
    return "";
}

const char *lsched_purpose_name(int32_t purpose)
{
    switch ((enum lsched_purpose)purpose) {
    case LSCHED_ASKED:
        return "asked";
    case LSCHED_SERVICE_NEWS:
        return "news";
    case LSCHED_SALES:
        return "sales";
    case LSCHED_COLLECTION:
        return "collection";
    case LSCHED_SURVEY:
        return "survey";
    }
    return "";
}

const char *lsched_rung_name(int32_t rung)
{
    switch ((enum lsched_rung)rung) {
    case LSCHED_KNOWN:
        return "known";
    case LSCHED_HOME:
        return "home";
    case LSCHED_OVERFLOW:
        return "overflow";
    case LSCHED_GENERAL:
        return "general";
    }
    return "";
}

const char *lsched_relax_name(int32_t kind)
{
    switch ((enum lsched_relax)kind) {
    case LSCHED_RELAX_CHANNEL:
        return "channel";
    case LSCHED_RELAX_AGENT:
        return "agent";
    case LSCHED_RELAX_TEAM:
        return "team";
    case LSCHED_RELAX_RUNG:
        return "rung";
    case LSCHED_RELAX_ANYBODY:
        return "anybody";
    case LSCHED_RELAX_LATER:
        return "later";
    case LSCHED_RELAX_EARLIER:
        return "earlier";
    case LSCHED_RELAX_NOW:
        return "now";
    case LSCHED_RELAX_LANGUAGE:
        return "language";
    case LSCHED_RELAX_NOTICE:
        return "notice";
    case LSCHED_RELAX_HORIZON:
        return "horizon";
    }
    return "";
}

const char *lsched_state_name(int32_t state)
{
    switch ((enum lsched_state)state) {
    case LSCHED_BOOKED:
        return "booked";
    case LSCHED_CANCELLED:
        return "cancelled";
    case LSCHED_HELD:
        return "held";
    case LSCHED_STARTED:
        return "started";
    case LSCHED_FULFILLED:
        return "fulfilled";
    case LSCHED_MISSED:
        return "missed";
    case LSCHED_NOSHOW:
        return "no-show";
    case LSCHED_EXPIRED:
        return "expired";
    case LSCHED_WAITING:
        return "waiting";
    }
    return "";
}

const char *lsched_decided_name(int32_t decided)
{
    switch ((enum lsched_decided)decided) {
    case LSCHED_BY_ALONE:
        return "alone";
    case LSCHED_BY_KEEPING:
        return "keeping";
    case LSCHED_BY_RUNG:
        return "rung";
    case LSCHED_BY_RANK:
        return "rank";
    case LSCHED_BY_TURN:
        return "turn";
    case LSCHED_BY_ID:
        return "id";
    case LSCHED_BY_ROOM:
        return "room";
    }
    return "";
}

const char *lsched_outcome_name(int32_t outcome)
{
    switch ((enum lsched_outcome)outcome) {
    case LSCHED_OUTCOME_REACHED:
        return "reached";
    case LSCHED_OUTCOME_NO_ANSWER:
        return "no-answer";
    case LSCHED_OUTCOME_ENGAGED:
        return "engaged";
    case LSCHED_OUTCOME_MACHINE:
        return "machine";
    case LSCHED_OUTCOME_DROPPED:
        return "dropped";
    case LSCHED_OUTCOME_WRONG:
        return "wrong";
    case LSCHED_OUTCOME_DECLINED:
        return "declined";
    case LSCHED_OUTCOME_ELSEWHERE:
        return "elsewhere";
    case LSCHED_OUTCOME_ABSENT:
        return "absent";
    }
    return "";
}

const char *lsched_fault_name(int32_t fault)
{
    switch ((enum lsched_fault)fault) {
    case LSCHED_FAULT_OURS:
        return "ours";
    case LSCHED_FAULT_CUSTOMER:
        return "customer";
    case LSCHED_FAULT_NETWORK:
        return "network";
    }
    return "";
}

const char *lsched_entry_name(int32_t kind)
{
    switch ((enum lsched_entry_kind)kind) {
    case LSCHED_ENTRY_NOTE:
        return "note";
    case LSCHED_ENTRY_IN:
        return "message-in";
    case LSCHED_ENTRY_OUT:
        return "message-out";
    case LSCHED_ENTRY_SCORE:
        return "score";
    case LSCHED_ENTRY_TRANSFER:
        return "transfer";
    }
    return "";
}

const char *lsched_event_name(int32_t kind)
{
    switch ((enum lsched_event_kind)kind) {
    case LSCHED_EVENT_BOOKED:
        return "booked";
    case LSCHED_EVENT_MOVED:
        return "moved";
    case LSCHED_EVENT_CANCELLED:
        return "cancelled";
    case LSCHED_EVENT_RELANED:
        return "relaned";
    case LSCHED_EVENT_HELD:
        return "held";
    case LSCHED_EVENT_CONFIRMED:
        return "confirmed";
    case LSCHED_EVENT_EXPIRED:
        return "expired";
    case LSCHED_EVENT_STARTED:
        return "started";
    case LSCHED_EVENT_FULFILLED:
        return "fulfilled";
    case LSCHED_EVENT_MISSED:
        return "missed";
    case LSCHED_EVENT_NOSHOW:
        return "no-show";
    case LSCHED_EVENT_REASSIGNED:
        return "reassigned";
    case LSCHED_EVENT_RESEATED:
        return "reseated";
    case LSCHED_EVENT_OFFERED:
        return "offered";
    case LSCHED_EVENT_JOINED:
        return "joined";
    case LSCHED_EVENT_TRIED:
        return "tried";
    case LSCHED_EVENT_CLOSED:
        return "closed";
    }
    return "";
}

const char *lsched_notice_name(int32_t kind)
{
    switch ((enum lsched_notice_kind)kind) {
    case LSCHED_NOTICE_CONFIRMED:
        return "confirmed";
    case LSCHED_NOTICE_REMINDER:
        return "reminder";
    case LSCHED_NOTICE_MOVED:
        return "moved";
    case LSCHED_NOTICE_CANCELLED:
        return "cancelled";
    case LSCHED_NOTICE_OFFERED:
        return "offered";
    case LSCHED_NOTICE_REBOOK:
        return "rebook";
    case LSCHED_NOTICE_TRIED:
        return "tried";
    case LSCHED_NOTICE_INCIDENT:
        return "incident";
    case LSCHED_NOTICE_ANNOUNCEMENT:
        return "announcement";
    case LSCHED_NOTICE_DELAYED:
        return "delayed";
    case LSCHED_NOTICE_RELEASE:
        return "release";
    case LSCHED_NOTICE_CHECKIN:
        return "check-in";
    }
    return "";
}
