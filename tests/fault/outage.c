/* outage.c -- news of the story: an incident from its beginning to its end, an announcement, and
 * who is told of them.
 */
#include "deeds.h"

static void put_incident(lsched *s, answer *a, const char *text, lsched_time closed)
{
    a->status = lsched_put_incident(s, NEW(incident, .id = "outage", .services = "talk review",
                                           .text = text, .next_update = NINE + 7 * DAY,
                                           .opened = NINE - DAY, .closed = closed, .no_joining = 1,
                                           .no_working = 1));
}

void outage_open(lsched *s, answer *a)
{
    put_incident(s, a, "down", 0);
}

void outage_subscribe(lsched *s, answer *a)
{
    a->status = lsched_subscribe(s, "outage", "cora");
}

void outage_unsubscribe(lsched *s, answer *a)
{
    a->status = lsched_unsubscribe(s, "outage", "cora");
}

void outage_update(lsched *s, answer *a)
{
    put_incident(s, a, "still down", 0);
}

void outage_announce(lsched *s, answer *a)
{
    a->status = lsched_put_announcement(
        s, NEW(announcement, .id = "prices", .team = "home", .text = "new", .service = "talk"));
}

/* What is leased is not there a second time: NOTFOUND stands for that nothing was.  News that are
 * due together come in any order. */
void outage_take(lsched *s, answer *a)
{
    lsched_notices *list = NULL;
    int64_t news = 0;
    a->status = lsched_take_notices(s, 0, 600, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_notices_count(list); i++) {
        const lsched_notice *n = lsched_notices_at(list, i);
        if (n->kind == LSCHED_NOTICE_INCIDENT) {
            answer_text(a, n->text);
            answer_text(a, n->customer);
            answer_int(a, n->until);
            script_learn_text(TOLD, n->id);
        }
        news += n->kind >= LSCHED_NOTICE_INCIDENT;
    }
    answer_int(a, news);
    if (a->status == LSCHED_OK && news == 0)
        a->status = LSCHED_NOTFOUND;
    lsched_notices_free(list);
}

void outage_ack(lsched *s, answer *a)
{
    a->status = lsched_ack_notice(s, script_id(TOLD), 1);
}

void outage_close(lsched *s, answer *a)
{
    put_incident(s, a, "up", NINE);
}

void outage_open_again(lsched *s, answer *a)
{
    a->status = lsched_put_incident(
        s, NEW(incident, .id = "again", .regions = "US-NY", .text = "again", .minutes = 20,
               .wrap_up = 5, .notice = LSCHED_NONE, .owner_wait = 5, .wait_home = 60,
               .wait_known = LSCHED_NONE, .cut_off = 20, .rungs = LSCHED_GENERAL));
}

void outage_pass(lsched *s, answer *a)
{
    a->status = lsched_put_incident(s, NEW(incident, .id = "passing", .text = "short"));
}

void outage_remove(lsched *s, answer *a)
{
    a->status = lsched_remove_incident(s, "passing");
}

void outage_announce_passing(lsched *s, answer *a)
{
    a->status = lsched_put_announcement(
        s, NEW(announcement, .id = "passing", .team = "home", .text = "short"));
}

void outage_remove_announcement(lsched *s, answer *a)
{
    a->status = lsched_remove_announcement(s, "passing");
}

/* ---- delays ------------------------------------------------------------------------------------- */

/* Nobody had told us of these two, of which one has begun by now and the other is next. */
static void take_over(lsched *s, answer *a, const char *key, int32_t state, lsched_time start)
{
    lsched_booking *b = NULL;
    a->status = lsched_import(s,
                              NEW(booking, .state = state, .channel = LSCHED_PHONE,
                                  .customer = "cora", .service = "talk", .agent = "ben",
                                  .team = "home", .start = start, .end = start + 1800),
                              key, &b);
    a->leftover |= a->status != LSCHED_OK && b != NULL;
    answer_booking(a, b);
    lsched_booking_free(b);
}

void outage_run_late(lsched *s, answer *a)
{
    take_over(s, a, "runs late", LSCHED_STARTED, NINE + 5 * 1800);
}

void outage_come_behind(lsched *s, answer *a)
{
    take_over(s, a, "comes behind", LSCHED_BOOKED, NINE + 7 * 1800);
}

static void take_delays(answer *a, lsched_delays *list)
{
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    answer_int(a, (int64_t)lsched_delays_count(list));
    for (size_t i = 0; i < lsched_delays_count(list); i++) {
        answer_int(a, lsched_delays_at(list, i)->minutes);
        answer_int(a, lsched_delays_at(list, i)->start);
    }
    lsched_delays_free(list);
}

void outage_tell_delays(lsched *s, answer *a)
{
    lsched_delays *list = NULL;
    a->status = lsched_tell_delays(s, 1, &list);
    take_delays(a, list);
}

void ask_list_delays(lsched *s, answer *a)
{
    lsched_delays *list = NULL;
    a->status = lsched_list_delays(s, 1, &list);
    take_delays(a, list);
}

/* ---- questions ---------------------------------------------------------------------------------- */

static void answer_incident(answer *a, const lsched_incident *i)
{
    if (i == NULL)
        return;
    answer_text(a, i->id);
    answer_text(a, i->text);
    answer_text(a, i->services);
    answer_int(a, i->closed);
    answer_int(a, i->no_joining + 2 * i->no_working);
    answer_int(a, i->rungs);
    answer_int(a, i->minutes);
    answer_int(a, i->notice);
}

void ask_get_incident(lsched *s, answer *a)
{
    lsched_incident *i = NULL;
    a->status = lsched_get_incident(s, "outage", &i);
    a->leftover |= a->status != LSCHED_OK && i != NULL;
    answer_incident(a, i);
    lsched_incident_free(i);
}

static void take_incidents(answer *a, lsched_incidents *list)
{
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_incidents_count(list); i++)
        answer_incident(a, lsched_incidents_at(list, i));
    lsched_incidents_free(list);
}

void ask_list_incidents(lsched *s, answer *a)
{
    lsched_incidents *list = NULL;
    a->status = lsched_list_incidents(s, NULL, 0, &list);
    take_incidents(a, list);
}

/* One is open, and told with what is found. */
void ask_incidents_for(lsched *s, answer *a)
{
    lsched_incidents *list = NULL;
    lsched_slots *found = NULL;
    a->status = lsched_incidents_for(s, "cora", "talk", &list);
    take_incidents(a, list);
    if (a->status == LSCHED_OK)
        a->status =
            lsched_find(s, NEW(query, .customer = "cora", .service = "talk", .limit = 1), &found);
    answer_int(a, (int64_t)lsched_slots_incidents(found));
    answer_incident(a, lsched_slots_incident(found, 0));
    lsched_slots_free(found);
}

void ask_get_announcement(lsched *s, answer *a)
{
    lsched_announcement *r = NULL;
    a->status = lsched_get_announcement(s, "prices", &r);
    a->leftover |= a->status != LSCHED_OK && r != NULL;
    if (r != NULL)
        answer_text(a, r->text);
    lsched_announcement_free(r);
}

void ask_list_announcements(lsched *s, answer *a)
{
    lsched_announcements *list = NULL;
    a->status = lsched_list_announcements(s, NULL, 0, &list);
    a->leftover |= a->status != LSCHED_OK && list != NULL;
    for (size_t i = 0; i < lsched_announcements_count(list); i++)
        answer_text(a, lsched_announcements_at(list, i)->id);
    lsched_announcements_free(list);
}
