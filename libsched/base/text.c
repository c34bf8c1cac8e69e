/* base/text.c -- what text may look like.
 *
 * All of it in ASCII and UTF-8 by hand: the host's locale must not decide what an id is.
 */
#include "base/base.h"

#include <string.h>

bool lsi_text_given(const char *text)
{
    return text != NULL && *text != '\0';
}

size_t lsi_text_size(const char *text, size_t limit)
{
    return text == NULL ? 0 : strnlen(text, limit + 1);
}

/* Bytes of the well-formed character at `p`, of which `left` bytes are there; 0: none.
 * Table 3-7 of the Unicode standard: no overlong forms, no surrogates, at most U+10FFFF. */
static size_t character(const unsigned char *p, size_t left)
{
    unsigned char low = 0x80, high = 0xBF;
    size_t size;
    if (p[0] < 0x80)
        return 1;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        size = 2;
    else if (p[0] >= 0xE0 && p[0] <= 0xEF)
        size = 3;
    else if (p[0] >= 0xF0 && p[0] <= 0xF4)
        size = 4;
    else
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (size > left || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    }
    return size;
}

/* C0 and C1 controls, and DEL. */
static bool is_control(const unsigned char *p, size_t size)
{
    return (size == 1 && (p[0] < 0x20 || p[0] == 0x7F)) ||
           (size == 2 && p[0] == 0xC2 && p[1] < 0xA0);
}

/* The white space of Unicode: U+00A0, U+1680, U+2000..200A, 2028, 2029, 202F, 205F, 3000; and
 * what cannot be seen and would make two ids look alike: U+00AD, U+200B..200F, U+202A..202E,
 * U+2060..206F, U+FEFF. */
static bool is_space(const unsigned char *p, size_t size)
{
    if (size == 1)
        return p[0] == ' ';
    if (size == 2)
        return p[0] == 0xC2 && (p[1] == 0xA0 || p[1] == 0xAD);
    if (size != 3)
        return false;
    const unsigned code = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return code == 0x1680 || (code >= 0x2000 && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202F) || (code >= 0x205F && code <= 0x206F) ||
           code == 0x3000 || code == 0xFEFF;
}

bool lsi_text_clean(const char *text, size_t size, bool lines)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        if (p[i] >= 0x20 && p[i] < 0x7F) { /* nearly all of it is */
            i++;
            continue;
        }
        const size_t n = character(p + i, size - i);
        if (n == 0)
            return false;
        const bool breaks = p[i] == '\n' || p[i] == '\r' || p[i] == '\t';
        if (is_control(p + i, n) && !(lines && breaks))
            return false;
        i += n;
    }
    return true;
}

bool lsi_text_is_id(const char *text, size_t size)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        const size_t n = character(p + i, size - i);
        if (n == 0 || is_control(p + i, n) || is_space(p + i, n))
            return false;
        i += n;
    }
    return size > 0;
}

const char *lsi_text_word(const char *list, const char **word, size_t *size)
{
    if (list == NULL)
        return NULL;
    while (*list == ' ')
        list++;
    if (*list == '\0')
        return NULL;
    *word = list;
    while (*list != ' ' && *list != '\0')
        list++;
    *size = (size_t)(list - *word);
    return list;
}

bool lsi_text_has_word(const char *list, const char *word)
{
    const char *w;
    size_t size;
    const size_t wanted = lsi_text_size(word, LSCHED_MAX_WORDS);
    while ((list = lsi_text_word(list, &w, &size)) != NULL) {
        if (size == wanted && memcmp(w, word, size) == 0)
            return true;
    }
    return false;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool lsi_text_same(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

int32_t lsi_text_number(const char *text, size_t size)
{
    int32_t value = 0;
    if (size < 1 || size > 9)
        return -1;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

uint64_t lsi_text_hash(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ p[i]) * UINT64_C(1099511628211);
    return hash;
}
