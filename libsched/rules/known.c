/* rules/known.c -- whom a customer knows: first those whom the host names, then those who have
 * served the customer before.
 *
 * Each contact that took place weighs half as much with every ninety days that pass, and after
 * nine hundred nothing: so who was there often, and lately, comes first, and who was there once,
 * long ago, is a stranger again.  And somebody about whom the customer's last verdict was low is
 * nobody to come back to: what was good before that counts for nothing, until a better one comes;
 * only the host's word stands.  Time passes by days (UTC) here, so that a day's questions have
 * one answer.
 */
#include "rules/rules.h"

#include <stdlib.h>
#include <string.h>

#define HALF_LIFE (90 * LSI_DAY)
#define WEIGHT 1024

static int64_t weight_of(const lsi_contact *c, lsched_time now)
{
    const int64_t halvings = now > c->start ? (now - c->start) / HALF_LIFE : 0;
    return halvings < 10 ? WEIGHT >> halvings : 0;
}

static int better_first(const void *a, const void *b)
{
    const lsi_met *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->last != y->last)
        return x->last > y->last ? -1 : 1;
    return strcmp(x->agent, y->agent);
}

/* The last verdict comes first. */
static bool is_low(const lsi_verdict *verdicts, size_t count, const char *agent)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(verdicts[i].agent, agent) == 0)
            return verdicts[i].low;
    }
    return false;
}

size_t lsi_known_order(const lsi_contact *contacts, size_t count, const lsi_verdict *verdicts,
                       size_t verdict_count, lsched_time now, lsi_met *met)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        const lsi_contact *c = &contacts[i];
        const int64_t weight = weight_of(c, now);
        size_t at = 0;
        while (at < known && strcmp(met[at].agent, c->agent) != 0)
            at++;
        if (weight == 0 || is_low(verdicts, verdict_count, c->agent))
            continue;
        if (at == known)
            met[known++] = (lsi_met){c->agent, 0, c->start};
        met[at].weight += weight;
        met[at].last = c->start > met[at].last ? c->start : met[at].last;
    }
    if (known > 0)
        qsort(met, known, sizeof *met, better_first);
    return known;
}

int32_t lsi_known_rank(const lsi_facts *facts, const char *agent)
{
    const char *word, *list = facts->customer.knows;
    size_t size;
    int32_t rank = 1;
    const size_t wanted = strlen(agent);
    for (; (list = lsi_text_word(list, &word, &size)) != NULL; rank++) {
        if (size == wanted && memcmp(word, agent, size) == 0)
            return rank;
    }
    for (size_t i = 0; i < facts->met_count; i++, rank++) {
        if (strcmp(facts->met[i].agent, agent) == 0)
            return rank;
    }
    return 0;
}
