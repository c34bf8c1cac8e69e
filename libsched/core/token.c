/* core/token.c -- tokens: what a customer needs to see, move or cancel one booking, and
 * nothing else.  The only file for <sha2.h>.
 *
 * 128 random bits, written as 26 digits of Crockford's base 32.  The store has only their
 * SHA-256: whoever reads the file cannot act with what is in it.  Because the bits are
 * random, a plain hash is enough; there is no word list to try.
 *
 * To whoever holds a wrong one, all wrong ones look the same: see refuse().
 */
#include "core/core.h"

#include <sha2.h>
#include <string.h>
#include <unistd.h>

_Static_assert(LSI_TOKEN_HASH == SHA256_DIGEST_LENGTH, "the store keeps SHA-256");

#define SECRET_BYTES 16
#define ALL_SCOPES (LSCHED_VIEW | LSCHED_MOVE | LSCHED_CANCEL)

/* ---- 128 bits as text, and back ------------------------------------------------------------ */

static void write_text(const unsigned char secret[SECRET_BYTES], char text[LSI_TOKEN_SIZE + 1])
{
    uint64_t high = 0, low = 0;
    for (int i = 0; i < SECRET_BYTES / 2; i++) {
        high = high << 8 | secret[i];
        low = low << 8 | secret[SECRET_BYTES / 2 + i];
    }
    for (int i = LSI_TOKEN_SIZE - 1; i >= 0; i--) {
        text[i] = lsi_identity_digit((int)(low & 31));
        low = low >> 5 | high << 59;
        high >>= 5;
    }
    text[LSI_TOKEN_SIZE] = '\0';
}

/* People type these: small letters, and the letters that look like digits, are as good. */
static int digit_typed(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        c = '1';
    if (c == 'O')
        c = '0';
    return lsi_identity_value(c);
}

/* 26 digits have two bits more than the secret: a first digit beyond 7 is none of ours, or
 * there would be several texts for one secret. */
static bool read_text(const char *text, unsigned char secret[SECRET_BYTES])
{
    uint64_t high = 0, low = 0;
    if (lsi_text_size(text, LSI_TOKEN_SIZE) != LSI_TOKEN_SIZE)
        return false;
    for (int i = 0; i < LSI_TOKEN_SIZE; i++) {
        const int value = digit_typed(text[i]);
        if (value < 0 || (i == 0 && value > 7))
            return false;
        high = high << 5 | low >> 59;
        low = low << 5 | (uint64_t)value;
    }
    for (int i = SECRET_BYTES / 2 - 1; i >= 0; i--) {
        secret[i] = (unsigned char)(high & 255);
        secret[SECRET_BYTES / 2 + i] = (unsigned char)(low & 255);
        high >>= 8;
        low >>= 8;
    }
    return true;
}

static void digest(const unsigned char secret[SECRET_BYTES], unsigned char hash[LSI_TOKEN_HASH])
{
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, secret, SECRET_BYTES);
    SHA256Final(hash, &context);
    explicit_bzero(&context, sizeof context);
}

/* Takes the same time wherever the first difference is. */
static bool same_hash(const unsigned char a[LSI_TOKEN_HASH], const unsigned char b[LSI_TOKEN_HASH])
{
    unsigned difference = 0;
    for (int i = 0; i < LSI_TOKEN_HASH; i++)
        difference |= (unsigned)(a[i] ^ b[i]);
    return difference == 0;
}

/* ---- making -------------------------------------------------------------------------------- */

static int check_wish(int32_t scopes, lsched_time expires, lsi_error *e)
{
    if (scopes <= 0 || (scopes & ~ALL_SCOPES) != 0)
        return lsi_error_set(e, LSCHED_INVALID, "scopes is not a sum of enum lsched_scope");
    if (expires < 0 || expires >= LSI_TIME_END)
        return lsi_error_set(e, LSCHED_INVALID, "expires is outside of 1970 to 2199");
    return LSCHED_OK;
}

static int make_secret(unsigned char hash[LSI_TOKEN_HASH], char text[LSI_TOKEN_SIZE + 1],
                       lsi_error *e)
{
    unsigned char secret[SECRET_BYTES];
    if (getentropy(secret, sizeof secret) != 0)
        return lsi_error_set(e, LSCHED_STORE, "the system gave no random numbers");
    write_text(secret, text);
    digest(secret, hash);
    explicit_bzero(secret, sizeof secret);
    return LSCHED_OK;
}

static int make(lsi_core *core, lsi_token *token, char text[LSI_TOKEN_SIZE + 1], lsi_arena *a,
                lsi_error *e)
{
    lsched_booking b;
    const lsi_step *step;
    lsched_time clock = 0;
    int64_t left = 0;
    int status = lsi_now_ask(core, &token->created, e);
    if (status == LSCHED_OK)
        status = lsi_now_clock(core, token->created, &clock, e);
    if (status == LSCHED_OK)
        status = lsi_ledger_get(core->store, token->booking, a, &b, e);
    /* Only of what can still be given back. */
    if (status == LSCHED_OK)
        status = lsi_life_step(LSI_CANCEL, &b, token->created, clock, &step, e);
    if (status == LSCHED_OK && token->expires != 0 && token->expires <= token->created)
        status = lsi_error_set(e, LSCHED_INVALID, "expires has passed already");
    if (status == LSCHED_OK)
        status = lsi_token_sweep(core->store, token->booking, token->created, &left, e);
    if (status == LSCHED_OK && left >= LSCHED_MAX_TOKENS)
        status = lsi_error_set(e, LSCHED_LIMIT, "booking '%s' has %d tokens already",
                               token->booking, LSCHED_MAX_TOKENS);
    if (status == LSCHED_OK)
        status = make_secret(token->hash, text, e);
    return status == LSCHED_OK ? lsi_token_add(core->store, token, e) : status;
}

int lsi_token_make(lsi_core *core, const char *booking, int32_t scopes, lsched_time expires,
                   char text[LSI_TOKEN_SIZE + 1], lsi_error *e)
{
    lsi_token token = {.booking = booking, .scope = scopes, .expires = expires};
    lsi_arena a = {0};
    int status = check_wish(scopes, expires, e);
    if (status == LSCHED_OK)
        status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_store_leave(core->store, make(core, &token, text, &a, e), e);
    lsi_arena_free(&a);
    return status;
}

/* ---- using --------------------------------------------------------------------------------- */

/* One answer for whatever is wrong with a token, so that nobody learns from it which ones
 * there were, nor what they were good for.  It does not repeat the token: messages are
 * logged. */
static int refuse(lsi_error *e)
{
    return lsi_error_set(e, LSCHED_NOTFOUND, "no token like this is good for that now");
}

static int use(lsi_core *core, const unsigned char hash[LSI_TOKEN_HASH], int32_t scope,
               lsi_arena *a, lsched_booking *out, lsi_error *e)
{
    lsi_token token;
    lsched_time now;
    bool found;
    int status = lsi_now_ask(core, &now, e);
    if (status == LSCHED_OK)
        status = lsi_token_find(core->store, hash, &found, a, &token, e);
    if (status != LSCHED_OK)
        return status;
    if (!found || !same_hash(token.hash, hash) || (token.scope & scope) != scope ||
        token.expires <= now)
        return refuse(e);
    status = lsi_ledger_get(core->store, token.booking, a, out, e);
    return status == LSCHED_NOTFOUND ? refuse(e) : status;
}

int lsi_token_use(lsi_core *core, const char *text, int32_t scope, lsi_arena *a,
                  lsched_booking *out, lsi_error *e)
{
    unsigned char secret[SECRET_BYTES], hash[LSI_TOKEN_HASH];
    if (scope <= 0 || (scope & ~ALL_SCOPES) != 0)
        return lsi_error_set(e, LSCHED_INVALID, "scope is not a sum of enum lsched_scope");
    if (!read_text(text, secret))
        return refuse(e);
    digest(secret, hash);
    explicit_bzero(secret, sizeof secret);
    const int status = lsi_store_enter(core->store, false, e);
    if (status != LSCHED_OK)
        return status;
    return lsi_store_leave(core->store, use(core, hash, scope, a, out, e), e);
}

/* ---- dropping ------------------------------------------------------------------------------ */

int lsi_token_drop(lsi_core *core, const char *booking, lsi_error *e)
{
    lsi_arena a = {0};
    lsched_booking b;
    int status = lsi_store_enter(core->store, true, e);
    if (status != LSCHED_OK)
        return status;
    status = lsi_ledger_get(core->store, booking, &a, &b, e);
    if (status == LSCHED_OK)
        status = lsi_token_strike(core->store, booking, e);
    lsi_arena_free(&a);
    return lsi_store_leave(core->store, status, e);
}
